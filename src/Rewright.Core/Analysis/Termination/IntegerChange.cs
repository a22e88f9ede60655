using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright.Analysis.Conditions;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>Integers that count down or up to a bound: <c>Down(n) -> Down(n - 1) if n > 0</c>.</summary>
/// <remarks>
/// An integer of fixed width can only decrease finitely often if it never wraps around. So either the tests before the call leave room for
/// the step, or the step is checked and throws. A <c>BigInteger</c> must be tested against a constant.
/// </remarks>
/// <param name="earlier">For each rule, the marked sources of unconditional rules that are tried before it. The rule never sees terms that
/// they match.</param>
internal sealed class IntegerChange(IReadOnlyDictionary<RewriteRule, OrderTerm[]> earlier)
{
    private readonly Dictionary<(OrderTerm, OrderTerm), IReadOnlyList<Expr>> _tests = [];

    /// <summary>The change of an integer counts as a decrease if it becomes smaller.</summary>
    public ArgumentChange Down(DependencyPair pair, int left, int right) => Of(pair, left, right, isDown: true);

    /// <summary>The change of an integer counts as a decrease if it becomes greater.</summary>
    public ArgumentChange Up(DependencyPair pair, int left, int right) => Of(pair, left, right, isDown: false);

    private ArgumentChange Of(DependencyPair pair, int left, int right, bool isDown)
    {
        if (pair is not { Source: { } source, Rule: { } rule, Call: { } call }) return ArgumentChange.Unknown;
        if (source.Arguments[left] is not VariableExpr
            {
                Sort: BuiltInSort
                {
                    Kind: BuiltInKind.Int or BuiltInKind.UInt or BuiltInKind.Long or BuiltInKind.ULong or BuiltInKind.BigInteger
                },
            } before)
            return ArgumentChange.Unknown;
        var after = call.Arguments[right];
        if (after.Equals(before)) return ArgumentChange.None;
        if (pair.IsSeveral) return ArgumentChange.Unknown;
        if (!_tests.TryGetValue((pair.Left, pair.Right), out var tests))
            _tests.Add((pair.Left, pair.Right), tests = TestsBefore(rule, call));
        var (low, high) = ConditionLogic.Range(before, tests, Excluded(rule, left));
        bool moves = ConditionLogic.IntegerOf(after) is { } number ? isDown ? number < low : number > high
            : after is PrimitiveExpr { Arguments.Count: 2 } step && Moves(step, before, low, high, isDown);
        return moves ? ArgumentChange.Decrease : ArgumentChange.Unknown;
    }

    // An end is null only for a BigInteger that no constant bounds.
    private static bool Moves(PrimitiveExpr step, VariableExpr before, BigInteger? low, BigInteger? high, bool isDown)
    {
        Expr x = step.Arguments[0], y = step.Arguments[1];
        switch (step.Primitive.Op)
        {
            case PrimitiveOp.Subtract or PrimitiveOp.SubtractChecked when x.Equals(before) && ConditionLogic.IntegerOf(y) is { } number:
                return MovesBy(-number);
            case PrimitiveOp.Add or PrimitiveOp.AddChecked when x.Equals(before) && ConditionLogic.IntegerOf(y) is { } number:
                return MovesBy(number);
            case PrimitiveOp.Add or PrimitiveOp.AddChecked when y.Equals(before) && ConditionLogic.IntegerOf(x) is { } number:
                return MovesBy(number);
            case PrimitiveOp.Divide when x.Equals(before) && ConditionLogic.IntegerOf(y) > 1:
            case PrimitiveOp.Remainder when y.Equals(before):
                return isDown && low > 0;
            default:
                return false;
        }

        bool MovesBy(BigInteger number)
        {
            if (number.IsZero || number.Sign < 0 != isDown) return false;
            var (least, greatest) = ConditionLogic.Limits(before.Sort);
            if ((isDown ? low : high) is not { } end) return false;
            return step.Primitive.IsChecked || (isDown ? least : greatest) is not { } limit
                || (isDown ? end + number >= limit : end + number <= limit);
        }
    }

    // The tests that hold wherever the call is made.
    private static IReadOnlyList<Expr> TestsBefore(RewriteRule rule, ApplyExpr call)
    {
        var tests = new List<Expr>();
        foreach (var condition in rule.Conditions)
        {
            foreach (var expr in condition.Expressions)
                if (TestsAbove(expr, call) is { } above) return [.. tests, .. above];
            if (condition is WhenCondition when) tests.Add(when.Test);
        }

        return TestsAbove(rule.Target, call) is { } last ? [.. tests, .. last] : tests;
    }

    // Null if the call is not in the expression; empty if it occurs more than once.
    private static IReadOnlyList<Expr>? TestsAbove(Expr expr, ApplyExpr call)
    {
        if (ReferenceEquals(expr, call)) return [];
        var found = expr.Parts.Select(
            (part, i) => TestsAbove(part, call) is { } inside ? (IReadOnlyList<Expr>)[.. inside, .. TestsFor(expr, i)] : null).Where(
            t => t is not null).ToList();
        return found.Count > 1 ? [] : found.FirstOrDefault();
    }

    private static IEnumerable<Expr> TestsFor(Expr expr, int part) => (expr, part) switch
    {
        (ConditionalExpr c, 1) => [c.Test],
        (ConditionalExpr c, 2) => [ConditionLogic.Negation(c.Test)],
        (LogicalExpr l, 1) => [l.IsAnd ? l.Left : ConditionLogic.Negation(l.Left)],
        _ => [],
    };

    // The constants that earlier rules match, whatever the other arguments are.
    private IEnumerable<BigInteger> Excluded(RewriteRule rule, int argument)
    {
        if (!earlier.TryGetValue(rule, out var sources)) yield break;
        foreach (var source in sources)
        {
            var others = source.Arguments.Where((_, i) => i != argument).ToList();
            if (source.Arguments[argument].Literal is { } literal && others.TrueForAll(o => o.Variable >= 0)
                && others.Distinct().Count() == others.Count
                && ConditionLogic.IntegerOf(new LiteralExpr(literal)) is { } number) yield return number;
        }
    }
}
