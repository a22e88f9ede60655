using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Explain;
using Xunit;

namespace Rewright.Tests;

public class TraceTests
{
    private const string Sample = """
        sort Nat = Zero | Succ(Nat)
        op Plus(Nat, Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
        op Times(Nat, Nat): Nat
        rule TimesZero: Times(Zero, _) -> Zero
        rule TimesSucc: Times(Succ(x), y) -> Plus(y, Times(x, y))
        op Even(Nat): bool
        rule EvenZero: Even(Zero) -> true
        rule EvenOne: Even(Succ(Zero)) -> false
        rule EvenTwo: Even(Succ(Succ(x))) -> Even(x)
        op Collatz(Nat): Nat
        rule Half: Collatz(x) -> Half(x) if Even(x)
        rule More [priority -1]: Collatz(x) -> Succ(Plus(x, Plus(x, x)))
        op Half(Nat): Nat
        rule HalfZero: Half(Zero) -> Zero
        rule HalfTwo: Half(Succ(Succ(x))) -> Succ(Half(x))
        op Length(Nat): long
        rule LengthZero: Length(Zero) -> 0
        rule LengthSucc: Length(Succ(x)) -> 1 + Length(x)
        op Choose(Nat): Nat
        rule Choose: Choose(x) -> Even(x) && !Even(Succ(x)) ? Half(x) : Plus(x, x)
        op Pred(Nat): Nat
        rule Pred: Pred(x) -> Plus(y, y) where Succ(y) = Plus(x, Zero) if Even(y)
        rule Rest [priority -1]: Pred(x) -> x
        sort Expr = Num(long) | Add(Expr, Expr) | Mul(Expr, Expr) | Neg(Expr)
        rule AddNum: Add(Num(a), Num(b)) -> Num(a + b)
        rule MulAdd: Mul(Add(a, b), c) -> Add(Mul(a, c), Mul(b, c))
        rule NegNeg: Neg(Neg(x)) -> x
        normalizer Inner: Expr [innermost]
        normalizer Outer: Expr [outermost]
        normalizer Once: Expr [bottomup]
        """;

    internal const string SharedAndDeep = """
        sort E = A | M(E, E) | N(E)
        rule NN: N(N(x)) -> x
        normalizer Inner: E
        op Square(E, int): E
        rule Stop: Square(e, 0) -> e
        rule Go: Square(e, n) -> Square(M(e, e), n - 1) if n > 0
        op Left(E): E
        rule LeftM: Left(M(x, _)) -> Left(x)
        rule LeftA: Left(A) -> A
        sort Nat = Zero | Succ(Nat)
        op Count(long): Nat
        rule None: Count(0) -> Zero
        rule Next: Count(n) -> Succ(Count(n - 1)) if n > 0
        """;

    private static readonly Module Module = Module.Parse(Sample);

    private static string Trace(string term, int maxSteps = 1000)
    {
        var engine = TestEngine.Interpret(Module);
        using var heap = new TermHeap();
        string text;
        using (var trace = heap.BeginTrace(maxSteps))
        {
            try
            {
                Assert.Equal(engine.Evaluate(heap, term), trace.Derivations[^1].Result!.ToString());
            }
            catch (EvaluationException)
            {
            }

            text = string.Join("\n", trace.Derivations);
        }

        var census = heap.TakeCensus();
        Assert.Equal((0L, 0L, 0L), (census.Live, census.Lost, census.Miscounted));
        return text;
    }

    [Fact]
    public void Steps_show_rule_position_before_and_after()
        => Assert.Equal("""
            Plus(Succ(Succ(Zero)), Succ(Zero))
              PlusSucc: Plus(Succ(Succ(Zero)), Succ(Zero)) -> Succ(Plus(Succ(Zero), Succ(Zero)))
              PlusSucc at 0: Plus(Succ(Zero), Succ(Zero)) -> Succ(Plus(Zero, Succ(Zero)))
              PlusZero at 0.0: Plus(Zero, Succ(Zero)) -> Succ(Zero)
            = Succ(Succ(Succ(Zero)))
            """, Trace("Plus(Succ(Succ(Zero)), Succ(Zero))"));

    [Fact]
    public void What_conditions_needed_is_shown_with_the_rule_that_fired()
    {
        Assert.Equal("""
            Collatz(Succ(Succ(Zero)))
              Half: Collatz(Succ(Succ(Zero))) -> Half(Succ(Succ(Zero)))
                condition 1:
                  EvenTwo: Even(Succ(Succ(Zero))) -> Even(Zero)
                  EvenZero: Even(Zero) -> true
              HalfTwo: Half(Succ(Succ(Zero))) -> Succ(Half(Zero))
              HalfZero at 0: Half(Zero) -> Zero
            = Succ(Zero)
            """, Trace("Collatz(Succ(Succ(Zero)))"));
        // The condition of Half failed, and proves nothing about More.
        Assert.StartsWith("Collatz(Succ(Zero))\n  More: Collatz(Succ(Zero)) -> Succ(Plus(Succ(Zero), Plus(Succ(Zero), Succ(Zero))))\n  "
            + "PlusSucc at 0.1:", Trace("Collatz(Succ(Zero))"));
    }

    [Fact]
    public void Built_in_functions_and_choices_have_places_until_they_are_known()
    {
        Assert.Contains("LengthSucc at 1: Length(Succ(Zero)) -> 1L + Length(Zero)\n  LengthZero at 1.1: Length(Zero) -> 0\n= 2",
            Trace("Length(Succ(Succ(Zero)))"));
        Assert.Equal("""
            Choose(Zero)
              Choose: Choose(Zero) -> Even(Zero) && !Even(Succ(Zero)) ? Half(Zero) : Plus(Zero, Zero)
              EvenZero at 0.0: Even(Zero) -> true
              EvenOne at 0.0: Even(Succ(Zero)) -> false
              HalfZero: Half(Zero) -> Zero
            = Zero
            """, Trace("Choose(Zero)"));
    }

    [Fact]
    public void A_stuck_evaluation_shows_what_led_there()
        => Assert.Equal("""
            Half(Succ(Succ(Succ(Zero))))
              HalfTwo: Half(Succ(Succ(Succ(Zero)))) -> Succ(Half(Succ(Zero)))
            ! No rule applies to Half(Succ(Zero)). Add a rule for it, or declare the operation open.
            """, Trace("Half(Succ(Succ(Succ(Zero))))"));

    [Fact]
    public void A_full_trace_says_so_and_goes_on_counting()
    {
        var engine = TestEngine.Interpret(Module);
        using var heap = new TermHeap();
        using var trace = heap.BeginTrace(1);
        engine.Evaluate(heap, "Times(Succ(Succ(Zero)), Succ(Zero))");
        var derivation = trace.Derivations[0];
        Assert.Equal((1, false), (derivation.Steps.Count, derivation.IsComplete));
        Assert.Equal(
            new SortedDictionary<string, long> { ["PlusSucc"] = 2, ["PlusZero"] = 2, ["TimesSucc"] = 2, ["TimesZero"] = 1 },
            new SortedDictionary<string, long>(trace.RuleCounts.ToDictionary(c => c.Key.Name, c => c.Value)));
    }

    [Theory]
    [InlineData("Plus(Succ(Succ(Zero)), Succ(Zero))")]
    [InlineData("Times(Succ(Succ(Succ(Zero))), Succ(Succ(Zero)))")]
    [InlineData("Collatz(Succ(Succ(Succ(Zero))))")]
    [InlineData("Collatz(Succ(Succ(Succ(Succ(Zero)))))")]
    [InlineData("Length(Times(Succ(Succ(Zero)), Succ(Succ(Zero))))")]
    [InlineData("Choose(Succ(Zero))")]
    [InlineData("Pred(Succ(Succ(Succ(Zero))))")]
    [InlineData("Pred(Succ(Succ(Zero)))")]
    [InlineData("Inner(Mul(Add(Num(1), Add(Num(2), Num(3))), Neg(Neg(Num(4)))))")]
    [InlineData("Outer(Mul(Add(Num(1), Add(Num(2), Num(3))), Neg(Neg(Num(4)))))")]
    [InlineData("Once(Mul(Add(Num(1), Add(Num(2), Num(3))), Neg(Neg(Num(4)))))")]
    public void Applying_the_steps_again_gives_the_result(string term)
    {
        foreach (var (_, engine) in TestEngine.All(Module))
        {
            using var heap = new TermHeap();
            string expected = engine.Evaluate(heap, term);
            using var trace = heap.BeginTrace();
            Assert.Equal(expected, engine.Evaluate(heap, term));
            Assert.NotEmpty(trace.Derivations);
            foreach (var derivation in trace.Derivations) Assert.Null(DerivationChecker.Check(derivation));
        }
    }

    [Fact]
    public void A_trace_goes_through_shared_terms_and_deep_ones()
    {
        var module = Module.Parse(SharedAndDeep);
        var engine = TestEngine.Interpret(module);
        using var heap = new TermHeap();
        using var trace = heap.BeginTrace();
        Assert.Equal("A", engine.Evaluate(heap, "Left(Inner(Square(A, 64)))"));
        Assert.Empty(trace.Derivations[1].Steps);
        Assert.Equal(65, trace.Derivations[2].Steps.Count);
        Assert.InRange(trace.Derivations[2].ToString().Length, 65 * 200, 65 * 600);
        engine.Evaluate(heap, "Count(50000)");
        var last = trace.Derivations[3].Steps[^1];
        Assert.Equal((50001, 50000, "Zero"), (trace.Derivations[3].Steps.Count, last.Position.Count, last.After()));
        Assert.StartsWith(last.Rule.Name + " at …", last.ToString(), StringComparison.Ordinal);
        Assert.InRange(trace.Derivations[3].ToString().Length, 0, 50_001 * 600);
    }

    [Fact]
    public void There_is_one_trace_at_a_time_and_its_values_end_with_it()
    {
        var engine = TestEngine.Interpret(Module);
        using var heap = new TermHeap();
        var trace = heap.BeginTrace();
        Assert.Throws<InvalidOperationException>(() => heap.BeginTrace());
        engine.Evaluate(heap, "Half(Zero)");
        var value = trace.Derivations[0].Result!;
        Assert.Equal("Zero", value.GetTerm().ToString());
        trace.Dispose();
        trace.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.ToString());
        heap.BeginTrace().Dispose();
    }
}
