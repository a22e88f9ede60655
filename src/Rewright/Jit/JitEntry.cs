using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Binding;
using Rewright.Caches;
using Rewright.Engines;

namespace Rewright;

/// <summary>Code and its description, shared by a compiler's table and the objects that the compiler hands out.</summary>
/// <remarks>Reference-counted: releasing the last reference releases the code, which is unmapped when no call is inside it.</remarks>
internal sealed class JitEntry
{
    private volatile Lazy<string> _ir;
    private readonly NativeCode? _library;
    private SymbolBinding?[]? _symbols;
    private IReadOnlyList<CompiledFunction>? _functions;
    private NativeModule? _functionsOf;
    private ReferenceCount _references = ReferenceCount.One;
    private int _users, _uses;

    /// <summary>An entry for a module.</summary>
    public JitEntry(ModuleRuntime runtime, Func<string> ir)
        => (Runtime, PatternId, _ir, FunctionCount) = (
            runtime, runtime.Module.Name is { Length: > 0 } name ? name : runtime.Module.Identity.ToString(), new(ir),
            Math.Max(1, runtime.Entries.Length));

    /// <summary>An entry for a piece of IR.</summary>
    public JitEntry(string patternId, string ir, NativeCode code, IReadOnlyDictionary<string, nint> exports)
    {
        (PatternId, _ir, _library, FunctionCount) = (patternId, new(ir), code, Math.Max(1, exports.Count));
        _functions = [.. exports.Select(e => new CompiledFunction(this, e.Key, e.Value))];
    }

    public string PatternId { get; }

    public string Ir => _ir.Value;

    /// <summary>Records the IR from which the code was recompiled.</summary>
    public void SetIr(Func<string> ir) => _ir = new(ir);

    public ModuleRuntime? Runtime { get; }

    /// <summary>The number of functions that count towards the limit of the table.</summary>
    public int FunctionCount { get; }

    public DateTimeOffset CompiledAt { get; set; }

    public JitTimes Times { get; set; } = new();

    public CodeOrigin Origin { get; set; } = CodeOrigin.Interpreted;

    public CacheMiss? Miss { get; set; }

    public string? NativePath { get; set; }

    public string? Failure { get; set; }

    public string? Fault { get; set; }

    public string? Choice { get; set; }

    public long CodeBytes => (_library ?? Runtime?.Native?.Code)?.Bytes ?? 0;

    /// <summary>The last use, by the table's clock.</summary>
    public long LastUsed { get; set; }

    public IReadOnlyList<CompiledFunction> Functions
    {
        get
        {
            if (Runtime is null) return _functions!;
            var native = Runtime.Native;
            if (_functions is null || _functionsOf != native)
            {
                _functions = [.. Runtime.Entries.Select((e, i) => new CompiledFunction(this, e.Name, native?.Thunks[i] ?? 0))];
                _functionsOf = native;
            }

            return _functions;
        }
    }

    /// <summary>
    /// True if the entry was requested once and has been released, or the table has dropped it; compiling it would help no caller.
    /// </summary>
    /// <remarks>An entry that was requested twice is likely to be requested again, even if no caller holds it now.</remarks>
    public bool IsForgotten => _references.IsZero || Volatile.Read(ref _uses) == 1 && Volatile.Read(ref _users) == 0;

    /// <summary>Takes a reference for an object that is handed out, unless the last one has been released.</summary>
    public bool TryUse()
    {
        if (!_references.TryAcquire()) return false;
        Interlocked.Increment(ref _users);
        Interlocked.Increment(ref _uses);
        return true;
    }

    /// <summary>Releases the reference of such an object.</summary>
    public void EndUse()
    {
        Interlocked.Decrement(ref _users);
        Release();
    }

    public void Release()
    {
        if (!_references.Release()) return;
        _library?.Release();
        Runtime?.Close();
    }

    /// <summary>Finds an operation or normalizer by name.</summary>
    /// <exception cref="ArgumentException">The module has no operation or normalizer with this name.</exception>
    public SymbolBinding SymbolOf(string name)
    {
        var entries = Runtime!.Entries;
        for (int i = 0; i < entries.Length; i++)
            if (entries[i].Name == name) return (_symbols ??= new SymbolBinding?[entries.Length])[i] ??= new SymbolBinding(Runtime, i);
        throw new ArgumentException($"The module {PatternId} has no operation or normalizer '{name}'.", nameof(name));
    }
}
