using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>A rule in the view of orders.</summary>
/// <param name="Left">The term that is rewritten.</param>
/// <param name="Right">A term that it may become.</param>
/// <param name="Rule">The rule from which this one is made.</param>
internal sealed record OrderRule(OrderTerm Left, OrderTerm Right, RewriteRule Rule);

/// <summary>A call that a rule makes (Arts and Giesl, Termination of term rewriting using dependency pairs, 2000).</summary>
/// <param name="Left">The call that the rule evaluates, with its symbol marked.</param>
/// <param name="Right">The call that the rule makes, with its symbol marked.</param>
/// <param name="Rule">The rule; null if the step belongs to no rule.</param>
/// <param name="Call">The call as written; null if the translation introduced the step.</param>
/// <param name="Source">The evaluated call as written; null if a term bound by <c>where</c> comes between.</param>
/// <param name="IsSeveral">True if the pair stands for several calls that orders cannot distinguish although different tests guard
/// them.</param>
internal sealed record DependencyPair(
    OrderTerm Left, OrderTerm Right, RewriteRule? Rule, ApplyExpr? Call, ApplyExpr? Source = null, bool IsSeveral = false);

/// <summary>Translates rules to the view of orders.</summary>
/// <remarks>
/// Computations with built-in sorts are values, which orders disregard. <c>c ? a : b</c> may become either branch. A term bound by
/// <c>where</c> passes through a new symbol between source and target (unraveling; Ohlebusch, Termination of logic programs:
/// transformational methods revisited, 2001). Tests are taken to hold, but the operations that they call must terminate too.
/// </remarks>
internal sealed class RewriteSystem
{
    // Nested conditionals have many results; beyond this many the term counts as unknown.
    private const int MaxAlternatives = 32;

    private readonly OrderTerms _terms = new();
    private readonly Dictionary<FunctionSymbol, OrderSymbol> _symbols = [];
    private readonly Dictionary<OrderSymbol, OrderSymbol> _marked = [];

    // Stands for the simplification of an operation's result.
    private readonly OrderSymbol _visit = new("visit", 1);

    /// <summary>The factory of the terms.</summary>
    public OrderTerms Terms => _terms;

    /// <summary>The rules as steps; a rule with <c>where</c> has several.</summary>
    public IReadOnlyList<OrderRule> StepsOf(IEnumerable<RewriteRule> rules)
        => [.. rules.SelectMany(r => new Translation(this, r).Run().Steps)];

    /// <summary>The steps of simplifications, plus one step to each term that a target builds only for a computation.</summary>
    public IReadOnlyList<OrderRule> BuildingStepsOf(IEnumerable<RewriteRule> rules)
        => [.. rules.SelectMany(r => new Translation(this, r).Run().AllSteps())];

    /// <summary>The calls that the rules of operations make to certain operations.</summary>
    public IReadOnlyList<DependencyPair> CallsOf(IEnumerable<RewriteRule> rules, Func<FunctionSymbol, bool> isCalled)
        => Distinct(rules.SelectMany(r => new Translation(this, r) { IsCalled = isCalled }.Run().Pairs));

    /// <summary>
    /// The calls of simplifications: the terms that their targets build and simplify again, and the results of operations that are
    /// simplified.
    /// </summary>
    /// <param name="rules">The simplifications.</param>
    /// <param name="visited">The symbols of terms in which something can be simplified.</param>
    public IReadOnlyList<DependencyPair> BuildsOf(IReadOnlyCollection<RewriteRule> rules, IReadOnlyCollection<FunctionSymbol> visited)
    {
        var roots = new HashSet<FunctionSymbol>(rules.Select(r => r.Root));
        var sorts = new HashSet<Sort>(visited.Select(s => s.Result));
        var pairs = rules.SelectMany(r => new Translation(this, r) { IsCalled = roots.Contains, Visited = sorts }.Run().Pairs).ToList();
        if (!pairs.Exists(p => ReferenceEquals(p.Right.Symbol, _visit))) return Distinct(pairs);
        foreach (var symbol in visited)
        {
            var term = _terms.Apply(SymbolOf(symbol), [.. symbol.Parameters.Select((p, i) => _terms.Variable(i, p.Sort is not DataSort))]);
            if (roots.Contains(symbol)) pairs.Add(new(_terms.Apply(_visit, term), Mark(term), null, null));
            pairs.AddRange(term.Arguments.Where((_, i) => sorts.Contains(symbol.Parameters[i].Sort)).Select(
                a => new DependencyPair(_terms.Apply(_visit, term), _terms.Apply(_visit, a), null, null)));
        }

        return Distinct(pairs);
    }

    /// <summary>For each rule, the marked sources of the unconditional rules that are tried before it.</summary>
    /// <param name="rules">The rules in the order of trying.</param>
    public IReadOnlyDictionary<RewriteRule, OrderTerm[]> EarlierOf(IEnumerable<RewriteRule> rules)
    {
        // By reference, because rules are looked up for every pair of calls and hashing a rule's content takes its whole text.
        var earlier = new Dictionary<RewriteRule, OrderTerm[]>(ReferenceComparer<RewriteRule>.Instance);
        foreach (var group in rules.GroupBy(r => r.Root))
        {
            OrderTerm[] known = [];
            foreach (var rule in group)
            {
                earlier[rule] = known;
                if (rule.Conditions.Count == 0) known = [.. known, Mark(new Translation(this, rule).Source)];
            }
        }

        return earlier;
    }

    private static IReadOnlyList<DependencyPair> Distinct(IEnumerable<DependencyPair> pairs)
        => [.. pairs.GroupBy(p => (p.Left, p.Right)).Select(g => g.Skip(1).Any() ? g.First() with { IsSeveral = true } : g.First())];

    private OrderSymbol SymbolOf(FunctionSymbol symbol)
    {
        if (!_symbols.TryGetValue(symbol, out var known)) _symbols.Add(symbol, known = new OrderSymbol(symbol.Name, symbol.Arity));
        return known;
    }

    private OrderTerm Mark(OrderTerm term)
    {
        var symbol = term.Symbol!;
        if (!_marked.TryGetValue(symbol, out var known)) _marked.Add(symbol, known = new OrderSymbol(symbol + "'", symbol.Arity));
        return _terms.Apply(known, term.Arguments);
    }

    /// <summary>The translation of one rule.</summary>
    private sealed class Translation
    {
        private readonly RewriteSystem _system;
        private readonly OrderTerms _terms;
        private readonly RewriteRule _rule;
        private readonly Dictionary<Variable, OrderTerm> _variables = [];
        private OrderTerm _current;

        public Translation(RewriteSystem system, RewriteRule rule)
        {
            (_system, _terms, _rule) = (system, system._terms, rule);
            Source = _current = Applied(rule.Source)[0];
        }

        public OrderTerm Source { get; }

        /// <summary>True for the symbols whose calls matter.</summary>
        public Func<FunctionSymbol, bool> IsCalled { get; init; } = _ => false;

        /// <summary>The sorts whose terms are simplified when an operation returns them; null for rules of operations.</summary>
        public HashSet<Sort>? Visited { get; init; }

        public List<OrderRule> Steps { get; } = [];

        public List<DependencyPair> Pairs { get; } = [];

        public Translation Run()
        {
            for (int i = 0; i < _rule.Conditions.Count; i++)
            {
                // A term in a test is used as written: nothing simplifies it.
                if (_rule.Conditions[i] is WhenCondition when && Visited is null) Collect(when.Test);
                if (_rule.Conditions[i] is not WhereCondition where) continue;
                Collect(where.Subject);
                if (where.Subject.Sort is DataSort) Bind(where, i);
            }

            Collect(_rule.Target);
            foreach (var target in All(_rule.Target)) Steps.Add(new(_current, target, _rule));
            return this;
        }

        /// <summary>The steps, plus one to each term that is used only to compute a value, as in the test of a conditional.</summary>
        public IEnumerable<OrderRule> AllSteps()
        {
            var expressions = _rule.Conditions.OfType<WhereCondition>().Select(c => c.Subject).Append(_rule.Target);
            return Steps.Concat(
                expressions.SelectMany(e => Hidden(e, isHidden: false)).SelectMany(All).Select(t => new OrderRule(Source, t, _rule)));
        }

        private static IEnumerable<Expr> Hidden(Expr expr, bool isHidden)
        {
            isHidden |= expr.Sort is not DataSort;
            if (isHidden && expr.Sort is DataSort && expr is ApplyExpr)
            {
                yield return expr;
                isHidden = false;
            }

            for (int i = 0; i < expr.Parts.Count; i++)
                foreach (var term in Hidden(expr.Parts[i], isHidden)) yield return term;
        }

        private void Bind(WhereCondition where, int index)
        {
            var later = _rule.Conditions.Skip(index + 1).SelectMany(c => c.Expressions).Append(_rule.Target).SelectMany(
                e => e.Descendants()).OfType<VariableExpr>();
            var kept = later.Select(v => v.Variable).Distinct().Where(_variables.ContainsKey).Select(v => _variables[v]).ToList();
            var between = new OrderSymbol(_rule.Name + "?" + InvariantText.Of(index), kept.Count + 1);
            foreach (var subject in All(where.Subject))
            {
                var next = _terms.Apply(between, [subject, .. kept]);
                Steps.Add(new(_current, next, _rule));
                Pairs.Add(new(_system.Mark(_current), _system.Mark(next), _rule, null));
            }

            _current = _terms.Apply(between, [All(where.Pattern)[0], .. kept]);
        }

        private void Collect(Expr expr)
        {
            foreach (var call in expr.Descendants().OfType<ApplyExpr>())
            {
                if (IsCalled(call.Symbol))
                {
                    // A part of the source has already been evaluated.
                    foreach (var term in Applied(call))
                        if (!Array.Exists(_current.Arguments, a => a.Holds(term)))
                            Pairs.Add(new(_system.Mark(_current), _system.Mark(term), _rule, call,
                                ReferenceEquals(_current, Source) ? _rule.Source : null));
                }

                if (call.Symbol is not Operation || Visited?.Contains(call.Sort) != true) continue;
                foreach (var term in All(call)) Pairs.Add(new(_system.Mark(_current), _terms.Apply(_system._visit, term), _rule, call));
            }
        }

        // The terms that an expression may become through its conditionals.
        private List<OrderTerm> All(Expr expr)
        {
            switch (expr)
            {
                case VariableExpr v:
                    if (!_variables.TryGetValue(v.Variable, out var variable))
                        _variables.Add(v.Variable, variable = _terms.Variable(_variables.Count, v.Sort is not DataSort));
                    return [variable];
                case LiteralExpr literal: return [_terms.Literal(literal.Value)];
                case ConditionalExpr c when c.Sort is DataSort:
                    return Limited([.. All(c.WhenTrue).Concat(All(c.WhenFalse)).Distinct()], expr);
                case ApplyExpr { Symbol: not Operation { IsHost: true }, Sort: DataSort } apply: return Applied(apply);
                default: return [_terms.Unknown(expr.Sort is not DataSort)];
            }
        }

        private List<OrderTerm> Applied(ApplyExpr apply)
        {
            var symbol = _system.SymbolOf(apply.Symbol);
            var arguments = apply.Arguments.Select(All).ToList();
            if (arguments.Aggregate(1L, (n, a) => Math.Min(n * a.Count, int.MaxValue)) > MaxAlternatives)
                arguments = arguments.Select((a, i) => a.Count == 1 ? a : [_terms.Unknown(isValue: false)]).ToList();
            var all = new List<OrderTerm[]> { Array.Empty<OrderTerm>() };
            foreach (var argument in arguments) all = [.. all.SelectMany(known => argument.Select(a => (OrderTerm[])[.. known, a]))];
            return all.ConvertAll(a => _terms.Apply(symbol, a));
        }

        private List<OrderTerm> Limited(List<OrderTerm> alternatives, Expr expr)
            => alternatives.Count <= MaxAlternatives ? alternatives : [_terms.Unknown(expr.Sort is not DataSort)];
    }
}
