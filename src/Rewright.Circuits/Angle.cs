using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A part of an angle that is not a multiple of pi.</summary>
/// <param name="Symbol">The name of a variable; empty for one radian.</param>
/// <param name="Factor">The factor; not 0.</param>
public sealed record AngleTerm(string Symbol, Rational Factor);

/// <summary>An exact angle: a rational multiple of pi, plus rational multiples of symbols, plus a part written as a double.</summary>
/// <remarks>
/// A double is a rational number of radians. One radian is not a rational multiple of pi, so it is kept as one more symbol: two angles are
/// equal as numbers if and only if they are equal here.
/// </remarks>
public sealed class Angle : IEquatable<Angle>
{
    // Pi to more digits than the exponent of any double requires. Two parts whose sum is closer to zero than this precision compare as
    // zero, but only in comparisons.
    private static readonly Rational PiDigits = new(
        BigInteger.Parse("314159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798",
        CultureInfo.InvariantCulture), BigInteger.Pow(10, 101));

    private int _hash;

    private Angle(Rational piMultiple, EquatableArray<AngleTerm> terms) => (PiMultiple, Terms) = (piMultiple, terms);

    /// <summary>No rotation.</summary>
    public static Angle Zero { get; } = new(0, EquatableArray<AngleTerm>.Empty);

    /// <summary>Half a turn.</summary>
    public static Angle Pi { get; } = new(1, EquatableArray<AngleTerm>.Empty);

    /// <summary>The part that is a multiple of pi.</summary>
    public Rational PiMultiple { get; }

    /// <summary>The other parts, in ordinal order of their symbols.</summary>
    public EquatableArray<AngleTerm> Terms { get; }

    /// <summary>True if the angle is a multiple of pi.</summary>
    public bool IsMultipleOfPi => Terms.Count == 0;

    /// <summary>True if the angle is 0.</summary>
    public bool IsZero => Terms.Count == 0 && PiMultiple.IsZero;

    /// <summary>True if the angle depends on no variable.</summary>
    public bool IsConstant => Terms.Count == 0 || Terms.Count == 1 && Terms[0].Symbol.Length == 0;

    /// <summary>A multiple of pi.</summary>
    public static Angle OfPi(Rational multiple) => multiple.IsZero ? Zero : new(multiple, EquatableArray<AngleTerm>.Empty);

    /// <summary>A variable.</summary>
    public static Angle Symbol(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new ArgumentException("A symbol has a name.", nameof(name));
        return new(0, EquatableArray.Of(new AngleTerm(name, 1)));
    }

    /// <summary>An exact number of radians.</summary>
    public static Angle OfRadians(Rational radians) => radians.IsZero ? Zero : new(0, EquatableArray.Of(new AngleTerm("", radians)));

    /// <summary>An angle given as a double.</summary>
    /// <remarks>
    /// No double is a multiple of pi, so the intended angle must be guessed. A double within 1e-15 (relative to itself, or absolute if it
    /// is smaller than one radian) of p/q * pi, with q up to 64 or a power of two up to 2^20, counts as that multiple. Any other double is
    /// taken exactly.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The double is not finite.</exception>
    public static Angle FromRadians(double radians)
    {
        var exact = Rational.FromDouble(radians);
        double turns = radians / Math.PI, tolerance = 1e-15 * Math.Max(1, Math.Abs(radians));
        if (Math.Abs(turns) < 1 << 20)
        {
            for (int q = 1; q <= 1 << 20; q = q < 64 ? q + 1 : q * 2)
            {
                double p = Math.Round(turns * q);
                if (p != 0 && Math.Abs(radians - p * Math.PI / q) <= tolerance) return OfPi(new Rational(new BigInteger(p), q));
            }
        }

        return OfRadians(exact);
    }

    /// <summary>Converts a double like <see cref="FromRadians"/>.</summary>
    public static implicit operator Angle(double radians) => FromRadians(radians);

    /// <summary>The sum.</summary>
    public static Angle operator +(Angle a, Angle b)
    {
        if (a.Terms.Count == 0 && b.Terms.Count == 0) return OfPi(a.PiMultiple + b.PiMultiple);
        return a.IsZero ? b : b.IsZero ? a : new(a.PiMultiple + b.PiMultiple, Merge(a.Terms, b.Terms));
    }

    /// <summary>The difference.</summary>
    public static Angle operator -(Angle a, Angle b) => a + -b;

    /// <summary>The negation.</summary>
    public static Angle operator -(Angle a) => a * -1;

    /// <summary>The multiple.</summary>
    public static Angle operator *(Angle a, Rational factor)
        => factor.IsZero ? Zero
            : new(a.PiMultiple * factor, a.Terms.Select(t => new AngleTerm(t.Symbol, t.Factor * factor)).ToEquatableArray());

    /// <summary>The multiple.</summary>
    public static Angle operator *(Rational factor, Angle a) => a * factor;

    /// <summary>The multiple.</summary>
    public static Angle operator *(int factor, Angle a) => a * factor;

    /// <summary>The quotient.</summary>
    public static Angle operator /(Angle a, Rational divisor) => a * (1 / divisor);

    /// <summary>The quotient.</summary>
    public static Angle operator /(Angle a, int divisor) => a * new Rational(1, divisor);

    /// <summary>True if the angles are equal as numbers; a variable is equal only to itself.</summary>
    public static bool operator ==(Angle? a, Angle? b) => a is null ? b is null : a.Equals(b);

    /// <summary>True if the angles differ.</summary>
    public static bool operator !=(Angle? a, Angle? b) => !(a == b);

    /// <summary>Compares constants.</summary>
    public static bool operator <(Angle a, Angle b) => (a - b).Sign < 0;

    /// <summary>Compares constants.</summary>
    public static bool operator >(Angle a, Angle b) => (a - b).Sign > 0;

    /// <summary>Compares constants.</summary>
    public static bool operator <=(Angle a, Angle b) => (a - b).Sign <= 0;

    /// <summary>Compares constants.</summary>
    public static bool operator >=(Angle a, Angle b) => (a - b).Sign >= 0;

    /// <summary>
    /// The remainder of the division of two constants. As with numbers, it has the sign of <paramref name="a"/>.
    /// </summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Angle operator %(Angle a, Angle b)
    {
        if (b.IsZero) throw new DivideByZeroException();
        var quotient = a.ApproximateTurns / b.ApproximateTurns;
        return a - b * (quotient.Sign < 0 ? -(-quotient).Floor : quotient.Floor);
    }

    /// <summary>The sign of a constant.</summary>
    /// <exception cref="InvalidOperationException">The angle depends on a variable.</exception>
    public int Sign => Terms.Count == 0 ? PiMultiple.Sign : ApproximateTurns.Sign;

    /// <summary>The angle with its multiple of pi reduced to at least 0 and less than 2; the direction is the same.</summary>
    public Angle Modulo2Pi => Reduce(2);

    /// <summary>
    /// The angle with its multiple of pi reduced to at least 0 and less than <paramref name="period"/>.
    /// </summary>
    public Angle Reduce(Rational period) => PiMultiple.Sign >= 0 && PiMultiple < period ? this : new(PiMultiple.Modulo(period), Terms);

    /// <summary>The variables of the angle.</summary>
    public IEnumerable<string> Symbols => Terms.Where(t => t.Symbol.Length > 0).Select(t => t.Symbol);

    /// <summary>The factor of a variable.</summary>
    public Rational FactorOf(string symbol)
    {
        foreach (var term in Terms)
            if (term.Symbol == symbol) return term.Factor;
        return 0;
    }

    /// <summary>The angle with some variables replaced; null from <paramref name="value"/> keeps one.</summary>
    public Angle Substitute(Func<string, Angle?> value)
    {
        if (IsConstant) return this;
        var result = OfPi(PiMultiple);
        foreach (var term in Terms)
            result += term.Symbol.Length > 0
                && value(term.Symbol) is { } known ? known * term.Factor : new Angle(0, EquatableArray.Of(term));
        return result;
    }

    /// <summary>The number of radians of a constant.</summary>
    /// <exception cref="InvalidOperationException">The angle depends on a variable.</exception>
    public double ToRadians()
    {
        if (Terms.Count == 0) return PiMultiple.ToDouble() * Math.PI;
        if (!IsConstant) throw new InvalidOperationException("The angle " + this + " depends on a variable.");
        return PiMultiple.IsZero ? Terms[0].Factor.ToDouble() : (PiMultiple * PiDigits + Terms[0].Factor).ToDouble();
    }

    /// <inheritdoc/>
    public bool Equals(Angle? other) => other is not null && PiMultiple == other.PiMultiple && Terms.Equals(other.Terms);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Angle);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash != 0 ? _hash : _hash = unchecked(PiMultiple.GetHashCode() * 31 + Terms.GetHashCode()) | 1;

    /// <summary>The text in <c>.rw</c> and OpenQASM: <c>3*pi/4</c>, <c>pi - 2*a</c>, <c>0.3</c>.</summary>
    public override string ToString() => ToText(name => name);

    /// <summary>The same text as <see cref="ToString()"/>, with variables written by <paramref name="variable"/>.</summary>
    internal string ToText(Func<string, string> variable)
    {
        var text = new StringBuilder();
        Append(text, PiMultiple, "pi");
        // Variables come before the number of radians, which reads better.
        foreach (var term in Terms.OrderBy(t => t.Symbol.Length == 0))
            Append(text, term.Factor, term.Symbol.Length == 0 ? "" : variable(term.Symbol));
        return text.Length == 0 ? "0" : text.ToString();
    }

    private static void Append(StringBuilder text, Rational factor, string unit)
    {
        if (factor.IsZero) return;
        if (text.Length > 0) text.Append(factor.Sign < 0 ? " - " : " + ");
        else if (factor.Sign < 0) text.Append('-');
        var size = factor.Sign < 0 ? -factor : factor;
        if (unit.Length == 0)
        {
            text.Append(RadiansText(size));
            return;
        }

        if (!size.Numerator.IsOne) text.Append(size.Numerator.ToString(CultureInfo.InvariantCulture)).Append('*');
        text.Append(unit);
        if (!size.IsInteger) text.Append('/').Append(size.Denominator.ToString(CultureInfo.InvariantCulture));
    }

    // The shortest decimal if it is exact, as it is for a part that came from one double; otherwise a quotient.
    private static string RadiansText(Rational radians)
    {
        double value = radians.ToDouble();
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (Rational.FromDouble(value) == radians && double.Parse(shortest, CultureInfo.InvariantCulture) == value)
            return shortest.IndexOfAny(['.', 'E', 'e']) < 0 ? shortest + ".0" : shortest;
        return radians.Numerator.ToString(CultureInfo.InvariantCulture) + ".0/"
            + radians.Denominator.ToString(CultureInfo.InvariantCulture) + ".0";
    }

    private Rational ApproximateTurns => IsConstant
        ? PiMultiple + (Terms.Count == 0 ? 0 : Terms[0].Factor / PiDigits)
        : throw new InvalidOperationException("The angle " + this + " depends on a variable.");

    private static EquatableArray<AngleTerm> Merge(EquatableArray<AngleTerm> a, EquatableArray<AngleTerm> b)
    {
        var merged = ImmutableArray.CreateBuilder<AngleTerm>();
        int i = 0, j = 0;
        while (i < a.Count || j < b.Count)
        {
            int order = i == a.Count ? 1 : j == b.Count ? -1 : string.CompareOrdinal(a[i].Symbol, b[j].Symbol);
            if (order < 0) merged.Add(a[i++]);
            else if (order > 0) merged.Add(b[j++]);
            else if ((a[i].Factor + b[j].Factor) is { IsZero: false } sum) merged.Add(new AngleTerm(a[i++].Symbol, sum));
            else i++;
            if (order == 0) j++;
        }

        return merged.ToImmutable();
    }
}
