using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>A rule prepared for matching, with its source reordered to begin with the gate where the search starts.</summary>
internal sealed class CompiledRule
{
    public required CircuitRule Rule { get; init; }

    /// <summary>The number of the rule in the set.</summary>
    public required int Number { get; init; }

    public required RuleGate[] Source { get; init; }

    public required RuleGate[] Target { get; init; }

    /// <summary>The names of the angle variables.</summary>
    public required string[] Angles { get; init; }

    /// <summary>
    /// The constant part of the phase that applying the rule adds to the circuit; the variables' part is added separately.
    /// </summary>
    public required Angle Phase { get; init; }

    /// <summary>For each gate of the source, the earlier gates that it cannot pass.</summary>
    public required int[][] Before { get; init; }

    /// <summary>The number of qubits.</summary>
    public required int Qubits { get; init; }
}

/// <summary>A gate of a rule.</summary>
/// <param name="Kind">The number of the gate.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Qubits">The rule's qubits on which it acts.</param>
/// <param name="Angles">The angles.</param>
/// <param name="Plain">For each angle that is just a variable, the variable's number; otherwise -1.</param>
/// <param name="Constants">For each constant angle, its number, reduced modulo 2 pi if the gate is periodic; otherwise -1.</param>
internal sealed record RuleGate(int Kind, Gate Gate, int[] Qubits, Angle[] Angles, int[] Plain, int[] Constants)
{
    /// <summary>True if an angle is neither a variable nor a constant.</summary>
    public bool IsSum(int angle) => Plain[angle] < 0 && Constants[angle] < 0;
}

/// <summary>
/// A rule set prepared for matching: numbered gates, a table of commutations, and rules by the gate where a search starts.
/// </summary>
internal sealed class CompiledRules
{
    private readonly Dictionary<Gate, int> _kinds = [];
    private readonly Dictionary<Angle, int> _constants = [];
    private readonly Dictionary<string, List<CompiledRule>[]> _groups = [];
    private readonly List<CompiledRule> _all = [];

    public CompiledRules(CircuitRuleSet set)
    {
        foreach (var gate in set.Rules.SelectMany(r => r.Source.Concat(r.Target)).Cast<GateOperation>().Select(g => g.Gate))
            if (!_kinds.ContainsKey(gate)) _kinds.Add(gate, _kinds.Count);
        Gates = [.. _kinds.OrderBy(k => k.Value).Select(k => k.Key)];
        MaxOperands = Gates.Length == 0 ? 0 : Gates.Max(g => g.QubitCount + g.AngleCount);
        var commutations = set.Rules.Where(IsUsable).ToList();
        Commutations = new(_kinds.Count, commutations.Select(r => (Compile(r.Source[0], r), Compile(r.Source[1], r))));
        foreach (var rule in set.Rules)
        {
            if (commutations.Contains(rule)) continue;
            if (!_groups.TryGetValue(rule.Group, out var byKind))
            {
                _groups.Add(rule.Group, byKind = new List<CompiledRule>[_kinds.Count]);
                for (int k = 0; k < byKind.Length; k++) byKind[k] = [];
            }

            AddVariants(rule, byKind);
            if (rule.Symmetric) AddVariants(rule.Reversed, byKind);
        }

        foreach (var byKind in _groups.Values)
            for (int k = 0; k < byKind.Length; k++) byKind[k] = [.. byKind[k].OrderByDescending(r => r.Rule.Priority)];
        Native = new(this);
    }

    /// <summary>The gates that rules mention; the index of a gate is its kind.</summary>
    public Gate[] Gates { get; }

    /// <summary>The most wires and angles of any of these gates.</summary>
    public int MaxOperands { get; }

    /// <summary>All rules, each once for every gate where a search may start.</summary>
    public IReadOnlyList<CompiledRule> All => _all;

    /// <summary>The angles that rules mention; the index of a constant is its number.</summary>
    public IEnumerable<Angle> Constants => _constants.OrderBy(c => c.Value).Select(c => c.Key);

    public CommutationTable Commutations { get; }

    /// <summary>The rules in machine code.</summary>
    public NativeRules Native { get; }

    public int KindOf(Gate gate) => _kinds.TryGetValue(gate, out int kind) ? kind : -1;

    /// <summary>The rules of a group by the kind of the gate where a search starts; null for none.</summary>
    public List<CompiledRule>[]? Group(string name) => _groups.TryGetValue(name, out var group) ? group : null;

    // A commutation holds for all angles only if no angle occurs in both gates.
    private static bool IsUsable(CircuitRule rule)
        => rule.IsCommutation
        && !Gate(rule, 0).Angles.SelectMany(a => a.Symbols).Intersect(Gate(rule, 1).Angles.SelectMany(a => a.Symbols)).Any()
        && rule.Source.OfType<GateOperation>().All(g => g.Angles.All(a => a.IsConstant || IsVariable(a)));

    private static bool IsVariable(Angle angle) => angle.Symbols.FirstOrDefault() is { } symbol && angle.Equals(Angle.Symbol(symbol));

    private static GateOperation Gate(CircuitRule rule, int index) => (GateOperation)rule.Source[index];

    private void AddVariants(CircuitRule rule, List<CompiledRule>[] byKind)
    {
        var gates = rule.Source.Select(g => Compile(g, rule)).ToList();
        if (gates.Count == 0) return;
        // A search may start at every gate that need not come after another one.
        for (int start = 0; start < gates.Count; start++)
        {
            if (Enumerable.Range(0, start).Any(i => !Commutations.Commute(gates[i], gates[start]))) continue;
            List<RuleGate> order = [gates[start], .. gates.Where((_, i) => i != start)];
            var before = order.Select((g, i) => Enumerable.Range(0, i).Where(j => !Commutations.Commute(order[j], g)).ToArray()).ToArray();
            RuleGate[] target = [.. rule.Target.Select(g => Compile(g, rule))];
            var compiled = new CompiledRule
            {
                Rule = rule,
                Number = _all.Count,
                Source = [.. order],
                Target = target,
                Phase = ((rule.Phase.IsConstant ? rule.Phase : Angle.Zero) + Constant(target) - Constant(gates)).Modulo2Pi,
                Angles = [.. rule.AngleVariables],
                Before = before,
                Qubits = rule.Qubits.Count,
            };
            _all.Add(compiled);
            byKind[gates[start].Kind].Add(compiled);
        }
    }

    // The phases from reducing the constant angles of gates modulo 2 pi, and global phases.
    private static Angle Constant(IEnumerable<RuleGate> gates)
    {
        var phase = Angle.Zero;
        foreach (var gate in gates)
        {
            for (int i = 0; i < gate.Angles.Length; i++)
            {
                if (gate.Constants[i] < 0) continue;
                if (gate.Gate == StandardGates.GPhase) phase += gate.Angles[i];
                else if (AnglePeriods.IsPeriodic(gate.Gate))
                    phase += AnglePeriods.PhaseOf(gate.Gate, gate.Angles[i] - gate.Angles[i].Modulo2Pi)!;
            }
        }

        return phase;
    }

    private RuleGate Compile(CircuitOperation operation, CircuitRule rule)
    {
        var gate = (GateOperation)operation;
        string[] names = [.. rule.AngleVariables];
        bool isPeriodic = AnglePeriods.IsPeriodic(gate.Gate);
        return new(_kinds[gate.Gate], gate.Gate, [.. gate.Qubits.Select(q => q.Index)], [.. gate.Angles],
            [.. gate.Angles.Select(a => IsVariable(a) ? Array.IndexOf(names, a.Symbols.First()) : -1)],
            [.. gate.Angles.Select(a => a.IsConstant ? Constant(isPeriodic ? a.Modulo2Pi : a) : -1)]);
    }

    private int Constant(Angle angle)
    {
        if (!_constants.TryGetValue(angle, out int number)) _constants.Add(angle, number = _constants.Count);
        return number;
    }
}
