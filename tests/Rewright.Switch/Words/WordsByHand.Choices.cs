using System;

namespace Rewright.Switch.Words;

// Comparisons and choices.
public static partial class WordsByHand
{
    private static Word MakeEq(Word l, Word r, Eq? old = null)
    {
        if (r is Const b) return MakeEqConst(l, b, old);
        if (l is Const) return MakeEq(r, l);
        switch (r)
        {
            case Not n when l is Not m: return MakeEq(m.Operand, n.Operand);
            case Neg n when l is Neg m: return MakeEq(m.Operand, n.Operand);
            case Add n:
                if (l is Add k)
                {
                    if (Same(k.Left, n.Left)) return MakeEq(k.Right, n.Right);
                    if (Same(k.Right, n.Right)) return MakeEq(k.Left, n.Left);
                }

                if (Same(l, n.Left)) return MakeEq(n.Right, Zero);
                break;
        }

        if (l is Add a && Same(a.Left, r)) return MakeEq(a.Right, Zero);
        return Same(l, r) ? One : Keep(l, r, old);
    }

    private static Word MakeEqConst(Word l, Const b, Eq? old)
    {
        switch (l)
        {
            case Const a: return a.Value == b.Value ? One : Zero;
            case Add { Right: Const a } n: return MakeEq(n.Left, new Const(b.Value - a.Value));
            case Sub { Left: Const a } n: return MakeEq(n.Right, new Const(a.Value - b.Value));
            case Sub n when b.Value == 0: return MakeEq(n.Left, n.Right);
            case Xor { Right: Const a } n: return MakeEq(n.Left, new Const(a.Value ^ b.Value));
            case Xor n when b.Value == 0: return MakeEq(n.Left, n.Right);
            case Not n: return MakeEq(n.Operand, new Const(~b.Value));
            case Neg n: return MakeEq(n.Operand, new Const(-b.Value));
            case Eq n when b.Value == 0: return MakeNe(n.Left, n.Right);
            case Ne n when b.Value == 0: return MakeEq(n.Left, n.Right);
            case Lt n when b.Value == 0: return MakeLe(n.Right, n.Left);
            case Le n when b.Value == 0: return MakeLt(n.Right, n.Left);
            case Zext n when b.Value < 0 || b.Value >= 1L << n.Bits: return Zero;
            case And { Right: Const a } when (b.Value & ~a.Value) != 0: return Zero;
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, c.Value == b.Value ? One : Zero, d.Value == b.Value ? One : Zero);
        }

        return Keep(l, b, old);
    }

    private static Word Keep(Word l, Word r, Eq? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Eq(l, r);

    private static Word MakeNe(Word l, Word r, Ne? old = null)
    {
        if (r is Const b) return MakeNeConst(l, b, old);
        if (l is Const) return MakeNe(r, l);
        if (r is Add n && l is Add m && Same(m.Left, n.Left)) return MakeNe(m.Right, n.Right);
        return Same(l, r) ? Zero : Keep(l, r, old);
    }

    private static Word MakeNeConst(Word l, Const b, Ne? old)
    {
        switch (l)
        {
            case Const a: return a.Value != b.Value ? One : Zero;
            case Add { Right: Const a } n: return MakeNe(n.Left, new Const(b.Value - a.Value));
            case Sub { Left: Const a } n: return MakeNe(n.Right, new Const(a.Value - b.Value));
            case Sub n when b.Value == 0: return MakeNe(n.Left, n.Right);
            case Xor { Right: Const a } n: return MakeNe(n.Left, new Const(a.Value ^ b.Value));
            case Xor n when b.Value == 0: return MakeNe(n.Left, n.Right);
            case Eq when b.Value == 0: return l;
            case Ne when b.Value == 0: return l;
            case Lt when b.Value == 0: return l;
            case Le when b.Value == 0: return l;
            case Zext n when b.Value < 0 || b.Value >= 1L << n.Bits: return One;
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, c.Value != b.Value ? One : Zero, d.Value != b.Value ? One : Zero);
        }

        return Keep(l, b, old);
    }

    private static Word Keep(Word l, Word r, Ne? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Ne(l, r);

    private static Word MakeLt(Word l, Word r, Lt? old = null)
    {
        if (r is Const b)
        {
            switch (l)
            {
                case Const a: return a.Value < b.Value ? One : Zero;
                case Not n: return MakeLt(new Const(~b.Value), n.Operand);
                case Zext when b.Value <= 0: return Zero;
                case Zext n when b.Value >= 1L << n.Bits: return One;
                case Eq n when b.Value == 1: return MakeNe(n.Left, n.Right);
            }
        }
        else if (l is Const a)
        {
            switch (r)
            {
                case Not n: return MakeLt(n.Operand, new Const(~a.Value));
                case Zext when a.Value < 0: return One;
                case Zext n when a.Value + 1 >= 1L << n.Bits: return Zero;
            }
        }
        else
        {
            if (r is Not n && l is Not m) return MakeLt(n.Operand, m.Operand);
            if (r is Max x && Same(l, x.Left)) return MakeLt(l, x.Right);
            if (l is Min y && Same(y.Left, r)) return MakeLt(y.Right, y.Left);
            if (Same(l, r)) return Zero;
        }

        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Lt(l, r);
    }

    private static Word MakeLe(Word l, Word r, Le? old = null)
    {
        if (r is Const b)
        {
            if (l is Const a) return a.Value <= b.Value ? One : Zero;
            if (b.Value + 1 > b.Value) return MakeLt(l, new Const(b.Value + 1));
        }
        else if (l is Const c && c.Value - 1 < c.Value)
        {
            return MakeLt(new Const(c.Value - 1), r);
        }

        if (r is Not n && l is Not m) return MakeLe(n.Operand, m.Operand);
        if (r is Max x && Same(l, x.Left)) return One;
        if (l is Min y && Same(y.Left, r)) return One;
        if (Same(l, r)) return One;
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Le(l, r);
    }

    private static Word MakeMin(Word l, Word r, Min? old = null)
    {
        if (r is Const b)
        {
            switch (l)
            {
                case Const a: return new Const(Math.Min(a.Value, b.Value));
                case Min { Right: Const a } n: return MakeMin(n.Left, new Const(Math.Min(a.Value, b.Value)));
                case Max { Right: Const a } when a.Value >= b.Value: return b;
            }
        }
        else
        {
            if (l is Const) return MakeMin(r, l);
            if (r is Not n && l is Not m) return MakeNot(MakeMax(m.Operand, n.Operand));
            if (r is Max x && Same(l, x.Left)) return l;
            if (Same(l, r)) return l;
        }

        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Min(l, r);
    }

    private static Word MakeMax(Word l, Word r, Max? old = null)
    {
        if (r is Const b)
        {
            switch (l)
            {
                case Const a: return new Const(Math.Max(a.Value, b.Value));
                case Max { Right: Const a } n: return MakeMax(n.Left, new Const(Math.Max(a.Value, b.Value)));
                case Min { Right: Const a } when a.Value <= b.Value: return b;
            }
        }
        else
        {
            if (l is Const) return MakeMax(r, l);
            if (r is Not n && l is Not m) return MakeNot(MakeMin(m.Operand, n.Operand));
            if (r is Min x && Same(l, x.Left)) return l;
            if (Same(l, r)) return l;
        }

        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Max(l, r);
    }

    private static Word MakeSelect(Word c, Word x, Word y, Select? old = null)
    {
        switch (c)
        {
            case Const n:
                return n.Value == 0 ? y : x;
            case Ne { Right: Const { Value: 0 } } n:
                return MakeSelect(n.Left, x, y);
            case Eq { Right: Const { Value: 0 } } n:
                return MakeSelect(n.Left, y, x);
            case Eq n:
                if (Same(n.Left, n.Right, x, y)) return y;
                if (Same(n.Left, n.Right, y, x)) return n.Left;
                break;
            case Lt n:
                if (Same(n.Left, n.Right, x, y)) return MakeMin(x, y);
                if (Same(n.Left, n.Right, y, x)) return MakeMax(y, x);
                break;
            case Le n:
                if (Same(n.Left, n.Right, x, y)) return MakeMin(x, y);
                if (Same(n.Left, n.Right, y, x)) return MakeMax(y, x);
                break;
            case Neg n:
                return MakeSelect(n.Operand, x, y);
        }

        switch (x)
        {
            case Const { Value: 1 } when Is(y, 0): return MakeNe(c, y);
            case Const { Value: 0 } when Is(y, 1): return MakeEq(c, x);
            case Not n when y is Not m: return MakeNot(MakeSelect(c, n.Operand, m.Operand));
            case Select n when Same(c, n.Condition): return MakeSelect(c, n.Then, y);
        }

        if (y is Select k && Same(c, k.Condition)) return MakeSelect(c, x, k.Else);
        if (Same(x, y)) return x;
        return old is not null && ReferenceEquals(old.Condition, c) && ReferenceEquals(old.Then, x) && ReferenceEquals(old.Else, y)
            ? old : new Select(c, x, y);
    }
}
