using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rewright.Torture.Kinds;

/// <summary>
/// Threads compile, call, cancel, evict, clear and dispose what other threads use, in every mode. Results must stay right, and no heap may
/// lose a cell.
/// </summary>
internal sealed class Threads : Kind
{
    private const int Modules = 16, Steps = 15;

    public override void Run(Random random)
    {
        var mode = (JitMode)random.Next(5);
        if (mode == JitMode.Precompiled) mode = JitMode.Adaptive;
        var options = new JitOptions
        {
            Mode = mode,
            AdaptiveThreshold = random.Next(1, 400),
            RecompilationLevel = random.Next(2) == 0 ? null : random.Next(4),
            OptimizationLevel = random.Next(3),
            // Far fewer functions than are in use.
            MaxCachedFunctions = random.Next(2) == 0 ? random.Next(3, 20) : 1000,
            UseCache = random.Next(2) == 0,
            CacheDirectory = At("cache"),
            UseBundles = false,
            FallBackToInterpreter = mode is JitMode.Interpreter or JitMode.Auto,
        };
        var failures = new List<Exception>();
        using (var jit = new JitCompiler(options))
        {
            int[] seeds = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.Next())];
            Thread[] threads = [.. seeds.Select(seed => new Thread(() =>
            {
                try
                {
                    Work(jit, new Random(seed));
                }
                catch (Exception e)
                {
                    lock (failures) failures.Add(e);
                }
            }))];
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            var statistics = jit.GetStatistics();
            Count("compilations", statistics.Compilations);
            Count("swaps", statistics.TierSwitches);
            Count("evictions", jit.GetCacheStatistics().Evictions);
            if (failures.Count == 0) Promise(statistics.Failures == 0, statistics.Failures + " compilations failed");
        }

        if (failures.Count > 0)
            throw new BrokenPromiseException(
                $"{mode}, {options.MaxCachedFunctions} functions: {failures.Count} threads failed, the first by {failures[0]}");
    }

    private void Work(JitCompiler jit, Random random)
    {
        using var heap = new TermHeap();
        for (int i = 0; i < Steps; i++)
        {
            int n = random.Next(Modules);
            using var module = jit.Compile(Sample.Get(n));
            for (int calls = random.Next(1, 20); calls > 0; calls--) Sample.Ask(module, n, random, heap);
            Count("steps");
            switch (random.Next(12))
            {
                case 0: jit.ClearCache(onDisk: random.Next(2) == 0); break;
                case 1: Cancel(module, n, heap, random); break;
                // The rest of the code must cope without it.
                case 2: module.Dispose(); break;
                case 3: jit.FlushCache(); break;
            }
        }

        var census = heap.TakeCensus();
        Promise(census is { Lost: 0, Miscounted: 0 }, "the heap has lost cells: " + census);
    }

    // An endless call, or one that needs more memory than there is.
    private void Cancel(CompiledModule module, int n, TermHeap heap, Random random)
    {
        using var stop = new CancellationTokenSource();
        heap.Limits = EvaluationLimits.Default with { Cancellation = stop.Token, MaxHeapBytes = 64 << 20 };
        using var timer = new Timer(_ => stop.Cancel(), null, random.Next(5, 60), Timeout.Infinite);
        try
        {
            string result = module.Evaluate(random.Next(2) == 0 ? "Eval(Grow(Num(1), 1000000000))" : $"Spin({n}, 1)", heap);
            throw new BrokenPromiseException("a call without end gave " + result);
        }
        catch (OperationCanceledException)
        {
            Count("cancelled");
        }
        catch (MemoryLimitException)
        {
            Count("out-of-memory");
        }

        heap.Limits = EvaluationLimits.Default;
        Sample.Ask(module, n, random, heap);
    }
}
