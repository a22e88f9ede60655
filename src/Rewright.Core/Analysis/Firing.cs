using System.Collections.Generic;
using System.Linq;
using Rewright.Analysis.Conditions;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>
/// The conditions under which a rule fires where its source matches, as tests that can be compared with those of other rules.
/// </summary>
internal static class Firing
{
    // A variable bound by a condition is replaced by its expression as long as the test stays this small.
    private const int MaxTest = 200;

    /// <summary>Tests that hold wherever a rule fires, over the variables of its source.</summary>
    public static IReadOnlyList<Expr> Tests(RewriteRule rule) => Tests(rule, out _);

    /// <summary>
    /// The tests that must hold for a rule to fire at an instance of a term; if one of them cannot be computed, no later rule fires either.
    /// Null if the rule does not match every instance, or if firing depends on more than tests.
    /// </summary>
    public static IReadOnlyList<Expr>? Needs(RewriteRule rule, Expr term)
    {
        if (Substitution.Clash(rule.Source, term)) return null;
        // A repeated variable becomes a test of its own, so that it can be compared with another rule's condition.
        var first = new Dictionary<string, Variable>();
        var repeated = new List<(Variable First, Variable Next)>();
        var source = Substitution.Rebuild(rule.Source, v =>
        {
            if (!first.TryGetValue(v.Name, out var known))
            {
                first.Add(v.Name, v);
                return null;
            }

            var next = v with { Name = v.Name + "`" + InvariantText.Of(repeated.Count) };
            repeated.Add((known, next));
            return new VariableExpr(next);
        });
        if (Substitution.Match(source, term) is not { } match) return null;
        var tests = Tests(rule, out bool areAll);
        if (!areAll) return null;
        return [.. repeated.Select(
            r => ConditionLogic.SameTerm(match.Apply(new VariableExpr(r.First)), match.Apply(new VariableExpr(r.Next)))),
            .. tests.Select(match.Apply)];
    }

    /// <summary>True if a test holds wherever the assumptions hold.</summary>
    public static bool Follows(Expr test, IReadOnlyCollection<Expr> assumptions)
        => IsTrivial(test) || assumptions.Contains(test) || ConditionLogic.Contradict([.. assumptions, ConditionLogic.Negation(test)]);

    // `x == x` holds, except that a NaN is not equal to itself.
    private static bool IsTrivial(Expr test) => test is EqualityExpr { Negated: false } same ? same.Left.Equals(same.Right)
        : test is PrimitiveExpr { Primitive: { Op: PrimitiveOp.Equal, Operand: var sort }, Arguments: var sides }
            && !sort.Equals(BuiltInSort.Double) && sides[0].Equals(sides[1]);

    private static List<Expr> Tests(RewriteRule rule, out bool areAll)
    {
        var bound = new HashSet<Variable>(rule.SourceVariables);
        var meaning = new Dictionary<Variable, Expr>();
        var tests = new List<Expr>();
        areAll = true;
        foreach (var condition in rule.Conditions)
        {
            if (condition is WhenCondition when)
            {
                tests.AddRange(ConditionLogic.Conjuncts(Meant(when.Test)));
                continue;
            }

            var where = (WhereCondition)condition;
            if (where.Pattern is VariableExpr { Variable: var variable } && !bound.Contains(variable) && Meant(where.Subject) is var subject
                && subject.Descendants().Take(MaxTest + 1).Count() <= MaxTest)
            {
                bound.Add(variable);
                meaning.Add(variable, subject);
                continue;
            }

            var known = new HashSet<Variable>(bound);
            areAll &= !RuleChecks.CanFail(condition, bound, mayBeStuck: true);
            // The bound values are unknown. The new name keeps them apart from variables of the same name in other rules.
            foreach (var next in where.Pattern.Descendants().OfType<VariableExpr>().Select(v => v.Variable).Where(
                v => !known.Contains(v) && !meaning.ContainsKey(v)))
            {
                bound.Add(next);
                meaning.Add(next, new VariableExpr(next with { Name = next.Name + "`" + rule.Name }));
            }
        }

        return tests;

        Expr Meant(Expr expr) => Substitution.Rebuild(expr, v => meaning.TryGetValue(v, out var e) ? e : null);
    }
}
