using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Explain;

/// <summary>A value in a trace: a term, or a value of a built-in sort. It is valid until its trace ends.</summary>
public sealed class TracedValue
{
    private readonly RewriteTrace _trace;
    private readonly ulong _word;

    // The word is boxed, and the trace holds a reference to it.
    internal TracedValue(RewriteTrace trace, ulong word, Sort sort) => (_trace, _word, Sort) = (trace, word, sort);

    /// <summary>The sort of the value.</summary>
    public Sort Sort { get; }

    /// <summary>The value as a term, with a new handle.</summary>
    /// <exception cref="InvalidOperationException">The value is of a built-in sort.</exception>
    public Term GetTerm()
    {
        if (Sort is not DataSort sort) throw new InvalidOperationException("A value of sort " + Sort.Name + " is not a term.");
        return Inside(heap =>
        {
            var boxed = TermSort.Of(sort, isBoxed: true);
            return TermForms.TryUnbox(_word, boxed, heap.Memory, out ulong unboxed)
                ? heap.NewTerm(unboxed, TermSort.Of(sort)) : heap.NewTerm(boxed, _word);
        });
    }

    /// <summary>The value of a built-in or enum sort.</summary>
    /// <exception cref="InvalidOperationException">The value is a term or an object.</exception>
    public Literal GetLiteral()
        => Sort is DataSort or RefSort ? throw new InvalidOperationException("A value of sort " + Sort.Name + " is not a literal.")
            : Inside(heap => Words.ToLiteral(_word, Sort, heap.Memory));

    /// <summary>The object of a <see cref="Ref{T}"/>.</summary>
    /// <exception cref="InvalidOperationException">The value is of another sort.</exception>
    public object? GetReference()
        => Sort is RefSort ? Inside(heap => Words.ToObject(_word, heap.Memory))
            : throw new InvalidOperationException("A value of sort " + Sort.Name + " is not a reference.");

    /// <summary>The value as text of at most 16 million characters.</summary>
    public override string ToString() => ToString(Term.DefaultLength);

    /// <summary>The value as text of at most <paramref name="maxLength"/> characters.</summary>
    /// <exception cref="EvaluationException">A limit of the heap is reached.</exception>
    public string ToString(int maxLength) => Inside(heap => TermPrinter.Print(_word, Sort, isBoxed: true, heap.Memory, maxLength));

    /// <summary>
    /// Rebuilds the value from its symbols, literals and objects: parts before the nodes that hold them, and each shared part once.
    /// </summary>
    /// <param name="known">The parts built so far, for all values of the trace.</param>
    /// <param name="build">Makes a node from its symbol, literal or object (which may be null) and its parts.</param>
    internal T Read<T>(Dictionary<Key, T> known, Func<object?, T[], T> build) => Inside(heap =>
    {
        var root = new Key(_word, Sort);
        var open = new Stack<Key>([root]);
        using var watch = new LimitSteps(heap.Memory.Watch, "reading of a trace");
        while (open.TryPeek(out var key))
        {
            watch.Next();
            if (known.ContainsKey(key) || key.Sort is not DataSort sort)
            {
                known.TryAdd(key, known.TryGetValue(key, out var old) ? old
                    : build(key.Sort is RefSort ? Words.ToObject(key.Word, heap.Memory) : Words.ToLiteral(key.Word, key.Sort, heap.Memory),
                        []));
                open.Pop();
                continue;
            }

            var boxed = TermSort.Of(sort, isBoxed: true);
            var shape = boxed.ShapeOf(key.Word);
            var fields = Enumerable.Range(0, shape.Sorts.Length).Select(
                i => new Key(boxed.Field(key.Word, shape, i), shape.Sorts[i])).ToArray();
            int before = open.Count;
            foreach (var field in fields)
                if (!known.ContainsKey(field)) open.Push(field);
            if (open.Count > before) continue;
            known.Add(key, build(shape.Symbol, [.. fields.Select(f => known[f])]));
            open.Pop();
        }

        return known[root];
    });

    /// <summary>The identity of a value: the same word with another sort is another value.</summary>
    internal readonly record struct Key(ulong Word, Sort Sort);

    private T Inside<T>(Func<TermHeap, T> read)
    {
        var heap = _trace.LivingHeap;
        heap.Enter();
        try
        {
            return read(heap);
        }
        catch (OutOfMemoryException)
        {
            throw new MemoryLimitException(nameof(TracedValue), heap.Limits.MaxHeapBytes);
        }
        finally
        {
            heap.Exit();
        }
    }
}
