using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum.Optimizing;

/// <summary>A product of Paulis, i^k X^x Z^z, over the qubits of a circuit.</summary>
internal readonly struct PauliString(ulong[] bits, int quarters) : IEquatable<PauliString>
{
    /// <summary>The exponent of i.</summary>
    public int Quarters { get; } = quarters & 3;

    /// <summary>The X part, followed by the Z part.</summary>
    public ulong[] Bits { get; } = bits;

    public static PauliString operator *(PauliString a, PauliString b)
    {
        int half = a.Bits.Length / 2, exchanges = 0;
        var bits = new ulong[a.Bits.Length];
        for (int i = 0; i < bits.Length; i++) bits[i] = a.Bits[i] ^ b.Bits[i];
        for (int i = 0; i < half; i++) exchanges += BitOperations.PopCount(a.Bits[half + i] & b.Bits[i]);
        return new(bits, a.Quarters + b.Quarters + 2 * exchanges);
    }

    public PauliString Turned(int quarters) => new(Bits, Quarters + quarters);

    public bool CommutesWith(PauliString other)
    {
        int half = Bits.Length / 2, exchanges = 0;
        for (int i = 0; i < half; i++)
            exchanges ^= BitOperations.PopCount(Bits[i] & other.Bits[half + i]) ^ BitOperations.PopCount(Bits[half + i] & other.Bits[i]);
        return (exchanges & 1) == 0;
    }

    /// <summary>Equality up to the factor.</summary>
    public bool Equals(PauliString other) => Bits.AsSpan().SequenceEqual(other.Bits);

    public override bool Equals(object? obj) => obj is PauliString other && Equals(other);

    public override int GetHashCode()
    {
        ulong hash = 0;
        foreach (ulong word in Bits) hash = (hash ^ word) * 0x9E3779B97F4A7C15 + (hash >> 29);
        return (int)(hash ^ hash >> 32);
    }
}

/// <summary>
/// The images at the start of a circuit of the Paulis Z and X on each wire at some point, carried back through Clifford gates.
/// </summary>
/// <remarks>
/// After an unknown operation, a wire starts anew, as if it were another wire. Wires are numbered on first use, and their number is
/// limited, because the strings of n wires take n^2 bits. If there is no room left, a caller makes a new frame for the rest of the circuit,
/// which is a circuit too.
/// </remarks>
internal sealed class PauliFrame
{
    private const int MostWires = 4096;

    private readonly PauliString[] _z, _x;
    private readonly int[] _numbers;
    private int _used;

    /// <summary>Makes the frame at the start of a circuit, or of a part of one.</summary>
    public PauliFrame(Netlist netlist)
    {
        long wires = netlist.WireCount
            + netlist.Gates.Where(g => g.Kind == NetKind.Other).Sum(g => (long)netlist.WiresOf(g.Operation!).Count());
        IsWhole = wires <= MostWires;
        int capacity = (int)Math.Min(MostWires, wires);
        (_z, _x) = (new PauliString[capacity], new PauliString[capacity]);
        _numbers = new int[netlist.WireCount];
        _numbers.AsSpan().Fill(-1);
    }

    /// <summary>True if there is room for the whole circuit.</summary>
    public bool IsWhole { get; }

    /// <summary>True if there is room for one more gate.</summary>
    public bool HasRoom => IsWhole || _used + 2 <= _z.Length;

    public PauliString Z(int wire) => _z[Number(wire)];

    public PauliString ImageOfX(int wire) => _x[Number(wire)];

    public void H(int wire)
    {
        int w = Number(wire);
        (_z[w], _x[w]) = (_x[w], _z[w]);
    }

    public void X(int wire)
    {
        int w = Number(wire);
        _z[w] = _z[w].Turned(2);
    }

    public void CX(int control, int target)
    {
        int c = Number(control), t = Number(target);
        _z[t] = _z[c] * _z[t];
        _x[c] = _x[c] * _x[t];
    }

    /// <summary>Applies Rz by this many quarter turns.</summary>
    public void S(int wire, int quarters)
    {
        int w = Number(wire);
        // S^-1 X S = -i X Z.
        for (int i = 0; i < (quarters & 3); i++) _x[w] = (_x[w] * _z[w]).Turned(3);
    }

    /// <summary>Applies an unknown operation to wires.</summary>
    public void Cut(IEnumerable<int> wires)
    {
        foreach (int wire in wires) _numbers[wire] = -1;
    }

    private int Number(int wire)
    {
        int number = _numbers[wire];
        if (number >= 0) return number;
        number = _numbers[wire] = _used++;
        (_x[number], _z[number]) = (Unit(number, _z.Length, false), Unit(number, _z.Length, true));
        return number;
    }

    private static PauliString Unit(int wire, int wires, bool z)
    {
        int half = (wires + 63) / 64;
        var bits = new ulong[2 * half];
        bits[(z ? half : 0) + wire / 64] = 1ul << wire % 64;
        return new(bits, 0);
    }
}
