using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>The order in which the rules of one symbol are tried.</summary>
internal static class RuleOrdering
{
    /// <summary>The rules by symbol (in order of first appearance), those of one symbol in the order of trying.</summary>
    public static ImmutableArray<RewriteRule> Sort(ImmutableArray<RewriteRule> rules, RuleOrder order)
        => rules.GroupBy(r => r.Root).SelectMany(g => SortOne(g.ToList(), order)).ToImmutableArray();

    /// <summary>The source with numbers for its variables: two sources that are the same up to names have one shape.</summary>
    public static Expr Shape(RewriteRule rule)
    {
        var names = new Dictionary<Variable, string>();
        return Substitution.Map(rule.Source, v =>
        {
            if (!names.TryGetValue(v, out string? name)) names.Add(v, name = Binder.Invariant(names.Count));
            return name;
        });
    }

    // For different shapes: what is an instance of the other is the more specific one, and not the other way round too.
    private static bool IsInstance(Expr shape, Expr of) => !Substitution.Clash(shape, of) && Substitution.Match(of, shape) is not null;

    private static IEnumerable<RewriteRule> SortOne(List<RewriteRule> rules, RuleOrder order)
    {
        var byPriority = rules.GroupBy(r => r.Priority).OrderByDescending(g => g.Key);
        return order == RuleOrder.Textual ? byPriority.SelectMany(g => g) : byPriority.SelectMany(g => SortBySpecificity(g.ToList()));
    }

    // A topological sort (Kahn) of the partial order of specificity; between rules that it leaves open the first name goes first.
    private static IEnumerable<RewriteRule> SortBySpecificity(List<RewriteRule> rules)
    {
        rules.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var after = rules.Select(_ => new List<int>()).ToArray();
        var waiting = new int[rules.Count];
        // Sources are compared once for all rules of a shape.
        var byShape = Enumerable.Range(0, rules.Count).GroupBy(i => Shape(rules[i])).ToList();
        foreach (var specific in byShape)
        {
            foreach (var general in byShape)
            {
                bool same = ReferenceEquals(specific, general);
                if (!same && !IsInstance(specific.Key, general.Key)) continue;
                foreach (int i in specific.Where(i => !same || rules[i].Conditions.Count > 0))
                {
                    foreach (int j in general.Where(j => !same || rules[j].Conditions.Count == 0))
                    {
                        after[i].Add(j);
                        waiting[j]++;
                    }
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
