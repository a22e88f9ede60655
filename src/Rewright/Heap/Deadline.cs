using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Rewright.Heap;

/// <summary>The deadline of the current work in one heap. One thread of the process watches all deadlines.</summary>
/// <remarks>
/// Timers of .NET call back on the thread pool, but evaluating requests occupy that pool, so a timer would fire only when one of them ends.
/// An evaluation that ends in time leaves its queue entry behind, and the heap's next evaluation takes the entry over. So a call costs two
/// exchanges and a look at the clock, and the thread wakes up about once per time limit. The thread inside the heap starts and stops the
/// deadline.
/// </remarks>
internal sealed class Deadline
{
    // Values of _due besides times: nothing is watched; the watch is being told; the watch has been told.
    private const long None = 0, Expiring = -1, Expired = -2;

    private static readonly Lock Gate = new();
    private static readonly AutoResetEvent Alarm = new(false);
    private static PriorityQueue<Deadline, long> s_queue = new();
    private static Thread? s_thread;
    private static int s_sweepAt = 64;
    // The time when the thread next looks at the queue.
    private static long s_wakesAt = long.MaxValue;

    // The queue may hold this object for long, so it must not refer to the heap while nothing is watched.
    private LimitWatch? _watch;
    private long _due = None;
    // The earliest valid entry of this object in the queue.
    private long _queued = long.MaxValue;

    /// <summary>False for times that need no watching, such as centuries, and on systems without threads.</summary>
    public static bool CanWatch(TimeSpan time)
        => time != Timeout.InfiniteTimeSpan && time < TimeSpan.FromDays(36500) && !OperatingSystem.IsBrowser();

    /// <summary>Starts the deadline. When the time is up, another thread tells the watch, unless <see cref="Stop"/> comes first.</summary>
    public void Start(TimeSpan time, LimitWatch watch)
    {
        if (time <= TimeSpan.Zero)
        {
            watch.Expire();
            return;
        }

        long due = Stopwatch.GetTimestamp() + (long)(time.Ticks * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond));
        _watch = watch;
        // Set before the look at the queue, because the thread that removes the entry reads this afterwards.
        Interlocked.Exchange(ref _due, due);
        if (due < Volatile.Read(ref _queued)) Enqueue(due);
    }

    /// <summary>Stops the deadline. After it returns, the watch is not told any more.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _due, None) == Expiring)
        {
            // The other thread is telling the watch and will set Expired soon.
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
            // The watching thread may have changed the entry meanwhile.
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

    // Drops the entries of heaps that are gone or idle. It runs when the queue has doubled since the last sweep, so it costs little per
    // entry.
    private static void Sweep()
    {
        var left = new List<(Deadline, long)>();
        foreach (var (deadline, due) in s_queue.UnorderedItems)
            if (deadline.IsAt(due) && deadline.IsUsed(due)) left.Add((deadline, due));
        s_queue = new PriorityQueue<Deadline, long>(left);
        s_sweepAt = Math.Max(64, 2 * left.Count);
    }

    // An entry counts no more once a shorter time has replaced it.
    private bool IsAt(long due) => _queued == due;

    private bool IsUsed(long due)
    {
        if (Volatile.Read(ref _due) != None) return true;
        Interlocked.Exchange(ref _queued, long.MaxValue);
        if (Volatile.Read(ref _due) == None) return false;
        // New work has begun and may rely on the entry.
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

    // Handles all entries that are due and returns the time to the next.
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
