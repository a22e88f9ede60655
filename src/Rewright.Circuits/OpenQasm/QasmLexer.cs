using System;
using System.Globalization;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Quantum;

internal enum QasmTokenKind { End, Name, Integer, Real, String, Punctuation }

internal readonly record struct QasmToken(QasmTokenKind Kind, string Text, SourceSpan Span)
{
    public bool Is(string punctuation) => Kind == QasmTokenKind.Punctuation && Text == punctuation;

    public bool IsWord(string word) => Kind == QasmTokenKind.Name && Text == word;

    /// <summary>The text of the token for messages.</summary>
    public string Shown
        => Kind == QasmTokenKind.End ? "the end of the text" : "'" + (Text.Length > 40 ? Text.Substring(0, 40) + "..." : Text) + "'";
}

/// <summary>Splits a program into tokens.</summary>
internal sealed class QasmLexer(string text, string file)
{
    // Longest first, so that the first match is the right one.
    private static readonly string[] Punctuation =
    [
        "**=", "<<=", ">>=", "->", "==", "!=", "<=", ">=", "<<", ">>", "&&", "||", "++", "**", "+=", "-=", "*=", "/=", "&=", "|=", "^=",
        "%=",
        "(", ")", "[", "]", "{", "}", ",", ":", ";", "=", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "@", ".",
    ];

    private readonly LineMap _lines = new(text, file);
    private int _position = text.StartsWith("\uFEFF", StringComparison.Ordinal) ? 1 : 0;
    private bool _lineIsEmpty = true;

    public QasmToken Next()
    {
        SkipBlanks();
        int start = _position;
        _lineIsEmpty = false;
        if (start >= text.Length) return new(QasmTokenKind.End, "", _lines.Span(text.Length, text.Length));
        char c = text[start];
        if (IsNameStart(c))
        {
            while (_position < text.Length && (IsNameStart(text[_position]) || char.IsDigit(text[_position]))) _position++;
            return Token(QasmTokenKind.Name, start);
        }

        if (c is >= '0' and <= '9' || c == '.' && start + 1 < text.Length && text[start + 1] is >= '0' and <= '9') return Number(start);
        if (c is '"' or '\'')
        {
            while (++_position < text.Length && text[_position] != c)
                if (text[_position] is '\n' or '\r') break;
            if (_position >= text.Length || text[_position] != c) throw Error(start, _position, "The string is not closed on its line.");
            _position++;
            return new(QasmTokenKind.String, text.Substring(start + 1, _position - start - 2), _lines.Span(start, _position));
        }

        foreach (string p in Punctuation)
        {
            if (string.CompareOrdinal(text, start, p, 0, p.Length) != 0) continue;
            _position += p.Length;
            return Token(QasmTokenKind.Punctuation, start);
        }

        if (c == '$') throw Error(start, start + 1, "Hardware qubits are not supported: declare a register of qubits.");
        int width = char.IsSurrogatePair(text, start) ? 2 : 1;
        throw Error(start, start + width,
            "The character " + (
            char.IsControl(c) || char.IsSurrogate(c)
            && width == 1 ? "U+" + ((int)c).ToString("X4", CultureInfo.InvariantCulture) : "'" + text.Substring(start, width) + "'")
            + " is not expected here.");
    }

    /// <summary>The exact value of a number with a point or an exponent.</summary>
    public static Rational Decimal(QasmToken token)
    {
        string digits = token.Text.Replace("_", "");
        int exponent = 0, e = digits.IndexOfAny(['e', 'E']);
        if (e >= 0)
        {
            if (!int.TryParse(digits.Substring(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > 400)
                throw new OpenQasmException(token.Span, "The exponent of the number is too large.");
            digits = digits.Substring(0, e);
        }

        int point = digits.IndexOf('.');
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        var value = Integer(token, digits, 10);
        return exponent < 0 ? new Rational(value, BigInteger.Pow(10, -exponent)) : new Rational(value * BigInteger.Pow(10, exponent), 1);
    }

    /// <summary>The value of a whole number.</summary>
    public static BigInteger Integer(QasmToken token)
    {
        string digits = token.Text.Replace("_", "");
        int radix = digits.Length < 2
            || digits[0] != '0' ? 10 : digits[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, 'b' or 'B' => 2, _ => 10 };
        return Integer(token, radix == 10 ? digits : digits.Substring(2), radix);
    }

    private static BigInteger Integer(QasmToken token, string digits, int radix)
    {
        if (digits.Length > 1500) throw new OpenQasmException(token.Span, "The number has too many digits.");
        var value = BigInteger.Zero;
        foreach (char c in digits)
        {
            int digit = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
            if (digit < 0 || digit >= radix) throw new OpenQasmException(token.Span, "'" + c + "' is no digit of this number.");
            value = value * radix + digit;
        }

        return digits.Length > 0 ? value : throw new OpenQasmException(token.Span, "The number has no digits.");
    }

    // Letters of all scripts can be part of names, as can the Greek constants pi, tau and e.
    private static bool IsNameStart(char c) => c == '_' || char.IsLetter(c) || c == '\u2107';

    private QasmToken Number(int start)
    {
        bool isReal = false;
        if (text[start] == '0' && start + 1 < text.Length && text[start + 1] is 'x' or 'X' or 'b' or 'B' or 'o' or 'O')
        {
            _position += 2;
            while (_position < text.Length && (Uri.IsHexDigit(text[_position]) || text[_position] == '_')) _position++;
        }
        else
        {
            Digits();
            if (_position < text.Length && text[_position] == '.')
            {
                isReal = true;
                _position++;
                Digits();
            }

            if (_position < text.Length && text[_position] is 'e' or 'E')
            {
                int exponent = _position + 1;
                if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
                if (exponent < text.Length && text[exponent] is >= '0' and <= '9')
                {
                    isReal = true;
                    _position = exponent;
                    while (_position < text.Length && text[_position] is >= '0' and <= '9') _position++;
                }
            }
        }

        if (_position < text.Length && IsNameStart(text[_position]))
            throw Error(start, _position + 1, "A number cannot be followed by '" + text[_position] + "'; durations are not supported.");
        return Token(isReal ? QasmTokenKind.Real : QasmTokenKind.Integer, start);
    }

    private void Digits()
    {
        while (_position < text.Length && text[_position] is >= '0' and <= '9' or '_') _position++;
    }

    private void SkipBlanks()
    {
        while (_position < text.Length)
        {
            char c = text[_position];
            if (c is '\n' or '\r') _lineIsEmpty = true;
            if (char.IsWhiteSpace(c))
            {
                _position++;
            }
            else if (c == '/' && _position + 1 < text.Length && text[_position + 1] == '/' || _lineIsEmpty && IsPragmaOrAnnotation)
            {
                SkipLine();
            }
            else if (c == '/' && _position + 1 < text.Length && text[_position + 1] == '*')
            {
                int end = text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                if (end < 0) throw Error(_position, _position + 2, "The comment is not closed.");
                _position = end + 2;
            }
            else
            {
                return;
            }
        }
    }

    // A circuit cannot represent these, so they are skipped.
    private bool IsPragmaOrAnnotation => text[_position] is '#' or '@'
        || string.CompareOrdinal(text, _position, "pragma", 0, 6) == 0 && _position + 6 < text.Length && text[_position + 6] is ' ' or '\t';

    private void SkipLine()
    {
        while (_position < text.Length && text[_position] is not ('\n' or '\r')) _position++;
    }

    private QasmToken Token(QasmTokenKind kind, int start)
        => new(kind, text.Substring(start, _position - start), _lines.Span(start, _position));

    private OpenQasmException Error(int start, int end, string message) => new(_lines.Span(start, end), message);
}
