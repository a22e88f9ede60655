using System;
using static Rewright.Dsl;

namespace Rewright.Switch.Words;

// Shifts, and parts of words.
public static partial class WordRules
{
    [Pattern] static Rule ShlConsts(long a, long b) => Rewrite(Shl(Const(a), Const(b)), to: Const(a << (int)b));
    [Pattern] static Rule ShlZero(W x) => Rewrite(Shl(x, Const(0)), to: x);
    [Pattern] static Rule ShlRange(W x, long c) => Rewrite(Shl(x, Const(c)), to: Shl(x, Const(c & 63))).When(c < 0 || c > 63);
    [Pattern]
    static Rule ShlShl(W x, long a, long b) =>
        Rewrite(Shl(Shl(x, Const(a)), Const(b)), to: Shl(x, Const(a + b))).When(a + b < 64);
    [Pattern] static Rule ShlShlOut(W _x, long _a, long _b) => Rewrite(Shl(Shl(_x, Const(_a)), Const(_b)), to: Const(0));
    [Pattern] static Rule ShlShr(W x, long c) => Rewrite(Shl(Shr(x, Const(c)), Const(c)), to: And(x, Const(-1L << (int)c)));
    [Pattern] static Rule ShlSar(W x, long c) => Rewrite(Shl(Sar(x, Const(c)), Const(c)), to: And(x, Const(-1L << (int)c)));
    [Pattern] static Rule ShlMulConst(W x, long a, long c) => Rewrite(Shl(Mul(x, Const(a)), Const(c)), to: Mul(x, Const(a << (int)c)));
    [Pattern]
    static Rule ShlAddConst(W x, long a, long c) =>
        Rewrite(Shl(Add(x, Const(a)), Const(c)), to: Add(Shl(x, Const(c)), Const(a << (int)c)));
    [Pattern] static Rule ShlZext(W x, int n, long c) => Rewrite(Shl(Zext(x, n), Const(c)), to: Shl(x, Const(c))).When(c + n >= 64);
    [Pattern] static Rule ShlSext(W x, int n, long c) => Rewrite(Shl(Sext(x, n), Const(c)), to: Shl(x, Const(c))).When(c + n >= 64);
    [Pattern]
    static Rule ShlSelectConst(W c, long a, long b, long d) =>
        Rewrite(Shl(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a << (int)d), Const(b << (int)d)));
    [Pattern] static Rule ZeroShl(W _x) => Rewrite(Shl(Const(0), _x), to: Const(0));
    [Pattern] static Rule ShlCountAnd(W x, W y, long a) => Rewrite(Shl(x, And(y, Const(a))), to: Shl(x, y)).When((a & 63) == 63);
    [Pattern] static Rule ShlCountZext(W x, W y, int _n) => Rewrite(Shl(x, Zext(y, _n)), to: Shl(x, y));
    [Pattern] static Rule ShlNeg(W x, W y) => Rewrite(Shl(Neg(x), y), to: Neg(Shl(x, y)));

    [Pattern] static Rule ShrConsts(long a, long b) => Rewrite(Shr(Const(a), Const(b)), to: Const(a >>> (int)b));
    [Pattern] static Rule ShrZero(W x) => Rewrite(Shr(x, Const(0)), to: x);
    [Pattern] static Rule ShrRange(W x, long c) => Rewrite(Shr(x, Const(c)), to: Shr(x, Const(c & 63))).When(c < 0 || c > 63);
    [Pattern]
    static Rule ShrShr(W x, long a, long b) =>
        Rewrite(Shr(Shr(x, Const(a)), Const(b)), to: Shr(x, Const(a + b))).When(a + b < 64);
    [Pattern] static Rule ShrShrOut(W _x, long _a, long _b) => Rewrite(Shr(Shr(_x, Const(_a)), Const(_b)), to: Const(0));
    [Pattern] static Rule ShrShl(W x, long c) => Rewrite(Shr(Shl(x, Const(c)), Const(c)), to: And(x, Const(-1L >>> (int)c)));
    [Pattern]
    static Rule ShrAndConst(W x, long a, long c) =>
        Rewrite(Shr(And(x, Const(a)), Const(c)), to: And(Shr(x, Const(c)), Const(a >>> (int)c)));
    [Pattern] static Rule ShrZextOut(W _x, int n, long c) => Rewrite(Shr(Zext(_x, n), Const(c)), to: Const(0)).When(c >= n);
    [Pattern] static Rule ShrSarSign(W x, long _a) => Rewrite(Shr(Sar(x, Const(_a)), Const(63)), to: Shr(x, Const(63)));
    [Pattern] static Rule ShrEq(W _x, W _y, long _c) => Rewrite(Shr(Eq(_x, _y), Const(_c)), to: Const(0));
    [Pattern] static Rule ShrLt(W _x, W _y, long _c) => Rewrite(Shr(Lt(_x, _y), Const(_c)), to: Const(0));
    [Pattern]
    static Rule ShrSelectConst(W c, long a, long b, long d) =>
        Rewrite(Shr(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a >>> (int)d), Const(b >>> (int)d)));
    [Pattern] static Rule ZeroShr(W _x) => Rewrite(Shr(Const(0), _x), to: Const(0));
    [Pattern] static Rule ShrCountAnd(W x, W y, long a) => Rewrite(Shr(x, And(y, Const(a))), to: Shr(x, y)).When((a & 63) == 63);
    [Pattern] static Rule ShrCountZext(W x, W y, int _n) => Rewrite(Shr(x, Zext(y, _n)), to: Shr(x, y));

    [Pattern] static Rule SarConsts(long a, long b) => Rewrite(Sar(Const(a), Const(b)), to: Const(a >> (int)b));
    [Pattern] static Rule SarZero(W x) => Rewrite(Sar(x, Const(0)), to: x);
    [Pattern] static Rule SarRange(W x, long c) => Rewrite(Sar(x, Const(c)), to: Sar(x, Const(c & 63))).When(c < 0 || c > 63);
    [Pattern]
    static Rule SarSar(W x, long a, long b) =>
        Rewrite(Sar(Sar(x, Const(a)), Const(b)), to: Sar(x, Const(a + b))).When(a + b < 64);
    [Pattern] static Rule SarSarOut(W x, long _a, long _b) => Rewrite(Sar(Sar(x, Const(_a)), Const(_b)), to: Sar(x, Const(63)));
    [Pattern] static Rule SarShr(W x, long a, long b) => Rewrite(Sar(Shr(x, Const(a)), Const(b)), to: Shr(Shr(x, Const(a)), Const(b)));
    [Pattern] static Rule SarShl8(W x) => Rewrite(Sar(Shl(x, Const(56)), Const(56)), to: Sext(x, 8));
    [Pattern] static Rule SarShl16(W x) => Rewrite(Sar(Shl(x, Const(48)), Const(48)), to: Sext(x, 16));
    [Pattern] static Rule SarShl32(W x) => Rewrite(Sar(Shl(x, Const(32)), Const(32)), to: Sext(x, 32));
    [Pattern]
    static Rule SarAnd(W x, long a, long c) =>
        Rewrite(Sar(And(x, Const(a)), Const(c)), to: Shr(And(x, Const(a)), Const(c))).When(a >= 0);
    [Pattern]
    static Rule SarSelectConst(W c, long a, long b, long d) =>
        Rewrite(Sar(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a >> (int)d), Const(b >> (int)d)));
    [Pattern] static Rule ZeroSar(W _x) => Rewrite(Sar(Const(0), _x), to: Const(0));
    [Pattern] static Rule OnesSar(W _x) => Rewrite(Sar(Const(-1), _x), to: Const(-1));
    [Pattern] static Rule SarCountAnd(W x, W y, long a) => Rewrite(Sar(x, And(y, Const(a))), to: Sar(x, y)).When((a & 63) == 63);
    [Pattern] static Rule SarCountZext(W x, W y, int _n) => Rewrite(Sar(x, Zext(y, _n)), to: Sar(x, y));
    [Pattern] static Rule SarZext(W x, int n, W y) => Rewrite(Sar(Zext(x, n), y), to: Shr(Zext(x, n), y));
    [Pattern] static Rule SarNot(W x, W y) => Rewrite(Sar(Not(x), y), to: Not(Sar(x, y)));

    [Pattern] static Rule ZextConst(long a, int n) => Rewrite(Zext(Const(a), n), to: Const(a & ((1L << n) - 1)));
    [Pattern] static Rule ZextZext(W x, int m, int n) => Rewrite(Zext(Zext(x, m), n), to: Zext(x, Math.Min(m, n)));
    [Pattern] static Rule ZextSext(W x, int m, int n) => Rewrite(Zext(Sext(x, m), n), to: Zext(x, n)).When(n <= m);
    [Pattern] static Rule ZextAnd(W x, long a, int n) => Rewrite(Zext(And(x, Const(a)), n), to: And(x, Const(a & ((1L << n) - 1))));
    [Pattern] static Rule ZextLoad(W x, int m, int n) => Rewrite(Zext(Load(x, m), n), to: Load(x, Math.Min(m, n)));

    [Pattern] static Rule SextConst(long a, int n) => Rewrite(Sext(Const(a), n), to: Const((a << (64 - n)) >> (64 - n)));
    [Pattern] static Rule SextSext(W x, int m, int n) => Rewrite(Sext(Sext(x, m), n), to: Sext(x, Math.Min(m, n)));
    [Pattern] static Rule SextZext(W x, int m, int n) => Rewrite(Sext(Zext(x, m), n), to: Zext(x, m)).When(m < n);
    [Pattern] static Rule SextZextLow(W x, int _m, int n) => Rewrite(Sext(Zext(x, _m), n), to: Sext(x, n));
}
