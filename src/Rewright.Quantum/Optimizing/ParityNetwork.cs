using System;
using System.Collections.Generic;

namespace Rewright.Quantum.Optimizing;

/// <summary>
/// A network of CX gates on some wires in which certain parities of the initial values must occur. A random walk shortens it.
/// </summary>
/// <remarks>
/// A rotation of a phase polynomial may be at any place where a wire holds its parity (Nam et al. 2018; Amy, Azimzadeh and Mosca, "On the
/// CNOT-complexity of CNOT-PHASE circuits", 2018), so only the CX gates have a cost. The walk is simulated annealing over equations of CX
/// gates: commuting gates are exchanged, equal neighbours vanish, and CX(a,b) CX(b,c) = CX(b,c) CX(a,c) CX(a,b) is applied in both
/// directions. Every step keeps the linear map; a step that would remove the last place of a parity is not taken. Parities are compared by
/// sums of random words for the initial values; the caller checks <see cref="Gates"/> exactly.
/// </remarks>
internal sealed class ParityNetwork
{
    private const int Head = 0, Tail = 1, Reach = 96;

    private readonly RandomSource _random;
    private readonly int _wires;
    private readonly ulong[] _inputs;
    private readonly Dictionary<ulong, int> _required = [];
    private readonly List<int> _places = [];
    private readonly List<int> _free = [];
    private Node[] _nodes;
    private int[] _live;
    private int _count;

    private struct Node
    {
        public int Next, Previous, Control, Target, Position;
        /// <summary>The required parity that the target holds after the gate; -1 for none.</summary>
        public int Required;
        public ulong ControlValue, TargetValue;
    }

    /// <summary>Makes a network from existing gates.</summary>
    /// <param name="wires">The number of wires.</param>
    /// <param name="gates">The CX gates, in order of time.</param>
    /// <param name="parities">The required parities, as sets of wires.</param>
    /// <param name="random">The source of random choices.</param>
    public ParityNetwork(
        int wires, IReadOnlyList<(int Control, int Target)> gates, IEnumerable<IEnumerable<int>> parities, RandomSource random)
    {
        (_wires, _random) = (wires, random);
        _inputs = new ulong[wires];
        for (int w = 0; w < wires; w++) _inputs[w] = random.Next();
        foreach (var parity in parities)
        {
            ulong value = 0;
            foreach (int w in parity) value ^= _inputs[w];
            if (_required.TryAdd(value, _places.Count)) _places.Add(0);
        }

        foreach (ulong input in _inputs)
            if (_required.TryGetValue(input, out int r)) _places[r]++;
        int size = 2 * gates.Count + 256;
        (_nodes, _live) = (new Node[size], new int[size]);
        (_nodes[Head].Next, _nodes[Tail].Previous) = (Tail, Head);
        for (int i = size - 1; i > Tail; i--) _free.Add(i);
        var values = (ulong[])_inputs.Clone();
        foreach (var (control, target) in gates)
        {
            ulong value = values[target] ^= values[control];
            Insert(Tail, control, target, values[control], value);
        }
    }

    /// <summary>The number of gates.</summary>
    public int Count => _count;

    /// <summary>The gates in order of time.</summary>
    public List<(int Control, int Target)> Gates
    {
        get
        {
            var gates = new List<(int, int)>(_count);
            for (int n = _nodes[Head].Next; n != Tail; n = _nodes[n].Next) gates.Add((_nodes[n].Control, _nodes[n].Target));
            return gates;
        }
    }

    /// <summary>Takes one step of the walk. A step that adds a gate is accepted with the given probability.</summary>
    public void Step(double uphill)
    {
        if (_count < 2) return;
        int g = _live[_random.Below(_count)];
        int a = _nodes[g].Control, b = _nodes[g].Target;
        int h = _nodes[g].Next;
        for (int reach = Reach; ; h = _nodes[h].Next)
        {
            if (h == Tail || --reach == 0) return;
            int hc = _nodes[h].Control, ht = _nodes[h].Target;
            if (hc == a || hc == b || ht == a || ht == b) break;
        }

        int control = _nodes[h].Control, target = _nodes[h].Target;
        if (control == a)
        {
            if (target != b)
            {
                // Both gates copy the same value, so exchanging them changes nothing.
                MoveAfter(g, h);
            }
            else if (CanLose(_nodes[g].Required))
            {
                Remove(g);
                Remove(h);
            }
        }
        else if (target == b)
        {
            ulong value = _nodes[g].TargetValue ^ _nodes[g].ControlValue ^ _nodes[h].ControlValue;
            int required = Find(value), lost = _nodes[g].Required;
            if (lost != required && !CanLose(lost)) return;
            MoveAfter(g, h);
            ref var first = ref _nodes[h];
            ref var second = ref _nodes[g];
            (second.TargetValue, second.Required) = (first.TargetValue, first.Required);
            (first.TargetValue, first.Required) = (value, required);
            if (lost >= 0) _places[lost]--;
            if (required >= 0) _places[required]++;
        }
        else if (control == b && target != a) Pass(g, h, a, target, uphill);
        else if (target == a && control != b) PassUnder(g, h, control, b, uphill);
    }

    // CX(a,b) CX(b,c) = CX(b,c) CX(a,c) CX(a,b), where CX(a,c) cancels with an equal gate or costs one.
    private void Pass(int g, int h, int a, int c, double uphill)
    {
        ulong bBefore = _nodes[g].TargetValue ^ _nodes[g].ControlValue, after = _nodes[h].TargetValue;
        int k = FindLeft(h, g, a, c);
        if (k != Head && CanLose(_nodes[k].Required))
        {
            Remove(k);
            MoveAfter(g, h);
            _nodes[h].ControlValue = bBefore;
            return;
        }

        k = FindRight(h, a, c);
        if (k != Tail)
        {
            int lost = _nodes[h].Required;
            if (CanLose(lost))
            {
                ulong value = _nodes[k].TargetValue;
                Remove(k);
                MoveAfter(g, h);
                _nodes[h].ControlValue = bBefore;
                SetTarget(h, value);
                return;
            }
        }

        if (_random.Unit() >= uphill) return;
        ulong aValue = _nodes[g].ControlValue;
        MoveAfter(g, h);
        _nodes[h].ControlValue = bBefore;
        if ((_random.Next() >> 40 & 1) == 0)
        {
            // First h, then CX(a,c).
            SetTarget(h, after ^ aValue);
            Insert(g, a, c, aValue, after);
        }
        else Insert(h, a, c, aValue, after ^ bBefore);
    }

    // CX(a,b) CX(c,a) = CX(c,a) CX(c,b) CX(a,b), where CX(c,b) cancels with an equal gate or costs one.
    private void PassUnder(int g, int h, int c, int b, double uphill)
    {
        ulong aAfter = _nodes[h].TargetValue, cValue = _nodes[h].ControlValue, after = _nodes[g].TargetValue;
        int k = FindLeft(h, g, c, b);
        if (k != Head && CanLose(_nodes[k].Required))
        {
            Remove(k);
            MoveAfter(g, h);
            _nodes[g].ControlValue = aAfter;
            return;
        }

        k = FindRight(h, c, b);
        if (k != Tail)
        {
            int lost = _nodes[g].Required;
            if (CanLose(lost))
            {
                ulong value = _nodes[k].TargetValue;
                Remove(k);
                MoveAfter(g, h);
                _nodes[g].ControlValue = aAfter;
                SetTarget(g, value);
                return;
            }
        }

        if (_random.Unit() >= uphill) return;
        MoveAfter(g, h);
        _nodes[g].ControlValue = aAfter;
        if ((_random.Next() >> 40 & 1) == 0)
        {
            // First CX(c,b).
            Insert(g, c, b, cValue, after ^ aAfter);
        }
        else
        {
            SetTarget(g, after ^ cValue);
            Insert(_nodes[g].Next, c, b, cValue, after);
        }
    }

    // Finds an equal of CX(control, target) before a gate. Gates in between may use its wires only in that the control is also their
    // control. One gate, which is about to move away, is ignored.
    private int FindLeft(int from, int skipped, int control, int target)
    {
        int reach = Reach;
        for (int n = _nodes[from].Previous; n != Head && --reach > 0; n = _nodes[n].Previous)
        {
            if (n == skipped) continue;
            ref var node = ref _nodes[n];
            if (node.Control == control && node.Target == target) return n;
            if (node.Target == control || node.Target == target || node.Control == target) return Head;
        }

        return Head;
    }

    private int FindRight(int from, int control, int target)
    {
        int reach = Reach;
        for (int n = _nodes[from].Next; n != Tail && --reach > 0; n = _nodes[n].Next)
        {
            ref var node = ref _nodes[n];
            if (node.Control == control && node.Target == target) return n;
            if (node.Target == control || node.Target == target || node.Control == target) return Tail;
        }

        return Tail;
    }

    private bool CanLose(int required) => required < 0 || _places[required] > 1;

    private int Find(ulong value) => _required.TryGetValue(value, out int required) ? required : -1;

    private void SetTarget(int n, ulong value)
    {
        int old = _nodes[n].Required, required = Find(value);
        if (old >= 0) _places[old]--;
        if (required >= 0) _places[required]++;
        _nodes[n].TargetValue = value;
        _nodes[n].Required = required;
    }

    private void MoveAfter(int g, int h)
    {
        Unlink(g);
        int next = _nodes[h].Next;
        (_nodes[g].Previous, _nodes[g].Next) = (h, next);
        _nodes[h].Next = _nodes[next].Previous = g;
    }

    private void Insert(int before, int control, int target, ulong controlValue, ulong targetValue)
    {
        if (_free.Count == 0)
        {
            int size = _nodes.Length;
            Array.Resize(ref _nodes, 2 * size);
            Array.Resize(ref _live, 2 * size);
            for (int i = 2 * size - 1; i >= size; i--) _free.Add(i);
        }

        int n = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        int previous = _nodes[before].Previous, required = Find(targetValue);
        _nodes[n] = new()
        {
            Next = before, Previous = previous, Control = control, Target = target, Position = _count, Required = required,
            ControlValue = controlValue, TargetValue = targetValue
        };
        _nodes[previous].Next = _nodes[before].Previous = n;
        _live[_count++] = n;
        if (required >= 0) _places[required]++;
    }

    private void Remove(int n)
    {
        Unlink(n);
        int required = _nodes[n].Required, position = _nodes[n].Position;
        if (required >= 0) _places[required]--;
        int moved = _live[--_count];
        _live[position] = moved;
        _nodes[moved].Position = position;
        _free.Add(n);
    }

    private void Unlink(int n)
    {
        ref var node = ref _nodes[n];
        _nodes[node.Previous].Next = node.Next;
        _nodes[node.Next].Previous = node.Previous;
    }
}
