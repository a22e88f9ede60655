using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>
/// Moves rotations to other places where a wire holds the same Pauli string: floating Rz gates (Nam et al. 2018), even across Hadamard
/// gates.
/// </summary>
/// <remarks>
/// This saves no gate by itself. But a parity whose rotation has moved away need not occur in a region that is resynthesised.
/// </remarks>
internal static class RotationPlacement
{
    private const int MostTried = 128;

    // A place on a wire directly after a gate; -1 for the start of the circuit.
    private readonly record struct Slot(int Behind, int Wire, PauliString Axis);

    /// <summary>Tries to move a random choice of rotations. Returns true if any moved.</summary>
    public static bool Run(Netlist netlist, RandomSource random)
    {
        var slots = new Dictionary<PauliString, List<Slot>>();
        var rotations = new List<(int Gate, PauliString Axis)>();
        if (!TryFind(netlist, slots, rotations) || rotations.Count == 0) return false;
        var moved = Move(slots, rotations, random);
        if (moved.Count == 0) return false;
        Write(netlist, rotations, moved);
        return true;
    }

    // The rotations with their axes, and for each axis the places where a rotation about it can stand.
    private static bool TryFind(
        Netlist netlist, Dictionary<PauliString, List<Slot>> slots, List<(int Gate, PauliString Axis)> rotations)
    {
        var gates = netlist.Gates;
        var frame = new PauliFrame(netlist);
        if (!frame.IsWhole) return false;
        void Add(int behind, int w)
        {
            var axis = frame.Z(w);
            if (!slots.TryGetValue(axis, out var list)) slots.Add(axis, list = []);
            list.Add(new(behind, w, axis));
        }

        for (int w = 0; w < netlist.Qubits; w++) Add(-1, w);
        for (int g = 0; g < gates.Count; g++)
        {
            var gate = gates[g];
            switch (gate.Kind)
            {
                case NetKind.H:
                    frame.H(gate.A);
                    Add(g, gate.A);
                    break;
                case NetKind.X:
                    frame.X(gate.A);
                    break;
                case NetKind.CX:
                    frame.CX(gate.A, gate.B);
                    Add(g, gate.B);
                    break;
                case NetKind.Rz:
                    rotations.Add((g, frame.Z(gate.A)));
                    break;
                default:
                    frame.Cut(netlist.WiresOf(gate.Operation!));
                    break;
            }
        }

        return true;
    }

    // The rotations that have moved to other places, where nothing between the places hinders them.
    private static Dictionary<int, Slot> Move(
        Dictionary<PauliString, List<Slot>> slots, List<(int Gate, PauliString Axis)> rotations, RandomSource random)
    {
        // The gate after which each rotation now stands.
        var behindOf = rotations.Select(r => r.Gate).ToArray();
        var moved = new Dictionary<int, Slot>();
        for (int attempt = 0; attempt < MostTried; attempt++)
        {
            int r = random.Below(rotations.Count);
            var axis = rotations[r].Axis;
            if (!slots.TryGetValue(axis, out var choices) || choices.Count < 2) continue;
            var slot = choices[random.Below(choices.Count)];
            int from = Math.Min(behindOf[r], slot.Behind), to = Math.Max(behindOf[r], slot.Behind);
            bool free = true;
            for (int other = 0; other < rotations.Count && free; other++)
                free = other == r || behindOf[other] < from || behindOf[other] > to || rotations[other].Axis.CommutesWith(axis);
            if (!free) continue;
            behindOf[r] = slot.Behind;
            moved[r] = slot;
        }

        return moved;
    }

    private static void Write(Netlist netlist, List<(int Gate, PauliString Axis)> rotations, Dictionary<int, Slot> moved)
    {
        var gates = netlist.Gates;
        var arrivals = moved.GroupBy(m => m.Value.Behind).ToDictionary(m => m.Key, m => m.ToList());
        var gone = new HashSet<int>(moved.Keys.Select(r => rotations[r].Gate));
        var result = new List<NetGate>(gates.Count);
        void Arrive(int behind)
        {
            if (!arrivals.TryGetValue(behind, out var list)) return;
            foreach (var (r, slot) in list)
            {
                var angle = gates[rotations[r].Gate].Angle;
                bool same = rotations[r].Axis.Quarters == slot.Axis.Quarters;
                result.Add(NetGate.Rz(same ? angle : netlist.Normalize(-angle), slot.Wire));
            }
        }

        Arrive(-1);
        for (int g = 0; g < gates.Count; g++)
        {
            if (!gone.Contains(g)) result.Add(gates[g]);
            Arrive(g);
        }

        netlist.Gates = result;
    }
}
