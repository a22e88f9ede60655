using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>Parses the text of a program into its syntax, with included texts in place.</summary>
internal sealed class QasmParser
{
    // Deeper than any handwritten program, and far from the limit of the stack.
    private const int MaxDepth = 200, MaxIncludes = 500;

    private static readonly HashSet<string> ClassicalTypes = ["bit", "int", "uint", "float", "angle", "bool"];

    private static readonly HashSet<string> Unsupported =
    [
        "def", "extern", "cal", "defcal", "defcalgrammar", "duration", "stretch", "delay", "durationof", "box", "array", "complex",
        "switch", "return", "end", "readonly", "mutable",
    ];

    private static readonly Dictionary<string, int> Precedence = new()
    {
        ["||"] = 1, ["&&"] = 2, ["|"] = 3, ["^"] = 4, ["&"] = 5, ["=="] = 6, ["!="] = 6, ["<"] = 7, ["<="] = 7, [">"] = 7, [">="] = 7,
        ["<<"] = 8, [">>"] = 8, ["+"] = 9, ["-"] = 9, ["++"] = 9, ["*"] = 10, ["/"] = 10, ["%"] = 10,
    };

    private readonly OpenQasmOptions _options;
    private readonly List<string> _openIncludes;
    private readonly int[] _includeCount;
    private readonly QasmLexer _lexer;
    private QasmToken _token;
    private QasmToken _next;
    private OpenQasmVersion _version;
    private int _depth;

    private QasmParser(string text, string file, OpenQasmOptions options, OpenQasmVersion version, List<string> openIncludes,
        int[] includeCount)
    {
        (_options, _version, _openIncludes, _includeCount) = (options, version, openIncludes, includeCount);
        _lexer = new QasmLexer(text, file);
        _token = _lexer.Next();
        _next = _lexer.Next();
    }

    /// <summary>The statements of a program, and its version.</summary>
    public static (List<QasmStatement> Statements, OpenQasmVersion Version) Parse(string text, OpenQasmOptions options)
    {
        var parser = new QasmParser(text, options.File, options, options.DefaultVersion, [], [0]);
        var statements = new List<QasmStatement>();
        parser.Program(statements);
        return (statements, parser._version);
    }

    private void Program(List<QasmStatement> output)
    {
        if (_token.IsWord("OPENQASM"))
        {
            Advance();
            string version = _token.Text;
            if (_token.Kind is not (QasmTokenKind.Integer or QasmTokenKind.Real)) throw Unexpected("a version");
            _version = version is "2" or "2.0" ? OpenQasmVersion.V2 : version == "3"
                || version.StartsWith("3.", StringComparison.Ordinal) ? OpenQasmVersion.V3
                : throw Error(_token, "OpenQASM " + version + " is not supported: there are 2.0 and 3.0.");
            Advance();
            Expect(";");
        }

        while (_token.Kind != QasmTokenKind.End) Statement(output);
    }

    private void Statement(List<QasmStatement> output)
    {
        if (++_depth > MaxDepth) throw Error(_token, "The program nests too deeply.");
        if (_token.IsWord("include")) Include(output);
        else if (!Accept(";")) output.Add(Statement());
        _depth--;
    }

    private List<QasmStatement> Body()
    {
        var body = new List<QasmStatement>();
        if (!_token.Is("{"))
        {
            Statement(body);
            return body;
        }

        return Braces();
    }

    private List<QasmStatement> Braces()
    {
        var body = new List<QasmStatement>();
        var open = _token;
        Expect("{");
        while (!Accept("}"))
        {
            if (_token.Kind == QasmTokenKind.End) throw Error(open, "The block is not closed.");
            Statement(body);
        }

        return body;
    }

    private void Include(List<QasmStatement> output)
    {
        var start = _token;
        Advance();
        var name = _token;
        if (name.Kind != QasmTokenKind.String) throw Unexpected("the name of a file in quotes");
        Advance();
        Expect(";");
        if (name.Text is "stdgates.inc" or "qelib1.inc") return;
        if (_depth > 1) throw Error(start, "Files are included at the top of a program, not inside a block.");
        if (_openIncludes.Contains(name.Text)) throw Error(name, "The file '" + name.Text + "' includes itself.");
        if (++_includeCount[0] > MaxIncludes || _openIncludes.Count >= 20) throw Error(name, "Too many files are included.");
        string text = _options.Include?.Invoke(name.Text) ?? throw Error(name, "There is no file '" + name.Text + "' to include.");
        _openIncludes.Add(name.Text);
        new QasmParser(text, name.Text, _options, _version, _openIncludes, _includeCount).Program(output);
        _openIncludes.RemoveAt(_openIncludes.Count - 1);
    }

    private QasmStatement Statement()
    {
        var start = _token;
        if (start.Is("{")) return new QasmBlock(start.Span, Braces());
        if (start.Kind != QasmTokenKind.Name) throw Unexpected("a statement");
        if (ClassicalTypes.Contains(start.Text) && !_next.Is("(")) return Variable(start, isConst: false, isInput: false);
        if (Unsupported.Contains(start.Text)) throw Error(start, "'" + start.Text + "' is not supported.");
        switch (start.Text)
        {
            case "OPENQASM":
                throw Error(start, "The version of OpenQASM is said once, at the beginning.");
            case "qubit":
            {
                Advance();
                var size = Designator();
                var name = Name();
                Expect(";");
                return new QasmQubits(name.Span, name.Name, size);
            }

            case "qreg" or "creg":
            {
                Advance();
                var name = Name();
                var size = Designator();
                Expect(";");
                return start.Text == "qreg" ? new QasmQubits(name.Span, name.Name, size)
                    : new QasmVariable(name.Span, new(start.Span, "bit", size), name.Name, null, IsConst: false, IsInput: false);
            }

            case "const" or "input" or "output":
                Advance();
                return Variable(start, start.Text == "const", start.Text == "input");
            case "let":
            {
                Advance();
                var name = Name();
                Expect("=");
                var value = Expression();
                Expect(";");
                return new QasmAlias(name.Span, name.Name, value);
            }

            case "gate" or "opaque":
                return GateDefinition();
            case "measure":
            {
                var measure = Measure();
                QasmExpression? target = Accept("->") ? Postfix() : null;
                Expect(";");
                return new QasmAssignment(start.Span, target, "=", measure);
            }

            case "reset":
            {
                Advance();
                var operand = Postfix();
                Expect(";");
                return new QasmReset(start.Span, operand);
            }

            case "barrier":
            {
                Advance();
                var operands = _token.Is(";") ? [] : List(";", Expression);
                Expect(";");
                return new QasmBarrier(start.Span, operands);
            }

            case "if":
            {
                Advance();
                var condition = Parenthesized();
                var then = Body();
                var otherwise = AcceptWord("else") ? Body() : [];
                return new QasmIf(start.Span, condition, then, otherwise);
            }

            case "while":
            {
                Advance();
                var condition = Parenthesized();
                return new QasmWhile(start.Span, condition, Body());
            }

            case "for":
            {
                Advance();
                if (ClassicalTypes.Contains(_token.Text)) Type();
                var variable = Name();
                if (!AcceptWord("in")) throw Unexpected("'in'");
                QasmExpression values;
                if (_token.Is("["))
                {
                    Advance();
                    values = RangeOrExpression();
                    Expect("]");
                }
                else
                {
                    values = Expression();
                }

                return new QasmFor(variable.Span, variable.Name, values, Body());
            }

            case "break" or "continue":
                Advance();
                Expect(";");
                return new QasmJump(start.Span, start.Text == "break");
            default:
                return GateCallOrAssignment();
        }
    }

    private QasmStatement Variable(QasmToken start, bool isConst, bool isInput)
    {
        if (_token.IsWord("qubit") || !ClassicalTypes.Contains(_token.Text))
            throw Unsupported.Contains(_token.Text) ? Error(_token, "'" + _token.Text + "' is not supported.") : Unexpected("a type");
        var type = Type();
        var name = Name();
        var value = Accept("=") ? Expression() : null;
        if (isConst && value is null) throw Error(start, "The constant '" + name.Name + "' has no value.");
        Expect(";");
        return new QasmVariable(name.Span, type, name.Name, value, isConst, isInput);
    }

    private QasmType Type()
    {
        var name = _token;
        Advance();
        return new(name.Span, name.Text, Designator());
    }

    private QasmExpression? Designator()
    {
        if (!Accept("[")) return null;
        var size = Expression();
        Expect("]");
        return size;
    }

    private QasmStatement GateDefinition()
    {
        bool isOpaque = _token.Text == "opaque";
        Advance();
        var name = Name();
        List<QasmName> angles = [];
        if (Accept("("))
        {
            angles = List(")", Name);
            Expect(")");
        }

        var qubits = _token.Is("{") || _token.Is(";") ? [] : List(isOpaque ? ";" : "{", Name);
        if (isOpaque)
        {
            Expect(";");
            return new QasmGateDefinition(name.Span, name.Name, angles, qubits, null);
        }

        return new QasmGateDefinition(name.Span, name.Name, angles, qubits, Braces());
    }

    private QasmStatement GateCallOrAssignment()
    {
        var start = _token;
        var modifiers = new List<QasmModifier>();
        while (_token.Text is "inv" or "pow" or "ctrl" or "negctrl" && (_next.Is("@") || _next.Is("(")))
        {
            var kind = _token;
            Advance();
            QasmExpression? argument = null;
            if (_token.Is("("))
            {
                if (kind.Text == "inv") throw Error(_token, "'inv' takes no argument.");
                argument = Parenthesized();
            }
            else if (kind.Text == "pow")
            {
                throw Unexpected("the exponent of 'pow'");
            }

            Expect("@");
            if (modifiers.Count == MaxDepth) throw Error(kind, "The gate has too many modifiers.");
            modifiers.Add(new(kind.Span, kind.Text, argument));
        }

        var name = Name();
        if (modifiers.Count == 0
            && (_token.Is("=") || _token.Is("[") || _token.Kind == QasmTokenKind.Punctuation && _token.Text.Length > 1
            && _token.Text.EndsWith("=", StringComparison.Ordinal)))
        {
            var target = Postfix(name);
            string op = _token.Text;
            if (_token.Kind != QasmTokenKind.Punctuation
                || op is not ("=" or "+=" or "-=" or "*=" or "/=" or "&=" or "|=" or "^=" or "<<=" or ">>=" or "%=" or "**="))
                throw Unexpected("'='");
            Advance();
            var value = Expression();
            Expect(";");
            return new QasmAssignment(start.Span, target, op, value);
        }

        List<QasmExpression> angles = [];
        if (Accept("("))
        {
            angles = List(")", Expression);
            Expect(")");
        }

        var operands = _token.Is(";") ? [] : List(";", Expression);
        Expect(";");
        return new QasmGateCall(name.Span, modifiers, name.Name, angles, operands);
    }

    private List<T> List<T>(string end, Func<T> element)
    {
        var list = new List<T>();
        if (_token.Is(end)) return list;
        do
        {
            // A trailing comma is allowed.
            if (list.Count > 0 && _token.Is(end)) break;
            list.Add(element());
        }
        while (Accept(","));
        return list;
    }

    private QasmExpression Parenthesized()
    {
        Expect("(");
        var expression = Expression();
        Expect(")");
        return expression;
    }

    private QasmExpression Measure()
    {
        var start = _token;
        Advance();
        return Limited(new QasmMeasure(start.Span, Postfix()));
    }

    private QasmExpression Expression()
    {
        if (++_depth > MaxDepth) throw Error(_token, "The expression nests too deeply.");
        var expression = _token.IsWord("measure") ? Measure() : Binary(0);
        _depth--;
        return expression;
    }

    private QasmExpression RangeOrExpression()
    {
        var span = _token.Span;
        QasmExpression? first = _token.Is(":") ? null : Expression();
        if (!Accept(":")) return first!;
        QasmExpression? second = EndsRange ? null : Expression(), third = null;
        bool hasStep = Accept(":");
        if (hasStep) third = EndsRange ? null : Expression();
        int depth = 1 + Math.Max(first?.Depth ?? 0, Math.Max(second?.Depth ?? 0, third?.Depth ?? 0));
        return new QasmRange(span, first, hasStep ? second : null, hasStep ? third : second, depth);
    }

    private bool EndsRange => _token.Is("]") || _token.Is(",") || _token.Is(":");

    private QasmExpression Binary(int minimum)
    {
        var left = Unary();
        while (_token.Kind == QasmTokenKind.Punctuation && Precedence.TryGetValue(_token.Text, out int precedence) && precedence > minimum)
        {
            var op = _token;
            // In OpenQASM 2, ^ is the power.
            if (_version == OpenQasmVersion.V2 && op.Is("^")) break;
            Advance();
            var right = Binary(precedence);
            left = Limited(new QasmBinary(op.Span, op.Text, left, right, Math.Max(left.Depth, right.Depth) + 1));
        }

        return left;
    }

    private QasmExpression Unary()
    {
        if (!(_token.Is("-") || _token.Is("!") || _token.Is("~") || _token.Is("+"))) return Power();
        var op = _token;
        if (++_depth > MaxDepth) throw Error(op, "The expression nests too deeply.");
        Advance();
        var operand = Unary();
        _depth--;
        return op.Is("+") ? operand : Limited(new QasmUnary(op.Span, op.Text, operand));
    }

    private QasmExpression Power()
    {
        var left = Postfix();
        if (!(_token.Is("**") || _version == OpenQasmVersion.V2 && _token.Is("^"))) return left;
        var op = _token;
        if (++_depth > MaxDepth) throw Error(op, "The expression nests too deeply.");
        Advance();
        var right = Unary();
        _depth--;
        return Limited(new QasmBinary(op.Span, "**", left, right, Math.Max(left.Depth, right.Depth) + 1));
    }

    private QasmExpression Postfix() => Postfix(Primary());

    private QasmExpression Postfix(QasmExpression expression)
    {
        while (_token.Is("["))
        {
            Advance();
            var index = _token.Is("{") ? Set() : RangeOrExpression();
            if (_token.Is(",")) throw Error(_token, "A register has one index.");
            Expect("]");
            expression = Limited(new QasmIndex(expression.Span, expression, index, Math.Max(expression.Depth, index.Depth) + 1));
        }

        return expression;
    }

    private QasmExpression Set()
    {
        var open = _token;
        Expect("{");
        var elements = List("}", Expression);
        Expect("}");
        return new QasmSet(open.Span, elements, 1 + (elements.Count == 0 ? 0 : elements.Max(e => e.Depth)));
    }

    private QasmExpression Primary()
    {
        var token = _token;
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
                if (!_token.Is("(")) return new QasmName(token.Span, token.Text);
                Advance();
                var arguments = List(")", Expression);
                Expect(")");
                return Limited(new QasmCall(
                    token.Span, token.Text, arguments, 1 + (arguments.Count == 0 ? 0 : arguments.Max(a => a.Depth))));
            default:
                throw Unexpected("an expression");
        }
    }

    private QasmName Name()
    {
        if (_token.Kind != QasmTokenKind.Name) throw Unexpected("a name");
        var name = new QasmName(_token.Span, _token.Text);
        Advance();
        return name;
    }

    private static QasmExpression Limited(QasmExpression expression)
        => expression.Depth <= 4 * MaxDepth ? expression : throw new OpenQasmException(expression.Span, "The expression is too large.");

    private void Advance() => (_token, _next) = (_next, _lexer.Next());

    private bool Accept(string punctuation)
    {
        if (!_token.Is(punctuation)) return false;
        Advance();
        return true;
    }

    private bool AcceptWord(string word)
    {
        if (!_token.IsWord(word)) return false;
        Advance();
        return true;
    }

    private void Expect(string punctuation)
    {
        if (!Accept(punctuation)) throw Unexpected("'" + punctuation + "'");
    }

    private OpenQasmException Unexpected(string expected) => Error(_token, "Expected " + expected + ", found " + _token.Shown + ".");

    private static OpenQasmException Error(QasmToken token, string message) => new(token.Span, message);
}
