using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Checks;
using Rewright.Generators.Checking;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>Translates C# expressions in pattern bodies to expressions of a module.</summary>
/// <param name="scope">The meanings of names.</param>
/// <param name="variables">The names of the pattern's parameters.</param>
/// <param name="moduleName">The full name of the module.</param>
/// <param name="problems">Receives the mistakes.</param>
internal sealed class ExpressionQuoter(NameScope scope, HashSet<string> variables, string moduleName, List<ModuleDiagnostic> problems)
{
    private int _depth;
    private bool _isTooDeep;

    /// <summary>The translated expression; null if there is none, which is then reported here or by the C# compiler.</summary>
    public ExprSyntax? Quote(ExpressionSyntax expression)
    {
        // The limit keeps recursive code far from the end of the stack, like the limit for text.
        if (_depth >= Parser.MaxDepth)
        {
            if (!_isTooDeep)
                Unsupported(expression, "it nests more than " + Parser.MaxDepth.ToString(CultureInfo.InvariantCulture) + " levels deep");
            _isTooDeep = true;
            return null;
        }

        _depth++;
        var quoted = QuoteAny(expression);
        _depth--;
        return quoted;
    }

    /// <summary>Translates a side of a rule: an expression, or a circuit in brackets.</summary>
    public ExprSyntax? QuoteSide(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax inner) expression = inner.Expression;
        if (expression is not CollectionExpressionSyntax circuit) return Quote(expression);
        var gates = circuit.Elements.Select(
            e => e is ExpressionElementSyntax element ? Quote(element.Expression) : UnsupportedElement(e)).ToList();
        return gates.Contains(null) ? null : new CircuitSyntax(gates.ToEquatableArray()!, circuit.Span());
    }

    private ExprSyntax? UnsupportedElement(CollectionElementSyntax element)
    {
        if (element is SpreadElementSyntax spread) return Unsupported(spread.Expression, "write its gates one by one");
        return null;
    }

    private ExprSyntax? QuoteAny(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized: return Quote(parenthesized.Expression);
            case LiteralExpressionSyntax literal: return QuoteLiteral(literal);
            case IdentifierNameSyntax or MemberAccessExpressionSyntax: return QuoteName(expression);
            case InvocationExpressionSyntax invocation: return QuoteCall(invocation);
            case PrefixUnaryExpressionSyntax unary: return QuoteUnary(unary);
            case BinaryExpressionSyntax binary: return QuoteBinary(binary);
            case CastExpressionSyntax cast: return QuoteCast(cast);
            case BaseObjectCreationExpressionSyntax creation: return QuoteCreation(creation);
            case CheckedExpressionSyntax inner:
                return Quote(inner.Expression) is { } operand
                    ? new CheckedSyntax(inner.IsKind(SyntaxKind.CheckedExpression), operand, inner.Span()) : null;
            case ConditionalExpressionSyntax conditional:
                var (test, whenTrue, whenFalse) = (Quote(conditional.Condition), Quote(conditional.WhenTrue), Quote(conditional.WhenFalse));
                return test is null || whenTrue is null || whenFalse is null ? null
                    : new ConditionalSyntax(test, whenTrue, whenFalse, conditional.Span());
            case PostfixUnaryExpressionSyntax suppressed when suppressed.IsKind(SyntaxKind.SuppressNullableWarningExpression):
                return Quote(suppressed.Operand);
            default: return Unsupported(expression, NameScope.UseHostOperation);
        }
    }

    /// <summary>
    /// True if the expression, without parentheses and the like, is a simple or dotted name that does not start at a variable.
    /// </summary>
    public bool IsName(ExpressionSyntax expression)
    {
        while (expression is MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression } member)
            expression = member.Expression;
        return expression is AliasQualifiedNameSyntax or PredefinedTypeSyntax
            || expression is SimpleNameSyntax name && !(name is IdentifierNameSyntax && variables.Contains(name.Identifier.ValueText));
    }

    private ExprSyntax? QuoteLiteral(LiteralExpressionSyntax literal)
        => (literal.IsKind(SyntaxKind.DefaultLiteralExpression) ? null : Constants.Quote(literal.Token.Value, literal.Span()))
            ?? Unsupported(literal, NameScope.UseHostOperation);

    private ExprSyntax? QuoteName(ExpressionSyntax name)
    {
        if (name is IdentifierNameSyntax { Identifier: var identifier } && variables.Contains(identifier.ValueText))
            return new VariableSyntax(identifier.ValueText, name.Span());
        if (!IsName(name)) return QuoteProperty((MemberAccessExpressionSyntax)name);
        switch (scope.MeaningOf(name))
        {
            case EnumMeaning constant: return QuoteEnum(constant, name);
            case AngleMeaning angle:
                return new CallSyntax("Angle." + angle.Name, EquatableArray<ExprSyntax>.Empty, name.Span(), name.Span());
            case ConstantMeaning constant:
                return Constants.Quote(constant.Value, name.Span()) ?? Unsupported(name, NameScope.UseHostOperation);
            case ForeignMeaning foreign: return Unsupported(name, foreign.Advice);
            case UnusedModuleMeaning unused: return NotUsed(name, unused);
            // A method without its arguments is a mistake in C# too.
            default: return null;
        }
    }

    // Values have two properties: the length of a string and the name of a symbol.
    private ExprSyntax? QuoteProperty(MemberAccessExpressionSyntax access)
    {
        string? function = access.Name.Identifier.ValueText switch { "Length" => "rw.length", "Name" => "rw.name", _ => null };
        if (function is null || !access.IsKind(SyntaxKind.SimpleMemberAccessExpression))
            return access.Name.IsMissing ? null : Unsupported(access, NameScope.UseHostOperation);
        return Quote(access.Expression) is { } value ? Call(function, access, value) : null;
    }

    private static ExprSyntax QuoteEnum(EnumMeaning constant, ExpressionSyntax place)
        => constant.Member.Length > 0
            ? new CallSyntax(constant.Type + "." + constant.Member, EquatableArray<ExprSyntax>.Empty, place.Span(), place.Span())
            : Call(constant.Type, place, Constants.Integer(constant.Value, "L", place.Span()));

    private ExprSyntax? QuoteCall(InvocationExpressionSyntax invocation)
    {
        var callee = invocation.Expression;
        var arguments = invocation.ArgumentList.Arguments;
        if (callee is IdentifierNameSyntax { Identifier.ValueText: "nameof" } && arguments.Count == 1)
        {
            var named = arguments[0].Expression;
            string name = named is MemberAccessExpressionSyntax { Name: var last } ? last.Identifier.ValueText : named.ToString();
            return Constants.Quote(name.TrimStart('@'), invocation.Span());
        }

        if (!IsName(callee))
        {
            // A method of a value, or something that cannot be called at all.
            if (callee is MemberAccessExpressionSyntax { Name.IsMissing: true }) return null;
            return Unsupported(invocation, NameScope.UseHostOperation);
        }

        switch (scope.MeaningOf(callee))
        {
            case SymbolMeaning symbol:
                return QuoteArguments(arguments, symbol.Parameters) is { } quoted
                    ? new CallSyntax(symbol.Name, quoted, callee.Span(), invocation.Span()) : null;
            case FunctionMeaning function:
                if (!BuiltInFunctions.TryFind(function.Type, function.Method, arguments.Count, out var builtIn))
                    return Unsupported(invocation, NameScope.UseHostOperation);
                if (QuoteArguments(arguments, EquatableArray<string>.Empty) is not { } operands) return null;
                // C# converts arguments to the types of the parameters.
                var converted = operands.Select(
                    (o, i) => builtIn.Operands.Length == 0 ? o : Call("rw." + builtIn.Operands[i], arguments[i].Expression, o));
                return new CallSyntax(builtIn.Name, converted.ToEquatableArray(), callee.Span(), invocation.Span());
            case RewriteMeaning:
                return Unsupported(invocation, "Rewrite is for the whole body only");
            case ForeignMeaning foreign:
                return QuoteParse(invocation) ?? Unsupported(invocation, foreign.Advice);
            case UnusedModuleMeaning unused:
                return NotUsed(callee, unused);
            default:
                return null;
        }
    }

    // C# has no BigInteger literals; programs write them like this.
    private static ExprSyntax? QuoteParse(InvocationExpressionSyntax invocation)
        => invocation is
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Parse", Expression: var type },
            ArgumentList.Arguments: [{ Expression: LiteralExpressionSyntax literal }]
        }
            && type.ToString().EndsWith("BigInteger", System.StringComparison.Ordinal)
            && literal.Token.Value is string text
            && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? Constants.Integer(value, "N", invocation.Span()) : null;

    private EquatableArray<ExprSyntax>? QuoteArguments(SeparatedSyntaxList<ArgumentSyntax> arguments, EquatableArray<string> parameters)
    {
        var quoted = new ExprSyntax?[arguments.Count];
        bool complete = true;
        for (int i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var value = argument.RefKindKeyword.IsKind(SyntaxKind.None)
                ? Quote(argument.Expression) : Unsupported(argument.Expression, "arguments are passed by value");
            int place = i;
            if (argument.NameColon is { Name.Identifier.ValueText: var name })
            {
                place = parameters.Items.IndexOf(name);
                if (place < 0) value = Unsupported(argument.Expression, "leave out the name of the argument");
            }

            if (value is null || place >= quoted.Length) complete = false;
            else quoted[place] = value;
        }

        return complete && !quoted.Contains(null) ? quoted.ToEquatableArray()! : null;
    }

    private ExprSyntax? QuoteUnary(PrefixUnaryExpressionSyntax unary)
    {
        switch (unary.Kind())
        {
            case SyntaxKind.UnaryPlusExpression: return Quote(unary.Operand);
            case SyntaxKind.LogicalNotExpression or SyntaxKind.BitwiseNotExpression:
                return Quote(unary.Operand) is { } value ? new UnarySyntax(unary.OperatorToken.ValueText, value, unary.Span()) : null;
            case SyntaxKind.UnaryMinusExpression:
                // The smallest integer is written as minus a literal that by itself would be unsigned.
                if (unary.Operand is LiteralExpressionSyntax { Token: { Value: 2147483648u } token }
                    && token.Text.IndexOfAny(['u', 'U']) < 0)
                    return Constants.Integer(int.MinValue, "", unary.Span());
                if (unary.Operand is LiteralExpressionSyntax { Token: { Value: 9223372036854775808ul } large }
                    && large.Text.IndexOfAny(['u', 'U']) < 0)
                    return Constants.Integer(long.MinValue, "L", unary.Span());
                return Quote(unary.Operand) switch
                {
                    null => null,
                    // A minus turns any other unsigned int into a long.
                    LiteralSyntax { Kind: LiteralKind.Integer, Suffix: "U" } literal
                        => Constants.Integer(-BigInteger.Parse(literal.Text, CultureInfo.InvariantCulture), "L", unary.Span()),
                    var operand => new UnarySyntax("-", operand, unary.Span()),
                };
            default: return Unsupported(unary, NameScope.UseHostOperation);
        }
    }

    private ExprSyntax? QuoteBinary(BinaryExpressionSyntax binary)
    {
        switch (binary.Kind())
        {
            case SyntaxKind.AddExpression or SyntaxKind.SubtractExpression or SyntaxKind.MultiplyExpression
                or SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression
                or SyntaxKind.LeftShiftExpression or SyntaxKind.RightShiftExpression or SyntaxKind.UnsignedRightShiftExpression
                or SyntaxKind.BitwiseAndExpression or SyntaxKind.BitwiseOrExpression or SyntaxKind.ExclusiveOrExpression
                or SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression
                or SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression or SyntaxKind.LessThanExpression
                    or SyntaxKind.LessThanOrEqualExpression
                or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression:
                var (left, right) = (Quote(binary.Left), Quote(binary.Right));
                return left is null || right is null ? null : new BinarySyntax(binary.OperatorToken.ValueText, left, right, binary.Span());
            default: return Unsupported(binary, NameScope.UseHostOperation);
        }
    }

    private ExprSyntax? QuoteCast(CastExpressionSyntax cast)
    {
        var sort = scope.SortOf(cast.Type);
        switch (sort)
        {
            case KnownSort { Shape.Role: Emit.CSharp.TypeRole.Value } known:
                return Quote(cast.Expression) is { } operand ? Call(Conversion(known), cast, operand) : null;
            case KnownSort: return Quote(cast.Expression);
            case NoSort: return Unsupported(cast, NameScope.UseHostOperation);
            case UnusedModuleSort unused: return NotUsed(cast.Type, new(unused.Name, unused.Module));
            default: return null;
        }
    }

    private ExprSyntax? QuoteCreation(BaseObjectCreationExpressionSyntax creation)
    {
        if (creation is not ObjectCreationExpressionSyntax { Type: var type, Initializer: null })
            return Unsupported(creation, "write the type behind new, or " + NameScope.UseHostOperation);
        var sort = scope.SortOf(type);
        if (sort is FaultySort) return null;
        if (sort is not KnownSort { Name: "Symbol" or "BigInteger" } || creation.ArgumentList?.Arguments is not [var argument])
            return Unsupported(creation, NameScope.UseHostOperation);
        return (Quote(argument.Expression), ((KnownSort)sort).Name) switch
        {
            (null, _) => null,
            (LiteralSyntax { Kind: LiteralKind.String } text, "Symbol") => new LiteralSyntax(
            LiteralKind.Symbol, text.Text, "", creation.Span()),
            (var value, "Symbol") => Call("rw.symbol", creation, value),
            (var value, _) => Call("rw.BigInteger", creation, value),
        };
    }

    // The prefix keeps the user's symbols from hiding a built-in name; an enum's name is always full.
    private static string Conversion(KnownSort sort) => BuiltInSort.All.Any(s => s.Name == sort.Name) ? "rw." + sort.Name : sort.Name;

    private static CallSyntax Call(string name, ExpressionSyntax place, ExprSyntax argument)
        => new(name, EquatableArray.Of(argument), place.Span(), place.Span());

    private ExprSyntax? NotUsed(ExpressionSyntax place, UnusedModuleMeaning unused)
    {
        problems.Add(new(DeclarationKinds.ModuleNotUsed, place.Span(), unused.Name, unused.Module, moduleName));
        return null;
    }

    private ExprSyntax? Unsupported(ExpressionSyntax expression, string advice)
    {
        if (expression.IsMissing) return null;
        string text = string.Join(" ", expression.ToString().Split((char[]?)null, System.StringSplitOptions.RemoveEmptyEntries));
        if (text.Length > 60) text = text.Substring(0, 57) + "...";
        problems.Add(new(DeclarationKinds.UnsupportedExpression, expression.Span(), text, advice));
        return null;
    }
}
