using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rewright.Switch;

namespace Rewright.Benchmarks.Switch;

/// <summary>Compares the engines with hand-written C# on objects of users, and prints tables in Markdown.</summary>
/// <remarks>
/// Times are the processor's for the whole process, the least of several runs, so that other work on the machine changes them little.
/// Before anything is measured, the results of all engines are compared on every tree.
/// </remarks>
internal static class SwitchBenchmark
{
    // Shorter than this, a run is repeated, because the clock of the processor's time is coarse.
    private static readonly TimeSpan ShortestRun = TimeSpan.FromMilliseconds(30);

    private sealed record Figures(string Engine, double Nanoseconds, double Bytes);

    private sealed class FailureException(string message) : Exception(message);

    public static int Run(string[] args)
    {
        var sizes = new List<int>();
        string? rules = null;
        Mix? mix = null;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--rules" && i + 1 < args.Length && args[i + 1] is "60" or "400") rules = args[++i];
            else if (args[i] == "--mix" && i + 1 < args.Length && args[i + 1] is "much" or "little") mix = Enum.Parse<Mix>(args[++i], true);
            else if (int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0) sizes.Add(size);
            else return Usage(args[i]);
        }

        if (sizes.Count == 0) sizes.AddRange([1_000, 100_000, 1_000_000]);
        Mix[] mixes = mix is { } one ? [one] : [Mix.Much, Mix.Little];
        try
        {
            if (rules is null or "60") Compare(SwitchRules.Algebra, mixes, sizes);
            if (rules is null or "400") Compare(SwitchRules.Words, mixes, sizes);
            return 0;
        }
        catch (FailureException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static int Usage(string argument)
    {
        Console.Error.WriteLine($"'{argument}' is no argument. Usage: bench-switch [SIZE...] [--rules 60|400] [--mix much|little]");
        return 2;
    }

    private static void Compare<T>(SwitchRules<T> rules, Mix[] mixes, List<int> sizes)
        where T : class
    {
        var engines = SwitchEngine.Of(rules);
        if (rules.Module.Engine != Engine.Native)
            throw new FailureException("There is no native code of the rules, because the build has found no LLVM or linker.");
        // With both mixes, so that the JIT compiler has seen both when it decides about the order of branches.
        foreach (var mix in (Mix[])[Mix.Much, Mix.Little]) WarmUp(engines, Trees(rules, 1_000, mix));
        foreach (var mix in mixes)
        {
            var columns = new List<(string Size, List<Figures> Rows)>();
            string rewrites = "";
            foreach (int size in sizes)
            {
                var trees = Trees(rules, size, mix);
                Check(rules, engines, trees);
                if (rewrites.Length == 0) rewrites = Invariant($"{RewritesPerNode(rules, trees, size):0.000}");
                var rows = new List<Figures>();
                foreach (var engine in engines) rows.Add(Measure(engine, trees, size));
                columns.Add((Invariant($"{size:#,0} x {trees.Length}"), rows));
            }

            Console.WriteLine($"\n{rules.Count} rules, {mix.ToString().ToLowerInvariant()} is rewritten: {rewrites} rewrites per node\n");
            Print(columns);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // So many that they do not repeat within the predictor of branches, as far as memory allows.
    private static T[] Trees<T>(SwitchRules<T> rules, int size, Mix mix)
        where T : class
        => [.. Enumerable.Range(0, Math.Clamp(200_000 / size, 1, 100)).Select(seed => rules.Make(new Random(seed), size, mix))];

    private static void WarmUp<T>(IReadOnlyList<SwitchEngine<T>> engines, T[] trees)
        where T : class
    {
        foreach (var engine in engines)
        {
            engine.Prepare(trees);
            // The pauses let the JIT compiler replace its first code.
            for (int i = 0; i < 4; i++)
            {
                var end = Environment.CpuUsage.TotalTime + TimeSpan.FromMilliseconds(60);
                do engine.Run();
                while (Environment.CpuUsage.TotalTime < end);
                Thread.Sleep(150);
            }

            engine.Dispose();
        }
    }

    private static void Check<T>(SwitchRules<T> rules, IReadOnlyList<SwitchEngine<T>> engines, T[] trees)
        where T : class
    {
        var expected = Array.ConvertAll(trees, t => rules.ByHand(t));
        foreach (var engine in engines)
        {
            engine.Prepare(trees);
            var results = engine.Results();
            for (int i = 0; i < trees.Length; i++)
            {
                var right = engine.Simplifies ? expected[i] : trees[i];
                if (!rules.AreSame(results[i], right))
                    throw new FailureException($"{engine.Name} makes of the tree {Shortened(trees[i])}\n{Shortened(results[i])}\n"
                        + $"instead of\n{Shortened(right)}");
            }

            engine.Dispose();
        }
    }

    private static string Shortened(object tree) => tree.ToString() is { Length: > 2_000 } text ? text[..2_000] + "..." : tree.ToString()!;

    // The interpreter counts them as long as a module is not hot.
    private static double RewritesPerNode<T>(SwitchRules<T> rules, T[] trees, int size)
        where T : class
    {
        using var jit = new JitCompiler(
            new JitOptions { Mode = JitMode.Adaptive, AdaptiveThreshold = long.MaxValue, UseCache = false, UseBundles = false });
        using var module = jit.Compile(rules.Module);
        using var heap = new TermHeap();
        foreach (var tree in trees) module.Call("Simplify", rules.FromObject(tree, heap));
        return (double)module.InterpretedRewrites / trees.Length / size;
    }

    private static Figures Measure<T>(SwitchEngine<T> engine, T[] trees, int size)
        where T : class
    {
        engine.Prepare(trees);
        engine.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        engine.Run();
        double bytes = GC.GetAllocatedBytesForCurrentThread() - before, least = double.MaxValue;
        int runs = size >= 1_000_000 ? 7 : 15;
        for (int run = 0; run < runs; run++)
        {
            GC.Collect();
            int passes = 0;
            TimeSpan start = Environment.CpuUsage.TotalTime, elapsed;
            do
            {
                engine.Run();
                passes++;
                elapsed = Environment.CpuUsage.TotalTime - start;
            }
            while (elapsed < ShortestRun);
            least = Math.Min(least, elapsed.TotalNanoseconds / passes);
        }

        engine.Dispose();
        double nodes = (double)size * trees.Length;
        return new(engine.Name, least / nodes, bytes / nodes);
    }

    private static void Print(List<(string Size, List<Figures> Rows)> columns)
    {
        Console.WriteLine("| ns per node, ns above the walk, bytes per node | "
            + string.Join(" | ", columns.Select(c => c.Size + " | above | bytes")) + " |");
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---:|", 3 * columns.Count)));
        for (int row = 0; row < columns[0].Rows.Count; row++)
        {
            double AboveWalk(List<Figures> rows) => rows[row].Nanoseconds - rows[0].Nanoseconds;
            Console.WriteLine("| " + columns[0].Rows[row].Engine + " | " + string.Join(" | ", columns.Select(
                c => Invariant($"{c.Rows[row].Nanoseconds:0.0} | {AboveWalk(c.Rows):0.0} | {c.Rows[row].Bytes:0.0}"))) + " |");
        }
    }
}
