using System;
using System.Globalization;
using System.Numerics;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>C# constants as expressions of a module.</summary>
internal static class Constants
{
    /// <summary>The constant with its C# type; null for a type that is not a sort.</summary>
    public static ExprSyntax? Quote(object? value, SourceSpan span) => value switch
    {
        bool b => new LiteralSyntax(LiteralKind.Bool, b ? "true" : "false", "", span),
        string s => new LiteralSyntax(LiteralKind.String, s, "", span),
        // C# promotes these to int.
        sbyte or byte or short or ushort => Integer(Convert.ToInt32(value, CultureInfo.InvariantCulture), "", span),
        char c => Integer(c, "", span),
        int i => Integer(i, "", span),
        uint u => Integer(u, "U", span),
        long l => Integer(l, "L", span),
        ulong u => Integer(u, "UL", span),
        BigInteger b => Integer(b, "N", span),
        double d => Real(d, span),
        _ => null,
    };

    /// <summary>An integer of the sort given by the suffix.</summary>
    public static ExprSyntax Integer(BigInteger value, string suffix, SourceSpan span)
    {
        var digits = new LiteralSyntax(LiteralKind.Integer, BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture), suffix, span);
        return value.Sign < 0 ? new UnarySyntax("-", digits, span) : digits;
    }

    private static ExprSyntax Real(double value, SourceSpan span)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            string name = double.IsNaN(value) ? "double.NaN" : value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
            return new CallSyntax(name, EquatableArray<ExprSyntax>.Empty, span, span);
        }

        bool negative = BitConverter.DoubleToInt64Bits(value) < 0;
        var digits = new LiteralSyntax(LiteralKind.Real, Math.Abs(value).ToString("R", CultureInfo.InvariantCulture), "D", span);
        return negative ? new UnarySyntax("-", digits, span) : digits;
    }
}
