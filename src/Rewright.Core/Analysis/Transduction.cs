using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Turns patterns into rewrite rules.</summary>
internal static class Transduction
{
    /// <summary>The rule of a pattern, or null for an equation that no termination order orients.</summary>
    public static RewriteRule? Orient(Pattern pattern, string module) => pattern.Polarity switch
    {
        Polarity.Forward => Rule(pattern, pattern.Source, pattern.Target),
        Polarity.Backward => Rule(pattern, pattern.Target, pattern.Source),
        // The order knows nothing about the values of computations.
        _ when Computes(pattern.Source) || Computes(pattern.Target) => null,
        _ when KnuthBendix.Greater(pattern.Source, pattern.Target) => Rule(pattern, pattern.Source, pattern.Target),
        _ when KnuthBendix.Greater(pattern.Target, pattern.Source) && IsSource(pattern.Target, module)
            && pattern.Conditions.Count == 0 => Rule(pattern, pattern.Target, pattern.Source),
        _ => null,
    };

    private static RewriteRule Rule(Pattern pattern, Expr source, Expr target)
        => new(pattern.Name, (ApplyExpr)source, target, pattern.Conditions, pattern.Priority, pattern.Group);

    private static bool Computes(Expr expr) => expr.Descendants().Any(e => e is not (ApplyExpr or VariableExpr or LiteralExpr));

    // Accepts the same as BindSource: symbols applied to patterns, and evaluated operations only at the root.
    private static bool IsSource(Expr expr, string module)
        => expr is ApplyExpr { Symbol: var root } && (root is not Operation operation || !operation.IsHost && root.ModuleName == module)
            && expr.Descendants().Skip(1).All(
                e => e is VariableExpr or LiteralExpr or ApplyExpr { Symbol: Constructor or Operation { IsOpen: true } });
}
