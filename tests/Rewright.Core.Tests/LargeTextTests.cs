using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using Rewright.Checks;
using Rewright.Model;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>Long texts, right and wrong ones, are read in a time that grows with their length, and reading them can be stopped.</summary>
public class LargeTextTests
{
    private const int Many = 20_000;

    // With each rule compared with each other one, each of these takes from a quarter of a minute to many.
    [Theory]
    [InlineData("sort E = Num(long) | Add(E, E) | Mul(E, E) | V(Symbol)\nop S(E): E [open]\n",
        "rule r{0}: S(Add(Num({0}), Mul(x, V('a{0}')))) -> Add(x, Num({0}))\n", "", 0)]
    [InlineData("sort E = Num(long) | Add(E, E) | Mul(E, E)\nnormalizer N: E\n",
        "rule r{0}: Add(Num({0}), Mul(x, Num(7))) -> Mul(x, Num({0}))\n", "", 0)]
    [InlineData("op F(long): long\n", "rule r{0}: F({0}) -> {0} + 1L\n", "rule last: F(_) -> 0L", 0)]
    [InlineData("op F(long): long\n", "rule r{0}: F(x) -> {0}L if x == {0}\n", "rule last: F(_) -> 0L", 0)]
    [InlineData("sort N = Z | S(N)\n", "op F{0}(N): N\nrule a{0}: F{0}(Z) -> Z\nrule b{0}: F{0}(S(x)) -> S(F{0}(x))\n", "", 0)]
    [InlineData("op F(long): long\n", "rule r{0}: F(_) -> {0}L\n", "", 1001)]
    [InlineData("sort E = X(long)\nop F(E, E): long\n", "rule a{0}: F(X({0}), _) -> {0}L\nrule b{0}: F(_, X({0})) -> {0}L + 1L\n", "",
        1002)]
    [InlineData("sort E = A | B(E)\n", "op Func{0}(E): E\nrule r{0}: Func{0}(x) -> Fync{0}(x)\n", "", 1001)]
    [InlineData("", "rule ;;\n", "", 1001)]
    public void Many_rules_take_linear_time(string head, string line, string last, int diagnostics)
    {
        var text = new StringBuilder(head);
        for (int i = 0; i < Many; i++)
            text.Append(line.Replace("{0}", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var result = Module.Check(text.Append(last).ToString(), "", [], limit.Token);
        Assert.Equal(diagnostics, result.Diagnostics.Length);
        Assert.Equal(diagnostics == 0, result.Module is not null);
    }

    [Theory]
    [InlineData("(", 100_000, ")")]
    [InlineData("F(", 100_000, ")")]
    [InlineData("-", 1_000_000, "")]
    [InlineData("1 + ", 1_000_000, "")]
    [InlineData("a.", 1_000_000, "")]
    [InlineData("9", 4_000_000, "")]
    [InlineData("0x9", 4_000_000, "")]
    public void Long_expressions_are_errors_and_no_more(string open, int times, string close)
    {
        string term = string.Concat(Enumerable.Repeat(open, times)) + "1" + string.Concat(Enumerable.Repeat(close, times));
        var diagnostic = Assert.Single(Module.Check("op F(BigInteger): BigInteger\nrule r: F(_) -> " + term, "").Diagnostics);
        Assert.Equal(Severity.Error, diagnostic.Kind.Severity);
        Assert.True(diagnostic.Message.Length < 2000);
    }

    [Fact]
    public void Of_many_mistakes_the_first_are_listed_and_the_others_counted()
    {
        string text = "sort E = A | B(E)\nop F(long): E [open]\n"
            + string.Concat(Enumerable.Range(0, 3000).Select(i => $"rule r{i}: F({i}) -> {(i < 1500 ? "C" : "A")}\n"));
        var diagnostics = Module.Check(text, "t.rw").Diagnostics;
        Assert.Equal("t.rw(1003,24): error RW0058: 500 more errors are not listed", Lines(Severity.Error).Last());
        Assert.Equal(1001, Lines(Severity.Error).Length);

        string[] Lines(Severity severity) => [.. diagnostics.Where(d => d.Kind.Severity == severity).Select(d => d.ToString())];
    }

    [Fact]
    public void Reading_can_be_stopped()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        string text = "op F(long, long): long\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"rule r{i}: F({i}, x) -> x\n"));
        Assert.Throws<OperationCanceledException>(() => Module.Parse(text, [], stopped.Token));
        Assert.Throws<OperationCanceledException>(() => Module.Check(text, "", [], stopped.Token));
        Assert.Throws<OperationCanceledException>(() => Module.Parse("sort A = B").With(text, [], stopped.Token));
    }
}
