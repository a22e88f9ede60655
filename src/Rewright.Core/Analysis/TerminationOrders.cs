using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Analysis.Termination;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>The result of a termination proof.</summary>
/// <param name="Reason">The arguments of the proof, in words; null if there is none.</param>
/// <param name="Open">The rules without a proof, as few as possible; empty if the search ended for lack of budget.</param>
internal sealed record TerminationVerdict(string? Reason, IReadOnlyList<RewriteRule> Open);

/// <summary>Searches for a proof that rewriting by some rules terminates.</summary>
/// <remarks>
/// Operations evaluate their arguments first and never simplify. So evaluation terminates unless calls follow each other without end; the
/// calls are the dependency pairs of targets and conditions. A normalizer simplifies the terms that its targets build and the results of
/// operations in them, but nothing in conditions. Its simplifications are first ordered directly (Knuth-Bendix; recursive path orders;
/// polynomials, rule by rule), then by dependency pairs. Whether the operations terminate is a separate question.
/// </remarks>
internal static class TerminationOrders
{
    private const int BlameEffort = 40_000, MaxSingles = 500, MaxTries = 20;

    /// <summary>Decides whether evaluating the operations of a module terminates.</summary>
    /// <param name="rules">The rules of the operations.</param>
    /// <param name="all">These rules and those of the operations of used modules.</param>
    /// <param name="clauses">The limit of the search, in clauses.</param>
    /// <param name="cancellation">Cancels the search.</param>
    public static TerminationVerdict Operations(
        IReadOnlyList<RewriteRule> rules, IReadOnlyList<RewriteRule> all, int clauses, CancellationToken cancellation)
    {
        var system = new RewriteSystem();
        var called = new HashSet<FunctionSymbol>(rules.Select(r => r.Root));
        var pairs = system.CallsOf(rules, called.Contains);
        if (pairs.Count == 0) return new("no operation calls itself", []);
        var steps = system.StepsOf(all).ToLookup(s => s.Left.Symbol!);
        var graph = new DependencyGraph(system.Terms, steps.Contains, isInnermost: true, system.EarlierOf(rules));
        var effort = new Effort(clauses, cancellation);
        var proof = new DependencyProof(steps, graph, effort);
        var open = proof.Open(pairs);
        if (open.Count == 0) return new(proof.Reasons.Count == 0 ? "no operation calls itself" : string.Join("; ", proof.Reasons), []);
        var left = open.OrderBy(g => g.Count).SelectMany(g => g).ToList();
        return new(null, Fewest(
            [.. left.Select(p => p.Rule).OfType<RewriteRule>().Distinct()], (_, search) => search(), effort, cancellation, (some, e) =>
            new DependencyProof(steps, graph, e).Open([.. left.Where(p => p.Rule is null || some.Contains(p.Rule))]).Count > 0));
    }

    /// <summary>Decides whether a normalizer terminates, provided that the operations do.</summary>
    /// <param name="rules">The simplifications of the normalizer.</param>
    /// <param name="operations">The rules of the operations that they need.</param>
    /// <param name="visited">The symbols of terms in which something can be simplified.</param>
    /// <param name="isInnermost">True if arguments are in normal form before a simplification is tried.</param>
    /// <param name="isOrdered">True if the simplifications are in the order of trying.</param>
    /// <param name="clauses">The limit of the search, in clauses.</param>
    /// <param name="known">Known results for single rules, to which new ones are added; null to remember nothing.</param>
    /// <param name="cancellation">Cancels the search.</param>
    public static TerminationVerdict Simplifications(
        IReadOnlyList<RewriteRule> rules, IReadOnlyList<RewriteRule> operations, IReadOnlyCollection<FunctionSymbol> visited,
        bool isInnermost, bool isOrdered, int clauses,
        KnownRules? known, CancellationToken cancellation)
    {
        if (rules.Concat(operations).All(r => KnuthBendix.Greater(r.Source, r.Target) && IsPlain(r)))
            return new("the order of Knuth and Bendix", []);
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        var effort = new Effort(clauses, cancellation);
        var proof = new SimplificationProof(isOrdered ? rules : [], operations, visited, isInnermost);
        var open = proof.Open(rules, effort, reasons);
        if (open.Count == 0) return new(string.Join("; ", reasons), []);
        known?.Begin(isOrdered ? rules : [], operations, visited, isInnermost);
        return new(null, Fewest(
            open, (rule, search) => !EndsAlone(rule) && (known?.IsOpen(rule, search) ?? search()), effort, cancellation,
            (some, e) => proof.Open(some, e, new HashSet<string>()).Count > 0));
    }

    // True for most rules, and cheap to find out.
    private static bool EndsAlone(RewriteRule rule)
        => IsPlain(rule) && KnuthBendix.Greater(rule.Source, rule.Target)
            && !rule.Target.Descendants().Any(e => e is ApplyExpr { Symbol: Operation });

    // True if the rule builds no term that the order disregards.
    private static bool IsPlain(RewriteRule rule)
        => rule.Conditions.All(c => c is WhenCondition)
            && !rule.Target.Descendants().Any(e => e is not ApplyExpr && e.Parts.Count > 0 && e.Descendants().Any(p => p is ApplyExpr));

    // A minimal set of rules that stays unproved: none of them can be left out.
    private static IReadOnlyList<RewriteRule> Fewest(
        IReadOnlyList<RewriteRule> rules, Func<RewriteRule, Func<bool>, bool> isOpenAlone, Effort spent, CancellationToken cancellation,
        Func<IReadOnlyList<RewriteRule>, Effort, bool> isOpen)
    {
        foreach (var rule in rules.Take(MaxSingles))
            if (isOpenAlone(rule, () => IsOpen([rule]))) return [rule];
        if (spent.IsCut) return [];
        var fewest = rules.ToList();
        int tries = MaxTries;
        for (int size = fewest.Count / 2; size > 0; size /= 2)
        {
            for (int start = 0; start < fewest.Count && --tries > 0;)
            {
                var rest = fewest.Where((_, i) => i < start || i >= start + size).ToList();
                if (rest.Count > 0 && IsOpen(rest)) fewest = rest;
                else start += size;
            }
        }

        return fewest;

        bool IsOpen(IReadOnlyList<RewriteRule> some)
        {
            var effort = new Effort(BlameEffort, cancellation);
            return isOpen(some, effort) && !effort.IsCut;
        }
    }
}
