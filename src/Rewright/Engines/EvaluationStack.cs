using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using Rewright.Emit;
using Rewright.Heap;

namespace Rewright.Engines;

/// <summary>The stacks of the calls in progress: the caller's, and when that is used up, larger ones on threads of their own.</summary>
internal sealed unsafe class EvaluationStack(TermHeap heap)
{
    private StackThread? _thread;
    private ulong _limit;
    private long _bytes;

    /// <summary>Bytes that calls may still use on other threads.</summary>
    public long BytesLeft => Math.Max(0, heap.Limits.MaxStackBytes - _bytes);

    /// <summary>Begins an outermost call.</summary>
    public void Begin() => _bytes = 0;

    /// <summary>Takes the stack of this thread.</summary>
    public void Enter()
    {
        _limit = StackBounds.LimitOfThisThread();
        SetLimit();
    }

    /// <summary>True where the limit of the stack is not the reason why code has come to a safepoint.</summary>
    public bool HasRoomBelow(byte* here) => (ulong)here > _limit + StackBounds.Slack;

    /// <summary>Writes the limit where compiled code reads it.</summary>
    public void SetLimit()
    {
        Volatile.Write(ref heap.Memory.Field<ulong>(Abi.StackLimit), _limit);
        // A request that came in between must not get lost.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref heap.Memory.Field<int>(Abi.Attention)) != 0)
            Volatile.Write(ref heap.Memory.Field<ulong>(Abi.StackLimit), ulong.MaxValue);
    }

    /// <summary>Runs a part of a call on a thread with a larger stack. Gives its status.</summary>
    public int RunOnNew(Func<int> enter)
    {
        long size = StackThread.SizeAfter(_thread, heap.Limits.MaxStackBytes - _bytes);
        if (size == 0) return Abi.StackExhausted;
        var (outerThread, outerLimit) = (_thread, _limit);
        var next = StackThread.Rent(size);
        _bytes += size;
        int owner = heap.ExchangeThread(next.ManagedThreadId);
        int status = Abi.Ok;
        ExceptionDispatchInfo? failure = null;
        var context = ExecutionContext.Capture();
        next.Run(() =>
        {
            _thread = next;
            Enter();
            try
            {
                if (context is null) status = enter();
                else ExecutionContext.Run(context, _ => status = enter(), null);
            }
            catch (Exception e)
            {
                // The thread serves others; the caller gets the exception.
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        heap.ExchangeThread(owner);
        _bytes -= size;
        (_thread, _limit) = (outerThread, outerLimit);
        SetLimit();
        StackThread.Return(next);
        failure?.Throw();
        return status;
    }

    /// <summary>Runs C# code that a crate calls on a thread of its own. The thread has all the stack that was left.</summary>
    public void RunOnThreadOfCrate(Action call)
    {
        int owner = heap.ExchangeThread(Environment.CurrentManagedThreadId);
        var outer = (_thread, _limit, _bytes);
        _bytes = heap.Limits.MaxStackBytes;
        Enter();
        try
        {
            call();
        }
        finally
        {
            (_thread, _limit, _bytes) = outer;
            SetLimit();
            heap.ExchangeThread(owner);
        }
    }
}
