using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Analysis.Termination;

/// <summary>
/// Proves that calls cannot follow each other without end: group by group and order by order, until no call is left (Giesl et al.,
/// Mechanizing and improving dependency pairs, 2006).
/// </summary>
/// <param name="rules">The rules that rewrite the arguments of calls, by the symbol at the root.</param>
/// <param name="graph">The graph of calls that may follow each other.</param>
/// <param name="effort">The limit of the search.</param>
internal sealed class DependencyProof(ILookup<OrderSymbol, OrderRule> rules, DependencyGraph graph, Effort effort)
{
    private readonly IntegerChange _integers = new(graph.Earlier);

    /// <summary>The arguments of the proof, in words.</summary>
    public SortedSet<string> Reasons { get; } = new(StringComparer.Ordinal);

    /// <summary>The groups of calls that no order decreases.</summary>
    public List<List<DependencyPair>> Open(IReadOnlyList<DependencyPair> pairs) => Open(graph.Groups(pairs));

    /// <summary>The groups of calls that no order decreases.</summary>
    /// <param name="all">The groups of all calls.</param>
    public List<List<DependencyPair>> Open(List<List<DependencyPair>> all)
    {
        var open = new List<List<DependencyPair>>();
        var groups = new Stack<List<DependencyPair>>(all);
        while (groups.Count > 0)
        {
            var group = groups.Pop();
            if (Decrease(group) is not { } strict)
            {
                open.Add(group);
                continue;
            }

            foreach (var rest in graph.Groups([.. group.Where((_, i) => !strict[i])])) groups.Push(rest);
        }

        return open;
    }

    private bool[]? Decrease(List<DependencyPair> group)
    {
        effort.Cancellation.ThrowIfCancellationRequested();
        if (ArgumentCriterion.Find(group, ArgumentCriterion.OfParts, effort) is { } parts)
            return For("parts of arguments in recursive calls", parts);
        if ((ArgumentCriterion.Find(group, _integers.Down, effort) ?? ArgumentCriterion.Find(group, _integers.Up, effort)) is { } numbers)
            return For("numbers that count to a bound in recursive calls", numbers);
        var problem = new OrderProblem([.. group.Select(p => (p.Left, p.Right))], rules, IsDirect: false);
        return Polynomials(1) ?? Paths() ?? Polynomials(2);

        bool[]? Polynomials(int bits)
        {
            var circuit = new BooleanCircuit();
            return For("a polynomial interpretation",
                problem.Solve(new PolynomialEncoding(circuit, isDirect: false, bits, hasProducts: false), circuit, effort));
        }

        bool[]? Paths()
        {
            var circuit = new BooleanCircuit();
            return For("a recursive path order",
                problem.Solve(new PathEncoding(circuit, isDirect: false, problem.SymbolCount), circuit, effort));
        }
    }

    private bool[]? For(string reason, bool[]? strict)
    {
        if (strict is not null) Reasons.Add(reason);
        return strict;
    }
}
