using System;
using System.Threading;

namespace Rewright.Engines;

/// <summary>Counts the rewrites that a module's interpreter does, and tells when they are many. Thread-safe.</summary>
/// <param name="threshold">How many are many.</param>
/// <param name="isCounted">Is told how many each call has done; it returns at once.</param>
/// <param name="isHot">What to do then; it returns at once.</param>
internal sealed class Tier(long threshold, Action<long> isCounted, Action isHot)
{
    private long _rewrites;
    private int _isHot;

    /// <summary>Counts how often each rule fires too.</summary>
    public bool CountsRules { get; init; }

    /// <summary>How many there have been in calls that have ended.</summary>
    public long Rewrites => Volatile.Read(ref _rewrites);

    /// <summary>How many more a call may do before somebody has to be told.</summary>
    public long Missing => Volatile.Read(ref _isHot) != 0 ? long.MaxValue : Math.Max(0, threshold - Rewrites);

    /// <summary>Counts a call that has ended.</summary>
    public void Add(long rewrites)
    {
        isCounted(rewrites);
        if (Interlocked.Add(ref _rewrites, rewrites) >= threshold) Heat();
    }

    /// <summary>Tells that they are many.</summary>
    public void Heat()
    {
        if (Interlocked.Exchange(ref _isHot, 1) == 0) isHot();
    }

    /// <summary>Nothing came of telling: tell again at the next call.</summary>
    public void Cool() => Volatile.Write(ref _isHot, 0);
}
