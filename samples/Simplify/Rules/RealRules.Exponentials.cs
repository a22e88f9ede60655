using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Exponentials and logarithms.
public static partial class RealRules
{
    [Pattern(Priority = Folding)] static Rule ExpAt0() => Rewrite(Exp(Num(Int(0))), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule ExpAt1() => Rewrite(Exp(Num(Int(1))), to: E());
    [Pattern(Priority = Folding)]
    static Rule Exp2AtInteger(BigInteger n) => Rewrite(Exp2(Num(Int(n))), to: Power(Int(2), n)).When(
        IsSmallExponent(n));
    [Pattern(Priority = Folding)] static Rule Expm1At0() => Rewrite(Expm1(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule LogAt1() => Rewrite(Log(Num(Int(1))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule LogAtE() => Rewrite(Log(E()), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule Log2At1() => Rewrite(Log2(Num(Int(1))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule Log2At2() => Rewrite(Log2(Num(Int(2))), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule Log10At1() => Rewrite(Log10(Num(Int(1))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule Log10At10() => Rewrite(Log10(Num(Int(10))), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule Log1pAt0() => Rewrite(Log1p(Num(Int(0))), to: Num(Int(0)));

    // ---- inverses ----

    [Pattern] static Rule ExpLog(Expr x) => Rewrite(Exp(Log(x)), to: x);
    [Pattern] static Rule LogExp(Expr x) => Rewrite(Log(Exp(x)), to: x);
    [Pattern] static Rule Exp2Log2(Expr x) => Rewrite(Exp2(Log2(x)), to: x);
    [Pattern] static Rule Log2Exp2(Expr x) => Rewrite(Log2(Exp2(x)), to: x);
    [Pattern] static Rule Pow2Log2(Expr x) => Rewrite(Pow(Num(Int(2)), Log2(x)), to: x);
    [Pattern] static Rule Log2Pow2(Expr x) => Rewrite(Log2(Pow(Num(Int(2)), x)), to: x);
    [Pattern] static Rule Pow10Log10(Expr x) => Rewrite(Pow(Num(Int(10)), Log10(x)), to: x);
    [Pattern] static Rule Log10Pow10(Expr x) => Rewrite(Log10(Pow(Num(Int(10)), x)), to: x);
    [Pattern] static Rule Expm1Log1p(Expr x) => Rewrite(Expm1(Log1p(x)), to: x);
    [Pattern] static Rule Log1pExpm1(Expr x) => Rewrite(Log1p(Expm1(x)), to: x);
    [Pattern] static Rule ExpLog1p(Expr x) => Rewrite(Exp(Log1p(x)), to: Add(Num(Int(1)), x));
    [Pattern] static Rule Expm1Log(Expr x) => Rewrite(Expm1(Log(x)), to: Add(Num(Int(-1)), x));

    // ---- exponentials ----

    [Pattern] static Rule ExpTimesLog(Expr x, Expr y) => Rewrite(Exp(Mul(y, Log(x))), to: Pow(x, y));
    [Pattern(Priority = Mirrored)] static Rule ExpLogTimes(Expr x, Expr y) => Rewrite(Exp(Mul(Log(x), y)), to: Pow(x, y));
    [Pattern] static Rule ExpNegLog(Expr x) => Rewrite(Exp(Neg(Log(x))), to: Div(Num(Int(1)), x));
    [Pattern] static Rule ExpPlusLog(Expr x, Expr y) => Rewrite(Exp(Add(y, Log(x))), to: Mul(Exp(y), x));
    [Pattern(Priority = Mirrored)] static Rule ExpLogPlus(Expr x, Expr y) => Rewrite(Exp(Add(Log(x), y)), to: Mul(x, Exp(y)));
    [Pattern] static Rule ExpMinusLog(Expr x, Expr y) => Rewrite(Exp(Sub(y, Log(x))), to: Div(Exp(y), x));
    [Pattern(Priority = Mirrored)] static Rule ExpLogMinus(Expr x, Expr y) => Rewrite(Exp(Sub(Log(x), y)), to: Div(x, Exp(y)));
    [Pattern] static Rule ExpTimesExp(Expr x, Expr y) => Rewrite(Mul(Exp(x), Exp(y)), to: Exp(Add(x, y)));
    [Pattern] static Rule ExpOverExp(Expr x, Expr y) => Rewrite(Div(Exp(x), Exp(y)), to: Exp(Sub(x, y)));
    [Pattern] static Rule OneOverExp(Expr x) => Rewrite(Div(Num(Int(1)), Exp(x)), to: Exp(Neg(x)));
    [Pattern] static Rule SqrtExpNumMul(Number a, Expr x) => Rewrite(Sqrt(Exp(Mul(Num(a), x))), to: Exp(Mul(Product(a, Frac(1, 2)), x)));
    [Pattern] static Rule PowE(Expr x) => Rewrite(Pow(E(), x), to: Exp(x));
    [Pattern(Priority = Moving)] static Rule PowExp(Expr x, Expr y) => Rewrite(Pow(Exp(x), y), to: Exp(Mul(x, y)));
    [Pattern] static Rule ExpMinusOne(Expr x) => Rewrite(Add(Num(Int(-1)), Exp(x)), to: Expm1(x));
    [Pattern] static Rule OneMinusExp(Expr x) => Rewrite(Sub(Num(Int(1)), Exp(x)), to: Neg(Expm1(x)));
    [Pattern] static Rule OnePlusExpm1(Expr x) => Rewrite(Add(Num(Int(1)), Expm1(x)), to: Exp(x));

    // ---- logarithms ----

    [Pattern] static Rule LogPlusLog(Expr x, Expr y) => Rewrite(Add(Log(x), Log(y)), to: Log(Mul(x, y)));
    [Pattern] static Rule LogMinusLog(Expr x, Expr y) => Rewrite(Sub(Log(x), Log(y)), to: Log(Div(x, y)));
    [Pattern] static Rule NegLogQuotient(Expr x, Expr y) => Rewrite(Neg(Log(Div(x, y))), to: Log(Div(y, x)));
    [Pattern] static Rule LogTimesExp(Expr x, Expr y) => Rewrite(Log(Mul(x, Exp(y))), to: Add(Log(x), y));
    [Pattern(Priority = Mirrored)] static Rule LogExpTimes(Expr x, Expr y) => Rewrite(Log(Mul(Exp(x), y)), to: Add(x, Log(y)));
    [Pattern] static Rule LogOverExp(Expr x, Expr y) => Rewrite(Log(Div(x, Exp(y))), to: Sub(Log(x), y));
    [Pattern(Priority = Mirrored)] static Rule LogExpOver(Expr x, Expr y) => Rewrite(Log(Div(Exp(x), y)), to: Sub(x, Log(y)));
    [Pattern] static Rule LogOnePlus(Expr x) => Rewrite(Log(Add(Num(Int(1)), x)), to: Log1p(x));
    [Pattern] static Rule LogOverLog2(Expr x) => Rewrite(Div(Log(x), Log(Num(Int(2)))), to: Log2(x));
    [Pattern] static Rule LogOverLog10(Expr x) => Rewrite(Div(Log(x), Log(Num(Int(10)))), to: Log10(x));
    [Pattern(Priority = Moving)]
    static Rule LogNumPow(Number a, Expr x) => Rewrite(Log(Pow(Num(a), x)), to: Mul(x, Log(Num(a)))).When(
        Numerator(a) > 0);

    // x^a is positive only where x is, unless a is an even integer.
    [Pattern(Priority = Moving)]
    static Rule LogPow(Expr x, Number a) =>
        Rewrite(Log(Pow(x, Num(a))), to: Mul(Num(a), Log(x))).When(Denominator(a) != 1 || Numerator(a) % 2 != 0);
}
