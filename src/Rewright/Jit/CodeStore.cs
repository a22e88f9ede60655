using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Caches;
using Rewright.Engines;
using Rewright.Llvm;

namespace Rewright.Jit;

/// <summary>The code that this process shares with others: the cache on disk and the application's bundles. Thread-safe.</summary>
internal sealed class CodeStore
{
    private readonly JitOptions _options;
    private readonly JitCounters _counters;
    private readonly CodeLinker _linker;
    private readonly Lazy<CodeCache?> _cache;
    private readonly Lazy<List<Bundle>> _bundles;
    private readonly Lock _writing = new();
    private Task _writes = Task.CompletedTask;

    public CodeStore(JitOptions options, JitCounters counters, CodeLinker linker)
    {
        (_options, _counters, _linker) = (options, counters, linker);
        _cache = new(OpenCache);
        _bundles = new(OpenBundles);
    }

    /// <summary>The cache on disk; null if it is off.</summary>
    public CodeCache? Cache => _cache.Value;

    /// <summary>The bundles that could be opened.</summary>
    public IReadOnlyList<Bundle> Bundles => _bundles.Value;

    /// <summary>
    /// Looks up a key in the cache. The code must come from the loaded LLVM; if none is loaded, code of any LLVM will do.
    /// </summary>
    public CacheLookup Find(CodeKey key)
    {
        var lookup = Cache?.Find(key) ?? new CacheMiss(CacheMissReason.Off, "the cache is off");
        return lookup is CacheHit { Entry.Info.LlvmVersion: var made }
            && LlvmProcess.Loaded(_options.LlvmPath) is { Library.Version: var version } && version.ToString() != made
            ? new CacheMiss(CacheMissReason.OtherLlvm, $"the code was made by LLVM {made}, and {version} is loaded") : lookup;
    }

    /// <summary>Links an object and adds the library to the cache, in the background.</summary>
    /// <param name="code">The object.</param>
    /// <param name="imports">The functions that the object may import.</param>
    /// <param name="key">The key of the code.</param>
    /// <param name="info">The description of the code.</param>
    /// <param name="stored">Called with the path if the code was stored.</param>
    public void AddLater(ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, CodeKey key, CodeInfo info, Action<string> stored)
    {
        if (Cache is not { Refusal: null } cache) return;
        lock (_writing)
        {
            _writes = _writes.ContinueWith(
                _ =>
                {
                    if (Link(cache, code, imports, key, info) is { } path) stored(path);
                },
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Adds a library to the cache. Returns its path, or null if it was not stored.</summary>
    public string? Add(CodeKey key, CodeInfo info, ReadOnlySpan<byte> library)
        => Cache is { } cache ? Add(cache, key, info, library) : null;

    /// <summary>Waits until everything that was added is written.</summary>
    public void Flush()
    {
        Task writes;
        lock (_writing) writes = _writes;
        writes.Wait();
    }

    private string? Link(CodeCache cache, ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, CodeKey key, CodeInfo info)
    {
        if (!_linker.IsThere) return Add(cache, key, info with { Kind = CodeKind.Object }, code.Span);
        string? directory = null;
        try
        {
            directory = cache.MakeWorkDirectory();
            return Add(cache, key, info, _linker.Link(code, imports, Path.Combine(directory, "code.so")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NativeCompilationException)
        {
            _counters.WriteFailed(e.Message);
            return null;
        }
        finally
        {
            if (directory is not null) WorkDirectory.TryDelete(directory);
        }
    }

    private string? Add(CodeCache cache, CodeKey key, CodeInfo info, ReadOnlySpan<byte> code)
    {
        string? path = cache.TryStore(key, info, code, out string? error);
        if (error is not null) _counters.WriteFailed(error);
        return path;
    }

    private CodeCache? OpenCache()
    {
        if (!_options.UseCache) return null;
        var cache = CodeCache.Open(_options.CacheDirectory, _options.Cache);
        cache.Evicted += count => Interlocked.Add(ref _counters.DiskEvictions, count);
        if (cache.Refusal is { } refusal) _counters.LastDiskError = refusal;
        return cache;
    }

    private List<Bundle> OpenBundles()
    {
        var bundles = new List<Bundle>();
        foreach (string path in _options.Bundles.Concat(_options.UseBundles ? Bundle.BesideApplication() : []))
        {
            if (Bundle.Open(path, out var miss) is { } bundle) bundles.Add(bundle);
            else _counters.Missed(miss!);
        }

        return bundles;
    }
}
