using System;
using System.Globalization;
using System.Text;
using Rewright.Model;

namespace Rewright.Text;

/// <summary>The kinds of tokens.</summary>
public enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,
    /// <summary>A name, with or without backticks.</summary>
    Name,
    /// <summary>A variable with its mark: <c>$x</c>.</summary>
    Variable,
    /// <summary>An integer, with its suffix.</summary>
    Integer,
    /// <summary>A number with a dot or an exponent.</summary>
    Real,
    /// <summary>A string in double quotes.</summary>
    String,
    /// <summary>A symbol in single quotes.</summary>
    Symbol,
    /// <summary>A punctuation mark or operator.</summary>
    Punctuation,
    /// <summary>Something that is no token; its text says why.</summary>
    Error,
}

/// <summary>A token of <c>.rw</c> text.</summary>
/// <param name="Kind">The kind of token.</param>
/// <param name="Text">A name without its quotes, the characters of a string, the digits of a number, or the message of an error.</param>
/// <param name="Suffix">The upper-case suffix of a number.</param>
/// <param name="Start">The offset of the first character.</param>
/// <param name="End">The offset after the last character.</param>
/// <param name="IsQuoted">True for a name in backticks, which is never a keyword.</param>
public readonly record struct Token(TokenKind Kind, string Text, string Suffix, int Start, int End, bool IsQuoted)
{
    /// <summary>True if only blanks precede it on its line.</summary>
    public bool StartsLine { get; init; }

    /// <summary>True for this punctuation mark.</summary>
    public bool Is(string punctuation) => Kind == TokenKind.Punctuation && Text == punctuation;

    /// <summary>True for this name, written without backticks.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Name && !IsQuoted && Text == word;
}

/// <summary>Splits <c>.rw</c> text into tokens, one at a time, from any offset. The parsers of modules and of terms share it.</summary>
/// <param name="text">The text.</param>
/// <param name="file">The name of the text in places.</param>
/// <param name="maxDigits">The most digits of an integer.</param>
/// <param name="place">A place to report for everything in the text; null for the real places.</param>
public sealed class Lexer(string text, string file, int maxDigits = int.MaxValue, SourceSpan? place = null)
{
    // Longest first, so that the first match is the right one.
    private static readonly string[] Punctuation =
    [
        ">>>", "->", "==", "!=", "<=", ">=", "<<", ">>", "&&", "||",
        "(", ")", "[", "]", "{", "}", ",", ":", "=", "|", "+", "-", "*", "/", "%", "&", "^", "~", "!", "<", ">", "?", ".", ";",
    ];

    private readonly LineMap _lines = new(text, file);

    /// <summary>The text.</summary>
    public string Text => text;

    /// <summary>The place of a part of the text.</summary>
    public SourceSpan Span(int start, int end) => place ?? _lines.Span(start, end);

    /// <summary>The token that starts at a position, or behind the white space there.</summary>
    public Token Next(int position)
    {
        int start = SkipBlanks(position);
        bool startsLine = position == 0 || text.IndexOfAny(['\n', '\r'], position, start - position) >= 0;
        return Scan(start) with { StartsLine = startsLine };
    }

    private Token Scan(int position)
    {
        if (position >= text.Length) return new(TokenKind.End, "the end of the text", "", text.Length, text.Length, false);
        char c = text[position];
        if (LiteralText.IsNameStart(c))
        {
            int end = NameEnd(position);
            return new(TokenKind.Name, text.Substring(position, end - position), "", position, end, false);
        }

        if (c == '`') return Quoted(position, TokenKind.Name);
        if (c == '$' && position + 1 < text.Length)
        {
            if (text[position + 1] == '`') return Quoted(position + 1, TokenKind.Variable) with { Start = position };
            if (LiteralText.IsNameStart(text[position + 1]))
            {
                int end = NameEnd(position + 1);
                return new(TokenKind.Variable, text.Substring(position + 1, end - position - 1), "", position, end, true);
            }
        }

        if (c is >= '0' and <= '9') return Number(position);
        if (c is '"' or '\'') return StringToken(position, c);
        foreach (string p in Punctuation)
            if (string.CompareOrdinal(text, position, p, 0, p.Length) == 0)
                return new(TokenKind.Punctuation, p, "", position, position + p.Length, false);
        int width = char.IsSurrogatePair(text, position) ? 2 : 1;
        return new(TokenKind.Error, "Unexpected character " + Shown(text.Substring(position, width)), "", position, position + width,
            false);
    }

    private int SkipBlanks(int position)
    {
        while (position < text.Length)
        {
            if (text[position] == '#')
            {
                while (position < text.Length && !IsLineEnd(text[position])) position++;
            }
            else if (char.IsWhiteSpace(text[position]) || text[position] == '\uFEFF') position++;
            else break;
        }

        return position;
    }

    private static bool IsLineEnd(char c) => c is '\n' or '\r';

    // The character as a message can show it: an invisible one, or one that would spoil the line, is shown by its number.
    private static string Shown(string character)
        => character.Length == 1
            && (char.IsControl(character[0]) || char.IsSurrogate(character[0])
            || char.GetUnicodeCategory(character[0]) == UnicodeCategory.Format)
            ? "U+" + ((int)character[0]).ToString("X4", CultureInfo.InvariantCulture)
            : "'" + character + "'";

    private int NameEnd(int position)
    {
        while (position < text.Length && LiteralText.IsNamePart(text[position])) position++;
        return position;
    }

    private Token Quoted(int position, TokenKind kind)
    {
        int end = position + 1;
        while (end < text.Length && text[end] != '`' && !IsLineEnd(text[end])) end++;
        if (end >= text.Length || text[end] != '`')
            return new(TokenKind.Error, "A name in backticks is not closed on its line", "", position, end, false);
        if (end == position + 1) return new(TokenKind.Error, "A name in backticks is empty", "", position, end + 1, false);
        // A dot separates the parts of a qualified name even after the backticks are removed, so names must not contain one.
        if (text.IndexOf('.', position, end - position) >= 0)
            return new(TokenKind.Error, "A name cannot hold a dot", "", position, end + 1, false);
        return new(kind, text.Substring(position + 1, end - position - 1), "", position, end + 1, true);
    }

    private Token Number(int start)
    {
        int position = start;
        bool real = false;
        string digits;
        if (text[position] == '0' && position + 1 < text.Length && text[position + 1] is 'x' or 'X')
        {
            position += 2;
            int first = position;
            while (position < text.Length && Uri.IsHexDigit(text[position])) position++;
            if (position == first) return new(TokenKind.Error, "A hexadecimal number needs digits", "", start, position, false);
            if (position - first > maxDigits) return TooLong(start, position);
            digits = System.Numerics.BigInteger.Parse(
                "0" + text.Substring(first, position - first), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            while (position < text.Length && text[position] is >= '0' and <= '9') position++;
            if (position + 1 < text.Length && text[position] == '.' && text[position + 1] is >= '0' and <= '9')
            {
                real = true;
                position++;
                while (position < text.Length && text[position] is >= '0' and <= '9') position++;
            }

            if (position < text.Length && text[position] is 'e' or 'E')
            {
                int exponent = position + 1;
                if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
                if (exponent < text.Length && text[exponent] is >= '0' and <= '9')
                {
                    real = true;
                    position = exponent;
                    while (position < text.Length && text[position] is >= '0' and <= '9') position++;
                }
            }

            if (!real && position - start > maxDigits) return TooLong(start, position);
            digits = text.Substring(start, position - start);
        }

        int suffixStart = position;
        position = NameEnd(position);
        string suffix = text.Substring(suffixStart, position - suffixStart).ToUpperInvariant();
        if (suffix is not ("" or "L" or "U" or "UL" or "LU" or "D" or "N") || real && suffix is not ("" or "D"))
            return new(TokenKind.Error, "A number cannot end in '" + text.Substring(suffixStart, position - suffixStart) + "'", "", start,
                position, false);
        return new(real || suffix == "D" ? TokenKind.Real : TokenKind.Integer, digits, suffix == "LU" ? "UL" : suffix, start, position,
            false);
    }

    private Token TooLong(int start, int end)
        => new(TokenKind.Error, "A number cannot have more than " + maxDigits.ToString(CultureInfo.InvariantCulture) + " digits", "", start,
            end, false);

    private Token StringToken(int start, char quote)
    {
        var value = new StringBuilder();
        int position = start + 1;
        while (position < text.Length && text[position] != quote && !IsLineEnd(text[position]))
        {
            char c = text[position++];
            if (c != '\\')
            {
                value.Append(c);
                continue;
            }

            if (position >= text.Length || IsLineEnd(text[position])) break;
            int escape = position++;
            switch (text[escape])
            {
                case 'n': value.Append('\n'); break;
                case 'r': value.Append('\r'); break;
                case 't': value.Append('\t'); break;
                case '0': value.Append('\0'); break;
                case '\\' or '"' or '\'': value.Append(text[escape]); break;
                case 'u' when position + 4 <= text.Length
                    && ushort.TryParse(text.Substring(position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                        out ushort unit):
                    value.Append((char)unit);
                    position += 4;
                    break;
                case 'u':
                    return new(TokenKind.Error, "The escape sequence \\u needs four hexadecimal digits", "", escape - 1, position, false);
                default:
                    return new(TokenKind.Error, "There is no escape sequence of a backslash and " + Shown(text.Substring(escape, 1)), "",
                        escape - 1, position, false);
            }
        }

        if (position >= text.Length || text[position] != quote)
            return new(TokenKind.Error, "The " + (quote == '"' ? "string" : "symbol") + " is not closed on its line", "", start, position,
                false);
        return new(quote == '"' ? TokenKind.String : TokenKind.Symbol, value.ToString(), "", start, position + 1, false);
    }
}
