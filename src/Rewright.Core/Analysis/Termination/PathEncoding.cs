using System.Collections.Generic;
using System.Linq;

namespace Rewright.Analysis.Termination;

/// <summary>
/// Recursive path orders (Dershowitz, Orderings for term-rewriting systems, 1982; with status: Kamin and Lévy, 1980). A solver searches for
/// precedence, status and argument filter (Codish et al., SAT solving for argument filterings, 2006; Schneider-Kamp et al., Proving
/// termination using recursive path orders and SAT solving, 2007).
/// </summary>
/// <remarks>
/// No two symbols are equal in the precedence. Terms are equal if they are written alike, up to an exchange of the two arguments of a
/// symbol with multiset status. Values of built-in sorts are one constant below all symbols. A filter drops arguments, or replaces a term
/// by one of its arguments.
/// </remarks>
internal sealed class PathEncoding(BooleanCircuit circuit, bool isDirect, int symbolCount) : IOrderEncoding
{
    private const int MaxMultiset = 3;

    private readonly Dictionary<OrderSymbol, Choice> _choices = [];
    private readonly Dictionary<(OrderSymbol, OrderSymbol), int> _above = [];
    private readonly Dictionary<(int, int), int> _greater = [], _equal = [];
    private readonly int _rankBits = BitsFor(symbolCount);

    // Rank: the place in the precedence. Collapses: the argument that replaces the term, if any. Counts: the arguments regarded. The others
    // say how arguments are compared.
    private sealed record Choice(int[] Rank, int[] Collapses, int[] Counts, int IsList, int FromRight, int IsMultiset);

    public int LooksAt(OrderSymbol symbol, int argument) => Of(symbol).Counts[argument];

    public int IsAtLeast(OrderTerm left, OrderTerm right) => circuit.Or(IsEqual(left, right), IsGreater(left, right));

    public int IsGreater(OrderTerm left, OrderTerm right)
    {
        if (left.Symbol is null || ReferenceEquals(left, right)) return -circuit.True;
        if (_greater.TryGetValue((left.Id, right.Id), out int known)) return known;
        var choice = Of(left.Symbol);
        int result = circuit.And(choice.IsList, GreaterAsList(left, right, choice));
        for (int i = 0; i < left.Arguments.Length; i++)
            result = circuit.Or(result, circuit.And(choice.Collapses[i], IsGreater(left.Arguments[i], right)));
        return _greater[(left.Id, right.Id)] = result;
    }

    private int GreaterAsList(OrderTerm left, OrderTerm right, Choice choice)
    {
        if (right.IsValue) return circuit.True;
        int result = -circuit.True;
        for (int i = 0; i < left.Arguments.Length; i++)
            result = circuit.Or(result, circuit.And(choice.Counts[i], IsAtLeast(left.Arguments[i], right)));
        if (right.Symbol is null) return result;
        var other = Of(right.Symbol);
        int all = other.IsList;
        for (int i = 0; i < right.Arguments.Length; i++)
        {
            int greater = IsGreater(left, right.Arguments[i]);
            all = circuit.And(all, circuit.Implies(other.Counts[i], greater));
            result = circuit.Or(result, circuit.And(other.Collapses[i], greater));
        }

        return circuit.Or(result,
            circuit.And(all, ReferenceEquals(left.Symbol, right.Symbol)
            ? Extended(left, right, choice) : IsAbove(left.Symbol!, right.Symbol)));
    }

    private int IsEqual(OrderTerm left, OrderTerm right)
    {
        if (ReferenceEquals(left, right) || left.IsValue && right.IsValue) return circuit.True;
        if (_equal.TryGetValue((left.Id, right.Id), out int known)) return known;
        int result = -circuit.True;
        if (left.Symbol is not null && ReferenceEquals(left.Symbol, right.Symbol))
        {
            var choice = Of(left.Symbol);
            result = circuit.And(left.Arguments.Select((a, i) => circuit.Implies(choice.Counts[i], IsEqual(a, right.Arguments[i]))));
            if (left.Arguments.Length == 2)
                result = circuit.Or(
                    result, circuit.And(circuit.And(choice.Counts), circuit.And(choice.IsMultiset, IsSwapped(left, right))));
        }

        if (!isDirect)
        {
            for (int i = 0; i < left.Arguments.Length; i++)
                result = circuit.Or(result, circuit.And(Of(left.Symbol!).Collapses[i], IsEqual(left.Arguments[i], right)));
            for (int i = 0; i < right.Arguments.Length; i++)
                result = circuit.Or(result, circuit.And(Of(right.Symbol!).Collapses[i], IsEqual(left, right.Arguments[i])));
        }

        return _equal[(left.Id, right.Id)] = result;
    }

    private int IsSwapped(OrderTerm left, OrderTerm right)
        => circuit.And(IsEqual(left.Arguments[0], right.Arguments[1]), IsEqual(left.Arguments[1], right.Arguments[0]));

    private int Extended(OrderTerm left, OrderTerm right, Choice choice)
    {
        int fromLeft = -circuit.True, fromRight = -circuit.True;
        int count = left.Arguments.Length;
        for (int i = 0; i < count; i++)
        {
            fromRight = Next(i, fromRight);
            fromLeft = Next(count - 1 - i, fromLeft);
        }

        int words = circuit.Or(circuit.And(choice.FromRight, fromRight), circuit.And(-choice.FromRight, fromLeft));
        return circuit.Or(circuit.And(-choice.IsMultiset, words), circuit.And(choice.IsMultiset, Covers(left, right, choice)));

        int Next(int i, int rest) => circuit.Or(
            circuit.And(choice.Counts[i],
            circuit.Or(IsGreater(left.Arguments[i], right.Arguments[i]),
            circuit.And(IsEqual(left.Arguments[i], right.Arguments[i]), rest))),
            circuit.And(-choice.Counts[i], rest));
    }

    // Each argument on the right is covered by one on the left. That one is greater than all that it covers, or equal to the only one it
    // covers. At least one argument on the left is not used for equality.
    private int Covers(OrderTerm left, OrderTerm right, Choice choice)
    {
        int count = left.Arguments.Length;
        if (count is < 2 or > MaxMultiset) return -circuit.True;
        var covers = new int[count, count];
        int[] isEqual = [.. Enumerable.Range(0, count).Select(_ => circuit.Free())];
        int result = circuit.True;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                int covered = covers[i, j] = circuit.Free();
                int fits = circuit.Or(
                    circuit.And(isEqual[i], IsEqual(left.Arguments[i], right.Arguments[j])),
                    circuit.And(-isEqual[i], IsGreater(left.Arguments[i], right.Arguments[j])));
                result = circuit.And(result, circuit.Implies(covered, circuit.And(choice.Counts[i], circuit.And(choice.Counts[j], fits))));
                for (int k = 0; k < j; k++) result = circuit.And(result, circuit.Implies(isEqual[i], -circuit.And(covered, covers[i, k])));
            }
        }

        for (int j = 0; j < count; j++)
            result = circuit.And(
                result, circuit.Implies(choice.Counts[j], circuit.Or(Enumerable.Range(0, count).Select(i => covers[i, j]))));
        return circuit.And(result, circuit.Or(isEqual.Select((equal, i) => circuit.And(choice.Counts[i], -equal))));
    }

    private int IsAbove(OrderSymbol left, OrderSymbol right)
    {
        if (!_above.TryGetValue((left, right), out int known))
            _above.Add((left, right), known = circuit.Greater(Of(left).Rank, Of(right).Rank, orEqual: false));
        return known;
    }

    private Choice Of(OrderSymbol symbol)
    {
        if (_choices.TryGetValue(symbol, out var known)) return known;
        int n = symbol.Arity;
        int[] collapses = [.. Enumerable.Range(0, n).Select(_ => isDirect ? -circuit.True : circuit.Free())];
        int[] counts = [.. Enumerable.Range(0, n).Select(_ => isDirect ? circuit.True : circuit.Free())];
        int isList = -circuit.Or(collapses);
        for (int i = 0; i < n && !isDirect; i++)
        {
            circuit.Require(-collapses[i], counts[i]);
            for (int j = 0; j < n; j++)
                if (j != i) circuit.Require(-collapses[i], -counts[j]);
        }

        known = new(circuit.FreeNumber(_rankBits), collapses, counts, isList, n > 1 ? circuit.Free() : -circuit.True,
            n is >= 2 and <= MaxMultiset ? circuit.Free() : -circuit.True);
        _choices.Add(symbol, known);
        return known;
    }

    private static int BitsFor(int count)
    {
        int bits = 1;
        while (1 << bits < count) bits++;
        return bits;
    }
}
