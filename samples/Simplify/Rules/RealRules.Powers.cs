using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Powers, roots and magnitudes. 0^0 is 1; a negative number has integer powers only.
public static partial class RealRules
{
    [Pattern(Priority = Folding)]
    static Rule PowNums(Number a, BigInteger n) =>
        Rewrite(Pow(Num(a), Num(Int(n))), to: Power(a, n)).When(IsSmallExponent(n) && (n >= 0 || !IsZero(a)));
    [Pattern(Priority = Units)] static Rule PowZero(Expr _x) => Rewrite(Pow(_x, Num(Int(0))), to: Num(Int(1)));
    [Pattern(Priority = Units)] static Rule PowOne(Expr x) => Rewrite(Pow(x, Num(Int(1))), to: x);
    [Pattern(Priority = Units)] static Rule OnePow(Expr _x) => Rewrite(Pow(Num(Int(1)), _x), to: Num(Int(1)));
    [Pattern(Priority = Numbers)] static Rule PowMinusOne(Expr x) => Rewrite(Pow(x, Num(Int(-1))), to: Div(Num(Int(1)), x));
    [Pattern(Priority = Numbers)] static Rule PowHalf(Expr x) => Rewrite(Pow(x, Num(Frac(1, 2))), to: Sqrt(x));

    // ---- products and quotients of powers ----

    [Pattern(Priority = Common)] static Rule MulSelfTwice(Expr x, Expr y) => Rewrite(Mul(x, Mul(x, y)), to: Mul(Pow(x, Num(Int(2))), y));
    [Pattern(Priority = Cancelling)] static Rule TimesPow(Expr x, Number a) => Rewrite(Mul(x, Pow(x, Num(a))), to: Pow(x, Sum(a, Int(1))));
    [Pattern(Priority = Cancelling)] static Rule PowTimes(Expr x, Number a) => Rewrite(Mul(Pow(x, Num(a)), x), to: Pow(x, Sum(a, Int(1))));
    [Pattern(Priority = Cancelling)]
    static Rule PowTimesPow(Expr x, Expr y, Expr z) => Rewrite(
        Mul(Pow(x, y), Pow(x, z)), to: Pow(x, Add(y, z)));
    [Pattern(Priority = Cancelling)]
    static Rule PowOver(Expr x, Number a) => Rewrite(
        Div(Pow(x, Num(a)), x), to: Pow(x, Difference(a, Int(1))));
    [Pattern(Priority = Cancelling)]
    static Rule OverPow(Expr x, Number a) => Rewrite(
        Div(x, Pow(x, Num(a))), to: Pow(x, Difference(Int(1), a)));
    [Pattern(Priority = Cancelling)]
    static Rule PowOverPow(Expr x, Expr y, Expr z) => Rewrite(
        Div(Pow(x, y), Pow(x, z)), to: Pow(x, Sub(y, z)));
    [Pattern]
    static Rule PowOverTimesPow(Expr x, Expr y, Expr z, Expr w) => Rewrite(
        Div(Pow(x, y), Mul(z, Pow(x, w))), to: Div(Pow(x, Sub(y, w)), z));
    [Pattern] static Rule OneOverPow(Expr x, Number a) => Rewrite(Div(Num(Int(1)), Pow(x, Num(a))), to: Pow(x, Negative(a)));
    [Pattern] static Rule SamePowers(Expr x, Expr y, Number a) => Rewrite(Mul(Pow(x, Num(a)), Pow(y, Num(a))), to: Pow(Mul(x, y), Num(a)));

    // Not for 0: 0^0 is 1 where (0/0)^0 is undefined.
    [Pattern]
    static Rule SamePowersQuotient(Expr x, Expr y, Number a) =>
        Rewrite(Div(Pow(x, Num(a)), Pow(y, Num(a))), to: Pow(Div(x, y), Num(a))).When(!IsZero(a));
    [Pattern]
    static Rule QuotientPowTimesPow(Expr x, Expr y, BigInteger n) => Rewrite(
        Mul(Pow(Div(x, y), Num(Int(n))), Pow(y, Num(Int(n)))), to: Pow(x, Num(Int(n))));

    [Pattern(Priority = MovingPow)]
    static Rule TimesNegativePow(Expr x, Expr y, Number a) =>
        Rewrite(Mul(y, Pow(x, Num(a))), to: Div(y, Pow(x, Negative(a)))).When(IsNegative(a));
    [Pattern(Priority = MovingPow + Mirrored)]
    static Rule NegativePowTimes(Expr x, Expr y, Number a) =>
        Rewrite(Mul(Pow(x, Num(a)), y), to: Div(y, Pow(x, Negative(a)))).When(IsNegative(a));
    [Pattern(Priority = MovingPow)]
    static Rule OverNegativePow(Expr x, Expr y, Number a) =>
        Rewrite(Div(y, Pow(x, Num(a))), to: Mul(y, Pow(x, Negative(a)))).When(IsNegative(a));

    [Pattern]
    static Rule DifferenceOfSquares(Expr x, Expr y) =>
        Rewrite(Div(Sub(Pow(x, Num(Int(2))), Pow(y, Num(Int(2)))), Sub(x, y)), to: Add(x, y));
    [Pattern]
    static Rule DifferenceOfSquaresOverSum(Expr x, Expr y) =>
        Rewrite(Div(Sub(Pow(x, Num(Int(2))), Pow(y, Num(Int(2)))), Add(x, y)), to: Sub(x, y));

    // ---- powers of other expressions ----

    [Pattern]
    static Rule PowOfPow(Expr x, Number a, Number b) =>
        Rewrite(Pow(Pow(x, Num(a)), Num(b)), to: Pow(x, Product(a, b))).When(!IsRootOfEven(a, b));
    [Pattern]
    static Rule RootOfEvenPow(Expr x, Number a, Number b) =>
        Rewrite(Pow(Pow(x, Num(a)), Num(b)), to: Pow(Fabs(x), Product(a, b))).When(IsRootOfEven(a, b));

    // (x^2)^(1/2) is |x|. In all other cases x is not negative where x^a must not be.
    [Operation] private static partial bool IsRootOfEven(Number a, Number b);
    [Pattern]
    static Rule RootOfEven(Number a, Number b) =>
        Rewrite(IsRootOfEven(a, b), to: Denominator(b) != 1 && Denominator(a) == 1 && Numerator(a) % 2 == 0);

    [Pattern(Priority = Moving)]
    static Rule NumOutOfPow(Number a, Expr x, BigInteger n) =>
        Rewrite(Pow(Mul(Num(a), x), Num(Int(n))), to: Mul(Power(a, n), Pow(x, Num(Int(n))))).When(n > 0 && IsSmallExponent(n));
    [Pattern] static Rule NegPowEven(Expr x, BigInteger n) => Rewrite(Pow(Neg(x), Num(Int(n))), to: Pow(x, Num(Int(n)))).When(n % 2 == 0);
    [Pattern(Priority = Moving)]
    static Rule NegPowOdd(Expr x, BigInteger n) => Rewrite(
        Pow(Neg(x), Num(Int(n))), to: Neg(Pow(x, Num(Int(n))))).When(n % 2 != 0);
    [Pattern] static Rule FabsPowEven(Expr x, BigInteger n) => Rewrite(Pow(Fabs(x), Num(Int(n))), to: Pow(x, Num(Int(n)))).When(n % 2 == 0);
    [Pattern(Priority = Moving)]
    static Rule FlippedPowEven(Number a, Expr x, BigInteger n) =>
        Rewrite(Pow(Sub(Num(a), x), Num(Int(n))), to: Pow(Add(Negative(a), x), Num(Int(n)))).When(n % 2 == 0);
    [Pattern]
    static Rule QuotientBySqrtSquared(Expr x, Expr y) => Rewrite(
        Pow(Div(x, Sqrt(y)), Num(Int(2))), to: Div(Pow(x, Num(Int(2))), y));
    [Pattern(Priority = Mirrored)]
    static Rule SqrtOverSquared(Expr x, Expr y) => Rewrite(
        Pow(Div(Sqrt(x), y), Num(Int(2))), to: Div(x, Pow(y, Num(Int(2)))));

    // ---- roots ----

    [Pattern(Priority = Folding)] static Rule SqrtNum(Number a) => Rewrite(Sqrt(Num(a)), to: Root(a)).When(IsSquare(a));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfSqrt(Number a, Expr x) =>
        Rewrite(Sqrt(Mul(Num(a), x)), to: Mul(Root(a), Sqrt(x))).When(!IsZero(a) && IsSquare(a));
    [Pattern]
    static Rule SqrtEvenPow(Expr x, Number a) => Rewrite(Sqrt(Pow(x, Num(a))), to: Pow(Fabs(x), Product(a, Frac(1, 2)))).When(
        IsRootOfEven(a, Frac(1, 2)));
    [Pattern]
    static Rule SqrtPow(Expr x, Number a) => Rewrite(Sqrt(Pow(x, Num(a))), to: Pow(x, Product(a, Frac(1, 2)))).When(
        !IsRootOfEven(a, Frac(1, 2)));
    [Pattern] static Rule PowSqrt(Expr x, Number a) => Rewrite(Pow(Sqrt(x), Num(a)), to: Pow(x, Product(a, Frac(1, 2))));
    [Pattern(Priority = Itself)] static Rule SqrtTimesItself(Expr x) => Rewrite(Mul(Sqrt(x), Sqrt(x)), to: x);
    [Pattern] static Rule SqrtTimesSqrt(Expr x, Expr y) => Rewrite(Mul(Sqrt(x), Sqrt(y)), to: Sqrt(Mul(x, y)));
    [Pattern] static Rule SqrtOverSqrt(Expr x, Expr y) => Rewrite(Div(Sqrt(x), Sqrt(y)), to: Sqrt(Div(x, y)));
    [Pattern(Priority = Cancelling)] static Rule TimesSqrtSelf(Expr x) => Rewrite(Mul(x, Sqrt(x)), to: Pow(x, Num(Frac(3, 2))));
    [Pattern(Priority = Cancelling)] static Rule SqrtTimesSelf(Expr x) => Rewrite(Mul(Sqrt(x), x), to: Pow(x, Num(Frac(3, 2))));
    [Pattern(Priority = Cancelling)] static Rule OverSqrtSelf(Expr x) => Rewrite(Div(x, Sqrt(x)), to: Sqrt(x));
    [Pattern(Priority = Cancelling)] static Rule SqrtOverSelf(Expr x) => Rewrite(Div(Sqrt(x), x), to: Div(Num(Int(1)), Sqrt(x)));
    [Pattern] static Rule CbrtCube(Expr x) => Rewrite(Cbrt(Pow(x, Num(Int(3)))), to: x);
    [Pattern] static Rule CubeCbrt(Expr x) => Rewrite(Pow(Cbrt(x), Num(Int(3))), to: x);
    [Pattern(Priority = Moving)] static Rule CbrtNeg(Expr x) => Rewrite(Cbrt(Neg(x)), to: Neg(Cbrt(x)));

    [Pattern] static Rule SqrtOfSquares(Expr x, Expr y) => Rewrite(Sqrt(Add(Pow(x, Num(Int(2))), Pow(y, Num(Int(2))))), to: Hypot(x, y));
    [Pattern(Priority = Units)] static Rule ZeroHypot(Expr x) => Rewrite(Hypot(Num(Int(0)), x), to: Fabs(x));
    [Pattern(Priority = Units)] static Rule HypotZero(Expr x) => Rewrite(Hypot(x, Num(Int(0))), to: Fabs(x));
    [Pattern] static Rule NegHypot(Expr x, Expr y) => Rewrite(Hypot(Neg(x), y), to: Hypot(x, y));
    [Pattern(Priority = Mirrored)] static Rule HypotNeg(Expr x, Expr y) => Rewrite(Hypot(x, Neg(y)), to: Hypot(x, y));
    [Pattern] static Rule FabsHypotLeft(Expr x, Expr y) => Rewrite(Hypot(Fabs(x), y), to: Hypot(x, y));
    [Pattern(Priority = Mirrored)] static Rule FabsHypotRight(Expr x, Expr y) => Rewrite(Hypot(x, Fabs(y)), to: Hypot(x, y));

    // ---- magnitudes ----

    [Pattern(Priority = Folding)] static Rule FabsNum(Number a) => Rewrite(Fabs(Num(a)), to: Magnitude(a));
    [Pattern] static Rule FabsNeg(Expr x) => Rewrite(Fabs(Neg(x)), to: Fabs(x));
    [Pattern] static Rule FabsFabs(Expr x) => Rewrite(Fabs(Fabs(x)), to: Fabs(x));
    [Pattern] static Rule FabsEvenPow(Expr x, BigInteger n) => Rewrite(Fabs(Pow(x, Num(Int(n)))), to: Pow(x, Num(Int(n)))).When(n % 2 == 0);
    [Pattern] static Rule FabsSqrt(Expr x) => Rewrite(Fabs(Sqrt(x)), to: Sqrt(x));
    [Pattern] static Rule FabsExp(Expr x) => Rewrite(Fabs(Exp(x)), to: Exp(x));
    [Pattern] static Rule FabsCosh(Expr x) => Rewrite(Fabs(Cosh(x)), to: Cosh(x));
    [Pattern] static Rule FabsOfHypot(Expr x, Expr y) => Rewrite(Fabs(Hypot(x, y)), to: Hypot(x, y));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfFabs(Number a, Expr x) => Rewrite(
        Fabs(Mul(Num(a), x)), to: Mul(Magnitude(a), Fabs(x)));
    [Pattern] static Rule FabsTimesFabs(Expr x, Expr y) => Rewrite(Mul(Fabs(x), Fabs(y)), to: Fabs(Mul(x, y)));
    [Pattern] static Rule FabsOverFabs(Expr x, Expr y) => Rewrite(Div(Fabs(x), Fabs(y)), to: Fabs(Div(x, y)));
    [Pattern(Priority = Itself)] static Rule CopysignSelf(Expr x) => Rewrite(Copysign(x, x), to: x);
    [Pattern] static Rule CopysignFabs(Expr x, Expr y) => Rewrite(Copysign(Fabs(x), y), to: Copysign(x, y));
    [Pattern] static Rule CopysignNeg(Expr x, Expr y) => Rewrite(Copysign(Neg(x), y), to: Copysign(x, y));
}
