using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Analysis.Termination;
using Rewright.Analysis;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright;

/// <summary>
/// Analyses a set of rules as a whole: whether rewriting terminates, and whether its result depends on the order of steps.
/// </summary>
public static class RuleSetAnalysis
{
    /// <summary>The effort of a build per normalizer, in clauses: some tenths of a second.</summary>
    public const int BuildEffort = 150_000;

    /// <summary>The effort of an editor per edit, in clauses.</summary>
    public const int EditorEffort = 15_000;

    private const int CommandEffort = 2_000_000;
    private const int MaxRules = 300, MaxSteps = 200, MaxReports = 20;

    /// <summary>The findings about a set of rules.</summary>
    /// <param name="Diagnostics">The mistakes, and the properties that could not be shown.</param>
    /// <param name="Shown">The properties that were shown, one sentence for each normalizer and for the operations.</param>
    public sealed record Findings(ImmutableArray<ModuleDiagnostic> Diagnostics, ImmutableArray<string> Shown);

    /// <summary>Analyses the rules of each normalizer and those of the operations, without a tight limit.</summary>
    public static Findings Check(Module module)
    {
        var found = Termination(module, CommandEffort, null, CancellationToken.None);
        var places = PlacesOf(module);
        var confluence = new List<ModuleDiagnostic>();
        foreach (var normalizer in module.Normalizers)
            if (RulesOf(module, normalizer) is { Count: <= MaxRules } rules) CheckConfluence(rules, places, confluence);
        return found with { Diagnostics = found.Diagnostics.AddRange(confluence) };
    }

    /// <summary>Decides whether evaluation and each normalizer terminate; gives at most one diagnostic for each.</summary>
    /// <param name="module">A module without errors.</param>
    /// <param name="effort">The limit for each search, in clauses.</param>
    /// <param name="known">
    /// For an editor, which asks at every edit: known results for single rules, to which new ones are added. Then searches that were given
    /// up are not reported. Otherwise null.
    /// </param>
    /// <param name="cancellation">Cancels the search.</param>
    public static Findings Termination(Module module, int effort, KnownRules? known, CancellationToken cancellation)
    {
        var reports = new Reports(PlacesOf(module), reportsGivenUp: known is null);
        var evaluated = module.Closure.SelectMany(m => m.Rules).Where(r => !r.IsSimplification).ToList();
        var own = module.Rules.Where(r => !r.IsSimplification).ToList();
        if (own.Count > 0)
            reports.Add("the rules of operations", own, TerminationOrders.Operations(own, evaluated, effort, cancellation),
                new LoopSearch(evaluated, isInnermost: true));
        foreach (var normalizer in module.Normalizers)
        {
            var rules = RulesOf(module, normalizer);
            if (rules.Count == 0) continue;
            string name = "'" + normalizer.Name + "'";
            bool isInnermost = normalizer.Strategy == Strategy.Innermost;
            var verdict = normalizer.Strategy == Strategy.BottomUpOnce ? new("it visits each node once", [])
                : TerminationOrders.Simplifications(
                    rules, Needed(evaluated, rules), Visited(module, rules), isInnermost, rules.TrueForAll(module.Rules.Contains), effort,
                    known, cancellation);
            reports.Add(name, rules, verdict, new LoopSearch([.. rules, .. evaluated], isInnermost));
        }

        return new([.. reports.Diagnostics], [.. reports.Shown]);
    }

    /// <summary>
    /// True if another diagnostic already reports the cause of <paramref name="finding"/> for a single rule or a pair of rules: they apply
    /// to their own results.
    /// </summary>
    public static bool IsReported(ModuleDiagnostic finding, IEnumerable<ModuleDiagnostic> reported)
        // All spans compare as equal, so their starts are compared.
        => reported.Any(d => (d.Kind == DiagnosticKinds.ObviousLoop || d.Kind == DiagnosticKinds.MutualLoop)
            && d.Related.Append(d.Span).Any(s => s.Start == finding.Span.Start && s.File == finding.Span.File));

    private static List<RewriteRule> RulesOf(Module module, Normalizer normalizer)
        => module.Closure.SelectMany(m => m.Rules).Where(r => r.IsSimplification && normalizer.Includes(r.Group)).ToList();

    private static Dictionary<string, SourceSpan> PlacesOf(Module module)
        => module.Syntax.Patterns.GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.First().Span);

    // The rules of the operations that simplifications call, except in tests, whose values leave no term behind.
    private static List<RewriteRule> Needed(List<RewriteRule> evaluated, List<RewriteRule> rules)
    {
        var all = evaluated.ToLookup(r => r.Root);
        var needed = new List<RewriteRule>();
        var seen = new HashSet<FunctionSymbol>();
        var open = new Queue<RewriteRule>(rules);
        while (open.Count > 0)
        {
            var rule = open.Dequeue();
            var parts = rule.Conditions.OfType<WhereCondition>().Select(c => c.Subject).Append(rule.Target).SelectMany(
                e => e.Descendants());
            foreach (var symbol in parts.OfType<ApplyExpr>().Select(a => a.Symbol).OfType<Operation>())
            {
                if (!seen.Add(symbol)) continue;
                needed.AddRange(all[symbol]);
                foreach (var next in all[symbol]) open.Enqueue(next);
            }
        }

        return needed;
    }

    // The symbols of the sorts in whose terms a source can occur.
    private static List<FunctionSymbol> Visited(Module module, List<RewriteRule> rules)
    {
        var symbols = module.Closure.SelectMany(m => m.DeclaredSymbols).Where(s => s is Constructor or Operation { IsOpen: true }).ToList();
        var sorts = new HashSet<Sort>(rules.Select(r => r.Root.Result));
        while (symbols.Any(s => s.Parameters.Any(p => sorts.Contains(p.Sort)) && sorts.Add(s.Result)))
        {
        }

        return symbols.FindAll(s => sorts.Contains(s.Result));
    }

    private static void CheckConfluence(List<RewriteRule> rules, Dictionary<string, SourceSpan> places, List<ModuleDiagnostic> found)
    {
        int reports = 0;
        var plain = rules.FindAll(r => r.Conditions.Count == 0);
        foreach (var outer in plain)
        {
            foreach (var inner in plain)
            {
                var source = Substitution.Rename(inner.Source, "`");
                var target = Substitution.Rename(inner.Target, "`");
                foreach (var (part, rebuild) in LoopSearch.Places(outer.Source))
                {
                    // Skip a rule at its own root, which is trivial, and count each pair of roots once.
                    if (part is not ApplyExpr || ReferenceEquals(part, outer.Source) && plain.IndexOf(inner) >= plain.IndexOf(outer))
                        continue;
                    if (Substitution.Unify(part, source) is not { } unifier || !unifier.IsSmall(outer.Source, LoopSearch.MaxSize)) continue;
                    Expr left = unifier.Apply(outer.Target), right = unifier.Apply(rebuild(target));
                    if (Normalize(left, plain).Equals(Normalize(right, plain))) continue;
                    if (++reports > MaxReports) return;
                    string[] shown = RuleChecks.Shown([unifier.Apply(outer.Source), left, right]);
                    found.Add(new(ProofKinds.NotConfluent, PlaceOf(outer, places), outer.Name, inner.Name, shown[0], shown[1], shown[2]));
                }
            }
        }
    }

    // Rewrites innermost for a bounded number of steps. If they do not suffice, the results differ, and that is reported.
    private static Expr Normalize(Expr term, List<RewriteRule> rules)
    {
        for (int i = 0; i < MaxSteps && LoopSearch.Size(term) <= LoopSearch.MaxSize; i++)
        {
            var step = LoopSearch.Places(term).Reverse().SelectMany(
                p => rules.Select(r => p.Part is ApplyExpr && Substitution.Match(r.Source, p.Part) is { } match
                && match.IsSmall(r.Target, LoopSearch.MaxSize) ? p.Rebuild(match.Apply(r.Target)) : null)).FirstOrDefault(
                    e => e is not null);
            if (step is null) return term;
            term = step;
        }

        return term;
    }

    private static SourceSpan PlaceOf(RewriteRule rule, Dictionary<string, SourceSpan> places)
        => places.TryGetValue(rule.Name, out var place) ? place : default;

    private static string Short(string text) => text.Length > 200 ? text.Substring(0, 200) + "..." : text;

    private static bool CallsOperations(IEnumerable<RewriteRule> rules)
        => rules.Any(r => r.Conditions.SelectMany(c => c.Expressions).Append(r.Target).SelectMany(e => e.Descendants()).Any(
            e => e is ApplyExpr { Symbol: Operation }));

    private sealed class Reports(Dictionary<string, SourceSpan> places, bool reportsGivenUp)
    {
        private const int MaxNamed = 3;

        /// <summary>True if there is no proof that operations terminate.</summary>
        public bool EvaluationIsOpen { get; private set; }

        public List<ModuleDiagnostic> Diagnostics { get; } = [];

        public List<string> Shown { get; } = [];

        public void Add(string name, IReadOnlyList<RewriteRule> rules, TerminationVerdict verdict, LoopSearch loops)
        {
            if (verdict.Reason is { } reason)
            {
                Shown.Add("Rewriting by " + name + " terminates"
                    + (EvaluationIsOpen && CallsOperations(rules) ? ", if the operations do: " : ": ") + reason + ".");
                return;
            }

            EvaluationIsOpen |= !rules[0].IsSimplification;
            // In the order of the text; rules of used modules, which have no place here, come last.
            var open = verdict.Open.OrderBy(r => places.ContainsKey(r.Name) ? 0 : 1).ThenBy(r => PlaceOf(r, places).Start).ToList();
            if (loops.Find(open.Concat(rules).Distinct()) is var (rule, terms))
            {
                bool grows = LoopSearch.Size(terms[terms.Count - 1]) > LoopSearch.Size(terms[0]);
                Diagnostics.Add(new(
                    grows ? ProofKinds.Growth : ProofKinds.Loop, PlaceOf(rule, places), name,
                    string.Join(" -> ", terms.Select(t => Short(t.ToString())))));
                return;
            }

            if (open.Count == 0)
            {
                if (reportsGivenUp)
                    Diagnostics.Add(new(
                        ProofKinds.TerminationNotShown, PlaceOf(rules[0], places), name,
                        "the search was given up; 'rewright check' searches longer"));
                return;
            }

            string names = string.Join(", ", open.Take(MaxNamed).Select(r => "'" + r.Name + "'")) + (open.Count > MaxNamed ? ", ..." : "");
            Diagnostics.Add(new(ProofKinds.TerminationNotShown, PlaceOf(open[0], places),
                EquatableArray.Of(name, "open is " + names + " (" + Short(open[0].ToString()) + ")"),
                    open.Skip(1).Take(MaxNamed - 1).Select(r => PlaceOf(r, places)).ToEquatableArray()));
        }
    }
}
