using System;
using System.Collections.Generic;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Heap;

/// <summary>Converts terms between the unboxed and the boxed form, without recursion. Shared parts stay shared.</summary>
internal static unsafe class TermForms
{
    /// <summary>Makes the boxed form of a borrowed term; the caller owns the result.</summary>
    public static ulong Box(ulong word, TermSort sort, CellMemory memory)
        => sort.IsBoxed ? throw new ArgumentException("The term is in the boxed form already.") : Convert(word, sort, memory, out _);

    /// <summary>
    /// Makes the unboxed form of a term; the caller owns it. Returns false if the term holds a stuck term, or a counter that is too large,
    /// in a sort without cells.
    /// </summary>
    public static bool TryUnbox(ulong word, TermSort sort, CellMemory memory, out ulong unboxed)
    {
        unboxed = Convert(word, sort, memory, out bool fits);
        return fits;
    }

    private enum TaskKind
    {
        /// <summary>A term to convert.</summary>
        Term,
        /// <summary>A term whose converted fields are the latest results.</summary>
        Node,
        /// <summary>A value of a built-in sort, the same in both forms.</summary>
        Value,
        /// <summary>A value of a built-in sort that is a cell.</summary>
        CellValue,
    }

    private readonly record struct Task(TaskKind Kind, ulong Word, TermSort Sort, CellShape? Shape);

    private static ulong Convert(ulong root, TermSort sort, CellMemory memory, out bool fits)
    {
        bool toBoxed = !sort.IsBoxed;
        var tasks = new Stack<Task>();
        var results = new List<(ulong Word, bool IsCell)>();
        var converted = new Dictionary<ulong, ulong>();
        tasks.Push(new Task(TaskKind.Term, root, sort, null));
        fits = false;
        using var watch = new LimitSteps(memory.Watch, "conversion of a term");
        try
        {
            while (tasks.TryPop(out var task))
            {
                watch.Next();
                var target = TermSort.Of(task.Sort.Sort, toBoxed);
                bool isCell = task.Sort.HoldsCells && CellMemory.IsCell(task.Word);
                switch (task.Kind)
                {
                    case TaskKind.Value:
                        results.Add((task.Word, false));
                        break;
                    case TaskKind.CellValue:
                        CellMemory.Dup(task.Word);
                        results.Add((task.Word, true));
                        break;
                    case TaskKind.Term when isCell && converted.TryGetValue(task.Word, out ulong known):
                        if (target.HoldsCells) CellMemory.Dup(known);
                        results.Add((known, target.HoldsCells));
                        break;
                    case TaskKind.Term:
                        var shape = task.Sort.ShapeOf(task.Word);
                        if (shape.Symbol is Operation && !target.HoldsCells)
                        {
                            Abandon();
                            return 0;
                        }

                        tasks.Push(task with { Kind = TaskKind.Node, Shape = shape });
                        for (int i = shape.Sorts.Length - 1; i >= 0; i--)
                        {
                            ulong field = task.Sort.Field(task.Word, shape, i);
                            var kind = shape.Terms[i] is not null ? TaskKind.Term
                                : Layouts.KindOf(shape.Sorts[i]) == WordKind.Term ? TaskKind.CellValue : TaskKind.Value;
                            tasks.Push(new Task(kind, field, shape.Terms[i] ?? task.Sort, null));
                        }

                        break;
                    default:
                        int count = task.Shape!.Sorts.Length, first = results.Count - count;
                        var fields = new ulong[count];
                        for (int i = 0; i < count; i++) fields[i] = results[first + i].Word;
                        ulong built = target.Build(task.Shape.Symbol, fields, memory);
                        results.RemoveRange(first, count);
                        results.Add((built, target.HoldsCells));
                        if (isCell && CellMemory.CountOf(CellMemory.Cell(task.Word)) > 1) converted.TryAdd(task.Word, built);
                        break;
                }
            }
        }
        catch (CounterOverflowException)
        {
            Abandon();
            return 0;
        }
        catch
        {
            Abandon();
            throw;
        }

        fits = true;
        return results[0].Word;

        void Abandon()
        {
            foreach (var (word, holdsCell) in results)
                if (holdsCell) memory.Drop(word);
        }
    }
}
