using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>
/// Remembers which single rules have no termination proof, keyed by everything that this depends on. An editor asks after every edit, which
/// changes one rule. Not thread-safe.
/// </summary>
public sealed class KnownRules
{
    private const int MaxSurroundings = 20;

    private readonly Dictionary<string, Dictionary<string, bool>> _all = [];
    private readonly Dictionary<RewriteRule, string> _earlier = new(ReferenceComparer<RewriteRule>.Instance);
    private Dictionary<string, bool> _isOpen = [];

    /// <summary>The number of rules that were searched, not just remembered.</summary>
    public int Searches { get; private set; }

    /// <summary>Sets the context of the rules that are asked about next.</summary>
    /// <param name="ordered">The simplifications in the order of trying; empty if the order is unknown.</param>
    /// <param name="operations">The rules of the operations that they need.</param>
    /// <param name="visited">The symbols of terms in which something can be simplified.</param>
    /// <param name="isInnermost">True if arguments are in normal form before a simplification is tried.</param>
    public void Begin(IReadOnlyList<RewriteRule> ordered, IReadOnlyList<RewriteRule> operations,
        IReadOnlyCollection<FunctionSymbol> visited, bool isInnermost)
    {
        var text = new StringBuilder(isInnermost ? "innermost" : "");
        foreach (var symbol in visited)
            text.Append('\n').Append(symbol.FullName).Append(':').Append(symbol.Result.Name).Append('(').Append(
                string.Join(",", symbol.Parameters.Select(p => p.Sort.Name)));
        foreach (var rule in operations) text.Append('\n').Append(rule);
        if (_all.Count >= MaxSurroundings) _all.Clear();
        if (!_all.TryGetValue(text.ToString(), out var known)) _all.Add(text.ToString(), known = []);
        _isOpen = known;
        _earlier.Clear();
        var sources = new Dictionary<FunctionSymbol, string>();
        foreach (var rule in ordered)
        {
            sources.TryGetValue(rule.Root, out string? before);
            _earlier[rule] = before ?? "";
            if (rule.Conditions.Count == 0) sources[rule.Root] = before + "\n" + rule.Source;
        }
    }

    /// <summary>True if there is no proof that a rule terminates.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="search">Searches for a proof.</param>
    public bool IsOpen(RewriteRule rule, Func<bool> search)
    {
        string key = rule + (_earlier.TryGetValue(rule, out string? earlier) ? earlier : "");
        if (_isOpen.TryGetValue(key, out bool isOpen)) return isOpen;
        Searches++;
        return _isOpen[key] = search();
    }
}
