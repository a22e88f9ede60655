using static Rewright.Dsl;

namespace Rewright.Switch.Words;

// Sums and differences.
public static partial class WordRules
{
    [Pattern] static Rule AddConsts(long a, long b) => Rewrite(Add(Const(a), Const(b)), to: Const(a + b));
    [Pattern] static Rule AddZero(W x) => Rewrite(Add(x, Const(0)), to: x);
    [Pattern] static Rule AddAddConst(W x, long a, long b) => Rewrite(Add(Add(x, Const(a)), Const(b)), to: Add(x, Const(a + b)));
    [Pattern] static Rule AddSubConst(W x, long a, long b) => Rewrite(Add(Sub(Const(a), x), Const(b)), to: Sub(Const(a + b), x));
    [Pattern] static Rule AddNotConst(W x, long a) => Rewrite(Add(Not(x), Const(a)), to: Sub(Const(a - 1), x));
    [Pattern] static Rule AddNegConst(W x, long a) => Rewrite(Add(Neg(x), Const(a)), to: Sub(Const(a), x));
    [Pattern]
    static Rule AddSelectConst(W c, long a, long b, long d) =>
        Rewrite(Add(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a + d), Const(b + d)));
    [Pattern] static Rule AddConstLeft(long a, W x) => Rewrite(Add(Const(a), x), to: Add(x, Const(a)));
    [Pattern] static Rule AddNeg(W x, W y) => Rewrite(Add(x, Neg(y)), to: Sub(x, y));
    [Pattern] static Rule AddNotSelf(W x) => Rewrite(Add(x, Not(x)), to: Const(-1));
    [Pattern] static Rule AddAddConstOut(W x, W y, long a) => Rewrite(Add(x, Add(y, Const(a))), to: Add(Add(x, y), Const(a)));
    [Pattern] static Rule AddSubsChain(W x, W y, W z) => Rewrite(Add(Sub(x, y), Sub(y, z)), to: Sub(x, z));
    [Pattern] static Rule AddBackRight(W x, W y) => Rewrite(Add(y, Sub(x, y)), to: x);
    [Pattern] static Rule AddConstSubOut(W x, long a, W y) => Rewrite(Add(x, Sub(Const(a), y)), to: Add(Sub(x, y), Const(a)));
    [Pattern] static Rule AddMulConsts(W x, long a, long b) => Rewrite(Add(Mul(x, Const(a)), Mul(x, Const(b))), to: Mul(x, Const(a + b)));
    [Pattern] static Rule AddMulConstRight(W x, long a) => Rewrite(Add(x, Mul(x, Const(a))), to: Mul(x, Const(a + 1)));
    [Pattern] static Rule AddFactorLL(W x, W y, W z) => Rewrite(Add(Mul(x, y), Mul(x, z)), to: Mul(x, Add(y, z)));
    [Pattern] static Rule AddFactorRR(W x, W y, W z) => Rewrite(Add(Mul(y, x), Mul(z, x)), to: Mul(Add(y, z), x));
    [Pattern] static Rule AddHalfAdder(W x, W y) => Rewrite(Add(Xor(x, y), Shl(And(x, y), Const(1))), to: Add(x, y));
    [Pattern] static Rule AddShls(W x, W y, long c) => Rewrite(Add(Shl(x, Const(c)), Shl(y, Const(c))), to: Shl(Add(x, y), Const(c)));
    [Pattern] static Rule AddShlSelf(W x, long c) => Rewrite(Add(x, Shl(x, Const(c))), to: Mul(x, Const((1L << (int)c) + 1)));
    [Pattern] static Rule AddOrAnd(W x, W y) => Rewrite(Add(Or(x, y), And(x, y)), to: Add(x, y));
    [Pattern] static Rule AddXorAnd(W x, W y) => Rewrite(Add(Xor(x, y), And(x, y)), to: Or(x, y));
    [Pattern] static Rule AddAndOr(W x, W y) => Rewrite(Add(And(x, y), Or(x, y)), to: Add(x, y));
    [Pattern] static Rule AddAndXor(W x, W y) => Rewrite(Add(And(x, y), Xor(x, y)), to: Or(x, y));
    [Pattern] static Rule AddDivRem(W x, W y) => Rewrite(Add(Mul(Div(x, y), y), Rem(x, y)), to: x);
    [Pattern] static Rule AddMinMax(W x, W y) => Rewrite(Add(Min(x, y), Max(x, y)), to: Add(x, y));
    [Pattern] static Rule NegAdd(W x, W y) => Rewrite(Add(Neg(x), y), to: Sub(y, x));
    [Pattern] static Rule NotAddSelf(W x) => Rewrite(Add(Not(x), x), to: Const(-1));
    [Pattern] static Rule AddConstAddOut(W x, long a, W y) => Rewrite(Add(Add(x, Const(a)), y), to: Add(Add(x, y), Const(a)));
    [Pattern] static Rule AddBackLeft(W x, W y) => Rewrite(Add(Sub(x, y), y), to: x);
    [Pattern] static Rule AddSubConstOut(long a, W x, W y) => Rewrite(Add(Sub(Const(a), x), y), to: Add(Sub(y, x), Const(a)));
    [Pattern] static Rule AddMulConstLeft(W x, long a) => Rewrite(Add(Mul(x, Const(a)), x), to: Mul(x, Const(a + 1)));
    [Pattern] static Rule AddShlSelfLeft(W x, long c) => Rewrite(Add(Shl(x, Const(c)), x), to: Mul(x, Const((1L << (int)c) + 1)));
    [Pattern] static Rule AddSelf(W x) => Rewrite(Add(x, x), to: Shl(x, Const(1)));

    [Pattern] static Rule SubConsts(long a, long b) => Rewrite(Sub(Const(a), Const(b)), to: Const(a - b));
    [Pattern] static Rule SubConst(W x, long a) => Rewrite(Sub(x, Const(a)), to: Add(x, Const(-a)));
    [Pattern] static Rule ZeroSub(W x) => Rewrite(Sub(Const(0), x), to: Neg(x));
    [Pattern] static Rule MinusOneSub(W x) => Rewrite(Sub(Const(-1), x), to: Not(x));
    [Pattern] static Rule ConstSubAdd(long a, W x, long b) => Rewrite(Sub(Const(a), Add(x, Const(b))), to: Sub(Const(a - b), x));
    [Pattern] static Rule ConstSubSub(long a, long b, W x) => Rewrite(Sub(Const(a), Sub(Const(b), x)), to: Add(x, Const(a - b)));
    [Pattern] static Rule ConstSubNot(long a, W x) => Rewrite(Sub(Const(a), Not(x)), to: Add(x, Const(a + 1)));
    [Pattern] static Rule ConstSubNeg(long a, W x) => Rewrite(Sub(Const(a), Neg(x)), to: Add(x, Const(a)));
    [Pattern]
    static Rule ConstSubSelect(long d, W c, long a, long b) =>
        Rewrite(Sub(Const(d), Select(c, Const(a), Const(b))), to: Select(c, Const(d - a), Const(d - b)));
    [Pattern] static Rule SubNeg(W x, W y) => Rewrite(Sub(x, Neg(y)), to: Add(x, y));
    [Pattern] static Rule SubNots(W x, W y) => Rewrite(Sub(Not(x), Not(y)), to: Sub(y, x));
    [Pattern] static Rule SubAddsLL(W x, W y, W z) => Rewrite(Sub(Add(x, y), Add(x, z)), to: Sub(y, z));
    [Pattern] static Rule SubAddsRR(W x, W y, W z) => Rewrite(Sub(Add(y, x), Add(z, x)), to: Sub(y, z));
    [Pattern] static Rule SubFromAddLeft(W x, W y) => Rewrite(Sub(x, Add(x, y)), to: Neg(y));
    [Pattern] static Rule SubFromAddRight(W x, W y) => Rewrite(Sub(x, Add(y, x)), to: Neg(y));
    [Pattern] static Rule SubAddConstOut(W x, W y, long a) => Rewrite(Sub(x, Add(y, Const(a))), to: Add(Sub(x, y), Const(-a)));
    [Pattern] static Rule SubSubsRight(W x, W y, W z) => Rewrite(Sub(Sub(x, z), Sub(y, z)), to: Sub(x, y));
    [Pattern] static Rule SubSubsLeft(W x, W y, W z) => Rewrite(Sub(Sub(x, y), Sub(x, z)), to: Sub(z, y));
    [Pattern] static Rule SubFromSub(W x, W y) => Rewrite(Sub(x, Sub(x, y)), to: y);
    [Pattern] static Rule SubConstSubOut(W x, long a, W y) => Rewrite(Sub(x, Sub(Const(a), y)), to: Add(Add(x, y), Const(-a)));
    [Pattern] static Rule SubDivMul(W x, W y) => Rewrite(Sub(x, Mul(Div(x, y), y)), to: Rem(x, y));
    [Pattern] static Rule SubMulConsts(W x, long a, long b) => Rewrite(Sub(Mul(x, Const(a)), Mul(x, Const(b))), to: Mul(x, Const(a - b)));
    [Pattern] static Rule SubMulConstRight(W x, long a) => Rewrite(Sub(x, Mul(x, Const(a))), to: Mul(x, Const(1 - a)));
    [Pattern] static Rule SubFactorLL(W x, W y, W z) => Rewrite(Sub(Mul(x, y), Mul(x, z)), to: Mul(x, Sub(y, z)));
    [Pattern] static Rule SubFactorRR(W x, W y, W z) => Rewrite(Sub(Mul(y, x), Mul(z, x)), to: Mul(Sub(y, z), x));
    [Pattern] static Rule SubRem(W x, W y) => Rewrite(Sub(x, Rem(x, y)), to: Mul(Div(x, y), y));
    [Pattern] static Rule SubShls(W x, W y, long c) => Rewrite(Sub(Shl(x, Const(c)), Shl(y, Const(c))), to: Shl(Sub(x, y), Const(c)));
    [Pattern] static Rule SubOrAnd(W x, W y) => Rewrite(Sub(Or(x, y), And(x, y)), to: Xor(x, y));
    [Pattern] static Rule SubAddAnd(W x, W y) => Rewrite(Sub(Add(x, y), And(x, y)), to: Or(x, y));
    [Pattern] static Rule SubAndSelf(W x, W y) => Rewrite(Sub(x, And(x, y)), to: And(x, Not(y)));
    [Pattern] static Rule SubOrXor(W x, W y) => Rewrite(Sub(Or(x, y), Xor(x, y)), to: And(x, y));
    [Pattern] static Rule SubAddOr(W x, W y) => Rewrite(Sub(Add(x, y), Or(x, y)), to: And(x, y));
    [Pattern] static Rule NegSubOut(W x, W y) => Rewrite(Sub(Neg(x), y), to: Neg(Add(x, y)));
    [Pattern] static Rule SubAddLeft(W x, W y) => Rewrite(Sub(Add(x, y), x), to: y);
    [Pattern] static Rule SubAddRight(W x, W y) => Rewrite(Sub(Add(x, y), y), to: x);
    [Pattern] static Rule AddConstSub(W x, long a, W y) => Rewrite(Sub(Add(x, Const(a)), y), to: Add(Sub(x, y), Const(a)));
    [Pattern] static Rule SubConstSub(long a, W x, W y) => Rewrite(Sub(Sub(Const(a), x), y), to: Sub(Const(a), Add(x, y)));
    [Pattern] static Rule SubMulConstLeft(W x, long a) => Rewrite(Sub(Mul(x, Const(a)), x), to: Mul(x, Const(a - 1)));
    [Pattern] static Rule SubShlSelf(W x, long c) => Rewrite(Sub(Shl(x, Const(c)), x), to: Mul(x, Const((1L << (int)c) - 1)));
    [Pattern] static Rule SubOrSelf(W x, W y) => Rewrite(Sub(Or(x, y), y), to: And(x, Not(y)));
    [Pattern] static Rule SubSelf(W x) => Rewrite(Sub(x, x), to: Const(0));

    [Pattern] static Rule NegConst(long a) => Rewrite(Neg(Const(a)), to: Const(-a));
    [Pattern] static Rule NegNeg(W x) => Rewrite(Neg(Neg(x)), to: x);
    [Pattern] static Rule NegNot(W x) => Rewrite(Neg(Not(x)), to: Add(x, Const(1)));
    [Pattern] static Rule NegSub(W x, W y) => Rewrite(Neg(Sub(x, y)), to: Sub(y, x));
    [Pattern] static Rule NegAddConst(W x, long a) => Rewrite(Neg(Add(x, Const(a))), to: Sub(Const(-a), x));
    [Pattern] static Rule NegMulConst(W x, long a) => Rewrite(Neg(Mul(x, Const(a))), to: Mul(x, Const(-a)));
    [Pattern] static Rule NegSign(W x) => Rewrite(Neg(Shr(x, Const(63))), to: Sar(x, Const(63)));
    [Pattern]
    static Rule NegSelectConst(W c, long a, long b) =>
        Rewrite(Neg(Select(c, Const(a), Const(b))), to: Select(c, Const(-a), Const(-b)));
}
