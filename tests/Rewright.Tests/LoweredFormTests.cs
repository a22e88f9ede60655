using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Rewright.Emit.Llvm;
using Rewright.Llvm;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Testing;
using Xunit;

namespace Rewright.Tests;

/// <summary>The lowered form and the IR of random modules: well formed, the same each time, and fit for every LLVM.</summary>
public partial class LoweredFormTests
{
    private const int Seeds = 12;

    // Numbers that the differential tests do not use.
    private const int FirstSeed = 10_000;

    public static TheoryData<string> Names => DifferentialTests.Names;

    public static TheoryData<int> Versions => [19, 20, 21, 22];

    [Theory]
    [MemberData(nameof(Names))]
    public void Lowered_code_is_well_formed(string shape)
    {
        // Each pass is checked when it has run.
        Assert.True(PassRunner.IsStrict);
        foreach (var random in Modules(shape))
        {
            foreach (var form in Enum.GetValues<ProgramForm>())
                foreach (bool optimizes in new[] { false, true }) Pipeline.Lower(random.Module, form, optimizes: optimizes);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_module_gives_the_same_text(string shape)
    {
        foreach (var random in Modules(shape))
        {
            string text = Emit(random.Module);
            Assert.Equal(text, Emit(Module.Parse(random.Text)));
            Assert.Equal(text, Emit(Module.Parse(random.Module.ToString())));
        }
    }

    [Fact]
    public void Comments_name_the_rule_that_a_block_comes_from()
    {
        foreach (var random in Modules("data only"))
        {
            string[] comments = [.. Emit(random.Module, new EmitOptions(CountRewrites: true)).Split('\n').Select(l => l.Trim()).Where(
                l => l.StartsWith(';'))];
            // Some rules can never fire, because others take all terms that there are.
            var rules = Pipeline.Lower(random.Module, seesRules: true).Definitions.SelectMany(f => f.Blocks()).SelectMany(
                b => b.Instructions).OfType<Fire>().Select(f => f.Rule).Distinct().ToList();
            Assert.True(rules.Count > random.Module.Rules.Length / 2);
            foreach (var rule in rules)
                Assert.True(comments.Any(c => c.StartsWith("; " + rule.Name + ": ", StringComparison.Ordinal)), rule + "\n" + random);
        }
    }

    [Fact]
    public void Debug_information_is_added_and_changes_nothing_else()
    {
        foreach (var random in Modules("data only"))
        {
            var places = PlacesIn(random.Module);
            Assert.Contains(places, p => p.Name == random.Module.Rules[0].Name && p.Line > 1);
            string plain = Emit(random.Module), debug = Emit(random.Module, new EmitOptions(Places: places));
            var lines = debug.Split('\n').TakeWhile(l => l != "!llvm.dbg.cu = !{!2}").Where(l => !l.Contains("sideeffect \"nop\"")).Select(
                l => Attachment().Replace(l, ""));
            Assert.Equal(plain, string.Join("\n", lines) + "\n");
        }
    }

    [GeneratedRegex(",? !dbg !\\d+")]
    private static partial Regex Attachment();

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_LLVM_takes_the_text(int version)
    {
        var found = LlvmDiscovery.Find(new LlvmSearch { Versions = [version] });
        Assert.SkipWhen(found is LlvmMissing, "LLVM " + version + " is not installed");
        var compiler = new LlvmCompiler(((LlvmFound)found).Library);
        int number = 0;
        foreach (string shape in Shapes.All.Keys)
        {
            foreach (var random in Modules(shape).Take(3))
            {
                int level = number++ % 3;
                var options = new CompileOptions { OptimizationLevel = level, Pipeline = LlvmEmitter.PipelineFor(level), DebugInfo = true };
                var places = number % 2 == 1 ? PlacesIn(random.Module) : default;
                // The compiler verifies what it reads.
                var result = compiler.Compile(
                    Emit(random.Module, new EmitOptions(number % 2 == 0, number % 5 == 0, Places: places)), options,
                    TestContext.Current.CancellationToken);
                Assert.True(result is CompileSucceeded, result + "\n" + random);
                // What it does not like of debug information it only leaves out.
                Assert.Equal(places.Count > 0, ((CompileSucceeded)result).Output.Span.IndexOf(".debug_line"u8) >= 0);
            }
        }
    }

    private static IEnumerable<RandomModule> Modules(string shape)
        => Enumerable.Range(FirstSeed, Seeds).Select(seed => RandomModule.Make(seed, Shapes.All[shape](seed)));

    // LLVM passes over debug information without names of files.
    private static EquatableArray<SourcePlace> PlacesIn(Module module)
        => module.Closure.Select(m => m.Syntax)
            .SelectMany(m => m.Operations.Select(o => (o.Name, o.Span.Line)).Concat(
                m.Normalizers.Select(n => (n.Name, n.Span.Line))).Concat(m.Patterns.Select(p => (p.Name, p.Span.Line)))
                .Select(p => new SourcePlace(m.Name, p.Name, "/random/" + m.Name + ".rw", p.Line)))
            .ToEquatableArray();

    private static string Emit(Module module, EmitOptions? options = null)
        => LlvmEmitter.Emit(Pipeline.Lower(module, seesRules: options is { CountRewrites: true }), options ?? new EmitOptions());
}
