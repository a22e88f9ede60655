using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>How a sum of angles compares with zero.</summary>
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

/// <summary>A condition of a circuit rule: <c>sum % modulus relation bound</c>, where angles are numbers.</summary>
/// <param name="Sum">A sum of angles.</param>
/// <param name="Modulus">What remainder is taken; zero for none.</param>
/// <param name="Relation">How it compares.</param>
/// <param name="Bound">With what; a constant where a remainder is taken.</param>
public sealed record AngleCondition(Angle Sum, Angle Modulus, AngleRelation Relation, Angle Bound)
{
    /// <summary>
    /// Whether it holds at known angles. Where an angle has symbols of the circuit, only what holds whatever they are counts as true.
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

    /// <summary>What a proof can use of it; null for nothing.</summary>
    internal AngleConstraint? Constraint => Relation == AngleRelation.Equal ? new(Sum - Bound, Modulus) : null;
}

/// <summary>A circuit that may stand for another one.</summary>
/// <param name="Name">Name of the pattern that it comes from.</param>
/// <param name="Qubits">Names of its qubits; the circuits number them in this order.</param>
/// <param name="Source">What is replaced; gates only.</param>
/// <param name="Target">What replaces it; gates only.</param>
/// <param name="Conditions">What the angles have to satisfy.</param>
/// <param name="UpToPhase">True where the two may differ by a global phase. Such a rule is not applied under control.</param>
/// <param name="Symmetric">True where it may be applied in both directions.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Group">Empty for none.</param>
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
    // A proof takes longer than all else that is done with a rule while its author types; most rules have not changed.
    private const int MostProofs = 10_000;
    private static readonly ConcurrentDictionary<(Circuit, Circuit, EquatableArray<AngleCondition>), ProofResult> Proofs = new();

    private ProofResult? _proof;

    /// <summary>Whether the rule holds.</summary>
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

    /// <summary>True where what it says has been proved.</summary>
    public bool IsProved => Proof is Proved || Proof is ProvedUpToPhase && UpToPhase;

    /// <summary>The source is the target times e^(i phase); known once it is proved.</summary>
    public Angle Phase => Proof switch
    {
        Proved p => p.Phase,
        ProvedUpToPhase p => p.Phase,
        _ => throw new InvalidOperationException("The rule '" + Name + "' has not been proved."),
    };

    /// <summary>True where the rule only says that two gates may change places.</summary>
    public bool IsCommutation => Source.Count == 2 && Target.Count == 2 && Conditions.Count == 0
        && Source[0].Equals(Target[1]) && Source[1].Equals(Target[0]) && Proof is Proved;

    /// <summary>The rule read from right to left.</summary>
    public CircuitRule Reversed => this with { Source = Target, Target = Source, _proof = Proof switch
    {
        ProvedUpToPhase p => new ProvedUpToPhase(-p.Phase),
        Proved p => new Proved(-p.Phase),
        var other => other,
    } };

    /// <summary>Angle variables, in ordinal order.</summary>
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

/// <summary>What the optimiser can do beyond rules. Each has to be declared.</summary>
public enum CircuitPass
{
    /// <summary>Replaces CCX and CCZ by gates of {H, X, Rz, CX}, with signs of the angles such that most rotations cancel.</summary>
    ToffoliPolarity,
    /// <summary>Adds up rotations about the same Pauli string, over the whole circuit.</summary>
    RotationMerging,
    /// <summary>Carries X and Z through the circuit to where a rotation takes them in, or to the end.</summary>
    PauliPropagation,
    /// <summary>Moves rotations to other places where a wire holds the same Pauli string; gains nothing by itself.</summary>
    RotationPlacement,
    /// <summary>Puts regions of {CX, X, Rz} together anew from their phase polynomials, by a random walk.</summary>
    PhasePolynomials,
    /// <summary>Applies rules at random places, also those that gain nothing: simulated annealing.</summary>
    Annealing,
}
