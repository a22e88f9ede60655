using System.Collections.Generic;
using Rewright.Quantum;
using static Rewright.Quantum.Gates;

namespace QuantumPeephole;

/// <summary>Circuits to try the rules on.</summary>
internal static class Circuits
{
    /// <summary>Adds two numbers of so many bits, with a carry that ripples (Vedral, Barenco and Ekert 1996).</summary>
    public static Circuit Adder(int bits)
    {
        var (a, b, c) = (Qubit.Register(bits), Qubit.Register(bits, bits), Qubit.Register(bits + 1, 2 * bits));
        var gates = new List<CircuitOperation>();
        void Carry(int i) => gates.AddRange([CCX(a[i], b[i], c[i + 1]), CX(a[i], b[i]), CCX(c[i], b[i], c[i + 1])]);
        void Uncarry(int i) => gates.AddRange([CCX(c[i], b[i], c[i + 1]), CX(a[i], b[i]), CCX(a[i], b[i], c[i + 1])]);
        void Sum(int i) => gates.AddRange([CX(a[i], b[i]), CX(c[i], b[i])]);
        for (int i = 0; i < bits; i++) Carry(i);
        gates.Add(CX(a[bits - 1], b[bits - 1]));
        Sum(bits - 1);
        for (int i = bits - 2; i >= 0; i--)
        {
            Uncarry(i);
            Sum(i);
        }

        return new([.. gates]);
    }

    /// <summary>
    /// X under so many controls, with one helping qubit fewer than controls less one: a ladder of Toffoli gates up and down.
    /// </summary>
    public static Circuit ToffoliLadder(int controls)
    {
        var (control, help, target) = (Qubit.Register(controls), Qubit.Register(controls - 2, controls), new Qubit(2 * controls - 2));
        var up = new List<CircuitOperation> { CCX(control[0], control[1], help[0]) };
        for (int i = 2; i < controls - 1; i++) up.Add(CCX(control[i], help[i - 2], help[i - 1]));
        List<CircuitOperation> gates = [.. up, CCX(control[controls - 1], help[^1], target)];
        up.Reverse();
        gates.AddRange(up);
        return new([.. gates]);
    }

    /// <summary>The Fourier transform.</summary>
    public static Circuit Fourier(int qubits)
    {
        var q = Qubit.Register(qubits);
        var gates = new List<CircuitOperation>();
        for (int i = qubits - 1; i >= 0; i--)
        {
            gates.Add(H(q[i]));
            for (int j = i - 1; j >= 0; j--) gates.Add(CP(Angle.Pi / (1 << i - j), q[j], q[i]));
        }

        for (int i = 0; i < qubits / 2; i++) gates.Add(Swap(q[i], q[qubits - 1 - i]));
        return new([.. gates]);
    }
}
