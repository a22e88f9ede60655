using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum.Rules;

/// <summary>Circuits as <c>.rw</c> text has them.</summary>
internal static class CircuitText
{
    /// <summary>A rule with its name and attributes.</summary>
    public static string Declaration(CircuitRule rule)
    {
        string attributes = string.Join(", ", new[]
        {
            rule.Priority == 0 ? "" : "priority " + rule.Priority.ToString(CultureInfo.InvariantCulture),
            rule.Group.Length == 0 ? "" : "group " + LiteralText.Name(rule.Group),
            rule.Symmetric ? "symmetric" : "",
            rule.UpToPhase ? "phase" : "",
        }.Where(a => a.Length > 0));
        return "rule " + LiteralText.Name(rule.Name) + (attributes.Length > 0 ? " [" + attributes + "]" : "") + ": " + Print(rule);
    }

    /// <summary>A rule without its name and attributes: <c>[H(q), H(q)] -> []</c>.</summary>
    public static string Print(CircuitRule rule)
        => Side(rule, rule.Source) + " -> " + Side(rule, rule.Target)
            + (rule.Conditions.Count == 0 ? "" : " if " + string.Join(" && ", rule.Conditions.Select(Condition)));

    private static string Side(CircuitRule rule, Circuit circuit)
        => "[" + string.Join(", ", circuit.OfType<GateOperation>().Select(g => ((StandardGate)g.Gate).SharpName + "("
            + string.Join(", ", g.Angles.Select(Angle).Concat(g.Qubits.Select(q => Variable(rule.Qubits[q.Index])))) + ")")) + "]";

    private static string Condition(AngleCondition condition)
    {
        string left = Angle(condition.Sum);
        if (!condition.Modulus.IsZero) left = "(" + left + ") % (" + Angle(condition.Modulus) + ")";
        string relation = condition.Relation switch
        {
            AngleRelation.Equal => "==",
            AngleRelation.NotEqual => "!=",
            AngleRelation.Less => "<",
            AngleRelation.LessOrEqual => "<=",
            AngleRelation.Greater => ">",
            _ => ">=",
        };
        return left + " " + relation + " " + Angle(condition.Bound);
    }

    // Radians that are no double are a quotient of two numbers, which reads back as one.
    private static string Angle(Angle angle) => angle.ToText(Variable);

    private static string Variable(string name)
        => name.Length > 0 && (char.IsLower(name[0]) || name[0] == '_') && name != "pi" && LiteralText.Name(name) == name ? name : "$" + LiteralText.Name(name);
}
