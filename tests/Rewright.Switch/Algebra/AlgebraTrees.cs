using System;
using System.Linq;

namespace Rewright.Switch.Algebra;

/// <summary>Random expressions.</summary>
public static class AlgebraTrees
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"x{i}"))];
    private static readonly double[] Numbers = [0, 1, 2, -1, 3, 0.5, 10];

    /// <summary>An expression with so many nodes. No object stands in it twice.</summary>
    public static Expr Make(Random random, int size, Mix mix) => mix == Mix.Much ? Busy(random, size) : Quiet(random, size);

    private static Expr Busy(Random random, int size)
    {
        if (size == 1)
            return random.Next(5) < 2 ? new Num(Numbers[random.Next(Numbers.Length)]) : new Var(Names[random.Next(6)]);
        if (size == 2 || random.Next(8) == 0)
        {
            var operand = Busy(random, size - 1);
            return random.Next(6) switch
            {
                0 => new Sqrt(operand),
                1 => new Exp(operand),
                2 => new Log(operand),
                _ => new Neg(operand),
            };
        }

        bool areTwins = size % 2 == 1 && random.Next(6) == 0;
        int left = areTwins ? size / 2 : RandomTrees.LeftSize(random, size - 1), right = size - 1 - left;
        Expr l, r;
        if (areTwins)
        {
            int seed = random.Next();
            (l, r) = (Busy(new Random(seed), left), Busy(new Random(seed), right));
        }
        else
        {
            (l, r) = (Busy(random, left), Busy(random, right));
        }

        return random.Next(10) switch
        {
            0 or 1 or 2 => new Add(l, r),
            3 or 4 => new Sub(l, r),
            5 or 6 or 7 => new Mul(l, r),
            8 => new Div(l, r),
            _ => new Pow(l, r),
        };
    }

    private static Expr Quiet(Random random, int size)
    {
        if (size == 1) return new Var(Names[random.Next(Names.Length)]);
        if (size == 2 || random.Next(12) == 0) return new Sqrt(Quiet(random, size - 1));
        int left = RandomTrees.LeftSize(random, size - 1), right = size - 1 - left;
        if (right == 1 && random.Next(8) == 0) return new Add(Quiet(random, left), new Num(Numbers[random.Next(4, Numbers.Length)]));
        Expr l = Quiet(random, left), r = Quiet(random, right);
        return random.Next(8) switch
        {
            0 or 1 or 2 => new Add(l, r),
            3 => new Sub(l, r),
            4 or 5 => new Mul(l, r),
            6 => new Pow(l, r),
            _ => l is Div || r is Div ? new Mul(l, r) : new Div(l, r),
        };
    }
}
