using Rewright;
using Rewright.Quantum;
using static Rewright.Dsl;
using static Rewright.Quantum.Gates;

namespace QuantumApplication;

/// <summary>Rules between circuits, each proved in the build, and a circuit that the build writes as OpenQASM, optimised by them.</summary>
[PatternModule]
public static partial class CircuitRules
{
    [Pattern] static Rule HH(Qubit q) => Rewrite([H(q), H(q)], to: []);
    [Pattern] static Rule HXH(Qubit q) => Rewrite([H(q), X(q), H(q)], to: [Z(q)]);
    [Pattern] static Rule CXCX(Qubit q, Qubit r) => Rewrite([CX(q, r), CX(q, r)], to: []);

    /// <summary>Two qubits that are always measured alike.</summary>
    [Circuit] public static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, b)];
}
