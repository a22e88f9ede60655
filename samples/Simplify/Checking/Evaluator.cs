using System;
using System.Collections.Generic;
using System.Linq;
using Simplify.Expressions;

namespace Simplify.Checking;

/// <summary>Evaluates an expression graph at points: every node once, exactly as long as the values are fractions,
/// in intervals from there on.</summary>
public sealed class Evaluator
{
    private readonly List<RealExpr> _order;
    private readonly Dictionary<RealExpr, Enclosure> _values;

    public Evaluator(RealExpr expression)
    {
        _order = expression.PostOrder();
        _values = new Dictionary<RealExpr, Enclosure>(_order.Count);
    }

    /// <param name="point">A value for each variable.</param>
    /// <param name="arithmetic">Makes the intervals, the result too.</param>
    public Enclosure Evaluate(IReadOnlyDictionary<string, Rational> point, IntervalArithmetic arithmetic)
    {
        foreach (RealExpr node in _order)
        {
            _values[node] = node switch
            {
                NumberExpr number => new Exact(number.Value),
                VariableExpr variable => new Exact(point[variable.Name]),
                ConstantExpr { Constant: NamedConstant.TRUE or NamedConstant.FALSE } truth => Truth.Certain(
                truth.Constant == NamedConstant.TRUE),
                ConstantExpr constant => arithmetic.FromConstant(constant.Constant),
                OperationExpr operation => Apply(operation.Operation, [.. operation.Arguments.Select(a => _values[a])], arithmetic),
                _ => throw new ArgumentException($"Unknown node {node.GetType()}."),
            };
        }
        return _values[_order[^1]];
    }

    private static Enclosure Apply(Operation operation, Enclosure[] arguments, IntervalArithmetic arithmetic)
    {
        switch (operation)
        {
            case Operation.If:
                return Choose(arguments[0], arguments[1], arguments[2], arithmetic);
            case Operation.And:
                return All(arguments);
            case Operation.Or:
                return Not(All([.. arguments.Select(Not)]));
            case Operation.Not:
                return Not(arguments[0]);
        }

        if (arguments.Any(a => a is Undefined))
            return Undefined.Value;
        if (arguments.All(a => a is Exact))
        {
            Rational[] values = [.. arguments.Select(a => ((Exact)a).Value)];
            if (operation.Kind() == OperationKind.Comparison)
                return Truth.Certain(ExactArithmetic.Compare(operation, values[0], values[1]));
            if (ExactArithmetic.Apply(operation, values) is { } result)
                return result;
        }

        Interval[] intervals = [.. arguments.Select(arithmetic.ToInterval)];
        if (operation.Kind() == OperationKind.Comparison)
            return arithmetic.Compare(operation, intervals[0], intervals[1]);
        return arithmetic.Apply(operation, intervals) is Interval value
            ? value with { MayBeUndefined = value.MayBeUndefined || intervals.Any(a => a.MayBeUndefined) }
            : Undefined.Value;
    }

    private static Enclosure Choose(Enclosure condition, Enclosure whenTrue, Enclosure whenFalse, IntervalArithmetic arithmetic)
    {
        if (condition is Truth { MayBeUndefined: false, CanBeFalse: false })
            return whenTrue;
        if (condition is Truth { MayBeUndefined: false, CanBeTrue: false })
            return whenFalse;
        if (condition is Undefined || (whenTrue is Undefined && whenFalse is Undefined))
            return Undefined.Value;

        // Either branch may be the one; if it is undefined, so is the whole.
        Enclosure first = whenTrue is Undefined ? whenFalse : whenTrue;
        Enclosure second = whenFalse is Undefined ? whenTrue : whenFalse;
        Enclosure either = first is Truth a && second is Truth b
            ? new Truth(a.CanBeTrue || b.CanBeTrue, a.CanBeFalse || b.CanBeFalse)
            : arithmetic.Hull(arithmetic.ToInterval(first), arithmetic.ToInterval(second));
        return either with { MayBeUndefined = condition.MayBeUndefined || whenTrue.MayBeUndefined || whenFalse.MayBeUndefined };
    }

    /// <summary>A conjunction is false as soon as one part is, whether or not the other is defined.</summary>
    private static Enclosure All(Enclosure[] conditions)
    {
        if (conditions.Any(c => c is Truth { MayBeUndefined: false, CanBeTrue: false }))
            return Truth.Certain(false);
        if (conditions.Any(c => c is Undefined))
            return Undefined.Value;
        Truth[] truths = [.. conditions.Cast<Truth>()];
        return new Truth(truths.All(t => t.CanBeTrue), truths.Any(t => t.CanBeFalse))
        {
            MayBeUndefined = truths.Any(t => t.MayBeUndefined),
        };
    }

    private static Enclosure Not(Enclosure condition) => condition is Truth truth
        ? truth with { CanBeTrue = truth.CanBeFalse, CanBeFalse = truth.CanBeTrue }
        : condition;
}
