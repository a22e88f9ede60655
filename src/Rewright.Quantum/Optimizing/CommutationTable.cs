using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>A declared commutation of two gates, which exchanges them.</summary>
/// <param name="Common">The mask of the wires that they share, see <see cref="CommutationTable.Bit"/>.</param>
/// <param name="First">The required angles of the first gate: numbers, or -1 for any.</param>
/// <param name="Second">The required angles of the second gate.</param>
internal sealed record Commutation(uint Common, int[] First, int[] Second);

/// <summary>Decides which gates commute: those without a common wire, equal ones, and those for which a proved rule says so.</summary>
internal sealed class CommutationTable
{
    /// <summary>The most wires that a mask of common wires can represent.</summary>
    public const int MaxWires = 5;

    private readonly int _kinds;
    private readonly Commutation[]?[] _entries;

    public CommutationTable(int kinds, IEnumerable<(RuleGate First, RuleGate Second)> rules)
    {
        _kinds = kinds;
        _entries = new Commutation[]?[kinds * kinds];
        foreach (var (first, second) in rules)
        {
            Add(first, second);
            Add(second, first);
        }
    }

    /// <summary>The declared commutations of two kinds of gates.</summary>
    public Commutation[] Of(int first, int second) => _entries[first * _kinds + second] ?? [];

    /// <summary>The bit for a wire of the first gate that is also a wire of the second.</summary>
    public static uint Bit(int first, int second) => 1u << (first * MaxWires + second) % 32;

    public bool Commute(GateSequence sequence, int a, int b)
    {
        ref GateNode first = ref sequence.Nodes[a], second = ref sequence.Nodes[b];
        if ((first.Mask & second.Mask) == 0) return true;
        uint common = Common(sequence.Wires(a), sequence.Wires(b));
        if (common == 0) return true;
        if (first.Kind < 0 || second.Kind < 0) return false;
        ReadOnlySpan<int> firstAngles = sequence.Angles(a), secondAngles = sequence.Angles(b);
        if (first.Kind == second.Kind && sequence.Wires(a).SequenceEqual(sequence.Wires(b)) && firstAngles.SequenceEqual(secondAngles))
            return true;
        foreach (var entry in Of(first.Kind, second.Kind))
            if (entry.Common == common && Fits(entry.First, firstAngles) && Fits(entry.Second, secondAngles)) return true;
        return false;
    }

    /// <summary>True if a node commutes with a gate of a kind on one wire, whatever the gate's angles are.</summary>
    public bool Commutes(GateSequence sequence, int node, int kind, int wire)
    {
        if (sequence.Nodes[node].Kind < 0) return false;
        uint common = Bit(sequence.Wires(node).IndexOf(wire), 0);
        foreach (var entry in Of(sequence.Nodes[node].Kind, kind))
            if (entry.Common == common && Fits(entry.First, sequence.Angles(node)) && Array.TrueForAll(entry.Second, a => a < 0))
                return true;
        return false;
    }

    /// <summary>True if two gates of a rule commute.</summary>
    public bool Commute(RuleGate a, RuleGate b)
    {
        uint common = Common(a.Qubits, b.Qubits);
        return common == 0 || Of(a.Kind, b.Kind).Any(e => e.Common == common && Fits(e.First, a.Constants) && Fits(e.Second, b.Constants));
    }

    private static uint Common(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        uint mask = 0;
        for (int i = 0; i < a.Length; i++)
            for (int j = 0; j < b.Length; j++)
                if (a[i] == b[j]) mask |= Bit(i, j);
        return mask;
    }

    private static bool Fits(int[] expected, ReadOnlySpan<int> actual)
    {
        for (int i = 0; i < expected.Length; i++)
            if (expected[i] >= 0 && expected[i] != actual[i]) return false;
        return true;
    }

    private void Add(RuleGate first, RuleGate second)
    {
        if (first.Qubits.Length > MaxWires || second.Qubits.Length > MaxWires) return;
        _entries[first.Kind * _kinds + second.Kind] = [.. Of(first.Kind, second.Kind),
            new(Common(first.Qubits, second.Qubits), first.Constants, second.Constants)];
    }
}
