using System;
using static Rewright.Dsl;

namespace Rewright.Switch.Words;

// Comparisons and choices.
public static partial class WordRules
{
    [Pattern] static Rule EqConsts(long a, long b) => Rewrite(Eq(Const(a), Const(b)), to: Const(a == b ? 1 : 0));
    [Pattern] static Rule EqAddConst(W x, long a, long b) => Rewrite(Eq(Add(x, Const(a)), Const(b)), to: Eq(x, Const(b - a)));
    [Pattern] static Rule EqSubConst(long a, W x, long b) => Rewrite(Eq(Sub(Const(a), x), Const(b)), to: Eq(x, Const(a - b)));
    [Pattern] static Rule EqSubZero(W x, W y) => Rewrite(Eq(Sub(x, y), Const(0)), to: Eq(x, y));
    [Pattern] static Rule EqXorConst(W x, long a, long b) => Rewrite(Eq(Xor(x, Const(a)), Const(b)), to: Eq(x, Const(a ^ b)));
    [Pattern] static Rule EqXorZero(W x, W y) => Rewrite(Eq(Xor(x, y), Const(0)), to: Eq(x, y));
    [Pattern] static Rule EqNotConst(W x, long a) => Rewrite(Eq(Not(x), Const(a)), to: Eq(x, Const(~a)));
    [Pattern] static Rule EqNegConst(W x, long a) => Rewrite(Eq(Neg(x), Const(a)), to: Eq(x, Const(-a)));
    [Pattern] static Rule EqEqZero(W x, W y) => Rewrite(Eq(Eq(x, y), Const(0)), to: Ne(x, y));
    [Pattern] static Rule EqNeZero(W x, W y) => Rewrite(Eq(Ne(x, y), Const(0)), to: Eq(x, y));
    [Pattern] static Rule EqLtZero(W x, W y) => Rewrite(Eq(Lt(x, y), Const(0)), to: Le(y, x));
    [Pattern] static Rule EqLeZero(W x, W y) => Rewrite(Eq(Le(x, y), Const(0)), to: Lt(y, x));
    [Pattern] static Rule EqZextRange(W _x, int n, long a) => Rewrite(Eq(Zext(_x, n), Const(a)), to: Const(0)).When(a < 0 || a >= 1L << n);
    [Pattern] static Rule EqAndConst(W _x, long a, long b) => Rewrite(Eq(And(_x, Const(a)), Const(b)), to: Const(0)).When((b & ~a) != 0);
    [Pattern]
    static Rule EqSelectConst(W c, long a, long b, long d) =>
        Rewrite(Eq(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a == d ? 1 : 0), Const(b == d ? 1 : 0)));
    [Pattern] static Rule EqConstLeft(long a, W x) => Rewrite(Eq(Const(a), x), to: Eq(x, Const(a)));
    [Pattern] static Rule EqNots(W x, W y) => Rewrite(Eq(Not(x), Not(y)), to: Eq(x, y));
    [Pattern] static Rule EqNegs(W x, W y) => Rewrite(Eq(Neg(x), Neg(y)), to: Eq(x, y));
    [Pattern] static Rule EqAddsLL(W x, W y, W z) => Rewrite(Eq(Add(x, y), Add(x, z)), to: Eq(y, z));
    [Pattern] static Rule EqAddsRR(W x, W y, W z) => Rewrite(Eq(Add(y, x), Add(z, x)), to: Eq(y, z));
    [Pattern] static Rule EqAddSelf(W x, W y) => Rewrite(Eq(x, Add(x, y)), to: Eq(y, Const(0)));
    [Pattern] static Rule AddEqSelf(W x, W y) => Rewrite(Eq(Add(x, y), x), to: Eq(y, Const(0)));
    [Pattern] static Rule EqSelf(W x) => Rewrite(Eq(x, x), to: Const(1));

    [Pattern] static Rule NeConsts(long a, long b) => Rewrite(Ne(Const(a), Const(b)), to: Const(a != b ? 1 : 0));
    [Pattern] static Rule NeAddConst(W x, long a, long b) => Rewrite(Ne(Add(x, Const(a)), Const(b)), to: Ne(x, Const(b - a)));
    [Pattern] static Rule NeSubConst(long a, W x, long b) => Rewrite(Ne(Sub(Const(a), x), Const(b)), to: Ne(x, Const(a - b)));
    [Pattern] static Rule NeSubZero(W x, W y) => Rewrite(Ne(Sub(x, y), Const(0)), to: Ne(x, y));
    [Pattern] static Rule NeXorConst(W x, long a, long b) => Rewrite(Ne(Xor(x, Const(a)), Const(b)), to: Ne(x, Const(a ^ b)));
    [Pattern] static Rule NeXorZero(W x, W y) => Rewrite(Ne(Xor(x, y), Const(0)), to: Ne(x, y));
    [Pattern] static Rule NeEqZero(W x, W y) => Rewrite(Ne(Eq(x, y), Const(0)), to: Eq(x, y));
    [Pattern] static Rule NeNeZero(W x, W y) => Rewrite(Ne(Ne(x, y), Const(0)), to: Ne(x, y));
    [Pattern] static Rule NeLtZero(W x, W y) => Rewrite(Ne(Lt(x, y), Const(0)), to: Lt(x, y));
    [Pattern] static Rule NeLeZero(W x, W y) => Rewrite(Ne(Le(x, y), Const(0)), to: Le(x, y));
    [Pattern] static Rule NeZextRange(W _x, int n, long a) => Rewrite(Ne(Zext(_x, n), Const(a)), to: Const(1)).When(a < 0 || a >= 1L << n);
    [Pattern]
    static Rule NeSelectConst(W c, long a, long b, long d) =>
        Rewrite(Ne(Select(c, Const(a), Const(b)), Const(d)), to: Select(c, Const(a != d ? 1 : 0), Const(b != d ? 1 : 0)));
    [Pattern] static Rule NeConstLeft(long a, W x) => Rewrite(Ne(Const(a), x), to: Ne(x, Const(a)));
    [Pattern] static Rule NeAddsLL(W x, W y, W z) => Rewrite(Ne(Add(x, y), Add(x, z)), to: Ne(y, z));
    [Pattern] static Rule NeSelf(W x) => Rewrite(Ne(x, x), to: Const(0));

    [Pattern] static Rule LtConsts(long a, long b) => Rewrite(Lt(Const(a), Const(b)), to: Const(a < b ? 1 : 0));
    [Pattern] static Rule LtNotConst(W x, long a) => Rewrite(Lt(Not(x), Const(a)), to: Lt(Const(~a), x));
    [Pattern] static Rule LtZextLow(W _x, int _n, long a) => Rewrite(Lt(Zext(_x, _n), Const(a)), to: Const(0)).When(a <= 0);
    [Pattern] static Rule LtZextHigh(W _x, int n, long a) => Rewrite(Lt(Zext(_x, n), Const(a)), to: Const(1)).When(a >= 1L << n);
    [Pattern] static Rule LtEqOne(W x, W y) => Rewrite(Lt(Eq(x, y), Const(1)), to: Ne(x, y));
    [Pattern] static Rule LtConstNot(long a, W x) => Rewrite(Lt(Const(a), Not(x)), to: Lt(x, Const(~a)));
    [Pattern] static Rule LtConstZextLow(long a, W _x, int _n) => Rewrite(Lt(Const(a), Zext(_x, _n)), to: Const(1)).When(a < 0);
    [Pattern] static Rule LtConstZextHigh(long a, W _x, int n) => Rewrite(Lt(Const(a), Zext(_x, n)), to: Const(0)).When(a + 1 >= 1L << n);
    [Pattern] static Rule LtNots(W x, W y) => Rewrite(Lt(Not(x), Not(y)), to: Lt(y, x));
    [Pattern] static Rule LtMax(W x, W y) => Rewrite(Lt(x, Max(x, y)), to: Lt(x, y));
    [Pattern] static Rule LtMin(W x, W y) => Rewrite(Lt(Min(x, y), x), to: Lt(y, x));
    [Pattern] static Rule LtSelf(W x) => Rewrite(Lt(x, x), to: Const(0));

    [Pattern] static Rule LeConsts(long a, long b) => Rewrite(Le(Const(a), Const(b)), to: Const(a <= b ? 1 : 0));
    [Pattern] static Rule LeConst(W x, long a) => Rewrite(Le(x, Const(a)), to: Lt(x, Const(a + 1))).When(a + 1 > a);
    [Pattern] static Rule LeConstLeft(long a, W x) => Rewrite(Le(Const(a), x), to: Lt(Const(a - 1), x)).When(a - 1 < a);
    [Pattern] static Rule LeNots(W x, W y) => Rewrite(Le(Not(x), Not(y)), to: Le(y, x));
    [Pattern] static Rule LeMax(W x, W _y) => Rewrite(Le(x, Max(x, _y)), to: Const(1));
    [Pattern] static Rule LeMin(W x, W _y) => Rewrite(Le(Min(x, _y), x), to: Const(1));
    [Pattern] static Rule LeSelf(W x) => Rewrite(Le(x, x), to: Const(1));

    [Pattern] static Rule MinConsts(long a, long b) => Rewrite(Min(Const(a), Const(b)), to: Const(Math.Min(a, b)));
    [Pattern] static Rule MinMinConst(W x, long a, long b) => Rewrite(Min(Min(x, Const(a)), Const(b)), to: Min(x, Const(Math.Min(a, b))));
    [Pattern] static Rule MinMaxConst(W _x, long a, long b) => Rewrite(Min(Max(_x, Const(a)), Const(b)), to: Const(b)).When(a >= b);
    [Pattern] static Rule MinConstLeft(long a, W x) => Rewrite(Min(Const(a), x), to: Min(x, Const(a)));
    [Pattern] static Rule MinNots(W x, W y) => Rewrite(Min(Not(x), Not(y)), to: Not(Max(x, y)));
    [Pattern] static Rule MinMax(W x, W _y) => Rewrite(Min(x, Max(x, _y)), to: x);
    [Pattern] static Rule MinSelf(W x) => Rewrite(Min(x, x), to: x);

    [Pattern] static Rule MaxConsts(long a, long b) => Rewrite(Max(Const(a), Const(b)), to: Const(Math.Max(a, b)));
    [Pattern] static Rule MaxMaxConst(W x, long a, long b) => Rewrite(Max(Max(x, Const(a)), Const(b)), to: Max(x, Const(Math.Max(a, b))));
    [Pattern] static Rule MaxMinConst(W _x, long a, long b) => Rewrite(Max(Min(_x, Const(a)), Const(b)), to: Const(b)).When(a <= b);
    [Pattern] static Rule MaxConstLeft(long a, W x) => Rewrite(Max(Const(a), x), to: Max(x, Const(a)));
    [Pattern] static Rule MaxNots(W x, W y) => Rewrite(Max(Not(x), Not(y)), to: Not(Min(x, y)));
    [Pattern] static Rule MaxMin(W x, W _y) => Rewrite(Max(x, Min(x, _y)), to: x);
    [Pattern] static Rule MaxSelf(W x) => Rewrite(Max(x, x), to: x);

    [Pattern] static Rule SelectZero(W _x, W y) => Rewrite(Select(Const(0), _x, y), to: y);
    [Pattern] static Rule SelectConst(long _c, W x, W _y) => Rewrite(Select(Const(_c), x, _y), to: x);
    [Pattern] static Rule SelectNeZero(W c, W x, W y) => Rewrite(Select(Ne(c, Const(0)), x, y), to: Select(c, x, y));
    [Pattern] static Rule SelectEqZero(W c, W x, W y) => Rewrite(Select(Eq(c, Const(0)), x, y), to: Select(c, y, x));
    [Pattern] static Rule SelectEq(W x, W y) => Rewrite(Select(Eq(x, y), x, y), to: y);
    [Pattern] static Rule SelectEqSwapped(W x, W y) => Rewrite(Select(Eq(x, y), y, x), to: x);
    [Pattern] static Rule SelectLtMin(W x, W y) => Rewrite(Select(Lt(x, y), x, y), to: Min(x, y));
    [Pattern] static Rule SelectLtMax(W x, W y) => Rewrite(Select(Lt(x, y), y, x), to: Max(x, y));
    [Pattern] static Rule SelectLeMin(W x, W y) => Rewrite(Select(Le(x, y), x, y), to: Min(x, y));
    [Pattern] static Rule SelectLeMax(W x, W y) => Rewrite(Select(Le(x, y), y, x), to: Max(x, y));
    [Pattern] static Rule SelectNeg(W c, W x, W y) => Rewrite(Select(Neg(c), x, y), to: Select(c, x, y));
    [Pattern] static Rule SelectOneZero(W c) => Rewrite(Select(c, Const(1), Const(0)), to: Ne(c, Const(0)));
    [Pattern] static Rule SelectZeroOne(W c) => Rewrite(Select(c, Const(0), Const(1)), to: Eq(c, Const(0)));
    [Pattern] static Rule SelectNots(W c, W x, W y) => Rewrite(Select(c, Not(x), Not(y)), to: Not(Select(c, x, y)));
    [Pattern] static Rule SelectThen(W c, W x, W _y, W z) => Rewrite(Select(c, Select(c, x, _y), z), to: Select(c, x, z));
    [Pattern] static Rule SelectElse(W c, W x, W _y, W z) => Rewrite(Select(c, x, Select(c, _y, z)), to: Select(c, x, z));
    [Pattern] static Rule SelectSame(W _c, W x) => Rewrite(Select(_c, x, x), to: x);
}
