using System;
using System.Globalization;
using Rewright.Model;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Emit.Rust;

/// <summary>How literals and the functions of built-in sorts are written in Rust.</summary>
internal static class RustPrimitives
{
    /// <summary>An expression for a literal.</summary>
    /// <param name="literal">The literal.</param>
    /// <param name="typeOf">Names types.</param>
    public static string Of(Literal literal, Func<Sort, string> typeOf) => literal.Value switch
    {
        bool b => b ? "true" : "false",
        int i => Number(i) + "_i32",
        uint u => Number(u) + "_u32",
        long l when literal.Sort is EnumSort e => typeOf(e) + "(" + Number(l, e) + ")",
        long l => Number(l) + "_i64",
        ulong u => Number(u) + "_u64",
        double d => Real(d),
        System.Numerics.BigInteger b when b >= long.MinValue && b <= long.MaxValue => "Integer::from(" + Number((long)b) + "_i64)",
        System.Numerics.BigInteger b => "Integer::from_words(" + (b.Sign < 0 ? "true" : "false") + ", &[" + Words(System.Numerics.BigInteger.Abs(b)) + "])",
        string s => literal.Sort.Equals(BuiltInSort.Symbol) ? RustNames.HasLoneSurrogate(s) ? "Symbol(" + Units(s) + ")" : "Symbol::from(" + RustNames.Quote(s) + ")"
            : RustNames.HasLoneSurrogate(s) ? Units(s) : "Text::from(" + RustNames.Quote(s) + ")",
        _ => throw new InvalidOperationException(),
    };

    /// <summary>A number without suffix, as patterns have it.</summary>
    public static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The value of an enum's literal as its Rust integer.</summary>
    public static string Number(long value, EnumSort sort) => sort.Underlying == BuiltInKind.ULong ? Number(unchecked((ulong)value)) : Number(value);

    /// <summary>The expression that computes a primitive; it may end in <c>?</c>.</summary>
    /// <param name="primitive">The function.</param>
    /// <param name="value">Operands, by value where they are copied, else as something that methods can be called on.</param>
    /// <param name="typeOf">Names types.</param>
    public static string Compute(Primitive primitive, Func<int, string> value, Func<Sort, string> typeOf)
    {
        string x = value(0), y = primitive.Arity > 1 ? value(1) : "";
        // A method of a negative number, or of an operation, needs parentheses.
        string on = x.Length > 0 && (x[0] is '-' or '*' or '!') ? "(" + x + ")" : x;
        if (primitive.Op is PrimitiveOp.Convert or ConvertChecked) return Convert(primitive, x, on, typeOf);
        string type = typeOf(primitive.Operand);
        switch (primitive.Operand)
        {
            case BuiltInSort { Kind: BuiltInKind.Double }: return Real(primitive.Op, x, y, on, primitive.Arity > 2 ? value(2) : "");
            case BuiltInSort { Kind: BuiltInKind.BigInteger }: return Big(primitive.Op, x, y, on);
            case BuiltInSort { Kind: BuiltInKind.String or BuiltInKind.Symbol }:
                return primitive.Op switch
                {
                    Equal => x + " == " + y,
                    NotEqual => x + " != " + y,
                    Length => on + ".length()",
                    Concat => on + ".concat(" + Reference(y) + ", run)?",
                    NameOf => on + ".0.clone()",
                    SymbolOf => "Symbol(" + on + ".clone())",
                    _ => throw Unknown(primitive),
                };
        }

        bool isLong = type is "i64" or "u64", isSigned = type is "i32" or "i64";
        return primitive.Op switch
        {
            Add => on + ".wrapping_add(" + y + ")",
            Subtract => on + ".wrapping_sub(" + y + ")",
            Multiply => on + ".wrapping_mul(" + y + ")",
            Divide => "number::divide(" + x + ", " + y + ")?",
            Remainder => "number::remainder(" + x + ", " + y + ")?",
            Negate => on + ".wrapping_neg()",
            AddChecked => "number::checked(" + on + ".checked_add(" + y + "))?",
            SubtractChecked => "number::checked(" + on + ".checked_sub(" + y + "))?",
            MultiplyChecked => "number::checked(" + on + ".checked_mul(" + y + "))?",
            NegateChecked => "number::checked(" + on + ".checked_neg())?",
            BitAnd => x + " & " + y,
            BitOr => x + " | " + y,
            BitXor => x + " ^ " + y,
            Complement or Not => "!" + x,
            ShiftLeft => on + ".wrapping_shl(" + y + " as u32)",
            ShiftRight => on + ".wrapping_shr(" + y + " as u32)",
            ShiftRightUnsigned => isSigned
                ? "(" + x + " as " + (isLong ? "u64" : "u32") + ").wrapping_shr(" + y + " as u32) as " + type
                : on + ".wrapping_shr(" + y + " as u32)",
            Equal => x + " == " + y,
            NotEqual => x + " != " + y,
            Less => x + " < " + y,
            LessOrEqual => x + " <= " + y,
            Greater => x + " > " + y,
            GreaterOrEqual => x + " >= " + y,
            Abs => "number::checked(" + on + ".checked_abs())?",
            Min => on + ".min(" + y + ")",
            Max => on + ".max(" + y + ")",
            PrimitiveOp.Sign => on + ".signum()" + (isLong ? " as i32" : ""),
            Log2 => isSigned ? "number::log2(" + (isLong ? x : "i64::from(" + x + ")") + ")? as " + type : "(" + x + " | 1).ilog2() as " + type,
            IsPow2 => isSigned ? x + " > 0 && " + on + ".count_ones() == 1" : on + ".is_power_of_two()",
            PopCount => on + ".count_ones() as " + type,
            LeadingZeroCount => on + ".leading_zeros() as " + type,
            TrailingZeroCount => on + ".trailing_zeros() as " + type,
            CountUp => "number::count_up(" + x + ", " + y + ")?",
            _ => throw Unknown(primitive),
        };
    }

    private static string Real(PrimitiveOp op, string x, string y, string on, string z) => op switch
    {
        Add => x + " + " + y,
        Subtract => x + " - " + y,
        Multiply => x + " * " + y,
        Divide => x + " / " + y,
        Remainder => x + " % " + y,
        Negate => "-" + on,
        Equal => x + " == " + y,
        NotEqual => x + " != " + y,
        Less => x + " < " + y,
        LessOrEqual => x + " <= " + y,
        Greater => x + " > " + y,
        GreaterOrEqual => x + " >= " + y,
        Abs => on + ".abs()",
        Min => "number::min(" + x + ", " + y + ")",
        Max => "number::max(" + x + ", " + y + ")",
        PrimitiveOp.Sign => "number::sign(" + x + ")?",
        IsNaN => on + ".is_nan()",
        IsFinite => on + ".is_finite()",
        IsInteger => "number::is_integer(" + x + ")",
        Pow => "real::pow(" + x + ", " + y + ")",
        Atan2 => "real::atan2(" + x + ", " + y + ")",
        FusedMultiplyAdd => "real::fma(" + x + ", " + y + ", " + z + ")",
        Log => "real::ln(" + x + ")",
        Ceiling => "real::ceil(" + x + ")",
        Truncate => "real::trunc(" + x + ")",
#pragma warning disable CA1308 // lower case is the spelling, not a comparison
        _ => "real::" + op.ToString().ToLowerInvariant() + "(" + x + ")",
#pragma warning restore CA1308
    };

    private static string Big(PrimitiveOp op, string x, string y, string on)
    {
        string other = Reference(y);
        return op switch
        {
            Add => Grown(on + ".add(" + other + ")"),
            Subtract => Grown(on + ".sub(" + other + ")"),
            Multiply => on + ".mul_within(" + other + ", run)?",
            Divide => on + ".div_rem_within(" + other + ", run)?.0",
            Remainder => on + ".div_rem_within(" + other + ", run)?.1",
            Negate => Grown(on + ".negate()"),
            Complement => Grown(on + ".complement()"),
            BitAnd => Grown(on + ".bitwise(" + other + ", |a, b| a & b)"),
            BitOr => Grown(on + ".bitwise(" + other + ", |a, b| a | b)"),
            BitXor => Grown(on + ".bitwise(" + other + ", |a, b| a ^ b)"),
            ShiftLeft => Grown(on + ".shift_left(" + y + ", run.room())?"),
            ShiftRight => Grown(on + ".shift_right(" + y + ", run.room())?"),
            Equal => x + " == " + y,
            NotEqual => x + " != " + y,
            Less => x + " < " + y,
            LessOrEqual => x + " <= " + y,
            Greater => x + " > " + y,
            GreaterOrEqual => x + " >= " + y,
            Abs => Grown(on + ".abs()"),
            Min => "(" + Reference(x) + ").min(" + other + ").clone()",
            Max => "(" + Reference(x) + ").max(" + other + ").clone()",
            PrimitiveOp.Sign => on + ".sign()",
            IsPow2 => on + ".is_pow2()",
            Gcd => on + ".gcd_within(" + other + ", run)?",
            Pow => on + ".pow_within(" + y + ", run)?",
            _ => throw new InvalidOperationException(op + " is not defined for integers of any size."),
        };
    }

    // Memory is looked at from time to time, and at once where a large integer was made.
    private static string Grown(string integer) => "run.grown(" + integer + ")";

    /// <summary>True for what needs the evaluation: it may take much memory.</summary>
    public static bool NeedsRun(Primitive primitive) => primitive.Operand is BuiltInSort { Kind: BuiltInKind.BigInteger }
        && primitive.Op is Add or Subtract or Negate or Complement or Abs or BitAnd or BitOr or BitXor or ShiftLeft or ShiftRight
            || CanReachLimit(primitive);

    /// <summary>True for what looks at limits itself: it may take long, or much memory at once.</summary>
    public static bool CanReachLimit(Primitive primitive) => primitive.Op == Concat
        || primitive.Operand is BuiltInSort { Kind: BuiltInKind.BigInteger }
            && primitive.Op is Multiply or Divide or Remainder or Gcd or Pow;

    // A reference to an owned value, or the reference that is dereferenced.
    private static string Reference(string value) => value.StartsWith("*", StringComparison.Ordinal) ? value.Substring(1) : "&" + value;

    private static string Convert(Primitive primitive, string x, string on, Func<Sort, string> typeOf)
    {
        var from = primitive.Operand is EnumSort f ? BuiltInSort.Of(f.Underlying) : (BuiltInSort)primitive.Operand;
        var to = primitive.Result is EnumSort t ? BuiltInSort.Of(t.Underlying) : (BuiltInSort)primitive.Result;
        if (primitive.Operand is EnumSort) x = on += ".0";
        string result = Convert(from, to, x, on, primitive.Op == ConvertChecked, typeOf);
        return primitive.Result is EnumSort ? typeOf(primitive.Result) + "(" + result + ")" : result;
    }

    private static string Convert(BuiltInSort from, BuiltInSort to, string x, string on, bool isChecked, Func<Sort, string> typeOf)
    {
        string type = typeOf(to);
        if (from.Equals(to)) return from.Kind == BuiltInKind.BigInteger ? on + ".clone()" : x;
        if (from.Kind == BuiltInKind.BigInteger)
            return to.Kind == BuiltInKind.Double ? on + ".to_f64()" : on + ".to_fixed::<" + type + ">()?";
        if (to.Kind == BuiltInKind.BigInteger)
        {
            if (from.Kind == BuiltInKind.Double) return "Integer::from_f64(" + x + ")?";
            return from.Kind is Int or Long ? "Integer::from(" + x + " as i64)" : "Integer::from(" + x + " as u64)";
        }

        if (!isChecked || to.Kind == BuiltInKind.Double) return x + " as " + type;
        if (from.Kind != BuiltInKind.Double) return "number::convert::<" + type + ", _>(" + x + ")?";
        return "number::within(" + x + ", " + to.Kind switch
        {
            Int => "-2_147_483_649.0, 2_147_483_648.0",
            UInt => "-1.0, 4_294_967_296.0",
            // The next double below the smallest integer.
            Long => "-9_223_372_036_854_777_856.0, 9_223_372_036_854_775_808.0",
            _ => "-1.0, 18_446_744_073_709_551_616.0",
        } + ")? as " + type;
    }

    private static string Real(double value)
    {
        if (double.IsNaN(value)) return "f64::NAN";
        if (double.IsInfinity(value)) return value > 0 ? "f64::INFINITY" : "f64::NEG_INFINITY";
        if (value == 0) return BitConverter.DoubleToInt64Bits(value) < 0 ? "-0.0_f64" : "0.0_f64";
        string text = value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e").Replace('E', 'e');
        return text + (text.IndexOf('.') < 0 && text.IndexOf('e') < 0 ? ".0" : "") + "_f64";
    }

    private static string Words(System.Numerics.BigInteger value)
    {
        string words = "";
        for (; value > 0; value >>= 64) words += (words.Length > 0 ? ", " : "") + Number((ulong)(value & ulong.MaxValue));
        return words;
    }

    private static string Units(string text)
    {
        string units = "";
        foreach (char c in text) units += (units.Length > 0 ? ", " : "") + "0x" + ((int)c).ToString("X4", CultureInfo.InvariantCulture);
        return "Text::from_units(&[" + units + "])";
    }

    private static InvalidOperationException Unknown(Primitive primitive) => new(primitive + " is not known.");
}
