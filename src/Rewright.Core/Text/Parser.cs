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

    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly List<ModuleDiagnostic> _diagnostics = [];

    private Parser(string text, string file, CancellationToken cancellation, SourceSpan? place = null)
    {
        _tokens = new TokenStream(text, file, place, cancellation);
        _expressions = new ExpressionParser(_tokens);
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
            var expression = parser._expressions.Expression();
            return parser._tokens.Current.Kind == TokenKind.End
                ? (expression, null) : throw parser._tokens.Unexpected("the end of the expression");
        }
        catch (SyntaxErrorException e)
        {
            return (null, e.Diagnostic);
        }
    }

    private ModuleSyntax Module()
    {
        string name = "";
        var span = _tokens.Start;
        var order = RuleOrder.Specificity;
        var uses = ImmutableArray.CreateBuilder<NameSyntax>();
        var sorts = ImmutableArray.CreateBuilder<SortSyntax>();
        var enums = ImmutableArray.CreateBuilder<EnumSyntax>();
        var operations = ImmutableArray.CreateBuilder<OperationSyntax>();
        var patterns = ImmutableArray.CreateBuilder<PatternSyntax>();
        var normalizers = ImmutableArray.CreateBuilder<NormalizerSyntax>();
        var passes = ImmutableArray.CreateBuilder<NameSyntax>();
        bool lacksNames = false;
        while (_tokens.Current.Kind != TokenKind.End)
        {
            var keyword = _tokens.Current;
            try
            {
                _tokens.Take();
                switch (keyword.Kind == TokenKind.Name && !keyword.IsQuoted ? keyword.Text : "")
                {
                    case "module":
                        if (name.Length > 0) throw _tokens.Fail(keyword, "The module is named twice");
                        (name, span) = (_tokens.DottedName("the name of the module").Text, _tokens.Since(keyword.Start));
                        break;
                    case "use": uses.Add(_tokens.DottedName("the name of a module")); break;
                    case "order": order = Order(); break;
                    case "sort": sorts.Add(Sort()); break;
                    case "enum": enums.Add(Enum()); break;
                    case "op": operations.Add(Operation()); break;
                    case "rule": patterns.Add(Rule()); break;
                    case "normalizer": normalizers.Add(Normalizer()); break;
                    case "pass":
                        var pass = _tokens.ExpectName("the name of a pass");
                        passes.Add(new(pass.Text, _tokens.Span(pass)));
                        break;
                    default:
                        string declarations = "a declaration (" + string.Join(", ", TokenStream.Keywords) + ")";
                        throw _tokens.Fail(keyword, _tokens.Expected(declarations, keyword));
                }
            }
            catch (SyntaxErrorException e)
            {
                _diagnostics.Add(e.Diagnostic);
                lacksNames |= !keyword.IsWord("rule") && !keyword.IsWord("normalizer") && !keyword.IsWord("order")
                    && !keyword.IsWord("pass");
                _tokens.SkipToDeclaration();
                if (_diagnostics.Count >= DiagnosticList.MaxListed) SkipToEnd();
            }
        }

        return new ModuleSyntax(name, uses.ToImmutable(), order, sorts.ToImmutable(), enums.ToImmutable(), operations.ToImmutable(),
            patterns.ToImmutable(), normalizers.ToImmutable(), span)
        {
            LacksDeclarations = _diagnostics.Count > 0, LacksNames = lacksNames,
            Passes = passes.ToImmutable()
        };
    }

    private RuleOrder Order()
    {
        var token = _tokens.ExpectName("'textual' or 'specificity'");
        return token.Text switch
        {
            "textual" => RuleOrder.Textual,
            "specificity" => RuleOrder.Specificity,
            _ => throw _tokens.Fail(token, _tokens.Expected("'textual' or 'specificity'", token)),
        };
    }

    private SortSyntax Sort()
    {
        var name = _tokens.ExpectName("the name of a sort");
        string meaning = "";
        foreach (var word in Attributes())
            meaning = word.Text == "means"
                ? Text("a meaning in quotes") : throw _tokens.Fail(word, "There is no attribute '" + word.Text + "' for a sort");
        _tokens.Expect("=");
        var constructors = ImmutableArray.CreateBuilder<ConstructorSyntax>();
        do
        {
            var constructor = _tokens.ExpectName("a constructor");
            var parameters = _tokens.Current.Is("(") ? Parameters() : EquatableArray<ParameterSyntax>.Empty;
            constructors.Add(new(constructor.Text, parameters, SymbolAttributesIn(isConstructor: true), _tokens.Span(constructor)));
        }
        while (_tokens.TakeIf("|"));
        return new SortSyntax(name.Text, constructors.ToImmutable(), _tokens.Span(name), meaning);
    }

    private EnumSyntax Enum()
    {
        var name = _tokens.DottedName("the name of an enum");
        _tokens.Expect(":");
        var kindToken = _tokens.ExpectName("int, uint, long or ulong");
        var kind = kindToken.Text switch
        {
            "int" => BuiltInKind.Int,
            "uint" => BuiltInKind.UInt,
            "long" => BuiltInKind.Long,
            "ulong" => BuiltInKind.ULong,
            _ => throw _tokens.Fail(kindToken, _tokens.Expected("int, uint, long or ulong", kindToken)),
        };
        _tokens.Expect("=");
        var members = ImmutableArray.CreateBuilder<EnumMember>();
        do
        {
            var member = _tokens.ExpectName("the name of a member");
            members.Add(new(member.Text, EnumValue(kind)));
        }
        while (_tokens.TakeIf("|"));
        return new EnumSyntax(name.Text, kind, members.ToImmutable(), name.Span);
    }

    // As C# converts the value to long: what a ulong enum has beyond that comes out negative.
    private long EnumValue(BuiltInKind kind)
    {
        int start = _tokens.Current.Start;
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
                new(DiagnosticKinds.LiteralRange, _tokens.Since(start), value.ToString(CultureInfo.InvariantCulture),
                    BuiltInSort.Of(kind).Name));
        return value > long.MaxValue ? unchecked((long)(ulong)value) : (long)value;
    }

    private OperationSyntax Operation()
    {
        var name = _tokens.ExpectName("the name of an operation");
        var parameters = _tokens.Current.Is("(") ? Parameters() : EquatableArray<ParameterSyntax>.Empty;
        _tokens.Expect(":");
        var result = SortReference();
        return new OperationSyntax(name.Text, parameters, result, SymbolAttributesIn(isConstructor: false), _tokens.Span(name));
    }

    private EquatableArray<ParameterSyntax> Parameters()
    {
        _tokens.Expect("(");
        var parameters = ImmutableArray.CreateBuilder<ParameterSyntax>();
        if (!_tokens.Current.Is(")"))
        {
            do
            {
                var (sort, next) = (SortReference(), "");
                if (_tokens.Current.Is(":"))
                {
                    _tokens.Take();
                    (next, sort) = (sort.Text, SortReference());
                }

                parameters.Add(new(next, sort));
            }
            while (_tokens.TakeIf(","));
        }

        _tokens.Expect(")");
        return parameters.ToImmutable();
    }

    private NameSyntax SortReference()
    {
        var name = _tokens.DottedName("a sort");
        if (name.Text != "Ref" || !_tokens.Current.Is("<")) return name;
        string type = _tokens.TakeBracketed() ?? throw _tokens.Fail(_tokens.Current, "The '<' of a Ref is not closed");
        return new NameSyntax("Ref<" + type + ">", _tokens.Since(name.Span.Start));
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
                case "identity": attributes = attributes with { Identity = _expressions.Expression() }; break;
                case "cost" when isConstructor: attributes = attributes with { Cost = Number() }; break;
                case "denotes" when !isConstructor:
                    attributes = attributes with { Flags = attributes.Flags | SymbolAttributes.Denotes };
                    break;
                case "means": attributes = attributes with { Meaning = Text("a meaning in quotes") }; break;
                default:
                    throw _tokens.Fail(
                    word, "There is no attribute '" + word.Text + "' for " + (isConstructor ? "a constructor" : "an operation"));
            }
        }

        return attributes;
    }

    private PatternSyntax Rule()
    {
        var name = _tokens.ExpectName("the name of a rule");
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
                    var named = _tokens.ExpectName("the name of a group");
                    (group, groupSpan) = (named.Text, _tokens.Span(named));
                    break;
                case "forward": polarity = Polarity.Forward; break;
                case "backward": polarity = Polarity.Backward; break;
                case "symmetric": polarity = Polarity.Symmetric; break;
                case "assumed": assumed = Text("a reason in quotes"); break;
                case "means" when _tokens.Current.Text == "real": meaning = Text("\"real\""); break;
                case "means": throw _tokens.Unexpected("\"real\"");
                case "phase": upToPhase = true; break;
                default: throw _tokens.Fail(word, "There is no attribute '" + word.Text + "' for a rule");
            }
        }

        _tokens.Expect(":");
        var source = Side();
        _tokens.Expect("->");
        var target = Side();
        var conditions = ImmutableArray.CreateBuilder<ConditionSyntax>();
        while (_tokens.Current.IsWord("if") || _tokens.Current.IsWord("where"))
        {
            var keyword = _tokens.Take();
            var first = _expressions.Expression();
            if (keyword.Text == "if")
            {
                conditions.Add(new(null, first, _tokens.Since(keyword.Start)));
            }
            else
            {
                _tokens.Expect("=");
                conditions.Add(new(first, _expressions.Expression(), _tokens.Since(keyword.Start)));
            }
        }

        return new PatternSyntax(
            name.Text, null, source, target, conditions.ToImmutable(), priority, polarity, group, _tokens.Span(name), assumed, meaning,
            groupSpan)
        { UpToPhase = upToPhase };
    }

    // A side of a rule: a term, or a circuit in brackets.
    private ExprSyntax Side()
    {
        if (!_tokens.Current.Is("[")) return _expressions.Expression();
        int start = _tokens.Take().Start;
        var gates = ImmutableArray.CreateBuilder<ExprSyntax>();
        if (!_tokens.Current.Is("]"))
        {
            do gates.Add(_expressions.Expression());
            while (_tokens.TakeIf(","));
        }

        _tokens.Expect("]");
        return new CircuitSyntax(gates.ToImmutable(), _tokens.Since(start));
    }

    private NormalizerSyntax Normalizer()
    {
        var name = _tokens.ExpectName("the name of a normalizer");
        _tokens.Expect(":");
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
                    do groups.Add(_tokens.ExpectName("the name of a group").Text);
                    while (_tokens.Current.Kind == TokenKind.Name);
                    break;
                default: throw _tokens.Fail(word, "There is no attribute '" + word.Text + "' for a normalizer");
            }
        }

        return new NormalizerSyntax(name.Text, sort, strategy, groups.ToImmutable(), _tokens.Span(name));
    }

    // The words in brackets; the caller reads what follows a word before it asks for the next.
    private IEnumerable<Token> Attributes()
    {
        if (!_tokens.TakeIf("[")) yield break;
        var seen = new HashSet<string>();
        do
        {
            var word = _tokens.ExpectName("an attribute");
            if (!seen.Add(word.Text)) throw _tokens.Fail(word, "The attribute '" + word.Text + "' is given twice");
            yield return word;
        }
        while (_tokens.TakeIf(","));
        _tokens.Expect("]");
    }

    private string Text(string what)
        => _tokens.Current.Kind == TokenKind.String && !string.IsNullOrWhiteSpace(_tokens.Current.Text)
            ? _tokens.Take().Text : throw _tokens.Unexpected(what);

    private int Number()
    {
        int start = _tokens.Current.Start;
        var value = WholeNumber("a number");
        return value >= int.MinValue && value <= int.MaxValue
            ? (int)value
            : throw new SyntaxErrorException(
                new(DiagnosticKinds.LiteralRange, _tokens.Since(start), value.ToString(CultureInfo.InvariantCulture), "int"));
    }

    private BigInteger WholeNumber(string what)
    {
        bool negative = _tokens.TakeIf("-");
        if (_tokens.Current.Kind != TokenKind.Integer || _tokens.Current.Suffix.Length > 0) throw _tokens.Unexpected(what);
        var value = BigInteger.Parse(_tokens.Take().Text, CultureInfo.InvariantCulture);
        return negative ? -value : value;
    }

    // What has so many mistakes is no module; the rest is only counted.
    private void SkipToEnd()
    {
        var first = _tokens.Current;
        int declarations = _tokens.SkipToEnd();
        if (declarations > 0)
            _diagnostics.Add(new(
                DiagnosticKinds.Syntax, _tokens.Span(first),
                "The text has too many mistakes: " + InvariantText.Of(declarations) + " declarations from here on are not read"));
    }

    /// <summary>True for a name that is a variable where it stands alone.</summary>
    public static bool LooksLikeVariable(string name) => (char.IsLower(name[0]) || name[0] == '_') && name.IndexOf('.') < 0;
}
