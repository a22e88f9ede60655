using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>A rule as orders see it.</summary>
/// <param name="Left">What is rewritten.</param>
/// <param name="Right">What it may become.</param>
/// <param name="Rule">The rule that it is made of.</param>
internal sealed record OrderRule(OrderTerm Left, OrderTerm Right, RewriteRule Rule);

/// <summary>A call that a rule makes (Arts and Giesl, Termination of term rewriting using dependency pairs, 2000).</summary>
/// <param name="Left">The call that the rule evaluates, its symbol marked.</param>
/// <param name="Right">The call that it makes, its symbol marked.</param>
/// <param name="Rule">The rule; null where the step belongs to no rule.</param>
/// <param name="Call">The call as written; null where the step is one of our own.</param>
/// <param name="Source">The call that the rule evaluates, as written; null where a term that <c>where</c> binds comes between.</param>
/// <param name="IsSeveral">True where it stands for several calls, which orders do not tell apart, though different tests go before
/// them.</param>
internal sealed record DependencyPair(
    OrderTerm Left, OrderTerm Right, RewriteRule? Rule, ApplyExpr? Call, ApplyExpr? Source = null, bool IsSeveral = false);

/// <summary>Rules as orders see them.</summary>
/// <remarks>
/// What is computed with values of built-in sorts is a value, which no order looks at. Of <c>c ? a : b</c> either may come. A term that is
/// bound by <c>where</c> comes from a symbol of its own, between the source and the target (unraveling; Ohlebusch, Termination of logic
/// programs: transformational methods revisited, 2001). Tests are taken to hold; what they call has to end too.
/// </remarks>
internal sealed class RewriteSystem
{
    // Conditionals in conditionals have many results; beyond so many a term is one that may come to anything.
    private const int MaxAlternatives = 32;

    private readonly OrderTerms _terms = new();
    private readonly Dictionary<FunctionSymbol, OrderSymbol> _symbols = [];
    private readonly Dictionary<OrderSymbol, OrderSymbol> _marked = [];

    // Stands for the simplification of what an operation has given.
    private readonly OrderSymbol _visit = new("visit", 1);

    /// <summary>The terms that are made.</summary>
    public OrderTerms Terms => _terms;

    /// <summary>The rules as steps; a rule with <c>where</c> has several.</summary>
    public IReadOnlyList<OrderRule> StepsOf(IEnumerable<RewriteRule> rules)
        => [.. rules.SelectMany(r => new Translation(this, r).Run().Steps)];

    /// <summary>The steps of simplifications, with one to each term that a target builds and only computes with.</summary>
    public IReadOnlyList<OrderRule> BuildingStepsOf(IEnumerable<RewriteRule> rules)
        => [.. rules.SelectMany(r => new Translation(this, r).Run().AllSteps())];

    /// <summary>The calls that rules of operations make to some operations.</summary>
    public IReadOnlyList<DependencyPair> CallsOf(IEnumerable<RewriteRule> rules, Func<FunctionSymbol, bool> isCalled)
        => Distinct(rules.SelectMany(r => new Translation(this, r) { IsCalled = isCalled }.Run().Pairs));

    /// <summary>
    /// What simplifications lead to: what their targets build and simplify again, and what is simplified of results of operations.
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

    /// <summary>The sources, marked, of the rules without conditions that are tried before each rule.</summary>
    /// <param name="rules">In the order of trying.</param>
    public IReadOnlyDictionary<RewriteRule, OrderTerm[]> EarlierOf(IEnumerable<RewriteRule> rules)
    {
        // Rules are looked up for each two calls, and hashing one by its content takes its whole text.
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

    /// <summary>One rule on its way.</summary>
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

        /// <summary>The symbols whose calls matter.</summary>
        public Func<FunctionSymbol, bool> IsCalled { get; init; } = _ => false;

        /// <summary>The sorts whose terms are simplified where an operation gives them; null for rules of operations.</summary>
        public HashSet<Sort>? Visited { get; init; }

        public List<OrderRule> Steps { get; } = [];

        public List<DependencyPair> Pairs { get; } = [];

        public Translation Run()
        {
            for (int i = 0; i < _rule.Conditions.Count; i++)
            {
                // A term in a test is as it is written: nothing simplifies it.
                if (_rule.Conditions[i] is WhenCondition when && Visited is null) Collect(when.Test);
                if (_rule.Conditions[i] is not WhereCondition where) continue;
                Collect(where.Subject);
                if (where.Subject.Sort is DataSort) Bind(where, i);
            }

            Collect(_rule.Target);
            foreach (var target in All(_rule.Target)) Steps.Add(new(_current, target, _rule));
            return this;
        }

        /// <summary>The steps, and one to each term below what is a value in the end: in tests of conditionals, for example.</summary>
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
                    // A part of the source has been evaluated before.
                    foreach (var term in Applied(call))
                        if (!Array.Exists(_current.Arguments, a => a.Holds(term)))
                            Pairs.Add(new(_system.Mark(_current), _system.Mark(term), _rule, call,
                                ReferenceEquals(_current, Source) ? _rule.Source : null));
                }

                if (call.Symbol is not Operation || Visited?.Contains(call.Sort) != true) continue;
                foreach (var term in All(call)) Pairs.Add(new(_system.Mark(_current), _terms.Apply(_system._visit, term), _rule, call));
            }
        }

        // What an expression may become by its conditionals.
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
