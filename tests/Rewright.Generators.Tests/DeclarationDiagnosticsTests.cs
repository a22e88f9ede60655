using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Mistakes in C# declarations, each at its place, and none that hides behind CS8795.</summary>
public class DeclarationDiagnosticsTests
{
    // A module with the usual declarations, so that a test shows the wrong one only.
    private static ModuleTest Module(string members) => new("""
        [PatternModule]
        public static partial class M
        {
            [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
            [Operation(Open = true)] public static partial Nat Plus(Nat x, Nat y);

        """ + members + "\n}");

    [Theory]
    // RW0100
    [InlineData("[PatternModule] public static class {|RW0100:M|} { [Sort] public readonly partial struct Nat; }")]
    [InlineData("[PatternModule] public partial class {|RW0100:M|} { [Sort] public readonly partial struct Nat; [Constructor] public static partial Nat Zero(); }")]
    [InlineData("[PatternModule] public partial record {|RW0100:M|} { [Sort] public readonly partial struct Nat; [Constructor] public static partial Nat Zero(); }")]
    [InlineData("public static class Outer { [PatternModule] public static partial class {|RW0100:M|} { [Sort] public readonly partial struct Nat; } }")]
    [InlineData("public static class Outer { [PatternModule] public static partial class {|RW0100:M|} { [HostOperation] static int Two() => 2; } }")]
    [InlineData("[PatternModule] file static partial class {|RW0100:M|} { [HostOperation] static int Two() => 2; }")]
    // RW0101
    [InlineData("[PatternModule] public static partial class {|RW0101:M|}<T> { [Sort] public readonly partial struct Nat; [Constructor] public static partial Nat Zero(); }")]
    [InlineData("partial struct Outer<T> { [PatternModule] public static partial class {|RW0101:M|} { [Operation] public static partial int Two(); } }")]
    // RW0102
    [InlineData("static partial class M { [{|RW0102:Sort|}] public readonly partial struct Nat; [{|RW0102:Pattern|}] static Rule R(int x) => Rewrite(x, to: x); [{|RW0102:HostOperation|}] static int Two() => 2; }")]
    public async Task Modules(string source) => await new ModuleTest(source).RunAsync();

    [Theory]
    // Analyzers are not asked where a declaration is an error of C#, as a partial method without a body is.
    [InlineData("public static class Outer { [PatternModule] public static partial class M { [Sort] public readonly partial struct Nat; [Constructor] public static partial Nat Zero(); } }", LanguageVersion.Latest, "RW0100")]
    [InlineData("[PatternModule] public static partial class M { [Sort] public readonly partial struct Nat { } [Constructor] public static partial Nat Zero(); }", LanguageVersion.CSharp9, "RW0125")]
    public void What_hides_behind_the_compilers_errors_is_said_by_the_generator(string source, LanguageVersion version, string id)
    {
        var test = new ModuleTest(source) { ParseOptions = new(version, DocumentationMode.Diagnose) };
        test.CreateDriver().RunGeneratorsAndUpdateCompilation(
            test.CreateCompilation(), out var output, out var diagnostics, TestContext.Current.CancellationToken);
        Assert.Equal([id], diagnostics.Select(d => d.Id));
        Assert.Equal("M", diagnostics[0].Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(
            diagnostics[0].Location.SourceSpan));
        Assert.All(output.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error),
            d => Assert.Equal("CS8795", d.Id));
        // Editors ask analyzers all the same.
        test.Properties["RewrightDesignTime"] = "true";
        test.CreateDriver().RunGeneratorsAndUpdateCompilation(
            test.CreateCompilation(), out _, out diagnostics, TestContext.Current.CancellationToken);
        Assert.Empty(diagnostics);
    }

    [Theory]
    // RW0124
    [InlineData("static Rule {|RW0124:R|}(Nat x) => Rewrite(Plus(x, Zero()), to: x);")]
    [InlineData("static Rewright.Rule {|RW0124:R|}(Nat x) => Rewrite(Plus(x, Zero()), to: x);")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, Zero()), to: x); static int Rule() => 1;")]
    public async Task Forgotten_attributes(string members) => await Module(members).RunAsync();

    [Theory]
    // RW0103
    [InlineData("[Sort] public partial struct {|RW0103:S|}; [Constructor] public static partial S A();")]
    [InlineData("[Sort] public readonly struct {|RW0103:S|}; [Constructor] public static partial S A();")]
    [InlineData("[Sort] public readonly partial struct {|RW0103:S|}<T>;")]
    [InlineData("[Sort] public readonly partial record struct {|RW0103:S|}; [Constructor] public static partial S A();")]
    [InlineData("[Sort] public readonly partial struct {|RW0103:S|} { readonly int _count = 5; public S() { } public int Count => _count; } [Constructor] public static partial S A();")]
    [InlineData("[Sort] public readonly partial struct {|RW0103:S|} { public int Count { get; } }")]
    // RW0104
    [InlineData("[Constructor] public static partial Nat A({|RW0104:int[]|} x);")]
    [InlineData("[Constructor] public static partial Nat A({|RW0104:byte|} x, {|RW0104:System.Type|} y);")]
    [InlineData("[Operation] public static partial Nat A({|RW0104:(int, Nat)|} x, {|RW0104:Nat?|} y, {|RW0104:string?|} z);")]
    [InlineData("[Operation] public static partial {|RW0104:object|} A();")]
    [InlineData("[Operation] public static partial {|RW0104:void|} A();")]
    [InlineData("[Operation] public static partial Nat A({|RW0104:dynamic|} x, {|RW0104:float|} y);")]
    [InlineData("[HostOperation] static Nat A({|RW0104:decimal|} x) => Zero();")]
    [InlineData("[Pattern] static Rule R({|RW0104:Type|} x, Nat y) => Rewrite(Plus(y, y), to: y);")]
    [InlineData("public struct Gen<T> { public enum Kind { A } } [Operation] public static partial int A({|RW0104:Gen<int>.Kind|} x);")]
    // RW0106
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|RW0106:x.ToString() is null|} ? x : {|RW0106:(x, x).Item1|});")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x).When({|RW0106:x.GetHashCode()|} > 3);")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x).When({|RW0106:x is { }|});")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|RW0106:Helper(x)|}); static Nat Helper(Nat x) => x;")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x).When({|RW0106:Math.Log(2.0, 3.0)|} > {|RW0106:1.5f|});")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|RW0106:N(x)|}); [Normalizer] public static partial Nat N(Nat x);")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|RW0106:default|});")]
    [InlineData("[Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|RW0106:default(Nat)|});")]
    [InlineData("static Nat s_nat = Zero(); [Pattern] static Rule R(Nat x) => Rewrite(Plus(x, x), to: {|RW0106:s_nat|}).When({|RW0106:x.IsZero|});")]
    [InlineData("[Operation(Open = true)] public static partial Nat S(string s); [Pattern] static Rule R(string s) => Rewrite(S(s), to: S({|RW0106:$\"{s}\"|}));")]
    [InlineData("[Operation(Open = true)] public static partial Nat S(Symbol s); [Pattern] static Rule R(Symbol s) => Rewrite(S(s), to: S({|RW0106:new(\"x\")|}));")]
    [InlineData("[Operation(Open = true)] public static partial Nat S(long s); [Pattern] static Rule R(long s) => Rewrite(S(s), to: S({|RW0106:(byte)s|}));")]
    // RW0107
    [InlineData("[Pattern] static Rule R(Nat x) => {|RW0107:null!|};")]
    [InlineData("[Pattern] static Rule R(Nat x) => {|RW0107:throw null!|};")]
    [InlineData("[Pattern] static Rule R(Nat x) {|RW0107:{ var y = x; return Rewrite(Plus(x, x), to: y); }|}")]
    [InlineData("[Pattern] static Rule R(Nat x) => {|RW0107:Other(x)|}; static Rule {|RW0124:Other|}(Nat x) => null!;")]
    [InlineData("[Pattern] static Rule R(Nat x) => {|RW0107:x == Zero() ? Rewrite(Plus(x, x), to: x) : null!|};")]
    // RW0108
    [InlineData("[Pattern] static int {|RW0108:R|}(Nat x) => 5;")]
    [InlineData("[Pattern] static Rule {|RW0108:R|}<T>(Nat x) => Rewrite(Plus(x, x), to: x);")]
    [InlineData("[Pattern] static partial Rule {|CS8796:{|RW0108:R|}|}(Nat x);")]
    // RW0109
    [InlineData("[Constructor] public static Nat {|RW0109:A|}() => default;")]
    [InlineData("[Constructor] public static partial int {|RW0109:A|}();")]
    [InlineData("[Constructor] public static partial Nat {|RW0109:A|}<T>({|RW0104:T|} x) where T : class, IDisposable, new();")]
    [InlineData("[Constructor] public static extern Nat {|RW0109:A|}();")]
    // RW0110
    [InlineData("[Operation] public static Nat {|RW0110:A|}(Nat x) => x;")]
    [InlineData("[Operation] public static partial Nat {|RW0110:A|}<@int>(Nat x) where @int : struct;")]
    // RW0111
    [InlineData("[HostOperation] public static partial int {|RW0111:A|}(Nat x);")]
    [InlineData("[HostOperation] public static int {|RW0111:A|}<T>(Nat x) => 5;")]
    // RW0112
    [InlineData("[Normalizer] public static partial Nat {|RW0112:N|}(Nat x, Nat y);")]
    [InlineData("[Normalizer] public static partial int {|RW0112:N|}(int x);")]
    [InlineData("[Normalizer] public static partial int {|RW0112:N|}(Nat x);")]
    [InlineData("[Normalizer] public static Nat {|RW0112:N|}(Nat x) => x;")]
    // RW0113
    [InlineData("[Operation(Open = true)] public static partial Nat {|RW0113:Plus|}(Nat x);")]
    [InlineData("[Pattern] static Rule {|RW0113:Zero|}(Nat x) => Rewrite(Plus(x, x), to: x);")]
    [InlineData("[Operation(Open = true)] public static partial Nat {|RW0113:A|}(Nat x); static Nat A(long x) => Zero();")]
    // RW0114
    [InlineData("[Operation] public static partial Nat A({|RW0114:ref Nat x|});")]
    [InlineData("[Operation] public static partial Nat A({|RW0114:in Nat x|}, {|RW0114:out Nat y|});")]
    [InlineData("[Operation] public static partial Nat A({|RW0114:params {|RW0104:int[]|} x|});")]
    [InlineData("[Operation] public static partial Nat A({|RW0114:int x = 5|});")]
    [InlineData("[Operation] public static partial Nat A({|RW0114:this Nat x|});")]
    [InlineData("[Pattern] static Rule R({|RW0114:ref Nat x|}) => Rewrite(Plus(x, x), to: x);")]
    // RW0117
    [InlineData("[Constructor, {|RW0117:Operation|}] public static partial Nat A();")]
    // RW0118
    [InlineData("[Pattern(Polarity = {|RW0118:(Polarity)7|})] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x);")]
    [InlineData("[Pattern(Group = {|RW0118:\"a.b\"|})] static Rule R(Nat x) => Rewrite(Plus(x, x), to: x);")]
    [InlineData("[{|RW0118:Normalizer((Strategy)9)|}] public static partial Nat N(Nat x);")]
    [InlineData("[{|RW0118:Normalizer(Groups = [\"`\"])|}] public static partial Nat N(Nat x);")]
    // RW0119
    [InlineData("[Operation] public static partial Nat {|RW0119:Module|}(Nat x);")]
    [InlineData("[Operation] public static partial Nat {|RW0119:RewrightBinding|}(Nat x);")]
    [InlineData("[Sort] public readonly partial struct {|RW0119:Ref|}; [Sort] public readonly partial struct {|RW0119:@int|}; [Constructor] public static partial Ref C(@int x);")]
    [InlineData("[Sort] public readonly partial struct {|RW0119:BigInteger|}; [Constructor] public static partial BigInteger C(); [Pattern] static Rule R(BigInteger x) => Rewrite(C(), to: x);")]
    public async Task Members(string members) => await Module(members).RunAsync();
}
