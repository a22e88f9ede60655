namespace Rewright.Quantum.Optimizing;

/// <summary>An operation in a <see cref="CircuitDag"/>, with its neighbours on each of its wires.</summary>
internal sealed class DagNode
{
    /// <summary>Number of the gate in the rule set; -1 for what no rule mentions.</summary>
    public required int Kind { get; init; }

    public required Gate? Gate { get; init; }

    public required Angle[] Angles { get; init; }

    public required int[] Wires { get; init; }

    public required DagNode?[] Previous { get; init; }

    public required DagNode?[] Next { get; init; }

    /// <summary>What it stands for where it is not a gate.</summary>
    public CircuitOperation? Operation { get; init; }

    /// <summary>Place among the live nodes; -1 once it is gone.</summary>
    public int Position { get; set; }

    public int PortOf(int wire)
    {
        for (int i = 0; i < Wires.Length; i++)
            if (Wires[i] == wire) return i;
        return -1;
    }

    public DagNode? NextOn(int wire) => Next[PortOf(wire)];

    public DagNode? PreviousOn(int wire) => Previous[PortOf(wire)];
}

/// <summary>A circuit as a graph: on each wire the operations in order. Operations on different wires have no order but through others.</summary>
internal sealed class CircuitDag
{
    private readonly DagNode?[] _first, _last;
    private readonly List<DagNode> _live = [];

    public CircuitDag(int qubits, int bits)
    {
        (Qubits, Bits) = (qubits, bits);
        (_first, _last) = (new DagNode?[qubits + bits], new DagNode?[qubits + bits]);
    }

    public int Qubits { get; }

    public int Bits { get; }

    public int Count => _live.Count;

    public DagNode this[int index] => _live[index];

    public DagNode Append(int kind, Gate? gate, Angle[] angles, int[] wires, CircuitOperation? operation = null)
    {
        var node = New(kind, gate, angles, wires, operation);
        for (int i = 0; i < wires.Length; i++)
        {
            var last = _last[wires[i]];
            node.Previous[i] = last;
            SetNext(last, wires[i], node);
            _last[wires[i]] = node;
        }

        return node;
    }

    /// <summary>A node that is on no wire yet.</summary>
    public DagNode New(int kind, Gate? gate, Angle[] angles, int[] wires, CircuitOperation? operation = null)
    {
        var node = new DagNode { Kind = kind, Gate = gate, Angles = angles, Wires = wires, Operation = operation, Previous = new DagNode?[wires.Length], Next = new DagNode?[wires.Length], Position = _live.Count };
        _live.Add(node);
        return node;
    }

    /// <summary>Takes a node from the list of live ones. Its wires are the caller's business.</summary>
    public void Drop(DagNode node)
    {
        var moved = _live[^1];
        _live.RemoveAt(_live.Count - 1);
        if (!ReferenceEquals(moved, node))
        {
            _live[node.Position] = moved;
            moved.Position = node.Position;
        }

        node.Position = -1;
    }

    /// <summary>Puts two nodes beside each other on a wire; null for its ends.</summary>
    public void Link(DagNode? before, DagNode? after, int wire)
    {
        SetNext(before, wire, after);
        if (after is null) _last[wire] = before;
        else after.Previous[after.PortOf(wire)] = before;
    }

    public DagNode? FirstOn(int wire) => _first[wire];

    /// <summary>The nodes in an order of time, always the same for the same graph.</summary>
    public List<DagNode> InOrder()
    {
        var missing = new Dictionary<DagNode, int>(ReferenceEqualityComparer.Instance);
        var order = new List<DagNode>(_live.Count);
        var ready = new Queue<DagNode>();
        void Reach(DagNode? node)
        {
            if (node is null) return;
            int left = (missing.TryGetValue(node, out int known) ? known : node.Wires.Length) - 1;
            missing[node] = left;
            if (left == 0) ready.Enqueue(node);
        }

        foreach (var node in _live.Where(n => n.Wires.Length == 0)) order.Add(node);
        foreach (var first in _first) Reach(first);
        while (ready.Count > 0)
        {
            var node = ready.Dequeue();
            order.Add(node);
            foreach (var next in node.Next) Reach(next);
        }

        return order;
    }

    private void SetNext(DagNode? node, int wire, DagNode? next)
    {
        if (node is null) _first[wire] = next;
        else node.Next[node.PortOf(wire)] = next;
    }
}
