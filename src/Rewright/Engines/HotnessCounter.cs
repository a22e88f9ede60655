using System;
using System.Threading;

namespace Rewright.Engines;

/// <summary>Counts the rewrites of a module's interpreter and reports when the module becomes hot. Thread-safe.</summary>
/// <param name="threshold">The number of rewrites that makes a module hot.</param>
/// <param name="isCounted">Called with the rewrites of each call that ends; must return at once.</param>
/// <param name="isHot">Called when the module becomes hot; must return at once.</param>
internal sealed class HotnessCounter(long threshold, Action<long> isCounted, Action isHot)
{
    private long _rewrites;
    private int _isHot;

    /// <summary>True to also count how often each rule fires.</summary>
    public bool CountsRules { get; init; }

    /// <summary>The rewrites of all calls that have ended.</summary>
    public long Rewrites => Volatile.Read(ref _rewrites);

    /// <summary>The rewrites that a call may still make before the module is hot.</summary>
    public long Remaining => Volatile.Read(ref _isHot) != 0 ? long.MaxValue : Math.Max(0, threshold - Rewrites);

    /// <summary>Adds the rewrites of a call that has ended.</summary>
    public void Add(long rewrites)
    {
        isCounted(rewrites);
        if (Interlocked.Add(ref _rewrites, rewrites) >= threshold) Trigger();
    }

    /// <summary>Reports that the module is hot, once.</summary>
    public void Trigger()
    {
        if (Interlocked.Exchange(ref _isHot, 1) == 0) isHot();
    }

    /// <summary>Lets the next call report the module as hot again, because it is still interpreted.</summary>
    public void Rearm() => Volatile.Write(ref _isHot, 0);
}
