using System.Linq;
using Rewright.Checks;
using Xunit;

namespace Rewright.Core.Tests;

public class ModuleTextTests
{
    private const string Peano = """
        module Demo.Peano
        sort Nat = Zero | Succ(pred: Nat)
        op Plus(x: Nat, y: Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))

        """;

    [Fact]
    public void A_module_prints_as_it_was_written() => Assert.Equal(Peano, Module.Parse(Peano).ToString());

    [Theory]
    [InlineData("sort E = Num(long) | Mul(E, E) | Shl(E, long)\nop F(E): E [open]\nrule A [priority 20]: F(Mul(x, Num(c))) -> Shl(x, log2(c)) if ispow2(c)")]
    [InlineData("sort P = P(long, long)\nop D(long, long): P\nop G(long, long): long\nrule D: D(x, y) -> P(x / y, x % y)\nrule G: G(x, y) -> q where P(q, _r) = D(x, y)")]
    [InlineData("op F(int, uint, ulong, double): double\nrule F: F(a, b, c, d) -> d * 2.5 + double(a) - double(c) / -(d) + (d > 0.0 ? 1.0 : -0.0) if a < 3 && !(b == 4U || c >= 5UL)")]
    [InlineData("op F(long): long\nrule F: F(a) -> checked((checked(a + 1L)) * a) - (a - 2L - (3L - a)) + (a << 3 >>> 1) if (a & 3L | 4L) != ~a")]
    [InlineData("enum Demo.Color : int = Red 0 | Green 1\nop F(Demo.Color): Demo.Color\nrule A: F(Demo.Color.Red) -> Demo.Color.Green\nrule B: F(x) -> x")]
    [InlineData("sort `a'b` = `c'd`(`a'b`) | d0\nop min(`a'b`): `a'b`\nrule m: `min`($X) -> `c'd`($X)")]
    [InlineData("sort S = A(string) | B(Symbol) | C(BigInteger) | D(bool) | R(Ref<System.Object>)\nop F(S): S\nrule A: F(A(\"x\\n\\\"\")) -> B('sym')\nrule C: F(C(12345678901234567890123)) -> D(true)\nrule Z: F(x) -> x")]
    [InlineData("op F(double, double): bool\nrule F: F(a, b) -> same(a, b) || !same(a, 1.0) && isnan(b)")]
    [InlineData("sort E = Zero | Neg(E) | Add(E, E) [associative, commutative, identity Zero, cost 3]\nrule N [group g]: Neg(Neg(x)) -> x\nnormalizer Simplify: E [innermost, groups g]")]
    [InlineData("order textual\nop f(bool): bool\nrule a: f(true) -> false\nrule b: f(_x) -> true")]
    public void Printed_text_reads_back_to_an_equal_module(string text)
    {
        var result = Module.Check(text, "");
        Assert.Empty(result.Diagnostics.Where(d => d.Kind.Severity == Severity.Error));
        string printed = result.Module!.ToString();
        var again = Module.Parse(printed);
        Assert.Equal(printed, again.ToString());
        Assert.Equal(result.Module, again);
        Assert.Equal(result.Module.Rules.Select(r => r.ToString()), again.Rules.Select(r => r.ToString()));
    }
}
