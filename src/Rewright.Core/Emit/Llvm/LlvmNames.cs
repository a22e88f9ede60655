using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>How names, types and numbers are written in LLVM's text form.</summary>
internal static class LlvmNames
{
    /// <summary>A global name, quoted.</summary>
    public static string Global(string name) => "@\"" + Escape(name) + "\"";

    /// <summary>A name that needs no quotes; different names can become the same.</summary>
    public static string Plain(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (char c in name) text.Append(c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' or '.' ? c : '_');
        if (text.Length == 0 || text[0] is >= '0' and <= '9') text.Insert(0, 'v');
        return text.ToString();
    }

    /// <summary>The bytes of a string as LLVM writes them between quotes.</summary>
    public static string Escape(string text) => Escape(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as LLVM writes them between quotes.</summary>
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

    /// <summary>The type that values of a sort have in registers.</summary>
    public static string TypeOf(Sort sort) => TypeOf(Layouts.KindOf(sort));

    /// <summary>The type of a function's result, which one that fills a hole does not have.</summary>
    public static string ResultType(Sort? sort) => sort is null ? "void" : TypeOf(sort);

    /// <summary>The type that values of a kind have in registers.</summary>
    public static string TypeOf(WordKind kind) => kind switch
    {
        WordKind.Term or WordKind.Hole => "ptr",
        WordKind.Bool => "i1",
        WordKind.Int32 => "i32",
        WordKind.Int64 => "i64",
        _ => "double",
    };

    /// <summary>A number in decimal.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
