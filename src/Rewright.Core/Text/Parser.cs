using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Threading;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright.Text;

/// <summary>Reads <c>.rw</c> text. After a mistake it goes on at the next declaration, so that all mistakes are reported at once.</summary>
public sealed class Parser
{
    /// <summary>How deep expressions may nest: what is recursive in the compiler stays far from the end of the stack.</summary>
    public const int MaxDepth = 400;

    // Of a number in a rule. To read one takes more than linear time.
    private const int MaxDigits = 100_000;

    private static readonly string[] Keywords = ["module", "use", "order", "sort", "enum", "op", "rule", "normalizer", "pass"];

    // Binary operators of C#, loosest first.
    private static readonly string[][] Precedence =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>", ">>>"], ["+", "-"], ["*", "/", "%"],
    ];

    private readonly Lexer _lexer;
    private readonly List<ModuleDiagnostic> _diagnostics = [];
    private readonly CancellationToken _cancellation;
    private Token _token;
    private int _lastEnd;
    private int _depth;
    private int _parentheses;
    private int _tokens;

    private Parser(string text, string file, CancellationToken cancellation, SourceSpan? place = null)
    {
        _lexer = new Lexer(text, file, MaxDigits, place);
        _cancellation = cancellation;
        _token = _lexer.Next(0);
    }

    /// <summary>Reads a module. What could not be read is left out and reported.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">What diagnostics call it.</param>
    /// <param name="cancellation">Stops it.</param>
    public static (ModuleSyntax Syntax, ImmutableArray<ModuleDiagnostic> Diagnostics) ParseModule(
        string text, string file = "", CancellationToken cancellation = default)
    {
        var parser = new Parser(text, file, cancellation);
        var module = parser.Module();
        return (module, parser._diagnostics.ToImmutableArray());
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where all of it stands.</param>
    public static (ExprSyntax? Expression, ModuleDiagnostic? Diagnostic) ParseExpression(string text, SourceSpan place)
    {
        var parser = new Parser(text, place.File, CancellationToken.None, place);
        try
        {
            var expression = parser.Expression();
            return parser._token.Kind == TokenKind.End
                ? (expression, null) : throw parser.Fail(parser._token, parser.Expected("the end of the expression", parser._token));
        }
        catch (SyntaxErrorException e)
        {
            return (null, e.Diagnostic);
        }
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
        var passes = ImmutableArray.CreateBuilder<NameSyntax>();
        bool lacksNames = false;
        while (_token.Kind != TokenKind.End)
        {
            var keyword = _token;
            try
            {
                Take();
                switch (keyword.Kind == TokenKind.Name && !keyword.IsQuoted ? keyword.Text : "")
                {
                    case "module":
                        if (name.Length > 0) throw Fail(keyword, "The module is named twice");
                        (name, span) = (DottedNameSyntax("the name of the module").Text, Since(keyword.Start));
                        break;
                    case "use": uses.Add(DottedNameSyntax("the name of a module")); break;
                    case "order": order = Order(); break;
                    case "sort": sorts.Add(Sort()); break;
                    case "enum": enums.Add(Enum()); break;
                    case "op": operations.Add(Operation()); break;
                    case "rule": patterns.Add(Rule()); break;
                    case "normalizer": normalizers.Add(Normalizer()); break;
                    case "pass":
                        var pass = ExpectName("the name of a pass");
                        passes.Add(new(pass.Text, Span(pass)));
                        break;
                    default: throw Fail(keyword, Expected("a declaration (" + string.Join(", ", Keywords) + ")", keyword));
                }
            }
            catch (SyntaxErrorException e)
            {
                _diagnostics.Add(e.Diagnostic);
                lacksNames |= !keyword.IsWord("rule") && !keyword.IsWord("normalizer") && !keyword.IsWord("order")
                    && !keyword.IsWord("pass");
                SkipToDeclaration();
                if (_diagnostics.Count >= DiagnosticList.MaxListed) SkipToEnd();
            }
        }

        return new ModuleSyntax(name, uses.ToImmutable(), order, sorts.ToImmutable(), enums.ToImmutable(), operations.ToImmutable(),
            patterns.ToImmutable(), normalizers.ToImmutable(), span) { LacksDeclarations = _diagnostics.Count > 0, LacksNames = lacksNames,
                Passes = passes.ToImmutable() };
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
        string meaning = "";
        foreach (var word in Attributes())
            meaning = word.Text == "means"
                ? Text("a meaning in quotes") : throw Fail(word, "There is no attribute '" + word.Text + "' for a sort");
        Expect("=");
        var constructors = ImmutableArray.CreateBuilder<ConstructorSyntax>();
        do
        {
            var constructor = ExpectName("a constructor");
            var parameters = _token.Is("(") ? Parameters() : EquatableArray<ParameterSyntax>.Empty;
            constructors.Add(new(constructor.Text, parameters, SymbolAttributesIn(isConstructor: true), Span(constructor)));
        }
        while (TakeIf("|"));
        return new SortSyntax(name.Text, constructors.ToImmutable(), Span(name), meaning);
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
            members.Add(new(member.Text, EnumValue(kind)));
        }
        while (TakeIf("|"));
        return new EnumSyntax(name.Text, kind, members.ToImmutable(), name.Span);
    }

    // As C# converts the value to long: what a ulong enum has beyond that comes out negative.
    private long EnumValue(BuiltInKind kind)
    {
        int start = _token.Start;
        var value = WholeNumber("the member's value");
        var (least, most) = kind switch
        {
            BuiltInKind.Int => (new BigInteger(int.MinValue), new BigInteger(int.MaxValue)),
            BuiltInKind.UInt => (uint.MinValue, uint.MaxValue),
            BuiltInKind.Long => (long.MinValue, long.MaxValue),
            _ => (ulong.MinValue, ulong.MaxValue),
        };
        if (value < least || value > most)
            throw new SyntaxErrorException(
                new(DiagnosticKinds.LiteralRange, Since(start), value.ToString(CultureInfo.InvariantCulture), BuiltInSort.Of(kind).Name));
        return value > long.MaxValue ? unchecked((long)(ulong)value) : (long)value;
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
                case "denotes" when !isConstructor: attributes = attributes with { Flags = attributes.Flags | SymbolAttributes.Denotes }; break;
                case "means": attributes = attributes with { Meaning = Text("a meaning in quotes") }; break;
                default: throw Fail(
                    word, "There is no attribute '" + word.Text + "' for " + (isConstructor ? "a constructor" : "an operation"));
            }
        }

        return attributes;
    }

    private PatternSyntax Rule()
    {
        var name = ExpectName("the name of a rule");
        int priority = 0;
        var polarity = Polarity.Forward;
        string group = "", assumed = "", meaning = "";
        SourceSpan groupSpan = default;
        bool upToPhase = false;
        foreach (var word in Attributes())
        {
            switch (word.Text)
            {
                case "priority": priority = Number(); break;
                case "group":
                    var named = ExpectName("the name of a group");
                    (group, groupSpan) = (named.Text, Span(named));
                    break;
                case "forward": polarity = Polarity.Forward; break;
                case "backward": polarity = Polarity.Backward; break;
                case "symmetric": polarity = Polarity.Symmetric; break;
                case "assumed": assumed = Text("a reason in quotes"); break;
                case "means" when _token.Text == "real": meaning = Text("\"real\""); break;
                case "means": throw Unexpected("\"real\"");
                case "phase": upToPhase = true; break;
                default: throw Fail(word, "There is no attribute '" + word.Text + "' for a rule");
            }
        }

        Expect(":");
        var source = Side();
        Expect("->");
        var target = Side();
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

        return new PatternSyntax(
            name.Text, null, source, target, conditions.ToImmutable(), priority, polarity, group, Span(name), assumed, meaning,
            groupSpan) { UpToPhase = upToPhase };
    }

    // A side of a rule: a term, or a circuit in brackets.
    private ExprSyntax Side()
    {
        if (!_token.Is("[")) return Expression();
        int start = Take().Start;
        var gates = ImmutableArray.CreateBuilder<ExprSyntax>();
        if (!_token.Is("]"))
        {
            do gates.Add(Expression());
            while (TakeIf(","));
        }

        Expect("]");
        return new CircuitSyntax(gates.ToImmutable(), Since(start));
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
                    do groups.Add(ExpectName("the name of a group").Text);
                    while (_token.Kind == TokenKind.Name);
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
        var seen = new HashSet<string>();
        do
        {
            var word = ExpectName("an attribute");
            if (!seen.Add(word.Text)) throw Fail(word, "The attribute '" + word.Text + "' is given twice");
            yield return word;
        }
        while (TakeIf(","));
        Expect("]");
    }

    private string Text(string what)
        => _token.Kind == TokenKind.String && !string.IsNullOrWhiteSpace(_token.Text) ? Take().Text : throw Unexpected(what);

    private int Number()
    {
        int start = _token.Start;
        var value = WholeNumber("a number");
        return value >= int.MinValue && value <= int.MaxValue
            ? (int)value
            : throw new SyntaxErrorException(
                new(DiagnosticKinds.LiteralRange, Since(start), value.ToString(CultureInfo.InvariantCulture), "int"));
    }

    private BigInteger WholeNumber(string what)
    {
        bool negative = TakeIf("-");
        if (_token.Kind != TokenKind.Integer || _token.Suffix.Length > 0) throw Unexpected(what);
        var value = BigInteger.Parse(Take().Text, CultureInfo.InvariantCulture);
        return negative ? -value : value;
    }

    // An expression that stands in a declaration. Chains of operators nest without recursion here, but not for those who
    // read the tree, so its depth is checked when it is complete.
    private ExprSyntax Expression()
    {
        var expression = Conditional();
        foreach (var (node, depth) in expression.Descendants())
            if (depth > MaxDepth) throw TooDeep(node.Span);
        return expression;
    }

    // From here to NameOrCall methods are small on purpose: what they hold counts once per level of nesting.
    private ExprSyntax Conditional()
    {
        int start = _token.Start;
        var test = Binary(0);
        return _token.Is("?") ? Choice(test, start) : test;
    }

    private ConditionalSyntax Choice(ExprSyntax test, int start)
    {
        Take();
        Enter(ref _depth);
        var whenTrue = Conditional();
        Expect(":");
        var whenFalse = Conditional();
        _depth--;
        return new ConditionalSyntax(test, whenTrue, whenFalse, Since(start));
    }

    // Precedence climbing: operators of `level` and tighter ones.
    private ExprSyntax Binary(int level)
    {
        int start = _token.Start;
        var left = Unary();
        while (LevelOf(_token) is var next && next >= level) left = Infix(left, next, start);
        return left;
    }

    private BinarySyntax Infix(ExprSyntax left, int level, int start)
    {
        string op = Take().Text;
        Enter(ref _depth);
        var right = Binary(level + 1);
        _depth--;
        return new BinarySyntax(op, left, right, Since(start));
    }

    private static int LevelOf(in Token token)
    {
        if (token.Kind != TokenKind.Punctuation) return -1;
        for (int level = 0; level < Precedence.Length; level++)
            if (Array.IndexOf(Precedence[level], token.Text) >= 0) return level;
        return -1;
    }

    private ExprSyntax Unary()
        => _token.Is("-") || _token.Is("!") || _token.Is("~") ? Prefix() : _token.Is("(") ? Parenthesized() : Primary();

    private UnarySyntax Prefix()
    {
        int start = _token.Start;
        string op = Take().Text;
        Enter(ref _depth);
        var operand = Unary();
        _depth--;
        return new UnarySyntax(op, operand, Since(start));
    }

    private ExprSyntax Parenthesized()
    {
        Expect("(");
        // No part of the tree, so they are counted apart: what is printed may need a pair at every level.
        Enter(ref _parentheses);
        var inner = Conditional();
        _parentheses--;
        Expect(")");
        return inner;
    }

    private void Enter(ref int depth)
    {
        if (++depth > MaxDepth) throw TooDeep(Span(_token));
    }

    private static SyntaxErrorException TooDeep(SourceSpan span)
        => new(new ModuleDiagnostic(
            DiagnosticKinds.Syntax, span,
            "The expression nests more than " + MaxDepth.ToString(CultureInfo.InvariantCulture) + " levels deep"));

    private ExprSyntax Primary() => _token.Kind == TokenKind.Name ? NameOrCall() : Literal();

    private ExprSyntax Literal()
    {
        var token = Take();
        return token.Kind switch
        {
            TokenKind.Variable => new VariableSyntax(token.Text, Span(token)),
            TokenKind.Integer => new LiteralSyntax(LiteralKind.Integer, token.Text, token.Suffix, Span(token)),
            TokenKind.Real => new LiteralSyntax(LiteralKind.Real, token.Text, "D", Span(token)),
            TokenKind.String => new LiteralSyntax(LiteralKind.String, token.Text, "", Span(token)),
            TokenKind.Symbol => new LiteralSyntax(LiteralKind.Symbol, token.Text, "", Span(token)),
            _ => throw Fail(token, Expected("a term", token)),
        };
    }

    private ExprSyntax NameOrCall()
    {
        if (_token.IsWord("true") || _token.IsWord("false")) return new LiteralSyntax(LiteralKind.Bool, _token.Text, "", Span(Take()));
        bool isQuoted = _token.IsQuoted;
        var name = DottedNameSyntax("a term");
        return _token.Is("(") ? Call(name, isQuoted) : Name(name, isQuoted);
    }

    // A plain lower-case name is a variable; with parentheses, a dot or backticks it is a symbol.
    private static ExprSyntax Name(NameSyntax name, bool isQuoted)
        => !isQuoted && LooksLikeVariable(name.Text)
            ? new VariableSyntax(name.Text == "_" ? "" : name.Text, name.Span)
            : new CallSyntax(name.Text, EquatableArray<ExprSyntax>.Empty, name.Span, name.Span);

    /// <summary>True for a name that is a variable where it stands alone.</summary>
    public static bool LooksLikeVariable(string name) => (char.IsLower(name[0]) || name[0] == '_') && name.IndexOf('.') < 0;

    private ExprSyntax Call(NameSyntax name, bool isQuoted)
    {
        var arguments = Arguments();
        if (isQuoted || name.Text is not ("checked" or "unchecked"))
            return new CallSyntax(name.Text, arguments, name.Span, Since(name.Span.Start));
        return arguments.Count == 1
            ? new CheckedSyntax(name.Text == "checked", arguments[0], Since(name.Span.Start))
            : throw new SyntaxErrorException(new(DiagnosticKinds.Syntax, name.Span,
                "'" + name.Text + "' takes 1 expression, not " + arguments.Count.ToString(CultureInfo.InvariantCulture)));
    }

    private EquatableArray<ExprSyntax> Arguments()
    {
        Expect("(");
        Enter(ref _depth);
        var arguments = ImmutableArray.CreateBuilder<ExprSyntax>();
        if (!_token.Is(")"))
        {
            do arguments.Add(Conditional());
            while (TakeIf(","));
        }

        _depth--;
        Expect(")");
        return arguments.ToImmutable();
    }

    private NameSyntax DottedNameSyntax(string what)
    {
        var first = ExpectName(what);
        if (!_token.Is(".")) return new NameSyntax(first.Text, Since(first.Start));
        var name = new StringBuilder(first.Text);
        while (TakeIf(".")) name.Append('.').Append(ExpectName("a name behind the dot").Text);
        return new NameSyntax(name.ToString(), Since(first.Start));
    }

    private Token Take()
    {
        var token = _token;
        if (token.Kind == TokenKind.Error) throw Fail(token, token.Text);
        _lastEnd = token.End;
        Advance(token.End);
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
        if (!TakeIf(punctuation)) throw Unexpected("'" + punctuation + "'");
    }

    private Token ExpectName(string what)
        => _token.Kind == TokenKind.Name && !StartsDeclaration(_token) ? Take() : throw Unexpected(what);

    private SyntaxErrorException Unexpected(string what)
        => Fail(_token, _token.Kind == TokenKind.Error ? _token.Text : Expected(what, _token));

    private string Expected(string what, Token found)
    {
        string text = _lexer.Text.Substring(found.Start, found.End - found.Start);
        return "Expected " + what + ", found "
            + (found.Kind == TokenKind.End ? found.Text : "'" + (text.Length > 40 ? text.Substring(0, 40) + "..." : text) + "'");
    }

    private SourceSpan Span(Token token) => _lexer.Span(token.Start, token.End);

    private SourceSpan Since(int start) => _lexer.Span(start, Math.Max(start, _lastEnd));

    private SyntaxErrorException Fail(Token token, string message)
        => new(new ModuleDiagnostic(DiagnosticKinds.Syntax, Span(token), message));

    // A keyword that starts a line starts a declaration, whatever the one before it still lacks: so one mistake costs one
    // declaration. As a name it is written behind something else on its line, or in backticks.
    private static bool StartsDeclaration(Token token) => token.StartsLine && Keywords.Any(token.IsWord);

    private void SkipToDeclaration()
    {
        _depth = _parentheses = 0;
        while (_token.Kind != TokenKind.End && !StartsDeclaration(_token)) Advance(_token.End);
        _lastEnd = _token.Start;
    }

    // What has so many mistakes is no module; the rest is only counted.
    private void SkipToEnd()
    {
        var first = _token;
        int declarations = 0;
        for (; _token.Kind != TokenKind.End; Advance(_token.End))
            if (StartsDeclaration(_token)) declarations++;
        if (declarations > 0)
            _diagnostics.Add(new(
                DiagnosticKinds.Syntax, Span(first),
                "The text has too many mistakes: " + InvariantText.Of(declarations) + " declarations from here on are not read"));
    }

    private void Advance(int position)
    {
        if ((++_tokens & 1023) == 0) _cancellation.ThrowIfCancellationRequested();
        _token = _lexer.Next(position);
    }

    private sealed class SyntaxErrorException(ModuleDiagnostic diagnostic) : Exception
    {
        public ModuleDiagnostic Diagnostic => diagnostic;
    }
}
