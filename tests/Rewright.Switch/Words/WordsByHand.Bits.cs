namespace Rewright.Switch.Words;

// Bitwise operations.
public static partial class WordsByHand
{
    private static Word MakeNot(Word x, Not? old = null) => x switch
    {
        Const n => new Const(~n.Value),
        Not n => n.Operand,
        Neg n => MakeAdd(n.Operand, MinusOne),
        Add { Right: Const a } n => MakeSub(new Const(~a.Value), n.Left),
        Sub { Left: Const a } n => MakeAdd(n.Right, new Const(~a.Value)),
        Xor { Right: Const a } n => MakeXor(n.Left, new Const(~a.Value)),
        And { Right: Not m } n => MakeOr(MakeNot(n.Left), m.Operand),
        And { Left: Not m } n => MakeOr(m.Operand, MakeNot(n.Right)),
        Or { Right: Not m } n => MakeAnd(MakeNot(n.Left), m.Operand),
        Or { Left: Not m } n => MakeAnd(m.Operand, MakeNot(n.Right)),
        Select { Then: Const a, Else: Const b } n => MakeSelect(n.Condition, new Const(~a.Value), new Const(~b.Value)),
        _ => old is not null && ReferenceEquals(old.Operand, x) ? old : new Not(x),
    };

    private static Word MakeAnd(Word l, Word r, And? old = null)
    {
        if (r is Const b) return MakeAndConst(l, b, old);
        if (l is Const) return MakeAnd(r, l);
        switch (r)
        {
            case Not n:
                if (l is Not p) return MakeNot(MakeOr(p.Operand, n.Operand));
                if (Same(l, n.Operand)) return Zero;
                break;
            case Or n:
                if (Same(l, n.Left) || Same(l, n.Right)) return l;
                if (l is Or o)
                {
                    if (Same(o.Left, n.Left)) return MakeOr(o.Left, MakeAnd(o.Right, n.Right));
                    if (Same(o.Right, n.Right)) return MakeOr(MakeAnd(o.Left, n.Left), o.Right);
                }

                break;
            case And n:
                if (Same(l, n.Left) || Same(l, n.Right)) return n;
                if (n.Right is Const a) return MakeAnd(MakeAnd(l, n.Left), a);
                break;
            case Xor n:
                if (Same(l, n.Left)) return MakeAnd(l, MakeNot(n.Right));
                if (Same(l, n.Right)) return MakeAnd(l, MakeNot(n.Left));
                break;
            case Ne n:
                if (l is Eq e && Same(e.Left, e.Right, n.Left, n.Right)) return Zero;
                if (l is Lt k && Same(k.Left, k.Right, n.Left, n.Right)) return l;
                if (l is Le j && Same(j.Left, j.Right, n.Left, n.Right)) return MakeLt(j.Left, j.Right);
                break;
            case Lt n:
                if (l is Le i && Same(i.Left, i.Right, n.Left, n.Right)) return n;
                if (l is Lt h && Same(h.Left, h.Right, n.Right, n.Left)) return Zero;
                break;
            case Le n:
                if (l is Le g && Same(g.Left, g.Right, n.Right, n.Left)) return MakeEq(g.Left, g.Right);
                if (l is Eq q && Same(q.Left, q.Right, n.Left, n.Right)) return l;
                break;
        }

        return MakeAndLeft(l, r, old);
    }

    private static Word MakeAndLeft(Word l, Word r, And? old)
    {
        switch (l)
        {
            case Not m when Same(m.Operand, r):
                return Zero;
            case Or m when Same(m.Left, r) || Same(m.Right, r):
                return r;
            case And m:
                if (m.Right is Const a) return MakeAnd(MakeAnd(m.Left, r), a);
                if (Same(m.Left, r) || Same(m.Right, r)) return l;
                break;
            case Xor m:
                if (Same(m.Left, r)) return MakeAnd(m.Left, MakeNot(m.Right));
                if (Same(m.Right, r)) return MakeAnd(MakeNot(m.Left), m.Right);
                break;
        }

        return Same(l, r) ? l : Keep(l, r, old);
    }

    private static Word MakeAndConst(Word l, Const b, And? old)
    {
        if (l is Const f) return new Const(f.Value & b.Value);
        if (b.Value == 0) return b;
        if (b.Value == -1) return l;
        switch (l)
        {
            case And { Right: Const a } n:
                return MakeAnd(n.Left, new Const(a.Value & b.Value));
            case Or { Right: Const a } n:
                if ((a.Value & b.Value) == 0) return MakeAnd(n.Left, b);
                if ((a.Value & b.Value) == b.Value) return b;
                break;
            case Xor { Right: Const a } n when (a.Value & b.Value) == 0:
                return MakeAnd(n.Left, b);
            case Zext n:
                return MakeAnd(n.Operand, new Const(b.Value & ((1L << n.Bits) - 1)));
            case Shl { Right: Const c } n:
                return MakeShl(MakeAnd(n.Left, new Const(b.Value >>> (int)c.Value)), c);
            case Shr { Right: Const c } when (b.Value | (-1L << (int)(64 - c.Value))) == -1:
                return l;
            case Eq when (b.Value & 1) == 1:
                return l;
            case Lt when (b.Value & 1) == 1:
                return l;
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value & b.Value), new Const(d.Value & b.Value));
        }

        if (b.Value == 0xFF) return MakeZext(l, 8);
        if (b.Value == 0xFFFF) return MakeZext(l, 16);
        if (b.Value == 0xFFFFFFFF) return MakeZext(l, 32);
        return l is Xor { Right: Const e } x && e.Value == b.Value ? MakeAnd(MakeNot(x.Left), b) : Keep(l, b, old);
    }

    private static Word Keep(Word l, Word r, And? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new And(l, r);

    private static Word MakeOr(Word l, Word r, Or? old = null)
    {
        if (r is Const b) return MakeOrConst(l, b, old);
        if (l is Const) return MakeOr(r, l);
        switch (r)
        {
            case Not n:
                if (l is Not p) return MakeNot(MakeAnd(p.Operand, n.Operand));
                if (Same(l, n.Operand)) return MinusOne;
                break;
            case And n:
                if (Same(l, n.Left) || Same(l, n.Right)) return l;
                if (n.Left is Not s && Same(l, s.Operand)) return MakeOr(l, n.Right);
                if (n.Right is Not t && Same(l, t.Operand)) return MakeOr(l, n.Left);
                if (l is And o)
                {
                    if (Same(o.Left, n.Left)) return MakeAnd(o.Left, MakeOr(o.Right, n.Right));
                    if (Same(o.Right, n.Right)) return MakeAnd(MakeOr(o.Left, n.Left), o.Right);
                }

                break;
            case Or n:
                if (Same(l, n.Left) || Same(l, n.Right)) return n;
                if (n.Right is Const a) return MakeOr(MakeOr(l, n.Left), a);
                break;
            case Xor n:
                if (l is And m && Same(m.Left, m.Right, n.Left, n.Right)) return MakeOr(m.Left, m.Right);
                if (Same(l, n.Left)) return MakeOr(l, n.Right);
                if (Same(l, n.Right)) return MakeOr(l, n.Left);
                break;
            case Ne n:
                if (l is Eq e && Same(e.Left, e.Right, n.Left, n.Right)) return One;
                if (l is Lt k && Same(k.Left, k.Right, n.Left, n.Right)) return n;
                break;
            case Lt n:
                if (l is Eq j && Same(j.Left, j.Right, n.Left, n.Right)) return MakeLe(j.Left, j.Right);
                if (l is Lt h && Same(h.Left, h.Right, n.Right, n.Left)) return MakeNe(h.Left, h.Right);
                break;
            case Le n:
                if (l is Le g && Same(g.Left, g.Right, n.Right, n.Left)) return One;
                if (l is Eq q && Same(q.Left, q.Right, n.Left, n.Right)) return n;
                break;
        }

        return MakeOrLeft(l, r, old);
    }

    private static Word MakeOrLeft(Word l, Word r, Or? old)
    {
        switch (l)
        {
            case Not m when Same(m.Operand, r):
                return MinusOne;
            case And m:
                if (Same(m.Left, r) || Same(m.Right, r)) return r;
                if (m.Left is Not k && Same(k.Operand, r)) return MakeOr(k.Operand, m.Right);
                break;
            case Or m:
                if (m.Right is Const a) return MakeOr(MakeOr(m.Left, r), a);
                if (Same(m.Left, r) || Same(m.Right, r)) return l;
                break;
            case Xor m when Same(m.Left, r) || Same(m.Right, r):
                return MakeOr(m.Left, m.Right);
        }

        return Same(l, r) ? l : Keep(l, r, old);
    }

    private static Word MakeOrConst(Word l, Const b, Or? old)
    {
        if (l is Const f) return new Const(f.Value | b.Value);
        if (b.Value == 0) return l;
        if (b.Value == -1) return b;
        switch (l)
        {
            case Or { Right: Const a } n:
                return MakeOr(n.Left, new Const(a.Value | b.Value));
            case And { Right: Const a } n:
                if ((a.Value | b.Value) == b.Value) return b;
                if ((a.Value | b.Value) == -1) return MakeOr(n.Left, b);
                break;
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value | b.Value), new Const(d.Value | b.Value));
            case Xor { Right: Const a } n when a.Value == b.Value:
                return MakeOr(n.Left, a);
        }

        return Keep(l, b, old);
    }

    private static Word Keep(Word l, Word r, Or? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Or(l, r);

    private static Word MakeXor(Word l, Word r, Xor? old = null)
    {
        if (r is Const b) return MakeXorConst(l, b, old);
        if (l is Const) return MakeXor(r, l);
        switch (r)
        {
            case Not n:
                return l is Not p ? MakeXor(p.Operand, n.Operand) : MakeNot(MakeXor(l, n.Operand));
            case Xor n:
                if (Same(l, n.Left)) return n.Right;
                if (Same(l, n.Right)) return n.Left;
                if (n.Right is Const a) return MakeXor(MakeXor(l, n.Left), a);
                break;
            case Or n when l is And m && Same(m.Left, m.Right, n.Left, n.Right):
                return MakeXor(m.Left, m.Right);
            case And n:
                if (l is Or o && Same(o.Left, o.Right, n.Left, n.Right)) return MakeXor(o.Left, o.Right);
                if (Same(l, n.Left)) return MakeAnd(l, MakeNot(n.Right));
                break;
        }

        switch (l)
        {
            case Not m:
                return MakeNot(MakeXor(m.Operand, r));
            case Xor m:
                if (m.Right is Const c) return MakeXor(MakeXor(m.Left, r), c);
                if (Same(m.Left, r)) return m.Right;
                if (Same(m.Right, r)) return m.Left;
                break;
            case Or m when Same(m.Right, r):
                return MakeAnd(m.Left, MakeNot(m.Right));
        }

        return Same(l, r) ? Zero : Keep(l, r, old);
    }

    private static Word MakeXorConst(Word l, Const b, Xor? old)
    {
        if (l is Const f) return new Const(f.Value ^ b.Value);
        if (b.Value == 0) return l;
        if (b.Value == -1) return MakeNot(l);
        switch (l)
        {
            case Xor { Right: Const a } n: return MakeXor(n.Left, new Const(a.Value ^ b.Value));
            case Not n: return MakeXor(n.Operand, new Const(~b.Value));
            case Eq n when b.Value == 1: return MakeNe(n.Left, n.Right);
            case Ne n when b.Value == 1: return MakeEq(n.Left, n.Right);
            case Lt n when b.Value == 1: return MakeLe(n.Right, n.Left);
            case Le n when b.Value == 1: return MakeLt(n.Right, n.Left);
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value ^ b.Value), new Const(d.Value ^ b.Value));
            case Or { Right: Const a } n when a.Value == b.Value: return MakeAnd(n.Left, new Const(~b.Value));
        }

        return Keep(l, b, old);
    }

    private static Word Keep(Word l, Word r, Xor? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Xor(l, r);
}
