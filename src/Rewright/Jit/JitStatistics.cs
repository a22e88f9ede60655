using System;
using System.Collections.Generic;
using Rewright.Caches;

namespace Rewright;

/// <summary>The origins of code.</summary>
public enum CodeOrigin
{
    /// <summary>Compiled by this process.</summary>
    Compiled,
    /// <summary>Read from the cache on disk.</summary>
    DiskCache,
    /// <summary>Read from a bundle.</summary>
    Bundle,
    /// <summary>Sent by another process.</summary>
    Imported,
    /// <summary>No code: the module is interpreted.</summary>
    Interpreted,
}

/// <summary>The time that each stage of a compilation took; zero for stages that were not needed.</summary>
public sealed record JitTimes
{
    /// <summary>Looking the code up in bundles and on disk.</summary>
    public TimeSpan LookUp { get; init; }

    /// <summary>Emitting LLVM IR from the module.</summary>
    public TimeSpan Emit { get; init; }

    /// <summary>Reading and verifying the IR.</summary>
    public TimeSpan Parse { get; init; }

    /// <summary>LLVM's passes.</summary>
    public TimeSpan Optimize { get; init; }

    /// <summary>Generating machine code.</summary>
    public TimeSpan Generate { get; init; }

    /// <summary>Loading the code into memory.</summary>
    public TimeSpan Load { get; init; }

    /// <summary>The whole time, including waits.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>The work of a <see cref="JitCompiler"/> so far.</summary>
public sealed record JitStatistics
{
    /// <summary>Compilations that produced native code.</summary>
    public long Compilations { get; init; }

    /// <summary>Compilations that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Modules that are interpreted because native code could not be made.</summary>
    public long Fallbacks { get; init; }

    /// <summary>The compilations that compiled a module again, guided by the counts of its rules.</summary>
    public long Recompilations { get; init; }

    /// <summary>Modules that switched from the interpreter to native code while in use.</summary>
    public long TierSwitches { get; init; }

    /// <summary>Modules now in the queue, interpreted until they are looked up on disk or compiled.</summary>
    public int Queued { get; init; }

    /// <summary>Modules that left the queue uncompiled, because they were no longer used or too many hotter ones waited.</summary>
    public long Dropped { get; init; }

    /// <summary>The total time of all compilations.</summary>
    public TimeSpan CompileTime { get; init; }
}

/// <summary>The use of a <see cref="JitCompiler"/>'s caches so far.</summary>
public sealed record JitCacheStatistics
{
    /// <summary>Functions in memory.</summary>
    public int Functions { get; init; }

    /// <summary>Bytes of native code in memory.</summary>
    public long CodeBytes { get; init; }

    /// <summary>Requests for code that was in memory.</summary>
    public long MemoryHits { get; init; }

    /// <summary>Requests for code that was not in memory.</summary>
    public long MemoryMisses { get; init; }

    /// <summary>Entries dropped from memory to make room.</summary>
    public long Evictions { get; init; }

    /// <summary>Look-ups that found code in bundles.</summary>
    public long BundleHits { get; init; }

    /// <summary>Look-ups that found code on disk.</summary>
    public long DiskHits { get; init; }

    /// <summary>Look-ups that found no code on disk, by reason.</summary>
    public IReadOnlyDictionary<CacheMissReason, long> DiskMisses { get; init; } = new Dictionary<CacheMissReason, long>();

    /// <summary>Entries deleted from disk to make room.</summary>
    public long DiskEvictions { get; init; }

    /// <summary>Entries that could not be written for lack of space or permission.</summary>
    public long DiskWriteFailures { get; init; }

    /// <summary>The last error of writing, or the reason why a directory is refused.</summary>
    public string? LastDiskError { get; init; }
}
