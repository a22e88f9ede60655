using System;
using System.Collections.Immutable;
using System.Globalization;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright.Text;

/// <summary>Reads expressions: terms, operators of C#, and calls.</summary>
internal sealed class ExpressionParser(TokenStream tokens)
{
    // Binary operators of C#, loosest first.
    private static readonly string[][] Precedence =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>", ">>>"], ["+", "-"], ["*", "/", "%"],
    ];

    private int _depth;
    private int _parentheses;

    /// <summary>An expression that stands in a declaration.</summary>
    public ExprSyntax Expression()
    {
        // A declaration before it may have ended in the middle of an expression.
        _depth = _parentheses = 0;
        var expression = Conditional();
        // Chains of operators do not recurse here, but the methods that walk the tree do: its depth is checked when it is complete.
        foreach (var (node, depth) in expression.Descendants())
            if (depth > Parser.MaxDepth) throw TooDeep(node.Span);
        return expression;
    }

    // From here to NameOrCall methods are small on purpose: what they hold counts once per level of nesting.
    private ExprSyntax Conditional()
    {
        int start = tokens.Current.Start;
        var test = Binary(0);
        return tokens.Current.Is("?") ? Choice(test, start) : test;
    }

    private ConditionalSyntax Choice(ExprSyntax test, int start)
    {
        tokens.Take();
        Enter(ref _depth);
        var whenTrue = Conditional();
        tokens.Expect(":");
        var whenFalse = Conditional();
        _depth--;
        return new ConditionalSyntax(test, whenTrue, whenFalse, tokens.Since(start));
    }

    // Precedence climbing: operators of `level` and tighter ones.
    private ExprSyntax Binary(int level)
    {
        int start = tokens.Current.Start;
        var left = Unary();
        while (LevelOf(tokens.Current) is var next && next >= level) left = Infix(left, next, start);
        return left;
    }

    private BinarySyntax Infix(ExprSyntax left, int level, int start)
    {
        string op = tokens.Take().Text;
        Enter(ref _depth);
        var right = Binary(level + 1);
        _depth--;
        return new BinarySyntax(op, left, right, tokens.Since(start));
    }

    private static int LevelOf(in Token token)
    {
        if (token.Kind != TokenKind.Punctuation) return -1;
        for (int level = 0; level < Precedence.Length; level++)
            if (Array.IndexOf(Precedence[level], token.Text) >= 0) return level;
        return -1;
    }

    private ExprSyntax Unary()
        => tokens.Current.Is("-") || tokens.Current.Is("!") || tokens.Current.Is("~") ? Prefix()
            : tokens.Current.Is("(") ? Parenthesized() : Primary();

    private UnarySyntax Prefix()
    {
        int start = tokens.Current.Start;
        string op = tokens.Take().Text;
        Enter(ref _depth);
        var operand = Unary();
        _depth--;
        return new UnarySyntax(op, operand, tokens.Since(start));
    }

    private ExprSyntax Parenthesized()
    {
        tokens.Expect("(");
        // No part of the tree, so they are counted apart: what is printed may need a pair at every level.
        Enter(ref _parentheses);
        var inner = Conditional();
        _parentheses--;
        tokens.Expect(")");
        return inner;
    }

    private void Enter(ref int depth)
    {
        if (++depth > Parser.MaxDepth) throw TooDeep(tokens.Span(tokens.Current));
    }

    private static SyntaxErrorException TooDeep(SourceSpan span)
        => new(new ModuleDiagnostic(
            DiagnosticKinds.Syntax, span,
            "The expression nests more than " + Parser.MaxDepth.ToString(CultureInfo.InvariantCulture) + " levels deep"));

    private ExprSyntax Primary() => tokens.Current.Kind == TokenKind.Name ? NameOrCall() : Literal();

    private ExprSyntax Literal()
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            TokenKind.Variable => new VariableSyntax(token.Text, tokens.Span(token)),
            TokenKind.Integer => new LiteralSyntax(LiteralKind.Integer, token.Text, token.Suffix, tokens.Span(token)),
            TokenKind.Real => new LiteralSyntax(LiteralKind.Real, token.Text, "D", tokens.Span(token)),
            TokenKind.String => new LiteralSyntax(LiteralKind.String, token.Text, "", tokens.Span(token)),
            TokenKind.Symbol => new LiteralSyntax(LiteralKind.Symbol, token.Text, "", tokens.Span(token)),
            _ => throw tokens.Fail(token, tokens.Expected("a term", token)),
        };
    }

    private ExprSyntax NameOrCall()
    {
        if (tokens.Current.IsWord("true") || tokens.Current.IsWord("false"))
            return new LiteralSyntax(LiteralKind.Bool, tokens.Current.Text, "", tokens.Span(tokens.Take()));
        bool isQuoted = tokens.Current.IsQuoted;
        var name = tokens.DottedName("a term");
        return tokens.Current.Is("(") ? Call(name, isQuoted) : Name(name, isQuoted);
    }

    // A plain lower-case name is a variable; with parentheses, a dot or backticks it is a symbol.
    private static ExprSyntax Name(NameSyntax name, bool isQuoted)
        => !isQuoted && Parser.LooksLikeVariable(name.Text)
            ? new VariableSyntax(name.Text == "_" ? "" : name.Text, name.Span)
            : new CallSyntax(name.Text, EquatableArray<ExprSyntax>.Empty, name.Span, name.Span);

    private ExprSyntax Call(NameSyntax name, bool isQuoted)
    {
        var arguments = Arguments();
        if (isQuoted || name.Text is not ("checked" or "unchecked"))
            return new CallSyntax(name.Text, arguments, name.Span, tokens.Since(name.Span.Start));
        return arguments.Count == 1
            ? new CheckedSyntax(name.Text == "checked", arguments[0], tokens.Since(name.Span.Start))
            : throw new SyntaxErrorException(new(DiagnosticKinds.Syntax, name.Span,
                "'" + name.Text + "' takes 1 expression, not " + arguments.Count.ToString(CultureInfo.InvariantCulture)));
    }

    private EquatableArray<ExprSyntax> Arguments()
    {
        tokens.Expect("(");
        Enter(ref _depth);
        var arguments = ImmutableArray.CreateBuilder<ExprSyntax>();
        if (!tokens.Current.Is(")"))
        {
            do arguments.Add(Conditional());
            while (tokens.TakeIf(","));
        }

        _depth--;
        tokens.Expect(")");
        return arguments.ToImmutable();
    }
}
