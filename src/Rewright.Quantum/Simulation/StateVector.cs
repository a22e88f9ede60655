using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Rewright.Quantum.Simulation;

/// <summary>
/// The state of some qubits: the amplitudes of all basis states in double precision. Qubit 0 is the lowest bit of a basis state.
/// </summary>
/// <remarks>
/// Gates are collected and executed when the state is read: gates on common qubits are multiplied first, then as many as possible are
/// applied to each part of the state that fits into the cache. Not thread-safe.
/// </remarks>
/// <example><code>
/// using var state = new StateVector(2);
/// state.Apply(H(a));
/// state.Apply(CX(a, b));
/// Console.WriteLine(state[0b11]);   // 0.707
/// </code></example>
public sealed unsafe class StateVector : IDisposable
{
    // A limit, because collected gates take memory too.
    private const int MaxCollected = 4096;

    private readonly GateFusion _fusion;
    private double* _real;
    private double* _imaginary;

    /// <summary>Makes a state with all qubits 0.</summary>
    /// <exception cref="NotSupportedException">The state does not fit into the memory of this machine.</exception>
    public StateVector(int qubits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(qubits);
        QubitCount = qubits;
        // Passes work on blocks of four parts with eight amplitudes each.
        Width = Math.Max(qubits, StatePass.MinWidth);
        if (qubits > 40 || 16L << Width > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 9)
            throw new NotSupportedException(
                FormattableString.Invariant($"The state of {qubits} qubits does not fit into the memory of this machine."));
        _fusion = new(qubits);
        try
        {
            _real = Allocate();
            _imaginary = Allocate();
        }
        catch (OutOfMemoryException)
        {
            Dispose();
            throw new NotSupportedException(
                FormattableString.Invariant($"There is not enough memory left for the state of {qubits} qubits."));
        }

        _real[0] = 1;

        double* Allocate()
        {
            var memory = (double*)NativeMemory.AlignedAlloc((nuint)Size * sizeof(double), 64);
            for (long at = 0; at < Size; at += 1 << 24)
                NativeMemory.Clear(memory + at, (nuint)(Math.Min(Size - at, 1 << 24) * sizeof(double)));
            return memory;
        }
    }

    /// <summary>Frees the memory of a state that was not disposed.</summary>
    ~StateVector() => Free();

    /// <summary>The number of qubits.</summary>
    public int QubitCount { get; }

    internal int Width { get; }

    private long Size => 1L << Width;

    /// <summary>The amplitude of a basis state.</summary>
    public Complex this[long basis]
    {
        get
        {
            if (basis < 0 || basis >> QubitCount != 0) throw new ArgumentOutOfRangeException(nameof(basis));
            Flush();
            return new(_real[basis], _imaginary[basis]);
        }
    }

    /// <summary>Applies a gate.</summary>
    public void Apply(GateOperation operation)
    {
        foreach (var step in operation.Expand()) Apply(step);
    }

    /// <summary>Applies all gates of a circuit.</summary>
    public void Apply(Circuit circuit)
    {
        if (!circuit.IsUnitary) throw new ArgumentException("The circuit does not consist of gates only; run it.", nameof(circuit));
        foreach (var step in circuit.Expand()) Apply(step);
    }

    /// <summary>Applies a step of a gate.</summary>
    public void Apply(ElementaryGate step)
    {
        ObjectDisposedException.ThrowIf(_real is null, this);
        if (_fusion.Count >= MaxCollected) Flush();
        _fusion.Add(step);
    }

    /// <summary>The probability of measuring 1.</summary>
    public double Probability(int qubit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(qubit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(qubit, QubitCount);
        Flush();
        long mask = 1L << qubit;
        return Sum((from, to) =>
        {
            double sum = 0;
            for (long i = from; i < to; i++)
                if ((i & mask) != 0) sum += _real[i] * _real[i] + _imaginary[i] * _imaginary[i];
            return sum;
        });
    }

    /// <summary>Measures a qubit; afterwards it is in the measured state.</summary>
    public bool Measure(int qubit, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double one = Probability(qubit);
        bool found = random.NextDouble() < one;
        double scale = 1 / Math.Sqrt(found ? one : 1 - one);
        long mask = 1L << qubit, kept = found ? mask : 0;
        Sum((from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                double factor = (i & mask) == kept ? scale : 0;
                _real[i] *= factor;
                _imaginary[i] *= factor;
            }

            return 0;
        });
        return found;
    }

    /// <summary>Sets a qubit to 0: measures it, and flips it if it is 1.</summary>
    public void Reset(int qubit, Random random)
    {
        if (Measure(qubit, random)) Apply(new ElementaryGate(ElementaryGateKind.Flip, [qubit], Angle.Zero));
    }

    /// <summary>Samples the basis states that measuring all qubits would give. The state does not change.</summary>
    public long[] Sample(int shots, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shots);
        ArgumentNullException.ThrowIfNull(random);
        Flush();
        var points = new double[shots];
        for (int i = 0; i < shots; i++) points[i] = random.NextDouble();
        var order = Enumerable.Range(0, shots).ToArray();
        Array.Sort(points, order);
        var found = new long[shots];
        long basis = 0, last = 0;
        double sum = 0, total = Sum((from, to) =>
        {
            double part = 0;
            for (long i = from; i < to; i++) part += _real[i] * _real[i] + _imaginary[i] * _imaginary[i];
            return part;
        });
        for (int i = 0; i < shots; i++)
        {
            // Rounding may leave the last point beyond the sum; it then means the last possible state.
            for (; basis < Size && sum <= points[i] * total; basis++)
            {
                double weight = _real[basis] * _real[basis] + _imaginary[basis] * _imaginary[basis];
                if (weight > 0) last = basis;
                sum += weight;
            }

            found[order[i]] = last;
        }

        return found;
    }

    /// <summary>Resets all qubits to 0.</summary>
    public void Clear()
    {
        ObjectDisposedException.ThrowIf(_real is null, this);
        _ = _fusion.Take();
        Sum((from, to) =>
        {
            new Span<double>(_real + from, (int)(to - from)).Clear();
            new Span<double>(_imaginary + from, (int)(to - from)).Clear();
            return 0;
        });
        _real[0] = 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_real);
        NativeMemory.AlignedFree(_imaginary);
        _real = _imaginary = null;
    }

    private void Flush()
    {
        ObjectDisposedException.ThrowIf(_real is null, this);
        var factor = _fusion.GlobalFactor;
        var gates = _fusion.Take();
        if (gates.Count > 0) StatePass.Run(_real, _imaginary, Width, gates);
        if (factor == Complex.One) return;
        Sum((from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                var turned = new Complex(_real[i], _imaginary[i]) * factor;
                (_real[i], _imaginary[i]) = (turned.Real, turned.Imaginary);
            }

            return 0;
        });
    }

    // Chunks do not depend on the machine, so results do not either.
    private double Sum(Func<long, long, double> part)
    {
        const int Chunk = 1 << 16;
        if (Size <= Chunk) return part(0, Size);
        var sums = new double[Size / Chunk];
        Parallel.For(0, sums.Length, i => sums[i] = part((long)i * Chunk, (long)(i + 1) * Chunk));
        return sums.Sum();
    }
}
