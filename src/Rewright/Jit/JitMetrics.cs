using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using Rewright.Caches;

namespace Rewright.Jit;

/// <summary>
/// The metrics and activities that the compilers of this process publish: the meter and the activity source <c>Rewright</c>.
/// </summary>
/// <remarks>Listeners read the counters on demand; counting costs no more than it does for the statistics.</remarks>
internal static class JitMetrics
{
    private static readonly Lock s_lock = new();
    private static readonly List<JitCompiler> s_compilers = [];
    // The counts of disposed compilers, because a counter must never go back.
    private static readonly JitCounters s_gone = new();
    private static int s_isStarted;

    /// <summary>Creates the event source and the instruments. That takes milliseconds, so it must not delay the first module.</summary>
    private static void Start()
    {
        _ = RewrightEventSource.Instance;
        _ = Instruments.Stages;
    }

    // A listener attaches later than the first module compiles, and starting now would compete with that for processor and loader.
    private static void StartLater()
    {
        Thread.Sleep(100);
        Start();
    }

    /// <summary>Begins an activity for a long operation.</summary>
    public static Activity? StartActivity(string name, string pattern)
        => Instruments.Activities.StartActivity(name)?.SetTag("rewright.pattern", pattern);

    /// <summary>The instruments, created on first use.</summary>
    private static class Instruments
    {
        public static readonly ActivitySource Activities = new("Rewright");
        private static readonly Meter s_meter = new("Rewright");
        public static readonly Counter<long> Failures = s_meter.CreateCounter<long>(
            "rewright.compilation.failures", "{compilation}", "Compilations that failed.");
        public static readonly Histogram<double> Stages = s_meter.CreateHistogram<double>(
            "rewright.compilation.duration", "s", "Time of each stage of compilations.");

        static Instruments()
        {
            Observe("rewright.compilations", "{compilation}", "Compilations that gave native code.",
                c => Volatile.Read(ref c.Compilations));
            Observe("rewright.recompilations", "{compilation}",
                "Compilations that did a module once more, with what was counted of its rules.", c => Volatile.Read(ref c.Recompilations));
            Observe("rewright.fallbacks", "{module}", "Modules that are interpreted because native code could not be made.",
                c => Volatile.Read(ref c.Fallbacks));
            Observe("rewright.tier.switches", "{module}", "Modules that went from the interpreter to native code in use.",
                c => Volatile.Read(ref c.TierSwitches));
            Observe("rewright.queue.dropped", "{module}", "Modules that waited to be compiled in vain: unused meanwhile, or too many.",
                c => Volatile.Read(ref c.Dropped));
            s_meter.CreateObservableUpDownCounter(
                "rewright.queue.length", () => Compilers().Sum(c => (long)c.GetStatistics().Queued), "{module}",
                "Modules that wait to be compiled.");
            Observe("rewright.cache.evictions", "{module}", "Code dropped to make room.", c => Volatile.Read(ref c.Evictions));
            Observe("rewright.cache.disk.evictions", "{entry}", "Entries deleted from disk to make room.",
                c => Volatile.Read(ref c.DiskEvictions));
            Observe("rewright.cache.disk.write_failures", "{entry}", "Entries that could not be written.",
                c => Volatile.Read(ref c.DiskWriteFailures));
            s_meter.CreateObservableCounter("rewright.cache.hits", Hits, "{hit}", "Code that was found, by where.");
            s_meter.CreateObservableCounter("rewright.cache.misses", Misses, "{miss}", "Code that was not found on disk, by reason.");
            Observe("rewright.rewrites", "{rewrite}", "Rewrites that were counted: by the interpreter, in adaptive mode.",
                c => Volatile.Read(ref c.Rewrites));
            s_meter.CreateObservableUpDownCounter(
                "rewright.cache.functions", () => Compilers().Sum(c => (long)c.GetCacheStatistics().Functions), "{function}",
                "Functions at hand.");
            s_meter.CreateObservableUpDownCounter(
                "rewright.cache.code_bytes", () => Compilers().Sum(c => c.GetCacheStatistics().CodeBytes), "By", "Native code at hand.");
        }

        private static void Observe(string name, string unit, string description, Func<JitCounters, long> value)
            => s_meter.CreateObservableCounter(name, () => Counters().Sum(value), unit, description);
    }

    public static void Add(JitCompiler compiler)
    {
        lock (s_lock) s_compilers.Add(compiler);
        if (Interlocked.Exchange(ref s_isStarted, 1) != 0) return;
        // Browsers have only one thread.
        if (OperatingSystem.IsBrowser()) Start();
        else new Thread(StartLater) { IsBackground = true, Name = "Rewright metrics" }.Start();
    }

    public static void Remove(JitCompiler compiler)
    {
        lock (s_lock)
        {
            if (s_compilers.Remove(compiler)) s_gone.Add(compiler.Counters);
        }
    }

    /// <summary>The compilers of this process that are not disposed.</summary>
    public static JitCompiler[] Compilers()
    {
        lock (s_lock) return [.. s_compilers];
    }

    public static void Compiled(JitTimes times)
    {
        var stages = Instruments.Stages;
        if (!stages.Enabled) return;
        void Record(string stage, TimeSpan time) => stages.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
        Record("emit", times.Emit);
        Record("parse", times.Parse);
        Record("optimize", times.Optimize);
        Record("generate", times.Generate);
        Record("load", times.Load);
        Record("total", times.Total);
    }

    public static void Failed(NativeCompilationException exception)
    {
        Instruments.Failures.Add(1);
        Activity.Current?.SetStatus(ActivityStatusCode.Error, exception.Message);
    }

    private static List<JitCounters> Counters()
    {
        lock (s_lock) return [s_gone, .. s_compilers.Select(c => c.Counters)];
    }

    private static IEnumerable<Measurement<long>> Hits()
    {
        var counters = Counters();
        return
        [
            new(counters.Sum(c => Volatile.Read(ref c.MemoryHits)), new KeyValuePair<string, object?>("cache", "memory")),
            new(counters.Sum(c => Volatile.Read(ref c.BundleHits)), new KeyValuePair<string, object?>("cache", "bundle")),
            new(counters.Sum(c => Volatile.Read(ref c.DiskHits)), new KeyValuePair<string, object?>("cache", "disk")),
        ];
    }

    private static IEnumerable<Measurement<long>> Misses()
        => [.. Enum.GetValues<CacheMissReason>()
            .Select(reason => new Measurement<long>(
                Counters().Sum(c => Volatile.Read(ref c.DiskMisses[(int)reason])), new KeyValuePair<string,
                object?>("reason", reason.ToString())))];
}
