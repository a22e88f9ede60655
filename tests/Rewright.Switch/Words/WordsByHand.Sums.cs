namespace Rewright.Switch.Words;

// Sums and differences.
public static partial class WordsByHand
{
    private static Word MakeAdd(Word l, Word r, Add? old = null)
    {
        if (r is Const b) return MakeAddConst(l, b, old);
        if (l is Const) return MakeAdd(r, l);
        switch (r)
        {
            case Neg n:
                return MakeSub(l, n.Operand);
            case Not n when Same(l, n.Operand):
                return MinusOne;
            case Add { Right: Const a } n:
                return MakeAdd(MakeAdd(l, n.Left), a);
            case Sub n:
            {
                if (l is Sub m && Same(m.Right, n.Left)) return MakeSub(m.Left, n.Right);
                if (Same(l, n.Right)) return n.Left;
                if (n.Left is Const a) return MakeAdd(MakeSub(l, n.Right), a);
                break;
            }
            case Mul n:
                return MakeAddMul(l, n, old);
            case Shl { Right: Const c } n:
            {
                if (c.Value == 1 && l is Xor x && n.Left is And a && Same(x.Left, x.Right, a.Left, a.Right))
                    return MakeAdd(x.Left, x.Right);
                if (l is Shl { Right: Const d } m && d.Value == c.Value) return MakeShl(MakeAdd(m.Left, n.Left), d);
                if (Same(l, n.Left)) return MakeMul(l, new Const((1L << (int)c.Value) + 1));
                break;
            }
            case And n:
            {
                if (l is Or m && Same(m.Left, m.Right, n.Left, n.Right)) return MakeAdd(m.Left, m.Right);
                if (l is Xor x && Same(x.Left, x.Right, n.Left, n.Right)) return MakeOr(x.Left, x.Right);
                break;
            }
            case Or n when l is And m && Same(m.Left, m.Right, n.Left, n.Right):
                return MakeAdd(m.Left, m.Right);
            case Xor n when l is And m && Same(m.Left, m.Right, n.Left, n.Right):
                return MakeOr(m.Left, m.Right);
            case Rem n when l is Mul { Left: Div d } m && Same(d.Right, m.Right) && Same(d.Left, d.Right, n.Left, n.Right):
                return d.Left;
            case Max n when l is Min m && Same(m.Left, m.Right, n.Left, n.Right):
                return MakeAdd(m.Left, m.Right);
        }

        return MakeAddLeft(l, r, old);
    }

    private static Word MakeAddConst(Word l, Const b, Add? old)
    {
        if (l is Const f) return new Const(f.Value + b.Value);
        if (b.Value == 0) return l;
        switch (l)
        {
            case Add { Right: Const a } n: return MakeAdd(n.Left, new Const(a.Value + b.Value));
            case Sub { Left: Const a } n: return MakeSub(new Const(a.Value + b.Value), n.Right);
            case Not n: return MakeSub(new Const(b.Value - 1), n.Operand);
            case Neg n: return MakeSub(b, n.Operand);
            case Select { Then: Const c, Else: Const d } n:
                return MakeSelect(n.Condition, new Const(c.Value + b.Value), new Const(d.Value + b.Value));
        }

        return Keep(l, b, old);
    }

    private static Word MakeAddMul(Word l, Mul n, Add? old)
    {
        if (n.Right is Const b)
        {
            if (l is Mul { Right: Const a } k && Same(k.Left, n.Left)) return MakeMul(k.Left, new Const(a.Value + b.Value));
            if (Same(l, n.Left)) return MakeMul(l, new Const(b.Value + 1));
        }

        if (l is Mul m)
        {
            if (Same(m.Left, n.Left)) return MakeMul(m.Left, MakeAdd(m.Right, n.Right));
            if (Same(m.Right, n.Right)) return MakeMul(MakeAdd(m.Left, n.Left), m.Right);
        }

        return MakeAddLeft(l, n, old);
    }

    private static Word MakeAddLeft(Word l, Word r, Add? old)
    {
        switch (l)
        {
            case Neg m:
                return MakeSub(r, m.Operand);
            case Not m when Same(m.Operand, r):
                return MinusOne;
            case Add { Right: Const a } m:
                return MakeAdd(MakeAdd(m.Left, r), a);
            case Sub m:
            {
                if (Same(m.Right, r)) return m.Left;
                if (m.Left is Const a) return MakeAdd(MakeSub(r, m.Right), a);
                break;
            }
            case Mul { Right: Const a } m when Same(m.Left, r):
                return MakeMul(m.Left, new Const(a.Value + 1));
            case Shl { Right: Const c } m when Same(m.Left, r):
                return MakeMul(m.Left, new Const((1L << (int)c.Value) + 1));
        }

        return Same(l, r) ? MakeShl(l, One) : Keep(l, r, old);
    }

    private static Word Keep(Word l, Word r, Add? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Add(l, r);

    private static Word MakeSub(Word l, Word r, Sub? old = null)
    {
        if (r is Const b) return l is Const a ? new Const(a.Value - b.Value) : MakeAdd(l, new Const(-b.Value));
        if (l is Const c && MakeConstSub(c, r) is { } done) return done;
        switch (r)
        {
            case Neg n:
                return MakeAdd(l, n.Operand);
            case Not n when l is Not m:
                return MakeSub(n.Operand, m.Operand);
            case Add n:
            {
                if (l is Add m)
                {
                    if (Same(m.Left, n.Left)) return MakeSub(m.Right, n.Right);
                    if (Same(m.Right, n.Right)) return MakeSub(m.Left, n.Left);
                }

                if (Same(l, n.Left)) return MakeNeg(n.Right);
                if (Same(l, n.Right)) return MakeNeg(n.Left);
                if (n.Right is Const a) return MakeAdd(MakeSub(l, n.Left), new Const(-a.Value));
                break;
            }
            case Sub n:
            {
                if (l is Sub m)
                {
                    if (Same(m.Right, n.Right)) return MakeSub(m.Left, n.Left);
                    if (Same(m.Left, n.Left)) return MakeSub(n.Right, m.Right);
                }

                if (Same(l, n.Left)) return n.Right;
                if (n.Left is Const a) return MakeAdd(MakeAdd(l, n.Right), new Const(-a.Value));
                break;
            }
            case Mul n:
                return MakeSubMul(l, n, old);
            case Rem n when Same(l, n.Left):
                return MakeMul(MakeDiv(l, n.Right), n.Right);
            case Shl { Right: Const d } n when l is Shl { Right: Const e } m && d.Value == e.Value:
                return MakeShl(MakeSub(m.Left, n.Left), e);
            case And n:
            {
                if (l is Or m && Same(m.Left, m.Right, n.Left, n.Right)) return MakeXor(m.Left, m.Right);
                if (l is Add k && Same(k.Left, k.Right, n.Left, n.Right)) return MakeOr(k.Left, k.Right);
                if (Same(l, n.Left)) return MakeAnd(l, MakeNot(n.Right));
                break;
            }
            case Xor n when l is Or m && Same(m.Left, m.Right, n.Left, n.Right):
                return MakeAnd(m.Left, m.Right);
            case Or n when l is Add m && Same(m.Left, m.Right, n.Left, n.Right):
                return MakeAnd(m.Left, m.Right);
        }

        return MakeSubLeft(l, r, old);
    }

    private static Word? MakeConstSub(Const a, Word r)
    {
        if (a.Value == 0) return MakeNeg(r);
        if (a.Value == -1) return MakeNot(r);
        return r switch
        {
            Add { Right: Const b } n => MakeSub(new Const(a.Value - b.Value), n.Left),
            Sub { Left: Const b } n => MakeAdd(n.Right, new Const(a.Value - b.Value)),
            Not n => MakeAdd(n.Operand, new Const(a.Value + 1)),
            Neg n => MakeAdd(n.Operand, a),
            Select { Then: Const c, Else: Const d } n =>
                MakeSelect(n.Condition, new Const(a.Value - c.Value), new Const(a.Value - d.Value)),
            _ => null,
        };
    }

    private static Word MakeSubMul(Word l, Mul n, Sub? old)
    {
        if (n.Left is Div d && Same(l, d.Left) && Same(d.Right, n.Right)) return MakeRem(l, n.Right);
        if (n.Right is Const b)
        {
            if (l is Mul { Right: Const a } k && Same(k.Left, n.Left)) return MakeMul(k.Left, new Const(a.Value - b.Value));
            if (Same(l, n.Left)) return MakeMul(l, new Const(1 - b.Value));
        }

        if (l is Mul m)
        {
            if (Same(m.Left, n.Left)) return MakeMul(m.Left, MakeSub(m.Right, n.Right));
            if (Same(m.Right, n.Right)) return MakeMul(MakeSub(m.Left, n.Left), m.Right);
        }

        return MakeSubLeft(l, n, old);
    }

    private static Word MakeSubLeft(Word l, Word r, Sub? old)
    {
        switch (l)
        {
            case Neg m:
                return MakeNeg(MakeAdd(m.Operand, r));
            case Add m:
                if (Same(m.Left, r)) return m.Right;
                if (Same(m.Right, r)) return m.Left;
                if (m.Right is Const a) return MakeAdd(MakeSub(m.Left, r), a);
                break;
            case Sub { Left: Const b } m:
                return MakeSub(b, MakeAdd(m.Right, r));
            case Mul { Right: Const b } m when Same(m.Left, r):
                return MakeMul(m.Left, new Const(b.Value - 1));
            case Shl { Right: Const c } m when Same(m.Left, r):
                return MakeMul(m.Left, new Const((1L << (int)c.Value) - 1));
            case Or m when Same(m.Right, r):
                return MakeAnd(m.Left, MakeNot(r));
        }

        if (Same(l, r)) return Zero;
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Sub(l, r);
    }

    private static Word MakeNeg(Word x, Neg? old = null) => x switch
    {
        Const n => new Const(-n.Value),
        Neg n => n.Operand,
        Not n => MakeAdd(n.Operand, One),
        Sub n => MakeSub(n.Right, n.Left),
        Add { Right: Const a } n => MakeSub(new Const(-a.Value), n.Left),
        Mul { Right: Const a } n => MakeMul(n.Left, new Const(-a.Value)),
        Shr { Right: Const { Value: 63 } c } n => MakeSar(n.Left, c),
        Select { Then: Const a, Else: Const b } n => MakeSelect(n.Condition, new Const(-a.Value), new Const(-b.Value)),
        _ => old is not null && ReferenceEquals(old.Operand, x) ? old : new Neg(x),
    };
}
