using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>Simple conditions that may be missing from a wrong rule.</summary>
public static class Conditions
{
    private const int Most = 60;

    /// <summary>Candidate conditions over the variables of a pattern.</summary>
    public static IEnumerable<Expr> For(Pattern pattern, ModuleDefinition module)
    {
        var matched = pattern.Polarity == Polarity.Backward ? pattern.Target : pattern.Source;
        var variables = matched.Descendants().OfType<VariableExpr>().Distinct().ToList();
        return variables.SelectMany(Comparisons).Concat(Pairs(variables)).Concat(Tests(variables, module)).Take(Most);
    }

    /// <summary>The pattern with one more condition.</summary>
    public static Pattern With(Pattern pattern, Expr condition)
        => pattern with { Conditions = pattern.Conditions.Append(new WhenCondition(condition)).ToEquatableArray() };

    private static IEnumerable<Expr> Comparisons(VariableExpr variable)
    {
        if (Zero(variable.Sort) is not { } zero) yield break;
        foreach (var op in new[] { PrimitiveOp.NotEqual, PrimitiveOp.GreaterOrEqual, PrimitiveOp.Greater, PrimitiveOp.LessOrEqual,
            PrimitiveOp.Less })
            if (Apply(op, variable, zero) is { } test) yield return test;
        if (Primitive.Find(PrimitiveOp.IsPow2, variable.Sort) is { } pow2)
            yield return new PrimitiveExpr(pow2, EquatableArray.Of<Expr>(variable));
    }

    private static IEnumerable<Expr> Pairs(List<VariableExpr> variables)
    {
        for (int i = 0; i < variables.Count; i++)
        {
            for (int j = i + 1; j < variables.Count; j++)
            {
                if (Zero(variables[i].Sort) is null || !variables[i].Sort.Equals(variables[j].Sort)) continue;
                foreach (var op in new[] { PrimitiveOp.NotEqual, PrimitiveOp.LessOrEqual, PrimitiveOp.GreaterOrEqual, PrimitiveOp.Less,
                    PrimitiveOp.Greater, PrimitiveOp.Equal })
                    if (Apply(op, variables[i], variables[j]) is { } test) yield return test;
            }
        }
    }

    private static IEnumerable<Expr> Tests(List<VariableExpr> variables, ModuleDefinition module)
    {
        foreach (var operation in module.Operations.Where(o => o.Result.Equals(BuiltInSort.Bool) && o.Arity is 1 or 2))
        {
            var choices = operation.Parameters.Select(p => variables.Where(v => v.Sort.Equals(p.Sort)).ToList()).ToList();
            foreach (var first in choices[0])
            {
                foreach (var arguments in operation.Arity == 1
                    ? [[first]] : choices[1].Where(s => !s.Equals(first)).Select(s => new Expr[] { first, s }))
                {
                    var test = new ApplyExpr(operation, arguments.ToEquatableArray());
                    yield return test;
                    yield return new PrimitiveExpr(Primitive.Find(PrimitiveOp.Not, BuiltInSort.Bool)!, EquatableArray.Of<Expr>(test));
                }
            }
        }
    }

    private static PrimitiveExpr? Apply(PrimitiveOp op, Expr left, Expr right)
        => Primitive.Find(op, left.Sort) is { } primitive ? new(primitive, EquatableArray.Of(left, right)) : null;

    private static Expr? Zero(Sort sort) => sort is not BuiltInSort { Kind: var kind } ? null : kind switch
    {
        BuiltInKind.Int => new LiteralExpr(new Literal(sort, 0)),
        BuiltInKind.UInt => new LiteralExpr(new Literal(sort, 0u)),
        BuiltInKind.Long => new LiteralExpr(new Literal(sort, 0L)),
        BuiltInKind.ULong => new LiteralExpr(new Literal(sort, 0UL)),
        BuiltInKind.Double => new LiteralExpr(new Literal(sort, 0.0)),
        _ => null,
    };
}
