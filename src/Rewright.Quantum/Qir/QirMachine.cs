using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Llvm;
using Rewright.Quantum.Simulation;

namespace Rewright.Quantum.Qir;

/// <summary>Runs compiled QIR programs on a simulated state. Each thread runs one program at a time.</summary>
/// <remarks>
/// The functions of the instruction set have no argument for the machine, so they use that of the thread. Their exceptions must not pass
/// through the compiled code: the first is stored, and the program continues without effect.
/// </remarks>
internal sealed unsafe class QirMachine(int qubits, Random random) : IDisposable
{
    [ThreadStatic]
    private static QirMachine? s_current;

    private readonly StateVector _state = new(qubits);
    private readonly Dictionary<long, bool> _results = [];
    private readonly List<bool> _output = [];
    private readonly List<(int Qubit, long Result)> _measured = [];
    private bool _isDeferred;
    private Exception? _failure;

    /// <summary>Compiles a program; null, with a reason, if that fails.</summary>
    public static OrcModule? Load(string qir, string entryPoint, out string? error)
        => InProcessCompiler.Load(qir, new() { OptimizationLevel = 0 }, Functions, entryPoint, out error);

    /// <summary>Runs a program once.</summary>
    /// <param name="entryPoint">The address of the program.</param>
    /// <param name="cancellation">Checked at each instruction.</param>
    /// <returns>The recorded bits, in order.</returns>
    public bool[] Run(nint entryPoint, CancellationToken cancellation)
    {
        Execute(entryPoint, isDeferred: false, cancellation);
        return [.. _output];
    }

    /// <summary>Runs a base-profile program once, and samples its measurements as often as wanted.</summary>
    public List<bool[]> Sample(nint entryPoint, int shots, CancellationToken cancellation)
    {
        Execute(entryPoint, isDeferred: true, cancellation);
        var found = new List<bool[]>(shots);
        // Results without a measurement are 0.
        int size = (int)(_measured.Count == 0 ? 0 : _measured.Max(m => m.Result) + 1);
        foreach (long basis in _state.Sample(shots, random))
        {
            var bits = new bool[size];
            foreach (var (qubit, result) in _measured) bits[result] = (basis >> qubit & 1) != 0;
            found.Add(bits);
        }

        return found;
    }

    public void Dispose() => _state.Dispose();

    private CancellationToken _cancellation;

    private void Execute(nint entryPoint, bool isDeferred, CancellationToken cancellation)
    {
        (_isDeferred, _failure, _cancellation) = (isDeferred, null, cancellation);
        var outer = s_current;
        s_current = this;
        try
        {
            _ = ((delegate* unmanaged<long>)entryPoint)();
        }
        finally
        {
            s_current = outer;
        }

        if (_failure is { } failure) throw new InvalidOperationException("The program failed: " + failure.Message, failure);
        cancellation.ThrowIfCancellationRequested();
    }

    private static Dictionary<string, nint> Functions { get; } = CreateFunctions();

    private static Dictionary<string, nint> CreateFunctions()
    {
        var functions = new Dictionary<string, nint>
        {
            [QirWriter.Initialize] = (nint)(delegate* unmanaged<nint, void>)&Initialize,
            ["__quantum__qis__mz__body"] = (nint)(delegate* unmanaged<long, long, void>)&Measure,
            ["__quantum__qis__reset__body"] = (nint)(delegate* unmanaged<long, void>)&Reset,
            ["__quantum__rt__read_result"] = (nint)(delegate* unmanaged<long, byte>)&ReadResult,
            ["__quantum__rt__array_record_output"] = (nint)(delegate* unmanaged<long, nint, void>)&RecordArray,
            ["__quantum__rt__result_record_output"] = (nint)(delegate* unmanaged<long, nint, void>)&RecordResult,
            ["__quantum__rt__bool_record_output"] = (nint)(delegate* unmanaged<byte, nint, void>)&RecordBool,
        };
        foreach (var (function, _) in QirWriter.InstructionSet) functions.Add(function, AddressOf(function["__quantum__qis__".Length..]));
        return functions;
    }

    private static nint AddressOf(string instruction) => instruction switch
    {
        "x__body" => (nint)(delegate* unmanaged<long, void>)&X,
        "y__body" => (nint)(delegate* unmanaged<long, void>)&Y,
        "z__body" => (nint)(delegate* unmanaged<long, void>)&Z,
        "h__body" => (nint)(delegate* unmanaged<long, void>)&H,
        "s__body" => (nint)(delegate* unmanaged<long, void>)&S,
        "s__adj" => (nint)(delegate* unmanaged<long, void>)&Sdg,
        "t__body" => (nint)(delegate* unmanaged<long, void>)&T,
        "t__adj" => (nint)(delegate* unmanaged<long, void>)&Tdg,
        "rx__body" => (nint)(delegate* unmanaged<double, long, void>)&Rx,
        "ry__body" => (nint)(delegate* unmanaged<double, long, void>)&Ry,
        "rz__body" => (nint)(delegate* unmanaged<double, long, void>)&Rz,
        "cx__body" => (nint)(delegate* unmanaged<long, long, void>)&CX,
        "cy__body" => (nint)(delegate* unmanaged<long, long, void>)&CY,
        "cz__body" => (nint)(delegate* unmanaged<long, long, void>)&CZ,
        "swap__body" => (nint)(delegate* unmanaged<long, long, void>)&Swap,
        "ccx__body" => (nint)(delegate* unmanaged<long, long, long, void>)&CCX,
        "rxx__body" => (nint)(delegate* unmanaged<double, long, long, void>)&Rxx,
        "rzz__body" => (nint)(delegate* unmanaged<double, long, long, void>)&Rzz,
        _ => throw new InvalidOperationException("There is no instruction '" + instruction + "'."),
    };

    private static void Do(Action<QirMachine> action)
    {
        if (s_current is not { _failure: null } machine) return;
        try
        {
            machine._cancellation.ThrowIfCancellationRequested();
            action(machine);
        }
        catch (Exception e)
        {
            machine._failure = e;
        }
    }

    private static void Apply(Gate gate, Angle[] angles, params long[] qubits)
        => Do(m => m._state.Apply(new GateOperation(gate, [.. angles], [.. qubits.Select(q => new Qubit((int)q))])));

    // The simulator does not need exact multiples of pi.
    private static Angle[] Turn(double radians) => [Angle.OfRadians(Rational.FromDouble(radians))];

    [UnmanagedCallersOnly]
    private static void Initialize(nint _) => Do(m =>
    {
        m._state.Clear();
        m._results.Clear();
        m._output.Clear();
        m._measured.Clear();
    });

    [UnmanagedCallersOnly]
    private static void Measure(long qubit, long result) => Do(m =>
    {
        if (m._isDeferred) m._measured.Add(((int)qubit, result));
        else m._results[result] = m._state.Measure((int)qubit, m.Random);
    });

    [UnmanagedCallersOnly]
    private static void Reset(long qubit) => Do(m => m._state.Reset((int)qubit, m.Random));

    [UnmanagedCallersOnly]
    private static byte ReadResult(long result)
    {
        byte value = 0;
        Do(m => value = m._results.GetValueOrDefault(result) ? (byte)1 : (byte)0);
        return value;
    }

    [UnmanagedCallersOnly]
    private static void RecordArray(long size, nint label) { }

    [UnmanagedCallersOnly]
    private static void RecordResult(long result, nint label) => Do(m => m._output.Add(m._results.GetValueOrDefault(result)));

    [UnmanagedCallersOnly]
    private static void RecordBool(byte value, nint label) => Do(m => m._output.Add((value & 1) != 0));

    private Random Random => random;

    [UnmanagedCallersOnly] private static void X(long q) => Apply(StandardGates.X, [], q);
    [UnmanagedCallersOnly] private static void Y(long q) => Apply(StandardGates.Y, [], q);
    [UnmanagedCallersOnly] private static void Z(long q) => Apply(StandardGates.Z, [], q);
    [UnmanagedCallersOnly] private static void H(long q) => Apply(StandardGates.H, [], q);
    [UnmanagedCallersOnly] private static void S(long q) => Apply(StandardGates.S, [], q);
    [UnmanagedCallersOnly] private static void Sdg(long q) => Apply(StandardGates.Sdg, [], q);
    [UnmanagedCallersOnly] private static void T(long q) => Apply(StandardGates.T, [], q);
    [UnmanagedCallersOnly] private static void Tdg(long q) => Apply(StandardGates.Tdg, [], q);
    [UnmanagedCallersOnly] private static void Rx(double a, long q) => Apply(StandardGates.Rx, Turn(a), q);
    [UnmanagedCallersOnly] private static void Ry(double a, long q) => Apply(StandardGates.Ry, Turn(a), q);
    [UnmanagedCallersOnly] private static void Rz(double a, long q) => Apply(StandardGates.Rz, Turn(a), q);
    [UnmanagedCallersOnly] private static void CX(long q, long r) => Apply(StandardGates.CX, [], q, r);
    [UnmanagedCallersOnly] private static void CY(long q, long r) => Apply(StandardGates.CY, [], q, r);
    [UnmanagedCallersOnly] private static void CZ(long q, long r) => Apply(StandardGates.CZ, [], q, r);
    [UnmanagedCallersOnly] private static void Swap(long q, long r) => Apply(StandardGates.Swap, [], q, r);
    [UnmanagedCallersOnly] private static void CCX(long q, long r, long s) => Apply(StandardGates.CCX, [], q, r, s);
    [UnmanagedCallersOnly] private static void Rxx(double a, long q, long r) => Apply(StandardGates.Rxx, Turn(a), q, r);
    [UnmanagedCallersOnly] private static void Rzz(double a, long q, long r) => Apply(StandardGates.Rzz, Turn(a), q, r);
}
