using static Rewright.Dsl;

namespace Rewright.Switch.Words;

// Bitwise operations.
public static partial class WordRules
{
    [Pattern] static Rule NotConst(long a) => Rewrite(Not(Const(a)), to: Const(~a));
    [Pattern] static Rule NotNot(W x) => Rewrite(Not(Not(x)), to: x);
    [Pattern] static Rule NotNeg(W x) => Rewrite(Not(Neg(x)), to: Add(x, Const(-1)));
    [Pattern] static Rule NotAddConst(W x, long a) => Rewrite(Not(Add(x, Const(a))), to: Sub(Const(~a), x));
    [Pattern] static Rule NotSubConst(long a, W x) => Rewrite(Not(Sub(Const(a), x)), to: Add(x, Const(~a)));
    [Pattern] static Rule NotXorConst(W x, long a) => Rewrite(Not(Xor(x, Const(a))), to: Xor(x, Const(~a)));
    [Pattern] static Rule NotAndNot(W x, W y) => Rewrite(Not(And(x, Not(y))), to: Or(Not(x), y));
    [Pattern] static Rule NotNotAnd(W x, W y) => Rewrite(Not(And(Not(x), y)), to: Or(x, Not(y)));
    [Pattern] static Rule NotOrNot(W x, W y) => Rewrite(Not(Or(x, Not(y))), to: And(Not(x), y));
    [Pattern] static Rule NotNotOr(W x, W y) => Rewrite(Not(Or(Not(x), y)), to: And(x, Not(y)));
    [Pattern]
    static Rule NotSelectConst(W c, long a, long b) =>
        Rewrite(Not(Select(c, Const(a), Const(b))), to: Select(c, Const(~a), Const(~b)));

    [Pattern] static Rule AndConsts(long a, long b) => Rewrite(And(Const(a), Const(b)), to: Const(a & b));
    [Pattern] static Rule AndZero(W _x) => Rewrite(And(_x, Const(0)), to: Const(0));
    [Pattern] static Rule AndOnes(W x) => Rewrite(And(x, Const(-1)), to: x);
    [Pattern] static Rule AndAndConst(W x, long a, long b) => Rewrite(And(And(x, Const(a)), Const(b)), to: And(x, Const(a & b)));
    [Pattern]
    static Rule AndOrDisjoint(W x, long a, long b) =>
        Rewrite(And(Or(x, Const(a)), Const(b)), to: And(x, Const(b))).When((a & b) == 0);
    [Pattern] static Rule AndOrCovered(W _x, long a, long b) => Rewrite(And(Or(_x, Const(a)), Const(b)), to: Const(b)).When((a & b) == b);
    [Pattern]
    static Rule AndXorDisjoint(W x, long a, long b) =>
        Rewrite(And(Xor(x, Const(a)), Const(b)), to: And(x, Const(b))).When((a & b) == 0);
    [Pattern] static Rule AndZextConst(W x, int n, long a) => Rewrite(And(Zext(x, n), Const(a)), to: And(x, Const(a & ((1L << n) - 1))));
    [Pattern]
    static Rule AndShlConst(W x, long c, long a) =>
        Rewrite(And(Shl(x, Const(c)), Const(a)), to: Shl(And(x, Const(a >>> (int)c)), Const(c)));
    [Pattern]
    static Rule AndShrCovered(W x, long c, long a) =>
        Rewrite(And(Shr(x, Const(c)), Const(a)), to: Shr(x, Const(c))).When((a | (-1L << (int)(64 - c))) == -1);
    [Pattern] static Rule AndEqOdd(W x, W y, long a) => Rewrite(And(Eq(x, y), Const(a)), to: Eq(x, y)).When((a & 1) == 1);
    [Pattern] static Rule AndLtOdd(W x, W y, long a) => Rewrite(And(Lt(x, y), Const(a)), to: Lt(x, y)).When((a & 1) == 1);
    [Pattern]
    static Rule AndSelectConst(W c, long a, long b, long d) =>
        Rewrite(And(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a & d), Const(b & d)));
    [Pattern] static Rule AndMask8(W x) => Rewrite(And(x, Const(0xFF)), to: Zext(x, 8));
    [Pattern] static Rule AndMask16(W x) => Rewrite(And(x, Const(0xFFFF)), to: Zext(x, 16));
    [Pattern] static Rule AndMask32(W x) => Rewrite(And(x, Const(0xFFFFFFFF)), to: Zext(x, 32));
    [Pattern] static Rule AndConstLeft(long a, W x) => Rewrite(And(Const(a), x), to: And(x, Const(a)));
    [Pattern] static Rule AndNots(W x, W y) => Rewrite(And(Not(x), Not(y)), to: Not(Or(x, y)));
    [Pattern] static Rule AndNotSelf(W x) => Rewrite(And(x, Not(x)), to: Const(0));
    [Pattern] static Rule AndOrLeft(W x, W _y) => Rewrite(And(x, Or(x, _y)), to: x);
    [Pattern] static Rule AndOrRight(W x, W _y) => Rewrite(And(x, Or(_y, x)), to: x);
    [Pattern] static Rule AndFactorLL(W x, W y, W z) => Rewrite(And(Or(x, y), Or(x, z)), to: Or(x, And(y, z)));
    [Pattern] static Rule AndFactorRR(W x, W y, W z) => Rewrite(And(Or(y, x), Or(z, x)), to: Or(And(y, z), x));
    [Pattern] static Rule AndAndLeft(W x, W y) => Rewrite(And(x, And(x, y)), to: And(x, y));
    [Pattern] static Rule AndAndRight(W x, W y) => Rewrite(And(x, And(y, x)), to: And(y, x));
    [Pattern] static Rule AndAndConstOut(W x, W y, long a) => Rewrite(And(x, And(y, Const(a))), to: And(And(x, y), Const(a)));
    [Pattern] static Rule AndXorLeft(W x, W y) => Rewrite(And(x, Xor(x, y)), to: And(x, Not(y)));
    [Pattern] static Rule AndXorRight(W x, W y) => Rewrite(And(x, Xor(y, x)), to: And(x, Not(y)));
    [Pattern] static Rule AndEqNe(W x, W y) => Rewrite(And(Eq(x, y), Ne(x, y)), to: Const(0));
    [Pattern] static Rule AndLtNe(W x, W y) => Rewrite(And(Lt(x, y), Ne(x, y)), to: Lt(x, y));
    [Pattern] static Rule AndLeNe(W x, W y) => Rewrite(And(Le(x, y), Ne(x, y)), to: Lt(x, y));
    [Pattern] static Rule AndLeLt(W x, W y) => Rewrite(And(Le(x, y), Lt(x, y)), to: Lt(x, y));
    [Pattern] static Rule AndLtGt(W x, W y) => Rewrite(And(Lt(x, y), Lt(y, x)), to: Const(0));
    [Pattern] static Rule AndLeGe(W x, W y) => Rewrite(And(Le(x, y), Le(y, x)), to: Eq(x, y));
    [Pattern] static Rule AndEqLe(W x, W y) => Rewrite(And(Eq(x, y), Le(x, y)), to: Eq(x, y));
    [Pattern] static Rule NotAndSelf(W x) => Rewrite(And(Not(x), x), to: Const(0));
    [Pattern] static Rule OrAndLeft(W x, W _y) => Rewrite(And(Or(x, _y), x), to: x);
    [Pattern] static Rule OrAndRight(W x, W _y) => Rewrite(And(Or(_y, x), x), to: x);
    [Pattern] static Rule AndConstAndOut(W x, long a, W y) => Rewrite(And(And(x, Const(a)), y), to: And(And(x, y), Const(a)));
    [Pattern] static Rule LeftAndAnd(W x, W y) => Rewrite(And(And(x, y), x), to: And(x, y));
    [Pattern] static Rule RightAndAnd(W x, W y) => Rewrite(And(And(x, y), y), to: And(x, y));
    [Pattern] static Rule XorAndLeft(W x, W y) => Rewrite(And(Xor(x, y), x), to: And(x, Not(y)));
    [Pattern] static Rule XorAndRight(W x, W y) => Rewrite(And(Xor(x, y), y), to: And(Not(x), y));
    [Pattern] static Rule AndSelf(W x) => Rewrite(And(x, x), to: x);

    [Pattern] static Rule OrConsts(long a, long b) => Rewrite(Or(Const(a), Const(b)), to: Const(a | b));
    [Pattern] static Rule OrZero(W x) => Rewrite(Or(x, Const(0)), to: x);
    [Pattern] static Rule OrOnes(W _x) => Rewrite(Or(_x, Const(-1)), to: Const(-1));
    [Pattern] static Rule OrOrConst(W x, long a, long b) => Rewrite(Or(Or(x, Const(a)), Const(b)), to: Or(x, Const(a | b)));
    [Pattern] static Rule OrAndCovered(W _x, long a, long b) => Rewrite(Or(And(_x, Const(a)), Const(b)), to: Const(b)).When((a | b) == b);
    [Pattern]
    static Rule OrAndJoint(W x, long a, long b) =>
        Rewrite(Or(And(x, Const(a)), Const(b)), to: Or(x, Const(b))).When((a | b) == -1);
    [Pattern]
    static Rule OrSelectConst(W c, long a, long b, long d) =>
        Rewrite(Or(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a | d), Const(b | d)));
    [Pattern] static Rule OrConstLeft(long a, W x) => Rewrite(Or(Const(a), x), to: Or(x, Const(a)));
    [Pattern] static Rule OrNots(W x, W y) => Rewrite(Or(Not(x), Not(y)), to: Not(And(x, y)));
    [Pattern] static Rule OrNotSelf(W x) => Rewrite(Or(x, Not(x)), to: Const(-1));
    [Pattern] static Rule OrAndAbsorbLeft(W x, W _y) => Rewrite(Or(x, And(x, _y)), to: x);
    [Pattern] static Rule OrAndAbsorbRight(W x, W _y) => Rewrite(Or(x, And(_y, x)), to: x);
    [Pattern] static Rule OrNotAnd(W x, W y) => Rewrite(Or(x, And(Not(x), y)), to: Or(x, y));
    [Pattern] static Rule OrAndNot(W x, W y) => Rewrite(Or(x, And(y, Not(x))), to: Or(x, y));
    [Pattern] static Rule OrFactorLL(W x, W y, W z) => Rewrite(Or(And(x, y), And(x, z)), to: And(x, Or(y, z)));
    [Pattern] static Rule OrFactorRR(W x, W y, W z) => Rewrite(Or(And(y, x), And(z, x)), to: And(Or(y, z), x));
    [Pattern] static Rule OrOrLeft(W x, W y) => Rewrite(Or(x, Or(x, y)), to: Or(x, y));
    [Pattern] static Rule OrOrRight(W x, W y) => Rewrite(Or(x, Or(y, x)), to: Or(y, x));
    [Pattern] static Rule OrOrConstOut(W x, W y, long a) => Rewrite(Or(x, Or(y, Const(a))), to: Or(Or(x, y), Const(a)));
    [Pattern] static Rule OrAndXor(W x, W y) => Rewrite(Or(And(x, y), Xor(x, y)), to: Or(x, y));
    [Pattern] static Rule OrXorLeft(W x, W y) => Rewrite(Or(x, Xor(x, y)), to: Or(x, y));
    [Pattern] static Rule OrXorRight(W x, W y) => Rewrite(Or(x, Xor(y, x)), to: Or(x, y));
    [Pattern] static Rule OrEqNe(W x, W y) => Rewrite(Or(Eq(x, y), Ne(x, y)), to: Const(1));
    [Pattern] static Rule OrLtNe(W x, W y) => Rewrite(Or(Lt(x, y), Ne(x, y)), to: Ne(x, y));
    [Pattern] static Rule OrEqLt(W x, W y) => Rewrite(Or(Eq(x, y), Lt(x, y)), to: Le(x, y));
    [Pattern] static Rule OrLtGt(W x, W y) => Rewrite(Or(Lt(x, y), Lt(y, x)), to: Ne(x, y));
    [Pattern] static Rule OrLeGe(W x, W y) => Rewrite(Or(Le(x, y), Le(y, x)), to: Const(1));
    [Pattern] static Rule OrEqLe(W x, W y) => Rewrite(Or(Eq(x, y), Le(x, y)), to: Le(x, y));
    [Pattern] static Rule NotOrSelf(W x) => Rewrite(Or(Not(x), x), to: Const(-1));
    [Pattern] static Rule AndOrAbsorbLeft(W x, W _y) => Rewrite(Or(And(x, _y), x), to: x);
    [Pattern] static Rule AndOrAbsorbRight(W x, W _y) => Rewrite(Or(And(_y, x), x), to: x);
    [Pattern] static Rule NotAndOr(W x, W y) => Rewrite(Or(And(Not(x), y), x), to: Or(x, y));
    [Pattern] static Rule OrConstOrOut(W x, long a, W y) => Rewrite(Or(Or(x, Const(a)), y), to: Or(Or(x, y), Const(a)));
    [Pattern] static Rule LeftOrOr(W x, W y) => Rewrite(Or(Or(x, y), x), to: Or(x, y));
    [Pattern] static Rule RightOrOr(W x, W y) => Rewrite(Or(Or(x, y), y), to: Or(x, y));
    [Pattern] static Rule XorOrLeft(W x, W y) => Rewrite(Or(Xor(x, y), x), to: Or(x, y));
    [Pattern] static Rule XorOrRight(W x, W y) => Rewrite(Or(Xor(x, y), y), to: Or(x, y));
    [Pattern] static Rule OrSelf(W x) => Rewrite(Or(x, x), to: x);

    [Pattern] static Rule XorConsts(long a, long b) => Rewrite(Xor(Const(a), Const(b)), to: Const(a ^ b));
    [Pattern] static Rule XorZero(W x) => Rewrite(Xor(x, Const(0)), to: x);
    [Pattern] static Rule XorOnes(W x) => Rewrite(Xor(x, Const(-1)), to: Not(x));
    [Pattern] static Rule XorXorConst(W x, long a, long b) => Rewrite(Xor(Xor(x, Const(a)), Const(b)), to: Xor(x, Const(a ^ b)));
    [Pattern] static Rule XorNotConst(W x, long a) => Rewrite(Xor(Not(x), Const(a)), to: Xor(x, Const(~a)));
    [Pattern] static Rule XorEqOne(W x, W y) => Rewrite(Xor(Eq(x, y), Const(1)), to: Ne(x, y));
    [Pattern] static Rule XorNeOne(W x, W y) => Rewrite(Xor(Ne(x, y), Const(1)), to: Eq(x, y));
    [Pattern] static Rule XorLtOne(W x, W y) => Rewrite(Xor(Lt(x, y), Const(1)), to: Le(y, x));
    [Pattern] static Rule XorLeOne(W x, W y) => Rewrite(Xor(Le(x, y), Const(1)), to: Lt(y, x));
    [Pattern]
    static Rule XorSelectConst(W c, long a, long b, long d) =>
        Rewrite(Xor(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a ^ d), Const(b ^ d)));
    [Pattern] static Rule XorConstLeft(long a, W x) => Rewrite(Xor(Const(a), x), to: Xor(x, Const(a)));
    [Pattern] static Rule XorNots(W x, W y) => Rewrite(Xor(Not(x), Not(y)), to: Xor(x, y));
    [Pattern] static Rule XorNot(W x, W y) => Rewrite(Xor(x, Not(y)), to: Not(Xor(x, y)));
    [Pattern] static Rule XorXorLeft(W x, W y) => Rewrite(Xor(x, Xor(x, y)), to: y);
    [Pattern] static Rule XorXorRight(W x, W y) => Rewrite(Xor(x, Xor(y, x)), to: y);
    [Pattern] static Rule XorXorConstOut(W x, W y, long a) => Rewrite(Xor(x, Xor(y, Const(a))), to: Xor(Xor(x, y), Const(a)));
    [Pattern] static Rule XorAndOr(W x, W y) => Rewrite(Xor(And(x, y), Or(x, y)), to: Xor(x, y));
    [Pattern] static Rule XorOrAnd(W x, W y) => Rewrite(Xor(Or(x, y), And(x, y)), to: Xor(x, y));
    [Pattern] static Rule XorAndSelf(W x, W y) => Rewrite(Xor(x, And(x, y)), to: And(x, Not(y)));
    [Pattern] static Rule NotXor(W x, W y) => Rewrite(Xor(Not(x), y), to: Not(Xor(x, y)));
    [Pattern] static Rule XorConstXorOut(W x, long a, W y) => Rewrite(Xor(Xor(x, Const(a)), y), to: Xor(Xor(x, y), Const(a)));
    [Pattern] static Rule LeftXorXor(W x, W y) => Rewrite(Xor(Xor(x, y), x), to: y);
    [Pattern] static Rule RightXorXor(W x, W y) => Rewrite(Xor(Xor(x, y), y), to: x);
    [Pattern] static Rule XorOrSelf(W x, W y) => Rewrite(Xor(Or(x, y), y), to: And(x, Not(y)));
    [Pattern] static Rule XorSelf(W x) => Rewrite(Xor(x, x), to: Const(0));
}
