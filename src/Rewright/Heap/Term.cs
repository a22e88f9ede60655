using System;
using System.Diagnostics;
using System.Threading;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright;

/// <summary>A handle to a term, without its C# type. The structs that modules declare as sorts wrap it.</summary>
/// <remarks>A handle is checked at every use; it is never an address. <c>default</c> is not a term and throws when used.</remarks>
[DebuggerDisplay("{ToString(200),nq}")]
public readonly unsafe struct Term : IEquatable<Term>, ITerm<Term>
{
    /// <summary>The most characters of a text if the caller gives no length.</summary>
    internal const int DefaultLength = 1 << 24;

    private readonly TermHeap? _heap;
    private readonly int _slot;
    private readonly uint _generation;

    internal Term(TermHeap heap, int slot, uint generation) => (_heap, _slot, _generation) = (heap, slot, generation);

    /// <summary>True for <c>default</c>, which is not a term.</summary>
    public bool IsDefault => _heap is null;

    /// <summary>The heap that the term is in.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default</c>.</exception>
    public TermHeap Heap => _heap ?? throw new InvalidOperationException("This is default, not a term.");

    /// <summary>The sort of the term.</summary>
    public DataSort Sort
    {
        get
        {
            Peek(out var sort);
            return sort.Sort;
        }
    }

    /// <summary>The constructor that built the term, or the open operation of a stuck term.</summary>
    public FunctionSymbol Symbol
    {
        get
        {
            var heap = Heap;
            heap.Enter();
            try
            {
                ulong word = Peek(out var sort);
                return sort.ShapeOf(word).Symbol;
            }
            finally
            {
                heap.Exit();
            }
        }
    }

    /// <summary>The position of the constructor among those of the sort; -1 for a stuck term.</summary>
    public int Tag => Symbol is Constructor constructor ? constructor.Tag : -1;

    Term ITerm<Term>.Term => this;

    static Term ITerm<Term>.FromTerm(Term term) => term;

    /// <summary>The field at an index, which is a term.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="InvalidOperationException">The field is not a term.</exception>
    public Term GetTerm(int index)
    {
        var heap = Heap;
        heap.Enter();
        try
        {
            ulong word = Field(index, out var shape);
            var sort = shape.Terms[index] ?? throw WrongField(shape, index, "a term");
            return heap.NewTerm(sort, word);
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>The field at an index, as the sort that <typeparamref name="T"/> stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="InvalidOperationException">The field is not a term.</exception>
    public T GetTerm<T>(int index)
        where T : struct, ITerm<T>
        => T.FromTerm(GetTerm(index));

    /// <summary>The field at an index as a C# value.</summary>
    /// <typeparam name="T">The type that the field is declared with.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="InvalidOperationException">The field is of another sort.</exception>
    public T GetValue<T>(int index)
    {
        var heap = Heap;
        heap.Enter();
        try
        {
            ulong word = Field(index, out var shape);
            return Words.Fits<T>(shape.Sorts[index]) ? Words.ToValue<T>(word, heap.Memory) : throw WrongField(shape, index, typeof(T).Name);
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>The object of a <see cref="Ref{T}"/> field.</summary>
    public T? GetReference<T>(int index)
        where T : class
    {
        var heap = Heap;
        heap.Enter();
        try
        {
            ulong word = Field(index, out var shape);
            return shape.Sorts[index] is RefSort ? (T?)Words.ToObject(word, heap.Memory) : throw WrongField(shape, index, "a reference");
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>Copies the term to another heap. Shared parts stay shared.</summary>
    /// <exception cref="EvaluationException">A limit of the other heap is reached.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public Term CopyTo(TermHeap heap)
    {
        ArgumentNullException.ThrowIfNull(heap);
        var source = Heap;
        source.Enter();
        try
        {
            heap.Enter();
            try
            {
                ulong word = Peek(out var sort);
                return heap.NewTerm(sort.HoldsCells ? TermCopy.Copy(word, source.Memory, heap.Memory) : word, sort);
            }
            catch (InsufficientMemoryException)
            {
                throw new MemoryLimitException(nameof(CopyTo), heap.Limits.MaxHeapBytes);
            }
            finally
            {
                heap.Exit();
            }
        }
        finally
        {
            source.Exit();
        }
    }

    /// <summary>Computes a value of the term from the values of its parts, innermost first. A shared part is visited once.</summary>
    /// <typeparam name="TResult">The type of the value.</typeparam>
    /// <param name="visit">Computes the value of a node from those of its fields that are terms, in order.</param>
    /// <remarks>
    /// Fold does not recurse, so terms may be deep. Like all handles, those passed to <paramref name="visit"/> belong to the innermost
    /// scope. The cancellation token of the heap's limits ends the fold. The time limit applies to each call that <paramref name="visit"/>
    /// makes.
    /// </remarks>
    /// <example><code>
    /// int depth = term.Fold&lt;int&gt;((_, depths) =&gt;
    /// {
    ///     int deepest = 0;
    ///     foreach (int d in depths) deepest = Math.Max(deepest, d);
    ///     return deepest + 1;
    /// });
    /// </code></example>
    public TResult Fold<TResult>(Func<Term, ReadOnlySpan<TResult>, TResult> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        var heap = Heap;
        heap.Enter();
        try
        {
            ulong word = Peek(out var sort);
            // Hold a reference, because the visitor may end the scope of this handle.
            if (sort.HoldsCells) CellMemory.Dup(word);
            try
            {
                return TermFold.Run(heap, word, sort, visit);
            }
            finally
            {
                if (sort.HoldsCells) heap.Memory.Drop(word);
            }
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>
    /// Equality of terms: same sort and structure; doubles are compared by bits, references by identity. The heaps may differ.
    /// </summary>
    /// <exception cref="TimeLimitException">The time of this term's heap is up; possible only for large terms.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled; possible only for large terms.</exception>
    public bool Equals(Term other)
    {
        if (_heap is null || other._heap is null) return ReferenceEquals(_heap, other._heap);
        _heap.Enter();
        try
        {
            other._heap.Enter();
            try
            {
                ulong left = Peek(out var leftSort), right = other.Peek(out var rightSort);
                if (leftSort.IsBoxed != rightSort.IsBoxed || !leftSort.IsSameSort(rightSort)) return false;
                return leftSort.HoldsCells ? TermEquality.Equal(left, _heap.Memory, right, other._heap.Memory) : left == right;
            }
            finally
            {
                other._heap.Exit();
            }
        }
        finally
        {
            _heap.Exit();
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Term other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_heap is null) return 0;
        _heap.Enter();
        try
        {
            ulong word = Peek(out var sort);
            return sort.HoldsCells ? TermEquality.Hash(word, _heap.Memory) : word.GetHashCode();
        }
        finally
        {
            _heap.Exit();
        }
    }

    /// <summary>True for equal terms.</summary>
    public static bool operator ==(Term left, Term right) => left.Equals(right);

    /// <summary>True for terms that differ.</summary>
    public static bool operator !=(Term left, Term right) => !left.Equals(right);

    /// <summary>
    /// The term as text, which <c>Parse</c> reads back unless it is cut off with an ellipsis after 16 million characters.
    /// </summary>
    /// <remarks>Terms share parts, so the text of a small term can be huge. <see cref="ToString(int)"/> takes another length.</remarks>
    /// <exception cref="EvaluationException">A limit of the heap is reached.</exception>
    public override string ToString() => ToString(DefaultLength);

    /// <summary>The term as text of at most <paramref name="maxLength"/> characters; an ellipsis marks where it is cut off.</summary>
    /// <exception cref="EvaluationException">A limit of the heap is reached: the time, or the memory that the text takes.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public string ToString(int maxLength) => ToString(maxLength, default);

    /// <summary>The term as text of at most <paramref name="maxLength"/> characters, unless a token or a limit ends the work.</summary>
    /// <exception cref="EvaluationException">A limit of the heap is reached: the time, or the memory that the text takes.</exception>
    /// <exception cref="OperationCanceledException">A caller cancelled.</exception>
    public string ToString(int maxLength, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        cancellation.ThrowIfCancellationRequested();
        if (_heap is null) return "default";
        _heap.Enter();
        try
        {
            ulong word = Peek(out var sort);
            return TermPrinter.Print(word, sort, _heap.Memory, maxLength, cancellation);
        }
        // .NET has no strings of more than a billion characters.
        catch (OutOfMemoryException)
        {
            throw new MemoryLimitException(nameof(ToString), _heap.Limits.MaxHeapBytes);
        }
        finally
        {
            _heap.Exit();
        }
    }

    /// <summary>
    /// The word of the term, after checking that the handle is alive. The caller must be inside the heap, or use only the sort.
    /// </summary>
    internal ulong Peek(out TermSort sort) => Heap.WordOf(_slot, _generation, out sort);

    internal void Keep(TermHeap heap, long scope)
    {
        if (!ReferenceEquals(_heap, heap)) throw new InvalidOperationException("A scope keeps handles of its own heap.");
        heap.Enter();
        try
        {
            heap.Keep(_slot, _generation, scope);
        }
        finally
        {
            heap.Exit();
        }
    }

    private ulong Field(int index, out CellShape shape)
    {
        ulong word = Peek(out var sort);
        shape = sort.ShapeOf(word);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, shape.Sorts.Length);
        return sort.Field(word, shape, index);
    }

    private static InvalidOperationException WrongField(CellShape shape, int index, string wanted)
        => new("Field " + index + " of " + shape.Symbol.Name + " is of sort " + shape.Sorts[index].Name + ", not " + wanted + ".");
}

/// <summary>A handle struct: <see cref="Term"/> itself, or the generated struct of a declared sort.</summary>
/// <typeparam name="TSelf">The struct.</typeparam>
public interface ITerm<TSelf> : IEquatable<TSelf>
    where TSelf : struct, ITerm<TSelf>
{
    /// <summary>The handle without its type.</summary>
    Term Term { get; }

    /// <summary>Wraps a handle whose sort is known to be right.</summary>
    static abstract TSelf FromTerm(Term term);
}
