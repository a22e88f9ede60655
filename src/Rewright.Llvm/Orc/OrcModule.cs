using System;
using System.Collections.Generic;
using System.Threading;

namespace Rewright.Llvm;

/// <summary>Code that <see cref="OrcSession.Load"/> has put into memory.</summary>
public sealed class OrcModule : IDisposable
{
    private readonly OrcSession _session;
    private readonly nint _tracker;
    private readonly nint _dylib;
    private int _disposed;

    internal OrcModule(OrcSession session, nint tracker, nint dylib, IReadOnlyDictionary<string, nint> symbols)
    {
        _session = session;
        _tracker = tracker;
        _dylib = dylib;
        Symbols = symbols;
    }

    /// <summary>The addresses of the exports; valid until the module or its session is disposed.</summary>
    public IReadOnlyDictionary<string, nint> Symbols { get; }

    /// <summary>Unmaps the code. None of it may be running, and none of its addresses may be called again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _session.Unload(_tracker, _dylib);
    }
}
