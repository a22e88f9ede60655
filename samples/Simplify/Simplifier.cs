using Rewright;
using Simplify.Expressions;
using Simplify.Rules;

namespace Simplify;

/// <summary>Simplifies expressions by the rules of <see cref="RealRules"/>.</summary>
public static class Simplifier
{
    /// <summary>What executes the rules.</summary>
    public static Engine Engine => RealRules.Module.Engine;

    /// <summary>A simpler expression that is defined, and equal, wherever the given one is.</summary>
    public static RealExpr Simplify(RealExpr expression)
    {
        using var heap = new TermHeap();
        Term term = Terms.FromExpression(expression);
        return Terms.ToExpression(RealRules.Simplify((RealRules.Expr)term));
    }
}
