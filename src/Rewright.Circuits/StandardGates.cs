using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>The definition of a gate without controls.</summary>
internal abstract record GateForm;

/// <summary>Phases between a change of basis and its inverse. Controls and exponents affect only the phases.</summary>
/// <param name="Basis">The change of basis.</param>
/// <param name="Phases">The phases. They get the angles and the exponent, because a power scales both angles and constants.</param>
/// <param name="Plain">A shorter form, used without an exponent, and without controls unless it takes them; null for none.</param>
/// <param name="PlainTakesControls">True if the shorter form is one step that takes controls.</param>
internal sealed record ConjugatedForm(
    Action<ElementaryGateBuilder> Basis, Action<ElementaryGateBuilder, Rational, IReadOnlyList<Angle>> Phases,
    Action<ElementaryGateBuilder>? Plain = null,
    bool PlainTakesControls = false) : GateForm;

/// <summary>Gates one after the other.</summary>
internal sealed record SequenceForm(Func<IReadOnlyList<Angle>, IEnumerable<(StandardGate Gate, Angle[] Angles, int[] Positions)>> Gates)
    : GateForm;

/// <summary>A gate of <c>stdgates.inc</c> or <c>qelib1.inc</c>, or one that is built into the language.</summary>
public sealed record StandardGate : Gate
{
    private const long MaxConjugatedSteps = 12, MaxSequenceSteps = 64;

    private readonly string _name;
    internal GateForm Form { get; }

    internal StandardGate(string name, string sharpName, int angles, int qubits, int controls, StandardGate? root, GateForm form)
    {
        (_name, SharpName, AngleCount, QubitCount, Controls, Form) = (name, sharpName, angles, qubits, controls, form);
        Root = root ?? this;
    }

    /// <inheritdoc/>
    public override string Name => _name;

    /// <summary>The name in C# and in <c>.rw</c> text.</summary>
    public string SharpName { get; }

    /// <inheritdoc/>
    public override int AngleCount { get; }

    /// <inheritdoc/>
    public override int QubitCount { get; }

    /// <summary>The number of its first qubits that are controls of <see cref="Root"/>.</summary>
    public int Controls { get; }

    /// <summary>The gate without its controls.</summary>
    public StandardGate Root { get; }

    /// <inheritdoc/>
    public override bool HasRoots => Form is ConjugatedForm;

    /// <summary>True if an angle contributes phases of both signs, so that the period is 4 pi.</summary>
    internal bool IsRotation
        => Root == StandardGates.Rx || Root == StandardGates.Ry || Root == StandardGates.Rz || Root == StandardGates.Rxx
        || Root == StandardGates.Rzz;

    /// <summary>True for the same object only.</summary>
    public bool Equals(StandardGate? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_name);

    /// <inheritdoc/>
    public override long StepCount => Form is ConjugatedForm ? MaxConjugatedSteps : MaxSequenceSteps;

    internal override void Expand(
        IReadOnlyList<Angle> angles, IReadOnlyList<int> qubits, ImmutableArray<int> controls, Rational power,
        ICollection<ElementaryGate> output)
    {
        ImmutableArray<int> all = [.. controls, .. qubits.Take(Controls)], targets = [.. qubits.Skip(Controls)];
        switch (Form)
        {
            case ConjugatedForm form:
                if (form.Plain is { } plain && power.IsInteger && !power.Numerator.IsEven && (all.IsEmpty || form.PlainTakesControls))
                {
                    // All gates with such a form are their own inverses.
                    plain(new ElementaryGateBuilder(targets, all, output));
                    return;
                }

                var basis = new List<ElementaryGate>();
                form.Basis(new ElementaryGateBuilder(targets, [], basis));
                foreach (var step in basis) output.Add(step);
                form.Phases(new ElementaryGateBuilder(targets, all, output), power, angles);
                for (int i = basis.Count - 1; i >= 0; i--) output.Add(basis[i].Inverse);
                break;
            case SequenceForm form:
                if (!power.IsInteger)
                    throw new NotSupportedException("The gate '" + Name + "' has no power " + power + " that is known exactly.");
                var gates = form.Gates(angles).ToList();
                if (power.Sign < 0) gates.Reverse();
                for (var i = power.Sign < 0 ? -power.Numerator : power.Numerator; !i.IsZero; i--)
                    foreach (var (gate, parameters, positions) in gates)
                        gate.Expand(parameters, [.. positions.Select(p => targets[p])], all, power.Sign, output);
                break;
        }
    }
}

/// <summary>The gates that every program knows.</summary>
/// <remarks>
/// Matrices follow the OpenQASM 3 specification, including the global phase. <c>rxx</c> and <c>rzz</c>, which only <c>qelib1.inc</c>
/// defines, are exp(-i angle/2 XX) and exp(-i angle/2 ZZ). OpenQASM 2 cannot distinguish gates that differ by a global phase.
/// </remarks>
public static class StandardGates
{
    private static readonly Dictionary<string, StandardGate> ByName = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, StandardGate> BySharpName = new(StringComparer.Ordinal);
    private static readonly List<StandardGate> Order = [];
    private static readonly Angle HalfPi = Angle.Pi / 2;

    /// <summary>A global phase.</summary>
    public static StandardGate GPhase { get; } = Diagonal("gphase", "GPhase", 1, 0, (b, k, a) => b.P(k * a[0]));
    /// <summary>The identity.</summary>
    public static StandardGate Id { get; } = Diagonal("id", "Id", 0, 1, (_, _, _) => { });
    /// <summary>diag(1, e^ia).</summary>
    public static StandardGate P { get; } = Diagonal("p", "P", 1, 1, (b, k, a) => b.P(k * a[0], 0));
    /// <summary>Pauli Z.</summary>
    public static StandardGate Z { get; } = Turn("z", "Z", 1);
    /// <summary>diag(1, i).</summary>
    public static StandardGate S { get; } = Turn("s", "S", new(1, 2));
    /// <summary>diag(1, -i).</summary>
    public static StandardGate Sdg { get; } = Turn("sdg", "Sdg", new(-1, 2));
    /// <summary>diag(1, e^(i pi/4)).</summary>
    public static StandardGate T { get; } = Turn("t", "T", new(1, 4));
    /// <summary>diag(1, e^(-i pi/4)).</summary>
    public static StandardGate Tdg { get; } = Turn("tdg", "Tdg", new(-1, 4));
    /// <summary>diag(e^(-ia/2), e^(ia/2)).</summary>
    public static StandardGate Rz { get; } = Diagonal("rz", "Rz", 1, 1, (b, k, a) => b.P(k * a[0] / -2).P(k * a[0], 0));
    /// <summary>exp(-i a/2 ZZ).</summary>
    public static StandardGate Rzz { get; } = New(
        "rzz", "Rzz", 1, 2, new ConjugatedForm(b => b.X(0, 1), (b, k, a) => b.P(k * a[0] / -2).P(k * a[0], 1)));

    /// <summary>Pauli X.</summary>
    public static StandardGate X { get; } = New(
        "x", "X", 0, 1, new ConjugatedForm(b => b.H(0), (b, k, _) => b.P(k * Angle.Pi, 0), b => b.X(0), PlainTakesControls: true));
    /// <summary>Pauli Y.</summary>
    public static StandardGate Y { get; } = New(
        "y", "Y", 0, 1, new ConjugatedForm(b => b.P(-HalfPi, 0).H(0), (b, k, _) => b.P(k * Angle.Pi, 0)));
    /// <summary>The Hadamard gate.</summary>
    public static StandardGate H { get; } = New(
        "h", "H", 0, 1, new ConjugatedForm(b => b.Ry(Angle.Pi / -4, 0), (b, k, _) => b.P(k * Angle.Pi, 0), b => b.H(0)));
    /// <summary>The square root of X.</summary>
    public static StandardGate SX { get; } = New("sx", "SX", 0, 1, new ConjugatedForm(b => b.H(0), (b, k, _) => b.P(k * HalfPi, 0)));
    /// <summary>The inverse of the square root of X.</summary>
    public static StandardGate SXdg { get; } = New("sxdg", "SXdg", 0, 1, new ConjugatedForm(b => b.H(0), (b, k, _) => b.P(k * -HalfPi, 0)));
    /// <summary>Rotation about the x axis.</summary>
    public static StandardGate Rx { get; } = New(
        "rx", "Rx", 1, 1, new ConjugatedForm(b => b.H(0), (b, k, a) => b.P(k * a[0] / -2).P(k * a[0], 0)));
    /// <summary>Rotation about the y axis.</summary>
    public static StandardGate Ry { get; } = New(
        "ry", "Ry", 1, 1, new ConjugatedForm(b => b.P(-HalfPi, 0).H(0), (b, k, a) => b.P(k * a[0] / -2).P(k * a[0], 0)));
    /// <summary>exp(-i a/2 XX).</summary>
    public static StandardGate Rxx { get; } = New(
        "rxx", "Rxx", 1, 2, new ConjugatedForm(b => b.H(0).H(1).X(0, 1), (b, k, a) => b.P(k * a[0] / -2).P(k * a[0], 1)));
    /// <summary>Exchanges two qubits.</summary>
    public static StandardGate Swap { get; } = New(
        "swap", "Swap", 0, 2,
        new ConjugatedForm(b => b.X(0, 1).H(0), (b, k, _) => b.P(k * Angle.Pi, 0, 1), b => b.X(0, 1).X(1, 0).X(0, 1)));

    /// <summary>
    /// A rotation by three Euler angles: about z by the third, then about y by the first, then about z by the second. Its determinant is 1.
    /// </summary>
    public static StandardGate U3 { get; } = New(
        "u3", "U3", 3, 1, new SequenceForm(a => [(Rz, [a[2]], [0]), (Ry, [a[0]], [0]), (Rz, [a[1]], [0])]));
    /// <summary>The built-in gate of OpenQASM 3: <see cref="U3"/> with a global phase of half the sum of its angles.</summary>
    public static StandardGate U { get; } = New(
        "U", "U", 3, 1, new SequenceForm(a => [(GPhase, [(a[0] + a[1] + a[2]) / 2], []), (U3, [a[0], a[1], a[2]], [0])]));
    /// <summary><see cref="U3"/> with a first angle of pi/2.</summary>
    public static StandardGate U2 { get; } = New("u2", "U2", 2, 1, new SequenceForm(a => [(U3, [HalfPi, a[0], a[1]], [0])]));
    /// <summary>Another name of <see cref="P"/>.</summary>
    public static StandardGate U1 { get; } = Diagonal("u1", "U1", 1, 1, (b, k, a) => b.P(k * a[0], 0));
    /// <summary>A delay; the angle is a duration.</summary>
    public static StandardGate U0 { get; } = Diagonal("u0", "U0", 1, 1, (_, _, _) => { });

    /// <summary>Controlled X.</summary>
    public static StandardGate CX { get; } = Control("cx", "CX", X, 1);
    /// <summary>Controlled Y.</summary>
    public static StandardGate CY { get; } = Control("cy", "CY", Y, 1);
    /// <summary>Controlled Z.</summary>
    public static StandardGate CZ { get; } = Control("cz", "CZ", Z, 1);
    /// <summary>Controlled Hadamard gate.</summary>
    public static StandardGate CH { get; } = Control("ch", "CH", H, 1);
    /// <summary>Controlled phase.</summary>
    public static StandardGate CP { get; } = Control("cp", "CP", P, 1);
    /// <summary>Another name of <see cref="CP"/>.</summary>
    public static StandardGate CU1 { get; } = Control("cu1", "CU1", U1, 1);
    /// <summary>Controlled rotation about x.</summary>
    public static StandardGate CRx { get; } = Control("crx", "CRx", Rx, 1);
    /// <summary>Controlled rotation about y.</summary>
    public static StandardGate CRy { get; } = Control("cry", "CRy", Ry, 1);
    /// <summary>Controlled rotation about z.</summary>
    public static StandardGate CRz { get; } = Control("crz", "CRz", Rz, 1);
    /// <summary>Controlled square root of X.</summary>
    public static StandardGate CSX { get; } = Control("csx", "CSX", SX, 1);
    /// <summary>
    /// Controlled <see cref="U3"/>, as in the paper on OpenQASM 2. (Some later libraries add a phase to the control.)
    /// </summary>
    public static StandardGate CU3 { get; } = Control("cu3", "CU3", U3, 1);
    /// <summary>
    /// Controlled <see cref="U3"/>, with the phase that makes the upper left entry real and positive, and an additional phase on the
    /// control.
    /// </summary>
    public static StandardGate CU { get; } = New(
        "cu", "CU", 4, 2, new SequenceForm(a => [(P, [a[3] + (a[1] + a[2]) / 2], [0]), (CU3, [a[0], a[1], a[2]], [0, 1])]));
    /// <summary>Controlled exchange.</summary>
    public static StandardGate CSwap { get; } = Control("cswap", "CSwap", Swap, 1);
    /// <summary>The Toffoli gate.</summary>
    public static StandardGate CCX { get; } = Control("ccx", "CCX", X, 2);
    /// <summary>Z with two controls.</summary>
    public static StandardGate CCZ { get; } = Control("ccz", "CCZ", Z, 2);
    /// <summary>X with three controls.</summary>
    public static StandardGate C3X { get; } = Control("c3x", "C3X", X, 3);
    /// <summary>X with four controls.</summary>
    public static StandardGate C4X { get; } = Control("c4x", "C4X", X, 4);
    /// <summary>The square root of X with three controls.</summary>
    public static StandardGate C3SX { get; } = Control("c3sqrtx", "C3SX", SX, 3);
    /// <summary>The Toffoli gate up to phases.</summary>
    public static StandardGate RCCX { get; } = New("rccx", "RCCX", 0, 3, new SequenceForm(_ =>
        [(H, [], [2]), (T, [], [2]), (CX, [], [1, 2]), (Tdg, [], [2]), (CX, [], [0, 2]), (T, [], [2]), (CX, [], [1, 2]), (Tdg, [], [2]),
            (H, [], [2])]));
    /// <summary>X with three controls up to phases.</summary>
    public static StandardGate RC3X { get; } = New("rc3x", "RC3X", 0, 4, new SequenceForm(_ =>
    [
        (H, [], [3]), (T, [], [3]), (CX, [], [2, 3]), (Tdg, [], [3]), (H, [], [3]), (CX, [], [0, 3]), (T, [], [3]), (CX, [], [1, 3]),
        (Tdg, [], [3]),
        (CX, [], [0, 3]), (T, [], [3]), (CX, [], [1, 3]), (Tdg, [], [3]), (H, [], [3]), (T, [], [3]), (CX, [], [2, 3]), (Tdg, [], [3]),
        (H, [], [3]),
    ]));

    /// <summary>All standard gates.</summary>
    public static ImmutableArray<StandardGate> All { get; } = [.. Order];

    /// <summary>The gate with a name in OpenQASM, by any of its names; null for none.</summary>
    public static StandardGate? Find(string name)
        => ByName.TryGetValue(name switch { "CX" => "cx", "phase" => "p", "cphase" => "cp", "u" => "u3", _ => name }, out var gate)
        ? gate : null;

    /// <summary>The gate with a name in C# and <c>.rw</c> text; null for none.</summary>
    public static StandardGate? FindSharp(string name) => BySharpName.TryGetValue(name, out var gate) ? gate : null;

    /// <summary>The named gate that is equal to a gate with modifiers; null for none.</summary>
    internal static StandardGate? Find(StandardGate gate, int controls, Rational power)
    {
        var root = gate.Root;
        if (power != 1)
        {
            if (PowerOf(root, power) is not { } other) return null;
            root = other;
        }

        return Order.Find(g => g.Root == root && g.Controls == gate.Controls + controls);
    }

    // Roots and inverses with names. If a gate has two names, the first one in this order is used.
    private static StandardGate? PowerOf(StandardGate gate, Rational power)
    {
        if (gate == H || gate == Swap || gate == X || gate == Y)
            return gate == X && power == new Rational(1, 2) ? SX : gate == X && power == new Rational(-1, 2) ? SXdg
            : power.IsInteger && !power.Numerator.IsEven ? gate : null;
        if (gate == SX || gate == SXdg)
        {
            var quarter = (power * (gate == SX ? 1 : -1)).Modulo(4);
            return quarter == 1 ? SX : quarter == 3 ? SXdg : quarter == 2 ? X : null;
        }

        Rational? turn = gate == Z
            ? 1 : gate == S ? new(1, 2) : gate == Sdg ? new(-1, 2) : gate == T ? new(1, 4) : gate == Tdg ? new(-1, 4) : null;
        if (turn is not { } known || !(power.IsInteger || known.Sign > 0)) return null;
        var sum = (known * power).Modulo(2);
        return sum == 1 ? Z : sum == new Rational(1, 2)
            ? S : sum == new Rational(3, 2) ? Sdg : sum == new Rational(1, 4) ? T : sum == new Rational(7, 4) ? Tdg : null;
    }

    private static StandardGate Turn(string name, string sharpName, Rational multipleOfPi)
        => Diagonal(name, sharpName, 0, 1, (b, k, _) => b.P(Angle.OfPi(k * multipleOfPi), 0));

    private static StandardGate Diagonal(
        string name, string sharpName, int angles, int qubits, Action<ElementaryGateBuilder, Rational, IReadOnlyList<Angle>> phases)
        => New(name, sharpName, angles, qubits, new ConjugatedForm(_ => { }, phases));

    private static StandardGate Control(string name, string sharpName, StandardGate root, int controls)
        => Add(new(name, sharpName, root.AngleCount, root.QubitCount + controls, controls, root, root.Form));

    private static StandardGate New(string name, string sharpName, int angles, int qubits, GateForm form)
        => Add(new(name, sharpName, angles, qubits, 0, null, form));

    private static StandardGate Add(StandardGate gate)
    {
        ByName.Add(gate.Name, gate);
        BySharpName.Add(gate.SharpName, gate);
        Order.Add(gate);
        return gate;
    }
}
