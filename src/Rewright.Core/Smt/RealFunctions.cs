using System.Linq;
using System.Numerics;
using Rewright.Quantum;

namespace Rewright.Smt;

/// <summary>Real functions for which SMT-LIB has no name.</summary>
internal static class RealFunctions
{
    private const int MaxExponent = 8;

    /// <summary>The square or cube root, defined by its equation; the square root of a negative number is arbitrary.</summary>
    public static SmtTerm Root(SmtScript s, SmtTerm x, int degree)
    {
        var root = s.Function(degree == 2 ? "root2" : "cbrt", x.Carrier, x);
        var zero = SmtScript.Value((Rational)0, x.Carrier);
        if (degree == 2)
        {
            s.Assert(s.Implies(s.Call(BoolCarrier.Only, ">=", x, zero),
                s.And(s.Equal(s.Call(x.Carrier, "*", root, root), x), s.Call(BoolCarrier.Only, ">=", root, zero))));
        }
        else
        {
            s.Assert(s.Equal(s.Call(x.Carrier, "*", root, root, root), x));
        }

        return root;
    }

    /// <summary>A power whose exponent is written as a small number, or as a number of halves or thirds; null for others.</summary>
    public static SmtTerm? Power(SmtScript s, SmtTerm x, SmtTerm exponent)
    {
        if (SmtScript.NumberOf(exponent) is not Rational number || BigInteger.Abs(number.Numerator) > MaxExponent || number.Denominator > 3)
            return null;
        var one = SmtScript.Value((Rational)1, x.Carrier);
        var factor = number.IsInteger ? x : Root(s, x, (int)number.Denominator);
        int n = (int)BigInteger.Abs(number.Numerator);
        var power = n switch { 0 => one, 1 => factor, _ => s.Call(x.Carrier, "*", Enumerable.Repeat(factor, n).ToArray()) };
        return number.Sign < 0 ? s.Call(x.Carrier, "/", one, power) : power;
    }

    public static Rational? CubeRoot(Rational x)
    {
        if (x.Sign < 0) return CubeRoot(-x) is { } root ? -root : null;
        return Root(x.Numerator) is { } n && Root(x.Denominator) is { } d ? new Rational(n, d) : null;

        static BigInteger? Root(BigInteger cube)
        {
            BigInteger low = 0, high = BigInteger.One << (cube.ToByteArray().Length * 8 / 3 + 1);
            while (low < high)
            {
                var middle = (low + high) >> 1;
                if (middle * middle * middle < cube) low = middle + 1;
                else high = middle;
            }

            return low * low * low == cube ? low : null;
        }
    }

    public static object Power(Rational x, Rational exponent)
    {
        if (BigInteger.Abs(exponent.Numerator) > 64 || x.Sign == 0 && exponent.Sign <= 0 || x.Sign < 0 && !exponent.IsInteger)
            throw new NotComputableException("pow");
        var factor = exponent.IsInteger ? x : exponent.Denominator == 2 ? x.SquareRoot() : exponent.Denominator == 3 ? CubeRoot(x) : null;
        if (factor is not { } known) throw new NotComputableException("pow");
        int n = (int)BigInteger.Abs(exponent.Numerator);
        var power = new Rational(BigInteger.Pow(known.Numerator, n), BigInteger.Pow(known.Denominator, n));
        return exponent.Sign < 0 ? 1 / power : power;
    }
}
