using System;
using System.Linq;
using System.Threading;
using Rewright.Caches;

namespace Rewright;

/// <summary>The counters of a compiler. Fields are changed with <see cref="Interlocked"/>.</summary>
internal sealed class JitCounters
{
    public long Compilations, Recompilations, Failures, Fallbacks, TierSwitches, Dropped, CompileTicks, Rewrites;
    public long MemoryHits, MemoryMisses, Evictions, BundleHits, DiskHits, DiskEvictions, DiskWriteFailures;

    /// <summary>Misses on disk, indexed by <see cref="CacheMissReason"/>.</summary>
    public readonly long[] DiskMisses = new long[(int)CacheMissReason.Off + 1];

    public string? LastDiskError { get; set; }

    public void Missed(CacheMiss miss)
    {
        Interlocked.Increment(ref DiskMisses[(int)miss.Reason]);
        if (miss.Reason is CacheMissReason.Damaged or CacheMissReason.Truncated or CacheMissReason.Unreadable or CacheMissReason.NotLoadable
            or CacheMissReason.UnsafeDirectory or CacheMissReason.UnsafeEntry)
            LastDiskError = miss.Detail;
    }

    public void WriteFailed(string error)
    {
        Interlocked.Increment(ref DiskWriteFailures);
        LastDiskError = error;
    }

    /// <summary>Adds the counts of another compiler. Only one thread may call it at a time.</summary>
    public void Add(JitCounters other)
    {
        Compilations += Volatile.Read(ref other.Compilations);
        Recompilations += Volatile.Read(ref other.Recompilations);
        Failures += Volatile.Read(ref other.Failures);
        Fallbacks += Volatile.Read(ref other.Fallbacks);
        TierSwitches += Volatile.Read(ref other.TierSwitches);
        Dropped += Volatile.Read(ref other.Dropped);
        CompileTicks += Volatile.Read(ref other.CompileTicks);
        Rewrites += Volatile.Read(ref other.Rewrites);
        MemoryHits += Volatile.Read(ref other.MemoryHits);
        MemoryMisses += Volatile.Read(ref other.MemoryMisses);
        Evictions += Volatile.Read(ref other.Evictions);
        BundleHits += Volatile.Read(ref other.BundleHits);
        DiskHits += Volatile.Read(ref other.DiskHits);
        DiskEvictions += Volatile.Read(ref other.DiskEvictions);
        DiskWriteFailures += Volatile.Read(ref other.DiskWriteFailures);
        for (int i = 0; i < DiskMisses.Length; i++) DiskMisses[i] += Volatile.Read(ref other.DiskMisses[i]);
    }

    public JitStatistics ToStatistics() => new()
    {
        Compilations = Volatile.Read(ref Compilations), Recompilations = Volatile.Read(ref Recompilations),
        Failures = Volatile.Read(ref Failures), Fallbacks = Volatile.Read(ref Fallbacks),
        TierSwitches = Volatile.Read(ref TierSwitches), Dropped = Volatile.Read(ref Dropped),
        CompileTime = TimeSpan.FromTicks(Volatile.Read(ref CompileTicks)),
    };

    public JitCacheStatistics ToCacheStatistics() => new()
    {
        MemoryHits = Volatile.Read(ref MemoryHits), MemoryMisses = Volatile.Read(ref MemoryMisses),
        Evictions = Volatile.Read(ref Evictions),
        BundleHits = Volatile.Read(ref BundleHits), DiskHits = Volatile.Read(ref DiskHits),
        DiskMisses = Enumerable.Range(0, DiskMisses.Length).Where(i => Volatile.Read(ref DiskMisses[i]) > 0).ToDictionary(
        i => (CacheMissReason)i, i => Volatile.Read(ref DiskMisses[i])),
        DiskEvictions = Volatile.Read(ref DiskEvictions), DiskWriteFailures = Volatile.Read(ref DiskWriteFailures),
        LastDiskError = LastDiskError,
    };
}
