using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CSharp;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>C# bodies of patterns against the text of the model that they become.</summary>
public class QuotingTests
{
    // One operation per sort, so that any expression can stand on the right of a rule.
    private static string Module(string members) => """
        namespace Demo;
        public enum Color { Red, Green = 5, AlsoGreen = 5 }
        public enum Big : ulong { Max = ulong.MaxValue }
        public static class Limits { public const long Most = 100; public const string Title = "top"; public const Color Best = Color.Green; public const byte Small = 7;
            public const double Tiny = -0.5; public const char Letter = 'a'; public const Color Odd = (Color)9; }
        [PatternModule]
        public static partial class M
        {
            public const int Own = 3;
            [Sort] public readonly partial struct E;
            [Constructor] public static partial E Num(long value);
            [Constructor] public static partial E Add(E left, E right);
            [Operation(Open = true)] public static partial E F(E x);
            [Operation] public static partial bool FBool(bool b, long l, int i);
            [Operation] public static partial int FInt(int i, string s);
            [Operation] public static partial uint FUInt(uint u);
            [Operation] public static partial long FLong(long x, long y);
            [Operation] public static partial ulong FULong(ulong u);
            [Operation] public static partial double FDouble(double d, double e, int i);
            [Operation] public static partial string FString(Symbol s, string t);
            [Operation] public static partial Symbol FSymbol(Symbol s);
            [Operation] public static partial BigInteger FBig(BigInteger b, int i);
            [Operation] public static partial Color FColor(Color c);
            [Operation] public static partial Ref<object> FRef(Ref<object> r);
            [HostOperation] static long Twice(long x) => x * 2;

        """ + members + "\n}";

    private static async Task<string> Rule(string pattern, bool checkOverflow = false)
    {
        var test = new ModuleTest(Module("[Pattern] static Rule R" + pattern));
        test.CompilationOptions = test.CompilationOptions.WithOverflowChecks(checkOverflow)
            .WithSpecificDiagnosticOptions(
                test.CompilationOptions.SpecificDiagnosticOptions.SetItem("RW0033", Microsoft.CodeAnalysis.ReportDiagnostic.Suppress));
        var result = await test.RunForResultAsync();
        return result.Model("Demo.M").Split('\n').Single(l => l.StartsWith("rule R", StringComparison.Ordinal))["rule R: ".Length..];
    }

    [Theory]
    // Forms of the body.
    [InlineData("(E x) => Rewrite(F(x), to: x);", "F(x) -> x")]
    [InlineData("(E x) => Rewrite(F(x), x);", "F(x) -> x")]
    [InlineData("(E x) => Rewrite(to: x, source: F(x));", "F(x) -> x")]
    [InlineData("(E x) => Rewrite<E>(F(x), to: x);", "F(x) -> x")]
    [InlineData("(E x) => (Dsl.Rewrite(F(x), to: x));", "F(x) -> x")]
    [InlineData("(E x) => global::Rewright.Dsl.Rewrite(F(x), to: (x));", "F(x) -> x")]
    [InlineData("(E x) { return Rewrite(F(x), to: x); }", "F(x) -> x")]
    [InlineData("(E x, E y) => Rewrite(F(Add(x, y)), to: x).When(x == y);", "F(Add(x, y)) -> x if x == y")]
    [InlineData("(E x, E y, E z) => Rewrite(F(Add(x, y)), to: z).When(x != y).Where(Add(z, Num(1)), equals: F(x)).When(z == x);",
        "F(Add(x, y)) -> z if x != y where Add(z, Num(1)) = F(x) if z == x")]
    [InlineData("(E x, E y, E z) => (Rewrite(F(Add(x, y)), to: z).Where(equals: F(x), pattern: Add(z, z)));",
        "F(Add(x, y)) -> z where Add(z, z) = F(x)")]
    // Names of symbols.
    [InlineData("(E x) => Rewrite(M.F(Demo.M.Add(x, global::Demo.M.Num(2))), to: x);", "F(Add(x, Num(2))) -> x")]
    [InlineData("(E x, E y) => Rewrite(F(Add(right: y, left: x)), to: x);", "F(Add(x, y)) -> x")]
    [InlineData("(long x, long y) => Rewrite(FLong(x, y), to: Twice(x));", "FLong(x, y) -> Twice(x)")]
    // Literals and constants.
    [InlineData("() => Rewrite(FLong(5, 0x10), to: 1_000L);", "FLong(5, 16) -> 1000")]
    [InlineData("() => Rewrite(FLong(-5, -9223372036854775808), to: long.MinValue);",
        "FLong(-5, -9223372036854775808) -> -9223372036854775808")]
    [InlineData("() => Rewrite(FInt(-2147483648, \"a\\n\\\"\"), to: int.MinValue);", "FInt(-2147483648, \"a\\n\\\"\") -> -2147483648")]
    [InlineData("() => Rewrite(FInt(1, @\"a\\b\"), to: 'c');", "FInt(1, \"a\\\\b\") -> 99")]
    [InlineData("() => Rewrite(FInt(1, \"\"\"x\"y\"\"\"), to: 0b11);", "FInt(1, \"x\\\"y\") -> 3")]
    [InlineData("() => Rewrite(FUInt(5), to: 4000000000);", "FUInt(5) -> 4000000000")]
    [InlineData("() => Rewrite(FULong(5UL), to: ulong.MaxValue);", "FULong(5) -> 18446744073709551615")]
    [InlineData("(long x) => Rewrite(FLong(x, 0), to: -5u + x);", "FLong(x, 0) -> -5L + x")]
    [InlineData("() => Rewrite(FDouble(1.5, 1e300, 1), to: Math.PI);", "FDouble(1.5, 1E+300, 1) -> 3.141592653589793")]
    [InlineData("() => Rewrite(FDouble(double.NaN, {|RW0028:-0.0|}, 1), to: double.NegativeInfinity);",
        "FDouble(double.NaN, -0.0, 1) -> double.NegativeInfinity")]
    [InlineData("() => Rewrite(FBool(true, Limits.Most, Own), to: false);", "FBool(true, 100, 3) -> false")]
    [InlineData("() => Rewrite(FInt(Limits.Small, Limits.Title), to: Limits.Letter);", "FInt(7, \"top\") -> 97")]
    [InlineData("(int i) => Rewrite(FDouble(1, Limits.Tiny, i), to: i);", "FDouble(1.0, -0.5, i) -> double(i)")]
    [InlineData("() => Rewrite(FInt(1, nameof(Limits.Title)), to: 2);", "FInt(1, \"Title\") -> 2")]
    [InlineData("() => Rewrite(FInt(1, string.Empty), to: 2);", "FInt(1, \"\") -> 2")]
    [InlineData("() => Rewrite(FSymbol(\"x\"), to: new Symbol(\"y\"));", "FSymbol('x') -> 'y'")]
    [InlineData("() => Rewrite(FBig(BigInteger.One, 3), to: BigInteger.Parse(\"-123456789012345678901234567890\"));",
        "FBig(1, 3) -> -123456789012345678901234567890")]
    // Enums.
    [InlineData("() => Rewrite(FColor(Color.Red), to: Demo.Color.AlsoGreen);", "FColor(Demo.Color.Red) -> Demo.Color.Green")]
    [InlineData("() => Rewrite(FColor(Limits.Best), to: Limits.Odd);", "FColor(Demo.Color.Green) -> Demo.Color(9)")]
    [InlineData("(Color c) => Rewrite(FColor(c), to: (Color)((int)c + 1)).When(c != Color.Red);",
        "FColor(c) -> Demo.Color(int(c) + 1) if c != Demo.Color.Red")]
    [InlineData("(Color c) => Rewrite(FColor(c), to: c).When(Big.Max == (Big)1);", "FColor(c) -> c if Demo.Big.Max == Demo.Big(1)")]
    // Operators.
    [InlineData("(long x, long y) => Rewrite(FLong(x, y), to: x + y * 2 - x / y % 3);", "FLong(x, y) -> x + y * 2L - x / y % 3L")]
    [InlineData("(long x, long y) => Rewrite(FLong(x, y), to: (x << 3 >> 2 >>> 1) & ~y | x ^ 1);",
        "FLong(x, y) -> x << 3 >> 2 >>> 1 & ~y | x ^ 1L")]
    [InlineData("(bool b, long l, int i) => Rewrite(FBool(b, l, i), to: !b && l <= i || (l > 3 ? i < 4 : i >= 2));",
        "FBool(b, l, i) -> !b && l <= long(i) || (l > 3L ? i < 4 : i >= 2)")]
    [InlineData("(long x, long y) => Rewrite(FLong(x, y), to: unchecked(checked(x + y) * 2) - +y);",
        "FLong(x, y) -> checked(x + y) * 2L - y")]
    [InlineData("(string t) => Rewrite(FString(\"a\", t), to: t + \"!\" + t);", "FString('a', t) -> t + \"!\" + t")]
    [InlineData("(string t) => Rewrite(FString(\"a\", t!), to: t!);", "FString('a', t) -> t")]
    // Casts.
    [InlineData("(double d, double e, int i) => Rewrite(FDouble(d, e, i), to: (double)(long)d + (uint)i);",
        "FDouble(d, e, i) -> double(long(d)) + double(uint(i))")]
    [InlineData("(BigInteger b, int i) => Rewrite(FBig(b, i), to: (BigInteger)i * new BigInteger(2));", "FBig(b, i) -> BigInteger(i) * 2N")]
    // Functions.
    [InlineData("(double d, double e, int i) => Rewrite(FDouble(d, e, i), to: Math.Sqrt(Math.Abs(d)) + Math.Max(d, e) + Math.Log2(i) + double.Cbrt(i));",
        "FDouble(d, e, i) -> sqrt(abs(d)) + max(d, e) + log2(double(i)) + cbrt(double(i))")]
    [InlineData("(double d, double e, int i) => Rewrite(FDouble(d, e, i), to: Math.Pow(2, e) + Math.FusedMultiplyAdd(d, e, i)).When(double.IsNaN(d) || !double.IsFinite(e));",
        "FDouble(d, e, i) -> pow(2.0, e) + fma(d, e, double(i)) if isnan(d) || !isfinite(e)")]
    [InlineData("(long x, long y) => Rewrite(FLong(x, y), to: Log2(x) + long.PopCount(y) + long.Log2(3)).When(IsPow2(x) && long.IsPow2(y));",
        "FLong(x, y) -> log2(x) + popcount(y) + log2(3L) if ispow2(x) && ispow2(y)")]
    [InlineData("(bool b, long l, int i) => Rewrite(FBool(b, l, i), to: IsPow2(i) == (long.PopCount(i) == int.PopCount(i)));",
        "FBool(b, l, i) -> ispow2(long(i)) == (popcount(long(i)) == long(popcount(i)))")]
    [InlineData("(int i, string s) => Rewrite(FInt(i, s), to: Math.Max(s.Length, (s + \"x\").Length));",
        "FInt(i, s) -> max(length(s), length(s + \"x\"))")]
    [InlineData("(Symbol s, string t) => Rewrite(FString(s, t), to: s.Name + t).When(s == \"x\");",
        "FString(s, t) -> name(s) + t if s == 'x'")]
    [InlineData("(Symbol s) => Rewrite(FSymbol(s), to: new Symbol(s.Name + \"'\"));", "FSymbol(s) -> symbol(name(s) + \"'\")")]
    [InlineData("(BigInteger b, int i) => Rewrite(FBig(b, i), to: BigInteger.Pow(b, i) + BigInteger.GreatestCommonDivisor(b, 6) + BigInteger.Abs(i));",
        "FBig(b, i) -> pow(b, i) + gcd(b, 6N) + abs(BigInteger(i))")]
    [InlineData("(Ref<object> r) => Rewrite(FRef(r), to: r);", "FRef(r) -> r")]
    public async Task Bodies_become_rules(string pattern, string expected) => Assert.Equal(expected, await Rule(pattern));

    [Fact]
    public async Task Symbols_with_names_of_functions_and_keywords_do_not_capture_them()
    {
        var result = await new ModuleTest("""
            namespace Sqrt.rw
            {
                [PatternModule]
                public static partial class @checked
                {
                    [Sort] public readonly partial struct @class;
                    [Constructor] public static partial @class @null(long @int);
                    [Constructor] public static partial @class Zero();
                    [Operation] public static partial double sqrt(double @double);
                    [Operation] public static partial long log2(long call);
                    [Operation] public static partial @class same(@class @this, @class @out);
                    [Pattern] static Rule A(double @true) => Rewrite(sqrt(@true), to: Math.Sqrt(@true) + log2((long)@true));
                    [Pattern] static Rule B(long B) => Rewrite(log2(B), to: Log2(B) + (long)Math.Sqrt(B));
                    [Pattern] static Rule C(@class x, @class @if) => Rewrite(same(x, @if), to: @null(5)).When(x == @if);
                    [Pattern(Priority = -1)] static Rule D(@class x, @class y) => Rewrite(same(x, y), to: Zero());
                }
            }
            """).RunForResultAsync();
        Assert.Equal("""
            module Sqrt.rw.checked
            sort class = null(int: long) | Zero
            op sqrt(double: double): double
            op log2(call: long): long
            op same(this: class, out: class): class
            rule A: `sqrt`($true) -> rw.sqrt($true) + double(`log2`(long($true)))
            rule B: `log2`($B) -> rw.log2($B) + long(rw.sqrt(double($B)))
            rule C: `same`(x, if) -> null(5) if x == if
            rule D [priority -1]: `same`(x, y) -> Zero

            """, result.Model("Sqrt.rw.checked"));
    }

    [Fact]
    public async Task A_project_that_checks_arithmetic_checks_that_of_its_rules()
        => Assert.Equal("FLong(x, y) -> checked(x + 2L) if checked(x + 1L) > y && x - 1L > y",
            await Rule("(long x, long y) => Rewrite(FLong(x, y), to: x + 2).When(x + 1 > y && unchecked(x - 1) > y);",
                checkOverflow: true));

    [Fact]
    public async Task Attributes_of_patterns_are_read()
    {
        var result = await new ModuleTest("""
            using P = Rewright.PatternAttribute;
            [PatternModule(Order = RuleOrder.Textual)]
            static partial class M
            {
                const int Low = -2;
                const string Named = "na" + "med";
                [Sort] public readonly partial struct E;
                [Constructor] public static partial E Zero();
                [Constructor(Cost = 3, Associative = true, Commutative = true, Identity = nameof(Zero))] public static partial E {|RW0037:Add|}(E left, E right);
                [Operation(Open = true)] public static partial E F(E x);
                [Normalizer(Strategy.BottomUpOnce, Groups = [Named, "x y"])] public static partial E N(E e);
                [P(Priority = Low + 1, Group = Named)] static Rule A(E x) => Rewrite(Add(x, Zero()), to: x);
                [Rewright.Pattern(Polarity = Polarity.Backward, Priority = (7), Group = "x y")] static Rule B(E x) => Rewrite(x, to: Add(Zero(), x));
                [Pattern(Polarity = (Polarity)2)] static Rule C(E x) => Rewrite(F(F(x)), to: x);
            }
            """).RunForResultAsync();
        Assert.Equal("""
            module M
            order textual
            sort E = Zero | Add(left: E, right: E) [associative, commutative, identity Zero, cost 3]
            op F(x: E): E [open]
            rule A [priority -1, group named]: Add(x, Zero) -> x
            rule B [priority 7, group `x y`, backward]: x -> Add(Zero, x)
            rule C [symmetric]: F(F(x)) -> x
            normalizer N: E [bottomup, groups named `x y`]

            """, result.Model("M"));
    }
}
