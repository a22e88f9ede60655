using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Analysis.Conditions;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Decides whether simplifications give the same normal form in every order of application.</summary>
/// <remarks>
/// The condition is sufficient. The simplifications must be left-linear, their tests and computations must not depend on terms below, and
/// where two of them overlap and may both fire, they must give the same term. Such systems are confluent whether or not they terminate
/// (weak orthogonality; Huet, "Confluent Reductions", J. ACM 27, 1980).
/// </remarks>
internal static class Orthogonality
{
    /// <summary>True if the condition holds. False decides nothing.</summary>
    public static bool Holds(IEnumerable<RewriteRule> simplifications)
    {
        var rules = simplifications.ToImmutableArray();
        return rules.All(IsIndependent) && rules.All(first => rules.All(second => Agree(first, second)));
    }

    private static bool IsIndependent(RewriteRule rule)
    {
        var terms = rule.Source.Descendants().OfType<VariableExpr>().Where(v => v.Sort is DataSort).ToList();
        return terms.Distinct().Count() == terms.Count && IsPlain(rule.Target) && rule.Conditions.All(c => c.Expressions.All(IsOfValues));
    }

    // True if the expression consists of constructors and variables, apart from computations with values of built-in sorts.
    private static bool IsPlain(Expr expr) => expr switch
    {
        VariableExpr => true,
        ApplyExpr { Symbol: Constructor } => expr.Parts.All(IsPlain),
        _ => IsOfValues(expr),
    };

    private static bool IsOfValues(Expr expr) => expr.Descendants().All(e => e is not VariableExpr { Sort: DataSort });

    private static bool Agree(RewriteRule first, RewriteRule second)
    {
        Expr source = Substitution.Rename(second.Source, "`"), target = Substitution.Rename(second.Target, "`");
        return Places(first.Source).All(place =>
        {
            if (ReferenceEquals(first, second) && ReferenceEquals(place, first.Source)) return true;
            if (Substitution.Unify(place, source) is not { } unifier) return true;
            const int limit = 1000;
            var tests = Tests(first).Concat(Tests(second).Select(t => Substitution.Rename(t, "`"))).ToList();
            if (tests.All(t => unifier.IsSmall(t, limit)) && ConditionLogic.Contradict(tests.Select(unifier.Apply).ToList())) return true;
            return unifier.IsSmall(first.Target, limit) && unifier.IsSmall(first.Source, limit) && unifier.IsSmall(target, limit)
                && unifier.Apply(first.Target).Equals(unifier.Apply(Replace(first.Source, place, target)));
        });
    }

    private static IEnumerable<Expr> Tests(RewriteRule rule) => rule.Conditions.OfType<WhenCondition>().Select(c => c.Test);

    private static IEnumerable<Expr> Places(Expr source) => source.Descendants().OfType<ApplyExpr>();

    // Compares by reference, because each place of a source is an object of its own.
    private static Expr Replace(Expr expr, Expr place, Expr with)
        => ReferenceEquals(expr, place) ? with
            : expr.Parts.Count == 0 ? expr : Substitution.WithParts(expr, expr.Parts.Select(p => Replace(p, place, with)).ToList());
}
