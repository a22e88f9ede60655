using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>Parses expressions and the names of types. <see cref="QasmParser"/> adds statements.</summary>
internal abstract class QasmExpressionParser
{
    // Deeper than any handwritten program, and far from the limit of the stack.
    protected const int MaxDepth = 200;

    protected static readonly HashSet<string> ClassicalTypes = ["bit", "int", "uint", "float", "angle", "bool"];

    protected static readonly HashSet<string> Unsupported =
    [
        "def", "extern", "cal", "defcal", "defcalgrammar", "duration", "stretch", "delay", "durationof", "box", "array", "complex",
        "switch", "return", "end", "readonly", "mutable",
    ];

    private static readonly Dictionary<string, int> Precedence = new()
    {
        ["||"] = 1, ["&&"] = 2, ["|"] = 3, ["^"] = 4, ["&"] = 5, ["=="] = 6, ["!="] = 6, ["<"] = 7, ["<="] = 7, [">"] = 7, [">="] = 7,
        ["<<"] = 8, [">>"] = 8, ["+"] = 9, ["-"] = 9, ["++"] = 9, ["*"] = 10, ["/"] = 10, ["%"] = 10,
    };

    private readonly QasmLexer _lexer;

    protected QasmExpressionParser(QasmLexer lexer, OpenQasmVersion version)
    {
        (_lexer, Version) = (lexer, version);
        Token = lexer.Next();
        Next = lexer.Next();
    }

    /// <summary>The token to parse next.</summary>
    protected QasmToken Token { get; private set; }

    /// <summary>The token after it.</summary>
    protected QasmToken Next { get; private set; }

    /// <summary>The version of the language, which decides the meaning of <c>^</c>.</summary>
    protected OpenQasmVersion Version { get; set; }

    /// <summary>How deep statements and expressions nest here.</summary>
    protected int Depth { get; set; }

    protected QasmType Type()
    {
        var name = Token;
        Advance();
        return new(name.Span, name.Text, Designator());
    }

    protected QasmExpression? Designator()
    {
        if (!Accept("[")) return null;
        var size = Expression();
        Expect("]");
        return size;
    }

    protected List<T> List<T>(string end, Func<T> element)
    {
        var list = new List<T>();
        if (Token.Is(end)) return list;
        do
        {
            // A trailing comma is allowed.
            if (list.Count > 0 && Token.Is(end)) break;
            list.Add(element());
        }
        while (Accept(","));
        return list;
    }

    protected QasmExpression Parenthesized()
    {
        Expect("(");
        var expression = Expression();
        Expect(")");
        return expression;
    }

    protected QasmExpression Measure()
    {
        var start = Token;
        Advance();
        return Limited(new QasmMeasure(start.Span, Postfix()));
    }

    protected QasmExpression Expression()
    {
        if (++Depth > MaxDepth) throw Error(Token, "The expression nests too deeply.");
        var expression = Token.IsWord("measure") ? Measure() : Binary(0);
        Depth--;
        return expression;
    }

    protected QasmExpression RangeOrExpression()
    {
        var span = Token.Span;
        QasmExpression? first = Token.Is(":") ? null : Expression();
        if (!Accept(":")) return first!;
        QasmExpression? second = EndsRange ? null : Expression(), third = null;
        bool hasStep = Accept(":");
        if (hasStep) third = EndsRange ? null : Expression();
        int depth = 1 + Math.Max(first?.Depth ?? 0, Math.Max(second?.Depth ?? 0, third?.Depth ?? 0));
        return new QasmRange(span, first, hasStep ? second : null, hasStep ? third : second, depth);
    }

    private bool EndsRange => Token.Is("]") || Token.Is(",") || Token.Is(":");

    private QasmExpression Binary(int minimum)
    {
        var left = Unary();
        while (Token.Kind == QasmTokenKind.Punctuation && Precedence.TryGetValue(Token.Text, out int precedence) && precedence > minimum)
        {
            var op = Token;
            // In OpenQASM 2, ^ is the power.
            if (Version == OpenQasmVersion.V2 && op.Is("^")) break;
            Advance();
            var right = Binary(precedence);
            left = Limited(new QasmBinary(op.Span, op.Text, left, right, Math.Max(left.Depth, right.Depth) + 1));
        }

        return left;
    }

    private QasmExpression Unary()
    {
        if (!(Token.Is("-") || Token.Is("!") || Token.Is("~") || Token.Is("+"))) return Power();
        var op = Token;
        if (++Depth > MaxDepth) throw Error(op, "The expression nests too deeply.");
        Advance();
        var operand = Unary();
        Depth--;
        return op.Is("+") ? operand : Limited(new QasmUnary(op.Span, op.Text, operand));
    }

    private QasmExpression Power()
    {
        var left = Postfix();
        if (!(Token.Is("**") || Version == OpenQasmVersion.V2 && Token.Is("^"))) return left;
        var op = Token;
        if (++Depth > MaxDepth) throw Error(op, "The expression nests too deeply.");
        Advance();
        var right = Unary();
        Depth--;
        return Limited(new QasmBinary(op.Span, "**", left, right, Math.Max(left.Depth, right.Depth) + 1));
    }

    protected QasmExpression Postfix() => Postfix(Primary());

    protected QasmExpression Postfix(QasmExpression expression)
    {
        while (Token.Is("["))
        {
            Advance();
            var index = Token.Is("{") ? Set() : RangeOrExpression();
            if (Token.Is(",")) throw Error(Token, "A register has one index.");
            Expect("]");
            expression = Limited(new QasmIndex(expression.Span, expression, index, Math.Max(expression.Depth, index.Depth) + 1));
        }

        return expression;
    }

    protected QasmExpression Set()
    {
        var open = Token;
        Expect("{");
        var elements = List("}", Expression);
        Expect("}");
        return new QasmSet(open.Span, elements, 1 + (elements.Count == 0 ? 0 : elements.Max(e => e.Depth)));
    }

    private QasmExpression Primary()
    {
        var token = Token;
        switch (token.Kind)
        {
            case QasmTokenKind.Integer:
                Advance();
                return new QasmLiteral(token.Span, new QasmInteger(QasmLexer.Integer(token)));
            case QasmTokenKind.Real:
                Advance();
                return new QasmLiteral(token.Span, new QasmReal(Angle.OfRadians(QasmLexer.Decimal(token))));
            case QasmTokenKind.String:
                Advance();
                string bits = token.Text.Replace("_", "");
                if (bits.Length == 0 || bits.Any(c => c is not ('0' or '1'))) throw Error(token, "A string of bits consists of 0 and 1.");
                return new QasmLiteral(token.Span, new QasmBitString([.. bits.Reverse().Select(c => c == '1')]));
            case QasmTokenKind.Punctuation when token.Is("("):
                return Parenthesized();
            case QasmTokenKind.Punctuation when token.Is("{"):
                return Set();
            case QasmTokenKind.Name when token.Text is "true" or "false":
                Advance();
                return new QasmLiteral(token.Span, new QasmBoolean(token.Text == "true"));
            case QasmTokenKind.Name when ClassicalTypes.Contains(token.Text):
                var type = Type();
                return Limited(new QasmCast(token.Span, type, Parenthesized()));
            case QasmTokenKind.Name when Unsupported.Contains(token.Text):
                throw Error(token, "'" + token.Text + "' is not supported.");
            case QasmTokenKind.Name:
                Advance();
                if (!Token.Is("(")) return new QasmName(token.Span, token.Text);
                Advance();
                var arguments = List(")", Expression);
                Expect(")");
                return Limited(new QasmCall(
                    token.Span, token.Text, arguments, 1 + (arguments.Count == 0 ? 0 : arguments.Max(a => a.Depth))));
            default:
                throw Unexpected("an expression");
        }
    }

    protected QasmName Name()
    {
        if (Token.Kind != QasmTokenKind.Name) throw Unexpected("a name");
        var name = new QasmName(Token.Span, Token.Text);
        Advance();
        return name;
    }

    private static QasmExpression Limited(QasmExpression expression)
        => expression.Depth <= 4 * MaxDepth ? expression : throw new OpenQasmException(expression.Span, "The expression is too large.");

    protected void Advance() => (Token, Next) = (Next, _lexer.Next());

    protected bool Accept(string punctuation)
    {
        if (!Token.Is(punctuation)) return false;
        Advance();
        return true;
    }

    protected bool AcceptWord(string word)
    {
        if (!Token.IsWord(word)) return false;
        Advance();
        return true;
    }

    protected void Expect(string punctuation)
    {
        if (!Accept(punctuation)) throw Unexpected("'" + punctuation + "'");
    }

    protected OpenQasmException Unexpected(string expected) => Error(Token, "Expected " + expected + ", found " + Token.Shown + ".");

    protected static OpenQasmException Error(QasmToken token, string message) => new(token.Span, message);
}
