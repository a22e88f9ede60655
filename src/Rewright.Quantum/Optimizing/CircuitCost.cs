using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Quantum.Optimizing;

namespace Rewright.Quantum;

/// <summary>A measure for the cost of a circuit.</summary>
public sealed class CircuitCost
{
    // Between circuits of equal cost, the shorter one is better.
    private const double TieBreak = 1.0 / 1024;

    private readonly Func<Gate, IReadOnlyList<Angle>, double> _of;

    private CircuitCost(string name, bool dependsOnAngles, bool isDepth, Func<Gate, IReadOnlyList<Angle>, double> of)
        => (Name, DependsOnAngles, IsDepth, _of) = (name, dependsOnAngles, isDepth, of);

    /// <summary>The number of gates.</summary>
    public static CircuitCost Total { get; } = new("total", false, false, (_, _) => 1);

    /// <summary>The number of gates on two qubits or more.</summary>
    public static CircuitCost TwoQubit { get; } = new("cx", false, false, (gate, _) => gate.QubitCount >= 2 ? 1 + TieBreak : TieBreak);

    /// <summary>The number of non-Clifford gates: T, and rotations by anything but quarter turns.</summary>
    public static CircuitCost T { get; } = new("t", true, false, (gate, angles) => IsClifford(gate, angles) ? TieBreak : 1 + TieBreak);

    /// <summary>The number of layers.</summary>
    public static CircuitCost Depth { get; } = new("depth", false, true, (_, _) => 1);

    /// <summary>The name on the command line.</summary>
    public string Name { get; }

    internal bool DependsOnAngles { get; }

    internal bool IsDepth { get; }

    /// <summary>A sum of costs of gates.</summary>
    /// <param name="weights">The costs by OpenQASM names of gates; other gates cost 1.</param>
    public static CircuitCost Weighted(IReadOnlyDictionary<string, double> weights)
        => new("weighted", false, false, (gate, _) => weights.TryGetValue(gate.Name, out double weight) ? weight : 1);

    /// <summary>The cost with a name; null for none.</summary>
    public static CircuitCost? Find(string name) => new[] { Total, TwoQubit, T, Depth }.FirstOrDefault(c => c.Name == name);

    /// <summary>The cost of a circuit. Gates in blocks under classical control count once.</summary>
    public double Of(Circuit circuit) => Of(Netlist.Of(circuit));

    internal double Of(Gate gate, IReadOnlyList<Angle> angles) => _of(gate, angles);

    internal double Of(Netlist netlist)
    {
        double sum = 0;
        int[] depths = IsDepth ? new int[netlist.WireCount] : [];
        int deepest = 0;
        foreach (var gate in netlist.Gates)
        {
            if (IsDepth)
            {
                IEnumerable<int> wires = gate.Kind == NetKind.Other ? netlist.WiresOf(gate.Operation!) : [gate.A, gate.B];
                int depth = wires.Select(w => depths[w]).DefaultIfEmpty().Max() + (gate.Operation is BarrierOperation ? 0 : 1);
                foreach (int w in wires) depths[w] = depth;
                deepest = Math.Max(deepest, depth);
                sum += TieBreak;
            }
            else sum += Of(gate);
        }

        return sum + deepest;
    }

    private double Of(NetGate gate) => gate.Kind switch
    {
        NetKind.H => _of(StandardGates.H, []),
        NetKind.X => _of(StandardGates.X, []),
        NetKind.Rz => _of(StandardGates.Rz, [gate.Angle]),
        NetKind.CX => _of(StandardGates.CX, []),
        _ => gate.Operation switch
        {
            GateOperation operation => _of(operation.Gate, operation.Angles),
            IfOperation branch => Of(branch.Then) + Of(branch.Else),
            WhileOperation loop => Of(loop.Body),
            BarrierOperation => 0,
            _ => TieBreak,
        },
    };

    private double Of(IEnumerable<CircuitOperation> operations) => operations.Sum(o => Of(Netlist.Of(o)));

    private static bool IsClifford(Gate gate, IReadOnlyList<Angle> angles)
    {
        if (gate is not StandardGate standard) return false;
        if (standard == StandardGates.CX || standard == StandardGates.CY || standard == StandardGates.CZ || standard == StandardGates.Swap)
            return true;
        if (standard.Controls > 0 || standard == StandardGates.T || standard == StandardGates.Tdg || standard == StandardGates.RCCX
            || standard == StandardGates.RC3X)
            return false;
        return angles.All(a => RotationMerging.Quarters(a) is not null);
    }
}
