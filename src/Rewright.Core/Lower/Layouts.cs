using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>The ways to hold a value in a machine word.</summary>
public enum WordKind
{
    /// <summary>A term: an odd number for a constant, otherwise the address of a counted cell.</summary>
    Term,
    /// <summary>0 or 1.</summary>
    Bool,
    /// <summary>32 bits; sign-extended in a word for <c>int</c>, zero-extended for <c>uint</c> and symbols.</summary>
    Int32,
    /// <summary>64 bits.</summary>
    Int64,
    /// <summary>An IEEE double; all NaNs have the same bits.</summary>
    Double,
    /// <summary>The address of a field.</summary>
    Hole,
}

/// <summary>The place of a field in a cell.</summary>
/// <param name="Offset">The offset in bytes.</param>
/// <param name="Size">The size in bytes: 1, 2, 4 or 8. Narrow fields are zero-extended, except for <c>int</c>.</param>
public sealed record CellField(int Offset, int Size);

/// <summary>
/// The layout of a symbol's cells: the header, with room for narrow fields, then the fields that are terms, then the others.
/// </summary>
/// <remarks>
/// Terms come first so that a cell describes itself: its header holds their number, and code that frees, compares, copies or marks cells
/// needs no more. <c>docs/abi.md</c> defines the bits.
/// </remarks>
/// <param name="Words">The size in words, including the header.</param>
/// <param name="TermCount">The number of fields that are terms.</param>
/// <param name="TagSize">The size of the tag in bytes, 1 or 2.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Fields">The place of each field.</param>
public sealed record CellLayout(int Words, int TermCount, int TagSize, int Tag, EquatableArray<CellField> Fields);

/// <summary>The memory layout of a program's terms.</summary>
public sealed class Layouts
{
    private readonly Dictionary<FunctionSymbol, CellLayout> _cells = [];
    private readonly HashSet<DataSort> _stuckSorts;
    // True for targets in another language, which packs sorts itself. Then a counter is a word only if no term of its sort can be stuck.
    private readonly bool _onlyCounters;

    /// <summary>The layouts of a module and all modules that it uses.</summary>
    /// <param name="module">The module.</param>
    /// <param name="form">The form of the program.</param>
    public Layouts(ModuleDefinition module, ProgramForm form)
    {
        (IsBoxed, _onlyCounters) = (form is ProgramForm.Boxed or ProgramForm.Traced or ProgramForm.Objects, form == ProgramForm.Managed);
        _stuckSorts = new(module.Closure.SelectMany(m => m.Operations).Where(o => o.IsOpen).Select(o => o.Result).OfType<DataSort>());
    }

    /// <summary>The tag of stuck terms' cells, cut to the size of the tag. Their operation is in the last word of the cell.</summary>
    public const int StuckTag = 0xFFFF;

    /// <summary>True if all sorts are held in cells.</summary>
    public bool IsBoxed { get; }

    /// <summary>The representation of a sort's terms in this program.</summary>
    public Representation RepresentationOf(DataSort sort)
        => IsBoxed || _onlyCounters && (Representation.Of(sort) is not Representation.Counter || _stuckSorts.Contains(sort))
            ? Boxed : Representation.Of(sort);

    private static readonly Representation Boxed = new Representation.Cells("boxed form");

    /// <summary>True if a term of the sort can be the stuck term of an open operation here; only cells can hold one.</summary>
    public bool MayBeStuck(DataSort sort) => _stuckSorts.Contains(sort) && RepresentationOf(sort) is Representation.Cells;

    /// <summary>The sort that replaces another in lowered code: unsigned numbers replace unboxed terms.</summary>
    public Sort MachineSort(Sort sort)
        => sort is DataSort data && RepresentationOf(data) is not Representation.Cells ? BuiltInSort.ULong : sort;

    /// <summary>How a word holds a value of a machine sort.</summary>
    public static WordKind KindOf(Sort sort) => sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => WordKind.Bool,
        BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.UInt or BuiltInKind.Symbol } => WordKind.Int32,
        BuiltInSort { Kind: BuiltInKind.Long or BuiltInKind.ULong } => WordKind.Int64,
        BuiltInSort { Kind: BuiltInKind.Double } => WordKind.Double,
        EnumSort { Underlying: BuiltInKind.Int or BuiltInKind.UInt } => WordKind.Int32,
        EnumSort => WordKind.Int64,
        HoleSort => WordKind.Hole,
        _ => WordKind.Term,
    };

    /// <summary>True if 32 bits are sign-extended to a word.</summary>
    public static bool IsSigned(Sort sort)
        => sort is BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.Long }
            or EnumSort { Underlying: BuiltInKind.Int or BuiltInKind.Long };

    /// <summary>True if values can be cells, so that references to them are counted.</summary>
    public bool IsCounted(Sort sort) => MachineSort(sort) switch
    {
        DataSort data => MayBeStuck(data) || data.Constructors.Any(IsCell),
        var machine => KindOf(machine) == WordKind.Term,
    };

    /// <summary>True if terms with this symbol are cells, not constants, provided that their sort is held in cells.</summary>
    public static bool IsCell(FunctionSymbol symbol) => symbol is Operation || symbol.Arity > 0;

    /// <summary>The word of a constructor without fields, in a sort that is held in cells.</summary>
    public static long ConstantOf(Constructor constructor) => ((long)constructor.Tag << 1) | 1;

    /// <summary>The layout of a symbol's cells.</summary>
    public CellLayout CellOf(FunctionSymbol symbol)
    {
        if (!_cells.TryGetValue(symbol, out var layout)) _cells.Add(symbol, layout = LayOut(symbol, IsBoxed));
        return layout;
    }

    /// <summary>Computes the layout of a symbol's cells.</summary>
    public static CellLayout LayOut(FunctionSymbol symbol, bool isBoxed)
    {
        // A narrow tag leaves two bytes of the header for fields, a wide one leaves one. Stuck terms use the tag size of their sort.
        bool isNarrow = symbol.Result is not DataSort sort || sort.Constructors.Length < 0xFF;
        int tagSize = isNarrow ? 1 : 2;
        var fields = new CellField[symbol.Arity];
        // Plain arrays, because the runtime would have to compile other collections before a process builds its first term.
        int[] sizes = new int[fields.Length];
        int terms = 0, nextTerm = 8;
        for (int i = 0; i < fields.Length; i++)
        {
            sizes[i] = SizeOf(symbol.Parameters[i].Sort, isBoxed);
            if (sizes[i] != 0) continue;
            terms++;
            fields[i] = new CellField(nextTerm, 8);
            nextTerm += 8;
        }

        // Fill the header's free bytes, then words that fields share; the largest fields first, so that each is aligned.
        int header = HeaderBytes + tagSize, headerEnd = HeaderBytes + 3, next = nextTerm;
        foreach (int size in new[] { 8, 4, 2, 1 })
        {
            for (int i = 0; i < fields.Length; i++)
            {
                if (sizes[i] != size) continue;
                if (header + size <= headerEnd)
                {
                    fields[i] = new CellField(header, size);
                    header += size;
                }
                else
                {
                    fields[i] = new CellField(next, size);
                    next += size;
                }
            }
        }

        int words = (next + 7) / 8;
        // The number of its operation follows the fields of a stuck term.
        if (symbol is Operation) words++;
        int tag = symbol is Constructor constructor ? constructor.Tag : isNarrow ? StuckTag & 0xFF : StuckTag;
        return new CellLayout(words, terms, tagSize, tag, fields.ToEquatableArray());
    }

    // The bytes of the reference count, which precede the tag.
    private const int HeaderBytes = 4;

    // 0 for terms.
    private static int SizeOf(Sort sort, bool isBoxed)
    {
        if (isBoxed && sort is DataSort) return 0;
        if (Representation.WidthOf(sort) is { } width) return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
        return KindOf(sort) switch { WordKind.Term => 0, WordKind.Int32 => 4, _ => 8 };
    }
}
