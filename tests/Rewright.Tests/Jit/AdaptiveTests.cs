using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed class AdaptiveTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private JitOptions Options => _directory.With() with { Mode = JitMode.Adaptive, UseCache = false };

    [Fact]
    public void A_module_starts_interpreted_and_becomes_native_when_it_is_hot()
    {
        using var jit = new JitCompiler(Options with { AdaptiveThreshold = 1000 });
        using var module = jit.Compile(Samples.Number(1));
        Assert.Equal(Engine.Interpreter, module.Engine);
        using var heap = new TermHeap();
        int rounds = 0;
        // Three rewrites each.
        while (module.Engine == Engine.Interpreter && rounds++ < 1_000_000)
            Assert.Equal("5", module.Evaluate("Eval(Add(Num(1), Num(2)))", heap));
        Assert.True(rounds > 300, "after " + rounds);
        Assert.True(module.InterpretedRewrites >= 1000);
        Assert.Equal("5", module.Evaluate("Eval(Add(Num(1), Num(2)))", heap));
        // The switch is counted once the code is in place.
        Assert.True(SpinWait.SpinUntil(() => jit.GetStatistics().TierSwitches == 1, TimeSpan.FromSeconds(30)));
        Assert.Equal((CodeOrigin.Compiled, 1, 1), (module.Origin, jit.GetStatistics().TierSwitches, jit.GetStatistics().Compilations));
        Assert.NotEqual(0, module.Functions[0].Pointer);
    }

    [Fact]
    public void What_is_not_hot_stays_interpreted()
    {
        using var jit = new JitCompiler(Options with { LlvmPath = "/nonexistent/libLLVM.so" });
        using var module = jit.Compile(Samples.Number(1));
        for (int i = 0; i < 100; i++) module.Evaluate("Eval(Add(Num(1), Num(2)))");
        Assert.Equal((300, null), (module.InterpretedRewrites, module.Failure));
        Assert.Equal(0, jit.GetStatistics().Failures);
    }

    [Fact]
    public void One_long_call_makes_a_module_hot_before_it_ends()
    {
        var module = Module.Parse("""
            module Demo.Long
            op Count(long, long): long
            rule End: Count(n, n) -> n
            rule More [priority -1]: Count(i, n) -> Count(i + 1, n)
            """);
        using var jit = new JitCompiler(Options);
        using var compiled = jit.Compile(module);
        using var stop = new CancellationTokenSource();
        var thread = new Thread(() =>
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Cancellation = stop.Token } };
            Assert.Throws<EvaluationCanceledException>(() => compiled.Evaluate("Count(0, 1000000000000)", heap));
        });
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => compiled.Engine == Engine.Native, TimeSpan.FromSeconds(60)));
        Assert.True(thread.IsAlive);
        stop.Cancel();
        thread.Join();
        Assert.Equal("1000", compiled.Evaluate("Count(0, 1000)"));
    }

    [Fact]
    public void The_limit_of_rewrites_is_the_same_beyond_the_threshold()
    {
        using var jit = new JitCompiler(Options with { AdaptiveThreshold = 5, LlvmPath = "/nonexistent/libLLVM.so" });
        using var module = jit.Compile(Samples.Peano);
        using var heap = new TermHeap { Limits = new EvaluationLimits { MaxRewrites = 10 } };
        string Sum(int n) => "Plus(" + string.Concat(Enumerable.Repeat("Succ(", n)) + "Zero" + new string(')', n) + ", Zero)";
        Assert.Equal(9, module.Evaluate(Sum(9), heap).Count(c => c == '('));
        Assert.Throws<RewriteLimitException>(() => module.Evaluate(Sum(10), heap));
        Assert.True(SpinWait.SpinUntil(() => module.Failure is not null, TimeSpan.FromSeconds(30)));
        // It stays interpreted, and says why.
        Assert.Equal((Engine.Interpreter, 1), (module.Engine, jit.GetStatistics().Failures));
        Assert.Throws<RewriteLimitException>(() => module.Evaluate(Sum(10), heap));
    }

    [Fact]
    public void Code_that_is_on_disk_is_used_without_waiting_for_heat()
    {
        var options = _directory.With();
        using (var warm = new JitCompiler(options)) warm.Compile(Samples.Peano).Dispose();
        using var jit = new JitCompiler(options with { Mode = JitMode.Adaptive, LlvmPath = "/nonexistent/libLLVM.so" });
        using var peano = jit.Compile(Samples.Peano);
        Assert.True(SpinWait.SpinUntil(() => peano.Engine == Engine.Native, TimeSpan.FromSeconds(30)));
        Assert.Equal(CodeOrigin.DiskCache, peano.Origin);
    }

    [Fact]
    public void What_was_counted_decides_how_a_module_is_compiled_once_more()
    {
        // One rule in a thousand is for Rare.
        var module = Module.Parse("""
            module Demo.Skewed
            sort E = Rare(long) | Often(long) | Next(E)
            op Sum(E, long): long
            rule Rare: Sum(Rare(x), s) -> s - x
            rule Often: Sum(Often(x), s) -> s + x
            rule Next: Sum(Next(e), s) -> Sum(e, s + 1)
            """);
        string Term(int depth, string end) => "Sum(" + string.Concat(Enumerable.Repeat("Next(", depth)) + end + "(5)"
            + new string(')', depth) + ", 0)";
        var options = _directory.With() with
        {
            Mode = JitMode.Adaptive,
            AdaptiveThreshold = 2000,
            OptimizationLevel = 1,
            RecompilationLevel = 3
        };
        using (var jit = new JitCompiler(options))
        {
            using var compiled = jit.Compile(module);
            using var heap = new TermHeap();
            Assert.Equal("5", compiled.Evaluate(Term(10, "Rare"), heap));
            for (int i = 0; i < 3; i++) Assert.Equal("1005", compiled.Evaluate(Term(1000, "Often"), heap));
            Assert.True(SpinWait.SpinUntil(() => jit.GetStatistics().Recompilations == 1, TimeSpan.FromSeconds(60)));
            Assert.Equal((Engine.Native, 2, 1), (compiled.Engine, jit.GetStatistics().Compilations, jit.GetStatistics().TierSwitches));
            // The weights of the switch, that of its default first: Next was met by far the most.
            string weights = compiled.Ir.Split('\n').Single(
                l => l.Contains("switch i8", StringComparison.Ordinal) && l.Contains("!prof", StringComparison.Ordinal));
            int[] numbers = [.. weights[weights.IndexOf("branch_weights", StringComparison.Ordinal)..].Split("i32 ").Skip(1).Select(
                n => int.Parse(n.Split(',', '}')[0], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(3, numbers.Length);
            Assert.Equal(1_000_000, numbers.Max());
            Assert.InRange(numbers.Order().ElementAt(1), 300, 3000);
            Assert.Equal("5", compiled.Evaluate(Term(10, "Rare"), heap));
            Assert.Equal("1005", compiled.Evaluate(Term(1000, "Often"), heap));
        }

        // The second version is the one that is kept, and other options do not mistake it for theirs.
        using var next = new JitCompiler(options with { LlvmPath = "/nonexistent/libLLVM.so" });
        using var known = next.Compile(module);
        Assert.True(SpinWait.SpinUntil(() => known.Engine == Engine.Native, TimeSpan.FromSeconds(30)));
        Assert.Equal((CodeOrigin.DiskCache, "1005"), (known.Origin, known.Evaluate(Term(1000, "Often"))));
        using var plain = new JitCompiler(options with { Mode = JitMode.Precompiled });
        using var other = plain.Compile(module);
        Assert.Equal((Engine.Interpreter, Rewright.Caches.CacheMissReason.OtherOptions), (other.Engine, other.Miss!.Reason));
    }

    [Fact]
    public void What_is_compiled_at_once_is_kept_though_others_are_compiled_twice()
    {
        var options = _directory.With() with { Mode = JitMode.Auto, RecompilationLevel = 3 };
        foreach (var origin in (CodeOrigin[])[CodeOrigin.Compiled, CodeOrigin.DiskCache])
        {
            using var jit = new JitCompiler(options);
            using var module = jit.Compile(Samples.Number(4));
            Assert.Equal((origin, 0), (module.Origin, jit.GetStatistics().Recompilations));
        }
    }

    [Fact]
    public void A_module_is_compiled_once_unless_asked_for()
    {
        using var jit = new JitCompiler(Options with { AdaptiveThreshold = 0 });
        using var module = jit.Compile(Samples.Number(1));
        module.Evaluate("Eval(Num(1))");
        Assert.True(SpinWait.SpinUntil(() => module.Engine == Engine.Native, TimeSpan.FromSeconds(60)));
        Assert.Equal((1, 0), (jit.GetStatistics().Compilations, jit.GetStatistics().Recompilations));
        Assert.DoesNotContain(
            "switch i8", string.Concat(module.Ir.Split('\n').Where(l => l.Contains("!prof !{", StringComparison.Ordinal))),
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new JitCompiler(Options with { RecompilationLevel = 4 }));
    }

    [Theory]
    // No operation leads back to itself.
    [InlineData("module Demo.Price\nop Price(long): long\nrule Light: Price(w) -> 500 if w < 1000\nrule Heavy: Price(w) -> w if w >= 1000",
        "Price(5)", "500", Engine.Interpreter, "no operation leads back to itself")]
    [InlineData(Samples.PeanoText, "Plus(Zero, Zero)", "Zero", Engine.Native, "compiled soon")]
    [InlineData("module Demo.Depth\nsort E = A | F(E, E)\nop Depth(E): long\nrule A: Depth(A) -> 1\nrule F: Depth(F(x, _)) -> Depth(x) + 1",
        "Depth(F(A, A))", "2", Engine.Native, "compiled soon")]
    [InlineData("module Demo.Norm\nsort E = A | F(E)\nrule FA: F(A) -> A\nnormalizer Norm: E [innermost]", "Norm(F(A))", "A", Engine.Native,
        "compiled soon")]
    [InlineData("large", "F199(3)", "1", Engine.Interpreter, "so does compiling")]
    public void The_engine_is_chosen_by_what_a_module_is_like(string text, string term, string expected, Engine engine, string reason)
    {
        if (text == "large")
            text = "module Demo.Large\n"
                + string.Concat(Enumerable.Range(0, 200).Select(
                i => $"op F{i}(long): long\nrule F{i}: F{i}(x) -> {(i == 0 ? "1" : $"F{i - 1}(x)")} if x > 0\nrule G{i}: F{i}(x) -> "
                    + $"F{199 - i}(x + 1) if x <= 0\n"));
        using var jit = new JitCompiler(Options with { Mode = JitMode.Auto });
        using var module = jit.Compile(Module.Parse(text));
        Assert.Equal(engine, module.Engine);
        Assert.Contains(reason, module.Choice, StringComparison.Ordinal);
        Assert.Equal(expected, module.Evaluate(term));
    }

    [Fact]
    public void What_is_chosen_can_be_overridden_and_is_compiled_if_it_turns_out_hot()
    {
        var module = Module.Parse("module Demo.Price\nop Price(long): long\nrule Price: Price(w) -> w + 1");
        using (var native = new JitCompiler(Options with { Mode = JitMode.Native }))
        using (var compiled = native.Compile(module))
            Assert.Equal((Engine.Native, null), (compiled.Engine, compiled.Choice));
        using var jit = new JitCompiler(Options with { Mode = JitMode.Auto, AdaptiveThreshold = 10 });
        using var adaptive = jit.Compile(module);
        for (int i = 0; i < 20; i++) Assert.Equal("8", adaptive.Evaluate("Price(7)"));
        Assert.True(SpinWait.SpinUntil(() => adaptive.Engine == Engine.Native, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(JitMode.Auto)]
    [InlineData(JitMode.Native)]
    [InlineData(JitMode.Adaptive)]
    public void A_module_about_circuits_only_has_nothing_to_compile(JitMode mode)
    {
        using var jit = new JitCompiler(Options with { Mode = mode });
        using var module = jit.Compile(Module.Parse("module Demo.Gates\nrule Hxh: [H(q), X(q), H(q)] -> [Z(q)]"));
        Assert.Equal((Engine.None, 0), (module.Engine, jit.GetStatistics().Compilations));
    }

    [Fact]
    public void Modules_that_are_used_once_are_not_compiled_for_nobody()
    {
        using var jit = new JitCompiler(Options with { AdaptiveThreshold = 1 });
        long queued = ThreadPool.PendingWorkItemCount, most = 0;
        for (int n = 0; n < 400; n++)
        {
            using (var module = jit.Compile(Samples.Number(n)))
                Assert.Equal((3 + n).ToString(System.Globalization.CultureInfo.InvariantCulture), module.Evaluate("Eval(Num(3))"));
            most = Math.Max(most, ThreadPool.PendingWorkItemCount - queued);
        }

        Assert.True(SpinWait.SpinUntil(() => jit.GetStatistics().Queued == 0, TimeSpan.FromSeconds(60)));
        var statistics = jit.GetStatistics();
        // Some are in work before they are given back.
        Assert.InRange(statistics.Compilations, 0, 200);
        Assert.InRange(statistics.Dropped, 200, 400);
        Assert.InRange(most, 0, 50);

        // What is asked for again is worth it, and is told again that it is hot.
        for (int i = 0; i < 2; i++)
            using (var again = jit.Compile(Samples.Number(7))) again.Evaluate("Eval(Num(3))");
        Assert.True(SpinWait.SpinUntil(() => IsNative(jit, 7), TimeSpan.FromSeconds(60)));
    }

    private static bool IsNative(JitCompiler jit, int n)
    {
        using var module = jit.Compile(Samples.Number(n));
        module.Evaluate("Eval(Num(3))");
        return module.Engine == Engine.Native;
    }

    [Fact]
    public void What_waits_is_compiled_hottest_first_and_the_coldest_makes_room()
    {
        using var begin = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        var counters = new JitCounters();
        var done = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var queue = new CompileQueue((entry, work) =>
        {
            begun.Release();
            begin.Wait(TimeSpan.FromSeconds(60));
            done.Enqueue(entry.PatternId + (work == CompileWork.Load ? " loaded" : ""));
        }, counters);
        JitEntry Entry(int n, long heat)
        {
            var runtime = new Rewright.Engines.ModuleRuntime(
                Samples.Number(n), [], null)
            { Hotness = new Rewright.Engines.HotnessCounter(long.MaxValue, _ => { }, () => { }) };
            runtime.Hotness.Add(heat);
            var entry = new JitEntry(runtime, () => "");
            Assert.True(entry.TryUse());
            return entry;
        }

        // All threads are busy with something.
        int threads = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);
        for (int i = 0; i < threads; i++)
        {
            queue.Add(Entry(900 + i, 0), CompileWork.Compile);
            begun.Wait(TestContext.Current.CancellationToken);
        }

        queue.Add(Entry(1, 10), CompileWork.Compile);
        queue.Add(Entry(2, 30), CompileWork.Compile);
        queue.Add(Entry(3, 20), CompileWork.Compile);
        queue.Add(Entry(4, 0), CompileWork.Load);
        var given = Entry(5, 50);
        queue.Add(given, CompileWork.Compile);
        given.EndUse();
        Assert.Equal(5, queue.Count);
        if (threads == 1)
        {
            begin.Release(5);
            Assert.True(SpinWait.SpinUntil(() => done.Count == 5, TimeSpan.FromSeconds(60)));
            Assert.Equal(["Demo.M900", "Demo.M4 loaded", "Demo.M2", "Demo.M3", "Demo.M1"], done);
            Assert.Equal(1, counters.Dropped);
            queue.Add(Entry(901, 0), CompileWork.Compile);
            Assert.True(SpinWait.SpinUntil(() => queue.Count == 0, TimeSpan.FromSeconds(60)));
        }

        int waiting = queue.Count;
        long dropped = counters.Dropped;
        JitEntry same = Entry(6, 100), cold = Entry(7, 1);
        queue.Add(cold, CompileWork.Compile);
        for (int i = 0; i < CompileQueue.Capacity; i++) queue.Add(same, CompileWork.Compile);
        Assert.Equal(CompileQueue.Capacity, queue.Count);
        Assert.True(counters.Dropped > dropped);
        queue.Close();
        Assert.Equal(0, queue.Count);
        begin.Release(100);
    }

    [Fact]
    public void A_disposed_compiler_leaves_no_work_and_no_threads()
    {
        var jit = new JitCompiler(Options with { AdaptiveThreshold = 1 });
        for (int n = 0; n < 20; n++) jit.Compile(Samples.Number(n)).Evaluate("Eval(Num(3))");
        jit.Dispose();
        Assert.Equal(0, jit.GetStatistics().Queued);
        long compilations = jit.GetStatistics().Compilations;
        Thread.Sleep(200);
        Assert.InRange(jit.GetStatistics().Compilations - compilations, 0, 4);
    }

    [Fact]
    public void Swapping_does_not_stop_callers()
    {
        using var jit = new JitCompiler(Options with { AdaptiveThreshold = 500 });
        for (int n = 0; n < 5; n++)
        {
            using var module = jit.Compile(Samples.Number(n));
            Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
            {
                using var heap = new TermHeap();
                var watch = Stopwatch.StartNew();
                int after = 0;
                while (after < 100 && watch.Elapsed < TimeSpan.FromSeconds(60))
                {
                    Assert.Equal((6 + 3 * n).ToString(System.Globalization.CultureInfo.InvariantCulture),
                        module.Evaluate("Eval(Add(Num(1), Add(Num(2), Num(3))))", heap));
                    if (module.Engine == Engine.Native) after++;
                }
            }))];
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            Assert.Equal(Engine.Native, module.Engine);
        }

        Assert.Equal(5, jit.GetStatistics().TierSwitches);
    }
}
