using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using Rewright.Binding;
using Rewright.Emit;
using Rewright.Explain;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>Runs calls in one heap: moves to larger stacks, and restores the heap after errors.</summary>
/// <remarks>Used by the thread that is inside the heap.</remarks>
internal sealed unsafe class Evaluator(TermHeap heap) : IHeapUser
{
    private readonly NormalFormMemory _normalForms = new(heap.Memory);
    private readonly EvaluationStack _stack = new(heap);
    // Arguments of calls that may have to be made again in the boxed form.
    private readonly List<ulong> _saved = [];
    // Terms in the making, of which the calls in progress evaluate parts.
    private readonly Stack<PendingTerms> _pending = [];
    private readonly ProgramStatics _statics = new(heap.Memory);
    private readonly List<RewriteTrace> _traces = [];
    private ModuleRuntime? _runtime;
    private ProgramForm _form;
    private Exception? _hostFailure;
    private string _rustStuckTerm = "";
    private int _interruption;
    private int _depth;
    private bool _needsRecovery;
    private bool _isConverting;

    public CellMemory Memory { get; } = WithServices(heap.Memory);

    /// <summary>Rules applied so far by code that counts them.</summary>
    public long Rewrites { get; private set; }

    /// <summary>Records calls, null for none.</summary>
    public RewriteTrace? Trace { get; private set; }

    /// <summary>Calls an entry. The arguments are in the context, owned; the result's words are there afterwards, owned.</summary>
    /// <param name="runtime">The module.</param>
    /// <param name="entry">Which of its entries.</param>
    /// <param name="isBoxed">True where arguments that are terms are in the boxed form.</param>
    /// <returns>True where a result that is a term is in the boxed form.</returns>
    /// <exception cref="EvaluationException">A rule is missing or a limit is reached; the heap is as it was before the call.</exception>
    public bool Call(ModuleRuntime runtime, int entry, bool isBoxed)
    {
        var limits = heap.Limits;
        try
        {
            return _depth > 0 ? CallInForm(runtime, entry, isBoxed, limits) : CallOutermost(runtime, entry, isBoxed, limits);
        }
        catch (Exception e) when (_isConverting)
        {
            // Between two forms of terms: what has been converted belongs to nobody.
            _isConverting = false;
            _needsRecovery = true;
            RecoverIfOutermost(null);
            if (e is InsufficientMemoryException) throw new MemoryLimitException(runtime.Entries[entry].FullName, limits.MaxHeapBytes);
            throw;
        }
    }

    private bool CallOutermost(ModuleRuntime runtime, int entry, bool isBoxed, EvaluationLimits limits)
    {
        Begin(runtime.Entries[entry].FullName);
        Memory.Field<long>(Abi.Steps) = limits.MaxRewrites ?? long.MaxValue;
        _stack.Begin();
        try
        {
            return Trace is { } trace ? CallTraced(trace, runtime, entry, isBoxed, limits) : CallInForm(runtime, entry, isBoxed, limits);
        }
        finally
        {
            End();
            // Below nothing where the limit was exceeded.
            Rewrites += (limits.MaxRewrites ?? long.MaxValue) - Math.Max(0, Memory.Field<long>(Abi.Steps));
        }
    }

    /// <summary>Begins something that the time limit of the heap and its token hold for as a whole, whatever it calls.</summary>
    /// <param name="operation">What errors call it.</param>
    public void Begin(string operation)
    {
        Memory.Watch.Begin(operation);
        if (_depth == 0) _stack.Enter();
    }

    /// <summary>Ends it.</summary>
    public void End() => Memory.Watch.End();

    /// <inheritdoc/>
    public IEnumerable<ulong> Roots() => _statics.Roots().Concat(Pending()).Concat(_traces.SelectMany(t => t.Roots));

    /// <summary>Words that evaluations in progress hold for later.</summary>
    public IEnumerable<ulong> Pending()
        => _normalForms.Words.Concat(_saved).Concat(_pending.SelectMany(p => p.Words));

    /// <inheritdoc/>
    public void Free() => _statics.Free();

    /// <summary>Begins to record calls; the heap is entered.</summary>
    /// <exception cref="InvalidOperationException">A trace is on already, or an evaluation is running.</exception>
    public RewriteTrace BeginTrace(int maxSteps)
    {
        if (!heap.IsIdle || Trace is not null)
            throw new InvalidOperationException("A TermHeap has one trace at a time, begun and ended between its evaluations.");
        Trace = new RewriteTrace(heap, maxSteps, EndTrace);
        _traces.Add(Trace);
        return Trace;
    }

    private void EndTrace(RewriteTrace trace)
    {
        if (heap.IsDisposed) return;
        heap.Enter();
        try
        {
            if (!heap.IsIdle) throw new InvalidOperationException("A trace ends between the evaluations of its heap.");
            if (ReferenceEquals(Trace, trace)) Trace = null;
            _traces.Remove(trace);
            trace.Release();
        }
        finally
        {
            heap.Exit();
        }
    }

    private static CellMemory WithServices(CellMemory memory)
    {
        memory.Field<nint>(Abi.Services) = NativeServices.Table;
        return memory;
    }

    /// <summary>Makes room for arguments that have to wait while others are evaluated; <see cref="LetGo"/> ends it.</summary>
    public PendingTerms Hold()
    {
        _pending.Push(new PendingTerms(Memory));
        return _pending.Peek();
    }

    /// <summary>Gives up what the last <see cref="Hold"/> made room for.</summary>
    public void LetGo() => _pending.Pop().Drop();

    /// <summary>Bytes of stack that the interpreter may use.</summary>
    public long MaxStackBytes => heap.Limits.MaxStackBytes;

    /// <summary>Takes notice of a request: its status, or 0 where it was meant for somebody who has left.</summary>
    public int Acknowledge()
    {
        int status = Memory.Watch.Status;
        if (status == Abi.Ok) _stack.SetLimit();
        return status;
    }

    /// <summary>True where a request may be pending: cheap enough for every step.</summary>
    public bool IsSafepointRequested => Volatile.Read(ref Memory.Field<ulong>(Abi.StackLimit)) == ulong.MaxValue;

    /// <summary>
    /// Answers compiled code that has seen the stack limit: 0 goes on, 1 has made the call elsewhere, others are -status.
    /// </summary>
    public int PollSafepoint(delegate* unmanaged[Cdecl]<byte*, nint, int> enter, nint thunk)
    {
        int status = Acknowledge();
        if (status != Abi.Ok) return -status;
        // Code that does not ask for stack, or that was asked by somebody who has left, can go on.
        byte here = 0;
        if (thunk == 0 || _stack.HasRoomBelow(&here)) return 0;
        status = _stack.RunOnNew(() => enter(Memory.Context, thunk));
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
            case BailoutException: return Abi.Bailout;
            case TimeLimitException: return Abi.TimedOut;
            case EvaluationCanceledException: return Abi.Cancelled;
            case OutsideDomainException outside: return outside.Status;
            default:
                _hostFailure = exception;
                return Abi.HostFailed;
        }
    }

    /// <summary>
    /// Ends the evaluation in progress as soon as its code has been left, whatever it makes of a service that could not do its work.
    /// </summary>
    public void Interrupt(Exception exception) => _interruption = Fail(exception);

    // C# code threw what is in _hostFailure.
    private sealed class HostFailureException : Exception;

    /// <summary>Calls an operation that C# implements. Arguments are borrowed, the result is owned.</summary>
    public ulong CallHost(int index, ulong* words)
    {
        if (_interruption != Abi.Ok) throw new OperationCanceledException();
        Memory.Watch.Check();
        var runtime = _runtime!;
        // The handles that the operation makes end with the call, and terms that it makes of nothing belong to this heap,
        // whatever the innermost one of this thread is: that of the caller, or none on a larger stack.
        var outer = heap.BeginHostCall(out long scope);
        try
        {
            var call = new HostCall(heap, runtime.HostOperations[index], words, _form != ProgramForm.Unboxed);
            runtime.Hosts[index](ref call);
            return call.TakeResult();
        }
        catch (Exception e) when (e is not (BailoutException or InsufficientMemoryException))
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

    /// <summary>The same for a crate, which may have made a thread for its stack meanwhile.</summary>
    /// <param name="index">The operation.</param>
    /// <param name="words">Its arguments.</param>
    /// <param name="caller">The thread that called the crate.</param>
    /// <param name="context">What that thread passes on to others.</param>
    public ulong CallHost(int index, ulong* words, int caller, ExecutionContext? context)
    {
        if (Environment.CurrentManagedThreadId == caller) return CallHost(index, words);
        ulong result = 0;
        _stack.RunOnThreadOfCrate(() =>
        {
            if (context is null) result = CallHost(index, words);
            else ExecutionContext.Run(context, _ => result = CallHost(index, words), null);
        });
        return result;
    }

    /// <summary>What has come of a cell, 0 where nothing is remembered.</summary>
    public ulong Recall(ulong cell) => _normalForms.Recall(cell);

    /// <summary>Remembers what has come of a cell. Both are kept alive, so that the address stays theirs.</summary>
    public void Remember(ulong cell, ulong normal)
    {
        // In a trace the steps are shown at each place where they are made.
        if (_form != ProgramForm.Traced || !Trace!.HasRewritten) _normalForms.Add(cell, normal);
    }

    private bool CallInForm(ModuleRuntime runtime, int entry, bool isBoxed, EvaluationLimits limits)
    {
        var described = runtime.Entries[entry];
        if (!isBoxed)
        {
            if (!runtime.MayBailOut)
            {
                Run(runtime, entry, ProgramForm.Unboxed, limits);
                return false;
            }

            // Kept for the case that code for the unboxed form bails out.
            int first = _saved.Count;
            var words = new ulong[described.Parameters.Length];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = Memory.Arguments[i];
                if (!TermSort.CanBeCell(described.Parameters[i], isBoxed: false)) continue;
                CellMemory.Dup(words[i]);
                _saved.Add(words[i]);
            }

            long steps = Memory.Field<long>(Abi.Steps);
            try
            {
                if (Run(runtime, entry, ProgramForm.Unboxed, limits)) return false;
                // The same rules are applied once more, and count once.
                Memory.Field<long>(Abi.Steps) = steps;
                _isConverting = true;
                for (int i = 0; i < words.Length; i++)
                    Memory.Arguments[i] = described.Parameters[i] is DataSort data
                        ? TermForms.Box(words[i], TermSort.Of(data), Memory) : Duplicate(words[i], described.Parameters[i]);
                _isConverting = false;
            }
            finally
            {
                for (int i = first; i < _saved.Count; i++) Memory.Drop(_saved[i]);
                _saved.RemoveRange(first, _saved.Count - first);
            }
        }

        Run(runtime, entry, ProgramForm.Boxed, limits);
        return FitResult(described.Result);
    }

    // What fits the unboxed form is always held in it. True where the result does not.
    private bool FitResult(Sort sort)
    {
        if (sort is not DataSort result) return false;
        ulong boxed = Memory.Result[0];
        _isConverting = true;
        bool fits = TermForms.TryUnbox(boxed, TermSort.Of(result, isBoxed: true), Memory, out ulong unboxed);
        _isConverting = false;
        if (!fits) return true;
        Memory.Drop(boxed);
        Memory.Result[0] = unboxed;
        return false;
    }

    private bool CallTraced(RewriteTrace trace, ModuleRuntime runtime, int entry, bool isBoxed, EvaluationLimits limits)
    {
        var described = runtime.Entries[entry];
        _isConverting = true;
        for (int i = 0; i < described.Parameters.Length && !isBoxed; i++)
        {
            if (described.Parameters[i] is not DataSort data) continue;
            var form = TermSort.Of(data);
            ulong word = Memory.Arguments[i];
            Memory.Arguments[i] = TermForms.Box(word, form, Memory);
            if (form.HoldsCells) Memory.Drop(word);
        }

        _isConverting = false;

        var derivation = trace.Begin(runtime.Module, described.FullName, described.Parameters);
        try
        {
            Run(runtime, entry, ProgramForm.Traced, limits);
        }
        catch (Exception e)
        {
            derivation.Failure = e;
            throw;
        }

        derivation.Result = trace.Keep(Memory.Result[0], described.Result);
        return FitResult(described.Result);
    }

    private static ulong Duplicate(ulong word, Sort sort)
    {
        if (TermSort.CanBeCell(sort, isBoxed: false)) CellMemory.Dup(word);
        return word;
    }

    // False where code for the unboxed form bailed out; the heap is restored then, as after an error.
    private bool Run(ModuleRuntime runtime, int entry, ProgramForm form, EvaluationLimits limits)
    {
        var (outerRuntime, outerForm) = (_runtime, _form);
        nint outerStatics = Memory.Field<nint>(Abi.Statics);
        (_runtime, _form) = (runtime, form);
        _normalForms.BeginCall();
        _depth++;
        // Code that is replaced or given up meanwhile stays until this call has left it.
        var native = form == ProgramForm.Unboxed ? runtime.AcquireNative() : null;
        Exception? failure = null;
        // Stays so if an exception leaves the engine, which is an error of ours: the heap is restored then as well.
        int status = Abi.HostFailed;
        try
        {
            status = Enter(runtime, native, entry, form);
            if (_interruption != Abi.Ok) (status, _interruption) = (_interruption, Abi.Ok);
            if (status is not (Abi.Ok or Abi.Bailout)) failure = ExceptionOf(status, runtime, native, entry, form, limits);
        }
        finally
        {
            native?.Code.Release();
            _depth--;
            Memory.Field<nint>(Abi.Statics) = outerStatics;
            (_runtime, _form) = (outerRuntime, outerForm);
            _normalForms.EndCall(mayDrop: status == Abi.Ok);
            if (status != Abi.Ok) _needsRecovery = true;
            RecoverIfOutermost(status == Abi.Ok
                && TermSort.CanBeCell(runtime.Entries[entry].Result, form != ProgramForm.Unboxed) ? Memory.Result[0] : null);
        }

        // Keeps the trace of an exception that C# code threw below.
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return status != Abi.Bailout;
    }

    // Code below a call that failed may hold cells that no handle leads to, so the heap is restored when the outermost call ends.
    private void RecoverIfOutermost(ulong? result)
    {
        if (!_needsRecovery || _depth > 0) return;
        _needsRecovery = false;
        Memory.Recover(result is { } word ? heap.Roots().Append(word) : heap.Roots());
    }

    private int Enter(ModuleRuntime runtime, NativeModule? native, int entry, ProgramForm form)
    {
        try
        {
            // Somebody may have cancelled before there was a call to notice.
            if (Memory.Watch.Status is not Abi.Ok and var asked) return asked;
            _rustStuckTerm = "";
            if (form != ProgramForm.Traced && runtime.Rust is { } rust && EnterCrate(rust, runtime, entry, form) is { } status)
                return status;
            IProgramCode code = native is not null ? native : runtime.InterpreterFor(form);
            Memory.Field<nint>(Abi.Statics) = _statics.TableOf(code);
            // Rules and C# code that call each other use the thread's stack in every engine.
            return _depth > 1 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()
                ? EnterOnNewStack(code, entry, runtime.Hotness) : EnterHere(code, entry, runtime.Hotness);
        }
        catch (InsufficientMemoryException)
        {
            return Abi.OutOfMemory;
        }
    }

    // Null where the call is not for the crate.
    private int? EnterCrate(RustModule rust, ModuleRuntime runtime, int entry, ProgramForm form)
    {
        int? status = null;
        int Enter()
        {
            status = rust.Call(heap, runtime, entry, form == ProgramForm.Boxed, _stack.BytesLeft,
                out _rustStuckTerm);
            return Abi.Ok;
        }

        int entered = _depth > 1 && !RuntimeHelpers.TryEnsureSufficientExecutionStack() ? _stack.RunOnNew(Enter) : Enter();
        return entered == Abi.Ok ? status : entered;
    }

    private int EnterOnNewStack(IProgramCode code, int entry, HotnessCounter? hotness)
        => _stack.RunOnNew(() => EnterHere(code, entry, hotness));

    private int EnterHere(IProgramCode code, int entry, HotnessCounter? hotness)
    {
        if (code is NativeModule native) return native.Enter(Memory.Context, native.Thunks[entry]);
        var program = (InterpreterProgram)code;
        if (hotness is null) return program.Run(this, entry, null);
        long steps = Memory.Field<long>(Abi.Steps);
        int status = program.Run(this, entry, hotness);
        hotness.Add(steps - Memory.Field<long>(Abi.Steps));
        return status;
    }

    private Exception ExceptionOf(
        int status, ModuleRuntime runtime, NativeModule? native, int entry, ProgramForm form, EvaluationLimits limits)
    {
        string name = runtime.Entries[entry].FullName;
        switch (status)
        {
            case Abi.Stuck: return new StuckTermException(name, StuckTerm(runtime, native, form));
            case Abi.StackExhausted: return new StackLimitException(name, limits.MaxStackBytes);
            case Abi.OutOfMemory: return new MemoryLimitException(name, limits.MaxHeapBytes);
            case Abi.Cancelled: return new EvaluationCanceledException(name, limits.Cancellation);
            case Abi.TimedOut: return new TimeLimitException(name, limits.Time ?? default);
            case Abi.StepsExhausted: return new RewriteLimitException(name, limits.MaxRewrites ?? 0);
            case Abi.CounterOverflow: return new CounterOverflowException(name);
            case Abi.DivideByZero: return new DivideByZeroException();
            case Abi.Overflow: return new OverflowException();
            case Abi.NotANumber: return new ArithmeticException("Function does not accept floating point Not-a-Number values.");
            case Abi.OutOfRange: return new ArgumentOutOfRangeException("value", "The logarithm of a negative integer is not defined.");
            case Abi.NegativeExponent:
                return new ArgumentOutOfRangeException("exponent", "A power of an integer with a negative exponent is not defined.");
            case Abi.Panicked: return new InvalidOperationException("The Rust crate of " + name + " has failed: a mistake in Rewright.");
            default:
                var failure = _hostFailure!;
                _hostFailure = null;
                return failure;
        }
    }

    private string StuckTerm(ModuleRuntime runtime, NativeModule? native, ProgramForm form)
    {
        if (_rustStuckTerm.Length > 0) return _rustStuckTerm;
        const int maxLength = 200;
        int index = Memory.Field<int>(Abi.Operation);
        var symbol = native is not null ? runtime.FindSymbol(native.Names[index]) : runtime.InterpreterFor(form).Symbols[index];
        var arguments = symbol.Parameters.Select(
            (p, i) => TermPrinter.Print(Memory.Arguments[i], p.Sort, form != ProgramForm.Unboxed, Memory, maxLength));
        return symbol.Name + "(" + string.Join(", ", arguments) + ")";
    }
}
