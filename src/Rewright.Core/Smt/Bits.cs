using System.Numerics;

namespace Rewright.Smt;

/// <summary>Numbers in the role of bit vectors.</summary>
internal static class Bits
{
    /// <summary>The low bits of a number, as a non-negative number.</summary>
    public static BigInteger Wrap(BigInteger value, int width) => value & Ones(width);

    /// <summary>The value of bits in two's complement.</summary>
    public static BigInteger Signed(BigInteger value, int width) => value >> (width - 1) == 1 ? value - (BigInteger.One << width) : value;

    /// <summary>The number with all bits set.</summary>
    public static BigInteger Ones(int width) => (BigInteger.One << width) - 1;

    /// <summary>The number of set bits.</summary>
    public static int Count(BigInteger value)
    {
        int count = 0;
        for (; !value.IsZero; value &= value - 1) count++;
        return count;
    }

    /// <summary>The number of bits up to the highest set bit.</summary>
    public static int Length(BigInteger value)
    {
        int length = 0;
        for (; !value.IsZero; value >>= 1) length++;
        return length;
    }
}
