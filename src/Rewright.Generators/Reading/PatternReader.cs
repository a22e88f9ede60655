using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Checks;
using Rewright.Generators.Checking;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>The reading of a pattern.</summary>
/// <param name="Syntax">The pattern; null if it has a mistake.</param>
/// <param name="Problems">The mistakes, without those that the C# compiler reports.</param>
internal sealed record QuotedPattern(PatternSyntax? Syntax, EquatableArray<ModuleDiagnostic> Problems);

/// <summary>Reads a pattern from its method, from syntax alone if that suffices. An instance reads one pattern.</summary>
/// <param name="scope">The meanings of names.</param>
/// <param name="moduleName">The full name of the module.</param>
/// <param name="isChecked">True if the project checks arithmetic for overflow by default.</param>
internal sealed class PatternReader(NameScope scope, string moduleName, bool isChecked)
{
    // The generator and the analyzer read the same trees repeatedly; the reading of a method is valid as long as its names keep their
    // meaning.
    private static readonly WeakMemo<MethodDeclarationSyntax, Reading> Readings = new();

    private readonly List<ModuleDiagnostic> _problems = [];

    private sealed record Reading(QuotedPattern Pattern, List<Question> Questions, string ModuleName, bool IsChecked);

    /// <summary>Reads a pattern.</summary>
    public QuotedPattern Read(MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        if (Readings[method] is { } last && last.ModuleName == moduleName && last.IsChecked == isChecked && last.Questions.All(scope.Holds))
            return last.Pattern;
        var questions = new List<Question>();
        scope.Record(questions);
        var syntax = ReadMethod(method, attribute);
        scope.Record(null);
        var pattern = new QuotedPattern(
            _problems.Any(p => p.Kind.Severity == Severity.Error) ? null : syntax, _problems.ToEquatableArray());
        Readings[method] = new Reading(pattern, questions, moduleName, isChecked);
        return pattern;
    }

    private PatternSyntax? ReadMethod(MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        string name = method.Identifier.ValueText;
        bool hasShape = method.Modifiers.Any(SyntaxKind.StaticKeyword) && method.TypeParameterList is null
            && !method.Modifiers.Any(
                m => m.IsKind(SyntaxKind.PartialKeyword) || m.IsKind(SyntaxKind.ExternKeyword) || m.IsKind(SyntaxKind.AsyncKeyword))
            && scope.IsRule(method.ReturnType);
        if (!hasShape) Report(DeclarationKinds.PatternShape, method.Identifier.Span(), name);

        bool known = true;
        var variables = new List<ParameterSyntax>();
        foreach (var parameter in method.ParameterList.Parameters)
        {
            string variable = parameter.Identifier.ValueText;
            if (parameter.Modifiers.Any() || parameter.Default is not null)
                Report(DeclarationKinds.ParameterModifier, parameter.Span(), variable, name);
            if (parameter.Type is null || parameter.Identifier.IsMissing || SortOf(parameter.Type) is not { } sort) known = false;
            else variables.Add(new(variable, new NameSyntax(sort, parameter.Identifier.Span())));
        }

        // While the user is typing, little can be understood, and the compiler reports what is missing.
        if (!hasShape || method.ContainsDiagnostics && method.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error))
            return null;
        if (BodyOf(method) is not { } body)
        {
            if (method.Body is { } block) Report(DeclarationKinds.PatternBody, block.Span(), name);
            return null;
        }

        var (priority, polarity, group, groupSpan, assumed, meaning, upToPhase) = ReadAttribute(attribute);
        var quoter = new ExpressionQuoter(
            scope, [.. method.ParameterList.Parameters.Select(p => p.Identifier.ValueText)], moduleName, _problems);
        var (rewrite, conditions) = ReadConditions(body, quoter, name);
        if (rewrite is null) return null;

        var source = quoter.QuoteSide(rewrite.Value.First);
        var target = quoter.QuoteSide(rewrite.Value.Second);
        if (!known || source is null || target is null || conditions.Contains(null)) return null;
        // The matched side must not contain arithmetic.
        if (polarity == Polarity.Backward) source = Computed(source);
        else target = Computed(target);
        return new PatternSyntax(
            name, variables.ToEquatableArray(), source, target, conditions.ToEquatableArray()!, priority, polarity, group,
            method.Identifier.Span(), assumed, meaning, groupSpan).WithUpToPhase(upToPhase);
    }

    private string? SortOf(TypeSyntax type)
    {
        switch (scope.SortOf(type))
        {
            case KnownSort sort: return sort.Name;
            case CircuitSort circuit: return circuit.Name;
            case NoSort none: Report(DeclarationKinds.UnsupportedType, type.Span(), none.Display); return null;
            case UnusedModuleSort unused:
                Report(
                DeclarationKinds.ModuleNotUsed, type.Span(), unused.Name, unused.Module, moduleName); return null;
            default: return null;
        }
    }

    private static ExpressionSyntax? BodyOf(MethodDeclarationSyntax method)
        => method.ExpressionBody?.Expression
            ?? (method.Body?.Statements is [ReturnStatementSyntax { Expression: { } value }] ? value : null);

    private (int Priority, Polarity Polarity, string Group, SourceSpan GroupSpan, string Assumed, string Meaning,
        bool UpToPhase) ReadAttribute(AttributeSyntax attribute)
    {
        int priority = 0;
        var polarity = Polarity.Forward;
        string group = "", assumed = "", meaning = "";
        SourceSpan groupSpan = default;
        bool upToPhase = false;
        foreach (var argument in attribute.ArgumentList?.Arguments ?? default)
        {
            var value = Unparenthesized(argument.Expression);
            object? constant = scope.ConstantIn(value);
            switch (argument.NameEquals?.Name.Identifier.ValueText)
            {
                case "Priority" when constant is int number: priority = number; break;
                case "UpToPhase" when constant is bool flag: upToPhase = flag; break;
                case "Polarity" when constant is int number:
                    if (Enum.IsDefined(typeof(Polarity), number)) polarity = (Polarity)number;
                    else Report(DeclarationKinds.AttributeValue, value.Span(), value.ToString(), "Polarity", "use a member of Polarity");
                    break;
                case "Group" when constant is string text:
                    if (GroupNames.IsValid(text)) (group, groupSpan) = (text, value.Span());
                    else Report(DeclarationKinds.AttributeValue, value.Span(), value.ToString(), "Group", GroupNames.Advice);
                    break;
                case "Assumed" when constant is string text:
                    if (!string.IsNullOrWhiteSpace(text)) assumed = text;
                    else Report(DeclarationKinds.AttributeValue, value.Span(), value.ToString(), "Assumed", "say why it needs no proof");
                    break;
                case "Reals" when constant is true: meaning = "real"; break;
            }
        }

        return (priority, polarity, group, groupSpan, assumed, meaning, upToPhase);
    }

    // Conditions are appended to the rule, so the last one is the outermost call.
    private ((ExpressionSyntax First, ExpressionSyntax Second)? Rewrite, List<ConditionSyntax?> Conditions) ReadConditions(
        ExpressionSyntax body, ExpressionQuoter quoter, string name)
    {
        var calls = new Stack<InvocationExpressionSyntax>();
        var rest = Unparenthesized(body);
        while (rest is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call && !quoter.IsName(access))
        {
            calls.Push(call);
            rest = Unparenthesized(access.Expression);
        }

        var conditions = new List<ConditionSyntax?>();
        if (rest is not InvocationExpressionSyntax rewrite || !quoter.IsName(rewrite.Expression))
        {
            Report(DeclarationKinds.PatternBody, body.Span(), name);
            return (null, conditions);
        }

        // A generic name is the same method with its type argument written out.
        switch (scope.MeaningOf(rewrite.Expression))
        {
            case RewriteMeaning: break;
            case NoMeaning: return (null, conditions);
            default:
                Report(DeclarationKinds.PatternBody, body.Span(), name);
                return (null, conditions);
        }

        while (calls.Count > 0)
        {
            var call = calls.Pop();
            switch (((MemberAccessExpressionSyntax)call.Expression).Name.Identifier.ValueText)
            {
                case "When" when call.ArgumentList.Arguments is [{ Expression: var test }]:
                    conditions.Add(quoter.Quote(test) is { } quoted ? new ConditionSyntax(null, Computed(quoted), test.Span()) : null);
                    break;
                case "Where" when Pair(call, "pattern", "equals") is var (pattern, subject):
                    var (left, right) = (quoter.Quote(pattern), quoter.Quote(subject));
                    conditions.Add(left is null || right is null ? null : new ConditionSyntax(left, Computed(right), pattern.Span()));
                    break;
                case "When" or "Where":
                    // The number of arguments is wrong.
                    return (null, conditions);
                default:
                    Report(DeclarationKinds.PatternBody, call.Span(), name);
                    return (null, conditions);
            }
        }

        return (Pair(rewrite, "source", "to"), conditions);
    }

    // The two arguments of a call, by name or by position.
    private static (ExpressionSyntax First, ExpressionSyntax Second)? Pair(InvocationExpressionSyntax call, string first, string second)
    {
        if (call.ArgumentList.Arguments is not [var a, var b]) return null;
        bool swapped = a.NameColon?.Name.Identifier.ValueText == second || b.NameColon?.Name.Identifier.ValueText == first;
        return swapped ? (b.Expression, a.Expression) : (a.Expression, b.Expression);
    }

    private ExprSyntax Computed(ExprSyntax value)
        => isChecked && value is not CircuitSyntax ? new CheckedSyntax(true, value, value.Span) : value;

    private static ExpressionSyntax Unparenthesized(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax inner) expression = inner.Expression;
        return expression;
    }

    private void Report(DiagnosticKind kind, SourceSpan span, params string[] arguments) => _problems.Add(new(kind, span, arguments));
}
