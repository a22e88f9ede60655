using System;
using System.Collections.Generic;
using System.Linq;
using Simplify.Expressions;
using Simplify.FPCore;

namespace Simplify.Checking;

/// <summary>Draws points to evaluate an expression at, the same for the same seed: within the bounds that the
/// precondition gives to single variables, and over all magnitudes and some special numbers otherwise.</summary>
public sealed class PointSampler
{
    private readonly Dictionary<string, Range> _ranges;
    private readonly Random _random;

    public PointSampler(FPCoreExpression expression, int seed)
    {
        _random = new Random(seed);
        _ranges = expression.Parameters.ToDictionary(p => p, _ => Range.All);
        if (expression.Precondition is { } precondition)
            Restrict(precondition);
    }

    private readonly record struct Range(double Low, double High)
    {
        public static Range All => new(double.NegativeInfinity, double.PositiveInfinity);

        public bool IsFinite => double.IsFinite(Low) && double.IsFinite(High);

        public bool Contains(Rational value) =>
            (!double.IsFinite(Low) || Rational.FromDouble(Low) <= value) && (!double.IsFinite(High) || value <= Rational.FromDouble(High));

        public Range Intersect(Range other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));
    }

    public IReadOnlyDictionary<string, Rational> Next() => _ranges.ToDictionary(r => r.Key, r => Draw(r.Value));

    /// <summary>Takes over the comparisons of a variable, or its magnitude, with a number. They hold together if nothing but
    /// conjunctions is above them.</summary>
    private void Restrict(RealExpr precondition)
    {
        var conjuncts = new Stack<RealExpr>([precondition]);
        while (conjuncts.TryPop(out RealExpr? next))
        {
            if (next is not OperationExpr { Operation: var operation, Arguments: var arguments })
                continue;
            if (operation == Operation.And)
            {
                conjuncts.Push(arguments[0]);
                conjuncts.Push(arguments[1]);
            }
            else if (arguments is [var left, NumberExpr right])
                Restrict(left, operation, right.Value.ToDouble());
            else if (arguments is [NumberExpr bound, var bounded])
                Restrict(bounded, Mirror(operation), bound.Value.ToDouble());
        }
    }

    private void Restrict(RealExpr bounded, Operation comparison, double bound)
    {
        if (!double.IsFinite(bound))
            return;
        Range range = comparison switch
        {
            Operation.Less or Operation.LessEqual => new Range(double.NegativeInfinity, bound),
            Operation.Greater or Operation.GreaterEqual => new Range(bound, double.PositiveInfinity),
            Operation.Equal => new Range(bound, bound),
            _ => Range.All,
        };
        if (bounded is OperationExpr { Operation: Operation.Fabs, Arguments: [var inner] })
        {
            bounded = inner;
            range = new Range(-range.High, range.High);
        }
        if (bounded is VariableExpr variable && _ranges[variable.Name].Intersect(range) is var both && both.Low <= both.High)
            _ranges[variable.Name] = both;
    }

    private static Operation Mirror(Operation comparison) => comparison switch
    {
        Operation.Less => Operation.Greater,
        Operation.LessEqual => Operation.GreaterEqual,
        Operation.Greater => Operation.Less,
        Operation.GreaterEqual => Operation.LessEqual,
        _ => comparison,
    };

    private Rational Draw(Range range)
    {
        // Half of the points of a bounded range are spread evenly; the others do not miss what is small in it.
        for (int attempt = range.IsFinite && _random.Next(2) == 0 ? 8 : 0; attempt < 8; attempt++)
        {
            Rational value = DrawAnywhere();
            if (range.Contains(value))
                return value;
        }
        if (range.IsFinite)
        {
            double share = _random.NextDouble();
            return Rational.FromDouble(Math.Clamp(range.Low * (1 - share) + range.High * share, range.Low, range.High));
        }
        Rational beyond = Rational.Abs(DrawAnywhere());
        return double.IsFinite(range.Low) ? Rational.FromDouble(range.Low) + beyond : Rational.FromDouble(range.High) - beyond;
    }

    private Rational DrawAnywhere() => _random.Next(8) switch
    {
        0 => _random.Next(-4, 5),
        1 => new Rational(_random.Next(-30, 31), _random.Next(1, 13)),
        2 => DrawMagnitude(40),
        _ => DrawMagnitude(4),
    };

    /// <summary>A double between 2^-bits and 2^bits, either sign.</summary>
    private Rational DrawMagnitude(int bits)
    {
        double magnitude = Math.ScaleB(1 + _random.NextDouble(), _random.Next(-bits, bits));
        return Rational.FromDouble(_random.Next(2) == 0 ? magnitude : -magnitude);
    }
}
