using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Text;

/// <summary>Writes rules between circuits, and passes, as lines of <c>.rw</c> text.</summary>
/// <remarks>
/// They are part of a module's text, but only <c>Rewright.Circuits</c> knows their meaning. So they are printed from their syntax.
/// </remarks>
internal static class CircuitText
{
    /// <summary>The lines; rules come first.</summary>
    public static ImmutableArray<string> Lines(ModuleSyntax module)
        => [.. module.Patterns.Where(p => p.IsBetweenCircuits && !IsTooDeep(p)).Select(Declaration),
            .. module.Passes.Select(p => "pass " + p.Text).Distinct()];

    // The binder reports such rules.
    private static bool IsTooDeep(PatternSyntax rule) => rule.Expressions.Any(e => e.IsTooDeep);

    private static string Declaration(PatternSyntax rule)
    {
        string attributes = string.Join(", ", new[]
        {
            rule.Priority == 0 ? "" : "priority " + rule.Priority.ToString(CultureInfo.InvariantCulture),
            rule.Group.Length == 0 ? "" : "group " + LiteralText.Name(rule.Group),
            rule.Polarity switch { Polarity.Symmetric => "symmetric", Polarity.Backward => "backward", _ => "" },
            rule.UpToPhase ? "phase" : "",
        }.Where(a => a.Length > 0));
        return "rule " + LiteralText.Name(rule.Name) + (attributes.Length > 0 ? " [" + attributes + "]" : "") + ": "
            + Print(rule.Source) + " -> " + Print(rule.Target) + string.Concat(rule.Conditions.Select(Condition));
    }

    private static string Condition(ConditionSyntax condition)
        => condition.Pattern is null ? " if " + Print(condition.Expression)
            : " where " + Print(condition.Pattern) + " = " + Print(condition.Expression);

    private static string Print(ExprSyntax expression) => expression switch
    {
        CircuitSyntax circuit => "[" + string.Join(", ", circuit.Gates.Select(Print)) + "]",
        VariableSyntax variable => Variable(variable.Name),
        LiteralSyntax { Kind: LiteralKind.String } text => LiteralText.Quote(text.Text, '"'),
        LiteralSyntax { Kind: LiteralKind.Symbol } text => LiteralText.Quote(text.Text, '\''),
        LiteralSyntax literal => literal.Text,
        // C# names: Angle.Pi, Math.PI, Angle.Zero, Gates.H.
        CallSyntax { Arguments.Count: 0 } constant => LastPart(constant.Name) switch
        {
            "pi" or "Pi" or "PI" => "pi",
            "Zero" => "0",
            var name => LiteralText.Name(name) + "()",
        },
        CallSyntax call => LiteralText.Name(LastPart(call.Name)) + "(" + string.Join(", ", call.Arguments.Select(Print)) + ")",
        UnarySyntax unary => unary.Operator + Operand(unary.Operand),
        BinarySyntax binary => Operand(binary.Left) + " " + binary.Operator + " " + Operand(binary.Right),
        ConditionalSyntax choice => Operand(choice.Test) + " ? " + Operand(choice.WhenTrue) + " : " + Operand(choice.WhenFalse),
        // Angles never overflow, so checked() means nothing.
        CheckedSyntax inner => Print(inner.Operand),
        _ => throw new System.ArgumentException("There is no text for " + expression.GetType().Name + ".", nameof(expression)),
    };

    private static string Operand(ExprSyntax expression)
    {
        string text = Print(expression);
        while (expression is CheckedSyntax inner) expression = inner.Operand;
        return expression is VariableSyntax or CallSyntax || expression is LiteralSyntax && text[0] != '-' ? text : "(" + text + ")";
    }

    private static string Variable(string name)
        => name.Length == 0 ? "_"
            : (char.IsLower(name[0]) || name[0] == '_') && LiteralText.Name(name) == name ? name : "$" + LiteralText.Name(name);

    private static string LastPart(string name) => name.Substring(name.LastIndexOf('.') + 1);
}
