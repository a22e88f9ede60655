using System;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Simplify.Expressions;

/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
public readonly partial struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    /// <summary>The largest decimal or binary exponent read in a number: well beyond every floating-point format,
    /// and small enough that a short text cannot ask for gigabytes of digits.</summary>
    public const int MaxExponent = 100_000;

    private readonly BigInteger _denominatorLessOne; // so that default(Rational) is 0/1

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new DivideByZeroException();
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominatorLessOne = denominator / divisor - 1;
    }

    private Rational(BigInteger integer) => Numerator = integer;

    public static Rational Zero => default;
    public static Rational One => new(BigInteger.One);

    public BigInteger Numerator { get; }
    public BigInteger Denominator => _denominatorLessOne + 1;
    public int Sign => Numerator.Sign;
    public bool IsInteger => _denominatorLessOne.IsZero;

    /// <summary>How many bits it takes to write this number down, sign apart.</summary>
    public long BitLength => (long)BigInteger.Abs(Numerator).GetBitLength() + (long)Denominator.GetBitLength();

    public static implicit operator Rational(int value) => new(value);
    public static implicit operator Rational(BigInteger value) => new(value);

    public static Rational operator +(Rational a, Rational b) => a.IsInteger && b.IsInteger
        ? new Rational(a.Numerator + b.Numerator)
        : new Rational(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static bool operator ==(Rational a, Rational b) => a.Equals(b);
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;
    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    public static Rational Abs(Rational a) => a.Sign < 0 ? -a : a;
    public static Rational Min(Rational a, Rational b) => a <= b ? a : b;
    public static Rational Max(Rational a, Rational b) => a >= b ? a : b;

    public static Rational Floor(Rational a) => Floor(a.Numerator, a.Denominator, out _);

    /// <summary>The largest integer up to a quotient, whose denominator is positive.</summary>
    public static BigInteger Floor(BigInteger numerator, BigInteger denominator, out bool isExact)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        isExact = remainder.IsZero;
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    public static Rational Ceiling(Rational a) => -Floor(-a);
    public static Rational Truncate(Rational a) => a.Numerator / a.Denominator;

    /// <summary>To the nearest integer; halves go away from zero.</summary>
    public static Rational Round(Rational a) => a.Sign < 0 ? -Round(-a) : Floor(a + new Rational(1, 2));

    /// <summary>To the nearest integer; halves go to the even one.</summary>
    public static Rational RoundToEven(Rational a)
    {
        Rational rounded = Round(a);
        bool half = Abs(rounded - a) == new Rational(1, 2);
        return half && !rounded.Numerator.IsEven ? rounded - a.Sign : rounded;
    }

    /// <exception cref="DivideByZeroException">Zero to a negative power.</exception>
    public static Rational Pow(Rational a, int exponent) => exponent >= 0
        ? new(BigInteger.Pow(a.Numerator, exponent), BigInteger.Pow(a.Denominator, exponent))
        : One / Pow(a, -exponent);

    /// <summary>The exact value of a finite double.</summary>
    public static Rational FromDouble(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value));
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        long fraction = bits & ((1L << 52) - 1);
        long significand = exponent == 0 ? fraction : fraction | (1L << 52);
        return new Rational(bits < 0 ? -significand : significand) * Power(2, Math.Max(exponent, 1) - 1075);
    }

    /// <summary>The double nearest to this number, but for near ties.</summary>
    public double ToDouble()
    {
        // The quotient gets 62 or 63 bits: more than a double holds, and rounded to one only once.
        int scale = 62 + (int)Denominator.GetBitLength() - (int)BigInteger.Abs(Numerator).GetBitLength();
        BigInteger quotient = (Numerator << Math.Max(scale, 0)) / (Denominator << Math.Max(-scale, 0));
        return Math.ScaleB((double)(long)quotient, -scale);
    }

    /// <summary>Reads <c>-1.5</c>, <c>6.02e23</c>, <c>2/3</c> and <c>0x1.8p-3</c>, exactly. As in Scheme, the letter
    /// before a decimal exponent can name a precision (<c>1f0</c>), which says nothing about the value.</summary>
    public static bool TryParse(string text, out Rational value)
    {
        value = default;
        if (FractionFormat().Match(text) is { Success: true } fraction)
        {
            BigInteger denominator = ParseDigits(fraction.Groups["denominator"].Value, 10);
            if (denominator.IsZero)
                return false;
            value = new Rational(ParseDigits(fraction.Groups["numerator"].Value, 10), denominator);
            value = fraction.Groups["sign"].Value == "-" ? -value : value;
            return true;
        }
        return TryParsePositional(DecimalFormat().Match(text), 10, 10, 1, out value)
            || TryParsePositional(HexadecimalFormat().Match(text), 16, 2, 4, out value);
    }

    /// <summary>Decimal where that is finite, otherwise a fraction; what <see cref="TryParse"/> reads back as the same number.</summary>
    public override string ToString()
    {
        if (IsInteger)
            return WriteDecimal(Numerator, 0);

        int twos = (int)BigInteger.TrailingZeroCount(Denominator);
        BigInteger odd = Denominator >> twos;
        int fives = (int)Math.Round(BigInteger.Log(odd) / Math.Log(5));
        if (BigInteger.Pow(5, fives) != odd)
            return string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
        int digits = Math.Max(twos, fives);
        return WriteDecimal(Numerator * BigInteger.Pow(10, digits) / Denominator, -digits);
    }

    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorLessOne == other._denominatorLessOne;
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Numerator, _denominatorLessOne);

    public int CompareTo(Rational other) => IsInteger && other.IsInteger
        ? Numerator.CompareTo(other.Numerator)
        : (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>A power of an integer, with a negative exponent too.</summary>
    public static Rational Power(int radix, int exponent) => exponent >= 0
        ? BigInteger.Pow(radix, exponent)
        : new Rational(1, BigInteger.Pow(radix, -exponent));

    private static bool TryParsePositional(Match match, int radix, int exponentRadix, int exponentPerDigit, out Rational value)
    {
        value = default;
        if (!match.Success)
            return false;
        string fraction = match.Groups["fraction"].Value;
        int exponent = 0;
        if (match.Groups["exponent"] is { Success: true } written
            && (!int.TryParse(written.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs((long)exponent) > MaxExponent))
            return false;
        Rational digits = ParseDigits(match.Groups["whole"].Value + fraction, radix);
        value = digits * Power(exponentRadix, exponent - exponentPerDigit * fraction.Length);
        value = match.Groups["sign"].Value == "-" ? -value : value;
        return true;
    }

    // The leading 0 keeps a hexadecimal number positive.
    private static BigInteger ParseDigits(string digits, int radix) => BigInteger.Parse(
        "0" + digits, radix == 16 ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Writes <paramref name="significand"/> times a power of ten: plainly if that is short, else with an exponent.</summary>
    private static string WriteDecimal(BigInteger significand, int exponent)
    {
        string sign = significand.Sign < 0 ? "-" : "";
        string digits = BigInteger.Abs(significand).ToString(CultureInfo.InvariantCulture);
        int point = digits.Length + exponent; // digits before the decimal point
        if (point is < -5 or > 21)
        {
            digits = digits.TrimEnd('0');
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{point - 1}");
        }
        if (exponent == 0)
            return sign + digits;
        return point > 0
            ? $"{sign}{digits[..point]}.{digits[point..]}"
            : $"{sign}0.{new string('0', -point)}{digits}";
    }

    [GeneratedRegex(@"^(?<sign>[+-]?)(?<numerator>[0-9]+)/(?<denominator>[0-9]+)\z")]
    private static partial Regex FractionFormat();

    [GeneratedRegex(@"^(?<sign>[+-]?)(?=\.?[0-9])(?<whole>[0-9]*)(\.(?<fraction>[0-9]*))?([eEfFdDsSlL](?<exponent>[+-]?[0-9]+))?\z")]
    private static partial Regex DecimalFormat();

    [GeneratedRegex(@"^(?<sign>[+-]?)0[xX](?=\.?[0-9a-fA-F])(?<whole>[0-9a-fA-F]*)(\.(?<fraction>[0-9a-fA-F]*))?([pP](?<exponent>[+-]?[0-9]+))?\z")]
    private static partial Regex HexadecimalFormat();
}
