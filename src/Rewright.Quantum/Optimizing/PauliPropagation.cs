using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>
/// Moves X and half turns about Z to the end of a circuit, or into rotations about the same Pauli string.
/// </summary>
/// <remarks>
/// Paulis pass Clifford gates as other Paulis and change the signs of rotations with which they do not commute: NOT propagation (Nam et al.
/// 2018), extended to all Paulis.
/// </remarks>
internal static class PauliPropagation
{
    /// <summary>Changes the circuit if that saves gates. Returns true if it did.</summary>
    public static bool Run(Netlist netlist, Func<bool> isTimeOver)
    {
        if (!netlist.Gates.Exists(g => g.Kind == NetKind.X)) return false;
        var result = Propagate(netlist);
        Absorb(result);
        RotationMerging.Run(result, isTimeOver);
        if (result.Gates.Count >= netlist.Gates.Count) return false;
        (netlist.Gates, netlist.Phase) = (result.Gates, result.Phase);
        return true;
    }

    private static Netlist Propagate(Netlist netlist)
    {
        var result = new Netlist(netlist.Qubits, netlist.WireCount - netlist.Qubits, []) { Phase = netlist.Phase };
        // On each wire, X^x Z^z stands between the gates written so far and those to come.
        var (x, z) = (new bool[netlist.WireCount], new bool[netlist.WireCount]);
        void Emit(int wire)
        {
            if (z[wire])
            {
                // Z is i Rz(pi).
                result.Gates.Add(NetGate.Rz(Angle.Pi, wire));
                result.Phase += Angle.Pi / 2;
            }

            if (x[wire]) result.Gates.Add(NetGate.X(wire));
            x[wire] = z[wire] = false;
        }

        foreach (var gate in netlist.Gates)
        {
            int a = gate.A, b = gate.B;
            switch (gate.Kind)
            {
                case NetKind.X:
                    x[a] ^= true;
                    break;
                case NetKind.H:
                    if (x[a] && z[a]) result.Phase += Angle.Pi;
                    (x[a], z[a]) = (z[a], x[a]);
                    result.Gates.Add(gate);
                    break;
                case NetKind.CX:
                    x[b] ^= x[a];
                    z[a] ^= z[b];
                    result.Gates.Add(gate);
                    break;
                case NetKind.Rz when RotationMerging.Quarters(gate.Angle) == 2:
                    if (x[a]) result.Phase += Angle.Pi;
                    z[a] ^= true;
                    // Rz(pi + 2 pi k) is -i (-1)^k Z.
                    result.Phase += (gate.Angle - Angle.Pi) / 2 - Angle.Pi / 2;
                    break;
                case NetKind.Rz:
                    result.Gates.Add(x[a] ? gate with { Angle = result.Normalize(-gate.Angle) } : gate);
                    break;
                default:
                    foreach (int w in netlist.WiresOf(gate.Operation!)) Emit(w);
                    result.Gates.Add(gate);
                    break;
            }
        }

        for (int w = 0; w < netlist.Qubits; w++) Emit(w);
        return result;
    }

    // Absorbs X gates at the end of the circuit into rotations about the same axis.
    private static void Absorb(Netlist netlist)
    {
        var gates = netlist.Gates;
        var frame = new PauliFrame(netlist);
        if (!frame.IsWhole) return;
        var rotations = new List<(int Gate, PauliString Axis)>();
        var last = new int[netlist.WireCount];
        for (int g = 0; g < gates.Count; g++)
        {
            var gate = gates[g];
            switch (gate.Kind)
            {
                case NetKind.H: frame.H(gate.A); break;
                case NetKind.X: frame.X(gate.A); break;
                case NetKind.CX: frame.CX(gate.A, gate.B); break;
                case NetKind.Rz: rotations.Add((g, frame.Z(gate.A))); break;
                default:
                    frame.Cut(netlist.WiresOf(gate.Operation!));
                    break;
            }

            if (gate.Kind == NetKind.Other) continue;
            (last[gate.A], last[gate.B]) = (g, g);
        }

        var removed = new HashSet<int>();
        for (int w = 0; w < netlist.Qubits; w++)
        {
            if (gates.Count == 0 || gates[last[w]] is not { Kind: NetKind.X } x || x.A != w) continue;
            // The image of X on the wire is the same before and after the X gate.
            var axis = frame.ImageOfX(w);
            int index = rotations.FindLastIndex(r => r.Axis.Equals(axis));
            if (index < 0) continue;
            var (gate, own) = rotations[index];
            gates[gate] = gates[gate] with
            {
                Angle = netlist.Normalize(
                gates[gate].Angle + (own.Quarters == axis.Quarters ? Angle.Pi : -Angle.Pi))
            };
            // X is i times a half turn.
            netlist.Phase += Angle.Pi / 2;
            for (int r = index + 1; r < rotations.Count; r++)
            {
                int passed = rotations[r].Gate;
                if (!rotations[r].Axis.CommutesWith(axis))
                    gates[passed] = gates[passed] with { Angle = netlist.Normalize(-gates[passed].Angle) };
            }

            removed.Add(last[w]);
        }

        netlist.Gates = [.. gates.Where((_, g) => !removed.Contains(g))];
    }
}
