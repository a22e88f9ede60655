using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Rewright.Emit;

namespace Rewright.Heap;

/// <summary>Watches time and cancellation of the work in one heap: evaluations, and runtime loops over whole terms.</summary>
/// <remarks>
/// A request from another thread sets a bit of the context's attention word, which compiled code, the interpreter and
/// <see cref="LimitSteps"/> check. Work inside watched work shares its limits. Only the thread inside the heap uses this class, apart from
/// <see cref="Expire"/> and cancellation.
/// </remarks>
internal sealed unsafe class LimitWatch(CellMemory memory)
{
    private const int CancelRequest = 1, TimeRequest = 2;

    private readonly Deadline _deadline = new();
    private CancellationTokenRegistration _cancellation;
    private EvaluationLimits _limits = EvaluationLimits.Default;
    private string _operation = "";
    private int _depth;

    /// <summary>The limits for work that begins from now on.</summary>
    public EvaluationLimits Limits { get; set; } = EvaluationLimits.Default;

    /// <summary>True if the current work can be interrupted.</summary>
    public bool CanInterrupt => _depth > 0 && (_limits.Time is not null || _limits.Cancellation.CanBeCanceled);

    /// <summary>The status that another thread has requested, or 0.</summary>
    public int Status
    {
        get
        {
            int requests = Volatile.Read(ref memory.Field<int>(Abi.Attention));
            return (requests & CancelRequest) != 0 ? Abi.Cancelled : (requests & TimeRequest) != 0 ? Abi.TimedOut : Abi.Ok;
        }
    }

    /// <summary>Begins to watch work; errors use the name.</summary>
    public void Begin(string operation)
    {
        if (_depth++ > 0) return;
        (_operation, _limits) = (operation, Limits);
        if (_limits.Cancellation.CanBeCanceled)
            _cancellation = _limits.Cancellation.UnsafeRegister(static s => ((LimitWatch)s!).Request(CancelRequest), this);
        if (_limits.Time is { } time && Deadline.CanWatch(time)) _deadline.Start(time, this);
    }

    /// <summary>Ends the watched work and forgets its requests.</summary>
    public void End()
    {
        if (--_depth > 0) return;
        if (_limits.Time is not null) _deadline.Stop();
        if (_limits.Cancellation.CanBeCanceled) _cancellation.Dispose();
        // No other thread can set a request any more.
        memory.Field<int>(Abi.Attention) = 0;
    }

    /// <summary>Requests the end because the time is up. Any thread may call this.</summary>
    public void Expire() => Request(TimeRequest);

    /// <summary>Throws if another thread has requested the end.</summary>
    /// <exception cref="TimeLimitException">The time is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public void Check()
    {
        if (Volatile.Read(ref memory.Field<int>(Abi.Attention)) == 0) return;
        if (Status == Abi.Cancelled) throw new EvaluationCanceledException(_operation, _limits.Cancellation);
        throw new TimeLimitException(_operation, _limits.Time ?? default);
    }

    private void Request(int request)
    {
        Interlocked.Or(ref memory.Field<int>(Abi.Attention), request);
        Volatile.Write(ref memory.Field<ulong>(Abi.StackLimit), ulong.MaxValue);
    }
}

/// <summary>Checks the limits of a heap during a loop over a term. A short loop costs only a counter.</summary>
/// <param name="watch">The watch of the heap.</param>
/// <param name="operation">The name of the loop, for errors.</param>
internal ref struct LimitSteps(LimitWatch watch, string operation)
{
    private const int Pause = 1 << 10;

    private int _left = Pause;
    private bool _isWatched;

    /// <summary>Begins to watch before the first turn, for loops in which a single turn may be long.</summary>
    public void Begin()
    {
        if (!_isWatched) Look();
    }

    /// <summary>Counts a turn and checks the limits now and then.</summary>
    /// <exception cref="TimeLimitException">The time is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public void Next()
    {
        if (--_left < 0) Look();
    }

    /// <summary>Ends the loop.</summary>
    public void Dispose()
    {
        if (_isWatched) watch.End();
        _isWatched = false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Look()
    {
        if (!_isWatched) watch.Begin(operation);
        _isWatched = true;
        _left = Pause;
        watch.Check();
    }
}
