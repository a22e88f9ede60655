using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>Searches for a term whose rewriting leads to a term that contains it again.</summary>
/// <remarks>
/// A step is taken only if the rule has no tests and the strategy allows the place. Variables stand for terms that no rule looks into.
/// </remarks>
/// <param name="rules">All rules in the order of trying.</param>
/// <param name="isInnermost">True if arguments are rewritten first, false if outer terms are.</param>
internal sealed class LoopSearch(IReadOnlyList<RewriteRule> rules, bool isInnermost)
{
    private const int MaxTerms = 60, MaxRules = 500;

    /// <summary>The size above which terms are not rewritten further.</summary>
    public const int MaxSize = 300;

    private readonly ILookup<FunctionSymbol, RewriteRule> _rules = rules.ToLookup(r => r.Root);
    private readonly int _depth = rules.Select(r => Depth(r.Source)).DefaultIfEmpty().Max();

    /// <summary>The terms of a loop that begins with one of the given rules, and that rule; null if none was found.</summary>
    public (RewriteRule Rule, IReadOnlyList<Expr> Terms)? Find(IEnumerable<RewriteRule> first)
    {
        foreach (var rule in first.Take(MaxRules))
            if (Find(rule) is { } terms) return (rule, terms);
        return null;
    }

    private IReadOnlyList<Expr>? Find(RewriteRule rule)
    {
        if (Reach(rule, rule.Source) is not var (loop, again)) return null;
        // One return is no proof: the term must come back until it is deeper than any source can see.
        for (int i = 0; i <= _depth && Size(again) <= MaxSize; i++)
        {
            if (Reach(rule, again) is not var (_, next)) return null;
            again = next;
        }

        return loop;
    }

    // The terms from the start to one that contains an instance of the rule's source, and this instance.
    private (IReadOnlyList<Expr> Terms, Expr Again)? Reach(RewriteRule rule, Expr start)
    {
        var seen = new HashSet<Expr>();
        var open = new Queue<IReadOnlyList<Expr>>([[start]]);
        while (open.Count > 0 && seen.Count < MaxTerms)
        {
            var chain = open.Dequeue();
            var last = chain[chain.Count - 1];
            if (!seen.Add(last) || Size(last) > MaxSize) continue;
            foreach (var next in Steps(last))
            {
                IReadOnlyList<Expr> longer = [.. chain, next];
                var again = Places(next).Select(p => p.Part).FirstOrDefault(
                    p => p is ApplyExpr redex && IsSettled(redex) && Substitution.Match(rule.Source, p) is not null);
                if (again is not null) return (longer, again);
                open.Enqueue(longer);
            }
        }

        return null;
    }

    // With the outermost strategy, only the first place: a later one may vanish before its turn.
    private IEnumerable<Expr> Steps(Expr term)
    {
        foreach (var (part, rebuild) in Places(term))
        {
            if (part is not ApplyExpr redex || !_rules.Contains(redex.Symbol) || !IsSettled(redex)) continue;
            if (isInnermost && Places(redex).Skip(1).Any(p => p.Part is ApplyExpr inner && Next(inner, out _) is not null)) continue;
            var next = Next(redex, out bool isUncertain);
            if (next is not null) yield return rebuild(next);
            if (!isInnermost && (next is not null || isUncertain)) yield break;
        }
    }

    // An unevaluated part may have any value.
    private static bool IsSettled(ApplyExpr redex)
        => redex.Arguments.All(a => a.Descendants().All(e => e is VariableExpr or LiteralExpr or ApplyExpr { Symbol: Constructor }));

    private Expr? Next(ApplyExpr redex, out bool isUncertain)
    {
        isUncertain = true;
        foreach (var rule in _rules[redex.Symbol])
        {
            if (Substitution.Match(rule.Source, redex) is not { } match) continue;
            return rule.Conditions.Count == 0 && match.IsSmall(rule.Target, MaxSize) ? match.Apply(rule.Target) : null;
        }

        isUncertain = false;
        return null;
    }

    private static int Depth(Expr expr) => 1 + expr.Parts.Select(Depth).DefaultIfEmpty().Max();

    /// <summary>The number of nodes, counted only up to the limit.</summary>
    public static int Size(Expr expr) => expr.Descendants().Take(MaxSize + 1).Count();

    /// <summary>Every part that is evaluated in any case, with a function that replaces it; parents come first.</summary>
    public static IEnumerable<(Expr Part, Func<Expr, Expr> Rebuild)> Places(Expr term)
    {
        yield return (term, e => e);
        int count = term switch { ConditionalExpr or LogicalExpr => 1, _ => term.Parts.Count };
        for (int i = 0; i < count; i++)
        {
            int index = i;
            foreach (var (part, rebuild) in Places(term.Parts[i]))
            {
                yield return (part, e =>
                {
                    var parts = term.Parts.ToList();
                    parts[index] = rebuild(e);
                    return Substitution.WithParts(term, parts);
                }
                );
            }
        }
    }
}
