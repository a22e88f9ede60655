using System.Collections.Generic;
using System.Linq;
using System.Text;
using Simplify;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

public class SimplifierTests
{
    private const int Million = 1_000_000;

    [Theory]
    [InlineData("(+ x 0)", "x")]
    [InlineData("(* 2/3 (* 3/4 x))", "(* 0.5 x)")]
    [InlineData("(- (* (+ x 1) (+ x 1)) (pow (+ 1 x) 2))", "0")]
    [InlineData("(sqrt (* x x))", "(fabs x)")] // not x
    [InlineData("(log (* x x))", "(log (pow x 2))")] // not 2 log x
    [InlineData("(pow (sqrt x) 2)", "x")]
    [InlineData("(sin (asin x))", "x")]
    [InlineData("(asin (sin x))", "(asin (sin x))")]
    [InlineData("(if (if (< x y) TRUE FALSE) (+ 0 x) (* 1 y))", "(if (< x y) x y)")]
    [InlineData("(if (if (< x 1) (not (< y 1)) (> y (+ 1 1))) x y)", "(if (if (< x 1) (>= y 1) (> y 2)) x y)")]
    [InlineData("(fmax (- x) x)", "(fabs x)")]
    [InlineData("(+ SQRT2 (* LN2 1))", "(+ SQRT2 LN2)")]
    [InlineData("(cos (* 3 PI))", "-1")]
    [InlineData("(log E)", "1")]
    [InlineData("1e400", "1e400")]
    public void Simplified(string expression, string expected)
    {
        RealExpr result = Simplifier.Simplify(Read(expression));
        Assert.Equal(FPCorePrinter.Print(Read(expected)), FPCorePrinter.Print(result));
    }

    [Fact]
    public void NativeCodeDoesIt()
    {
        SampleProgram.SkipWithoutNativeCode();
        Assert.Equal(Engine.Native, Simplifier.Engine);
    }

    [Fact]
    public void SharedPartsAreSimplifiedOnce()
    {
        var builder = new RealExprBuilder();
        RealExpr Levels(Operation operation) =>
            Enumerable.Range(0, 100).Aggregate(builder.Variable("x"), (x, _) => builder.Apply(operation, x, x));

        Assert.Equal("(pow x 1.267650600228229401496703205376e30)", FPCorePrinter.Print(Simplifier.Simplify(Levels(Operation.Mul))));
        Assert.Equal("(* 1.267650600228229401496703205376e30 x)", FPCorePrinter.Print(Simplifier.Simplify(Levels(Operation.Add))));
        Assert.Equal(101, Simplifier.Simplify(Levels(Operation.Atan2)).GraphSize());
    }

    [Fact]
    public void NumbersDoNotGrowForEver()
    {
        var builder = new RealExprBuilder();
        RealExpr tower = Enumerable.Range(0, 60).Aggregate(builder.Number(3), (x, _) => builder.Apply(Operation.Mul, x, x));
        RealExpr result = Simplifier.Simplify(tower);
        Assert.True(result.GraphSize() < 60);
        Assert.All(result.PostOrder().OfType<NumberExpr>(), n => Assert.True(n.Value.BitLength < 10_000));
    }

    [Fact]
    public void AMillionLevels()
    {
        RealExpr Nested(string head) => Read(new StringBuilder().Insert(0, head, Million).Append('x').Append(')', Million).ToString());

        Assert.Equal("x", FPCorePrinter.Print(Simplifier.Simplify(Nested("(- "))));
        Assert.Equal("(+ 1000000 x)", FPCorePrinter.Print(Simplifier.Simplify(Nested("(+ 1 "))));
        Assert.Equal(Million + 1, Simplifier.Simplify(Nested("(sin ")).GraphSize());
    }

    /// <summary>
    /// Differences, larger results and results that could be simplified further, among expressions that nobody thought of.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomExpressionsAreSimplifiedRight(int seed)
    {
        using var checker = SampleProgram.Exact(() => new EquivalenceChecker());
        var expressions = new RandomExpressions(seed);
        var faults = new List<string>();
        int simpler = 0;
        for (int i = 0; i < 1000; i++)
        {
            RealExpr original = expressions.Next(operations: 4 + i % 12);
            RealExpr result = Simplifier.Simplify(original);
            string text = $"{FPCorePrinter.Print(original)} became {FPCorePrinter.Print(result)}";
            if (result.TreeSize() < original.TreeSize())
                simpler++;
            if (result.TreeSize() > original.TreeSize())
                faults.Add($"{text}: larger");
            if (FPCorePrinter.Print(Simplifier.Simplify(result)) is var again && again != FPCorePrinter.Print(result))
                faults.Add($"{text}, then {again}");
            var entry = new FPCoreExpression("", default, [.. original.Variables()], Precondition: null, original);
            faults.AddRange(checker.Check(entry, result, points: 4, seed).Differences.Select(d => $"{text}: {d}"));
        }
        Assert.Empty(faults);
        Assert.True(simpler > 300, $"only {simpler} are simpler");
    }

    private static RealExpr Read(string body) =>
        Assert.IsType<FPCoreExpression>(Assert.Single(FPCoreReader.Read($"(FPCore (x y) {body})"))).Body;
}
