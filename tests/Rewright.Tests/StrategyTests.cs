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

    [Fact]
    public void The_innermost_strategy_does_not_end_where_an_argument_has_no_normal_form()
    {
        foreach (var (_, engine) in TestEngine.All(Sample))
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(50) } };
            Assert.Throws<TimeLimitException>(() => engine.Evaluate(heap, "Inner(K(A, Loop(B)))"));
        }
    }
}
