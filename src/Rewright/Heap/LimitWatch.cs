using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Rewright.Emit;

namespace Rewright.Heap;

/// <summary>Watches time and cancellation of what goes on in one heap: evaluations, and loops of the runtime over whole terms.</summary>
/// <remarks>
/// What other threads ask for is a bit of the context's attention word, which compiled code, the interpreter and <see cref="LimitSteps"/>
/// look at. What goes on inside something that is watched already shares its limits. Used by the thread that is inside the heap, apart
/// from <see cref="Expire"/> and cancellation.
/// </remarks>
internal sealed unsafe class LimitWatch(CellMemory memory)
{
    private const int CancelRequest = 1, TimeRequest = 2;

    private readonly Deadline _deadline = new();
    private CancellationTokenRegistration _cancellation;
    private EvaluationLimits _limits = EvaluationLimits.Default;
    private string _operation = "";
    private int _depth;

    /// <summary>The limits of the heap: those of what begins from now on.</summary>
    public EvaluationLimits Limits { get; set; } = EvaluationLimits.Default;

    /// <summary>True where what is watched can be told to end.</summary>
    public bool CanInterrupt => _depth > 0 && (_limits.Time is not null || _limits.Cancellation.CanBeCanceled);

    /// <summary>The status of what has been asked for, or 0.</summary>
    public int Status
    {
        get
        {
            int requests = Volatile.Read(ref memory.Field<int>(Abi.Attention));
            return (requests & CancelRequest) != 0 ? Abi.Cancelled : (requests & TimeRequest) != 0 ? Abi.TimedOut : Abi.Ok;
        }
    }

    /// <summary>Begins to watch, for something that errors call by a name.</summary>
    public void Begin(string operation)
    {
        if (_depth++ > 0) return;
        (_operation, _limits) = (operation, Limits);
        if (_limits.Cancellation.CanBeCanceled)
            _cancellation = _limits.Cancellation.UnsafeRegister(static s => ((LimitWatch)s!).Request(CancelRequest), this);
        if (_limits.Time is { } time && Deadline.CanWatch(time)) _deadline.Start(time, this);
    }

    /// <summary>Ends it, and forgets what was asked for.</summary>
    public void End()
    {
        if (--_depth > 0) return;
        if (_limits.Time is not null) _deadline.Stop();
        if (_limits.Cancellation.CanBeCanceled) _cancellation.Dispose();
        // No other thread can ask any more.
        memory.Field<int>(Abi.Attention) = 0;
    }

    /// <summary>Says that the time is up. Any thread may.</summary>
    public void Expire() => Request(TimeRequest);

    /// <summary>Ends what goes on, if that was asked for.</summary>
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

/// <summary>Asks in a loop over a term whether the limits of its heap allow another turn. Short loops cost a counter.</summary>
/// <param name="watch">The heap's.</param>
/// <param name="operation">What the loop is, for errors.</param>
internal ref struct LimitSteps(LimitWatch watch, string operation)
{
    private const int Pause = 1 << 10;

    private int _left = Pause;
    private bool _isWatched;

    /// <summary>Begins to watch before the first turns, because one of them may be long by itself.</summary>
    public void Begin()
    {
        if (!_isWatched) Look();
    }

    /// <summary>Another turn.</summary>
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
