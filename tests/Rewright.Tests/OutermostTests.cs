using System;
using System.Linq;
using Rewright.Testing;
using Xunit;

namespace Rewright.Tests;

/// <summary>What outermost steps cost: in proportion to the term and the steps, however deep the places are.</summary>
public class OutermostTests
{
    private static readonly Module Sums = Module.Parse("""
        module Demo
        sort E = Num(long) | Add(E, E) | Neg(E) | Twice(E)
        rule Fold: Add(Num(a), Num(b)) -> Num(a + b)
        rule NegNeg: Neg(Neg(x)) -> x
        rule Deep: Twice(Neg(Twice(Num(a)))) -> Num(a)
        normalizer Outer: E [outermost]
        normalizer Inner: E [innermost]
        op Left(long, E): E
        rule Left0: Left(0, e) -> e
        rule Left1: Left(n, e) -> Left(n - 1, Add(e, Num(1))) if n != 0
        op Right(long, E): E
        rule Right0: Right(0, e) -> e
        rule Right1: Right(n, e) -> Right(n - 1, Add(Num(1), e)) if n != 0
        op Negs(long, E): E
        rule Negs0: Negs(0, e) -> e
        rule Negs1: Negs(n, e) -> Negs(n - 1, Neg(e)) if n != 0
        """);

    [Fact]
    public void Steps_cost_the_same_however_deep_they_are()
    {
        const int depth = 100_000;
        foreach (var (name, engine) in TestEngine.All(Sums))
        {
            // 100,000 terms around each step would be 5,000,000,000 visits, and as many copies while a handle holds the term.
            using var heap = new TermHeap { Limits = EvaluationLimits.Default with { MaxHeapBytes = 64 << 20 } };
            Assert.Equal((name, "Num(100001)"), (name, engine.Evaluate(heap, "Outer(Left(" + depth + ", Num(1)))")));
            Assert.Equal((name, "Num(100001)"), (name, engine.Evaluate(heap, "Outer(Right(" + depth + ", Num(1)))")));
            Assert.Equal((name, "Num(7)"), (name, engine.Evaluate(heap, "Outer(Negs(" + depth + ", Num(7)))")));
            Assert.Equal((name, "Neg(Twice(Num(7)))"), (name, engine.Evaluate(heap, "Outer(Negs(" + (depth + 1) + ", Twice(Num(7))))")));
            Assert.Equal((name, "Num(100001)"), (name, engine.EvaluateTerm(heap, "Outer(Left(" + depth + ", Num(1)))").ToString()));
        }
    }

    [Fact]
    public void A_step_is_noticed_by_all_terms_around_that_look_as_deep()
    {
        foreach (var (name, engine) in TestEngine.All(Sums))
        {
            Assert.Equal((name, "Num(3)"), (name, engine.Evaluate("Outer(Twice(Neg(Twice(Add(Num(1), Num(2))))))")));
            Assert.Equal((name, "Num(3)"), (name, engine.Evaluate("Outer(Twice(Neg(Twice(Neg(Neg(Add(Num(1), Num(2))))))))")));
            Assert.Equal((name, "Twice(Num(3))"), (name, engine.Evaluate("Outer(Neg(Neg(Twice(Add(Num(1), Num(2))))))")));
            Assert.Equal((name, "Add(Twice(Num(1)), Num(4))"),
                (name, engine.Evaluate("Outer(Add(Twice(Num(1)), Add(Num(1), Add(Num(1), Num(2)))))")));
        }
    }

    [Fact]
    public void Outermost_agrees_with_the_order_of_single_steps()
    {
        // Which rule gets a term depends on the order of the steps, up to two levels away and through equal parts.
        var module = Module.Parse("""
            sort E = A | B | C | F(E) | G(E) | H(E, E)
            rule FA: F(A) -> B
            rule GF: G(F(x)) -> H(x, A)
            rule GGB: G(G(B)) -> C
            rule HGF: H(G(x), F(y)) -> H(y, G(x))
            rule HB: H(B, x) -> F(x)
            rule HHA: H(H(A, x), y) -> G(y)
            normalizer Outer: E [outermost]
            op Share(E): E
            rule Share: Share(x) -> H(F(x), H(x, x))
            """);
        var random = new Random(7);
        var judge = new Judge(module);
        var engines = TestEngine.All(module).ToList();
        JudgeTerm Make(string symbol, params JudgeTerm[] parts) => JudgeTerm.Of(module.FindSymbols(symbol).Single(), [.. parts]);
        JudgeTerm Some(int depth) => random.Next(depth > 0 ? 9 : 3) switch
        {
            0 => Make("A"),
            1 => Make("B"),
            2 => Make("C"),
            3 or 4 => Make("F", Some(depth - 1)),
            5 or 6 => Make("G", Some(depth - 1)),
            _ => Make("H", Some(depth - 1), Some(depth - 1)),
        };
        for (int i = 0; i < 400; i++)
        {
            var term = Some(7);
            bool isShared = i % 2 == 0;
            string call = "Outer(" + (isShared ? "Share(" + term + ")" : term) + ")";
            if (isShared) term = Make("H", Make("F", term), Make("H", term, term));
            string expected = judge.Normalize(module.Normalizers.Single(), term).ToString();
            foreach (var (name, engine) in engines) Assert.Equal((name, call, expected), (name, call, engine.Evaluate(call)));
        }
    }
}
