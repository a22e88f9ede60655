using System;
using System.Globalization;
using Rewright.Model;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;
using BigInteger = System.Numerics.BigInteger;
using Rational = Rewright.Quantum.Rational;

namespace Rewright.Proofs;

/// <summary>The functions of built-in sorts for values, computed on numbers without bounds and then made to fit.</summary>
public static class PrimitiveValues
{
    /// <summary>Computes a primitive on values of its operands' carriers. Null where C# throws.</summary>
    /// <exception cref="NotComputableException">The value cannot be computed exactly.</exception>
    public static object? Evaluate(Primitive primitive, object[] a, bool doublesAreReals)
    {
        var operand = KindOf(primitive.Operand);
        if (primitive.Op is PrimitiveOp.Convert or ConvertChecked)
            return Conversion(operand, KindOf(primitive.Result), primitive.Op == ConvertChecked, a[0], primitive, doublesAreReals);
        return operand switch
        {
            Bool => primitive.Op switch
            {
                BitAnd => (bool)a[0] & (bool)a[1],
                BitOr => (bool)a[0] | (bool)a[1],
                BitXor or NotEqual => (bool)a[0] != (bool)a[1],
                Equal => (bool)a[0] == (bool)a[1],
                _ => !(bool)a[0],
            },
            Int or UInt or Long or ULong => Integer(primitive.Op, WidthOf(operand), operand is Int or Long, a, primitive),
            BuiltInKind.BigInteger => Big(primitive.Op, a, primitive),
            BuiltInKind.Double => doublesAreReals ? Real(primitive.Op, a, primitive) : Floating(primitive.Op, a, primitive),
            _ => primitive.Op switch
            {
                Equal => a[0].Equals(a[1]),
                NotEqual => !a[0].Equals(a[1]),
                _ => throw new NotComputableException(primitive.ToString()),
            },
        };
    }

    /// <summary>The value of a literal in its carrier.</summary>
    public static object OfLiteral(Literal literal, bool doublesAreReals) => literal.Value switch
    {
        bool b => b,
        int i => Bits.Wrap(i, 32),
        uint u => (BigInteger)u,
        long l => Bits.Wrap(l, literal.Sort is EnumSort { Underlying: Int or UInt } ? 32 : 64),
        ulong u => (BigInteger)u,
        BigInteger b => b,
        // As a real number a literal is what its digits say.
        double d => !doublesAreReals ? d : double.IsNaN(d)
            || double.IsInfinity(d) ? throw new NotComputableException("double") : FromDigits(d),
        _ => literal.Value,
    };

    /// <summary>The literal of a value that is not read as a real number.</summary>
    public static Literal ToLiteral(object value, Sort sort)
        => new(sort, value is not BigInteger number ? value : (sort, KindOf(sort)) switch
    {
        (EnumSort, Int or Long) => (long)Bits.Signed(number, WidthOf(KindOf(sort))),
        (EnumSort, _) => unchecked((long)(ulong)number),
        (_, Int) => (int)Bits.Signed(number, 32),
        (_, UInt) => (uint)number,
        (_, Long) => (long)Bits.Signed(number, 64),
        (_, ULong) => (ulong)number,
        _ => (object)number,
    });

    private static BuiltInKind KindOf(Sort sort) => sort is EnumSort e ? e.Underlying : ((BuiltInSort)sort).Kind;

    private static int WidthOf(BuiltInKind kind) => kind is Int or UInt ? 32 : 64;

    private static object? Integer(PrimitiveOp op, int width, bool signed, object[] a, Primitive primitive)
    {
        BigInteger x = Read(a[0], width, signed),
            y = a.Length > 1 ? Read(a[1], a[1] is BigInteger && IsShift(op) ? 32 : width, IsShift(op) || signed) : 0;
        BigInteger unsigned = Bits.Wrap(x, width);
        int count = (int)(y & (width - 1));
        bool isMinusOverflow = signed && y == -1 && x == -(BigInteger.One << (width - 1));
        switch (op)
        {
            case Equal: return x == y;
            case NotEqual: return x != y;
            case Less: return x < y;
            case LessOrEqual: return x <= y;
            case Greater: return x > y;
            case GreaterOrEqual: return x >= y;
            case PrimitiveOp.Sign: return Bits.Wrap(x.Sign, 32);
            case IsPow2: return x.Sign > 0 && x.IsPowerOfTwo;
            case CountUp: return x + y < BigInteger.One << 63 ? x + y : null;
        }

        BigInteger? exact = op switch
        {
            Add or AddChecked => x + y,
            Subtract or SubtractChecked => x - y,
            Multiply or MultiplyChecked => x * y,
            Negate or NegateChecked => -x,
            Divide => y.IsZero || isMinusOverflow ? null : BigInteger.Divide(x, y),
            Remainder => y.IsZero || isMinusOverflow ? null : BigInteger.Remainder(x, y),
            BitAnd => x & y,
            BitOr => x | y,
            BitXor => x ^ y,
            Complement => -x - 1,
            ShiftLeft => x << count,
            ShiftRight => x >> count,
            ShiftRightUnsigned => unsigned >> count,
            Min => BigInteger.Min(x, y),
            Max => BigInteger.Max(x, y),
            Abs => BigInteger.Abs(x),
            Log2 => x.Sign < 0 ? null : x.IsZero ? 0 : Bits.Length(x) - 1,
            PopCount => Bits.Count(unsigned),
            LeadingZeroCount => width - Bits.Length(unsigned),
            TrailingZeroCount => unsigned.IsZero ? width : Bits.Length(unsigned & -unsigned) - 1,
            _ => throw new NotComputableException(primitive.ToString()),
        };
        if (exact is not { } value) return null;
        bool throws = (primitive.IsChecked || op == Abs) && Read(Bits.Wrap(value, width), width, signed) != value;
        return throws ? null : Bits.Wrap(value, width);
    }

    private static bool IsShift(PrimitiveOp op) => op is ShiftLeft or ShiftRight or ShiftRightUnsigned;

    private static BigInteger Read(object value, int width, bool signed)
        => signed ? Bits.Signed((BigInteger)value, width) : (BigInteger)value;

    private static object? Big(PrimitiveOp op, object[] a, Primitive primitive)
    {
        BigInteger x = (BigInteger)a[0], y = a.Length > 1 && op is not (ShiftLeft or ShiftRight or Pow) ? (BigInteger)a[1] : 0;
        return op switch
        {
            Equal => x == y,
            NotEqual => x != y,
            Less => x < y,
            LessOrEqual => x <= y,
            Greater => x > y,
            GreaterOrEqual => x >= y,
            PrimitiveOp.Sign => Bits.Wrap(x.Sign, 32),
            Add => x + y,
            Subtract => x - y,
            Multiply => x * y,
            Negate => -x,
            Complement => -x - 1,
            Divide => y.IsZero ? null : BigInteger.Divide(x, y),
            Remainder => y.IsZero ? null : BigInteger.Remainder(x, y),
            Abs => BigInteger.Abs(x),
            Min => BigInteger.Min(x, y),
            Max => BigInteger.Max(x, y),
            _ => throw new NotComputableException(primitive.ToString()),
        };
    }

    private static object? Floating(PrimitiveOp op, object[] a, Primitive primitive)
    {
        double x = (double)a[0], y = a.Length > 1 ? (double)a[1] : 0;
        return op switch
        {
            Add => x + y,
            Subtract => x - y,
            Multiply => x * y,
            Divide => x / y,
            Negate => -x,
            Abs => Math.Abs(x),
            Sqrt => Math.Sqrt(x),
            Floor => Math.Floor(x),
            Ceiling => Math.Ceiling(x),
            Round => Math.Round(x),
            Truncate => Math.Truncate(x),
            // Older frameworks forget the sign of zero.
            Min => double.IsNaN(x) || double.IsNaN(y) ? double.NaN : x < y || x == y && IsNegative(x) ? x : y,
            Max => double.IsNaN(x) || double.IsNaN(y) ? double.NaN : x > y || x == y && !IsNegative(x) ? x : y,
            Equal => x == y,
            NotEqual => x != y,
            Less => x < y,
            LessOrEqual => x <= y,
            Greater => x > y,
            GreaterOrEqual => x >= y,
            PrimitiveOp.IsNaN => double.IsNaN(x),
            IsFinite => !double.IsNaN(x) && !double.IsInfinity(x),
            IsInteger => !double.IsNaN(x) && !double.IsInfinity(x) && Math.Truncate(x) == x,
            PrimitiveOp.Sign => double.IsNaN(x) ? null : Bits.Wrap(Math.Sign(x), 32),
            _ => throw new NotComputableException(primitive.ToString()),
        };
    }

    private static bool IsNegative(double x) => BitConverter.DoubleToInt64Bits(x) < 0;

    private static object? Real(PrimitiveOp op, object[] a, Primitive primitive)
    {
        Rational x = (Rational)a[0], y = a.Length > 1 ? (Rational)a[1] : 0;
        Rational Floor(Rational r) => BigInteger.Divide(r.Numerator - (r.Sign < 0 ? r.Denominator - 1 : 0), r.Denominator);
        return op switch
        {
            Add => x + y,
            Subtract => x - y,
            Multiply => x * y,
            Divide => y.Sign == 0 ? null : x / y,
            Negate => -x,
            Abs => x.Sign < 0 ? -x : x,
            Min => x <= y ? x : y,
            Max => x >= y ? x : y,
            FusedMultiplyAdd => x * y + (Rational)a[2],
            Sqrt => x.Sign < 0 ? null : x.SquareRoot() ?? throw new NotComputableException("sqrt"),
            Cbrt => RealFunctions.CubeRoot(x) ?? throw new NotComputableException("cbrt"),
            PrimitiveOp.Floor => Floor(x),
            Ceiling => -Floor(-x),
            Truncate => x.Sign < 0 ? -Floor(-x) : Floor(x),
            Equal => x == y,
            NotEqual => x != y,
            Less => x < y,
            LessOrEqual => x <= y,
            Greater => x > y,
            GreaterOrEqual => x >= y,
            PrimitiveOp.IsNaN => false,
            IsFinite => true,
            IsInteger => x.IsInteger,
            PrimitiveOp.Sign => Bits.Wrap(x.Sign, 32),
            _ => throw new NotComputableException(primitive.ToString()),
        };
    }

    private static object? Conversion(BuiltInKind from, BuiltInKind to, bool isChecked, object x, Primitive primitive, bool doublesAreReals)
    {
        if (from == to) return x;
        bool fromBits = from is Int or UInt or Long or ULong, toBits = to is Int or UInt or Long or ULong;
        BigInteger? exact = fromBits ? Read(x, WidthOf(from), from is Int or Long) : x is BigInteger big ? big : null;
        if (exact is null && toBits && x is double d)
        {
            // Towards zero, and within the range.
            if (double.IsNaN(d)) return isChecked ? null : BigInteger.Zero;
            var (low, high) = Range(to);
            exact = double.IsInfinity(d) ? d < 0 ? low - 1 : high + 1 : new BigInteger(d);
            if (exact >= low && exact <= high) return Bits.Wrap(exact.Value, WidthOf(to));
            return isChecked ? null : Bits.Wrap(exact < low ? low : high, WidthOf(to));
        }

        if (exact is not { } value) throw new NotComputableException(primitive.ToString());
        if (to == BuiltInKind.BigInteger) return value;
        if (to == BuiltInKind.Double)
        {
            if (doublesAreReals) return (Rational)value;
            return from == BuiltInKind.BigInteger ? throw new NotComputableException(primitive.ToString()) : ToDouble(value);
        }

        var (least, most) = Range(to);
        bool throws = (isChecked || from == BuiltInKind.BigInteger) && (value < least || value > most);
        return throws ? null : Bits.Wrap(value, WidthOf(to));
    }

    // Rounded to nearest, ties to even, by hand: what frameworks do with large numbers differs.
    private static object ToDouble(BigInteger value)
    {
        var magnitude = BigInteger.Abs(value);
        int drop = Math.Max(0, Bits.Length(magnitude) - 53);
        BigInteger kept = magnitude >> drop, rest = magnitude - (kept << drop), half = drop == 0 ? 1 : BigInteger.One << (drop - 1);
        if (drop > 0 && (rest > half || rest == half && !kept.IsEven)) kept += 1;
        double result = (double)(ulong)kept * Math.Pow(2, drop);
        return value.Sign < 0 ? -result : result;
    }

    private static (BigInteger Least, BigInteger Most) Range(BuiltInKind kind)
    {
        int width = WidthOf(kind);
        BigInteger least = kind is Int or Long ? -(BigInteger.One << (width - 1)) : 0;
        return (least, least + Bits.Ones(width));
    }

    private static Rational FromDigits(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E'),
            exponent = exponentAt < 0
            ? 0 : int.Parse(text.Substring(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = exponentAt < 0 ? text : text.Substring(0, exponentAt);
        int dot = digits.IndexOf('.');
        if (dot >= 0) exponent -= digits.Length - dot - 1;
        var number = BigInteger.Parse(digits.Replace(".", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent >= 0 ? number * BigInteger.Pow(10, exponent) : new Rational(number, BigInteger.Pow(10, -exponent));
    }
}
