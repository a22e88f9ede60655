using System;
using System.IO;
using System.Linq;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

public class RotationEquivalenceTests
{
    private static readonly Qubit A = new(0), B = new(1), C = new(2);

    [Fact]
    public void FindsThePhase()
    {
        Circuit first = [T(A), H(A), S(A), H(A), CX(A, B), Z(B)],
            second = [Rz(Angle.Pi / 4, A), Sdg(A), H(A), Sdg(A), CX(A, B), Rz(Angle.Pi, B)];
        var byRotations = Assert.IsType<Equivalent>(RotationEquivalence.Compare(first, second));
        var bySums = Assert.IsType<Equivalent>(CircuitEquivalence.Compare(first, second));
        Assert.Equal(bySums.Phase.Modulo2Pi, byRotations.Phase);
    }

    [Fact]
    public void TellsApartWhatDiffers()
    {
        Circuit toffoli = [CCX(A, B, C)];
        Assert.IsType<Equivalent>(RotationEquivalence.Compare(toffoli, [H(C), CCZ(B, C, A), H(C)]));
        Assert.IsType<NotEquivalent>(RotationEquivalence.Compare(toffoli, [CCX(A, C, B)]));
        Assert.IsType<NotEquivalent>(RotationEquivalence.Compare(toffoli, [CCX(A, B, C), Z(A)]));
        Assert.IsType<NotEquivalent>(RotationEquivalence.Compare([T(A)], [Tdg(A)]));
        Assert.IsType<NotEquivalent>(RotationEquivalence.Compare([T(A), H(A), T(A)], [T(A), T(A), H(A)]));
    }

    [Fact]
    public void OrderMattersOnlyWhereStringsDoNotCommute()
    {
        Circuit first = [Rz(1.25, A), CX(A, B), Rz(0.5, B), CX(A, B), Rz(0.75, B)];
        Circuit second = [Rz(0.75, B), CX(B, A), Rz(0.5, A), CX(B, A), Rz(1.25, A)];
        Assert.IsType<Equivalent>(RotationEquivalence.Compare(first, second));
    }

    [Fact]
    public void PublishedResultsOfAnotherOptimiserAreProved()
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        if (data is null) Assert.Skip("REWRIGHT_DATA is not set.");
        foreach (string name in new[] { "tof_10", "gf2^8_mult", "qcla_com_7", "adder_8" })
        {
            Circuit Read(string form) => OpenQasm.Read(File.ReadAllText(Path.Combine(data, "circuits", form, name + ".qasm")));
            Assert.IsType<Equivalent>(RotationEquivalence.Compare(Read("toffoli"), Read("nam_heavy")));
        }
    }

    [Fact]
    public void MeasurementsSeparateWhatIsCompared()
    {
        var q = Qubit.Register(2);
        CircuitOperation[] measured = [new MeasureOperation(q[0], 0), new MeasureOperation(q[1], 1)];
        Circuit first = [H(q[0]), T(q[0]), CX(q[0], q[1]), .. measured, H(q[1]), T(q[1])],
            second = [H(q[0]), CX(q[0], q[1]), T(q[0]), .. measured, H(q[1]), T(q[1])];
        Assert.IsType<Equivalent>(RotationEquivalence.Compare(first, second));
        Assert.IsType<EquivalenceUnknown>(RotationEquivalence.Compare(first, second.With([.. second.Operations.Take(5), T(q[1])])));
        Assert.IsNotType<Equivalent>(RotationEquivalence.Compare(first, second.With([.. second.Operations.Skip(1)])));
    }
}
