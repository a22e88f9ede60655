using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Emit.Llvm;
using Rewright.Testing;
using Xunit;

namespace Rewright.Tests;

/// <summary>Random modules: the judge and all engines agree on results, errors and stuck terms, and every heap is clean after every call.</summary>
public class DifferentialTests
{
    public static TheoryData<string> Shapes => [.. AllShapes.Keys];

    internal static readonly System.Collections.Generic.Dictionary<string, Func<int, ModuleShape>> AllShapes = new()
    {
        ["data only"] = _ => ModuleShape.DataOnly,
        ["built-in sorts"] = seed => new() { Throwing = seed % 2 == 0, Operations = 6 },
        ["counters"] = _ => ModuleShape.Counters,
        ["wide"] = _ => ModuleShape.Wide,
        ["many rules"] = seed => new() { Rules = 14, Sorts = 2, Constructors = 3, OddNames = seed % 2 == 0, Operations = 3 },
        ["many constants"] = _ => new() { Parameters = 1, Operations = 9, Constructors = 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void All_engines_agree_with_the_judge(string shape)
    {
        // A long run: REWRIGHT_SEEDS=first,count.
        var range = (Environment.GetEnvironmentVariable("REWRIGHT_SEEDS") ?? "0,40").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        string? log = Environment.GetEnvironmentVariable("REWRIGHT_SEED_LOG");
        int undecided = 0, failures = 0;
        for (int seed = range[0]; seed < range[0] + range[1]; seed++)
        {
            if (log is not null) File.AppendAllText(log, shape + " " + seed + "\n");
            var module = RandomModule.Make(seed, AllShapes[shape](seed));
            try
            {
                undecided += CheckModule(module, seed);
            }
            catch (Exception e) when (log is not null)
            {
                File.AppendAllText(log, "FAILED " + shape + " " + seed + " " + e + "\n" + module + "\n");
                failures++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(e.Message + "\n" + module, e);
            }
        }

        Assert.Equal(0, failures);
    }

    /// <summary>Few modules, since cargo takes seconds for each: REWRIGHT_RUST_SEEDS=first,count for more.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rust_crates_agree_with_the_judge(string shape)
    {
        var range = (Environment.GetEnvironmentVariable("REWRIGHT_RUST_SEEDS") ?? "0,1").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        for (int seed = range[0]; seed < range[0] + range[1]; seed++)
        {
            var module = RandomModule.Make(seed, AllShapes[shape](seed));
            using var engines = new Differential(module.Module) { Interruptions = new Random(seed) };
            engines.AddInterpreter().AddRust();
            try
            {
                CheckCalls(engines, module.Module, seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(e.Message + "\n" + module, e);
            }
        }
    }

    private static int CheckModule(RandomModule random, int seed)
    {
        var module = random.Module;
        using var engines = new Differential(module) { Interruptions = new Random(seed) };
        engines.AddInterpreter();
        switch (seed % 5)
        {
            case 0: engines.AddNative(0, new EmitOptions()); break;
            case 1: engines.AddNative(2, new EmitOptions()); break;
            case 2: engines.AddNative(2, new EmitOptions(CountRewrites: true)); break;
            case 3: engines.AddNative(2, new EmitOptions(ServeAllocations: true)); break;
            default: engines.AddNative(1, new EmitOptions()); break;
        }

        CheckCalls(engines, module, seed);
        return engines.Undecided;
    }

    private static void CheckCalls(Differential engines, Module module, int seed)
    {
        var choices = new Random(seed);
        foreach (var operation in module.Operations)
        {
            for (int i = 0; i < 12; i++)
            {
                var call = RandomTerms.Call(choices, module, operation, 1 + (i * 3));
                engines.Check(operation.Name, [.. call.Arguments.Select(JudgeTerm.Of)]);
            }
        }

        foreach (var normalizer in module.Normalizers)
        {
            for (int i = 0; i < 12; i++) engines.Check(normalizer.Name, JudgeTerm.Of(RandomTerms.Term(choices, normalizer.Sort, 1 + (i * 3))));
        }
    }
}
