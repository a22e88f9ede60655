using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>Relations between angles.</summary>
public enum AngleRelation
{
    /// <summary><c>==</c></summary>
    Equal,
    /// <summary><c>!=</c></summary>
    NotEqual,
    /// <summary><c>&lt;</c></summary>
    Less,
    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,
    /// <summary><c>&gt;</c></summary>
    Greater,
    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,
}

/// <summary>A condition of a circuit rule: <c>sum % modulus relation bound</c>, with angles as numbers.</summary>
/// <param name="Sum">A sum of angles.</param>
/// <param name="Modulus">The divisor of a remainder; zero for none.</param>
/// <param name="Relation">The relation.</param>
/// <param name="Bound">The right side; a constant if a remainder is taken.</param>
public sealed record AngleCondition(Angle Sum, Angle Modulus, AngleRelation Relation, Angle Bound)
{
    /// <summary>
    /// Decides whether the condition holds for known angles. For an angle with symbols of the circuit, it must hold whatever they are.
    /// </summary>
    public bool Holds(Func<string, Angle?> value)
    {
        Angle left = Sum.Substitute(value), right = Bound.Substitute(value);
        if (!Modulus.IsZero)
        {
            if (!left.IsConstant) return false;
            left %= Modulus;
        }

        var difference = left - right;
        if (!difference.IsConstant) return false;
        int sign = difference.Sign;
        return Relation switch
        {
            AngleRelation.Equal => sign == 0,
            AngleRelation.NotEqual => sign != 0,
            AngleRelation.Less => sign < 0,
            AngleRelation.LessOrEqual => sign <= 0,
            AngleRelation.Greater => sign > 0,
            _ => sign >= 0,
        };
    }

    /// <summary>The constraint for proofs; null if the condition gives none.</summary>
    internal AngleConstraint? Constraint => Relation == AngleRelation.Equal ? new(Sum - Bound, Modulus) : null;
}

/// <summary>A rule that replaces one circuit by another.</summary>
/// <param name="Name">The name of the pattern.</param>
/// <param name="Qubits">The names of the qubits; the circuits number them in this order.</param>
/// <param name="Source">The circuit to replace; gates only.</param>
/// <param name="Target">The circuit that replaces it; gates only.</param>
/// <param name="Conditions">The conditions on the angles.</param>
/// <param name="UpToPhase">True if the circuits may differ by a global phase. Such a rule is not applied under control.</param>
/// <param name="Symmetric">True if the rule may be applied in both directions.</param>
/// <param name="Priority">The priority; higher goes first.</param>
/// <param name="Group">The group; empty for none.</param>
public sealed record CircuitRule(
    string Name,
    EquatableArray<string> Qubits,
    Circuit Source,
    Circuit Target,
    EquatableArray<AngleCondition> Conditions,
    bool UpToPhase,
    bool Symmetric,
    int Priority,
    string Group)
{
    // The limit of remembered proofs. While an author types, proofs take longer than all other work, and most rules have not changed.
    private const int MostProofs = 10_000;
    private static readonly ConcurrentDictionary<(Circuit, Circuit, EquatableArray<AngleCondition>), ProofResult> Proofs = new();

    private ProofResult? _proof;

    /// <summary>The result of proving the rule.</summary>
    public ProofResult Proof
    {
        get
        {
            if (_proof is not null) return _proof;
            if (Proofs.Count > MostProofs) Proofs.Clear();
            return _proof = Proofs.GetOrAdd((Source, Target, Conditions), _ => RuleProof.Prove(
                Source, Target, [.. Conditions.Select(c => c.Constraint).OfType<AngleConstraint>()],
                Conditions.Count == 0 ? null : value => Conditions.All(c => c.Holds(value))));
        }
    }

    /// <summary>True if the rule's claim has been proved.</summary>
    public bool IsProved => Proof is Proved || Proof is ProvedUpToPhase && UpToPhase;

    /// <summary>The source is the target times e^(i phase). Known only after the proof.</summary>
    public Angle Phase => Proof switch
    {
        Proved p => p.Phase,
        ProvedUpToPhase p => p.Phase,
        _ => throw new InvalidOperationException("The rule '" + Name + "' has not been proved."),
    };

    /// <summary>True if the rule only exchanges two gates.</summary>
    public bool IsCommutation => Source.Count == 2 && Target.Count == 2 && Conditions.Count == 0
        && Source[0].Equals(Target[1]) && Source[1].Equals(Target[0]) && Proof is Proved;

    /// <summary>The rule with source and target exchanged.</summary>
    public CircuitRule Reversed => this with
    {
        Source = Target,
        Target = Source,
        _proof = Proof switch
        {
            ProvedUpToPhase p => new ProvedUpToPhase(-p.Phase),
            Proved p => new Proved(-p.Phase),
            var other => other,
        }
    };

    /// <summary>The angle variables, in ordinal order.</summary>
    public IEnumerable<string> AngleVariables
        => Source.Concat(Target).OfType<GateOperation>().SelectMany(g => g.Angles).SelectMany(a => a.Symbols)
        .Concat(Conditions.SelectMany(c => c.Sum.Symbols.Concat(c.Bound.Symbols))).Distinct().OrderBy(n => n, StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Equals(CircuitRule? other)
        => other is not null && Name == other.Name && Qubits.Equals(other.Qubits) && Source.Equals(other.Source)
        && Target.Equals(other.Target)
        && Conditions.Equals(other.Conditions) && UpToPhase == other.UpToPhase && Symmetric == other.Symmetric
            && Priority == other.Priority && Group == other.Group;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked(StringComparer.Ordinal.GetHashCode(Name) * 31 + Source.GetHashCode());
}

/// <summary>The optimiser's passes, which it runs in addition to rules. Each must be declared.</summary>
public enum CircuitPass
{
    /// <summary>Replaces CCX and CCZ by gates of {H, X, Rz, CX}, with signs of angles chosen so that most rotations cancel.</summary>
    ToffoliPolarity,
    /// <summary>Adds up rotations about the same Pauli string over the whole circuit.</summary>
    RotationMerging,
    /// <summary>Moves X and Z through the circuit until a rotation absorbs them, or to the end.</summary>
    PauliPropagation,
    /// <summary>Moves rotations to other places where a wire holds the same Pauli string. This gains nothing by itself.</summary>
    RotationPlacement,
    /// <summary>Resynthesises regions of {CX, X, Rz} from their phase polynomials, by a random walk.</summary>
    PhasePolynomials,
    /// <summary>Applies rules at random places, even those that gain nothing: simulated annealing.</summary>
    Annealing,
}
