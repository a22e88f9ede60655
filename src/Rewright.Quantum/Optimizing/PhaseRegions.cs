using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum.Optimizing;

/// <summary>Resynthesises connected parts of a circuit that consist of CX, X and Rz, with fewer gates.</summary>
/// <remarks>
/// Such a part is a linear map (with constants) and a phase polynomial. <see cref="ParityNetwork"/> finds its CX gates, and each rotation
/// goes to the first place of its parity.
/// </remarks>
internal sealed class PhaseRegions(RandomSource random)
{
    /// <summary>The length of the walk: the number of steps, and the temperature at the start and at the end.</summary>
    public readonly record struct Schedule(long Steps, double Start, double End);

    /// <summary>A region: gates that can be made contiguous, with the gates before and after it.</summary>
    public sealed record Region(List<NetGate> Before, List<NetGate> Inside, List<NetGate> After);

    /// <summary>Extracts the gates from a position on that no gate of another kind separates.</summary>
    public static Region Extract(Netlist netlist, int start, int end)
    {
        var (before, inside, after) = (new List<NetGate>(netlist.Gates.Count), new List<NetGate>(), new List<NetGate>());
        var gates = netlist.Gates;
        for (int i = 0; i < start; i++) before.Add(gates[i]);
        var (blocked, active) = (new bool[netlist.WireCount], new bool[netlist.WireCount]);
        for (int i = start; i < gates.Count; i++)
        {
            var gate = gates[i];
            IEnumerable<int> wires = gate.Kind == NetKind.Other ? netlist.WiresOf(gate.Operation!) : [gate.A, gate.B];
            if (i < end && gate.Kind is NetKind.CX or NetKind.Rz or NetKind.X && !wires.Any(w => blocked[w]))
            {
                foreach (int w in wires) active[w] = true;
                inside.Add(gate);
            }
            else if (!wires.Any(w => blocked[w] || active[w])) before.Add(gate);
            else
            {
                foreach (int w in wires) blocked[w] = true;
                after.Add(gate);
            }
        }

        return new(before, inside, after);
    }

    /// <summary>The region with fewer gates; null if no improvement was found.</summary>
    public List<NetGate>? Improve(Netlist netlist, List<NetGate> gates, Schedule schedule, Func<bool> isTimeOver)
    {
        // The wires that occur, numbered densely.
        var index = new Dictionary<int, int>();
        var wires = new List<int>();
        int Number(int wire)
        {
            if (index.TryGetValue(wire, out int known)) return known;
            index.Add(wire, wires.Count);
            wires.Add(wire);
            return wires.Count - 1;
        }

        var cx = new List<(int, int)>();
        foreach (var gate in gates)
        {
            Number(gate.A);
            Number(gate.B);
            if (gate.Kind == NetKind.CX) cx.Add((Number(gate.A), Number(gate.B)));
        }

        if (cx.Count < 2) return null;
        var polynomial = PhasePolynomial.Of(netlist, gates, wires.Count, Number);
        var network = new ParityNetwork(wires.Count, cx, polynomial.Terms.Keys.Select(p => p.Wires), random);
        List<(int, int)>? best = null;
        // Another network of the same size is welcome, because the next step may improve it.
        int bestCount = network.Count + 1;
        double temperature = schedule.Start;
        double factor = schedule.Steps > 1024 ? Math.Pow(schedule.End / schedule.Start, 1024.0 / schedule.Steps) : 1;
        for (long step = 0; step < schedule.Steps && !isTimeOver(); step += 1024)
        {
            double uphill = Math.Exp(-1 / temperature);
            for (int i = 0; i < 1024; i++)
            {
                network.Step(uphill);
                if (network.Count < bestCount)
                {
                    bestCount = network.Count;
                    best = null;
                }

                if (best is null && network.Count == bestCount && (i & 63) == 63) best = network.Gates;
            }

            temperature *= factor;
        }

        if (best is null) return null;
        return polynomial.Place(best, wires, gates.Count);
    }
}

/// <summary>A set of wires.</summary>
internal readonly struct Parity(ulong[] words) : IEquatable<Parity>
{
    private readonly ulong[] _words = words;

    public static Parity Of(int wire, int wires)
    {
        var words = new ulong[(wires + 63) / 64];
        words[wire / 64] = 1ul << wire % 64;
        return new(words);
    }

    public static Parity operator ^(Parity a, Parity b)
    {
        var words = new ulong[a._words.Length];
        for (int i = 0; i < words.Length; i++) words[i] = a._words[i] ^ b._words[i];
        return new(words);
    }

    public IEnumerable<int> Wires
    {
        get
        {
            for (int i = 0; i < _words.Length; i++)
                for (ulong word = _words[i]; word != 0; word &= word - 1) yield return 64 * i + BitOperations.TrailingZeroCount(word);
        }
    }

    public bool Equals(Parity other) => _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => obj is Parity other && Equals(other);

    public override int GetHashCode()
    {
        ulong hash = 0;
        foreach (ulong word in _words) hash = (hash ^ word) * 0x9E3779B97F4A7C15 + (hash >> 31);
        return (int)(hash ^ hash >> 32);
    }
}

/// <summary>The action of CX, X and Rz gates: rotations about parities, then a linear map and constants.</summary>
internal sealed class PhasePolynomial
{
    private readonly Parity[] _outputs;
    private readonly bool[] _constants;
    private readonly Netlist _netlist;

    private PhasePolynomial(Netlist netlist, Parity[] outputs, bool[] constants)
        => (_netlist, _outputs, _constants) = (netlist, outputs, constants);

    /// <summary>The rotations; none of them is 0.</summary>
    public Dictionary<Parity, Angle> Terms { get; } = [];

    public static PhasePolynomial Of(Netlist netlist, List<NetGate> gates, int wires, Func<int, int> number)
    {
        var values = new Parity[wires];
        var result = new PhasePolynomial(netlist, values, new bool[wires]);
        for (int w = 0; w < wires; w++) values[w] = Parity.Of(w, wires);
        foreach (var gate in gates)
        {
            int a = number(gate.A), b = number(gate.B);
            switch (gate.Kind)
            {
                case NetKind.CX:
                    values[b] ^= values[a];
                    result._constants[b] ^= result._constants[a];
                    break;
                case NetKind.X:
                    result._constants[a] ^= true;
                    break;
                default:
                    var angle = result._constants[a] ? -gate.Angle : gate.Angle;
                    result.Terms[values[a]] = result.Terms.TryGetValue(values[a], out var known) ? known + angle : angle;
                    break;
            }
        }

        return result;
    }

    /// <summary>The gates for a network of CX gates; null if they are too many, or do not implement the region.</summary>
    public List<NetGate>? Place(List<(int Control, int Target)> network, List<int> wires, int most)
    {
        var gates = new List<NetGate>();
        var left = Terms.Where(t => !t.Value.Modulo2Pi.IsZero).ToDictionary(t => t.Key, t => t.Value);
        var values = new Parity[wires.Count];
        void Visit(int w)
        {
            if (!left.Remove(values[w], out var angle)) return;
            gates.Add(NetGate.Rz(angle, wires[w]));
        }

        for (int w = 0; w < values.Length; w++)
        {
            values[w] = Parity.Of(w, values.Length);
            Visit(w);
        }

        foreach (var (control, target) in network)
        {
            gates.Add(NetGate.CX(wires[control], wires[target]));
            values[target] ^= values[control];
            Visit(target);
        }

        if (left.Count > 0 || !values.AsSpan().SequenceEqual(_outputs) || gates.Count + _constants.Count(c => c) > most) return null;
        foreach (var angle in Terms.Values.Where(a => a.Modulo2Pi.IsZero)) _netlist.Normalize(angle);
        for (int i = 0; i < gates.Count; i++)
            if (gates[i].Kind == NetKind.Rz) gates[i] = gates[i] with { Angle = _netlist.Normalize(gates[i].Angle) };
        for (int w = 0; w < values.Length; w++)
            if (_constants[w]) gates.Add(NetGate.X(wires[w]));
        return gates;
    }
}
