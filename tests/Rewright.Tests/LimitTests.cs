using System;
using System.Linq;
using System.Threading;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Engines;
using Rewright.Heap;
using Xunit;

namespace Rewright.Tests;

/// <summary>Limits, depth and sharing: what an evaluation may cost, and that heap and process outlive it.</summary>
public class LimitTests
{
    private const int Deep = 10_000_000;

    private static readonly Module Sample = Module.Parse("""
        module Demo
        sort Chain = End | Link(long, Chain)
        op Make(long): Chain
        rule Make0: Make(0) -> End
        rule Make1: Make(n) -> Link(n, Make(n - 1)) if n != 0
        op Xor(long, long): long
        rule Xor: Xor(a, b) -> a ^ b
        op Mix(Chain): long
        rule Mix0: Mix(End) -> 0
        rule Mix1: Mix(Link(n, c)) -> Xor(n, 3 * Mix(c))
        op Increment(Chain): Chain
        rule Increment0: Increment(End) -> End
        rule Increment1: Increment(Link(n, c)) -> Link(n + 1, Increment(c))
        op Length(Chain): long
        rule Length0: Length(End) -> 0
        rule Length1: Length(Link(_, c)) -> 1 + Length(c)
        op Spin(long): long
        rule Spin: Spin(n) -> Spin(n + 1)
        op Down(long): long
        rule Down: Down(n) -> Xor(n, 3 * Down(n + 1))
        op Grow(Chain): Chain
        rule Grow: Grow(c) -> Grow(Link(1, c))
        sort Tree = Leaf | Mul(Tree, Tree) | Neg(Tree)
        rule NegNeg: Neg(Neg(t)) -> t
        normalizer Simplify: Tree
        normalizer Outer: Tree [outermost]
        normalizer Once: Tree [bottomup]
        op Square(long, Tree): Tree
        rule Square0: Square(0, t) -> t
        rule Square1: Square(n, t) -> Square(n - 1, Mul(t, t)) if n != 0
        op Equal(Tree, Tree): bool
        rule Equal: Equal(x, x) -> true
        rule Differ: Equal(_, _) -> false
        """);

    [Fact]
    public void Terms_nested_ten_million_deep_are_built_rewritten_compared_printed_and_freed()
    {
        var engine = TestEngine.Compile(Sample);
        using var heap = new TermHeap();
        using (heap.BeginScope())
        {
            var chain = engine.EvaluateTerm(heap, "Make(" + Deep + ")");
            var same = engine.EvaluateTerm(heap, "Make(" + Deep + ")");
            Assert.True(chain == same);
            Assert.Equal(chain.GetHashCode(), same.GetHashCode());
            Assert.Equal(1000, chain.ToString(1000).Length);
            Assert.Equal("10000000", engine.Evaluate(heap, "Length(Increment(Make(" + Deep + ")))"));
            long expected = 0;
            for (long n = 1; n <= Deep; n++) expected = n ^ (3 * expected);
            // This one is recursive, on native stack.
            Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture),
                engine.Evaluate(heap, "Mix(Make(" + Deep + "))"));
        }

        var census = heap.TakeCensus();
        Assert.Equal((0L, 0L, 0L), (census.Live, census.Lost, census.Miscounted));
    }

    [Fact]
    public void The_interpreter_goes_as_deep_as_memory_does()
    {
        var engine = TestEngine.Interpret(Sample);
        using var heap = new TermHeap();
        Assert.Equal("1000000", engine.Evaluate(heap, "Length(Increment(Make(1000000)))"));
        long expected = 0;
        for (long n = 1; n <= 1000000; n++) expected = n ^ (3 * expected);
        Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture), engine.Evaluate(heap, "Mix(Make(1000000))"));
    }

    [Fact]
    public void A_term_that_shares_itself_64_times_goes_through_every_operation()
    {
        foreach (var (name, engine) in TestEngine.All(Sample))
        {
            using var heap = new TermHeap();
            using (heap.BeginScope())
            {
                var term = engine.EvaluateTerm(heap, "Square(64, Leaf)");
                var other = engine.EvaluateTerm(heap, "Square(64, Leaf)");
                Assert.True(term == other);
                Assert.Equal(term.GetHashCode(), other.GetHashCode());
                Assert.Equal(50, term.ToString(50).Length);
                // (A message with these terms in it would never be complete.)
                foreach (string normalizer in new[] { "Simplify", "Once", "Outer" })
                    Assert.True(term == engine.EvaluateTerm(heap, normalizer + "(Square(64, Neg(Neg(Leaf))))"), name + " " + normalizer);
                Assert.Equal("true", engine.Evaluate(heap, "Equal(Square(64, Leaf), Square(64, Leaf))"));
                using var target = new TermHeap();
                Assert.True(term == term.CopyTo(target));
                Assert.Equal(64, target.TakeCensus().Live);
            }

            Assert.Equal(0, heap.TakeCensus().Live);
        }
    }

    [Theory]
    [InlineData("stack")]
    [InlineData("memory")]
    [InlineData("time")]
    [InlineData("cancellation")]
    [InlineData("rewrites")]
    public void Each_limit_has_an_exception_that_names_the_operation(string limit)
    {
        var engines = TestEngine.All(Sample).Append(("counting", TestEngine.Compile(Sample, new EmitOptions(CountRewrites: true), 2)));
        if (TestEngine.HasRust)
            engines = engines.Append(("rust, counting", TestEngine.CompileRust(Sample, new RustOptions(CountsRewrites: true))));
        foreach (var (name, engine) in engines)
        {
            using var heap = new TermHeap();
            switch (limit)
            {
                case "stack":
                    heap.Limits = EvaluationLimits.Default with { MaxStackBytes = 100 << 20 };
                    Assert.Equal("Demo.Down", Assert.Throws<StackLimitException>(() => engine.Evaluate(heap, "Down(0)")).Operation);
                    break;
                case "memory":
                    heap.Limits = EvaluationLimits.Default with { MaxHeapBytes = 8 << 20 };
                    var memory = Assert.Throws<MemoryLimitException>(() => engine.Evaluate(heap, "Grow(End)"));
                    Assert.Equal("Demo.Grow", memory.Operation);
                    Assert.Contains("8 MB", memory.Message, StringComparison.Ordinal);
                    break;
                case "time":
                    heap.Limits = EvaluationLimits.Default with { Time = TimeSpan.FromMilliseconds(30) };
                    Assert.Equal("Demo.Spin", Assert.Throws<TimeLimitException>(() => engine.Evaluate(heap, "Spin(0)")).Operation);
                    break;
                case "cancellation":
                    using (var source = new CancellationTokenSource(20))
                    {
                        heap.Limits = EvaluationLimits.Default with { Cancellation = source.Token };
                        var cancelled = Assert.Throws<EvaluationCanceledException>(() => engine.Evaluate(heap, "Spin(0)"));
                        Assert.Equal(("Demo.Spin", source.Token), (cancelled.Operation, cancelled.CancellationToken));
                        // What is cancelled already hardly begins.
                        Assert.Throws<EvaluationCanceledException>(() => engine.Evaluate(heap, "Spin(0)"));
                    }

                    break;
                case "rewrites" when name is "interpreter" or "counting" or "rust, counting":
                    heap.Limits = EvaluationLimits.Default with { MaxRewrites = 1000 };
                    var rewrites = Assert.Throws<RewriteLimitException>(() => engine.Evaluate(heap, "Spin(0)"));
                    Assert.Equal("Demo.Spin", rewrites.Operation);
                    Assert.Contains("1000", rewrites.Message, StringComparison.Ordinal);
                    Assert.Equal("998", engine.Evaluate(heap, "Length(Make(998))"));
                    break;
            }

            heap.Limits = EvaluationLimits.Default;
            Assert.Equal("5", engine.Evaluate(heap, "Length(Make(5))"));
            var census = heap.TakeCensus();
            Assert.Equal((name, 0L, 0L, 0L), (name, census.Live, census.Lost, census.Miscounted));
        }
    }

    [Fact]
    public void Rules_that_are_applied_again_in_another_form_count_once()
    {
        // No counter holds a stuck term.
        var module = Module.Parse("module Demo\nsort Nat = Zero | Succ(Nat)\nop Open(Nat): Nat [open]\nop Twice(Nat): Nat\n"
            + "rule Twice: Twice(x) -> Succ(Open(x))\nop Start(Nat): Nat\nrule Start: Start(x) -> Twice(x)\n");
        foreach (var (name, engine) in TestEngine.All(module).Where(e => e.Name is "interpreter" or "counting" or "rust, counting"))
        {
            using var heap = new TermHeap { Limits = EvaluationLimits.Default with { MaxRewrites = 2 } };
            Assert.Equal((name, "Succ(Open(Zero))"), (name, engine.Evaluate(heap, "Start(Zero)")));
            heap.Limits = EvaluationLimits.Default with { MaxRewrites = 1 };
            Assert.Throws<RewriteLimitException>(() => engine.Evaluate(heap, "Start(Zero)"));
        }
    }

    [Fact]
    public void A_cancelled_evaluation_ends_at_once_wherever_it_is()
    {
        // Spinning, deep in recursion on a second stack, and building.
        foreach (var (name, engine) in TestEngine.All(Sample))
        {
            using var heap = new TermHeap
            {
                Limits = EvaluationLimits.Default with
                {
                    MaxHeapBytes = 256 << 20,
                    MaxStackBytes = 256L << 20
                }
            };
            foreach (string term in new[] { "Spin(0)", "Down(0)", "Grow(End)" })
            {
                using var source = new CancellationTokenSource(20);
                heap.Limits = heap.Limits with { Cancellation = source.Token };
                var thrown = Record.Exception(() => engine.Evaluate(heap, term));
                // A machine that has other things to do may be late to ask.
                Assert.True(thrown is EvaluationCanceledException or StackLimitException or MemoryLimitException,
                    name + " " + term + ": " + thrown);
                heap.Limits = heap.Limits with { Cancellation = default };
            }

            Assert.Equal("5", engine.Evaluate(heap, "Length(Make(5))"));
        }
    }
}
