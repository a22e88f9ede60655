using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>The three kinds of steps that all gates are made of.</summary>
public enum ElementaryGateKind
{
    /// <summary>Turns the phase of all states in which every one of some qubits is 1; of all states where those are none.</summary>
    Phase,
    /// <summary>Flips a qubit in all states in which every one of some others is 1.</summary>
    Flip,
    /// <summary>The Hadamard gate.</summary>
    Hadamard,
}

/// <summary>A step of a gate's exact meaning. Simulator, exact unitaries and path sums know these three and no gates.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Qubits">For a phase those that must be 1; for a flip those, and the target last; for a Hadamard the target.</param>
/// <param name="Angle">Of a phase; otherwise zero.</param>
public sealed record ElementaryGate(ElementaryGateKind Kind, ImmutableArray<int> Qubits, Angle Angle)
{
    /// <summary>The qubit that is flipped, or that the Hadamard gate acts on.</summary>
    public int Target => Qubits[Qubits.Length - 1];

    /// <summary>The step that undoes this one.</summary>
    public ElementaryGate Inverse => Kind == ElementaryGateKind.Phase ? this with { Angle = -Angle } : this;
}

/// <summary>Collects the steps of a gate, under controls.</summary>
/// <param name="qubits">What the positions in the gate's definition stand for.</param>
/// <param name="controls">Qubits that must be 1 for anything to happen.</param>
/// <param name="output">Takes the steps.</param>
internal sealed class ElementaryGateBuilder(IReadOnlyList<int> qubits, ImmutableArray<int> controls, ICollection<ElementaryGate> output)
{
    /// <summary>A phase on the qubits at some positions.</summary>
    public ElementaryGateBuilder P(Angle angle, params int[] positions)
    {
        output.Add(new(ElementaryGateKind.Phase, [.. controls, .. positions.Select(p => qubits[p])], angle));
        return this;
    }

    /// <summary>A flip of the qubit at the last of some positions, controlled by the others.</summary>
    public ElementaryGateBuilder X(params int[] positions)
    {
        output.Add(new(ElementaryGateKind.Flip, [.. controls, .. positions.Select(p => qubits[p])], Angle.Zero));
        return this;
    }

    /// <summary>A Hadamard gate, which is never controlled: only phases and flips in the middle of a gate are.</summary>
    public ElementaryGateBuilder H(int position)
    {
        output.Add(new(ElementaryGateKind.Hadamard, [qubits[position]], Angle.Zero));
        return this;
    }

    /// <summary>A rotation about the y axis.</summary>
    public ElementaryGateBuilder Ry(Angle angle, int position)
        => P(Angle.Pi / -2, position).H(position).P(angle / -2).P(angle, position).H(position).P(Angle.Pi / 2, position);
}
