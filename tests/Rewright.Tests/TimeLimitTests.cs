using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Emit.Llvm;
using Xunit;

namespace Rewright.Tests;

/// <summary>Time limits and cancellation while all threads of the pool are busy, as they are in a service under load.</summary>
public class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);
    // An idle machine needs 0.01 s. This one may be anything but idle, and what used to happen took ten seconds and more.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private static readonly Module Spinning = Module.Parse("""
        module Demo
        sort Chain = End | Link(long, Chain)
        op Next(Chain): Chain
        rule Next0: Next(End) -> End
        rule Next1: Next(Link(n, c)) -> Link(n + 1, Next(c))
        op Loop(Chain): Chain
        rule Loop: Loop(c) -> Loop(Next(c))
        op Spin(long): long
        rule Spin: Spin(n) -> Spin(n + 1)
        op Count(long): long
        rule Count0: Count(0) -> 0
        rule Count1: Count(n) -> 1 + Count(n - 1) if n != 0
        """);

    // Made before any evaluation begins: making them needs threads of the pool.
    private static readonly Lazy<(string Name, TestEngine Engine)[]> s_engines = new(() => [.. Engines()]);

    private static IEnumerable<(string Name, TestEngine Engine)> Engines()
    {
        yield return ("interpreter", TestEngine.Interpret(Spinning));
        for (int level = 0; level <= 3; level++) yield return ("native -O" + level, TestEngine.Compile(Spinning, new EmitOptions(), level));
        yield return ("rust", TestEngine.CompileRust(Spinning));
    }

    [Fact]
    public async Task Time_limits_hold_while_all_threads_of_the_pool_evaluate()
    {
        var tasks = s_engines.Value.SelectMany(e => Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(i => Task.Run(() =>
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Time = Limit } };
            var time = Stopwatch.StartNew();
            Assert.Throws<TimeLimitException>(() => e.Engine.Evaluate(heap, i % 2 == 0 ? "Spin(0)" : "Loop(Link(1, Link(2, End)))"));
            Assert.True(time.Elapsed >= Limit, e.Name + " gave up after " + time.Elapsed);
            return (e.Name, time.Elapsed);
        }))).ToArray();
        foreach (var (name, elapsed) in await Task.WhenAll(tasks)) Assert.True(elapsed < Limit + Delay, name + ": " + elapsed);
    }

    [Fact]
    public async Task Cancellation_by_another_thread_needs_none_of_the_pool()
    {
        using var source = new CancellationTokenSource();
        long cancelled = 0;
        var tasks = s_engines.Value.SelectMany(e => Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(i => Task.Run(() =>
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Cancellation = source.Token } };
            Assert.Throws<EvaluationCanceledException>(
                () => e.Engine.Evaluate(heap, i % 2 == 0 ? "Spin(0)" : "Loop(Link(1, Link(2, End)))"));
            return (e.Name, Stopwatch.GetElapsedTime(Volatile.Read(ref cancelled)));
        }))).ToArray();
        new Thread(() =>
        {
            Thread.Sleep(Limit);
            Volatile.Write(ref cancelled, Stopwatch.GetTimestamp());
            source.Cancel();
        }).Start();
        foreach (var (name, elapsed) in await Task.WhenAll(tasks)) Assert.True(elapsed < Delay, name + ": " + elapsed);
    }

    [Fact]
    public void Thousands_of_heaps_keep_their_own_time()
    {
        var engine = TestEngine.Compile(Spinning);
        var heaps = Enumerable.Range(0, 3000).Select(
            i => new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(5000 + (i * 7919 % 3000)) } }).ToArray();
        foreach (var heap in heaps)
            for (int i = 0; i < 3; i++) Assert.Equal("3", engine.Evaluate(heap, "Count(3)"));
        foreach (var heap in heaps.Where((_, i) => i % 500 == 0))
        {
            // Longer than it had, then shorter, then none.
            heap.Limits = new EvaluationLimits { Time = TimeSpan.FromHours(1) };
            Assert.Equal("3", engine.Evaluate(heap, "Count(3)"));
            heap.Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(20) };
            var time = Stopwatch.StartNew();
            Assert.Throws<TimeLimitException>(() => engine.Evaluate(heap, "Loop(Link(1, Link(2, End)))"));
            Assert.InRange(time.Elapsed, TimeSpan.FromMilliseconds(20), Delay);
            heap.Limits = new EvaluationLimits { Time = Timeout.InfiniteTimeSpan };
            Assert.Equal("1000", engine.Evaluate(heap, "Count(1000)"));
        }

        foreach (var heap in heaps) heap.Dispose();
    }

    [Fact]
    public void A_time_that_is_up_does_not_meet_the_next_call()
    {
        var engine = TestEngine.Compile(Spinning);
        using var heap = new TermHeap();
        for (int i = 0; i < 300; i++)
        {
            // About as long as the call takes, so that some are just over.
            heap.Limits = new EvaluationLimits { Time = TimeSpan.FromMicroseconds(20 * (1 + (i % 20))) };
            Assert.True(Record.Exception(() => engine.Evaluate(heap, "Count(20000)")) is null or TimeLimitException);
            heap.Limits = new EvaluationLimits { Time = TimeSpan.FromMinutes(1) };
            Assert.Equal("5", engine.Evaluate(heap, "Count(5)"));
        }
    }

    [Fact]
    public void No_time_at_all_is_a_limit_too()
    {
        foreach (var (name, engine) in s_engines.Value)
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.Zero } };
            Assert.True(Record.Exception(() => engine.Evaluate(heap, "Loop(Link(1, Link(2, End)))")) is TimeLimitException, name);
            heap.Limits = new EvaluationLimits { Time = TimeSpan.MaxValue };
            Assert.Equal("5", engine.Evaluate(heap, "Count(5)"));
        }
    }
}
