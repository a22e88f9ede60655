using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

public sealed class OpenQasmTests : IDisposable
{
    private const string Head = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("rewright-qasm-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Each program says the same in two ways; phases included.
    [Theory]
    [InlineData("qubit[3] q; qubit r; h q; cx q, r;", "qubit[3] q; qubit r; h q[0]; h q[1]; h q[2]; cx q[0], r; cx q[1], r; cx q[2], r;")]
    [InlineData("qubit[4] q; for int i in [0:2:3] { x q[i]; }", "qubit[4] q; x q[0]; x q[2];")]
    [InlineData("qubit[4] q; for uint i in {3, 1} x q[i];", "qubit[4] q; x q[3]; x q[1];")]
    [InlineData("qubit[4] q; h q[1:2]; s q[-1]; t q[3:-2:0]; z q[{0, 2}];",
        "qubit[4] q; h q[1]; h q[2]; s q[3]; t q[3]; t q[1]; z q[0]; z q[2];")]
    [InlineData("qubit[2] a; qubit[2] b; let c = a[1:1] ++ b; h c; cx c[0], c[2];", "qubit[2] a; qubit[2] b; h a[1]; h b; cx a[1], b[1];")]
    [InlineData("qubit[2] q; ctrl @ x q[0], q[1];", "qubit[2] q; cx q[0], q[1];")]
    [InlineData("qubit[3] q; negctrl @ ctrl @ x q[0], q[1], q[2];", "qubit[3] q; x q[0]; ccx q[0], q[1], q[2]; x q[0];")]
    [InlineData("qubit[4] q; ctrl(2) @ negctrl @ p(pi/3) q[0], q[1], q[2], q[3];",
        "qubit[4] q; x q[2]; ctrl(3) @ p(pi/3) q[0], q[1], q[2], q[3]; x q[2];")]
    [InlineData("qubit q; inv @ s q; pow(2) @ t q; pow(1/2) @ x q; pow(0.5) @ z q; pow(-3) @ rx(0.125) q;",
        "qubit q; sdg q; s q; pow(0) @ x q; s q; rx(-0.375) q;")]
    [InlineData("qubit q; pow(1.0/2.0) @ x q; inv @ pow(2) @ sx q; pow(0.5) @ p(3*pi/2) q;", "qubit q; sx q; x q; p(-pi/4) q;")]
    [InlineData("gate g(a, b) x, y { rz(a - b/2) x; ctrl @ ry(2*a) x, y; for int i in [1:2] p(i*b) y; } qubit[2] q; g(0.3, pi) q[1], q[0]; inv @ g(pi/7, 0.2) q[0], q[1]; pow(-2) @ ctrl @ g(1, 2) r, q[0], q[1];", null)]
    [InlineData("qubit q; U(0.1, 0.2, 0.3) q; u3(0.1, 0.2, 0.3) q; gphase(0.3);",
        "qubit q; gphase(0.3); p(0.3) q; gphase(0.05); ry(0.1) q; p(0.2) q; rz(0.3) q; ry(0.1) q; rz(0.2) q;")]
    [InlineData("qubit[2] q; ctrl @ gphase(pi/2) q[0]; cu(0.5, 0.25, 0.75, 0.125) q[0], q[1]; cu3(0.5, 0.25, 0.75) q[0], q[1];",
        "qubit[2] q; s q[0]; p(0.125 - 0.25) q[0]; ctrl @ U(0.5, 0.25, 0.75) q[0], q[1]; p(-0.75) q[0]; ctrl @ U(0.5, 0.25, 0.75) q[0], "
            + "q[1];")]
    [InlineData("const int n = 3; const float a = pi/n; int k = 1; qubit[n + 1] q; for int i in [0:n] { if (i % 2 == 0) rz(a*k) q[i]; else { x q[i]; } k += 2; }",
        "qubit[4] q; rz(pi/3) q[0]; x q[1]; rz(5*pi/3) q[2]; x q[3];")]
    [InlineData("qubit q; rz(0.7853981633974483) q; rz(2*pi - 0.5*tau) q; rz(sqrt(0.25)*pi) q; rz(2**3*pi/2**4) q;",
        "qubit q; rz(pi/4) q; rz(pi) q; rz(pi/2) q; rz(pi/2) q;")]
    [InlineData("qubit q; int i = 0; while (i < 3) { t q; i = i + 1; } for int j in [0:9] { if (j == 4) break; if (j == 2) continue; x q; }", "qubit q; t q; t q; t q; x q; x q; x q;")]
    [InlineData("qubit π; qubit[2] größe; p(τ/8) größe[0]; h π;", "qubit a; qubit[2] b; p(pi/4) b[0]; h a;")]
    public void Reads(string program, string? same)
    {
        if (same is null)
        {
            program = program.Replace("qubit[2] q;", "qubit[2] q; qubit r;", StringComparison.Ordinal);
            same = "qubit[2] q; qubit r; rz(0.3 - pi/2) q[1]; ctrl @ ry(0.6) q[1], q[0]; p(pi) q[0]; p(2*pi) q[0]; "
                + "p(-0.4) q[1]; p(-0.2) q[1]; cry(-2*pi/7) q[0], q[1]; rz(0.1 - pi/7) q[0]; "
                + "ctrl @ p(-4) r, q[1]; ctrl @ p(-2) r, q[1]; ctrl @ cry(-2) r, q[0], q[1]; ctrl @ p(-4) r, q[1]; ctrl @ p(-2) r, q[1]; "
                    + "ctrl @ cry(-2) r, q[0], q[1];";
        }

        Circuit first = OpenQasm.Read(Head + program), second = OpenQasm.Read(Head + same);
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare(first, second));
        // What is written says the same again.
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare(first, OpenQasm.Read(OpenQasm.Write(first))));
        Assert.IsType<Equivalent>(CircuitEquivalence.Compare(first, OpenQasm.Read(OpenQasm.Write(first, OpenQasmVersion.V2))));
    }

    [Fact]
    public void Reads_what_decides()
    {
        var circuit = OpenQasm.Read(Head + """
            qubit[2] q; bit[2] c; bit d;
            c = measure q;
            if (c == 2) { x q[0]; } else if (c[0] && !d) reset q;
            d = c[0] ^ c[1];
            measure q[1] -> d;
            while (int[2](c) < 0) { h q[0]; c[1] = measure q[0]; }
            barrier q;
            """);
        Assert.Collection(circuit,
            o => Assert.Equal(Measure(new(0), 0), o),
            o => Assert.Equal(Measure(new(1), 1), o),
            o =>
            {
                var branch = Assert.IsType<IfOperation>(o);
                Assert.Equal([0, 0, 1, 0], Values(branch.Condition));
                Assert.Equal([0, 1, 0, 1], Values(Assert.IsType<IfOperation>(Assert.Single(branch.Else)).Condition));
            },
            o => Assert.Equal([0, 1, 1, 0], Values(Assert.IsType<AssignOperation>(o).Value)),
            o => Assert.Equal(Measure(new(1), 2), o),
            o => Assert.Equal([0, 0, 1, 1], Values(Assert.IsType<WhileOperation>(o).Condition)),
            o => Assert.Equal(Barrier(new(0), new(1)), o));
        var again = OpenQasm.Read(OpenQasm.Write(circuit));
        Assert.Equal(OpenQasm.Write(circuit), OpenQasm.Write(again));
        Assert.Equal(circuit.Count, again.Count);

        // For the values 0 to 3 of the first register.
        static IEnumerable<long> Values(ClassicalExpression e)
            => Enumerable.Range(0, 4).Select(value => e.Evaluate(bit => (value >> bit & 1) != 0));
    }

    [Fact]
    public void Reads_version_2()
    {
        var circuit = OpenQasm.Read("""
            OPENQASM 2.0;
            include "qelib1.inc";
            gate majority a, b, c { cx c, b; cx c, a; ccx a, b, c; }
            qreg q[3]; creg c[2];
            U(pi/2, 0, pi) q[0]; CX q[0], q[1]; majority q[0], q[1], q[2]; rz(2^3*pi/3) q[0]; u1(1/2) q;
            measure q[0] -> c[0];
            if (c == 1) x q[1];
            """);
        Assert.Equal([new Register("q", 0, 3)], circuit.QubitRegisters);
        Assert.Equal(9, circuit.Count);
        Assert.Equal(Rz(Angle.Pi * new Rational(8, 3), new(0)), circuit[3]);
        Assert.Equal(Angle.FromRadians(0.5), ((GateOperation)circuit[4]).Angles[0]);
        string text = OpenQasm.Write(circuit, OpenQasmVersion.V2);
        Assert.Contains("if (c == 1) x q[1];", text, StringComparison.Ordinal);
        Assert.Equal(text, OpenQasm.Write(OpenQasm.Read(text), OpenQasmVersion.V2));
    }

    [Fact]
    public void Includes_files()
    {
        var circuit = OpenQasm.Read(Head + "include \"mine.inc\"; qubit[2] q; mine q[0], q[1];", new()
        {
            Include = name => name == "mine.inc"
            ? "include \"other.inc\"; gate mine a, b { other b; cx a, b; }" : name == "other.inc" ? "gate other a { h a; }" : null,
        });
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare(circuit, [H(new(1)), CX(new(0), new(1))]));
        Fails(1, 9, "includes itself", "include \"a\";", new() { Include = _ => "include \"a\";" });
        Fails(2, 9, "no file 'b'", "\ninclude \"b\";");
    }

    [Theory]
    // line, column, part of the message, program
    [InlineData(1, 11, "Expected ';'", "qubit[2] q")]
    [InlineData(1, 1, "OpenQASM 4.0 is not supported", "OPENQASM 4.0; qubit q;", 10)]
    [InlineData(1, 10, "no gate 'foo'", "qubit q; foo q;")]
    [InlineData(1, 13, "takes 2 qubits, not 1", "qubit[2] q; cx q[0];")]
    [InlineData(1, 10, "takes 1 angle, not 0", "qubit q; rz q;")]
    [InlineData(1, 10, "takes 0 angles, not 1", "qubit q; h(1) q;")]
    [InlineData(1, 22, "same qubit twice", "qubit[2] q; cx q[0], q[0];")]
    [InlineData(2, 7, "same qubit twice", "qubit[2] q;\ncx q, q;")]
    [InlineData(1, 17, "out of range", "qubit[2] q; h q[2];")]
    [InlineData(1, 17, "out of range", "qubit[2] q; h q[-3];")]
    [InlineData(1, 17, "out of range", "qubit[2] q; h q[1:5];")]
    [InlineData(3, 3, "used in its own definition", "gate g a {\n  h a;\n  g a;\n}")]
    [InlineData(1, 12, "no gate 'g'", "gate f a { g a; } gate g a { f a; }")]
    [InlineData(1, 16, "A gate acts on its own qubits only", "qubit q; gate g a { h q; }", 23)]
    [InlineData(1, 12, "consists of gates", "gate g a { reset a; }")]
    [InlineData(1, 7, "More than 100000 qubits", "qubit[1000000000] q;")]
    [InlineData(1, 7, "More than 100000 qubits", "qubit[99999999999999999999] q;")]
    [InlineData(1, 7, "at least one element", "qubit[0] q;")]
    [InlineData(1, 8, "whole number", "qubit[0.5] q;", 7)]
    [InlineData(1, 19, "operations", "qubit q; for int i in [0:1000000000000] { h q; }", 43)]
    [InlineData(1, 9, "too long", "for int i in [0:1000000000000] { }")]
    [InlineData(1, 12, "too long", "int i = 0; while (i < 1) { }")]
    [InlineData(1, 1, "Registers of 2 qubits and of 3", "qubit[2] a; qubit[3] b; cx a, b;", 31)]
    [InlineData(1, 10, "is already used", "qubit q; qubit q;", 16)]
    [InlineData(1, 12, "nothing called 'r'", "qubit q; h r;")]
    [InlineData(1, 12, "no qubit", "bit c; h c;", 10)]
    [InlineData(1, 13, "divides by zero", "qubit q; rz(1/0) q;", 14)]
    [InlineData(1, 1, "is not supported", "def f(qubit q) { h q; }")]
    [InlineData(1, 1, "The comment is not closed", "/* x")]
    [InlineData(1, 8, "not expected here", "qubit q\u0001;")]
    [InlineData(1, 14, "cannot be kept exactly", "gate g(a) q { rz(sin(a)) q; }", 22)]
    [InlineData(1, 14, "cannot be combined", "gate g(a) q { rz(a*a) q; }", 19)]
    [InlineData(1, 1, "no power 1/2", "gate g q { h q; } qubit q; pow(0.5) @ g q;", 39)]
    [InlineData(1, 1, "would depend on bits", "bit c; int i = 0; if (c) { i = 1; }", 28)]
    [InlineData(1, 1, "2 qubits are measured into 3 bits", "qubit[2] q; bit[3] c; c = measure q;", 23)]
    [InlineData(1, 1, "too many digits", "qubit q; rz(1e999999999) q;", 13, "exponent")]
    public void Says_where_a_mistake_is(
        int line, int column, string message, string program, int? otherColumn = null, string? otherMessage = null)
        => Fails(line, otherColumn ?? column, otherMessage ?? message, program);

    [Fact]
    public void Hostile_programs_end()
    {
        foreach (string program in new[]
        {
            new string('(', 100_000), "qubit q; rz(" + new string('-', 100_000) + "1) q;",
            "qubit q; rz(" + string.Concat(Enumerable.Repeat("1+", 100_000)) + "1) q;",
            "int i = " + string.Concat(Enumerable.Repeat("9**", 50)) + "9;", string.Concat(Enumerable.Repeat("{", 100_000)),
            string.Concat(Enumerable.Repeat("if (true) ", 100_000)) + ";",
            "qubit q; " + string.Concat(Enumerable.Repeat("inv @ ", 100_000)) + "h q;",
            "qubit[100000] q; for int i in [0:100000] { barrier q; }", "qubit[100000] q; for int i in [0:100000] { let a = q ++ q; }",
            string.Concat(Enumerable.Range(0, 300).Select(
            i => "gate g" + i + " a { " + (i == 0 ? "h a;" : "g" + (i - 1) + " a; g" + (i - 1) + " a;") + " }\n")),
            "int i = 1; while (true) { i = i << 900; if (i < 0) break; }", "qubit q; rz(" + new string('1', 5000) + ") q;",
        })
            Assert.Throws<OpenQasmException>(() => OpenQasm.Read(program));

        // Short to write, and too long to carry out.
        var circuit = OpenQasm.Read(
            Head + string.Concat(
            Enumerable.Range(0, 60).Select(
            i => "gate g" + i + " a { " + (i == 0 ? "h a;" : "g" + (i - 1) + " a; g" + (i - 1) + " a;") + " }\n"))
            + "qubit q; g59 q; pow(1000000000000) @ g3 q;");
        Assert.Equal(2, circuit.Count);
        Assert.False(circuit.CanExpand);
        Assert.Throws<InvalidOperationException>(circuit.Expand);
        Assert.IsType<EquivalenceUnknown>(CircuitEquivalence.Compare(circuit, circuit));
        Assert.Equal(circuit, OpenQasm.Read(OpenQasm.Write(circuit)));
        Assert.Throws<NotSupportedException>(() => Qir.QirWriter.Write(circuit));
        Assert.Empty(OpenQasm.Read(string.Concat(Enumerable.Repeat("pragma x\n", 100_000))));
    }

    [Fact]
    public void Circuits_of_all_gates_come_back()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var circuit = RandomCircuits.Next(seed, 5, gates: 12);
            var again = OpenQasm.Read(OpenQasm.Write(circuit));
            Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare(circuit, again));
            // What gates are taken apart to is not always proved to be the same, but it does the same to some state.
            var old = OpenQasm.Read(OpenQasm.Write(circuit, OpenQasmVersion.V2));
            Assert.False(CircuitEquivalence.Compare(circuit, old) is NotEquivalent);
            using var state = RandomCircuits.State(seed, 5);
            state.Apply(circuit);
            state.Apply(old.Inverse());
            using var same = RandomCircuits.State(seed, 5);
            var overlap = Enumerable.Range(0, 32).Select(i => System.Numerics.Complex.Conjugate(same[i]) * state[i]).Aggregate(
                (a, b) => a + b);
            Assert.Equal(1, overlap.Magnitude, 1e-9);
        }
    }

    [Fact]
    public void Modified_gates_come_back()
    {
        var q = Qubit.Register(6);
        Circuit circuit =
        [
            Apply(StandardGates.H.Controlled(3), q[0], q[1], q[2], q[3]), Rz(0.3, q[5]).Controlled(q[0], q[1], q[2], q[3], q[4]),
            X(q[0]).Controlled(q[1], q[2], q[3], q[4], q[5]),
            Apply(Define("mine", [H(q[0]), CP(Angle.Symbol("a") * 3, q[0], q[1])], "a").Controlled(2), [Angle.Pi / 5], q[3], q[2], q[1],
            q[0]), Y(q[0]).ToPower(new(1, 3)), CSwap(q[0], q[1], q[2]).Inverse,
        ];
        Assert.Equal(new Equivalent(Angle.Zero), CircuitEquivalence.Compare(circuit, OpenQasm.Read(OpenQasm.Write(circuit))));
        Assert.IsType<Equivalent>(CircuitEquivalence.Compare(circuit, OpenQasm.Read(OpenQasm.Write(circuit, OpenQasmVersion.V2))));
    }

    [Fact]
    public void Angles_without_values_are_inputs()
    {
        Circuit circuit = [Rz(Angle.Symbol("theta") / 2 - Angle.Pi, new(0))];
        Assert.Contains("input float theta;", OpenQasm.Write(circuit), StringComparison.Ordinal);
        Assert.Equal(circuit, OpenQasm.Read(OpenQasm.Write(circuit)));
        Assert.Throws<NotSupportedException>(() => OpenQasm.Write(circuit, OpenQasmVersion.V2));
    }

    [Fact]
    public void All_benchmark_circuits_come_back()
    {
        foreach (string file in Data.Circuits())
        {
            var circuit = OpenQasm.Read(File.ReadAllText(file), new() { File = file });
            foreach (var version in new[] { OpenQasmVersion.V2, OpenQasmVersion.V3 })
            {
                // The programs of OpenQASM 3 have loops.
                if (version == OpenQasmVersion.V2 && file.Contains("qasm3", StringComparison.Ordinal)) continue;
                string text = OpenQasm.Write(circuit, version);
                var again = OpenQasm.Read(text);
                Assert.Equal(circuit.Count, again.Count);
                Assert.Equal(text, OpenQasm.Write(again, version));
                if (version == OpenQasmVersion.V3 && !file.Contains("loop-nonlinear", StringComparison.Ordinal))
                    Assert.Equal(circuit, again);
            }
        }
    }

    [Fact]
    public void Others_accept_what_is_written()
    {
        var written = new List<string>();
        foreach (string file in Data.Circuits("toffoli", "qasm3"))
        {
            var circuit = OpenQasm.Read(File.ReadAllText(file), new() { File = file });
            string name = Path.GetFileNameWithoutExtension(file).Replace('^', '_');
            written.Add(Write(name + "-3.qasm", OpenQasm.Write(circuit)));
            if (!file.Contains("qasm3", StringComparison.Ordinal))
                written.Add(Write(name + "-2.qasm", OpenQasm.Write(circuit, OpenQasmVersion.V2)));
        }

        for (int seed = 0; seed < 10; seed++)
        {
            var circuit = RandomCircuits.Next(seed, 6, gates: 60);
            written.Add(Write("random-" + seed + "-3.qasm", OpenQasm.Write(circuit)));
            written.Add(Write("random-" + seed + "-2.qasm", OpenQasm.Write(circuit, OpenQasmVersion.V2)));
        }

        var (status, output) = Data.Check(["validate", .. written]);
        Assert.True(status == 0, string.Join('\n', output.Split('\n').Where(l => !l.EndsWith(": valid", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("toffoli/tof_3")]
    [InlineData("toffoli/mod5_4")]
    public void Others_find_what_is_written_equivalent(string name)
    {
        string file = Path.Combine(Data.Root, "circuits", name + ".qasm");
        var circuit = OpenQasm.Read(File.ReadAllText(file));
        foreach (var version in new[] { OpenQasmVersion.V2, OpenQasmVersion.V3 })
        {
            var (status, output) = Data.Check("equal", file, Write("a.qasm", OpenQasm.Write(circuit, version)));
            Assert.True(status == 0, output);
        }
    }

    // The matrices of all gates, as others know them: what we write in OpenQASM 3 is compared with what we write in OpenQASM 2, by other
    // means.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Others_find_both_versions_equivalent(int seed)
    {
        // Others take angles modulo 2 pi, and sums of them too, which matters under control.
        var circuit = RandomCircuits.Next(seed, 5, gates: 25);
        circuit = circuit.With(
            circuit.OfType<GateOperation>().Select(
            g => new GateOperation(g.Gate, [.. g.Angles.Select(a => a.Sign < 0 ? -a : a).Select(a => a % (Angle.Pi / 2))], g.Qubits)));
        string old = OpenQasm.Write(circuit, OpenQasmVersion.V2), text = OpenQasm.Write(circuit);
        var (status, output) = Data.Check("equal", Write("a.qasm", old), Write("b.qasm", text));
        Assert.True(status == 0, output + old + text);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static void Fails(int line, int column, string message, string program, OpenQasmOptions? options = null)
    {
        var e = Assert.Throws<OpenQasmException>(() => OpenQasm.Read(program, options));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (e.Span.Line, e.Span.Column));
    }
}
