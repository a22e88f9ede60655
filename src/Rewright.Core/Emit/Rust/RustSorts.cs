using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>A symbol of a sort's terms: a variant of the sort's enum.</summary>
internal sealed class RustSymbol(RustSort sort, FunctionSymbol symbol, int index)
{
    public RustSort Sort => sort;

    public FunctionSymbol Symbol => symbol;

    /// <summary>The position in the sort: constructors by tag, then open operations.</summary>
    public int Index => index;

    /// <summary>The name of the variant, without the enum's name.</summary>
    public string Variant { get; set; } = "";

    /// <summary>The struct of the fields in a shared node; null if the term itself holds them.</summary>
    public string? Node { get; set; }

    /// <summary>The function that builds a term with a node.</summary>
    public string Builder { get; set; } = "";

    /// <summary>True if the symbol has no fields.</summary>
    public bool IsUnit => symbol.Arity == 0;

    public string Path => sort.Type + "::" + Variant;
}

/// <summary>The Rust representation of a declared sort.</summary>
internal sealed class RustSort(DataSort sort, int index)
{
    public DataSort Sort => sort;

    public int Index => index;

    public string Type { get; set; } = "";

    /// <summary>True if the sort is held as a number: <c>A | B(itself)</c>.</summary>
    public bool IsCounter { get; set; }

    public List<RustSymbol> Symbols { get; } = [];

    public bool IsCopy { get; set; }

    /// <summary>The approximate size of a term itself, in bytes.</summary>
    public int Size { get; set; }

    public bool HasNodes => Symbols.Any(s => s.Node is not null);

    /// <summary>The constant of a counter.</summary>
    public RustSymbol Zero => Symbols.First(s => s.IsUnit);

    public RustSymbol Successor => Symbols.First(s => !s.IsUnit);
}

/// <summary>The sorts of a crate.</summary>
/// <remarks>
/// Every sort becomes an enum. The enum itself holds the fields if they are few and cannot lead back to the sort; otherwise a shared node
/// does, so that a term is at most two words. Counters are numbers unless they can be stuck.
/// </remarks>
internal sealed class RustSorts
{
    // Two words are a tag and a pointer, or a tag and a number.
    private const int SmallFields = 8, LargestFields = 24;

    private static readonly HashSet<string> Reserved = new((
        "Option Some None Result Ok Err Box Vec String Rc Self Clone Copy Default Drop Eq Error ErrorKind Fields From FromStr Into "
        + "Iterator Part Kind Node Head Value Nodes Shared Pending Term Sort SymbolInfo Enum FieldWords Message ParseError Integer Text "
        + "Symbol Reference Run State Limits TryFrom Debug Display Host Nobody ByMessage").Split(' '));

    private readonly Dictionary<DataSort, RustSort> _sorts = [];
    private readonly Dictionary<FunctionSymbol, RustSymbol> _symbols = [];
    private readonly Dictionary<EnumSort, string> _enums = [];

    public RustSorts(ModuleDefinition module, Layouts layouts)
    {
        var types = new HashSet<string>(Reserved);
        var closure = module.Closure;
        foreach (var sort in closure.SelectMany(m => m.Sorts))
        {
            var rust = new RustSort(sort, _sorts.Count) { Type = RustNames.Unique(types, RustNames.Pascal(sort.Name)) };
            rust.IsCounter = layouts.RepresentationOf(sort) is Representation.Counter;
            _sorts.Add(sort, rust);
            var variants = new HashSet<string> { "Self" };
            var functions = new HashSet<string>
            {
                "clone", "part", "release", "look", "drop", "fmt", "eq", "from_word", "kind", "is_shared", "address", "is_deep", "from_str",
                "constant", "below", "count",
            };
            var open = closure.SelectMany(m => m.Operations).Where(o => o.IsOpen && ReferenceEquals(o.Result, sort));
            foreach (var symbol in sort.Constructors.Cast<FunctionSymbol>().Concat(open))
            {
                var variant = new RustSymbol(rust, symbol, rust.Symbols.Count)
                {
                    Variant = RustNames.Unique(variants, RustNames.Pascal(symbol.Name)),
                    Builder = RustNames.Unique(functions, RustNames.Snake(symbol.Name)),
                };
                rust.Symbols.Add(variant);
                _symbols.Add(symbol, variant);
            }
        }

        foreach (var sort in closure.SelectMany(m => m.Enums).Concat(EnumsIn(closure)).Distinct())
            _enums.Add(sort, RustNames.Unique(types, RustNames.Pascal(sort.FullName.Split('.').Last())));
        foreach (var sort in _sorts.Values) Settle(sort, types);
        All = _sorts.Values.OrderBy(s => s.Index).ToList();
    }

    public IReadOnlyList<RustSort> All { get; }

    public IEnumerable<KeyValuePair<EnumSort, string>> Enums => _enums;

    public RustSort Of(DataSort sort) => _sorts[sort];

    public RustSymbol Of(FunctionSymbol symbol) => _symbols[symbol];

    public bool IsCounter(Sort sort) => sort is DataSort data && _sorts[data].IsCounter;

    /// <summary>True if values are copied, not moved.</summary>
    public bool IsCopy(Sort sort) => sort switch
    {
        DataSort data => _sorts[data].IsCopy,
        BuiltInSort { Kind: BuiltInKind.Symbol or BuiltInKind.String or BuiltInKind.BigInteger } => false,
        _ => true,
    };

    /// <summary>The Rust type of a sort's values.</summary>
    public string TypeOf(Sort sort) => sort switch
    {
        DataSort data => _sorts[data].Type,
        EnumSort e => _enums[e],
        RefSort => "Reference",
        BuiltInSort b => b.Kind switch
        {
            BuiltInKind.Bool => "bool",
            BuiltInKind.Int => "i32",
            BuiltInKind.UInt => "u32",
            BuiltInKind.Long => "i64",
            BuiltInKind.ULong => "u64",
            BuiltInKind.Double => "f64",
            BuiltInKind.Symbol => "Symbol",
            BuiltInKind.String => "Text",
            _ => "Integer",
        },
        _ => throw new System.InvalidOperationException(sort + " has no type in Rust."),
    };

    /// <summary>The Rust integer that holds an enum's values.</summary>
    public static string IntegerOf(EnumSort sort) => sort.Underlying switch
    {
        BuiltInKind.Int => "i32",
        BuiltInKind.UInt => "u32",
        BuiltInKind.ULong => "u64",
        _ => "i64",
    };

    private static IEnumerable<EnumSort> EnumsIn(IEnumerable<ModuleDefinition> modules)
        => modules.SelectMany(m => m.DeclaredSymbols).SelectMany(s => s.Parameters.Select(p => p.Sort).Append(s.Result)).OfType<EnumSort>();

    private int SizeOf(Sort sort, HashSet<string> types)
    {
        switch (sort)
        {
            case DataSort data:
                Settle(_sorts[data], types);
                return _sorts[data].Size;
            case BuiltInSort { Kind: BuiltInKind.Bool }: return 1;
            case BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.UInt } or EnumSort { Underlying: BuiltInKind.Int or BuiltInKind.UInt }:
                return 4;
            case BuiltInSort { Kind: BuiltInKind.Symbol or BuiltInKind.String }: return 16;
            case BuiltInSort { Kind: BuiltInKind.BigInteger }: return 24;
            default: return 8;
        }
    }

    // Terminates, because only fields that cannot lead back to the sort are asked for their size.
    private void Settle(RustSort sort, HashSet<string> types)
    {
        if (sort.Size > 0) return;
        if (sort.IsCounter)
        {
            (sort.Size, sort.IsCopy) = (8, true);
            return;
        }

        bool IsRecursive(RustSymbol symbol) => symbol.Symbol.Parameters.Any(p => p.Sort is DataSort field && Reaches(field, sort.Sort));
        var recursive = sort.Symbols.Where(IsRecursive).ToList();
        int most = recursive.Count > 0 ? SmallFields : LargestFields, largest = 0;
        foreach (var symbol in sort.Symbols)
        {
            bool isRecursive = recursive.Contains(symbol);
            int size = isRecursive ? 8 : symbol.Symbol.Parameters.Sum(p => SizeOf(p.Sort, types));
            if (isRecursive || size > most) symbol.Node = "";
            largest = System.Math.Max(largest, symbol.Node is null ? size : 8);
        }

        sort.Size = largest == 0 ? 1 : largest <= 3 ? largest + 1 : (largest + 15) / 8 * 8;
        sort.IsCopy = sort.Symbols.All(s => s.Node is null && s.Symbol.Parameters.All(p => IsCopy(p.Sort)));
        foreach (var symbol in sort.Symbols.Where(s => s.Node is not null))
            symbol.Node = RustNames.Unique(types, types.Contains(symbol.Variant) ? sort.Type + symbol.Variant : symbol.Variant);
    }

    private bool Reaches(DataSort from, DataSort to)
    {
        var seen = new HashSet<DataSort> { from };
        var pending = new Stack<DataSort>(seen);
        while (pending.Count > 0)
        {
            var sort = pending.Pop();
            if (ReferenceEquals(sort, to)) return true;
            if (_sorts[sort].IsCounter) continue;
            foreach (var field in _sorts[sort].Symbols.SelectMany(s => s.Symbol.Parameters).Select(p => p.Sort).OfType<DataSort>())
                if (seen.Add(field)) pending.Push(field);
        }

        return false;
    }
}
