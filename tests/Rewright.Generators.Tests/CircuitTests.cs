using System;
using System.Linq;
using System.Threading.Tasks;
using Rewright.Emit.CSharp;
using Rewright.Generators.Tests.Kit;
using Rewright.Quantum;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Circuits become programs in OpenQASM, and what cannot is said at its place.</summary>
public class CircuitTests
{
    private static ModuleTest Circuits(string members) => new("""
        using Rewright.Quantum;
        using static Rewright.Quantum.Gates;

        namespace Demo;

        public static class Circuits
        {

        """ + members + "\n}");

    private static string Program(ModuleTestResult result, string name)
    {
        var artifact = ArtifactFile.FromCSharp(result.Generated("Demo.Circuits." + name + "-circuit.g.cs"))!;
        Assert.Equal("qasm/Demo.Circuits/" + name + ".qasm", artifact.Path);
        return artifact.Text;
    }

    [Fact]
    public async Task A_circuit_is_written_as_it_stands()
    {
        var result = await Circuits("""
            [Circuit] public static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, target: b)];
            [Circuit] static Circuit Turns(Qubit q, Qubit r, Angle theta)
            {
                return [Rz(theta / 2 - Angle.Pi * 3 / 4, q), P(-Math.PI / 3, q), Rx(0.25, q), P(Angle.OfPi(new Rational(1, 7)), r), P(2 * theta, r),
                    (S(q).Inverse), X(q).Controlled(r), Y(r).ToPower(new Rational(1, 3)), .. Bell(r, q), Measure(q, 1), If(1, X(r), Z(r)), Reset(q), Barrier(q, r)];
            }
            """).RunForResultAsync();
        Assert.Equal("""
            OPENQASM 3.0;
            include "stdgates.inc";
            qubit a;
            qubit b;
            h a;
            cx a, b;

            """, Program(result, "Bell"), ignoreLineEndingDifferences: true);
        Assert.Equal("""
            OPENQASM 3.0;
            include "stdgates.inc";
            input float theta;
            gate Bell a, b {
                h a;
                cx a, b;
            }
            qubit q;
            qubit r;
            bit[2] c;
            rz(-3*pi/4 + theta/2) q;
            p(-pi/3) q;
            rx(0.25) q;
            p(pi/7) r;
            p(2*theta) r;
            sdg q;
            cx r, q;
            pow(1.0/3.0) @ y r;
            Bell r, q;
            c[1] = measure q;
            if (c[1]) {
                x r;
                z r;
            }
            reset q;
            barrier q, r;

            """, Program(result, "Turns"), ignoreLineEndingDifferences: true);
        var index = ArtifactIndex.FromArtifact(ArtifactFile.FromCSharp(result.Generated(ArtifactIndex.FileName))!);
        Assert.Equal(["qasm/Demo.Circuits/Bell.qasm", "qasm/Demo.Circuits/Turns.qasm"],
            index.Entries.Select(e => e.Path).Order(StringComparer.Ordinal));
    }

    // A circuit that measures has no gate to be called by.
    [Fact]
    public async Task Circuits_that_measure_are_put_in_place()
    {
        var result = await Circuits("""
            [Circuit] static Circuit Look(Qubit a, Angle by) => [Rx(by, a), Measure(a, 0)];
            [Circuit] static Circuit Both(Qubit q, Qubit r) => [.. Look(r, Angle.Pi / 2), .. Look(q, 0)];
            """).RunForResultAsync();
        Assert.EndsWith("rx(pi/2) r;\nc[0] = measure r;\nrx(0) q;\nc[0] = measure q;\n", Program(result, "Both"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_differ_by_case_get_files_of_their_own()
    {
        var result = await Circuits("""
            [Circuit] static Circuit Go(Qubit a) => [X(a)];
            [Circuit] static Circuit go(Qubit a) => [Y(a)];
            [Circuit] static Circuit go(Qubit a, Qubit b) => [Z(a)];
            """).RunForResultAsync();
        Assert.Equal(3, result.FileNames.Count(
            n => n.StartsWith("Demo.Circuits.", StringComparison.OrdinalIgnoreCase)
            && n.EndsWith("-circuit.g.cs", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[Circuit] static Circuit {|RW0120:C|}<T>(Qubit a) => [H(a)];")]
    [InlineData("[Circuit] static GateOperation {|RW0120:C|}(Qubit a) => H(a);")]
    [InlineData("[Circuit] static Circuit {|RW0120:C|}(Qubit a) { var h = H(a); return [h]; }")]
    [InlineData("[Circuit] static Circuit C({|RW0121:Qubit[] q|}, {|RW0121:int n|}, {|RW0121:ref Angle a|}) => [];")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [{|RW0122:CX(a, a)|}];")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [{|RW0122:Helper(a)|}, H({|RW0122:new Qubit(3)|})]; static GateOperation Helper(Qubit a) => H(a);")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [.. {|RW0122:Helper(a)|}]; static Circuit Helper(Qubit a) => [H(a)];")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [.. {|RW0122:C(a)|}];")]
    [InlineData("[Circuit] static Circuit C(Qubit a, Angle x) => [Rz({|RW0122:x % Angle.Pi|}, a), Rz(x / {|RW0122:new Rational(1, N)|}, a)]; static int N => 2;")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [Rz({|RW0122:N > 1 ? 1 : 2|}, a)]; static int N => 2;")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [Measure(a, {|RW0122:-1|})];")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => {|RW0122:new([H(a)])|};")]
    [InlineData("[Circuit] static Circuit C(Qubit a) => [{|RW0122:RCCXs(a)|}]; static CircuitOperation RCCXs(Qubit a) => H(a);")]
    public async Task What_cannot_be_written_is_said(string members) => await Circuits(members).RunAsync();

    [Fact]
    public async Task A_circuit_is_static()
        => await new ModuleTest(
            "using Rewright.Quantum; using static Rewright.Quantum.Gates; public class Circuits { [Circuit] Circuit {|RW0120:C|}(Qubit a) "
                + "=> [H(a)]; }").RunAsync();

    [Fact]
    public async Task Mistakes_of_the_compiler_are_not_repeated()
    {
        var diagnostics = await Circuits("[Circuit] static Circuit C(Qubit a) => [H(b), Foo(a), CX(a)];").GetDiagnosticsAsync();
        Assert.All(diagnostics, d => Assert.StartsWith("CS", d.Id, StringComparison.Ordinal));
    }
}
