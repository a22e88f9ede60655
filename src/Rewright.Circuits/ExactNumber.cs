using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;

namespace Rewright.Quantum;

/// <summary>
/// An exact complex number, or a function of variables: a sum of integer multiples of e^(i angle), divided by a power of sqrt(2).
/// </summary>
/// <remarks>
/// Without variables this is the ring of cyclotomic integers with halves; with variables, the ring of trigonometric polynomials over it.
/// Whether a number is zero is decided exactly. For different sums r of variables and rational radians, the e^(i r) are linearly
/// independent over all roots of unity (for radians by the Lindemann-Weierstrass theorem). So each group of terms with the same r must
/// vanish by itself, and whether a sum of roots of unity vanishes is a question of arithmetic.
/// </remarks>
public sealed class ExactNumber : IEquatable<ExactNumber>
{
    private static readonly Angle QuarterPi = Angle.Pi / 4;

    // Multiples of pi are at least 0 and less than 1, because half a turn is a minus sign.
    private readonly Dictionary<Angle, BigInteger> _terms;

    private ExactNumber(Dictionary<Angle, BigInteger> terms, int halvings) => (_terms, Halvings) = (terms, halvings);

    /// <summary>The number 0.</summary>
    public static ExactNumber Zero { get; } = new([], 0);

    /// <summary>The number 1.</summary>
    public static ExactNumber One { get; } = Direction(Angle.Zero);

    /// <summary>The number of divisions of the sum of <see cref="Terms"/> by sqrt(2).</summary>
    public int Halvings { get; }

    /// <summary>The angles and their factors.</summary>
    public IEnumerable<(Angle Angle, BigInteger Factor)> Terms => _terms.Select(t => (t.Key, t.Value));

    /// <summary>The number e^(i angle).</summary>
    public static ExactNumber Direction(Angle angle)
    {
        var terms = new Dictionary<Angle, BigInteger>(1);
        Add(terms, angle, BigInteger.One);
        return new(terms, 0);
    }

    /// <summary>The sum.</summary>
    public static ExactNumber operator +(ExactNumber a, ExactNumber b)
    {
        if (a._terms.Count == 0) return b;
        if (b._terms.Count == 0) return a;
        int halvings = Math.Max(a.Halvings, b.Halvings);
        (a, b) = (a.Aligned(halvings), b.Aligned(halvings));
        var terms = new Dictionary<Angle, BigInteger>(a._terms);
        foreach (var term in b._terms) Add(terms, term.Key, term.Value);
        return new(terms, halvings);
    }

    /// <summary>The negation.</summary>
    public static ExactNumber operator -(ExactNumber a) => new(a._terms.ToDictionary(t => t.Key, t => -t.Value), a.Halvings);

    /// <summary>The difference.</summary>
    public static ExactNumber operator -(ExactNumber a, ExactNumber b) => a + -b;

    /// <summary>The product.</summary>
    public static ExactNumber operator *(ExactNumber a, ExactNumber b)
    {
        var terms = new Dictionary<Angle, BigInteger>();
        foreach (var x in a._terms)
            foreach (var y in b._terms) Add(terms, x.Key + y.Key, x.Value * y.Value);
        return new(terms, a.Halvings + b.Halvings);
    }

    /// <summary>The number times e^(i angle).</summary>
    public ExactNumber Turned(Angle angle)
    {
        if (angle.IsZero) return this;
        var terms = new Dictionary<Angle, BigInteger>(_terms.Count);
        foreach (var term in _terms) Add(terms, term.Key + angle, term.Value);
        return new(terms, Halvings);
    }

    /// <summary>The number divided by sqrt(2).</summary>
    public ExactNumber Halved => new(_terms, Halvings + 1);

    /// <summary>The complex conjugate; variables are real.</summary>
    public ExactNumber Conjugate
    {
        get
        {
            var terms = new Dictionary<Angle, BigInteger>(_terms.Count);
            foreach (var term in _terms) Add(terms, -term.Key, term.Value);
            return new(terms, Halvings);
        }
    }

    /// <summary>True if the number is 0 for all values of the variables.</summary>
    public bool IsZero
    {
        get
        {
            if (_terms.Count == 0) return true;
            // If all denominators are powers of two, the representation is unique.
            if (_terms.Keys.All(a => a.PiMultiple.Denominator.IsPowerOfTwo)) return false;
            return _terms.GroupBy(t => t.Key.Terms).All(group =>
            {
                var order = group.Aggregate(
                    BigInteger.One, (n, t) => n / BigInteger.GreatestCommonDivisor(
                    n, 2 * t.Key.PiMultiple.Denominator) * 2 * t.Key.PiMultiple.Denominator);
                var coefficients = new Dictionary<BigInteger, BigInteger>();
                foreach (var term in group)
                    Accumulate(coefficients, term.Key.PiMultiple.Numerator * (order / (2 * term.Key.PiMultiple.Denominator)) % order,
                        term.Value);
                return Vanishes(coefficients, order);
            });
        }
    }

    /// <summary>The number with some variables replaced; null from <paramref name="value"/> keeps one.</summary>
    public ExactNumber Substitute(Func<string, Angle?> value)
    {
        var terms = new Dictionary<Angle, BigInteger>(_terms.Count);
        foreach (var term in _terms) Add(terms, term.Key.Substitute(value), term.Value);
        return new(terms, Halvings);
    }

    /// <summary>The nearest complex number, or one next to it.</summary>
    /// <exception cref="InvalidOperationException">The number depends on a variable.</exception>
    public Complex ToComplex()
    {
        var sum = Complex.Zero;
        foreach (var term in _terms) sum += (double)term.Value * Complex.FromPolarCoordinates(1, term.Key.ToRadians());
        return sum / Math.Pow(2, Halvings / 2.0);
    }

    /// <summary>True if the difference is 0.</summary>
    public bool Equals(ExactNumber? other) => other is not null && (ReferenceEquals(this, other) || (this - other).IsZero);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ExactNumber);

    /// <summary>Always 0, because equal numbers can have different representations.</summary>
    public override int GetHashCode() => 0;

    /// <summary>The number as text for people: <c>(1 + e^(i pi/4)) / sqrt(2)^3</c>.</summary>
    public override string ToString()
    {
        if (_terms.Count == 0) return "0";
        var text = new StringBuilder();
        foreach (var (angle, factor) in Terms.OrderBy(t => t.Angle.ToString(), StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append(factor.Sign < 0 ? " - " : " + ");
            else if (factor.Sign < 0) text.Append('-');
            var size = BigInteger.Abs(factor);
            string direction = angle.IsZero ? "" : angle == Angle.Pi / 2 ? "i" : "e^(i " + angle + ")";
            text.Append(size.IsOne && direction.Length > 0 ? "" : ((Rational)size).ToString()).Append(direction);
        }

        return Halvings == 0 ? text.ToString() : "(" + text + ") / sqrt(2)" + (Halvings == 1 ? "" : "^" + (Rational)Halvings);
    }

    private ExactNumber Aligned(int halvings)
    {
        var number = this;
        for (; number.Halvings
            + 1 < halvings; number = new(number._terms.ToDictionary(t => t.Key, t => t.Value * 2), number.Halvings + 2)) { }
        if (number.Halvings == halvings) return number;
        // Multiplies by sqrt(2).
        var terms = new Dictionary<Angle, BigInteger>();
        foreach (var term in number._terms)
        {
            Add(terms, term.Key + QuarterPi, term.Value);
            Add(terms, term.Key - QuarterPi, term.Value);
        }

        return new(terms, halvings);
    }

    private static void Add(Dictionary<Angle, BigInteger> terms, Angle angle, BigInteger factor)
    {
        var reduced = angle.Reduce(1);
        if (!ReferenceEquals(reduced, angle) && !(angle.PiMultiple - reduced.PiMultiple).Numerator.IsEven) factor = -factor;
        Accumulate(terms, reduced, factor);
    }

    private static void Accumulate<TKey>(Dictionary<TKey, BigInteger> terms, TKey key, BigInteger value)
        where TKey : notnull
    {
        if (!terms.TryGetValue(key, out var known))
        {
            if (!value.IsZero) terms.Add(key, value);
        }
        else if ((known + value).IsZero) terms.Remove(key);
        else terms[key] = known + value;
    }

    // Decides whether a sum of coefficients times powers of a primitive root of unity z of the given order n is zero. Let p be a prime
    // factor of n. If p also divides n/p, then 1, z, ..., z^(p-1) are independent over the field of order n/p. Otherwise the coefficients
    // of the p-th roots are (n/p)-th roots, and the only relation among the p-th roots is that their sum is zero.
    private static bool Vanishes(Dictionary<BigInteger, BigInteger> coefficients, BigInteger order)
    {
        if (coefficients.Count == 0) return true;
        if (order.IsOne || coefficients.Count == 1) return false;
        var p = SmallestFactor(order);
        var rest = order / p;
        if ((rest % p).IsZero)
            return coefficients.GroupBy(c => c.Key % p).All(g => Vanishes(g.ToDictionary(c => c.Key / p, c => c.Value), rest));

        // Exponent e is p * x + rest * y: this root is the x-th power of a root of order n/p times the y-th power of one of order p.
        var inverse = p == 2 ? 1 : BigInteger.ModPow(rest, p - 2, p);
        var parts = coefficients.GroupBy(c => c.Key * inverse % p).ToDictionary(
            g => g.Key, g => g.ToDictionary(c => ((c.Key - rest * g.Key) / p % rest + rest) % rest, c => c.Value));
        var first = parts.TryGetValue(0, out var part) ? part : [];
        foreach (var other in parts.Where(y => !y.Key.IsZero))
        {
            var difference = new Dictionary<BigInteger, BigInteger>(other.Value);
            foreach (var c in first) Accumulate(difference, c.Key, -c.Value);
            if (!Vanishes(difference, rest)) return false;
        }

        return parts.Count == p || Vanishes(first, rest);
    }

    private static BigInteger SmallestFactor(BigInteger number)
    {
        if (number.IsEven) return 2;
        for (BigInteger p = 3; p * p <= number; p += 2)
            if ((number % p).IsZero) return p;
        return number;
    }
}
