using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;

namespace Simplify.FPCore;

/// <summary>Reads S-expressions one after the other. Open lists wait on a stack of its own, so depth costs memory only.</summary>
public sealed class SExprReader(string text)
{
    private int _offset;
    private int _line = 1;
    private int _lineStart;

    private Position Here => new(_line, _offset - _lineStart + 1);

    private readonly record struct OpenList(Position Position, char Close, ImmutableArray<SExpr>.Builder Items);

    /// <summary>The next whole S-expression, or null at the end of the text.</summary>
    /// <exception cref="FPCoreSyntaxException">The text from here on is not a sequence of S-expressions.</exception>
    public SExpr? ReadNext()
    {
        var open = new Stack<OpenList>();
        while (true)
        {
            SkipSpaceAndComments();
            if (_offset == text.Length)
            {
                return open.TryPeek(out OpenList list)
                    ? throw new FPCoreSyntaxException(list.Position, $"this list is never closed: the text ends without its '{list.Close}'")
                    : null;
            }

            SExpr item;
            switch (text[_offset])
            {
                case '(' or '[':
                    char close = text[_offset] == '(' ? ')' : ']';
                    open.Push(new OpenList(Here, close, ImmutableArray.CreateBuilder<SExpr>()));
                    _offset++;
                    continue;
                case ')' or ']':
                    item = CloseList(open);
                    break;
                case '"':
                    item = ReadString();
                    break;
                default:
                    item = ReadSymbol();
                    break;
            }

            if (!open.TryPeek(out OpenList parent))
                return item;
            parent.Items.Add(item);
        }
    }

    private SList CloseList(Stack<OpenList> open)
    {
        char close = text[_offset];
        if (!open.TryPop(out OpenList list))
            throw new FPCoreSyntaxException(Here, $"'{close}' closes nothing");
        if (list.Close != close)
            throw new FPCoreSyntaxException(Here, $"expected '{list.Close}' for the list opened at {list.Position}, found '{close}'");
        _offset++;
        return new SList(list.Position, list.Items.DrainToImmutable());
    }

    private SString ReadString()
    {
        Position start = Here;
        var value = new StringBuilder();
        for (_offset++; _offset < text.Length; _offset++)
        {
            switch (text[_offset])
            {
                case '"':
                    _offset++;
                    return new SString(start, value.ToString());
                case '\\' when _offset + 1 < text.Length:
                    _offset++; // what is escaped stands for itself
                    break;
            }
            value.Append(text[_offset]);
            if (text[_offset] == '\n')
                StartLine();
        }
        throw new FPCoreSyntaxException(start, "this string is never closed");
    }

    private SSymbol ReadSymbol()
    {
        Position start = Here;
        int from = _offset;
        while (_offset < text.Length && !IsDelimiter(text[_offset]))
            _offset++;
        return new SSymbol(start, text[from.._offset]);
    }

    private void SkipSpaceAndComments()
    {
        for (bool comment = false; _offset < text.Length; _offset++)
        {
            char c = text[_offset];
            if (c == '\n')
            {
                StartLine();
                comment = false;
            }
            else if (c == ';')
                comment = true;
            else if (!comment && !char.IsWhiteSpace(c))
                return;
        }
    }

    private void StartLine()
    {
        _line++;
        _lineStart = _offset + 1;
    }

    private static bool IsDelimiter(char c) => c is '(' or ')' or '[' or ']' or '"' or ';' || char.IsWhiteSpace(c);
}
