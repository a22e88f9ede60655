using System;
using System.Runtime.CompilerServices;

namespace Rewright.Switch.Algebra;

/// <summary>The rules of <see cref="AlgebraRules"/> as a programmer writes them for speed: innermost, unchanged nodes kept.</summary>
/// <remarks>
/// Each constructor has a method with its rules, grouped by the type of the right operand and then of the left one. It takes the node that
/// it replaces, and returns this node if the operands are the same objects and no rule applies. The order of the tests is that of the
/// rules.
/// </remarks>
public static class AlgebraByHand
{
    private static readonly Num Zero = new(0), One = new(1), Two = new(2);

    /// <summary>Applies the rules until none applies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Expr Simplify(Expr e) => e is Var ? e : SimplifyNode(e);

    private static Expr SimplifyNode(Expr e) => e switch
    {
        Num => e,
        Add n => MakeAdd(Simplify(n.Left), Simplify(n.Right), n),
        Mul n => MakeMul(Simplify(n.Left), Simplify(n.Right), n),
        Sub n => MakeSub(Simplify(n.Left), Simplify(n.Right), n),
        Div n => MakeDiv(Simplify(n.Left), Simplify(n.Right), n),
        Pow n => MakePow(Simplify(n.Base), Simplify(n.Exponent), n),
        Neg n => MakeNeg(Simplify(n.Operand), n),
        Sqrt n => MakeSqrt(Simplify(n.Operand), n),
        Exp n => MakeExp(Simplify(n.Operand), n),
        Log n => MakeLog(Simplify(n.Operand), n),
        _ => throw new ArgumentException("Unknown expression.", nameof(e)),
    };

    private static Expr MakeNeg(Expr x, Neg? old = null) => x switch
    {
        Num n => new Num(-n.Value),
        Neg n => n.Operand,
        Sub n => MakeSub(n.Right, n.Left),
        Mul { Left: Num a } n => MakeMul(new Num(-a.Value), n.Right),
        _ => old is not null && ReferenceEquals(old.Operand, x) ? old : new Neg(x),
    };

    private static Expr MakeAdd(Expr l, Expr r, Add? old = null)
    {
        switch (r)
        {
            case Num b:
                if (l is Num a) return new Num(a.Value + b.Value);
                if (b.Value == 0) return l;
                if (l is Add { Right: Num c } sum) return MakeAdd(sum.Left, new Num(c.Value + b.Value));
                if (l is Neg negated) return MakeSub(r, negated.Operand);
                return Keep(l, r, old);
            case Neg n:
                if (l is Num) return MakeAdd(r, l);
                return MakeSub(l, n.Operand);
            case Mul { Left: Num b } n:
                if (l is Num) return MakeAdd(r, l);
                if (l is Mul { Left: Num first } m && Same(m.Right, n.Right)) return MakeMul(new Num(first.Value + b.Value), n.Right);
                if (Same(l, n.Right)) return MakeMul(new Num(b.Value + 1), l);
                break;
            case Log n when l is Log k:
                return MakeLog(MakeMul(k.Operand, n.Operand));
        }

        switch (l)
        {
            case Num: return MakeAdd(r, l);
            case Neg n: return MakeSub(r, n.Operand);
            case Mul { Left: Num a } n when Same(n.Right, r): return MakeMul(new Num(a.Value + 1), r);
            case Sub n when Same(n.Right, r): return n.Left;
        }

        return Same(l, r) ? MakeMul(Two, l) : Keep(l, r, old);
    }

    private static Expr Keep(Expr l, Expr r, Add? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Add(l, r);

    private static Expr MakeSub(Expr l, Expr r, Sub? old = null)
    {
        switch (r)
        {
            case Num b:
                return l is Num a ? new Num(a.Value - b.Value) : MakeAdd(l, new Num(-b.Value));
            case Neg n:
                return l is Num { Value: 0 } ? MakeNeg(r) : MakeAdd(l, n.Operand);
            case Mul { Left: Num b } n when l is Mul { Left: Num first } m && Same(m.Right, n.Right):
                return MakeMul(new Num(first.Value - b.Value), n.Right);
            case Log n when l is Log m:
                return MakeLog(MakeDiv(m.Operand, n.Operand));
        }

        switch (l)
        {
            case Num { Value: 0 }: return MakeNeg(r);
            case Neg n: return MakeNeg(MakeAdd(n.Operand, r));
            case Mul { Left: Num a } n when Same(n.Right, r): return MakeMul(new Num(a.Value - 1), r);
            case Add n:
                if (Same(n.Left, r)) return n.Right;
                if (Same(n.Right, r)) return n.Left;
                break;
        }

        if (Same(l, r)) return Zero;
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Sub(l, r);
    }

    private static Expr MakeMul(Expr l, Expr r, Mul? old = null)
    {
        if (l is Num a)
        {
            if (r is Num b) return new Num(a.Value * b.Value);
            if (a.Value == 0) return Zero;
            if (a.Value == 1) return r;
            if (a.Value == -1) return MakeNeg(r);
            if (r is Mul { Left: Num c } n) return MakeMul(new Num(a.Value * c.Value), n.Right);
            if (r is Neg negated) return MakeMul(new Num(-a.Value), negated.Operand);
            if (r is not Pow) return Keep(l, r, old);
        }

        switch (r)
        {
            case Num: return MakeMul(r, l);
            case Neg n: return MakeNeg(MakeMul(l, n.Operand));
            case Pow n:
                if (l is Pow m && Same(m.Base, n.Base)) return MakePow(m.Base, MakeAdd(m.Exponent, n.Exponent));
                if (n.Exponent is Num b && Same(l, n.Base)) return MakePow(l, new Num(b.Value + 1));
                break;
            case Exp n when l is Exp k: return MakeExp(MakeAdd(k.Operand, n.Operand));
        }

        switch (l)
        {
            case Neg n: return MakeNeg(MakeMul(n.Operand, r));
            case Pow { Exponent: Num b } n when Same(n.Base, r): return MakePow(r, new Num(b.Value + 1));
            case Div n when Same(n.Right, r): return n.Left;
        }

        return Same(l, r) ? MakePow(l, Two) : Keep(l, r, old);
    }

    private static Expr Keep(Expr l, Expr r, Mul? old)
        => old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Mul(l, r);

    private static Expr MakeDiv(Expr l, Expr r, Div? old = null)
    {
        if (r is Num b && b.Value != 0) return l is Num a ? new Num(a.Value / b.Value) : MakeMul(new Num(1 / b.Value), l);
        if (l is Num { Value: 0 }) return Zero;
        switch (r)
        {
            case Neg n: return MakeNeg(MakeDiv(l, n.Operand));
            case Div n: return MakeDiv(MakeMul(l, n.Right), n.Left);
        }

        switch (l)
        {
            case Neg n: return MakeNeg(MakeDiv(n.Operand, r));
            case Div n: return MakeDiv(n.Left, MakeMul(n.Right, r));
        }

        if (Same(l, r)) return One;
        return old is not null && ReferenceEquals(old.Left, l) && ReferenceEquals(old.Right, r) ? old : new Div(l, r);
    }

    private static Expr MakePow(Expr x, Expr y, Pow? old = null)
    {
        if (y is Num b)
        {
            if (x is Num { Value: > 0 } a) return new Num(Math.Pow(a.Value, b.Value));
            if (b.Value == 0) return One;
            if (b.Value == 1) return x;
            if (x is Pow { Exponent: Num c } n && double.IsInteger(b.Value)) return MakePow(n.Base, new Num(c.Value * b.Value));
        }

        if (x is Exp e) return MakeExp(MakeMul(e.Operand, y));
        return old is not null && ReferenceEquals(old.Base, x) && ReferenceEquals(old.Exponent, y) ? old : new Pow(x, y);
    }

    private static Expr MakeSqrt(Expr x, Sqrt? old = null)
    {
        if (x is Num { Value: >= 0 } a) return new Num(Math.Sqrt(a.Value));
        return old is not null && ReferenceEquals(old.Operand, x) ? old : new Sqrt(x);
    }

    private static Expr MakeExp(Expr x, Exp? old = null) => x switch
    {
        Num { Value: 0 } => One,
        Log n => n.Operand,
        _ => old is not null && ReferenceEquals(old.Operand, x) ? old : new Exp(x),
    };

    private static Expr MakeLog(Expr x, Log? old = null) => x switch
    {
        Exp n => n.Operand,
        Pow { Exponent: Num a } n => MakeMul(a, MakeLog(n.Base)),
        _ => old is not null && ReferenceEquals(old.Operand, x) ? old : new Log(x),
    };

    /// <summary>True if both expressions have the same structure; numbers are compared by their bits, and all NaNs are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(Expr x, Expr y) => ReferenceEquals(x, y) || (x.GetType() == y.GetType() && SameParts(x, y));

    private static bool SameParts(Expr x, Expr y)
    {
        return x switch
        {
            Var a => y is Var b && a.Name == b.Name,
            Num a => y is Num b && SameNumber(a.Value, b.Value),
            Add a => y is Add b && Same(a.Left, b.Left) && Same(a.Right, b.Right),
            Mul a => y is Mul b && Same(a.Left, b.Left) && Same(a.Right, b.Right),
            Sub a => y is Sub b && Same(a.Left, b.Left) && Same(a.Right, b.Right),
            Div a => y is Div b && Same(a.Left, b.Left) && Same(a.Right, b.Right),
            Pow a => y is Pow b && Same(a.Base, b.Base) && Same(a.Exponent, b.Exponent),
            Neg a => y is Neg b && Same(a.Operand, b.Operand),
            Sqrt a => y is Sqrt b && Same(a.Operand, b.Operand),
            Exp a => y is Exp b && Same(a.Operand, b.Operand),
            Log a => y is Log b && Same(a.Operand, b.Operand),
            _ => throw new ArgumentException("Unknown expression.", nameof(x)),
        };
    }

    private static bool SameNumber(double a, double b)
        => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

    /// <summary>Visits every node, as any pass that keeps unchanged nodes must, and has no rules.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Expr Walk(Expr e) => e is Var ? e : WalkNode(e);

    private static Expr WalkNode(Expr e)
    {
        switch (e)
        {
            case Num:
                return e;
            case Add n:
            {
                Expr l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Add(l, r);
            }
            case Mul n:
            {
                Expr l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Mul(l, r);
            }
            case Sub n:
            {
                Expr l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Sub(l, r);
            }
            case Div n:
            {
                Expr l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Div(l, r);
            }
            case Pow n:
            {
                Expr l = Walk(n.Base), r = Walk(n.Exponent);
                return ReferenceEquals(l, n.Base) && ReferenceEquals(r, n.Exponent) ? n : new Pow(l, r);
            }
            case Neg n:
                return Walk(n.Operand) is var a && ReferenceEquals(a, n.Operand) ? n : new Neg(a);
            case Sqrt n:
                return Walk(n.Operand) is var b && ReferenceEquals(b, n.Operand) ? n : new Sqrt(b);
            case Exp n:
                return Walk(n.Operand) is var c && ReferenceEquals(c, n.Operand) ? n : new Exp(c);
            case Log n:
                return Walk(n.Operand) is var d && ReferenceEquals(d, n.Operand) ? n : new Log(d);
            default:
                throw new ArgumentException("Unknown expression.", nameof(e));
        }
    }
}
