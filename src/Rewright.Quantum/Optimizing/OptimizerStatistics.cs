using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>The effect of a rule or pass.</summary>
/// <param name="Name">The name of the rule or pass.</param>
/// <param name="Applications">The number of applications.</param>
/// <param name="Removed">The number of gates that it removed; negative if it added gates.</param>
public sealed record RuleStatistics(string Name, long Applications, long Removed);

/// <summary>
/// The effects of all rules and passes between a circuit and its result. The removed gates add up to the difference of the two.
/// </summary>
public sealed class OptimizerStatistics
{
    private readonly Dictionary<string, (long Applications, long Removed)> _entries = [];

    internal OptimizerStatistics()
    {
    }

    /// <summary>The effects by rule and pass, the most effective first.</summary>
    public IEnumerable<RuleStatistics> Entries
        => _entries.Select(e => new RuleStatistics(e.Key, e.Value.Applications, e.Value.Removed)).OrderByDescending(e => e.Removed).ThenBy(
            e => e.Name, System.StringComparer.Ordinal);

    internal void Count(string name, long removed, long applications = 1)
    {
        _entries.TryGetValue(name, out var known);
        _entries[name] = (known.Applications + applications, known.Removed + removed);
    }

    internal OptimizerStatistics Copy()
    {
        var copy = new OptimizerStatistics();
        foreach (var (name, entry) in _entries) copy._entries.Add(name, entry);
        return copy;
    }
}
