using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Heap;

/// <summary>How to read and build the terms of a sort. A heap keeps this for each of its handles.</summary>
/// <remarks>
/// Each sort has an unboxed form, and a boxed form in cells for terms that do not fit the unboxed one. A term that fits is always unboxed,
/// so terms of different forms are never equal.
/// </remarks>
internal sealed unsafe class TermSort
{
    private static readonly ConditionalWeakTable<DataSort, TermSort> UnboxedSorts = new(), BoxedSorts = new();
    private readonly Lazy<string> _shape;
    private readonly CellShape?[] _shapes;

    private TermSort(DataSort sort, bool isBoxed)
    {
        (Sort, IsBoxed) = (sort, isBoxed);
        Form = isBoxed ? new Representation.Cells("boxed form") : Representation.Of(sort);
        _shapes = new CellShape?[sort.Constructors.Length];
        _shape = new(() => ShapeText(sort));
    }

    /// <summary>The sort.</summary>
    public DataSort Sort { get; }

    /// <summary>True if all terms of this form are cells.</summary>
    public bool IsBoxed { get; }

    /// <summary>The representation of the terms.</summary>
    public Representation Form { get; }

    /// <summary>True if words can be references to cells; otherwise they are numbers.</summary>
    public bool HoldsCells => Form is Representation.Cells;

    /// <summary>The unboxed form of a sort.</summary>
    public static TermSort Of(DataSort sort) => Of(sort, isBoxed: false);

    /// <summary>A form of a sort.</summary>
    public static TermSort Of(DataSort sort, bool isBoxed)
        => isBoxed ? BoxedSorts.GetValue(sort, static s => new TermSort(s, true))
            : UnboxedSorts.GetValue(sort, static s => new TermSort(s, false));

    /// <summary>True if the words of a declared or built-in sort can be references to cells.</summary>
    public static bool CanBeCell(Sort sort, bool isBoxed)
        => sort is DataSort data ? isBoxed || Representation.Of(data) is Representation.Cells : Layouts.KindOf(sort) == WordKind.Term;

    /// <summary>The symbol and fields of a term.</summary>
    public CellShape ShapeOf(ulong word)
    {
        switch (Form)
        {
            case Representation.Counter: return ShapeAt(Sort.Constructors[0].Arity == (word == 0 ? 0 : 1) ? 0 : 1);
            case Representation.Packed packed: return ShapeAt((int)(word & ((1UL << packed.TagBits) - 1)));
        }

        if (!CellMemory.IsCell(word)) return ShapeAt((int)(word >> 1));
        ulong* cell = CellMemory.Cell(word);
        bool isNarrow = Sort.Constructors.Length < 0xFF;
        int tag = isNarrow ? (byte)(*cell >> 32) : (ushort)(*cell >> 32);
        return tag == (isNarrow ? Layouts.StuckTag & 0xFF : Layouts.StuckTag)
            ? OperationNumbers.Shape((int)cell[CellMemory.WordsOf(cell) - 1], IsBoxed) : ShapeAt(tag);
    }

    /// <summary>The fields of the terms of a constructor.</summary>
    public CellShape ShapeAt(int tag) => _shapes[tag] ??= new CellShape(Sort.Constructors[tag], IsBoxed);

    /// <summary>The word of a field; the term keeps the reference.</summary>
    public ulong Field(ulong word, CellShape shape, int index)
    {
        switch (Form)
        {
            case Representation.Counter: return word - 1;
            case Representation.Packed packed:
                var bits = packed.Fields[((Constructor)shape.Symbol).Tag][index];
                return Widen((word >> bits.Shift) & bits.Mask, shape.Sorts[index]);
        }

        byte* address = (byte*)word + shape.Fields[index].Offset;
        return shape.Fields[index].Size switch
        {
            1 => *address,
            2 => Unsafe.ReadUnaligned<ushort>(address),
            4 => Widen(*(uint*)address, shape.Sorts[index]),
            _ => *(ulong*)address,
        };
    }

    /// <summary>Builds a term from a symbol and the words of its fields, whose references it takes over.</summary>
    /// <exception cref="InsufficientMemoryException">There is no memory; the caller still owns the references.</exception>
    /// <exception cref="CounterOverflowException">The counter is at its maximum.</exception>
    public ulong Build(FunctionSymbol symbol, ReadOnlySpan<ulong> fields, CellMemory memory)
    {
        if (symbol is Constructor constructor)
        {
            switch (Form)
            {
                case Representation.Counter:
                    if (fields.Length == 0) return 0;
                    return (long)fields[0] < long.MaxValue ? fields[0] + 1 : throw new CounterOverflowException(constructor.Sort.Name);
                case Representation.Packed packed:
                    ulong word = (ulong)constructor.Tag;
                    for (int i = 0; i < fields.Length; i++)
                    {
                        var bits = packed.Fields[constructor.Tag][i];
                        word |= (fields[i] & bits.Mask) << bits.Shift;
                    }

                    return word;
            }

            return constructor.Arity == 0 ? (ulong)Layouts.ConstantOf(constructor) : Fill(ShapeAt(constructor.Tag), fields, memory);
        }

        int number = OperationNumbers.Of((Operation)symbol);
        var shape = OperationNumbers.Shape(number, IsBoxed);
        ulong stuck = Fill(shape, fields, memory);
        CellMemory.Cell(stuck)[shape.Words - 1] = (ulong)number;
        return stuck;
    }

    /// <summary>True if the other is a form of the same sort: the same constructors, down to the last field.</summary>
    /// <remarks>Different module objects have different sort objects, even if these come from the same declaration.</remarks>
    public bool IsSameSort(TermSort other) => ReferenceEquals(Sort, other.Sort) || Shape == other.Shape;

    /// <summary>The sort as text, down to the last field: equal for all module objects with the same declaration.</summary>
    public string Shape => _shape.Value;

    private static ulong Fill(CellShape shape, ReadOnlySpan<ulong> fields, CellMemory memory)
    {
        ulong* cell = memory.Allocate(shape.Words);
        new Span<ulong>(cell, shape.Words).Clear();
        cell[0] = shape.Header;
        for (int i = 0; i < fields.Length; i++)
        {
            byte* address = (byte*)cell + shape.Fields[i].Offset;
            switch (shape.Fields[i].Size)
            {
                case 1: *address = (byte)fields[i]; break;
                case 2: Unsafe.WriteUnaligned(address, (ushort)fields[i]); break;
                case 4: *(uint*)address = (uint)fields[i]; break;
                default: *(ulong*)address = fields[i]; break;
            }
        }

        return (ulong)cell;
    }

    // The word of an int is sign-extended.
    private static ulong Widen(ulong bits, Sort sort)
        => Layouts.KindOf(sort) == WordKind.Int32 && Layouts.IsSigned(sort) ? (ulong)(int)bits : bits;

    // Names can contain any character except line ends, and names alone need not be unique, so sorts appear by number.
    private static string ShapeText(DataSort root)
    {
        var text = new StringBuilder();
        var sorts = new List<DataSort> { root };
        for (int i = 0; i < sorts.Count; i++)
        {
            text.Append(sorts[i].ModuleName).Append('\n').Append(sorts[i].Name).Append('\n');
            foreach (var constructor in sorts[i].Constructors)
            {
                text.Append('|').Append(constructor.Name).Append('\n');
                foreach (var parameter in constructor.Parameters)
                {
                    if (parameter.Sort is not DataSort field)
                    {
                        text.Append(NameOf(parameter.Sort)).Append('\n');
                        continue;
                    }

                    if (!sorts.Contains(field)) sorts.Add(field);
                    text.Append('#').Append(sorts.IndexOf(field).ToString(CultureInfo.InvariantCulture)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    /// <summary>The text of a sort that is not declared, with everything that decides how its values are held and printed.</summary>
    public static string NameOf(Sort sort) => sort is EnumSort e
        ? e.FullName + ":" + e.Underlying + "("
            + string.Join(",", e.Members.Select(m => m.Name + "=" + m.Value.ToString(CultureInfo.InvariantCulture))) + ")" : sort.Name;
}

/// <summary>The symbol of a term and, if the term is a cell, the places of its fields.</summary>
internal sealed class CellShape
{
    public CellShape(FunctionSymbol symbol, bool isBoxed)
    {
        Symbol = symbol;
        var layout = Layouts.LayOut(symbol, isBoxed);
        (Words, Fields) = (layout.Words, [.. layout.Fields]);
        Header = CellMemory.Header(layout.Tag, layout.TermCount);
        Sorts = symbol.Parameters.Select(p => p.Sort).ToArray();
        Terms = Sorts.Select(s => s is DataSort d ? TermSort.Of(d, isBoxed) : null).ToArray();
    }

    public FunctionSymbol Symbol { get; }

    /// <summary>The size of a cell in words.</summary>
    public int Words { get; }

    /// <summary>The first word of a cell with one reference and zeros in its narrow fields.</summary>
    public ulong Header { get; }

    /// <summary>The place of each field in a cell.</summary>
    public CellField[] Fields { get; }

    /// <summary>The sort of each field.</summary>
    public Sort[] Sorts { get; }

    /// <summary>The sort of each field of a declared sort; null for other fields.</summary>
    public TermSort?[] Terms { get; }
}

/// <summary>The numbers of open operations in this process, which stuck terms carry.</summary>
internal static class OperationNumbers
{
    private static readonly ConcurrentDictionary<string, int> Numbers = new();
    private static readonly ConditionalWeakTable<Operation, StrongBox<int>> Known = new();
    private static CellShape[] s_unboxed = new CellShape[16], s_boxed = new CellShape[16];
    private static int s_count;

    /// <summary>
    /// The number of an operation. Operations of different module objects share a number if their names and sorts are the same.
    /// </summary>
    public static int Of(Operation operation) => Known.GetValue(operation, static o => new(Find(o))).Value;

    /// <summary>The shape of the stuck terms with a number.</summary>
    public static CellShape Shape(int number, bool isBoxed) => Volatile.Read(ref isBoxed ? ref s_boxed : ref s_unboxed)[number];

    private static int Find(Operation operation)
    {
        string key = operation.ModuleName + "\n" + operation.Name + "\n"
            + string.Join("\n",
                operation.Parameters.Select(p => p.Sort).Append(operation.Result).Select(
                s => s is DataSort data ? TermSort.Of(data).Shape : TermSort.NameOf(s)));
        if (Numbers.TryGetValue(key, out int number)) return number;
        lock (Numbers)
        {
            if (Numbers.TryGetValue(key, out number)) return number;
            // Readers see the old array or the new one; both contain every number that they can know.
            var (unboxed, boxed) = (new CellShape(operation, isBoxed: false), new CellShape(operation, isBoxed: true));
            if (s_count == s_unboxed.Length)
            {
                Volatile.Write(ref s_unboxed, [.. s_unboxed, .. new CellShape[s_count]]);
                Volatile.Write(ref s_boxed, [.. s_boxed, .. new CellShape[s_count]]);
            }

            (s_unboxed[s_count], s_boxed[s_count]) = (unboxed, boxed);
            Numbers[key] = s_count;
            return s_count++;
        }
    }
}
