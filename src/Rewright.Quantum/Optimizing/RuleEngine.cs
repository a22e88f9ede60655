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
    private readonly GateSequence _gates;
    private readonly AngleTable _angles;
    private readonly RuleMatcher _matcher;
    private readonly int _qubits, _bits;

    // The gain of each rule, if it does not depend on angles.
    private readonly double[] _gains;
    private readonly List<int> _created = [];
    private Angle _phase;

    /// <param name="netlist">The circuit to rewrite; it is copied.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="cost">The cost to reduce.</param>
    /// <param name="statistics">Counts the effects of rules.</param>
    /// <param name="native">True to match by machine code; null to do so if it is ready.</param>
    public RuleEngine(Netlist netlist, CompiledRules rules, CircuitCost cost, OptimizerStatistics statistics, bool? native)
    {
        (_rules, _cost, _statistics, _phase) = (rules, cost, statistics, netlist.Phase);
        (_qubits, _bits) = (netlist.Qubits, netlist.WireCount - netlist.Qubits);
        (_gates, _angles) = (new(rules), new(rules.Constants));
        foreach (var gate in netlist.Gates)
        {
            switch (gate.Kind)
            {
                case NetKind.H: Append(StandardGates.H, [], [gate.A], gate); break;
                case NetKind.X: Append(StandardGates.X, [], [gate.A], gate); break;
                case NetKind.Rz: Append(StandardGates.Rz, [gate.Angle], [gate.A], gate); break;
                case NetKind.CX: Append(StandardGates.CX, [], [gate.A, gate.B], gate); break;
                default:
                    if (gate.Operation is GateOperation operation)
                        Append(operation.Gate, [.. operation.Angles], [.. operation.Qubits.Select(q => q.Index)], gate);
                    else _gates.Append(_gates.Create(gate.Operation!, [.. netlist.WiresOf(gate.Operation!)]));
                    break;
            }
        }

        _matcher = rules.Native.Matcher(_gates, _angles, native) ?? new RuleMatcher(_gates, _angles, rules);
        _gains = cost.DependsOnAngles
            ? [] : [.. rules.All.Select(r => r.Source.Sum(g => cost.Of(g.Gate, g.Angles)) - r.Target.Sum(g => CostOf(g, g.Angles)))];
    }

    public Netlist ToNetlist()
    {
        var gates = new List<NetGate>(_gates.Count);
        for (int node = _gates.First; node >= 0; node = _gates.Nodes[node].Next)
        {
            int kind = _gates.Nodes[node].Kind;
            gates.Add(Netlist.Of(
                kind < 0 ? _gates.Other(node)
                : new GateOperation(_rules.Gates[kind], [.. AnglesOf(node)], [.. _gates.Wires(node).ToArray().Select(w => new Qubit(w))])));
        }

        return new(_qubits, _bits, gates) { Phase = _phase };
    }

    public int Count => _gates.Count;

    /// <summary>Applies the rules of a group wherever they match, until none does; if asked, only where the cost falls.</summary>
    public bool Exhaust(string group, bool onlyGains, Func<bool> isTimeOver)
    {
        if (_rules.Group(group) is not { } byKind) return false;
        var queue = new Queue<int>(_gates.Count);
        for (int node = _gates.First; node >= 0; node = _gates.Nodes[node].Next) queue.Enqueue(node);
        bool any = false;
        // Rules that do not reduce the cost should terminate by themselves; this limit is for those that do not.
        long left = 64L * queue.Count + 4096;
        while (queue.Count > 0 && --left > 0)
        {
            if ((left & 255) == 0 && isTimeOver()) break;
            int node = queue.Dequeue();
            // The number may belong to another node by now; looking at that one again is harmless.
            if (!_gates.IsLive(node) || _gates.Nodes[node].Kind < 0) continue;
            foreach (var rule in byKind[_gates.Nodes[node].Kind])
            {
                if (onlyGains && !_cost.DependsOnAngles && _gains[rule.Number] <= 1e-9) continue;
                if (!_matcher.Find(rule, node)) continue;
                if (onlyGains && Gain(rule) <= 1e-9) continue;
                var neighbours = Neighbours();
                foreach (int created in Apply(rule)) queue.Enqueue(created);
                foreach (int neighbour in neighbours) queue.Enqueue(neighbour);
                any = true;
                break;
            }
        }

        return any;
    }

    /// <summary>Simulated annealing: random rules at random gates.</summary>
    /// <param name="steps">The number of attempts.</param>
    /// <param name="temperature">The scale of the cost increase that a rule may cause.</param>
    /// <param name="random">The source of random choices.</param>
    public double Anneal(int steps, double temperature, RandomSource random)
    {
        double change = 0;
        if (_rules.Group("") is not { } byKind) return change;
        for (int step = 0; step < steps && _gates.Count > 0; step++)
        {
            int node = _gates[random.Below(_gates.Count)], kind = _gates.Nodes[node].Kind;
            if (kind < 0 || byKind[kind] is not { Count: > 0 } rules) continue;
            var rule = rules[random.Below(rules.Count)];
            // A rule that would be rejected in any case need not be matched.
            double noise = -temperature * Math.Log(1 - random.Unit());
            if (!_cost.DependsOnAngles && _gains[rule.Number] < -noise) continue;
            if (!_matcher.Find(rule, node)) continue;
            double gain = Gain(rule);
            if (gain < -noise) continue;
            Apply(rule);
            change -= gain;
        }

        return change;
    }

    private IEnumerable<Angle> AnglesOf(int node) => _gates.Angles(node).ToArray().Select(a => _angles[a]);

    private void Append(Gate gate, Angle[] angles, int[] wires, NetGate original)
    {
        int kind = _rules.KindOf(gate);
        if (kind < 0)
        {
            _gates.Append(_gates.Create(
                original.Operation ?? new GateOperation(gate, [.. angles], [.. wires.Select(w => new Qubit(w))]), wires));
            return;
        }

        _gates.Append(_gates.Create(kind, wires, [.. angles.Select(a => _angles.Of(Normalize(gate, a)))]));
    }

    // Reduces angles of periodic gates modulo 2 pi; the difference goes to the phase.
    private Angle Normalize(Gate gate, Angle angle)
    {
        var reduced = angle.Modulo2Pi;
        if (ReferenceEquals(reduced, angle) || AnglePeriods.PhaseOf(gate, angle - reduced) is not { } phase) return angle;
        Turn(phase);
        return reduced;
    }

    private void Turn(Angle by)
    {
        if (!by.IsZero) _phase = (_phase + by).Modulo2Pi;
    }

    // The gain of the last match.
    private double Gain(CompiledRule rule)
    {
        if (!_cost.DependsOnAngles) return _gains[rule.Number];
        double gain = 0;
        for (int i = 0; i < rule.Source.Length; i++) gain += _cost.Of(rule.Source[i].Gate, [.. AnglesOf(_matcher.Match[i])]);
        foreach (var gate in rule.Target) gain -= CostOf(gate, AnglesOf(gate));
        return gain;
    }

    // A global phase costs nothing, because it becomes that of the circuit.
    private double CostOf(RuleGate gate, Angle[] angles) => gate.Gate == StandardGates.GPhase ? 0 : _cost.Of(gate.Gate, angles);

    private Angle[] AnglesOf(RuleGate gate)
    {
        var angles = new Angle[gate.Angles.Length];
        for (int i = 0; i < angles.Length; i++) angles[i] = _matcher.AngleOf(gate, i);
        return angles;
    }

    // A node before a match that shares a wire with it may match after the change.
    private List<int> Neighbours()
    {
        const int Reach = 64, Most = 12;
        var neighbours = new List<int>();
        ulong mask = 0;
        for (int i = 0; i < _matcher.Rule.Source.Length; i++) mask |= _gates.Nodes[_matcher.Match[i]].Mask;
        int reach = Reach;
        for (int node = _gates.Nodes[_matcher.Match[0]].Previous; node >= 0 && --reach > 0
            && neighbours.Count < Most; node = _gates.Nodes[node].Previous)
            if ((_gates.Nodes[node].Mask & mask) != 0) neighbours.Add(node);
        return neighbours;
    }

    private List<int> Apply(CompiledRule rule)
    {
        Turn(rule.Phase);
        Turn(_matcher.Phase());
        if (!rule.Rule.Phase.IsConstant) Turn(rule.Rule.Phase.Substitute(_matcher.AngleOf));
        _created.Clear();
        Span<int> operands = stackalloc int[_rules.MaxOperands];
        foreach (var gate in rule.Target)
        {
            bool isPhase = gate.Gate == StandardGates.GPhase;
            var wires = operands[..gate.Qubits.Length];
            var numbers = operands.Slice(gate.Qubits.Length, gate.Angles.Length);
            _matcher.WiresOf(gate, wires);
            for (int i = 0; i < numbers.Length; i++)
            {
                // The differences from reducing constants modulo 2 pi are in the phase of the rule.
                numbers[i] = gate.Constants[i] >= 0 ? gate.Constants[i] : isPhase ? -1 : _matcher.NumberOf(gate, i);
                if (numbers[i] >= 0) continue;
                var angle = _matcher.AngleOf(gate, i);
                if (isPhase) Turn(angle);
                else numbers[i] = _angles.Of(Normalize(gate.Gate, angle));
            }

            if (!isPhase) _created.Add(_gates.Create(gate.Kind, wires, numbers));
        }

        _matcher.Replace(_created);
        _statistics.Count(rule.Rule.Name, rule.Source.Length - _created.Count);
        return _created;
    }
}
