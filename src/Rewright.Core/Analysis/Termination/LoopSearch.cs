using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>Looks for a term that is rewritten, step by step, to one that holds it again.</summary>
/// <remarks>
/// A step is made only where nothing has to be tested before and the strategy allows the place. Variables stand for terms that no rule
/// looks into.
/// </remarks>
/// <param name="rules">All rules in the order of trying.</param>
/// <param name="isInnermost">True where arguments go first, else what is above does.</param>
internal sealed class LoopSearch(IReadOnlyList<RewriteRule> rules, bool isInnermost)
{
    private const int MaxTerms = 60, MaxRules = 500;

    /// <summary>Larger terms are not rewritten further.</summary>
    public const int MaxSize = 300;

    private readonly ILookup<FunctionSymbol, RewriteRule> _rules = rules.ToLookup(r => r.Root);
    private readonly int _depth = rules.Select(r => Depth(r.Source)).DefaultIfEmpty().Max();

    /// <summary>The terms of a loop that begins with one of the rules given, and this rule; null where none was found.</summary>
    public (RewriteRule Rule, IReadOnlyList<Expr> Terms)? Find(IEnumerable<RewriteRule> first)
    {
        foreach (var rule in first.Take(MaxRules))
            if (Find(rule) is { } terms) return (rule, terms);
        return null;
    }

    private IReadOnlyList<Expr>? Find(RewriteRule rule)
    {
        if (Reach(rule, rule.Source) is not var (loop, again)) return null;
        // What comes back has to come back again, until it is deeper than any source sees.
        for (int i = 0; i <= _depth && Size(again) <= MaxSize; i++)
        {
            if (Reach(rule, again) is not var (_, next)) return null;
            again = next;
        }

        return loop;
    }

    // The terms from one on to one that holds an instance of the rule's source, and this instance.
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

    // Outermost, the first place only: what comes later may vanish before.
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

    // What is still to be evaluated can come to anything.
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

    /// <summary>The number of nodes, as far as it matters.</summary>
    public static int Size(Expr expr) => expr.Descendants().Take(MaxSize + 1).Count();

    /// <summary>Every part that is evaluated in any case, with what puts another one in its place; parents first.</summary>
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
                });
            }
        }
    }
}
