using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;

namespace Rewright.Binding;

/// <summary>One evaluation by generated C# on objects: its limits, its own stack and what it remembers.</summary>
/// <remarks>
/// <para>
/// Generated code makes it. Each recursive function counts <see cref="Fuel"/> down. Where it runs out, <see cref="MustLeaveStack"/> looks
/// at the stack and at the limits. So a call costs one decrement, and limits are noticed after a bounded number of calls.
/// </para>
/// <para>
/// A function exists in two versions. The fast one calls itself on the thread's stack. The other keeps its locals on the stack here, from
/// which it is continued block by block; it runs where the thread's stack ends, so terms of any depth are evaluated.
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class ObjectRun
{
    // The thread's stack must hold this many frames of recursive functions in any case. .NET guarantees 64 KB or more.
    private const int FramesBetweenLooks = 64;

    // A collection looks at every frame on a stack, so deep recursion is slower than the stack here.
    private const int StackBytes = 256 << 10;

    // Calls between two looks at time, memory and cancellation.
    private const int CallsBetweenChecks = 1 << 14;

    // Calls after which a normalizer remembers results, because it may be visiting shared objects again and again.
    private const long CallsWithoutMemory = 1 << 21;

    // Visits after which it stops again if fewer than one in so many has met a remembered object.
    private const long TrialVisits = 1 << 18, LeastShare = 64;

    // The state in which a call from the thread's stack has ended.
    private const int LastState = -1;

    // Only results that took as many visits, apart from parts that are remembered, are remembered themselves. Others are found again soon.
    private const int LeastVisits = 32;

    // The chunks that are full when a cycle is first looked for.
    private const int FirstLook = 8;

    // A thread keeps as many chunks for its next evaluation.
    private const int MostChunksKept = 16;

    [ThreadStatic]
    private static ObjectRun? t_idle;

    /// <summary>The calls that may be made before the next look at the limits.</summary>
    public int Fuel;

    /// <summary>The changed flag of an outermost normalizer.</summary>
    public int Changed;

    /// <summary>The result of a function that keeps its locals here, if it is an object.</summary>
    public object? Result;

    /// <summary>The result of a function that keeps its locals here, if it is a number.</summary>
    public long Word;

    private readonly Dictionary<object, object> _memory = new(ReferenceEqualityComparer.Instance);
    private ChunkedStack<object?> _objects;
    private ChunkedStack<long> _words;
    private string _operation = "";
    private Action<object, ObjectPaths>? _parts;
    private (string, object?) _input;
    // An object on the stack that is met again there if the input has a cycle.
    private object? _sentinel;
    // The number of chunks that have been looked at.
    private int _deepest;
    private bool _canRemember, _remembers;
    private long _visits, _lookups, _hits, _calls, _nextCheck, _rememberAt, _deadline, _allocated;
    private byte* _bottom;
    private EvaluationLimits _limits = EvaluationLimits.Default;

    private ObjectRun() => (_objects, _words) = (new(this), new(this));

    /// <summary>True while the results of visits are remembered.</summary>
    public bool Remembers => _remembers;

    /// <summary>Begins an evaluation on this thread.</summary>
    /// <param name="operation">The full name of the operation or normalizer.</param>
    /// <param name="canRemember">True for a normalizer.</param>
    /// <param name="parts">Adds the parts of an object.</param>
    /// <param name="input">The name and value of the first argument that is an object.</param>
    /// <param name="limits">The limits; null for the default ones.</param>
    public static ObjectRun Begin(
        string operation, bool canRemember, Action<object, ObjectPaths> parts, (string Name, object? Value) input,
        EvaluationLimits? limits = null)
    {
        // A function of the user that is called by rules may begin another evaluation.
        var run = t_idle ?? new ObjectRun();
        t_idle = null;
        byte here;
        run._bottom = &here;
        run._operation = operation;
        run._parts = parts;
        run._input = input;
        run._canRemember = canRemember;
        run._limits = limits ?? EvaluationLimits.Default;
        run.Fuel = limits is null ? FramesBetweenLooks : 0;
        run._calls = 0;
        run._nextCheck = 0;
        run._rememberAt = CallsWithoutMemory;
        run.Changed = 0;
        return run;
    }

    /// <summary>Ends an evaluation that has a result. One that ends by an exception is just left.</summary>
    public void End()
    {
        (Result, _sentinel, _deepest, _input, _limits) = (null, null, 0, default, EvaluationLimits.Default);
        if (_remembers || _objects.Chunks > MostChunksKept || _words.Chunks > MostChunksKept) return;
        t_idle = this;
    }

    /// <summary>Looks at the stack and the limits where fuel has run out. The next call has fuel.</summary>
    /// <returns>True if the call must be made by the version that keeps its locals here.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool MustLeaveStack()
    {
        Refill();
        byte here;
        return _bottom - &here > StackBytes || !RuntimeHelpers.TryEnsureSufficientExecutionStack();
    }

    /// <summary>Looks at the limits where fuel has run out, in a version that keeps its locals here. The next call has fuel.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Refill()
    {
        _calls += _remembers ? 1 : FramesBetweenLooks;
        if (_calls >= _nextCheck) Check();
        // A call that looks for what is remembered is slow, so each call is.
        Fuel = _remembers ? 1 : FramesBetweenLooks;
    }

    private void Check()
    {
        if (_nextCheck == 0)
        {
            _deadline = _limits.Time is { } time && time < TimeSpan.FromDays(36500) ? Stopwatch.GetTimestamp()
                + (long)(Math.Max(0, time.Ticks) * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond)) : long.MaxValue;
            _allocated = GC.GetAllocatedBytesForCurrentThread();
        }

        _nextCheck = _calls + CallsBetweenChecks;
        if (_limits.Cancellation.IsCancellationRequested) throw new EvaluationCanceledException(_operation, _limits.Cancellation);
        if (_deadline != long.MaxValue && Stopwatch.GetTimestamp() > _deadline)
            throw new TimeLimitException(_operation, _limits.Time ?? default);
        if (GC.GetAllocatedBytesForCurrentThread() - _allocated > _limits.MaxHeapBytes)
            throw new MemoryLimitException(_operation, _limits.MaxHeapBytes);
        if (!_remembers) Remember(_canRemember && _calls > _rememberAt);
        else if (_lookups > TrialVisits && _hits < _lookups / LeastShare) Remember(false);
    }

    // Nothing that is shared may come for long, so each trial costs a bounded part of the time.
    private void Remember(bool remembers)
    {
        if (_remembers && !remembers)
        {
            _memory.Clear();
            _rememberAt = _calls * 4;
        }

        _remembers = remembers;
        (_lookups, _hits) = (0, 0);
    }

    /// <summary>The remembered result of a visit, or null. Counts the visit.</summary>
    public object? Recall(object term)
    {
        _visits++;
        _lookups++;
        if (!_memory.TryGetValue(term, out object? known)) return null;
        _hits++;
        return known;
    }

    /// <summary>
    /// The number of visits so far, apart from those of remembered parts, for <see cref="Remember(object, object, long)"/>.
    /// </summary>
    public long Visits => _visits;

    /// <summary>Remembers the result of a visit, if it took long.</summary>
    /// <param name="term">The visited object.</param>
    /// <param name="result">The result.</param>
    /// <param name="before">The number of visits when this one began.</param>
    public void Remember(object term, object result, long before)
    {
        if (!_remembers || _visits - before < LeastVisits) return;
        _memory[term] = result;
        _visits = before + 1;
    }

    /// <summary>Begins a call by the version that keeps its locals here; the arguments are pushed next.</summary>
    public void BeginCall() => PushWord(LastState);

    /// <summary>Makes the call.</summary>
    /// <param name="step">Continues at a state and returns the next one.</param>
    /// <param name="state">The first state of the function.</param>
    public void Call(Func<ObjectRun, int, int> step, int state)
    {
        while (state != LastState) state = step(this, state);
    }

    /// <summary>Pushes an object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(object? value) => _objects.Push(value);

    /// <summary>Pops an object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public object? Pop() => _objects.Pop();

    /// <summary>Pushes a number, or the state in which a caller continues.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PushWord(long value) => _words.Push(value);

    /// <summary>Pops a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long PopWord() => _words.Pop();

    // Looks for the sentinel in a full chunk. Each new one lies twice as deep as the last, so that it comes to lie within a cycle of any
    // length (Brent, "An improved Monte Carlo factorization algorithm", BIT 1980). An object that lies on the stack more than once may just
    // be shared, so the sentinel is one that does not; within a short cycle there is none. The input is looked at only at each doubling.
    private void Look(object?[] chunk, int count)
    {
        // The border of a chunk may be crossed again and again.
        if (count <= _deepest) return;
        _deepest = count;
        if (_sentinel is not null && Array.Exists(chunk, i => i == _sentinel)) LookForCycle();
        if (count < FirstLook || (count & (count - 1)) != 0) return;
        var met = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var several = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object? item in chunk)
            if (item is not null && !met.Add(item)) several.Add(item);
        met.ExceptWith(several);
        _sentinel = met.FirstOrDefault();
        if (_sentinel is null) LookForCycle();
    }

    private void LookForCycle()
    {
        _sentinel = null;
        Explain(new RepeatedObjectException(_operation), _parts!, _input);
    }

    // A stack in chunks, so that growing copies nothing, and no chunk is a large object, which only a full collection frees.
    private struct ChunkedStack<T>(ObjectRun run)
    {
        private const int ChunkLength = 1 << 12;

        private readonly List<T[]> _chunks = [];
        private T[] _chunk = [];
        private int _count, _index = -1;

        public readonly int Chunks => _chunks.Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Push(T value)
        {
            int count = _count;
            if ((uint)count >= (uint)_chunk.Length) count = Next();
            _chunk[count] = value;
            _count = count + 1;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Pop()
        {
            if (_count == 0) Previous();
            int count = --_count;
            var value = _chunk[count];
            if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) _chunk[count] = default!;
            return value;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private int Next()
        {
            if (_index >= 0 && _chunk is object?[] full) run.Look(full, _index + 1);
            if (++_index == _chunks.Count)
            {
                // Each of both stacks may have half of the bytes.
                if ((_index + 1L) * ChunkLength * sizeof(long) > run._limits.MaxStackBytes / 2)
                    throw new StackLimitException(run._operation, run._limits.MaxStackBytes);
                _chunks.Add(new T[ChunkLength]);
            }

            _chunk = _chunks[_index];
            return 0;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Previous()
        {
            _chunk = _chunks[--_index];
            _count = ChunkLength;
        }
    }

    /// <summary>
    /// Finds the place in the input that is the reason for an exception. If there is one, throws an exception that names it.
    /// </summary>
    /// <param name="error">The exception that ended the evaluation.</param>
    /// <param name="parts">Adds the parts of an object.</param>
    /// <param name="inputs">The names and values of the arguments.</param>
    /// <exception cref="ArgumentException">There is such a place.</exception>
    public static void Explain(Exception error, Action<object, ObjectPaths> parts, params (string Name, object? Value)[] inputs)
    {
        if (error is ArithmeticException or OutOfMemoryException or OperationCanceledException or StuckTermException or TimeLimitException)
            return;
        var paths = new ObjectPaths(parts);
        foreach (var (name, value) in inputs) paths.Look(name, value, error);
    }

    /// <summary>No rule applies to an operation.</summary>
    public Exception Stuck(string operation, params object?[] arguments)
        => new StuckTermException(_operation, operation + "(" + string.Join(", ", arguments) + ")");

    /// <summary>An object is of a type that is no constructor of its sort.</summary>
    public static Exception Unknown(object value)
        => new UnknownObjectException(value);

    /// <summary>True if both numbers have the same bits, or both are NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(double left, double right)
        => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right) || (double.IsNaN(left) && double.IsNaN(right));

    /// <summary>The value itself, which the C# compiler does not compute with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T value) => value;
}
