using System.Linq;
using Xunit;

namespace Rewright.Proofs.Tests;

public class NormalFormTests
{
    private const string Word = """
        sort Word [means "bits 8 64"] = Const(long) [means "(sext_or_trunc $1)"] | Name(Symbol) | One [means "1"] | Zero [means "0"]
            | Add(Word, Word) [means "bvadd"] | Sub(Word, Word) [means "bvsub"] | Mul(Word, Word) [means "bvmul"] | Neg(Word) [means "bvneg"]
            | And(Word, Word) [means "bvand"] | Not(Word) [means "bvnot"] | Shl(Word, Word) [means "bvshl"] | Shr(Word, Word) [means "bvlshr"]
            | Div(Word, Word) [means "bvudiv"] | Rem(Word, Word) [means "bvurem"] | Exact(Word, Word) [means "udiv_exact"] | AddNsw(Word, Word) [means "add_nsw"]

        """;

    [Theory]
    [InlineData("Mul(Add(x, y), Add(x, y)) -> Add(Add(Mul(x, x), Mul(y, y)), Mul(Shl(x, One), y))", true)]
    [InlineData("Mul(Add(x, y), Sub(x, y)) -> Sub(Mul(x, x), Mul(y, y))", true)]
    [InlineData("Not(Not(x)) -> x", true)]
    [InlineData("Shl(Add(x, y), z) -> Add(Shl(x, z), Shl(y, z))", true)]
    [InlineData("Shr(Shr(x, y), z) -> Shr(Shr(x, z), y)", true)]
    [InlineData("And(And(x, y), z) -> And(z, And(y, x))", true)]
    [InlineData("Add(Mul(Div(x, y), y), Rem(x, y)) -> x", true)]
    [InlineData("Mul(Exact(x, y), Neg(y)) -> Neg(x)", true)]
    [InlineData("AddNsw(x, y) -> Add(y, x)", true)]
    [InlineData("Add(x, y) -> AddNsw(x, y)", false)]
    [InlineData("Mul(Div(x, y), y) -> x", false)]
    [InlineData("Shr(Shr(x, y), z) -> Shr(Shr(z, x), y)", false)]
    [InlineData("Shr(Shr(x, y), z) -> Shr(Shr(y, x), z)", false)]
    [InlineData("And(Mul(And(x, y), And(y, z)), z) -> And(Mul(And(x, z), And(y, z)), y)", false)]
    [InlineData("Mul(Add(x, y), Add(x, y)) -> Add(Mul(x, x), Mul(y, y))", false)]
    [InlineData("Shl(x, Add(y, z)) -> Shl(Shl(x, y), z)", false)]
    public void Equal_forms_are_equal_values(string rule, bool isSame)
    {
        var module = Module.Parse(Word + "rule R: " + rule);
        var claims = Claim.Of(new Theory(module), module.Patterns[0]);
        Assert.All(claims, c => Assert.Equal(isSame, c.HoldsByForm));
        // Computing both sides says so too.
        Assert.Equal(isSame, claims.All(c => c.Search(2000) is null));
    }
}
