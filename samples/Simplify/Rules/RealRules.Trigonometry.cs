using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Trigonometric functions.
public static partial class RealRules
{
    // ---- at 0 and multiples of pi ----

    [Pattern(Priority = Folding)] static Rule SinAt0() => Rewrite(Sin(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule CosAt0() => Rewrite(Cos(Num(Int(0))), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule TanAt0() => Rewrite(Tan(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule AsinAt0() => Rewrite(Asin(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule AcosAt1() => Rewrite(Acos(Num(Int(1))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule AcosAtMinus1() => Rewrite(Acos(Num(Int(-1))), to: Pi());
    [Pattern(Priority = Folding)] static Rule AtanAt0() => Rewrite(Atan(Num(Int(0))), to: Num(Int(0)));

    [Pattern(Priority = Folding)] static Rule SinPi() => Rewrite(Sin(Pi()), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule CosPi() => Rewrite(Cos(Pi()), to: Num(Int(-1)));
    [Pattern(Priority = Folding)] static Rule TanPi() => Rewrite(Tan(Pi()), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule SinManyPi(BigInteger _n) => Rewrite(Sin(Mul(Num(Int(_n)), Pi())), to: Num(Int(0)));
    [Pattern(Priority = Folding)]
    static Rule CosManyPi(BigInteger n) => Rewrite(
        Cos(Mul(Num(Int(n)), Pi())), to: Num(Int(1 - 2 * BigInteger.Abs(n % 2))));
    [Pattern(Priority = Folding)] static Rule TanManyPi(BigInteger _n) => Rewrite(Tan(Mul(Num(Int(_n)), Pi())), to: Num(Int(0)));

    // n is odd: 1, 5, 9, -3 give 1 and 3, 7, -1 give -1.
    [Pattern(Priority = Folding)]
    static Rule SinHalfPi(BigInteger n) => Rewrite(
        Sin(Mul(Num(Frac(n, 2)), Pi())), to: Num(Int(2 - (n % 4 + 4) % 4)));
    [Pattern(Priority = Folding)] static Rule CosHalfPi(BigInteger _n) => Rewrite(Cos(Mul(Num(Frac(_n, 2)), Pi())), to: Num(Int(0)));

    [Pattern(Priority = Folding)]
    static Rule SinThirdPi() => Rewrite(
        Sin(Mul(Num(Frac(1, 3)), Pi())), to: Mul(Num(Frac(1, 2)), Sqrt(Num(Int(3)))));
    [Pattern(Priority = Folding)] static Rule CosThirdPi() => Rewrite(Cos(Mul(Num(Frac(1, 3)), Pi())), to: Num(Frac(1, 2)));
    [Pattern(Priority = Folding)] static Rule TanThirdPi() => Rewrite(Tan(Mul(Num(Frac(1, 3)), Pi())), to: Sqrt(Num(Int(3))));
    [Pattern(Priority = Folding)] static Rule SinQuarterPi() => Rewrite(Sin(Mul(Num(Frac(1, 4)), Pi())), to: Sqrt(Num(Frac(1, 2))));
    [Pattern(Priority = Folding)] static Rule CosQuarterPi() => Rewrite(Cos(Mul(Num(Frac(1, 4)), Pi())), to: Sqrt(Num(Frac(1, 2))));
    [Pattern(Priority = Folding)] static Rule TanQuarterPi() => Rewrite(Tan(Mul(Num(Frac(1, 4)), Pi())), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule SinSixthPi() => Rewrite(Sin(Mul(Num(Frac(1, 6)), Pi())), to: Num(Frac(1, 2)));
    [Pattern(Priority = Folding)]
    static Rule CosSixthPi() => Rewrite(
        Cos(Mul(Num(Frac(1, 6)), Pi())), to: Mul(Num(Frac(1, 2)), Sqrt(Num(Int(3)))));
    [Pattern(Priority = Folding)] static Rule TanSixthPi() => Rewrite(Tan(Mul(Num(Frac(1, 6)), Pi())), to: Sqrt(Num(Frac(1, 3))));

    // ---- signs and shifts of the argument ----

    [Pattern(Priority = Moving)] static Rule SinNeg(Expr x) => Rewrite(Sin(Neg(x)), to: Neg(Sin(x)));
    [Pattern] static Rule CosNeg(Expr x) => Rewrite(Cos(Neg(x)), to: Cos(x));
    [Pattern] static Rule CosFabs(Expr x) => Rewrite(Cos(Fabs(x)), to: Cos(x));
    [Pattern(Priority = Moving)]
    static Rule CosNumMul(Number a, Expr x) => Rewrite(Cos(Mul(Num(a), x)), to: Cos(Mul(Negative(a), x))).When(
        IsNegative(a));
    [Pattern(Priority = Moving)] static Rule TanNeg(Expr x) => Rewrite(Tan(Neg(x)), to: Neg(Tan(x)));
    [Pattern(Priority = Moving)] static Rule AsinNeg(Expr x) => Rewrite(Asin(Neg(x)), to: Neg(Asin(x)));
    [Pattern(Priority = Moving)] static Rule AtanNeg(Expr x) => Rewrite(Atan(Neg(x)), to: Neg(Atan(x)));

    [Pattern] static Rule SinPlusPi(Expr x) => Rewrite(Sin(Add(x, Pi())), to: Neg(Sin(x)));
    [Pattern] static Rule SinPiPlus(Expr x) => Rewrite(Sin(Add(Pi(), x)), to: Neg(Sin(x)));
    [Pattern] static Rule CosPlusPi(Expr x) => Rewrite(Cos(Add(x, Pi())), to: Neg(Cos(x)));
    [Pattern] static Rule CosPiPlus(Expr x) => Rewrite(Cos(Add(Pi(), x)), to: Neg(Cos(x)));
    [Pattern] static Rule TanPlusPi(Expr x) => Rewrite(Tan(Add(x, Pi())), to: Tan(x));
    [Pattern] static Rule TanPiPlus(Expr x) => Rewrite(Tan(Add(Pi(), x)), to: Tan(x));
    [Pattern] static Rule SinPiMinus(Expr x) => Rewrite(Sin(Sub(Pi(), x)), to: Sin(x));
    [Pattern] static Rule CosPiMinus(Expr x) => Rewrite(Cos(Sub(Pi(), x)), to: Neg(Cos(x)));
    [Pattern] static Rule SinHalfPiMinus(Expr x) => Rewrite(Sin(Sub(Mul(Num(Frac(1, 2)), Pi()), x)), to: Cos(x));
    [Pattern] static Rule CosHalfPiMinus(Expr x) => Rewrite(Cos(Sub(Mul(Num(Frac(1, 2)), Pi()), x)), to: Sin(x));

    // ---- inverses ----

    [Pattern] static Rule SinAsin(Expr x) => Rewrite(Sin(Asin(x)), to: x);
    [Pattern] static Rule CosAcos(Expr x) => Rewrite(Cos(Acos(x)), to: x);
    [Pattern] static Rule TanAtan(Expr x) => Rewrite(Tan(Atan(x)), to: x);
    [Pattern] static Rule CosAsinSquared(Expr x) => Rewrite(Pow(Cos(Asin(x)), Num(Int(2))), to: Sub(Num(Int(1)), Pow(x, Num(Int(2)))));
    [Pattern] static Rule SinAcosSquared(Expr x) => Rewrite(Pow(Sin(Acos(x)), Num(Int(2))), to: Sub(Num(Int(1)), Pow(x, Num(Int(2)))));
    [Pattern] static Rule AsinPlusAcos(Expr x) => Rewrite(Add(Asin(x), Acos(x)), to: Mul(Num(Frac(1, 2)), Pi()));
    [Pattern] static Rule AcosPlusAsin(Expr x) => Rewrite(Add(Acos(x), Asin(x)), to: Mul(Num(Frac(1, 2)), Pi()));

    // ---- quotients and products ----

    [Pattern] static Rule SinOverCos(Expr x) => Rewrite(Div(Sin(x), Cos(x)), to: Tan(x));
    [Pattern] static Rule SinOverTan(Expr x) => Rewrite(Div(Sin(x), Tan(x)), to: Cos(x));
    [Pattern] static Rule TanTimesCos(Expr x) => Rewrite(Mul(Tan(x), Cos(x)), to: Sin(x));
    [Pattern] static Rule CosTimesTan(Expr x) => Rewrite(Mul(Cos(x), Tan(x)), to: Sin(x));
    [Pattern]
    static Rule NumSinTimesCos(Number a, Expr x) =>
        Rewrite(Mul(Num(a), Mul(Sin(x), Cos(x))), to: Mul(Product(a, Frac(1, 2)), Sin(Mul(Num(Int(2)), x))));
    [Pattern]
    static Rule NumCosTimesSin(Number a, Expr x) =>
        Rewrite(Mul(Num(a), Mul(Cos(x), Sin(x))), to: Mul(Product(a, Frac(1, 2)), Sin(Mul(Num(Int(2)), x))));
    [Pattern] static Rule DoubleAngleOverCos(Expr x) => Rewrite(Div(Sin(Mul(Num(Int(2)), x)), Cos(x)), to: Mul(Num(Int(2)), Sin(x)));
    [Pattern] static Rule DoubleAngleOverSin(Expr x) => Rewrite(Div(Sin(Mul(Num(Int(2)), x)), Sin(x)), to: Mul(Num(Int(2)), Cos(x)));

    // ---- sums ----

    [Pattern] static Rule SinCosPythagoras(Expr x) => Rewrite(Add(Pow(Sin(x), Num(Int(2))), Pow(Cos(x), Num(Int(2)))), to: Num(Int(1)));
    [Pattern] static Rule CosSinPythagoras(Expr x) => Rewrite(Add(Pow(Cos(x), Num(Int(2))), Pow(Sin(x), Num(Int(2)))), to: Num(Int(1)));
    [Pattern] static Rule OneMinusSin2(Expr x) => Rewrite(Sub(Num(Int(1)), Pow(Sin(x), Num(Int(2)))), to: Pow(Cos(x), Num(Int(2))));
    [Pattern] static Rule OneMinusCos2(Expr x) => Rewrite(Sub(Num(Int(1)), Pow(Cos(x), Num(Int(2)))), to: Pow(Sin(x), Num(Int(2))));
    [Pattern] static Rule Sin2MinusOne(Expr x) => Rewrite(Add(Num(Int(-1)), Pow(Sin(x), Num(Int(2)))), to: Neg(Pow(Cos(x), Num(Int(2)))));
    [Pattern] static Rule Cos2MinusOne(Expr x) => Rewrite(Add(Num(Int(-1)), Pow(Cos(x), Num(Int(2)))), to: Neg(Pow(Sin(x), Num(Int(2)))));
    [Pattern]
    static Rule Cos2MinusSin2(Expr x) => Rewrite(
        Sub(Pow(Cos(x), Num(Int(2))), Pow(Sin(x), Num(Int(2)))), to: Cos(Mul(Num(Int(2)), x)));
    [Pattern]
    static Rule Sin2MinusCos2(Expr x) => Rewrite(
        Sub(Pow(Sin(x), Num(Int(2))), Pow(Cos(x), Num(Int(2)))), to: Neg(Cos(Mul(Num(Int(2)), x))));

    [Pattern]
    static Rule PolarCosSin(Expr r, Expr t) =>
        Rewrite(Add(Pow(Mul(r, Cos(t)), Num(Int(2))), Pow(Mul(r, Sin(t)), Num(Int(2)))), to: Pow(r, Num(Int(2))));
    [Pattern]
    static Rule PolarSinCos(Expr r, Expr t) =>
        Rewrite(Add(Pow(Mul(r, Sin(t)), Num(Int(2))), Pow(Mul(r, Cos(t)), Num(Int(2)))), to: Pow(r, Num(Int(2))));
    [Pattern]
    static Rule CosSinPolar(Expr r, Expr t) =>
        Rewrite(Add(Pow(Mul(Cos(t), r), Num(Int(2))), Pow(Mul(Sin(t), r), Num(Int(2)))), to: Pow(r, Num(Int(2))));
    [Pattern]
    static Rule SinCosPolar(Expr r, Expr t) =>
        Rewrite(Add(Pow(Mul(Sin(t), r), Num(Int(2))), Pow(Mul(Cos(t), r), Num(Int(2)))), to: Pow(r, Num(Int(2))));

    [Pattern] static Rule SinOfSum(Expr x, Expr y) => Rewrite(Add(Mul(Sin(x), Cos(y)), Mul(Cos(x), Sin(y))), to: Sin(Add(x, y)));
    [Pattern] static Rule SinOfDifference(Expr x, Expr y) => Rewrite(Sub(Mul(Sin(x), Cos(y)), Mul(Cos(x), Sin(y))), to: Sin(Sub(x, y)));
    [Pattern] static Rule CosOfSum(Expr x, Expr y) => Rewrite(Sub(Mul(Cos(x), Cos(y)), Mul(Sin(x), Sin(y))), to: Cos(Add(x, y)));
    [Pattern] static Rule CosOfDifference(Expr x, Expr y) => Rewrite(Add(Mul(Cos(x), Cos(y)), Mul(Sin(x), Sin(y))), to: Cos(Sub(x, y)));
}
