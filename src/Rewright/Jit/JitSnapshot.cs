using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Threading;
using Rewright.Engines;
using Rewright.Lower;

namespace Rewright.Jit;

/// <summary>The data of the dashboard as JSON: the state of all compilers of this process, and the details of one module.</summary>
public static class JitSnapshot
{
    /// <summary>The state of all compilers, as JSON.</summary>
    public static string Take() => Write(json =>
    {
        var compilers = JitMetrics.Compilers();
        var statistics = compilers.Select(c => c.GetStatistics()).ToList();
        var caches = compilers.Select(c => c.GetCacheStatistics()).ToList();
        json.WriteString("time", DateTimeOffset.UtcNow);
        json.WriteNumber("processId", Environment.ProcessId);
        // The entry assembly names the program; its executable is often just dotnet.
        json.WriteString("process", Assembly.GetEntryAssembly()?.GetName().Name ?? Path.GetFileName(Environment.ProcessPath) ?? "");
        json.WriteNumber("compilers", compilers.Length);
        json.WriteStartObject("metrics");
        json.WriteNumber("compilations", statistics.Sum(s => s.Compilations));
        json.WriteNumber("failures", statistics.Sum(s => s.Failures));
        json.WriteNumber("fallbacks", statistics.Sum(s => s.Fallbacks));
        json.WriteNumber("tierSwitches", statistics.Sum(s => s.TierSwitches));
        json.WriteNumber("queued", statistics.Sum(s => s.Queued));
        json.WriteNumber("dropped", statistics.Sum(s => s.Dropped));
        json.WriteNumber("compileMilliseconds", statistics.Sum(s => s.CompileTime.TotalMilliseconds));
        json.WriteNumber("memoryHits", caches.Sum(c => c.MemoryHits));
        json.WriteNumber("bundleHits", caches.Sum(c => c.BundleHits));
        json.WriteNumber("diskHits", caches.Sum(c => c.DiskHits));
        json.WriteNumber("diskMisses", caches.Sum(c => c.DiskMisses.Values.Sum()));
        json.WriteNumber("evictions", caches.Sum(c => c.Evictions));
        json.WriteNumber("functions", caches.Sum(c => c.Functions));
        json.WriteNumber("codeBytes", caches.Sum(c => c.CodeBytes));
        json.WriteNumber("interpretedRewrites", compilers.SelectMany(c => c.Entries()).Sum(e => e.Runtime?.Hotness?.Rewrites ?? 0));
        json.WriteNumber("managedBytes", GC.GetTotalMemory(false));
        json.WriteNumber("residentBytes", Environment.WorkingSet);
        json.WriteEndObject();
        json.WriteStartObject("missReasons");
        foreach (var group in caches.SelectMany(c => c.DiskMisses).GroupBy(m => m.Key, m => m.Value))
            json.WriteNumber(group.Key.ToString(), group.Sum());
        json.WriteEndObject();
        json.WriteStartArray("modules");
        foreach (var (compiler, index) in compilers.Select((c, i) => (c, i)))
        {
            foreach (var entry in compiler.Entries().OrderByDescending(e => e.LastUsed))
            {
                json.WriteStartObject();
                json.WriteString("id", index.ToString(System.Globalization.CultureInfo.InvariantCulture) + ":" + IdOf(entry));
                json.WriteString("name", entry.PatternId);
                json.WriteString("engine", entry.Runtime is null ? nameof(Engine.Native) : entry.Runtime.Engine.ToString());
                json.WriteString("origin", entry.Origin.ToString());
                json.WriteString("miss", entry.Miss?.Reason.ToString());
                json.WriteString("failure", entry.Failure);
                json.WriteNumber("functions", entry.FunctionCount);
                json.WriteNumber("codeBytes", entry.CodeBytes);
                json.WriteNumber("milliseconds", entry.Times.Total.TotalMilliseconds);
                json.WriteNumber("rewrites", entry.Runtime?.Hotness?.Rewrites ?? 0);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    });

    /// <summary>The rules, IR and machine code of a module; null if no module has this id any more.</summary>
    public static string? Describe(string id)
    {
        int colon = id.IndexOf(':', StringComparison.Ordinal);
        var compilers = JitMetrics.Compilers();
        if (colon < 0 || !int.TryParse(id.AsSpan(0, colon), out int index) || index < 0 || index >= compilers.Length) return null;
        string wanted = id[(colon + 1)..];
        if (compilers[index].Entries().OrderByDescending(e => e.LastUsed).FirstOrDefault(
            e => IdOf(e) == wanted || e.PatternId == wanted) is not { } entry)
            return null;
        return Write(json =>
        {
            json.WriteString("id", id);
            json.WriteString("name", entry.PatternId);
            json.WriteString("rules", entry.Runtime?.Module.ToString() ?? "");
            json.WriteString("lowered", entry.Runtime is { } runtime ? ProgramPrinter.Print(Pipeline.Lower(runtime.Module)) : "");
            json.WriteString("ir", entry.Ir);
            json.WriteString("assembly", MachineCode(compilers[index], entry));
            json.WriteString("path", entry.NativePath);
            json.WriteString("failure", entry.Failure);
            json.WriteNumber("codeBytes", entry.CodeBytes);
            json.WriteStartArray("functions");
            foreach (var function in entry.Functions)
                json.WriteStringValue(
                    function.Pointer == 0 ? function.Name : FormattableString.Invariant($"{function.Name} at 0x{function.Pointer:x}"));
            json.WriteEndArray();
            json.WriteStartObject("milliseconds");
            json.WriteNumber("lookUp", entry.Times.LookUp.TotalMilliseconds);
            json.WriteNumber("emit", entry.Times.Emit.TotalMilliseconds);
            json.WriteNumber("parse", entry.Times.Parse.TotalMilliseconds);
            json.WriteNumber("optimize", entry.Times.Optimize.TotalMilliseconds);
            json.WriteNumber("generate", entry.Times.Generate.TotalMilliseconds);
            json.WriteNumber("load", entry.Times.Load.TotalMilliseconds);
            json.WriteEndObject();
        });
    }

    // By identity, because all versions of a module have the same name.
    private static string IdOf(JitEntry entry) => entry.Runtime?.Module.Identity.ToString() ?? entry.PatternId;

    // Compiles the IR again, because code in memory no longer has names.
    private static string MachineCode(JitCompiler compiler, JitEntry entry)
    {
        if (entry.Runtime is { Engine: Engine.Interpreter }) return "";
        if (entry.Runtime is null) return "(Machine code is shown for modules.)";
        try
        {
            return NativeCompiler.ToAssembly(entry.Ir, compiler.Options.OptimizationLevel);
        }
        catch (NativeCompilationException e)
        {
            return e.Message;
        }
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
