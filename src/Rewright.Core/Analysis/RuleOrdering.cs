using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Decides the order in which the rules of one symbol are tried.</summary>
internal static class RuleOrdering
{
    /// <summary>Groups the rules by symbol, in order of first appearance; the rules of one symbol are in the order of trying.</summary>
    public static ImmutableArray<RewriteRule> Sort(ImmutableArray<RewriteRule> rules, RuleOrder order, CancellationToken cancellation)
        => rules.GroupBy(r => r.Root).SelectMany(g => SortOne(g.ToList(), order, cancellation)).ToImmutableArray();

    /// <summary>The source with numbered variables: sources that differ only in names have the same shape.</summary>
    public static Expr Shape(RewriteRule rule)
    {
        var names = new Dictionary<Variable, string>();
        return Substitution.Map(rule.Source, v =>
        {
            if (!names.TryGetValue(v, out string? name)) names.Add(v, name = InvariantText.Of(names.Count));
            return name;
        });
    }

    private static IEnumerable<RewriteRule> SortOne(List<RewriteRule> rules, RuleOrder order, CancellationToken cancellation)
    {
        var byPriority = rules.GroupBy(r => r.Priority).OrderByDescending(g => g.Key);
        return order == RuleOrder.Textual
            ? byPriority.SelectMany(g => g) : byPriority.SelectMany(g => SortBySpecificity(g.ToList(), cancellation));
    }

    // A topological sort (Kahn) of the partial order of specificity; where that leaves the order open, the first name goes first.
    private static IEnumerable<RewriteRule> SortBySpecificity(List<RewriteRule> rules, CancellationToken cancellation)
    {
        rules.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var after = rules.Select(_ => new List<int>()).ToArray();
        var waiting = new int[rules.Count];
        // Sources are compared once per shape.
        var byShape = Enumerable.Range(0, rules.Count).GroupBy(i => Shape(rules[i])).ToList();
        var index = new SourceIndex(byShape.Select(s => s.Key));
        foreach (var specific in byShape)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var general in index.MoreGeneral(specific.Key).Select(i => byShape[i]))
            {
                bool same = ReferenceEquals(specific, general);
                // For different shapes, an instance of another source is the more specific one, unless each is an instance of the other.
                if (!same && Substitution.Match(general.Key, specific.Key) is null) continue;
                var first = same ? specific.Where(i => rules[i].Conditions.Count > 0).ToList() : [.. specific];
                foreach (int j in same ? general.Where(i => rules[i].Conditions.Count == 0) : general)
                {
                    foreach (int i in first) after[i].Add(j);
                    waiting[j] += first.Count;
                }
            }
        }

        var ready = new SortedSet<int>(Enumerable.Range(0, rules.Count).Where(i => waiting[i] == 0));
        while (ready.Count > 0)
        {
            int next = ready.Min;
            ready.Remove(next);
            yield return rules[next];
            foreach (int j in after[next])
                if (--waiting[j] == 0) ready.Add(j);
        }
    }
}
