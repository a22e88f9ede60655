using System.Collections.Generic;
using System.Linq;
using Rewright.Model;
using Rewright.Proofs;

namespace Rewright.Checks;

/// <summary>What can be said of rules as a whole: whether rewriting ends, and whether its result depends on the way. Made on request.</summary>
internal static class RuleSetAnalysis
{
    private const int MaxRules = 300, MaxTerms = 200, MaxSteps = 200, MaxSize = 300, MaxReports = 20;

    /// <summary>Analyses the rules of each normalizer, and those of the operations.</summary>
    public static IReadOnlyList<ModuleDiagnostic> Check(Module module)
    {
        var places = module.Syntax.Patterns.GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.First().Span);
        var found = new List<ModuleDiagnostic>();
        var operations = module.Rules.Where(r => !r.IsSimplification).ToList();
        if (operations.Count > 0) CheckTermination("the rules of operations", operations, places, found);
        foreach (var normalizer in module.Normalizers)
        {
            var rules = module.Closure.SelectMany(m => m.Rules).Where(r => r.IsSimplification && normalizer.Includes(r.Group)).ToList();
            if (rules.Count is 0 or > MaxRules) continue;
            string name = "'" + normalizer.Name + "'";
            // One pass ends whatever the rules are.
            if (normalizer.Strategy != Strategy.BottomUpOnce) CheckTermination(name, [.. rules, .. Needed(module, rules)], places, found);
            CheckConfluence(rules, places, found);
        }

        return found;
    }

    // The rules of the operations that rules lead to.
    private static List<RewriteRule> Needed(Module module, List<RewriteRule> rules)
    {
        var all = module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
        var needed = new List<RewriteRule>();
        var seen = new HashSet<FunctionSymbol>();
        var open = new Queue<RewriteRule>(rules);
        while (open.Count > 0)
        {
            var rule = open.Dequeue();
            foreach (var symbol in rule.Conditions.SelectMany(c => c.Expressions).Append(rule.Target).SelectMany(e => e.Descendants()).OfType<ApplyExpr>().Select(a => a.Symbol).OfType<Operation>())
            {
                if (!seen.Add(symbol)) continue;
                needed.AddRange(all[symbol]);
                foreach (var next in all[symbol]) open.Enqueue(next);
            }
        }

        return needed;
    }

    // Whether another rule goes before a rule of an operation is known only where none overlaps with it.
    private static bool AppliesAlways(RewriteRule rule, IReadOnlyList<RewriteRule> rules)
        => rule.Conditions.Count == 0 && (rule.IsSimplification || !rules.Any(r => !ReferenceEquals(r, rule) && ReferenceEquals(r.Root, rule.Root)
            && Substitution.Unify(rule.Source, Substitution.Rename(r.Source, "`")) is not null));

    private static void CheckTermination(string name, IReadOnlyList<RewriteRule> rules, Dictionary<string, SourceSpan> places, List<ModuleDiagnostic> found)
    {
        if (TerminationOrders.Find(rules, out var open) is not null) return;
        var steady = rules.Where(r => AppliesAlways(r, rules)).ToList();
        foreach (var rule in steady)
        {
            if (FindLoop(rule, steady) is not { } chain) continue;
            string shown = string.Join(" -> ", chain.Select(t => Short(t.ToString())));
            bool grows = Size(chain[chain.Count - 1]) > Size(chain[0]);
            found.Add(new(grows ? ProofKinds.Growth : ProofKinds.Loop, PlaceOf(rule, places), name, shown));
            return;
        }

        found.Add(new(ProofKinds.TerminationNotShown, PlaceOf(open!, places), name, open!.Name, Short(open.ToString())));
    }

    /// <summary>Terms, each rewritten to the next, of which the last holds an instance of the first; null where none were found.</summary>
    private static IReadOnlyList<Expr>? FindLoop(RewriteRule rule, IReadOnlyList<RewriteRule> rules)
    {
        var seen = new HashSet<Expr>();
        var open = new Queue<List<Expr>>();
        open.Enqueue([rule.Source, rule.Target]);
        while (open.Count > 0 && seen.Count < MaxTerms)
        {
            var chain = open.Dequeue();
            var last = chain[chain.Count - 1];
            if (!seen.Add(last) || Size(last) > MaxSize) continue;
            if (last.Descendants().Any(part => part is ApplyExpr && Substitution.Match(rule.Source, part) is not null)) return chain;
            foreach (var next in Steps(last, rules)) open.Enqueue([.. chain, next]);
        }

        return null;
    }

    private static void CheckConfluence(IReadOnlyList<RewriteRule> rules, Dictionary<string, SourceSpan> places, List<ModuleDiagnostic> found)
    {
        int reports = 0;
        var plain = rules.Where(r => r.Conditions.Count == 0).ToList();
        foreach (var outer in plain)
        {
            foreach (var inner in plain)
            {
                var source = Substitution.Rename(inner.Source, "`");
                var target = Substitution.Rename(inner.Target, "`");
                foreach (var (part, rebuild) in Places(outer.Source))
                {
                    // A rule meets itself at its root always, and two rules at their roots twice.
                    if (part is not ApplyExpr || ReferenceEquals(part, outer.Source) && rules.IndexOf(inner) >= rules.IndexOf(outer)) continue;
                    if (Substitution.Unify(part, source) is not { } unifier || !unifier.IsSmall(outer.Source, MaxSize)) continue;
                    Expr left = unifier.Apply(outer.Target), right = unifier.Apply(rebuild(target));
                    if (Normalize(left, plain).Equals(Normalize(right, plain))) continue;
                    if (++reports > MaxReports) return;
                    string[] shown = RuleChecks.Shown([unifier.Apply(outer.Source), left, right]);
                    found.Add(new(ProofKinds.NotConfluent, PlaceOf(outer, places), outer.Name, inner.Name, shown[0], shown[1], shown[2]));
                }
            }
        }
    }

    // Innermost, for so many steps; where they do not suffice the terms differ, which is said.
    private static Expr Normalize(Expr term, IReadOnlyList<RewriteRule> rules)
    {
        for (int i = 0; i < MaxSteps && Size(term) <= MaxSize; i++)
        {
            if (Steps(term, rules).FirstOrDefault() is not { } next) return term;
            term = next;
        }

        return term;
    }

    // The term after one step, for each place and rule, inner places first.
    private static IEnumerable<Expr> Steps(Expr term, IReadOnlyList<RewriteRule> rules)
        => Places(term).Reverse().SelectMany(p => rules.Where(r => r.Conditions.Count == 0)
            .Select(r => p.Part is ApplyExpr && Substitution.Match(r.Source, p.Part) is { } match && match.IsSmall(r.Target, MaxSize) ? p.Rebuild(match.Apply(r.Target)) : null)
            .OfType<Expr>());

    // Every part with what puts another one in its place, parents first.
    private static IEnumerable<(Expr Part, System.Func<Expr, Expr> Rebuild)> Places(Expr term)
    {
        yield return (term, e => e);
        for (int i = 0; i < term.Parts.Count; i++)
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

    private static SourceSpan PlaceOf(RewriteRule rule, Dictionary<string, SourceSpan> places) => places.TryGetValue(rule.Name, out var place) ? place : default;

    private static int Size(Expr expr) => expr.Descendants().Take(MaxSize + 1).Count();

    private static int IndexOf(this IReadOnlyList<RewriteRule> rules, RewriteRule rule)
    {
        for (int i = 0; i < rules.Count; i++)
            if (ReferenceEquals(rules[i], rule)) return i;
        return -1;
    }

    private static string Short(string text) => text.Length > 200 ? text.Substring(0, 200) + "..." : text;
}
