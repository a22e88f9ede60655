using System;
using System.Threading;

namespace Rewright.Engines;

/// <summary>Native code in memory, counted: it is unmapped when the last reference to it has been given back. Thread-safe.</summary>
/// <remarks>
/// Compiled modules, caches and running calls hold one reference each. Code that nobody can reach any more is unmapped by the
/// garbage collector, so a forgotten reference costs memory and nothing else. Invariant: no instruction of the code runs but
/// between <see cref="TryAcquire"/> and <see cref="Release"/>.
/// </remarks>
internal sealed class NativeCode
{
    private readonly Action? _unmap;
    private ReferenceCount _references = ReferenceCount.One;

    /// <param name="bytes">Bytes of memory that it takes.</param>
    /// <param name="unmap">Unmaps it; null for code that stays until the process ends.</param>
    public NativeCode(long bytes, Action? unmap)
    {
        (Bytes, _unmap) = (bytes, unmap);
        if (unmap is null) GC.SuppressFinalize(this);
    }

    // Unmapping may wait for LLVM, which the finalizers of all others should not have to.
    ~NativeCode() => ThreadPool.UnsafeQueueUserWorkItem(static unmap => unmap(), _unmap!, preferLocal: false);

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes { get; }

    /// <summary>True when it has been unmapped, or will be at once.</summary>
    public bool IsClosed => _references.IsZero;

    /// <summary>Takes a reference, unless the code is gone.</summary>
    public bool TryAcquire() => _references.TryAcquire();

    /// <summary>Gives a reference back.</summary>
    public void Release()
    {
        if (!_references.Release() || _unmap is null) return;
        GC.SuppressFinalize(this);
        _unmap();
    }
}
