using System.Collections.Generic;
using System.Collections.Immutable;
using Rewright.Model;

namespace Rewright.Matching;

/// <summary>
/// An occurrence in the terms that are matched: an argument of the operation, or a field of the term at another occurrence.
/// </summary>
/// <remarks>Occurrences of one match are interned: equal occurrences are one object.</remarks>
internal sealed class Occurrence
{
    private readonly Dictionary<(FunctionSymbol, int), Occurrence> _fields = [];

    private Occurrence(Occurrence? parent, FunctionSymbol? symbol, int index, Sort sort)
        => (Parent, Symbol, Index, Sort) = (parent, symbol, index, sort);

    /// <summary>The term that this is a field of, null for an argument.</summary>
    public Occurrence? Parent { get; }

    /// <summary>The symbol that the parent is built with.</summary>
    public FunctionSymbol? Symbol { get; }

    /// <summary>Index of the argument or field.</summary>
    public int Index { get; }

    /// <summary>Sort of the term here.</summary>
    public Sort Sort { get; }

    /// <summary>The occurrence of argument <paramref name="index"/>.</summary>
    public static Occurrence Argument(int index, Sort sort) => new(null, null, index, sort);

    /// <summary>The occurrence of a field, given that the term here is built with <paramref name="symbol"/>.</summary>
    public Occurrence Field(FunctionSymbol symbol, int index)
    {
        if (!_fields.TryGetValue((symbol, index), out var field))
            _fields.Add((symbol, index), field = new Occurrence(this, symbol, index, symbol.Parameters[index].Sort));
        return field;
    }

    /// <summary><c>0</c>, <c>0.Succ.0</c>: the path to the occurrence.</summary>
    public override string ToString()
    {
        string index = Index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Parent is null ? index : Parent + "." + Symbol!.Name + "." + index;
    }
}

/// <summary>
/// What to test, in which order, to find the rule that applies. A graph: nodes are shared where tests lead to the same state.
/// </summary>
internal abstract class DecisionTree
{
    private protected DecisionTree() { }
}

/// <summary>No rule applies.</summary>
internal sealed class FailNode : DecisionTree
{
    private FailNode() { }

    /// <summary>The only one.</summary>
    public static FailNode Instance { get; } = new();
}

/// <summary>A rule's source matches. It fires unless an equality or condition fails; then <see cref="Otherwise"/> decides.</summary>
internal sealed class RuleNode(RewriteRule? rule, ImmutableArray<KeyValuePair<Variable, Occurrence>> bindings, DecisionTree? otherwise)
    : DecisionTree
{
    /// <summary>The rule; null where one pattern of a condition is matched.</summary>
    public RewriteRule? Rule => rule;

    /// <summary>
    /// The occurrences of the source's variables, left to right. A second occurrence of a variable means equality with the first.
    /// </summary>
    public ImmutableArray<KeyValuePair<Variable, Occurrence>> Bindings => bindings;

    /// <summary>What follows when an equality or condition fails; null for a rule that has neither.</summary>
    public DecisionTree? Otherwise => otherwise;
}

/// <summary>A test of the symbol that the term at an occurrence is built with.</summary>
internal sealed class SymbolNode(Occurrence occurrence, ImmutableArray<KeyValuePair<FunctionSymbol, DecisionTree>> cases,
    DecisionTree? otherwise) : DecisionTree
{
    /// <summary>The occurrence.</summary>
    public Occurrence Occurrence => occurrence;

    /// <summary>What follows for each symbol: constructors by tag, then open operations whose stuck terms are matched.</summary>
    public ImmutableArray<KeyValuePair<FunctionSymbol, DecisionTree>> Cases => cases;

    /// <summary>What follows for all others; null where the cases cover every term of the sort.</summary>
    public DecisionTree? Otherwise => otherwise;
}

/// <summary>A comparison of the value at an occurrence with literals.</summary>
internal sealed class LiteralNode(Occurrence occurrence, ImmutableArray<KeyValuePair<Literal, DecisionTree>> cases,
    DecisionTree? otherwise) : DecisionTree
{
    /// <summary>The occurrence.</summary>
    public Occurrence Occurrence => occurrence;

    /// <summary>What follows for each literal.</summary>
    public ImmutableArray<KeyValuePair<Literal, DecisionTree>> Cases => cases;

    /// <summary>What follows for all other values; null only where both truth values are cases.</summary>
    public DecisionTree? Otherwise => otherwise;
}
