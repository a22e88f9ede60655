using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>Proves that simplifications terminate, provided that their operations do.</summary>
internal sealed class SimplificationProof
{
    private readonly RewriteSystem _system = new();
    private readonly IReadOnlyCollection<FunctionSymbol> _visited;
    private readonly IReadOnlyList<OrderRule> _evaluation;
    private readonly IReadOnlyDictionary<RewriteRule, OrderTerm[]> _earlier;
    private readonly bool _isInnermost;

    /// <param name="ordered">The simplifications in the order of trying; empty if the order is unknown.</param>
    /// <param name="operations">The rules of the operations that they need.</param>
    /// <param name="visited">The symbols of terms in which something can be simplified.</param>
    /// <param name="isInnermost">True if arguments are in normal form before a simplification is tried.</param>
    public SimplificationProof(
        IReadOnlyList<RewriteRule> ordered, IReadOnlyList<RewriteRule> operations, IReadOnlyCollection<FunctionSymbol> visited,
        bool isInnermost)
        => (_visited, _isInnermost, _evaluation, _earlier) = (
            visited, isInnermost, _system.StepsOf(operations), _system.EarlierOf(ordered));

    /// <summary>The rules without a proof.</summary>
    /// <param name="rules">Some of the simplifications, or all.</param>
    /// <param name="effort">The limit of the search.</param>
    /// <param name="reasons">Receives the arguments of the proof of the other rules, in words.</param>
    public IReadOnlyList<RewriteRule> Open(IReadOnlyList<RewriteRule> rules, Effort effort, ISet<string> reasons)
    {
        // Most single rules, and many sets of rules, have no cycle of calls at all.
        var graph = GraphOf(rules);
        var groups = graph.Groups(_system.BuildsOf(rules, _visited));
        if (groups.Count == 0)
        {
            reasons.Add("no simplification leads to another one for ever");
            return [];
        }

        var left = Ordered(_system.BuildingStepsOf(rules), effort, reasons).Select(s => s.Rule).Distinct().ToList();
        if (left.Count < rules.Count)
        {
            graph = GraphOf(left);
            groups = graph.Groups(_system.BuildsOf(left, _visited));
        }

        var proof = new DependencyProof(LookupOf(left), graph, effort);
        var open = proof.Open(groups);
        reasons.UnionWith(proof.Reasons);
        return [.. open.OrderBy(g => g.Count).SelectMany(g => g).Select(p => p.Rule).OfType<RewriteRule>().Distinct()];
    }

    private ILookup<OrderSymbol, OrderRule> LookupOf(IReadOnlyList<RewriteRule> rules)
        => _evaluation.Concat(_system.StepsOf(rules)).ToLookup(s => s.Left.Symbol!);

    // A term bound by where has not been simplified, so rules with where do not rewrite innermost.
    private DependencyGraph GraphOf(IReadOnlyList<RewriteRule> rules)
        => new(_system.Terms, LookupOf(rules).Contains, _isInnermost && rules.All(r => r.Conditions.All(c => c is WhenCondition)),
            _earlier);

    // Removes the steps that an order decreases strictly while none increases, and repeats.
    private IReadOnlyList<OrderRule> Ordered(IReadOnlyList<OrderRule> steps, Effort effort, ISet<string> reasons)
    {
        var evaluation = _evaluation.ToLookup(s => s.Left.Symbol!);
        while (steps.Count > 0)
        {
            effort.Cancellation.ThrowIfCancellationRequested();
            var problem = new OrderProblem([.. steps.Select(s => (s.Left, s.Right))], evaluation, IsDirect: true);
            if ((Paths() ?? Polynomials(hasProducts: false) ?? Polynomials(hasProducts: true)) is not { } strict) return steps;
            steps = [.. steps.Where((_, i) => !strict[i])];

            bool[]? Paths()
            {
                var circuit = new BooleanCircuit();
                return For("a recursive path order",
                    problem.Solve(new PathEncoding(circuit, isDirect: true, problem.SymbolCount), circuit, effort));
            }

            bool[]? Polynomials(bool hasProducts)
            {
                var circuit = new BooleanCircuit();
                return For("a polynomial interpretation",
                    problem.Solve(new PolynomialEncoding(circuit, isDirect: true, bits: 2, hasProducts), circuit, effort));
            }
        }

        return steps;

        bool[]? For(string reason, bool[]? strict)
        {
            if (strict is not null) reasons.Add(reason);
            return strict;
        }
    }
}
