using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Emit.Rust;
using Rewright.Engines;
using Rewright.Testing;

namespace Rewright.Torture.Kinds;

/// <summary>
/// Endless calls on busy pools and on separate threads, in every engine at every level. Each must end by its limit, and in time.
/// </summary>
internal sealed class Limits : Kind
{
    // The promised limit, and the factor by which it may be later than a plain timer on the same machine.
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
        op Common(int): BigInteger
        rule Common: Common(n) -> gcd(pow(6N, n), pow(10N, n))
        op Shift(BigInteger): BigInteger
        rule Shift: Shift(n) -> Shift(n << 4000000)
        op Names(string): long
        rule Names: Names(s) -> Names(s + s)
        op Nested(long): long
        rule Nested: Nested(n) -> (Nested(n + 1) ^ n) * Nested(n + 2)
        op Add(N, N): N
        rule Add0: Add(Z, y) -> y
        rule AddS: Add(S(x), y) -> S(Add(x, y))
        """);

    // The ends that each call can have. If rewrites are not counted, only time and cancellation end the endless ones.
    private static readonly string[] s_endless = ["Loop(0)", "Spin(1, 1)", "Ping(1, 2)", "Share(45, L)", "Power(20000000)",
        "Common(6000000)"];
    private static readonly string[] s_counted = ["Loop(0)", "Spin(1, 1)", "Ping(1, 2)", "Grow(L)"];
    private static readonly string[] s_growing = ["Grow(L)", "Big(3N)", "Shift(3N)", "Names(\"a\")"];
    private static readonly string[] s_deep = ["Deep(0)", "Nested(0)"];

    private readonly Dictionary<string, CompiledModule> _compiled = [];
    private readonly List<JitCompiler> _compilers = [];

    private enum End
    {
        Time,
        Cancellation,
        Memory,
        Stack,
        Rewrites,
    }

    public override void Run(Random random)
    {
        var (name, module, counts) = Engine(random);
        bool onPool = random.Next(2) == 0;
        int calls = onPool ? 4 * Environment.ProcessorCount : 2;
        var end = (End)random.Next(counts ? 5 : 4);
        string[] terms = end switch { End.Memory => s_growing, End.Stack => s_deep, End.Rewrites => s_counted, _ => s_endless };
        string term = terms[random.Next(terms.Length)];
        var limit = TimeSpan.FromMilliseconds(random.Next(50, 300));
        long rewrites = random.Next(100, 100_000);
        double bound = end == End.Rewrites ? rewrites : limit.TotalMilliseconds;
        string what = $"{name}, {term}, {end} {bound}, {calls} calls {(onPool ? "on the pool" : "on own threads")}";

        Doing = what;
        // Measures how late threads that only sleep wake up on this machine now.
        var sleepers = Task.WhenAll(Enumerable.Range(0, calls).Select(_ => OnThread(() =>
        {
            long start = Stopwatch.GetTimestamp();
            Thread.Sleep(limit);
            return Stopwatch.GetElapsedTime(start) - limit;
        })));
        var ends = Task.WhenAll(Enumerable.Range(0, calls).Select(_ => onPool
            ? Task.Run(() => Call(module, term, end, limit, rewrites, what))
            : OnThread(() => Call(module, term, end, limit, rewrites, what))));
        var late = ends.GetAwaiter().GetResult().Max() - limit;
        var sleepersLate = sleepers.GetAwaiter().GetResult().Max();
        Count("calls", calls);
        Count("ended-by-" + end.ToString().ToLowerInvariant(), calls);
        if (end is not (End.Time or End.Cancellation)) return;
        // Tasks beyond the number of pool threads start later; each counts from its own start.
        var allowed = s_promised + (Tolerance * sleepersLate);
        Most("most-ms-late", (long)late.TotalMilliseconds);
        Promise(late <= allowed,
            $"{what}: {late.TotalMilliseconds:F0} ms late, and sleeping threads {sleepersLate.TotalMilliseconds:F0} ms");
    }

    public override void Dispose()
    {
        foreach (var module in _compiled.Values) module.Dispose();
        foreach (var jit in _compilers) jit.Dispose();
        base.Dispose();
    }

    private static Task<TimeSpan> OnThread(Func<TimeSpan> body)
        => Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static TimeSpan Call(CompiledModule module, string term, End end, TimeSpan limit, long rewrites, string what)
    {
        using var stop = new CancellationTokenSource();
        using var heap = new TermHeap();
        heap.Limits = EvaluationLimits.Default with
        {
            // A value that grows by squaring takes long to fill much memory, and nothing else would end it.
            MaxHeapBytes = end switch { End.Stack => 1 << 30, End.Memory => 4 << 20, _ => 64 << 20 },
            MaxStackBytes = end == End.Stack ? 8 << 20 : 256 << 20,
            Time = end == End.Time ? limit : null,
            Cancellation = stop.Token,
            MaxRewrites = end == End.Rewrites ? rewrites : null,
        };
        long start = Stopwatch.GetTimestamp();
        // On a new thread, because the pool is busy.
        if (end == End.Cancellation) new Thread(() => { Thread.Sleep(limit); Cancel(stop); }) { IsBackground = true }.Start();
        Exception? met = null;
        try
        {
            module.Evaluate(term, heap);
        }
        catch (Exception e) when (e is EvaluationException or EvaluationCanceledException)
        {
            met = e;
        }

        var time = Stopwatch.GetElapsedTime(start);
        bool isRight = end switch
        {
            End.Time => met is TimeLimitException,
            End.Cancellation => met is EvaluationCanceledException,
            End.Memory => met is MemoryLimitException,
            // In a crate, the terms that wait to be built take memory.
            End.Stack => met is StackLimitException or MemoryLimitException,
            _ => met is RewriteLimitException,
        };
        Promise(isRight, $"{what}: {met?.ToString() ?? "no exception"}");
        // The heap is restored and usable.
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

    // Mostly native code, which has the most variants.
    private (string Name, CompiledModule Module, bool Counts) Engine(Random random)
    {
        int kind = random.Next(8), level = random.Next(4);
        bool counts = kind == 0 || random.Next(3) == 0;
        string how = kind switch { 0 => "interpreter", 1 when ExternalProgram.Cargo.Fault is null => "rust", 2 => "tools", _ => "native" };
        string name = how + (how is "native" or "tools" ? " -O" + level : "") + (counts ? " counting" : "");
        if (!_compiled.TryGetValue(name, out var module)) _compiled.Add(name, module = Make(how, level, counts));
        return (name, module, counts);
    }

    private CompiledModule Make(string how, int level, bool counts)
    {
        if (how == "rust")
        {
            string folder = Path.Combine(Path.GetTempPath(), "rewright-torture-" + Environment.UserName);
            return new CompiledModule(new JitEntry(RustCompiler.Compile(s_module, [], folder, new RustOptions(counts)), () => ""));
        }

        var jit = new JitCompiler(new JitOptions
        {
            Mode = how == "interpreter" ? JitMode.Interpreter : JitMode.Native,
            Pipeline = how == "tools" ? JitPipeline.ExternalTools : JitPipeline.InProcess,
            OptimizationLevel = level, CountRewrites = counts, UseCache = false, UseBundles = false, FallBackToInterpreter = false,
        });
        _compilers.Add(jit);
        return jit.Compile(s_module);
    }
}
