using System.Linq;
using Rewright.Analysis;
using Xunit;

namespace Rewright.Proofs.Tests;

public class RuleSetTests
{
    [Theory]
    [InlineData("rule A: F(F(x)) -> F(x)")]
    // Knuth and Bendix fail: the target is larger.
    [InlineData("rule A: F(G(x)) -> G(G(F(x)))")]
    [InlineData("rule A: M(x, P(y, z)) -> P(M(x, y), M(x, z))")]
    [InlineData("rule A: F(P(x, y)) -> P(F(x), F(y))\nrule B: F(G(x)) -> G(G(F(x)))")]
    public void Rules_that_end(string rules)
        => Assert.DoesNotContain(Check(rules), d => d.StartsWith("RW0311") || d.StartsWith("RW0312") || d.StartsWith("RW0314"));

    [Theory]
    [InlineData("rule A: F(x) -> G(x)\nrule B: G(x) -> F(x)", "RW0312")]
    [InlineData("rule A: P(x, y) -> P(y, x)", "RW0312")]
    [InlineData("rule A: F(x) -> G(F(x))", "RW0314")]
    [InlineData("rule A: P(x, P(y, z)) -> P(P(x, y), z)\nrule B: P(P(x, y), z) -> P(x, P(y, z))", "RW0312")]
    // It ends, for a reason that no order sees.
    [InlineData("rule A: F(F(G(G(x)))) -> G(G(G(F(F(F(x))))))", "RW0311")]
    public void Rules_that_loop_or_may(string rules, string expected) => Assert.Contains(Check(rules), d => d.StartsWith(expected));

    [Fact]
    public void Critical_pairs_that_do_not_join_are_shown()
    {
        Assert.Equal(["RW0313: 'A' and 'B' rewrite F(G(x)) to A and to F(x), for which no common result was found"],
            Check("rule A: F(G(x)) -> A\nrule B: G(x) -> x").Where(d => d.StartsWith("RW0313")));
        Assert.DoesNotContain(Check("rule A: F(G(x)) -> F(x)\nrule B: G(x) -> x"), d => d.StartsWith("RW0313"));
        // A rule may overlap with itself: x*1 at both places of (x*1)*1 is no harm.
        Assert.DoesNotContain(Check("rule A: F(F(x)) -> x"), d => d.StartsWith("RW0313"));
        Assert.Contains(Check("rule A: F(F(x)) -> G(x)"),
            d => d.StartsWith("RW0313: 'A' and 'A' rewrite F(F(F(x))) to G(F(x)) and to F(G(x))"));
    }

    [Theory]
    [InlineData("op Plus(N, N): N\nrule A: Plus(Z, y) -> y\nrule B: Plus(S(x), y) -> S(Plus(x, y))", true)]
    [InlineData("op Ack(N, N): N\nrule A: Ack(Z, y) -> S(y)\nrule B: Ack(S(x), Z) -> Ack(x, S(Z))\nrule C: Ack(S(x), S(y)) -> Ack(x, Ack(S(x), y))", true)]
    [InlineData("op Even(N): bool\nop Odd(N): bool\nrule A: Even(Z) -> true\nrule B: Even(S(x)) -> Odd(x)\nrule C: Odd(Z) -> false\nrule D: Odd(S(x)) -> Even(x)", true)]
    [InlineData("op Down(long): long\nrule A: Down(n) -> Down(n - 1) if n > 0\nrule B [priority -1]: Down(_) -> 0", true)]
    [InlineData("op Down(long): long\nrule A: Down(n) -> Down(n - 1) if n != 0\nrule B [priority -1]: Down(_) -> 0", false)]
    public void Operations_that_end(string text, bool ends)
        => Assert.Equal(ends, !RuleSetAnalysis.Check(Module.Parse("sort N = Z | S(N)\n" + text)).Diagnostics.Any());

    [Theory]
    [InlineData("op F(N): N\nop G(N): N\nrule A: F(x) -> G(S(x))\nrule B: G(S(x)) -> F(x)\nrule C: G(Z) -> Z",
        "RW0312: Rewriting by the rules of operations need not end: F(x) -> G(S(x)) -> F(x)")]
    [InlineData("op F(N): N\nrule A: F(x) -> F(S(x)) if Ok(x)\nrule B: F(x) -> x\nop Ok(N): bool\nrule C: Ok(_) -> true", "RW0311")]
    [InlineData("op F(N): N\nrule A: F(S(S(x))) -> x\nrule B [priority -1]: F(x) -> F(S(x))", "RW0311")]
    public void Operations_that_loop_or_may(string text, string expected)
        => Assert.StartsWith(
            expected, Assert.Single(
            RuleSetAnalysis.Check(Module.Parse("sort N = Z | S(N)\n" + text)).Diagnostics.Select(d => d.Kind.Id + ": " + d.Message)),
            System.StringComparison.Ordinal);

    [Fact]
    public void Operations_that_are_open_are_said_once()
        => Assert.Equal(["Down"], RuleSetAnalysis.Check(Module.Parse("""
            sort E = A | F(E) | L(long)
            op Down(long): long
            rule D: Down(n) -> Down(n - 1) if n != 0
            rule D0 [priority -1]: Down(_) -> 0
            rule R: F(F(x)) -> x
            rule S [group s]: F(L(n)) -> L(Down(n))
            normalizer Always: E [innermost]
            normalizer Sometimes: E [innermost, groups s]
            """)).Diagnostics.Select(d => d.Message.Contains("'Sometimes'") ? "Sometimes" : d.Message.Contains("'Always'") ? "Always" : "Down"));

    private static string[] Check(string rules)
        => [.. RuleSetAnalysis.Check(
            Module.Parse("sort E = A | F(E) | G(E) | P(E, E) | M(E, E)\n" + rules + "\nnormalizer N: E [innermost]")).Diagnostics.Select(
            d => d.Kind.Id + ": " + d.Message)];
}
