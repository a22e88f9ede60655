using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>The outcome of an evaluation: a term, an error, or undecided because it took too many steps.</summary>
/// <param name="Term">The result.</param>
/// <param name="Error">The C# exception; for a stuck term, a <see cref="JudgeStuckException"/>.</param>
public sealed record JudgeOutcome(JudgeTerm? Term, Exception? Error)
{
    /// <summary>True if the judge gave up.</summary>
    public bool IsUndecided => Term is null && Error is null;

    /// <inheritdoc/>
    public override string ToString()
        => Term?.ToString() ?? (Error is JudgeStuckException stuck ? "stuck: " + stuck.Term : Error?.GetType().Name ?? "undecided");
}

/// <summary>No rule applies to an operation that is not open.</summary>
public sealed class JudgeStuckException(JudgeTerm term) : Exception("No rule applies to " + term)
{
    /// <summary>The stuck term.</summary>
    public JudgeTerm Term => term;
}

/// <summary>
/// The reference meaning of a module, naive on purpose: rules are tried one by one on immutable objects. It shares only the model with the
/// engines: not the order of rules, matching, lowering, or the functions of built-in sorts.
/// </summary>
public sealed class Judge
{
    private const int MaxDepth = 20_000;
    private const int ShallowDepth = 200;

    private readonly Module _module;
    private readonly IReadOnlyDictionary<string, Func<IReadOnlyList<JudgeTerm>, JudgeTerm>> _hosts;
    private readonly Dictionary<FunctionSymbol, List<RewriteRule>> _rules = [];
    private readonly int _maxSteps;
    private int _steps, _depth, _maxDepth;
    private Normalizer? _normalizer;
    // The variables bound by conditions of the current rule; their values need not be in normal form.
    private IReadOnlyCollection<string> _unvisited = [];

    /// <param name="module">The module to judge.</param>
    /// <param name="hosts">The operations that C# implements, by full name.</param>
    /// <param name="maxSteps">The number of rewrites after which the judge gives up.</param>
    public Judge(Module module, IReadOnlyDictionary<string, Func<IReadOnlyList<JudgeTerm>, JudgeTerm>>? hosts = null, int maxSteps = 20_000)
        => (_module, _hosts, _maxSteps) = (
            module, hosts ?? ImmutableDictionary<string, Func<IReadOnlyList<JudgeTerm>, JudgeTerm>>.Empty, maxSteps);

    /// <summary>The rewrites so far. Engines need fewer, because they compute equal calls once.</summary>
    public int Steps => _steps;

    /// <summary>Evaluates a closed term, which may apply operations.</summary>
    public JudgeOutcome Evaluate(Expr term) => Guard(() => Value(term, []));

    /// <summary>Applies an operation.</summary>
    public JudgeOutcome Call(Operation operation, IReadOnlyList<JudgeTerm> arguments) => Guard(() => Apply(operation, [.. arguments]));

    /// <summary>Brings a term to the normal form of a normalizer.</summary>
    public JudgeOutcome Normalize(Normalizer normalizer, JudgeTerm term) => Guard(() =>
    {
        _normalizer = normalizer;
        try
        {
            return normalizer.Strategy == Strategy.Outermost ? Outermost(term) : Visit(term);
        }
        finally
        {
            _normalizer = null;
        }
    });

    /// <summary>The rules of a symbol in the order of trying.</summary>
    public IReadOnlyList<RewriteRule> RulesOf(FunctionSymbol symbol)
    {
        if (_rules.TryGetValue(symbol, out var known)) return known;
        // In the order of the text.
        var rules = _module.Closure
            .SelectMany(m => m.Patterns.Select(p => m.Rules.FirstOrDefault(r => r.Name == p.Name)))
            .Where(r => r is not null && ReferenceEquals(r.Root, symbol)).Select(r => r!).ToList();
        // For operations their own module determines the order, for simplifications the module that applies them.
        var order = (_module.Closure.FirstOrDefault(m => symbol is Operation && m.Operations.Contains(symbol)) ?? _module).Order;
        var sorted = new List<RewriteRule>();
        foreach (var group in rules.GroupBy(r => r.Priority).OrderByDescending(g => g.Key))
        {
            var left = group.ToList();
            while (left.Count > 0)
            {
                var next = order == RuleOrder.Textual ? left[0]
                    : left.Where(r => !left.Any(other => IsMoreSpecific(other, r))).OrderBy(r => r.Name, StringComparer.Ordinal).First();
                left.Remove(next);
                sorted.Add(next);
            }
        }

        _rules.Add(symbol, sorted);
        return sorted;
    }

    // Deep evaluations need more stack than an ordinary thread has. Most are shallow, though, and cost less than a new thread.
    private JudgeOutcome Guard(Func<JudgeTerm> evaluate)
    {
        if (Try(evaluate, ShallowDepth) is { IsUndecided: false } shallow) return shallow;
        JudgeOutcome outcome = new(null, null);
        var thread = new Thread(() => outcome = Try(evaluate, MaxDepth), 256 << 20);
        thread.Start();
        thread.Join();
        return outcome;
    }

    private JudgeOutcome Try(Func<JudgeTerm> evaluate, int maxDepth)
    {
        (_steps, _depth, _maxDepth, _unvisited) = (0, 0, maxDepth, []);
        try
        {
            return new(evaluate(), null);
        }
        catch (GiveUpException)
        {
            return new(null, null);
        }
#pragma warning disable CA1031 // every exception is an outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(null, e);
        }
    }

    private sealed class GiveUpException : Exception;

    private static bool IsMoreSpecific(RewriteRule rule, RewriteRule than)
    {
        bool isInstance = IsInstance(rule.Source, than.Source, []), isGeneral = IsInstance(than.Source, rule.Source, []);
        return isInstance && (!isGeneral || rule.Conditions.Count > 0 && than.Conditions.Count == 0);
    }

    // True if an expression is an instance of a pattern. Variables of the expression count as constants here.
    private static bool IsInstance(Expr expr, Expr pattern, Dictionary<string, Expr> values)
    {
        if (pattern is VariableExpr { Variable.Name: var name })
        {
            if (values.TryGetValue(name, out var known)) return known.Equals(expr);
            values.Add(name, expr);
            return true;
        }

        if (pattern is LiteralExpr) return expr is LiteralExpr && JudgeTerm.Of(expr).Equals(JudgeTerm.Of(pattern));
        var (p, e) = ((ApplyExpr)pattern, expr as ApplyExpr);
        return e is not null && ReferenceEquals(p.Symbol, e.Symbol)
            && Enumerable.Range(0, p.Arguments.Count).All(i => IsInstance(e.Arguments[i], p.Arguments[i], values));
    }

    private static bool Matches(Expr pattern, JudgeTerm term, Dictionary<string, JudgeTerm> values)
    {
        if (pattern is VariableExpr { Variable.Name: var name })
        {
            if (values.TryGetValue(name, out var known)) return known.Equals(term);
            values.Add(name, term);
            return true;
        }

        if (pattern is LiteralExpr) return JudgeTerm.Of(pattern).Equals(term);
        var apply = (ApplyExpr)pattern;
        if (!ReferenceEquals(apply.Symbol, term.Symbol)) return false;
        for (int i = 0; i < term.Parts.Length; i++)
            if (!Matches(apply.Arguments[i], term.Parts[i], values)) return false;
        return true;
    }

    // The first rule that applies to a symbol and its parts, with the values of its variables.
    private (RewriteRule Rule, Dictionary<string, JudgeTerm> Values)? Find(FunctionSymbol symbol, ImmutableArray<JudgeTerm> parts)
    {
        foreach (var rule in RulesOf(symbol))
        {
            if (rule.IsSimplification && !_normalizer!.Includes(rule.Group)) continue;
            var values = new Dictionary<string, JudgeTerm>();
            bool matches = true;
            for (int i = 0; i < parts.Length && matches; i++) matches = Matches(rule.Source.Arguments[i], parts[i], values);
            if (matches && rule.Conditions.All(c => Holds(c, values))) return (rule, values);
        }

        return null;
    }

    private bool Holds(Condition condition, Dictionary<string, JudgeTerm> values)
        => condition is WhenCondition when ? IsTrue(when.Test, values)
            : Matches(((WhereCondition)condition).Pattern, Written(((WhereCondition)condition).Subject, values), values);

    private void Step()
    {
        if (++_steps > _maxSteps) throw new GiveUpException();
    }

    private JudgeTerm Apply(Operation operation, ImmutableArray<JudgeTerm> arguments)
    {
        if (operation.IsHost) return _hosts[operation.FullName](arguments);
        // No simplification applies inside an operation.
        var outer = _normalizer;
        _normalizer = null;
        if (++_depth > _maxDepth) throw new GiveUpException();
        try
        {
            if (Find(operation, arguments) is var (rule, values))
            {
                Step();
                return Value(rule.Target, values);
            }

            var term = JudgeTerm.Of(operation, arguments);
            return operation.IsOpen ? term : throw new JudgeStuckException(term);
        }
        finally
        {
            _depth--;
            _normalizer = outer;
        }
    }

    private bool IsTrue(Expr test, Dictionary<string, JudgeTerm> values) => (bool)Written(test, values).Value!;

    // An expression that decides is evaluated as written: no simplification applies in it.
    private JudgeTerm Written(Expr expr, Dictionary<string, JudgeTerm> values)
    {
        var outer = _normalizer;
        _normalizer = null;
        try
        {
            return Value(expr, values);
        }
        finally
        {
            _normalizer = outer;
        }
    }

    private JudgeTerm Value(Expr expr, Dictionary<string, JudgeTerm> values)
    {
        switch (expr)
        {
            case VariableExpr { Variable.Name: var name }: return _unvisited.Contains(name) ? Visited(values[name]) : values[name];
            case LiteralExpr: return JudgeTerm.Of(expr);
            case ConditionalExpr conditional:
                return Value(IsTrue(conditional.Test, values) ? conditional.WhenTrue : conditional.WhenFalse, values);
            case LogicalExpr logical:
                return JudgeTerm.Of(
                    expr.Sort, logical.IsAnd ? IsTrue(logical.Left, values) && IsTrue(logical.Right, values) : IsTrue(logical.Left, values)
                    || IsTrue(logical.Right, values));
        }

        ImmutableArray<JudgeTerm> parts = [.. expr.Parts.Select(p => expr is EqualityExpr ? Written(p, values) : Value(p, values))];
        return expr switch
        {
            PrimitiveExpr primitive => JudgeTerm.Of(
            expr.Sort, JudgePrimitives.Apply(primitive.Primitive, [.. parts.Select(p => p.Value!)])),
            EqualityExpr equality => JudgeTerm.Of(expr.Sort, parts[0].Equals(parts[1]) != equality.Negated),
            ApplyExpr { Symbol: Operation operation } => Visited(Apply(operation, parts)),
            _ => Built(((ApplyExpr)expr).Symbol, parts),
        };
    }

    private bool IsRepeating => _normalizer is { Strategy: Strategy.Innermost };

    // During innermost normalization, every new term in a target comes in normal form.
    private JudgeTerm Visited(JudgeTerm value) => IsRepeating ? Visit(value) : value;

    private JudgeTerm Built(FunctionSymbol symbol, ImmutableArray<JudgeTerm> parts)
        => IsRepeating ? Simplified(symbol, parts) : JudgeTerm.Of(symbol, parts);

    // Visits the arguments first, then this node.
    private JudgeTerm Visit(JudgeTerm term)
    {
        if (term.Symbol is null) return term;
        if (++_depth > _maxDepth) throw new GiveUpException();
        var result = Simplified(term.Symbol, [.. term.Parts.Select(Visit)]);
        _depth--;
        return result;
    }

    // Simplifies a node whose fields are in normal form.
    private JudgeTerm Simplified(FunctionSymbol symbol, ImmutableArray<JudgeTerm> parts)
    {
        if (symbol is not Constructor) return JudgeTerm.Of(symbol, parts);
        // Counted here too, because conditions nest.
        if (++_depth > _maxDepth) throw new GiveUpException();
        var result = JudgeTerm.Of(symbol, parts);
        if (Find(symbol, parts) is var (rule, values))
        {
            Step();
            var outer = _unvisited;
            _unvisited = [.. values.Keys.Except(VariablesOf(rule.Source))];
            result = Value(rule.Target, values);
            _unvisited = outer;
        }

        _depth--;
        return result;
    }

    private static IEnumerable<string> VariablesOf(Expr expr)
        => expr is VariableExpr v ? [v.Variable.Name] : expr.Parts.SelectMany(VariablesOf);

    // Rewrites the leftmost outermost place, again and again from the root.
    private JudgeTerm Outermost(JudgeTerm term)
    {
        while (OnceOutermost(term) is { } next) term = next;
        return term;
    }

    private JudgeTerm? OnceOutermost(JudgeTerm term)
    {
        if (term.Symbol is Constructor && Find(term.Symbol, term.Parts) is var (rule, values))
        {
            Step();
            return Value(rule.Target, values);
        }

        for (int i = 0; i < term.Parts.Length; i++)
            if (OnceOutermost(term.Parts[i]) is { } part) return JudgeTerm.Of(term.Symbol!, term.Parts.SetItem(i, part));
        return null;
    }
}
