using System;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Operations and normalizers that run as C# on the user's own objects.</summary>
public class ObjectCodeTests
{
    private const string Source = """
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Linq;
        namespace App
        {
            public enum Kind : byte { Small = 3, Large = 200 }
            public abstract record Expr;
            public sealed record Num(double Value) : Expr;
            public sealed record Big(BigInteger Value, string Text, Kind Kind, char Letter, float Real) : Expr;
            public record Add(Expr Left, Expr Right) : Expr;
            public sealed record Sub(Expr Left, Expr Right) : Add(Left, Right);
            public sealed record Neg(Expr Inner) : Expr;
            public sealed record Call(string Name, ImmutableArray<Expr> Arguments) : Expr;
            public sealed record Block(IReadOnlyList<Expr> Items, List<Expr> More, Expr[] Array) : Expr;
            public sealed record Opaque(Uri? Link, int? Count, Func<int> Code) : Expr;
            public sealed record Outer(Add Narrow) : Expr;
            public sealed record Box(double Value) : Expr { public double Value { get; set; } = Value; }

            [PatternModule]
            public static partial class M
            {
                [Sort(typeof(Expr))] public readonly partial struct E;
                [Sort(typeof(IReadOnlyList<Expr>))] public readonly partial struct Es;
                [Normalizer] public static partial E Simplify(E e);
                [Normalizer] public static partial Expr Simplify(Expr e);
                [Normalizer(Strategy.Outermost, Groups = ["out"])] public static partial Expr Steps(Expr e);
                [Operation] public static partial long Count(Es es);
                [Operation] public static partial long Size(Expr e);
                [Operation] public static partial long Size(E e);
                [Operation] public static partial Expr Wrap(Expr e, Kind kind, long n);
                [Operation] public static partial E Wrap(E e, Kind kind, long n);
                [Operation] public static partial long Endless(Expr e, long n, EvaluationLimits limits);
                [HostOperation] public static bool IsOdd(long n) => n < 0 ? throw new InvalidOperationException("negative") : n % 2 == 1;
                [Pattern] static Rule AddZero(E x) => Rewrite(Add(x, Num(0)), to: x);
                [Pattern] static Rule AddSame(E x) => Rewrite(Add(x, x), to: Call("twice", EsCons(x, EsNil())));
                [Pattern] static Rule NegNeg(E x) => Rewrite(Neg(Neg(x)), to: x);
                [Pattern] static Rule CallOne(E x) => Rewrite(Call("id", EsCons(x, EsNil())), to: x);
                [Pattern] static Rule CallBox() => Rewrite(Call("box", EsNil()), to: Box(1));
                [Pattern] static Rule CallDrop(E x, Es rest) => Rewrite(Call("drop", EsCons(x, rest)), to: Call("kept", rest));
                [Pattern] static Rule CallGrow(Es all) => Rewrite(Call("grow", all), to: Call("grown", EsCons(Num(7), all)));
                [Pattern] static Rule Upper(BigInteger n) => Rewrite(
                    Big(n, "x", Kind.Small, 113, 1.5), to: Big(n * n, "y", Kind.Large, 114, 2.5));
                [Pattern(Group = "out")] static Rule Step(E x, E y) => Rewrite(Neg(Add(x, y)), to: Add(Neg(x), Neg(y)));
                [Pattern] static Rule Again(E x, long n) => Rewrite(Endless(x, n), to: Endless(x, n + 1));
                [Operation] public static partial long Endless(E e, long n);
                [Operation] public static partial long Endless(Expr e, long n);
                [Pattern] static Rule None() => Rewrite(Count(EsNil()), to: 0);
                [Pattern] static Rule Some(E x, Es rest) => Rewrite(Count(EsCons(x, rest)), to: checked(Size(x) + Count(rest)));
                [Pattern] static Rule SizeCall(string _name, Es es) => Rewrite(Size(Call(_name, es)), to: checked(1 + Count(es)));
                [Pattern] static Rule SizeNeg(E x) => Rewrite(Size(Neg(x)), to: checked(1 + Size(x)));
                [Pattern] static Rule SizeNum(double _value) => Rewrite(Size(Num(_value)), to: 1);
                [Pattern] static Rule Wrap0(E x, Kind k, long n) => Rewrite(Wrap(x, k, n), to: x).When(n == 0);
                [Pattern(Priority = -1)] static Rule Wrap1(E x, Kind k, long n)
                    => Rewrite(Wrap(x, k, n), to: Wrap(Neg(x), k, n - 1)).When(k == Kind.Large && IsOdd(n));
                [Pattern(Priority = -2)] static Rule Wrap2(E x, Kind k, long n) => Rewrite(Wrap(x, k, n), to: Wrap(Neg(x), k, n - 1));
            }

            public static class Program
            {
                public static string Run()
                {
                    var output = new System.Text.StringBuilder();
                    void Say(object? value) => output.Append(System.FormattableString.Invariant($"{value}")).Append('\n');
                    void Fails(Func<object> call)
                    {
                        try { Say(call()); } catch (Exception e) { Say(e.GetType().Name + ": " + e.Message); }
                    }

                    Expr zero = new Num(0), one = new Num(1), x = new Big(BigInteger.Pow(10, 20), "x", Kind.Small, 'q', 1.5f);
                    Expr big = M.Simplify(x);
                    Say(big is Big { Text: "y", Kind: Kind.Large, Letter: 'r', Real: 2.5f } b && b.Value == BigInteger.Pow(10, 40));
                    Say(M.Simplify(new Call("id", [new Neg(new Neg(zero))])));
                    var kept = (Call)M.Simplify(new Call("drop", [zero, one, big]));
                    Say(kept.Name + " " + string.Join(";", kept.Arguments));
                    Say(string.Join(";", ((Call)M.Simplify(new Call("grow", [zero]))).Arguments));
                    Say(((Call)M.Simplify(new Add(new Neg(one), new Neg(new Num(1))))).Arguments.Single());
                    // What does not change is the same object, collections included.
                    var block = new Block([zero, one], [one], [zero]);
                    var call = new Call("f", [block, new Neg(zero)]);
                    Say(ReferenceEquals(M.Simplify(call), call));
                    var outer = (Add)M.Simplify(new Add(
                        new Neg(new Neg(call)), new Block([new Neg(new Neg(zero)), one], block.More, block.Array)));
                    Say(ReferenceEquals(outer.Left, call));
                    var changed = (Block)outer.Right;
                    Say(ReferenceEquals(changed.Items[0], zero) + " " + ReferenceEquals(changed.Items[1], one) + " "
                        + ReferenceEquals(changed.More, block.More) + " " + ReferenceEquals(changed.Array, block.Array));
                    // The array of the user is of a narrower type than what a rule puts into it.
                    Say(((Block)M.Simplify(new Block(new Neg[] { new Neg(new Neg(zero)) }, [], []))).Items[0]);
                    // The user may change what a rule has made, so nobody else has it.
                    ((Box)M.Simplify(new Call("box", []))).Value = 5;
                    Say(M.Simplify(new Call("box", [])));
                    var code = () => 7;
                    var opaque = new Opaque(new Uri("http://x/"), 5, code);
                    Say(ReferenceEquals(((Neg)M.Simplify(new Neg(new Add(opaque, zero)))).Inner, opaque));
                    Say(M.Simplify(new Add(new Sub(zero, one), new Sub(zero, one))));
                    Say(M.Simplify(new Add(new Num(0.0), new Num(-0.0))));
                    Say(M.Simplify(new Add(new Num(double.NaN), new Num(-double.NaN))));
                    Say(M.Steps(new Add(zero, new Num(7))));
                    Say(M.Steps(new Neg(new Add(new Neg(new Add(zero, one)), x)))
                        is Add { Left: Neg { Inner: Add { Left: Neg, Right: Neg } } or Add, Right: Neg });
                    Say(M.Size(new Call("f", [zero, new Neg(one), new Call("g", [])])));
                    Say(M.Wrap(zero, Kind.Large, 3));
                    Fails(() => M.Wrap(zero, Kind.Large, -3));
                    // An exception of the user's code is not explained by a part that nothing has looked at.
                    Fails(() => M.Wrap(new Neg(null!), Kind.Large, -3));
                    Fails(() => M.Size(new Add(zero, zero)));
                    Fails(() => M.Endless(zero, 0, new EvaluationLimits { Time = TimeSpan.FromMilliseconds(20) }));
                    Fails(() => M.Endless(zero, 0, new EvaluationLimits { Cancellation = new System.Threading.CancellationToken(true) }));
                    Fails(() => M.Simplify(new Outer(new Add(x, zero))));
                    Fails(() => M.Simplify(new Call("f", [zero, new Neg(new Call("g", [zero, null!]))])));
                    Fails(() => M.Simplify(new Call("f", default)));
                    Fails(() => M.Simplify(new Block(null!, [], [])));

                    // Deep lists and deep terms.
                    var many = new Call("f", [.. Enumerable.Range(0, 100000).Select(i => (Expr)new Neg(new Num(i)))]);
                    Say(ReferenceEquals(M.Simplify(many), many) + " " + M.Size(many));
                    Expr deep = zero, other = zero;
                    for (int i = 0; i < 100000; i++) (deep, other) = (new Call("f", [deep, one]), new Call("f", [other, one]));
                    Say(ReferenceEquals(M.Simplify(deep), deep));
                    Say(M.Size(deep));
                    Say(ReferenceEquals(((Call)M.Simplify(new Add(deep, other))).Arguments[0], deep));
                    Expr last = new Add(zero, zero);
                    for (int i = 0; i < 100000; i++) last = new Call("f", [last, one]);
                    last = M.Simplify(last);
                    while (last is Call { Arguments: [var first, Num] }) last = first;
                    Say(last);

                    var ring = new Expr[1];
                    var cycle = new Neg(new Block(ring, [], []));
                    ring[0] = cycle;
                    Fails(() => M.Simplify(cycle));
                    var wide = new List<Expr>();
                    Expr nested = new Call("f", [new Block(wide, [], [])]);
                    for (int i = 0; i < 5000; i++) nested = new Neg(new Call("f", [nested, one]));
                    wide.Add(nested);
                    try { M.Simplify(nested); } catch (ArgumentException e)
                    {
                        Say(e.Message.Length > 100 && e.Message.EndsWith(": a term has no cycle."));
                    }
                    return output.ToString();
                }
            }
        }
        """;

    [Fact]
    public void Rules_run_on_objects()
    {
        var test = new ModuleTest(Source);
        test.CreateDriver().RunGeneratorsAndUpdateCompilation(
            test.CreateCompilation(), out var compilation, out var problems, TestContext.Current.CancellationToken);
        Assert.Empty(problems);
        Assert.Equal("""
            True
            Num { Value = 0 }
            kept Num { Value = 1 };Big { Value = 10000000000000000000000000000000000000000, Text = y, Kind = Large, Letter = r, Real = 2.5 }
            Num { Value = 7 };Num { Value = 0 }
            Neg { Inner = Num { Value = 1 } }
            True
            True
            True True True True
            Num { Value = 0 }
            Box { Value = 1 }
            True
            Call { Name = twice, Arguments = System.Collections.Immutable.ImmutableArray`1[App.Expr] }
            Add { Left = Num { Value = 0 }, Right = Num { Value = -0 } }
            Call { Name = twice, Arguments = System.Collections.Immutable.ImmutableArray`1[App.Expr] }
            Add { Left = Num { Value = 0 }, Right = Num { Value = 7 } }
            True
            5
            Neg { Inner = Neg { Inner = Neg { Inner = Num { Value = 0 } } } }
            InvalidOperationException: negative
            InvalidOperationException: negative
            StuckTermException: No rule applies to Size(Add { Left = Num { Value = 0 }, Right = Num { Value = 0 } }). \
            Add a rule for it, or declare the operation open.
            TimeLimitException: App.M.Endless did not end within 00:00:00.0200000.
            EvaluationCanceledException: App.M.Endless was cancelled.
            InvalidCastException: Unable to cast object of type 'App.Big' to type 'App.Add'.
            ArgumentException: e.Arguments[1].Inner.Arguments[1] is null.
            ArgumentException: e.Arguments is null.
            ArgumentException: e.Items is null.
            True 200001
            True
            200001
            True
            Call { Name = twice, Arguments = System.Collections.Immutable.ImmutableArray`1[App.Expr] }
            ArgumentException: e.Inner.Items[0] is an object that contains it, e: a term has no cycle.
            True

            """.Replace("\\\n", "", StringComparison.Ordinal), TestProgram.Run(compilation));
    }

    [Theory]
    [InlineData("[Normalizer] public static partial S N(S s); "
        + "[{|RW0118:Normalizer(Strategy.Outermost)|}] public static partial Shape N(Shape s);")]
    [InlineData("[Operation] public static partial S F(S s); [{|RW0118:Operation(Open = true)|}] public static partial Shape F(Shape s);")]
    [InlineData("[Operation] public static partial Shape {|RW0110:F|}(S s);")]
    [InlineData("[Sort] public readonly partial struct Nat; [Constructor] public static partial Nat Zero(); "
        + "[Normalizer] public static partial Shape {|RW0126:N|}(Shape s);")]
    [InlineData("[Operation(Open = true)] public static partial S F(S s); [Normalizer] public static partial Shape {|RW0126:N|}(Shape s);")]
    [InlineData("[HostOperation] public static bool H(S s) => true; [Normalizer] public static partial Shape {|RW0126:N|}(Shape s);")]
    public async Task Mistakes_in_methods_over_objects(string members)
    {
        await new ModuleTest("""
            public abstract record Shape;
            public sealed record Circle(double Radius) : Shape;
            public sealed record Scaled(double Factor, Shape Inner) : Shape;
            [PatternModule]
            public static partial class Shapes
            {
                [Sort(typeof(Shape))] public readonly partial struct S;
            """ + members + "}").RunAsync();
    }
}
