using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum;

/// <summary>The size of a circuit. Operations inside conditions and loops count once.</summary>
/// <param name="Total">The number of gates.</param>
/// <param name="TwoQubit">The number of gates on exactly two qubits.</param>
/// <param name="MultiQubit">The number of gates on more than two qubits.</param>
/// <param name="T">The number of T gates, their inverses, and rotations and phases by odd multiples of pi/4.</param>
/// <param name="Depth">The length of the longest chain of operations on common qubits and bits. Barriers order operations but do not
/// count.</param>
/// <param name="Gates">The number of each gate, by name.</param>
public sealed record CircuitStatistics(int Total, int TwoQubit, int MultiQubit, int T, int Depth, IReadOnlyDictionary<string, int> Gates)
{
    /// <summary>Counts a circuit.</summary>
    public static CircuitStatistics Of(Circuit circuit)
    {
        int total = 0, two = 0, many = 0, t = 0;
        var gates = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var operation in AllGates(circuit.Operations.Items))
        {
            total++;
            if (operation.Qubits.Count == 2) two++;
            else if (operation.Qubits.Count > 2) many++;
            if (IsT(operation)) t++;
            gates.TryGetValue(operation.Gate.Name, out int count);
            gates[operation.Gate.Name] = count + 1;
        }

        var qubits = new int[circuit.QubitCount];
        var bits = new int[circuit.BitCount];
        foreach (var operation in circuit.Operations)
        {
            var used = operation.Qubits;
            int level = 0;
            foreach (var qubit in used) level = Math.Max(level, qubits[qubit.Index]);
            foreach (int bit in operation.Bits) level = Math.Max(level, bits[bit]);
            level += Duration(operation);
            foreach (var qubit in used) qubits[qubit.Index] = level;
            foreach (int bit in operation.Bits) bits[bit] = level;
        }

        return new(total, two, many, t, qubits.Concat(bits).DefaultIfEmpty(0).Max(), gates);
    }

    private static bool IsT(GateOperation operation)
    {
        if (operation.Gate == StandardGates.T || operation.Gate == StandardGates.Tdg) return true;
        if (operation.Gate != StandardGates.Rz && operation.Gate != StandardGates.P && operation.Gate != StandardGates.U1
            || !operation.Angles[0].IsMultipleOfPi)
            return false;
        return operation.Angles[0].PiMultiple.Denominator == new BigInteger(4);
    }

    private static IEnumerable<GateOperation> AllGates(IEnumerable<CircuitOperation> operations)
        => operations.SelectMany(o => o switch
        {
            GateOperation gate => [gate],
            IfOperation i => AllGates(i.Then.Concat(i.Else)),
            WhileOperation w => AllGates(w.Body.Items),
            _ => Enumerable.Empty<GateOperation>(),
        });

    private static int Duration(CircuitOperation operation) => operation switch
    {
        BarrierOperation => 0,
        GateOperation { Qubits.Count: 0 } => 0,
        IfOperation i => Math.Max(i.Then.Sum(Duration), i.Else.Sum(Duration)),
        WhileOperation w => w.Body.Sum(Duration),
        _ => 1,
    };
}
