using System;
using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Binding;

/// <summary>Splits an object into parts. Returns the position of its constructor, or -1 if its type is not a constructor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate int ObjectSplit(object value, ObjectParts parts);

/// <summary>Makes an object from a constructor's parts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate object ObjectJoin(int tag, ObjectParts parts);

/// <summary>Converts C# objects to terms of a sort and back. Generated code makes it.</summary>
/// <remarks>
/// The conversion does not recurse, so depth costs only memory. An object that occurs twice becomes one shared cell, and a shared cell
/// becomes one object.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ObjectSort
{
    private readonly Func<SortBinding> _binding;
    private readonly ObjectSplit? _split;
    private readonly Func<int, ObjectSort?[]>? _children;
    private ObjectSort?[]?[] _childrenOf = [];
    private readonly ObjectJoin? _join;
    private readonly Func<ObjectSort>? _element;
    private readonly Func<List<object>, object>? _toList;

    /// <summary>A sort whose constructors are types.</summary>
    /// <param name="binding">The sort.</param>
    /// <param name="split">Splits objects into parts.</param>
    /// <param name="join">Makes objects from parts.</param>
    /// <param name="children">For a constructor, the sort that converts each field; null for a value or reference.</param>
    public ObjectSort(Func<SortBinding> binding, ObjectSplit split, ObjectJoin join, Func<int, ObjectSort?[]> children)
        => (_binding, _split, _join, _children) = (binding, split, join, children);

    private ObjectSort(Func<SortBinding> binding, Func<ObjectSort> element, Func<List<object>, object> toList)
        => (_binding, _element, _toList) = (binding, element, toList);

    private TermSort Sort => _binding().Sort;

    // Read on demand, because sorts refer to each other.
    private ObjectSort?[] ChildrenOf(int tag)
    {
        if (_childrenOf.Length == 0) _childrenOf = new ObjectSort?[]?[Sort.Sort.Constructors.Length];
        return _childrenOf[tag] ??= _children!(tag);
    }

    /// <summary>A sort of lists, with constructors for the empty list and for an element before a list. Its objects are arrays.</summary>
    public static ObjectSort OfList<T>(Func<SortBinding> binding, Func<ObjectSort> element)
        => new(binding, element, items =>
        {
            var array = new T[items.Count];
            for (int i = 0; i < array.Length; i++) array[i] = (T)items[i];
            return array;
        });

    /// <summary>Converts an object to a term.</summary>
    /// <param name="value">The object.</param>
    /// <param name="heap">The heap to make the term in; null for the innermost heap of this thread.</param>
    /// <exception cref="ArgumentException">A part of the object is null, or its type is not a constructor.</exception>
    /// <exception cref="EvaluationException">A limit of the heap is reached.</exception>
    public Term From(object value, TermHeap? heap)
    {
        ArgumentNullException.ThrowIfNull(value);
        heap ??= TermHeap.Current;
        heap.Enter();
        try
        {
            return heap.NewTerm(new FromObjects(heap.Memory).Convert(value, this), Sort);
        }
        catch (InsufficientMemoryException)
        {
            throw new MemoryLimitException("FromObject", heap.Limits.MaxHeapBytes);
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>Converts a term to an object.</summary>
    /// <exception cref="InvalidOperationException">The term holds a stuck operation.</exception>
    /// <exception cref="EvaluationException">A limit of the heap is reached.</exception>
    public object To(Term term)
    {
        var heap = term.Heap;
        heap.Enter();
        try
        {
            ulong word = term.Peek(out var sort);
            return new ToObjects(heap.Memory, sort.IsBoxed).Convert(word, this);
        }
        finally
        {
            heap.Exit();
        }
    }

    private sealed class FromObjects(CellMemory memory)
    {
        // An object to convert, a word that becomes a field unchanged, or a node whose fields are the latest results.
        private readonly record struct Task(ObjectSort? Sort, object? Value, Constructor? Constructor, int Count, ulong Word, bool IsCell);

        private readonly Stack<Task> _tasks = new();
        private readonly List<(ulong Word, bool IsCell)> _results = [];
        // The known words stay alive because the results contain them.
        private readonly Dictionary<object, (ulong Word, bool IsCell)> _known = new(ReferenceEqualityComparer.Instance);
        private readonly ObjectParts _parts = new(memory);

        public ulong Convert(object root, ObjectSort sort)
        {
            using var watch = new LimitSteps(memory.Watch, nameof(From) + "Object");
            try
            {
                Push(sort, root);
                while (_tasks.TryPop(out var task))
                {
                    watch.Next();
                    if (task.Sort is null) _results.Add((task.Word, task.IsCell));
                    else if (task.Constructor is not null) Build(task);
                    else Visit(task.Sort, task.Value);
                }

                return _results[0].Word;
            }
            catch
            {
                foreach (var (word, isCell) in _results)
                    if (isCell) memory.Drop(word);
                foreach (var task in _tasks)
                    if (task.Sort is null && task.IsCell) memory.Drop(task.Word);
                foreach (var part in _parts.Take())
                    if (part.Sort is null && part.IsCell) memory.Drop(part.Word);
                throw;
            }
        }

        private void Push(ObjectSort sort, object? value) => _tasks.Push(new Task(sort, value, null, 0, 0, false));

        private void Visit(ObjectSort sort, object? value)
        {
            var declared = sort.Sort.Sort;
            if (value is null) throw new ArgumentException("Nothing in a term is null, but a part of sort " + declared.Name + " is.");
            if (_known.TryGetValue(value, out var known))
            {
                if (known.IsCell) CellMemory.Dup(known.Word);
                _results.Add(known);
                return;
            }

            if (sort._element is { } element)
            {
                var items = new List<object?>();
                using var watch = new LimitSteps(memory.Watch, nameof(From) + "Object");
                foreach (object? item in (IEnumerable)value)
                {
                    watch.Next();
                    items.Add(item);
                }

                _tasks.Push(new Task(sort, value, declared.Constructors[1], items.Count, 0, false));
                for (int i = items.Count - 1; i >= 0; i--) Push(element(), items[i]);
                return;
            }

            int tag = sort._split!(value, _parts);
            if (tag < 0)
                throw new ArgumentException("The type " + value.GetType() + " is no constructor of the sort " + declared.Name + ".");
            var parts = _parts.Take();
            _tasks.Push(new Task(sort, value, declared.Constructors[tag], parts.Length, 0, false));
            for (int i = parts.Length - 1; i >= 0; i--)
                _tasks.Push(new Task(parts[i].Sort, parts[i].Value, null, 0, parts[i].Word, parts[i].IsCell));
        }

        private void Build(Task task)
        {
            var form = task.Sort!.Sort;
            if (task.Sort._element is null)
            {
                Replace(form, task.Constructor!, task.Count);
            }
            else
            {
                // Push the empty list and one step per element, from the last to the first.
                Replace(form, form.Sort.Constructors[0], 0);
                for (int i = 0; i < task.Count; i++) Replace(form, form.Sort.Constructors[1], 2);
            }

            _known[task.Value!] = _results[^1];
        }

        private void Replace(TermSort form, Constructor constructor, int count)
        {
            int first = _results.Count - count;
            var fields = new ulong[count];
            for (int i = 0; i < count; i++) fields[i] = _results[first + i].Word;
            ulong built = form.Build(constructor, fields, memory);
            _results.RemoveRange(first, count);
            _results.Add((built, form.HoldsCells));
        }
    }

    private sealed class ToObjects(CellMemory memory, bool isBoxed)
    {
        // A term to convert, or a node or list whose converted parts are the latest objects.
        private readonly record struct Task(ObjectSort Sort, ulong Word, CellShape? Shape, int Count);

        private readonly Stack<Task> _tasks = new();
        private readonly List<object> _objects = [];
        private readonly Dictionary<ulong, object> _known = [];
        private readonly ObjectParts _parts = new(memory);

        public object Convert(ulong root, ObjectSort sort)
        {
            _tasks.Push(new Task(sort, root, null, 0));
            using var watch = new LimitSteps(memory.Watch, nameof(To) + "Object");
            while (_tasks.TryPop(out var task))
            {
                watch.Next();
                if (task.Count < 0 || task.Shape is not null) Build(task);
                else Visit(task.Sort, task.Word);
            }

            return _objects[0];
        }

        private void Visit(ObjectSort sort, ulong word)
        {
            var form = TermSort.Of(sort.Sort.Sort, isBoxed);
            if (IsShared(form, word) && _known.TryGetValue(word, out object? known))
            {
                _objects.Add(known);
                return;
            }

            var shape = ShapeOf(form, word);
            if (sort._element is { } element)
            {
                var items = new List<ulong>();
                for (ulong rest = word; shape.Sorts.Length > 0; shape = ShapeOf(form, rest = form.Field(rest, shape, 1)))
                    items.Add(form.Field(rest, shape, 0));
                // Counted down from -1, which stands for the empty list.
                _tasks.Push(new Task(sort, word, null, -1 - items.Count));
                for (int i = items.Count - 1; i >= 0; i--) _tasks.Push(new Task(element(), items[i], null, 0));
                return;
            }

            _tasks.Push(new Task(sort, word, shape, 0));
            var children = sort.ChildrenOf(((Constructor)shape.Symbol).Tag);
            for (int i = shape.Sorts.Length - 1; i >= 0; i--)
                if (children[i] is { } child) _tasks.Push(new Task(child, form.Field(word, shape, i), null, 0));
        }

        private void Build(Task task)
        {
            var form = TermSort.Of(task.Sort.Sort.Sort, isBoxed);
            object built;
            if (task.Shape is not { } shape)
            {
                int count = -1 - task.Count;
                built = task.Sort._toList!(_objects.GetRange(_objects.Count - count, count));
                _objects.RemoveRange(_objects.Count - count, count);
            }
            else
            {
                int tag = ((Constructor)shape.Symbol).Tag;
                var children = task.Sort.ChildrenOf(tag);
                int next = _objects.Count;
                foreach (var child in children)
                    if (child is not null) next--;
                int first = next;
                for (int i = 0; i < shape.Sorts.Length; i++)
                    _parts.Add(children[i] is null ? (null, form.Field(task.Word, shape, i)) : (_objects[next++], 0));
                built = task.Sort._join!(tag, _parts);
                _parts.Take();
                _objects.RemoveRange(first, _objects.Count - first);
            }

            if (IsShared(form, task.Word)) _known.TryAdd(task.Word, built);
            _objects.Add(built);
        }

        private static unsafe bool IsShared(TermSort form, ulong word)
            => form.HoldsCells && CellMemory.IsCell(word) && CellMemory.CountOf(CellMemory.Cell(word)) > 1;

        private static CellShape ShapeOf(TermSort form, ulong word)
        {
            var shape = form.ShapeOf(word);
            return shape.Symbol is Constructor ? shape
                : throw new InvalidOperationException(
                    "The term holds an operation to which no rule applies, " + shape.Symbol.FullName + ", and that has no object.");
        }
    }
}

/// <summary>The parts of an object during its conversion to a term or back.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ObjectParts
{
    private readonly CellMemory _memory;
    private readonly List<Part> _parts = [];

    internal ObjectParts(CellMemory memory) => _memory = memory;

    // A child that still needs conversion has a sort; other parts have their word. On the way back, children are objects.
    internal readonly record struct Part(ObjectSort? Sort, object? Value, ulong Word, bool IsCell);

    /// <summary>Adds a value of a built-in sort or an enum.</summary>
    public void AddValue<T>(T value)
        => _parts.Add(new Part(
        null, null, Words.FromValue(value, _memory), typeof(T) == typeof(string) || typeof(T) == typeof(System.Numerics.BigInteger)));

    /// <summary>Adds an object that stays an object.</summary>
    public void AddReference(object? value) => _parts.Add(new Part(null, null, Words.FromObject(value, _memory), true));

    /// <summary>Adds an object to convert to a term.</summary>
    public void AddChild(ObjectSort sort, object? value) => _parts.Add(new Part(sort, value, 0, false));

    /// <summary>A value of a built-in sort or an enum.</summary>
    public T Value<T>(int index) => Words.ToValue<T>(_parts[index].Word, _memory);

    /// <summary>An object that stayed an object.</summary>
    public object? Reference(int index) => Words.ToObject(_parts[index].Word, _memory);

    /// <summary>An object that was converted from a term.</summary>
    public object Child(int index) => _parts[index].Value!;

    internal void Add((object? Value, ulong Word) part) => _parts.Add(new Part(null, part.Value, part.Word, false));

    internal Part[] Take()
    {
        Part[] parts = [.. _parts];
        _parts.Clear();
        return parts;
    }
}
