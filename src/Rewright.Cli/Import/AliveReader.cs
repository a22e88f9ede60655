using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rewright.Cli.Import;

/// <summary>
/// Reads the instructions and the precondition of one transformation in the language of Alive (Lopes and others, PLDI 2015).
/// </summary>
internal sealed class AliveReader
{
    private static readonly Dictionary<string, string> Comparisons = new()
    {
        ["eq"] = "=", ["ne"] = "distinct", ["ult"] = "bvult", ["ule"] = "bvule", ["ugt"] = "bvugt", ["uge"] = "bvuge",
        ["slt"] = "bvslt", ["sle"] = "bvsle", ["sgt"] = "bvsgt", ["sge"] = "bvsge",
    };

    // From the lowest precedence to the highest.
    private static readonly (string Symbol, string Name, string Meaning)[][] Operators =
    [
        [("|", "or", "bvor")], [("^", "xor", "bvxor")], [("&", "and", "bvand")],
        [("u>>", "lshr", "bvlshr"), (">>", "ashr", "bvashr"), ("<<", "shl", "bvshl")],
        [("+", "add", "bvadd"), ("-", "sub", "bvsub")],
        [("*", "mul", "bvmul"), ("/u", "udiv", "bvudiv"), ("/", "sdiv", "bvsdiv"), ("%u", "urem", "bvurem"), ("%", "srem", "bvsrem")],
    ];

    private static readonly (string Symbol, string Name, string Meaning)[] Relations =
    [
        ("==", "eq", "="), ("!=", "ne", "distinct"), ("u<=", "ule", "bvule"), ("u>=", "uge", "bvuge"), ("u<", "ult", "bvult"),
        ("u>", "ugt", "bvugt"),
        ("<=", "sle", "bvsle"), (">=", "sge", "bvsge"), ("<", "slt", "bvslt"), (">", "sgt", "bvsgt"),
    ];

    // Functions of constants. Result: s for the type of the operands, l for a larger one, t for a smaller one, a for any type.
    private static readonly Dictionary<string, (char Result, string Meaning)> Functions = new()
    {
        ["abs"] = ('s', "bvabs"), ["max"] = ('s', "bvsmax"), ["umax"] = ('s', "bvumax"), ["lshr"] = ('s', "bvlshr"),
        ["log2"] = ('a', "(zext_or_trunc (bvlog2 $1))"), ["countLeadingZeros"] = ('a', "(zext_or_trunc (bvclz $1))"),
        ["countTrailingZeros"] = ('a', "(zext_or_trunc (bvctz $1))"), ["width"] = ('a', "(width $1)"),
        ["zext"] = ('l', "zext"), ["sext"] = ('l', "sext"), ["trunc"] = ('t', "trunc"),
        // Analyses that may return less than the exact answer. A larger answer never makes a precondition fail.
        ["computeKnownZeroBits"] = ('s', "bvnot"), ["computeKnownOneBits"] = ('s', "$1"),
        ["ComputeNumSignBits"] = ('a', "(zext_or_trunc (bvclz (bvxor $1 (bvashr $1 1))))"),
    };

    // Facts that LLVM decides exactly for constants; for other values it finds them only sometimes.
    private static readonly Dictionary<string, string> Facts = new()
    {
        ["isPowerOf2"] = "(bvispow2 $1)", ["isPowerOf2OrZero"] = "(= (bvand $1 (bvsub $1 1)) 0)",
        ["isSignBit"] = "(and (distinct $1 0) (= (bvshl $1 1) 0))",
        ["isShiftedMask"] = "(and (distinct $1 0) (= (bvand (bvadd (bvor $1 (bvsub $1 1)) 1) (bvor $1 (bvsub $1 1))) 0))",
        ["MaskedValueIsZero"] = "(= (bvand $1 $2) 0)",
        ["WillNotOverflowSignedAdd"] = "(not (bvsaddo $1 $2))", ["WillNotOverflowUnsignedAdd"] = "(not (bvuaddo $1 $2))",
        ["WillNotOverflowSignedSub"] = "(not (bvssubo $1 $2))", ["WillNotOverflowUnsignedSub"] = "(not (bvusubo $1 $2))",
        ["WillNotOverflowSignedMul"] = "(not (bvsmulo $1 $2))", ["WillNotOverflowUnsignedMul"] = "(not (bvumulo $1 $2))",
        ["WillNotOverflowUnsignedShl"] = "(= (bvlshr (bvshl $1 $2) $2) $1)",
    };

    private const int MaxSize = 2000, MaxDepth = 200;

    private readonly Dictionary<string, AliveTerm> _leaves = [];
    private readonly Dictionary<string, AliveType> _named = [];
    private string _text = "";
    private int _position, _line, _column, _depth;

    /// <summary>Definitions by name. The target sees the definitions of the source.</summary>
    public Dictionary<string, AliveTerm> Defined { get; } = [];

    /// <summary>Reads an instruction and returns the name that it defines.</summary>
    public string Instruction(string text, int line, int column)
    {
        Begin(text, line, column);
        string name = Name();
        Expect("=");
        Defined[name] = Right();
        return _position == _text.Length ? name : throw Fail("'" + _text[_position..] + "' is not understood");
    }

    public AliveTest Precondition(string text, int line, int column)
    {
        Begin(text, line, column);
        var test = Disjunction();
        return _position == _text.Length ? test : throw Fail("'" + _text[_position..] + "' is not understood");
    }

    private AliveTerm Right()
    {
        int start = _position;
        string word = Word();
        if (word is "add" or "sub" or "mul" or "shl" or "udiv" or "sdiv" or "lshr" or "ashr" or "urem" or "srem" or "and" or "or" or "xor")
        {
            var flags = new SortedSet<string>(StringComparer.Ordinal);
            while (Flag() is { } flag) flags.Add(flag);
            var type = Type();
            var left = Operand(type);
            Expect(",");
            var right = Operand(type);
            string name = string.Join("_", flags.Prepend(word));
            return New(AliveKind.Instruction, name, word is "and" or "or" or "xor" ? "bv" + word : name, type, left, right);
        }

        switch (word)
        {
            case "icmp":
                string comparison = Word();
                if (!Comparisons.TryGetValue(comparison, out string? relation)) throw Fail("there is no comparison '" + comparison + "'");
                var operands = Type();
                var first = Operand(operands);
                Expect(",");
                return New(AliveKind.Instruction, "icmp_" + comparison, "(ite (" + relation + " $1 $2) 1 0)", new AliveType(1), first,
                    Operand(operands));
            case "select":
                var test = Operand(Join(Type(), new AliveType(1)));
                Expect(",");
                var type = Type();
                var whenTrue = Operand(type);
                Expect(",");
                return New(AliveKind.Instruction, "select", "select", type, test, whenTrue, Operand(Join(Type(), type)));
            case "zext" or "sext" or "trunc" or "ZExtOrTrunc":
                var from = Type();
                var value = Operand(from);
                var to = TakeWord("to") ? Type() : new AliveType();
                if (word is "zext" or "sext") to.IsLarger = true;
                if (word == "trunc") from.IsLarger = true;
                return New(AliveKind.Instruction, word == "ZExtOrTrunc" ? "zext_or_trunc" : word,
                    word == "ZExtOrTrunc" ? "zext_or_trunc" : word, to, value);
        }

        // The operand is a value alone.
        _position = start;
        return Operand(Type());
    }

    private AliveTerm Operand(AliveType type)
    {
        var term = Expression(0);
        Join(term.Type, type);
        return term;
    }

    private AliveTerm Expression(int level)
    {
        if (level == Operators.Length) return Unary();
        var left = Expression(level + 1);
        while (Operators[level].FirstOrDefault(o => Operator(o.Symbol)) is { Symbol: not null } op)
        {
            var right = Expression(level + 1);
            Join(left.Type, right.Type);
            left = New(AliveKind.Computation, "c_" + op.Name, op.Meaning, left.Type, left, right);
        }

        return left;
    }

    private AliveTerm Unary()
    {
        Skip();
        if (_position < _text.Length && _text[_position] is '-' or '~')
        {
            bool isMinus = _text[_position++] == '-';
            if (isMinus && _position < _text.Length && char.IsDigit(_text[_position]))
                return Leaf(AliveKind.Literal, "-" + Digits(), new AliveType());
            Enter();
            var operand = Unary();
            _depth--;
            return New(AliveKind.Computation, isMinus ? "c_neg" : "c_not", isMinus ? "bvneg" : "bvnot", operand.Type, operand);
        }

        if (Take("("))
        {
            Enter();
            var inner = Expression(0);
            _depth--;
            Expect(")");
            return inner;
        }

        if (_position < _text.Length && char.IsDigit(_text[_position])) return Leaf(AliveKind.Literal, Digits(), new AliveType());
        if (_position < _text.Length && _text[_position] == '%')
        {
            string name = Name();
            return Defined.TryGetValue(name, out var defined) ? defined : Leaf(AliveKind.Input, name, new AliveType());
        }

        string word = Word();
        if (word is "true" or "false") return Leaf(AliveKind.Literal, word == "true" ? "1" : "0", new AliveType(1));
        if (Functions.TryGetValue(word, out var function))
        {
            var arguments = Arguments();
            if (word != "width" && arguments.Length > 1) Join(arguments[0].Type, arguments[1].Type);
            var type = function.Result == 's' ? arguments[0].Type : new AliveType();
            if (function.Result == 'l') type.IsLarger = true;
            if (function.Result == 't') arguments[0].Type.IsLarger = true;
            return New(AliveKind.Computation, "c_" + word, function.Meaning, type, arguments);
        }

        if (word.Length > 0 && word[0] == 'C' && word.Skip(1).All(char.IsDigit)) return Leaf(AliveKind.Constant, word, new AliveType());
        throw Fail(word.Length > 0 ? "'" + word + "' is not understood" : "a value is missing");
    }

    private AliveTest Disjunction()
    {
        var parts = new List<AliveTest> { Conjunction() };
        while (Take("||")) parts.Add(Conjunction());
        return parts.Count == 1 ? parts[0] : parts.Contains(AliveTest.True) ? AliveTest.True : new("or", "", [.. parts], []);
    }

    private AliveTest Conjunction()
    {
        var parts = new List<AliveTest> { Negation() };
        while (Take("&&")) parts.Add(Negation());
        parts.RemoveAll(p => ReferenceEquals(p, AliveTest.True));
        return parts.Count == 0 ? AliveTest.True : parts.Count == 1 ? parts[0] : new("and", "", [.. parts], []);
    }

    private AliveTest Negation()
    {
        Skip();
        if (_position + 1 < _text.Length && _text[_position] == '!' && _text[_position + 1] != '=')
        {
            _position++;
            Enter();
            var negated = Negation();
            _depth--;
            return new("not", "", [negated], []);
        }

        int start = _position;
        string word = Word();
        // The number of uses decides whether a rewrite pays, not whether it is right.
        if (word == "hasOneUse")
        {
            Arguments();
            return AliveTest.True;
        }

        if (Facts.TryGetValue(word, out string? fact))
        {
            var operands = Arguments();
            if (operands.Length > 1) Join(operands[0].Type, operands[1].Type);
            bool isExact = word is "isSignBit" or "isShiftedMask"
                || operands.All(o => o.Descendants().All(t => t.Kind is not (AliveKind.Input or AliveKind.Instruction)));
            return new(isExact ? word : "known_" + word, isExact ? fact : "(known " + fact + ")", [], operands);
        }

        // A parenthesis may enclose a test or a term; try the test first.
        _position = start;
        if (Take("("))
        {
            int depth = _depth;
            Enter();
            try
            {
                var inner = Disjunction();
                _depth = depth;
                if (Take(")") && !Operators.SelectMany(o => o).Concat(Relations).Any(o => Operator(o.Symbol))) return inner;
            }
            catch (ImportException)
            {
                // It was no test, so it is read as a term.
            }

            _depth = depth;

            _position = start;
        }

        var left = Expression(0);
        var relation = Relations.FirstOrDefault(r => Operator(r.Symbol));
        if (relation.Symbol is null) throw Fail("a comparison is missing");
        var right = Expression(0);
        Join(left.Type, right.Type);
        return new("c_" + relation.Name, relation.Meaning, [], [left, right]);
    }

    private AliveTerm[] Arguments()
    {
        Expect("(");
        Enter();
        var arguments = new List<AliveTerm> { Expression(0) };
        while (Take(",")) arguments.Add(Expression(0));
        _depth--;
        Expect(")");
        return [.. arguments];
    }

    // Shared terms count once for each use: the written module repeats them.
    private AliveTerm New(AliveKind kind, string name, string meaning, AliveType type, params AliveTerm[] arguments)
        => new AliveTerm(kind, name, meaning, arguments, type) is { Extent: { Size: <= MaxSize, Depth: <= MaxDepth } } term
            ? term : throw Fail("the term is too large");

    private void Enter()
    {
        if (++_depth > MaxDepth) throw Fail("this nests too deeply");
    }

    // Inputs and constants are one term per name; each number is a new term with its own type.
    private AliveTerm Leaf(AliveKind kind, string name, AliveType type)
    {
        if (kind == AliveKind.Literal) return New(kind, name, name, type);
        if (!_leaves.TryGetValue(name, out var leaf)) _leaves.Add(name, leaf = New(kind, name, "", type));
        return leaf;
    }

    private AliveType Join(AliveType left, AliveType right) => left.Join(right) ? left : throw Fail("types differ");

    private AliveType Type()
    {
        int start = _position;
        string word = Word();
        if (word.Length > 1 && word[0] == 'i'
            && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int width))
            return new AliveType(width);
        if (word.StartsWith("Ty", StringComparison.Ordinal))
        {
            if (!_named.TryGetValue(word, out var type)) _named.Add(word, type = new AliveType());
            return type;
        }

        _position = start;
        return new AliveType();
    }

    private string? Flag()
    {
        int start = _position;
        string word = Word();
        if (word is "nsw" or "nuw" or "exact") return word;
        _position = start;
        return null;
    }

    private string Name()
    {
        Skip();
        int start = _position;
        if (_position < _text.Length && _text[_position] == '%') _position++;
        int first = _position;
        while (_position < _text.Length && (char.IsLetterOrDigit(_text[_position]) || _text[_position] is '_' or '.')) _position++;
        return _position > first ? _text[start.._position] : throw Fail("a name is missing");
    }

    private string Word()
    {
        Skip();
        int start = _position;
        while (_position < _text.Length && (char.IsLetterOrDigit(_text[_position]) || _text[_position] == '_')) _position++;
        return _text[start.._position];
    }

    private string Digits()
    {
        int start = _position;
        while (_position < _text.Length && char.IsDigit(_text[_position])) _position++;
        return _text[start.._position];
    }

    private bool TakeWord(string word)
    {
        int start = _position;
        if (Word() == word) return true;
        _position = start;
        return false;
    }

    // Reads an operator between two operands. "&" does not match the start of "&&".
    private bool Operator(string symbol)
    {
        Skip();
        if (string.CompareOrdinal(_text, _position, symbol, 0, symbol.Length) != 0) return false;
        char next = _position + symbol.Length < _text.Length ? _text[_position + symbol.Length] : ' ';
        if (symbol is "&" or "|" && next == symbol[0] || symbol is "<" or ">" && next == symbol[0] || symbol is "/u" or "%u"
            && char.IsLetterOrDigit(next))
            return false;
        _position += symbol.Length;
        return true;
    }

    private bool Take(string symbol)
    {
        Skip();
        if (string.CompareOrdinal(_text, _position, symbol, 0, symbol.Length) != 0) return false;
        _position += symbol.Length;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw Fail("'" + symbol + "' is missing");
    }

    private void Begin(string text, int line, int column)
        => (_text, _position, _line, _column, _depth) = (text.Trim(), 0, line, column + text.Length - text.TrimStart().Length, 0);

    private void Skip()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position])) _position++;
    }

    private ImportException Fail(string message) => new(_line, _column + _position, message + ", in '" + _text + "'");
}
