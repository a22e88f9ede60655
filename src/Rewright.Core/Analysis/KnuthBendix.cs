using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>
/// The Knuth-Bendix order (Simple word problems in universal algebras, 1970). It is a reduction order: a set of rules terminates if every
/// source is greater than its target.
/// </summary>
/// <remarks>
/// The weight of a constructor is its declared cost; operations, variables, literals and computed values weigh 1. In the precedence,
/// operations come before constructors, then higher arity before lower, then names decide.
/// </remarks>
internal static class KnuthBendix
{
    /// <summary>True if <paramref name="left"/> is greater for all values of the variables.</summary>
    public static bool Greater(Expr left, Expr right)
    {
        if (Nodes(left).Concat(Nodes(right)).Any(e => e is ConditionalExpr { Sort: DataSort })) return false;
        var available = Count(left);
        if (Count(right).Any(pair => !available.TryGetValue(pair.Key, out int n) || n < pair.Value)) return false;
        long difference = Weight(left) - Weight(right);
        if (difference != 0) return difference > 0;
        if (left is not ApplyExpr l) return false;
        if (right is VariableExpr) return !left.Equals(right);
        if (right is not ApplyExpr r) return true;
        if (!ReferenceEquals(l.Symbol, r.Symbol)) return Compare(l.Symbol, r.Symbol) > 0;
        for (int i = 0; i < l.Arguments.Count; i++)
            if (!l.Arguments[i].Equals(r.Arguments[i])) return Greater(l.Arguments[i], r.Arguments[i]);
        return false;
    }

    // A computation counts as its value.
    private static IEnumerable<Expr> Nodes(Expr expr)
    {
        yield return expr;
        if (expr is not ApplyExpr apply) yield break;
        foreach (var argument in apply.Arguments)
            foreach (var node in Nodes(argument)) yield return node;
    }

    private static long Weight(Expr expr)
        => Nodes(expr).Sum(e => e is ApplyExpr { Symbol: Constructor c } ? System.Math.Max(1L, c.Cost) : 1L);

    private static Dictionary<Variable, int> Count(Expr expr)
        => Nodes(expr).OfType<VariableExpr>().GroupBy(v => v.Variable).ToDictionary(g => g.Key, g => g.Count());

    private static int Compare(FunctionSymbol left, FunctionSymbol right)
    {
        int kind = (left is Operation ? 1 : 0) - (right is Operation ? 1 : 0);
        if (kind != 0) return kind;
        return left.Arity != right.Arity ? left.Arity - right.Arity : string.CompareOrdinal(left.FullName, right.FullName);
    }
}
