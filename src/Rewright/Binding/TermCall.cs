using System;
using System.ComponentModel;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Binding;

/// <summary>A call of a constructor, operation or normalizer from C#: begin, add the arguments in order, take the result.</summary>
/// <remarks>Generated code makes it. From begin to result the call owns the heap; an error releases the heap.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe ref struct TermCall
{
    private readonly SymbolBinding _symbol;
    private readonly TermHeap _heap;
    private int _count;
    // All terms of one call are in the same form, unboxed or boxed.
    private bool _isBoxed;

    /// <summary>Begins a call in the innermost heap of this thread.</summary>
    public TermCall(SymbolBinding symbol)
    {
        (_symbol, _heap) = (symbol, TermHeap.Current);
        _heap.Enter();
    }

    /// <summary>Begins a call in the heap of one of its arguments.</summary>
    public TermCall(SymbolBinding symbol, Term argument)
    {
        (_symbol, _heap) = (symbol, argument.Heap);
        _heap.Enter();
    }

    /// <summary>Adds an argument that is a term.</summary>
    /// <exception cref="InvalidOperationException">The term belongs to another heap, or its handle has ended.</exception>
    public void Add(Term value)
    {
        try
        {
            if (!ReferenceEquals(value.Heap, _heap))
                throw new InvalidOperationException(
                    "The arguments of " + _symbol.Name + " are in different heaps. CopyTo moves a term to another heap.");
            ulong word = value.Peek(out var sort);
            if (_symbol.Parameters[_count] is not DataSort expected || !ReferenceEquals(sort.Sort, expected)
                && !TermSort.Of(expected).IsSameSort(sort))
                throw new ArgumentException(
                    "Argument " + _count + " of " + _symbol.Name + " must be of sort " + _symbol.Parameters[_count].Name + ", not "
                    + sort.Sort.Name + ".");
            if (sort.IsBoxed && !_isBoxed) MakeBoxed();
            if (_isBoxed && !sort.IsBoxed) word = TermForms.Box(word, sort, _heap.Memory);
            else if (sort.HoldsCells) CellMemory.Dup(word);
            Push(word);
        }
        catch (InsufficientMemoryException)
        {
            Abandon();
            throw OutOfMemory();
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Adds an argument of a built-in or enum sort.</summary>
    public void Add<T>(T value)
    {
        try
        {
            Push(Words.FromValue(value, _heap.Memory));
        }
        catch (Exception e)
        {
            Abandon();
            if (e is InsufficientMemoryException) throw OutOfMemory();
            throw;
        }
    }

    /// <summary>Adds an argument that is a C# object.</summary>
    public void AddReference(object? value)
    {
        try
        {
            Push(Words.FromObject(value, _heap.Memory));
        }
        catch (InsufficientMemoryException)
        {
            Abandon();
            throw OutOfMemory();
        }
    }

    /// <summary>Makes the call, whose result is a term.</summary>
    public Term Term()
    {
        try
        {
            ulong word = Run();
            return _heap.NewTerm(word, _isBoxed ? TermSort.Of(_symbol.Sort!.Sort, isBoxed: true) : _symbol.Sort!);
        }
        finally
        {
            _heap.Exit();
        }
    }

    /// <summary>Makes the call, whose result is a term of the sort that <typeparamref name="T"/> stands for.</summary>
    public T Term<T>()
        where T : struct, ITerm<T>
        => T.FromTerm(Term());

    /// <summary>Makes the call, whose result is of a built-in or enum sort.</summary>
    public T Value<T>()
    {
        try
        {
            ulong word = Run();
            var value = Words.ToValue<T>(word, _heap.Memory);
            DropResult(word);
            return value;
        }
        finally
        {
            _heap.Exit();
        }
    }

    /// <summary>Makes the call, whose result is a C# object.</summary>
    public T? Reference<T>()
        where T : class
    {
        try
        {
            ulong word = Run();
            var value = (T?)Words.ToObject(word, _heap.Memory);
            DropResult(word);
            return value;
        }
        finally
        {
            _heap.Exit();
        }
    }

    private ulong Run()
    {
        if (_symbol.Constructor is { } constructor)
        {
            try
            {
                return TermSort.Of(constructor.Sort, _isBoxed).Build(
                    constructor, new ReadOnlySpan<ulong>(_heap.Memory.Arguments, _count), _heap.Memory);
            }
            catch (InsufficientMemoryException)
            {
                DropArguments();
                throw OutOfMemory();
            }
        }

        _isBoxed = _heap.Evaluator.Call(_symbol.Runtime, _symbol.Entry, _isBoxed);
        return _heap.Memory.Result[0];
    }

    private readonly void DropResult(ulong word)
    {
        if (TermSort.CanBeCell(_symbol.Result, _isBoxed)) _heap.Memory.Drop(word);
    }

    private void MakeBoxed()
    {
        // Convert all terms or none: if memory runs out midway, the arguments so far are still in one form.
        Span<ulong> boxed = stackalloc ulong[_count];
        int done = 0;
        try
        {
            for (; done < _count; done++)
            {
                ulong word = _heap.Memory.Arguments[done];
                boxed[done] = _symbol.Parameters[done] is DataSort data ? TermForms.Box(word, TermSort.Of(data), _heap.Memory) : word;
            }
        }
        catch
        {
            for (int i = 0; i < done; i++)
                if (_symbol.Parameters[i] is DataSort) _heap.Memory.Drop(boxed[i]);
            throw;
        }

        for (int i = 0; i < _count; i++)
        {
            ulong word = _heap.Memory.Arguments[i];
            if (_symbol.Parameters[i] is DataSort data && TermSort.Of(data).HoldsCells) _heap.Memory.Drop(word);
            _heap.Memory.Arguments[i] = boxed[i];
        }

        _isBoxed = true;
    }

    private void Push(ulong word) => _heap.Memory.Arguments[_count++] = word;

    private readonly void Abandon()
    {
        DropArguments();
        _heap.Exit();
    }

    private readonly void DropArguments()
    {
        for (int i = 0; i < _count; i++)
            if (TermSort.CanBeCell(_symbol.Parameters[i], _isBoxed)) _heap.Memory.Drop(_heap.Memory.Arguments[i]);
    }

    private readonly MemoryLimitException OutOfMemory() => new(_symbol.Name, _heap.Limits.MaxHeapBytes);
}
