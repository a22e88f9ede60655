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
                    Assert.Equal((6 + 3 * n).ToString(System.Globalization.CultureInfo.InvariantCulture), module.Evaluate("Eval(Add(Num(1), Add(Num(2), Num(3))))", heap));
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
