using System;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Rewright.Heap;

/// <summary>Arithmetic on integers of millions of digits. It checks the limits between partial results.</summary>
/// <remarks>
/// The functions of .NET cannot be interrupted and take seconds or hours on such integers. These functions divide their operands until .NET
/// needs only milliseconds for each part. Without limits to check, the .NET functions are just as good and simpler. The time is
/// proportional to that of multiplication, except for the greatest common divisor, which is quadratic, as it is in .NET.
/// </remarks>
internal static class LargeIntegers
{
    // This many 32-bit multiplications, counted as Karatsuba does, take about ten milliseconds.
    private const double QuickWork = 4e6;
    private const long QuickGcdBits = 1 << 16;
    private const int QuickDigits = 20_000;

    /// <summary>The product.</summary>
    public static BigInteger Multiply(BigInteger x, BigInteger y, LimitWatch watch)
    {
        if (IsQuick(x, y) || !watch.CanInterrupt) return x * y;
        var product = MultiplyMagnitudes(BigInteger.Abs(x), BigInteger.Abs(y), watch);
        return x.Sign == y.Sign ? product : -product;
    }

    /// <summary>The power for a non-negative exponent.</summary>
    public static BigInteger Power(BigInteger x, int exponent, LimitWatch watch)
    {
        if (exponent < 0 || !watch.CanInterrupt) return BigInteger.Pow(x, exponent);
        var power = BigInteger.One;
        for (int bit = 31; bit >= 0; bit--)
        {
            power = Multiply(power, power, watch);
            if ((exponent >> bit & 1) != 0) power = Multiply(power, x, watch);
        }

        return power;
    }

    /// <summary>The quotient and remainder as C# defines them.</summary>
    public static (BigInteger Quotient, BigInteger Remainder) Divide(BigInteger x, BigInteger y, LimitWatch watch)
    {
        if (IsQuick(x, y) || !watch.CanInterrupt) return BigInteger.DivRem(x, y);
        var (quotient, remainder) = DivideMagnitudes(BigInteger.Abs(x), BigInteger.Abs(y), watch);
        return (x.Sign == y.Sign ? quotient : -quotient, x.Sign < 0 ? -remainder : remainder);
    }

    /// <summary>The greatest common divisor.</summary>
    /// <remarks>Lehmer's algorithm (Knuth, The Art of Computer Programming, volume 2, 4.5.2, algorithm L) with 62 leading bits.</remarks>
    public static BigInteger Gcd(BigInteger x, BigInteger y, LimitWatch watch)
    {
        (x, y) = (BigInteger.Abs(x), BigInteger.Abs(y));
        if (x < y) (x, y) = (y, x);
        while (watch.CanInterrupt && y.GetBitLength() > QuickGcdBits)
        {
            watch.Check();
            long shift = x.GetBitLength() - 62;
            var (a, b, c, d) = Cofactors((long)(x >> (int)shift), (long)(y >> (int)shift));
            if (b == 0) (x, y) = (y, Divide(x, y, watch).Remainder);
            else (x, y) = ((a * x) + (b * y), (c * x) + (d * y));
        }

        return BigInteger.GreatestCommonDivisor(x, y);
    }

    /// <summary>Writes an integer in decimal digits.</summary>
    public static string ToText(BigInteger value, LimitWatch watch)
    {
        if (DigitsOf(value) <= QuickDigits || !watch.CanInterrupt) return value.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder(value.Sign < 0 ? "-" : "");
        Append(text, BigInteger.Abs(value), 0, watch);
        return text.ToString();
    }

    /// <summary>Reads an integer from decimal digits with or without a sign.</summary>
    /// <exception cref="FormatException">The text is not an integer.</exception>
    public static BigInteger Parse(ReadOnlySpan<char> digits, LimitWatch watch)
    {
        if (digits.Length <= QuickDigits || !watch.CanInterrupt)
            return BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (digits[0] == '-') return -Parse(digits[1..], watch);
        int low = digits.Length / 2;
        var high = Parse(digits[..^low], watch);
        return Multiply(high, Power(10, low, watch), watch) + Parse(digits[^low..], watch);
    }

    /// <summary>The approximate number of decimal digits of an integer.</summary>
    public static double DigitsOf(BigInteger value) => value.GetBitLength() * 0.30103;

    private static bool IsQuick(BigInteger x, BigInteger y)
    {
        double words = x.GetBitLength() / 32.0, others = y.GetBitLength() / 32.0;
        return Math.Max(words, others) * Math.Pow(Math.Min(words, others) + 1, 0.585) < QuickWork;
    }

    private static BigInteger MultiplyMagnitudes(BigInteger x, BigInteger y, LimitWatch watch)
    {
        if (IsQuick(x, y)) return x * y;
        watch.Check();
        if (x < y) (x, y) = (y, x);
        int half = (int)((x.GetBitLength() + 1) / 2);
        var (high, low) = Split(x, half);
        if (y.GetBitLength() <= half) return (MultiplyMagnitudes(high, y, watch) << half) + MultiplyMagnitudes(low, y, watch);
        // Karatsuba.
        var (otherHigh, otherLow) = Split(y, half);
        var top = MultiplyMagnitudes(high, otherHigh, watch);
        var bottom = MultiplyMagnitudes(low, otherLow, watch);
        var middle = MultiplyMagnitudes(high + low, otherHigh + otherLow, watch) - top - bottom;
        return (((top << half) + middle) << half) + bottom;
    }

    // A long quotient is computed in two halves. A short one is the quotient of the leading bits, after a few corrections.
    private static (BigInteger Quotient, BigInteger Remainder) DivideMagnitudes(BigInteger x, BigInteger y, LimitWatch watch)
    {
        if (x < y) return (BigInteger.Zero, x);
        if (IsQuick(x, y)) return BigInteger.DivRem(x, y);
        watch.Check();
        long length = y.GetBitLength();
        int bits = (int)(x.GetBitLength() - length + 1);
        if (bits > length / 2)
        {
            int half = bits / 2;
            var (high, low) = Split(x, half);
            var (first, rest) = DivideMagnitudes(high, y, watch);
            var (second, remainder) = DivideMagnitudes((rest << half) + low, y, watch);
            return ((first << half) + second, remainder);
        }

        int dropped = (int)length - bits - 8;
        if (dropped <= 0) return BigInteger.DivRem(x, y);
        var quotient = DivideMagnitudes(x >> dropped, y >> dropped, watch).Quotient;
        var left = x - MultiplyMagnitudes(quotient, y, watch);
        for (; left.Sign < 0; left += y) quotient--;
        for (; left >= y; left -= y) quotient++;
        return (quotient, left);
    }

    private static (BigInteger High, BigInteger Low) Split(BigInteger value, int bits)
    {
        var high = value >> bits;
        return (high, value - (high << bits));
    }

    // Takes the steps of Euclid's algorithm on the leading bits, for as long as the whole numbers would take the same steps.
    private static (long A, long B, long C, long D) Cofactors(long x, long y)
    {
        long a = 1, b = 0, c = 0, d = 1;
        while (y + c != 0 && y + d != 0)
        {
            long quotient = (x + a) / (y + c);
            // Stop before the cofactors exceed 62 bits.
            if (quotient != (x + b) / (y + d) || quotient > 1L << 31) break;
            (a, c) = (c, a - (quotient * c));
            (b, d) = (d, b - (quotient * d));
            (x, y) = (y, x - (quotient * y));
            if (Math.Max(Math.Abs(c), Math.Abs(d)) > 1L << 30) break;
        }

        return (a, b, c, d);
    }

    // Pads each part with zeros to this number of digits; 0 for the first part.
    private static void Append(StringBuilder text, BigInteger value, int digits, LimitWatch watch)
    {
        if (Math.Max(digits, DigitsOf(value)) <= QuickDigits)
        {
            text.Append(value.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'));
            return;
        }

        watch.Check();
        int low = (int)Math.Max(digits, DigitsOf(value)) / 2;
        var (quotient, remainder) = Divide(value, Power(10, low, watch), watch);
        Append(text, quotient, digits == 0 ? 0 : digits - low, watch);
        Append(text, remainder, low, watch);
    }
}
