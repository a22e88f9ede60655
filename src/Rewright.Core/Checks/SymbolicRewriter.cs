using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>Rewrites terms with variables a few steps, to see whether two results become the same. Unsure means no step.</summary>
/// <param name="rules">The rules of each symbol, in the order of trying.</param>
/// <param name="assumptions">Tests that are known to hold.</param>
internal sealed class SymbolicRewriter(ILookup<FunctionSymbol, RewriteRule> rules, IReadOnlyCollection<Expr> assumptions)
{
    // Terms are small and differences show soon; more steps would only make a loop slow to give up on.
    private int _steps = 100;

    /// <summary>The term after as many safe steps as there are within the limit, innermost first.</summary>
    public Expr Normalize(Expr term)
    {
        var parts = term.Parts.Select(Normalize).ToList();
        if (parts.Count > 0) term = Substitution.WithParts(term, parts);
        if (term is not ApplyExpr apply || _steps <= 0 || Step(apply) is not { } next) return term;
        _steps--;
        return Normalize(next);
    }

    private Expr? Step(ApplyExpr term)
    {
        // Only operations are evaluated in the results of a rule; simplifications belong to normalizers.
        if (term.Symbol is not Operation) return null;
        foreach (var rule in rules[term.Symbol])
        {
            var source = Substitution.Rename(rule.Source, "'");
            if (Substitution.Match(source, term) is { } match)
            {
                bool applies = rule.Conditions.All(c => c is WhenCondition when
                    && ConditionLogic.Conjuncts(match.Apply(Substitution.Rename(when.Test, "'"))).All(IsKnown));
                return applies ? match.Apply(Substitution.Rename(rule.Target, "'")) : null;
            }

            // A rule that some instance of the term matches would go first there.
            if (Substitution.Unify(source, term) is not null) return null;
        }

        return null;
    }

    private bool IsKnown(Expr test) => test is LiteralExpr { Value.Value: true } || assumptions.Contains(test);
}
