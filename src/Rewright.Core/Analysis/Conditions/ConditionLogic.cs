using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Analysis.Conditions;

/// <summary>Conclusions from the form of conditions alone: a test and its negation, comparisons of the same values.</summary>
internal static class ConditionLogic
{
    // The outcomes of comparing two values; doubles can be unordered too.
    [Flags]
    private enum Outcomes { None = 0, Less = 1, Equal = 2, Greater = 4, Unordered = 8, All = 15 }

    /// <summary>True if the tests cannot all hold at once.</summary>
    public static bool Contradict(IReadOnlyCollection<Expr> tests)
    {
        // A conjunction counts as a fact itself and by its parts, because its negation may be the whole of another test.
        var facts = new HashSet<Expr>(tests.Concat(tests.SelectMany(Conjuncts)));
        if (facts.Any(f => Known(f) == false || facts.Contains(Negation(f)) || Swapped(f) is { } swapped
            && facts.Contains(Negation(swapped))))
            return true;
        var comparisons = facts.Select(Comparison).Where(c => c is not null).Select(c => c!.Value).ToList();
        return comparisons.GroupBy(c => (c.Left, c.Right)).Any(
            g => g.Aggregate(Possible(g.Key.Left), (all, c) => all & c.Outcomes) == Outcomes.None)
            || comparisons.Select(Interval).Where(i => i is not null).GroupBy(i => i!.Value.Of)
                .Any(g => g.Max(i => i!.Value.Low) is { } low && g.Min(i => i!.Value.High) is { } high && low > high);
    }

    /// <summary>True if at least one of the tests always holds. Each is the whole condition of one rule.</summary>
    public static bool Exhaust(IReadOnlyCollection<Expr> tests)
    {
        var facts = new HashSet<Expr>(tests);
        if (facts.Any(f => Known(f) == true || facts.Contains(Negation(f)) || Swapped(f) is { } swapped
            && facts.Contains(Negation(swapped))))
            return true;
        var comparisons = facts.Select(Comparison).Where(c => c is not null).Select(c => c!.Value).ToList();
        return comparisons.GroupBy(c => (c.Left, c.Right)).Any(
            g => g.Aggregate(Outcomes.None, (all, c) => all | c.Outcomes) == Possible(g.Key.Left))
            || facts.Select(IntervalOfAll).Where(i => i is not null).GroupBy(i => i!.Value.Of).Any(
                g => HasNoGap(g.Select(i => (i!.Value.Low, i.Value.High))));
    }

    /// <summary>The negation of <paramref name="test"/>, without double negation.</summary>
    public static Expr Negation(Expr test) => test switch
    {
        PrimitiveExpr { Primitive.Op: PrimitiveOp.Not } not => not.Arguments[0],
        EqualityExpr equality => equality with { Negated = !equality.Negated },
        PrimitiveExpr { Primitive: { Op: PrimitiveOp.Equal } p } e => e with { Primitive = p with { Op = PrimitiveOp.NotEqual } },
        PrimitiveExpr { Primitive: { Op: PrimitiveOp.NotEqual } p } e => e with { Primitive = p with { Op = PrimitiveOp.Equal } },
        LiteralExpr { Value.Value: bool b } => new LiteralExpr(Literal.Of(!b)),
        _ => new PrimitiveExpr(Primitive.Find(PrimitiveOp.Not, BuiltInSort.Bool)!, EquatableArray.Of(test)),
    };

    /// <summary>A test for whether two terms are the same. It differs from <c>==</c> only for doubles.</summary>
    public static Expr SameTerm(Expr left, Expr right)
        => left.Sort is BuiltInSort && !left.Sort.Equals(BuiltInSort.Double)
            ? new PrimitiveExpr(Primitive.Find(PrimitiveOp.Equal, left.Sort)!, EquatableArray.Of(left, right))
            : new EqualityExpr(left, right, Negated: false);

    /// <summary>The conjuncts of <paramref name="test"/>: all of them hold if it holds.</summary>
    public static IEnumerable<Expr> Conjuncts(Expr test)
        => test is LogicalExpr { IsAnd: true } and ? Conjuncts(and.Left).Concat(Conjuncts(and.Right)) : [test];

    /// <summary>
    /// The range of an integer for which all of some tests hold. An end is null if there is no bound, which is possible only for
    /// <c>BigInteger</c>.
    /// </summary>
    /// <param name="integer">The integer.</param>
    /// <param name="tests">Tests that hold.</param>
    /// <param name="excluded">Values that the integer does not have.</param>
    public static (BigInteger? Low, BigInteger? High) Range(Expr integer, IEnumerable<Expr> tests, IEnumerable<BigInteger> excluded)
    {
        var (low, high) = Limits(integer.Sort);
        var without = new HashSet<BigInteger>(excluded);
        foreach (var test in tests.SelectMany(Conjuncts))
        {
            if (Comparison(test) is not { } comparison) continue;
            bool isLeft = comparison.Left.Equals(integer);
            if (!isLeft && !comparison.Right.Equals(integer)) continue;
            var outcomes = isLeft ? comparison.Outcomes : Swapped(comparison.Outcomes);
            var other = isLeft ? comparison.Right : comparison.Left;
            var number = IntegerOf(other);
            // The other operand is bounded at least by its sort.
            var (least, greatest) = number is null ? Limits(other.Sort) : (number, number);
            if ((outcomes & Outcomes.Less) == 0 && ((outcomes & Outcomes.Equal) == 0 ? least + 1 : least) is { } from
                && (low is null || from > low))
                low = from;
            if ((outcomes & Outcomes.Greater) == 0 && ((outcomes & Outcomes.Equal) == 0 ? greatest - 1 : greatest) is { } to
                && (high is null || to < high))
                high = to;
            if ((outcomes & Outcomes.Equal) == 0 && number is { } n) without.Add(n);
        }

        while (low is { } l && without.Remove(l)) low = l + 1;
        while (high is { } h && without.Remove(h)) high = h - 1;
        return (low, high);
    }

    /// <summary>The least and the greatest integer of a sort; null for an unbounded end, and for sorts that are not integers.</summary>
    public static (BigInteger? Least, BigInteger? Greatest) Limits(Sort sort)
        => sort is not BuiltInSort { Kind: var kind } ? (null, null) : kind switch
        {
            BuiltInKind.Int => (int.MinValue, int.MaxValue),
            BuiltInKind.UInt => (uint.MinValue, uint.MaxValue),
            BuiltInKind.Long => (long.MinValue, long.MaxValue),
            BuiltInKind.ULong => (ulong.MinValue, ulong.MaxValue),
            _ => ((BigInteger?)null, (BigInteger?)null),
        };

    /// <summary>The value of an integer constant; null for any other expression.</summary>
    public static BigInteger? IntegerOf(Expr expr)
        => expr is LiteralExpr { Value: { Value: int or uint or long or ulong or BigInteger, Sort: BuiltInSort } literal }
            ? ConstantFolding.Value(literal) : ConstantFolding.Value(expr);

    // The value of a test of constants; null if it is not constant.
    private static bool? Known(Expr test)
    {
        if (test is LiteralExpr { Value.Value: bool value }) return value;
        if (Comparison(test) is not { } comparison || ConstantFolding.Value(comparison.Left) is not { } left
            || ConstantFolding.Value(comparison.Right) is not { } right)
            return null;
        return (comparison.Outcomes & (left < right ? Outcomes.Less : left > right ? Outcomes.Greater : Outcomes.Equal)) != 0;
    }

    // Puts the operands in a standard order, so that both orders give one comparison: a literal goes right, or else the greater text.
    private static (Expr Left, Expr Right, Outcomes Outcomes)? Comparison(Expr test)
    {
        if (test is PrimitiveExpr { Primitive.Op: PrimitiveOp.Not } not)
            return Comparison(not.Arguments[0]) is { } inner ? inner with { Outcomes = Possible(inner.Left) & ~inner.Outcomes } : null;
        if (test is not PrimitiveExpr { Arguments: { Count: 2 } arguments } primitive) return null;
        var outcomes = primitive.Primitive.Op switch
        {
            PrimitiveOp.Less => Outcomes.Less,
            PrimitiveOp.LessOrEqual => Outcomes.Less | Outcomes.Equal,
            PrimitiveOp.Greater => Outcomes.Greater,
            PrimitiveOp.GreaterOrEqual => Outcomes.Greater | Outcomes.Equal,
            PrimitiveOp.Equal => Outcomes.Equal,
            PrimitiveOp.NotEqual => Outcomes.Less | Outcomes.Greater | Outcomes.Unordered,
            _ => Outcomes.None,
        };
        if (outcomes == Outcomes.None) return null;
        outcomes &= Possible(arguments[0]);
        bool inOrder = arguments[1] is LiteralExpr
            || arguments[0] is not LiteralExpr && string.CompareOrdinal(arguments[0].ToString(), arguments[1].ToString()) <= 0;
        if (inOrder) return (arguments[0], arguments[1], outcomes);
        return (arguments[1], arguments[0], Swapped(outcomes));
    }

    private static Outcomes Swapped(Outcomes outcomes)
    {
        var swapped = outcomes & (Outcomes.Equal | Outcomes.Unordered);
        if ((outcomes & Outcomes.Less) != 0) swapped |= Outcomes.Greater;
        if ((outcomes & Outcomes.Greater) != 0) swapped |= Outcomes.Less;
        return swapped;
    }

    private static Outcomes Possible(Expr operand)
        => operand.Sort.Equals(BuiltInSort.Double) ? Outcomes.All : Outcomes.Less | Outcomes.Equal | Outcomes.Greater;

    private static Expr? Swapped(Expr test) => test is EqualityExpr e ? e with { Left = e.Right, Right = e.Left } : null;

    // The interval of values that a comparison with an integer allows, ends included; null for an unbounded end.
    private static (Expr Of, BigInteger? Low, BigInteger? High)? Interval((Expr Left, Expr Right, Outcomes Outcomes) comparison)
    {
        if (comparison.Right is not LiteralExpr || IntegerOf(comparison.Right) is not { } n) return null;
        bool below = Has(Outcomes.Less), above = Has(Outcomes.Greater), equal = Has(Outcomes.Equal);
        return below && above ? null : (comparison.Left, below ? null : equal ? n : n + 1, above ? null : equal ? n : n - 1);

        bool Has(Outcomes outcome) => (comparison.Outcomes & outcome) != 0;
    }

    // The interval that a conjunction of comparisons of one value allows.
    private static (Expr Of, BigInteger? Low, BigInteger? High)? IntervalOfAll(Expr test)
    {
        (Expr Of, BigInteger? Low, BigInteger? High)? all = null;
        foreach (var conjunct in Conjuncts(test))
        {
            if (Comparison(conjunct) is not { } comparison || Interval(comparison) is not { } one || all is { } a && !a.Of.Equals(one.Of))
                return null;
            all = all is not { } known ? one : (known.Of,
                known.Low is null || one.Low > known.Low ? one.Low ?? known.Low : known.Low,
                known.High is null || one.High < known.High ? one.High ?? known.High : known.High);
        }

        return all;
    }

    // True if the intervals together cover all integers.
    private static bool HasNoGap(IEnumerable<(BigInteger? Low, BigInteger? High)> intervals)
    {
        BigInteger? reach = null;
        foreach (var (low, high) in intervals.OrderBy(i => i.Low is null ? 0 : 1).ThenBy(i => i.Low))
        {
            if (low is not null && (reach is null || low > reach + 1)) return false;
            if (high is null) return true;
            if (reach is null || high > reach) reach = high;
        }

        return false;
    }
}
