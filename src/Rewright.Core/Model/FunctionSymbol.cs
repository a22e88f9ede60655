using System.Collections.Immutable;

namespace Rewright.Model;

/// <summary>A parameter of a symbol.</summary>
/// <param name="Name">As declared; empty where the declaration gives none.</param>
/// <param name="Sort">What may stand here.</param>
public sealed record Parameter(string Name, Sort Sort);

/// <summary>What is known of an operation or constructor beyond its rules.</summary>
[System.Flags]
public enum SymbolAttributes
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>An operation whose stuck terms are results.</summary>
    Open = 1,
    /// <summary>An operation that C# implements.</summary>
    Host = 2,
    /// <summary><c>f(f(x, y), z) = f(x, f(y, z))</c>; recorded, not yet used for matching.</summary>
    Associative = 4,
    /// <summary><c>f(x, y) = f(y, x)</c>; recorded, not yet used for matching.</summary>
    Commutative = 8,
    /// <summary>An operation that gives the terms of its first argument's sort their meaning; proofs use it.</summary>
    Denotes = 16,
}

/// <summary>A function symbol: a constructor or an operation.</summary>
public abstract class FunctionSymbol
{
    private protected FunctionSymbol(string module, string name, Sort result, SymbolAttributes attributes)
        => (ModuleName, Name, Result, Attributes) = (module, name, result, attributes);

    /// <summary>Name of the declaring module.</summary>
    public string ModuleName { get; }

    /// <summary>Name, unique in the module.</summary>
    public string Name { get; }

    /// <summary>Sort of the terms that it makes.</summary>
    public Sort Result { get; }

    /// <summary>What the declaration says of it.</summary>
    public SymbolAttributes Attributes { get; }

    /// <summary>The parameters in order.</summary>
    public ImmutableArray<Parameter> Parameters { get; internal set; } = ImmutableArray<Parameter>.Empty;

    /// <summary>The neutral argument of an associative symbol, null for none; recorded, not yet used for matching.</summary>
    public Expr? Identity { get; internal set; }

    /// <summary>
    /// What it computes, for proofs: a function by its SMT-LIB name or an expression in it; empty where it is not stated.
    /// </summary>
    public string Meaning { get; internal set; } = "";

    /// <summary>The most parameters that a symbol can have: what a cell's header and the call buffer have room for.</summary>
    public const int MaxArity = 200;

    /// <summary>Number of parameters.</summary>
    public int Arity => Parameters.Length;

    /// <summary>Name with the module in front.</summary>
    public string FullName => ModuleName.Length == 0 ? Name : ModuleName + "." + Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A symbol that builds data.</summary>
public sealed class Constructor : FunctionSymbol
{
    internal Constructor(string module, string name, DataSort sort, int tag, int cost, SymbolAttributes attributes)
        : base(module, name, sort, attributes) => (Tag, Cost) = (tag, cost);

    /// <summary>The sort that it builds.</summary>
    public DataSort Sort => (DataSort)Result;

    /// <summary>Position among the constructors of its sort.</summary>
    public int Tag { get; }

    /// <summary>What a node of it counts for when terms are compared by size; 1 unless declared.</summary>
    public int Cost { get; }
}

/// <summary>A symbol that rules, or C#, evaluate.</summary>
public sealed class Operation : FunctionSymbol
{
    internal Operation(string module, string name, Sort result, SymbolAttributes attributes)
        : base(module, name, result, attributes)
    {
    }

    /// <summary>True where a term to which no rule applies is a result instead of an error.</summary>
    public bool IsOpen => (Attributes & SymbolAttributes.Open) != 0;

    /// <summary>True where C# implements it.</summary>
    public bool IsHost => (Attributes & SymbolAttributes.Host) != 0;

    /// <summary>True where it gives the terms of its first argument's sort their meaning.</summary>
    public bool Denotes => (Attributes & SymbolAttributes.Denotes) != 0;
}

/// <summary>An entry that applies the simplifications of some groups to a term.</summary>
public sealed class Normalizer
{
    internal Normalizer(string module, string name, DataSort sort, Strategy strategy, EquatableArray<string> groups)
        => (ModuleName, Name, Sort, Strategy, Groups) = (module, name, sort, strategy, groups);

    /// <summary>Name of the declaring module.</summary>
    public string ModuleName { get; }

    /// <summary>Name, unique among the module's symbols.</summary>
    public string Name { get; }

    /// <summary>Sort of its argument and result.</summary>
    public DataSort Sort { get; }

    /// <summary>How it visits the term.</summary>
    public Strategy Strategy { get; }

    /// <summary>The groups whose simplifications it applies; empty means those that are in no group.</summary>
    public EquatableArray<string> Groups { get; }

    /// <summary>True where the simplifications of <paramref name="group"/> (empty: of no group) belong to it.</summary>
    public bool Includes(string group) => Groups.Count == 0 ? group.Length == 0 : System.Linq.Enumerable.Contains(Groups, group);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
