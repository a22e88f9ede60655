using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>Looks for a reason why rewriting by some rules comes to an end.</summary>
/// <remarks>
/// In this order: the order of Knuth and Bendix with the declared costs; linear polynomials over the natural numbers with small
/// coefficients (Lankford, On proving term rewriting systems are noetherian, 1979); the lexicographic path order (Kamin and Levy, 1980)
/// with a precedence by who is rewritten to whom; and, for rules of operations alone, that every recursive call has a proper part of an
/// argument where the source has that argument (the subterm criterion of Hirokawa and Middeldorp, 2004). What is computed with values of
/// built-in sorts can come to anything, so none of them orders a term above it.
/// </remarks>
internal static class TerminationOrders
{
    private const int MaxSymbols = 40, MaxCoefficientChanges = 2000;

    /// <summary>What shows that rewriting ends, in words; null where nothing was found. Then some rule that no order decreases is given.</summary>
    public static string? Find(IReadOnlyList<RewriteRule> rules, out RewriteRule? open)
    {
        open = rules.FirstOrDefault(r => !KnuthBendix.Greater(r.Source, r.Target));
        if (open is null) return "the order of Knuth and Bendix";
        if (Polynomials(rules)) return "a polynomial interpretation";
        var precedence = new Precedence(rules);
        foreach (bool reversed in new[] { false, true })
        {
            var order = new PathOrder(precedence, reversed);
            var failing = rules.FirstOrDefault(r => !order.Greater(r.Source, r.Target));
            if (failing is null) return "a lexicographic path order";
            open = failing;
        }

        return rules.All(r => !r.IsSimplification) && SubtermCriterion(rules, precedence) ? "the parts of arguments in recursive calls" : null;
    }

    // f(x1, ..., xn) stands for c + a1*x1 + ... + an*xn with ai from 1: a change of one coefficient is kept where it orders more rules.
    private static bool Polynomials(IReadOnlyList<RewriteRule> rules)
    {
        var terms = rules.SelectMany(r => new Expr[] { r.Source, r.Target }).SelectMany(e => e.Descendants()).ToList();
        if (terms.Any(e => e is not (ApplyExpr or VariableExpr or LiteralExpr))) return false;
        var symbols = terms.OfType<ApplyExpr>().Select(a => a.Symbol).Distinct().ToList();
        if (symbols.Count > MaxSymbols) return false;
        var coefficients = symbols.ToDictionary(s => s, s => Enumerable.Repeat(1L, s.Arity).Prepend(1L).ToArray());
        int Ordered() => rules.Count(r => IsGreater(Value(r.Source), Value(r.Target)));
        int best = Ordered(), changes = 0;
        for (bool improved = true; improved && best < rules.Count;)
        {
            improved = false;
            foreach (var symbol in symbols)
            {
                for (int i = 0; i <= symbol.Arity; i++)
                {
                    long before = coefficients[symbol][i];
                    foreach (long candidate in i == 0 ? new long[] { 0, 1, 2, 3, 5 } : [1, 2, 3])
                    {
                        if (++changes > MaxCoefficientChanges) return false;
                        coefficients[symbol][i] = candidate;
                        int now = Ordered();
                        if (now > best) (best, before, improved) = (now, candidate, true);
                    }

                    coefficients[symbol][i] = before;
                }
            }
        }

        return best == rules.Count;

        Dictionary<string, long> Value(Expr expr)
        {
            if (expr is VariableExpr v) return new() { ["v" + v.Variable.Name] = 1 };
            if (expr is not ApplyExpr apply) return [];
            long[] c = coefficients[apply.Symbol];
            var sum = new Dictionary<string, long> { [""] = c[0] };
            for (int i = 0; i < apply.Arguments.Count; i++)
                foreach (var term in Value(apply.Arguments[i])) sum[term.Key] = (sum.TryGetValue(term.Key, out long known) ? known : 0) + Math.Min(1_000_000, c[i + 1] * term.Value);
            return sum;
        }

        static bool IsGreater(Dictionary<string, long> left, Dictionary<string, long> right)
        {
            long Of(Dictionary<string, long> sum, string name) => sum.TryGetValue(name, out long n) ? n : 0;
            return right.Keys.All(k => Of(left, k) >= Of(right, k)) && Of(left, "") > Of(right, "");
        }
    }

    // In each group of operations that call each other, one argument of each gets smaller in all calls, or stays and one call fewer is left.
    private static bool SubtermCriterion(IReadOnlyList<RewriteRule> rules, Precedence precedence)
    {
        var calls = rules.SelectMany(r => r.Conditions.SelectMany(c => c.Expressions).Append(r.Target).SelectMany(e => e.Descendants()).OfType<ApplyExpr>()
            .Where(a => a.Symbol is Operation && precedence.AreEqual(r.Root, a.Symbol)).Select(a => (r.Source, Call: a))).ToList();
        foreach (var group in calls.GroupBy(c => precedence.Of(c.Source.Symbol)))
        {
            var symbols = group.SelectMany(c => new[] { c.Source.Symbol, c.Call.Symbol }).Distinct().ToList();
            var left = group.ToList();
            // Choices of one position for each symbol; large groups are rare.
            var choices = symbols.Aggregate(new List<int[]> { new int[0] }.AsEnumerable(), (known, s) => known.SelectMany(k => Enumerable.Range(0, s.Arity).Select(i => k.Append(i).ToArray())))
                .Take(1000).ToList();
            while (left.Count > 0)
            {
                int before = left.Count;
                foreach (int[] choice in choices)
                {
                    Expr At(ApplyExpr term) => term.Arguments[choice[symbols.IndexOf(term.Symbol)]];
                    if (!left.All(c => At(c.Source).Equals(At(c.Call)) || IsProperPart(At(c.Source), At(c.Call)))) continue;
                    left.RemoveAll(c => IsProperPart(At(c.Source), At(c.Call)));
                    if (left.Count < before) break;
                }

                if (left.Count == before) return false;
            }
        }

        return true;

        static bool IsProperPart(Expr whole, Expr part) => whole.Descendants().Skip(1).Any(p => p.Equals(part));
    }

    /// <summary>Symbols by who is rewritten to whom: a symbol is above those in the targets of its rules, equal where they are above each other.</summary>
    private sealed class Precedence
    {
        private readonly Dictionary<FunctionSymbol, int> _ranks = [];

        public Precedence(IReadOnlyList<RewriteRule> rules)
        {
            var below = new Dictionary<FunctionSymbol, HashSet<FunctionSymbol>>();
            foreach (var rule in rules)
            {
                if (!below.TryGetValue(rule.Root, out var known)) below.Add(rule.Root, known = []);
                foreach (var part in rule.Conditions.SelectMany(c => c.Expressions).Append(rule.Target).SelectMany(e => e.Descendants()).OfType<ApplyExpr>()) known.Add(part.Symbol);
            }

            // Whoever can be reached; rule sets are small.
            HashSet<FunctionSymbol> Reach(FunctionSymbol from)
            {
                var reached = new HashSet<FunctionSymbol>();
                var open = new Stack<FunctionSymbol>([from]);
                while (open.Count > 0)
                    foreach (var next in below.TryGetValue(open.Pop(), out var direct) ? direct : [])
                        if (reached.Add(next)) open.Push(next);
                return reached;
            }

            var all = below.Keys.Concat(below.Values.SelectMany(v => v)).Distinct().ToList();
            var reach = all.ToDictionary(s => s, Reach);
            var groups = new List<List<FunctionSymbol>>();
            foreach (var symbol in all)
            {
                var group = groups.FirstOrDefault(g => reach[symbol].Contains(g[0]) && reach[g[0]].Contains(symbol));
                if (group is null) groups.Add([symbol]);
                else group.Add(symbol);
            }

            // A group is above those that it reaches, and so reaches more.
            var ordered = groups.OrderBy(g => reach[g[0]].Count).ToList();
            for (int i = 0; i < ordered.Count; i++)
                foreach (var symbol in ordered[i]) _ranks[symbol] = i;
        }

        public int Of(FunctionSymbol symbol) => _ranks.TryGetValue(symbol, out int rank) ? rank : -1;

        public bool AreEqual(FunctionSymbol left, FunctionSymbol right) => ReferenceEquals(left, right) || Of(left) >= 0 && Of(left) == Of(right);
    }

    private sealed class PathOrder(Precedence precedence, bool reversed)
    {
        public bool Greater(Expr left, Expr right)
        {
            if (left is not ApplyExpr l) return false;
            if (l.Arguments.Any(a => a.Equals(right) || Greater(a, right))) return true;
            // A literal is below every term with a symbol; what is computed is not known.
            if (right is LiteralExpr) return true;
            if (right is not ApplyExpr r) return false;
            if (precedence.AreEqual(l.Symbol, r.Symbol))
            {
                if (!r.Arguments.All(a => Greater(l, a))) return false;
                var pairs = l.Arguments.Zip(r.Arguments, (a, b) => (a, b));
                foreach (var (a, b) in reversed ? pairs.Reverse() : pairs)
                    if (!a.Equals(b)) return Greater(a, b);
                return l.Arguments.Count > r.Arguments.Count;
            }

            return precedence.Of(l.Symbol) > precedence.Of(r.Symbol) && r.Arguments.All(a => Greater(l, a));
        }
    }
}
