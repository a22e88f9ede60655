using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Rewright.Benchmarks.Rec;

/// <summary>Runs specifications of the Rewrite Engines Competition natively and by their Rust crates, and prints one table.</summary>
/// <remarks>
/// Times are those of the processor from the first term to the last normal form, the least of three runs, so that others on the
/// machine matter little. What cargo needs is not in them: the crates are compiled when results are checked.
/// </remarks>
internal static class RecEngines
{
    private const int Runs = 3;

    public static int Run(string[] names)
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA"), cli = Environment.GetEnvironmentVariable("REWRIGHT_CLI");
        if (data is not { Length: > 0 } || cli is not { Length: > 0 })
        {
            Console.Error.WriteLine("REWRIGHT_DATA must name the folder that holds rec, REWRIGHT_CLI Rewright.Cli.dll.");
            return 2;
        }

        if (names.Length == 0)
            names = [.. Directory.GetFiles(Path.Combine(data, "rec", "expected")).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(
                StringComparer.Ordinal)];
        Console.WriteLine("| ms | native | Rust | times |");
        Console.WriteLine("|---|---|---|---|");
        var ratios = new List<double>();
        int wrong = 0;
        foreach (string name in names)
        {
            string file = Path.Combine(data, "rec", name + ".rec");
            var results = new[] { "native", "rust" }.Select(
                engine => (Status: RecBenchmarks.Check(file, data, name, cli, engine), Time: Best(file, cli, engine))).ToList();
            double ratio = results[1].Time / results[0].Time;
            // What takes less than a millisecond shows how long a call takes, not how rules run.
            if (results[0].Time >= 1) ratios.Add(ratio);
            wrong += results.Count(r => r.Status != "ok");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {results[0].Time:0.0} | {results[1].Time:0.0} | {ratio:0.0} "
                    + $"|{(results.All(r => r.Status == "ok") ? "" : " " + results[0].Status + ", " + results[1].Status)}"));
        }

        if (ratios.Count > 0)
            Console.WriteLine(FormattableString.Invariant(
                $"Geometric mean over the {ratios.Count} that take native code 1 ms or more: {Math.Exp(ratios.Average(Math.Log)):0.0}"));
        return wrong == 0 ? 0 : 1;
    }

    private static double Best(string file, string cli, string engine)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < Runs; i++)
        {
            var (exit, _, errors) = RecBenchmarks.Execute("dotnet", [cli, "rec", file, "--quiet", "--stats", "--engine", engine]);
            if (exit != 0) return double.NaN;
            best = Math.Min(best, JsonDocument.Parse(errors).RootElement.GetProperty("run_cpu_ms").GetDouble());
        }

        return best;
    }
}
