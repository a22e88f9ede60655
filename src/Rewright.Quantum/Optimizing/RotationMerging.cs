using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>Adds up rotations about the same axis anywhere in the circuit.</summary>
/// <remarks>
/// Rz on a wire is a rotation about a Pauli string: the image of Z under the Clifford gates before it. Two rotations about the same string
/// (or its negative) can be merged if all rotations between them are about strings that commute with it: Zhang and Chen, "Optimizing T
/// gates in Clifford+T circuit as pi/4 rotations around Paulis" (2019). Within {CX, X, Rz} this is the merging by phase polynomials of Nam,
/// Ross, Su, Childs and Maslov (2018), but it continues across Hadamard gates. Differences: the sum stays at one of the two places, so
/// nothing is resynthesised, and any angles are allowed. A run treats quarter turns either as Clifford gates, or as rotations to be merged
/// too. An operation that is not a gate of the basis ends all strings on its wires.
/// </remarks>
internal static class RotationMerging
{
    /// <summary>The most rotations to compare with each other; the time is quadratic in their number.</summary>
    public const int MostRotations = 1 << 16;

    /// <summary>Merges until nothing changes. Returns true if anything did.</summary>
    public static bool Run(Netlist netlist, Func<bool>? isTimeOver = null)
    {
        int before = netlist.Gates.Count;
        for (int count = -1; count != netlist.Gates.Count;)
        {
            count = netlist.Gates.Count;
            Once(netlist, quarterTurnsRotate: false, isTimeOver);
            Once(netlist, quarterTurnsRotate: true, isTimeOver);
        }

        return netlist.Gates.Count != before;
    }

    private struct Rotation
    {
        public int Gate, Next, Previous;
        public PauliString Axis;
    }

    private static void Once(Netlist netlist, bool quarterTurnsRotate, Func<bool>? isTimeOver)
    {
        var gates = netlist.Gates;
        var frame = new PauliFrame(netlist);
        var rotations = new List<Rotation> { new() { Gate = -1 } };
        int last = 0;
        var known = new Dictionary<PauliString, int>();
        var removed = new bool[gates.Count];
        for (int g = 0; g < gates.Count; g++)
        {
            var gate = gates[g];
            // The merges so far are valid on their own.
            if ((g & 255) == 255 && isTimeOver?.Invoke() == true) break;
            if (!frame.HasRoom || rotations.Count > MostRotations)
            {
                frame = new(netlist);
                rotations.RemoveRange(1, rotations.Count - 1);
                last = 0;
                known.Clear();
            }

            switch (gate.Kind)
            {
                case NetKind.H:
                    frame.H(gate.A);
                    break;
                case NetKind.X:
                    frame.X(gate.A);
                    break;
                case NetKind.CX:
                    frame.CX(gate.A, gate.B);
                    break;
                case NetKind.Other:
                    frame.Cut(netlist.WiresOf(gate.Operation!));
                    break;
                case NetKind.Rz:
                    if (!quarterTurnsRotate && Quarters(gate.Angle) is { } quarters)
                    {
                        if (quarters == 0) removed[g] = true;
                        frame.S(gate.A, quarters);
                        break;
                    }

                    var axis = frame.Z(gate.A);
                    if (known.TryGetValue(axis, out int other) && Reaches(rotations, last, other, axis))
                    {
                        var partner = rotations[other];
                        var sum = netlist.Normalize(
                            gates[partner.Gate].Angle + (partner.Axis.Quarters == axis.Quarters ? gate.Angle : -gate.Angle));
                        gates[partner.Gate] = gates[partner.Gate] with { Angle = sum };
                        removed[g] = true;
                        if (sum.IsZero)
                        {
                            removed[partner.Gate] = true;
                            known.Remove(axis);
                            var (next, previous) = (partner.Next, partner.Previous);
                            rotations[previous] = rotations[previous] with { Next = next };
                            if (next != 0) rotations[next] = rotations[next] with { Previous = previous };
                            else last = previous;
                        }

                        break;
                    }

                    rotations[last] = rotations[last] with { Next = rotations.Count };
                    rotations.Add(new() { Gate = g, Axis = axis, Previous = last });
                    last = known[axis] = rotations.Count - 1;
                    break;
            }
        }

        netlist.Gates = [.. gates.Where((_, g) => !removed[g])];
    }

    private static bool Reaches(List<Rotation> rotations, int from, int to, PauliString axis)
    {
        for (int r = from; r != to; r = rotations[r].Previous)
            if (!rotations[r].Axis.CommutesWith(axis)) return false;
        return true;
    }

    /// <summary>The number of quarter turns of an angle; null if it is not a multiple of one.</summary>
    internal static int? Quarters(Angle angle)
        => angle.IsMultipleOfPi && angle.PiMultiple * 2 is { IsInteger: true } quarters ? (int)quarters.Modulo(4).Numerator : null;
}
