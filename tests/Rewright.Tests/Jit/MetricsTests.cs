using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_meter_counts_what_happens()
    {
        // Other tests of this process count too: only what cannot be theirs is compared.
        var values = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Rewright") l.EnableMeasurementEvents(instrument);
            },
        };
        void Take(string name, ReadOnlySpan<System.Collections.Generic.KeyValuePair<string, object?>> tags, double value, bool isSum)
        {
            string key = name + string.Concat(tags.ToArray().Select(t => "/" + t.Value));
            values.AddOrUpdate(key, value, (_, before) => isSum ? before + value : value);
        }

        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Take(i.Name, tags, v, i is Counter<long>));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Take(i.Name, tags, v, true));
        listener.Start();
        using (var jit = new JitCompiler(_directory.With()))
        {
            listener.RecordObservableInstruments();
            var before = values.ToDictionary();
            double Since(string name) => values.GetValueOrDefault(name) - before.GetValueOrDefault(name);
            jit.Compile(Samples.Peano).Dispose();
            jit.Compile(Samples.Peano).Dispose();
            jit.FlushCache();
            jit.ClearCache();
            jit.Compile(Samples.Peano).Dispose();
            Assert.Throws<NativeCompilationException>(() => jit.CompileLlvmIr("nonsense", "wrong"));
            Assert.True(SpinWait.SpinUntil(
                () => { listener.RecordObservableInstruments(); return Since("rewright.compilations") >= 1; }, TimeSpan.FromSeconds(30)));
            Assert.True(Since("rewright.cache.hits/memory") >= 1);
            Assert.True(Since("rewright.cache.hits/disk") >= 1);
            Assert.True(Since("rewright.cache.misses/NotFound") >= 2);
            Assert.True(Since("rewright.compilation.failures") >= 1);
            Assert.True(values["rewright.cache.functions"] >= 1 && values["rewright.cache.code_bytes"] > 0);
            Assert.All((string[])["emit", "parse", "optimize", "generate", "load", "total"],
                stage => Assert.True(Since("rewright.compilation.duration/" + stage) > 0, stage));
        }

        // A counter does not go back when its compiler is gone.
        double counted = values["rewright.compilations"];
        listener.RecordObservableInstruments();
        Assert.True(values["rewright.compilations"] >= counted);
    }

    [Fact]
    public void Compilations_are_activities()
    {
        var seen = new ConcurrentBag<(string Name, object? Pattern, ActivityStatusCode Status)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Rewright",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => seen.Add((activity.OperationName, activity.GetTagItem("rewright.pattern"), activity.Status)),
        };
        ActivitySource.AddActivityListener(listener);
        using var jit = new JitCompiler(_directory.With() with { IsolateIr = false });
        jit.Compile(Samples.Number(808)).Dispose();
        Assert.Throws<NativeCompilationException>(() => jit.CompileLlvmIr("nonsense", "wrong 808"));
        Assert.Contains(("rewright.compile", "Demo.M808", ActivityStatusCode.Unset), seen);
        Assert.Contains(seen, a => a.Pattern is "wrong 808");
    }
}
