using System;
using System.Linq;

namespace Rewright.Switch.Words;

/// <summary>Random words.</summary>
public static class WordTrees
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"v{i}"))];
    private static readonly long[] Constants = [0, 0, 1, 1, -1, 2, 3, 7, 8, 63, 255, 65535, 4294967295, -8, long.MinValue, long.MaxValue];

    /// <summary>A word with so many nodes. No object stands in it twice.</summary>
    public static Word Make(Random random, int size, Mix mix) => mix == Mix.Much ? Busy(random, size) : Quiet(random, size);

    private static Word Busy(Random random, int size)
    {
        if (size == 1)
            return random.Next(5) < 2 ? new Const(Constants[random.Next(Constants.Length)]) : new Var(Names[random.Next(6)]);
        if (size == 2 || random.Next(8) == 0) return BusyUnary(random, Busy(random, size - 1));
        if (size >= 4 && random.Next(16) == 0)
        {
            int third = (size - 1) / 3;
            return new Select(Busy(random, third), Busy(random, third), Busy(random, size - 1 - 2 * third));
        }

        bool areTwins = size % 2 == 1 && random.Next(6) == 0;
        int left = areTwins ? size / 2 : RandomTrees.LeftSize(random, size - 1), right = size - 1 - left;
        if (!areTwins) return BusyBinary(random, Busy(random, left), Busy(random, right));
        int seed = random.Next();
        return BusyBinary(random, Busy(new Random(seed), left), Busy(new Random(seed), right));
    }

    private static Word BusyUnary(Random random, Word x) => random.Next(6) switch
    {
        0 => new Neg(x),
        1 or 2 => new Not(x),
        3 => new Zext(x, 8 << random.Next(3)),
        4 => new Sext(x, 8 << random.Next(3)),
        _ => new Load(x, 8 << random.Next(4)),
    };

    private static Word BusyBinary(Random random, Word l, Word r) => random.Next(24) switch
    {
        0 or 1 or 2 or 3 => new Add(l, r),
        4 or 5 => new Sub(l, r),
        6 or 7 => new Mul(l, r),
        8 or 9 => new And(l, r),
        10 or 11 => new Or(l, r),
        12 or 13 => new Xor(l, r),
        14 => new Shl(l, r),
        15 => new Shr(l, r),
        16 => new Sar(l, r),
        17 => new Eq(l, r),
        18 => new Ne(l, r),
        19 => new Lt(l, r),
        20 => new Le(l, r),
        21 => new Min(l, r),
        22 => new Max(l, r),
        _ => random.Next(2) == 0 ? new Div(l, r) : new Rem(l, r),
    };

    private static Word Quiet(Random random, int size)
    {
        if (size == 1) return new Var(Names[random.Next(Names.Length)]);
        if (size == 2) return new Load(Quiet(random, 1), 64);
        if (size >= 4 && random.Next(8) == 0) return new Load(new Add(Quiet(random, size - 3), new Const(8 * random.Next(1, 20))), 64);
        if (size >= 7 && random.Next(16) == 0)
        {
            int quarter = (size - 2) / 4;
            var condition = new Lt(Quiet(random, quarter), Quiet(random, quarter));
            return new Select(condition, Quiet(random, quarter), Quiet(random, size - 2 - 3 * quarter));
        }

        int left = RandomTrees.LeftSize(random, size - 1);
        Word l = Quiet(random, left), r = Quiet(random, size - 1 - left);
        return random.Next(12) switch
        {
            0 or 1 or 2 => new Add(l, r),
            3 or 4 => new Sub(l, r),
            5 => new Mul(l, r),
            6 or 7 => new And(l, r),
            8 => new Or(l, r),
            9 => new Xor(l, r),
            10 => new Shl(l, r),
            _ => new Shr(l, r),
        };
    }
}
