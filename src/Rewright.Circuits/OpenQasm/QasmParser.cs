using System;
using System.Collections.Generic;

namespace Rewright.Quantum;

/// <summary>Parses the text of a program into its syntax, with included texts in place.</summary>
internal sealed class QasmParser : QasmExpressionParser
{
    private const int MaxIncludes = 500;

    private readonly OpenQasmOptions _options;
    private readonly List<string> _openIncludes;
    private readonly int[] _includeCount;

    private QasmParser(string text, string file, OpenQasmOptions options, OpenQasmVersion version, List<string> openIncludes,
        int[] includeCount)
        : base(new QasmLexer(text, file), version)
        => (_options, _openIncludes, _includeCount) = (options, openIncludes, includeCount);

    /// <summary>The statements of a program, and its version.</summary>
    public static (List<QasmStatement> Statements, OpenQasmVersion Version) Parse(string text, OpenQasmOptions options)
    {
        var parser = new QasmParser(text, options.File, options, options.DefaultVersion, [], [0]);
        var statements = new List<QasmStatement>();
        parser.Program(statements);
        return (statements, parser.Version);
    }

    private void Program(List<QasmStatement> output)
    {
        if (Token.IsWord("OPENQASM"))
        {
            Advance();
            string version = Token.Text;
            if (Token.Kind is not (QasmTokenKind.Integer or QasmTokenKind.Real)) throw Unexpected("a version");
            Version = version is "2" or "2.0" ? OpenQasmVersion.V2 : version == "3"
                || version.StartsWith("3.", StringComparison.Ordinal) ? OpenQasmVersion.V3
                : throw Error(Token, "OpenQASM " + version + " is not supported: there are 2.0 and 3.0.");
            Advance();
            Expect(";");
        }

        while (Token.Kind != QasmTokenKind.End) Statement(output);
    }

    private void Statement(List<QasmStatement> output)
    {
        if (++Depth > MaxDepth) throw Error(Token, "The program nests too deeply.");
        if (Token.IsWord("include")) Include(output);
        else if (!Accept(";")) output.Add(Statement());
        Depth--;
    }

    private List<QasmStatement> Body()
    {
        var body = new List<QasmStatement>();
        if (!Token.Is("{"))
        {
            Statement(body);
            return body;
        }

        return Braces();
    }

    private List<QasmStatement> Braces()
    {
        var body = new List<QasmStatement>();
        var open = Token;
        Expect("{");
        while (!Accept("}"))
        {
            if (Token.Kind == QasmTokenKind.End) throw Error(open, "The block is not closed.");
            Statement(body);
        }

        return body;
    }

    private void Include(List<QasmStatement> output)
    {
        var start = Token;
        Advance();
        var name = Token;
        if (name.Kind != QasmTokenKind.String) throw Unexpected("the name of a file in quotes");
        Advance();
        Expect(";");
        if (name.Text is "stdgates.inc" or "qelib1.inc") return;
        if (Depth > 1) throw Error(start, "Files are included at the top of a program, not inside a block.");
        if (_openIncludes.Contains(name.Text)) throw Error(name, "The file '" + name.Text + "' includes itself.");
        if (++_includeCount[0] > MaxIncludes || _openIncludes.Count >= 20) throw Error(name, "Too many files are included.");
        string text = _options.Include?.Invoke(name.Text) ?? throw Error(name, "There is no file '" + name.Text + "' to include.");
        _openIncludes.Add(name.Text);
        new QasmParser(text, name.Text, _options, Version, _openIncludes, _includeCount).Program(output);
        _openIncludes.RemoveAt(_openIncludes.Count - 1);
    }

    private QasmStatement Statement()
    {
        var start = Token;
        if (start.Is("{")) return new QasmBlock(start.Span, Braces());
        if (start.Kind != QasmTokenKind.Name) throw Unexpected("a statement");
        if (ClassicalTypes.Contains(start.Text) && !Next.Is("(")) return Variable(start, isConst: false, isInput: false);
        if (Unsupported.Contains(start.Text)) throw Error(start, "'" + start.Text + "' is not supported.");
        switch (start.Text)
        {
            case "OPENQASM": throw Error(start, "The version of OpenQASM is said once, at the beginning.");
            case "qubit": return Qubits();
            case "qreg" or "creg": return OldRegister(start);
            case "const" or "input" or "output":
                Advance();
                return Variable(start, start.Text == "const", start.Text == "input");
            case "let": return Alias();
            case "gate" or "opaque": return GateDefinition();
            case "measure": return Measurement(start);
            case "reset": return Reset(start);
            case "barrier": return Barrier(start);
            case "if": return If(start);
            case "while": return While(start);
            case "for": return For();
            case "break" or "continue":
                Advance();
                Expect(";");
                return new QasmJump(start.Span, start.Text == "break");
            default: return GateCallOrAssignment();
        }
    }

    private QasmQubits Qubits()
    {
        Advance();
        var size = Designator();
        var name = Name();
        Expect(";");
        return new QasmQubits(name.Span, name.Name, size);
    }

    // As in OpenQASM 2: the size follows the name.
    private QasmStatement OldRegister(QasmToken start)
    {
        Advance();
        var name = Name();
        var size = Designator();
        Expect(";");
        return start.Text == "qreg" ? new QasmQubits(name.Span, name.Name, size)
            : new QasmVariable(name.Span, new(start.Span, "bit", size), name.Name, null, IsConst: false, IsInput: false);
    }

    private QasmAlias Alias()
    {
        Advance();
        var name = Name();
        Expect("=");
        var value = Expression();
        Expect(";");
        return new QasmAlias(name.Span, name.Name, value);
    }

    private QasmAssignment Measurement(QasmToken start)
    {
        var measure = Measure();
        QasmExpression? target = Accept("->") ? Postfix() : null;
        Expect(";");
        return new QasmAssignment(start.Span, target, "=", measure);
    }

    private QasmReset Reset(QasmToken start)
    {
        Advance();
        var operand = Postfix();
        Expect(";");
        return new QasmReset(start.Span, operand);
    }

    private QasmBarrier Barrier(QasmToken start)
    {
        Advance();
        var operands = Token.Is(";") ? [] : List(";", Expression);
        Expect(";");
        return new QasmBarrier(start.Span, operands);
    }

    private QasmIf If(QasmToken start)
    {
        Advance();
        var condition = Parenthesized();
        var then = Body();
        var otherwise = AcceptWord("else") ? Body() : [];
        return new QasmIf(start.Span, condition, then, otherwise);
    }

    private QasmWhile While(QasmToken start)
    {
        Advance();
        var condition = Parenthesized();
        return new QasmWhile(start.Span, condition, Body());
    }

    private QasmFor For()
    {
        Advance();
        if (ClassicalTypes.Contains(Token.Text)) Type();
        var variable = Name();
        if (!AcceptWord("in")) throw Unexpected("'in'");
        bool isRange = Accept("[");
        var values = isRange ? RangeOrExpression() : Expression();
        if (isRange) Expect("]");
        return new QasmFor(variable.Span, variable.Name, values, Body());
    }

    private QasmStatement Variable(QasmToken start, bool isConst, bool isInput)
    {
        if (Token.IsWord("qubit") || !ClassicalTypes.Contains(Token.Text))
            throw Unsupported.Contains(Token.Text) ? Error(Token, "'" + Token.Text + "' is not supported.") : Unexpected("a type");
        var type = Type();
        var name = Name();
        var value = Accept("=") ? Expression() : null;
        if (isConst && value is null) throw Error(start, "The constant '" + name.Name + "' has no value.");
        Expect(";");
        return new QasmVariable(name.Span, type, name.Name, value, isConst, isInput);
    }

    private QasmStatement GateDefinition()
    {
        bool isOpaque = Token.Text == "opaque";
        Advance();
        var name = Name();
        List<QasmName> angles = [];
        if (Accept("("))
        {
            angles = List(")", Name);
            Expect(")");
        }

        var qubits = Token.Is("{") || Token.Is(";") ? [] : List(isOpaque ? ";" : "{", Name);
        if (isOpaque)
        {
            Expect(";");
            return new QasmGateDefinition(name.Span, name.Name, angles, qubits, null);
        }

        return new QasmGateDefinition(name.Span, name.Name, angles, qubits, Braces());
    }

    private QasmStatement GateCallOrAssignment()
    {
        var start = Token;
        var modifiers = new List<QasmModifier>();
        while (Token.Text is "inv" or "pow" or "ctrl" or "negctrl" && (Next.Is("@") || Next.Is("(")))
        {
            var kind = Token;
            Advance();
            QasmExpression? argument = null;
            if (Token.Is("("))
            {
                if (kind.Text == "inv") throw Error(Token, "'inv' takes no argument.");
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
            && (Token.Is("=") || Token.Is("[") || Token.Kind == QasmTokenKind.Punctuation && Token.Text.Length > 1
            && Token.Text.EndsWith("=", StringComparison.Ordinal)))
        {
            var target = Postfix(name);
            string op = Token.Text;
            if (Token.Kind != QasmTokenKind.Punctuation
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

        var operands = Token.Is(";") ? [] : List(";", Expression);
        Expect(";");
        return new QasmGateCall(name.Span, modifiers, name.Name, angles, operands);
    }
}
