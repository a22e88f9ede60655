using System;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Generated bindings compiled, loaded and run, by the interpreter since there is no native library beside them.</summary>
public class RunningTests
{
    private const string Module = """
        namespace Lib
        {
            [PatternModule]
            public static partial class Peano
            {
                [Sort] public readonly partial struct Nat;
                [Constructor] public static partial Nat Zero();
                [Constructor] public static partial Nat Succ(Nat pred);
                [Operation] public static partial Nat Plus(Nat x, Nat y);
                [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
                [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
            }
        }
        """;

    private const string Program = """
        using System.Globalization;
        using Lib;
        using static App.M;
        namespace App
        {
            public enum Color { Red = 1, Green = 5 }

            [PatternModule(Uses = [typeof(Peano)])]
            public static partial class M
            {
                [Sort] public readonly partial struct Term;
                [Constructor] public static partial Term Num(long value, Color color, string text);
                [Constructor] public static partial Term Obj(Ref<object> any, BigInteger big, double real, bool flag, Symbol name);
                [Constructor] public static partial Term Add(Term left, Term right);
                [Constructor] public static partial Term Nil();
                [Operation(Open = true)] public static partial Term F(Term x);
                [Operation] public static partial long Sum(Term x);
                [Operation] public static partial Peano.Nat Count(Term x);
                [Operation] public static partial Ref<object> Any(Term x, Ref<object> otherwise);
                [HostOperation] static long Twice(long x) => 2 * x;
                [HostOperation] static Term Swap(Term x) => x is { AsAdd: var (l, r) } ? Add(r, l) : x;
                [HostOperation] static Ref<object> Wrap(string text) => new(text);
                [Normalizer] public static partial Term Simplify(Term x);
                [Pattern] static Rule F1(Term x) => Rewrite(F(Add(x, Nil())), to: Swap(Add(x, Nil())));
                [Pattern] static Rule S1(long v, Color c, string t) => Rewrite(Sum(Num(v, c, t)), to: Twice(v) + (int)c + t.Length);
                [Pattern] static Rule S2(Term x, Term y) => Rewrite(Sum(Add(x, y)), to: Sum(x) + Sum(y));
                [Pattern(Priority = -1)] static Rule S3(Term x) => Rewrite(Sum(x), to: 0);
                [Pattern] static Rule C1(Term x, Term y) => Rewrite(Count(Add(x, y)), to: Peano.Plus(Count(x), Count(y)));
                [Pattern(Priority = -1)] static Rule C2(Term x) => Rewrite(Count(x), to: Peano.Succ(Peano.Zero()));
                [Pattern] static Rule A1(Ref<object> a, BigInteger b, double d, bool f, Symbol n, Ref<object> o) => Rewrite(Any(Obj(a, b, d, f, n), o), to: a);
                [Pattern(Priority = -1)] static Rule A2(Term x, Ref<object> o) => Rewrite(Any(x, o), to: Wrap("none"));
                [Pattern] static Rule N1(Term x) => Rewrite(Add(Nil(), x), to: x);
            }

            public static class Program
            {
                public static string Run()
                {
                    var output = new System.Text.StringBuilder();
                    void Say(object? value) => output.Append(System.FormattableString.Invariant($"{value}")).Append('\n');
                    using var heap = new TermHeap();
                    var two = Peano.Succ(Peano.Succ(Peano.Zero()));
                    Say(Peano.Plus(two, two));
                    Say(two.TryGetSucc(out var one) && one.TryGetSucc(out var zero) && zero.IsZero && !zero.TryGetSucc(out _));
                    Say(two == Peano.Nat.Parse("Succ(Succ(Zero))") && two != one && two.Equals((object)two)
                        && two.GetHashCode() == Peano.Nat.Parse(two.ToString(), heap).GetHashCode());
                    var num = Num(20, Color.Green, "abc");
                    Say(Sum(Add(num, Nil())));
                    Say(num.AsLit());
                    Say(Count(Add(num, Add(Nil(), Nil()))));
                    Say(Simplify(Add(Nil(), Add(Nil(), num))));
                    Say(F(num) + " " + F(num).Kind + " " + F(Add(num, Nil())));
                    object marker = new();
                    var obj = Obj(new Ref<object>(marker), BigInteger.Pow(10, 30), double.NaN, true, "sym");
                    Say(ReferenceEquals(Any(obj, default).Value, marker) + " " + Any(Nil(), default).Value);
                    Say(obj is { AsObj: { Big: var big, Flag: true, Name.Name: "sym" } view }
                        && big.ToString(CultureInfo.InvariantCulture).Length == 31 && double.IsNaN(view.Real));
                    Say(((Rewright.Term)num).Tag + " " + ((M.Term)(Rewright.Term)num == num));
                    try { Say((Peano.Nat)(Rewright.Term)num); } catch (InvalidCastException e) { Say(e.Message); }
                    using var other = new TermHeap();
                    try { Say(Add(num, Nil().CopyTo(other))); } catch (InvalidOperationException) { Say("mixed"); }
                    Say(Add(num.CopyTo(other), Nil()).ToString(12));
                    Say(default(Peano.Nat) == default && Peano.Module.Name == "Lib.Peano" && M.Module.Uses[0].Equals(Peano.Module));
                    return output.ToString();
                }

                static string AsLit(this M.Term term) => term switch { { AsNum: { Value: var v, Color: Color.Green, Text: var t } } => t + v, _ => "" };
            }
        }
        """;

    [Fact]
    public async Task Generated_code_runs()
    {
        var result = await new ModuleTest(Module, Program).RunForResultAsync();
        Assert.Equal("""
            Succ(Succ(Succ(Succ(Zero))))
            True
            True
            48
            abc20
            Succ(Succ(Succ(Zero)))
            Num(20, App.Color.Green, "abc")
            F(Num(20, App.Color.Green, "abc")) Stuck Add(Nil, Num(20, App.Color.Green, "abc"))
            True none
            True
            0 True
            A term of sort Term is not of sort Nat.
            mixed
            Add(Num(20,…
            True

            """, TestProgram.Run(result.Compilation));
    }
}
