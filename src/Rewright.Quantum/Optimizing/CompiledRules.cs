using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>A rule set made ready for matching: gates numbered, commutations in a table, rules by the gate where a search starts.</summary>
internal sealed class CompiledRules
{
    private readonly Dictionary<Gate, int> _kinds = [];
    private readonly Dictionary<string, List<CompiledRule>[]> _groups = [];

    public CompiledRules(CircuitRuleSet set)
    {
        foreach (var gate in set.Rules.SelectMany(r => r.Source.Concat(r.Target)).Cast<GateOperation>().Select(g => g.Gate))
            if (!_kinds.ContainsKey(gate)) _kinds.Add(gate, _kinds.Count);
        var commutations = set.Rules.Where(IsUsable).ToList();
        Commutations = new(_kinds.Count, commutations.Select(r => (Compile(r.Source[0], r), Compile(r.Source[1], r))));
        for (int number = 0; number < set.Rules.Length; number++)
        {
            var rule = set.Rules[number];
            if (commutations.Contains(rule)) continue;
            if (!_groups.TryGetValue(rule.Group, out var byKind))
            {
                _groups.Add(rule.Group, byKind = new List<CompiledRule>[_kinds.Count]);
                for (int k = 0; k < byKind.Length; k++) byKind[k] = [];
            }

            AddVariants(rule, number, byKind);
            if (rule.Symmetric) AddVariants(rule.Reversed, number, byKind);
        }

        foreach (var byKind in _groups.Values)
            for (int k = 0; k < byKind.Length; k++) byKind[k] = [.. byKind[k].OrderByDescending(r => r.Rule.Priority)];
    }

    public CommutationTable Commutations { get; }

    public int KindOf(Gate gate) => _kinds.TryGetValue(gate, out int kind) ? kind : -1;

    /// <summary>The rules of a group by the kind of the gate where a search starts; null where there are none.</summary>
    public List<CompiledRule>[]? Group(string name) => _groups.TryGetValue(name, out var group) ? group : null;

    // Two gates may change places whatever their angles are only if no angle is mentioned by both.
    private static bool IsUsable(CircuitRule rule) => rule.IsCommutation && !Gate(rule, 0).Angles.SelectMany(a => a.Symbols).Intersect(Gate(rule, 1).Angles.SelectMany(a => a.Symbols)).Any()
        && rule.Source.OfType<GateOperation>().All(g => g.Angles.All(a => a.IsConstant || a.Equals(Angle.Symbol(a.Symbols.First()))));

    private static GateOperation Gate(CircuitRule rule, int index) => (GateOperation)rule.Source[index];

    private void AddVariants(CircuitRule rule, int number, List<CompiledRule>[] byKind)
    {
        var gates = rule.Source.Select(g => Compile(g, rule)).ToList();
        if (gates.Count == 0) return;
        // The search may start at every gate that no other has to come before.
        for (int start = 0; start < gates.Count; start++)
        {
            if (Enumerable.Range(0, start).Any(i => !Commutations.Commute(gates[i], gates[start]))) continue;
            List<RuleGate> order = [gates[start], .. gates.Where((_, i) => i != start)];
            var before = order.Select((g, i) => Enumerable.Range(0, i).Where(j => !Commutations.Commute(order[j], g)).ToArray()).ToArray();
            byKind[gates[start].Kind].Add(new()
            {
                Rule = rule,
                Number = number,
                Source = [.. order],
                Target = [.. rule.Target.Select(g => Compile(g, rule))],
                Angles = [.. rule.AngleVariables],
                Before = before,
                Qubits = rule.Qubits.Count,
            });
        }
    }

    private RuleGate Compile(CircuitOperation operation, CircuitRule rule)
    {
        var gate = (GateOperation)operation;
        string[] names = [.. rule.AngleVariables];
        return new(_kinds[gate.Gate], gate.Gate, [.. gate.Qubits.Select(q => q.Index)], [.. gate.Angles],
            [.. gate.Angles.Select(a => a.Symbols.FirstOrDefault() is { } s && a.Equals(Angle.Symbol(s)) ? Array.IndexOf(names, s) : -1)]);
    }
}
