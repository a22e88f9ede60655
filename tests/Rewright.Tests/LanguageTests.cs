using System;
using System.Linq;
using Rewright.Binding;
using Rewright.Model;
using Xunit;

namespace Rewright.Tests;

/// <summary>Each piece of the rule language by itself, in all engines.</summary>
public class LanguageTests
{
    private const string Nat = """
        sort Nat = Zero | Succ(Nat)
        op Plus(Nat, Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))

        """;

    private static void Check(string text, params (string Term, string Expected)[] cases)
    {
        var module = Module.Parse(text);
        foreach (var (name, engine) in TestEngine.All(module))
            foreach (var (term, expected) in cases)
                Assert.Equal((name, term, expected), (name, term, engine.Evaluate(term)));
    }

    [Fact]
    public void Conditions_test_compare_and_match() => Check(
        Nat + """
        sort Pair = Pair(long, long)
        op DivMod(long, long): Pair
        rule DivMod: DivMod(x, y) -> Pair(x / y, x % y)
        op Digits(long): long
        rule Many: Digits(n) -> 1 + Digits(q) where Pair(q, _) = DivMod(n, 10) if q > 0
        rule One [priority -1]: Digits(_) -> 1
        op Twice(Nat): Nat
        rule Twice: Twice(x) -> y where y = Plus(x, x)
        op Same(Nat, Nat): bool
        rule Same: Same(x, y) -> true if Plus(x, y) == Plus(y, x) && x != Succ(y)
        rule Other [priority -1]: Same(_, _) -> false
        op Chain(long): long
        rule Chain: Chain(n) -> r where Pair(q, r) = DivMod(n, 7) where Pair(_, 0) = DivMod(q, 2) if r != 3
        rule Rest [priority -1]: Chain(n) -> -n
        op Choose(bool, long): long
        rule Choose: Choose(b, n) -> b || n / 0 > 0 ? n : 0
        """,
        ("Digits(12345)", "5"), ("Digits(9)", "1"), ("Twice(Succ(Zero))", "Succ(Succ(Zero))"),
        ("Same(Zero, Succ(Zero))", "true"), ("Same(Succ(Zero), Zero)", "false"),
        ("Chain(18)", "4"), ("Chain(17)", "-17"), ("Chain(8)", "-8"), ("Choose(true, 5)", "5"));

    [Fact]
    public void A_repeated_variable_means_equal_subterms() => Check(
        """
        sort E = A | B(E, E) | D(double) | S(string) | I(BigInteger)
        op F(E, E): bool
        rule Equal: F(x, x) -> true
        rule Differ: F(_, _) -> false
        op G(E): bool
        rule Mirror: G(B(B(x, y), B(y, x))) -> true
        rule Other: G(_) -> false
        op H(double, double): bool
        rule HSame: H(x, x) -> true
        rule HElse: H(_, _) -> false
        """,
        ("F(B(A, S(\"x\")), B(A, S(\"x\")))", "true"), ("F(B(A, A), B(A, B(A, A)))", "false"),
        ("F(D(double.NaN), D(double.NaN))", "true"), ("F(D(0.0), D(-0.0))", "false"), ("H(double.NaN, double.NaN)", "true"),
        ("H(0.0, -0.0)", "false"),
        ("F(I(99999999999999999999), I(99999999999999999999))", "true"), ("F(I(99999999999999999999), I(5))", "false"),
        ("G(B(B(A, D(1)), B(D(1), A)))", "true"), ("G(B(B(A, D(1)), B(A, D(1))))", "false"));

    [Fact]
    public void Priority_goes_before_specificity_and_specificity_before_nothing() => Check(
        Nat + """
        op F(Nat, long): long
        rule General [priority 1]: F(Succ(_), n) -> 1 if n > 0
        rule Special: F(Succ(Zero), _) -> 2
        rule Any: F(_, _) -> 3
        op G(Nat, Nat): long
        rule Pair: G(x, x) -> 1
        rule Deep: G(Succ(Zero), _y) -> 2
        rule Anyway: G(_, _) -> 3
        rule Pick [priority 2]: G(Zero, Zero) -> 4
        rule Both [priority 1]: G(Succ(Zero), Succ(Zero)) -> 5
        op H(long): long
        rule Cond: H(x) -> 1 if x > 3
        rule Plain: H(_x) -> 2
        """,
        ("F(Succ(Zero), 1)", "1"), ("F(Succ(Zero), 0)", "2"), ("F(Zero, 1)", "3"), ("G(Succ(Succ(Zero)), Succ(Succ(Zero)))", "1"),
        ("G(Succ(Zero), Zero)", "2"),
        ("G(Zero, Succ(Zero))", "3"), ("G(Zero, Zero)", "4"), ("G(Succ(Zero), Succ(Zero))", "5"), ("H(4)", "1"), ("H(3)", "2"));

    [Fact]
    public void In_textual_order_the_first_match_wins() => Check(
        """
        order textual
        sort Nat = Zero | Succ(Nat)
        op F(Nat, long): long
        rule A: F(_, n) -> 1 if n > 10
        rule B: F(Succ(_), n) -> 2 if n < 5
        rule C: F(Succ(Zero), _) -> 3
        rule D: F(_, _) -> 4
        rule E [priority 1]: F(Zero, 99) -> 5
        """,
        ("F(Zero, 11)", "1"), ("F(Succ(Zero), 1)", "2"), ("F(Succ(Zero), 7)", "3"), ("F(Succ(Zero), 12)", "1"), ("F(Zero, 1)", "4"),
            ("F(Zero, 99)", "5"));

    [Fact]
    public void Open_operations_give_stuck_terms_that_rules_match() => Check(
        Nat + """
        op Minus(Nat, Nat): Nat [open]
        rule MinusZero: Minus(x, Zero) -> x
        rule MinusSucc: Minus(Succ(x), Succ(y)) -> Minus(x, y)
        op IsDebt(Nat): bool
        rule Debt: IsDebt(Minus(Zero, Succ(_))) -> true
        rule None [priority -1]: IsDebt(_) -> false
        op Pay(Nat): Nat
        rule Pay: Pay(Minus(x, y)) -> Plus(x, y)
        rule Keep [priority -1]: Pay(x) -> x
        op Depth(Nat): long
        rule DZ: Depth(Zero) -> 0
        rule DS: Depth(Succ(x)) -> 1 + Depth(x)
        rule DM: Depth(Minus(x, y)) -> 100 + Depth(x) + Depth(y)
        """,
        ("Minus(Succ(Zero), Zero)", "Succ(Zero)"), ("Minus(Succ(Zero), Succ(Succ(Zero)))", "Minus(Zero, Succ(Zero))"),
        ("IsDebt(Minus(Zero, Succ(Zero)))", "true"), ("IsDebt(Succ(Minus(Zero, Succ(Zero))))", "false"),
        ("Succ(Minus(Zero, Succ(Zero)))", "Succ(Minus(Zero, Succ(Zero)))"), ("Pay(Minus(Zero, Succ(Zero)))", "Succ(Zero)"),
        ("Depth(Succ(Minus(Zero, Succ(Zero))))", "102"), ("Depth(Plus(Succ(Zero), Succ(Zero)))", "2"));

    [Fact]
    public void Simplifications_belong_to_groups_and_have_polarities() => Check(
        """
        sort E = N(long) | X | Add(E, E) | Mul(E, E) | Twice(E)
        op Value(E): long
        rule VN: Value(N(a)) -> a
        rule VX: Value(X) -> 7
        rule VA: Value(Add(a, b)) -> Value(a) + Value(b)
        rule VM: Value(Mul(a, b)) -> Value(a) * Value(b)
        rule VT: Value(Twice(a)) -> 2 * Value(a)
        rule AddZero: Add(e, N(0)) -> e
        rule Fold: Add(N(a), N(b)) -> N(a + b)
        rule Distribute [group expand]: Mul(e, Add(a, b)) -> Add(Mul(e, a), Mul(e, b))
        rule Double [backward, group expand]: Add(e, e) -> Twice(e)
        rule Shorter [symmetric, group order]: Add(a, Add(a, b)) -> Add(Twice(a), b)
        rule Big [group fold, priority 2]: Twice(e) -> N(Value(e) + Value(e)) if Value(e) > 10
        rule Small [group fold]: Twice(e) -> Add(e, e)
        normalizer Simplify: E
        normalizer Expand: E [innermost, groups expand]
        normalizer Order: E [outermost, groups order]
        normalizer Fold1: E [bottomup, groups fold]
        normalizer Both: E [innermost, groups fold expand]
        """,
        ("Simplify(Add(Add(N(1), N(2)), N(0)))", "N(3)"), ("Simplify(Mul(X, Add(X, N(0))))", "Mul(X, X)"),
        ("Expand(Mul(X, Add(X, N(1))))", "Add(Mul(X, X), Mul(X, N(1)))"), ("Expand(Twice(X))", "Add(X, X)"),
        ("Expand(Add(X, N(0)))", "Add(X, N(0))"), ("Order(Add(X, Add(X, N(1))))", "Add(Twice(X), N(1))"),
        ("Fold1(Twice(Twice(X)))", "N(28)"), ("Fold1(Twice(N(3)))", "Add(N(3), N(3))"), ("Both(Twice(Mul(N(11), N(1))))", "N(22)"));

    [Fact]
    public void Enums_are_finite_sorts_with_values_that_no_member_names() => Check(
        """
        enum System.DayOfWeek : int = Sunday 0 | Monday 1 | Tuesday 2
        enum Demo.Flags : ulong = None 0 | Top 9223372036854775808
        sort Event = At(System.DayOfWeek) | Never
        op IsMonday(Event): bool
        rule Monday: IsMonday(At(DayOfWeek.Monday)) -> true
        rule Other [priority -1]: IsMonday(_) -> false
        op Next(System.DayOfWeek): System.DayOfWeek
        rule Wrap: Next(DayOfWeek.Tuesday) -> DayOfWeek.Sunday
        rule Next [priority -1]: Next(d) -> System.DayOfWeek(int(d) + 1)
        op Bits(Demo.Flags): ulong
        rule Bits: Bits(f) -> ulong(f)
        """,
        ("IsMonday(At(Monday))", "true"), ("IsMonday(At(System.DayOfWeek(7)))", "false"), ("Next(Tuesday)", "System.DayOfWeek.Sunday"),
        ("Next(Tuesday)", "System.DayOfWeek.Sunday"), ("Next(System.DayOfWeek(8))", "System.DayOfWeek(9)"),
            ("Bits(Top)", "9223372036854775808"));

    [Fact]
    public void Literals_are_matched_in_every_built_in_sort() => Check(
        """
        op B(bool): long
        rule B1: B(true) -> 1
        rule B0: B(false) -> 0
        op D(double): long
        rule DN: D(double.NaN) -> 1
        rule DM: D(-0.0) -> 2
        rule DZ: D(0.0) -> 3
        rule DE [priority -1]: D(_) -> 4
        op S(string): long
        rule S1: S("a") -> 1
        rule S2: S("") -> 2
        rule SE [priority -1]: S(_) -> 3
        op Y(Symbol): long
        rule Y1: Y('a') -> 1
        rule YE [priority -1]: Y(_) -> 2
        op I(BigInteger): long
        rule I1: I(5) -> 1
        rule I2: I(99999999999999999999) -> 2
        rule IE [priority -1]: I(_) -> 3
        op U(ulong): long
        rule U1: U(18446744073709551615) -> 1
        rule UE [priority -1]: U(_) -> 2
        """,
        ("B(true)", "1"), ("B(false)", "0"), ("D(double.NaN)", "1"), ("D(-0.0)", "2"), ("D(0.0)", "3"), ("D(1.0)", "4"),
        ("S(\"a\")", "1"), ("S(\"\")", "2"), ("S(\"b\")", "3"), ("Y('a')", "1"), ("Y('b')", "2"),
        ("I(5)", "1"), ("I(99999999999999999999)", "2"), ("I(6)", "3"), ("U(18446744073709551615)", "1"), ("U(1)", "2"));

    [Fact]
    public void Host_operations_are_called_back_and_their_exceptions_reach_the_caller()
    {
        var module = Module.Parse("""
            sort Nat = Zero | Succ(Nat)
            sort Box = Box(Ref, Nat)
            op Host(long): long [host]
            op Swap(Nat): Nat [host]
            op Object(Box): Ref [host]
            op F(long): long
            rule F: F(x) -> Host(x) + F(x - 1) if x > 0
            rule G [priority -1]: F(_) -> 0
            op Deep(long): long
            rule Deep: Deep(n) -> 1 + Deep(n - 1) if n > 0
            rule Bottom [priority -1]: Deep(_) -> Host(-1)
            op Turn(Nat): Nat
            rule Turn: Turn(n) -> Succ(Swap(n))
            """);
        int calls = 0;
        HostFunction[] hosts =
        [
            (ref HostCall call) =>
            {
                calls++;
                long value = call.Value<long>(0);
                call.Return(value < 0 ? throw new InvalidOperationException("from C#") : 10 * value);
            },
            (ref HostCall call) => call.Return(call.Term(0).Symbol.Name == "Zero" ? call.Term(0) : call.Term(0).GetTerm(0)),
            (ref HostCall call) => call.ReturnReference(null),
        ];
        foreach (var (name, engine) in TestEngine.All(module, hosts))
        {
            using var heap = new TermHeap();
            Assert.Equal((name, "60"), (name, engine.Evaluate(heap, "F(3)")));
            Assert.Equal((name, "Succ(Succ(Zero))"), (name, engine.Evaluate(heap, "Turn(Succ(Succ(Zero)))")));
            foreach (string term in new[] { "Deep(0)", "Deep(5)", "Deep(300000)" })
            {
                var thrown = Assert.Throws<InvalidOperationException>(() => engine.Evaluate(heap, term));
                Assert.Equal("from C#", thrown.Message);
                Assert.Contains(nameof(LanguageTests), thrown.StackTrace, StringComparison.Ordinal);
            }

            Assert.Equal((name, "60"), (name, engine.Evaluate(heap, "F(3)")));
            var census = heap.TakeCensus();
            Assert.Equal((name, 0L, 0L, 0L), (name, census.Live, census.Lost, census.Miscounted));
        }

        Assert.True(calls > 0);
    }

    [Fact]
    public void A_stuck_operation_names_its_term()
        => Assert.All(TestEngine.All(
        Module.Parse(Nat + "op Pred(Nat): Nat\nrule Pred: Pred(Succ(x)) -> x\nop F(Nat, long, string): Nat\nrule F: F(x, 1, \"a\") -> "
            + "Pred(x)")), e =>
    {
        using var heap = new TermHeap();
        Assert.Equal("Pred(Zero)", Assert.Throws<StuckTermException>(() => e.Engine.Evaluate(heap, "F(Zero, 1, \"a\")")).Term);
        Assert.Equal("F(Succ(Zero), 2, \"b\")",
            Assert.Throws<StuckTermException>(() => e.Engine.Evaluate(heap, "F(Succ(Zero), 2, \"b\")")).Term);
    });
}
