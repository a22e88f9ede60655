using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Quantum;

namespace Rewright.Benchmarks.Circuits;

/// <summary>Optimises the published circuits and prints our counts beside the published ones, as a table in Markdown.</summary>
/// <remarks>
/// The budget is compared with the time of the processor: a run has one thread, and other work on the machine must not change the figures.
/// </remarks>
internal static class CircuitBenchmarks
{
    private static readonly string[] Forms = ["toffoli", "nam_fixed"];

    private sealed record Outcome(int Total, int TwoQubit, int T, double Seconds, bool IsProved);

    public static int Run(string[] args)
    {
        if (Environment.GetEnvironmentVariable("REWRIGHT_DATA") is not { } data)
        {
            Console.Error.WriteLine("REWRIGHT_DATA is not set.");
            return 2;
        }

        var budgets = new List<double>();
        var names = new List<string>();
        string? output = null;
        int seed = 1;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--budget") budgets.Add(double.Parse(args[++i], CultureInfo.InvariantCulture));
            else if (args[i] == "--seed") seed = int.Parse(args[++i], CultureInfo.InvariantCulture);
            else if (args[i] == "--out") output = args[++i];
            else names.Add(args[i]);
        }

        if (budgets.Count == 0) budgets.Add(8);
        string root = Path.Combine(data, "circuits");
        var rows = File.ReadLines(Path.Combine(root, "published.csv")).Select(l => l.Split(',')).ToList();
        int Column(string name) => Array.IndexOf(rows[0], name);
        int? Figure(string[] row, string column) => int.TryParse(
            row[Column(column)], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

        Console.WriteLine("| circuit | qubits | gates | Nam light | Nam heavy | best by rules | "
            + string.Join(" | ", budgets.SelectMany(b => Forms.Select(f => f + ", " + b.ToString(CultureInfo.InvariantCulture) + " s")))
            + " |");
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---:|", 5 + budgets.Count * Forms.Length)));
        var met = budgets.SelectMany(b => Forms.Select(f => (b, f))).ToDictionary(k => k, _ => new[] { 0, 0, 0, 0 });
        foreach (var row in rows.Skip(1).Where(r => names.Count == 0 || names.Contains(r[0])))
        {
            // Of a published tool the best figure of any of its rule sets.
            int? light = Figure(row, "nam_light_total"), heavy = Figure(row, "nam_heavy_total");
            int? best = new[] { heavy, Figure(row, "voqc_total"), Figure(row, "quartz_total"), Figure(row, "quartz_best_total") }.Min();
            var cells = new List<string>();
            foreach (double budget in budgets)
            {
                foreach (string form in Forms)
                {
                    string file = Path.Combine(root, form, row[0] + ".qasm");
                    if (!File.Exists(file))
                    {
                        cells.Add("");
                        continue;
                    }

                    var outcome = Measure(
                        file, budget, seed,
                        output is null ? null
                        : Path.Combine(output, form + "-" + budget.ToString(CultureInfo.InvariantCulture), row[0] + ".qasm"));
                    cells.Add(string.Format(
                        CultureInfo.InvariantCulture, "{0} ({1} cx, {2} T){3}", outcome.Total, outcome.TwoQubit, outcome.T,
                        outcome.IsProved ? "" : " NOT PROVED"));
                    var counts = met[(budget, form)];
                    if (light is null) continue;
                    counts[0]++;
                    if (outcome.Total <= light) counts[1]++;
                    if (outcome.Total <= heavy) counts[2]++;
                    if (outcome.Total <= best) counts[3]++;
                }
            }

            Console.WriteLine("| " + row[0] + " | " + row[1] + " | " + row[2] + " | " + light + " | " + heavy + " | " + best + " | "
                + string.Join(" | ", cells) + " |");
        }

        Console.WriteLine();
        foreach (var ((budget, form), counts) in met)
        {
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture,
                "From {0} in {1} s: at most Nam light on {3} of {2}, at most Nam heavy on {4}, at most the best by rules on {5}.", form,
                    budget, counts[0], counts[1], counts[2], counts[3]));
        }

        return 0;
    }

    private static Outcome Measure(string file, double budget, int seed, string? output)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan Elapsed()
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }

        var circuit = OpenQasm.Read(File.ReadAllText(file));
        var start = Elapsed();
        var result = new CircuitOptimizer(
            CircuitRuleSet.Standard, new() { Budget = TimeSpan.FromSeconds(budget), Seed = seed, Clock = Elapsed }).Optimize(circuit);
        double seconds = (Elapsed() - start).TotalSeconds;
        if (output is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(output)!);
            File.WriteAllText(output, OpenQasm.Write(result.Circuit, OpenQasmVersion.V2));
        }

        var statistics = CircuitStatistics.Of(result.Circuit);
        bool proved = RotationEquivalence.Compare(circuit, result.Circuit) is Equivalent;
        Console.Error.WriteLine(
            string.Format(CultureInfo.InvariantCulture, "{0}: {1} gates, {2:0.0} s of processor, {3} rounds{4}", file, statistics.Total,
            seconds, result.Rounds, proved ? "" : ", NOT PROVED"));
        return new(statistics.Total, statistics.TwoQubit, statistics.T, seconds, proved);
    }
}
