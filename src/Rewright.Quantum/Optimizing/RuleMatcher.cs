using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>Finds sources of rules in a circuit, even if there are gates between theirs that can be moved out of the way.</summary>
/// <remarks>
/// The search goes forward from a first gate. A gate outside the match, on wires that matter, goes to the left if it commutes with
/// everything matched before it (and with everything that goes to the right); otherwise it goes to the right, and its wires matter from
/// then on. A matched gate must commute with everything that goes to the right. A gate of the source on a wire that the search has not
/// reached is looked for backwards, once its successor is matched. Gates commute if declared rules say so, or if they have no common wire.
/// <para>
/// This is the interpreter; <see cref="NativeMatcher"/> does the same in machine code. Both examine the same gates in the same order and
/// find the same.
/// </para>
/// </remarks>
internal class RuleMatcher
{
    /// <summary>The most gates that a search examines, and the most of these on wires that matter.</summary>
    public const int MaxReach = 400, MaxSteps = 40;

    private readonly CommutationTable _commutations;

    // The bindings made while a gate is tried, so that they can be undone: qubits, and angles as ~variable.
    private readonly List<int> _bound = [];
    private ulong _mask;
    private int _missing, _anchor;

    public RuleMatcher(GateSequence sequence, AngleTable angles, CompiledRules rules)
    {
        (Sequence, Table, _commutations) = (sequence, angles, rules.Commutations);
        int gates = rules.All.Select(r => r.Source.Length).DefaultIfEmpty().Max();
        (Match, Found, Right) = (Pinned(gates), Pinned(gates), Pinned(MaxSteps));
        (Qubits, Angles) = (
            Pinned(rules.All.Select(r => r.Qubits).DefaultIfEmpty().Max()),
            Pinned(rules.All.Select(r => r.Angles.Length).DefaultIfEmpty().Max()));
    }

    protected GateSequence Sequence { get; }

    protected AngleTable Table { get; }

    /// <summary>The matched gates, by their place in the source; -1 for none yet.</summary>
    public int[] Match { get; }

    /// <summary>The wires of the rule's qubits; -1 for none yet.</summary>
    protected int[] Qubits { get; }

    /// <summary>The numbers of the rule's angles; -1 for none yet.</summary>
    protected int[] Angles { get; }

    /// <summary>The matched gates, in the order of matching.</summary>
    protected int[] Found { get; }

    /// <summary>The gates that go to the right of the match.</summary>
    protected int[] Right { get; }

    protected int FoundCount { get; private set; }

    protected int RightCount { get; set; }

    /// <summary>The last gate that the search reached.</summary>
    protected int End { get; set; }

    /// <summary>The rule of the last search.</summary>
    public CompiledRule Rule { get; private set; } = null!;

    /// <summary>Searches for the source of a rule whose first gate is the given one.</summary>
    public bool Find(CompiledRule rule, int anchor)
    {
        Rule = rule;
        return FindSource(anchor) && (rule.Rule.Conditions.Count == 0 || rule.Rule.Conditions.Items.All(c => c.Holds(AngleOf)));
    }

    /// <summary>The value of an angle variable in the last match.</summary>
    public Angle? AngleOf(string name)
    {
        int index = Array.IndexOf(Rule.Angles, name);
        return index < 0 || Angles[index] < 0 ? null : Table[Angles[index]];
    }

    /// <summary>An angle of one of the rule's gates in the last match.</summary>
    public Angle AngleOf(RuleGate gate, int index)
        => gate.Plain[index] is >= 0 and int plain && Angles[plain] >= 0 ? Table[Angles[plain]] : gate.Angles[index].Substitute(AngleOf);

    /// <summary>
    /// The matched gates are the source, with the angles of the last match and constants modulo 2 pi, times e^(i phase).
    /// </summary>
    public Angle Phase()
    {
        var phase = Angle.Zero;
        for (int i = 0; i < Rule.Source.Length; i++)
        {
            var gate = Rule.Source[i];
            for (int j = 0; j < gate.Angles.Length; j++)
            {
                int actual = Sequence.Angles(Match[i])[j];
                if (gate.Constants[j] >= 0 || gate.Plain[j] >= 0 && Angles[gate.Plain[j]] == actual) continue;
                if (Table[actual] - AngleOf(gate, j) is { IsZero: false } turns) phase += AnglePeriods.PhaseOf(gate.Gate, turns)!;
            }
        }

        return phase;
    }

    /// <summary>
    /// The number of a variable's angle in the last match, if an angle of a gate is just this variable and needs no reduction; otherwise
    /// -1.
    /// </summary>
    public int NumberOf(RuleGate gate, int index)
        => gate.Plain[index] is >= 0 and int plain && Angles[plain] is >= 0 and int number && Table.Reduced[number] == number ? number : -1;

    /// <summary>The wires of a gate of the target in the last match.</summary>
    public void WiresOf(RuleGate gate, Span<int> wires)
    {
        for (int i = 0; i < gate.Qubits.Length; i++) wires[i] = Qubits[gate.Qubits[i]];
    }

    /// <summary>Everything known about the last match, for comparisons.</summary>
    public string Describe()
        => string.Join(",", Match[..Rule.Source.Length]) + " at " + string.Join(",", Qubits[..Rule.Qubits]) + " "
            + string.Join(",", Rule.Angles.Select(AngleOf)) + " right " + string.Join(",", Right[..RightCount]) + " end " + End + " phase "
            + Phase();

    /// <summary>Replaces the matched gates by others.</summary>
    public void Replace(IEnumerable<int> created)
    {
        int behind = End;
        foreach (int node in created)
        {
            Sequence.Insert(node, behind);
            behind = node;
        }

        for (int i = 0; i < RightCount; i++)
        {
            Sequence.Move(Right[i], behind);
            behind = Right[i];
        }

        for (int i = 0; i < Rule.Source.Length; i++) Sequence.Remove(Match[i]);
    }

    /// <summary>Searches for the source of <see cref="Rule"/>, ignoring its conditions.</summary>
    protected virtual bool FindSource(int anchor)
    {
        (_anchor, End, _mask, RightCount, FoundCount, _missing) = (anchor, anchor, 0, 0, 0, Rule.Source.Length);
        Match.AsSpan().Fill(-1);
        Qubits.AsSpan().Fill(-1);
        Angles.AsSpan().Fill(-1);
        if (!Take(0, anchor)) return false;
        int reach = MaxReach, steps = MaxSteps;
        for (int node = Sequence.Nodes[anchor].Next; _missing > 0; node = Sequence.Nodes[node].Next)
        {
            if (node < 0 || --reach == 0) return false;
            if ((Sequence.Nodes[node].Mask & _mask) == 0) continue;
            if (--steps == 0) return false;
            End = node;
            if (TakeAny(node)) continue;
            if (CommutesWithAll(node, Found.AsSpan(0, FoundCount)) && CommutesWithAll(node, Right.AsSpan(0, RightCount))) continue;
            Right[RightCount++] = node;
            _mask |= Sequence.Nodes[node].Mask;
        }

        return true;
    }

    /// <summary>Solves for the variable of an angle that is a sum, or compares if no variable is unknown.</summary>
    /// <param name="gate">A gate of the source.</param>
    /// <param name="index">The index of its angle.</param>
    /// <param name="actual">The number of the angle in the circuit.</param>
    /// <param name="angles">The numbers of the variables, -1 for unknown ones; the solution is added.</param>
    /// <param name="variable">The variable that was solved for, or -1.</param>
    protected bool Solve(RuleGate gate, int index, int actual, Span<int> angles, out int variable)
    {
        variable = -1;
        var expected = gate.Angles[index];
        var known = Angle.OfPi(expected.PiMultiple);
        Rational factor = 0;
        foreach (var term in expected.Terms)
        {
            int candidate = term.Symbol.Length == 0 ? -1 : Array.IndexOf(Rule.Angles, term.Symbol);
            if (candidate < 0) known += Angle.OfRadians(term.Factor);
            else if (angles[candidate] >= 0) known += Table[angles[candidate]] * term.Factor;
            else if (variable >= 0) return false;
            else (variable, factor) = (candidate, term.Factor);
        }

        if (variable < 0) return IsSame(gate, Table.Of(known), actual);
        angles[variable] = Table.Of((Table[actual] - known) / factor);
        return true;
    }

    private static int[] Pinned(int length) => GC.AllocateArray<int>(length, pinned: true);

    // The circuit has the angles of periodic gates modulo 2 pi.
    private bool IsSame(RuleGate gate, int expected, int actual)
        => (AnglePeriods.IsPeriodic(gate.Gate) ? Table.Reduced[expected] : expected) == actual;

    private bool TakeAny(int node)
    {
        for (int i = 0; i < Rule.Source.Length; i++)
        {
            if (Match[i] >= 0 || Rule.Source[i].Kind != Sequence.Nodes[node].Kind) continue;
            if (CommutesWithAll(node, Right.AsSpan(0, RightCount)) && Take(i, node)) return true;
        }

        return false;
    }

    // Matches a gate of the source with a node, together with unmatched gates before it.
    private bool Take(int index, int node)
    {
        var gate = Rule.Source[index];
        if (gate.Kind != Sequence.Nodes[node].Kind) return false;
        _bound.Clear();
        int found = FoundCount;
        bool fits = BindQubits(gate, node) && BindAngles(gate, node);
        foreach (int p in Rule.Before[index]) fits = fits && (Match[p] >= 0 || TakeBackwards(p, node));
        if (fits)
        {
            Add(index, node);
            for (int i = found; i < FoundCount; i++) _mask |= Sequence.Nodes[Found[i]].Mask;
            return true;
        }

        while (FoundCount > found)
        {
            Match[Array.IndexOf(Match, Found[--FoundCount])] = -1;
            _missing++;
        }

        foreach (int bound in _bound)
        {
            if (bound >= 0) Qubits[bound] = -1;
            else Angles[~bound] = -1;
        }

        return false;
    }

    // Matches a one-qubit gate before a gate that is being matched, on a wire that did not matter yet. Everything between the two stays on
    // the left, so the matched gate must commute with it.
    private bool TakeBackwards(int index, int after)
    {
        var gate = Rule.Source[index];
        if (gate.Qubits.Length != 1 || Rule.Before[index].Length > 0) return false;
        int wire = Qubits[gate.Qubits[0]];
        if (wire < 0 || (_mask & GateNode.BitOf(wire)) != 0) return false;
        for (int node = Sequence.Nodes[after].Previous; node >= 0 && node != _anchor; node = Sequence.Nodes[node].Previous)
        {
            if (!Sequence.IsOn(node, wire)) continue;
            if (Sequence.Nodes[node].Kind != gate.Kind)
            {
                if (!_commutations.Commutes(Sequence, node, gate.Kind, wire)) return false;
                continue;
            }

            if (!BindAngles(gate, node)) return false;
            Add(index, node);
            return true;
        }

        return false;
    }

    private void Add(int index, int node)
    {
        Match[index] = node;
        _missing--;
        Found[FoundCount++] = node;
    }

    private bool BindQubits(RuleGate gate, int node)
    {
        var wires = Sequence.Wires(node);
        for (int i = 0; i < wires.Length; i++)
        {
            ref int qubit = ref Qubits[gate.Qubits[i]];
            if (qubit == wires[i]) continue;
            if (qubit >= 0 || Qubits.AsSpan(0, Rule.Qubits).Contains(wires[i])) return false;
            qubit = wires[i];
            _bound.Add(gate.Qubits[i]);
        }

        return true;
    }

    private bool BindAngles(RuleGate gate, int node)
    {
        var actual = Sequence.Angles(node);
        for (int i = 0; i < actual.Length; i++)
        {
            int variable = gate.Plain[i];
            if (gate.IsSum(i))
            {
                if (!Solve(gate, i, actual[i], Angles, out variable)) return false;
                if (variable >= 0) _bound.Add(~variable);
            }
            else if (variable >= 0 && Angles[variable] < 0)
            {
                Angles[variable] = actual[i];
                _bound.Add(~variable);
            }
            else if (variable >= 0 ? !IsSame(gate, Angles[variable], actual[i]) : gate.Constants[i] != actual[i]) return false;
        }

        return true;
    }

    private bool CommutesWithAll(int node, ReadOnlySpan<int> others)
    {
        foreach (int other in others)
            if (!_commutations.Commute(Sequence, node, other)) return false;
        return true;
    }
}
