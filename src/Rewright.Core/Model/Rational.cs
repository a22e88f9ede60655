using System;
using System.Globalization;
using System.Numerics;

namespace Rewright.Quantum;

// Proofs use it too, so it is in a layer below circuits. Users know it by this namespace, so the namespace stays.
/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    // Stored minus one, so that default is 0/1.
    private readonly BigInteger _denominatorLessOne;

    /// <summary>Makes a fraction.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new DivideByZeroException();
        if (denominator.IsOne)
        {
            Numerator = numerator;
            return;
        }

        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator.Sign < 0) divisor = -divisor;
        Numerator = numerator / divisor;
        _denominatorLessOne = denominator / divisor - BigInteger.One;
    }

    private Rational(BigInteger integer) => Numerator = integer;

    /// <summary>The numerator, with the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator, which is positive.</summary>
    public BigInteger Denominator => _denominatorLessOne + BigInteger.One;

    /// <summary>True for 0.</summary>
    public bool IsZero => Numerator.IsZero;

    /// <summary>True for an integer.</summary>
    public bool IsInteger => _denominatorLessOne.IsZero;

    /// <summary>The sign: -1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>The largest integer that is not greater than this.</summary>
    public BigInteger Floor => BigInteger.DivRem(Numerator, Denominator, out var rest) - (rest.Sign < 0 ? 1 : 0);

    /// <summary>Converts an integer.</summary>
    public static implicit operator Rational(int value) => new(new BigInteger(value));

    /// <summary>Converts an integer.</summary>
    public static implicit operator Rational(BigInteger value) => new(value);

    /// <summary>The exact value of a finite double.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The double is not finite.</exception>
    public static Rational FromDouble(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value)) throw new ArgumentOutOfRangeException(nameof(value));
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52 & 0x7FF);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent++;
        else mantissa |= 1L << 52;
        if (bits < 0) mantissa = -mantissa;
        exponent -= 1075;
        return exponent >= 0 ? new Rational(mantissa * BigInteger.Pow(2, exponent)) : new Rational(mantissa, BigInteger.Pow(2, -exponent));
    }

    /// <summary>The nearest double, or one next to it.</summary>
    public double ToDouble()
    {
        // Numerators and denominators too large for a double are first shortened by the same number of bits.
        var (numerator, denominator) = (Numerator, Denominator);
        int excess = (int)Math.Max(BigInteger.Log(BigInteger.Abs(numerator) + 1, 2), BigInteger.Log(denominator, 2)) - 1000;
        if (excess <= 0) return (double)numerator / (double)denominator;
        return (double)(numerator >> excess) / (double)(denominator >> excess);
    }

    /// <summary>The sum.</summary>
    public static Rational operator +(Rational a, Rational b) => a.IsInteger && b.IsInteger ? new(a.Numerator + b.Numerator)
        : new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    /// <summary>The difference.</summary>
    public static Rational operator -(Rational a, Rational b) => a + -b;

    /// <summary>The negation.</summary>
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    /// <summary>The product.</summary>
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>The quotient.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>Compares values.</summary>
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    /// <summary>Compares values.</summary>
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    /// <summary>Compares values.</summary>
    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    /// <summary>Compares values.</summary>
    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>True if the values are equal.</summary>
    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    /// <summary>True if the values differ.</summary>
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    /// <summary>The remainder modulo <paramref name="period"/>: at least 0 and less than the period.</summary>
    public Rational Modulo(Rational period) => this - period * (this / period).Floor;

    /// <summary>The square root if it is a fraction; otherwise null.</summary>
    public Rational? SquareRoot()
        => Sign >= 0 && Root(Numerator) is { } numerator
        && Root(Denominator) is { } denominator ? new Rational(numerator, denominator) : null;

    /// <inheritdoc/>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <inheritdoc/>
    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorLessOne == other._denominatorLessOne;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked(Numerator.GetHashCode() * 31 + _denominatorLessOne.GetHashCode());

    /// <summary><c>3</c> or <c>-3/4</c>.</summary>
    public override string ToString()
        => Numerator.ToString(CultureInfo.InvariantCulture) + (IsInteger ? "" : "/" + Denominator.ToString(CultureInfo.InvariantCulture));

    // Newton's iteration from above.
    private static BigInteger? Root(BigInteger square)
    {
        if (square.IsZero) return square;
        var root = BigInteger.One << (square.ToByteArray().Length * 4 + 1);
        while (true)
        {
            var next = (root + square / root) >> 1;
            if (next >= root) return root * root == square ? root : null;
            root = next;
        }
    }
}
