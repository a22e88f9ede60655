using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Rewright.Heap;

/// <summary>When the time of what is going on in one heap is up. One thread of the process sees to all of them.</summary>
/// <remarks>
/// Timers of .NET call back on the thread pool, and requests that evaluate occupy just that: their time would be up when one of them ends.
/// An evaluation that ends in time only leaves its deadline behind, and the next one of the heap takes the place in the queue over: so a
/// call costs two exchanges and a look at the clock, and the thread wakes up about once in the time that calls may take.
/// Started and stopped by the thread that is inside the heap.
/// </remarks>
internal sealed class Deadline
{
    // Besides times: nothing is watched; the watch is being told; it has been.
    private const long None = 0, Expiring = -1, Expired = -2;

    private static readonly Lock Gate = new();
    private static readonly AutoResetEvent Alarm = new(false);
    private static PriorityQueue<Deadline, long> s_queue = new();
    private static Thread? s_thread;
    private static int s_sweepAt = 64;
    // When the thread looks next.
    private static long s_wakesAt = long.MaxValue;

    // The queue may hold this for long, so it must not lead to the heap while nothing is watched.
    private LimitWatch? _watch;
    private long _due = None;
    // The earliest entry of the queue that counts.
    private long _queued = long.MaxValue;

    /// <summary>True where a time is watched at all: none is without threads, and nobody waits for centuries.</summary>
    public static bool CanWatch(TimeSpan time)
        => time != Timeout.InfiniteTimeSpan && time < TimeSpan.FromDays(36500) && !OperatingSystem.IsBrowser();

    /// <summary>Begins: when the time is up the watch is told, by another thread, unless <see cref="Stop"/> comes first.</summary>
    public void Start(TimeSpan time, LimitWatch watch)
    {
        if (time <= TimeSpan.Zero)
        {
            watch.Expire();
            return;
        }

        long due = Stopwatch.GetTimestamp() + (long)(time.Ticks * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond));
        _watch = watch;
        // Before the look at the queue: the thread that takes the entry away looks here afterwards.
        Interlocked.Exchange(ref _due, due);
        if (due < Volatile.Read(ref _queued)) Enqueue(due);
    }

    /// <summary>Ends it. The watch is not told any more when this has returned.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _due, None) == Expiring)
        {
            // The other thread is about to leave its mark.
            var spin = default(SpinWait);
            while (Volatile.Read(ref _due) != Expired) spin.SpinOnce();
            _due = None;
        }

        _watch = null;
    }

    private void Enqueue(long due)
    {
        bool isNext;
        lock (Gate)
        {
            // The thread may have done it meanwhile.
            if (due >= _queued) return;
            if (s_queue.Count >= s_sweepAt) Sweep();
            _queued = due;
            s_queue.Enqueue(this, due);
            isNext = due < s_wakesAt;
            if (isNext) s_wakesAt = due;
            if (s_thread is null)
            {
                s_thread = new Thread(Watch, 256 << 10) { IsBackground = true, Name = "Rewright limits" };
                s_thread.UnsafeStart();
            }
        }

        if (isNext) Alarm.Set();
    }

    // Heaps that are gone, or have nothing to do, need no place. As many are there as were before at most, so this costs little for each.
    private static void Sweep()
    {
        var left = new List<(Deadline, long)>();
        foreach (var (deadline, due) in s_queue.UnorderedItems)
            if (deadline.IsAt(due) && deadline.IsUsed(due)) left.Add((deadline, due));
        s_queue = new PriorityQueue<Deadline, long>(left);
        s_sweepAt = Math.Max(64, 2 * left.Count);
    }

    // An entry that a shorter time has overtaken counts no more.
    private bool IsAt(long due) => _queued == due;

    private bool IsUsed(long due)
    {
        if (Volatile.Read(ref _due) != None) return true;
        Interlocked.Exchange(ref _queued, long.MaxValue);
        if (Volatile.Read(ref _due) == None) return false;
        // Something has begun that may rely on the entry.
        _queued = due;
        return true;
    }

    private static void Watch()
    {
        while (true)
        {
            long pause = Advance();
            long milliseconds = 1 + (pause / (Stopwatch.Frequency / 1000));
            Alarm.WaitOne(pause == long.MaxValue ? Timeout.Infinite : (int)Math.Min(milliseconds, int.MaxValue));
        }
    }

    // Deals with all that is due; gives the time to the next.
    private static long Advance()
    {
        lock (Gate)
        {
            while (s_queue.TryPeek(out var deadline, out long due))
            {
                long left = due - Stopwatch.GetTimestamp();
                if (left > 0)
                {
                    s_wakesAt = due;
                    return left;
                }

                s_queue.Dequeue();
                if (deadline.IsAt(due)) deadline.Look();
            }

            s_wakesAt = long.MaxValue;
            return long.MaxValue;
        }
    }

    private void Look()
    {
        Interlocked.Exchange(ref _queued, long.MaxValue);
        long due = Volatile.Read(ref _due);
        if (due <= None) return;
        if (due > Stopwatch.GetTimestamp())
        {
            _queued = due;
            s_queue.Enqueue(this, due);
        }
        else if (Interlocked.CompareExchange(ref _due, Expiring, due) == due)
        {
            _watch!.Expire();
            Volatile.Write(ref _due, Expired);
        }
    }
}
