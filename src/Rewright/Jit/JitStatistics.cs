using System;
using System.Collections.Generic;
using Rewright.Caches;

namespace Rewright;

/// <summary>Where code came from.</summary>
public enum CodeOrigin
{
    /// <summary>It was compiled here.</summary>
    Compiled,
    /// <summary>From the cache on disk.</summary>
    DiskCache,
    /// <summary>From a bundle.</summary>
    Bundle,
    /// <summary>From code that another process has sent.</summary>
    Imported,
    /// <summary>There is none: the module is interpreted.</summary>
    Interpreted,
}

/// <summary>How long the stages of a compilation took; zero for those that were not needed.</summary>
public sealed record JitTimes
{
    /// <summary>Looking the code up in bundles and on disk.</summary>
    public TimeSpan LookUp { get; init; }

    /// <summary>From the module to LLVM IR.</summary>
    public TimeSpan Emit { get; init; }

    /// <summary>Reading and verifying the IR.</summary>
    public TimeSpan Parse { get; init; }

    /// <summary>LLVM's passes.</summary>
    public TimeSpan Optimize { get; init; }

    /// <summary>Generating machine code.</summary>
    public TimeSpan Generate { get; init; }

    /// <summary>Putting the code into memory.</summary>
    public TimeSpan Load { get; init; }

    /// <summary>All of it, waiting included.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>What a <see cref="JitCompiler"/> has done.</summary>
public sealed record JitStatistics
{
    /// <summary>Compilations that gave native code.</summary>
    public long Compilations { get; init; }

    /// <summary>Compilations that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Modules that are interpreted because native code could not be made.</summary>
    public long Fallbacks { get; init; }

    /// <summary>Of the compilations, those that did a module once more, with what was counted of its rules.</summary>
    public long Recompilations { get; init; }

    /// <summary>Modules that went from the interpreter to native code while they were in use.</summary>
    public long TierSwitches { get; init; }

    /// <summary>Modules that wait now, to be looked for on disk or compiled while they are interpreted.</summary>
    public int Queued { get; init; }

    /// <summary>Modules that waited in vain: nobody used them any more, or too many that were used more waited too.</summary>
    public long Dropped { get; init; }

    /// <summary>Time that compilations took in all.</summary>
    public TimeSpan CompileTime { get; init; }
}

/// <summary>How the caches of a <see cref="JitCompiler"/> were used.</summary>
public sealed record JitCacheStatistics
{
    /// <summary>Functions at hand.</summary>
    public int Functions { get; init; }

    /// <summary>Bytes of native code at hand.</summary>
    public long CodeBytes { get; init; }

    /// <summary>Code that was at hand.</summary>
    public long MemoryHits { get; init; }

    /// <summary>Code that was not.</summary>
    public long MemoryMisses { get; init; }

    /// <summary>Code that was dropped to make room.</summary>
    public long Evictions { get; init; }

    /// <summary>Code found in bundles.</summary>
    public long BundleHits { get; init; }

    /// <summary>Code found on disk.</summary>
    public long DiskHits { get; init; }

    /// <summary>Code not found on disk, by reason.</summary>
    public IReadOnlyDictionary<CacheMissReason, long> DiskMisses { get; init; } = new Dictionary<CacheMissReason, long>();

    /// <summary>Entries deleted from disk to make room.</summary>
    public long DiskEvictions { get; init; }

    /// <summary>Entries that could not be written, for want of room or rights.</summary>
    public long DiskWriteFailures { get; init; }

    /// <summary>What the last of those was; why a directory is refused.</summary>
    public string? LastDiskError { get; init; }
}
