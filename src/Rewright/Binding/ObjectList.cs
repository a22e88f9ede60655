using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rewright.Binding;

/// <summary>A list of objects as rules see it: empty, or an item and the items after it.</summary>
/// <remarks>
/// Generated code makes it. It is a place in a collection of the user, which is not copied, or an item that a rule has put before another
/// list. A collection that no rule changes stays the same object.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ObjectList<T>
    where T : class
{
    private readonly object? _source;
    private readonly int _start;

    private sealed record Cell(T Head, ObjectList<T> Tail);

    /// <summary>A list from its <see cref="Source"/> and <see cref="Start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ObjectList(object? source, int start) => (_source, _start) = (source, start);

    /// <summary>The collection that holds the items; null for none.</summary>
    public object? Source => _source;

    /// <summary>The index of the first item in the collection.</summary>
    public int Start => _start;

    /// <summary>True for a list without items.</summary>
    public bool IsEmpty
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _source switch
        {
            T[] array => _start >= array.Length,
            IReadOnlyList<T> list => _start >= list.Count,
            _ => _source is null,
        };
    }

    /// <summary>The first item of a list that has one.</summary>
    public T Head
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _source switch
        {
            T[] array => array[_start],
            IReadOnlyList<T> list => list[_start],
            _ => ((Cell)_source!).Head,
        };
    }

    /// <summary>The items after the first.</summary>
    public ObjectList<T> Tail
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _source is Cell cell ? cell.Tail : new(_source, _start + 1);
    }

    /// <summary>A list with an item before the others.</summary>
    public static ObjectList<T> Cons(T head, ObjectList<T> tail) => new(new Cell(head, tail), 0);

    /// <summary>The items of a collection.</summary>
    /// <exception cref="NullReferenceException">The collection is null; the evaluation then names the place.</exception>
    public static ObjectList<T> Of(IEnumerable<T>? items)
        => new(items as IReadOnlyList<T> ?? items?.ToArray() ?? throw new NullReferenceException("A list is null."), 0);

    /// <summary>The items of an array.</summary>
    /// <exception cref="NullReferenceException">The array is not initialized; the evaluation then names the place.</exception>
    public static ObjectList<T> Of<TItem>(ImmutableArray<TItem> items)
        where TItem : class, T
        => new(ImmutableCollectionsMarshal.AsArray(items) ?? throw new NullReferenceException("A list is null."), 0);

    /// <summary>True if both are the same place of the same collection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSame(ObjectList<T> other) => _source == other._source && _start == other._start;

    /// <summary>The collection itself if it is of the type and holds these items only; otherwise null.</summary>
    public TCollection? As<TCollection>()
        where TCollection : class
        => _start == 0 ? _source as TCollection : null;

    /// <summary>The items in an array, which is the collection itself if it is one.</summary>
    public T[] ToArray()
        => _source is T[] array && _start == 0 ? array : Copy();

    /// <summary>The items in an array of its own. The array of a user may be of a narrower type.</summary>
    public T[] Copy()
    {
        var items = new List<T>();
        for (var rest = this; !rest.IsEmpty; rest = rest.Tail) items.Add(rest.Head);
        return [.. items];
    }

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", (object[])ToArray()) + "]";
}
