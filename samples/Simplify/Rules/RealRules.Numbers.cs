using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Exact arithmetic on fractions.
public static partial class RealRules
{
    [Sort] public readonly partial struct Number;
    [Constructor] public static partial Number Int(BigInteger value);

    /// <summary>A fraction in lowest terms; the denominator is greater than 1.</summary>
    [Constructor] public static partial Number Frac(BigInteger numerator, BigInteger denominator);

    // ---- fractions ----

    /// <summary>The number n/d; d is not 0.</summary>
    [Operation] public static partial Number Fraction(BigInteger n, BigInteger d);
    [Pattern]
    static Rule FractionOfIntegers(BigInteger n, BigInteger d) =>
        Rewrite(Fraction(n, d), to: LowestTerms(n / BigInteger.GreatestCommonDivisor(n, d), d / BigInteger.GreatestCommonDivisor(n, d)));
    [Pattern] static Rule FractionNegative(BigInteger n, BigInteger d) => Rewrite(Fraction(n, d), to: Fraction(-n, -d)).When(d < 0);

    [Operation] private static partial Number LowestTerms(BigInteger n, BigInteger d);
    [Pattern] static Rule LowestTermsInteger(BigInteger n) => Rewrite(LowestTerms(n, 1), to: Int(n));
    [Pattern] static Rule LowestTermsFraction(BigInteger n, BigInteger d) => Rewrite(LowestTerms(n, d), to: Frac(n, d));

    [Operation] public static partial BigInteger Numerator(Number a);
    [Pattern] static Rule NumeratorOfInteger(BigInteger n) => Rewrite(Numerator(Int(n)), to: n);
    [Pattern] static Rule NumeratorOfFraction(BigInteger n, BigInteger _d) => Rewrite(Numerator(Frac(n, _d)), to: n);

    [Operation] public static partial BigInteger Denominator(Number a);
    [Pattern] static Rule DenominatorOfInteger(BigInteger _n) => Rewrite(Denominator(Int(_n)), to: 1);
    [Pattern] static Rule DenominatorOfFraction(BigInteger _n, BigInteger d) => Rewrite(Denominator(Frac(_n, d)), to: d);

    [Operation] private static partial bool IsNegative(Number a);
    [Pattern] static Rule NegativeNumerator(Number a) => Rewrite(IsNegative(a), to: Numerator(a) < 0);

    [Operation] private static partial bool IsZero(Number a);
    [Pattern] static Rule ZeroNumerator(Number a) => Rewrite(IsZero(a), to: Numerator(a) == 0);

    [Operation] private static partial bool IsLess(Number a, Number b);
    [Pattern]
    static Rule LessByProducts(Number a, Number b) =>
        Rewrite(IsLess(a, b), to: Numerator(a) * Denominator(b) < Numerator(b) * Denominator(a));

    // ---- what rules make of numbers ----

    /// <summary>The number as an expression.</summary>
    [Operation] public static partial Expr Exactly(Number a);
    [Pattern]
    static Rule ExactlyShort(Number a) =>
        Rewrite(Exactly(a), to: Num(a)).When(IsShort(Numerator(a)) && IsShort(Denominator(a)));
    [Pattern] static Rule ExactlyLong(Number a) => Rewrite(Exactly(a), to: LongNum(a));

    // 1000 digits hold every double exactly.
    [Operation] private static partial bool IsShort(BigInteger n);
    [Pattern] static Rule ShortByDigits(BigInteger n) => Rewrite(IsShort(n), to: BigInteger.Abs(n) < BigInteger.Pow(10, 1000));
    [Pattern] static Rule ShortAtSight(BigInteger n) => Rewrite(IsShort(n), to: true).When(n > -1_000_000_000 && n < 1_000_000_000);

    [Operation] private static partial Expr Negative(Number a);
    [Pattern] static Rule NegativeInteger(BigInteger n) => Rewrite(Negative(Int(n)), to: Num(Int(-n)));
    [Pattern] static Rule NegativeFraction(BigInteger n, BigInteger d) => Rewrite(Negative(Frac(n, d)), to: Num(Frac(-n, d)));

    [Operation] private static partial Expr Magnitude(Number a);
    [Pattern] static Rule MagnitudeOfInteger(BigInteger n) => Rewrite(Magnitude(Int(n)), to: Num(Int(BigInteger.Abs(n))));
    [Pattern]
    static Rule MagnitudeOfFraction(BigInteger n, BigInteger d) => Rewrite(
        Magnitude(Frac(n, d)), to: Num(Frac(BigInteger.Abs(n), d)));

    [Operation] private static partial Expr Sum(Number a, Number b);
    [Pattern] static Rule SumOfIntegers(BigInteger a, BigInteger b) => Rewrite(Sum(Int(a), Int(b)), to: Exactly(Int(a + b)));
    [Pattern]
    static Rule SumOfFractions(Number a, Number b) => Rewrite(Sum(a, b),
        to: Exactly(Fraction(Numerator(a) * Denominator(b) + Numerator(b) * Denominator(a), Denominator(a) * Denominator(b))));

    [Operation] private static partial Expr Difference(Number a, Number b);
    [Pattern] static Rule DifferenceOfIntegers(BigInteger a, BigInteger b) => Rewrite(Difference(Int(a), Int(b)), to: Exactly(Int(a - b)));
    [Pattern]
    static Rule DifferenceOfFractions(Number a, Number b) => Rewrite(Difference(a, b),
        to: Exactly(Fraction(Numerator(a) * Denominator(b) - Numerator(b) * Denominator(a), Denominator(a) * Denominator(b))));

    [Operation] private static partial Expr Product(Number a, Number b);
    [Pattern] static Rule ProductOfIntegers(BigInteger a, BigInteger b) => Rewrite(Product(Int(a), Int(b)), to: Exactly(Int(a * b)));
    [Pattern]
    static Rule ProductOfFractions(Number a, Number b) =>
        Rewrite(Product(a, b), to: Exactly(Fraction(Numerator(a) * Numerator(b), Denominator(a) * Denominator(b))));

    // b is not 0.
    [Operation] private static partial Expr Quotient(Number a, Number b);
    [Pattern]
    static Rule QuotientOfFractions(Number a, Number b) =>
        Rewrite(Quotient(a, b), to: Exactly(Fraction(Numerator(a) * Denominator(b), Denominator(a) * Numerator(b))));

    // The exponent is small; where it is negative, a is not 0.
    [Operation] private static partial Expr Power(Number a, BigInteger n);
    [Pattern]
    static Rule PowerPositive(Number a, BigInteger n) => Rewrite(Power(a, n),
        to: Exactly(Fraction(BigInteger.Pow(Numerator(a), (int)n), BigInteger.Pow(Denominator(a), (int)n)))).When(n >= 0);
    [Pattern]
    static Rule PowerNegative(Number a, BigInteger n) => Rewrite(Power(a, n),
        to: Exactly(Fraction(BigInteger.Pow(Denominator(a), (int)-n), BigInteger.Pow(Numerator(a), (int)-n)))).When(n < 0);

    [Operation] private static partial bool IsSmallExponent(BigInteger n);
    [Pattern] static Rule SmallExponent(BigInteger n) => Rewrite(IsSmallExponent(n), to: n >= -64 && n <= 64);

    // ---- square roots ----

    [Operation] private static partial bool IsSquare(Number a);
    [Pattern]
    static Rule SquareOfRoots(Number a) =>
        Rewrite(IsSquare(a), to: Numerator(a) >= 0 && IsPerfect(Numerator(a)) && IsPerfect(Denominator(a)));

    [Operation] private static partial bool IsPerfect(BigInteger n);
    [Pattern] static Rule PerfectByRoot(BigInteger n) => Rewrite(IsPerfect(n), to: FloorRoot(n) * FloorRoot(n) == n);

    // The root of a square.
    [Operation] private static partial Expr Root(Number a);
    [Pattern]
    static Rule RootOfSquare(Number a) => Rewrite(
        Root(a), to: Exactly(Fraction(FloorRoot(Numerator(a)), FloorRoot(Denominator(a)))));

    // Newton's method from above: the largest integer whose square is at most n.
    [Operation] private static partial BigInteger FloorRoot(BigInteger n);
    [Pattern] static Rule FloorRootStart(BigInteger n) => Rewrite(FloorRoot(n), to: FloorRootBelow(n, n));

    [Operation] private static partial BigInteger FloorRootBelow(BigInteger n, BigInteger x);
    [Pattern] static Rule FloorRootFound(BigInteger n, BigInteger x) => Rewrite(FloorRootBelow(n, x), to: x).When(x * x <= n);
    [Pattern]
    static Rule FloorRootNext(BigInteger n, BigInteger x) =>
        Rewrite(FloorRootBelow(n, x), to: FloorRootBelow(n, (x + n / x) / 2)).When(x * x > n);
}
