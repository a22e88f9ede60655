using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Llvm;

namespace Rewright.Quantum.Optimizing;

/// <summary>The rules of a set in machine code, compiled in the background.</summary>
/// <remarks>
/// Code is never unmapped, because it is unknown when the last search ends. So equal code is compiled once, and its total amount is
/// limited.
/// </remarks>
internal sealed unsafe class NativeRules(CompiledRules rules)
{
    private const int MostModules = 256;

    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, Task<NativeCode>> s_codes = [];

    private sealed record NativeCode(nint Table, string? Error);

    private readonly Lazy<Task<NativeCode>> _code = new(() =>
    {
        string ir = MatcherEmitter.Emit(rules), key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ir)));
        lock (s_lock)
        {
            if (s_codes.TryGetValue(key, out var known)) return known;
            if (s_codes.Count == MostModules) return Task.FromResult(new NativeCode(0, "This process has compiled too many rule sets."));
            var code = Task.Factory.StartNew(
                () => Compile(ir), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            s_codes.Add(key, code);
            return code;
        }
    });

    /// <summary>Starts the compilation, unless it has been started.</summary>
    public void Begin() => _ = _code.Value;

    /// <summary>Waits for compilations in progress, because the process must not end while LLVM works.</summary>
    public void Finish()
    {
        if (_code.IsValueCreated) _code.Value.Wait();
    }

    /// <summary>A matcher in machine code, or null.</summary>
    /// <param name="sequence">The circuit to search.</param>
    /// <param name="angles">The angles of the circuit.</param>
    /// <param name="wanted">False for no matcher; true to wait for the compiler; null to use code that is ready.</param>
    /// <exception cref="NotSupportedException">A matcher is required but cannot be made.</exception>
    public NativeMatcher? Matcher(GateSequence sequence, AngleTable angles, bool? wanted)
    {
        if (wanted == false || rules.All.Count == 0) return null;
        if (wanted is null && !(_code.IsValueCreated && _code.Value.IsCompletedSuccessfully)) return null;
        var (table, error) = _code.Value.GetAwaiter().GetResult();
        if (table != 0) return new(sequence, angles, rules, (nint*)table);
        return wanted is null ? null : throw new NotSupportedException("The rules cannot be compiled: " + error);
    }

    private static NativeCode Compile(string ir)
    {
        var imports = new Dictionary<string,
            nint>
        { [MatcherEmitter.Solver] = (nint)(delegate* unmanaged<int, int, int, int*, int>)&NativeMatcher.SolveAngle };
        var module = InProcessCompiler.Load(ir, new() { OptimizationLevel = 1 }, imports, MatcherEmitter.Table, out string? error);
        return new(module?.Symbols[MatcherEmitter.Table] ?? 0, error);
    }
}

/// <summary>Finds sources of rules with the functions that <see cref="MatcherEmitter"/> wrote.</summary>
internal sealed unsafe class NativeMatcher(GateSequence sequence, AngleTable angles, CompiledRules rules, nint* functions)
    : RuleMatcher(sequence, angles, rules)
{
    // The matcher of the current search: the function called by compiled code has no argument for it.
    [ThreadStatic]
    private static NativeMatcher? s_current;

    private Exception? _failure;
    private Context* _context;

    // MatcherEmitter depends on this layout.
    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public void* Nodes, Operands, Reduced, Right, Found, Match, Qubits, Angles;
        public int RightCount, End;
    }

    protected override bool FindSource(int anchor)
    {
        nint function = functions[Rule.Number];
        if (function == 0) return base.FindSource(anchor);
        // These arrays are pinned.
        var context = new Context
        {
            Nodes = First(Sequence.Nodes), Operands = First(Sequence.Operands), Reduced = First(Table.Reduced),
            Right = First(Right), Found = First(Found), Match = First(Match), Qubits = First(Qubits), Angles = First(Angles),
        };
        s_current = this;
        _context = &context;
        bool isFound = ((delegate* unmanaged<Context*, int, int>)function)(&context, anchor) != 0;
        if (_failure is { } failure) throw new InvalidOperationException(failure.Message, failure);
        (RightCount, End) = (context.RightCount, context.End);
        return isFound;
    }

    [UnmanagedCallersOnly]
    internal static int SolveAngle(int gate, int index, int actual, int* angles)
    {
        var matcher = s_current!;
        try
        {
            bool isSolved = matcher.Solve(matcher.Rule.Source[gate], index, actual, new(angles, matcher.Rule.Angles.Length), out _);
            // The table may have been replaced by a larger one.
            matcher._context->Reduced = First(matcher.Table.Reduced);
            return isSolved ? 1 : 0;
        }
        catch (Exception e)
        {
            // The exception must not pass through the compiled code.
            matcher._failure = e;
            return 0;
        }
    }

    private static void* First<T>(T[] array) => Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
}
