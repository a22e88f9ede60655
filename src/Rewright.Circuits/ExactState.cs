using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>
/// An exact state of some qubits: its amplitudes by basis state, except those known to be zero. Qubit 0 is the lowest bit.
/// </summary>
public sealed class ExactState
{
    private Dictionary<ulong, ExactNumber> _amplitudes;

    /// <summary>Makes a basis state.</summary>
    public ExactState(ulong basis) => _amplitudes = new() { [basis] = ExactNumber.One };

    /// <summary>The amplitudes by basis state; missing ones are 0.</summary>
    public IReadOnlyDictionary<ulong, ExactNumber> Amplitudes => _amplitudes;

    /// <summary>The amplitude of a basis state.</summary>
    public ExactNumber this[ulong basis] => _amplitudes.TryGetValue(basis, out var amplitude) ? amplitude : ExactNumber.Zero;

    /// <summary>The columns of a circuit's exact unitary: the images of all basis states of this many qubits.</summary>
    /// <param name="circuit">The circuit; gates only.</param>
    /// <param name="qubits">The number of qubits, at most 20.</param>
    public static IEnumerable<ExactState> Columns(Circuit circuit, int qubits)
    {
        if (qubits is < 0 or > 20) throw new ArgumentOutOfRangeException(nameof(qubits), "Exact unitaries are for 20 qubits at most.");
        var steps = circuit.Expand();
        for (ulong basis = 0; basis < 1ul << qubits; basis++)
        {
            var state = new ExactState(basis);
            foreach (var step in steps) state.Apply(step);
            yield return state;
        }
    }

    /// <summary>Applies a step of a gate.</summary>
    public void Apply(ElementaryGate step)
    {
        ulong mask = 0;
        foreach (int qubit in step.Qubits) mask |= 1ul << qubit;
        switch (step.Kind)
        {
            case ElementaryGateKind.Phase:
                foreach (ulong basis in _amplitudes.Keys.ToList())
                    if ((basis & mask) == mask) _amplitudes[basis] = _amplitudes[basis].Turned(step.Angle);
                break;
            case ElementaryGateKind.Flip:
                ulong target = 1ul << step.Target, controls = mask & ~target;
                _amplitudes = _amplitudes.ToDictionary(a => (a.Key & controls) == controls ? a.Key ^ target : a.Key, a => a.Value);
                break;
            default:
                var next = new Dictionary<ulong, ExactNumber>();
                foreach (var (basis, amplitude) in _amplitudes.Select(a => (a.Key, a.Value.Halved)))
                {
                    Accumulate(next, basis & ~mask, amplitude);
                    Accumulate(next, basis | mask, (basis & mask) != 0 ? -amplitude : amplitude);
                }

                _amplitudes = next;
                break;
        }
    }

    private static void Accumulate(Dictionary<ulong, ExactNumber> amplitudes, ulong basis, ExactNumber amplitude)
    {
        if (amplitudes.TryGetValue(basis, out var known)) amplitude = known + amplitude;
        if (amplitude.Terms.Any()) amplitudes[basis] = amplitude;
        else amplitudes.Remove(basis);
    }
}
