using System;
using System.Globalization;
using System.Numerics;
using System.Text;
using Rewright.Text;

namespace Rewright.Model;

/// <summary>Writes literals and names of <c>.rw</c> text so that they read back the same.</summary>
public static class LiteralText
{
    /// <summary>True for a character that a name can begin with.</summary>
    public static bool IsNameStart(char c) => c == '_' || char.IsLetter(c);

    /// <summary>True for a character that can follow the first in a name.</summary>
    public static bool IsNamePart(char c) => c == '_' || char.IsLetterOrDigit(c);

    /// <summary>The literal, with the suffix that determines its sort.</summary>
    public static string Print(Literal literal) => Print(literal, sortIsKnown: false);

    /// <summary>The literal; integers have no suffix if the context determines the sort.</summary>
    public static string Print(Literal literal, bool sortIsKnown) => literal.Value switch
    {
        bool b => b ? "true" : "false",
        int i => i.ToString(CultureInfo.InvariantCulture),
        uint u => u.ToString(CultureInfo.InvariantCulture) + (sortIsKnown ? "" : "U"),
        long l when literal.Sort is EnumSort e => Print(e, l),
        long l => l.ToString(CultureInfo.InvariantCulture) + (sortIsKnown ? "" : "L"),
        ulong u => u.ToString(CultureInfo.InvariantCulture) + (sortIsKnown ? "" : "UL"),
        BigInteger b => b.ToString(CultureInfo.InvariantCulture) + (sortIsKnown ? "" : "N"),
        double d => Print(d),
        string s => literal.Sort.Equals(BuiltInSort.Symbol) ? Quote(s, '\'') : Quote(s, '"'),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>A double that reads back to the same bits (all NaNs to the same one).</summary>
    public static string Print(double value)
    {
        if (double.IsNaN(value)) return "double.NaN";
        if (double.IsPositiveInfinity(value)) return "double.PositiveInfinity";
        if (double.IsNegativeInfinity(value)) return "double.NegativeInfinity";
        if (value == 0) return BitConverter.DoubleToInt64Bits(value) < 0 ? "-0.0" : "0.0";
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E']) < 0 ? text + ".0" : text;
    }

    /// <summary>Quotes a string or symbol.</summary>
    public static string Quote(string value, char quote)
    {
        var text = new StringBuilder(value.Length + 2);
        text.Append(quote);
        foreach (char c in value)
        {
            if (c == quote || c == '\\') text.Append('\\').Append(c);
            else if (c == '\n') text.Append("\\n");
            else if (c == '\r') text.Append("\\r");
            else if (c == '\t') text.Append("\\t");
            else if (c == '\0') text.Append("\\0");
            // Lone surrogates would not survive a file in UTF-8.
            else if (c < ' ' || c is >= '\u007F' and <= '\u009F' || c is '\u2028' or '\u2029' || char.IsSurrogate(c))
                text.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            else text.Append(c);
        }

        return text.Append(quote).ToString();
    }

    /// <summary>A name, in backticks if it is not a plain identifier.</summary>
    public static string Name(string name)
    {
        bool plain = name.Length > 0 && IsNameStart(name[0]);
        foreach (char c in name) plain &= IsNamePart(c);
        return plain ? name : "`" + name + "`";
    }

    /// <summary>A dotted name with each part quoted if necessary.</summary>
    public static string DottedName(string name) => string.Join(".", Array.ConvertAll(name.Split('.'), Name));

    private static string Print(EnumSort sort, long value)
    {
        foreach (var member in sort.Members)
            if (member.Value == value) return DottedName(sort.FullName) + "." + Name(member.Name);
        return DottedName(sort.FullName) + "(" + EnumValue(sort, value) + ")";
    }

    /// <summary>A value of an enum, in the form of its underlying sort.</summary>
    internal static string EnumValue(EnumSort sort, long value) => sort.Underlying == BuiltInKind.ULong
        ? unchecked((ulong)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
