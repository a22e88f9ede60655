using Rewright;
using Rewright.Quantum;
using static Rewright.Dsl;
using static Rewright.Quantum.Gates;

namespace QuantumPeephole;

/// <summary>What the sample knows about circuits. Each rule is proved when the project is built.</summary>
[PatternModule(Passes = [CircuitPass.ToffoliPolarity, CircuitPass.RotationMerging, CircuitPass.PauliPropagation,
    CircuitPass.RotationPlacement, CircuitPass.PhasePolynomials, CircuitPass.Annealing])]
public static partial class Rules
{
    // Everything in terms of H, X, Rz and CX.
    [Pattern(Group = "expand", UpToPhase = true)] static Rule ExpandT(Qubit q) => Rewrite([T(q)], to: [Rz(Angle.Pi / 4, q)]);
    [Pattern(Group = "expand", UpToPhase = true)] static Rule ExpandTdg(Qubit q) => Rewrite([Tdg(q)], to: [Rz(-Angle.Pi / 4, q)]);
    [Pattern(Group = "expand", UpToPhase = true)] static Rule ExpandS(Qubit q) => Rewrite([S(q)], to: [Rz(Angle.Pi / 2, q)]);
    [Pattern(Group = "expand", UpToPhase = true)] static Rule ExpandSdg(Qubit q) => Rewrite([Sdg(q)], to: [Rz(-Angle.Pi / 2, q)]);
    [Pattern(Group = "expand", UpToPhase = true)] static Rule ExpandZ(Qubit q) => Rewrite([Z(q)], to: [Rz(Angle.Pi, q)]);
    [Pattern(Group = "expand")] static Rule ExpandCZ(Qubit a, Qubit b) => Rewrite([CZ(a, b)], to: [H(b), CX(a, b), H(b)]);
    [Pattern(Group = "expand")] static Rule ExpandSwap(Qubit a, Qubit b) => Rewrite([Swap(a, b)], to: [CX(a, b), CX(b, a), CX(a, b)]);
    [Pattern(Group = "expand", UpToPhase = true)]
    static Rule ExpandCP(Angle t, Qubit a, Qubit b)
        => Rewrite([CP(t, a, b)], to: [Rz(t / 2, a), Rz(t / 2, b), CX(a, b), Rz(-t / 2, b), CX(a, b)]);

    // What may change places.
    [Pattern] static Rule RzPasses(Angle a, Qubit q, Qubit r) => Rewrite([Rz(a, q), CX(q, r)], to: [CX(q, r), Rz(a, q)]);
    [Pattern] static Rule XPasses(Qubit q, Qubit r) => Rewrite([X(r), CX(q, r)], to: [CX(q, r), X(r)]);
    [Pattern] static Rule SameControl(Qubit q, Qubit r, Qubit s) => Rewrite([CX(q, r), CX(q, s)], to: [CX(q, s), CX(q, r)]);
    [Pattern] static Rule SameTarget(Qubit q, Qubit r, Qubit s) => Rewrite([CX(q, s), CX(r, s)], to: [CX(r, s), CX(q, s)]);

    // What vanishes.
    [Pattern] static Rule HH(Qubit q) => Rewrite([H(q), H(q)], to: []);
    [Pattern] static Rule XX(Qubit q) => Rewrite([X(q), X(q)], to: []);
    [Pattern] static Rule CXCX(Qubit q, Qubit r) => Rewrite([CX(q, r), CX(q, r)], to: []);
    [Pattern] static Rule AddTurns(Qubit q, Angle a, Angle b) => Rewrite([Rz(a, q), Rz(b, q)], to: [Rz(a + b, q)]);
    [Pattern(UpToPhase = true)] static Rule NoTurn(Qubit q, Angle a) => Rewrite([Rz(a, q)], to: []).When(a % (2 * Angle.Pi) == 0);

    // Hadamard gates.
    [Pattern] static Rule Hxh(Qubit q) => Rewrite([H(q), X(q), H(q)], to: [Z(q)]);
    [Pattern(UpToPhase = true, Polarity = Polarity.Symmetric)]
    static Rule Hsh(Qubit q)
        => Rewrite([H(q), Rz(Angle.Pi / 2, q), H(q)], to: [Rz(-Angle.Pi / 2, q), H(q), Rz(-Angle.Pi / 2, q)]);
    [Pattern] static Rule Reverse(Qubit a, Qubit b) => Rewrite([H(a), H(b), CX(a, b), H(a), H(b)], to: [CX(b, a)]);
    [Pattern(Polarity = Polarity.Symmetric)]
    static Rule TurnCZ(Qubit a, Qubit b) => Rewrite(
        [H(b), CX(a, b), H(b)], to: [H(a), CX(b, a), H(a)]);

    // CX gates.
    [Pattern] static Rule Triangle(Qubit a, Qubit b, Qubit c) => Rewrite([CX(a, b), CX(b, c), CX(a, c)], to: [CX(b, c), CX(a, b)]);
    [Pattern(Polarity = Polarity.Symmetric)]
    static Rule MoveTurn(Angle t, Qubit a, Qubit b) => Rewrite(
        [CX(a, b), Rz(t, b), CX(a, b)], to: [CX(b, a), Rz(t, a), CX(b, a)]);
}
