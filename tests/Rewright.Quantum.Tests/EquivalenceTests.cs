using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

public class EquivalenceTests
{
    private static readonly Qubit[] Q = Qubit.Register(4);

    [Fact]
    public void Phases_are_found()
    {
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare([H(Q[0]), X(Q[0]), H(Q[0])], [Z(Q[0])]));
        Assert.Equal(new Equivalent(Angle.Pi / 4), CircuitEquivalence.Compare([Rz(Angle.Pi / 2, Q[0])], [S(Q[0])]));
        Assert.Equal(new Equivalent(Angle.Symbol("a") / 2),
            CircuitEquivalence.Compare([Rz(Angle.Symbol("a"), Q[0])], [P(Angle.Symbol("a"), Q[0])]));
        Assert.Equal(new Equivalent(Angle.Zero),
            CircuitEquivalence.Compare([Swap(Q[0], Q[1])], [CX(Q[0], Q[1]), CX(Q[1], Q[0]), CX(Q[0], Q[1])]));
        // Angles that are no fractions of pi with powers of two, on what is no sum of variables.
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare([P(Angle.Pi / 3, Q[2]).Controlled(Q[0], Q[1])],
            [CP(Angle.Pi / 6, Q[1], Q[2]), CX(Q[0], Q[1]), CP(Angle.Pi / -6, Q[1], Q[2]), CX(Q[0], Q[1]), CP(Angle.Pi / 6, Q[0], Q[2])]));
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare([P(Angle.Symbol("a"), Q[3]).Controlled(Q[0], Q[1], Q[2])],
            [CP(Angle.Symbol("a") / 2, Q[2], Q[3]), CCX(Q[0], Q[1], Q[2]), CP(Angle.Symbol("a") / -2, Q[2], Q[3]), CCX(Q[0], Q[1], Q[2]),
                P(Angle.Symbol("a") / 2, Q[3]).Controlled(Q[0], Q[1])]));
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare([SX(Q[0]), SX(Q[0])], [X(Q[0])]));
        Assert.Equal(new Equivalent(Angle.Zero),
            CircuitEquivalence.Compare([Ry(0.3, Q[0]), Ry(0.4, Q[0])], [Ry(Angle.FromRadians(0.3) + Angle.FromRadians(0.4), Q[0])]));
    }

    [Fact]
    public void Differences_are_found()
    {
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([H(Q[0])], [X(Q[0])]));
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([T(Q[0]), X(Q[1])], [Tdg(Q[0]), X(Q[1])]));
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([Rz(Angle.Symbol("a"), Q[0])], [Rz(Angle.Symbol("b"), Q[0])]));
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([CCX(Q[0], Q[1], Q[2])], [CCX(Q[0], Q[2], Q[1])]));
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([P(Angle.Pi / 1024, Q[0])], [Id(Q[0])]));
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([H(Q[0])], [H(Q[0]), Id(Q[1])]));
        // Of all three-qubit controls, one only: a random input is one in eight.
        Assert.IsType<NotEquivalent>(CircuitEquivalence.Compare([X(Q[3]).Controlled(Q[0], Q[1], Q[2])], [Id(Q[3])]));
    }

    // What decides and measures stays where it is, or nothing is said.
    [Fact]
    public void Control_is_compared_place_by_place()
    {
        Circuit circuit = [H(Q[0]), Measure(Q[0], 0), If(0, X(Q[1]), Z(Q[1]), Z(Q[1])), Barrier(Q[1]), Reset(Q[0])];
        Assert.Equal(new Equivalent(Angle.Zero),
            CircuitEquivalence.Compare(circuit, [H(Q[0]), Z(Q[0]), Z(Q[0]), Measure(Q[0], 0), If(0, X(Q[1])), Reset(Q[0])]));
        Assert.IsType<EquivalenceUnknown>(CircuitEquivalence.Compare(circuit, [H(Q[0]), Measure(Q[0], 0), If(0, Z(Q[1])), Reset(Q[0])]));
        Assert.IsType<EquivalenceUnknown>(CircuitEquivalence.Compare(circuit, [Measure(Q[0], 0), H(Q[0]), If(0, X(Q[1])), Reset(Q[0])]));
        Assert.IsType<EquivalenceUnknown>(CircuitEquivalence.Compare(circuit, [H(Q[0]), If(0, X(Q[1])), Measure(Q[0], 0), Reset(Q[0])]));
    }

    // The exact unitaries decide whether the outcome is right.
    [Fact]
    public void Random_circuits_are_judged_rightly()
    {
        var gates = new[] { StandardGates.H, StandardGates.T, StandardGates.CX, StandardGates.CX, StandardGates.S, StandardGates.CCX,
            StandardGates.Tdg, StandardGates.SX };
        int equal = 0, different = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var first = new Circuit(
                [.. Enumerable.Range(0, 10).Select(_ => RandomCircuits.Operation(random, gates[random.Next(gates.Length)], 3))],
                [new Register("q", 0, 3)]);
            // Two of the same, sometimes with one gate in another place.
            var operations = first.ToList();
            int i = random.Next(operations.Count - 1);
            (operations[i], operations[i + 1]) = (operations[i + 1], operations[i]);
            var second = first.With(operations);
            bool expected = IsSame(first, second);
            var result = CircuitEquivalence.Compare(first, second);
            Assert.True(expected ? result is Equivalent : result is NotEquivalent, $"seed {seed}: {result}, {first}, {second}");
            if (expected) equal++;
            else different++;
        }

        Assert.True(equal > 20 && different > 20);
    }

    [Fact]
    public void Published_forms_of_each_benchmark_are_equivalent()
    {
        string root = Path.Combine(Data.Root, "circuits");
        int compared = 0;
        foreach (string file in Data.Circuits("toffoli"))
        {
            var first = OpenQasm.Read(File.ReadAllText(file));
            foreach (string form in new[] { "nam", "nam_fixed", "clifford_t", "nam_light", "nam_heavy" })
            {
                string other = Path.Combine(root, form, Path.GetFileName(file));
                if (!File.Exists(other)) continue;
                var second = OpenQasm.Read(File.ReadAllText(other));
                Assert.True(CircuitEquivalence.Compare(first, second) is Equivalent, other);
                compared++;
            }
        }

        Assert.True(compared > 100);
    }

    [Theory]
    // Past what happens on other qubits, also as the other half of what is there.
    [InlineData("t q[1]; h q[0]; c[0] = measure q[0]; tdg q[1]; h q[1];", "h q[0]; c[0] = measure q[0]; h q[1];", true)]
    [InlineData("cx q[0], q[1]; t q[1]; cx q[0], q[1]; reset q[2]; x q[0];",
        "x q[0]; reset q[2]; cx q[0], q[1]; t q[1]; cx q[0], q[1]; x q[0]; x q[0];", false)]
    [InlineData("x q[0]; reset q[2]; h q[2]; t q[0]; if (c[0]) { h q[2]; } h q[0];",
        "reset q[2]; h q[2]; if (c[0]) { h q[2]; } x q[0]; t q[0]; h q[0];", true)]
    // What is measured is not past.
    [InlineData("h q[0]; c[0] = measure q[0];", "c[0] = measure q[0]; h q[0];", false)]
    [InlineData("cx q[0], q[1]; c[0] = measure q[1];", "c[0] = measure q[1]; cx q[0], q[1];", false)]
    [InlineData("x q[1]; c[0] = measure q[0]; c[1] = measure q[1];", "c[0] = measure q[0]; c[1] = measure q[1]; x q[1];", false)]
    public void Gates_pass_what_happens_elsewhere(string first, string second, bool isEqual)
    {
        Circuit Read(string text) => OpenQasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; qubit[3] q; bit[2] c; " + text);
        Assert.Equal(isEqual, CircuitEquivalence.Compare(Read(first), Read(second)) is Equivalent);
    }

    // A mistake that changes the circuit is never called equivalent, and is found in most.
    [Fact]
    public void Mistakes_in_benchmarks_are_found()
    {
        int found = 0, all = 0;
        foreach (string file in Data.Circuits("clifford_t").Where(f => new FileInfo(f).Length < 20_000))
        {
            var circuit = OpenQasm.Read(File.ReadAllText(file));
            for (int seed = 0; seed < 4; seed++)
            {
                var random = new Random(seed);
                int place = random.Next(circuit.Count);
                var gate = (GateOperation)circuit[place];
                var wrong = circuit.ToList();
                if (gate.Gate == StandardGates.T) wrong[place] = Tdg(gate.Qubits[0]);
                else if (gate.Gate == StandardGates.CX) wrong[place] = CX(gate.Qubits[1], gate.Qubits[0]);
                else wrong.RemoveAt(place);
                var result = CircuitEquivalence.Compare(circuit, circuit.With(wrong));
                Assert.False(result is Equivalent, file + " " + place);
                all++;
                if (result is NotEquivalent) found++;
            }
        }

        Assert.True(found >= all * 9 / 10, $"{found} of {all}");
    }

    private static bool IsSame(Circuit first, Circuit second)
    {
        ExactNumber? phase = null;
        foreach (var (a, b) in ExactState.Columns(first, 3).Zip(ExactState.Columns(second, 3)))
        {
            foreach (ulong row in Enumerable.Range(0, 8).Select(r => (ulong)r))
            {
                if (a[row].IsZero != b[row].IsZero) return false;
                if (a[row].IsZero) continue;
                // Entries of one size whose quotient is the same everywhere.
                var quotient = a[row] * b[row].Conjugate;
                if (!(a[row] * a[row].Conjugate - b[row] * b[row].Conjugate).IsZero) return false;
                var turned = quotient;
                phase ??= turned;
                var (x, y) = (turned.ToComplex(), phase.ToComplex());
                if ((x / x.Magnitude - y / y.Magnitude).Magnitude > 1e-9) return false;
            }
        }

        return true;
    }
}
