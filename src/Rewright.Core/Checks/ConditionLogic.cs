using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>What can be said of conditions by looking at them: a test and its negation, comparisons of the same values.</summary>
internal static class ConditionLogic
{
    // The outcomes of comparing two values; doubles can also be unordered.
    [Flags]
    private enum Outcomes { None = 0, Less = 1, Equal = 2, Greater = 4, Unordered = 8, All = 15 }

    /// <summary>True where not all of the tests can hold at once.</summary>
    public static bool Contradict(IEnumerable<Expr> tests)
    {
        var facts = tests.SelectMany(Conjuncts).ToList();
        if (facts.Any(f => facts.Any(g => f.Equals(Negation(g))))) return true;
        return facts.Select(Comparison).Where(c => c is not null).GroupBy(c => (c!.Value.Left, c.Value.Right))
            .Any(g => g.Aggregate(Possible(g.Key.Left), (all, c) => all & c!.Value.Outcomes) == Outcomes.None)
            || BoundsContradict(facts);
    }

    /// <summary>True where one of the tests always holds. Each is a whole condition of one rule.</summary>
    public static bool Exhaust(IReadOnlyList<Expr> tests)
    {
        if (tests.Any(t => tests.Any(u => t.Equals(Negation(u))))) return true;
        return tests.Select(Comparison).Where(c => c is not null).GroupBy(c => (c!.Value.Left, c.Value.Right))
            .Any(g => g.Aggregate(Outcomes.None, (all, c) => all | c!.Value.Outcomes) == Possible(g.Key.Left));
    }

    /// <summary>The test that holds exactly where <paramref name="test"/> does not, without double negation.</summary>
    public static Expr Negation(Expr test) => test switch
    {
        PrimitiveExpr { Primitive.Op: PrimitiveOp.Not } not => not.Arguments[0],
        EqualityExpr equality => equality with { Negated = !equality.Negated },
        PrimitiveExpr { Primitive: { Op: PrimitiveOp.Equal } p } e => e with { Primitive = p with { Op = PrimitiveOp.NotEqual } },
        PrimitiveExpr { Primitive: { Op: PrimitiveOp.NotEqual } p } e => e with { Primitive = p with { Op = PrimitiveOp.Equal } },
        LiteralExpr { Value.Value: bool b } => new LiteralExpr(Literal.Of(!b)),
        _ => new PrimitiveExpr(Primitive.Find(PrimitiveOp.Not, BuiltInSort.Bool)!, EquatableArray.Of(test)),
    };

    /// <summary>The tests that hold together where <paramref name="test"/> holds.</summary>
    public static IEnumerable<Expr> Conjuncts(Expr test)
        => test is LogicalExpr { IsAnd: true } and ? Conjuncts(and.Left).Concat(Conjuncts(and.Right)) : [test];

    // Both orders of the operands are one comparison: the smaller text goes left.
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
        if (string.CompareOrdinal(arguments[0].ToString(), arguments[1].ToString()) <= 0) return (arguments[0], arguments[1], outcomes);
        var swapped = outcomes & (Outcomes.Equal | Outcomes.Unordered);
        if ((outcomes & Outcomes.Less) != 0) swapped |= Outcomes.Greater;
        if ((outcomes & Outcomes.Greater) != 0) swapped |= Outcomes.Less;
        return (arguments[1], arguments[0], swapped);
    }

    private static Outcomes Possible(Expr operand)
        => operand.Sort.Equals(BuiltInSort.Double) ? Outcomes.All : Outcomes.Less | Outcomes.Equal | Outcomes.Greater;

    // c < 3 and c > 7: comparisons of one value with several integer literals.
    private static bool BoundsContradict(List<Expr> facts)
    {
        var bounds = new Dictionary<Expr, (decimal Low, decimal High)>();
        foreach (var fact in facts)
        {
            if (fact is not PrimitiveExpr { Arguments: { Count: 2 } arguments, Primitive.Op: var op }) continue;
            bool flipped = arguments[0] is LiteralExpr;
            var (value, literal) = flipped ? (arguments[1], arguments[0]) : (arguments[0], arguments[1]);
            if (literal is not LiteralExpr { Value: { Value: int or uint or long or ulong } number }) continue;
            decimal n = Convert.ToDecimal(number.Value, System.Globalization.CultureInfo.InvariantCulture);
            if (!bounds.TryGetValue(value, out var range)) range = (decimal.MinValue, decimal.MaxValue);
            var direction = flipped ? Flip(op) : op;
            if (direction == PrimitiveOp.Less) range.High = Math.Min(range.High, n - 1);
            if (direction is PrimitiveOp.LessOrEqual or PrimitiveOp.Equal) range.High = Math.Min(range.High, n);
            if (direction == PrimitiveOp.Greater) range.Low = Math.Max(range.Low, n + 1);
            if (direction is PrimitiveOp.GreaterOrEqual or PrimitiveOp.Equal) range.Low = Math.Max(range.Low, n);
            if (range.Low > range.High) return true;
            bounds[value] = range;
        }

        return false;
    }

    private static PrimitiveOp Flip(PrimitiveOp op) => op switch
    {
        PrimitiveOp.Less => PrimitiveOp.Greater,
        PrimitiveOp.LessOrEqual => PrimitiveOp.GreaterOrEqual,
        PrimitiveOp.Greater => PrimitiveOp.Less,
        PrimitiveOp.GreaterOrEqual => PrimitiveOp.LessOrEqual,
        _ => op,
    };
}
