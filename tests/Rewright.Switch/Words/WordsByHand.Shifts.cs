namespace Rewright.Switch.Words;

// Shifts, and parts of words.
public static partial class WordsByHand
{
    private static Word MakeShl(Word l, Word r, Shl? old = null)
    {
        if (r is Const b && MakeShlConst(l, b) is { } done) return done;
        if (l is Const { Value: 0 }) return l;
        switch (r)
        {
            case And { Right: Const a } n when (a.Value & 63) == 63: return MakeShl(l, n.Left);
            case Zext n: return MakeShl(l, n.Operand);
        }

        if (l is Neg m) return MakeNeg(MakeShl(m.Operand, r));
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Shl(l, r);
    }

    private static Word? MakeShlConst(Word l, Const b)
    {
        if (l is Const f) return new Const(f.Value << (int)b.Value);
        if (b.Value == 0) return l;
        if (b.Value is < 0 or > 63) return MakeShl(l, new Const(b.Value & 63));
        switch (l)
        {
            case Shl { Right: Const a } n: return a.Value + b.Value < 64 ? MakeShl(n.Left, new Const(a.Value + b.Value)) : Zero;
            case Shr { Right: Const c } n when c.Value == b.Value: return MakeAnd(n.Left, new Const(-1L << (int)b.Value));
            case Sar { Right: Const c } n when c.Value == b.Value: return MakeAnd(n.Left, new Const(-1L << (int)b.Value));
            case Mul { Right: Const a } n: return MakeMul(n.Left, new Const(a.Value << (int)b.Value));
            case Add { Right: Const a } n: return MakeAdd(MakeShl(n.Left, b), new Const(a.Value << (int)b.Value));
            case Zext n when b.Value + n.Bits >= 64: return MakeShl(n.Operand, b);
            case Sext n when b.Value + n.Bits >= 64: return MakeShl(n.Operand, b);
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value << (int)b.Value), new Const(d.Value << (int)b.Value));
        }

        return null;
    }

    private static Word MakeShr(Word l, Word r, Shr? old = null)
    {
        if (r is Const b && MakeShrConst(l, b) is { } done) return done;
        if (l is Const { Value: 0 }) return l;
        switch (r)
        {
            case And { Right: Const a } n when (a.Value & 63) == 63: return MakeShr(l, n.Left);
            case Zext n: return MakeShr(l, n.Operand);
        }

        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Shr(l, r);
    }

    private static Word? MakeShrConst(Word l, Const b)
    {
        if (l is Const f) return new Const(f.Value >>> (int)b.Value);
        if (b.Value == 0) return l;
        if (b.Value is < 0 or > 63) return MakeShr(l, new Const(b.Value & 63));
        switch (l)
        {
            case Shr { Right: Const a } n: return a.Value + b.Value < 64 ? MakeShr(n.Left, new Const(a.Value + b.Value)) : Zero;
            case Shl { Right: Const c } n when c.Value == b.Value: return MakeAnd(n.Left, new Const(-1L >>> (int)b.Value));
            case And { Right: Const a } n: return MakeAnd(MakeShr(n.Left, b), new Const(a.Value >>> (int)b.Value));
            case Zext n when b.Value >= n.Bits: return Zero;
            case Sar { Right: Const } n when b.Value == 63: return MakeShr(n.Left, b);
            case Eq: return Zero;
            case Lt: return Zero;
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value >>> (int)b.Value), new Const(d.Value >>> (int)b.Value));
        }

        return null;
    }

    private static Word MakeSar(Word l, Word r, Sar? old = null)
    {
        if (r is Const b && MakeSarConst(l, b) is { } done) return done;
        if (l is Const { Value: 0 or -1 }) return l;
        switch (r)
        {
            case And { Right: Const a } n when (a.Value & 63) == 63: return MakeSar(l, n.Left);
            case Zext n: return MakeSar(l, n.Operand);
        }

        switch (l)
        {
            case Zext: return MakeShr(l, r);
            case Not m: return MakeNot(MakeSar(m.Operand, r));
        }

        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Sar(l, r);
    }

    private static Word? MakeSarConst(Word l, Const b)
    {
        if (l is Const f) return new Const(f.Value >> (int)b.Value);
        if (b.Value == 0) return l;
        if (b.Value is < 0 or > 63) return MakeSar(l, new Const(b.Value & 63));
        switch (l)
        {
            case Sar { Right: Const a } n: return MakeSar(n.Left, a.Value + b.Value < 64 ? new Const(a.Value + b.Value) : new Const(63));
            case Shr { Right: Const }: return MakeShr(l, b);
            case Shl { Right: Const a } n when a.Value == b.Value && b.Value is 32 or 48 or 56: return MakeSext(n.Left, 64 - (int)b.Value);
            case And { Right: Const { Value: >= 0 } }: return MakeShr(l, b);
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value >> (int)b.Value), new Const(d.Value >> (int)b.Value));
        }

        return null;
    }

    private static Word MakeZext(Word x, int bits, Zext? old = null)
    {
        switch (x)
        {
            case Const n: return new Const(n.Value & ((1L << bits) - 1));
            case Zext n: return n.Bits <= bits ? n : MakeZext(n.Operand, bits);
            case Sext n when bits <= n.Bits: return MakeZext(n.Operand, bits);
            case And { Right: Const a } n: return MakeAnd(n.Left, new Const(a.Value & ((1L << bits) - 1)));
            case Load n: return n.Bits <= bits ? n : MakeLoad(n.Address, bits);
        }

        return old is not null && ReferenceEquals(old.Operand, x) ? old : new Zext(x, bits);
    }

    private static Word MakeSext(Word x, int bits, Sext? old = null)
    {
        switch (x)
        {
            case Const n: return new Const((n.Value << (64 - bits)) >> (64 - bits));
            case Sext n: return n.Bits <= bits ? n : MakeSext(n.Operand, bits);
            case Zext n: return n.Bits < bits ? n : MakeSext(n.Operand, bits);
        }

        return old is not null && ReferenceEquals(old.Operand, x) ? old : new Sext(x, bits);
    }

    private static Word MakeLoad(Word address, int bits, Load? old = null)
        => old is not null && ReferenceEquals(old.Address, address) ? old : new Load(address, bits);
}
