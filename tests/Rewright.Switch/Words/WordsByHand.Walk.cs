using System;
using System.Runtime.CompilerServices;

namespace Rewright.Switch.Words;

public static partial class WordsByHand
{
    /// <summary>Visits every node, as any pass that keeps unchanged nodes must, and has no rules.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word Walk(Word word) => word is Var ? word : WalkNode(word);

    private static Word WalkNode(Word word)
    {
        switch (word)
        {
            case Const:
                return word;
            case Add n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Add(l, r);
            }
            case Sub n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Sub(l, r);
            }
            case And n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new And(l, r);
            }
            case Or n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Or(l, r);
            }
            case Xor n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Xor(l, r);
            }
            case Mul n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Mul(l, r);
            }
            case Shl n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Shl(l, r);
            }
            case Shr n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Shr(l, r);
            }
            case Load n:
            {
                var x = Walk(n.Address);
                return ReferenceEquals(x, n.Address) ? n : new Load(x, n.Bits);
            }
            case Zext n:
            {
                var x = Walk(n.Operand);
                return ReferenceEquals(x, n.Operand) ? n : new Zext(x, n.Bits);
            }
            case Eq n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Eq(l, r);
            }
            case Ne n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Ne(l, r);
            }
            case Lt n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Lt(l, r);
            }
            case Le n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Le(l, r);
            }
            case Select n:
            {
                Word c = Walk(n.Condition), x = Walk(n.Then), y = Walk(n.Else);
                return ReferenceEquals(c, n.Condition) && ReferenceEquals(x, n.Then) && ReferenceEquals(y, n.Else)
                    ? n : new Select(c, x, y);
            }
            case Sar n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Sar(l, r);
            }
            case Sext n:
            {
                var x = Walk(n.Operand);
                return ReferenceEquals(x, n.Operand) ? n : new Sext(x, n.Bits);
            }
            case Not n:
            {
                var x = Walk(n.Operand);
                return ReferenceEquals(x, n.Operand) ? n : new Not(x);
            }
            case Neg n:
            {
                var x = Walk(n.Operand);
                return ReferenceEquals(x, n.Operand) ? n : new Neg(x);
            }
            case Min n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Min(l, r);
            }
            case Max n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Max(l, r);
            }
            case Div n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Div(l, r);
            }
            case Rem n:
            {
                Word l = Walk(n.Left), r = Walk(n.Right);
                return ReferenceEquals(l, n.Left) && ReferenceEquals(r, n.Right) ? n : new Rem(l, r);
            }
            default:
                throw new ArgumentException("Unknown word.", nameof(word));
        }
    }
}
