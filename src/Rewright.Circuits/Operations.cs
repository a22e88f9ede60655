using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A qubit, by its number in the circuit.</summary>
public readonly record struct Qubit(int Index)
{
    /// <summary>Makes this many qubits, numbered from <paramref name="first"/> on.</summary>
    public static Qubit[] Register(int size, int first = 0) => [.. Enumerable.Range(first, size).Select(i => new Qubit(i))];

    /// <inheritdoc/>
    public override string ToString() => "q[" + ((Rational)Index) + "]";
}

/// <summary>An operation of a circuit. Compared by value.</summary>
public abstract record CircuitOperation
{
    private protected CircuitOperation() { }

    /// <summary>The qubits on which it acts, each once, including those of inner blocks.</summary>
    public abstract EquatableArray<Qubit> Qubits { get; }

    /// <summary>
    /// The operation on other qubits, with some variables of its angles replaced; null from <paramref name="angle"/> keeps a variable.
    /// </summary>
    public CircuitOperation Replace(Func<Qubit, Qubit> qubit, Func<string, Angle?> angle)
    {
        EquatableArray<CircuitOperation> All(EquatableArray<CircuitOperation> operations) => operations.Select(
            o => o.Replace(qubit, angle)).ToEquatableArray();
        return this switch
        {
            GateOperation o => new GateOperation(
            o.Gate, o.Angles.Select(a => a.Substitute(angle)).ToEquatableArray(), o.Qubits.Select(qubit).ToEquatableArray()),
            MeasureOperation o => new MeasureOperation(qubit(o.Qubit), o.Bit),
            ResetOperation o => new ResetOperation(qubit(o.Qubit)),
            BarrierOperation o => new BarrierOperation(o.Qubits.Select(qubit).ToEquatableArray()),
            IfOperation o => new IfOperation(o.Condition, All(o.Then), All(o.Else)),
            WhileOperation o => new WhileOperation(o.Condition, All(o.Body)),
            _ => this,
        };
    }

    /// <summary>The classical bits that it reads or writes, each once, including those of inner blocks.</summary>
    public virtual EquatableArray<int> Bits => EquatableArray<int>.Empty;
}

/// <summary>A gate applied to qubits.</summary>
public sealed record GateOperation : CircuitOperation
{
    /// <summary>Applies a gate.</summary>
    /// <exception cref="ArgumentException">The number of angles or qubits is wrong, or a qubit occurs twice.</exception>
    public GateOperation(Gate gate, EquatableArray<Angle> angles, EquatableArray<Qubit> qubits)
    {
        if (angles.Count != gate.AngleCount)
            throw new ArgumentException(
                "The gate '" + gate.Name + "' takes " + gate.AngleCount + " angles, not " + angles.Count + ".", nameof(angles));
        if (qubits.Count != gate.QubitCount)
            throw new ArgumentException(
                "The gate '" + gate.Name + "' takes " + gate.QubitCount + " qubits, not " + qubits.Count + ".", nameof(qubits));
        if (HasDuplicates(qubits.Items))
            throw new ArgumentException("The gate '" + gate.Name + "' is applied to the same qubit twice.", nameof(qubits));
        (Gate, Angles, Qubits) = (gate, angles, qubits);
    }

    private static bool HasDuplicates(ImmutableArray<Qubit> qubits)
    {
        if (qubits.Length > 8) return new HashSet<Qubit>(qubits).Count < qubits.Length;
        for (int i = 0; i < qubits.Length; i++)
            for (int j = 0; j < i; j++)
                if (qubits[i] == qubits[j]) return true;
        return false;
    }

    /// <summary>The gate.</summary>
    public Gate Gate { get; }

    /// <summary>The angles of the gate.</summary>
    public EquatableArray<Angle> Angles { get; }

    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits { get; }

    /// <summary>The inverse operation.</summary>
    public GateOperation Inverse => ToPower(-1);

    /// <summary>The same gate on other qubits.</summary>
    public GateOperation At(EquatableArray<Qubit> qubits) => new(Gate, Angles, qubits);

    /// <summary>A power of the operation, expressed by its angles where possible.</summary>
    /// <exception cref="NotSupportedException">The exponent is not an integer, and the gate has no exactly known roots.</exception>
    public GateOperation ToPower(Rational exponent)
    {
        var standard = Gate as StandardGate;
        var plain = Gate is ModifiedGate { Power: var power } m && power == 1 ? m.Base : Gate;
        if (Angles.Count == 1 && plain is StandardGate { HasRoots: true } scaled)
        {
            var angle = Angles[0];
            if (!exponent.IsInteger)
            {
                // The root is principal, so the phases of the gate must be between -pi and pi.
                if (!angle.IsConstant)
                    throw new NotSupportedException(
                        "The gate '" + this + "' has no power " + exponent + " that is known for all values of its angle.");
                var turn = scaled.IsRotation ? Angle.Pi * 4 : Angle.Pi * 2;
                angle %= turn;
                if (angle > turn / 2) angle -= turn;
                else if (angle <= turn / -2) angle += turn;
            }

            return new(Gate, EquatableArray.Of(angle * exponent), Qubits);
        }

        if (exponent == -1 && standard is not null)
        {
            var root = standard.Root;
            if (root == StandardGates.U3 || root == StandardGates.U)
                return new(Gate, EquatableArray.Of(-Angles[0], -Angles[2], -Angles[1]), Qubits);
            if (root == StandardGates.CU) return new(Gate, EquatableArray.Of(-Angles[0], -Angles[2], -Angles[1], -Angles[3]), Qubits);
            if (root == StandardGates.U2) return new(StandardGates.U3, EquatableArray.Of(Angle.Pi / -2, -Angles[1], -Angles[0]), Qubits);
        }

        return new(Gate.ToPower(exponent), Angles, Qubits);
    }

    /// <summary>The operation with additional controls.</summary>
    public GateOperation Controlled(params Qubit[] controls)
        => new(Gate.Controlled(controls.Length), Angles, controls.Concat(Qubits).ToEquatableArray());

    /// <summary>The steps of the operation.</summary>
    public List<ElementaryGate> Expand()
    {
        var steps = new List<ElementaryGate>();
        Gate.Expand(Angles, [.. Qubits.Select(q => q.Index)], steps);
        return steps;
    }

    /// <inheritdoc/>
    public override string ToString()
        => Gate.Name + (Angles.Count == 0 ? "" : "(" + string.Join(", ", Angles) + ")")
            + (Qubits.Count == 0 ? "" : " " + string.Join(", ", Qubits));
}

/// <summary>Measures a qubit in the computational basis.</summary>
/// <param name="Qubit">The measured qubit.</param>
/// <param name="Bit">The bit for the result; null if the result is unused.</param>
public sealed record MeasureOperation(Qubit Qubit, int? Bit) : CircuitOperation
{
    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits => EquatableArray.Of(Qubit);

    /// <inheritdoc/>
    public override EquatableArray<int> Bits => Bit is { } bit ? EquatableArray.Of(bit) : EquatableArray<int>.Empty;
}

/// <summary>Sets a qubit to 0.</summary>
public sealed record ResetOperation(Qubit Qubit) : CircuitOperation
{
    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits => EquatableArray.Of(Qubit);
}

/// <summary>Prevents operations from moving across it on its qubits.</summary>
public sealed record BarrierOperation : CircuitOperation
{
    /// <summary>Makes a barrier.</summary>
    public BarrierOperation(EquatableArray<Qubit> qubits) => Qubits = qubits;

    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits { get; }
}

/// <summary>Sets a classical bit.</summary>
public sealed record AssignOperation(int Bit, ClassicalExpression Value) : CircuitOperation
{
    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits => EquatableArray<Qubit>.Empty;

    /// <inheritdoc/>
    public override EquatableArray<int> Bits => new[] { Bit }.Concat(Value.Bits).Distinct().ToEquatableArray();
}

/// <summary>Executes one of two blocks, depending on classical bits.</summary>
public sealed record IfOperation(
    ClassicalExpression Condition, EquatableArray<CircuitOperation> Then, EquatableArray<CircuitOperation> Else) : CircuitOperation
{
    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits => Then.Concat(Else).SelectMany(o => o.Qubits).Distinct().ToEquatableArray();

    /// <inheritdoc/>
    public override EquatableArray<int> Bits
        => Condition.Bits.Concat(Then.Concat(Else).SelectMany(o => o.Bits)).Distinct().ToEquatableArray();
}

/// <summary>Repeats a block as long as a condition on classical bits holds.</summary>
public sealed record WhileOperation(ClassicalExpression Condition, EquatableArray<CircuitOperation> Body) : CircuitOperation
{
    /// <inheritdoc/>
    public override EquatableArray<Qubit> Qubits => Body.SelectMany(o => o.Qubits).Distinct().ToEquatableArray();

    /// <inheritdoc/>
    public override EquatableArray<int> Bits => Condition.Bits.Concat(Body.SelectMany(o => o.Bits)).Distinct().ToEquatableArray();
}

/// <summary>An integer computed from classical bits; as a condition, it is true if it is not 0.</summary>
public abstract record ClassicalExpression
{
    private protected ClassicalExpression() { }

    /// <summary>The bits that it reads.</summary>
    public abstract IEnumerable<int> Bits { get; }

    /// <summary>Computes the value.</summary>
    /// <param name="bit">Returns the value of a bit.</param>
    public abstract long Evaluate(Func<int, bool> bit);
}

/// <summary>A constant.</summary>
public sealed record ClassicalConstant(long Value) : ClassicalExpression
{
    /// <inheritdoc/>
    public override IEnumerable<int> Bits => [];

    /// <inheritdoc/>
    public override long Evaluate(Func<int, bool> bit) => Value;
}

/// <summary>Some bits as a number, lowest first.</summary>
/// <param name="Positions">The bits, at most 63.</param>
/// <param name="IsSigned">True if the last bit is the sign in two's complement.</param>
public sealed record ClassicalBits(EquatableArray<int> Positions, bool IsSigned) : ClassicalExpression
{
    /// <inheritdoc/>
    public override IEnumerable<int> Bits => Positions;

    /// <inheritdoc/>
    public override long Evaluate(Func<int, bool> bit)
    {
        long value = 0;
        for (int i = 0; i < Positions.Count; i++)
            if (bit(Positions[i])) value += IsSigned && i == Positions.Count - 1 ? -(1L << i) : 1L << i;
        return value;
    }
}

/// <summary>A binary operator of OpenQASM: <c>== != &lt; &lt;= &gt; &gt;= &amp;&amp; || &amp; | ^ + -</c>.</summary>
public sealed record ClassicalBinary(string Operator, ClassicalExpression Left, ClassicalExpression Right) : ClassicalExpression
{
    /// <inheritdoc/>
    public override IEnumerable<int> Bits => Left.Bits.Concat(Right.Bits).Distinct();

    /// <inheritdoc/>
    public override long Evaluate(Func<int, bool> bit)
    {
        long left = Left.Evaluate(bit), right = Right.Evaluate(bit);
        return Operator switch
        {
            "==" => left == right ? 1 : 0,
            "!=" => left != right ? 1 : 0,
            "<" => left < right ? 1 : 0,
            "<=" => left <= right ? 1 : 0,
            ">" => left > right ? 1 : 0,
            ">=" => left >= right ? 1 : 0,
            "&&" => left != 0 && right != 0 ? 1 : 0,
            "||" => left != 0 || right != 0 ? 1 : 0,
            "&" => left & right,
            "|" => left | right,
            "^" => left ^ right,
            "+" => left + right,
            "-" => left - right,
            _ => throw new InvalidOperationException("There is no operator '" + Operator + "'."),
        };
    }
}

/// <summary>1 if a value is 0, otherwise 0.</summary>
public sealed record ClassicalNot(ClassicalExpression Operand) : ClassicalExpression
{
    /// <inheritdoc/>
    public override IEnumerable<int> Bits => Operand.Bits;

    /// <inheritdoc/>
    public override long Evaluate(Func<int, bool> bit) => Operand.Evaluate(bit) == 0 ? 1 : 0;
}
