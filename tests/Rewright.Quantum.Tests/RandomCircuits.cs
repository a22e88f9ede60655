using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Tests;

/// <summary>Circuits of any standard gates.</summary>
internal static class RandomCircuits
{
    public static Circuit Next(int seed, int qubits, int gates)
    {
        var random = new Random(seed);
        var operations = new List<CircuitOperation>();
        var usable = StandardGates.All.Where(g => g.QubitCount <= qubits).ToList();
        for (int i = 0; i < gates; i++)
        {
            var gate = usable[random.Next(usable.Count)];
            operations.Add(Operation(random, gate, qubits));
        }

        return new Circuit([.. operations], [new Register("q", 0, qubits)]);
    }

    /// <summary>A state in which all amplitudes differ.</summary>
    public static Simulation.StateVector State(int seed, int qubits)
    {
        var random = new Random(seed);
        var state = new Simulation.StateVector(qubits);
        foreach (var q in Qubit.Register(qubits))
        {
            state.Apply(Gates.Ry(1 + random.NextDouble(), q));
            state.Apply(Gates.Rz(random.NextDouble(), q));
        }

        return state;
    }

    public static GateOperation Operation(Random random, Gate gate, int qubits)
    {
        var all = Qubit.Register(qubits);
        random.Shuffle(all);
        return new(gate, [.. Enumerable.Range(0, gate.AngleCount).Select(_ => Angle(random))], [.. all.Take(gate.QubitCount)]);
    }

    public static Angle Angle(Random random) => random.Next(3) switch
    {
        0 => Quantum.Angle.OfPi(new Rational(random.Next(-8, 9), 4)),
        1 => Quantum.Angle.OfPi(new Rational(random.Next(-20, 21), random.Next(1, 12))),
        _ => Quantum.Angle.FromRadians(Math.Round(random.NextDouble() * 6 - 3, 3)),
    };
}
