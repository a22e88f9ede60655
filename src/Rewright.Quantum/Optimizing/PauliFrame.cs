using System;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum.Optimizing;

/// <summary>A product of Paulis, i^k X^x Z^z, over the qubits of a circuit.</summary>
internal readonly struct PauliString(ulong[] bits, int quarters) : IEquatable<PauliString>
{
    /// <summary>Exponent of i.</summary>
    public int Quarters { get; } = quarters & 3;

    /// <summary>First the X part, then the Z part.</summary>
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

    /// <summary>Equality but for the factor.</summary>
    public bool Equals(PauliString other) => Bits.AsSpan().SequenceEqual(other.Bits);

    public override bool Equals(object? obj) => obj is PauliString other && Equals(other);

    public override int GetHashCode()
    {
        ulong hash = 0;
        foreach (ulong word in Bits) hash = (hash ^ word) * 0x9E3779B97F4A7C15 + (hash >> 29);
        return (int)(hash ^ hash >> 32);
    }
}

/// <summary>What the Paulis Z and X on each wire, at some point of a circuit, are at its start: Clifford gates carry them.</summary>
internal sealed class PauliFrame
{
    private readonly PauliString[] _z, _x;

    /// <summary>The frame at the start.</summary>
    /// <param name="wires">How many wires there are.</param>
    public PauliFrame(int wires)
    {
        (_z, _x) = (new PauliString[wires], new PauliString[wires]);
        for (int w = 0; w < wires; w++) (_x[w], _z[w]) = (Unit(w, wires, false), Unit(w, wires, true));
    }

    public PauliString Z(int wire) => _z[wire];

    public PauliString ImageOfX(int wire) => _x[wire];

    public void H(int wire) => (_z[wire], _x[wire]) = (_x[wire], _z[wire]);

    public void X(int wire) => _z[wire] = _z[wire].Turned(2);

    public void CX(int control, int target)
    {
        _z[target] = _z[control] * _z[target];
        _x[control] = _x[control] * _x[target];
    }

    /// <summary>Rz of so many quarter turns.</summary>
    public void S(int wire, int quarters)
    {
        // S^-1 X S = -i X Z.
        for (int i = 0; i < (quarters & 3); i++) _x[wire] = (_x[wire] * _z[wire]).Turned(3);
    }

    private static PauliString Unit(int wire, int wires, bool z)
    {
        int half = (wires + 63) / 64;
        var bits = new ulong[2 * half];
        bits[(z ? half : 0) + wire / 64] = 1ul << wire % 64;
        return new(bits, 0);
    }
}
