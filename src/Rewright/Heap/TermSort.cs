using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using Rewright.Emit;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Heap;

/// <summary>How the terms of a sort are read: what a heap knows of each of its handles.</summary>
internal sealed unsafe class TermSort
{
    private static readonly ConditionalWeakTable<DataSort, TermSort> Known = new();
    private readonly Lazy<string> _shape;
    private readonly CellShape?[] _cells;

    private TermSort(DataSort sort)
    {
        Sort = sort;
        _cells = new CellShape?[sort.Constructors.Length];
        _shape = new(() => ShapeOf(sort));
    }

    /// <summary>The sort.</summary>
    public DataSort Sort { get; }

    /// <summary>The one object for a sort.</summary>
    public static TermSort Of(DataSort sort) => Known.GetValue(sort, static s => new TermSort(s));

    /// <summary>The symbol and fields of a term.</summary>
    public CellShape ShapeOf(ulong word)
    {
        if (!CellMemory.IsCell(word)) return CellAt((int)(word >> 1));
        ulong* cell = CellMemory.Cell(word);
        int tag = CellMemory.TagOf(cell);
        return tag == Layouts.StuckTag ? OperationNumbers.Shape((int)cell[CellMemory.WordsOf(cell) - 1]) : CellAt(tag);
    }

    /// <summary>The fields of a constructor's terms.</summary>
    public CellShape CellAt(int tag) => _cells[tag] ??= new CellShape(Sort.Constructors[tag]);

    /// <summary>True where terms of the other sort are terms of this one: the same constructors, down to the last field.</summary>
    /// <remarks>Sorts of different module objects are different, though they may come from the same declaration.</remarks>
    public bool IsSame(TermSort other) => ReferenceEquals(this, other) || _shape.Value == other._shape.Value;

    private static string ShapeOf(DataSort root)
    {
        var text = new StringBuilder();
        var sorts = new List<DataSort> { root };
        for (int i = 0; i < sorts.Count; i++)
        {
            text.Append(sorts[i].ModuleName).Append('.').Append(sorts[i].Name).Append('=');
            foreach (var constructor in sorts[i].Constructors)
            {
                text.Append(constructor.Name).Append('(');
                foreach (var parameter in constructor.Parameters)
                {
                    text.Append(parameter.Sort.Name).Append(',');
                    if (parameter.Sort is DataSort field && !sorts.Contains(field)) sorts.Add(field);
                }

                text.Append(')');
            }

            text.Append(';');
        }

        return text.ToString();
    }
}

/// <summary>The symbol that a term is built with and where its fields are.</summary>
internal sealed class CellShape
{
    public CellShape(FunctionSymbol symbol)
    {
        Symbol = symbol;
        var layout = Layouts.LayOut(symbol);
        (Words, TermCount, Offsets) = (layout.Words, layout.TermCount, [.. layout.Offsets]);
        Sorts = symbol.Parameters.Select(p => p.Sort).ToArray();
        Terms = Sorts.Select(s => s is DataSort d ? TermSort.Of(d) : null).ToArray();
    }

    public FunctionSymbol Symbol { get; }

    public int Words { get; }

    public int TermCount { get; }

    /// <summary>The word of each field.</summary>
    public int[] Offsets { get; }

    /// <summary>The sort of each field.</summary>
    public Sort[] Sorts { get; }

    /// <summary>The sort of each field that is a term, null for the others.</summary>
    public TermSort?[] Terms { get; }
}

/// <summary>The numbers by which open operations are known in this process; stuck terms carry them.</summary>
internal static class OperationNumbers
{
    private static readonly ConcurrentDictionary<string, int> Numbers = new();
    private static readonly List<CellShape> Shapes = [];

    public static int Of(Operation operation)
    {
        string key = operation.FullName + "(" + string.Join(",", operation.Parameters.Select(p => p.Sort.Name)) + "):" + operation.Result.Name;
        if (Numbers.TryGetValue(key, out int number)) return number;
        lock (Shapes)
        {
            return Numbers.GetOrAdd(key, _ =>
            {
                Shapes.Add(new CellShape(operation));
                return Shapes.Count - 1;
            });
        }
    }

    public static CellShape Shape(int number)
    {
        lock (Shapes) return Shapes[number];
    }
}
