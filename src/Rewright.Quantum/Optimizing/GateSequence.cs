using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Rewright.Quantum.Optimizing;

/// <summary>
/// An operation in a <see cref="GateSequence"/>. Compiled matchers read it, so <see cref="MatcherEmitter"/> depends on its layout.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GateNode
{
    /// <summary>
    /// A bit for each wire; with more than 64 wires, several share a bit. Operations without a common bit have no common wire.
    /// </summary>
    public ulong Mask;

    /// <summary>The number of the gate in the rule set; -1 for operations that no rule mentions.</summary>
    public int Kind;

    /// <summary>The next node in time; -1 for none.</summary>
    public int Next;

    /// <summary>The previous node in time; -1 for none.</summary>
    public int Previous;

    /// <summary>The index of its wires among the operands; the numbers of its angles follow.</summary>
    public int Operands;

    /// <summary>The number of wires.</summary>
    public int WireCount;

    /// <summary>The index among the live nodes; -1 if it is not live.</summary>
    public int Position;

    public static ulong BitOf(int wire) => 1ul << (wire & 63);
}

/// <summary>A circuit as a graph in flat arrays: operations are linked in an order of time and can be accessed at random.</summary>
/// <remarks>
/// The number of a removed node is used again. The arrays never move, but are replaced when they grow.
/// </remarks>
internal sealed class GateSequence(CompiledRules rules)
{
    private readonly List<int> _live = [];
    private readonly Stack<int> _free = [];
    private readonly Dictionary<int, CircuitOperation> _others = [];
    private GateNode[] _nodes = GC.AllocateUninitializedArray<GateNode>(256, pinned: true);
    private int[] _operands = GC.AllocateUninitializedArray<int>(1024, pinned: true);
    private int _nodeCount, _operandCount, _last = -1;

    public int Count => _live.Count;

    /// <summary>The node at an index among the live ones, which are in no order.</summary>
    public int this[int position] => _live[position];

    public int First { get; private set; } = -1;

    public GateNode[] Nodes => _nodes;

    public int[] Operands => _operands;

    public ReadOnlySpan<int> Wires(int node) => _operands.AsSpan(_nodes[node].Operands, _nodes[node].WireCount);

    public ReadOnlySpan<int> Angles(int node)
    {
        ref var n = ref _nodes[node];
        return n.Kind < 0 ? [] : _operands.AsSpan(n.Operands + n.WireCount, rules.Gates[n.Kind].AngleCount);
    }

    /// <summary>The operation of a node that no rule mentions.</summary>
    public CircuitOperation Other(int node) => _others[node];

    public bool IsLive(int node) => _nodes[node].Position >= 0;

    public bool IsOn(int node, int wire) => (_nodes[node].Mask & GateNode.BitOf(wire)) != 0 && Wires(node).Contains(wire);

    /// <summary>Makes a node that is not yet inserted.</summary>
    public int Create(int kind, ReadOnlySpan<int> wires, ReadOnlySpan<int> angles)
    {
        // All removable nodes reserve the same number of operands, so that their numbers can be used again.
        if (!_free.TryPop(out int node)) node = Reserve(Math.Max(rules.MaxOperands, wires.Length));
        ref var n = ref _nodes[node];
        (n.Kind, n.Next, n.Previous, n.WireCount, n.Position, n.Mask) = (kind, -1, -1, wires.Length, -1, 0);
        wires.CopyTo(_operands.AsSpan(n.Operands));
        angles.CopyTo(_operands.AsSpan(n.Operands + wires.Length));
        foreach (int wire in wires) n.Mask |= GateNode.BitOf(wire);
        return node;
    }

    /// <summary>Makes a node for an operation that no rule mentions; it is never removed.</summary>
    public int Create(CircuitOperation operation, ReadOnlySpan<int> wires)
    {
        int node = Create(-1, wires, []);
        _others.Add(node, operation);
        return node;
    }

    /// <summary>Inserts a node after another one; -1 inserts it first.</summary>
    public void Insert(int node, int behind)
    {
        Link(node, behind);
        _nodes[node].Position = _live.Count;
        _live.Add(node);
    }

    public void Append(int node) => Insert(node, _last);

    public void Remove(int node)
    {
        Unlink(node);
        int moved = _live[^1], position = _nodes[node].Position;
        _live[position] = moved;
        _nodes[moved].Position = position;
        _live.RemoveAt(_live.Count - 1);
        _nodes[node].Position = -1;
        _free.Push(node);
    }

    /// <summary>Moves a node to the place after another one.</summary>
    public void Move(int node, int behind)
    {
        Unlink(node);
        Link(node, behind);
    }

    private int Reserve(int operands)
    {
        if (_nodeCount == _nodes.Length) _nodes = Grow(_nodes, _nodeCount + 1);
        if (_operandCount + operands > _operands.Length) _operands = Grow(_operands, _operandCount + operands);
        _nodes[_nodeCount].Operands = _operandCount;
        _operandCount += operands;
        return _nodeCount++;
    }

    private static T[] Grow<T>(T[] array, int least)
    {
        var larger = GC.AllocateUninitializedArray<T>(Math.Max(least, 2 * array.Length), pinned: true);
        array.CopyTo(larger, 0);
        return larger;
    }

    private void Link(int node, int behind)
    {
        int next = behind < 0 ? First : _nodes[behind].Next;
        (_nodes[node].Previous, _nodes[node].Next) = (behind, next);
        if (behind < 0) First = node;
        else _nodes[behind].Next = node;
        if (next < 0) _last = node;
        else _nodes[next].Previous = node;
    }

    private void Unlink(int node)
    {
        var (previous, next) = (_nodes[node].Previous, _nodes[node].Next);
        if (previous >= 0) _nodes[previous].Next = next;
        else First = next;
        if (next >= 0) _nodes[next].Previous = previous;
        else _last = previous;
    }
}
