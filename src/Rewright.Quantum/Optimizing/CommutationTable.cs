using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>Which gates may change places: those without a common wire, equal ones, and what declared and proved rules say.</summary>
internal sealed class CommutationTable
{
    private readonly int _kinds;
    private readonly List<(uint Mask, Angle?[] First, Angle?[] Second)>?[] _entries;

    public CommutationTable(int kinds, IEnumerable<(RuleGate First, RuleGate Second)> rules)
    {
        _kinds = kinds;
        _entries = new List<(uint, Angle?[], Angle?[])>?[kinds * kinds];
        foreach (var (first, second) in rules)
        {
            Add(first, second);
            Add(second, first);
        }
    }

    public bool Commute(GateNode a, GateNode b)
    {
        if ((a.Mask & b.Mask) == 0) return true;
        uint mask = 0;
        for (int i = 0; i < a.Wires.Length; i++)
            for (int j = 0; j < b.Wires.Length; j++)
                if (a.Wires[i] == b.Wires[j]) mask |= Bit(i, j);
        if (mask == 0) return true;
        if (a.Kind < 0 || b.Kind < 0) return false;
        if (a.Kind == b.Kind && a.Wires.AsSpan().SequenceEqual(b.Wires) && a.Angles.AsSpan().SequenceEqual(b.Angles)) return true;
        if (_entries[a.Kind * _kinds + b.Kind] is not { } entries) return false;
        foreach (var (entry, first, second) in entries)
            if (entry == mask && Fits(first, a.Angles) && Fits(second, b.Angles)) return true;
        return false;
    }

    /// <summary>Whether a node may change places with a gate of a rule on one wire, whatever the gate's angles are.</summary>
    public bool Commutes(GateNode node, RuleGate gate, int wire)
    {
        if (node.Kind < 0 || _entries[node.Kind * _kinds + gate.Kind] is not { } entries) return false;
        uint mask = Bit(Array.IndexOf(node.Wires, wire), 0);
        foreach (var (entry, first, second) in entries)
            if (entry == mask && Fits(first, node.Angles) && Array.TrueForAll(second, a => a is null)) return true;
        return false;
    }

    /// <summary>Whether two gates of a rule may change places.</summary>
    public bool Commute(RuleGate a, RuleGate b)
    {
        uint mask = 0;
        for (int i = 0; i < a.Qubits.Length; i++)
            for (int j = 0; j < b.Qubits.Length; j++)
                if (a.Qubits[i] == b.Qubits[j]) mask |= Bit(i, j);
        if (mask == 0) return true;
        if (_entries[a.Kind * _kinds + b.Kind] is not { } entries) return false;
        foreach (var (entry, first, second) in entries)
            if (entry == mask && Fits(first, a.Angles) && Fits(second, b.Angles)) return true;
        return false;
    }

    private static uint Bit(int i, int j) => 1u << (i * 5 + j) % 32;

    private static bool Fits(Angle?[] expected, Angle[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            if (expected[i] is { } angle && !angle.Equals(actual[i])) return false;
        return true;
    }

    private void Add(RuleGate first, RuleGate second)
    {
        // Five wires are what a mask has room for.
        if (first.Qubits.Length > 5 || second.Qubits.Length > 5) return;
        uint mask = 0;
        for (int i = 0; i < first.Qubits.Length; i++)
            for (int j = 0; j < second.Qubits.Length; j++)
                if (first.Qubits[i] == second.Qubits[j]) mask |= Bit(i, j);
        (_entries[first.Kind * _kinds + second.Kind] ??= []).Add((mask, Expected(first), Expected(second)));
    }

    // A variable stands for any angle.
    private static Angle?[] Expected(RuleGate gate) => [.. gate.Angles.Select((a, i) => gate.Plain[i] >= 0 ? null : a)];
}
