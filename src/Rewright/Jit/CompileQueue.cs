using System;
using System.Collections.Generic;
using System.Threading;

namespace Rewright;

/// <summary>Modules that wait for native code while they are interpreted, and the few threads that make it. Thread-safe.</summary>
/// <remarks>
/// Not the pool's threads: those serve requests, and compiling takes long. What is looked for on disk comes first, since that is quick and
/// may save a compilation; then the module that has been used most. A module that nobody uses any more is dropped, and so is the least used
/// one where too many wait; either comes back when it is used again.
/// </remarks>
/// <param name="work">Looks for the code of a module, or compiles it.</param>
/// <param name="counters">Where what is dropped is counted.</param>
internal sealed class CompileQueue(Action<JitEntry, CompileWork> work, JitCounters counters)
{
    /// <summary>How many may wait.</summary>
    public const int Capacity = 256;

    // Threads with nothing to do end after that, so that a compiler that is only forgotten costs nothing for long.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly int s_maxThreads = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    private readonly object _gate = new();
    private readonly List<(JitEntry Entry, CompileWork Work)> _waiting = [];
    private int _threads, _idle;
    private bool _isClosed;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Adds work on a module; returns at once.</summary>
    public void Add(JitEntry entry, CompileWork what)
    {
        // Browsers have one thread only, and run no new code.
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

    /// <summary>Forgets all that waits. What is in work is not waited for.</summary>
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

    // Null where the thread is to end.
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
        // Not having looked on disk costs nothing: whoever compiles looks there first.
        if (item.Work != CompileWork.Compile) return;
        Interlocked.Increment(ref counters.Dropped);
        item.Entry.Runtime!.Hotness!.Rearm();
    }

    private static int Compare((JitEntry Entry, CompileWork Work) left, (JitEntry Entry, CompileWork Work) right)
        => left.Work != right.Work
            ? left.Work.CompareTo(right.Work) : left.Entry.Runtime!.Hotness!.Rewrites.CompareTo(right.Entry.Runtime!.Hotness!.Rewrites);
}

/// <summary>What is to be done for a module, the more urgent last.</summary>
internal enum CompileWork
{
    /// <summary>Compile it.</summary>
    Compile,
    /// <summary>Look whether there is code of it already.</summary>
    Load,
}
