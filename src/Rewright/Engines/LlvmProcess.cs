using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Llvm;

namespace Rewright.Engines;

/// <summary>A libLLVM in this process and the session that links code into the process. There is one for each requested path.</summary>
internal sealed class LlvmProcess
{
    private static readonly ConcurrentDictionary<string, Lazy<LlvmProcess>> s_known = new();

    /// <summary>
    /// Records whether any library has been loaded. It is a class by itself, because touching the table would cost a process that needs no
    /// LLVM a third of a millisecond.
    /// </summary>
    private static class Any
    {
        public static volatile bool IsLoaded;
    }

    private readonly Lazy<OrcSession> _orc;

    private LlvmProcess(LlvmLibrary library)
    {
        Library = library;
        Any.IsLoaded = true;
        _orc = new(() => OrcSession.Open(library));
    }

    public LlvmLibrary Library { get; }

    /// <summary>True if code can be linked into memory.</summary>
    public static bool CanLink => OrcSession.IsSupported;

    /// <summary>The library, if it has already been loaded.</summary>
    public static LlvmProcess? Loaded(string? path)
        => Any.IsLoaded ? LoadedFrom(path ?? "") : null;

    private static LlvmProcess? LoadedFrom(string path)
        => s_known.TryGetValue(path, out var known) && known.IsValueCreated ? known.Value : null;

    /// <summary>Finds and loads the library.</summary>
    /// <exception cref="NativeCompilationException">There is none.</exception>
    public static LlvmProcess Find(string? path = null) => s_known.GetOrAdd(path ?? "", static path => new(() => new LlvmProcess(
        LlvmDiscovery.Find(new LlvmSearch { Path = path.Length > 0 ? path : null }) switch
        {
            LlvmFound found => found.Library,
            LlvmMissing missing => throw new NativeCompilationException(missing.Message),
            _ => throw new InvalidOperationException(),
        }))).Value;

    /// <summary>Links an object into memory.</summary>
    /// <returns>The addresses of the requested symbols, and the code that keeps them mapped.</returns>
    /// <exception cref="NativeCompilationException">LLVM fails.</exception>
    public (IReadOnlyDictionary<string, nint> Symbols, NativeCode Code) Link(
        ReadOnlyMemory<byte> code, IReadOnlyDictionary<string, nint> imports, IReadOnlyList<string> symbols)
        => _orc.Value.Load([code], imports, symbols) switch
        {
            OrcLoaded { Module: var loaded } => (loaded.Symbols, new NativeCode(code.Length, loaded.Dispose)),
            OrcFailed { Message: var message } => throw new NativeCompilationException(message),
            _ => throw new InvalidOperationException(),
        };

    /// <summary>The addresses of C functions; functions that the system lacks are left out.</summary>
    public static Dictionary<string, nint> AddressesOf(IReadOnlyCollection<string> functions)
    {
        var addresses = new Dictionary<string, nint>();
        if (functions.Count == 0) return addresses;
        nint[] libraries = OperatingSystem.IsMacOS()
            ? [NativeLibrary.Load("libSystem.dylib")] : [NativeLibrary.Load("libc.so.6"), NativeLibrary.Load("libm.so.6")];
        foreach (string name in functions)
        {
            foreach (nint library in libraries)
            {
                if (!NativeLibrary.TryGetExport(library, name, out nint address)) continue;
                addresses[name] = address;
                break;
            }
        }

        return addresses;
    }
}
