using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rewright.Emit.Rust;

/// <summary>Names by Rust's conventions: <c>snake_case</c> for values, <c>PascalCase</c> for types, ASCII, no keywords.</summary>
internal static class RustNames
{
    private static readonly HashSet<string> Keywords = new((
        "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in let loop "
        + "macro match mod move mut override priv pub ref return self Self static struct super trait true try type typeof union unsafe "
        + "unsized use virtual where while yield").Split(' '));

    /// <summary><c>PlusZero</c>, <c>plus-zero</c>: <c>plus_zero</c>.</summary>
    public static string Snake(string name)
    {
        string snake = string.Join("_", Words(name));
        return Keywords.Contains(snake) ? snake + "_" : snake;
    }

    /// <summary><c>plus_zero</c>, <c>ABC</c>: <c>PlusZero</c>, <c>Abc</c>.</summary>
    public static string Pascal(string name)
    {
        string pascal = string.Concat(Words(name).Select(w => char.ToUpperInvariant(w[0]) + w.Substring(1)));
        return Keywords.Contains(pascal) ? pascal + "_" : pascal;
    }

    /// <summary>The name, followed by a number if it is already used.</summary>
    public static string Unique(HashSet<string> taken, string name)
    {
        string unique = name, separator = char.IsDigit(name[name.Length - 1]) ? "_" : "";
        for (int i = 2; !taken.Add(unique); i++) unique = name + separator + i.ToString(CultureInfo.InvariantCulture);
        return unique;
    }

    /// <summary>A string literal.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length) quoted.Append(c).Append(text[++i]);
            else if (c < ' ' || c is >= '\u007F' and <= '\u009F' or '\u2028' or '\u2029' or '\uFEFF'
                || char.GetUnicodeCategory(c) == UnicodeCategory.Format)
                quoted.Append("\\u{").Append(((int)c).ToString("x", CultureInfo.InvariantCulture)).Append('}');
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>True if a text cannot be encoded in UTF-8.</summary>
    public static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return true;
            i++;
        }

        return false;
    }

    // Lower-case words of ASCII letters and digits. The first starts with a letter, and there is at least one.
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        void End()
        {
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }

        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            bool isUpper = c is >= 'A' and <= 'Z';
            if (isUpper && word.Length > 0)
            {
                bool wasUpper = name[i - 1] is >= 'A' and <= 'Z';
                if (!wasUpper || i + 1 < name.Length && name[i + 1] is >= 'a' and <= 'z') End();
            }

            if (isUpper) word.Append(char.ToLowerInvariant(c));
            else if (c is >= 'a' and <= 'z' or >= '0' and <= '9') word.Append(c);
            else
            {
                End();
                if (c != '_') words.Add("u" + ((int)c).ToString("x", CultureInfo.InvariantCulture));
            }
        }

        End();
        if (words.Count == 0) words.Add("x");
        if (char.IsDigit(words[0][0])) words[0] = "n" + words[0];
        return words;
    }
}
