using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Rewright.Heap;

/// <summary>Computes values of terms from those of their parts, without recursion. A shared cell is visited once.</summary>
internal static unsafe class TermFold
{
    /// <summary>The value of a term. The caller keeps its word alive until the end.</summary>
    public static TResult Run<TResult>(TermHeap heap, ulong root, TermSort rootSort, Func<Term, ReadOnlySpan<TResult>, TResult> visit)
    {
        var shared = new Dictionary<(ulong, TermSort), TResult>();
        // The values of the parts of all nodes in progress; the innermost node's come last.
        var values = new List<TResult>();
        var nodes = new Stack<Node>();
        var cancellation = heap.Limits.Cancellation;
        nodes.Push(new Node(root, rootSort));
        while (nodes.TryPop(out var node))
        {
            // Calls by the visitor have their own time limit.
            if (cancellation.IsCancellationRequested) throw new EvaluationCanceledException(nameof(Term.Fold), cancellation);
            var parts = node.Shape.Terms;
            while (node.Next < parts.Length && parts[node.Next] is null) node.Next++;
            if (node.Next < parts.Length)
            {
                int index = node.Next++;
                var sort = parts[index]!;
                ulong word = node.Sort.Field(node.Word, node.Shape, index);
                nodes.Push(node);
                if (shared.TryGetValue((word, sort), out var known)) values.Add(known);
                else nodes.Push(new Node(word, sort));
                continue;
            }

            int first = values.Count - node.Parts;
            var value = visit(heap.NewTerm(node.Sort, node.Word), CollectionsMarshal.AsSpan(values)[first..]);
            values.RemoveRange(first, values.Count - first);
            values.Add(value);
            if (node.IsShared) shared.Add((node.Word, node.Sort), value);
        }

        return values[0];
    }

    private struct Node
    {
        public Node(ulong word, TermSort sort)
        {
            (Word, Sort, Shape) = (word, sort, sort.ShapeOf(word));
            foreach (var part in Shape.Terms)
                if (part is not null) Parts++;
            // A cell with one reference is reached once. Handles made on the way count too, but come later.
            IsShared = sort.HoldsCells && CellMemory.IsCell(word) && CellMemory.CountOf(CellMemory.Cell(word)) > 1;
        }

        public readonly ulong Word;
        public readonly TermSort Sort;
        public readonly CellShape Shape;
        public readonly int Parts;
        public readonly bool IsShared;
        public int Next;
    }
}
