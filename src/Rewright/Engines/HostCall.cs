using System;
using System.ComponentModel;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Binding;

/// <summary>The C# side of a host operation: takes the arguments from the call and returns a value through it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void HostFunction(ref HostCall call);

/// <summary>A call of a host operation from rules.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe ref struct HostCall
{
    private readonly TermHeap _heap;
    private readonly Operation _operation;
    private readonly ulong* _words;
    private readonly bool _isBoxed;
    private ulong _result;

    internal HostCall(TermHeap heap, Operation operation, ulong* words, bool isBoxed)
    {
        _isBoxed = isBoxed;
        _heap = heap;
        _operation = operation;
        _words = words;
    }

    /// <summary>An argument that is a term; the handle ends with the call.</summary>
    public readonly Term Term(int index)
    {
        var sort = (DataSort)_operation.Parameters[index].Sort;
        // The code runs in the boxed form, but a handle holds the unboxed form of every term that fits it.
        if (_isBoxed && TermForms.TryUnbox(_words[index], TermSort.Of(sort, isBoxed: true), _heap.Memory, out ulong unboxed))
            return _heap.NewTerm(unboxed, TermSort.Of(sort));
        return _heap.NewTerm(TermSort.Of(sort, _isBoxed), _words[index]);
    }

    /// <summary>An argument that is a term of the sort that <typeparamref name="T"/> stands for; the handle ends with the call.</summary>
    public readonly T Term<T>(int index)
        where T : struct, ITerm<T>
        => T.FromTerm(Term(index));

    /// <summary>An argument of a built-in or enum sort.</summary>
    public readonly T Value<T>(int index) => Words.ToValue<T>(_words[index], _heap.Memory);

    /// <summary>An argument that is a C# object.</summary>
    public readonly T? Reference<T>(int index)
        where T : class
        => (T?)Words.ToObject(_words[index], _heap.Memory);

    /// <summary>Returns a term.</summary>
    public void Return(Term value)
    {
        if (!ReferenceEquals(value.Heap, _heap))
            throw new InvalidOperationException(_operation.FullName + " returned a term of another heap.");
        ulong word = value.Peek(out var sort);
        if (!TermSort.Of((DataSort)_operation.Result).IsSameSort(sort))
            throw new InvalidOperationException(_operation.FullName + " returned a term of sort " + sort.Sort.Name + ".");
        if (sort.IsBoxed && !_isBoxed) throw new BailoutException();
        if (_isBoxed && !sort.IsBoxed) _result = TermForms.Box(word, sort, _heap.Memory);
        else
        {
            if (sort.HoldsCells) CellMemory.Dup(word);
            _result = word;
        }
    }

    /// <summary>Returns a value of a built-in or enum sort.</summary>
    public void Return<T>(T value) => _result = Words.FromValue(value, _heap.Memory);

    /// <summary>Returns a C# object.</summary>
    public void ReturnReference(object? value) => _result = Words.FromObject(value, _heap.Memory);

    internal readonly ulong TakeResult() => _result;
}
