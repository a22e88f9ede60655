using System;
using System.Collections.Generic;

namespace Rewright.Quantum.Optimizing;

/// <summary>An operation in a <see cref="GateSequence"/>.</summary>
/// <param name="kind">Number of the gate in the rule set; -1 for what no rule mentions.</param>
/// <param name="gate">The gate; null for other operations.</param>
/// <param name="angles">Its angles.</param>
/// <param name="wires">Its wires.</param>
/// <param name="operation">What it is where it is no gate.</param>
internal sealed class GateNode(int kind, Gate? gate, Angle[] angles, int[] wires, CircuitOperation? operation)
{
    public int Kind => kind;

    public Gate? Gate => gate;

    public Angle[] Angles => angles;

    public int[] Wires => wires;

    public CircuitOperation? Operation => operation;

    /// <summary>A bit for each wire, several wires to a bit where there are more than 64: what has no common bit has no common wire.</summary>
    public ulong Mask { get; } = MaskOf(wires);

    public GateNode? Previous { get; set; }

    public GateNode? Next { get; set; }

    /// <summary>Place among the live nodes; -1 once it is gone.</summary>
    public int Position { get; set; } = -1;

    public static ulong BitOf(int wire) => 1ul << (wire & 63);

    public bool IsOn(int wire) => Array.IndexOf(Wires, wire) >= 0;

    private static ulong MaskOf(int[] wires)
    {
        ulong mask = 0;
        foreach (int wire in wires) mask |= BitOf(wire);
        return mask;
    }
}

/// <summary>A circuit as a linked list of operations in an order of time, with any of them found at random.</summary>
internal sealed class GateSequence
{
    private readonly List<GateNode> _live = [];
    private GateNode? _last;

    public int Count => _live.Count;

    public GateNode this[int index] => _live[index];

    public GateNode? First { get; private set; }

    /// <summary>Puts a node behind another one; null puts it first.</summary>
    public void Insert(GateNode node, GateNode? behind)
    {
        Link(node, behind);
        node.Position = _live.Count;
        _live.Add(node);
    }

    public void Append(GateNode node) => Insert(node, _last);

    public void Remove(GateNode node)
    {
        Unlink(node);
        var moved = _live[^1];
        _live[node.Position] = moved;
        moved.Position = node.Position;
        _live.RemoveAt(_live.Count - 1);
        node.Position = -1;
    }

    /// <summary>Takes a node from where it is to a place behind another one.</summary>
    public void Move(GateNode node, GateNode? behind)
    {
        Unlink(node);
        Link(node, behind);
    }

    private void Link(GateNode node, GateNode? behind)
    {
        var next = behind is null ? First : behind.Next;
        (node.Previous, node.Next) = (behind, next);
        if (behind is null) First = node;
        else behind.Next = node;
        if (next is null) _last = node;
        else next.Previous = node;
    }

    private void Unlink(GateNode node)
    {
        if (node.Previous is { } previous) previous.Next = node.Next;
        else First = node.Next;
        if (node.Next is { } next) next.Previous = node.Previous;
        else _last = node.Previous;
    }
}
