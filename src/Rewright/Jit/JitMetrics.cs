using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;

namespace Rewright;

/// <summary>What the compilers of this process tell the world: the meter and the activity source <c>Rewright</c>.</summary>
/// <remarks>Counters are read when somebody listens; counting itself costs no more than it does for the statistics.</remarks>
internal static class JitMetrics
{
    public const string Name = "Rewright";

    private static readonly Lock s_lock = new();
    private static readonly List<JitCompiler> s_compilers = [];
    // What compilers that are gone have counted: a counter never goes back.
    private static readonly JitCounters s_gone = new();
    private static readonly Meter s_meter = new(Name);
    private static readonly Counter<long> s_failures = s_meter.CreateCounter<long>("rewright.compilation.failures", "{compilation}", "Compilations that failed.");
    private static readonly Histogram<double> s_stages = s_meter.CreateHistogram<double>("rewright.compilation.duration", "s", "Time of each stage of compilations.");

    static JitMetrics()
    {
        Observe("rewright.compilations", "{compilation}", "Compilations that gave native code.", c => Volatile.Read(ref c.Compilations));
        Observe("rewright.fallbacks", "{module}", "Modules that are interpreted because native code could not be made.", c => Volatile.Read(ref c.Fallbacks));
        Observe("rewright.tier.switches", "{module}", "Modules that went from the interpreter to native code in use.", c => Volatile.Read(ref c.TierSwitches));
        Observe("rewright.cache.evictions", "{module}", "Code dropped to make room.", c => Volatile.Read(ref c.Evictions));
        Observe("rewright.cache.disk.evictions", "{entry}", "Entries deleted from disk to make room.", c => Volatile.Read(ref c.DiskEvictions));
        Observe("rewright.cache.disk.write_failures", "{entry}", "Entries that could not be written.", c => Volatile.Read(ref c.DiskWriteFailures));
        s_meter.CreateObservableCounter("rewright.cache.hits", Hits, "{hit}", "Code that was found, by where.");
        s_meter.CreateObservableCounter("rewright.cache.misses", Misses, "{miss}", "Code that was not found on disk, by reason.");
        s_meter.CreateObservableCounter("rewright.rewrites", () => Compilers().SelectMany(c => c.Entries()).Sum(e => e.Runtime?.Tier?.Rewrites ?? 0), "{rewrite}", "Rewrites that were counted: by the interpreter, in adaptive mode.");
        s_meter.CreateObservableUpDownCounter("rewright.cache.functions", () => Compilers().Sum(c => (long)c.GetCacheStatistics().Functions), "{function}", "Functions at hand.");
        s_meter.CreateObservableUpDownCounter("rewright.cache.code_bytes", () => Compilers().Sum(c => c.GetCacheStatistics().CodeBytes), "By", "Native code at hand.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public static void Add(JitCompiler compiler)
    {
        lock (s_lock) s_compilers.Add(compiler);
    }

    public static void Remove(JitCompiler compiler)
    {
        lock (s_lock)
        {
            if (!s_compilers.Remove(compiler)) return;
            var c = compiler.Counters;
            s_gone.Compilations += c.Compilations;
            s_gone.Fallbacks += c.Fallbacks;
            s_gone.TierSwitches += c.TierSwitches;
            s_gone.Evictions += c.Evictions;
            s_gone.DiskEvictions += c.DiskEvictions;
            s_gone.DiskWriteFailures += c.DiskWriteFailures;
            s_gone.MemoryHits += c.MemoryHits;
            s_gone.BundleHits += c.BundleHits;
            s_gone.DiskHits += c.DiskHits;
            foreach (var (reason, count) in c.DiskMisses) s_gone.DiskMisses.AddOrUpdate(reason, count, (_, before) => before + count);
        }
    }

    /// <summary>The compilers of this process that are not disposed.</summary>
    public static JitCompiler[] Compilers()
    {
        lock (s_lock) return [.. s_compilers];
    }

    public static void Compiled(JitTimes times)
    {
        if (!s_stages.Enabled) return;
        void Record(string stage, TimeSpan time) => s_stages.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
        Record("emit", times.Emit);
        Record("parse", times.Parse);
        Record("optimize", times.Optimize);
        Record("generate", times.Generate);
        Record("load", times.Load);
        Record("total", times.Total);
    }

    public static void Failed(NativeCompilationException exception)
    {
        s_failures.Add(1);
        Activity.Current?.SetStatus(ActivityStatusCode.Error, exception.Message);
    }

    private static void Observe(string name, string unit, string description, Func<JitCounters, long> value)
        => s_meter.CreateObservableCounter(name, () => Counters().Sum(value), unit, description);

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
        => [.. Counters().SelectMany(c => c.DiskMisses).GroupBy(m => m.Key, m => m.Value)
            .Select(g => new Measurement<long>(g.Sum(), new KeyValuePair<string, object?>("reason", g.Key.ToString())))];
}
