using System;
using Rewright;
using Simplify.Expressions;
using Simplify.Rules;

namespace Simplify;

/// <summary>Simplifies expressions by the rules of <see cref="RealRules"/>.</summary>
public static class Simplifier
{
    private static readonly EvaluationLimits Limits = EvaluationLimits.Default with { Time = TimeSpan.FromMinutes(1) };

    /// <summary>What executes the rules.</summary>
    public static Engine Engine => RealRules.Module.Engine;

    /// <summary>A simpler expression that is defined, and equal, wherever the given one is.</summary>
    /// <exception cref="EvaluationException">It takes more time or memory than expressions that people write.</exception>
    public static RealExpr Simplify(RealExpr expression)
    {
        using var heap = new TermHeap { Limits = Limits };
        Term term = Terms.FromExpression(expression);
        return Terms.ToExpression(RealRules.Simplify((RealRules.Expr)term));
    }
}
