using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
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
    private readonly EntryTable _table;
    private readonly CodeLinker _linker;
    private readonly CodeStore _store;
    private readonly CodeLoader _loader;
    private readonly TextCompiler _texts;
    private readonly Lazy<IIrCompiler> _compiler;
    private readonly int? _recompilationLevel;
    private readonly CompileQueue _queue;
    private readonly CancellationTokenSource _stop = new();
    private int _isDisposed;

    /// <summary>Makes a compiler. Nothing is looked for or loaded before it is needed.</summary>
    public JitCompiler(JitOptions? options = null)
    {
        Options = options ?? JitOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(Options.OptimizationLevel, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Options.OptimizationLevel, 3, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Options.MaxCachedFunctions, nameof(options));
        Cpu = Options.TargetCpu ?? CpuClass.OfHost;
        if (Options.RecompilationLevel is not (null or >= 0 and <= 3))
            throw new ArgumentOutOfRangeException(nameof(options), "RecompilationLevel is from 0 to 3.");
        _recompilationLevel = Options.Mode is JitMode.Adaptive or JitMode.Auto ? Options.RecompilationLevel : null;
        KeyOptions = "O" + InvariantText.Of(Options.OptimizationLevel)
            + (_recompilationLevel is { } second ? " profile O" + InvariantText.Of(second) : "")
                + (Options.CountRewrites ? CodeKey.Counted : "");
        _queue = new(Work, Counters);
        _compiler = new(() => Options.Pipeline == JitPipeline.ExternalTools
            ? FindTools() : new LlvmCompiler(LlvmProcess.Find(Options.LlvmPath).Library));
        Modules = new(Options, KeyOptions, Cpu, _compiler);
        _table = new(Options.MaxCachedFunctions, Counters);
        _linker = new(Options.WorkDirectory);
        _store = new(Options, Counters, _linker);
        _loader = new(Options, _store, _linker);
        _texts = new(Options, KeyOptions, Cpu, _compiler, _store, _loader, Counters);
        JitMetrics.Add(this);
    }

    /// <summary>
    /// A module has gone from the interpreter to native code while it was in use; gets its name. Called by a thread of the compiler's own.
    /// </summary>
    public event Action<string>? TierSwitched;

    /// <summary>The options.</summary>
    public JitOptions Options { get; }

    internal string Cpu { get; }

    internal string KeyOptions { get; }

    internal ModuleCompiler Modules { get; }

    internal CodeCache? Cache => _store.Cache;

    internal JitCounters Counters { get; } = new();

    /// <summary>Makes a module ready to run.</summary>
    /// <param name="module">The module. Its C# operations are those of the declared module that it is, extends or uses.</param>
    /// <param name="cancellation">Gives the compilation up.</param>
    /// <exception cref="NativeCompilationException">There is no native code and the options do not allow to interpret.</exception>
    public CompiledModule Compile(Module module, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        // The way of almost all calls.
        return new CompiledModule(_table.TryUse(module) ?? _table.Use(module, () => Make(module, cancellation), cancellation));
    }

    /// <summary>Compiles textual LLVM IR that exports functions of the C convention.</summary>
    /// <param name="ir">The IR.</param>
    /// <param name="patternId">What to call it.</param>
    /// <param name="cancellation">Gives the compilation up.</param>
    /// <exception cref="NativeCompilationException">
    /// LLVM is missing, the IR is wrong, or it uses what it may not: functions that are not <see cref="JitOptions.AllowedImports"/>,
    /// assembly unless <see cref="JitOptions.AllowAssembly"/>, anything that would run or load something before a function is called.
    /// </exception>
    public CompiledLibrary CompileLlvmIr(string ir, string patternId, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ir);
        ArgumentException.ThrowIfNullOrEmpty(patternId);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return new CompiledLibrary(_table.Use(new IrKey(patternId, ir), () => _texts.Compile(ir, patternId, cancellation), cancellation));
    }

    /// <summary>Makes a module ready to run without compiling it.</summary>
    /// <returns>False where there is no native code of it at hand, in bundles or on disk.</returns>
    public bool TryGetCached(Module module, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CompiledModule? compiled)
    {
        ArgumentNullException.ThrowIfNull(module);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        compiled = null;
        if (!_table.Contains(module))
        {
            var times = new JitStages();
            var runtime = new ModuleRuntime(module, ModuleBinding.HostsOf(module), null);
            var entry = NewEntry(runtime);
            if (!TryLoad(entry, times, out _)) return false;
            entry.Times = times.ToTimes();
            _table.AddOrRelease(module, entry);
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
        _table.Clear();
        if (!onDisk) return;
        FlushCache();
        Cache?.Clear();
    }

    /// <summary>Waits until all code that has been compiled is on disk.</summary>
    public void FlushCache() => _store.Flush();

    /// <summary>A compiled module as bytes, which <see cref="Import"/> of another process runs without LLVM.</summary>
    /// <param name="compiled">A module that has native code.</param>
    /// <param name="key">What both processes know, of 16 bytes or more: the bytes are signed with it.</param>
    /// <exception cref="InvalidOperationException">The module is interpreted.</exception>
    /// <exception cref="NativeCompilationException">There is no linker.</exception>
    public byte[] Export(CompiledModule compiled, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        if (compiled.Engine != Engine.Native)
            throw new InvalidOperationException(
                "The module " + compiled.PatternId + " has no native code: " + (compiled.Failure ?? "it is interpreted") + ".");
        FlushCache();
        if (compiled.Origin is CodeOrigin.Compiled or CodeOrigin.DiskCache && compiled.NativePath is { } path)
        {
            // Unless it was evicted.
            if (CodeFile.Read(path, Writers.Nobody, follows: false, out byte[] file, null) is ([{ Info.Kind: CodeKind.Library }], null))
                return Shipment.Write(compiled.Module, file, key);
        }

        var (code, info) = Modules.CompileObject(compiled.Module, CancellationToken.None);
        var description = info with { Kind = CodeKind.Library };
        byte[] library = _linker.Link(code, CodeLoader.NoImports);
        return Shipment.Write(compiled.Module, CodeFile.Write([(KeyOf(compiled.Module), description)], library), key);
    }

    /// <summary>Runs a module that another process has compiled.</summary>
    /// <param name="shipment">What <see cref="Export"/> gave.</param>
    /// <param name="key">The key it was signed with.</param>
    /// <exception cref="InvalidDataException">
    /// It is not signed by the key, malformed, not for this machine, does not count rewrites though <see cref="JitOptions.CountRewrites"/>
    /// asks for it, or needs C# operations that this process has not; nothing of it has been run. </exception>
    /// <exception cref="NativeCompilationException">Temporary files cannot be written.</exception>
    public CompiledModule Import(ReadOnlySpan<byte> shipment, ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        long start = Stopwatch.GetTimestamp();
        var (module, received, code) = Shipment.Read(shipment, key, Options.CountRewrites);
        string symbol = Abi.DescriptorSymbol(module.Identity);
        var entry = NewEntry(new ModuleRuntime(module, HostsFor(module), null));
        var loaded = _loader.Load(code, symbol);
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
        => Counters.ToCacheStatistics() with { Functions = _table.FunctionCount, CodeBytes = Entries().Sum(e => e.CodeBytes) };

    /// <summary>Forgets all code, and waits until what has been compiled is on disk.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        JitMetrics.Remove(this);
        _queue.Close();
        _stop.Cancel();
        ClearCache();
        FlushCache();
        _texts.Dispose();
    }

    /// <summary>The key of a module's code.</summary>
    internal CodeKey KeyOf(Module module)
        => new() { Name = module.Name, Identity = module.Identity, Emitter = SourceIdentity.Value, Options = KeyOptions, Cpu = Cpu };

    internal IEnumerable<JitEntry> Entries() => _table.Entries();

    private JitEntry NewEntry(ModuleRuntime runtime) => new(runtime, () => Modules.EmitIr(runtime.Module)) { LastUsed = _table.Tick() };

    private JitEntry Make(Module module, CancellationToken cancellation)
    {
        JitEntry? entry = null;
        var runtime = new ModuleRuntime(module, ModuleBinding.HostsOf(module), null)
        {
            Hotness = Options.Mode is JitMode.Adaptive or JitMode.Auto
                ? new HotnessCounter(Options.AdaptiveThreshold, CountRewrites, () => _queue.Add(entry!, CompileWork.Compile))
                {
                    CountsRules = _recompilationLevel is not null,
                }
                : null,
        };
        var choice = Options.Mode == JitMode.Auto ? ModeChoice.For(runtime) : null;
        var mode = runtime.Engine == Engine.None ? JitMode.Interpreter : choice?.Mode ?? Options.Mode;
        if (mode != JitMode.Adaptive) runtime.Hotness = null;
        entry = NewEntry(runtime);
        entry.Choice = choice?.Reason;
        switch (mode)
        {
            case JitMode.Native:
                MakeNative(entry, cancellation);
                break;
            case JitMode.Precompiled:
                var stages = new JitStages();
                TryLoad(entry, stages, out _);
                entry.Times = stages.ToTimes();
                break;
            case JitMode.Adaptive:
                // Code that somebody has made already is better than waiting for the module to turn out hot.
                if (Options.UseCache || Options.UseBundles || Options.Bundles.Count > 0) _queue.Add(entry, CompileWork.Load);
                break;
        }

        return entry;
    }

    private void CountRewrites(long rewrites) => Interlocked.Add(ref Counters.Rewrites, rewrites);

    private void MakeNative(JitEntry entry, CancellationToken cancellation)
    {
        var stages = new JitStages();
        try
        {
            if (!TryLoad(entry, stages, out _)) CompileNative(entry, stages, Options.OptimizationLevel, cancellation: cancellation);
        }
        catch (NativeCompilationException e)
        {
            Interlocked.Increment(ref Counters.Failures);
            JitMetrics.Failed(e);
            if (!Options.FallBackToInterpreter) throw;
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
        var stages = new JitStages();
        if (!TryLoad(entry, stages, out bool isUsed)) return;
        entry.Times = stages.ToTimes();
        if (isUsed) SwitchedTier(entry);
    }

    private void CompileHot(JitEntry entry)
    {
        if (entry.Runtime!.Engine == Engine.Native || _isDisposed != 0) return;
        if (entry.Miss is null) LoadEarly(entry);
        if (entry.Runtime.Engine == Engine.Native) return;
        var stages = new JitStages();
        try
        {
            if (CompileNative(entry, stages, Options.OptimizationLevel, cancellation: _stop.Token)) SwitchedTier(entry);
            if (_recompilationLevel is { } level && _isDisposed == 0)
            {
                stages = new JitStages();
                CompileNative(entry, stages, level, entry.Runtime.InterpreterFor(ProgramForm.Unboxed).Profile(), _stop.Token);
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
    private bool TryLoad(JitEntry entry, JitStages stages, out bool isUsed)
    {
        long start = Stopwatch.GetTimestamp();
        var module = entry.Runtime!.Module;
        var key = KeyOf(module);
        isUsed = false;
        string symbol = Abi.DescriptorSymbol(key.Identity);
        var lookup = _store.Find(key);
        stages.LookUp = Stopwatch.GetElapsedTime(start);
        var miss = lookup as CacheMiss;
        if (lookup is CacheHit { Entry: var hit, Code: var code })
        {
            start = Stopwatch.GetTimestamp();
            if (_loader.Load(hit, code, symbol) is { } loaded && NativeModule.Read(loaded.Address, key.Identity, loaded.Code) is { } native)
            {
                stages.Load = Stopwatch.GetElapsedTime(start);
                Interlocked.Increment(ref Counters.DiskHits);
                isUsed = Install(entry, native, CodeOrigin.DiskCache, hit.Path, hit.Info.CompiledAt);
                return true;
            }

            miss = new CacheMiss(CacheMissReason.NotLoadable, $"the system does not load '{hit.Path}'");
        }

        foreach (var bundle in _store.Bundles)
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

    private static bool Install(JitEntry entry, NativeModule native, CodeOrigin origin, string? path, DateTimeOffset compiledAt)
    {
        (entry.Origin, entry.CompiledAt) = (origin, compiledAt);
        // The writer behind callers may have set it already.
        if (path is not null) entry.NativePath = path;
        return entry.Runtime!.Use(native);
    }

    // With a profile it is the second time. No fault of ours may end the caller's process: there is the interpreter.
    private bool CompileNative(
        JitEntry entry, JitStages stages, int level, IReadOnlyDictionary<RewriteRule, long>? profile = null,
        CancellationToken cancellation = default)
    {
        var module = entry.Runtime!.Module;
        try
        {
            return CompileNative(entry, module, stages, level, profile, cancellation);
        }
        catch (Exception e) when (e is not (NativeCompilationException or OperationCanceledException or OutOfMemoryException))
        {
            throw new NativeCompilationException(
                FaultReport.Describe(new CompilerFault(module, "native code, " + KeyOptions, e), ModuleCompiler.NoNativeCode));
        }
    }

    private bool CompileNative(
        JitEntry entry, Module module, JitStages stages, int level, IReadOnlyDictionary<RewriteRule, long>? profile,
        CancellationToken cancellation)
    {
        using var activity = JitMetrics.StartActivity("rewright.compile", entry.PatternId);
        string symbol = Abi.DescriptorSymbol(module.Identity);
        (string ir, var code, entry.Fault) = Modules.Compile(module, profile, level, stages, cancellation);
        var info = Outputs.Describe(_compiler.Value, stages, CodeKind.Library);
        // Of code that is compiled again with its profile, only the second version is kept.
        bool isKept = profile is not null || entry.Runtime!.Hotness is not { CountsRules: true };
        var loaded = stages.Time(ref stages.Load, () => _loader.Load(code, CodeLoader.NoImports, [symbol], KeyOf(module), info, isKept));
        if (loaded.IsOnlyInMemory) _store.AddLater(code, CodeLoader.NoImports, KeyOf(module), info, stored => entry.NativePath = stored);
        if (entry.Fault is not null) entry.SetIr(() => ir);
        else if (profile is not null) entry.SetIr(() => Modules.EmitIr(module, profile));
        var native = NativeModule.Read(loaded.Symbols[symbol], module.Identity, loaded.Code)
            ?? throw new NativeCompilationException("The code of the module " + module.Name + " is not what was asked for.");
        PerfMap.Add(native, code.ToArray());
        Interlocked.Increment(ref Counters.Compilations);
        Interlocked.Add(ref Counters.CompileTicks, stages.Elapsed.Ticks);
        JitMetrics.Compiled(stages.ToTimes());
        return Install(entry, native, CodeOrigin.Compiled, loaded.Path, info.CompiledAt);
    }

    private ToolChain FindTools() => ToolChain.Find(workDirectory: Options.WorkDirectory) switch
    {
        ToolChainFound { Tools: var tools } => tools,
        ToolChainMissing missing => throw new NativeCompilationException(missing.Message),
        _ => throw new UnreachableException(),
    };
}
