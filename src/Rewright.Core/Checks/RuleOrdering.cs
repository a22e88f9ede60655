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

    /// <summary>True where <paramref name="left"/> goes before <paramref name="right"/> whatever their names and places.</summary>
    public static bool IsMoreSpecific(RewriteRule left, RewriteRule right)
    {
        if (Substitution.Match(right.Source, left.Source) is null) return false;
        // Each an instance of the other: the same source up to names.
        return Substitution.Match(left.Source, right.Source) is null || (left.Conditions.Count > 0 && right.Conditions.Count == 0);
    }

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
        for (int i = 0; i < rules.Count; i++)
        {
            for (int j = 0; j < rules.Count; j++)
            {
                if (i == j || !IsMoreSpecific(rules[i], rules[j])) continue;
                after[i].Add(j);
                waiting[j]++;
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
