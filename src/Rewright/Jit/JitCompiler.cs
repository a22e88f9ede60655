using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Binding;
using Rewright.Caches;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Engines;
using Rewright.Jit;
using Rewright.Llvm;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright;

/// <summary>Compiles modules, and IR that is given as text, while the program runs. Thread-safe.</summary>
/// <remarks>
/// What is asked for by several threads at once is compiled once; different modules are compiled at the same time. Compiled code is kept at
/// hand, and on disk for other processes; <see cref="JitOptions"/> says where and how much.
/// </remarks>
/// <example><code>
/// using var jit = new JitCompiler(new JitOptions { OptimizationLevel = 2 });
/// using CompiledModule peano = jit.Compile(Module.Parse(text));
/// using var heap = new TermHeap();
/// Term four = peano.Call("Plus", peano.Read("Succ(Succ(Zero))"), peano.Read("Succ(Succ(Zero))"));
/// </code></example>
public sealed class JitCompiler : IDisposable
{
    // Of memory and mathematics: nothing that reaches outside of the process.
    private static readonly string[] s_irImports =
    [
        "malloc", "calloc", "realloc", "free", "memcpy", "memmove", "memset", "memcmp", "strlen",
        "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
        "exp", "exp2", "log", "log2", "log10", "pow", "sqrt", "cbrt", "floor", "ceil", "round", "trunc", "fmod", "fma", "fabs", "fmin", "fmax",
        "sinf", "cosf", "expf", "logf", "powf", "sqrtf", "fmodf",
    ];

    // Code of modules gets all it calls from the context.
    private static readonly string[] s_noImports = [];

    private readonly ConcurrentDictionary<Module, Lazy<JitEntry>> _modules = new();
    // Keys are objects throughout: for a key that is a struct every process would have to compile the table itself.
    private readonly ConcurrentDictionary<IrText, Lazy<JitEntry>> _texts = new();
    private readonly Lazy<CodeCache?> _cache;
    private readonly Lazy<List<Bundle>> _bundles;
    private readonly Lazy<IIrCompiler> _compiler, _irCompiler;
    private readonly Lazy<SharedLibraryLinker?> _linker;
    private readonly int? _recompilationLevel;
    private readonly CompileQueue _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _writing = new();
    private Task _writes = Task.CompletedTask;
    private long _clock;
    private int _functions;
    private int _isDisposed;

    /// <summary>Makes a compiler. Nothing is looked for or loaded before it is needed.</summary>
    public JitCompiler(JitOptions? options = null)
    {
        Options = options ?? JitOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(Options.OptimizationLevel, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Options.OptimizationLevel, 3, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Options.MaxCachedFunctions, nameof(options));
        Cpu = Options.TargetCpu ?? CpuClass.OfHost;
        if (Options.RecompilationLevel is not (null or >= 0 and <= 3)) throw new ArgumentOutOfRangeException(nameof(options), "RecompilationLevel is from 0 to 3.");
        _recompilationLevel = Options.Mode is JitMode.Adaptive or JitMode.Auto ? Options.RecompilationLevel : null;
        KeyOptions = "O" + Digit(Options.OptimizationLevel) + (_recompilationLevel is { } second ? " profile O" + Digit(second) : "") + (Options.CountRewrites ? CodeKey.Counted : "");
        _queue = new(Work, Counters);
        _cache = new(OpenCache);
        _bundles = new(OpenBundles);
        _compiler = new(() => Options.Pipeline == JitPipeline.ExternalTools ? FindTools() : new LlvmCompiler(LlvmProcess.Find(Options.LlvmPath).Library));
        _irCompiler = new(() => Options.IsolateIr && Options.Pipeline == JitPipeline.InProcess ? StartChild() : _compiler.Value);
        _linker = new(() => OperatingSystem.IsLinux() && LinkerDiscovery.Find() is LinkerFound { Linker: var linker } ? linker : null);
        JitMetrics.Add(this);
    }

    /// <summary>A module has gone from the interpreter to native code while it was in use; gets its name. Called by a thread of the compiler's own.</summary>
    public event Action<string>? TierSwitched;

    /// <summary>The options.</summary>
    public JitOptions Options { get; }

    internal string Cpu { get; }

    internal string KeyOptions { get; }

    internal CodeCache? Cache => _cache.Value;

    internal JitCounters Counters { get; } = new();

    /// <summary>Makes a module ready to run.</summary>
    /// <param name="module">The module. Its C# operations are those of the declared module that it is, extends or uses.</param>
    /// <param name="cancellation">Gives the compilation up.</param>
    /// <exception cref="NativeCompilationException">There is no native code and the options do not allow to interpret.</exception>
    public CompiledModule Compile(Module module, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        // The way of almost all calls. The clock may lose a tick to another thread: it only says about when.
        if (_modules.TryGetValue(module, out var known) && known.IsValueCreated && known.Value is var entry && entry.TryUse())
        {
            entry.LastUsed = ++_clock;
            Interlocked.Increment(ref Counters.MemoryHits);
            return new CompiledModule(entry);
        }

        return new CompiledModule(Acquire(_modules, module, () => Make(module, cancellation), cancellation));
    }

    /// <summary>Compiles textual LLVM IR that exports functions of the C convention.</summary>
    /// <param name="ir">The IR.</param>
    /// <param name="patternId">What to call it.</param>
    /// <param name="cancellation">Gives the compilation up.</param>
    /// <exception cref="NativeCompilationException">
    /// LLVM is missing, the IR is wrong, or it uses what it may not: functions that are not <see cref="JitOptions.AllowedImports"/>, assembly unless
    /// <see cref="JitOptions.AllowAssembly"/>, anything that would run or load something before a function is called.
    /// </exception>
    public CompiledLibrary CompileLlvmIr(string ir, string patternId, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ir);
        ArgumentException.ThrowIfNullOrEmpty(patternId);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return new CompiledLibrary(Acquire(_texts, new IrText(patternId, ir), () => Make(ir, patternId, cancellation), cancellation));
    }

    /// <summary>Makes a module ready to run without compiling it.</summary>
    /// <returns>False where there is no native code of it at hand, in bundles or on disk.</returns>
    public bool TryGetCached(Module module, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CompiledModule? compiled)
    {
        ArgumentNullException.ThrowIfNull(module);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        compiled = null;
        if (!_modules.ContainsKey(module))
        {
            var times = new Stages();
            var runtime = new ModuleRuntime(module, ModuleBinding.HostsOf(module), null);
            var entry = NewEntry(runtime);
            if (!TryLoad(entry, times, out _)) return false;
            entry.Times = times.ToTimes();
            if (_modules.TryAdd(module, new Lazy<JitEntry>(entry))) Added(entry);
            else entry.Release();
        }

        compiled = Compile(module);
        return true;
    }

    /// <summary>Compiled code that is at hand, by the name of its module or what its IR was called.</summary>
    public bool TryGetCached(string patternId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CompiledCode? compiled)
    {
        ArgumentNullException.ThrowIfNull(patternId);
        compiled = Entries().FirstOrDefault(e => e.PatternId == patternId && e.TryUse()) is not { } entry ? null
            : entry.Runtime is null ? new CompiledLibrary(entry) : new CompiledModule(entry);
        return compiled is not null;
    }

    /// <summary>The functions at hand, the most recently used first.</summary>
    public IReadOnlyList<CompiledFunction> ListCached() => [.. Entries().OrderByDescending(e => e.LastUsed).SelectMany(e => e.Functions)];

    /// <summary>Forgets all code that is at hand. Objects that were given out, and calls in progress, keep theirs.</summary>
    /// <param name="onDisk">Deletes what is on disk too.</param>
    public void ClearCache(bool onDisk = false)
    {
        foreach (var module in _modules.Keys) Forget(_modules, module);
        foreach (var text in _texts.Keys) Forget(_texts, text);
        if (!onDisk) return;
        FlushCache();
        Cache?.Clear();
    }

    /// <summary>Waits until all code that has been compiled is on disk.</summary>
    public void FlushCache()
    {
        Task writes;
        lock (_writing) writes = _writes;
        writes.Wait();
    }

    /// <summary>A compiled module as bytes, which <see cref="Import"/> of another process runs without LLVM.</summary>
    /// <param name="compiled">A module that has native code.</param>
    /// <param name="key">What both processes know, of 16 bytes or more: the bytes are signed with it.</param>
    /// <exception cref="InvalidOperationException">The module is interpreted.</exception>
    /// <exception cref="NativeCompilationException">There is no linker.</exception>
    public byte[] Export(CompiledModule compiled, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        if (compiled.Engine != Engine.Native) throw new InvalidOperationException("The module " + compiled.PatternId + " has no native code: " + (compiled.Failure ?? "it is interpreted") + ".");
        FlushCache();
        if (compiled.Origin is CodeOrigin.Compiled or CodeOrigin.DiskCache && compiled.NativePath is { } path)
        {
            // Unless it was evicted.
            if (CodeFile.Read(path, Writers.Nobody, follows: false, out byte[] file, null) is ([{ Info.Kind: CodeKind.Library }], null)) return Shipment.Write(compiled.Module, file, key);
        }

        var (code, info) = CompileObject(compiled.Module, CancellationToken.None);
        return Shipment.Write(compiled.Module, CodeFile.Write([(KeyOf(compiled.Module), info with { Kind = CodeKind.Library })], LinkLibrary(code, s_noImports)), key);
    }

    /// <summary>Runs a module that another process has compiled.</summary>
    /// <param name="shipment">What <see cref="Export"/> gave.</param>
    /// <param name="key">The key it was signed with.</param>
    /// <exception cref="InvalidDataException">
    /// It is not signed by the key, malformed, not for this machine, does not count rewrites though <see cref="JitOptions.CountRewrites"/> asks for it, or
    /// needs C# operations that this process has not; nothing of it has been run.
    /// </exception>
    /// <exception cref="NativeCompilationException">Temporary files cannot be written.</exception>
    public CompiledModule Import(ReadOnlySpan<byte> shipment, ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        long start = Stopwatch.GetTimestamp();
        var (module, received, code) = Shipment.Read(shipment, key, Options.CountRewrites);
        string symbol = Abi.DescriptorSymbol(module.Identity);
        var entry = NewEntry(new ModuleRuntime(module, HostsFor(module), null));
        var loaded = CodeImage.TryMap(code, symbol) ?? InTemporaryDirectory(directory =>
        {
            string path = Path.Combine(directory, "code.so");
            File.WriteAllBytes(path, code);
            return Open(path, symbol, code.Length);
        });
        if (loaded is null || NativeModule.Read(loaded.Value.Address, module.Identity, loaded.Value.Code) is not { } native)
            throw new InvalidDataException("The system does not load the code.");
        Install(entry, native, CodeOrigin.Imported, null, received.Info.CompiledAt);
        entry.Times = new JitTimes { Total = Stopwatch.GetElapsedTime(start) };
        return new CompiledModule(entry);

        static HostFunction[] HostsFor(Module module)
        {
            try
            {
                return ModuleBinding.HostsOf(module);
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidDataException(e.Message, e);
            }
        }
    }

    /// <summary>What has been done so far.</summary>
    public JitStatistics GetStatistics() => Counters.ToStatistics() with { Queued = _queue.Count };

    /// <summary>How the caches were used so far.</summary>
    public JitCacheStatistics GetCacheStatistics()
        => Counters.ToCacheStatistics() with { Functions = Volatile.Read(ref _functions), CodeBytes = Entries().Sum(e => e.CodeBytes) };

    /// <summary>Forgets all code, and waits until what has been compiled is on disk.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        JitMetrics.Remove(this);
        _queue.Close();
        _stop.Cancel();
        ClearCache();
        FlushCache();
        if (_irCompiler.IsValueCreated) (_irCompiler.Value as IDisposable)?.Dispose();
    }

    /// <summary>The key of a module's code.</summary>
    internal CodeKey KeyOf(Module module)
        => new() { Name = module.Name, Identity = module.Identity, Emitter = SourceIdentity.Value, Options = KeyOptions, Cpu = Cpu };

    /// <summary>A module's IR, as it is compiled here.</summary>
    /// <exception cref="NativeCompilationException">The compiler has a fault that cannot be worked around.</exception>
    internal string EmitIr(Module module, IReadOnlyDictionary<RewriteRule, long>? profile = null)
        => WorkAround(module, profile, (emit, optimizes) => emit(optimizes)).Result;

    // Makes something of a module's IR. Where our compiler has a fault, the passes that only optimise are left out; the message says so.
    private (T Result, string? Fault) WorkAround<T>(Module module, IReadOnlyDictionary<RewriteRule, long>? profile, Func<Func<bool, string>, bool, T> make)
    {
        var options = new EmitOptions(CountRewrites: Options.CountRewrites, IsAnonymous: true, Profile: profile);
        try
        {
            var (result, fault) = CompilerFault.WorkAround(module, "IR, " + options + ", " + KeyOptions, optimizes => make(Emit, optimizes));
            return (result, fault is null ? null : FaultReport.Describe(fault, "It is compiled without our own optimisation."));
        }
        catch (CompilerFaultException e)
        {
            throw new NativeCompilationException(FaultReport.Describe(e.Fault, NoNativeCode));
        }

        string Emit(bool optimizes)
            => LlvmEmitter.Emit(ProgramLowering.Lower(module, seesRules: Options.CountRewrites, optimizes: optimizes), options);
    }

    private const string NoNativeCode = "There is no native code for it.";

    /// <summary>The object of a module.</summary>
    /// <exception cref="NativeCompilationException">LLVM is missing or fails.</exception>
    internal (ReadOnlyMemory<byte> Code, CodeInfo Info) CompileObject(Module module, CancellationToken cancellation)
    {
        var stages = new Stages();
        var (_, code, _) = CompileModule(module, null, Options.OptimizationLevel, stages, cancellation);
        return (code, InfoOf(_compiler.Value, stages, CodeKind.Object));
    }

    private (string Ir, ReadOnlyMemory<byte> Code, string? Fault) CompileModule(
        Module module, IReadOnlyDictionary<RewriteRule, long>? profile, int level, Stages stages, CancellationToken cancellation)
    {
        var compiler = _compiler.Value;
        var ((ir, result), fault) = WorkAround(module, profile, (emit, optimizes) =>
        {
            string ir = stages.Time(ref stages.Emit, () => emit(optimizes));
            var result = compiler.Compile(ir, OptionsAt(level), cancellation);
            // Nothing in a module leads to IR that LLVM rejects.
            return result is CompileFailed { IsRejected: true } rejected ? throw new FaultyCodeException("LLVM rejects our IR: " + rejected, ir) : (ir, result);
        });
        return (ir, OutputOf(result, stages), fault);
    }

    internal IEnumerable<JitEntry> Entries()
        => _modules.Values.Concat(_texts.Values).Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value);

    // One compilation for each key: the threads that wait for a Lazy share its result, or its exception, which is forgotten then.
    private JitEntry Acquire<TKey>(ConcurrentDictionary<TKey, Lazy<JitEntry>> table, TKey key, Func<JitEntry> make, CancellationToken cancellation)
        where TKey : notnull
    {
        while (true)
        {
            if (!table.TryGetValue(key, out var lazy)) lazy = table.GetOrAdd(key, new Lazy<JitEntry>(make));
            bool isMade = lazy.IsValueCreated;
            JitEntry entry;
            try
            {
                entry = lazy.Value;
            }
            catch (Exception e)
            {
                table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy));
                // Somebody else who waited for the same has given up; this caller has not.
                if (e is OperationCanceledException && !cancellation.IsCancellationRequested) continue;
                throw;
            }

            if (entry.TryUse())
            {
                if (isMade) Interlocked.Increment(ref Counters.MemoryHits);
                entry.LastUsed = Interlocked.Increment(ref _clock);
                return entry;
            }

            // It was evicted between the two.
            table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy));
        }
    }

    private JitEntry NewEntry(ModuleRuntime runtime) => new(runtime, () => EmitIr(runtime.Module)) { LastUsed = Interlocked.Increment(ref _clock) };

    private void Added(JitEntry entry)
    {
        Interlocked.Increment(ref Counters.MemoryMisses);
        int functions = Interlocked.Add(ref _functions, entry.FunctionCount);
        if (functions <= Options.MaxCachedFunctions) return;
        var entries = _modules.Select(p => (p.Value, Forget: (Func<bool>)(() => Forget(_modules, p.Key))))
            .Concat(_texts.Select(p => (p.Value, Forget: (Func<bool>)(() => Forget(_texts, p.Key)))))
            .Where(p => p.Value.IsValueCreated && p.Value.Value != entry)
            .OrderBy(p => p.Value.Value.LastUsed);
        foreach (var (_, forget) in entries)
        {
            if (Volatile.Read(ref _functions) <= Options.MaxCachedFunctions) break;
            if (forget()) Interlocked.Increment(ref Counters.Evictions);
        }
    }

    private bool Forget<TKey>(ConcurrentDictionary<TKey, Lazy<JitEntry>> table, TKey key)
        where TKey : notnull
    {
        // What is being compiled stays: its threads wait for it.
        if (!table.TryGetValue(key, out var lazy) || !lazy.IsValueCreated || !table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy))) return false;
        Interlocked.Add(ref _functions, -lazy.Value.FunctionCount);
        lazy.Value.Release();
        return true;
    }

    private JitEntry Make(Module module, CancellationToken cancellation)
    {
        JitEntry? entry = null;
        var runtime = new ModuleRuntime(module, ModuleBinding.HostsOf(module), null)
        {
            Hotness = Options.Mode is JitMode.Adaptive or JitMode.Auto
                ? new HotnessCounter(Options.AdaptiveThreshold, rewrites => Interlocked.Add(ref Counters.Rewrites, rewrites), () => _queue.Add(entry!, CompileWork.Compile)) { CountsRules = _recompilationLevel is not null } : null,
        };
        var choice = Options.Mode == JitMode.Auto ? ModeChoice.For(runtime) : null;
        var mode = runtime.Engine == Engine.Quantum ? JitMode.Interpreter : choice?.Mode ?? Options.Mode;
        if (mode != JitMode.Adaptive) runtime.Hotness = null;
        entry = NewEntry(runtime);
        entry.Choice = choice?.Reason;
        switch (mode)
        {
            case JitMode.Native:
                MakeNative(entry, cancellation);
                if (choice is null || runtime.Engine == Engine.Native) break;
                if (TryMakeRust(entry) is { } crate) entry = crate;
                else if (!Options.FallBackToInterpreter) throw new NativeCompilationException(entry.Failure!);
                break;
            case JitMode.Precompiled:
                var stages = new Stages();
                TryLoad(entry, stages, out _);
                entry.Times = stages.ToTimes();
                break;
            case JitMode.Adaptive:
                // Code that somebody has made already is better than waiting for the module to turn out hot.
                if (Options.UseCache || Options.UseBundles || Options.Bundles.Count > 0) _queue.Add(entry, CompileWork.Load);
                break;
        }

        Added(entry);
        return entry;
    }

    // What LLVM is missing for, cargo may do. Null where it cannot either.
    private JitEntry? TryMakeRust(JitEntry entry)
    {
        var module = entry.Runtime!.Module;
        try
        {
            return new JitEntry(RustCompiler.Compile(module, entry.Runtime.Hosts, RustCompiler.UserFolder), () => EmitIr(module))
            {
                LastUsed = entry.LastUsed, Times = entry.Times, Miss = entry.Miss, Failure = entry.Failure, Origin = CodeOrigin.Compiled, CompiledAt = DateTimeOffset.UtcNow,
                Choice = entry.Choice + "; without LLVM, by its Rust crate",
            };
        }
        catch (Exception e) when (e is RustCompilationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void MakeNative(JitEntry entry, CancellationToken cancellation)
    {
        var stages = new Stages();
        try
        {
            if (!TryLoad(entry, stages, out _)) CompileNative(entry, stages, Options.OptimizationLevel, cancellation: cancellation);
        }
        catch (NativeCompilationException e)
        {
            Interlocked.Increment(ref Counters.Failures);
            JitMetrics.Failed(e);
            if (!Options.FallBackToInterpreter && Options.Mode != JitMode.Auto) throw;
            Interlocked.Increment(ref Counters.Fallbacks);
            entry.Failure = e.Message;
        }

        entry.Times = stages.ToTimes();
    }

    private void Work(JitEntry entry, CompileWork work)
    {
        if (work == CompileWork.Load) LoadEarly(entry);
        else CompileHot(entry);
    }

    private void LoadEarly(JitEntry entry)
    {
        var stages = new Stages();
        if (!TryLoad(entry, stages, out bool isUsed)) return;
        entry.Times = stages.ToTimes();
        if (isUsed) SwitchedTier(entry);
    }

    private void CompileHot(JitEntry entry)
    {
        if (entry.Runtime!.Engine == Engine.Native || _isDisposed != 0) return;
        if (entry.Miss is null) LoadEarly(entry);
        if (entry.Runtime.Engine == Engine.Native) return;
        var stages = new Stages();
        try
        {
            if (CompileNative(entry, stages, Options.OptimizationLevel, cancellation: _stop.Token)) SwitchedTier(entry);
            if (_recompilationLevel is { } level && _isDisposed == 0)
            {
                stages = new Stages();
                CompileNative(entry, stages, level, entry.Runtime.InterpreterFor(ProgramForm.Fast).Profile(), _stop.Token);
                Interlocked.Increment(ref Counters.Recompilations);
            }
        }
        catch (NativeCompilationException e)
        {
            Interlocked.Increment(ref Counters.Failures);
            if (entry.Runtime.Engine != Engine.Native) Interlocked.Increment(ref Counters.Fallbacks);
            JitMetrics.Failed(e);
            if (entry.Runtime.Engine != Engine.Native) entry.Failure = e.Message;
        }
        catch (OperationCanceledException) when (_isDisposed != 0)
        {
            return;
        }

        entry.Times = stages.ToTimes();
    }

    private void SwitchedTier(JitEntry entry)
    {
        Interlocked.Increment(ref Counters.TierSwitches);
        TierSwitched?.Invoke(entry.PatternId);
    }

    // False where there is no code.
    private bool TryLoad(JitEntry entry, Stages stages, out bool isUsed)
    {
        long start = Stopwatch.GetTimestamp();
        var module = entry.Runtime!.Module;
        var key = KeyOf(module);
        isUsed = false;
        string symbol = Abi.DescriptorSymbol(key.Identity);
        var lookup = Cache?.Find(key) ?? new CacheMiss(CacheMissReason.Off, "the cache is off");
        stages.LookUp = Stopwatch.GetElapsedTime(start);
        var miss = lookup as CacheMiss;
        if (lookup is CacheHit { Entry: var hit, Code: var code } && (miss = CheckLlvm(hit)) is null)
        {
            start = Stopwatch.GetTimestamp();
            if (Load(hit, code, symbol) is { } loaded && NativeModule.Read(loaded.Address, key.Identity, loaded.Code) is { } native)
            {
                stages.Load = Stopwatch.GetElapsedTime(start);
                Interlocked.Increment(ref Counters.DiskHits);
                isUsed = Install(entry, native, CodeOrigin.DiskCache, hit.Path, hit.Info.CompiledAt);
                return true;
            }

            miss = new CacheMiss(CacheMissReason.NotLoadable, $"the system does not load '{hit.Path}'");
        }

        foreach (var bundle in _bundles.Value)
        {
            if (bundle.Find(key) is not { } found) continue;
            nint address = bundle.AddressOf(symbol);
            if (address == 0 || NativeModule.Read(address, key.Identity, new NativeCode(0, null)) is not { } shipped) continue;
            Interlocked.Increment(ref Counters.BundleHits);
            stages.LookUp = Stopwatch.GetElapsedTime(start);
            isUsed = Install(entry, shipped, CodeOrigin.Bundle, bundle.Path, found.Info.CompiledAt);
            return true;
        }

        entry.Miss = miss;
        if (miss!.Reason != CacheMissReason.Off) Counters.Missed(miss);
        return false;
    }

    // Another version would give other code; where none is loaded, what there is has to do.
    private CacheMiss? CheckLlvm(CacheEntry entry)
        => LlvmProcess.Loaded(Options.LlvmPath) is { Library.Version: var version } && version.ToString() != entry.Info.LlvmVersion
            ? new CacheMiss(CacheMissReason.OtherLlvm, $"the code was made by LLVM {entry.Info.LlvmVersion}, and {version} is loaded") : null;

    private (nint Address, NativeCode Code)? Load(CacheEntry entry, ReadOnlyMemory<byte> content, string symbol)
    {
        if (entry.Info.Kind == CodeKind.Library) return CodeImage.TryMap(content.Span, symbol) ?? Open(entry.Path, symbol, entry.CodeBytes);
        if (CodeImage.TryLink(content.Span, symbol) is { } linked) return linked;
        if (!LlvmProcess.CanLink || Options.Pipeline == JitPipeline.ExternalTools) return null;
        try
        {
            var (symbols, code) = LlvmProcess.Find(Options.LlvmPath).Link(content, LlvmProcess.AddressesOf(s_noImports), [symbol]);
            return (symbols[symbol], code);
        }
        catch (NativeCompilationException)
        {
            return null;
        }
    }

    private static char Digit(int number) => (char)('0' + number);

    private static (nint Address, NativeCode Code)? Open(string path, string symbol, long bytes)
    {
        if (!NativeLibrary.TryLoad(path, out nint library)) return null;
        if (NativeLibrary.TryGetExport(library, symbol, out nint address)) return (address, new NativeCode(bytes, () => NativeLibrary.Free(library)));
        NativeLibrary.Free(library);
        return null;
    }

    private static bool Install(JitEntry entry, NativeModule native, CodeOrigin origin, string? path, DateTimeOffset compiledAt)
    {
        (entry.Origin, entry.CompiledAt) = (origin, compiledAt);
        // The writer behind callers may have set it already.
        if (path is not null) entry.NativePath = path;
        return entry.Runtime!.Use(native);
    }

    // With a profile it is the second time. No fault of ours may end the caller's process: there is the interpreter.
    private bool CompileNative(JitEntry entry, Stages stages, int level, IReadOnlyDictionary<RewriteRule, long>? profile = null, CancellationToken cancellation = default)
    {
        var module = entry.Runtime!.Module;
        try
        {
            return CompileNative(entry, module, stages, level, profile, cancellation);
        }
        catch (Exception e) when (e is not (NativeCompilationException or OperationCanceledException or OutOfMemoryException))
        {
            throw new NativeCompilationException(FaultReport.Describe(new CompilerFault(module, "native code, " + KeyOptions, e), NoNativeCode));
        }
    }

    private bool CompileNative(
        JitEntry entry, Module module, Stages stages, int level, IReadOnlyDictionary<RewriteRule, long>? profile, CancellationToken cancellation)
    {
        using var activity = JitMetrics.StartActivity("rewright.compile", entry.PatternId);
        string symbol = Abi.DescriptorSymbol(module.Identity);
        (string ir, var code, entry.Fault) = CompileModule(module, profile, level, stages, cancellation);
        var info = InfoOf(_compiler.Value, stages, CodeKind.Library);
        var (symbols, owner, path) = stages.Time(ref stages.Load, () => Link(
            code, s_noImports, [symbol], KeyOf(module), info, stored => entry.NativePath = stored, isKept: profile is not null || entry.Runtime!.Hotness is not { CountsRules: true }));
        if (entry.Fault is not null) entry.SetIr(() => ir);
        else if (profile is not null) entry.SetIr(() => EmitIr(module, profile));
        var native = NativeModule.Read(symbols[symbol], module.Identity, owner)
            ?? throw new NativeCompilationException("The code of the module " + module.Name + " is not what was asked for.");
        PerfMap.Add(native, code.ToArray());
        Interlocked.Increment(ref Counters.Compilations);
        Interlocked.Add(ref Counters.CompileTicks, stages.Elapsed.Ticks);
        JitMetrics.Compiled(stages.ToTimes());
        return Install(entry, native, CodeOrigin.Compiled, path, info.CompiledAt);
    }

    private JitEntry Make(string ir, string patternId, CancellationToken cancellation)
    {
        var stages = new Stages();
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(ir));
        var imports = Options.AllowedImports ?? s_irImports;
        var key = new CodeKey
        {
            Name = patternId,
            Identity = new ModuleIdentity(BitConverter.ToUInt64(digest, 0), BitConverter.ToUInt64(digest, 8)),
            Emitter = "ir " + SourceIdentity.Value,
            Options = KeyOptions + "; imports " + string.Join(' ', imports.Order(StringComparer.Ordinal)) + (Options.AllowAssembly ? "; assembly" : ""),
            Cpu = Cpu,
        };
        try
        {
            if (LoadIr(ir, key, stages, out var miss) is not { } entry)
            {
                using var activity = JitMetrics.StartActivity("rewright.compile", patternId);
                var options = new CompileOptions { OptimizationLevel = Options.OptimizationLevel, Cpu = Cpu, TimeLimit = Options.TimeLimit, ForbidsAssembly = !Options.AllowAssembly };
                var code = OutputOf(_irCompiler.Value.Compile(ir, options, cancellation), stages);
                string[] exports = ExportsOf(code);
                var info = InfoOf(_irCompiler.Value, stages, CodeKind.Library) with { Exports = exports };
                JitEntry? made = null;
                var (symbols, owner, path) = stages.Time(ref stages.Load, () => Link(code, imports, exports, key, info, stored => made!.NativePath = stored, () => made is not null));
                made = entry = new JitEntry(patternId, ir, owner, symbols) { Origin = CodeOrigin.Compiled, CompiledAt = info.CompiledAt, NativePath = path, Miss = miss };
                Interlocked.Increment(ref Counters.Compilations);
                Interlocked.Add(ref Counters.CompileTicks, stages.Elapsed.Ticks);
            }

            entry.Times = stages.ToTimes();
            if (entry.Origin == CodeOrigin.Compiled) JitMetrics.Compiled(entry.Times);
            entry.LastUsed = Interlocked.Increment(ref _clock);
            Added(entry);
            return entry;
        }
        catch (NativeCompilationException e)
        {
            Interlocked.Increment(ref Counters.Failures);
            JitMetrics.Failed(e);
            throw;
        }
    }

    private JitEntry? LoadIr(string ir, CodeKey key, Stages stages, out CacheMiss? miss)
    {
        long start = Stopwatch.GetTimestamp();
        var lookup = Cache?.Find(key) ?? new CacheMiss(CacheMissReason.Off, "the cache is off");
        stages.LookUp = Stopwatch.GetElapsedTime(start);
        miss = lookup as CacheMiss;
        if (lookup is CacheHit { Entry: { Info: { Kind: CodeKind.Library, Exports: [var first, ..] } info } hit } && (miss = CheckLlvm(hit)) is null)
        {
            start = Stopwatch.GetTimestamp();
            if (Open(hit.Path, first, hit.CodeBytes) is { } loaded && NativeLibrary.TryLoad(hit.Path, out nint library))
            {
                var symbols = info.Exports.ToDictionary(e => e, e => NativeLibrary.GetExport(library, e));
                NativeLibrary.Free(library);
                stages.Load = Stopwatch.GetElapsedTime(start);
                Interlocked.Increment(ref Counters.DiskHits);
                return new JitEntry(key.Name, ir, loaded.Code, symbols) { Origin = CodeOrigin.DiskCache, CompiledAt = info.CompiledAt, NativePath = hit.Path };
            }

            miss = new CacheMiss(CacheMissReason.NotLoadable, $"the system does not load '{hit.Path}'");
        }

        if (miss is { Reason: not CacheMissReason.Off }) Counters.Missed(miss);
        return null;
    }

    private static string[] ExportsOf(ReadOnlyMemory<byte> code)
    {
        if (ElfObject.Read(code.Span) is not ElfObject elf) throw new NativeCompilationException("The functions of IR are read from ELF objects only, so far.");
        if (elf.Hazard is { } hazard) throw new NativeCompilationException("The IR " + hazard + ".");
        string[] exports = [.. elf.Symbols.Where(s => s.IsDefined && s.Binding == ElfBinding.Global).Select(s => s.Name)];
        if (exports.Length == 0) throw new NativeCompilationException("The IR exports no function. Define one without 'internal' or 'private'.");
        if (Array.Find(exports, e => e.Any(char.IsWhiteSpace)) is { } odd) throw new NativeCompilationException($"The IR exports '{odd}', whose name has a blank.");
        return exports;
    }

    private CompileOptions OptionsAt(int level) => NativeCompiler.OptionsFor(level, Cpu) with { TimeLimit = Options.TimeLimit };

    private static ReadOnlyMemory<byte> OutputOf(CompileResult result, Stages stages)
    {
        switch (result)
        {
            case CompileSucceeded { Output: var output, Timings: var t }:
                (stages.Parse, stages.Optimize, stages.Generate) = (t.Parse + t.Verify, t.Optimize, t.Emit);
                return output;
            case CompileFailed failed:
                throw new NativeCompilationException("LLVM could not compile the module: " + failed);
            default:
                throw new UnreachableException();
        }
    }

    private static CodeInfo InfoOf(IIrCompiler compiler, Stages stages, CodeKind kind)
        => new() { Kind = kind, LlvmVersion = compiler.Version.ToString(), CompiledAt = DateTimeOffset.UtcNow, CompileTime = stages.Parse + stages.Optimize + stages.Generate };

    // Into memory at once, by LLVM where it takes more than distances; the library for the cache follows.
    private (IReadOnlyDictionary<string, nint> Symbols, NativeCode Code, string? Path) Link(
        ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string[] exports, CodeKey key, CodeInfo info, Action<string> stored, Func<bool>? isReady = null, bool isKept = true)
    {
        if (Options.Pipeline == JitPipeline.InProcess && LlvmProcess.CanLink)
        {
            var (symbols, owner) = imports.Count == 0 && exports is [var only] && CodeImage.TryLink(code.Span, only) is { } image
                ? (new Dictionary<string, nint> { [only] = image.Address }, image.Code)
                : LlvmProcess.Find(Options.LlvmPath).Link(code, LlvmProcess.AddressesOf(imports), exports);
            if (isKept && Cache is { Refusal: null } cache)
            {
                lock (_writing)
                {
                    _writes = _writes.ContinueWith(
                        _ =>
                        {
                            if (Store(cache, code, imports, key, info) is not { } path) return;
                            if (isReady is not null) SpinWait.SpinUntil(isReady, TimeSpan.FromSeconds(1));
                            if (isReady?.Invoke() != false) stored(path);
                        },
                        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                }
            }

            return (symbols, owner, null);
        }

        return LinkOnDisk(code, imports, exports, key, info, isKept);
    }

    private (IReadOnlyDictionary<string, nint> Symbols, NativeCode Code, string? Path) LinkOnDisk(
        ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string[] exports, CodeKey key, CodeInfo info, bool isKept)
        => InTemporaryDirectory(directory =>
        {
            string library = Path.Combine(directory, "code.so");
            byte[] linked = LinkLibrary(code, imports, library);
            string? path = isKept && Cache is { } cache ? Keep(cache, key, info, linked) : null;
            if (exports is [var only] && CodeImage.TryMap(linked, only) is { } image) return (new Dictionary<string, nint> { [only] = image.Address }, image.Code, path);
            // The file may go: what is mapped stays.
            nint handle = NativeLibrary.TryLoad(path ?? library, out nint loaded) ? loaded : throw new NativeCompilationException($"The system does not load '{path ?? library}'.");
            return ((IReadOnlyDictionary<string, nint>)exports.ToDictionary(e => e, e => NativeLibrary.GetExport(handle, e)), new NativeCode(code.Length, () => NativeLibrary.Free(handle)), path);
        });

    private byte[] LinkLibrary(ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports)
        => InTemporaryDirectory(directory => LinkLibrary(code, imports, Path.Combine(directory, "code.so")));

    private byte[] LinkLibrary(ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string path)
    {
        if (_linker.Value is not { } linker) throw new NativeCompilationException(LinkerDiscovery.Find() is LinkerMissing missing ? missing.Message : "Code is linked on Linux only, so far.");
        return linker.Link([code], path, LinkOptionsFor(imports)) is LinkFailed { Message: var message } ? throw new NativeCompilationException(message) : File.ReadAllBytes(path);
    }

    private T InTemporaryDirectory<T>(Func<string, T> body)
    {
        string directory = Path.Combine(Options.WorkDirectory ?? Path.GetTempPath(), $"rewright-{Guid.NewGuid():N}");
        try
        {
            WorkDirectory.Create(directory);
            return body(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NativeCompilationException("Temporary files could not be written: " + e.Message);
        }
        finally
        {
            WorkDirectory.TryDelete(directory);
        }
    }

    private string? Store(CodeCache cache, ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, CodeKey key, CodeInfo info)
    {
        if (_linker.Value is not { } linker) return Keep(cache, key, info with { Kind = CodeKind.Object }, code.Span);
        string? directory = null;
        try
        {
            directory = cache.MakeWorkDirectory();
            string library = Path.Combine(directory, "code.so");
            return linker.Link([code], library, LinkOptionsFor(imports)) is LinkFailed { Message: var message }
                ? Fail(message) : Keep(cache, key, info, File.ReadAllBytes(library));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
        finally
        {
            if (directory is not null) WorkDirectory.TryDelete(directory);
        }

        string? Fail(string message)
        {
            Counters.WriteFailed(message);
            return null;
        }
    }

    private string? Keep(CodeCache cache, CodeKey key, CodeInfo info, ReadOnlySpan<byte> code)
    {
        string? path = cache.TryStore(key, info, code, out string? error);
        if (error is not null) Counters.WriteFailed(error);
        return path;
    }

    private static LinkOptions LinkOptionsFor(IReadOnlyCollection<string> imports)
        => new() { AllowedImports = imports, Libraries = imports.Count == 0 ? [] : ["libm.so.6"] };

    private CodeCache? OpenCache()
    {
        if (!Options.UseCache) return null;
        var cache = CodeCache.Open(Options.CacheDirectory, Options.Cache);
        cache.Evicted += count => Interlocked.Add(ref Counters.DiskEvictions, count);
        if (cache.Refusal is { } refusal) Counters.LastDiskError = refusal;
        return cache;
    }

    private List<Bundle> OpenBundles()
    {
        var bundles = new List<Bundle>();
        foreach (string path in Options.Bundles.Concat(Options.UseBundles ? Bundle.BesideApplication() : []))
        {
            if (Bundle.Open(path, out var miss) is { } bundle) bundles.Add(bundle);
            else Counters.Missed(miss!);
        }

        return bundles;
    }

    private ToolChain FindTools() => ToolChain.Find(workDirectory: Options.WorkDirectory) switch
    {
        ToolChainFound { Tools: var tools } => tools,
        ToolChainMissing missing => throw new NativeCompilationException(missing.Message),
        _ => throw new UnreachableException(),
    };

    private IsolatedCompiler StartChild()
        => IsolatedCompiler.TryStart(Options.LlvmPath, out string error)
            ?? throw new NativeCompilationException(error + ". JitOptions.IsolateIr = false compiles in this process.");

    // Texts are long, so their length stands for them in the hash; two of one name and length are rare.
    private sealed record IrText(string PatternId, string Ir)
    {
        public bool Equals(IrText? other) => other is not null && PatternId == other.PatternId && Ir == other.Ir;

        public override int GetHashCode() => HashCode.Combine(PatternId, Ir.Length);
    }

    /// <summary>Times of stages in the making.</summary>
    private sealed class Stages
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public TimeSpan LookUp, Emit, Parse, Optimize, Generate, Load;

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

        public T Time<T>(ref TimeSpan stage, Func<T> body)
        {
            long start = Stopwatch.GetTimestamp();
            var result = body();
            stage = Stopwatch.GetElapsedTime(start);
            return result;
        }

        public JitTimes ToTimes()
            => new() { LookUp = LookUp, Emit = Emit, Parse = Parse, Optimize = Optimize, Generate = Generate, Load = Load, Total = Elapsed };
    }
}
