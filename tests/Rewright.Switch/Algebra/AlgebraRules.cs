using System;
using static Rewright.Dsl;

namespace Rewright.Switch.Algebra;

/// <summary>60 rules of algebra. Each holds wherever its source is defined and the bases of powers are positive.</summary>
/// <remarks>
/// In normal forms a number stands right in sums and left in products, and negations stand outside of products and quotients.
/// The order of the rules is that of <see cref="AlgebraByHand"/>: the first match wins.
/// </remarks>
[PatternModule(Order = RuleOrder.Textual)]
public static partial class AlgebraRules
{
    [Sort(typeof(Expr))] public readonly partial struct E;

    /// <summary>The expression with all rules applied.</summary>
    [Normalizer(Strategy.Innermost)] public static partial E Simplify(E e);

    /// <summary>The same on objects.</summary>
    [Normalizer(Strategy.Innermost)] public static partial Expr Simplify(Expr e);

    [Pattern] static Rule NegNum(double a) => Rewrite(Neg(Num(a)), to: Num(-a));
    [Pattern] static Rule NegNeg(E x) => Rewrite(Neg(Neg(x)), to: x);
    [Pattern] static Rule NegSub(E x, E y) => Rewrite(Neg(Sub(x, y)), to: Sub(y, x));
    [Pattern] static Rule NegMulNum(double a, E x) => Rewrite(Neg(Mul(Num(a), x)), to: Mul(Num(-a), x));

    [Pattern] static Rule AddNums(double a, double b) => Rewrite(Add(Num(a), Num(b)), to: Num(a + b));
    [Pattern] static Rule AddZero(E x, double z) => Rewrite(Add(x, Num(z)), to: x).When(z == 0);
    [Pattern] static Rule AddNumLeft(double a, E x) => Rewrite(Add(Num(a), x), to: Add(x, Num(a)));
    [Pattern] static Rule AddNested(E x, double a, double b) => Rewrite(Add(Add(x, Num(a)), Num(b)), to: Add(x, Num(a + b)));
    [Pattern] static Rule AddNeg(E x, E y) => Rewrite(Add(x, Neg(y)), to: Sub(x, y));
    [Pattern]
    static Rule AddLikeTerms(double a, double b, E x) => Rewrite(Add(Mul(Num(a), x), Mul(Num(b), x)), to: Mul(Num(a + b), x));
    [Pattern] static Rule AddLikeRight(double a, E x) => Rewrite(Add(x, Mul(Num(a), x)), to: Mul(Num(a + 1), x));
    [Pattern] static Rule AddLogs(E x, E y) => Rewrite(Add(Log(x), Log(y)), to: Log(Mul(x, y)));
    [Pattern] static Rule NegAdd(E x, E y) => Rewrite(Add(Neg(x), y), to: Sub(y, x));
    [Pattern] static Rule AddLikeLeft(double a, E x) => Rewrite(Add(Mul(Num(a), x), x), to: Mul(Num(a + 1), x));
    [Pattern] static Rule AddBack(E x, E y) => Rewrite(Add(Sub(x, y), y), to: x);
    [Pattern] static Rule AddSelf(E x) => Rewrite(Add(x, x), to: Mul(Num(2), x));

    [Pattern] static Rule SubNums(double a, double b) => Rewrite(Sub(Num(a), Num(b)), to: Num(a - b));
    [Pattern] static Rule SubNum(E x, double a) => Rewrite(Sub(x, Num(a)), to: Add(x, Num(-a)));
    [Pattern] static Rule ZeroSub(double z, E x) => Rewrite(Sub(Num(z), x), to: Neg(x)).When(z == 0);
    [Pattern] static Rule SubNeg(E x, E y) => Rewrite(Sub(x, Neg(y)), to: Add(x, y));
    [Pattern]
    static Rule SubLikeTerms(double a, double b, E x) => Rewrite(Sub(Mul(Num(a), x), Mul(Num(b), x)), to: Mul(Num(a - b), x));
    [Pattern] static Rule SubLogs(E x, E y) => Rewrite(Sub(Log(x), Log(y)), to: Log(Div(x, y)));
    [Pattern] static Rule NegSubOut(E x, E y) => Rewrite(Sub(Neg(x), y), to: Neg(Add(x, y)));
    [Pattern] static Rule SubLikeLeft(double a, E x) => Rewrite(Sub(Mul(Num(a), x), x), to: Mul(Num(a - 1), x));
    [Pattern] static Rule SubAddLeft(E x, E y) => Rewrite(Sub(Add(x, y), x), to: y);
    [Pattern] static Rule SubAddRight(E x, E y) => Rewrite(Sub(Add(x, y), y), to: x);
    [Pattern] static Rule SubSelf(E x) => Rewrite(Sub(x, x), to: Num(0));

    [Pattern] static Rule MulNums(double a, double b) => Rewrite(Mul(Num(a), Num(b)), to: Num(a * b));
    [Pattern] static Rule MulZero(double z, E _x) => Rewrite(Mul(Num(z), _x), to: Num(0)).When(z == 0);
    [Pattern] static Rule MulOne(double a, E x) => Rewrite(Mul(Num(a), x), to: x).When(a == 1);
    [Pattern] static Rule MulMinusOne(double a, E x) => Rewrite(Mul(Num(a), x), to: Neg(x)).When(a == -1);
    [Pattern] static Rule MulNested(double a, double b, E x) => Rewrite(Mul(Num(a), Mul(Num(b), x)), to: Mul(Num(a * b), x));
    [Pattern] static Rule MulNumNeg(double a, E x) => Rewrite(Mul(Num(a), Neg(x)), to: Mul(Num(-a), x));
    [Pattern] static Rule MulNumRight(E x, double a) => Rewrite(Mul(x, Num(a)), to: Mul(Num(a), x));
    [Pattern] static Rule MulNeg(E x, E y) => Rewrite(Mul(x, Neg(y)), to: Neg(Mul(x, y)));
    [Pattern] static Rule MulPows(E x, E y, E z) => Rewrite(Mul(Pow(x, y), Pow(x, z)), to: Pow(x, Add(y, z)));
    [Pattern] static Rule MulPowRight(E x, double a) => Rewrite(Mul(x, Pow(x, Num(a))), to: Pow(x, Num(a + 1)));
    [Pattern] static Rule MulExps(E x, E y) => Rewrite(Mul(Exp(x), Exp(y)), to: Exp(Add(x, y)));
    [Pattern] static Rule NegMul(E x, E y) => Rewrite(Mul(Neg(x), y), to: Neg(Mul(x, y)));
    [Pattern] static Rule MulPowLeft(E x, double a) => Rewrite(Mul(Pow(x, Num(a)), x), to: Pow(x, Num(a + 1)));
    [Pattern] static Rule MulDiv(E x, E y) => Rewrite(Mul(Div(x, y), y), to: x);
    [Pattern] static Rule MulSelf(E x) => Rewrite(Mul(x, x), to: Pow(x, Num(2)));

    [Pattern] static Rule DivNums(double a, double b) => Rewrite(Div(Num(a), Num(b)), to: Num(a / b)).When(b != 0);
    [Pattern] static Rule DivNum(E x, double a) => Rewrite(Div(x, Num(a)), to: Mul(Num(1 / a), x)).When(a != 0);
    [Pattern] static Rule ZeroDiv(double z, E _x) => Rewrite(Div(Num(z), _x), to: Num(0)).When(z == 0);
    [Pattern] static Rule DivNeg(E x, E y) => Rewrite(Div(x, Neg(y)), to: Neg(Div(x, y)));
    [Pattern] static Rule DivByDiv(E x, E y, E z) => Rewrite(Div(x, Div(y, z)), to: Div(Mul(x, z), y));
    [Pattern] static Rule NegDiv(E x, E y) => Rewrite(Div(Neg(x), y), to: Neg(Div(x, y)));
    [Pattern] static Rule DivDiv(E x, E y, E z) => Rewrite(Div(Div(x, y), z), to: Div(x, Mul(y, z)));
    [Pattern] static Rule DivSelf(E x) => Rewrite(Div(x, x), to: Num(1));

    [Pattern] static Rule PowNums(double a, double b) => Rewrite(Pow(Num(a), Num(b)), to: Num(Math.Pow(a, b))).When(a > 0);
    [Pattern] static Rule PowZero(E _x, double z) => Rewrite(Pow(_x, Num(z)), to: Num(1)).When(z == 0);
    [Pattern] static Rule PowOne(E x, double a) => Rewrite(Pow(x, Num(a)), to: x).When(a == 1);
    [Pattern]
    static Rule PowPow(E x, double a, double b) =>
        Rewrite(Pow(Pow(x, Num(a)), Num(b)), to: Pow(x, Num(a * b))).When(double.IsInteger(b));
    [Pattern] static Rule PowExp(E x, E y) => Rewrite(Pow(Exp(x), y), to: Exp(Mul(x, y)));

    [Pattern] static Rule SqrtNum(double a) => Rewrite(Sqrt(Num(a)), to: Num(Math.Sqrt(a))).When(a >= 0);

    [Pattern] static Rule ExpZero(double z) => Rewrite(Exp(Num(z)), to: Num(1)).When(z == 0);
    [Pattern] static Rule ExpLog(E x) => Rewrite(Exp(Log(x)), to: x);

    [Pattern] static Rule LogExp(E x) => Rewrite(Log(Exp(x)), to: x);
    [Pattern] static Rule LogPow(E x, double a) => Rewrite(Log(Pow(x, Num(a))), to: Mul(Num(a), Log(x)));
}
