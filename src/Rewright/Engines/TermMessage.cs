using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Runtime.CompilerServices;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>
/// Terms as sequences of words, which are sent to a Rust crate and back. <c>message.rs</c> in each crate describes the format.
/// </summary>
/// <remarks>Neither direction recurses; shared terms stay shared.</remarks>
internal sealed class TermMessage
{
    private const ulong TextMark = 0xFFFF_FFFF, IntegerMark = 0xFFFF_FFFE;
    // The largest counter that is written out for a crate that holds it as a term; a larger one is not worth the cost.
    private const ulong LargestChain = 1 << 22;

    private readonly DataSort[] _sorts;
    private readonly Dictionary<string, int> _indices = [];
    private readonly bool[] _isCounter;
    private readonly Operation[][] _open;

    public TermMessage(Module module)
    {
        var closure = module.Closure;
        var layouts = new Layouts(module, ProgramForm.Managed);
        _sorts = [.. closure.SelectMany(m => m.Sorts)];
        _isCounter = [.. _sorts.Select(s => layouts.RepresentationOf(s) is Representation.Counter)];
        _open = [.. _sorts.Select(
            s => closure.SelectMany(m => m.Operations).Where(o => o.IsOpen && ReferenceEquals(o.Result, s)).ToArray())];
        for (int i = 0; i < _sorts.Length; i++) _indices.Add(NameOf(_sorts[i]), i);
    }

    /// <summary>Writes borrowed words of the given sorts. Returns null if the crate cannot hold them.</summary>
    public ulong[]? Write(ReadOnlySpan<ulong> words, IReadOnlyList<Sort> sorts, bool isBoxed, CellMemory memory, MessageObjects objects)
    {
        var writer = new Writer(this, memory, objects);
        var roots = new ulong[words.Length];
        for (int i = 0; i < roots.Length; i++)
            if (!writer.TryWrite(words[i], sorts[i], isBoxed, out roots[i])) return null;
        writer.Words[0] = (ulong)(writer.Words.Count - 1);
        writer.Words.AddRange(roots);
        return [.. writer.Words];
    }

    /// <summary>Reads values, whose words the caller owns. Returns false if the form cannot hold one of them.</summary>
    /// <exception cref="InsufficientMemoryException">Memory runs out; the values built so far are freed.</exception>
    public bool TryRead(
        ReadOnlySpan<ulong> message, IReadOnlyList<Sort> sorts, bool isBoxed, CellMemory memory, MessageObjects objects, Span<ulong> words)
    {
        var reader = new Reader(this, isBoxed, memory, objects);
        int read = 0;
        bool isComplete = false;
        try
        {
            int end = 1 + (int)message[0];
            using var watch = new LimitSteps(memory.Watch, "conversion of a term");
            for (int at = 1; at < end;)
            {
                watch.Next();
                if (!reader.TryReadNode(message, ref at)) return false;
            }

            for (; read < sorts.Count; read++) words[read] = reader.Value(message[end + read], sorts[read]);
            isComplete = true;
            return true;
        }
        catch (CounterOverflowException)
        {
            return false;
        }
        finally
        {
            for (int i = 0; i < read && !isComplete; i++)
                if (TermSort.CanBeCell(sorts[i], isBoxed)) memory.Drop(words[i]);
            reader.DropNodes();
        }
    }

    // Builds a counter in the boxed form.
    private static ulong Chain(TermSort form, ulong count, CellMemory memory)
    {
        var constructors = form.Sort.Constructors;
        var (zero, more) = constructors[0].Arity == 0 ? (constructors[0], constructors[1]) : (constructors[1], constructors[0]);
        ulong word = form.Build(zero, [], memory);
        try
        {
            using var watch = new LimitSteps(memory.Watch, "conversion of a term");
            for (ulong i = 0; i < count; i++)
            {
                watch.Next();
                word = form.Build(more, [word], memory);
            }
        }
        catch
        {
            memory.Drop(word);
            throw;
        }

        return word;
    }

    private int IndexOf(DataSort sort) => _indices[NameOf(sort)];

    // By name, because equal modules have different sort objects.
    private static string NameOf(DataSort sort) => sort.ModuleName + "." + sort.Name;

    private sealed class Reader(TermMessage message, bool isBoxed, CellMemory memory, MessageObjects objects)
    {
        // For each node, the word of a term, or the object number of another value.
        private readonly List<ulong> _nodes = [];
        private readonly List<object> _values = [];
        private readonly List<ulong> _cells = [];
        private ulong[] _fields = [];

        /// <summary>Reads the node at a position, and goes on behind it. Returns false if the form cannot hold it.</summary>
        public bool TryReadNode(ReadOnlySpan<ulong> words, ref int at)
        {
            ulong header = words[at++];
            int low = (int)(uint)header;
            switch (header >> 32)
            {
                case TextMark:
                    var units = new char[low];
                    for (int i = 0; i < low; i++) units[i] = (char)(words[at + (i / 4)] >> (16 * (i % 4)));
                    at += (low + 3) / 4;
                    Add(new string(units));
                    return true;
                case IntegerMark:
                    var magnitude = new byte[8 * (low / 2)];
                    for (int i = 0; i < low / 2; i++) BitConverter.TryWriteBytes(magnitude.AsSpan(8 * i), words[at + i]);
                    at += low / 2;
                    var integer = new BigInteger(magnitude, isUnsigned: true);
                    Add((low & 1) == 1 ? -integer : integer);
                    return true;
                case var index:
                    return TryReadTerm(words, ref at, (int)index, low);
            }
        }

        private bool TryReadTerm(ReadOnlySpan<ulong> words, ref int at, int sort, int number)
        {
            var data = message._sorts[sort];
            FunctionSymbol symbol = number < data.Constructors.Length
                ? data.Constructors[number] : message._open[sort][number - data.Constructors.Length];
            if (symbol is Operation && !IsCell(data)) return false;
            int arity = symbol.Arity, made = 0;
            if (_fields.Length < arity) _fields = new ulong[arity];
            try
            {
                for (; made < arity; made++) _fields[made] = Value(words[at + made], symbol.Parameters[made].Sort);
                ulong term = TermSort.Of(data, isBoxed).Build(symbol, _fields.AsSpan(0, arity), memory);
                _nodes.Add(term);
                if (IsCell(data)) _cells.Add(term);
            }
            catch
            {
                for (int i = 0; i < made; i++)
                    if (TermSort.CanBeCell(symbol.Parameters[i].Sort, isBoxed)) memory.Drop(_fields[i]);
                throw;
            }

            at += arity;
            return true;
        }

        /// <summary>The value of a word, owned.</summary>
        public ulong Value(ulong raw, Sort sort)
        {
            switch (sort)
            {
                case DataSort data:
                    if ((raw & 1) == 0)
                    {
                        ulong known = _nodes[(int)(raw >> 1)];
                        if (IsCell(data)) CellMemory.Dup(known);
                        return known;
                    }

                    var form = TermSort.Of(data, isBoxed);
                    if (!message._isCounter[message.IndexOf(data)]) return form.Build(data.Constructors[(int)(raw >> 1)], [], memory);
                    return form.Form is Representation.Counter ? raw >> 1 : Chain(form, raw >> 1, memory);
                case RefSort: return raw == 0 ? Words.Null : Words.FromObject(objects.At(raw), memory);
                case BuiltInSort { Kind: BuiltInKind.Symbol }: return memory.SymbolOf((string)ObjectOf(raw));
                case BuiltInSort { Kind: BuiltInKind.String }: return memory.NewExternal(ExternalKind.String, ObjectOf(raw));
                case BuiltInSort { Kind: BuiltInKind.BigInteger }: return Words.FromInteger((BigInteger)ObjectOf(raw), memory);
                default: return raw;
            }
        }

        /// <summary>Gives up the nodes; what a value holds lives on.</summary>
        public void DropNodes()
        {
            foreach (ulong cell in _cells) memory.Drop(cell);
        }

        private bool IsCell(DataSort sort) => TermSort.Of(sort, isBoxed).HoldsCells;

        private object ObjectOf(ulong raw) => _values[(int)_nodes[(int)(raw >> 1)]];

        private void Add(object value)
        {
            _nodes.Add((ulong)_values.Count);
            _values.Add(value);
        }
    }

    private sealed class Writer(TermMessage message, CellMemory memory, MessageObjects objects)
    {
        private readonly Dictionary<ulong, ulong> _known = [];
        private ulong _count;

        public List<ulong> Words { get; } = [0];

        private readonly record struct Task(ulong Word, Sort Sort, CellShape? Shape);

        public bool TryWrite(ulong root, Sort rootSort, bool isBoxed, out ulong result)
        {
            var tasks = new Stack<Task>();
            var results = new List<ulong>();
            tasks.Push(new Task(root, rootSort, null));
            result = 0;
            using var watch = new LimitSteps(memory.Watch, "conversion of a term");
            while (tasks.TryPop(out var task))
            {
                watch.Next();
                if (task.Sort is not DataSort data)
                {
                    results.Add(Value(task.Word, task.Sort));
                    continue;
                }

                var form = TermSort.Of(data, isBoxed);
                int index = message.IndexOf(data);
                bool isShared = form.HoldsCells && CellMemory.IsCell(task.Word) && IsShared(task.Word);
                if (task.Shape is { } shape)
                {
                    int first = results.Count - shape.Sorts.Length;
                    ulong node = Node((ulong)index << 32 | (uint)SymbolIndex(index, shape.Symbol),
                        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(results)[first..]);
                    results.RemoveRange(first, shape.Sorts.Length);
                    results.Add(node);
                    if (isShared) _known[task.Word] = node;
                    continue;
                }

                if (message._isCounter[index])
                {
                    if (!TryCount(task.Word, form, out ulong count)) return false;
                    results.Add(count << 1 | 1);
                    continue;
                }

                if (form.Form is Representation.Counter && task.Word > LargestChain) return false;
                if (isShared && _known.TryGetValue(task.Word, out ulong known))
                {
                    results.Add(known);
                    continue;
                }

                shape = form.ShapeOf(task.Word);
                if (shape.Symbol is Constructor { Arity: 0 } constant)
                {
                    results.Add((ulong)constant.Tag << 1 | 1);
                    continue;
                }

                tasks.Push(task with { Shape = shape });
                for (int i = shape.Sorts.Length - 1; i >= 0; i--)
                    tasks.Push(new Task(form.Field(task.Word, shape, i), shape.Sorts[i], null));
            }

            result = results[0];
            return true;
        }

        private static unsafe bool IsShared(ulong word) => CellMemory.CountOf(CellMemory.Cell(word)) > 1;

        private static bool TryCount(ulong word, TermSort form, out ulong count)
        {
            count = form.Form is Representation.Counter ? word : 0;
            if (form.Form is Representation.Counter) return true;
            while (true)
            {
                var shape = form.ShapeOf(word);
                if (shape.Symbol is not Constructor constructor) return false;
                if (constructor.Arity == 0) return true;
                word = form.Field(word, shape, 0);
                count++;
            }
        }

        private int SymbolIndex(int sort, FunctionSymbol symbol) => symbol is Constructor constructor ? constructor.Tag
            : message._sorts[sort].Constructors.Length + Array.FindIndex(message._open[sort], o => o.FullName == symbol.FullName);

        private ulong Value(ulong word, Sort sort)
        {
            switch (sort)
            {
                case RefSort:
                    return Heap.Words.ToObject(word, memory) is { } value ? objects.NumberOf(value) : 0;
                case BuiltInSort { Kind: BuiltInKind.Symbol }: return Text(new Symbol((int)word).Name);
                case BuiltInSort { Kind: BuiltInKind.String }: return Text((string)memory.External(word)!);
                case BuiltInSort { Kind: BuiltInKind.BigInteger }:
                    var integer = Heap.Words.ToInteger(word, memory);
                    byte[] bytes = BigInteger.Abs(integer).ToByteArray(isUnsigned: true);
                    Array.Resize(ref bytes, (bytes.Length + 7) / 8 * 8);
                    var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes);
                    return Node(IntegerMark << 32 | (ulong)words.Length << 1 | (integer.Sign < 0 ? 1UL : 0), words);
                default: return word;
            }
        }

        private ulong Text(string text)
        {
            var words = new ulong[(text.Length + 3) / 4];
            for (int i = 0; i < text.Length; i++) words[i / 4] |= (ulong)text[i] << (16 * (i % 4));
            return Node(TextMark << 32 | (uint)text.Length, words);
        }

        private ulong Node(ulong header, ReadOnlySpan<ulong> body)
        {
            Words.Add(header);
            foreach (ulong word in body) Words.Add(word);
            return _count++ << 1;
        }
    }
}

/// <summary>The C# objects in the messages of one call, numbered from 1.</summary>
internal sealed class MessageObjects
{
    private readonly List<object> _objects = [];
    private readonly Dictionary<object, ulong> _numbers = new(ReferenceEqualityComparer.Instance);

    public object At(ulong number) => _objects[(int)number - 1];

    public ulong NumberOf(object value)
    {
        if (_numbers.TryGetValue(value, out ulong known)) return known;
        _objects.Add(value);
        _numbers.Add(value, (ulong)_objects.Count);
        return (ulong)_objects.Count;
    }
}
