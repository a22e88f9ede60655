using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>What the checker finds, at the place in C# where it is; and what the C# compiler says already, not said again.</summary>
public class CheckerDiagnosticsTests
{
    private static ModuleTest Module(string members) => new("""
        public enum Color { Red, Green }
        [PatternModule]
        public static partial class M
        {
            [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
            [Operation(Open = true)] public static partial Nat Plus(Nat x, Nat y);
            [Operation(Open = true)] public static partial Nat FLong(long x);

        """ + members + "\n}");

    [Theory]
    [InlineData("[Sort] public readonly partial struct {|RW0009:S|}; [Constructor] public static partial S A(S s);")]
    [InlineData("[Operation(Open = true)] public static partial long {|RW0017:F|}(Nat x); [Pattern] static Rule R(Nat x) => Rewrite(F(x), to: 1);")]
    [InlineData("[Pattern] static Rule R(Nat x, Nat {|RW0018:y|}) => Rewrite(Plus(x, x), to: x);")]
    [InlineData("[Pattern] static Rule R(Nat x, Nat y) => Rewrite(Plus(x, x), to: Succ({|RW0014:y|}));")]
    [InlineData("[Pattern] static Rule R(Nat x, Nat y) => Rewrite(Plus(x, x), to: x).When({|RW0014:y|} == Zero());")]
    [InlineData("[Pattern] static Rule R(int i) => Rewrite(FLong({|RW0015:i|}), to: Zero());")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite({|RW0020:x|}, to: Zero());")]
    [InlineData("[Operation(Open = true)] public static partial Nat FColor(Color c); [Pattern] static Rule R() => Rewrite(FColor({|RW0011:0|}), to: Zero());")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x).When({|RW0013:Color.Red < Color.Green|});")]
    [InlineData("[Operation] public static partial Nat G(Nat x); [Pattern] static Rule G1(Nat x) => Rewrite(G(x), to: x); [Pattern] static Rule R(Nat x) => Rewrite(Plus({|RW0021:G|}(x), x), to: x);")]
    [InlineData("[Pattern] static Rule R() => Rewrite(FLong({|RW0022:1L << 3|}), to: Zero());")]
    [InlineData("[HostOperation] static Nat H(Nat x) => x; [Pattern] static Rule R(Nat x) => Rewrite({|RW0023:H|}(x), to: x);")]
    [InlineData("[Pattern(Polarity = Polarity.Symmetric)] static Rule {|RW0025:R|}(Nat x, Nat y) => Rewrite(Plus(x, y), to: Plus(y, x));")]
    [InlineData("[Normalizer(Groups = [\"none\"])] public static partial Nat {|RW0026:N|}(Nat x);")]
    [InlineData("[Pattern] static Rule A(Nat y) => Rewrite(Plus(Zero(), y), to: y); [Pattern] static Rule {|RW0030:B|}(Nat x) => Rewrite(Plus(x, Zero()), to: Succ(x));")]
    [InlineData("[Pattern] static Rule A(Nat x, Nat y) => Rewrite(Plus(x, y), to: y); [Pattern(Priority = -1)] static Rule {|RW0032:B|}(Nat x) => Rewrite(Plus(x, Zero()), to: x);")]
    [InlineData("[Operation] public static partial Nat {|RW0033:G|}(Nat x); [Pattern] static Rule G1() => Rewrite(G(Zero()), to: Zero());")]
    [InlineData("[Pattern] static Rule {|RW0034:R|}(Nat x, Nat y) => Rewrite(Plus(x, y), to: Plus(y, x));")]
    [InlineData("[Sort, Means(\"bits 8\")] public readonly partial struct W; [Constructor] public static partial W V(Symbol s); [Constructor, Means(\"bvad\")] public static partial W {|RW0040:P|}(W x, W y);")]
    [InlineData("[Operation, Denotes] public static partial long {|RW0040:Eval|}(Nat x, int i); [Pattern] static Rule E(Nat x, int i) => Rewrite(Eval(x, i), to: i);")]
    [InlineData("[Constructor] public static partial Nat D(double d); [Pattern] static Rule R() => Rewrite(D({|RW0028:0|}), to: Zero());")]
    [InlineData("[Constructor] public static partial Nat F(Nat x); [Constructor] public static partial Nat G(Nat x); [Pattern] static Rule A(Nat x) => Rewrite(F(x), to: G(x)); [Pattern] static Rule {|RW0035:B|}(Nat x) => Rewrite(G(x), to: F(x)); [Normalizer] public static partial Nat N(Nat x);")]
    [InlineData("[Pattern(Group = {|RW0036:\"none\"|})] static Rule R(Nat x) => Rewrite(Succ(Succ(x)), to: x); [Normalizer] public static partial Nat N(Nat x);")]
    [InlineData("[Constructor(Commutative = true)] public static partial Nat {|RW0037:Add|}(Nat x, Nat y);")]
    [InlineData("[Constructor(Identity = {|RW0003:\"Nul\"|})] public static partial Nat {|RW0037:Add|}(Nat x, Nat y);")]
    [InlineData("[Constructor(Identity = \"Succ(Zero)\")] public static partial Nat {|RW0037:Add|}(Nat x, Nat y);")]
    [InlineData("[Constructor(Identity = {|RW0003:\"Succ(Nul)\"|})] public static partial Nat {|RW0037:Add|}(Nat x, Nat y);")]
    [InlineData("[Constructor(Identity = {|RW0001:\"Succ(Zero\"|})] public static partial Nat Add(Nat x, Nat y);")]
    [InlineData("[Operation(Open = true, Identity = {|RW0001:\"Zero Zero\"|})] public static partial Nat Add(Nat x, Nat y);")]
    public async Task Mistakes_in_patterns(string members) => await Module(members).RunAsync();

    [Theory]
    [InlineData("[Operation] public static partial Nat F(Nat x); [Operation] public static partial Nat G(Nat x); [Pattern] static Rule A(Nat x) => Rewrite(F(x), to: G(x)); [Pattern] static Rule {|RW0035:B|}(Nat x) => Rewrite(G(x), to: F(x));")]
    [InlineData("[Operation] public static partial Nat F(Nat x); [Operation] public static partial Nat G(Nat x); [Pattern] static Rule A(Nat x) => Rewrite(F(x), to: G(Succ(x))); [Pattern] static Rule {|RW0035:B|}(Nat x) => Rewrite(G(x), to: F(x));")]
    [InlineData("[Operation] public static partial Nat F(Nat x); [Pattern] static Rule {|RW0311:A|}(Nat x) => Rewrite(F(x), to: F(Succ(x))).When(x != Zero()); [Pattern(Priority = -1)] static Rule B(Nat x) => Rewrite(F(x), to: x);")]
    [InlineData("[Operation] public static partial Nat F(Nat x); [Pattern] static Rule A(Nat x) => Rewrite(F(Succ(x)), to: F(x)); [Pattern] static Rule B() => Rewrite(F(Zero()), to: Zero());")]
    public Task Evaluation_that_may_not_end(string members) => Module(members).RunAsync();

    [Fact]
    public async Task The_other_of_two_rules_is_an_additional_location()
    {
        var result = await Module("""
            [Pattern] static Rule A(Nat y) => Rewrite(Plus(Zero(), y), to: y);
            [Pattern] static Rule {|RW0030:B|}(Nat x) => Rewrite(Plus(x, Zero()), to: Succ(x));
            """).RunForResultAsync();
        var diagnostic = result.Diagnostics.Single();
        var other = Assert.Single(diagnostic.AdditionalLocations);
        Assert.Equal("A", other.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(other.SourceSpan));
        Assert.EndsWith("docs/diagnostics/RW0030.md", diagnostic.Descriptor.HelpLinkUri);
    }

    [Fact]
    public async Task Parts_of_a_module_in_several_files_are_one_module()
    {
        var test = new ModuleTest(
            """
            [PatternModule]
            public static partial class M
            {
                [Sort] public readonly partial struct Nat;
                [Constructor] public static partial Nat Zero();
                [Operation] public static partial Nat Plus(Nat x, Nat y);
                [Pattern] static Rule A(Nat y) => Rewrite(Plus(Zero(), y), to: y);
            }
            """,
            """
            partial class M
            {
                [Constructor] public static partial Nat Succ(Nat pred);
                [Pattern] static Rule {|RW0030:B|}(Nat x) => Rewrite(Plus(x, Zero()), to: Succ(x));
                [Pattern(Priority = -1)] static Rule C(Nat x, Nat y) => Rewrite(Plus(x, y), to: x);
            }
            """);
        var other = Assert.Single((await test.RunForResultAsync()).Diagnostics.Single().AdditionalLocations);
        Assert.Equal("Test0.cs", other.SourceTree!.FilePath);
    }

    [Theory]
    // Unknown names, wrong types, wrong numbers of arguments, missing parts.
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|CS0103:z|});")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite({|CS0103:Plos|}(x, x), to: x);")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite({|CS7036:Plus|}(x), to: x);")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, {|CS1503:5|}), to: x);")]
    [InlineData("[Pattern] static Rule R(long x) => Rewrite(Plus({|CS1503:x|}, Zero()), to: Zero());")]
    [InlineData("[Pattern] static Rule R({|CS0246:Mat|} x) => Rewrite(Plus(Zero(), Zero()), to: Zero());")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x).When({|CS0019:x + 1|});")]
    [InlineData("[Pattern] static Rule R(Nat x) => {|RW0107:Rewrite(Plus(x, x), to: x).{|CS1061:Wen|}(true)|};")]
    [InlineData("[Pattern] static Rule R(Nat x) => {|CS0103:Rewriite|}(Plus(x, x), to: x);")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, {|CS1525:)|}, to: x);")]
    [InlineData("[Pattern] static Rule {|CS0501:R|}(Nat x);")]
    // The second time is in the body that the method gets all the same.
    [InlineData("[Constructor] public static partial {|CS0246:Mat|} A();", "CS0246")]
    [InlineData("[Operation] public static partial Nat F(Nat x, {|CS0246:Mat|} y);", "CS0246")]
    [InlineData("[Operation(Open = true)] public static partial Nat {|CS0111:{|CS0756:Plus|}|}(Nat x, Nat y);")]
    public async Task What_the_compiler_reports_is_not_reported_again(string members, params string[] others)
    {
        var test = Module(members);
        test.RepeatedInGeneratedCode.UnionWith(others);
        await test.RunAsync();
    }

    [Theory]
    [InlineData("[Pattern] static Rule R(Nat x, Nat y) => Rewrite(Plus(x, x), to: {|RW0014:y|});",
        "The module 'M' has errors. RW0014: The source of 'R' does not bind the variable 'y'")]
    [InlineData("[Operation(Open = true)] public static partial Nat F({|RW0104:byte|} x);",
        "The module 'M' has errors. RW0104: 'byte' cannot be the type of a term")]
    public async Task A_faulty_module_compiles_where_errors_are_turned_off_and_its_members_throw(string members, string message)
    {
        var test = Module(members);
        test.CompilationOptions = test.CompilationOptions.WithSpecificDiagnosticOptions(test.CompilationOptions.SpecificDiagnosticOptions
            .SetItem("RW0014", ReportDiagnostic.Info).SetItem("RW0104", ReportDiagnostic.Info));
        var result = await test.RunForResultAsync();
        using var image = new MemoryStream();
        Assert.True(result.Compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        var module = Assembly.Load(image.ToArray()).GetType("M")!;
        foreach (string member in new[] { "Zero", "Module" })
        {
            var method = module.GetMethod(member) ?? module.GetProperty(member)!.GetMethod!;
            var thrown = Assert.IsType<InvalidOperationException>(
                Assert.Throws<TargetInvocationException>(() => method.Invoke(null, [])).InnerException);
            Assert.StartsWith(message, thrown.Message);
        }
    }

    [Fact]
    public async Task Severities_can_be_changed()
    {
        var test = Module("[Operation] public static partial Nat G(Nat x); [Pattern] static Rule G1() => Rewrite(G(Zero()), to: Zero());");
        test.CompilationOptions = test.CompilationOptions.WithSpecificDiagnosticOptions(
            test.CompilationOptions.SpecificDiagnosticOptions.SetItem("RW0033", ReportDiagnostic.Suppress));
        await test.RunAsync();
    }
}
