using System;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Testing;
using Rewright.Text;
using Xunit;

namespace Rewright.Core.Tests;

public class ModelTests
{
    [Fact]
    public void Literals_are_equal_where_terms_are()
    {
        var otherNaN = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(double.NaN) ^ 1);
        Assert.Equal(new Literal(BuiltInSort.Double, double.NaN), new Literal(BuiltInSort.Double, otherNaN));
        Assert.Equal(new Literal(BuiltInSort.Double, double.NaN).GetHashCode(), new Literal(BuiltInSort.Double, otherNaN).GetHashCode());
        Assert.NotEqual(new Literal(BuiltInSort.Double, 0.0), new Literal(BuiltInSort.Double, -0.0));
        Assert.NotEqual(new Literal(BuiltInSort.Int, 1), new Literal(BuiltInSort.Long, 1L));
        Assert.NotEqual(new Literal(BuiltInSort.String, "a"), new Literal(BuiltInSort.Symbol, "a"));
        var red = new EnumSort("E", BuiltInKind.Int, EquatableArray.Of(new EnumMember("Red", 1)));
        Assert.NotEqual(new Literal(red, 1L), new Literal(BuiltInSort.Long, 1L));
        Assert.Equal(new Literal(red, 1L),
            new Literal(new EnumSort("E", BuiltInKind.Int, EquatableArray.Of(new EnumMember("Red", 1))), 1L));
    }

    [Fact]
    public void A_literal_holds_a_value_of_its_sort()
    {
        Assert.Throws<ArgumentException>(() => new Literal(BuiltInSort.Int, 1L));
        Assert.Throws<ArgumentException>(() => new Literal(new RefSort("object"), new object()));
        Assert.Equal(-1, new Literal(BuiltInSort.Int, -1).Bits);
        Assert.Equal(uint.MaxValue, new Literal(BuiltInSort.UInt, uint.MaxValue).Bits);
        Assert.Equal(-1, new Literal(BuiltInSort.ULong, ulong.MaxValue).Bits);
        Assert.Equal(0x7FF8000000000000, new Literal(BuiltInSort.Double, -double.NaN).Bits);
        Assert.Throws<InvalidOperationException>(() => new Literal(BuiltInSort.BigInteger, BigInteger.One).Bits);
    }

    [Fact]
    public void Values_read_back_as_they_are_printed()
    {
        var random = new Random(1);
        foreach (var sort in BuiltInSort.All)
        {
            for (int i = 0; i < 200; i++)
            {
                object value = sort.Kind switch
                {
                    BuiltInKind.Double => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                    BuiltInKind.String or BuiltInKind.Symbol => new string(
                    [.. Enumerable.Range(0, random.Next(6)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000))]),
                    BuiltInKind.Long => random.NextInt64(long.MinValue, long.MaxValue),
                    _ => RandomTerms.Value(random, sort).Value,
                };
                var literal = new Literal(sort, value);
                foreach (bool sortIsKnown in new[] { false, true })
                {
                    string text = LiteralText.Print(literal, sortIsKnown);
                    var module = Module.Parse("op F(" + sort.Name + "): int [host]\nop G(int): int\nrule a: G(_) -> F(" + text + ")");
                    Assert.Equal(literal, ((LiteralExpr)module.Rules[0].Target.Parts[0]).Value);
                    Assert.DoesNotContain('\n', text);
                }
            }
        }
    }

    [Fact]
    public void Arrays_are_equal_by_their_elements()
    {
        Assert.Equal(EquatableArray.Of(1, 2), new EquatableArray<int>(ImmutableArray.Create(1, 2)));
        Assert.Equal(EquatableArray.Of(1, 2).GetHashCode(), EquatableArray.Of(1, 2).GetHashCode());
        Assert.NotEqual(EquatableArray.Of(1, 2), EquatableArray.Of(2, 1));
        Assert.NotEqual(EquatableArray.Of(1, 2), EquatableArray.Of(1, 2, 3));
        Assert.Equal(default, EquatableArray.Of<int>());
        Assert.Empty(default(EquatableArray<int>));
    }

    [Fact]
    public void Positions_decide_nothing()
    {
        var first = Parser.ParseModule("sort A = B\nop F(A): A\nrule a: F(x) -> x").Syntax;
        var second = Parser.ParseModule("# moved\n\n  sort A =\n B\nop F( A ):A\nrule a :F(x)->x").Syntax;
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.NotEqual(first, Parser.ParseModule("sort A = B\nop F(A): A\nrule a: F(y) -> y").Syntax);
    }

    [Fact]
    public void Expressions_are_equal_by_structure_within_a_module()
    {
        var module = Module.Parse("sort N = Z | S(N)\nop F(N): N\nrule a: F(S(S(x))) -> S(S(x))\nrule b: F(Z) -> Z\nrule c: F(S(Z)) -> Z");
        Assert.Equal(module.Rules.Single(r => r.Name == "a").Source.Arguments[0], module.Rules.Single(r => r.Name == "a").Target);
        Assert.Equal(["S", "S", "$x"],
            module.Rules.Single(r => r.Name == "a").Target.Descendants().Select(e => e is ApplyExpr a ? a.Symbol.Name : "$" + e));
        Assert.NotEqual<Expr>(module.Rules.Single(r => r.Name == "b").Target, module.Rules.Single(r => r.Name == "c").Source);
        // Another reading of the same text has other symbols.
        Assert.NotEqual(module.Rules[0].Source, Module.Parse(module.ToString()).Rules[0].Source);
    }

    [Fact]
    public void Every_operation_has_its_row()
        => Assert.Equal(Enum.GetValues<PrimitiveOp>(), PrimitiveSignature.All.Select(r => r.Op));

    [Theory]
    [InlineData("x + y", false)]
    [InlineData("x / y", true)]
    [InlineData("x % y", true)]
    [InlineData("checked(x + y)", true)]
    [InlineData("-x", false)]
    [InlineData("checked(-x)", true)]
    [InlineData("abs(x)", true)]
    [InlineData("log2(x)", true)]
    [InlineData("log2(u)", false)]
    [InlineData("d / d", false)]
    [InlineData("d % d", false)]
    [InlineData("sign(d)", true)]
    [InlineData("sign(x)", false)]
    [InlineData("abs(d)", false)]
    [InlineData("int(d)", false)]
    [InlineData("checked(int(d))", true)]
    [InlineData("int(b)", true)]
    [InlineData("double(b)", false)]
    [InlineData("BigInteger(d)", true)]
    [InlineData("b << x", true)]
    [InlineData("b >> x", true)]
    [InlineData("x << x", false)]
    [InlineData("pow(b, x)", true)]
    [InlineData("pow(d, d)", false)]
    [InlineData("b / b", true)]
    [InlineData("length(s)", false)]
    public void What_can_throw_is_known(string text, bool canThrow)
    {
        var module = Module.Parse(
            "op F(int, int, uint, double, BigInteger, string): int\nrule a: F($x, $y, $u, $d, $b, $s) -> 0 where _ = " + text);
        var subject = (PrimitiveExpr)((WhereCondition)module.Rules[0].Conditions[0]).Subject;
        Assert.Equal(canThrow, subject.Primitive.CanThrow);
        Assert.Equal(subject.Arguments.Select(a => a.Sort),
            Enumerable.Range(0, subject.Primitive.Arity).Select(subject.Primitive.OperandAt));
    }

    [Fact]
    public void An_identity_has_the_form_that_files_are_named_by()
    {
        string name = Module.Parse("sort A = B").Identity.ToString();
        Assert.Matches("^[0-9a-f]{32}$", name);
        // Blanks and comments are no part of the meaning.
        Assert.Equal(name, Module.Parse("sort A=B # the same").Identity.ToString());
        Assert.NotEqual(name, Module.Parse("sort A = C").Identity.ToString());
    }

    [Fact]
    public void What_the_build_has_checked_is_known_by_its_identity()
    {
        // Two rules that say different things of L: whoever checks the text refuses it.
        const string Ambiguous = "sort E = L | M\nop F(E): E\nrule A: F(L) -> L\nrule B: F(L) -> M\nrule C: F(M) -> M\n";
        var (result, other) = (Module.Check(Ambiguous, ""), Module.Parse("sort E = L | M\n"));
        Assert.Null(result.Module);
        var identity = result.Declarations.Identity;
        Assert.Equal(identity, Module.ParseChecked(Ambiguous, identity, []).Identity);
        Assert.Throws<ModuleException>(() => Module.ParseChecked(Ambiguous, other.Identity, []));
        Assert.Throws<ModuleException>(() => Module.ParseChecked(Ambiguous + "rule D: F(x) -> y\n", identity, []));
    }
}
