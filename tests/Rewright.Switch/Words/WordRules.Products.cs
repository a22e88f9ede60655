using static Rewright.Dsl;

namespace Rewright.Switch.Words;

// Products, quotients and remainders.
public static partial class WordRules
{
    [Pattern] static Rule MulConsts(long a, long b) => Rewrite(Mul(Const(a), Const(b)), to: Const(a * b));
    [Pattern] static Rule MulZero(W _x) => Rewrite(Mul(_x, Const(0)), to: Const(0));
    [Pattern] static Rule MulOne(W x) => Rewrite(Mul(x, Const(1)), to: x);
    [Pattern] static Rule MulMinusOne(W x) => Rewrite(Mul(x, Const(-1)), to: Neg(x));
    [Pattern] static Rule MulPow2(W x, long c) => Rewrite(Mul(x, Const(c)), to: Shl(x, Const(long.Log2(c)))).When(long.IsPow2(c));
    [Pattern] static Rule MulMulConst(W x, long a, long b) => Rewrite(Mul(Mul(x, Const(a)), Const(b)), to: Mul(x, Const(a * b)));
    [Pattern] static Rule MulShlConst(W x, long a, long b) => Rewrite(Mul(Shl(x, Const(a)), Const(b)), to: Mul(x, Const(b << (int)a)));
    [Pattern] static Rule MulNegConst(W x, long a) => Rewrite(Mul(Neg(x), Const(a)), to: Mul(x, Const(-a)));
    [Pattern]
    static Rule MulAddConst(W x, long a, long b) =>
        Rewrite(Mul(Add(x, Const(a)), Const(b)), to: Add(Mul(x, Const(b)), Const(a * b)));
    [Pattern]
    static Rule MulSubConst(long a, W x, long b) =>
        Rewrite(Mul(Sub(Const(a), x), Const(b)), to: Add(Mul(x, Const(-b)), Const(a * b)));
    [Pattern]
    static Rule MulSelectConst(W c, long a, long b, long d) =>
        Rewrite(Mul(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a * d), Const(b * d)));
    [Pattern] static Rule MulConstLeft(long a, W x) => Rewrite(Mul(Const(a), x), to: Mul(x, Const(a)));
    [Pattern] static Rule MulNegs(W x, W y) => Rewrite(Mul(Neg(x), Neg(y)), to: Mul(x, y));
    [Pattern] static Rule MulNeg(W x, W y) => Rewrite(Mul(x, Neg(y)), to: Neg(Mul(x, y)));
    [Pattern] static Rule MulMulConstOut(W x, W y, long a) => Rewrite(Mul(x, Mul(y, Const(a))), to: Mul(Mul(x, y), Const(a)));
    [Pattern] static Rule MulShlOut(W x, W y, long c) => Rewrite(Mul(x, Shl(y, Const(c))), to: Shl(Mul(x, y), Const(c)));
    [Pattern] static Rule MulEq(W x, W y, W z) => Rewrite(Mul(x, Eq(y, z)), to: Select(Eq(y, z), x, Const(0)));
    [Pattern] static Rule MulLt(W x, W y, W z) => Rewrite(Mul(x, Lt(y, z)), to: Select(Lt(y, z), x, Const(0)));
    [Pattern] static Rule NegMul(W x, W y) => Rewrite(Mul(Neg(x), y), to: Neg(Mul(x, y)));
    [Pattern] static Rule MulConstMulOut(W x, long a, W y) => Rewrite(Mul(Mul(x, Const(a)), y), to: Mul(Mul(x, y), Const(a)));
    [Pattern] static Rule ShlMulOut(W x, long c, W y) => Rewrite(Mul(Shl(x, Const(c)), y), to: Shl(Mul(x, y), Const(c)));
    [Pattern] static Rule EqMul(W x, W y, W z) => Rewrite(Mul(Eq(y, z), x), to: Select(Eq(y, z), x, Const(0)));
    [Pattern] static Rule LtMul(W x, W y, W z) => Rewrite(Mul(Lt(y, z), x), to: Select(Lt(y, z), x, Const(0)));

    [Pattern] static Rule DivByZero(W _x) => Rewrite(Div(_x, Const(0)), to: Const(0));
    [Pattern] static Rule DivOne(W x) => Rewrite(Div(x, Const(1)), to: x);
    [Pattern] static Rule DivMinusOne(W x) => Rewrite(Div(x, Const(-1)), to: Neg(x));
    [Pattern] static Rule DivConsts(long a, long b) => Rewrite(Div(Const(a), Const(b)), to: Const(a / b)).When(b != 0 && b != -1);
    [Pattern]
    static Rule DivDivConst(W x, long a, long b) =>
        Rewrite(Div(Div(x, Const(a)), Const(b)), to: Div(x, Const(a * b))).When(a > 0 && b > 0 && a < 65536 && b < 65536);
    [Pattern] static Rule DivZextSmall(W _x, int n, long b) => Rewrite(Div(Zext(_x, n), Const(b)), to: Const(0)).When(b >= 1L << n);
    [Pattern]
    static Rule DivZextPow2(W x, int n, long b) =>
        Rewrite(Div(Zext(x, n), Const(b)), to: Shr(Zext(x, n), Const(long.Log2(b)))).When(long.IsPow2(b));
    [Pattern]
    static Rule DivAndPow2(W x, long a, long b) =>
        Rewrite(Div(And(x, Const(a)), Const(b)), to: Shr(And(x, Const(a)), Const(long.Log2(b)))).When(a >= 0 && long.IsPow2(b));
    [Pattern]
    static Rule DivShrPow2(W x, long a, long b) =>
        Rewrite(Div(Shr(x, Const(a)), Const(b)), to: Shr(Shr(x, Const(a)), Const(long.Log2(b)))).When(long.IsPow2(b));
    [Pattern] static Rule DivEqConst(W _x, W _y, long b) => Rewrite(Div(Eq(_x, _y), Const(b)), to: Const(0)).When(b > 1);
    [Pattern] static Rule DivLtConst(W _x, W _y, long b) => Rewrite(Div(Lt(_x, _y), Const(b)), to: Const(0)).When(b > 1);
    [Pattern]
    static Rule DivSelectConst(W c, long a, long b, long d) =>
        Rewrite(Div(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a / d), Const(b / d))).When(d != 0 && d != -1);
    [Pattern] static Rule ZeroDiv(W _x) => Rewrite(Div(Const(0), _x), to: Const(0));
    [Pattern] static Rule DivRem(W _x, W y) => Rewrite(Div(Rem(_x, y), y), to: Const(0));
    [Pattern] static Rule DivSelf(W x) => Rewrite(Div(x, x), to: Ne(x, Const(0)));

    [Pattern] static Rule RemByZero(W x) => Rewrite(Rem(x, Const(0)), to: x);
    [Pattern] static Rule RemOne(W _x) => Rewrite(Rem(_x, Const(1)), to: Const(0));
    [Pattern] static Rule RemMinusOne(W _x) => Rewrite(Rem(_x, Const(-1)), to: Const(0));
    [Pattern] static Rule RemConsts(long a, long b) => Rewrite(Rem(Const(a), Const(b)), to: Const(a % b)).When(b != 0 && b != -1);
    [Pattern] static Rule RemNegConst(W x, long b) => Rewrite(Rem(x, Const(b)), to: Rem(x, Const(-b))).When(b < 0 && -b > 0);
    [Pattern]
    static Rule RemRemConst(W x, long a, long b) =>
        Rewrite(Rem(Rem(x, Const(a)), Const(b)), to: Rem(x, Const(b))).When(b > 0 && a % b == 0);
    [Pattern] static Rule RemZextSmall(W x, int n, long b) => Rewrite(Rem(Zext(x, n), Const(b)), to: Zext(x, n)).When(b >= 1L << n);
    [Pattern]
    static Rule RemZextPow2(W x, int n, long b) =>
        Rewrite(Rem(Zext(x, n), Const(b)), to: And(Zext(x, n), Const(b - 1))).When(long.IsPow2(b));
    [Pattern]
    static Rule RemAndPow2(W x, long a, long b) =>
        Rewrite(Rem(And(x, Const(a)), Const(b)), to: And(x, Const(a & (b - 1)))).When(a >= 0 && long.IsPow2(b));
    [Pattern] static Rule RemEqConst(W x, W y, long b) => Rewrite(Rem(Eq(x, y), Const(b)), to: Eq(x, y)).When(b > 1);
    [Pattern] static Rule RemLtConst(W x, W y, long b) => Rewrite(Rem(Lt(x, y), Const(b)), to: Lt(x, y)).When(b > 1);
    [Pattern] static Rule ZeroRem(W _x) => Rewrite(Rem(Const(0), _x), to: Const(0));
    [Pattern] static Rule RemNeg(W x, W y) => Rewrite(Rem(x, Neg(y)), to: Rem(x, y));
    [Pattern] static Rule RemRem(W x, W y) => Rewrite(Rem(Rem(x, y), y), to: Rem(x, y));
    [Pattern] static Rule RemSelf(W x) => Rewrite(Rem(x, x), to: Const(0));
}
