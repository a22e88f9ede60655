namespace Rewright.Switch.Words;

// Products, quotients and remainders.
public static partial class WordsByHand
{
    private static Word MakeMul(Word l, Word r, Mul? old = null)
    {
        if (r is Const b) return MakeMulConst(l, b, old);
        if (l is Const) return MakeMul(r, l);
        switch (r)
        {
            case Neg n: return l is Neg k ? MakeMul(k.Operand, n.Operand) : MakeNeg(MakeMul(l, n.Operand));
            case Mul { Right: Const a } n: return MakeMul(MakeMul(l, n.Left), a);
            case Shl { Right: Const c } n: return MakeShl(MakeMul(l, n.Left), c);
            case Eq: return MakeSelect(r, l, Zero);
            case Lt: return MakeSelect(r, l, Zero);
        }

        switch (l)
        {
            case Neg m: return MakeNeg(MakeMul(m.Operand, r));
            case Mul { Right: Const a } m: return MakeMul(MakeMul(m.Left, r), a);
            case Shl { Right: Const c } m: return MakeShl(MakeMul(m.Left, r), c);
            case Eq: return MakeSelect(l, r, Zero);
            case Lt: return MakeSelect(l, r, Zero);
        }

        return Keep(l, r, old);
    }

    private static Word MakeMulConst(Word l, Const b, Mul? old)
    {
        if (l is Const f) return new Const(f.Value * b.Value);
        if (b.Value == 0) return b;
        if (b.Value == 1) return l;
        if (b.Value == -1) return MakeNeg(l);
        if (long.IsPow2(b.Value)) return MakeShl(l, new Const(long.Log2(b.Value)));
        switch (l)
        {
            case Mul { Right: Const a } n: return MakeMul(n.Left, new Const(a.Value * b.Value));
            case Shl { Right: Const a } n: return MakeMul(n.Left, new Const(b.Value << (int)a.Value));
            case Neg n: return MakeMul(n.Operand, new Const(-b.Value));
            case Add { Right: Const a } n: return MakeAdd(MakeMul(n.Left, b), new Const(a.Value * b.Value));
            case Sub { Left: Const a } n: return MakeAdd(MakeMul(n.Right, new Const(-b.Value)), new Const(a.Value * b.Value));
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value * b.Value), new Const(d.Value * b.Value));
            case Eq: return MakeSelect(l, b, Zero);
            case Lt: return MakeSelect(l, b, Zero);
        }

        return Keep(l, b, old);
    }

    private static Word Keep(Word l, Word r, Mul? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Mul(l, r);

    private static Word MakeDiv(Word l, Word r, Div? old = null)
    {
        if (r is Const b && MakeDivConst(l, b) is { } done) return done;
        if (l is Const { Value: 0 }) return l;
        if (l is Rem m && Same(m.Right, r)) return Zero;
        if (Same(l, r)) return MakeNe(l, Zero);
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Div(l, r);
    }

    private static Word? MakeDivConst(Word l, Const b)
    {
        if (b.Value == 0) return b;
        if (b.Value == 1) return l;
        if (b.Value == -1) return MakeNeg(l);
        switch (l)
        {
            case Const a:
                return new Const(a.Value / b.Value);
            case Div { Right: Const { Value: > 0 and < 65536 } a } n when b.Value is > 0 and < 65536:
                return MakeDiv(n.Left, new Const(a.Value * b.Value));
            case Zext n:
                if (b.Value >= 1L << n.Bits) return Zero;
                return long.IsPow2(b.Value) ? MakeShr(l, new Const(long.Log2(b.Value))) : null;
            case And { Right: Const { Value: >= 0 } } when long.IsPow2(b.Value):
                return MakeShr(l, new Const(long.Log2(b.Value)));
            case Shr { Right: Const } when long.IsPow2(b.Value):
                return MakeShr(l, new Const(long.Log2(b.Value)));
            case Eq when b.Value > 1:
                return Zero;
            case Lt when b.Value > 1:
                return Zero;
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value / b.Value), new Const(d.Value / b.Value));
        }

        return null;
    }

    private static Word MakeRem(Word l, Word r, Rem? old = null)
    {
        if (r is Const b && MakeRemConst(l, b) is { } done) return done;
        if (l is Const { Value: 0 }) return l;
        if (r is Neg n) return MakeRem(l, n.Operand);
        if (l is Rem m && Same(m.Right, r)) return l;
        if (Same(l, r)) return Zero;
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Rem(l, r);
    }

    private static Word? MakeRemConst(Word l, Const b)
    {
        if (b.Value == 0) return l;
        if (b.Value is 1 or -1) return Zero;
        if (l is Const f) return new Const(f.Value % b.Value);
        if (b.Value < 0 && -b.Value > 0) return MakeRem(l, new Const(-b.Value));
        switch (l)
        {
            case Rem { Right: Const a } n when b.Value > 0 && a.Value % b.Value == 0:
                return MakeRem(n.Left, b);
            case Zext n:
                if (b.Value >= 1L << n.Bits) return l;
                return long.IsPow2(b.Value) ? MakeAnd(l, new Const(b.Value - 1)) : null;
            case And { Right: Const { Value: >= 0 } a } n when long.IsPow2(b.Value):
                return MakeAnd(n.Left, new Const(a.Value & (b.Value - 1)));
            case Eq when b.Value > 1:
                return l;
            case Lt when b.Value > 1:
                return l;
        }

        return null;
    }
}
