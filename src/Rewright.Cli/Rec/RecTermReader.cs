using System;
using System.Collections.Generic;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Cli.Rec;

/// <summary>Reads the terms of rules: prefix form, <c>f(a, b)</c> or <c>f (a; b)</c>; nullary symbols have no parentheses.</summary>
internal sealed class RecTermReader(
    string text, int position, Func<int, int, SourceSpan> at, Dictionary<string, string> variables, Dictionary<string, string> used)
{
    private int _position = position;

    /// <summary>Reads one term that takes up the whole text.</summary>
    public ExprSyntax Read()
    {
        var term = Term(0);
        SkipBlanks();
        if (_position < text.Length) throw new RecException(at(_position, 1), "Unexpected '" + text[_position] + "' behind the term");
        return term;
    }

    public static bool IsNameStart(char c) => c is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9';

    public static bool IsNamePart(char c) => IsNameStart(c) || c is '_' or '\'' or '"';

    private ExprSyntax Term(int depth)
    {
        SkipBlanks();
        if (_position >= text.Length || !IsNameStart(text[_position]))
            throw new RecException(at(Math.Min(_position, text.Length), 1), "Expected a term");
        if (depth > Parser.MaxDepth) throw new RecException(at(_position, 1), "The term of a rule nests too deeply");
        int start = _position;
        while (_position < text.Length && IsNamePart(text[_position])) _position++;
        string name = text[start.._position];
        var span = at(start, name.Length);
        SkipBlanks();
        if (_position >= text.Length || text[_position] != '(')
        {
            if (!variables.TryGetValue(name, out var sort)) return new CallSyntax(name, EquatableArray<ExprSyntax>.Empty, span, span);
            used[name] = sort;
            return new VariableSyntax(name, span);
        }

        var arguments = new List<ExprSyntax>();
        do
        {
            _position++;
            arguments.Add(Term(depth + 1));
            SkipBlanks();
        }
        while (_position < text.Length && text[_position] is ',' or ';');
        if (_position >= text.Length || text[_position] != ')')
            throw new RecException(at(Math.Min(_position, text.Length), 1), "Expected ',' or ')'");
        _position++;
        return new CallSyntax(name, arguments.ToEquatableArray(), span, at(start, _position - start));
    }

    private void SkipBlanks()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position])) _position++;
    }
}
