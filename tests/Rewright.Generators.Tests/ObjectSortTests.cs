using System;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>C# types as sorts: <c>[Sort(typeof(T))]</c>.</summary>
public class ObjectSortTests
{
    private const string Types = """
        using System.Collections.Generic;
        using System.Collections.Immutable;
        namespace Ast
        {
            public enum Kind : byte { Small = 3, Large = 200 }
            public abstract record Expr;
            public sealed record Num(double Value) : Expr;
            public sealed record Big(BigInteger Value, string Text, Kind Kind, char Letter, float Real) : Expr;
            public record Add(Expr Left, Expr Right) : Expr { public Expr First => Left; }
            public sealed record Sub(Expr Left, Expr Right) : Add(Left, Right);
            public sealed record Neg(Expr Inner) : Expr;
            public sealed record Call(string Name, ImmutableArray<Expr> Arguments) : Expr;
            public sealed record Block(IReadOnlyList<Expr> Items, List<Expr> More, Expr[] Array) : Expr;
            public sealed record Opaque(Uri? Link, int? Count, string? Note, DateTime When, Func<int> Code) : Expr;
            public sealed class Plain : Expr2
            {
                public Plain(Add inner) => Inner = inner;
                public Add Inner { get; }
            }
            public interface Expr2;
            public sealed record Wrapped(Expr Inner) : Expr, Expr2;
        }
        """;

    private const string Module = """
        using System.Linq;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using Ast;
        namespace App
        {
            [PatternModule]
            public static partial class M
            {
                [Sort(typeof(Expr))] public readonly partial struct E;
                [Sort(typeof(IReadOnlyList<Expr>))] public readonly partial struct Es;
                [Normalizer] public static partial E Simplify(E e);
                [Operation] public static partial long Count(Es es);
                [Pattern] static Rule AddZero(E x) => Rewrite(Add(x, Num({|RW0028:0|})), to: x);
                [Pattern] static Rule NegNeg(E x) => Rewrite(Neg(Neg(x)), to: x);
                [Pattern] static Rule CallOne(E x) => Rewrite(Call("id", EsCons(x, EsNil())), to: x);
                [Pattern] static Rule None() => Rewrite(Count(EsNil()), to: 0);
                [Pattern] static Rule Some(E x, Es rest) => Rewrite(Count(EsCons(x, rest)), to: 1 + Count(rest));
            }

            [PatternModule(Uses = [typeof(M)])]
            public static partial class N
            {
                [Sort(typeof(Expr2))] public readonly partial struct E2;
                [Operation] public static partial M.E Inner(E2 e);
                [Pattern] static Rule Inner1(M.E x) => Rewrite(Inner(Wrapped(x)), to: M.Add(x, M.Num(1)));
                [Pattern] static Rule Inner2(M.E x) => Rewrite(Inner(Plain(x)), to: x);
            }

            public static class Program
            {
                public static string Run()
                {
                    var output = new System.Text.StringBuilder();
                    void Say(object? value) => output.Append(System.FormattableString.Invariant($"{value}")).Append('\n');
                    using var heap = new TermHeap();
                    Expr zero = new Num(0), x = new Big(BigInteger.Pow(10, 20), "a", Kind.Large, 'q', 1.5f);
                    Say(M.E.FromObject(new Add(new Add(x, zero), zero)));
                    Say(M.Simplify(M.E.FromObject(new Add(new Add(x, zero), zero))).ToObject() == x);
                    Say(M.Simplify(M.E.FromObject(new Call("id", [new Neg(new Neg(zero))]))).ToObject());
                    var block = new Block([zero, x], [x], [zero]);
                    var back = (Block)M.E.FromObject(block).ToObject();
                    Say(back.Items.SequenceEqual(block.Items) && back.More.SequenceEqual(block.More)
                        && back.Array.SequenceEqual(block.Array));
                    Say(ReferenceEquals(back.Items[0], back.Array[0]));
                    Say(M.Count(M.Es.FromObject(block.Items)) + " " + M.Es.FromObject(block.Items).ToObject().Count + " " + M.EsNil());
                    var link = new Uri("http://x/");
                    Func<int> code = () => 7;
                    var opaque = new Opaque(link, 5, null, new DateTime(2020, 1, 2), code);
                    Say(M.E.FromObject(opaque).ToObject().Equals(opaque)
                        && M.E.FromObject(new Opaque(null, null, "n", default, code)).ToObject()
                            is Opaque { Link: null, Count: null, Note: "n" });
                    Say(N.E2.FromObject(new Wrapped(zero)) + " " + N.Inner(N.E2.FromObject(new Wrapped(zero))) + " " + (N.E2.FromObject(new Plain(new Sub(zero, x))).ToObject() is Plain { Inner: Sub }));
                    Say(M.E.FromObject(x).AsBig is { Text: "a", Kind: Kind.Large, Letter: 'q' }
                        && M.E.FromObject(zero).TryGetNum(out double v) && v == 0);

                    Expr tower = zero;
                    for (int i = 0; i < 64; i++) tower = new Add(tower, tower);
                    var shared = (Add)M.E.FromObject(tower).ToObject();
                    Say(ReferenceEquals(shared.Left, shared.Right));
                    Expr deep = zero;
                    for (int i = 0; i < 200000; i++) deep = new Neg(deep);
                    var result = M.E.FromObject(deep).ToObject();
                    int depth = 0;
                    for (; result is Neg neg; result = neg.Inner) depth++;
                    Say(depth);

                    try { M.E.FromObject(new Add(zero, null!)); } catch (ArgumentException e) { Say(e.Message); }
                    try { M.E.FromObject(new Big(1, null!, Kind.Small, 'c', 0)); } catch (ArgumentException) { Say("null"); }
                    var census = heap.TakeCensus();
                    Say(census.Lost + " " + census.Miscounted);
                    return output.ToString();
                }

            }
        }
        """;

    [Fact]
    public async Task Objects_become_terms_and_come_back()
    {
        var result = await new ModuleTest(Types, Module).RunForResultAsync();
        Assert.Equal("""
            Add(Add(Big(100000000000000000000, "a", Ast.Kind.Large, 113, 1.5), Num(0.0)), Num(0.0))
            True
            Num { Value = 0 }
            True
            True
            2 2 EsNil
            True
            Wrapped(Num(0.0)) Add(Num(0.0), Num(1.0)) True
            True
            True
            200000
            Nothing in a term is null, but a part of sort E is.
            null
            0 0

            """, TestProgram.Run(result.Compilation));
    }

    [Theory]
    [InlineData("public abstract record T;", "T", "no class that is not abstract derives from it in its assembly")]
    [InlineData("public struct T;", "T", "only classes, records and interfaces without type parameters, and lists of them, can")]
    [InlineData("public record T<X>(X Y);", "T<int>",
        "only classes, records and interfaces without type parameters, and lists of them, can")]
    [InlineData("public record T(int X) { public int Y { get; set; } }", "T",
        "the property Y of T is no parameter of its constructor, so its value would be lost")]
    [InlineData("public class T { public T(int x) { } }", "T",
        "T has no accessible constructor each of whose parameters is a readable property of the same name and type")]
    [InlineData("public record T(T? Next, int X);", "T",
        "the property Next of T can be null, and nothing in a term is; give the absent case a type of its own")]
    [InlineData("public record T(T[] Items);", "T",
        "the property Items of T is a list of terms, for which there is no sort; declare one with [Sort(typeof(IReadOnlyList<T>))]")]
    [InlineData("public record T; public record U(int X) : T; public static class In { public record U : T; }", "T",
        "two of its types are called U")]
    [InlineData("public record T(int X);", "T[]", "its elements, T, have no sort; declare one with [Sort(typeof(T))]")]
    [InlineData("public abstract record T; file record Z(int X) : T;", "T",
        "Z is private, or local to a file, or internal in another project")]
    [InlineData("file abstract record T; file record Z(int X) : T;", "T", "it is private, or local to a file; make it internal or public")]
    [InlineData("public abstract record T; public record Z(int X) : T; public static class Q { private record P : T; }", "T",
        "P is private, or local to a file, or internal in another project")]
    public async Task Types_that_cannot_be_sorts(string types, string type, string reason)
    {
        var test = new ModuleTest(
            types + "\n[PatternModule] public static partial class M { [Sort(typeof({|RW0123:" + type
            + "|}))] public readonly partial struct S; }");
        var result = await test.RunForResultAsync();
        Assert.Contains(result.Diagnostics,
            d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture).EndsWith(": " + reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[Constructor] public static partial S {|RW0109:More|}();")]
    [InlineData("[Operation] public static partial S {|RW0113:A|}(S x);")]
    public async Task Constructors_are_the_types_alone(string member)
        => await new ModuleTest(
            "public abstract record T; public record A(int X) : T; [PatternModule] public static partial class M { [Sort(typeof(T))] "
                + "public readonly partial struct S; " + member + " }").RunAsync();
}
