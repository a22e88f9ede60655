using System.Collections.Immutable;

namespace Rewright.Model;

/// <summary>A parameter of a symbol.</summary>
/// <param name="Name">The declared name; empty if there is none.</param>
/// <param name="Sort">The sort of the arguments.</param>
public sealed record Parameter(string Name, Sort Sort);

/// <summary>The declared properties of an operation or constructor, apart from its rules.</summary>
[System.Flags]
public enum SymbolAttributes
{
    /// <summary>No properties.</summary>
    None = 0,
    /// <summary>An operation whose stuck terms are results.</summary>
    Open = 1,
    /// <summary>An operation that C# implements.</summary>
    Host = 2,
    /// <summary><c>f(f(x, y), z) = f(x, f(y, z))</c>; recorded, not yet used for matching.</summary>
    Associative = 4,
    /// <summary><c>f(x, y) = f(y, x)</c>; recorded, not yet used for matching.</summary>
    Commutative = 8,
    /// <summary>The operation that gives the terms of its parameter's sort their meaning; proofs use it.</summary>
    Denotes = 16,
}

/// <summary>A function symbol: a constructor or an operation.</summary>
public abstract class FunctionSymbol
{
    private protected FunctionSymbol(string module, string name, Sort result, SymbolAttributes attributes)
        => (ModuleName, Name, Result, Attributes) = (module, name, result, attributes);

    /// <summary>The name of the declaring module.</summary>
    public string ModuleName { get; }

    /// <summary>The name, unique in the module.</summary>
    public string Name { get; }

    /// <summary>The sort of the symbol's terms.</summary>
    public Sort Result { get; }

    /// <summary>The declared properties.</summary>
    public SymbolAttributes Attributes { get; }

    /// <summary>The parameters in order.</summary>
    public ImmutableArray<Parameter> Parameters { get; internal set; } = ImmutableArray<Parameter>.Empty;

    /// <summary>The neutral argument of an associative symbol; null for none. Recorded, not yet used for matching.</summary>
    public Expr? Identity { get; internal set; }

    /// <summary>
    /// The meaning for proofs: a function by its SMT-LIB name, or an expression in this language; empty if none is stated.
    /// </summary>
    public string Meaning { get; internal set; } = "";

    /// <summary>The most parameters that a symbol can have, limited by a cell's header and the call buffer.</summary>
    public const int MaxArity = 200;

    /// <summary>The number of parameters.</summary>
    public int Arity => Parameters.Length;

    /// <summary>The name with the module's name in front.</summary>
    public string FullName => ModuleName.Length == 0 ? Name : ModuleName + "." + Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A symbol that builds data.</summary>
public sealed class Constructor : FunctionSymbol
{
    internal Constructor(string module, string name, DataSort sort, int tag, int cost, SymbolAttributes attributes)
        : base(module, name, sort, attributes) => (Tag, Cost) = (tag, cost);

    /// <summary>The sort of the constructor.</summary>
    public DataSort Sort => (DataSort)Result;

    /// <summary>The position among the constructors of its sort.</summary>
    public int Tag { get; }

    /// <summary>The weight of a node with this constructor when terms are compared by size; 1 unless declared.</summary>
    public int Cost { get; }
}

/// <summary>A symbol that rules or C# evaluate.</summary>
public sealed class Operation : FunctionSymbol
{
    internal Operation(string module, string name, Sort result, SymbolAttributes attributes)
        : base(module, name, result, attributes)
    {
    }

    /// <summary>True if a term to which no rule applies is a result instead of an error.</summary>
    public bool IsOpen => (Attributes & SymbolAttributes.Open) != 0;

    /// <summary>True if C# implements the operation.</summary>
    public bool IsHost => (Attributes & SymbolAttributes.Host) != 0;

    /// <summary>True if the operation gives the terms of its parameter's sort their meaning.</summary>
    public bool Denotes => (Attributes & SymbolAttributes.Denotes) != 0;
}

/// <summary>An entry that applies the simplifications of some groups to a term.</summary>
public sealed class Normalizer
{
    internal Normalizer(string module, string name, DataSort sort, Strategy strategy, EquatableArray<string> groups)
        => (ModuleName, Name, Sort, Strategy, Groups) = (module, name, sort, strategy, groups);

    /// <summary>The name of the declaring module.</summary>
    public string ModuleName { get; }

    /// <summary>The name, unique among the module's symbols.</summary>
    public string Name { get; }

    /// <summary>The sort of the argument and the result.</summary>
    public DataSort Sort { get; }

    /// <summary>The order in which the normalizer visits a term.</summary>
    public Strategy Strategy { get; }

    /// <summary>The groups whose simplifications the normalizer applies; if empty, it applies those without a group.</summary>
    public EquatableArray<string> Groups { get; }

    /// <summary>
    /// True if the normalizer applies the simplifications of <paramref name="group"/>; empty means those without a group.
    /// </summary>
    public bool Includes(string group) => Groups.Count == 0 ? group.Length == 0 : System.Linq.Enumerable.Contains(Groups, group);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
