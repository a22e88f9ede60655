using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Numerics;
using Rewright.Quantum.Qir;
using Rewright.Quantum.Simulation;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

public class SimulatorTests(ITestOutputHelper output)
{
    // Up to blocks that have outer qubits; compared with a simulation without blocks.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(17)]
    public void AmplitudesAreThoseOfANaiveSimulation(int qubits)
    {
        for (int seed = 0; seed < (qubits < 10 ? 20 : 2); seed++)
        {
            var circuit = RandomCircuits.Next(seed, qubits, gates: 200);
            using var state = new StateVector(qubits);
            state.Apply(circuit);
            var expected = Naive(circuit, qubits);
            for (long basis = 0; basis < 1L << qubits; basis++)
                Assert.True((expected[basis] - state[basis]).Magnitude < 1e-10, $"seed {seed}, basis {basis}");
        }
    }

    [Fact]
    public void TwentyFourQubits()
    {
        string? time = Environment.GetEnvironmentVariable("REWRIGHT_BENCHMARK");
        if (time is null) Assert.Skip("Set REWRIGHT_BENCHMARK to measure.");
        for (int seed = 0; seed < 3; seed++)
        {
            var circuit = RandomCircuits.Next(seed, 24, gates: 1000);
            var clock = Stopwatch.StartNew();
            using var state = new StateVector(24);
            state.Apply(circuit);
            var amplitude = state[0];
            output.WriteLine("simulator: " + clock.Elapsed + " " + amplitude);
            clock.Restart();
            var result = circuit.Run(1000, 1, cancellation: TestContext.Current.CancellationToken);
            output.WriteLine("run: " + clock.Elapsed + " " + result.Engine);
        }
    }

    private static Complex[] Naive(Circuit circuit, int qubits)
    {
        var state = new Complex[1L << qubits];
        state[0] = 1;
        foreach (var step in circuit.Expand())
        {
            long mask = step.Qubits.Aggregate(0L, (m, q) => m | 1L << q), target = step.Qubits.Length == 0 ? 0 : 1L << step.Target;
            var turn = Complex.FromPolarCoordinates(1, step.Angle.ToRadians());
            for (long i = 0; i < state.Length; i++)
            {
                if (step.Kind == ElementaryGateKind.Phase && (i & mask) == mask) state[i] *= turn;
                if (step.Kind == ElementaryGateKind.Flip && (i & mask) == mask)
                    (state[i], state[i ^ target]) = (state[i ^ target], state[i]);
                if (step.Kind == ElementaryGateKind.Hadamard && (i & target) == 0)
                    (state[i], state[i | target]) = (
                        (state[i] + state[i | target]) / Math.Sqrt(2), (state[i] - state[i | target]) / Math.Sqrt(2));
            }
        }

        return state;
    }
}
