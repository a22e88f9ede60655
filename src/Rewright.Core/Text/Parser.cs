using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright.Text;

/// <summary>Reads <c>.rw</c> text. After a mistake it goes on at the next declaration, so that all mistakes are reported at once.</summary>
public sealed class Parser
{
    /// <summary>How deep expressions in rules may nest: what is recursive in the compiler stays far from the end of the stack.</summary>
    public const int MaxDepth = 400;

    private static readonly string[] Keywords = ["module", "use", "order", "sort", "enum", "op", "rule", "normalizer"];

    // Binary operators of C#, loosest first.
    private static readonly string[][] Precedence =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>", ">>>"], ["+", "-"], ["*", "/", "%"],
    ];

    private readonly Lexer _lexer;
    private readonly List<ModuleDiagnostic> _diagnostics = [];
    private Token _token;
    private int _lastEnd;
    private int _depth;

    private Parser(string text, string file)
    {
        _lexer = new Lexer(text, file);
        _token = _lexer.Next(0);
    }

    /// <summary>Reads a module. What could not be read is left out and reported.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">What diagnostics call it.</param>
    public static (ModuleSyntax Syntax, ImmutableArray<ModuleDiagnostic> Diagnostics) ParseModule(string text, string file = "")
    {
        var parser = new Parser(text, file);
        var module = parser.Module();
        return (module, parser._diagnostics.ToImmutableArray());
    }

    private ModuleSyntax Module()
    {
        string name = "";
        var span = _lexer.Span(0, 0);
        var order = RuleOrder.Specificity;
        var uses = ImmutableArray.CreateBuilder<NameSyntax>();
        var sorts = ImmutableArray.CreateBuilder<SortSyntax>();
        var enums = ImmutableArray.CreateBuilder<EnumSyntax>();
        var operations = ImmutableArray.CreateBuilder<OperationSyntax>();
        var patterns = ImmutableArray.CreateBuilder<PatternSyntax>();
        var normalizers = ImmutableArray.CreateBuilder<NormalizerSyntax>();
        while (_token.Kind != TokenKind.End)
        {
            try
            {
                var keyword = Take();
                switch (keyword.Kind == TokenKind.Name && !keyword.IsQuoted ? keyword.Text : "")
                {
                    case "module": (name, span) = (DottedName("the name of the module"), Since(keyword.Start)); break;
                    case "use": uses.Add(DottedNameSyntax("the name of a module")); break;
                    case "order": order = Order(); break;
                    case "sort": sorts.Add(Sort()); break;
                    case "enum": enums.Add(Enum()); break;
                    case "op": operations.Add(Operation()); break;
                    case "rule": patterns.Add(Rule()); break;
                    case "normalizer": normalizers.Add(Normalizer()); break;
                    default: throw Fail(keyword, Expected("a declaration (" + string.Join(", ", Keywords) + ")", keyword));
                }
            }
            catch (SyntaxErrorException e)
            {
                _diagnostics.Add(e.Diagnostic);
                SkipToDeclaration();
            }
        }

        return new ModuleSyntax(name, uses.ToImmutable(), order, sorts.ToImmutable(), enums.ToImmutable(), operations.ToImmutable(),
            patterns.ToImmutable(), normalizers.ToImmutable(), span);
    }

    private RuleOrder Order()
    {
        var token = ExpectName("'textual' or 'specificity'");
        return token.Text switch
        {
            "textual" => RuleOrder.Textual,
            "specificity" => RuleOrder.Specificity,
            _ => throw Fail(token, Expected("'textual' or 'specificity'", token)),
        };
    }

    private SortSyntax Sort()
    {
        var name = ExpectName("the name of a sort");
        Expect("=");
        var constructors = ImmutableArray.CreateBuilder<ConstructorSyntax>();
        do
        {
            var constructor = ExpectName("a constructor");
            var parameters = _token.Is("(") ? Parameters() : EquatableArray<ParameterSyntax>.Empty;
            constructors.Add(new(constructor.Text, parameters, SymbolAttributesIn(isConstructor: true), Span(constructor)));
        }
        while (TakeIf("|"));
        return new SortSyntax(name.Text, constructors.ToImmutable(), Span(name));
    }

    private EnumSyntax Enum()
    {
        var name = DottedNameSyntax("the name of an enum");
        Expect(":");
        var kindToken = ExpectName("int, uint, long or ulong");
        var kind = kindToken.Text switch
        {
            "int" => BuiltInKind.Int,
            "uint" => BuiltInKind.UInt,
            "long" => BuiltInKind.Long,
            "ulong" => BuiltInKind.ULong,
            _ => throw Fail(kindToken, Expected("int, uint, long or ulong", kindToken)),
        };
        Expect("=");
        var members = ImmutableArray.CreateBuilder<EnumMember>();
        do
        {
            var member = ExpectName("the name of a member");
            bool negative = TakeIf("-");
            var value = Take();
            if (value.Kind != TokenKind.Integer || !long.TryParse((negative ? "-" : "") + value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
                throw Fail(value, Expected("the member's value", value));
            members.Add(new(member.Text, number));
        }
        while (TakeIf("|"));
        return new EnumSyntax(name.Text, kind, members.ToImmutable(), name.Span);
    }

    private OperationSyntax Operation()
    {
        var name = ExpectName("the name of an operation");
        var parameters = _token.Is("(") ? Parameters() : EquatableArray<ParameterSyntax>.Empty;
        Expect(":");
        var result = SortReference();
        return new OperationSyntax(name.Text, parameters, result, SymbolAttributesIn(isConstructor: false), Span(name));
    }

    private EquatableArray<ParameterSyntax> Parameters()
    {
        Expect("(");
        var parameters = ImmutableArray.CreateBuilder<ParameterSyntax>();
        if (!_token.Is(")"))
        {
            do
            {
                var (sort, next) = (SortReference(), "");
                if (_token.Is(":"))
                {
                    Take();
                    (next, sort) = (sort.Text, SortReference());
                }

                parameters.Add(new(next, sort));
            }
            while (TakeIf(","));
        }

        Expect(")");
        return parameters.ToImmutable();
    }

    private NameSyntax SortReference()
    {
        var name = DottedNameSyntax("a sort");
        if (name.Text != "Ref" || !_token.Is("<")) return name;
        // The name of a C# type is taken as it stands up to the bracket that closes it.
        int open = _token.Start, nesting = 0, position = open;
        for (; position < _lexer.Text.Length; position++)
        {
            char c = _lexer.Text[position];
            if (c == '<') nesting++;
            else if (c == '>' && --nesting == 0) break;
            else if (c == '\n') break;
        }

        if (position >= _lexer.Text.Length || _lexer.Text[position] != '>') throw Fail(_token, "The '<' of a Ref is not closed");
        string type = _lexer.Text.Substring(open + 1, position - open - 1).Trim();
        _lastEnd = position + 1;
        _token = _lexer.Next(position + 1);
        return new NameSyntax("Ref<" + type + ">", Since(name.Span.Start));
    }

    private SymbolSyntaxAttributes SymbolAttributesIn(bool isConstructor)
    {
        var attributes = SymbolSyntaxAttributes.None;
        foreach (var word in Attributes())
        {
            switch (word.Text)
            {
                case "open" when !isConstructor: attributes = attributes with { Flags = attributes.Flags | SymbolAttributes.Open }; break;
                case "host" when !isConstructor: attributes = attributes with { Flags = attributes.Flags | SymbolAttributes.Host }; break;
                case "associative": attributes = attributes with { Flags = attributes.Flags | SymbolAttributes.Associative }; break;
                case "commutative": attributes = attributes with { Flags = attributes.Flags | SymbolAttributes.Commutative }; break;
                case "identity": attributes = attributes with { Identity = Expression() }; break;
                case "cost" when isConstructor: attributes = attributes with { Cost = Number() }; break;
                default: throw Fail(word, "There is no attribute '" + word.Text + "' for " + (isConstructor ? "a constructor" : "an operation"));
            }
        }

        return attributes;
    }

    private PatternSyntax Rule()
    {
        var name = ExpectName("the name of a rule");
        int priority = 0;
        var polarity = Polarity.Forward;
        string group = "";
        foreach (var word in Attributes())
        {
            switch (word.Text)
            {
                case "priority": priority = Number(); break;
                case "group": group = ExpectName("the name of a group").Text; break;
                case "forward": polarity = Polarity.Forward; break;
                case "backward": polarity = Polarity.Backward; break;
                case "symmetric": polarity = Polarity.Symmetric; break;
                default: throw Fail(word, "There is no attribute '" + word.Text + "' for a rule");
            }
        }

        Expect(":");
        var source = Expression();
        Expect("->");
        var target = Expression();
        var conditions = ImmutableArray.CreateBuilder<ConditionSyntax>();
        while (_token.IsWord("if") || _token.IsWord("where"))
        {
            var keyword = Take();
            var first = Expression();
            if (keyword.Text == "if")
            {
                conditions.Add(new(null, first, Since(keyword.Start)));
            }
            else
            {
                Expect("=");
                conditions.Add(new(first, Expression(), Since(keyword.Start)));
            }
        }

        return new PatternSyntax(name.Text, null, source, target, conditions.ToImmutable(), priority, polarity, group, Span(name));
    }

    private NormalizerSyntax Normalizer()
    {
        var name = ExpectName("the name of a normalizer");
        Expect(":");
        var sort = SortReference();
        var strategy = Strategy.Innermost;
        var groups = ImmutableArray.CreateBuilder<string>();
        foreach (var word in Attributes())
        {
            switch (word.Text)
            {
                case "innermost": strategy = Strategy.Innermost; break;
                case "outermost": strategy = Strategy.Outermost; break;
                case "bottomup": strategy = Strategy.BottomUpOnce; break;
                case "groups":
                    while (_token.Kind == TokenKind.Name) groups.Add(Take().Text);
                    break;
                default: throw Fail(word, "There is no attribute '" + word.Text + "' for a normalizer");
            }
        }

        return new NormalizerSyntax(name.Text, sort, strategy, groups.ToImmutable(), Span(name));
    }

    // The words in brackets; the caller reads what follows a word before it asks for the next.
    private IEnumerable<Token> Attributes()
    {
        if (!TakeIf("[")) yield break;
        do yield return ExpectName("an attribute");
        while (TakeIf(","));
        Expect("]");
    }

    private int Number()
    {
        bool negative = TakeIf("-");
        var token = Take();
        if (token.Kind == TokenKind.Integer
            && int.TryParse((negative ? "-" : "") + token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            return value;
        throw Fail(token, Expected("a number", token));
    }

    private ExprSyntax Expression()
    {
        if (++_depth > MaxDepth)
        {
            _depth = 0;
            throw Fail(_token, "The expression nests more than " + MaxDepth.ToString(CultureInfo.InvariantCulture) + " levels deep");
        }

        int start = _token.Start;
        var test = Binary(0);
        if (TakeIf("?"))
        {
            var whenTrue = Expression();
            Expect(":");
            var whenFalse = Expression();
            test = new ConditionalSyntax(test, whenTrue, whenFalse, Since(start));
        }

        _depth--;
        return test;
    }

    // Precedence climbing: operators of `level` and tighter ones.
    private ExprSyntax Binary(int level)
    {
        int start = _token.Start;
        var left = Unary();
        for (int l; (l = LevelOf(_token)) >= level;)
        {
            string op = Take().Text;
            left = new BinarySyntax(op, left, Binary(l + 1), Since(start));
        }

        return left;
    }

    private static int LevelOf(Token token)
        => token.Kind == TokenKind.Punctuation ? Array.FindIndex(Precedence, level => level.Contains(token.Text)) : -1;

    private ExprSyntax Unary()
    {
        if (!_token.Is("-") && !_token.Is("!") && !_token.Is("~")) return Primary();
        if (++_depth > MaxDepth) throw Fail(_token, "The expression nests too deeply");
        var op = Take();
        var operand = Unary();
        _depth--;
        return new UnarySyntax(op.Text, operand, Since(op.Start));
    }

    private ExprSyntax Primary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Variable: return new VariableSyntax(token.Text, Span(token));
            case TokenKind.Integer: return new LiteralSyntax(LiteralKind.Integer, token.Text, token.Suffix, Span(token));
            case TokenKind.Real: return new LiteralSyntax(LiteralKind.Real, token.Text, "D", Span(token));
            case TokenKind.String: return new LiteralSyntax(LiteralKind.String, token.Text, "", Span(token));
            case TokenKind.Symbol: return new LiteralSyntax(LiteralKind.Symbol, token.Text, "", Span(token));
            case TokenKind.Punctuation when token.Text == "(":
                var inner = Expression();
                Expect(")");
                return inner;
            case TokenKind.Name: return NameOrCall(token);
            default: throw Fail(token, Expected("a term", token));
        }
    }

    private ExprSyntax NameOrCall(Token first)
    {
        if (first.IsWord("true") || first.IsWord("false")) return new LiteralSyntax(LiteralKind.Bool, first.Text, "", Span(first));
        string name = first.Text;
        while (_token.Is("."))
        {
            Take();
            name += "." + ExpectName("a name behind the dot").Text;
        }

        var nameSpan = Since(first.Start);
        if (!_token.Is("("))
        {
            // A plain lower-case name is a variable; with parentheses, a dot or backticks it is a symbol.
            bool isVariable = name == first.Text && !first.IsQuoted && (char.IsLower(name[0]) || name[0] == '_');
            return isVariable ? new VariableSyntax(name, nameSpan) : new CallSyntax(name, EquatableArray<ExprSyntax>.Empty, nameSpan, nameSpan);
        }

        Take();
        var arguments = ImmutableArray.CreateBuilder<ExprSyntax>();
        if (!_token.Is(")"))
        {
            do arguments.Add(Expression());
            while (TakeIf(","));
        }

        Expect(")");
        if (name is "checked" or "unchecked" && !first.IsQuoted)
        {
            if (arguments.Count != 1) throw Fail(first, "'" + name + "' takes one expression");
            return new CheckedSyntax(name == "checked", arguments[0], Since(first.Start));
        }

        return new CallSyntax(name, arguments.ToImmutable(), nameSpan, Since(first.Start));
    }

    private string DottedName(string what) => DottedNameSyntax(what).Text;

    private NameSyntax DottedNameSyntax(string what)
    {
        var first = ExpectName(what);
        string name = first.Text;
        while (_token.Is("."))
        {
            Take();
            name += "." + ExpectName("a name behind the dot").Text;
        }

        return new NameSyntax(name, Since(first.Start));
    }

    private Token Take()
    {
        var token = _token;
        if (token.Kind == TokenKind.Error) throw Fail(token, token.Text);
        _lastEnd = token.End;
        _token = _lexer.Next(token.End);
        return token;
    }

    private bool TakeIf(string punctuation)
    {
        if (!_token.Is(punctuation)) return false;
        Take();
        return true;
    }

    private void Expect(string punctuation)
    {
        if (!TakeIf(punctuation)) throw Fail(_token, _token.Kind == TokenKind.Error ? _token.Text : Expected("'" + punctuation + "'", _token));
    }

    private Token ExpectName(string what)
        => _token.Kind == TokenKind.Name ? Take() : throw Fail(_token, _token.Kind == TokenKind.Error ? _token.Text : Expected(what, _token));

    private static string Expected(string what, Token found)
        => "Expected " + what + ", found " + (found.Kind == TokenKind.End ? found.Text : "'" + found.Text + "'");

    private SourceSpan Span(Token token) => _lexer.Span(token.Start, token.End);

    private SourceSpan Since(int start) => _lexer.Span(start, Math.Max(start, _lastEnd));

    private SyntaxErrorException Fail(Token token, string message)
        => new(new ModuleDiagnostic(DiagnosticKinds.Syntax, Span(token), message));

    // A declaration starts with a keyword at the beginning of a line; anything else could be part of the broken one.
    private void SkipToDeclaration()
    {
        _depth = 0;
        while (_token.Kind != TokenKind.End)
        {
            bool startsLine = _lexer.Text.LastIndexOf('\n', Math.Max(0, _token.Start - 1)) is var newLine
                && string.IsNullOrWhiteSpace(_lexer.Text.Substring(newLine + 1, _token.Start - newLine - 1));
            if (startsLine && _token.Kind == TokenKind.Name && Keywords.Any(_token.IsWord) && _token.Start >= _lastEnd) return;
            _lastEnd = _token.End;
            _token = _lexer.Next(_token.End);
        }
    }

    private sealed class SyntaxErrorException(ModuleDiagnostic diagnostic) : Exception
    {
        public ModuleDiagnostic Diagnostic => diagnostic;
    }
}
