using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading.Tasks;

namespace Rewright.Quantum.Simulation;

/// <summary>Applies gates to a state, as many as possible each time a part of it is in the cache.</summary>
/// <remarks>
/// A pass chooses a few inner qubits. Gates that change only those are applied to blocks of the state in which all other qubits are fixed;
/// a gate may also depend on outer qubits diagonally or as controls. Four blocks are processed at once, one per vector lane, so no gate has
/// to move numbers between lanes. The two qubits by which these blocks differ may control gates too, because each lane has its own
/// coefficients.
/// </remarks>
internal sealed unsafe class StatePass
{
    private const int Lanes = 4, RunBits = 3, MaxInner = 12;

    // The number of gates to examine for a pass.
    private const int Window = 4096;

    /// <summary>
    /// The least number of qubits: two outer ones for the lanes, inner ones for a run of amplitudes, and two more for a gate to change.
    /// </summary>
    public const int MinWidth = RunBits + 4;

    private readonly double* _real;
    private readonly double* _imaginary;
    private readonly List<FusedGate> _gates;
    private readonly int[] _position;
    private readonly int[] _outer;
    private readonly int[] _laneQubits;
    private readonly long[] _runs;
    private readonly int _innerBits;

    private StatePass(double* real, double* imaginary, int width, ulong inner, List<FusedGate> gates)
    {
        _real = real;
        _imaginary = imaginary;
        _gates = gates;
        _position = new int[width];
        var (outer, insides) = (new List<int>(), new List<int>());
        for (int q = 0; q < width; q++)
        {
            bool isInner = (inner >> q & 1) != 0;
            _position[q] = isInner ? insides.Count : -1;
            (isInner ? insides : outer).Add(q);
        }

        _innerBits = insides.Count;
        _laneQubits = [outer[^2], outer[^1]];
        _outer = [.. outer[..^2]];
        _runs = new long[1 << _innerBits - RunBits];
        for (int i = 0; i < _runs.Length; i++) _runs[i] = Deposit(i, insides.GetRange(RunBits, insides.Count - RunBits));
    }

    /// <summary>Applies gates, in order.</summary>
    public static void Run(double* real, double* imaginary, int width, List<FusedGate> gates)
    {
        int capacity = Math.Min(MaxInner, width - 2);
        var waiting = new LinkedList<FusedGate>(gates);
        while (waiting.Count > 0)
        {
            ulong inner = (1ul << RunBits) - 1, blocked = 0, all = (1ul << width) - 1;
            var taken = new List<FusedGate>();
            int seen = 0;
            for (var node = waiting.First; node is not null && seen < Window && blocked != all; seen++)
            {
                var (gate, next) = (node.Value, node.Next);
                ulong changed = gate.Changed();
                if ((gate.Qubits & blocked) == 0 && BitOperations.PopCount(inner | changed) <= capacity)
                {
                    inner |= changed;
                    taken.Add(gate);
                    waiting.Remove(node);
                }
                else
                {
                    blocked |= gate.Qubits;
                }

                node = next;
            }

            for (int q = 0; BitOperations.PopCount(inner) < capacity; q++) inner |= 1ul << q;
            new StatePass(real, imaginary, width, inner, taken).Run();
        }
    }

    private static long Deposit(long bits, IReadOnlyList<int> qubits)
    {
        long result = 0;
        for (int i = 0; i < qubits.Count; i++) result |= (bits >> i & 1) << qubits[i];
        return result;
    }

    private void Run()
    {
        long blocks = 1L << _outer.Length;
        int numbers = Lanes << _innerBits;
        Parallel.For(0, blocks, () => (nint)NativeMemory.AlignedAlloc((nuint)(2 * numbers + 32 * Lanes) * sizeof(double), 64),
            (block, _, buffer) =>
        {
            double* real = (double*)buffer, imaginary = real + numbers, coefficients = imaginary + numbers;
            long start = Deposit(block, _outer);
            var lanes = stackalloc long[Lanes];
            for (int l = 0; l < Lanes; l++) lanes[l] = start | (long)(l & 1) << _laneQubits[0] | (long)(l >> 1) << _laneQubits[1];
            Fetch(_real, real, lanes);
            Fetch(_imaginary, imaginary, lanes);
            foreach (var gate in _gates) Apply(gate, real, imaginary, (Vector256<double>*)coefficients, lanes);
            Store(_real, real, lanes);
            Store(_imaginary, imaginary, lanes);
            return buffer;
        }, buffer => NativeMemory.AlignedFree((void*)buffer));
    }

    private void Fetch(double* state, double* buffer, long* lanes)
    {
        for (int i = 0; i < _runs.Length; i++)
        {
            for (int half = 0; half < 2; half++)
            {
                long at = _runs[i] + 4 * half;
                var (a, b, c, d) = Transpose(
                    Vector256.Load(state + lanes[0] + at), Vector256.Load(state + lanes[1] + at), Vector256.Load(state + lanes[2] + at),
                    Vector256.Load(state + lanes[3] + at));
                double* to = buffer + (i * 8 + 4 * half) * Lanes;
                a.Store(to);
                b.Store(to + 4);
                c.Store(to + 8);
                d.Store(to + 12);
            }
        }
    }

    private void Store(double* state, double* buffer, long* lanes)
    {
        for (int i = 0; i < _runs.Length; i++)
        {
            for (int half = 0; half < 2; half++)
            {
                long at = _runs[i] + 4 * half;
                double* from = buffer + (i * 8 + 4 * half) * Lanes;
                var (a, b, c, d) = Transpose(
                    Vector256.Load(from), Vector256.Load(from + 4), Vector256.Load(from + 8), Vector256.Load(from + 12));
                a.Store(state + lanes[0] + at);
                b.Store(state + lanes[1] + at);
                c.Store(state + lanes[2] + at);
                d.Store(state + lanes[3] + at);
            }
        }
    }

    private static (Vector256<double> A, Vector256<double> B, Vector256<double> C, Vector256<double> D) Transpose(
        Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        if (Avx.IsSupported)
        {
            var (ab0, ab1) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
            var (cd0, cd1) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            return (Avx.Permute2x128(ab0, cd0, 0x20), Avx.Permute2x128(ab1, cd1, 0x20), Avx.Permute2x128(ab0, cd0, 0x31),
                Avx.Permute2x128(ab1, cd1, 0x31));
        }

        return (Vector256.Create(a[0], b[0], c[0], d[0]), Vector256.Create(a[1], b[1], c[1], d[1]),
            Vector256.Create(a[2], b[2], c[2], d[2]), Vector256.Create(a[3], b[3], c[3], d[3]));
    }

    // The coefficients alternate real and imaginary parts, row by row, with a lane per block.
    private void Apply(FusedGate gate, double* real, double* imaginary, Vector256<double>* coefficients, long* lanes)
    {
        int first = _position[gate.First], second = gate.Second < 0 ? -1 : _position[gate.Second];
        if (gate.Controls != 0)
        {
            ApplyControlled(gate, real, imaginary, coefficients, lanes);
            return;
        }

        if (gate.Second >= 0 && first >= 0 && second >= 0)
        {
            for (int i = 0; i < 16; i++) Broadcast(coefficients, i, gate.Matrix[i]);
            Two(real, imaginary, 1 << _innerBits, first, second, coefficients);
            return;
        }

        // At most one qubit is inside; the matrix is diagonal in those outside.
        int inside = first >= 0 ? first : second;
        int size = gate.Second < 0 ? 2 : 4, shift = first >= 0 || gate.Second < 0 ? 0 : 1;
        for (int l = 0; l < Lanes; l++)
        {
            int outside = (first < 0 ? (int)(lanes[l] >> gate.First & 1) : 0) | (
                gate.Second >= 0 && second < 0 ? (int)(lanes[l] >> gate.Second & 1) << 1 : 0);
            for (int entry = 0; entry < 4; entry++)
            {
                int row = outside | (inside < 0 ? 0 : (entry >> 1) << shift), column = outside | (inside < 0 ? 0 : (entry & 1) << shift);
                Set(coefficients, entry, l, gate.Matrix[row * size + column]);
            }
        }

        if (inside < 0) Scale(real, imaginary, 1 << _innerBits, 0, coefficients);
        else One(real, imaginary, 1 << _innerBits, inside, 0, coefficients);
    }

    private void ApplyControlled(FusedGate gate, double* real, double* imaginary, Vector256<double>* coefficients, long* lanes)
    {
        int innerControls = 0;
        ulong outerControls = 0;
        for (ulong rest = gate.Controls; rest != 0; rest &= rest - 1)
        {
            int qubit = BitOperations.TrailingZeroCount(rest);
            if (_position[qubit] >= 0) innerControls |= 1 << _position[qubit];
            else outerControls |= 1ul << qubit;
        }

        int target = _position[gate.First];
        bool any = false;
        for (int l = 0; l < Lanes; l++)
        {
            bool isOn = ((ulong)lanes[l] & outerControls) == outerControls;
            any |= isOn;
            for (int entry = 0; entry < 4; entry++)
            {
                var value = target >= 0 ? gate.Matrix[entry] : gate.Matrix[3 * (int)(lanes[l] >> gate.First & 1)];
                Set(coefficients, entry, l, isOn ? value : entry is 0 or 3 ? 1 : 0);
            }
        }

        if (!any) return;
        if (target < 0) Scale(real, imaginary, 1 << _innerBits, innerControls, coefficients);
        else One(real, imaginary, 1 << _innerBits, target, innerControls, coefficients);
    }

    private static void Broadcast(Vector256<double>* coefficients, int index, Complex value)
    {
        coefficients[2 * index] = Vector256.Create(value.Real);
        coefficients[2 * index + 1] = Vector256.Create(value.Imaginary);
    }

    private static void Set(Vector256<double>* coefficients, int index, int lane, Complex value)
    {
        ((double*)(coefficients + 2 * index))[lane] = value.Real;
        ((double*)(coefficients + 2 * index + 1))[lane] = value.Imaginary;
    }

    private static void Scale(double* real, double* imaginary, int count, int controls, Vector256<double>* u)
    {
        var (re, im) = (u[0], u[1]);
        for (int i = 0; i < count; i++)
        {
            if ((i & controls) != controls) continue;
            var (x, y) = (Vector256.Load(real + 4 * i), Vector256.Load(imaginary + 4 * i));
            (x * re - y * im).Store(real + 4 * i);
            (x * im + y * re).Store(imaginary + 4 * i);
        }
    }

    private static void One(double* real, double* imaginary, int count, int bit, int controls, Vector256<double>* u)
    {
        int stride = 1 << bit;
        var (u0r, u0i, u1r, u1i, u2r, u2i, u3r, u3i) = (u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7]);
        for (int block = 0; block < count; block += 2 * stride)
        {
            for (int i = block; i < block + stride; i++)
            {
                if ((i & controls) != controls) continue;
                int j = i + stride;
                Vector256<double> ar = Vector256.Load(real + 4 * i), ai = Vector256.Load(imaginary + 4 * i),
                    br = Vector256.Load(real + 4 * j), bi = Vector256.Load(imaginary + 4 * j);
                Difference(Difference(u0r * ar, u0i, ai) + u1r * br, u1i, bi).Store(real + 4 * i);
                Sum(Sum(Sum(u0r * ai, u0i, ar), u1r, bi), u1i, br).Store(imaginary + 4 * i);
                Difference(Difference(u2r * ar, u2i, ai) + u3r * br, u3i, bi).Store(real + 4 * j);
                Sum(Sum(Sum(u2r * ai, u2i, ar), u3r, bi), u3i, br).Store(imaginary + 4 * j);
            }
        }
    }

    private static void Two(double* real, double* imaginary, int count, int first, int second, Vector256<double>* u)
    {
        int a = 1 << first, b = 1 << second, low = Math.Min(a, b), high = Math.Max(a, b);
        for (int outer = 0; outer < count; outer += 2 * high)
        {
            for (int middle = outer; middle < outer + high; middle += 2 * low)
            {
                for (int i = middle; i < middle + low; i++)
                {
                    double* r0 = real + 4 * i, r1 = r0 + 4 * a, r2 = r0 + 4 * b, r3 = r2 + 4 * a;
                    double* i0 = imaginary + 4 * i, i1 = i0 + 4 * a, i2 = i0 + 4 * b, i3 = i2 + 4 * a;
                    Vector256<double> xr = Vector256.Load(r0), yr = Vector256.Load(r1), zr = Vector256.Load(r2), wr = Vector256.Load(r3);
                    Vector256<double> xi = Vector256.Load(i0), yi = Vector256.Load(i1), zi = Vector256.Load(i2), wi = Vector256.Load(i3);
                    Row(u, r0, i0, xr, xi, yr, yi, zr, zi, wr, wi);
                    Row(u + 8, r1, i1, xr, xi, yr, yi, zr, zi, wr, wi);
                    Row(u + 16, r2, i2, xr, xi, yr, yi, zr, zi, wr, wi);
                    Row(u + 24, r3, i3, xr, xi, yr, yi, zr, zi, wr, wi);
                }
            }
        }
    }

    private static void Row(
        Vector256<double>* u, double* real, double* imaginary,
        Vector256<double> xr, Vector256<double> xi, Vector256<double> yr, Vector256<double> yi, Vector256<double> zr, Vector256<double> zi,
            Vector256<double> wr, Vector256<double> wi)
    {
        var re = Difference(
            Sum(Difference(Sum(Difference(Sum(Difference(u[0] * xr, u[1], xi), u[2], yr), u[3], yi), u[4], zr), u[5], zi), u[6], wr), u[7],
            wi);
        var im = Sum(Sum(Sum(Sum(Sum(Sum(Sum(u[0] * xi, u[1], xr), u[2], yi), u[3], yr), u[4], zi), u[5], zr), u[6], wi), u[7], wr);
        re.Store(real);
        im.Store(imaginary);
    }

    // sum + a b and sum - a b, in one instruction if the processor has one.
    private static Vector256<double> Sum(Vector256<double> sum, Vector256<double> a, Vector256<double> b)
        => Fma.IsSupported ? Fma.MultiplyAdd(a, b, sum) : sum + a * b;

    private static Vector256<double> Difference(Vector256<double> sum, Vector256<double> a, Vector256<double> b)
        => Fma.IsSupported ? Fma.MultiplyAddNegated(a, b, sum) : sum - a * b;
}
