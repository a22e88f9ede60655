using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rewright.Emit.Ir;

/// <summary>Writes names, strings and numbers in LLVM's text form.</summary>
public static class IrText
{
    /// <summary>A global name, quoted.</summary>
    public static string Global(string name) => "@\"" + Escape(name) + "\"";

    /// <summary>A name that needs no quotes; different names can give the same result.</summary>
    public static string Plain(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (char c in name) text.Append(c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' or '.' ? c : '_');
        if (text.Length == 0 || text[0] is >= '0' and <= '9') text.Insert(0, 'v');
        return text.ToString();
    }

    /// <summary>A string between LLVM's quotes, as bytes in UTF-8.</summary>
    public static string Escape(string text) => Escape(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes between LLVM's quotes.</summary>
    public static string Escape(IReadOnlyList<byte> bytes)
    {
        var escaped = new StringBuilder();
        foreach (byte b in bytes)
        {
            if (b is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\') escaped.Append((char)b);
            else escaped.Append('\\').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    /// <summary>Text for a comment, on one line.</summary>
    public static string Comment(string text) => text.Replace('\n', ' ').Replace('\r', ' ');

    /// <summary>A number in decimal.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
