using Rewright.Emit.Rust;
using Rewright.Emit.RustSyntax;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>Rust's expressions as trees.</summary>
public class RustExpressionTests
{
    private static readonly RustExpression X = RustExpression.Of("x"), Y = RustExpression.Of("y"),
        Minus = RustExpression.Number("-5_i32", isNegative: true);

    [Fact]
    public void Parentheses_stand_where_they_are_needed()
    {
        Assert.Equal("x.abs()", X.Method("abs").ToString());
        Assert.Equal("(-5_i32).abs()", Minus.Method("abs").ToString());
        Assert.Equal("(*x).0", X.Dereference().Field("0").ToString());
        Assert.Equal("(x as u32).wrapping_shr(y as u32) as i32", X.As("u32").Method("wrapping_shr", Y.As("u32")).As("i32").ToString());
        Assert.Equal("(x | y).ilog2()", X.Infix("|", Y).Method("ilog2").ToString());
        Assert.Equal("-(*x)", X.Dereference().Minus().ToString());
        Assert.Equal("!*x", X.Dereference().Not().ToString());
        Assert.Equal("(x, y)", RustExpression.Tuple([X, Y]).ToString());
        Assert.Equal("x", RustExpression.Tuple([X]).ToString());
        Assert.Equal("f(&[x, -5_i32])", RustExpression.Call("f", RustExpression.Slice([X, Minus])).ToString());
    }

    [Fact]
    public void A_reference_to_what_a_reference_leads_to_is_that_reference()
    {
        Assert.Equal("&x", X.Reference().ToString());
        Assert.Equal(X, X.Dereference().Reference());
    }

    [Fact]
    public void A_question_mark_is_found_by_shape()
    {
        var call = RustExpression.Call("f", X);
        Assert.Equal(call, call.Try().WithoutTry);
        Assert.Null(call.WithoutTry);
        Assert.False(call.CanLeave);
        Assert.True(call.Try().CanLeave);
        // Not at the end.
        Assert.True(call.Try().Field("0").CanLeave);
        Assert.Null(call.Try().As("i32").WithoutTry);
        Assert.True(RustExpression.Call("g", call.Try().As("i32")).CanLeave);
        // In a text, which is no expression.
        Assert.False(RustExpression.Of("\"?\"").CanLeave);
    }
}
