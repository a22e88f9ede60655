using System;
using System.Collections.Generic;
using System.Threading;

namespace Rewright;

/// <summary>The interpreted modules that wait for native code, and the few threads that make it. Thread-safe.</summary>
/// <remarks>
/// The queue has its own threads, because the pool's threads serve requests and compiling takes long. Look-ups on disk come first, since
/// they are quick and may save a compilation; then the hottest module. A module that is no longer used leaves the queue, and so does the
/// coldest one if too many wait. Either comes back when it is used again.
/// </remarks>
/// <param name="work">Looks up the code of a module, or compiles it.</param>
/// <param name="counters">Counts the modules that were dropped.</param>
internal sealed class CompileQueue(Action<JitEntry, CompileWork> work, JitCounters counters)
{
    /// <summary>The most modules that may wait.</summary>
    public const int Capacity = 256;

    // Idle threads end after this time, so that a compiler that was never disposed costs nothing for long.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly int s_maxThreads = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    private readonly object _gate = new();
    private readonly List<(JitEntry Entry, CompileWork Work)> _waiting = [];
    private int _threads, _idle;
    private bool _isClosed;

    /// <summary>The number of modules that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Adds work for a module; returns at once.</summary>
    public void Add(JitEntry entry, CompileWork what)
    {
        // Browsers have only one thread and cannot run new code.
        if (OperatingSystem.IsBrowser()) return;
        lock (_gate)
        {
            if (_isClosed) return;
            _waiting.Add((entry, what));
            if (_waiting.Count > Capacity) DropColdest();
            if (_idle > 0) Monitor.Pulse(_gate);
            else if (_threads < s_maxThreads) Start();
        }
    }

    /// <summary>Drops all waiting work. Work in progress goes on, and Close does not wait for it.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    private void Start()
    {
        _threads++;
        new Thread(Run) { IsBackground = true, Name = "Rewright compiler" }.Start();
    }

    private void Run()
    {
        while (Take() is var (entry, what)) work(entry, what);
    }

    // Null if the thread should end.
    private (JitEntry Entry, CompileWork Work)? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                DropForgotten();
                if (_waiting.Count > 0)
                {
                    int next = Hottest();
                    var item = _waiting[next];
                    _waiting.RemoveAt(next);
                    return item;
                }

                _idle++;
                bool isCalled = !_isClosed && Monitor.Wait(_gate, s_patience);
                _idle--;
                if (isCalled || _waiting.Count > 0) continue;
                _threads--;
                return null;
            }
        }
    }

    private int Hottest()
    {
        int best = 0;
        for (int i = 1; i < _waiting.Count; i++)
            if (Compare(_waiting[i], _waiting[best]) > 0) best = i;
        return best;
    }

    private void DropColdest()
    {
        DropForgotten();
        if (_waiting.Count <= Capacity) return;
        int worst = 0;
        for (int i = 1; i < _waiting.Count; i++)
            if (Compare(_waiting[i], _waiting[worst]) < 0) worst = i;
        Drop(_waiting[worst]);
        _waiting.RemoveAt(worst);
    }

    private void DropForgotten() => _waiting.RemoveAll(item =>
    {
        if (!item.Entry.IsForgotten) return false;
        Drop(item);
        return true;
    });

    private void Drop((JitEntry Entry, CompileWork Work) item)
    {
        // Dropping a look-up loses nothing: a later compilation looks on disk first.
        if (item.Work != CompileWork.Compile) return;
        Interlocked.Increment(ref counters.Dropped);
        item.Entry.Runtime!.Hotness!.Rearm();
    }

    private static int Compare((JitEntry Entry, CompileWork Work) left, (JitEntry Entry, CompileWork Work) right)
        => left.Work != right.Work
            ? left.Work.CompareTo(right.Work) : left.Entry.Runtime!.Hotness!.Rewrites.CompareTo(right.Entry.Runtime!.Hotness!.Rewrites);
}

/// <summary>The kinds of work for a module; higher values are more urgent.</summary>
internal enum CompileWork
{
    /// <summary>Compile the module.</summary>
    Compile,
    /// <summary>Look up existing code of the module.</summary>
    Load,
}
