using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Rewright.Heap;

/// <summary>
/// Equality and hashing of terms. Terms may be deep and share parts, so these functions are neither recursive nor exponential.
/// </summary>
internal static unsafe class TermEquality
{
    // Most comparisons end within this many steps. Remembering compared cells pays only for longer ones.
    private const int FreeSteps = 256;

    /// <summary>True if the terms are equal. Cells describe themselves, so no sort is needed.</summary>
    /// <remarks>
    /// Two cells that are compared are put into one class, because the terms are equal only if all their parts are. So the number of
    /// comparisons is that of cells, not of pairs of cells (Hopcroft and Karp, "A linear algorithm for testing equivalence of finite
    /// automata", 1971).
    /// </remarks>
    /// <exception cref="TimeLimitException">The time of the left heap's limits is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public static bool Equal(ulong left, CellMemory leftMemory, ulong right, CellMemory rightMemory)
    {
        bool oneHeap = ReferenceEquals(leftMemory, rightMemory);
        // Most pairs differ at the root or have a single field, and need no stack.
        Stack<(ulong Left, ulong Right)>? pending = null;
        Classes? classes = null;
        using var watch = new LimitSteps(leftMemory.Watch, nameof(Equals));
        for (long steps = 0; ; steps++)
        {
            watch.Next();
            if (left != right || (!oneHeap && CellMemory.IsCell(left)))
            {
                if (!CellMemory.IsCell(left) || !CellMemory.IsCell(right)) return false;
                ulong* a = CellMemory.Cell(left), b = CellMemory.Cell(right);
                // Compare tags and numbers of fields: the header without its count.
                if (*a >> 32 != *b >> 32 || CellMemory.WordsOf(a) != CellMemory.WordsOf(b)) return false;
                if (CellMemory.IsExternal(a))
                {
                    if (!EqualExternals(CellMemory.KindOf(a), leftMemory.External(left), rightMemory.External(right))) return false;
                }
                // Terms that share parts lead to the same pairs again and again, so those pairs are remembered.
                else if (steps <= FreeSteps || CellMemory.CountOf(a) == 1 || CellMemory.CountOf(b) == 1
                    || (classes ??= new()).Unite(left, right))
                {
                    int terms = CellMemory.TermCountOf(a), words = CellMemory.WordsOf(a);
                    for (int i = terms + 1; i < words; i++)
                        if (a[i] != b[i]) return false;
                    for (int i = terms; i >= 2; i--) (pending ??= new()).Push((a[i], b[i]));
                    if (terms > 0)
                    {
                        (left, right) = (a[1], b[1]);
                        continue;
                    }
                }
            }

            if (pending is null || !pending.TryPop(out var next)) return true;
            (left, right) = next;
        }
    }

    /// <summary>A hash of the first few dozen nodes. Equal terms have equal hashes, and the time is bounded.</summary>
    public static int Hash(ulong word, CellMemory memory)
    {
        const int nodes = 64;
        var hash = default(HashCode);
        var pending = new Queue<ulong>();
        pending.Enqueue(word);
        for (int n = 0; n < nodes && pending.TryDequeue(out word); n++)
        {
            if (!CellMemory.IsCell(word))
            {
                hash.Add(word);
                continue;
            }

            ulong* cell = CellMemory.Cell(word);
            hash.Add(*cell >> 32);
            if (CellMemory.IsExternal(cell))
            {
                object? value = memory.External(word);
                hash.Add(CellMemory.KindOf(cell) == ExternalKind.Reference ? RuntimeHelpers.GetHashCode(value) : value!.GetHashCode());
                continue;
            }

            int terms = CellMemory.TermCountOf(cell), words = CellMemory.WordsOf(cell);
            for (int i = terms + 1; i < words; i++) hash.Add(cell[i]);
            for (int i = 1; i <= terms && pending.Count < nodes; i++) pending.Enqueue(cell[i]);
        }

        return hash.ToHashCode();
    }

    // Classes of cells that must be equal. Cells of different heaps have different addresses too.
    private sealed class Classes
    {
        private readonly Dictionary<ulong, ulong> _parents = [];

        /// <summary>Joins the classes of two cells. Returns false if both already are in one class.</summary>
        public bool Unite(ulong left, ulong right)
        {
            (left, right) = (Root(left), Root(right));
            if (left == right) return false;
            _parents[left] = right;
            return true;
        }

        private ulong Root(ulong cell)
        {
            ulong root = cell;
            while (_parents.TryGetValue(root, out ulong parent)) root = parent;
            while (cell != root)
            {
                ulong next = _parents[cell];
                _parents[cell] = root;
                cell = next;
            }

            return root;
        }
    }

    private static bool EqualExternals(ExternalKind kind, object? left, object? right)
        => kind == ExternalKind.Reference ? ReferenceEquals(left, right) : Equals(left, right);
}

/// <summary>Copies terms between heaps.</summary>
internal static unsafe class TermCopy
{
    /// <summary>Makes a copy, which the caller owns. Cells that are shared in the source are shared in the copy.</summary>
    /// <exception cref="InsufficientMemoryException">The target's memory limit is reached; the partial copy is freed.</exception>
    /// <exception cref="TimeLimitException">The time of the target's limits is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public static ulong Copy(ulong word, CellMemory source, CellMemory target)
    {
        if (ReferenceEquals(source, target))
        {
            CellMemory.Dup(word);
            return word;
        }

        // Each pending entry is a place in the target that waits for the copy of a source word. Until then it holds a constant, so that the
        // copy can be freed at any time.
        ulong result = Words.Null;
        var copies = new Dictionary<ulong, ulong>();
        var pending = new Stack<(ulong Source, nint Place)>();
        pending.Push((word, (nint)(&result)));
        using var watch = new LimitSteps(target.Watch, nameof(Term.CopyTo));
        try
        {
            while (pending.TryPop(out var next))
            {
                watch.Next();
                ulong* place = (ulong*)next.Place;
                if (!CellMemory.IsCell(next.Source))
                {
                    *place = next.Source;
                    continue;
                }

                if (copies.TryGetValue(next.Source, out ulong known))
                {
                    CellMemory.Dup(known);
                    *place = known;
                    continue;
                }

                ulong* from = CellMemory.Cell(next.Source);
                ulong copy = CellMemory.IsExternal(from)
                    ? target.NewExternal(CellMemory.KindOf(from), source.External(next.Source))
                    : CopyCell(from, target, pending);
                *place = copy;
                if (CellMemory.CountOf(from) > 1) copies.Add(next.Source, copy);
            }
        }
        catch
        {
            target.Drop(result);
            throw;
        }

        return result;
    }

    private static ulong CopyCell(ulong* from, CellMemory target, Stack<(ulong, nint)> pending)
    {
        int words = CellMemory.WordsOf(from), terms = CellMemory.TermCountOf(from);
        ulong* to = target.Allocate(words);
        to[0] = (*from & ~(ulong)uint.MaxValue) | 1;
        for (int i = 1; i <= terms; i++)
        {
            to[i] = Words.Null;
            pending.Push((from[i], (nint)(to + i)));
        }

        for (int i = terms + 1; i < words; i++) to[i] = from[i];
        return (ulong)to;
    }
}
