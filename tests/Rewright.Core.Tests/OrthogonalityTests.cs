using System.Linq;
using Rewright.Analysis;
using Xunit;

namespace Rewright.Core.Tests;

public class OrthogonalityTests
{
    private const string Sorts = "sort N = Z | S(N)\nsort E = A | B | C(E, E) | I(long) | G(E)\nop F(E): E\n"
        + "rule F [priority -1]: F(x) -> x\nop H(long): long\nrule H: H(n) -> n\n";

    [Theory]
    [InlineData("rule a: C(A, x) -> x\nrule b: G(x) -> C(x, x)")]
    // Where these meet they give the same.
    [InlineData("rule a: C(A, x) -> x\nrule b: C(x, A) -> x")]
    [InlineData("rule a: G(G(x)) -> x")]
    // Their conditions exclude each other.
    [InlineData("rule a: I(n) -> A if n > 3\nrule b: I(m) -> B if m < 2")]
    [InlineData("rule a: I(0) -> A\nrule b: I(n) -> I(H(n - 1)) if n != 0")]
    public void The_order_of_steps_does_not_matter(string rules) => Assert.True(Holds(rules));

    [Theory]
    [InlineData("rule a: C(x, x) -> x")]
    [InlineData("rule a: C(A, x) -> B\nrule b: C(x, A) -> x")]
    [InlineData("rule a: G(A) -> B\nrule b: G(x) -> A")]
    [InlineData("rule a: G(C(x, _)) -> A\nrule b: C(x, y) -> x")]
    // What F makes of a term depends on when it is called.
    [InlineData("rule a: G(x) -> F(x)")]
    [InlineData("rule a: C(x, y) -> A if x == y")]
    [InlineData("rule a: G(x) -> A where C(_, _) = x")]
    [InlineData("rule a: I(n) -> A if n > 3\nrule b: I(m) -> B if m < 9")]
    public void The_order_of_steps_may_matter(string rules) => Assert.False(Holds(rules));

    private static bool Holds(string rules)
        => Orthogonality.Holds(
            Module.Parse(Sorts + rules.Replace("rule a", "rule a [group g]").Replace("rule b", "rule b [group g]")).Rules.Where(
            r => r.IsSimplification));
}
