using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using Simplify.Expressions;

namespace Simplify.Checking;

/// <summary>
/// Interval arithmetic with any number of bits: the true value is never outside of the result. Bounds are computed by
/// MPFR and rounded outwards.
/// Intervals stay valid until the next call of <see cref="Reset"/>. Everything is done on one thread.
/// </summary>
public sealed class IntervalArithmetic : IDisposable
{
    // MPFR has numbers with exponents of 62 bits. To reduce one of these modulo pi, or to write it down, takes that many
    // bits: so numbers beyond this one get bounds that are always right instead.
    private const int MaxExponent = 1 << 17;

    private readonly List<Float> _floats = [];
    private int _used;

    /// <exception cref="DllNotFoundException">MPFR is not installed.</exception>
    public IntervalArithmetic(int precision)
    {
        if (!Mpfr.IsAvailable)
            throw new DllNotFoundException(
                "The MPFR library was not found. On Debian and Ubuntu it is in the package libmpfr6; elsewhere install 'mpfr' 4.");
        Precision = precision;
        Reset();
    }

    private delegate int Unary(nint result, nint x, Rounding rounding);

    private delegate int Binary(nint result, nint x, nint y, Rounding rounding);

    /// <summary>The bits of each bound.</summary>
    public int Precision { get; }

    /// <summary>Takes back the memory of all intervals made so far.</summary>
    public void Reset()
    {
        _used = 0;
        Mpfr.mpfr_set_emin(Mpfr.mpfr_get_emin_min()); // of this thread
        Mpfr.mpfr_set_emax(Mpfr.mpfr_get_emax_max());
    }

    public void Dispose()
    {
        foreach (Float x in _floats)
        {
            Mpfr.mpfr_clear(x.Pointer);
            Marshal.FreeHGlobal(x.Pointer);
        }
        _floats.Clear();
    }

    /// <summary>The narrowest interval around a fraction; one point if it fits in <see cref="Precision"/> bits.</summary>
    public Interval FromRational(Rational value)
    {
        // floor(value * 2^shift) has more bits than a bound, so rounding it outwards keeps the value inside.
        int shift = Precision + 1 + (int)value.Denominator.GetBitLength() - (int)BigInteger.Abs(value.Numerator).GetBitLength();
        BigInteger numerator = value.Numerator << Math.Max(shift, 0);
        BigInteger denominator = value.Denominator << Math.Max(-shift, 0);
        BigInteger floor = Rational.Floor(numerator, denominator, out bool isExact);
        return new Interval(Parse(floor, -shift, Rounding.Down), Parse(isExact ? floor : floor + 1, -shift, Rounding.Up));
    }

    /// <summary>Bounds for a value that is known.</summary>
    public Interval ToInterval(Enclosure value) => value switch
    {
        Exact exact => FromRational(exact.Value),
        Interval interval => interval,
        _ => throw new ArgumentException("Not a real value.", nameof(value)),
    };

    public Interval FromConstant(NamedConstant constant) => constant switch
    {
        NamedConstant.E => Increasing(Mpfr.mpfr_exp, Integer(1)),
        NamedConstant.LOG2E => Div(Integer(1), FromConstant(NamedConstant.LN2)),
        NamedConstant.LOG10E => Div(Integer(1), FromConstant(NamedConstant.LN10)),
        NamedConstant.LN2 => Increasing(Mpfr.mpfr_log, Integer(2)),
        NamedConstant.LN10 => Increasing(Mpfr.mpfr_log, Integer(10)),
        NamedConstant.PI => Pi(),
        NamedConstant.PI_2 => Div(Pi(), Integer(2)),
        NamedConstant.PI_4 => Div(Pi(), Integer(4)),
        NamedConstant.M_1_PI => Div(Integer(1), Pi()),
        NamedConstant.M_2_PI => Div(Integer(2), Pi()),
        NamedConstant.M_2_SQRTPI => Div(Integer(2), Increasing(Mpfr.mpfr_sqrt, Pi())),
        NamedConstant.SQRT2 => Increasing(Mpfr.mpfr_sqrt, Integer(2)),
        NamedConstant.SQRT1_2 => Increasing(Mpfr.mpfr_sqrt, Div(Integer(1), Integer(2))),
        _ => throw new ArgumentOutOfRangeException(nameof(constant)),
    };

    /// <summary>An operation on reals that gives a real: an interval, or <see cref="Undefined"/>.</summary>
    public Enclosure Apply(Operation operation, params ReadOnlySpan<Interval> arguments)
    {
        Interval x = arguments[0];
        Interval y = arguments.Length > 1 ? arguments[1] : x;
        return operation switch
        {
            Operation.Neg => Neg(x),
            Operation.Add => Add(x, y),
            Operation.Sub => Sub(x, y),
            Operation.Mul => Mul(x, y),
            Operation.Div => Divide(x, y),
            Operation.Fma => Add(Mul(x, y), arguments[2]),
            Operation.Fabs => Abs(x),
            Operation.Sqrt => Restricted(Mpfr.mpfr_sqrt, x, from: 0),
            Operation.Cbrt => Increasing(Mpfr.mpfr_cbrt, x),
            Operation.Hypot => Corners(Mpfr.mpfr_hypot, Abs(x), Abs(y)),
            Operation.Pow => Pow(x, y),
            Operation.Exp => Increasing(Mpfr.mpfr_exp, x),
            Operation.Exp2 => Increasing(Mpfr.mpfr_exp2, x),
            Operation.Expm1 => Increasing(Mpfr.mpfr_expm1, x),
            Operation.Log => Restricted(Mpfr.mpfr_log, x, from: 0, open: true),
            Operation.Log2 => Restricted(Mpfr.mpfr_log2, x, from: 0, open: true),
            Operation.Log10 => Restricted(Mpfr.mpfr_log10, x, from: 0, open: true),
            Operation.Log1p => Restricted(Mpfr.mpfr_log1p, x, from: -1, open: true),
            Operation.Sin => Wave(Mpfr.mpfr_sin, at => SignOf(Mpfr.mpfr_cos, at), x),
            Operation.Cos => Wave(Mpfr.mpfr_cos, at => -SignOf(Mpfr.mpfr_sin, at), x),
            Operation.Tan => Tan(x),
            Operation.Asin => Restricted(Mpfr.mpfr_asin, x, from: -1, to: 1),
            Operation.Acos => Restricted(Mpfr.mpfr_acos, x, from: -1, to: 1, decreasing: true),
            Operation.Atan => Increasing(Mpfr.mpfr_atan, x),
            Operation.Atan2 => Atan2(x, y),
            Operation.Sinh => Increasing(Mpfr.mpfr_sinh, x),
            Operation.Cosh => Increasing(Mpfr.mpfr_cosh, Abs(x)),
            Operation.Tanh => Increasing(Mpfr.mpfr_tanh, x),
            Operation.Asinh => Increasing(Mpfr.mpfr_asinh, x),
            Operation.Acosh => Restricted(Mpfr.mpfr_acosh, x, from: 1),
            Operation.Atanh => Restricted(Mpfr.mpfr_atanh, x, from: -1, to: 1, open: true),
            Operation.Erf => Increasing(Mpfr.mpfr_erf, x),
            Operation.Erfc => Restricted(Mpfr.mpfr_erfc, x, decreasing: true),
            Operation.Fmin => new Interval(Min(x.Lo, y.Lo), Min(x.Hi, y.Hi)),
            Operation.Fmax => Max(x, y),
            Operation.Fdim => Max(Sub(x, y), Integer(0)),
            Operation.Floor => Increasing(Mpfr.mpfr_rint_floor, x),
            Operation.Ceil => Increasing(Mpfr.mpfr_rint_ceil, x),
            Operation.Trunc => Increasing(Mpfr.mpfr_rint_trunc, x),
            Operation.Round => Increasing(Mpfr.mpfr_rint_round, x),
            Operation.NearbyInt => Increasing(Mpfr.mpfr_rint_roundeven, x),
            Operation.Fmod => Modulo(x, y, Mpfr.mpfr_rint_trunc),
            Operation.Remainder => Modulo(x, y, Mpfr.mpfr_rint_roundeven),
            Operation.Copysign => CopySign(x, y),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
    }

    public Truth Compare(Operation comparison, Interval x, Interval y)
    {
        Truth result = comparison switch
        {
            Operation.Less => new Truth(Less(x.Lo, y.Hi), !Less(x.Hi, y.Lo)),
            Operation.LessEqual => new Truth(LessOrEqual(x.Lo, y.Hi), !LessOrEqual(x.Hi, y.Lo)),
            Operation.Greater => Compare(Operation.Less, y, x),
            Operation.GreaterEqual => Compare(Operation.LessEqual, y, x),
            Operation.Equal => new Truth(!AreDisjoint(x, y), !(IsPoint(x) && IsPoint(y) && Equal(x.Lo, y.Lo))),
            Operation.NotEqual when Compare(Operation.Equal, x, y) is var equal => new Truth(equal.CanBeFalse, equal.CanBeTrue),
            _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
        };
        return result with { MayBeUndefined = x.MayBeUndefined || y.MayBeUndefined };
    }

    /// <summary>The smallest interval around two others; defined only if both are.</summary>
    public Interval Hull(Interval x, Interval y) =>
        new(Min(x.Lo, y.Lo), Max(x.Hi, y.Hi)) { MayBeUndefined = x.MayBeUndefined || y.MayBeUndefined };

    public bool AreDisjoint(Interval x, Interval y) => Less(x.Hi, y.Lo) || Less(y.Hi, x.Lo);

    /// <summary>Whether every two numbers of an interval differ by at most 2^-bits of either.</summary>
    public bool IsNarrow(Interval x, int bits)
    {
        Interval magnitude = Abs(x);
        return IsPoint(x) || LessOrEqual(
            Round(Mpfr.mpfr_sub, x.Hi, x.Lo, Rounding.Up),
            Scale(magnitude.Lo, -bits, Rounding.Down));
    }

    /// <summary>Whether an interval contains zero and nothing further than 2^-bits away from it.</summary>
    public bool IsNearZero(Interval x, int bits) =>
        Contains0(x) && LessOrEqual(Abs(x).Hi, Scale(Integer(1).Lo, -bits, Rounding.Down));

    /// <summary>The bounds of an interval; null for one that is infinite, or has too many digits.</summary>
    public (Rational? Lo, Rational? Hi) Bounds(Interval x) => (ToRational(x.Lo), ToRational(x.Hi));

    private static Rational? ToRational(Float x)
    {
        if (Sign(x) == 0)
            return Rational.Zero;
        if (Mpfr.mpfr_regular_p(x.Pointer) == 0 || Math.Abs(Mpfr.mpfr_get_exp(x.Pointer).Value) > MaxExponent)
            return null;
        // No number of digits asked for: as many as it takes, which for a power of two as radix is exact.
        nint text = Mpfr.mpfr_get_str(0, out CLong exponent, 16, 0, x.Pointer, Rounding.Nearest);
        string digits = Marshal.PtrToStringUTF8(text)!;
        Mpfr.mpfr_free_str(text);
        string magnitude = digits.TrimStart('-');
        Rational value = BigInteger.Parse("0" + magnitude, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        value *= Rational.Power(2, 4 * ((int)exponent.Value - magnitude.Length));
        return digits[0] == '-' ? -value : value;
    }

    private Interval Integer(int value)
    {
        Float x = New();
        Mpfr.mpfr_set_si(x.Pointer, new CLong(value), Rounding.Nearest);
        return new Interval(x, x);
    }

    private Interval Pi()
    {
        (Float lo, Float hi) = (New(), New());
        Mpfr.mpfr_const_pi(lo.Pointer, Rounding.Down);
        Mpfr.mpfr_const_pi(hi.Pointer, Rounding.Up);
        return new Interval(lo, hi);
    }

    private Interval EntireLine(bool mayBeUndefined = false) => new(Infinity(-1), Infinity(1)) { MayBeUndefined = mayBeUndefined };

    private Interval Neg(Interval x) =>
        new(Round(Mpfr.mpfr_neg, x.Hi, Rounding.Down), Round(Mpfr.mpfr_neg, x.Lo, Rounding.Up));

    private Interval Add(Interval x, Interval y) =>
        new(Round(Mpfr.mpfr_add, x.Lo, y.Lo, Rounding.Down), Round(Mpfr.mpfr_add, x.Hi, y.Hi, Rounding.Up));

    private Interval Sub(Interval x, Interval y) =>
        new(Round(Mpfr.mpfr_sub, x.Lo, y.Hi, Rounding.Down), Round(Mpfr.mpfr_sub, x.Hi, y.Lo, Rounding.Up));

    private Interval Mul(Interval x, Interval y) => Corners(Mpfr.mpfr_mul, x, y);

    private Interval Max(Interval x, Interval y) => new(Max(x.Lo, y.Lo), Max(x.Hi, y.Hi));

    private Interval Abs(Interval x)
    {
        if (Sign(x.Lo) >= 0)
            return x;
        Interval negated = Neg(x);
        return Sign(x.Hi) <= 0 ? negated : new Interval(Integer(0).Lo, Max(negated.Hi, x.Hi));
    }

    /// <summary>Division by an interval without zero.</summary>
    private Interval Div(Interval x, Interval y) => Corners(Mpfr.mpfr_div, x, y);

    private Enclosure Divide(Interval x, Interval y)
    {
        if (Is0(y))
            return Undefined.Value;
        return Contains0(y) ? EntireLine(mayBeUndefined: true) : Div(x, y);
    }

    /// <summary>The remainder of a division whose quotient is rounded in some way.</summary>
    private Enclosure Modulo(Interval x, Interval y, Unary roundQuotient) => Divide(x, y) switch
    {
        Interval { MayBeUndefined: false } quotient => Sub(x, Mul(y, Increasing(roundQuotient, quotient))),
        var other => other,
    };

    private Interval CopySign(Interval x, Interval y)
    {
        Interval magnitude = Abs(x);
        if (Sign(y.Lo) >= 0)
            return magnitude;
        return Sign(y.Hi) < 0 ? Neg(magnitude) : new Interval(Neg(magnitude).Lo, magnitude.Hi);
    }

    private Enclosure Pow(Interval x, Interval y)
    {
        if (Sign(x.Lo) > 0)
            return Corners(Mpfr.mpfr_pow, x, y); // monotone in each argument
        if (IsPoint(y) && ToRational(y.Lo) is { IsInteger: true } exponent)
            return IntegerPow(x, y, exponent.Numerator);
        if (Sign(x.Hi) < 0 && Less(y.Hi, Round(Mpfr.mpfr_rint_ceil, y.Lo, Rounding.Down)))
            return Undefined.Value; // no integer among the exponents
        if (Sign(x.Lo) < 0)
            return EntireLine(mayBeUndefined: true);

        // From here on the base is zero or more, and can be zero.
        if (Sign(y.Lo) > 0)
            return Corners(Mpfr.mpfr_pow, x, y);
        if (Sign(y.Hi) < 0 && Is0(x))
            return Undefined.Value;
        return new Interval(Integer(0).Lo, Infinity(1)) { MayBeUndefined = Sign(y.Lo) < 0 };
    }

    private Enclosure IntegerPow(Interval x, Interval y, BigInteger exponent)
    {
        if (exponent.Sign == 0)
            return Integer(1);
        if (exponent.Sign < 0)
            return IntegerPow(x, Neg(y), -exponent) is Interval power ? Divide(Integer(1), power) : Undefined.Value;
        return Corners(Mpfr.mpfr_pow, exponent.IsEven ? Abs(x) : x, y);
    }

    /// <summary>A sine or cosine: between two points less than one apart it is monotone, unless its slope changes sign,
    /// and then it passes through one extreme value.</summary>
    private Interval Wave(Unary function, Func<Float, int> slope, Interval x)
    {
        if (!IsWithinPeriod(x))
            return new Interval(Integer(-1).Lo, Integer(1).Hi);
        (Interval left, Interval right) = (Increasing(function, new Interval(x.Lo, x.Lo)), Increasing(function, new Interval(x.Hi, x.Hi)));
        Interval ends = Hull(left, right);
        return (slope(x.Lo), slope(x.Hi)) switch
        {
            ( > 0, < 0) => ends with { Hi = Integer(1).Hi },
            ( < 0, > 0) => ends with { Lo = Integer(-1).Lo },
            _ => ends,
        };
    }

    /// <summary>Between two points less than one apart there is no pole if the cosine has the same sign at both.</summary>
    private Interval Tan(Interval x) =>
        IsWithinPeriod(x) && SignOf(Mpfr.mpfr_cos, x.Lo) == SignOf(Mpfr.mpfr_cos, x.Hi)
            ? Increasing(Mpfr.mpfr_tan, x)
            : EntireLine(mayBeUndefined: true);

    private Enclosure Atan2(Interval y, Interval x)
    {
        if (Is0(x) && Is0(y))
            return Undefined.Value;
        bool containsOrigin = Contains0(x) && Contains0(y);
        bool crossesCut = Sign(y.Lo) < 0 && Sign(y.Hi) >= 0 && Sign(x.Lo) < 0;
        if (containsOrigin || crossesCut)
            return new Interval(Neg(Pi()).Lo, Pi().Hi) { MayBeUndefined = containsOrigin };
        // The extreme angles of a box are at corners of it. MPFR takes a negative zero for the other side of the cut.
        return Corners(Mpfr.mpfr_atan2, Sign(y.Lo) == 0 ? y with { Lo = Integer(0).Lo } : y, x);
    }

    private Interval Increasing(Unary function, Interval x) =>
        Guard(Round(function, x.Lo, Rounding.Down), Round(function, x.Hi, Rounding.Up));

    /// <summary>A monotone function on the part of an interval where it is defined.</summary>
    private Enclosure Restricted(
        Unary function, Interval x, int? from = null, int? to = null, bool open = false, bool decreasing = false)
    {
        (Float lo, Float hi) = (x.Lo, x.Hi);
        bool leaves = false;
        if (from is { } first)
        {
            Float bound = Integer(first).Lo;
            if (open ? LessOrEqual(hi, bound) : Less(hi, bound))
                return Undefined.Value;
            leaves |= open ? LessOrEqual(lo, bound) : Less(lo, bound);
            lo = Max(lo, bound);
        }
        if (to is { } last)
        {
            Float bound = Integer(last).Lo;
            if (open ? LessOrEqual(bound, lo) : Less(bound, lo))
                return Undefined.Value;
            leaves |= open ? LessOrEqual(bound, hi) : Less(bound, hi);
            hi = Min(hi, bound);
        }
        (Float left, Float right) = decreasing ? (hi, lo) : (lo, hi);
        return Guard(Round(function, left, Rounding.Down), Round(function, right, Rounding.Up)) with { MayBeUndefined = leaves };
    }

    /// <summary>A function whose extreme values on a box are at corners of it.</summary>
    private Interval Corners(Binary function, Interval x, Interval y)
    {
        Float[] xs = IsPoint(x) ? [x.Lo] : [x.Lo, x.Hi];
        Float[] ys = IsPoint(y) ? [y.Lo] : [y.Lo, y.Hi];
        (Float? lo, Float? hi) = (null, null);
        foreach (Float a in xs)
        {
            foreach (Float b in ys)
            {
                Float down = Round(function, a, b, Rounding.Down);
                Float up = Round(function, a, b, Rounding.Up);
                if (Mpfr.mpfr_nan_p(down.Pointer) != 0)
                    continue; // an infinite bound: 0 * inf, inf / inf; the other corners bound these
                lo = lo is { } l ? Min(l, down) : down;
                hi = hi is { } h ? Max(h, up) : up;
            }
        }
        return lo is { } least && hi is { } greatest ? new Interval(least, greatest) : EntireLine();
    }

    /// <summary>An interval whose bounds may have come out as no number, which then bound nothing.</summary>
    private Interval Guard(Float lo, Float hi) => new(
        Mpfr.mpfr_nan_p(lo.Pointer) != 0 ? Infinity(-1) : lo,
        Mpfr.mpfr_nan_p(hi.Pointer) != 0 ? Infinity(1) : hi);

    /// <summary>Whether an interval is short, and near enough to zero, to see which part of a period it is.</summary>
    private bool IsWithinPeriod(Interval x) =>
        Less(Abs(x).Hi, Scale(Integer(1).Lo, MaxExponent, Rounding.Nearest))
        && Less(Round(Mpfr.mpfr_sub, x.Hi, x.Lo, Rounding.Up), Integer(1).Lo);

    private int SignOf(Unary function, Float x) => Sign(Round(function, x, Rounding.Nearest));

    private static bool IsPoint(Interval x) => x.Lo == x.Hi || Equal(x.Lo, x.Hi);
    private static bool Is0(Interval x) => Sign(x.Lo) == 0 && Sign(x.Hi) == 0;
    private static bool Contains0(Interval x) => Sign(x.Lo) <= 0 && Sign(x.Hi) >= 0;

    private static int Sign(Float x) => Math.Sign(Mpfr.mpfr_sgn(x.Pointer));
    private static bool Less(Float x, Float y) => Mpfr.mpfr_less_p(x.Pointer, y.Pointer) != 0;
    private static bool LessOrEqual(Float x, Float y) => Mpfr.mpfr_lessequal_p(x.Pointer, y.Pointer) != 0;
    private static bool Equal(Float x, Float y) => Mpfr.mpfr_equal_p(x.Pointer, y.Pointer) != 0;

    private static Float Min(Float x, Float y) => Less(y, x) ? y : x;
    private static Float Max(Float x, Float y) => Less(x, y) ? y : x;

    private Float Round(Unary function, Float x, Rounding rounding)
    {
        Float result = New();
        function(result.Pointer, x.Pointer, rounding);
        return result;
    }

    private Float Round(Binary function, Float x, Float y, Rounding rounding)
    {
        Float result = New();
        function(result.Pointer, x.Pointer, y.Pointer, rounding);
        return result;
    }

    private Float Scale(Float x, int exponent, Rounding rounding)
    {
        Float result = New();
        Mpfr.mpfr_mul_2si(result.Pointer, x.Pointer, new CLong(exponent), rounding);
        return result;
    }

    /// <summary>An integer times a power of two.</summary>
    private Float Parse(BigInteger significand, long exponent, Rounding rounding)
    {
        Float result = New();
        string sign = significand.Sign < 0 ? "-" : "";
        string text = string.Create(CultureInfo.InvariantCulture, $"{sign}{BigInteger.Abs(significand):x}p{exponent}");
        Mpfr.mpfr_set_str(result.Pointer, text, 16, rounding);
        return result;
    }

    private Float Infinity(int sign)
    {
        Float result = New();
        Mpfr.mpfr_set_inf(result.Pointer, sign);
        return result;
    }

    private Float New()
    {
        if (_used == _floats.Count)
        {
            var created = new Float(Marshal.AllocHGlobal(Mpfr.FloatSize));
            Mpfr.mpfr_init2(created.Pointer, new CLong(Precision));
            _floats.Add(created);
        }
        return _floats[_used++];
    }
}
