using System;
using System.Globalization;
using System.Numerics;

namespace Rewright.Quantum;

// Proofs compute with it too, so it is below circuits; its name has users, so the namespace stays.
/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    // So that default is 0/1.
    private readonly BigInteger _denominatorLessOne;

    /// <summary>A fraction.</summary>
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

    /// <summary>Numerator, with the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>Denominator, positive.</summary>
    public BigInteger Denominator => _denominatorLessOne + BigInteger.One;

    /// <summary>True for 0.</summary>
    public bool IsZero => Numerator.IsZero;

    /// <summary>True for an integer.</summary>
    public bool IsInteger => _denominatorLessOne.IsZero;

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>The largest integer that is not greater.</summary>
    public BigInteger Floor => BigInteger.DivRem(Numerator, Denominator, out var rest) - (rest.Sign < 0 ? 1 : 0);

    /// <summary>An integer.</summary>
    public static implicit operator Rational(int value) => new(new BigInteger(value));

    /// <summary>An integer.</summary>
    public static implicit operator Rational(BigInteger value) => new(value);

    /// <summary>Exactly the value of a finite double.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
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

    /// <summary>The nearest double, or one beside it.</summary>
    public double ToDouble()
    {
        // What does not fit a double on its own loses its common size first.
        var (numerator, denominator) = (Numerator, Denominator);
        int excess = (int)Math.Max(BigInteger.Log(BigInteger.Abs(numerator) + 1, 2), BigInteger.Log(denominator, 2)) - 1000;
        if (excess <= 0) return (double)numerator / (double)denominator;
        return (double)(numerator >> excess) / (double)(denominator >> excess);
    }

    /// <summary>Sum.</summary>
    public static Rational operator +(Rational a, Rational b) => a.IsInteger && b.IsInteger ? new(a.Numerator + b.Numerator)
        : new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    /// <summary>Difference.</summary>
    public static Rational operator -(Rational a, Rational b) => a + -b;

    /// <summary>Negation.</summary>
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    /// <summary>Product.</summary>
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>Quotient.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>Order.</summary>
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    /// <summary>Order.</summary>
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    /// <summary>Order.</summary>
    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    /// <summary>Order.</summary>
    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>Equality of values.</summary>
    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    /// <summary>Equality of values.</summary>
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    /// <summary>What is left of this above a multiple of <paramref name="period"/>: at least 0, less than the period.</summary>
    public Rational Modulo(Rational period) => this - period * (this / period).Floor;

    /// <summary>The square root where it is a fraction, else null.</summary>
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
