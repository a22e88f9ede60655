using System;
using System.Collections.Generic;
using System.Numerics;

namespace Rewright.Quantum.Simulation;

/// <summary>A gate that a pass over the state can apply: a matrix on one or two qubits, possibly under controls.</summary>
internal sealed class FusedGate
{
    /// <summary>The qubits of the matrix; the second is -1 for a 2 x 2 matrix.</summary>
    public required int First { get; init; }

    public int Second { get; init; } = -1;

    /// <summary>The matrix, row by row. Bit 0 of an index is <see cref="First"/>, bit 1 <see cref="Second"/>.</summary>
    public required Complex[] Matrix { get; set; }

    /// <summary>The control qubits: the gate acts only if all of them are 1.</summary>
    public ulong Controls { get; init; }

    public ulong Qubits => Controls | 1ul << First | (Second < 0 ? 0 : 1ul << Second);

    /// <summary>The qubits that the gate can change: the matrix is diagonal in all others.</summary>
    public ulong Changed()
    {
        ulong changed = 0;
        int size = Second < 0 ? 2 : 4;
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                if (Matrix[row * size + column] == Complex.Zero) continue;
                if (((row ^ column) & 1) != 0) changed |= 1ul << First;
                if (((row ^ column) & 2) != 0) changed |= 1ul << Second;
            }
        }

        return changed;
    }
}

/// <summary>Multiplies consecutive gates on one or two qubits.</summary>
internal sealed class GateFusion
{
    private static readonly double Half = Math.Sqrt(0.5);
    private static readonly Complex[] Hadamard = [Half, Half, Half, -Half];
    private static readonly Complex[] Flip = [0, 1, 1, 0];

    private readonly List<FusedGate?> _gates = [];
    private readonly int[] _last;

    public GateFusion(int qubits)
    {
        _last = new int[qubits];
        Array.Fill(_last, -1);
    }

    /// <summary>The number of gates, including those that others have absorbed.</summary>
    public int Count => _gates.Count;

    /// <summary>The global factor.</summary>
    public Complex GlobalFactor { get; private set; } = Complex.One;

    /// <summary>Takes out all gates, in order.</summary>
    public List<FusedGate> Take()
    {
        var gates = new List<FusedGate>(_gates.Count);
        foreach (var gate in _gates)
            if (gate is not null) gates.Add(gate);
        _gates.Clear();
        Array.Fill(_last, -1);
        GlobalFactor = Complex.One;
        return gates;
    }

    public void Add(ElementaryGate step)
    {
        var qubits = step.Qubits;
        switch (step.Kind)
        {
            case ElementaryGateKind.Hadamard:
                Add(qubits[0], Hadamard);
                break;
            case ElementaryGateKind.Phase:
                var turn = Complex.FromPolarCoordinates(1, step.Angle.Modulo2Pi.ToRadians());
                if (qubits.Length == 0) GlobalFactor *= turn;
                else if (qubits.Length == 1) Add(qubits[0], [1, 0, 0, turn]);
                else if (qubits.Length == 2) Add(qubits[0], qubits[1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, turn]);
                else AddControlled(qubits, [1, 0, 0, turn]);
                break;
            default:
                if (qubits.Length == 1) Add(qubits[0], Flip);
                // Where the control (bit 0) is 1, rows 1 and 3 are exchanged.
                else if (qubits.Length == 2) Add(qubits[0], qubits[1], [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
                else AddControlled(qubits, Flip);
                break;
        }
    }

    private void AddControlled(IReadOnlyList<int> qubits, Complex[] matrix)
    {
        ulong controls = 0;
        for (int i = 0; i < qubits.Count - 1; i++) controls |= 1ul << qubits[i];
        foreach (int qubit in qubits) _last[qubit] = _gates.Count;
        _gates.Add(new() { First = qubits[^1], Matrix = matrix, Controls = controls });
    }

    private void Add(int qubit, Complex[] matrix)
    {
        if (_last[qubit] is >= 0 and var index && _gates[index] is { Controls: 0 } last)
        {
            last.Matrix = last.Second < 0 ? Multiply(matrix, last.Matrix, 2) : Multiply(Widen(matrix, last.First == qubit), last.Matrix, 4);
            return;
        }

        _last[qubit] = _gates.Count;
        _gates.Add(new() { First = qubit, Matrix = matrix });
    }

    private void Add(int first, int second, Complex[] matrix)
    {
        if (_last[first] == _last[second] && _last[first] >= 0 && _gates[_last[first]] is { Controls: 0 } both)
        {
            both.Matrix = Multiply(both.First == first ? matrix : Exchanged(matrix), both.Matrix, 4);
            return;
        }

        matrix = Absorb(first, matrix, isFirst: true);
        matrix = Absorb(second, matrix, isFirst: false);
        _last[first] = _last[second] = _gates.Count;
        _gates.Add(new() { First = first, Second = second, Matrix = matrix });
    }

    // A gate that is last on its only qubit can be postponed.
    private Complex[] Absorb(int qubit, Complex[] matrix, bool isFirst)
    {
        if (_last[qubit] is not (>= 0 and var index) || _gates[index] is not { Controls: 0, Second: < 0 } single) return matrix;
        _gates[index] = null;
        return Multiply(matrix, Widen(single.Matrix, isFirst), 4);
    }

    private static Complex[] Widen(Complex[] matrix, bool isFirst)
    {
        var wide = new Complex[16];
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                var (r, c, otherRow, otherColumn) = isFirst
                    ? (row & 1, column & 1, row >> 1, column >> 1) : (row >> 1, column >> 1, row & 1, column & 1);
                if (otherRow == otherColumn) wide[row * 4 + column] = matrix[r * 2 + c];
            }
        }

        return wide;
    }

    private static Complex[] Exchanged(Complex[] matrix)
    {
        var result = new Complex[16];
        for (int row = 0; row < 4; row++)
            for (int column = 0; column < 4; column++) result[Exchange(row) * 4 + Exchange(column)] = matrix[row * 4 + column];
        return result;

        static int Exchange(int index) => index >> 1 | (index & 1) << 1;
    }

    private static Complex[] Multiply(Complex[] left, Complex[] right, int size)
    {
        var product = new Complex[size * size];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                var sum = Complex.Zero;
                for (int k = 0; k < size; k++)
                {
                    // Exact zeros stay zeros, because they show which qubits a matrix changes.
                    if (left[row * size + k] != Complex.Zero && right[k * size + column] != Complex.Zero)
                        sum += left[row * size + k] * right[k * size + column];
                }

                product[row * size + column] = sum;
            }
        }

        return product;
    }
}
