using System.Linq;
using Rewright.Checks;
using Rewright.Testing;
using Xunit;

namespace Rewright.Core.Tests;

public class PrinterTests
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
    [InlineData("op F(long): long\nrule F: F(a) -> checked(a + unchecked(a * a) + checked(-a)) - unchecked(checked(-a) * 2)")]
    [InlineData("op F(long, int): int\nrule F: F(a, b) -> checked(int(a) + b + unchecked(int(a))) + int(a) + checked(int(long(b) + a))")]
    [InlineData("enum Demo.Color : int = Red 0 | Green 1\nop F(Demo.Color): Demo.Color\nrule A: F(Demo.Color.Red) -> Demo.Color.Green\nrule B: F(x) -> x")]
    [InlineData("enum Demo.Flags : ulong = None 0 | All 18446744073709551615\nop F(Demo.Flags): ulong\nrule A: F(Demo.Flags.All) -> ulong(Demo.Flags.None)\nrule B: F(Demo.Flags(5)) -> 1\nrule C: F(x) -> ulong(x)")]
    [InlineData("sort `a'b` = `c'd`(`a'b`) | d0\nop min(`a'b`): `a'b`\nrule m: `min`($X) -> `c'd`($X)")]
    [InlineData("sort `int ` = int(long) | same(long) | `sort`\nop name(long): long\nop F(`int `): long\nrule a: F(int(x)) -> rw.min(x, long(rw.int(x)))\nrule b: F(same(x)) -> name(x) if rw.same(x, rw.max(x, 0))\nrule c: F(sort()) -> 0\nrule n: name(x) -> x")]
    [InlineData("sort S = A(string) | B(Symbol) | C(BigInteger) | D(bool) | R(Ref<System.Object>)\nop F(S): S\nrule A: F(A(\"x\\n\\\"\")) -> B('sym')\nrule C: F(C(12345678901234567890123)) -> D(true)\nrule Z: F(x) -> x")]
    [InlineData("sort R = R(Ref<System.Collections.Generic.Dictionary<int, string>>) | S(Ref) | T(Ref<>)\nop F(R): R\nrule A: F(x) -> x")]
    [InlineData("op F(double, double): bool\nrule F: F(a, b) -> same(a, b) || !same(a, 1.0) && isnan(b)")]
    [InlineData("op F(double): double\nrule A: F(double.NaN) -> double.PositiveInfinity\nrule B: F(-0.0) -> double.NegativeInfinity\nrule C: F(4.9E-324) -> 1E+300 - -1.5\nrule D: F(x) -> x")]
    [InlineData("op F(string): Symbol\nrule A: F(\"\\u0000\\u001b\\uD800\\t\\r\") -> '\\''\nrule B: F(x) -> symbol(x + \"'\\\\\")")]
    [InlineData("op F(Symbol): string\nrule A: F(\"quoted\") -> name(\"text\")\nrule B: F(x) -> name(x) if x != \"a\" && 'b' == x")]
    [InlineData("sort E = Zero | Neg(E) | Add(E, E) [associative, commutative, identity Zero, cost 3]\nrule N [group g]: Neg(Neg(x)) -> x\nnormalizer Simplify: E [innermost, groups g]")]
    [InlineData("sort E = Zero | Neg(E)\nop F(E): E [open, commutative]\nop H(E, long): E [host]\nrule N [priority -3, group `a b`]: Neg(Neg(x)) -> x\nrule M [symmetric]: Neg(Zero) -> Zero\nrule B [backward]: F(x) -> Neg(F(F(x)))\nnormalizer A: E [outermost]\nnormalizer B: E [bottomup, groups `a b`]")]
    [InlineData("order textual\nop f(bool): bool\nrule a: f(true) -> false\nrule b: f(_x) -> true")]
    [InlineData("op F(long): long\nrule A: F(x) -> y where y = 5L if y > x\nrule B [priority -1]: F(x) -> x where 5 = x + 1L")]
    [InlineData("sort N = Z | S(N)\nop F(N, N): N\nrule A: F(_, _) -> Z if false\nrule B [priority -1]: F(_1, _) -> _1")]
    [InlineData("op F(int, uint, ulong): ulong\nrule A: F(a, b, c) -> c + 5 + 5L + (1 << 4) if b + 1 > 2 && b + -1 > 2 && a + 1U > 0")]
    [InlineData("op F(int, int): int\nrule A: F(a, b) -> a > b ? a < 0 ? -a : a : (a > 0 ? b : -(-b)) == 0 ? 1 : a ^ b & a | ~b % (a - (b - 1))")]
    [InlineData("op F(int): int\nrule A: F(a) -> -(-2147483648) - -a - -2147483648 + -(a)")]
    [InlineData("op F(): int\nop `if`(): int\nop F2: int\nrule A: F() -> `if`()\nrule B: `if`() -> F() if true\nrule C: F2() -> 1")]
    [InlineData("op F(BigInteger, double): double\nrule A: F(a, b) -> double(a << 2) * fma(b, b, 2) + pow(b, 2) if a % 3 == 0 && gcd(a, 4) > pow(a, 2)")]
    public void Printed_text_reads_back_to_an_equal_module(string text)
    {
        var result = Module.Check(text, "");
        Assert.Empty(result.Diagnostics.Where(d => d.Kind.Severity == Severity.Error));
        AssertRoundTrip(result.Module!);
    }

    [Fact]
    public void A_random_module_reads_back_to_an_equal_module()
        => Properties.ForAllModules(400, m => AssertRoundTrip(m.Module), new ModuleShape { OddNames = true, Throwing = true });

    [Fact]
    public void A_user_of_modules_prints_their_names()
    {
        var a = Module.Parse("module Demo.A\nenum Demo.E : int = X 1\nsort N = Z | S(N)\nop F(N): N [open]\nrule f: F(F(x)) -> F(x)");
        var b = Module.Parse("module Demo.B.A\nsort N = Z | T(long)\nop F(N): N [open]");
        var user = Module.Parse("""
            module Demo.C
            use Demo.A
            use Demo.B.A
            sort M = Z | Both(Demo.A.N, B.A.N)
            op G(M, Demo.E): M [open]
            rule g: G(Both(S(Demo.A.F(x)), T(n)), E.X) -> Both(Demo.A.Z, B.A.F(T(n + 1)))
            rule h: G(Z, _) -> Z
            """, a, b);
        var again = Module.Parse(user.ToString(), a, b);
        Support.AssertSame(user, again);
        Assert.Contains("Both(Demo.A.S(Demo.A.F(x)), Demo.B.A.T(n))", user.ToString());
    }

    [Fact]
    public void Modules_are_equal_where_their_text_and_what_they_use_is()
    {
        const string Used = "module A\nsort N = Z";
        const string User = "module B\nuse A\nsort M = C(N)";
        Assert.Equal(Module.Parse(User, Module.Parse(Used)), Module.Parse("# a comment\n" + User, Module.Parse(Used + " ")));
        Assert.NotEqual(Module.Parse(User, Module.Parse(Used)), Module.Parse(User, Module.Parse(Used + " | Y")));
        Assert.NotEqual(Module.Parse(User, Module.Parse(Used)), Module.Parse(User + " | D", Module.Parse(Used)));
    }

    private static void AssertRoundTrip(Module module)
    {
        string printed = module.ToString();
        var again = Module.Parse(printed);
        Assert.Equal(printed, again.ToString());
        Assert.Equal(module, again);
        Support.AssertSame(module, again);
        Assert.Equal(module.Rules.Select(r => r.ToString()), again.Rules.Select(r => r.ToString()));
    }
}
