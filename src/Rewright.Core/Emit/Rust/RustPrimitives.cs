using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;
using Integer = System.Numerics.BigInteger;

namespace Rewright.Emit.Rust;

/// <summary>How literals and the functions of built-in sorts are written in Rust.</summary>
internal static class RustPrimitives
{
    /// <summary>An expression for a literal.</summary>
    /// <param name="literal">The literal.</param>
    /// <param name="typeOf">Names types.</param>
    public static RustExpression Of(Literal literal, Func<Sort, string> typeOf) => literal.Value switch
    {
        bool b => RustExpression.Of(b ? "true" : "false"),
        int i => Signed(i, "_i32"),
        uint u => RustExpression.Of(Number(u) + "_u32"),
        long l when literal.Sort is EnumSort e => RustExpression.Call(typeOf(e), RustExpression.Of(Number(l, e))),
        long l => Signed(l, "_i64"),
        ulong u => RustExpression.Of(Number(u) + "_u64"),
        double d => Real(d),
        Integer b when b >= long.MinValue && b <= long.MaxValue => RustExpression.Call("Integer::from", Signed((long)b, "_i64")),
        Integer b => RustExpression.Call(
            "Integer::from_words", RustExpression.Of(b.Sign < 0 ? "true" : "false"), RustExpression.Slice(Words(Integer.Abs(b)))),
        string s => literal.Sort.Equals(BuiltInSort.Symbol) ? SymbolOf(s) : TextOf(s),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>A number without suffix, as patterns have it.</summary>
    public static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The value of an enum's literal as its Rust integer.</summary>
    public static string Number(long value, EnumSort sort)
        => sort.Underlying == BuiltInKind.ULong ? Number(unchecked((ulong)value)) : Number(value);

    /// <summary>The expression that computes a primitive.</summary>
    /// <param name="primitive">The function.</param>
    /// <param name="value">Operands, by value where they are copied, else as something that methods can be called on.</param>
    /// <param name="typeOf">Names types.</param>
    public static RustExpression Compute(Primitive primitive, Func<int, RustExpression> value, Func<Sort, string> typeOf)
    {
        RustExpression x = value(0), y = primitive.Arity > 1 ? value(1) : x;
        if (primitive.Op is PrimitiveOp.Convert or ConvertChecked) return Convert(primitive, x, typeOf);
        // Types of all sorts compare by the operators that C# has.
        if (primitive.Op is Equal or NotEqual or Less or LessOrEqual or Greater or GreaterOrEqual)
            return x.Infix(primitive.Operator!, y);
        return primitive.Operand switch
        {
            BuiltInSort { Kind: BuiltInKind.Double } => Real(primitive.Op, x, y, primitive.Arity > 2 ? value(2) : x),
            BuiltInSort { Kind: BuiltInKind.BigInteger } => Big(primitive.Op, x, y),
            BuiltInSort { Kind: BuiltInKind.String or BuiltInKind.Symbol } => OfText(primitive, x, y),
            _ => Fixed(primitive, x, y, typeOf(primitive.Operand)),
        };
    }

    private static RustExpression OfText(Primitive primitive, RustExpression x, RustExpression y) => primitive.Op switch
    {
        Length => x.Method("length"),
        Concat => x.Method("concat", y.Reference(), Run).Try(),
        NameOf => x.Field("0").Cloned(),
        PrimitiveOp.SymbolOf => RustExpression.Call("Symbol", x.Cloned()),
        _ => throw Unknown(primitive),
    };

    // Integers of fixed size, and truth values.
    private static RustExpression Fixed(Primitive primitive, RustExpression x, RustExpression y, string type)
    {
        bool isLong = type is "i64" or "u64", isSigned = type is "i32" or "i64";
        return primitive.Op switch
        {
            Add => x.Method("wrapping_add", y),
            Subtract => x.Method("wrapping_sub", y),
            Multiply => x.Method("wrapping_mul", y),
            Divide => Call("number::divide", x, y).Try(),
            Remainder => Call("number::remainder", x, y).Try(),
            Negate => x.Method("wrapping_neg"),
            AddChecked => Checked(x.Method("checked_add", y)),
            SubtractChecked => Checked(x.Method("checked_sub", y)),
            MultiplyChecked => Checked(x.Method("checked_mul", y)),
            NegateChecked => Checked(x.Method("checked_neg")),
            BitAnd => x.Infix("&", y),
            BitOr => x.Infix("|", y),
            BitXor => x.Infix("^", y),
            Complement or Not => x.Not(),
            ShiftLeft => x.Method("wrapping_shl", y.As("u32")),
            ShiftRight => x.Method("wrapping_shr", y.As("u32")),
            ShiftRightUnsigned when isSigned => x.As(isLong ? "u64" : "u32").Method("wrapping_shr", y.As("u32")).As(type),
            ShiftRightUnsigned => x.Method("wrapping_shr", y.As("u32")),
            Abs => Checked(x.Method("checked_abs")),
            Min => x.Method("min", y),
            Max => x.Method("max", y),
            PrimitiveOp.Sign => isLong ? x.Method("signum").As("i32") : x.Method("signum"),
            Log2 when isSigned => Call("number::log2", isLong ? x : Call("i64::from", x)).Try().As(type),
            Log2 => x.Infix("|", RustExpression.Of("1")).Method("ilog2").As(type),
            IsPow2 when isSigned
                => x.Infix(">", RustExpression.Of("0")).Infix("&&", x.Method("count_ones").Infix("==", RustExpression.Of("1"))),
            IsPow2 => x.Method("is_power_of_two"),
            PopCount => x.Method("count_ones").As(type),
            LeadingZeroCount => x.Method("leading_zeros").As(type),
            TrailingZeroCount => x.Method("trailing_zeros").As(type),
            CountUp => Call("number::count_up", x, y).Try(),
            _ => throw Unknown(primitive),
        };
    }

    private static RustExpression Real(PrimitiveOp op, RustExpression x, RustExpression y, RustExpression z) => op switch
    {
        Add => x.Infix("+", y),
        Subtract => x.Infix("-", y),
        Multiply => x.Infix("*", y),
        Divide => x.Infix("/", y),
        Remainder => x.Infix("%", y),
        Negate => x.Minus(),
        Abs => x.Method("abs"),
        Min => Call("number::min", x, y),
        Max => Call("number::max", x, y),
        PrimitiveOp.Sign => Call("number::sign", x).Try(),
        IsNaN => x.Method("is_nan"),
        IsFinite => x.Method("is_finite"),
        IsInteger => Call("number::is_integer", x),
        Pow => Call("real::pow", x, y),
        Atan2 => Call("real::atan2", x, y),
        FusedMultiplyAdd => Call("real::fma", x, y, z),
        Log => Call("real::ln", x),
        Ceiling => Call("real::ceil", x),
        Truncate => Call("real::trunc", x),
#pragma warning disable CA1308 // lower case is the spelling, not a comparison
        _ => Call("real::" + op.ToString().ToLowerInvariant(), x),
#pragma warning restore CA1308
    };

    private static RustExpression Big(PrimitiveOp op, RustExpression x, RustExpression y)
    {
        var other = y.Reference();
        RustExpression Bitwise(string operation) => Grown(x.Method("bitwise", other, RustExpression.Of("|a, b| a " + operation + " b")));
        return op switch
        {
            Add => Grown(x.Method("add", other)),
            Subtract => Grown(x.Method("sub", other)),
            Multiply => x.Method("mul_within", other, Run).Try(),
            Divide => x.Method("div_rem_within", other, Run).Try().Field("0"),
            Remainder => x.Method("div_rem_within", other, Run).Try().Field("1"),
            Negate => Grown(x.Method("negate")),
            Complement => Grown(x.Method("complement")),
            BitAnd => Bitwise("&"),
            BitOr => Bitwise("|"),
            BitXor => Bitwise("^"),
            ShiftLeft => Grown(x.Method("shift_left", y, RustExpression.Of("run.room()")).Try()),
            ShiftRight => Grown(x.Method("shift_right", y, RustExpression.Of("run.room()")).Try()),
            Abs => Grown(x.Method("abs")),
            Min => x.Reference().Grouped().Method("min", other).Cloned(),
            Max => x.Reference().Grouped().Method("max", other).Cloned(),
            PrimitiveOp.Sign => x.Method("sign"),
            IsPow2 => x.Method("is_pow2"),
            Gcd => x.Method("gcd_within", other, Run).Try(),
            Pow => x.Method("pow_within", y, Run).Try(),
            _ => throw new InvalidOperationException(op + " is not defined for integers of any size."),
        };
    }

    private static RustExpression Run { get; } = RustExpression.Of("run");

    private static RustExpression Call(string function, params RustExpression[] arguments) => RustExpression.Call(function, arguments);

    private static RustExpression Checked(RustExpression option) => Call("number::checked", option).Try();

    // Memory is looked at from time to time, and at once where a large integer was made.
    private static RustExpression Grown(RustExpression integer) => Call("run.grown", integer);

    /// <summary>True for what needs the evaluation: it may take much memory.</summary>
    public static bool NeedsRun(Primitive primitive) => primitive.Operand is BuiltInSort { Kind: BuiltInKind.BigInteger }
        && primitive.Op is Add or Subtract or Negate or Complement or Abs or BitAnd or BitOr or BitXor or ShiftLeft or ShiftRight
            || CanReachLimit(primitive);

    /// <summary>True for what looks at limits itself: it may take long, or much memory at once.</summary>
    public static bool CanReachLimit(Primitive primitive) => primitive.Op == Concat
        || primitive.Operand is BuiltInSort { Kind: BuiltInKind.BigInteger }
            && primitive.Op is Multiply or Divide or Remainder or Gcd or Pow;

    private static RustExpression Convert(Primitive primitive, RustExpression x, Func<Sort, string> typeOf)
    {
        var from = primitive.Operand is EnumSort f ? BuiltInSort.Of(f.Underlying) : (BuiltInSort)primitive.Operand;
        var to = primitive.Result is EnumSort t ? BuiltInSort.Of(t.Underlying) : (BuiltInSort)primitive.Result;
        if (primitive.Operand is EnumSort) x = x.Field("0");
        var result = Convert(from, to, x, primitive.Op == ConvertChecked, typeOf(to));
        return primitive.Result is EnumSort ? Call(typeOf(primitive.Result), result) : result;
    }

    private static RustExpression Convert(BuiltInSort from, BuiltInSort to, RustExpression x, bool isChecked, string type)
    {
        if (from.Equals(to)) return from.Kind == BuiltInKind.BigInteger ? x.Cloned() : x;
        if (from.Kind == BuiltInKind.BigInteger)
            return to.Kind == BuiltInKind.Double ? x.Method("to_f64") : x.Method("to_fixed::<" + type + ">").Try();
        if (to.Kind == BuiltInKind.BigInteger)
        {
            if (from.Kind == BuiltInKind.Double) return Call("Integer::from_f64", x).Try();
            return Call("Integer::from", x.As(from.Kind is Int or Long ? "i64" : "u64"));
        }

        if (!isChecked || to.Kind == BuiltInKind.Double) return x.As(type);
        if (from.Kind != BuiltInKind.Double) return Call("number::convert::<" + type + ", _>", x).Try();
        var (below, above) = to.Kind switch
        {
            Int => ("-2_147_483_649.0", "2_147_483_648.0"),
            UInt => ("-1.0", "4_294_967_296.0"),
            // The next double below the smallest integer.
            Long => ("-9_223_372_036_854_777_856.0", "9_223_372_036_854_775_808.0"),
            _ => ("-1.0", "18_446_744_073_709_551_616.0"),
        };
        return Call("number::within", x, RustExpression.Of(below), RustExpression.Of(above)).Try().As(type);
    }

    private static RustExpression Signed(long value, string suffix) => RustExpression.Number(Number(value) + suffix, value < 0);

    private static RustExpression Real(double value)
    {
        if (double.IsNaN(value)) return RustExpression.Of("f64::NAN");
        if (double.IsInfinity(value)) return RustExpression.Of(value > 0 ? "f64::INFINITY" : "f64::NEG_INFINITY");
        bool isNegative = BitConverter.DoubleToInt64Bits(value) < 0;
        if (value == 0) return RustExpression.Number(isNegative ? "-0.0_f64" : "0.0_f64", isNegative);
        string text = value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e").Replace('E', 'e');
        return RustExpression.Number(text + (text.IndexOf('.') < 0 && text.IndexOf('e') < 0 ? ".0" : "") + "_f64", isNegative);
    }

    private static IEnumerable<RustExpression> Words(Integer value)
    {
        for (; value > 0; value >>= 64) yield return RustExpression.Of(Number((ulong)(value & ulong.MaxValue)));
    }

    private static RustExpression TextOf(string text) => RustNames.HasLoneSurrogate(text)
        ? Call("Text::from_units",
            RustExpression.Slice(text.Select(c => RustExpression.Of("0x" + ((int)c).ToString("X4", CultureInfo.InvariantCulture)))))
        : Call("Text::from", RustExpression.Of(RustNames.Quote(text)));

    private static RustExpression SymbolOf(string text)
        => RustNames.HasLoneSurrogate(text) ? Call("Symbol", TextOf(text)) : Call("Symbol::from", RustExpression.Of(RustNames.Quote(text)));

    private static InvalidOperationException Unknown(Primitive primitive) => new(primitive + " is not known.");
}
