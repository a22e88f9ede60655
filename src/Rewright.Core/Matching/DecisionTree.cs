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

    /// <summary>The term that contains this one as a field; null for an argument.</summary>
    public Occurrence? Parent { get; }

    /// <summary>The symbol of the parent.</summary>
    public FunctionSymbol? Symbol { get; }

    /// <summary>The index of the argument or field.</summary>
    public int Index { get; }

    /// <summary>The sort of the term at the occurrence.</summary>
    public Sort Sort { get; }

    /// <summary>The occurrence of argument <paramref name="index"/>.</summary>
    public static Occurrence Argument(int index, Sort sort) => new(null, null, index, sort);

    /// <summary>The occurrence of a field, provided that the symbol of this term is <paramref name="symbol"/>.</summary>
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
/// Which tests to make, in which order, to find the rule that applies. It is a graph: tests that lead to the same state share a node.
/// </summary>
internal abstract class DecisionTree
{
    private protected DecisionTree() { }
}

/// <summary>No rule applies.</summary>
internal sealed class FailNode : DecisionTree
{
    private FailNode() { }

    /// <summary>The single instance.</summary>
    public static FailNode Instance { get; } = new();
}

/// <summary>A rule's source matches. It fires unless an equality or condition fails; then <see cref="Otherwise"/> decides.</summary>
internal sealed class RuleNode(RewriteRule? rule, ImmutableArray<KeyValuePair<Variable, Occurrence>> bindings, DecisionTree? otherwise)
    : DecisionTree
{
    /// <summary>The rule; null if a condition's pattern is matched.</summary>
    public RewriteRule? Rule => rule;

    /// <summary>
    /// The occurrences of the source's variables, left to right. A second occurrence of a variable means equality with the first.
    /// </summary>
    public ImmutableArray<KeyValuePair<Variable, Occurrence>> Bindings => bindings;

    /// <summary>The next node if an equality or condition fails; null for a rule that has neither.</summary>
    public DecisionTree? Otherwise => otherwise;
}

/// <summary>A test of the symbol of the term at an occurrence.</summary>
internal sealed class SymbolNode(Occurrence occurrence, ImmutableArray<KeyValuePair<FunctionSymbol, DecisionTree>> cases,
    DecisionTree? otherwise) : DecisionTree
{
    /// <summary>The occurrence.</summary>
    public Occurrence Occurrence => occurrence;

    /// <summary>The next node for each symbol: constructors by tag, then open operations whose stuck terms are matched.</summary>
    public ImmutableArray<KeyValuePair<FunctionSymbol, DecisionTree>> Cases => cases;

    /// <summary>The next node for all other symbols; null if the cases cover every term of the sort.</summary>
    public DecisionTree? Otherwise => otherwise;
}

/// <summary>A comparison of the value at an occurrence with literals.</summary>
internal sealed class LiteralNode(Occurrence occurrence, ImmutableArray<KeyValuePair<Literal, DecisionTree>> cases,
    DecisionTree? otherwise) : DecisionTree
{
    /// <summary>The occurrence.</summary>
    public Occurrence Occurrence => occurrence;

    /// <summary>The next node for each literal.</summary>
    public ImmutableArray<KeyValuePair<Literal, DecisionTree>> Cases => cases;

    /// <summary>The next node for all other values; null only if both truth values are cases.</summary>
    public DecisionTree? Otherwise => otherwise;
}
