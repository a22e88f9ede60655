using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Llvm;
using Rewright.Quantum.Qir;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

public class ExecutionTests
{
    private const string Teleport = """
        OPENQASM 3.0;
        include "stdgates.inc";
        qubit[3] q; bit[2] m; bit r;
        ry(2*pi/3) q[0];
        h q[1]; cx q[1], q[2];
        cx q[0], q[1]; h q[0];
        m = measure q[0:1];
        if (m[1]) x q[2];
        if (m == 1 || m == 3) { z q[2]; }
        ry(-2*pi/3) q[2];
        r = measure q[2];
        """;

    private static readonly Qubit[] Q = Qubit.Register(5);

    public static TheoryData<CircuitEngine> Engines
        => InProcessCompiler.Missing is null ? [CircuitEngine.Native, CircuitEngine.Interpreter] : [CircuitEngine.Interpreter];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Entangled_qubits_agree(CircuitEngine engine)
    {
        Circuit bell = [H(Q[0]), CX(Q[0], Q[1])];
        var result = bell.Run(shots: 1000, seed: 1, engine, TestContext.Current.CancellationToken);
        Assert.Equal(engine, result.Engine);
        Assert.Equal(["00", "11"], result.Counts.Keys);
        Assert.Equal(1000, result.Counts.Values.Sum());
        Assert.InRange(result.Counts["00"], 400, 600);
        Assert.Equal(result.Counts, bell.Run(shots: 1000, seed: 1, engine, TestContext.Current.CancellationToken).Counts);
    }

    // The state comes through, whatever is measured on the way: the last bit is always 0.
    [Theory]
    [MemberData(nameof(Engines))]
    public void Teleports(CircuitEngine engine)
    {
        var result = OpenQasm.Read(Teleport).Run(200, 3, engine, TestContext.Current.CancellationToken);
        Assert.Equal(engine, result.Engine);
        Assert.Equal(["00 0", "01 0", "10 0", "11 0"], result.Counts.Keys);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Loops_until_it_succeeds(CircuitEngine engine)
    {
        var circuit = OpenQasm.Read("""
            qubit q; bit c = true; bit[2] n;
            while (c) { reset q; h q; c = measure q; n[0] = !n[0]; }
            n[1] = (int[2](n) < 0) || c;
            x q; measure q;
            """);
        var result = circuit.Run(300, 5, engine, TestContext.Current.CancellationToken);
        Assert.Equal(["0 00", "0 01"], result.Counts.Keys);
        // An odd number of turns: 1/2 + 1/8 + ... is two thirds.
        Assert.InRange(result.Counts["0 01"], 160, 240);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Both_engines_find_what_amplitudes_say(CircuitEngine engine)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            var circuit = RandomCircuits.Next(seed, 5, gates: 40);
            using var state = new Simulation.StateVector(5);
            state.Apply(circuit);
            var counts = circuit.Run(4000, seed, engine, TestContext.Current.CancellationToken).Counts;
            for (int basis = 0; basis < 32; basis++)
            {
                double probability = state[basis].Magnitude * state[basis].Magnitude;
                int found = counts.GetValueOrDefault(Convert.ToString(basis, 2).PadLeft(5, '0'));
                // Five standard deviations.
                Assert.InRange(found, 4000 * probability - 5 * Math.Sqrt(4000 * probability) - 1e-6,
                    4000 * probability + 5 * Math.Sqrt(4000 * probability) + 1e-6);
            }
        }
    }

    [Fact]
    public void Base_profile_has_gates_then_measurements()
    {
        Circuit circuit = [H(Q[0]), Measure(Q[0], 1), CX(Q[1], Q[2]), Rz(Angle.Pi / 4, Q[1]), Measure(Q[1], 0)];
        Assert.Equal("""
            define i64 @circuit() #0 {
            entry:
              call void @__quantum__rt__initialize(ptr null)
              call void @__quantum__qis__h__body(ptr null)
              call void @__quantum__qis__cx__body(ptr inttoptr (i64 1 to ptr), ptr inttoptr (i64 2 to ptr))
              call void @__quantum__qis__rz__body(double 0x3FE921FB54442D18, ptr inttoptr (i64 1 to ptr))
              br label %measurements

            measurements:
              call void @__quantum__qis__mz__body(ptr null, ptr inttoptr (i64 1 to ptr))
              call void @__quantum__qis__mz__body(ptr inttoptr (i64 1 to ptr), ptr null)
              br label %output

            output:
              call void @__quantum__rt__array_record_output(i64 2, ptr null)
              call void @__quantum__rt__result_record_output(ptr null, ptr null)
              call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
              ret i64 0
            }

            declare void @__quantum__qis__cx__body(ptr, ptr)
            declare void @__quantum__qis__h__body(ptr)
            declare void @__quantum__qis__mz__body(ptr, ptr writeonly) #1
            declare void @__quantum__qis__rz__body(double, ptr)
            declare void @__quantum__rt__array_record_output(i64, ptr)
            declare void @__quantum__rt__initialize(ptr)
            declare void @__quantum__rt__result_record_output(ptr, ptr)

            attributes #0 = { "entry_point" "output_labeling_schema" "qir_profiles"="base_profile" "required_num_qubits"="3" "required_num_results"="2" }
            attributes #1 = { "irreversible" }

            !llvm.module.flags = !{!0, !1, !2, !3}
            !0 = !{i32 1, !"qir_major_version", i32 2}
            !1 = !{i32 7, !"qir_minor_version", i32 0}
            !2 = !{i32 1, !"dynamic_qubit_management", i1 false}
            !3 = !{i32 1, !"dynamic_result_management", i1 false}

            """, QirWriter.Write(circuit), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Pointers_can_have_types()
    {
        string text = QirWriter.Write([CX(Q[0], Q[1]), Measure(Q[1], 0)], new() { TypedPointers = true });
        Assert.Contains("%Qubit = type opaque", text, StringComparison.Ordinal);
        Assert.Contains("@__quantum__qis__cx__body(%Qubit* null, %Qubit* inttoptr (i64 1 to %Qubit*))", text, StringComparison.Ordinal);
        Assert.Contains("declare void @__quantum__qis__mz__body(%Qubit*, %Result* writeonly) #1", text, StringComparison.Ordinal);
        Assert.Contains("!\"qir_major_version\", i32 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("(ptr ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_profile_lacks_is_said()
    {
        Circuit circuit = [Measure(Q[0], 0), If(0, X(Q[1]))];
        Assert.Contains("adaptive", Assert.Throws<NotSupportedException>(() => QirWriter.Write(circuit)).Message, StringComparison.Ordinal);
        Assert.Contains("read_result", QirWriter.Write(circuit, new() { Profile = QirProfile.Adaptive }), StringComparison.Ordinal);
        Assert.Contains("no value", Assert.Throws<NotSupportedException>(() => QirWriter.Write([Rz(Angle.Symbol("a"), Q[0])])).Message,
            StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => new Simulation.StateVector(60));
    }

    [Fact]
    public void Llvm_accepts_what_is_written()
    {
        if (LlvmDiscovery.Find() is not LlvmFound { Library: var llvm })
        {
            Assert.Skip("There is no LLVM.");
            return;
        }

        for (int seed = 0; seed < 5; seed++)
        {
            string text = QirWriter.Write(RandomCircuits.Next(seed, 6, gates: 100));
            Assert.True(new LlvmCompiler(llvm).Compile(
                text, new() { Output = CompileOutput.None }, TestContext.Current.CancellationToken) is CompileSucceeded, text);
        }
    }
}
