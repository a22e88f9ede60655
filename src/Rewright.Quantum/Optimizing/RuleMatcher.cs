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
/// From a first gate on, the search goes forward on the wires of what has been found. A gate that is not part of the match goes to the
/// left if it commutes with all that was found before it (and with what goes to the right), else to the right; a gate that is
/// found has to commute with all that goes to the right. Gates that only stand on wires nobody has come to yet are looked for
/// backwards. What commutes is what declared rules say, and gates without a common wire.
/// </remarks>
internal sealed class RuleMatcher(CircuitDag dag, CommutationTable commutations)
{
    private const int MaxSteps = 48;

    private readonly List<DagNode> _left = [], _right = [], _found = [];
    private readonly List<TrackedWire> _tracked = [];
    private DagNode?[] _match = [];
    private int[] _qubits = [];
    private Angle?[] _angles = [];
    private CompiledRule _rule = null!;
    private int _missing;
    private bool _failed;

    // A wire from the first gate on that may have to move: what stands before it, what comes next, and how many had gone to the left before.
    private readonly record struct TrackedWire(int Wire, DagNode? Before, DagNode? Pointer, int LeftBefore);

    /// <summary>The gates that were found, by their place in the source.</summary>
    public IReadOnlyList<DagNode?> Match => _match;

    /// <summary>What was found is the source at these angles times e^(i phase).</summary>
    public Angle Phase { get; private set; } = Angle.Zero;

    /// <summary>The value of an angle variable in the last match.</summary>
    public Angle? AngleOf(string name)
    {
        int index = Array.IndexOf(_rule.Angles, name);
        return index < 0 ? null : _angles[index];
    }

    /// <summary>Looks for the source of a rule of which the first gate is a given one.</summary>
    public bool Find(CompiledRule rule, DagNode anchor)
    {
        _rule = rule;
        _left.Clear();
        _right.Clear();
        _found.Clear();
        _tracked.Clear();
        (Phase, _failed) = (Angle.Zero, false);
        if (_match.Length < rule.Source.Length) _match = new DagNode?[rule.Source.Length];
        Array.Clear(_match);
        if (_qubits.Length < rule.Qubits) _qubits = new int[rule.Qubits];
        _qubits.AsSpan().Fill(-1);
        if (_angles.Length < rule.Angles.Length) _angles = new Angle?[rule.Angles.Length];
        Array.Clear(_angles);
        _missing = rule.Source.Length;
        if (!Take(0, anchor)) return false;
        for (int step = 0; _missing > 0; step++)
        {
            if (step == MaxSteps) return false;
            var node = NextReady();
            if (node is null) return false;
            if (node.Kind >= 0 && TakeAny(node)) continue;
            if (_failed) return false;
            bool goesLeft = CommutesWithAll(node, _found) && CommutesWithAll(node, _right);
            if (!Advance(node, track: !goesLeft)) return false;
            (goesLeft ? _left : _right).Add(node);
        }

        return rule.Rule.Conditions.Count == 0 || rule.Rule.Conditions.Items.All(c => c.Holds(AngleOf));
    }

    private bool TakeAny(DagNode node)
    {
        for (int i = 0; i < _rule.Source.Length; i++)
        {
            if (_match[i] is not null || _rule.Source[i].Kind != node.Kind) continue;
            if (CommutesWithAll(node, _right) && Take(i, node)) return true;
            if (_failed) return false;
        }

        return false;
    }

    // Tries one gate of the source at a node, with those before it that have not been found.
    private bool Take(int index, DagNode node)
    {
        var gate = _rule.Source[index];
        if (gate.Kind != node.Kind) return false;
        // Which qubits become known, to forget them again.
        ulong bound = 0;
        uint boundAngles = 0;
        var phase = Phase;
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
            _match[index] = node;
            _missing--;
            foreach (int p in _rule.Before[index])
            {
                if (_match[p] is not null) continue;
                if (!TakeBackwards(p, node))
                {
                    fits = false;
                    break;
                }

                _failed = true;
            }

            if (fits)
            {
                // What has been moved out of the way cannot be put back: the search ends where that was in vain.
                _failed = !Advance(node, track: true);
                _found.Add(node);
                return !_failed;
            }

            _match[index] = null;
            _missing++;
        }

        Phase = phase;
        for (int q = 0; bound != 0; q++, bound >>= 1)
            if ((bound & 1) != 0) _qubits[q] = -1;
        for (int a = 0; boundAngles != 0; a++, boundAngles >>= 1)
            if ((boundAngles & 1) != 0) _angles[a] = null;
        return false;
    }

    // A gate on one qubit that stands on a wire before a gate just found, where nobody has come yet.
    private bool TakeBackwards(int index, DagNode after)
    {
        var gate = _rule.Source[index];
        if (gate.Qubits.Length != 1 || _qubits[gate.Qubits[0]] is var wire && wire < 0 || IsTracked(wire) || after.PortOf(wire) < 0 || LastLeftOn(wire) is not null) return false;
        int steps = 0;
        for (var node = after.PreviousOn(wire); node is not null && ++steps < 8; node = node.PreviousOn(wire))
        {
            if (node.Kind == gate.Kind)
            {
                uint boundAngles = 0;
                bool fits = true;
                for (int i = 0; i < gate.Angles.Length && fits; i++) fits = BindAngle(gate, i, node.Angles[i], ref boundAngles);
                if (fits)
                {
                    // What stands between goes to the left of it.
                    _tracked.Add(new(wire, node.Previous[0], after, _left.Count));
                    for (var between = node.Next[0]; !ReferenceEquals(between, after); between = between!.NextOn(wire)) _left.Add(between!);
                    _match[index] = node;
                    _missing--;
                    _found.Add(node);
                    return true;
                }

                for (int a = 0; boundAngles != 0; a++, boundAngles >>= 1)
                    if ((boundAngles & 1) != 0) _angles[a] = null;
                return false;
            }

            // What stands on a wire that is known may have to move with others.
            foreach (int w in node.Wires)
                if (w != wire && (IsTracked(w) || LastLeftOn(w) is not null)) return false;
            if (!commutations.Commutes(node, gate, wire)) return false;
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

    private bool IsTracked(int wire)
    {
        foreach (var tracked in _tracked)
            if (tracked.Wire == wire) return true;
        return false;
    }

    private DagNode? LastLeftOn(int wire)
    {
        for (int i = _left.Count - 1; i >= 0; i--)
            if (_left[i].PortOf(wire) >= 0) return _left[i];
        return null;
    }

    // A node to which all pointers on its wires have come.
    private DagNode? NextReady()
    {
        foreach (var tracked in _tracked)
        {
            if (tracked.Pointer is not { } pointer) continue;
            bool ready = true;
            foreach (var other in _tracked)
            {
                if (ReferenceEquals(other.Pointer, pointer) || pointer.PortOf(other.Wire) < 0) continue;
                ready = false;
                break;
            }

            if (ready) return pointer;
        }

        return null;
    }

    // False where what went to the left on a wire that is new may stand behind the node: then it cannot stay on the left.
    private bool Advance(DagNode node, bool track)
    {
        for (int p = 0; p < node.Wires.Length; p++)
        {
            int wire = node.Wires[p];
            bool known = false;
            for (int i = 0; i < _tracked.Count && !known; i++)
            {
                if (_tracked[i].Wire != wire) continue;
                _tracked[i] = _tracked[i] with { Pointer = node.Next[p] };
                known = true;
            }

            if (known || !track) continue;
            if (LastLeftOn(wire) is { } left)
            {
                int steps = 0;
                var before = node.Previous[p];
                while (before is not null && !ReferenceEquals(before, left) && ++steps < 16) before = before.PreviousOn(wire);
                if (!ReferenceEquals(before, left)) return false;
            }

            _tracked.Add(new(wire, node.Previous[p], node.Next[p], _left.Count));
        }

        return true;
    }

    private bool CommutesWithAll(DagNode node, List<DagNode> others)
    {
        foreach (var other in others)
            if (!commutations.Commute(node, other)) return false;
        return true;
    }

    /// <summary>Puts the target in the place of what was found, and returns the new nodes.</summary>
    /// <param name="create">Makes a node for a gate of the target at some wires; null for none.</param>
    public List<DagNode> Replace(Func<RuleGate, Angle[], int[], DagNode?> create)
    {
        var created = new List<DagNode>();
        foreach (var gate in _rule.Target)
        {
            var angles = new Angle[gate.Angles.Length];
            for (int i = 0; i < angles.Length; i++) angles[i] = gate.Plain[i] >= 0 ? _angles[gate.Plain[i]]! : gate.Angles[i].Substitute(AngleOf);
            var wires = new int[gate.Qubits.Length];
            for (int i = 0; i < wires.Length; i++) wires[i] = _qubits[gate.Qubits[i]];
            if (create(gate, angles, wires) is { } node) created.Add(node);
        }

        foreach (var (wire, before, pointer, leftBefore) in _tracked)
        {
            var last = before;
            void Add(DagNode node)
            {
                if (node.PortOf(wire) < 0) return;
                dag.Link(last, node, wire);
                last = node;
            }

            for (int i = leftBefore; i < _left.Count; i++) Add(_left[i]);
            foreach (var node in created) Add(node);
            foreach (var node in _right) Add(node);
            dag.Link(last, pointer, wire);
        }

        foreach (var node in _found) dag.Drop(node);
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
