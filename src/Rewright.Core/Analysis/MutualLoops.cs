using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Finds pairs of rules that apply to each other's results forever, whatever the values of their variables.</summary>
/// <remarks>
/// A pair is reported only if no other rule can interfere: no rule that is applied together with them may match their results. Rules
/// without such a pair need not terminate; see <see cref="RuleSetAnalysis"/>.
/// </remarks>
internal sealed class MutualLoops
{
    private const int MaxSize = 300;

    private readonly RuleIndex _rules;
    private readonly Normalizer? _normalizer;

    private MutualLoops(ModuleDefinition module, Normalizer? normalizer)
    {
        _normalizer = normalizer;
        _rules = new RuleIndex(module.Closure.SelectMany(m => m.Rules).Where(Includes));
    }

    /// <summary>Pairs of rules, each once, with the chain of terms. The first rule of a pair belongs to the module.</summary>
    public static IEnumerable<(RewriteRule First, RewriteRule Second, string Shown)> Find(
        ModuleDefinition module, CancellationToken cancellation)
    {
        var seen = new HashSet<(string, string)>();
        // A single pass always ends, whatever the rules are.
        foreach (var normalizer in module.Normalizers.Where(n => n.Strategy != Strategy.BottomUpOnce).Cast<Normalizer?>().Prepend(null))
        {
            var loops = new MutualLoops(module, normalizer);
            foreach (var rule in module.Rules.Where(loops.Includes))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var (second, shown) in loops.After(rule))
                    if (!seen.Contains((second.Name, rule.Name)) && seen.Add((rule.Name, second.Name))) yield return (rule, second, shown);
            }
        }
    }

    // The rules of operations are applied together, and so are the simplifications that one normalizer includes.
    private bool Includes(RewriteRule rule)
        => _normalizer is null ? !rule.IsSimplification : rule.IsSimplification && _normalizer.Includes(rule.Group);

    private IEnumerable<(RewriteRule Second, string Shown)> After(RewriteRule rule)
    {
        var assumptions = Firing.Tests(rule);
        var parts = Parts(rule.Target).ToList();
        foreach (var part in parts)
        {
            foreach (var second in _rules.Compatible(part))
            {
                if (ReferenceEquals(second, rule) || second.Conditions.OfType<WhereCondition>().Any()) continue;
                // If the rule's conditions imply the equality that a repeated variable needs, the terms are equal but not identical, and do
                // not match.
                if (Substitution.Match(second.Source, part) is not { } match || !match.IsSmall(second.Target, MaxSize)) continue;
                var result = Replace(rule.Target, part, match.Apply(second.Target));
                // Cheap tests first: most rules fail here, before other rules are examined.
                if (!Parts(result).Any(p => Firing.Needs(rule, p) is not null) || !Fires(second, part, assumptions)) continue;
                if (_normalizer is not null && parts.Any(p => !ReferenceEquals(p, part) && CanMatch(p))) continue;
                if (Returns(rule, result, assumptions)) yield return (second, rule.Source + " -> " + rule.Target + " -> " + result);
            }
        }
    }

    // True if the rule applies again somewhere in the rewritten target.
    private bool Returns(RewriteRule rule, Expr result, IReadOnlyList<Expr> assumptions)
    {
        var parts = Parts(result).ToList();
        return parts.Any(part =>
        {
            if (!ReferenceEquals(part.Symbol, rule.Root)) return false;
            // A rule that has applied to this very term applies to it again.
            bool isSame = part.Equals(rule.Source);
            if (!isSame && !Fires(rule, part, assumptions)) return false;
            return _normalizer is null
                || parts.All(p => ReferenceEquals(p, part) || isSame && part.Descendants().Contains(p) || !CanMatch(p));
        });
    }

    // True if a rule fires at every instance of a term, and no rule that goes before it fires at any.
    private bool Fires(RewriteRule rule, ApplyExpr term, IReadOnlyList<Expr> assumptions)
        => Firing.Needs(rule, term) is { } needs && needs.All(n => Firing.Follows(n, assumptions))
            && Unifying(term).FirstOrDefault() is { } first && ReferenceEquals(first, rule);

    private bool CanMatch(ApplyExpr term) => Unifying(term).Any();

    // The rules that match some instance of a term, in the order of trying. A computed part may have any value.
    private IEnumerable<RewriteRule> Unifying(ApplyExpr term)
    {
        var call = (ApplyExpr)RuleChecks.Unevaluated(term);
        return _rules.Compatible(call).Where(r => Substitution.Unify(Substitution.Rename(r.Source, "`"), call) is not null);
    }

    private static IEnumerable<ApplyExpr> Parts(Expr expr) => RuleChecks.Evaluated(expr).OfType<ApplyExpr>();

    private static Expr Replace(Expr expr, Expr part, Expr with)
        => ReferenceEquals(expr, part) ? with
            : expr.Parts.Count == 0 ? expr : Substitution.WithParts(expr, expr.Parts.Select(p => Replace(p, part, with)).ToList());
}
