using System;
using System.Linq;
using System.Text;
using System.Threading;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright.Text;

/// <summary>The tokens of a text, one at a time, and the errors that say which token was expected.</summary>
internal sealed class TokenStream
{
    /// <summary>The words that start declarations.</summary>
    public static readonly string[] Keywords = ["module", "use", "order", "sort", "enum", "op", "rule", "normalizer", "pass"];

    // Reading a number takes more than linear time.
    private const int MaxDigits = 100_000;

    private readonly Lexer _lexer;
    private readonly CancellationToken _cancellation;
    private int _lastEnd;
    private int _count;

    public TokenStream(string text, string file, SourceSpan? place, CancellationToken cancellation)
    {
        _lexer = new Lexer(text, file, MaxDigits, place);
        _cancellation = cancellation;
        Current = _lexer.Next(0);
    }

    /// <summary>The token that comes next.</summary>
    public Token Current { get; private set; }

    /// <summary>The place where the text starts.</summary>
    public SourceSpan Start => _lexer.Span(0, 0);

    /// <summary>A name with or without dots.</summary>
    public NameSyntax DottedName(string what)
    {
        var first = ExpectName(what);
        if (!Current.Is(".")) return new NameSyntax(first.Text, Since(first.Start));
        var name = new StringBuilder(first.Text);
        while (TakeIf(".")) name.Append('.').Append(ExpectName("a name behind the dot").Text);
        return new NameSyntax(name.ToString(), Since(first.Start));
    }

    /// <summary>
    /// The text from a <c>&lt;</c>, which comes next, to the bracket that closes it, as the name of a C# type has it; null where the line
    /// closes none.
    /// </summary>
    public string? TakeBracketed()
    {
        int open = Current.Start, nesting = 0, position = open;
        for (; position < _lexer.Text.Length; position++)
        {
            char c = _lexer.Text[position];
            if (c == '<') nesting++;
            else if (c == '>' && --nesting == 0) break;
            else if (c == '\n') break;
        }

        if (position >= _lexer.Text.Length || _lexer.Text[position] != '>') return null;
        _lastEnd = position + 1;
        Current = _lexer.Next(position + 1);
        return _lexer.Text.Substring(open + 1, position - open - 1).Trim();
    }

    /// <summary>Gives the token that comes next, and goes on behind it.</summary>
    public Token Take()
    {
        var token = Current;
        if (token.Kind == TokenKind.Error) throw Fail(token, token.Text);
        _lastEnd = token.End;
        Advance(token.End);
        return token;
    }

    /// <summary>Takes a punctuation mark, if it comes next.</summary>
    public bool TakeIf(string punctuation)
    {
        if (!Current.Is(punctuation)) return false;
        Take();
        return true;
    }

    /// <summary>Takes a punctuation mark, which must come next.</summary>
    public void Expect(string punctuation)
    {
        if (!TakeIf(punctuation)) throw Unexpected("'" + punctuation + "'");
    }

    /// <summary>Takes a name, which must come next.</summary>
    public Token ExpectName(string what)
        => Current.Kind == TokenKind.Name && !StartsDeclaration(Current) ? Take() : throw Unexpected(what);

    /// <summary>The mistake that something else comes next.</summary>
    public SyntaxErrorException Unexpected(string what)
        => Fail(Current, Current.Kind == TokenKind.Error ? Current.Text : Expected(what, Current));

    /// <summary>The message that a token is not what was expected.</summary>
    public string Expected(string what, Token found)
    {
        string text = _lexer.Text.Substring(found.Start, found.End - found.Start);
        return "Expected " + what + ", found "
            + (found.Kind == TokenKind.End ? found.Text : "'" + (text.Length > 40 ? text.Substring(0, 40) + "..." : text) + "'");
    }

    /// <summary>The place of a token.</summary>
    public SourceSpan Span(Token token) => _lexer.Span(token.Start, token.End);

    /// <summary>The place from a position to the end of the last token that was taken.</summary>
    public SourceSpan Since(int start) => _lexer.Span(start, Math.Max(start, _lastEnd));

    /// <summary>A mistake at a token.</summary>
    public SyntaxErrorException Fail(Token token, string message)
        => new(new ModuleDiagnostic(DiagnosticKinds.Syntax, Span(token), message));

    /// <summary>True for a keyword at the start of a line.</summary>
    /// <remarks>
    /// It starts a declaration even where the one before it lacks something, so that one mistake costs one declaration. To use it as a
    /// name, the author writes it behind something else on its line, or in backticks.
    /// </remarks>
    public static bool StartsDeclaration(Token token) => token.StartsLine && Keywords.Any(token.IsWord);

    /// <summary>Goes on at the next declaration.</summary>
    public void SkipToDeclaration()
    {
        while (Current.Kind != TokenKind.End && !StartsDeclaration(Current)) Advance(Current.End);
        _lastEnd = Current.Start;
    }

    /// <summary>Goes to the end of the text. Gives the number of declarations that it passes.</summary>
    public int SkipToEnd()
    {
        int declarations = 0;
        for (; Current.Kind != TokenKind.End; Advance(Current.End))
            if (StartsDeclaration(Current)) declarations++;
        return declarations;
    }

    private void Advance(int position)
    {
        if ((++_count & 1023) == 0) _cancellation.ThrowIfCancellationRequested();
        Current = _lexer.Next(position);
    }
}

/// <summary>A mistake in the text, which ends the declaration that has it.</summary>
internal sealed class SyntaxErrorException(ModuleDiagnostic diagnostic) : Exception
{
    public ModuleDiagnostic Diagnostic => diagnostic;
}
