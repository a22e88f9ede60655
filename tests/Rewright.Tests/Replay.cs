using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Explain;
using Rewright.Model;
using Xunit;

namespace Rewright.Tests;

/// <summary>Makes the steps of a derivation again, on terms of its own and with a matcher of its own.</summary>
internal static class Replay
{
    public static void Check(Derivation derivation)
    {
        string name = derivation.Operation[(derivation.Operation.LastIndexOf('.') + 1)..];
        var arguments = derivation.Arguments.Select(ToExpr).ToEquatableArray();
        var start = derivation.Module.Find(name) is Operation operation ? new ApplyExpr(operation, arguments) : arguments[0];
        Assert.Equal(ToExpr(derivation.Result!), Run(start, derivation.Steps));
    }

    private static Expr Run(Expr term, IEnumerable<RewriteStep> steps)
    {
        foreach (var step in steps) term = Apply(Compute(term), step, [.. step.Position]);
        return Compute(term);
    }

    private static Expr Apply(Expr term, RewriteStep step, Span<int> position)
    {
        if (position.Length > 0) return WithPart(term, position[0], Apply(term.Parts[position[0]], step, position[1..]));
        var values = step.Bindings.ToDictionary(b => b.Key, b => ToExpr(b.Value));
        Assert.Equal(Instance(step.Rule.Source, values), term);
        for (int i = 0; i < step.Rule.Conditions.Count; i++)
        {
            IReadOnlyList<RewriteStep> steps = step.Conditions.FirstOrDefault(c => c.Index == i)?.Steps ?? Array.Empty<RewriteStep>();
            switch (step.Rule.Conditions[i])
            {
                case WhenCondition test: Assert.Equal("true", Run(Instance(test.Test, values), steps).ToString()); break;
                case WhereCondition where: Assert.Equal(Instance(where.Pattern, values), Run(Instance(where.Subject, values), steps)); break;
            }
        }

        return Instance(step.Rule.Target, values);
    }

    private static Expr WithPart(Expr expr, int index, Expr part)
    {
        EquatableArray<Expr> parts = expr.Parts.Items.SetItem(index, part);
        return With(expr, parts);
    }

    private static Expr With(Expr expr, EquatableArray<Expr> parts) => expr switch
    {
        ApplyExpr a => a with { Arguments = parts },
        PrimitiveExpr p => p with { Arguments = parts },
        EqualityExpr e => e with { Left = parts[0], Right = parts[1] },
        LogicalExpr l => l with { Left = parts[0], Right = parts[1] },
        ConditionalExpr c => new ConditionalExpr(parts[0], parts[1], parts[2]),
        _ => expr,
    };

    private static Expr Instance(Expr expr, Dictionary<Variable, Expr> values) => expr is VariableExpr v ? values[v.Variable]
        : With(expr, expr.Parts.Select(p => Instance(p, values)).ToEquatableArray());

    // Built-in functions whose parts are known give their values; only those that the tests use.
    private static Expr Compute(Expr expr)
    {
        if (expr is ConditionalExpr c) return Compute(c.Test) is LiteralExpr { Value.Value: bool test } ? Compute(test ? c.WhenTrue : c.WhenFalse) : c with { Test = Compute(c.Test) };
        if (expr is LogicalExpr l)
        {
            if (Compute(l.Left) is not LiteralExpr { Value.Value: bool left } known) return l with { Left = Compute(l.Left) };
            return left == l.IsAnd ? Compute(l.Right) : known;
        }

        var result = With(expr, expr.Parts.Select(Compute).ToEquatableArray());
        if (result is not PrimitiveExpr primitive || !primitive.Arguments.All(a => a is LiteralExpr)) return result;
        var values = primitive.Arguments.Select(a => ((LiteralExpr)a).Value.Value).ToList();
        return new LiteralExpr(new Literal(primitive.Sort, (primitive.Primitive.Op, values[0]) switch
        {
            (PrimitiveOp.Add, long x) => x + (long)values[1],
            (PrimitiveOp.Not, bool b) => !b,
            _ => throw new NotSupportedException(primitive.ToString()),
        }));
    }

    private static Expr ToExpr(TracedValue value) => value.Sort is DataSort ? ToExpr(value.GetTerm()) : new LiteralExpr(value.GetLiteral());

    private static Expr ToExpr(Term term) => new ApplyExpr(term.Symbol, term.Symbol.Parameters.Select((p, i) => p.Sort is DataSort
        ? ToExpr(term.GetTerm(i)) : new LiteralExpr(new Literal(p.Sort, term.GetValue<long>(i)))).ToEquatableArray());
}
