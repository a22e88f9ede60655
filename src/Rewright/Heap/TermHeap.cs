using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Emit;
using Rewright.Heap;

namespace Rewright;

/// <summary>The memory in which terms live. A handle belongs to one heap and ends with it, or with a scope in it.</summary>
/// <remarks>
/// Memory is managed by reference counts, apart from the garbage collector. Only one thread may use a heap at a time; a second thread that
/// enters meanwhile gets an exception. Using a disposed heap, a handle of another heap, or a handle whose scope has ended throws too, and
/// does no harm.
/// </remarks>
/// <example><code>
/// using var heap = new TermHeap();
/// Nat two = Succ(Succ(Zero()));            // made in the innermost heap of this thread
/// Nat four = Peano.Plus(two, two);         // evaluated in the heap of its arguments
/// using (var scope = heap.BeginScope())
/// {
///     for (int i = 0; i &lt; 1000; i++) four = Peano.Plus(four, two);
///     scope.Keep(four);                    // all other handles made in the scope end here
/// }
/// </code></example>
public sealed unsafe class TermHeap : IDisposable
{
    [ThreadStatic]
    private static TermHeap? t_current;

    private readonly GCHandle _self;
    private readonly TermHeap? _outer;
    private Slot[] _slots = new Slot[16];
    private int _slotCount;
    private int _freeSlot = -1;
    // The handles of the innermost scope are linked through their slots; the lists of outer scopes wait in the stack of scopes.
    private int _scopeSlots = -1;
    private readonly Stack<(long Scope, int OuterSlots)> _scopes = [];
    private long _lastScope;
    private int _thread;
    private int _nesting;

    /// <summary>Makes a heap. It is the innermost one of this thread until it is disposed.</summary>
    public TermHeap()
    {
        Memory = new CellMemory { MaxBytes = EvaluationLimits.Default.MaxHeapBytes };
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        Memory.Field<nint>(Abi.Owner) = GCHandle.ToIntPtr(_self);
        _outer = t_current;
        t_current = this;
    }

    /// <summary>Frees the memory of a heap that was not disposed.</summary>
    ~TermHeap() => Free();

    /// <summary>The innermost heap of this thread that is not disposed.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static TermHeap Current
        => t_current is { } heap
            ? heap : throw new InvalidOperationException("There is no TermHeap on this thread. Make one: using var heap = new TermHeap();");

    /// <summary>The limits of evaluations in this heap. They can change between calls.</summary>
    public EvaluationLimits Limits
    {
        get => Memory.Watch.Limits;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Enter();
            Memory.Watch.Limits = value;
            Memory.MaxBytes = value.MaxHeapBytes;
            Exit();
        }
    }

    internal CellMemory Memory { get; }

    /// <summary>The evaluator of this heap; null before the first evaluation.</summary>
    internal IHeapUser? User { get; set; }

    /// <summary>True if no evaluation is running, for a caller that has entered the heap.</summary>
    internal bool IsIdle => _nesting == 1;

    internal bool IsDisposed => Memory.Context == null;

    /// <summary>Begins a scope. Handles made before its disposal end with it, unless they are kept.</summary>
    public HeapScope BeginScope()
    {
        Enter();
        _scopes.Push((++_lastScope, _scopeSlots));
        _scopeSlots = -1;
        Exit();
        return new HeapScope(this, _lastScope);
    }

    /// <summary>Counts the cells and checks all reference counts.</summary>
    /// <remarks>Takes time in proportion to the heap, and at most a quarter of its memory.</remarks>
    /// <exception cref="TimeLimitException">The time of <see cref="Limits"/> is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public HeapCensus TakeCensus()
    {
        Enter();
        Memory.Watch.Begin(nameof(TakeCensus));
        try
        {
            return Memory.TakeCensus(Roots());
        }
        finally
        {
            Memory.Watch.End();
            Exit();
        }
    }

    /// <summary>Ends the heap and all handles of terms in it.</summary>
    /// <exception cref="InvalidOperationException">An evaluation is running in it.</exception>
    public void Dispose()
    {
        if (IsDisposed) return;
        Enter();
        if (_nesting > 1)
        {
            Exit();
            throw new InvalidOperationException("A TermHeap cannot be disposed by a host operation that is called from it.");
        }

        if (t_current == this) t_current = LivingOuter();
        Free();
        _thread = 0;
        GC.SuppressFinalize(this);
    }

    // Takes the heap for this thread. Calls nest, because a host operation may use the heap that calls it.
    internal void Enter()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        int self = Environment.CurrentManagedThreadId;
        int owner = Interlocked.CompareExchange(ref _thread, self, 0);
        if (owner != 0 && owner != self)
            throw new InvalidOperationException(
                "A second thread uses a TermHeap while a first is inside. Give each thread a heap of its own; CopyTo moves terms between "
                    + "them.");
        if (IsDisposed)
        {
            if (owner == 0) Volatile.Write(ref _thread, 0);
            ObjectDisposedException.ThrowIf(true, this);
        }

        _nesting++;
    }

    internal void Exit()
    {
        if (--_nesting == 0) Volatile.Write(ref _thread, 0);
    }

    /// <summary>Gives the heap to another thread that continues this thread's evaluation, or takes it back.</summary>
    internal int ExchangeThread(int thread) => Interlocked.Exchange(ref _thread, thread);

    /// <summary>Makes a handle for a word and takes over the caller's reference.</summary>
    internal Term NewTerm(ulong word, TermSort sort)
    {
        int index = _freeSlot;
        if (index >= 0)
        {
            _freeSlot = _slots[index].Next;
        }
        else
        {
            if (_slotCount == _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
            index = _slotCount++;
        }

        ref var slot = ref _slots[index];
        (slot.Word, slot.Sort, slot.Next, slot.IsKept) = (word, sort, _scopeSlots, false);
        _scopeSlots = index;
        return new Term(this, index, ++slot.Generation);
    }

    /// <summary>Makes a handle for a borrowed word.</summary>
    internal Term NewTerm(TermSort sort, ulong word)
    {
        if (sort.HoldsCells) CellMemory.Dup(word);
        return NewTerm(word, sort);
    }

    /// <summary>The word of a handle.</summary>
    /// <exception cref="InvalidOperationException">The handle has ended.</exception>
    internal ulong WordOf(int index, uint generation, out TermSort sort)
    {
        ref var slot = ref SlotOf(index, generation);
        sort = slot.Sort!;
        return slot.Word;
    }

    internal void Keep(int index, uint generation, long scope)
    {
        if (!_scopes.TryPeek(out var innermost) || innermost.Scope != scope)
            throw new InvalidOperationException("Handles are kept by the innermost scope of their heap.");
        SlotOf(index, generation).IsKept = true;
    }

    /// <summary>Begins a scope for C# code that rules call, and makes this heap the innermost one of the current thread.</summary>
    /// <returns>The previous innermost heap.</returns>
    internal TermHeap? BeginHostCall(out long scope)
    {
        scope = BeginScope().Number;
        var outer = t_current;
        t_current = this;
        return outer;
    }

    /// <summary>Ends the scope and any inner scopes that the code left open.</summary>
    internal void EndHostCall(TermHeap? outer, long scope)
    {
        t_current = outer;
        while (_scopes.TryPeek(out var innermost) && innermost.Scope >= scope) EndScope(innermost.Scope);
    }

    internal void EndScope(long scope)
    {
        if (IsDisposed) return;
        Enter();
        try
        {
            if (!_scopes.TryPeek(out var innermost) || innermost.Scope < scope) return;
            if (innermost.Scope > scope)
            {
                // A scope that is not on the stack has already ended.
                foreach (var outer in _scopes)
                    if (outer.Scope == scope)
                        throw new InvalidOperationException("Scopes of a TermHeap end in the reverse order of their beginning.");
                return;
            }

            _scopes.Pop();
            int kept = innermost.OuterSlots;
            for (int index = _scopeSlots; index >= 0;)
            {
                ref var slot = ref _slots[index];
                int next = slot.Next;
                if (slot.IsKept)
                {
                    (slot.Next, slot.IsKept) = (kept, false);
                    kept = index;
                }
                else
                {
                    if (slot.Sort!.HoldsCells) Memory.Drop(slot.Word);
                    slot.Sort = null;
                    slot.Next = _freeSlot;
                    _freeSlot = index;
                }

                index = next;
            }

            _scopeSlots = kept;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>All words that handles and programs hold.</summary>
    internal IEnumerable<ulong> Roots()
    {
        for (int i = 0; i < _slotCount; i++)
            if (_slots[i].Sort is { HoldsCells: true }) yield return _slots[i].Word;
        if (User is null) yield break;
        foreach (ulong word in User.Roots()) yield return word;
    }

    private ref Slot SlotOf(int index, uint generation)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if ((uint)index >= (uint)_slotCount || _slots[index].Generation != generation || _slots[index].Sort is null)
            throw new InvalidOperationException(
                "This handle has ended: the scope that it was made in is over. HeapScope.Keep makes a handle outlive its scope.");
        return ref _slots[index];
    }

    private TermHeap? LivingOuter()
    {
        var heap = _outer;
        while (heap is { IsDisposed: true }) heap = heap._outer;
        return heap;
    }

    private void Free()
    {
        User?.Free();
        Memory.Dispose();
        if (_self.IsAllocated) _self.Free();
    }

    [DebuggerDisplay("{Word} {Sort} gen {Generation}")]
    private struct Slot
    {
        public ulong Word;
        public TermSort? Sort;
        public uint Generation;
        public int Next;
        public bool IsKept;
    }
}

/// <summary>A period in a heap. Handles made in it end with it, unless they are kept.</summary>
public readonly struct HeapScope : IDisposable
{
    private readonly TermHeap _heap;

    internal HeapScope(TermHeap heap, long number) => (_heap, Number) = (heap, number);

    /// <summary>The number of the scope; scopes of a heap are numbered as they begin.</summary>
    internal long Number { get; }

    /// <summary>Makes a handle outlive this scope; it then belongs to the enclosing one.</summary>
    /// <returns>The same handle.</returns>
    /// <exception cref="InvalidOperationException">This is not the innermost scope, or the handle has ended.</exception>
    public T Keep<T>(T term)
        where T : struct, ITerm<T>
    {
        term.Term.Keep(_heap, Number);
        return term;
    }

    /// <summary>Ends the scope and all handles that were made in it and not kept.</summary>
    public void Dispose() => _heap?.EndScope(Number);
}
