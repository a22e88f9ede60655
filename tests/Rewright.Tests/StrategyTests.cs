using System;
using Xunit;

namespace Rewright.Tests;

public class StrategyTests
{
    private static readonly Module Sample = Module.Parse("""
        sort E = A | B | Loop(E) | K(E, E) | F(E) | G(E)
        rule K: K(x, _y) -> x
        rule Loop: Loop(x) -> Loop(x)
        rule FA: F(A) -> B
        rule GF: G(F(x)) -> A
        rule GB: G(B) -> B
        normalizer Inner: E [innermost]
        normalizer Outer: E [outermost]
        normalizer Once: E [bottomup]
        """);

    [Theory]
    // The outermost strategy drops an argument that has no normal form.
    [InlineData("Outer(K(A, Loop(B)))", "A")]
    [InlineData("Outer(F(K(K(A, Loop(B)), Loop(A))))", "B")]
    // Which of two simplifications applies depends on which is tried first.
    [InlineData("Inner(G(F(A)))", "B")]
    [InlineData("Outer(G(F(A)))", "A")]
    [InlineData("Outer(G(G(F(F(A)))))", "G(A)")]
    // Once: what a rule gives is not looked at again.
    [InlineData("Once(F(F(A)))", "F(B)")]
    [InlineData("Once(Loop(A))", "Loop(A)")]
    [InlineData("Once(G(F(F(A))))", "A")]
    [InlineData("Inner(G(F(F(A))))", "A")]
    public void Strategies_give_their_normal_forms(string term, string expected)
    {
        foreach (var (name, engine) in TestEngine.All(Sample)) Assert.Equal((name, expected), (name, engine.Evaluate(term)));
    }

    private static readonly Module Conditions = Module.Parse("""
        sort E = L | M | U(E) | P(E) | Q(E) | R(E) | S(E) | T(E) | V(E) | W(E, E)
        rule Drop: U(x) -> x
        rule Test: P(x) -> x if !same(U(x), x)
        rule Choose: Q(x) -> U(x) == x ? L : M
        rule Match: R(x) -> M where U(_) = U(x)
        op Wrap(E): E
        rule Wrap: Wrap(x) -> U(x)
        rule Call: S(x) -> L if Wrap(x) == x
        rule Called [priority -1]: S(_) -> M
        rule Bind: T(x) -> W(y, z) where y = U(x) where W(z, _) = W(Wrap(x), y)
        rule Root: V(x) -> y where y = Wrap(x)
        normalizer Inner: E [innermost]
        normalizer Outer: E [outermost]
        normalizer Once: E [bottomup]
        """);

    // A term in a condition is the one that is written there, also where a simplification applies to it.
    [Theory]
    [InlineData("Inner(P(L))", "L")]
    [InlineData("Outer(P(L))", "L")]
    [InlineData("Once(P(L))", "L")]
    [InlineData("Inner(Q(L))", "M")]
    [InlineData("Outer(Q(L))", "M")]
    [InlineData("Once(Q(L))", "M")]
    [InlineData("Inner(R(L))", "M")]
    [InlineData("Outer(R(L))", "M")]
    [InlineData("Once(R(L))", "M")]
    [InlineData("Inner(S(L))", "M")]
    [InlineData("Outer(S(L))", "M")]
    [InlineData("Once(S(L))", "M")]
    // What a condition has bound comes to its normal form where the target takes it.
    [InlineData("Inner(T(P(L)))", "W(L, L)")]
    [InlineData("Outer(T(P(L)))", "W(L, L)")]
    [InlineData("Once(T(P(L)))", "W(U(L), U(L))")]
    [InlineData("Inner(V(L))", "L")]
    [InlineData("Outer(V(L))", "L")]
    [InlineData("Once(V(L))", "U(L)")]
    public void Conditions_mean_the_terms_that_are_written(string term, string expected)
    {
        foreach (var (name, engine) in TestEngine.All(Conditions)) Assert.Equal((name, expected), (name, engine.Evaluate(term)));
        DerivationCheckerTests.Trace(Conditions, term, d => Assert.Null(Explain.DerivationChecker.Check(d)));
    }

    [Fact]
    public void The_innermost_strategy_does_not_end_where_an_argument_has_no_normal_form()
    {
        foreach (var (_, engine) in TestEngine.All(Sample))
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(50) } };
            Assert.Throws<TimeLimitException>(() => engine.Evaluate(heap, "Inner(K(A, Loop(B)))"));
        }
    }

    [Fact]
    public void Outermost_steps_are_made_at_all_places_of_a_shared_term_at_once()
    {
        var module = Module.Parse("""
            sort L = Nil | Cons(long, L) | From(long) | Tail(L) | Take(long, L) | Two(L, L)
            rule From: From(n) -> Cons(n, From(n + 1))
            rule Tail: Tail(Cons(_, l)) -> l
            rule Take0: Take(0, _) -> Nil
            rule Take1: Take(n, Cons(x, l)) -> Cons(x, Take(n - 1, l)) if n != 0
            rule Same: Two(Nil, Nil) -> Nil
            normalizer Outer: L [outermost]
            op Share(L): L
            rule Share: Share(l) -> Two(l, l)
            op Pile(long, L): L
            rule Pile0: Pile(0, l) -> l
            rule Pile1: Pile(n, l) -> Pile(n - 1, Two(l, l)) if n != 0
            op Views(L): L
            rule Views: Views(l) -> Two(Take(2, l), Take(1, Tail(l)))
            """);
        foreach (var (name, engine) in TestEngine.All(module))
        {
            // The shared list has no normal form; nobody asks for it.
            Assert.Equal((name, "Two(Cons(5, Cons(6, Nil)), Cons(6, Nil))"), (name, engine.Evaluate("Outer(Views(From(5)))")));
            Assert.Equal((name, "Two(Cons(1, Nil), Cons(1, Nil))"), (name, engine.Evaluate("Outer(Share(Take(1, From(1))))")));
            Assert.Equal((name, "Nil"), (name, engine.Evaluate("Outer(Pile(64, Take(0, From(1))))")));
        }
    }
}
