using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Model;
using Integer = System.Numerics.BigInteger;

namespace Rewright.Emit.Rust;

/// <summary>How literals are written in Rust.</summary>
internal static class RustLiterals
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
        ? RustExpression.Call("Text::from_units",
            RustExpression.Slice(text.Select(c => RustExpression.Of("0x" + ((int)c).ToString("X4", CultureInfo.InvariantCulture)))))
        : RustExpression.Call("Text::from", RustExpression.Of(RustNames.Quote(text)));

    private static RustExpression SymbolOf(string text)
        => RustNames.HasLoneSurrogate(text) ? RustExpression.Call("Symbol", TextOf(text))
            : RustExpression.Call("Symbol::from", RustExpression.Of(RustNames.Quote(text)));
}
