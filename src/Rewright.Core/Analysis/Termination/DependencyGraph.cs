using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>The graph of calls that may follow each other. Only a cycle of calls can go on without end (Arts and Giesl, 2000).</summary>
/// <param name="terms">The factory of the terms.</param>
/// <param name="isDefined">True for symbols that rules rewrite below the roots of pairs.</param>
/// <param name="isInnermost">True if the values of variables are not rewritten any more.</param>
/// <param name="earlier">For each rule, the marked sources of unconditional rules that are tried before it. The rule never sees terms that
/// they match.</param>
internal sealed class DependencyGraph(
    OrderTerms terms, Func<OrderSymbol, bool> isDefined, bool isInnermost, IReadOnlyDictionary<RewriteRule, OrderTerm[]> earlier)
{
    // Beyond this many tests, any two calls of a symbol count as following each other.
    private const int MaxTries = 40_000;

    private readonly Dictionary<OrderTerm, OrderTerm> _caps = [];
    private readonly Dictionary<OrderTerm, bool> _areAny = [];
    private readonly Dictionary<DependencyPair, bool> _followsAny = new(ReferenceComparer<DependencyPair>.Instance);

    /// <summary>For each rule, the marked sources of unconditional rules that are tried before it.</summary>
    public IReadOnlyDictionary<RewriteRule, OrderTerm[]> Earlier => earlier;

    /// <summary>The strongly connected groups of calls.</summary>
    public List<List<DependencyPair>> Groups(IReadOnlyList<DependencyPair> pairs)
    {
        var byRoot = pairs.Select((p, i) => (p, i)).ToLookup(p => p.p.Left.Symbol!, p => p.i);
        bool isExact = pairs.Sum(p => (long)byRoot[p.Right.Symbol!].Count()) <= MaxTries;
        int[][] next = [.. pairs.Select(p => byRoot[p.Right.Symbol!].Where(i => !isExact || Follows(p, pairs[i])).ToArray())];
        return Components(next).Where(g => g.Count > 1 || next[g[0]].Contains(g[0])).Select(g => g.ConvertAll(i => pairs[i])).ToList();
    }

    private bool Follows(DependencyPair first, DependencyPair next)
    {
        var cap = Cap(first.Right);
        // For most calls only the symbol is known.
        if (_areAny[cap]) return FollowsAny(next);
        return terms.Unify(cap, next.Left) is { } call && IsSeen(next, call);
    }

    private bool FollowsAny(DependencyPair next)
    {
        if (!_followsAny.TryGetValue(next, out bool known)) _followsAny.Add(next, known = IsSeen(next, next.Left));
        return known;
    }

    // False if an earlier rule takes every such call.
    private bool IsSeen(DependencyPair pair, OrderTerm call)
        => pair.Rule is null || !earlier.TryGetValue(pair.Rule, out var before) || !Array.Exists(before, b => OrderTerms.Matches(b, call));

    // Replaces parts that may be rewritten by variables, because they may become anything.
    private OrderTerm Cap(OrderTerm call)
    {
        if (_caps.TryGetValue(call, out var cap)) return cap;
        _caps.Add(call, cap = terms.Apply(call.Symbol!, Array.ConvertAll(call.Arguments, Visit)));
        _areAny[cap] = Array.TrueForAll(cap.Arguments, a => a.Variable >= 0) && cap.Arguments.Distinct().Count() == cap.Arguments.Length;
        return cap;

        OrderTerm Visit(OrderTerm term)
        {
            if (term.Symbol is null) return isInnermost || term.IsValue || term.Variable < 0 ? term : terms.Unknown(isValue: false);
            if (isDefined(term.Symbol)) return terms.Unknown(isValue: false);
            return term.Arguments.Length == 0 ? term : terms.Apply(term.Symbol, Array.ConvertAll(term.Arguments, Visit));
        }
    }

    // Strongly connected components (Kosaraju and Sharir), without recursion.
    private static List<List<int>> Components(int[][] next)
    {
        var before = new List<int>[next.Length];
        for (int i = 0; i < next.Length; i++) before[i] = [];
        for (int i = 0; i < next.Length; i++)
            foreach (int j in next[i]) before[j].Add(i);
        var finished = new List<int>();
        Walk(Enumerable.Range(0, next.Length), i => next[i], _ => { }, finished.Add);
        var components = new List<List<int>>();
        finished.Reverse();
        Walk(finished, i => before[i], _ => components.Add([]), i => components[components.Count - 1].Add(i));
        return components;
    }

    private static void Walk(IEnumerable<int> roots, Func<int, IReadOnlyList<int>> next, Action<int> start, Action<int> finish)
    {
        var seen = new HashSet<int>();
        var stack = new Stack<(int Node, int Index)>();
        foreach (int root in roots)
        {
            if (!seen.Add(root)) continue;
            start(root);
            stack.Push((root, 0));
            while (stack.Count > 0)
            {
                var (node, index) = stack.Pop();
                var all = next(node);
                while (index < all.Count && !seen.Add(all[index])) index++;
                if (index == all.Count)
                {
                    finish(node);
                    continue;
                }

                stack.Push((node, index + 1));
                stack.Push((all[index], 0));
            }
        }
    }
}
