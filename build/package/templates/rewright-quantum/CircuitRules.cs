using Rewright;
using Rewright.Quantum;
using static Rewright.Dsl;
using static Rewright.Quantum.Gates;

namespace QuantumApplication;

/// <summary>Circuit rules, which the build proves, and a circuit that the build optimises by them and writes as OpenQASM.</summary>
[PatternModule]
public static partial class CircuitRules
{
    [Pattern] static Rule HH(Qubit q) => Rewrite([H(q), H(q)], to: []);
    [Pattern] static Rule HXH(Qubit q) => Rewrite([H(q), X(q), H(q)], to: [Z(q)]);
    [Pattern] static Rule CXCX(Qubit q, Qubit r) => Rewrite([CX(q, r), CX(q, r)], to: []);

    /// <summary>Two qubits whose measurements always agree.</summary>
    [Circuit] public static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, b)];
}
