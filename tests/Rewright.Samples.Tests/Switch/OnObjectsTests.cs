using System;
using System.Threading;
using Rewright.Switch;
using Rewright.Switch.Algebra;
using Xunit;

namespace Rewright.Samples.Tests.Switch;

/// <summary>Normalizers that run on the user's own objects: depth, sharing, identity, and input that is no term.</summary>
public sealed class OnObjectsTests
{
    private static readonly Expr X = new Var("x"), Y = new Var("y");

    private sealed record Strange : Expr;

    [Theory]
    [InlineData(1_000)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public void Deep_objects_need_no_deep_stack(int depth)
    {
        Expr deep = X;
        for (int i = 0; i < depth; i++) deep = new Sqrt(new Add(deep, Y));
        var result = OnSmallStack(() => AlgebraRules.Simplify(deep));
        Assert.Same(deep, result);
        Expr other = X;
        for (int i = 0; i < depth; i++) other = new Sqrt(new Add(other, Y));
        // The rule x + x -> 2 * x compares both.
        var twice = OnSmallStack(() => AlgebraRules.Simplify(new Add(deep, other)));
        Assert.Same(deep, Assert.IsType<Mul>(twice).Right);
    }

    [Fact]
    public void Rules_that_call_each_other_deeply_need_no_deep_stack()
    {
        // -(x * y) moves outwards step by step: each step builds a product again.
        Expr product = new Neg(X);
        for (int i = 0; i < 200_000; i++) product = new Mul(product, Y);
        var result = OnSmallStack(() => AlgebraRules.Simplify(product));
        Assert.IsType<Neg>(result);
    }

    [Fact]
    public void Objects_that_share_parts_take_no_exponential_time()
    {
        var shared = X;
        for (int i = 0; i < 64; i++) shared = new Pow(shared, shared);
        Assert.Same(shared, AlgebraRules.Simplify(shared));
        Expr changed = new Add(X, new Num(0));
        for (int i = 0; i < 64; i++) changed = new Pow(changed, changed);
        var result = Assert.IsType<Pow>(AlgebraRules.Simplify(changed));
        for (int i = 1; i < 64; i++) result = (Pow)result.Base;
        Assert.Equal(X, result.Base);
    }

    [Fact]
    public void Nothing_is_allocated_for_an_object_in_normal_form()
    {
        var normal = AlgebraRules.Simplify(AlgebraTrees.Make(new Random(1), 1_000, Mix.Much));
        AlgebraRules.Simplify(normal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AlgebraRules.Simplify(normal);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_part_that_does_not_change_is_kept()
    {
        var left = new Sqrt(X);
        var result = Assert.IsType<Pow>(AlgebraRules.Simplify(new Pow(left, new Add(Y, new Num(0)))));
        Assert.Same(left, result.Base);
        Assert.Same(Y, result.Exponent);
    }

    [Fact]
    public void A_missing_part_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => AlgebraRules.Simplify(new Add(X, new Sqrt(null!))));
        Assert.Equal("e.Right.Operand is null.", error.Message);
        Assert.Equal("e is null.", Assert.Throws<ArgumentException>(() => AlgebraRules.Simplify((Expr)null!)).Message);
        Assert.Same(X, AlgebraRules.Simplify(X));
    }

    [Fact]
    public void An_object_of_a_foreign_type_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => AlgebraRules.Simplify(new Neg(new Add(new Strange(), X))));
        Assert.Contains("e.Operand.Left is of the type " + typeof(Strange), error.Message, StringComparison.Ordinal);
    }

    private static T OnSmallStack<T>(Func<T> function)
    {
        T result = default!;
        var thread = new Thread(() => result = function(), 256 << 10);
        thread.Start();
        thread.Join();
        return result;
    }
}
