using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using Rewright.Binding;
using Rewright.Emit;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>Runs calls in one heap: watches limits, moves to larger stacks, and restores the heap after errors.</summary>
/// <remarks>Used by the thread that is inside the heap; only <see cref="Request"/> may be called by others.</remarks>
internal sealed unsafe class Evaluator(TermHeap heap)
{
    // What other threads can ask for, as bits of the context's attention word.
    private const int CancelRequest = 1, TimeRequest = 2;

    // The normal forms that each call in progress has met; made when there is one.
    private readonly List<Dictionary<ulong, ulong>?> _memories = [];
    // Arguments of calls that may have to be made again in the general form.
    private readonly List<ulong> _saved = [];
    // Terms in the making, of which the calls in progress evaluate parts.
    private readonly Stack<PendingTerms> _pending = [];
    private ModuleRuntime? _runtime;
    private bool _isGeneral;
    private Exception? _hostFailure;
    private StackThread? _stack;
    private ulong _stackLimit;
    private long _stackBytes;
    private int _depth;
    private bool _needsRecovery;

    public CellMemory Memory { get; } = heap.Memory;

    /// <summary>Calls an entry. The arguments are in the context, owned; the result's words are there afterwards, owned.</summary>
    /// <param name="runtime">The module.</param>
    /// <param name="entry">Which of its entries.</param>
    /// <param name="isGeneral">True where arguments that are terms are in the general form.</param>
    /// <returns>True where a result that is a term is in the general form.</returns>
    /// <exception cref="EvaluationException">A rule is missing or a limit is reached; the heap is as it was before the call.</exception>
    public bool Call(ModuleRuntime runtime, int entry, bool isGeneral)
    {
        var limits = heap.Limits;
        try
        {
            return _depth > 0 ? CallInForm(runtime, entry, isGeneral, limits) : CallOutermost(runtime, entry, isGeneral, limits);
        }
        catch (InsufficientMemoryException)
        {
            // Between two forms of terms: what has been converted belongs to nobody.
            _needsRecovery = true;
            RecoverIfOutermost(null);
            throw new MemoryLimitException(runtime.Entries[entry].FullName, limits.MaxHeapBytes);
        }
    }

    private bool CallOutermost(ModuleRuntime runtime, int entry, bool isGeneral, EvaluationLimits limits)
    {
        using var cancel = limits.Cancellation.UnsafeRegister(static s => ((Evaluator)s!).Request(CancelRequest), this);
        // A timer holds 49 days; nobody waits for longer ones.
        using var timer = limits.Time is { TotalMilliseconds: < uint.MaxValue - 1 } time ? new CancellationTokenSource(time) : null;
        using var timeout = timer is null ? default : timer.Token.UnsafeRegister(static s => ((Evaluator)s!).Request(TimeRequest), this);
        Memory.Field<long>(Abi.Steps) = limits.MaxRewrites ?? long.MaxValue;
        _stackLimit = StackBounds.LimitOfThisThread();
        _stackBytes = 0;
        SetStackLimit();
        try
        {
            return CallInForm(runtime, entry, isGeneral, limits);
        }
        finally
        {
            // Nobody can ask any more when the registrations are gone, so the requests can be forgotten.
            timeout.Dispose();
            cancel.Dispose();
            Memory.Field<int>(Abi.Attention) = 0;
        }
    }

    /// <summary>Words that evaluations in progress hold for later.</summary>
    public IEnumerable<ulong> Roots()
        => _memories.OfType<Dictionary<ulong, ulong>>().SelectMany(m => m).SelectMany(pair => new[] { pair.Key, pair.Value }).Concat(_saved)
            .Concat(_pending.SelectMany(p => p.Words));

    /// <summary>Makes room for arguments that have to wait while others are evaluated; <see cref="LetGo"/> ends it.</summary>
    public PendingTerms Hold()
    {
        _pending.Push(new PendingTerms(Memory));
        return _pending.Peek();
    }

    /// <summary>Gives up what the last <see cref="Hold"/> made room for.</summary>
    public void LetGo() => _pending.Pop().Drop();

    /// <summary>Asks the running code for attention. Any thread may.</summary>
    private void Request(int request)
    {
        Interlocked.Or(ref Memory.Field<int>(Abi.Attention), request);
        Volatile.Write(ref Memory.Field<ulong>(Abi.StackLimit), ulong.MaxValue);
    }

    /// <summary>The status of a request that is pending, or 0.</summary>
    private int PendingStatus()
    {
        int requests = Volatile.Read(ref Memory.Field<int>(Abi.Attention));
        return (requests & CancelRequest) != 0 ? Abi.Cancelled : (requests & TimeRequest) != 0 ? Abi.TimedOut : Abi.Ok;
    }

    /// <summary>Bytes of stack that the interpreter may use.</summary>
    public long MaxStackBytes => heap.Limits.MaxStackBytes;

    /// <summary>Takes notice of a request: its status, or 0 where it was meant for somebody who has left.</summary>
    public int Acknowledge()
    {
        int status = PendingStatus();
        if (status == Abi.Ok) SetStackLimit();
        return status;
    }

    /// <summary>True where a request may be pending: cheap enough for every step.</summary>
    public bool IsAsked => Volatile.Read(ref Memory.Field<ulong>(Abi.StackLimit)) == ulong.MaxValue;

    /// <summary>Answers compiled code that has seen the stack limit: 0 goes on, 1 has made the call elsewhere, others are -status.</summary>
    public int Attend(delegate* unmanaged[Cdecl]<byte*, nint, int> enter, nint thunk)
    {
        int status = Acknowledge();
        if (status != Abi.Ok) return -status;
        // Code that does not ask for stack, or that was asked by somebody who has left, can go on.
        byte here = 0;
        if (thunk == 0 || (ulong)&here > _stackLimit + StackBounds.Slack) return 0;
        status = RunOnNewStack(() => enter(Memory.Context, thunk));
        return status == Abi.Ok ? 1 : -status;
    }

    /// <summary>The status of an exception, which is kept until compiled code has been left where none says it all.</summary>
    public int Fail(Exception exception)
    {
        switch (exception)
        {
            case HostFailureException: return Abi.HostFailed;
            case DivideByZeroException: return Abi.DivideByZero;
            case OverflowException: return Abi.Overflow;
            case OutOfMemoryException: return Abi.OutOfMemory;
            case CounterOverflowException: return Abi.CounterOverflow;
            case LeaveException: return Abi.Left;
            default:
                _hostFailure = exception;
                return Abi.HostFailed;
        }
    }

    // C# code threw what is in _hostFailure.
    private sealed class HostFailureException : Exception;

    /// <summary>Calls an operation that C# implements. Arguments are borrowed, the result is owned.</summary>
    public ulong CallHost(int index, ulong* words)
    {
        var runtime = _runtime!;
        // The handles that the operation makes end with the call, and terms that it makes of nothing belong to this heap,
        // whatever the innermost one of this thread is: that of the caller, or none on a larger stack.
        var outer = heap.BeginHostCall(out long scope);
        try
        {
            var call = new HostCall(heap, runtime.HostOperations[index], words, _isGeneral);
            runtime.Hosts[index](ref call);
            return call.TakeResult();
        }
        catch (Exception e) when (e is not (LeaveException or InsufficientMemoryException))
        {
            // Whatever it is, it comes out as it is, not as an error of the rules of the same type.
            _hostFailure = e;
            throw new HostFailureException();
        }
        finally
        {
            heap.EndHostCall(outer, scope);
        }
    }

    /// <summary>The remembered normal form of a cell, 0 for none.</summary>
    public ulong Recall(ulong cell) => _memories[^1] is { } memory && memory.TryGetValue(cell, out ulong normal) ? normal : 0;

    /// <summary>Remembers the normal form of a cell. Both are kept alive, so that the address stays theirs.</summary>
    public void Remember(ulong cell, ulong normal)
    {
        CellMemory.Dup(cell);
        CellMemory.Dup(normal);
        (_memories[^1] ??= []).Add(cell, normal);
    }

    private bool CallInForm(ModuleRuntime runtime, int entry, bool isGeneral, EvaluationLimits limits)
    {
        var described = runtime.Entries[entry];
        if (!isGeneral)
        {
            if (!runtime.MayLeave)
            {
                Run(runtime, entry, isGeneral: false, limits);
                return false;
            }

            // Kept for the case that code for the fast forms has to give up.
            int first = _saved.Count;
            var words = new ulong[described.Parameters.Length];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = Memory.Arguments[i];
                if (!TermSort.CanBeCell(described.Parameters[i], isGeneral: false)) continue;
                CellMemory.Dup(words[i]);
                _saved.Add(words[i]);
            }

            try
            {
                if (Run(runtime, entry, isGeneral: false, limits)) return false;
                for (int i = 0; i < words.Length; i++)
                    Memory.Arguments[i] = described.Parameters[i] is DataSort data ? TermForms.ToGeneral(words[i], TermSort.Of(data), Memory) : Duplicate(words[i], described.Parameters[i]);
            }
            finally
            {
                for (int i = first; i < _saved.Count; i++) Memory.Drop(_saved[i]);
                _saved.RemoveRange(first, _saved.Count - first);
            }
        }

        Run(runtime, entry, isGeneral: true, limits);
        if (described.Result is not DataSort result) return false;
        // What fits the fast form is always held in it.
        ulong general = Memory.Result[0];
        if (!TermForms.TryToFast(general, TermSort.Of(result, isGeneral: true), Memory, out ulong fast)) return true;
        Memory.Drop(general);
        Memory.Result[0] = fast;
        return false;
    }

    private static ulong Duplicate(ulong word, Sort sort)
    {
        if (TermSort.CanBeCell(sort, isGeneral: false)) CellMemory.Dup(word);
        return word;
    }

    // False where code for the fast forms gave up; the heap is restored then, as after an error.
    private bool Run(ModuleRuntime runtime, int entry, bool isGeneral, EvaluationLimits limits)
    {
        var (outerRuntime, outerForm) = (_runtime, _isGeneral);
        nint outerStatics = Memory.Field<nint>(Abi.Statics);
        (_runtime, _isGeneral) = (runtime, isGeneral);
        _memories.Add(null);
        _depth++;
        Exception? failure = null;
        // Stays so if an exception leaves the engine, which is an error of ours: the heap is restored then as well.
        int status = Abi.HostFailed;
        try
        {
            status = Enter(runtime, entry, isGeneral);
            if (status is not (Abi.Ok or Abi.Left)) failure = ExceptionOf(status, runtime, entry, isGeneral, limits);
        }
        finally
        {
            _depth--;
            var memory = _memories[^1];
            _memories.RemoveAt(_memories.Count - 1);
            Memory.Field<nint>(Abi.Statics) = outerStatics;
            (_runtime, _isGeneral) = (outerRuntime, outerForm);
            if (status == Abi.Ok) Forget(memory);
            else _needsRecovery = true;
            RecoverIfOutermost(status == Abi.Ok && TermSort.CanBeCell(runtime.Entries[entry].Result, isGeneral) ? Memory.Result[0] : null);
        }

        // Keeps the trace of an exception that C# code threw below.
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return status != Abi.Left;
    }

    private void Forget(Dictionary<ulong, ulong>? memory)
    {
        if (memory is null) return;
        foreach (var (cell, normal) in memory)
        {
            Memory.Drop(cell);
            Memory.Drop(normal);
        }
    }

    // Code below a call that failed may hold cells that no handle leads to, so the heap is restored when the outermost call ends.
    private void RecoverIfOutermost(ulong? result)
    {
        if (!_needsRecovery || _depth > 0) return;
        _needsRecovery = false;
        Memory.Recover(result is { } word ? heap.Roots().Append(word) : heap.Roots());
    }

    private int Enter(ModuleRuntime runtime, int entry, bool isGeneral)
    {
        try
        {
            // Somebody may have cancelled before there was a call to notice.
            if (PendingStatus() is not Abi.Ok and var asked) return asked;
            Memory.Field<nint>(Abi.Statics) = heap.StaticsOf(runtime, isGeneral);
            // Rules and C# code that call each other use the thread's stack in every engine.
            if (_depth > 1 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()) return RunOnNewStack(EnterHere);
            return EnterHere();
        }
        catch (InsufficientMemoryException)
        {
            return Abi.OutOfMemory;
        }

        int EnterHere() => runtime.Native is { } native && !isGeneral
            ? native.Enter(Memory.Context, native.Thunks[entry])
            : runtime.InterpreterFor(isGeneral).Run(this, entry);
    }

    private Exception ExceptionOf(int status, ModuleRuntime runtime, int entry, bool isGeneral, EvaluationLimits limits)
    {
        string name = runtime.Entries[entry].FullName;
        switch (status)
        {
            case Abi.Stuck: return new StuckTermException(name, StuckTerm(runtime, isGeneral));
            case Abi.StackExhausted: return new StackLimitException(name, limits.MaxStackBytes);
            case Abi.OutOfMemory: return new MemoryLimitException(name, limits.MaxHeapBytes);
            case Abi.Cancelled: return new EvaluationCanceledException(name, limits.Cancellation);
            case Abi.TimedOut: return new TimeLimitException(name, limits.Time ?? default);
            case Abi.StepsExhausted: return new RewriteLimitException(name, limits.MaxRewrites ?? 0);
            case Abi.CounterOverflow: return new CounterOverflowException(name);
            case Abi.DivideByZero: return new DivideByZeroException();
            case Abi.Overflow: return new OverflowException();
            case Abi.NotANumber: return new ArithmeticException("Function does not accept floating point Not-a-Number values.");
            case Abi.OutOfRange: return new ArgumentOutOfRangeException("value", "The logarithm of a negative number is not defined.");
            default:
                var failure = _hostFailure!;
                _hostFailure = null;
                return failure;
        }
    }

    private string StuckTerm(ModuleRuntime runtime, bool isGeneral)
    {
        const int maxLength = 200;
        int index = Memory.Field<int>(Abi.Operation);
        var symbol = runtime.Native is { } native && !isGeneral ? runtime.FindSymbol(native.Names[index]) : runtime.InterpreterFor(isGeneral).Symbols[index];
        var arguments = symbol.Parameters.Select((p, i) => p.Sort is DataSort data
            ? TermPrinter.Print(Memory.Arguments[i], TermSort.Of(data, isGeneral), Memory, maxLength)
            : p.Sort is RefSort ? "<object>" : Text.LiteralText.Print(Words.ToLiteral(Memory.Arguments[i], p.Sort, Memory), sortIsKnown: true));
        return symbol.Name + "(" + string.Join(", ", arguments) + ")";
    }

    private void SetStackLimit()
    {
        Volatile.Write(ref Memory.Field<ulong>(Abi.StackLimit), _stackLimit);
        // A request that came in between must not get lost.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref Memory.Field<int>(Abi.Attention)) != 0) Volatile.Write(ref Memory.Field<ulong>(Abi.StackLimit), ulong.MaxValue);
    }

    private int RunOnNewStack(Func<int> enter)
    {
        long size = StackThread.SizeAfter(_stack, heap.Limits.MaxStackBytes - _stackBytes);
        if (size == 0) return Abi.StackExhausted;
        var (outerStack, outerLimit) = (_stack, _stackLimit);
        var next = StackThread.Rent(size);
        _stackBytes += size;
        int thread = heap.ExchangeThread(next.ManagedThreadId);
        int status = Abi.Ok;
        ExceptionDispatchInfo? failure = null;
        var context = ExecutionContext.Capture();
        next.Run(() =>
        {
            _stack = next;
            _stackLimit = StackBounds.LimitOfThisThread();
            SetStackLimit();
            try
            {
                if (context is null) status = enter();
                else ExecutionContext.Run(context, _ => status = enter(), null);
            }
            catch (Exception e)
            {
                // The thread serves others; this is the caller's to see.
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        heap.ExchangeThread(thread);
        _stackBytes -= size;
        (_stack, _stackLimit) = (outerStack, outerLimit);
        SetStackLimit();
        StackThread.Return(next);
        failure?.Throw();
        return status;
    }
}
