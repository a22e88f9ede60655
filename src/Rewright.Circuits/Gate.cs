using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A unitary operation on a number of qubits with a number of angles. Compared by value.</summary>
public abstract record Gate
{
    private protected Gate() { }

    /// <summary>The name in OpenQASM, including modifiers.</summary>
    public abstract string Name { get; }

    /// <summary>The number of angles.</summary>
    public abstract int AngleCount { get; }

    /// <summary>The number of qubits.</summary>
    public abstract int QubitCount { get; }

    /// <summary>The gate with additional controls, which precede its own qubits.</summary>
    public Gate Controlled(int count = 1)
    {
        if (count < 0) throw new ArgumentOutOfRangeException(nameof(count));
        if (count == 0) return this;
        if (this == StandardGates.GPhase) return StandardGates.P.Controlled(count - 1);
        return this is ModifiedGate m
            ? new ModifiedGate(m.Base, m.Controls + count, m.Power).Simplified : new ModifiedGate(this, count, 1).Simplified;
    }

    /// <summary>The inverse gate for the same angles.</summary>
    public Gate Inverse => ToPower(-1);

    /// <summary>True if <see cref="ToPower"/> accepts exponents that are not integers.</summary>
    public virtual bool HasRoots => false;

    /// <summary>A power of the gate.</summary>
    /// <exception cref="NotSupportedException">The exponent is not an integer, and the gate has no exactly known roots.</exception>
    public Gate ToPower(Rational exponent)
    {
        if (exponent == 1) return this;
        if (!exponent.IsInteger && !HasRoots)
            throw new NotSupportedException("The gate '" + Name + "' has no power " + exponent + " that is known exactly.");
        if (this is not ModifiedGate m) return new ModifiedGate(this, 0, exponent).Simplified;
        // Roots are principal: the root of X squared is the identity, not X.
        if (!exponent.IsInteger && m.Power != 1)
            throw new NotSupportedException("The gate '" + Name + "' has no power " + exponent + " that is known exactly.");
        return new ModifiedGate(m.Base, m.Controls, m.Power * exponent).Simplified;
    }

    /// <summary>
    /// An upper bound for the number of steps of
    /// <see cref="Expand(IReadOnlyList{Angle}, IReadOnlyList{int}, ICollection{ElementaryGate})"/>.
    /// </summary>
    public abstract long StepCount { get; }

    /// <summary>The product, limited to <see cref="long.MaxValue"/>.</summary>
    private protected static long Times(long count, Rational power)
    {
        var product = count * ((power.Sign < 0 ? -power : power).Floor + 1);
        return product > long.MaxValue ? long.MaxValue : (long)product;
    }

    /// <summary>Expands the gate into its steps.</summary>
    /// <param name="angles">The angles.</param>
    /// <param name="qubits">The qubits.</param>
    /// <param name="output">Receives the steps, in order of time.</param>
    public void Expand(IReadOnlyList<Angle> angles, IReadOnlyList<int> qubits, ICollection<ElementaryGate> output)
        => Expand(angles, qubits, [], 1, output);

    /// <summary>Expands a power of the gate under controls.</summary>
    internal abstract void Expand(
        IReadOnlyList<Angle> angles, IReadOnlyList<int> qubits, ImmutableArray<int> controls, Rational power,
        ICollection<ElementaryGate> output);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

/// <summary>A gate with modifiers that has no name of its own.</summary>
public sealed record ModifiedGate : Gate
{
    internal ModifiedGate(Gate @base, int controls, Rational power) => (Base, Controls, Power) = (@base, controls, power);

    /// <summary>The gate without modifiers.</summary>
    public Gate Base { get; }

    /// <summary>The number of controls, which are its first qubits.</summary>
    public int Controls { get; }

    /// <summary>The exponent; -1 for the inverse.</summary>
    public Rational Power { get; }

    /// <inheritdoc/>
    public override string Name => (Controls == 0 ? "" : Controls == 1 ? "ctrl @ " : "ctrl(" + ((Rational)Controls) + ") @ ")
        + (Power == 1 ? "" : Power == -1 ? "inv @ " : "pow(" + Power + ") @ ") + Base.Name;

    /// <inheritdoc/>
    public override int AngleCount => Base.AngleCount;

    /// <inheritdoc/>
    public override int QubitCount => Base.QubitCount + Controls;

    /// <inheritdoc/>
    public override bool HasRoots => Base.HasRoots;

    /// <inheritdoc/>
    public override long StepCount => Power == 1 || Base.HasRoots ? Base.StepCount : Times(Base.StepCount, Power);

    /// <summary>The named gate that is equal to this one, or else this one.</summary>
    internal Gate Simplified
    {
        get
        {
            if (Controls == 0 && Power == 1) return Base;
            return Base is StandardGate standard && StandardGates.Find(standard, Controls, Power) is { } known ? known : this;
        }
    }

    internal override void Expand(
        IReadOnlyList<Angle> angles, IReadOnlyList<int> qubits, ImmutableArray<int> controls, Rational power,
        ICollection<ElementaryGate> output)
        => Base.Expand(angles, [.. qubits.Skip(Controls)], [.. controls, .. qubits.Take(Controls)], power * Power, output);
}

/// <summary>A gate that a program defines as a circuit.</summary>
public sealed record DefinedGate : Gate
{
    /// <summary>The deepest nesting of definitions.</summary>
    public const int MaxDepth = 100;

    private readonly string _name;
    private readonly int _depth;
    private readonly int _hash;

    // The last other gate that was found equal.
    private WeakReference<DefinedGate>? _same;

    /// <summary>Defines a gate.</summary>
    /// <param name="name">The name.</param>
    /// <param name="angles">The names of the angles.</param>
    /// <param name="qubits">The names of the qubits; the body numbers them in this order.</param>
    /// <param name="body">The circuit; gates only.</param>
    public DefinedGate(string name, EquatableArray<string> angles, EquatableArray<string> qubits, Circuit body)
    {
        if (!body.IsUnitary) throw new ArgumentException("A gate is made of gates only.");
        if (body.QubitCount > qubits.Count) throw new ArgumentException("The body uses more qubits than the gate has.");
        (_name, Angles, Qubits, Body) = (name, angles, qubits, body);
        foreach (var operation in body.Operations.Items.OfType<GateOperation>())
        {
            StepCount = Math.Min(operation.Gate.StepCount, long.MaxValue - StepCount) + StepCount;
            if ((operation.Gate is ModifiedGate m ? m.Base : operation.Gate) is DefinedGate inner)
                _depth = Math.Max(_depth, inner._depth + 1);
        }

        if (_depth >= MaxDepth) throw new ArgumentException("The definition of the gate '" + name + "' nests too deeply.");
        // Computed once, because nested definitions are reached on many paths.
        _hash = unchecked(StringComparer.Ordinal.GetHashCode(name) * 31 + body.GetHashCode());
    }

    /// <inheritdoc/>
    public override long StepCount { get; }

    /// <inheritdoc/>
    public bool Equals(DefinedGate? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || _hash != other._hash) return false;
        // Definitions are reached on many paths: without this shortcut, comparing two programs could take exponential time.
        if (_same is { } known && known.TryGetTarget(out var same) && ReferenceEquals(same, other)) return true;
        if (_name != other._name || !Angles.Equals(other.Angles) || !Qubits.Equals(other.Qubits) || !Body.Equals(other.Body)) return false;
        _same = new(other);
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string Name => _name;

    /// <summary>The names of the angles.</summary>
    public EquatableArray<string> Angles { get; }

    /// <summary>The names of the qubits.</summary>
    public EquatableArray<string> Qubits { get; }

    /// <summary>The circuit, with its angles as symbols.</summary>
    public Circuit Body { get; }

    /// <inheritdoc/>
    public override int AngleCount => Angles.Count;

    /// <inheritdoc/>
    public override int QubitCount => Qubits.Count;

    /// <summary>The gates of the body for the angles and qubits of an application.</summary>
    public IEnumerable<GateOperation> Instantiate(IReadOnlyList<Angle> angles, IReadOnlyList<Qubit> qubits)
    {
        Angle? Value(string symbol)
        {
            int index = Angles.Items.IndexOf(symbol);
            return index < 0 ? null : angles[index];
        }

        foreach (var gate in Body.Operations.Items.OfType<GateOperation>())
        {
            yield return new(gate.Gate, gate.Angles.Select(a => a.Substitute(Value)).ToEquatableArray(),
                gate.Qubits.Select(q => qubits[q.Index]).ToEquatableArray());
        }
    }

    internal override void Expand(
        IReadOnlyList<Angle> angles, IReadOnlyList<int> qubits, ImmutableArray<int> controls, Rational power,
        ICollection<ElementaryGate> output)
    {
        if (!power.IsInteger) throw new NotSupportedException("The gate '" + Name + "' has no power " + power + " that is known exactly.");
        var gates = Instantiate(angles, [.. qubits.Select(q => new Qubit(q))]).ToList();
        if (power.Sign < 0) gates.Reverse();
        for (var i = power.Sign < 0 ? -power.Numerator : power.Numerator; !i.IsZero; i--)
            foreach (var gate in gates) gate.Gate.Expand(gate.Angles, [.. gate.Qubits.Select(q => q.Index)], controls, power.Sign, output);
    }
}
