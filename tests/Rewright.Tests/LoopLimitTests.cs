using System;
using System.Threading;
using Rewright.Emit.Llvm;
using Rewright.Llvm;
using Rewright.Tests.Jit;
using Xunit;

namespace Rewright.Tests;

/// <summary>Time limit and cancellation end loops without calls, whatever LLVM has made of them.</summary>
public sealed class LoopLimitTests : IDisposable
{
    private static readonly Module Loops = Module.Parse("""
        module Demo.Loops
        op Spin(uint, uint): uint
        rule Spin: Spin(n, k) -> Spin(n * 1664525U + 1013904223U, k)
        op Still(long): long
        rule Still: Still(n) -> Still(n)
        op Count(int): int
        rule Count: Count(n) -> Count(n < 5 ? n + 1 : n - 1)
        op Half(double): double
        rule Half: Half(x) -> Half(x * 0.5 + 1.0)
        op Ping(ulong, ulong): ulong
        rule Ping: Ping(n, m) -> Pong(m + 1UL, n)
        op Pong(ulong, ulong): ulong
        rule Pong: Pong(n, m) -> Ping(m, n * 3UL)
        op Sum(uint): uint
        rule Sum0: Sum(7U) -> 0U
        rule Sum1: Sum(n) -> n + Sum(n + 2U) if (n & 1U) == 0U
        sort T = P(long)
        rule Turn: P(n) -> P(n ^ 1)
        normalizer In: T
        normalizer Out: T [outermost]
        """);

    private static readonly string[] Calls = ["Spin(1U, 2U)", "Still(1)", "Count(0)", "Half(1.0)", "Ping(1UL, 2UL)", "Sum(2U)", "In(P(1))",
        "Out(P(1))"];

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<JitPipeline, int> Ways
    {
        get
        {
            var data = new TheoryData<JitPipeline, int>();
            foreach (var pipeline in new[] { JitPipeline.InProcess, JitPipeline.ExternalTools })
                for (int level = 0; level <= 3; level++) data.Add(pipeline, level);
            return data;
        }
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void Loops_of_the_JIT_end(JitPipeline pipeline, int level)
    {
        Machine.Needs(pipeline);
        using var jit = new JitCompiler(
            _directory.With() with { Pipeline = pipeline, OptimizationLevel = level, UseCache = false, WorkDirectory = _directory.Path });
        using var module = jit.Compile(Loops);
        Assert.Equal(Engine.Native, module.Engine);
        foreach (string call in Calls) CheckEnds(call, heap => module.Evaluate(call, heap));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Loops_of_libraries_end(int level)
    {
        var engine = TestEngine.Compile(Loops, new EmitOptions(), level);
        foreach (string call in Calls) CheckEnds(call, heap => engine.Evaluate(heap, call));
    }

    // The promise is half a second; a busy machine gets more. What does not end is left behind, for the process to end.
    private static void CheckEnds(string call, Action<TermHeap> evaluate)
    {
        Check<TimeLimitException>(() => new EvaluationLimits { Time = TimeSpan.FromMilliseconds(30) });
        using var source = new CancellationTokenSource();
        Check<EvaluationCanceledException>(() =>
        {
            source.CancelAfter(30);
            return new EvaluationLimits { Cancellation = source.Token };
        });

        void Check<T>(Func<EvaluationLimits> limits)
            where T : Exception
        {
            Exception? ending = null;
            var thread = new Thread(() =>
            {
                using var heap = new TermHeap();
                heap.Limits = limits();
                ending = Record.Exception(() => evaluate(heap));
            })
            { IsBackground = true };
            thread.Start();
            Assert.True(thread.Join(20_000), call + " does not end by " + typeof(T).Name);
            Assert.IsType<T>(ending);
        }
    }
}
