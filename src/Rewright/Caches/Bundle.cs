using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rewright.Caches;

/// <summary>A library with the native code of many modules that ships with an application. Thread-safe.</summary>
/// <remarks>
/// A bundle is trusted like the application's assemblies beside it: only users who may write those may write it. Its checksum detects
/// damage. Its code stays in memory.
/// </remarks>
internal sealed class Bundle
{
    private readonly Dictionary<ModuleIdentity, List<CacheEntry>> _entries = [];
    private readonly Lazy<nint> _library;

    private Bundle(string path, IReadOnlyList<CacheEntry> entries)
    {
        Path = path;
        foreach (var entry in entries)
        {
            if (!_entries.TryGetValue(entry.Key.Identity, out var list)) _entries.Add(entry.Key.Identity, list = []);
            list.Add(entry);
        }

        _library = new(() => NativeLibrary.TryLoad(Path, out nint library) ? library : 0);
    }

    public string Path { get; }

    /// <summary>The bundles beside the application.</summary>
    public static IEnumerable<string> BesideApplication()
    {
        string[] found;
        try
        {
            found = Directory.GetFiles(AppContext.BaseDirectory, "*" + CodeFile.BundleExtension);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }

    /// <summary>Opens a bundle.</summary>
    /// <param name="path">The path of the bundle.</param>
    /// <param name="miss">The reason if it cannot be used; otherwise null.</param>
    public static Bundle? Open(string path, out CacheMiss? miss)
    {
        path = System.IO.Path.GetFullPath(path);
        // Deployments may link files and directories to their real places.
        (var entries, miss) = CodeFile.Read(path, Writers.Of(AppContext.BaseDirectory), follows: true, out _, null);
        return miss is null ? new Bundle(path, entries) : null;
    }

    /// <summary>Looks for code. Code of any optimization level, and for any class of processors that runs on this machine, will
    /// do.</summary>
    public CacheEntry? Find(CodeKey key)
        => _entries.TryGetValue(key.Identity, out var list)
            ? list.FirstOrDefault(
                e => e.Key.Emitter == key.Emitter && e.Key.AbiVersion == key.AbiVersion && CpuClass.Runs(e.Key.Cpu)
                && e.Key.CountsRewrites == key.CountsRewrites) : null;

    /// <summary>The address of a symbol of the library; 0 if the system does not load it.</summary>
    public nint AddressOf(string symbol)
        => _library.Value != 0 && NativeLibrary.TryGetExport(_library.Value, symbol, out nint address) ? address : 0;
}
