using System;
using System.Collections.Concurrent;
using System.Threading;
using Rewright.Caches;

namespace Rewright;

/// <summary>What a compiler counts. Fields are changed by <see cref="Interlocked"/>.</summary>
internal sealed class JitCounters
{
    public long Compilations, Failures, Fallbacks, TierSwitches, CompileTicks;
    public long MemoryHits, MemoryMisses, Evictions, BundleHits, DiskHits, DiskEvictions, DiskWriteFailures;

    public ConcurrentDictionary<CacheMissReason, long> DiskMisses { get; } = new();

    public string? LastDiskError { get; set; }

    public void Missed(CacheMiss miss)
    {
        DiskMisses.AddOrUpdate(miss.Reason, 1, static (_, count) => count + 1);
        if (miss.Reason is CacheMissReason.Damaged or CacheMissReason.Truncated or CacheMissReason.Unreadable or CacheMissReason.NotLoadable or CacheMissReason.UnsafeDirectory)
            LastDiskError = miss.Detail;
    }

    public void WriteFailed(string error)
    {
        Interlocked.Increment(ref DiskWriteFailures);
        LastDiskError = error;
    }

    public JitStatistics ToStatistics() => new()
    {
        Compilations = Volatile.Read(ref Compilations), Failures = Volatile.Read(ref Failures), Fallbacks = Volatile.Read(ref Fallbacks),
        TierSwitches = Volatile.Read(ref TierSwitches), CompileTime = TimeSpan.FromTicks(Volatile.Read(ref CompileTicks)),
    };

    public JitCacheStatistics ToCacheStatistics() => new()
    {
        MemoryHits = Volatile.Read(ref MemoryHits), MemoryMisses = Volatile.Read(ref MemoryMisses), Evictions = Volatile.Read(ref Evictions),
        BundleHits = Volatile.Read(ref BundleHits), DiskHits = Volatile.Read(ref DiskHits),
        DiskMisses = new System.Collections.Generic.Dictionary<CacheMissReason, long>(DiskMisses),
        DiskEvictions = Volatile.Read(ref DiskEvictions), DiskWriteFailures = Volatile.Read(ref DiskWriteFailures), LastDiskError = LastDiskError,
    };
}
