using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>The options of a run.</summary>
internal sealed record FuzzOptions
{
    /// <summary>The first seed.</summary>
    public int First { get; init; }

    /// <summary>The number of seeds; the shapes take turns.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Names of <see cref="Shapes.All"/>, which the seeds use in turn.</summary>
    public IReadOnlyList<string> Names { get; init; } = [.. Shapes.All.Keys];

    /// <summary>Compiles every n-th module to native code; 0 for none.</summary>
    public int NativeEvery { get; init; } = 1;

    /// <summary>Compiles every n-th module to a Rust crate; 0 for none.</summary>
    public int RustEvery { get; init; }

    /// <summary>The number of calls of each operation and normalizer.</summary>
    public int Calls { get; init; } = 12;
}

/// <summary>A module for which engines and judge differ, or the compiler fails.</summary>
/// <param name="Shape">The name of its shape.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Message">The difference or failure.</param>
/// <param name="Module">The shrunk module.</param>
internal sealed record FuzzFailure(string Shape, int Seed, string Message, RandomModule Module);

/// <summary>The result of a run.</summary>
/// <param name="Modules">The number of modules.</param>
/// <param name="Undecided">The number of calls that the judge could not decide.</param>
/// <param name="Failures">The failures.</param>
internal sealed record FuzzResult(int Modules, int Undecided, IReadOnlyList<FuzzFailure> Failures);

/// <summary>Compares all engines with the judge on random modules.</summary>
internal static class Fuzzer
{
    private const int MaxShrinks = 300;

    /// <summary>Tries modules, one after the other.</summary>
    /// <param name="options">The options.</param>
    /// <param name="before">Called with shape and seed before each module, so that the cause is known if the process ends.</param>
    /// <param name="failed">Called for each failure after its module has been shrunk.</param>
    public static FuzzResult Run(FuzzOptions options, Action<string, int>? before = null, Action<FuzzFailure>? failed = null)
    {
        var failures = new List<FuzzFailure>();
        int undecided = 0;
        for (int seed = options.First; seed < options.First + options.Count; seed++)
        {
            string shape = options.Names[seed % options.Names.Count];
            before?.Invoke(shape, seed);
            var module = RandomModule.Make(seed, Shapes.All[shape](seed));
            try
            {
                undecided += Check(module, seed, options);
            }
#pragma warning disable CA1031 // Exceptions are what the search looks for.
            catch (Exception e)
#pragma warning restore CA1031
            {
                var (small, message) = Shrink(module, e.ToString(), options);
                failures.Add(new(shape, seed, message, small));
                failed?.Invoke(failures[^1]);
            }
        }

        return new(options.Count, undecided, failures);
    }

    /// <summary>Tries one module. Returns the number of calls that the judge could not decide.</summary>
    /// <exception cref="DifferenceException">An engine differs.</exception>
    public static int Check(RandomModule random, int seed, FuzzOptions options)
    {
        using var engines = new Differential(random.Module) { Interruptions = new Random(seed) };
        engines.AddInterpreter();
        int round = seed / options.Names.Count;
        if (options.NativeEvery > 0 && round % options.NativeEvery == 0) AddNative(engines, round / options.NativeEvery);
        // Writing a crate is cheap, compiling it is not.
        if (options.RustEvery > 0 && round % options.RustEvery == 0) engines.AddRust();
        else RustEmitter.Emit(random.Module);
        CheckCalls(engines, random.Module, seed, options.Calls);
        return engines.Undecided;
    }

    /// <summary>Calls all operations and normalizers of a module with random terms.</summary>
    public static void CheckCalls(Differential engines, Module module, int seed, int count = 12)
    {
        var choices = new Random(seed);
        foreach (var operation in module.Operations.Where(o => !o.IsHost))
        {
            for (int i = 0; i < count; i++)
            {
                var call = RandomTerms.Call(choices, module, operation, 1 + (i * 3));
                engines.Check(operation.Name, [.. call.Arguments.Select(JudgeTerm.Of)]);
            }
        }

        foreach (var normalizer in module.Normalizers)
            for (int i = 0; i < count; i++)
                engines.Check(normalizer.Name, JudgeTerm.Of(RandomTerms.Term(choices, normalizer.Sort, 1 + (i * 3))));
    }

    /// <summary>Adds native code; levels and emit options take turns.</summary>
    public static void AddNative(Differential engines, int turn)
        => engines.AddNative((turn % 6) switch { 4 => 2, 5 => 2, var level => level },
            (turn % 6) switch
            {
                4 => new EmitOptions(CountRewrites: true),
                5 => new EmitOptions(ServeAllocations: true),
                _ => new EmitOptions()
            });

    private static (RandomModule Module, string Message) Shrink(RandomModule module, string message, FuzzOptions options)
    {
        int left = MaxShrinks;
        while (true)
        {
            RandomModule? smaller = null;
            foreach (var candidate in module.Shrink())
            {
                if (left-- <= 0) return (module, message);
                try
                {
                    Check(candidate, module.Seed, options);
                }
#pragma warning disable CA1031 // Exceptions are what the search looks for.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    (smaller, message) = (candidate, e.ToString());
                    break;
                }
            }

            if (smaller is null) return (module, message);
            module = smaller;
        }
    }

    /// <summary>A failure as text, with everything needed to reproduce it.</summary>
    public static string Describe(FuzzFailure failure)
        => string.Create(CultureInfo.InvariantCulture, $"FAILED {failure.Shape}, seed {failure.Seed}\n{failure.Message}\n{failure.Module}");
}
