using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Quantum.Optimizing;

namespace Rewright.Quantum;

/// <summary>Compares circuits as sequences of rotations about Pauli strings between Clifford gates.</summary>
/// <remarks>
/// The first circuit is followed by the inverse of the second, and rotations about the same string are added up
/// (<see cref="RotationMerging"/>) until those of the two have cancelled. If only quarter turns remain, the rest is a Clifford circuit, and
/// a sum over paths decides whether it is the identity. This takes quadratic time for all circuits. It proves the equality of circuits that
/// differ by commutation, merging and other Clifford circuits, and thus covers everything the optimiser does;
/// <see cref="CircuitEquivalence"/> handles other equal circuits. Both proofs are exact.
/// </remarks>
public static class RotationEquivalence
{
    // A phase with up to this many controls becomes rotations about all parities of its qubits.
    private const int MostControls = 6;

    /// <summary>
    /// Compares two circuits by their rotations, and by sums over paths if these do not all cancel. The parts between measurements and
    /// similar operations are compared separately.
    /// </summary>
    public static EquivalenceResult Compare(Circuit first, Circuit second)
        => CircuitEquivalence.Compare(first, second, CircuitEquivalence.DefaultBudget, (a, b) => TryCompare(a, b, first.QubitCount));

    private static Equivalent? TryCompare(IReadOnlyList<ElementaryGate> first, IReadOnlyList<ElementaryGate> second, int qubits)
    {
        var netlist = new Netlist(qubits, 0, []);
        if (!Append(netlist, first) || !Append(netlist, second.Reverse().Select(s => s.Inverse))) return null;
        netlist.Normalize();
        // A circuit that is too long to be merged as a whole would only waste time.
        if (netlist.Gates.Count(g => g.Kind == NetKind.Rz) > RotationMerging.MostRotations || !new PauliFrame(netlist).IsWhole) return null;
        RotationMerging.Run(netlist);
        if (netlist.Gates.Exists(g => g.Kind == NetKind.Rz && RotationMerging.Quarters(g.Angle) is null)) return null;
        Circuit empty = new([], [new Register("q", 0, qubits)]), clifford = empty.With(netlist.Gates.Select(g => g.Kind switch
        {
            NetKind.H => Gates.H(new(g.A)),
            NetKind.X => Gates.X(new(g.A)),
            NetKind.Rz => Gates.Rz(g.Angle, new(g.A)),
            _ => (CircuitOperation)Gates.CX(new(g.A), new(g.B)),
        }));
        return CircuitEquivalence.Compare(clifford, empty) is Equivalent nothing ? new((nothing.Phase - netlist.Phase).Modulo2Pi) : null;
    }

    // False for a gate with too many controls.
    private static bool Append(Netlist netlist, IEnumerable<ElementaryGate> steps)
    {
        foreach (var step in steps)
        {
            if (step.Qubits.Length > MostControls) return false;
            int target = step.Qubits.Length > 0 ? step.Target : -1;
            switch (step.Kind)
            {
                case ElementaryGateKind.Hadamard:
                    netlist.Gates.Add(NetGate.H(target));
                    break;
                case ElementaryGateKind.Flip when step.Qubits.Length == 1:
                    netlist.Gates.Add(NetGate.X(target));
                    break;
                case ElementaryGateKind.Flip when step.Qubits.Length == 2:
                    netlist.Gates.Add(NetGate.CX(step.Qubits[0], target));
                    break;
                case ElementaryGateKind.Flip:
                    netlist.Gates.Add(NetGate.H(target));
                    AddPhase(netlist, [.. step.Qubits], Angle.Pi);
                    netlist.Gates.Add(NetGate.H(target));
                    break;
                default:
                    AddPhase(netlist, [.. step.Qubits], step.Angle);
                    break;
            }
        }

        return true;
    }

    // The product x1 x2 ... xn is the sum over all nonempty subsets of (-1)^(size+1) times their parity, divided by 2^(n-1).
    private static void AddPhase(Netlist netlist, int[] qubits, Angle angle)
    {
        if (qubits.Length == 0)
        {
            netlist.Phase += angle;
            return;
        }

        var part = angle / (1 << qubits.Length - 1);
        for (int set = 1; set < 1 << qubits.Length; set++)
        {
            int[] members = [.. qubits.Where((_, i) => (set >> i & 1) != 0)];
            for (int i = 0; i < members.Length - 1; i++) netlist.Gates.Add(NetGate.CX(members[i], members[^1]));
            var signed = members.Length % 2 == 1 ? part : -part;
            // A phase of a parity is Rz times a global phase of half the angle.
            netlist.Gates.Add(NetGate.Rz(signed, members[^1]));
            netlist.Phase += signed / 2;
            for (int i = members.Length - 2; i >= 0; i--) netlist.Gates.Add(NetGate.CX(members[i], members[^1]));
        }
    }
}
