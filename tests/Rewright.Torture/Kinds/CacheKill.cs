using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rewright.Caches;

namespace Rewright.Torture.Kinds;

/// <summary>Kills processes that write to a cache or compile into it. They must leave only whole entries.</summary>
internal sealed class CacheKill : Kind
{
    private const int Writers = 3, Entries = 50;

    public override void Run(Random random)
    {
        bool compiles = random.Next(4) == 0;
        string directory = At(compiles ? "compiled" : "written");
        int first = random.Next(Entries);
        var processes = Enumerable.Range(0, Writers).Select(i => compiles
            ? Sample.StartHost("compile", directory, (first + i).ToString(CultureInfo.InvariantCulture), "200")
            : Sample.StartHost("write", directory, (first + i).ToString(CultureInfo.InvariantCulture))).ToList();
        foreach (var process in processes)
        {
            if (compiles) Thread.Sleep(random.Next(300, 1500) / Writers);
            else if (process.StandardOutput.ReadLine() != "ready")
                throw new BrokenPromiseException("the writer ended: " + process.StandardError.ReadToEnd());
            else Thread.SpinWait(random.Next(300_000));
            process.Kill();
            process.WaitForExit();
            Count(process.ExitCode == 137 ? "killed" : "ended");
            process.Dispose();
        }

        var (entries, faults) = CodeCache.Open(directory).List();
        Promise(faults.Count == 0, "after kills: " + string.Join("; ", faults));
        Count("entries-checked", entries.Count);
        if (!compiles)
            Promise(entries.All(e => KnownCode.IsRight(int.Parse(e.Key.Name.AsSpan(1), CultureInfo.InvariantCulture), e)),
                "an entry holds other bytes than were written");
        else if (entries.Count > 0) Use(directory, random.Next(first, first + 3));
    }

    // Whatever the killed processes left, the next program must get right results.
    private void Use(string directory, int n)
    {
        using var jit = new JitCompiler(
            new JitOptions { CacheDirectory = directory, FallBackToInterpreter = false, OptimizationLevel = 1, UseBundles = false });
        using var module = jit.Compile(Module.Parse($"module M{n}\nop F(long): long\nrule F: F(x) -> x * {n}"));
        Promise(module.Evaluate("F(3)") == (3L * n).ToString(CultureInfo.InvariantCulture), $"M{n} is wrong, from {module.Origin}");
        Count(module.Origin == CodeOrigin.DiskCache ? "taken" : "compiled-anew");
        jit.FlushCache();
    }
}
