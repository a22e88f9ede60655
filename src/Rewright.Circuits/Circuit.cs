using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A named range of qubits or bits.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">Number of its first element.</param>
/// <param name="Size">How many it has.</param>
/// <param name="IsArray">False for one that is declared without a size, as <c>qubit a;</c>.</param>
public sealed record Register(string Name, int Start, int Size, bool IsArray = true);

/// <summary>Gates, measurements and classical control, one after the other. Immutable; compared by value.</summary>
/// <example><code>
/// var (a, b) = (new Qubit(0), new Qubit(1));
/// Circuit bell = [H(a), CX(a, b)];
/// </code></example>
#if NET
[System.Runtime.CompilerServices.CollectionBuilder(typeof(Circuit), nameof(Of))]
#endif
public sealed class Circuit : IReadOnlyList<CircuitOperation>, IEquatable<Circuit>
{
    private const long MaxSteps = 20_000_000;

    /// <summary>A circuit with registers.</summary>
    /// <param name="operations">In order of time.</param>
    /// <param name="qubits">Registers of qubits, which follow each other without gaps; where there is none, one of the size needed is
    /// made.</param>
    /// <param name="bits">Registers of bits, likewise.</param>
    public Circuit(EquatableArray<CircuitOperation> operations, EquatableArray<Register> qubits = default,
        EquatableArray<Register> bits = default)
    {
        Operations = operations;
        int usedQubits = 0, usedBits = 0;
        foreach (var operation in operations)
        {
            foreach (var qubit in operation.Qubits)
            {
                if (qubit.Index < 0) throw new ArgumentException("A qubit has a negative number.", nameof(operations));
                usedQubits = Math.Max(usedQubits, qubit.Index + 1);
            }

            foreach (int bit in operation.Bits) usedBits = Math.Max(usedBits, bit + 1);
        }

        QubitRegisters = Complete(qubits, usedQubits, "q");
        BitRegisters = Complete(bits, usedBits, "c");
    }

    /// <summary>The operations, in order of time.</summary>
    public EquatableArray<CircuitOperation> Operations { get; }

    /// <summary>The registers of qubits.</summary>
    public EquatableArray<Register> QubitRegisters { get; }

    /// <summary>The registers of classical bits.</summary>
    public EquatableArray<Register> BitRegisters { get; }

    /// <summary>How many qubits it has.</summary>
    public int QubitCount => QubitRegisters.Sum(r => r.Size);

    /// <summary>How many classical bits it has.</summary>
    public int BitCount => BitRegisters.Sum(r => r.Size);

    /// <summary>True where it consists of gates and barriers only.</summary>
    public bool IsUnitary => Operations.All(o => o is GateOperation or BarrierOperation);

    /// <summary>False where its gates consist of more steps than memory is good for.</summary>
    public bool CanExpand
    {
        get
        {
            long steps = 0;
            foreach (var gate in Operations.Items.OfType<GateOperation>())
                if ((steps += Math.Min(gate.Gate.StepCount, MaxSteps)) >= MaxSteps) return false;
            return true;
        }
    }

    /// <inheritdoc/>
    public int Count => Operations.Count;

    /// <inheritdoc/>
    public CircuitOperation this[int index] => Operations[index];

    /// <summary>A circuit of some operations; what collection expressions call.</summary>
    public static Circuit Of(ReadOnlySpan<CircuitOperation> operations) => new(ImmutableArray.Create(operations.ToArray()));

    /// <summary>The same registers with other operations.</summary>
    public Circuit With(IEnumerable<CircuitOperation> operations) => new(operations.ToEquatableArray(), QubitRegisters, BitRegisters);

    /// <summary>The circuit that undoes this one.</summary>
    /// <exception cref="InvalidOperationException">It does not consist of gates and barriers only.</exception>
    public Circuit Inverse()
    {
        if (!IsUnitary) throw new InvalidOperationException("Only gates can be undone.");
        return With(Operations.Reverse().Select(o => o is GateOperation gate ? gate.Inverse : o));
    }

    /// <summary>The steps of all its gates, in order of time.</summary>
    /// <exception cref="InvalidOperationException">It does not consist of gates and barriers only, or definitions of gates make more of it
    /// than fits into memory.</exception>
    public List<Primitive> Expand()
    {
        if (!IsUnitary) throw new InvalidOperationException("The circuit does not consist of gates only.");
        if (!CanExpand) throw new InvalidOperationException("The gates of the circuit consist of too many steps.");
        var steps = new List<Primitive>();
        foreach (var gate in Operations.OfType<GateOperation>())
            gate.Gate.Expand(gate.Angles, [.. gate.Qubits.Select(q => q.Index)], steps);
        return steps;
    }

    /// <inheritdoc/>
    public bool Equals(Circuit? other)
        => other is not null && Operations.Equals(other.Operations) && QubitRegisters.Equals(other.QubitRegisters)
            && BitRegisters.Equals(other.BitRegisters);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Circuit);

    /// <inheritdoc/>
    public override int GetHashCode() => Operations.GetHashCode();

    /// <inheritdoc/>
    public IEnumerator<CircuitOperation> GetEnumerator() => ((IEnumerable<CircuitOperation>)Operations).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The operations, for messages.</summary>
    public override string ToString() => "[" + string.Join("; ", Operations) + "]";

    private static EquatableArray<Register> Complete(EquatableArray<Register> registers, int used, string name)
    {
        int size = 0;
        foreach (var register in registers)
        {
            if (register.Start != size || register.Size < 0)
                throw new ArgumentException(
                    "The register '" + register.Name + "' does not start where the one before it ends.", nameof(registers));
            size += register.Size;
        }

        if (registers.Count > 0 && used > size)
            throw new ArgumentException("The registers have " + size + " elements; " + used + " are used.", nameof(registers));
        return registers.Count > 0 || used == 0 ? registers : EquatableArray.Of(new Register(name, 0, used));
    }
}
