using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Engines;

namespace Rewright.Torture.Kinds;

/// <summary>Calls without end on busy pools and on threads of their own, in every engine at every level: each ends by its limit and in time.</summary>
internal sealed class Limits : Kind
{
    // What the limit promises, and how many times later than a plain timer of the same machine it may be.
    private static readonly TimeSpan s_promised = TimeSpan.FromMilliseconds(300);
    private const int Tolerance = 4;

    private static readonly Module s_module = Module.Parse("""
        module Torture.Endless
        sort T = L | B(T, T)
        sort N = Z | S(N)
        op Loop(long): long
        rule Loop: Loop(n) -> Loop(n + 1)
        op Spin(uint, uint): uint
        rule Spin: Spin(n, k) -> Spin(n * 1664525U + 1013904223U, k)
        op Ping(long, long): long
        op Pong(long, long): long
        rule Ping: Ping(n, k) -> Pong(n ^ k, k + 1)
        rule Pong: Pong(n, k) -> Ping(n * 3, k)
        op Deep(long): T
        rule Deep: Deep(n) -> B(Deep(n + 1), Deep(n + 2))
        op Grow(T): T
        rule Grow: Grow(t) -> Grow(B(t, L))
        op Share(long, T): T
        rule Shared: Share(0, t) -> t
        rule Share [priority -1]: Share(n, t) -> Share(n - 1, B(t, t))
        op Big(BigInteger): BigInteger
        rule Big: Big(n) -> Big(n * n + 1N)
        op Power(int): BigInteger
        rule Power: Power(n) -> pow(3N, n)
        op Add(N, N): N
        rule Add0: Add(Z, y) -> y
        rule AddS: Add(S(x), y) -> S(Add(x, y))
        """);

    // Ends only by time or cancellation: what is counted by none of the other limits.
    private static readonly string[] s_endless = ["Loop(0)", "Spin(1, 1)", "Ping(1, 2)", "Share(45, L)", "Power(20000000)"];
    private static readonly string[] s_growing = ["Grow(L)", "Deep(0)", "Big(3N)"];

    private readonly Dictionary<string, CompiledModule> _compiled = [];
    private readonly List<JitCompiler> _compilers = [];

    public override void Run(Random random)
    {
        var (name, module) = Engine(random);
        bool onPool = random.Next(2) == 0;
        int calls = onPool ? 4 * Environment.ProcessorCount : 2;
        // What cannot be interrupted is bounded before it begins, so other limits may come first.
        bool byTime = random.Next(2) == 0;
        bool grows = random.Next(4) == 0;
        string term = grows ? s_growing[random.Next(s_growing.Length)] : s_endless[random.Next(s_endless.Length)];
        var limit = TimeSpan.FromMilliseconds(random.Next(50, 500));
        string what = $"{name}, {term}, {(byTime ? "time" : "cancellation")} {limit.TotalMilliseconds} ms, {calls} calls {(onPool ? "on the pool" : "on own threads")}";

        // How late threads that only sleep wake up here and now.
        var sleepers = Task.WhenAll(Enumerable.Range(0, calls).Select(_ => OnThread(() =>
        {
            long start = Stopwatch.GetTimestamp();
            Thread.Sleep(limit);
            return Stopwatch.GetElapsedTime(start) - limit;
        })));
        var ends = Task.WhenAll(Enumerable.Range(0, calls).Select(_ => onPool
            ? Task.Run(() => Call(module, term, limit, byTime, what))
            : OnThread(() => Call(module, term, limit, byTime, what))));
        var late = ends.GetAwaiter().GetResult().Max() - limit;
        var sleepersLate = sleepers.GetAwaiter().GetResult().Max();
        // Tasks beyond the pool's threads begin later; each counts from its own beginning.
        var allowed = s_promised + (Tolerance * sleepersLate);
        Most("most-ms-late", (long)late.TotalMilliseconds);
        Count("calls", calls);
        Promise(late <= allowed, $"{what}: {late.TotalMilliseconds:F0} ms late, and sleeping threads {sleepersLate.TotalMilliseconds:F0} ms");
    }

    public override void Dispose()
    {
        foreach (var module in _compiled.Values) module.Dispose();
        foreach (var jit in _compilers) jit.Dispose();
        base.Dispose();
    }

    private static Task<TimeSpan> OnThread(Func<TimeSpan> body) => Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static TimeSpan Call(CompiledModule module, string term, TimeSpan limit, bool byTime, string what)
    {
        using var stop = new CancellationTokenSource();
        using var heap = new TermHeap();
        heap.Limits = EvaluationLimits.Default with { MaxHeapBytes = 64 << 20, MaxStackBytes = 64 << 20, Time = byTime ? limit : null, Cancellation = stop.Token };
        long start = Stopwatch.GetTimestamp();
        // A thread, since the pool is busy.
        if (!byTime) new Thread(() => { Thread.Sleep(limit); Cancel(stop); }) { IsBackground = true }.Start();
        try
        {
            string result = module.Evaluate(term, heap);
            throw new BrokenPromiseException($"{what}: gave {result.Length} characters");
        }
        catch (Exception e) when (e is EvaluationCanceledException or TimeLimitException or MemoryLimitException or StackLimitException)
        {
            if (e is EvaluationCanceledException && byTime || e is TimeLimitException && !byTime) throw new BrokenPromiseException($"{what}: {e.GetType().Name}");
        }

        var time = Stopwatch.GetElapsedTime(start);
        // The heap is as it was, and usable.
        heap.Limits = EvaluationLimits.Default;
        string sum = module.Evaluate("Add(S(S(Z)), S(Z))", heap);
        Promise(sum == "S(S(S(Z)))", $"{what}: afterwards 2 + 1 is {sum}");
        var census = heap.TakeCensus();
        Promise(census is { Lost: 0, Miscounted: 0 }, $"{what}: {census}");
        return time;
    }

    private static void Cancel(CancellationTokenSource stop)
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Another limit came first.
        }
    }

    private (string Name, CompiledModule Module) Engine(Random random)
    {
        int level = random.Next(-1, 4);
        bool counts = random.Next(4) == 0;
        string name = level < 0 ? "interpreter" : $"native -O{level}{(counts ? " counting" : "")}";
        if (_compiled.TryGetValue(name, out var module)) return (name, module);
        var jit = new JitCompiler(new JitOptions
        {
            Mode = level < 0 ? JitMode.Interpreter : JitMode.Native, OptimizationLevel = Math.Max(0, level), CountRewrites = counts, UseCache = false, UseBundles = false, FallBackToInterpreter = false,
        });
        _compilers.Add(jit);
        _compiled.Add(name, module = jit.Compile(s_module));
        return (name, module);
    }
}
