using System;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>The operations from which circuits are built.</summary>
/// <example><code>
/// using static Rewright.Quantum.Gates;
///
/// var (a, b) = (new Qubit(0), new Qubit(1));
/// Circuit bell = [H(a), CX(a, b)];
/// </code></example>
public static class Gates
{
    /// <summary>A global phase.</summary>
    public static GateOperation GPhase(Angle angle) => new(StandardGates.GPhase, [angle], []);

    /// <summary>The identity.</summary>
    public static GateOperation Id(Qubit qubit) => new(StandardGates.Id, [], [qubit]);

    /// <summary>diag(1, e^ia).</summary>
    public static GateOperation P(Angle angle, Qubit qubit) => new(StandardGates.P, [angle], [qubit]);

    /// <summary>Pauli Z.</summary>
    public static GateOperation Z(Qubit qubit) => new(StandardGates.Z, [], [qubit]);

    /// <summary>diag(1, i).</summary>
    public static GateOperation S(Qubit qubit) => new(StandardGates.S, [], [qubit]);

    /// <summary>diag(1, -i).</summary>
    public static GateOperation Sdg(Qubit qubit) => new(StandardGates.Sdg, [], [qubit]);

    /// <summary>diag(1, e^(i pi/4)).</summary>
    public static GateOperation T(Qubit qubit) => new(StandardGates.T, [], [qubit]);

    /// <summary>diag(1, e^(-i pi/4)).</summary>
    public static GateOperation Tdg(Qubit qubit) => new(StandardGates.Tdg, [], [qubit]);

    /// <summary>diag(e^(-ia/2), e^(ia/2)).</summary>
    public static GateOperation Rz(Angle angle, Qubit qubit) => new(StandardGates.Rz, [angle], [qubit]);

    /// <summary>exp(-i a/2 ZZ).</summary>
    public static GateOperation Rzz(Angle angle, Qubit qubit1, Qubit qubit2) => new(StandardGates.Rzz, [angle], [qubit1, qubit2]);

    /// <summary>Pauli X.</summary>
    public static GateOperation X(Qubit qubit) => new(StandardGates.X, [], [qubit]);

    /// <summary>Pauli Y.</summary>
    public static GateOperation Y(Qubit qubit) => new(StandardGates.Y, [], [qubit]);

    /// <summary>The Hadamard gate.</summary>
    public static GateOperation H(Qubit qubit) => new(StandardGates.H, [], [qubit]);

    /// <summary>The square root of X.</summary>
    public static GateOperation SX(Qubit qubit) => new(StandardGates.SX, [], [qubit]);

    /// <summary>The inverse of the square root of X.</summary>
    public static GateOperation SXdg(Qubit qubit) => new(StandardGates.SXdg, [], [qubit]);

    /// <summary>Rotation about the x axis.</summary>
    public static GateOperation Rx(Angle angle, Qubit qubit) => new(StandardGates.Rx, [angle], [qubit]);

    /// <summary>Rotation about the y axis.</summary>
    public static GateOperation Ry(Angle angle, Qubit qubit) => new(StandardGates.Ry, [angle], [qubit]);

    /// <summary>exp(-i a/2 XX).</summary>
    public static GateOperation Rxx(Angle angle, Qubit qubit1, Qubit qubit2) => new(StandardGates.Rxx, [angle], [qubit1, qubit2]);

    /// <summary>Exchanges two qubits.</summary>
    public static GateOperation Swap(Qubit qubit1, Qubit qubit2) => new(StandardGates.Swap, [], [qubit1, qubit2]);

    /// <summary>
    /// A rotation by three Euler angles: about z by the third, then about y by the first, then about z by the second. Its determinant is 1.
    /// </summary>
    public static GateOperation U3(Angle theta, Angle phi, Angle lambda, Qubit qubit)
        => new(StandardGates.U3, [theta, phi, lambda], [qubit]);

    /// <summary>
    /// The built-in gate of OpenQASM 3: <see cref="StandardGates.U3"/> with a global phase of half the sum of its angles.
    /// </summary>
    public static GateOperation U(Angle theta, Angle phi, Angle lambda, Qubit qubit) => new(StandardGates.U, [theta, phi, lambda], [qubit]);

    /// <summary><see cref="StandardGates.U3"/> with a first angle of pi/2.</summary>
    public static GateOperation U2(Angle phi, Angle lambda, Qubit qubit) => new(StandardGates.U2, [phi, lambda], [qubit]);

    /// <summary>Another name of <see cref="StandardGates.P"/>.</summary>
    public static GateOperation U1(Angle angle, Qubit qubit) => new(StandardGates.U1, [angle], [qubit]);

    /// <summary>Controlled X.</summary>
    public static GateOperation CX(Qubit control, Qubit target) => new(StandardGates.CX, [], [control, target]);

    /// <summary>Controlled Y.</summary>
    public static GateOperation CY(Qubit control, Qubit target) => new(StandardGates.CY, [], [control, target]);

    /// <summary>Controlled Z.</summary>
    public static GateOperation CZ(Qubit control, Qubit target) => new(StandardGates.CZ, [], [control, target]);

    /// <summary>Controlled Hadamard gate.</summary>
    public static GateOperation CH(Qubit control, Qubit target) => new(StandardGates.CH, [], [control, target]);

    /// <summary>Controlled phase.</summary>
    public static GateOperation CP(Angle angle, Qubit control, Qubit target) => new(StandardGates.CP, [angle], [control, target]);

    /// <summary>Another name of <see cref="StandardGates.CP"/>.</summary>
    public static GateOperation CU1(Angle angle, Qubit control, Qubit target) => new(StandardGates.CU1, [angle], [control, target]);

    /// <summary>Controlled rotation about x.</summary>
    public static GateOperation CRx(Angle angle, Qubit control, Qubit target) => new(StandardGates.CRx, [angle], [control, target]);

    /// <summary>Controlled rotation about y.</summary>
    public static GateOperation CRy(Angle angle, Qubit control, Qubit target) => new(StandardGates.CRy, [angle], [control, target]);

    /// <summary>Controlled rotation about z.</summary>
    public static GateOperation CRz(Angle angle, Qubit control, Qubit target) => new(StandardGates.CRz, [angle], [control, target]);

    /// <summary>Controlled square root of X.</summary>
    public static GateOperation CSX(Qubit control, Qubit target) => new(StandardGates.CSX, [], [control, target]);

    /// <summary>
    /// Controlled <see cref="StandardGates.U3"/>, as in the paper on OpenQASM 2. (Some later libraries add a phase to the control.)
    /// </summary>
    public static GateOperation CU3(Angle theta, Angle phi, Angle lambda, Qubit control, Qubit target)
        => new(StandardGates.CU3, [theta, phi, lambda], [control, target]);

    /// <summary>
    /// Controlled <see cref="StandardGates.U3"/>, with the phase that makes the upper left entry real and positive, and an additional phase
    /// on the control.
    /// </summary>
    public static GateOperation CU(Angle theta, Angle phi, Angle lambda, Angle gamma, Qubit control, Qubit target)
        => new(StandardGates.CU, [theta, phi, lambda, gamma], [control, target]);

    /// <summary>Controlled exchange.</summary>
    public static GateOperation CSwap(Qubit control, Qubit target1, Qubit target2)
        => new(StandardGates.CSwap, [], [control, target1, target2]);

    /// <summary>The Toffoli gate.</summary>
    public static GateOperation CCX(Qubit control1, Qubit control2, Qubit target)
        => new(StandardGates.CCX, [], [control1, control2, target]);

    /// <summary>Z with two controls.</summary>
    public static GateOperation CCZ(Qubit control1, Qubit control2, Qubit target)
        => new(StandardGates.CCZ, [], [control1, control2, target]);

    /// <summary>X with three controls.</summary>
    public static GateOperation C3X(Qubit control1, Qubit control2, Qubit control3, Qubit target)
        => new(StandardGates.C3X, [], [control1, control2, control3, target]);

    /// <summary>X with four controls.</summary>
    public static GateOperation C4X(Qubit control1, Qubit control2, Qubit control3, Qubit control4, Qubit target)
        => new(StandardGates.C4X, [], [control1, control2, control3, control4, target]);

    /// <summary>The square root of X with three controls.</summary>
    public static GateOperation C3SX(Qubit control1, Qubit control2, Qubit control3, Qubit target)
        => new(StandardGates.C3SX, [], [control1, control2, control3, target]);

    /// <summary>The Toffoli gate up to phases.</summary>
    public static GateOperation RCCX(Qubit control1, Qubit control2, Qubit target)
        => new(StandardGates.RCCX, [], [control1, control2, target]);

    /// <summary>X with three controls up to phases.</summary>
    public static GateOperation RC3X(Qubit control1, Qubit control2, Qubit control3, Qubit target)
        => new(StandardGates.RC3X, [], [control1, control2, control3, target]);

    /// <summary>Any other gate, such as a defined one.</summary>
    public static GateOperation Apply(Gate gate, ReadOnlySpan<Angle> angles, params ReadOnlySpan<Qubit> qubits)
        => new(gate, [.. angles], [.. qubits]);

    /// <summary>Any other gate without angles.</summary>
    public static GateOperation Apply(Gate gate, params ReadOnlySpan<Qubit> qubits) => new(gate, [], [.. qubits]);

    /// <summary>Defines a gate: the action of a circuit on its first qubits.</summary>
    /// <param name="name">The name in OpenQASM.</param>
    /// <param name="body">The circuit; gates only, with no symbols other than the angles.</param>
    /// <param name="angles">The names of the symbols that are its angles.</param>
    public static DefinedGate Define(string name, Circuit body, params ReadOnlySpan<string> angles)
        => new(name, [.. angles], [.. Enumerable.Range(0, body.QubitCount).Select(i => "q" + ((Rational)i))], body);

    /// <summary>A measurement in the computational basis.</summary>
    public static MeasureOperation Measure(Qubit qubit, int bit) => new(qubit, bit);

    /// <summary>Sets a qubit to 0.</summary>
    public static ResetOperation Reset(Qubit qubit) => new(qubit);

    /// <summary>Prevents operations from moving across it.</summary>
    public static BarrierOperation Barrier(params ReadOnlySpan<Qubit> qubits) => new([.. qubits]);

    /// <summary>Executes operations if a bit is 1.</summary>
    public static IfOperation If(int bit, params ReadOnlySpan<CircuitOperation> then)
        => new(new ClassicalBits([bit], false), [.. then], []);
}
