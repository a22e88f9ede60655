using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>Applies rules to a circuit.</summary>
internal sealed class RuleEngine
{
    private readonly CompiledRules _rules;
    private readonly CircuitCost _cost;
    private readonly OptimizerStatistics _statistics;
    private readonly GateSequence _gates = new();
    private readonly RuleMatcher _matcher;
    private readonly int _qubits, _bits;
    private Angle _phase;

    public RuleEngine(Netlist netlist, CompiledRules rules, CircuitCost cost, OptimizerStatistics statistics)
    {
        (_rules, _cost, _statistics, _phase) = (rules, cost, statistics, netlist.Phase);
        (_qubits, _bits) = (netlist.Qubits, netlist.WireCount - netlist.Qubits);
        foreach (var gate in netlist.Gates)
        {
            switch (gate.Kind)
            {
                case NetKind.H: Append(StandardGates.H, [], gate.A); break;
                case NetKind.X: Append(StandardGates.X, [], gate.A); break;
                case NetKind.Rz: Append(StandardGates.Rz, [gate.Angle], gate.A); break;
                case NetKind.CX: Append(StandardGates.CX, [], gate.A, gate.B); break;
                default:
                    if (gate.Operation is GateOperation operation) Append(operation.Gate, [.. operation.Angles], [.. operation.Qubits.Select(q => q.Index)]);
                    else _gates.Append(new(-1, null, [], [.. netlist.WiresOf(gate.Operation!)], gate.Operation));
                    break;
            }
        }

        _matcher = new(_gates, rules.Commutations);
    }

    public Netlist ToNetlist()
    {
        var gates = new List<NetGate>(_gates.Count);
        for (var node = _gates.First; node is not null; node = node.Next) gates.Add(Netlist.Of(node.Operation ?? new GateOperation(node.Gate!, new([.. node.Angles]), new([.. node.Wires.Select(w => new Qubit(w))]))));
        return new(_qubits, _bits, gates) { Phase = _phase };
    }

    public int Count => _gates.Count;

    /// <summary>Applies the rules of a group wherever they match, until none does; with a cost, only where that falls.</summary>
    public bool Exhaust(string group, bool onlyGains, Func<bool> isTimeOver)
    {
        if (_rules.Group(group) is not { } byKind) return false;
        var queue = new Queue<GateNode>(_gates.Count);
        for (var node = _gates.First; node is not null; node = node.Next) queue.Enqueue(node);
        bool any = false;
        // Each rule that costs nothing less has to be one that ends by itself; this is for those that do not.
        long left = 64L * queue.Count + 4096;
        while (queue.Count > 0 && --left > 0)
        {
            if ((left & 255) == 0 && isTimeOver()) break;
            var node = queue.Dequeue();
            if (node.Position < 0 || node.Kind < 0) continue;
            foreach (var rule in byKind[node.Kind])
            {
                if (!_matcher.Find(rule, node)) continue;
                double gain = Gain(rule);
                if (onlyGains && gain <= 1e-9) continue;
                var neighbours = Neighbours();
                foreach (var created in Apply(rule)) queue.Enqueue(created);
                foreach (var neighbour in neighbours) queue.Enqueue(neighbour);
                any = true;
                break;
            }
        }

        return any;
    }

    /// <summary>Simulated annealing: random rules at random gates.</summary>
    /// <param name="steps">How many are tried.</param>
    /// <param name="temperature">What a rule may cost.</param>
    /// <param name="random">What decides.</param>
    public double Anneal(int steps, double temperature, RandomSource random)
    {
        double change = 0;
        if (_rules.Group("") is not { } byKind) return change;
        for (int step = 0; step < steps && _gates.Count > 0; step++)
        {
            var node = _gates[random.Below(_gates.Count)];
            if (node.Kind < 0 || byKind[node.Kind] is not { Count: > 0 } rules) continue;
            var rule = rules[random.Below(rules.Count)];
            // What would be refused in any case need not be found first.
            double noise = -temperature * Math.Log(1 - random.Unit());
            if (!_matcher.Find(rule, node)) continue;
            double gain = Gain(rule);
            if (gain < -noise) continue;
            Apply(rule);
            change -= gain;
        }

        return change;
    }

    private void Append(Gate gate, Angle[] angles, params int[] wires) => _gates.Append(new(_rules.KindOf(gate), gate, angles, wires, null));

    private double Gain(CompiledRule rule)
    {
        double gain = 0;
        for (int i = 0; i < rule.Source.Length; i++) gain += _cost.Of(rule.Source[i].Gate, _matcher.Match[i]!.Angles);
        foreach (var gate in rule.Target) gain -= _cost.Of(gate.Gate, _cost.DependsOnAngles ? _matcher.AnglesOf(gate) : gate.Angles);
        return gain;
    }

    // What stands before a match and has a wire in common may have been waiting for it.
    private List<GateNode> Neighbours()
    {
        const int Reach = 64, Most = 12;
        var neighbours = new List<GateNode>();
        ulong mask = 0;
        foreach (var match in _matcher.Match)
            if (match is not null) mask |= match.Mask;
        int reach = Reach;
        for (var node = _matcher.Match[0]!.Previous; node is not null && --reach > 0 && neighbours.Count < Most; node = node.Previous)
            if ((node.Mask & mask) != 0) neighbours.Add(node);
        return neighbours;
    }

    private List<GateNode> Apply(CompiledRule rule)
    {
        _phase = (_phase + _matcher.Phase + rule.Rule.Phase.Substitute(_matcher.AngleOf)).Modulo2Pi;
        var created = _matcher.Replace((gate, angles, wires) =>
        {
            if (gate.Gate == StandardGates.GPhase)
            {
                _phase = (_phase + angles[0]).Modulo2Pi;
                return null;
            }

            for (int i = 0; i < angles.Length; i++)
            {
                var reduced = angles[i].Modulo2Pi;
                if (ReferenceEquals(reduced, angles[i]) || AnglePeriods.PhaseOf(gate.Gate, angles[i] - reduced) is not { } phase) continue;
                angles[i] = reduced;
                _phase = (_phase + phase).Modulo2Pi;
            }

            return new GateNode(gate.Kind, gate.Gate, angles, wires, null);
        });
        _statistics.Count(rule.Rule.Name, rule.Source.Length - created.Count);
        return created;
    }
}
