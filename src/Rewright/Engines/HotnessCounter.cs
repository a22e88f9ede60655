using System;
using System.Threading;

namespace Rewright.Engines;

/// <summary>Counts the rewrites that a module's interpreter does, and says when the module is hot. Thread-safe.</summary>
/// <param name="threshold">How many are many.</param>
/// <param name="isCounted">Is told how many each call has done; it returns at once.</param>
/// <param name="isHot">What to do then; it returns at once.</param>
internal sealed class HotnessCounter(long threshold, Action<long> isCounted, Action isHot)
{
    private long _rewrites;
    private int _isHot;

    /// <summary>Counts how often each rule fires too.</summary>
    public bool CountsRules { get; init; }

    /// <summary>How many there have been in calls that have ended.</summary>
    public long Rewrites => Volatile.Read(ref _rewrites);

    /// <summary>How many more a call may do before the module is hot.</summary>
    public long Remaining => Volatile.Read(ref _isHot) != 0 ? long.MaxValue : Math.Max(0, threshold - Rewrites);

    /// <summary>Counts a call that has ended.</summary>
    public void Add(long rewrites)
    {
        isCounted(rewrites);
        if (Interlocked.Add(ref _rewrites, rewrites) >= threshold) Trigger();
    }

    /// <summary>Says that the module is hot, once.</summary>
    public void Trigger()
    {
        if (Interlocked.Exchange(ref _isHot, 1) == 0) isHot();
    }

    /// <summary>The module is still interpreted: it counts as hot again at the next call.</summary>
    public void Rearm() => Volatile.Write(ref _isHot, 0);
}
