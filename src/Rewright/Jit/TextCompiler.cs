using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Rewright.Caches;
using Rewright.Llvm;
using Rewright.Model;

namespace Rewright.Jit;

/// <summary>Compiles IR that users give as text. Thread-safe.</summary>
/// <param name="options">The options.</param>
/// <param name="keyOptions">The options as cache keys contain them.</param>
/// <param name="cpu">The processor to compile for.</param>
/// <param name="compiler">The compiler of modules, which also compiles IR unless IR is isolated.</param>
/// <param name="store">The code shared with other processes.</param>
/// <param name="loader">Loads code into memory.</param>
/// <param name="counters">The counters of the compiler.</param>
internal sealed class TextCompiler(
    JitOptions options, string keyOptions, string cpu, Lazy<IIrCompiler> compiler, CodeStore store, CodeLoader loader,
    JitCounters counters) : IDisposable
{
    // Functions of memory and mathematics, none of which reaches outside the process.
    private static readonly string[] s_imports =
    [
        "malloc", "calloc", "realloc", "free", "memcpy", "memmove", "memset", "memcmp", "strlen",
        "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
        "exp", "exp2", "log", "log2", "log10", "pow", "sqrt", "cbrt", "floor", "ceil", "round", "trunc", "fmod", "fma", "fabs", "fmin",
        "fmax",
        "sinf", "cosf", "expf", "logf", "powf", "sqrtf", "fmodf",
    ];

    private readonly Lazy<IIrCompiler> _compiler
        = new(() => options.IsolateIr && options.Pipeline == JitPipeline.InProcess ? StartChild(options) : compiler.Value);

    /// <summary>Finds or compiles the code of a text.</summary>
    /// <exception cref="NativeCompilationException">LLVM is missing, the IR is wrong, or it uses something forbidden.</exception>
    public JitEntry Compile(string ir, string patternId, CancellationToken cancellation)
    {
        var stages = new JitStages();
        var imports = options.AllowedImports ?? s_imports;
        var key = KeyOf(ir, patternId, imports);
        try
        {
            var entry = Find(ir, key, stages, out var miss) ?? Compile(ir, key, imports, stages, miss, cancellation);
            entry.Times = stages.ToTimes();
            if (entry.Origin == CodeOrigin.Compiled) JitMetrics.Compiled(entry.Times);
            return entry;
        }
        catch (NativeCompilationException e)
        {
            Interlocked.Increment(ref counters.Failures);
            JitMetrics.Failed(e);
            throw;
        }
    }

    /// <summary>Ends the child process if there is one.</summary>
    public void Dispose()
    {
        if (_compiler.IsValueCreated) (_compiler.Value as IDisposable)?.Dispose();
    }

    private CodeKey KeyOf(string ir, string patternId, IReadOnlyCollection<string> imports)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(ir));
        return new CodeKey
        {
            Name = patternId,
            Identity = new ModuleIdentity(BitConverter.ToUInt64(digest, 0), BitConverter.ToUInt64(digest, 8)),
            Emitter = "ir " + SourceIdentity.Value,
            Options = keyOptions + "; imports " + string.Join(' ', imports.Order(StringComparer.Ordinal))
            + (options.AllowAssembly ? "; assembly" : ""),
            Cpu = cpu,
        };
    }

    private JitEntry Compile(
        string ir, CodeKey key, IReadOnlyCollection<string> imports, JitStages stages, CacheMiss? miss, CancellationToken cancellation)
    {
        using var activity = JitMetrics.StartActivity("rewright.compile", key.Name);
        var level = new CompileOptions
        {
            OptimizationLevel = options.OptimizationLevel, Cpu = cpu, TimeLimit = options.TimeLimit,
            ForbidsAssembly = !options.AllowAssembly,
        };
        var code = Outputs.Of(_compiler.Value.Compile(ir, level, cancellation), stages);
        string[] exports = ExportsOf(code);
        var info = Outputs.Describe(_compiler.Value, stages, CodeKind.Library) with { Exports = exports };
        var loaded = stages.Time(ref stages.Load, () => loader.Load(code, imports, exports, key, info));
        var entry = new JitEntry(key.Name, ir, loaded.Code, loaded.Symbols)
        {
            Origin = CodeOrigin.Compiled, CompiledAt = info.CompiledAt, NativePath = loaded.Path, Miss = miss,
        };
        if (loaded.IsOnlyInMemory) store.AddLater(code, imports, key, info, path => entry.NativePath = path);
        Interlocked.Increment(ref counters.Compilations);
        Interlocked.Add(ref counters.CompileTicks, stages.Elapsed.Ticks);
        return entry;
    }

    private JitEntry? Find(string ir, CodeKey key, JitStages stages, out CacheMiss? miss)
    {
        var lookup = stages.Time(ref stages.LookUp, () => store.Find(key));
        miss = lookup as CacheMiss;
        if (lookup is CacheHit { Entry: { Info: { Kind: CodeKind.Library, Exports: [var first, ..] } info } hit })
        {
            long start = Stopwatch.GetTimestamp();
            if (CodeLoader.Open(hit.Path, first, hit.CodeBytes) is { } loaded && NativeLibrary.TryLoad(hit.Path, out nint library))
            {
                var symbols = info.Exports.ToDictionary(e => e, e => NativeLibrary.GetExport(library, e));
                NativeLibrary.Free(library);
                stages.Load = Stopwatch.GetElapsedTime(start);
                Interlocked.Increment(ref counters.DiskHits);
                return new JitEntry(key.Name, ir, loaded.Code, symbols)
                {
                    Origin = CodeOrigin.DiskCache, CompiledAt = info.CompiledAt, NativePath = hit.Path,
                };
            }

            miss = new CacheMiss(CacheMissReason.NotLoadable, $"the system does not load '{hit.Path}'");
        }

        if (miss is { Reason: not CacheMissReason.Off }) counters.Missed(miss);
        return null;
    }

    private static string[] ExportsOf(ReadOnlyMemory<byte> code)
    {
        if (ElfObject.Read(code.Span) is not ElfObject elf)
            throw new NativeCompilationException("The functions of IR are read from ELF objects only, so far.");
        if (elf.Hazard is { } hazard) throw new NativeCompilationException("The IR " + hazard + ".");
        string[] exports = [.. elf.Symbols.Where(s => s.IsDefined && s.Binding == ElfBinding.Global).Select(s => s.Name)];
        if (exports.Length == 0)
            throw new NativeCompilationException("The IR exports no function. Define one without 'internal' or 'private'.");
        if (Array.Find(exports, e => e.Any(char.IsWhiteSpace)) is { } odd)
            throw new NativeCompilationException($"The IR exports '{odd}', whose name has a blank.");
        return exports;
    }

    private static IsolatedCompiler StartChild(JitOptions options)
        => IsolatedCompiler.TryStart(options.LlvmPath, out string error)
            ?? throw new NativeCompilationException(error + ". JitOptions.IsolateIr = false compiles in this process.");
}
