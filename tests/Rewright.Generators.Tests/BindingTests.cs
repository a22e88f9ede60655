using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>The generated bindings: their text, and that they compile without a warning wherever a module may stand.</summary>
public class BindingTests
{
    private const string Peano = """
        namespace Demo;

        /// <summary>Numbers by counting.</summary>
        [PatternModule]
        public static partial class Peano
        {
            /// <summary>A number.</summary>
            [Sort] public readonly partial struct Nat;
            /// <summary>Nothing.</summary>
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
            /// <summary>The sum of <paramref name="x"/> and <paramref name="y"/>, see <see cref="Zero"/>.</summary>
            /// <remarks>
            /// Takes time.
            /// </remarks>
            [Operation] public static partial Nat Plus(Nat x, Nat y);

            [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
            [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
        }
        """;

    // Every kind of value, and what users do with the generated members.
    private const string Values = """
        namespace Demo
        {
            public enum Color : byte { Red, Green }

            partial record class Outer
            {
                [PatternModule]
                internal static partial class Values
                {
                    internal enum Hidden { A, B }
                    [Sort] internal readonly partial struct Expr;
                    [Constructor] internal static partial Expr Lit(bool b, int i, uint u, long l, ulong w, double d, Symbol s, string t, BigInteger n, Color c, Ref<object> r, Ref<System.Collections.Generic.List<string>> q);
                    [Constructor] internal static partial Expr Add(Expr left, Expr right);
                    [Constructor] private static partial Expr Hide(Hidden hidden);
                    [Constructor] internal static partial Expr Nil();
                    [Operation(Open = true)] internal static partial Expr Simplify(Expr e);
                    [Operation] internal static partial Ref<object> Find(Expr e, Ref<object> otherwise);
                    [Operation] internal static partial double Value(Expr e);
                    [HostOperation] private static Expr Host(Expr e, Ref<object> r, double d) => e;
                    [HostOperation] internal static Ref<object> Wrap(string t) => new(t);
                    [HostOperation] internal static bool Test(Expr e) => e.IsNil;
                    [Normalizer] internal static partial Expr Normal(Expr e);
                    [Pattern] static Rule F(Expr e, Ref<object> r) => Rewrite(Find(e, r), to: Wrap("x"));
                    [Pattern] static Rule V(Expr e) => Rewrite(Value(e), to: 0.5);
                    // The host may give back what it was given.
                    [Pattern] static Rule {|RW0311:A|}(Expr e) => Rewrite(Add(e, Nil()), to: Host(e, Wrap("y"), 2));

                    internal static string Describe(Expr e) => e switch
                    {
                        { AsAdd: var (left, right) } => left.ToString() + right.ToString(20),
                        { AsLit: { I: > 3, T: "x" } lit } => lit.D.ToString(),
                        { AsHide.Hidden: Hidden.A } => "hidden",
                        { IsNil: true } => "nil",
                        _ when e.TryGetAdd(out var l, out _) && l != e => l.CopyTo(TermHeap.Current).ToString(),
                        { Kind: Expr.Kinds.Stuck } => Expr.Parse("Nil").GetHashCode().ToString(),
                        _ => Module.ToString() + ((Term)e).Tag,
                    };
                }
            }
        }
        """;

    // Names that could clash with generated ones, or with keywords.
    private const string Names = """
        namespace @namespace.@class
        {
            static partial class @static
            {
                [PatternModule]
                public static partial class @event
                {
                    [Sort] public readonly partial struct Term;
                    [Constructor] public static partial Term @new(Term @this, Term call, Term call_, Term _term);
                    [Constructor] public static partial Term Stuck(long value, long Value, long @equals, long toString, long _, long stuckView);
                    [Constructor] public static partial Term Term1(int term, int other, int obj, int left, int right, int heap, int text);
                    [Operation(Open = true)] public static partial Term @if(Term call, Term @null, Term call_);
                    [HostOperation] static Term @lock(Term call) => call;
                    [Sort] public readonly partial struct Kind;
                    [Constructor] public static partial Kind Kinds();
                    [Constructor] public static partial Kind None(Kind kind, Kind kinds);
                    [Sort] public readonly partial struct IsX;
                    [Constructor] public static partial IsX X(IsX isX);
                    [Constructor] public static partial IsX Y();
                    [Sort] public readonly partial struct Symbols;
                    [Constructor] public static partial Symbols Binding(Symbol symbol, Ref<Type> type);
                    static bool Use(Kind k, IsX x, Term t) => k.IsKinds && k.Kind_ == Kind.Kinds.None && x.IsX_
                        && t is { AsStuck: { Value: 1, Value_: 2, Equals_: 3, ToString_: 4, StuckView_: 6 } } && t.Kind == Term.Kinds.Stuck;
                }
            }
        }
        """;

    [Fact]
    public async Task Bindings_of_Peano()
    {
        var result = await new ModuleTest(Peano).RunForResultAsync();
        Reviewed(result);
    }

    [Fact]
    public async Task Bindings_of_all_kinds_of_values()
    {
        var result = await new ModuleTest(Values).RunForResultAsync();
        Reviewed(result);
    }

    [Fact]
    public async Task Bindings_of_a_faulty_module()
    {
        var result = await new ModuleTest("""
            [PatternModule]
            static partial class M
            {
                [Sort] public readonly partial struct Nat;
                [Constructor] public static partial Nat Zero();
                [Constructor] internal static partial Nat {|RW0109:Bytes|}<T, U>(
                    {|RW0104:byte[]?|} b, {|RW0114:ref {|RW0104:T|} t|}, {|RW0114:params {|RW0104:U[]|} u|})
                    where T : class?, new() where U : struct, System.IDisposable;
                [Operation] public static partial Nat F(Nat x);
                [Pattern] static Rule R(Nat x, Nat y) => Rewrite(F(x), to: {|RW0014:y|});
            }
            """).RunForResultAsync();
        Reviewed(result);
    }

    [Theory]
    [InlineData(false, NullableContextOptions.Enable)]
    [InlineData(true, NullableContextOptions.Enable)]
    [InlineData(false, NullableContextOptions.Disable)]
    public async Task Bindings_compile_without_warnings(bool checkOverflow, NullableContextOptions nullable)
    {
        var test = new ModuleTest(Peano, Values, Names);
        test.CompilationOptions = test.CompilationOptions.WithOverflowChecks(checkOverflow).WithNullableContextOptions(
            nullable).WithWarningLevel(9999)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Error);
        await test.RunAsync();
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("namespace A.B; {0}")]
    [InlineData("namespace A {{ namespace @B {{ {0} }} }}")]
    [InlineData("public partial interface I {{ public partial record R {{ private partial record struct S {{ partial struct T {{ {0} }} }} }} }}")]
    public async Task A_module_can_stand_anywhere(string place)
        => await new ModuleTest(string.Format(System.Globalization.CultureInfo.InvariantCulture, place,
            "[PatternModule] static partial class P { [Sort] public readonly partial struct S; [Constructor] public static partial S "
                + "C(long x); }"
            + "static partial class P { [Operation] public static partial S F(S x); [Pattern] static Rule R(S x) => Rewrite(F(x), to: "
                + "x); }")).RunAsync();

    [Fact]
    public async Task Names_that_clash_get_an_underscore()
    {
        var result = await new ModuleTest(Names).RunForResultAsync();
        Snapshot.Matches(result.Generated("namespace.class.static.event.g.cs"), "event.g.cs");
    }

    [Fact]
    public async Task Documentation_is_complete()
    {
        var test = new ModuleTest("/// <summary>A module.</summary>\n[PatternModule] public static partial class M {\n"
            + "/// <summary>A sort.</summary>\n[Sort] public readonly partial struct S;\n/// <summary>A constructor.</summary>\n"
            + "[Constructor] public static partial S C(S s);\n"
            + "/// <summary>Another.</summary>\n[Constructor] public static partial S D();\n"
            + "/// <summary>An operation.</summary>\n[Operation] public static partial S F(S x);\n"
            + "[Pattern] static Rule R(S x) => Rewrite(F(x), to: x); }");
        test.DisabledDiagnostics.Remove("CS1591");
        test.CompilationOptions = test.CompilationOptions.WithWarningLevel(9999);
        await test.RunAsync();
    }

    // Not the LLVM IR, which has its own tests, and not the index, which has its hash.
    private static void Reviewed(ModuleTestResult result, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        foreach (string file in result.FileNames.Where(
            f => !f.EndsWith("-ll.g.cs", System.StringComparison.Ordinal) && f != Emit.CSharp.ArtifactIndex.FileName))
            Snapshot.Matches(result.Generated(file), file, test);
    }
}
