using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Core.Tests;

/// <summary>Matching, and evaluation of data, as the words define them: rule by rule, term by term.</summary>
internal static class Naive
{
    /// <summary>Whether a closed term matches a pattern; fills in the variables.</summary>
    public static bool Matches(Expr pattern, Expr term, Dictionary<Variable, Expr> values)
    {
        if (pattern is VariableExpr { Variable: var variable })
        {
            if (values.TryGetValue(variable, out var known)) return known.Equals(term);
            values.Add(variable, term);
            return true;
        }

        if (pattern is not ApplyExpr p) return pattern.Equals(term);
        return term is ApplyExpr t && ReferenceEquals(p.Symbol, t.Symbol)
            && p.Arguments.Zip(t.Arguments, (a, b) => Matches(a, b, values)).All(m => m);
    }

    /// <summary>The first of some rules, in order, that applies; the caller says which conditions hold.</summary>
    public static RewriteRule? First(IEnumerable<RewriteRule> rules, ApplyExpr term, Func<RewriteRule, bool> holds)
        => rules.FirstOrDefault(r => Matches(r.Source, term, []) && (r.Conditions.Count == 0 || holds(r)));

    /// <summary>The rule that a decision tree comes to.</summary>
    public static RewriteRule? Follow(DecisionTree tree, ApplyExpr term, Func<RewriteRule, bool> holds)
    {
        while (true)
        {
            switch (tree)
            {
                case FailNode:
                    return null;
                case RuleNode node:
                    bool equal = node.Bindings.GroupBy(o => o.Key).All(g => g.Select(o => At(o.Value, term)).Distinct().Count() == 1);
                    if (equal && (node.Rule!.Conditions.Count == 0 || holds(node.Rule))) return node.Rule;
                    tree = node.Otherwise
                        ?? throw new InvalidOperationException("Nothing follows '" + node.Rule!.Name + "', which failed.");
                    break;
                case SymbolNode node:
                    tree = Next(node.Cases, ((ApplyExpr)At(node.Occurrence, term)).Symbol, node.Otherwise);
                    break;
                case LiteralNode node:
                    tree = Next(node.Cases, ((LiteralExpr)At(node.Occurrence, term)).Value, node.Otherwise);
                    break;
            }
        }
    }

    /// <summary>The value of a closed term over data alone; null where it is stuck.</summary>
    public static Expr? Evaluate(Module module, Expr term, ref int steps)
    {
        if (term is not ApplyExpr apply) return term;
        var arguments = new List<Expr>();
        foreach (var argument in apply.Arguments)
        {
            if (Evaluate(module, argument, ref steps) is not { } value) return null;
            arguments.Add(value);
        }

        apply = apply with { Arguments = arguments.ToEquatableArray() };
        if (apply.Symbol is Constructor) return apply;
        foreach (var rule in module.Rules.Where(r => ReferenceEquals(r.Root, apply.Symbol)))
        {
            var values = new Dictionary<Variable, Expr>();
            if (!Matches(rule.Source, apply, values)) continue;
            if (--steps < 0) throw new InvalidOperationException("Too many steps.");
            return Evaluate(module, Instance(rule.Target, values), ref steps);
        }

        return ((Operation)apply.Symbol).IsOpen ? apply : null;
    }

    public static Expr Instance(Expr expr, Dictionary<Variable, Expr> values) => expr switch
    {
        VariableExpr v => values[v.Variable],
        ApplyExpr a => a with { Arguments = a.Arguments.Select(p => Instance(p, values)).ToEquatableArray() },
        _ => expr,
    };

    private static DecisionTree Next<T>(IEnumerable<KeyValuePair<T, DecisionTree>> cases, T value, DecisionTree? otherwise)
        where T : class
        => cases.Where(c => c.Key.Equals(value)).Select(c => c.Value).SingleOrDefault() ?? otherwise
            ?? throw new InvalidOperationException("No case for " + value + ".");

    private static Expr At(Occurrence occurrence, ApplyExpr term)
    {
        if (occurrence.Parent is null) return term.Arguments[occurrence.Index];
        var parent = (ApplyExpr)At(occurrence.Parent, term);
        return ReferenceEquals(parent.Symbol, occurrence.Symbol)
            ? parent.Arguments[occurrence.Index]
            : throw new InvalidOperationException("There is no occurrence " + occurrence + " in " + term + ".");
    }
}
