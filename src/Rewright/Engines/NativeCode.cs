using System;
using System.Threading;

namespace Rewright.Engines;

/// <summary>Reference-counted native code in memory. It is unmapped when its last reference is released. Thread-safe.</summary>
/// <remarks>
/// Compiled modules, caches and running calls hold one reference each. The garbage collector unmaps code that has become unreachable, so a
/// forgotten reference costs only memory. Invariant: an instruction of the code runs only between <see cref="TryAcquire"/> and
/// <see cref="Release"/>.
/// </remarks>
internal sealed class NativeCode
{
    private readonly Action? _unmap;
    private ReferenceCount _references = ReferenceCount.One;

    /// <param name="bytes">The bytes of memory that the code takes.</param>
    /// <param name="unmap">Unmaps the code; null for code that stays until the process ends.</param>
    public NativeCode(long bytes, Action? unmap)
    {
        (Bytes, _unmap) = (bytes, unmap);
        if (unmap is null) GC.SuppressFinalize(this);
    }

    // Unmapping may wait for LLVM; other finalizers must not wait with it.
    ~NativeCode() => ThreadPool.UnsafeQueueUserWorkItem(static unmap => unmap(), _unmap!, preferLocal: false);

    /// <summary>The bytes of memory that the code takes.</summary>
    public long Bytes { get; }

    /// <summary>True if the code has been unmapped, or is about to be.</summary>
    public bool IsClosed => _references.IsZero;

    /// <summary>Takes a reference, unless the code is gone.</summary>
    public bool TryAcquire() => _references.TryAcquire();

    /// <summary>Releases a reference.</summary>
    public void Release()
    {
        if (!_references.Release() || _unmap is null) return;
        GC.SuppressFinalize(this);
        _unmap();
    }
}
