using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>What runs again after an edit.</summary>
public class IncrementalTests
{
    private const string Arith = """
        namespace Demo;
        [PatternModule]
        public static partial class Arith
        {
            [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
            [Operation] public static partial Nat Plus(Nat x, Nat y);
            [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
            [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
        }
        """;

    private const string Other = """
        namespace Demo;
        [PatternModule]
        public static partial class Other
        {
            [Operation] public static partial long Twice(long x);
            [Pattern] static Rule R(long x) => Rewrite(Twice(x), to: x * Limits.Two);
        }
        """;

    private const string User = """
        namespace Demo;
        [PatternModule(Uses = [typeof(Arith)])]
        public static partial class User
        {
            [Operation] public static partial Arith.Nat Two();
            [Pattern] static Rule R() => Rewrite(Two(), to: Arith.Succ(Arith.Succ(Arith.Zero())));
        }
        """;

    private const string Limits = """
        namespace Demo;
        public static class Limits { public const long Two = 2; public static int Unrelated() => 1; }
        """;

    private const string Lines = """
        using Rewright.Quantum;
        using static Rewright.Quantum.Gates;
        namespace Demo;
        public static class Lines { [Circuit] public static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, b)]; }
        """;

    private const string Shapes = """
        namespace Demo;
        public abstract record Shape;
        public sealed record Circle(double Radius) : Shape;
        public sealed record Scaled(double Factor, Shape Inner) : Shape;
        [PatternModule]
        public static partial class Shapes
        {
            [Sort(typeof(Shape))] public readonly partial struct S;
            [Normalizer] public static partial Shape Simplify(Shape shape);
            [Pattern] static Rule Scale(double f, double r) => Rewrite(Scaled(f, Circle(r)), to: Circle(f * r));
        }
        """;

    private static readonly string[] Steps = typeof(TrackingNames).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToArray();

    [Fact]
    public void An_edit_elsewhere_leaves_everything_cached()
    {
        var result = Edit(Limits, "=> 1", "=> 1 + 1");
        Assert.All(Steps, step => AssertAll(result, step, IsCached));
        AssertOutputs(result, []);
    }

    [Theory]
    [InlineData("    [Pattern] static Rule PlusZero", "\n\n    // A comment.\n    [Pattern] static Rule PlusZero")]
    [InlineData("Rewrite(Plus(Zero(), y), to: y)", "Rewrite(  Plus(Zero( ), /* inside */ y),\n to: y)")]
    [InlineData("namespace Demo;", "#region A\nnamespace Demo;\n#endregion")]
    public void Comments_and_moved_lines_leave_everything_cached(string from, string to)
    {
        var result = Edit(Arith, from, to);
        Assert.All(Steps, step => AssertAll(result, step, IsCached));
        AssertOutputs(result, []);
    }

    [Fact]
    public void A_moved_line_writes_debug_information_again_where_it_is_wanted()
    {
        const string From = "    [Pattern] static Rule R()", To = "\n    [Pattern] static Rule R()";
        AssertOutputs(Edit(User, From, To, ("RewrightDebugSymbols", "false")), []);
        var result = Edit(User, From, To, ("RewrightDebugSymbols", "true"));
        AssertAll(result, TrackingNames.Checked, IsCached);
        AssertOutputs(result, ["Demo.User-ll.g.cs", "Rewright-index.g.cs"]);
        string code = IrOfUser(result);
        // The used module's rules, which are in this code too, are where they were.
        Assert.Matches(@"name: ""Demo.User.R"", scope: !\d+, file: !\d+, line: 8,", code);
        Assert.Contains("filename: \"Test0.cs\"", code);
        Assert.DoesNotContain("!dbg", IrOfUser(Edit(User, From, To)));

        static string IrOfUser(GeneratorRunResult result)
            => Emit.CSharp.ArtifactFile.FromCSharp(
                result.GeneratedSources.Single(s => s.HintName == "Demo.User-ll.g.cs").SourceText.ToString())!.Text;
    }

    [Fact]
    public void Another_compilation_of_the_same_modules_makes_no_code_again()
    {
        // As in a compiler server, where each build starts with new trees and a new driver.
        var first = Artifacts(Edit(Limits, "=> 1", "=> 7"));
        var second = Artifacts(Edit(Limits, "=> 1", "=> 8"));
        Assert.Equal(first.Select(a => a.FileName), second.Select(a => a.FileName));
        foreach (var (a, b) in first.Zip(second))
            Assert.Equal(a.FileName.EndsWith("-ll.g.cs", StringComparison.Ordinal), ReferenceEquals(a, b));

        static CarriedArtifact[] Artifacts(GeneratorRunResult result)
            => [.. Outputs(result, TrackingNames.Artifacts).Select(o => (CarriedArtifact)o.Value)];
    }

    [Fact]
    public void An_editor_gets_bindings_only()
    {
        var result = Edit(Arith, "to: Succ(Plus(x, y))", "to: Plus(x, Succ(y))", ("RewrightDesignTime", "true"));
        AssertOutputs(result, ["Demo.Arith-rules.g.cs", "Demo.User-rules.g.cs"]);
        Assert.All(result.GeneratedSources, s => Assert.Null(Emit.CSharp.ArtifactFile.FromCSharp(s.SourceText.ToString())));
    }

    [Fact]
    public void An_edited_rule_runs_its_module_and_those_that_use_it_again()
    {
        var result = Edit(Arith, "to: Succ(Plus(x, y))", "to: Plus(x, Succ(y))");
        Assert.Equal(["Demo.Arith", "Demo.User"],
            Changed(result, TrackingNames.Checked).Select(o => ((Checking.CheckedModule)o).Declaration.Name));
        // What depends on declarations only stays.
        AssertAll(result, TrackingNames.Shapes, IsCached);
        // The user's text stays too; its identity and its code, which holds the used rules, do not.
        AssertOutputs(result,
            ["Demo.Arith-rules.g.cs", "Demo.User-rules.g.cs", "Demo.Arith-rw.g.cs", "Demo.Arith-ll.g.cs", "Demo.User-ll.g.cs",
            "Rewright-index.g.cs"]);
    }

    [Fact]
    public void A_changed_constant_runs_the_modules_again_whose_rules_name_it()
    {
        var result = Edit(Limits, "Two = 2", "Two = 3");
        Assert.Equal(["Demo.Other"], Changed(result, TrackingNames.Checked).Select(o => ((Checking.CheckedModule)o).Declaration.Name));
        AssertOutputs(result, ["Demo.Other-rules.g.cs", "Demo.Other-rw.g.cs", "Demo.Other-ll.g.cs", "Rewright-index.g.cs"]);
    }

    [Fact]
    public void An_edited_rule_writes_its_code_over_objects_again()
    {
        AssertOutputs(Edit(Shapes, "f * r", "r * f"),
            ["Demo.Shapes-rules.g.cs", "Demo.Shapes-objects.g.cs", "Demo.Shapes-rw.g.cs", "Demo.Shapes-ll.g.cs", "Rewright-index.g.cs"]);
        AssertOutputs(Edit(Shapes, "f * r", "r * f", ("RewrightDesignTime", "true")), ["Demo.Shapes-rules.g.cs"]);
    }

    [Fact]
    public void An_edited_circuit_writes_its_program_again()
    {
        var result = Edit(Lines, "CX(a, b)", "CX(b, a)");
        AssertAll(result, TrackingNames.Checked, IsCached);
        AssertOutputs(result, ["Demo.Lines.Bell-circuit.g.cs", "Rewright-index.g.cs"]);
        AssertOutputs(Edit(Lines, "[H(a), CX(a, b)]", "[ H(a), /* entangles */\n CX(a, b) ]"), []);
    }

    [Fact]
    public void A_changed_signature_writes_its_bindings_again()
    {
        var result = Edit(Other, "[Operation]", "[HostOperation] static long Same(long x) => x;\n[Operation]");
        Assert.Equal(["Demo.Other"], Changed(result, TrackingNames.Declarations).Select(o => ((Reading.ModuleDeclaration)o).Name));
        AssertOutputs(result,
            ["Demo.Other.g.cs", "Demo.Other-rules.g.cs", "Demo.Other-rw.g.cs", "Demo.Other-ll.g.cs", "Rewright-index.g.cs"]);
    }

    [Fact]
    public void Files_of_a_removed_module_leave_the_index()
    {
        var result = Edit(Other, Other, "");
        Assert.DoesNotContain(result.GeneratedSources, s => s.HintName.StartsWith("Demo.Other", StringComparison.Ordinal));
        var index = Emit.CSharp.ArtifactIndex.FromArtifact(Emit.CSharp.ArtifactFile.FromCSharp(
            result.GeneratedSources.Single(s => s.HintName == Emit.CSharp.ArtifactIndex.FileName).SourceText.ToString())!);
        Assert.Equal(["llvm/Demo.Arith.ll", "llvm/Demo.Shapes.ll", "llvm/Demo.User.ll", "qasm/Demo.Lines/Bell.qasm",
            "rw/Demo.Arith.rw", "rw/Demo.Shapes.rw", "rw/Demo.User.rw"],
            index.Entries.Select(e => e.Path));
        Assert.All(index.Entries, e => Assert.Equal(e.Hash,
            Emit.CSharp.ArtifactFile.FromCSharp(
                result.GeneratedSources.Single(s => s.HintName == e.FileName).SourceText.ToString())!.Hash));
    }

    [Fact]
    public void Steps_hold_nothing_of_the_compiler()
    {
        var result = Edit(Limits, "=> 1", "=> 2");
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (string step in Steps)
        {
            Assert.NotEmpty(Outputs(result, step));
            foreach (var (value, _) in Outputs(result, step)) Visit(value, step);
        }

        void Visit(object? value, string path)
        {
            if (value is null || value is string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || !seen.Add(value))
                return;
            var type = value.GetType();
            Assert.False(type.Assembly.GetName().Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal),
                path + " reaches a " + type);
            if (value is Delegate or Type or Assembly || type.GetProperty("IsDefault")?.GetValue(value) is true) return;
            if (value is IEnumerable items and not IDictionary)
                foreach (object? item in items) Visit(item, path + "[]");
            for (var t = type; t is not null; t = t.BaseType)
            {
                foreach (var field in t.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    if (!field.FieldType.IsPointer && !field.FieldType.IsByRefLike) Visit(field.GetValue(value), path + "." + field.Name);
            }
        }
    }

    [Fact]
    public void An_old_compilation_can_be_collected()
    {
        var (driver, old) = Run();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(old.IsAlive);
        GC.KeepAlive(driver);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (GeneratorDriver, WeakReference) Run()
        {
            var test = new ModuleTest(Arith);
            var first = test.CreateCompilation();
            var driver = test.CreateDriver().RunGenerators(first, TestContext.Current.CancellationToken);
            var second = new ModuleTest(Arith.Replace("to: y", "to: Succ(y)")).CreateCompilation();
            return (driver.RunGenerators(second, TestContext.Current.CancellationToken), new WeakReference(first));
        }
    }

    [Fact]
    public void The_analyzer_finds_what_the_generator_has_read_and_checked()
    {
        var test = new ModuleTest(Arith);
        var before = test.CreateCompilation();
        test.CreateDriver().RunGeneratorsAndUpdateCompilation(before, out var after, out _, TestContext.Current.CancellationToken);
        var (read, again) = (Read(before), Read(after));
        Assert.Same(read.Syntax, again.Syntax);
        Assert.Same(Check(read), Check(again));

        static Reading.ModuleDeclaration Read(Compilation compilation)
            => Reading.ModuleReader.Read(
                compilation.GetTypeByMetadataName("Demo.Arith")!, compilation, TestContext.Current.CancellationToken);

        static Module Check(Reading.ModuleDeclaration declaration)
            => Checking.ModuleChecker.Check(
                new Checking.ModuleClosure(declaration, "", Model.EquatableArray<Reading.ModuleDeclaration>.Empty),
                TestContext.Current.CancellationToken).Module!;
    }

    [Fact]
    public void Cancellation_stops_the_generator()
    {
        var test = new ModuleTest(Arith);
#pragma warning disable xUnit1051 // The test is about another token.
        Assert.Throws<OperationCanceledException>(
            () => test.CreateDriver().RunGenerators(test.CreateCompilation(), new System.Threading.CancellationToken(true)));
#pragma warning restore xUnit1051
    }

    // Runs on all sources, then again with an edit in one of them.
    private static GeneratorRunResult Edit(string source, string from, string to, params (string Name, string Value)[] properties)
    {
        string[] sources = [Arith, Other, User, Limits, Lines, Shapes];
        var test = new ModuleTest(sources);
        foreach (var (name, value) in properties) test.Properties[name] = value;
        var before = test.CreateCompilation();
        var tree = before.SyntaxTrees[Array.IndexOf(sources, source)];
        string text = tree.ToString(), edited = text.Replace(from, to);
        Assert.NotEqual(text, edited);
        var changed = tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(edited, System.Text.Encoding.UTF8));
        var driver = test.CreateDriver().RunGenerators(before, TestContext.Current.CancellationToken)
            .RunGenerators(before.ReplaceSyntaxTree(tree, changed), TestContext.Current.CancellationToken);
        var result = driver.GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        return result;
    }

    private static bool IsCached(IncrementalStepRunReason reason)
        => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged;

    private static IEnumerable<(object Value, IncrementalStepRunReason Reason)> Outputs(GeneratorRunResult result, string step)
        => result.TrackedSteps[step].SelectMany(s => s.Outputs);

    private static void AssertAll(GeneratorRunResult result, string step, Func<IncrementalStepRunReason, bool> test)
        => Assert.All(Outputs(result, step), o => Assert.True(test(o.Reason), step + " is " + o.Reason));

    private static IEnumerable<object> Changed(GeneratorRunResult result, string step)
        => Outputs(result, step).Where(o => !IsCached(o.Reason)).Select(o => o.Value);

    private static void AssertOutputs(GeneratorRunResult result, string[] written)
    {
        var outputs = result.TrackedOutputSteps.Values.SelectMany(s => s).SelectMany(s => s.Outputs).Where(
            o => !IsCached(o.Reason) && o.Reason != IncrementalStepRunReason.Removed);
        var names = outputs.SelectMany(o => HintNames(o.Value));
        Assert.Equal(written.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    // The value of an output step is internal to the compiler: the sources that it added, and diagnostics.
    private static IEnumerable<string> HintNames(object value)
        => ((IEnumerable)((ITuple)value)[0]!).Cast<object>().Select(s => (string)s.GetType().GetProperty("HintName")!.GetValue(s)!);
}
