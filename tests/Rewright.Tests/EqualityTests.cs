using System;
using System.Linq;
using Xunit;

namespace Rewright.Tests;

public class EqualityTests
{
    private static readonly Module Sample = Module.Parse("""
        sort T = A | B | One(T) | Two(T, T) | Num(long, T) | Text(string) | Big(BigInteger)
        sort Answer = Yes | No
        op Same(T, T): Answer
        rule Same: Same(x, x) -> Yes
        rule Other [priority -1]: Same(_x, _y) -> No
        op Chain(long, T): T
        rule End: Chain(0, x) -> x
        rule More [priority -1]: Chain(n, x) -> Chain(n - 1, One(x))
        op Squared(long, T): T
        rule Last: Squared(0, x) -> x
        rule Square [priority -1]: Squared(n, x) -> Squared(n - 1, Two(x, x))
        """);

    [Theory]
    [InlineData("A", "A", true)]
    [InlineData("A", "B", false)]
    [InlineData("One(A)", "A", false)]
    [InlineData("Two(One(A), One(B))", "Two(One(A), One(B))", true)]
    [InlineData("Two(One(A), One(B))", "Two(One(B), One(B))", false)]
    [InlineData("Num(5, One(A))", "Num(5, One(A))", true)]
    [InlineData("Num(5, A)", "Num(6, A)", false)]
    [InlineData("Num(5, A)", "Num(5, B)", false)]
    [InlineData("Two(Text(\"a\"), Text(\"b\"))", "Two(Text(\"a\"), Text(\"b\"))", true)]
    [InlineData("Text(\"a\")", "Text(\"b\")", false)]
    [InlineData("Big(123456789012345678901234567890)", "Big(123456789012345678901234567890)", true)]
    [InlineData("Big(5)", "Big(6)", false)]
    [InlineData("Chain(255, A)", "Chain(255, A)", true)]
    [InlineData("Chain(300, A)", "Chain(300, A)", true)]
    [InlineData("Chain(300, A)", "Chain(300, B)", false)]
    [InlineData("Chain(300, A)", "Chain(299, A)", false)]
    [InlineData("Chain(1000000, A)", "Chain(1000000, A)", true)]
    // As trees these have 2^60 nodes.
    [InlineData("Squared(60, A)", "Squared(60, A)", true)]
    [InlineData("Squared(60, A)", "Squared(60, B)", false)]
    public void Terms_are_compared_by_their_parts(string left, string right, bool equal)
    {
        foreach (var (name, engine) in TestEngine.All(Sample))
            Assert.Equal((name, equal ? "Yes" : "No"), (name, engine.Evaluate($"Same({left}, {right})")));
    }

    [Fact]
    public void Random_terms_are_equal_where_their_texts_are()
    {
        var random = new Random(7);
        string term(int size) => size <= 1 ? random.Next(2) == 0 ? "A" : "B" : random.Next(4) switch
        {
            0 => $"One({term(size - 1)})",
            1 => $"Num({random.Next(2)}, {term(size - 1)})",
            _ => $"Two({term(size / 2)}, {term(size / 2)})",
        };
        var terms = Enumerable.Range(0, 60).Select(_ => term(random.Next(1, 6))).ToList();
        Assert.True(terms.Distinct().Count() < terms.Count);
        foreach (var (name, engine) in TestEngine.All(Sample))
            foreach (string left in terms.Take(20))
                foreach (string right in terms)
                    Assert.Equal((name, left, right, left == right ? "Yes" : "No"),
                        (name, left, right, engine.Evaluate($"Same({left}, {right})")));
    }
}
