using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A named range of qubits or bits.</summary>
/// <param name="Name">The name.</param>
/// <param name="Start">The number of the first element.</param>
/// <param name="Size">The number of elements.</param>
/// <param name="IsArray">False if it is declared without a size, like <c>qubit a;</c>.</param>
public sealed record Register(string Name, int Start, int Size, bool IsArray = true);

/// <summary>A sequence of gates, measurements and classical control. Immutable; compared by value.</summary>
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

    /// <summary>Makes a circuit with registers.</summary>
    /// <param name="operations">The operations, in order of time.</param>
    /// <param name="qubits">Registers of qubits, which follow each other without gaps; without any, one register of the required size is
    /// made.</param>
    /// <param name="bits">Registers of bits, by the same rules.</param>
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

    /// <summary>The number of qubits.</summary>
    public int QubitCount => QubitRegisters.Sum(r => r.Size);

    /// <summary>The number of classical bits.</summary>
    public int BitCount => BitRegisters.Sum(r => r.Size);

    /// <summary>True if the circuit contains only gates and barriers.</summary>
    public bool IsUnitary => Operations.All(o => o is GateOperation or BarrierOperation);

    /// <summary>False if the gates consist of more steps than memory can hold.</summary>
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

    /// <summary>A circuit of some operations; collection expressions call this.</summary>
    public static Circuit Of(ReadOnlySpan<CircuitOperation> operations) => new(ImmutableArray.Create(operations.ToArray()));

    /// <summary>A circuit with the same registers and other operations.</summary>
    public Circuit With(IEnumerable<CircuitOperation> operations) => new(operations.ToEquatableArray(), QubitRegisters, BitRegisters);

    /// <summary>The inverse circuit.</summary>
    /// <exception cref="InvalidOperationException">The circuit contains more than gates and barriers.</exception>
    public Circuit Inverse()
    {
        if (!IsUnitary) throw new InvalidOperationException("Only gates can be undone.");
        return With(Operations.Reverse().Select(o => o is GateOperation gate ? gate.Inverse : o));
    }

    /// <summary>The steps of all gates, in order of time.</summary>
    /// <exception cref="InvalidOperationException">The circuit contains more than gates and barriers, or definitions of gates expand to
    /// more steps than memory can hold.</exception>
    public List<ElementaryGate> Expand()
    {
        if (!IsUnitary) throw new InvalidOperationException("The circuit does not consist of gates only.");
        if (!CanExpand) throw new InvalidOperationException("The gates of the circuit consist of too many steps.");
        var steps = new List<ElementaryGate>();
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
