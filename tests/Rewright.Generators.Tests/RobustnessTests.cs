using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Rewright.Generators.Tests.Kit;
using Rewright.Lower;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Nothing that a user can type throws out of the generator or the analyzers, and big modules stay quick.</summary>
public class RobustnessTests
{
    private const string Valid = """
        namespace Demo
        {
            public enum Color { Red, Green = 3 }
            public static class Limits { public const long Most = 100; }

            [PatternModule(Uses = [typeof(Other)], Order = RuleOrder.Textual)]
            public static partial class M
            {
                [Sort] public readonly partial struct E;
                [Constructor(Cost = 2, Identity = "Zero")] public static partial E Add(E left, E right);
                [Constructor] public static partial E Num(long value, Color color, Ref<string> name);
                [Constructor] public static partial E Zero();
                [Operation(Open = true)] public static partial E F(E x, long y);
                [HostOperation] static long Twice(long x) => x * 2;
                [Normalizer(Strategy.Outermost, Groups = ["g"])] public static partial E N(E e);
                [Pattern(Priority = 3, Group = "g")] static Rule A(E x, E y) => Rewrite(Add(x, Add(y, x)), to: Add(x, y)).When(x == y && !(x != y));
                [Pattern] static Rule B(E x, long y, E z) => Rewrite(F(x, y), to: z).When(y > Math.Max(3, (long)4.5) || IsPow2(y)).Where(Add(z, Zero()), equals: F(x, checked(y + Limits.Most)));
                [Pattern(Polarity = Polarity.Backward)] static Rule C(Color c, Ref<string> n) { return Rewrite(Zero(), to: F(Num(-5, c, n), 1)); }
                [Pattern] static Rule D(E x) => Rewrite(F(x, 0x10L), to: c ? Other.G(new Symbol("s")) : M.Zero());
            }

            [PatternModule]
            static partial class Other
            {
                [Operation(Open = true)] public static partial long G(Symbol s);
            }
        }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Deleted_and_doubled_tokens_break_nothing(int seed)
    {
        var random = new Random(seed);
        var tokens = CSharpSyntaxTree.ParseText(ModuleTest.Usings + Valid, cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken).DescendantTokens().Select(t => t.ToFullString()).ToArray();
        for (int i = 0; i < 60; i++)
        {
            var edited = tokens.ToList();
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(edited.Count);
                switch (random.Next(4))
                {
                    case 0: edited.Insert(at, tokens[random.Next(tokens.Length)]); break;
                    case 1: edited[at] = tokens[random.Next(tokens.Length)]; break;
                    default: edited.RemoveAt(at); break;
                }
            }

            await RunAsync(string.Concat(edited));
        }
    }

    [Fact]
    public void A_fault_of_a_pass_is_handed_to_the_build_with_the_code_that_does_without_it()
    {
        Assert.DoesNotContain("Demo.Faulty-fault.g.cs", Generated(new ModuleTest(Simple.Replace("+ 1", "+ 2", StringComparison.Ordinal))));
        PassRunner.Fault = (name, program) => name != "call-patterns" ? program : throw new InvalidOperationException("Simulated.");
        try
        {
            // The generator remembers what it has made of a module, so that this one has to be another.
            var test = new ModuleTest(Simple);
            Assert.Contains("Demo.Faulty-fault.g.cs", Generated(test));
            Assert.Contains("Demo.Faulty-ll.g.cs", Generated(test));
        }
        finally
        {
            PassRunner.Fault = null;
        }
    }

    private const string Simple = """
        namespace Demo
        {
            [PatternModule]
            public static partial class Faulty
            {
                [Operation] public static partial long F(long x);
                [Pattern] static Rule A(long x) => Rewrite(F(x), to: x + 1);
            }
        }
        """;

    private static System.Collections.Generic.List<string> Generated(ModuleTest test)
        => [.. test.CreateDriver().RunGenerators(
            test.CreateCompilation(), TestContext.Current.CancellationToken).GetRunResult().Results.Single().GeneratedSources.Select(
            s => s.HintName)];

    [Fact]
    public async Task Text_that_ends_anywhere_breaks_nothing()
    {
        string source = ModuleTest.Usings + Valid;
        for (int length = 0; length < source.Length; length += 23) await RunAsync(source[..length]);
    }

    [Theory]
    [InlineData("[PatternModule] partial class A { } [PatternModule] partial class A { }")]
    [InlineData("[PatternModule] static partial class A { } [PatternModule] static partial class a { } namespace N { [PatternModule] static partial class A<T> { } [PatternModule] static partial class A { } }")]
    [InlineData("[PatternModule] static partial class A { [Sort] public readonly partial struct S; [Sort] public readonly partial struct S; [Constructor] public static partial S C(); [Constructor] public static partial S C(); }")]
    [InlineData("[PatternModule(Uses = null, Order = (RuleOrder)(-1))] static partial class A { [Constructor(Identity = null)] static partial int X(int x, int x); [Normalizer(Groups = null)] static partial int Y(); }")]
    [InlineData("[PatternModule] static partial class A { [Pattern] public static implicit operator int(A a) => 5; [Pattern] static Rule P { get; } [Sort] enum E { } [Sort] public class C { } [Operation] A() { } }")]
    [InlineData("[PatternModule] static partial class A { [Pattern] static Rule R(int x, int x) => Rewrite(x, x); [Pattern] static Rule (int y) => Rewrite(y, y); [Pattern] Rule => 1; }")]
    [InlineData("[PatternModule] static partial class A { [Pattern(Priority = \"x\", Polarity = 3, Group = 5, Nothing)] static Rule R(int x) => Rewrite(,); [Pattern(] static Rule Q(")]
    [InlineData("[PatternModule(Uses = [typeof(A<>), typeof(A<int>), typeof(void), typeof(int*), typeof(A<int>.B)])] static partial class A<T> { [PatternModule] public static partial class B { } }")]
    [InlineData("[Rewright.PatternModule] interface I { [Rewright.Sort] struct S; } [PatternModule] delegate void D(); [assembly: PatternModule]")]
    public async Task Odd_declarations_break_nothing(string source) => await RunAsync(ModuleTest.Usings + source);

    [Fact]
    public async Task Deep_expressions_are_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("C(", 900)) + "x" + new string(')', 900);
        string sum = string.Join(" + ", Enumerable.Repeat("y", 3000));
        var diagnostics = await RunAsync(
            ModuleTest.Usings + "[PatternModule] static partial class A { [Sort] public readonly partial struct S; [Constructor] public "
                + "static partial S C(S s); [Constructor] public static partial S N();"
            + " [Operation(Open = true)] public static partial S F(S x, long y); [Pattern] static Rule R(S x, long y) => Rewrite(F(x, y), "
                + "to: " + deep + "); [Pattern] static Rule Q(S x, long y) => Rewrite(F(x, y), to: x).When(y == " + sum + "); }");
        Assert.Equal(2, diagnostics.Count(
            d => d.Id == "RW0106"
            && d.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Contains("nests more than", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_thousand_patterns_are_read_and_written()
    {
        var source = new StringBuilder("""
            [PatternModule] public static partial class Big
            {
                [Sort] public readonly partial struct E;
                [Constructor] public static partial E Num(long value);
                [Constructor] public static partial E Add(E x, E y);
                [Constructor] public static partial E Mul(E x, E y);
                [Operation(Open = true)] public static partial E Simplify(E e, long key);

            """);
        for (int i = 0; i < 2000; i++)
            source.Append("[Pattern] static Rule R").Append(i).Append("(E x, long c) => Rewrite(Simplify(Add(x, Num(c)), ").Append(
                i).Append("), to: Mul(x, Num(c + ").Append(i).Append("))).When(c > ").Append(i).Append(");\n");
        source.Append('}');
        var test = new ModuleTest(source.ToString());
        var driver = test.CreateDriver().RunGenerators(test.CreateCompilation(), TestContext.Current.CancellationToken);
        Assert.Contains("rule R1999: ",
            driver.GetRunResult().Results.Single().GeneratedSources.Single(s => s.HintName == "Big-rules.g.cs").SourceText.ToString());
    }

    private static async Task<ImmutableArray<Diagnostic>> RunAsync(string source)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var test = new ModuleTest();
        test.TestState.Sources.Add(("Test.cs", ""));
        var compilation = test.CreateCompilation().RemoveAllSyntaxTrees()
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, test.ParseOptions, "Test.cs", Encoding.UTF8, cancellation));
        var driver = test.CreateDriver().RunGeneratorsAndUpdateCompilation(
            compilation, out var output, out var generatorDiagnostics, cancellation);
        Assert.Null(driver.GetRunResult().Results.Single().Exception);
        Assert.Empty(generatorDiagnostics);

        Exception? thrown = null;
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), (e, _, _) => thrown = e, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var diagnostics = await output.WithAnalyzers([new ModuleAnalyzer(), new PatternSuppressor()], options).GetAllDiagnosticsAsync(
            cancellation);
        Assert.True(thrown is null, thrown + "\n" + source);
        Assert.True(!diagnostics.Any(d => d.Id is "RW0199" or "AD0001"), string.Join("\n", diagnostics) + "\n" + source);
        return diagnostics;
    }
}
