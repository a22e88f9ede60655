using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>A rule made ready for matching.</summary>
internal sealed class CompiledRule
{
    public required CircuitRule Rule { get; init; }

    /// <summary>Which declared rule, for statistics.</summary>
    public required int Number { get; init; }

    public required RuleGate[] Source { get; init; }

    public required RuleGate[] Target { get; init; }

    /// <summary>Names of the angle variables.</summary>
    public required string[] Angles { get; init; }

    /// <summary>For each gate of the source, those before it that it cannot pass.</summary>
    public required int[][] Before { get; init; }

    /// <summary>How many qubits it has.</summary>
    public required int Qubits { get; init; }
}

/// <summary>A gate of a rule.</summary>
/// <param name="Kind">Number of the gate.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Qubits">Which of the rule's qubits.</param>
/// <param name="Angles">Its angles.</param>
/// <param name="Plain">Where an angle is nothing but a variable, its number; else -1.</param>
internal sealed record RuleGate(int Kind, Gate Gate, int[] Qubits, Angle[] Angles, int[] Plain);

/// <summary>Finds sources of rules in a circuit, also where gates stand between theirs that can be moved out of the way.</summary>
/// <remarks>
/// The search goes forward from a first gate. A gate that is not part of the match, on wires that matter, goes to the left if it
/// commutes with all that was found before it (and with what goes to the right), else to the right; then its wires matter too. A
/// gate that is found has to commute with all that goes to the right. A gate of the source that stands on a wire nobody has
/// come to yet is looked for backwards, once its successor is found. What commutes is what declared rules say, and gates
/// without a common wire.
/// </remarks>
internal sealed class RuleMatcher(GateSequence sequence, CommutationTable commutations)
{
    // How many gates a search looks at, and how many of these stand on wires that matter.
    private const int MaxReach = 400, MaxSteps = 40;

    private readonly List<GateNode> _right = [], _found = [];
    private GateNode?[] _match = [];
    private int[] _qubits = [];
    private Angle?[] _angles = [];
    private CompiledRule _rule = null!;
    private GateNode _anchor = null!, _end = null!;
    private ulong _mask;
    private int _missing;

    /// <summary>The gates that were found, by their place in the source.</summary>
    public IReadOnlyList<GateNode?> Match => _match;

    /// <summary>What was found is the source at these angles times e^(i phase).</summary>
    public Angle Phase { get; private set; } = Angle.Zero;

    /// <summary>The value of an angle variable in the last match.</summary>
    public Angle? AngleOf(string name)
    {
        int index = Array.IndexOf(_rule.Angles, name);
        return index < 0 ? null : _angles[index];
    }

    /// <summary>The angles that a gate of the target has at the last match.</summary>
    public Angle[] AnglesOf(RuleGate gate)
    {
        var angles = new Angle[gate.Angles.Length];
        for (int i = 0; i < angles.Length; i++) angles[i] = gate.Plain[i] >= 0 ? _angles[gate.Plain[i]]! : gate.Angles[i].Substitute(AngleOf);
        return angles;
    }

    /// <summary>Looks for the source of a rule of which the first gate is a given one.</summary>
    public bool Find(CompiledRule rule, GateNode anchor)
    {
        (_rule, _anchor, _end, _mask, Phase) = (rule, anchor, anchor, 0, Angle.Zero);
        _right.Clear();
        _found.Clear();
        if (_match.Length < rule.Source.Length) _match = new GateNode?[rule.Source.Length];
        Array.Clear(_match);
        if (_qubits.Length < rule.Qubits) _qubits = new int[rule.Qubits];
        _qubits.AsSpan().Fill(-1);
        if (_angles.Length < rule.Angles.Length) _angles = new Angle?[rule.Angles.Length];
        Array.Clear(_angles);
        _missing = rule.Source.Length;
        if (!Take(0, anchor)) return false;
        int reach = MaxReach, steps = MaxSteps;
        for (var node = anchor.Next; _missing > 0; node = node.Next)
        {
            if (node is null || --reach == 0) return false;
            if ((node.Mask & _mask) == 0) continue;
            if (--steps == 0) return false;
            _end = node;
            if (node.Kind >= 0 && TakeAny(node)) continue;
            if (CommutesWithAll(node, _found) && CommutesWithAll(node, _right)) continue;
            _right.Add(node);
            _mask |= node.Mask;
        }

        return rule.Rule.Conditions.Count == 0 || rule.Rule.Conditions.Items.All(c => c.Holds(AngleOf));
    }

    private bool TakeAny(GateNode node)
    {
        for (int i = 0; i < _rule.Source.Length; i++)
        {
            if (_match[i] is not null || _rule.Source[i].Kind != node.Kind) continue;
            if (CommutesWithAll(node, _right) && Take(i, node)) return true;
        }

        return false;
    }

    // Tries one gate of the source at a node, with those before it that have not been found.
    private bool Take(int index, GateNode node)
    {
        var gate = _rule.Source[index];
        if (gate.Kind != node.Kind) return false;
        // Which qubits and angles become known, to forget them again.
        ulong bound = 0;
        uint boundAngles = 0;
        var phase = Phase;
        int found = _found.Count;
        bool fits = true;
        for (int i = 0; i < gate.Qubits.Length && fits; i++)
        {
            int q = gate.Qubits[i], wire = node.Wires[i];
            if (_qubits[q] == wire) continue;
            if (_qubits[q] >= 0 || IsBound(wire)) fits = false;
            else
            {
                _qubits[q] = wire;
                bound |= 1ul << q;
            }
        }

        for (int i = 0; i < gate.Angles.Length && fits; i++) fits = BindAngle(gate, i, node.Angles[i], ref boundAngles);
        if (fits)
        {
            foreach (int p in _rule.Before[index])
            {
                if (_match[p] is not null || TakeBackwards(p, node, ref boundAngles)) continue;
                fits = false;
                break;
            }
        }

        if (fits)
        {
            _match[index] = node;
            _missing--;
            _found.Add(node);
            foreach (var taken in _found) _mask |= taken.Mask;
            return true;
        }

        for (int i = _found.Count - 1; i >= found; i--)
        {
            _match[Array.IndexOf(_match, _found[i])] = null;
            _missing++;
            _found.RemoveAt(i);
        }

        Phase = phase;
        for (int q = 0; bound != 0; q++, bound >>= 1)
            if ((bound & 1) != 0) _qubits[q] = -1;
        for (int a = 0; boundAngles != 0; a++, boundAngles >>= 1)
            if ((boundAngles & 1) != 0) _angles[a] = null;
        return false;
    }

    // A gate on one qubit before a gate that is being taken, on a wire that did not matter yet. What stands between the two stays on
    // the left: it has to commute with the gate.
    private bool TakeBackwards(int index, GateNode after, ref uint boundAngles)
    {
        var gate = _rule.Source[index];
        if (gate.Qubits.Length != 1 || _rule.Before[index].Length > 0) return false;
        int wire = _qubits[gate.Qubits[0]];
        if (wire < 0 || (_mask & GateNode.BitOf(wire)) != 0) return false;
        for (var node = after.Previous; node is not null && !ReferenceEquals(node, _anchor); node = node.Previous)
        {
            if ((node.Mask & GateNode.BitOf(wire)) == 0 || !node.IsOn(wire)) continue;
            if (node.Kind != gate.Kind)
            {
                if (!commutations.Commutes(node, gate, wire)) return false;
                continue;
            }

            for (int i = 0; i < gate.Angles.Length; i++)
                if (!BindAngle(gate, i, node.Angles[i], ref boundAngles)) return false;
            _match[index] = node;
            _missing--;
            _found.Add(node);
            return true;
        }

        return false;
    }

    private bool BindAngle(RuleGate gate, int index, Angle actual, ref uint bound)
    {
        int plain = gate.Plain[index];
        if (plain >= 0)
        {
            if (_angles[plain] is { } value) return SameAngle(gate.Gate, value, actual);
            _angles[plain] = actual;
            bound |= 1u << plain;
            return true;
        }

        var expected = gate.Angles[index];
        int unknown = -1;
        var known = Angle.OfPi(expected.PiMultiple);
        Rational factor = 0;
        foreach (var term in expected.Terms)
        {
            int variable = term.Symbol.Length == 0 ? -1 : Array.IndexOf(_rule.Angles, term.Symbol);
            if (variable < 0) known += Angle.OfRadians(term.Factor);
            else if (_angles[variable] is { } value) known += value * term.Factor;
            else if (unknown >= 0) return false;
            else (unknown, factor) = (variable, term.Factor);
        }

        if (unknown < 0) return SameAngle(gate.Gate, known, actual);
        _angles[unknown] = (actual - known) / factor;
        bound |= 1u << unknown;
        return true;
    }

    private bool SameAngle(Gate gate, Angle expected, Angle actual)
    {
        if (expected.Equals(actual)) return true;
        var difference = actual - expected;
        if (AnglePeriods.PhaseOf(gate, difference) is not { } phase) return false;
        Phase += phase;
        return true;
    }

    private bool IsBound(int wire)
    {
        for (int q = 0; q < _rule.Qubits; q++)
            if (_qubits[q] == wire) return true;
        return false;
    }

    private bool CommutesWithAll(GateNode node, List<GateNode> others)
    {
        foreach (var other in others)
            if (!commutations.Commute(node, other)) return false;
        return true;
    }

    /// <summary>Puts the target in the place of what was found, and returns the new nodes.</summary>
    /// <param name="create">Makes a node for a gate of the target at some wires; null for none.</param>
    public List<GateNode> Replace(Func<RuleGate, Angle[], int[], GateNode?> create)
    {
        var created = new List<GateNode>();
        foreach (var gate in _rule.Target)
        {
            var angles = AnglesOf(gate);
            var wires = new int[gate.Qubits.Length];
            for (int i = 0; i < wires.Length; i++) wires[i] = _qubits[gate.Qubits[i]];
            if (create(gate, angles, wires) is { } node) created.Add(node);
        }

        var behind = _end;
        foreach (var node in created)
        {
            sequence.Insert(node, behind);
            behind = node;
        }

        foreach (var node in _right)
        {
            sequence.Move(node, behind);
            behind = node;
        }

        for (int i = 0; i < _rule.Source.Length; i++) sequence.Remove(_match[i]!);
        return created;
    }
}

/// <summary>Which gates stay what they are, up to a global phase, when their angle makes a full turn.</summary>
internal static class AnglePeriods
{
    /// <summary>The gate at an angle and some full turns is the gate at the angle times e^(i phase); null where that is not so.</summary>
    public static Angle? PhaseOf(Gate gate, Angle turns)
    {
        if (!turns.IsMultipleOfPi || !(turns.PiMultiple / 2).IsInteger) return null;
        if (gate == StandardGates.P || gate == StandardGates.U1 || gate == StandardGates.CP || gate == StandardGates.CU1) return Angle.Zero;
        return gate == StandardGates.Rz || gate == StandardGates.Rx || gate == StandardGates.Ry || gate == StandardGates.Rzz || gate == StandardGates.Rxx ? turns / 2 : null;
    }
}
