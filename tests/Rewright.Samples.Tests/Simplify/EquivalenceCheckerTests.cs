using System;
using System.Collections.Immutable;
using System.Linq;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

public sealed class EquivalenceCheckerTests : IDisposable
{
    private const int Points = 200;

    private readonly EquivalenceChecker _checker = SampleProgram.Exact(() => new EquivalenceChecker());

    public void Dispose() => _checker.Dispose();

    [Theory]
    [InlineData("(sqrt (* x x))", "x")] // the classic: wrong for negative numbers
    [InlineData("(log (* x y))", "(+ (log x) (log y))")] // undefined where both are negative
    [InlineData("1", "(/ x x)")] // undefined at zero
    [InlineData("(* x 1)", "(* x 1.0000000000000000000000000000000000000001)")] // by 2^-133
    [InlineData("(sin x)", "(* (sin x) 1.0000000000000000000000000000000000000001)")]
    [InlineData("(asin (sin x))", "x")]
    [InlineData("(pow x 2)", "(* x (fabs x))")]
    [InlineData("(floor (+ x y))", "(+ (floor x) (floor y))")]
    [InlineData("(if (< x y) x y)", "(fmax x y)")]
    [InlineData("(- (+ x 1e-30) x)", "0")]
    [InlineData("(exp (- 0 (* x x)))", "0")]
    public void WrongSimplificationsAreFound(string original, string simplified)
    {
        CheckResult result = Check(original, simplified);
        Assert.NotEmpty(result.Differences);
        Assert.Equal(Points, result.Decided);
    }

    [Theory]
    [InlineData("(sqrt (* x x))", "(fabs x)")]
    [InlineData("(/ x x)", "1")]
    [InlineData("(+ (log x) (log y))", "(log (* x y))")]
    [InlineData("(- (* (+ x y) (- x y)) (* x x))", "(- (* y y))")]
    [InlineData("(- (* (/ x y) y) x)", "0")]
    [InlineData("(sin (asin x))", "x")]
    [InlineData("(exp (+ x (log y)))", "(* y (exp x))")]
    [InlineData("(if (< x y) x y)", "(fmin x y)")]
    public void RightSimplificationsAreDecidedEverywhere(string original, string simplified)
    {
        CheckResult result = Check(original, simplified);
        Assert.Empty(result.Differences);
        Assert.Equal((Points, Points), (result.Points, result.Decided));
    }

    [Fact]
    public void AnInexactZeroIsEnough() // no precision makes the interval of the original a single point
    {
        CheckResult result = Check("(- (+ (pow (sin x) 2) (pow (cos x) 2)) 1)", "0");
        Assert.Empty(result.Differences);
        Assert.Equal(result.Points, result.Decided);
    }

    [Fact]
    public void PointsThatCannotBeDecidedAreCountedAsSuch()
    {
        CheckResult result = Check("(/ 1 (- (+ (pow (sin x) 2) (pow (cos x) 2)) 1))", "x");
        Assert.Empty(result.Differences);
        Assert.True(result.Decided < result.Points);
    }

    [Fact]
    public void NothingIsJudgedWhereTheOriginalIsUndefined() => Assert.Equal(0, Check("(sqrt (- -1 (* x x)))", "x").Points);

    [Fact]
    public void DifferencesNameThePointAndBothValues()
    {
        CheckResult result = Check("(sqrt 4)", "3");
        Assert.StartsWith("about 2 became 3 at x = ", result.Differences[0].ToString());
        Assert.Contains("became undefined at", Check("(- 2 1)", "(sqrt -1)").Differences[0].ToString());
    }

    [Fact]
    public void TheSeedDeterminesThePoints()
    {
        FPCoreExpression expression = Parse("(+ x y)");
        string[] Draw(int seed)
        {
            var sampler = new PointSampler(expression, seed);
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Next()).Select(p => $"{p["x"]} {p["y"]}")];
        }

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }

    [Fact]
    public void PreconditionsBoundThePoints()
    {
        FPCoreExpression expression = Parse(
            "(+ x y)", ":pre (and (< 1/2 x 3) (or (> y 1) (< y -5)) (<= (fabs z) 1e-3) (== w 7) (> v 1e300))", "x y z w v");
        var sampler = new PointSampler(expression, 1);
        for (int i = 0; i < 500; i++)
        {
            var point = sampler.Next();
            Assert.True(point["x"] >= new Rational(1, 2) && point["x"] <= 3);
            Assert.True(Rational.Abs(point["z"]) <= Rational.FromDouble(1e-3));
            Assert.Equal(7, point["w"]);
            Assert.True(point["v"] >= Rational.FromDouble(1e300));
        }
    }

    private CheckResult Check(string original, string simplified) =>
        _checker.Check(Parse(original), Parse(simplified).Body, Points, seed: 1);

    private static FPCoreExpression Parse(string body, string properties = "", string parameters = "x y") =>
        Assert.IsType<FPCoreExpression>(FPCoreReader.Read($"(FPCore ({parameters}) {properties} {body})")[0]);
}
