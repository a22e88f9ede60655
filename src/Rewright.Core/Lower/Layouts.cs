using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>How a value of a sort is held in a machine word.</summary>
public enum WordKind
{
    /// <summary>An odd number for a constant, else the address of a counted cell.</summary>
    Term,
    /// <summary>0 or 1.</summary>
    Bool,
    /// <summary>32 bits; in a cell sign-extended for <c>int</c>, zero-extended for <c>uint</c> and symbols.</summary>
    Int32,
    /// <summary>64 bits.</summary>
    Int64,
    /// <summary>An IEEE double, all NaNs one.</summary>
    Double,
}

/// <summary>How a cell of a symbol lies in memory, in words of 8 bytes: the header, the fields that are terms, the others.</summary>
/// <remarks>
/// Terms come first so that a cell describes itself: its header holds their number, and whoever frees, compares, copies or
/// marks cells needs no more. <c>docs/abi.md</c> has the bits.
/// </remarks>
/// <param name="Words">Size, header included.</param>
/// <param name="TermCount">Number of fields that are terms.</param>
/// <param name="Offsets">The word of each field.</param>
public sealed record CellLayout(int Words, int TermCount, EquatableArray<int> Offsets);

/// <summary>How the terms of a program lie in memory.</summary>
public sealed class Layouts
{
    private readonly Dictionary<FunctionSymbol, CellLayout> _cells = [];
    private readonly HashSet<DataSort> _stuckSorts;

    /// <summary>The layouts of a module and all that it uses.</summary>
    public Layouts(Module module)
        => _stuckSorts = new(module.Closure.SelectMany(m => m.Operations).Where(o => o.IsOpen).Select(o => o.Result).OfType<DataSort>());

    /// <summary>The tag of the cells of stuck terms, whose symbol stands in their last word.</summary>
    public const int StuckTag = 0xFFFF;

    /// <summary>True where a term of the sort can be the stuck term of an open operation.</summary>
    public bool MayBeStuck(DataSort sort) => _stuckSorts.Contains(sort);

    /// <summary>How a value of a sort is held.</summary>
    public static WordKind KindOf(Sort sort) => sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => WordKind.Bool,
        BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.UInt or BuiltInKind.Symbol } => WordKind.Int32,
        BuiltInSort { Kind: BuiltInKind.Long or BuiltInKind.ULong } => WordKind.Int64,
        BuiltInSort { Kind: BuiltInKind.Double } => WordKind.Double,
        EnumSort { Underlying: BuiltInKind.Int or BuiltInKind.UInt } => WordKind.Int32,
        EnumSort => WordKind.Int64,
        _ => WordKind.Term,
    };

    /// <summary>True where 32 bits are sign-extended to a word.</summary>
    public static bool IsSigned(Sort sort) => sort is BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.Long } or EnumSort { Underlying: BuiltInKind.Int or BuiltInKind.Long };

    /// <summary>True where values can be cells, so that references to them are counted.</summary>
    public bool IsCounted(Sort sort) => sort switch
    {
        DataSort data => MayBeStuck(data) || data.Constructors.Any(IsCell),
        _ => KindOf(sort) == WordKind.Term,
    };

    /// <summary>True where terms built with the symbol are cells, not constants.</summary>
    public static bool IsCell(FunctionSymbol symbol) => symbol is Operation || symbol.Arity > 0;

    /// <summary>The word of a constructor without fields.</summary>
    public static long ConstantOf(Constructor constructor) => ((long)constructor.Tag << 1) | 1;

    /// <summary>The layout of the cells of a symbol.</summary>
    public CellLayout CellOf(FunctionSymbol symbol)
    {
        if (!_cells.TryGetValue(symbol, out var layout)) _cells.Add(symbol, layout = LayOut(symbol));
        return layout;
    }

    /// <summary>Lays out the cells of a symbol.</summary>
    public static CellLayout LayOut(FunctionSymbol symbol)
    {
        int terms = symbol.Parameters.Count(p => KindOf(p.Sort) == WordKind.Term);
        int nextTerm = 1, nextOther = 1 + terms;
        var offsets = symbol.Parameters.Select(p => KindOf(p.Sort) == WordKind.Term ? nextTerm++ : nextOther++).ToImmutableArray();
        // Behind the fields of a stuck term stands the number of its operation.
        int words = 1 + symbol.Arity + (symbol is Operation ? 1 : 0);
        return new CellLayout(words, terms, offsets);
    }
}
