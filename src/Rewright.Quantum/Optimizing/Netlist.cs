using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Rewright.Quantum.Optimizing;

/// <summary>
/// The kinds of gates for passes: the four gates that they transform, and all other operations, which they leave in place.
/// </summary>
internal enum NetKind : byte { H, X, Rz, CX, Other }

/// <summary>A gate of the basis {H, X, Rz, CX}, or an operation that is opaque to passes.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="A">The wire; for CX, the control.</param>
/// <param name="B">For CX, the target; otherwise the same as <paramref name="A"/>.</param>
/// <param name="Angle">For Rz, the angle; otherwise zero.</param>
/// <param name="Operation">For <see cref="NetKind.Other"/>, the operation; otherwise null.</param>
internal readonly record struct NetGate(NetKind Kind, int A, int B, Angle Angle, CircuitOperation? Operation)
{
    public static NetGate H(int wire) => new(NetKind.H, wire, wire, Angle.Zero, null);

    public static NetGate X(int wire) => new(NetKind.X, wire, wire, Angle.Zero, null);

    public static NetGate Rz(Angle angle, int wire) => new(NetKind.Rz, wire, wire, angle, null);

    public static NetGate CX(int control, int target) => new(NetKind.CX, control, target, Angle.Zero, null);
}

/// <summary>
/// A circuit in the view of passes: operations in order of time on numbered wires. Qubits come first. Classical bits are wires too, so that
/// an operation that reads a bit stays after the one that writes it.
/// </summary>
internal sealed class Netlist(int qubits, int bits, List<NetGate> gates)
{
    private Angle _phase = Angle.Zero;

    public int Qubits { get; } = qubits;

    public int WireCount { get; } = qubits + bits;

    public List<NetGate> Gates { get; set; } = gates;

    public ReadOnlySpan<NetGate> Span => CollectionsMarshal.AsSpan(Gates);

    /// <summary>The operations of a circuit.</summary>
    public static Netlist Of(Circuit circuit) => new(circuit.QubitCount, circuit.BitCount, [.. circuit.Operations.Select(Of)]);

    /// <summary>Converts an operation to the view of passes.</summary>
    public static NetGate Of(CircuitOperation operation)
    {
        if (operation is GateOperation { Gate: StandardGate gate } g)
        {
            if (gate == StandardGates.H) return NetGate.H(g.Qubits[0].Index);
            if (gate == StandardGates.X) return NetGate.X(g.Qubits[0].Index);
            if (gate == StandardGates.Rz) return NetGate.Rz(g.Angles[0], g.Qubits[0].Index);
            if (gate == StandardGates.CX) return NetGate.CX(g.Qubits[0].Index, g.Qubits[1].Index);
        }

        return new(NetKind.Other, -1, -1, Angle.Zero, operation);
    }

    /// <summary>The original circuit is this one times e^(i phase).</summary>
    public Angle Phase
    {
        get => _phase;
        set => _phase = value.Modulo2Pi;
    }

    /// <summary>The wires of an opaque operation.</summary>
    public IEnumerable<int> WiresOf(CircuitOperation operation)
        => operation.Qubits.Select(q => q.Index).Concat(operation.Bits.Select(b => Qubits + b));

    /// <summary>Reduces an angle of Rz to between 0 and 2 pi; the difference goes to the phase.</summary>
    public Angle Normalize(Angle angle)
    {
        var reduced = angle.Modulo2Pi;
        // Rz(2 pi) is -1.
        Phase += (angle - reduced) / 2;
        return reduced;
    }

    /// <summary>Reduces all angles to between 0 and 2 pi.</summary>
    public void Normalize()
    {
        for (int g = 0; g < Gates.Count; g++)
            if (Gates[g].Kind == NetKind.Rz) Gates[g] = Gates[g] with { Angle = Normalize(Gates[g].Angle) };
    }

    public Netlist Copy() => new(Qubits, WireCount - Qubits, [.. Gates]) { Phase = Phase };
}
