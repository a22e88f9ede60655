using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

public class RealExprTests
{
    private const int Million = 1_000_000;

    [Fact]
    public void EqualNodesAreTheSameObject()
    {
        var builder = new RealExprBuilder();
        RealExpr Sum() => builder.Apply(Operation.Add, builder.Variable("x"), builder.Number(new Rational(2, 4)));
        Assert.Same(Sum(), Sum());
        Assert.NotSame(Sum(), builder.Apply(Operation.Add, builder.Number(new Rational(1, 2)), builder.Variable("x")));
    }

    [Fact]
    public void NodesAreCheckedWhenMade()
    {
        var builder = new RealExprBuilder();
        RealExpr x = builder.Variable("x");
        Assert.Throws<ArgumentException>(() => builder.Apply(Operation.Sin, x, x));
        Assert.Throws<ArgumentException>(() => builder.Apply(Operation.And, x, x));
        Assert.Throws<ArgumentException>(() => builder.Apply(Operation.If, x, x, x));
        Assert.Throws<ArgumentException>(() => builder.Apply(Operation.Sin, builder.Apply(Operation.Less, x, x)));
    }

    [Fact]
    public void SharedNodesCountOnceInTheGraph()
    {
        RealExpr product = RepeatedSquare(3);
        Assert.Equal(4, product.GraphSize());
        Assert.Equal(15, product.TreeSize());
        Assert.Equal("(let* ([t1 (* x x)] [t2 (* t1 t1)]) (* t2 t2))", FPCorePrinter.Print(product));
    }

    [Fact]
    public void AHundredSquaringsStayAGraph()
    {
        RealExpr product = RepeatedSquare(100);
        Assert.Equal(101, product.GraphSize());
        Assert.Equal(long.MaxValue, product.TreeSize());
        Assert.True(FPCorePrinter.Print(product).Length < 3000);
        using var arithmetic = SampleProgram.Exact(() => new IntervalArithmetic(200));
        var one = new Dictionary<string, Rational> { ["x"] = 1 };
        Assert.Equal(new Exact(1), new Evaluator(product).Evaluate(one, arithmetic));
    }

    [Fact]
    public void SubstitutionKeepsSharing()
    {
        var builder = new RealExprBuilder();
        var values = new Dictionary<string, RealExpr> { ["x"] = builder.Apply(Operation.Sin, builder.Variable("y")) };
        RealExpr result = builder.Substitute(RepeatedSquare(2), values);
        Assert.Equal("(let* ([t1 (sin y)] [t2 (* t1 t1)]) (* t2 t2))", FPCorePrinter.Print(result));
    }

    [Fact]
    public void AMillionLevelsOfOperations()
    {
        string text = $"(FPCore (x) {Repeat("(- ", Million)}x{Repeat(")", Million)})";
        var builder = new RealExprBuilder();
        RealExpr body = ReadBody(text, builder);
        Assert.Equal(Million + 1, body.TreeSize());
        Assert.Same(body, ReadBody($"(FPCore (x) {FPCorePrinter.Print(body)})", builder));
        using var arithmetic = SampleProgram.Exact(() => new IntervalArithmetic(200));
        var point = new Dictionary<string, Rational> { ["x"] = 3 };
        Assert.Equal(new Exact(3), new Evaluator(body).Evaluate(point, arithmetic));
    }

    [Fact]
    public void AMillionLevelsOfBindingsAndAnnotations()
    {
        string lets = Repeat("(let ([x (+ x 1)]) ", Million / 4);
        string annotations = Repeat("(! :precision binary64 (cast ", Million / 4);
        RealExpr body = ReadBody($"(FPCore (x) {lets}{annotations}x{Repeat(")", Million * 3 / 4)})", new RealExprBuilder());
        Assert.Equal(Million / 2 + 1, body.TreeSize());
    }

    [Fact]
    public void AMillionParenthesesThatMeanNothing()
    {
        var error = Assert.IsType<FPCoreError>(Assert.Single(FPCoreReader.Read(Repeat("(", Million))));
        Assert.Equal(new Position(1, Million), error.Position);
        error = Assert.IsType<FPCoreError>(Assert.Single(FPCoreReader.Read($"(FPCore () {Repeat("(", Million)}{Repeat(")", Million)})")));
        Assert.Equal("expected an operation at the head of the list", error.Message);
    }

    private static RealExpr RepeatedSquare(int times)
    {
        var builder = new RealExprBuilder();
        return Enumerable.Range(0, times).Aggregate(builder.Variable("x"), (x, _) => builder.Apply(Operation.Mul, x, x));
    }

    private static RealExpr ReadBody(string text, RealExprBuilder builder) =>
        Assert.IsType<FPCoreExpression>(Assert.Single(FPCoreReader.Read(text, builder))).Body;

    private static string Repeat(string part, int times) => new StringBuilder(part.Length * times).Insert(0, part, times).ToString();
}
