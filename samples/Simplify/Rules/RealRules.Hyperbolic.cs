using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Hyperbolic functions and the error function.
public static partial class RealRules
{
    [Pattern(Priority = Folding)] static Rule SinhAt0() => Rewrite(Sinh(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule CoshAt0() => Rewrite(Cosh(Num(Int(0))), to: Num(Int(1)));
    [Pattern(Priority = Folding)] static Rule TanhAt0() => Rewrite(Tanh(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule AsinhAt0() => Rewrite(Asinh(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule AcoshAt1() => Rewrite(Acosh(Num(Int(1))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule AtanhAt0() => Rewrite(Atanh(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule ErfAt0() => Rewrite(Erf(Num(Int(0))), to: Num(Int(0)));
    [Pattern(Priority = Folding)] static Rule ErfcAt0() => Rewrite(Erfc(Num(Int(0))), to: Num(Int(1)));

    // ---- signs of the argument ----

    [Pattern(Priority = Moving)] static Rule SinhNeg(Expr x) => Rewrite(Sinh(Neg(x)), to: Neg(Sinh(x)));
    [Pattern] static Rule CoshNeg(Expr x) => Rewrite(Cosh(Neg(x)), to: Cosh(x));
    [Pattern] static Rule CoshFabs(Expr x) => Rewrite(Cosh(Fabs(x)), to: Cosh(x));
    [Pattern(Priority = Moving)]
    static Rule CoshNumMul(Number a, Expr x) => Rewrite(
        Cosh(Mul(Num(a), x)), to: Cosh(Mul(Negative(a), x))).When(IsNegative(a));
    [Pattern(Priority = Moving)] static Rule TanhNeg(Expr x) => Rewrite(Tanh(Neg(x)), to: Neg(Tanh(x)));
    [Pattern(Priority = Moving)] static Rule AsinhNeg(Expr x) => Rewrite(Asinh(Neg(x)), to: Neg(Asinh(x)));
    [Pattern(Priority = Moving)] static Rule AtanhNeg(Expr x) => Rewrite(Atanh(Neg(x)), to: Neg(Atanh(x)));
    [Pattern(Priority = Moving)] static Rule ErfNeg(Expr x) => Rewrite(Erf(Neg(x)), to: Neg(Erf(x)));

    // ---- inverses ----

    [Pattern] static Rule SinhAsinh(Expr x) => Rewrite(Sinh(Asinh(x)), to: x);
    [Pattern] static Rule AsinhSinh(Expr x) => Rewrite(Asinh(Sinh(x)), to: x);
    [Pattern] static Rule CoshAcosh(Expr x) => Rewrite(Cosh(Acosh(x)), to: x);
    [Pattern] static Rule AcoshCosh(Expr x) => Rewrite(Acosh(Cosh(x)), to: Fabs(x));
    [Pattern] static Rule TanhAtanh(Expr x) => Rewrite(Tanh(Atanh(x)), to: x);
    [Pattern] static Rule AtanhTanh(Expr x) => Rewrite(Atanh(Tanh(x)), to: x);

    // ---- products and quotients ----

    [Pattern] static Rule SinhOverCosh(Expr x) => Rewrite(Div(Sinh(x), Cosh(x)), to: Tanh(x));
    [Pattern] static Rule SinhOverTanh(Expr x) => Rewrite(Div(Sinh(x), Tanh(x)), to: Cosh(x));
    [Pattern] static Rule TanhTimesCosh(Expr x) => Rewrite(Mul(Tanh(x), Cosh(x)), to: Sinh(x));
    [Pattern] static Rule CoshTimesTanh(Expr x) => Rewrite(Mul(Cosh(x), Tanh(x)), to: Sinh(x));
    [Pattern]
    static Rule NumSinhTimesCosh(Number a, Expr x) =>
        Rewrite(Mul(Num(a), Mul(Sinh(x), Cosh(x))), to: Mul(Product(a, Frac(1, 2)), Sinh(Mul(Num(Int(2)), x))));
    [Pattern]
    static Rule NumCoshTimesSinh(Number a, Expr x) =>
        Rewrite(Mul(Num(a), Mul(Cosh(x), Sinh(x))), to: Mul(Product(a, Frac(1, 2)), Sinh(Mul(Num(Int(2)), x))));

    // ---- sums ----

    [Pattern] static Rule Cosh2MinusSinh2(Expr x) => Rewrite(Sub(Pow(Cosh(x), Num(Int(2))), Pow(Sinh(x), Num(Int(2)))), to: Num(Int(1)));
    [Pattern] static Rule OnePlusSinh2(Expr x) => Rewrite(Add(Num(Int(1)), Pow(Sinh(x), Num(Int(2)))), to: Pow(Cosh(x), Num(Int(2))));
    [Pattern] static Rule Cosh2MinusOne(Expr x) => Rewrite(Add(Num(Int(-1)), Pow(Cosh(x), Num(Int(2)))), to: Pow(Sinh(x), Num(Int(2))));
    [Pattern] static Rule CoshPlusSinh(Expr x) => Rewrite(Add(Cosh(x), Sinh(x)), to: Exp(x));
    [Pattern] static Rule SinhPlusCosh(Expr x) => Rewrite(Add(Sinh(x), Cosh(x)), to: Exp(x));
    [Pattern] static Rule CoshMinusSinh(Expr x) => Rewrite(Sub(Cosh(x), Sinh(x)), to: Exp(Neg(x)));
    [Pattern] static Rule ExpPlusExpNeg(Expr x) => Rewrite(Add(Exp(x), Exp(Neg(x))), to: Mul(Num(Int(2)), Cosh(x)));
    [Pattern] static Rule ExpNegPlusExp(Expr x) => Rewrite(Add(Exp(Neg(x)), Exp(x)), to: Mul(Num(Int(2)), Cosh(x)));
    [Pattern] static Rule ExpMinusExpNeg(Expr x) => Rewrite(Sub(Exp(x), Exp(Neg(x))), to: Mul(Num(Int(2)), Sinh(x)));
    [Pattern] static Rule ExpNegMinusExp(Expr x) => Rewrite(Sub(Exp(Neg(x)), Exp(x)), to: Mul(Num(Int(-2)), Sinh(x)));
    [Pattern] static Rule OneMinusErf(Expr x) => Rewrite(Sub(Num(Int(1)), Erf(x)), to: Erfc(x));
    [Pattern] static Rule OneMinusErfc(Expr x) => Rewrite(Sub(Num(Int(1)), Erfc(x)), to: Erf(x));
}
