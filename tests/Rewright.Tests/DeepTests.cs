using System;
using System.Linq;
using System.Text;
using System.Threading;
using Xunit;

namespace Rewright.Tests;

public class DeepTests
{
    private static readonly Module Peano = Module.Parse("""
        sort Nat = Zero | Succ(Nat)
        op Plus(Nat, Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
        op Double(Nat): Nat
        rule D0: Double(Zero) -> Zero
        rule D1: Double(Succ(x)) -> Succ(Succ(Double(x)))
        op Pow2(Nat): Nat
        rule P0: Pow2(Zero) -> Succ(Zero)
        rule P1: Pow2(Succ(x)) -> Double(Pow2(x))
        op Loop(Nat): Nat
        rule L: Loop(x) -> Plus(Loop(x), x)
        op Spin(Nat): Nat
        rule S: Spin(x) -> Spin(Succ(Zero))
        sort Chain = End | Link(long, Chain)
        op Grow(Nat, Chain): Chain
        rule G0: Grow(Zero, c) -> c
        rule G1: Grow(Succ(n), c) -> Link(7, Grow(n, c))
        op Length(Chain): long
        rule C0: Length(End) -> 0
        rule C1: Length(Link(_, c)) -> 1 + Length(c)
        op Size(Nat): long
        rule Z0: Size(Zero) -> 0
        rule Z1: Size(Succ(x)) -> 1 + Size(x)
        """);

    private static string Nat(int n) => new StringBuilder(n * 6).Insert(0, "Succ(", n).Append("Zero").Append(')', n).ToString();

    [Fact]
    public void Terms_nested_a_million_deep_are_rewritten()
    {
        foreach (var (name, engine) in TestEngine.All(Peano))
        {
            Assert.Equal((name, "1048577"), (name, engine.Evaluate("Size(Plus(Pow2(" + Nat(20) + "), Succ(Zero)))")));
            Assert.Equal((name, "1048576"), (name, engine.Evaluate("Length(Grow(Pow2(" + Nat(20) + "), End))")));
        }
    }

    [Fact]
    public void Rules_that_do_not_end_reach_a_limit()
    {
        foreach (var (name, engine) in TestEngine.All(Peano))
        {
            using var heap = new TermHeap
            {
                Limits = new EvaluationLimits
                {
                    MaxStackBytes = 200L << 20,
                    Time = TimeSpan.FromSeconds(120)
                }
            };
            Assert.Throws<StackLimitException>(() => engine.Evaluate(heap, "Loop(Zero)"));
            heap.Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(50) };
            Assert.Throws<TimeLimitException>(() => engine.Evaluate(heap, "Spin(Zero)"));
            using var source = new CancellationTokenSource(50);
            heap.Limits = new EvaluationLimits { Cancellation = source.Token };
            Assert.Throws<EvaluationCanceledException>(() => engine.Evaluate(heap, "Spin(Zero)"));
            heap.Limits = new EvaluationLimits { MaxHeapBytes = 4 << 20 };
            Assert.Throws<MemoryLimitException>(() => engine.Evaluate(heap, "Grow(Pow2(" + Nat(20) + "), End)"));
            heap.Limits = EvaluationLimits.Default;
            Assert.Equal("Succ(Succ(Zero))", engine.Evaluate(heap, "Plus(Succ(Zero), Succ(Zero))"));
            var census = heap.TakeCensus();
            Assert.Equal((name, 0, 0, 0), (name, census.Live, census.Lost, census.Miscounted));
        }
    }
}
