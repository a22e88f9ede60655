using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Simplify.Expressions;
using Simplify.FPCore;

namespace Simplify.Checking;

/// <summary>A point where the original is defined and the simplified form is not, or has another value.</summary>
public sealed record Difference(IReadOnlyDictionary<string, Rational> Point, string Original, string Simplified)
{
    public override string ToString()
    {
        string point = string.Join(", ", Point.Select(p => $"{p.Key} = {p.Value}"));
        return $"{Original} became {Simplified} at {(point == "" ? "any point" : point)}";
    }
}

/// <param name="Points">How many points were judged; the original is not known to be undefined at any of them.</param>
/// <param name="Decided">At how many of them both forms are known to be equal or to differ.</param>
public sealed record CheckResult(int Points, int Decided, ImmutableArray<Difference> Differences);

/// <summary>
/// Compares two expressions at points where the first is defined. Every comparison is made in intervals that hold the
/// true values, with more and more bits until it is decided: values that agree to 150 bits count as equal, values
/// in intervals apart from each other do not. For a value of zero, that no number of bits may tell from a tiny one,
/// it is enough if neither form can be further than 2^-1000 away from it.
/// </summary>
public sealed class EquivalenceChecker : IDisposable
{
    private const int EqualBits = 150;
    private const int ZeroBits = 1000;

    /// <summary>How many points are drawn for one where the original is defined, before giving up.</summary>
    private const int Attempts = 20;

    private readonly ImmutableArray<IntervalArithmetic> _precisions =
        [.. new[] { 200, 400, 800, 1600, 3200 }.Select(p => new IntervalArithmetic(p))];

    private enum Verdict { OriginalUndefined, Equal, Different, Undecided }

    public void Dispose()
    {
        foreach (IntervalArithmetic arithmetic in _precisions)
            arithmetic.Dispose();
    }

    public CheckResult Check(FPCoreExpression original, RealExpr simplified, int points, int seed)
    {
        var originalValue = new Evaluator(original.Body);
        var simplifiedValue = new Evaluator(simplified);
        var sampler = new PointSampler(original, seed);
        var differences = ImmutableArray.CreateBuilder<Difference>();
        points = original.Parameters.IsEmpty ? 1 : points;
        (int judged, int decided) = (0, 0);
        for (int attempt = 0; judged < points && attempt < points * Attempts; attempt++)
        {
            IReadOnlyDictionary<string, Rational> point = sampler.Next();
            Verdict verdict = Compare(originalValue, simplifiedValue, point, out Difference? difference);
            if (verdict == Verdict.OriginalUndefined)
                continue;
            judged++;
            if (verdict != Verdict.Undecided)
                decided++;
            if (difference is not null)
                differences.Add(difference);
        }
        return new CheckResult(judged, decided, differences.ToImmutable());
    }

    private Verdict Compare(
        Evaluator original, Evaluator simplified, IReadOnlyDictionary<string, Rational> point, out Difference? difference)
    {
        difference = null;
        foreach (IntervalArithmetic arithmetic in _precisions)
        {
            arithmetic.Reset();
            Enclosure expected = original.Evaluate(point, arithmetic);
            if (expected is Undefined)
                return Verdict.OriginalUndefined;
            if (expected.MayBeUndefined)
                continue;
            Enclosure actual = simplified.Evaluate(point, arithmetic);
            Verdict verdict = Compare(expected, actual, arithmetic);
            if (verdict == Verdict.Different)
                difference = new Difference(point, Describe(expected, arithmetic), Describe(actual, arithmetic));
            if (verdict != Verdict.Undecided)
                return verdict;
        }
        return Verdict.Undecided;
    }

    private Verdict Compare(Enclosure expected, Enclosure actual, IntervalArithmetic arithmetic)
    {
        if (actual is Undefined)
            return Verdict.Different;
        if (actual.MayBeUndefined)
            return Verdict.Undecided;
        if (expected is Exact a && actual is Exact b)
            return a.Value == b.Value ? Verdict.Equal : Verdict.Different;

        (Interval x, Interval y) = (arithmetic.ToInterval(expected), arithmetic.ToInterval(actual));
        if (arithmetic.AreDisjoint(x, y))
            return Verdict.Different;
        Interval hull = arithmetic.Hull(x, y);
        bool isZero = arithmetic == _precisions[^1] && arithmetic.IsNearZero(hull, ZeroBits);
        return isZero || arithmetic.IsNarrow(hull, EqualBits) ? Verdict.Equal : Verdict.Undecided;
    }

    private static string Describe(Enclosure value, IntervalArithmetic arithmetic) => value switch
    {
        Exact exact => exact.Value.ToDouble().ToString("R", CultureInfo.InvariantCulture),
        Interval interval when arithmetic.Bounds(interval).Lo is { } lo => "about "
        + lo.ToDouble().ToString("R", CultureInfo.InvariantCulture),
        Interval => "a huge number",
        _ => "undefined",
    };
}
