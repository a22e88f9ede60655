using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rewright.Model;

namespace Rewright.Benchmarks.Rec;

/// <summary>
/// Runs specifications of the Rewrite Engines Competition with Rewright and with OCaml, GHC and Maude in turn, and prints one table.
/// </summary>
/// <remarks>
/// The peers are run by <c>rec-peers/rec.py</c> of the data folder, which translates, compiles, runs and checks. Each program
/// is pinned to one core and runs three times; the table shows the middle one. Memory is what a program uses more than on a
/// specification that does nothing.
/// </remarks>
internal static class RecBenchmarks
{
    private static readonly string[] Peers = ["ocaml", "ghc", "maude"];

    // Below this the better peer's time is noise.
    private const double Timed = 0.1;

    private sealed record Measured(string Status, double Run, double Total, double Megabytes);

    private sealed record Row(string Name, bool IsUnary, Measured Ours, Dictionary<string, Measured> Peers)
    {
        private IEnumerable<Measured> Strong => Peers.Where(p => p.Key != "maude" && p.Value.Status == "ok").Select(p => p.Value);

        public Measured? Better => Strong.MinBy(p => p.Run);

        public Measured? Leaner => Strong.MinBy(p => p.Megabytes);

        public double? Ratio => Better is { } better && Ours.Status == "ok" ? better.Run / Math.Max(Ours.Run, 1e-6) : null;
    }

    public static int Run(string[] names)
    {
        if (Environment.GetEnvironmentVariable("REWRIGHT_DATA") is not { Length: > 0 } data)
        {
            Console.Error.WriteLine("REWRIGHT_DATA must name the folder that holds rec and rec-peers.");
            return 2;
        }

        string cli = Environment.GetEnvironmentVariable("REWRIGHT_CLI")
            ?? throw new InvalidOperationException("REWRIGHT_CLI must name Rewright.Cli.dll.");
        if (names.Length == 0)
        {
            names = [.. Directory.GetFiles(Path.Combine(data, "rec", "expected")).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(
                StringComparer.Ordinal)];
        }

        // The peers stay where rec.py builds them; what they have computed goes here.
        string csv = Path.Combine(Path.GetTempPath(), "bench-rec-" + Environment.ProcessId + ".csv");
        try
        {
            const string nothing = "empty";
            var idle = Measure(nothing, data, cli, csv,
                new Row("", false, new("", 0, 0, 0), Peers.ToDictionary(p => p, _ => new Measured("", 0, 0, 0))));
            Console.WriteLine("run: terms built to last normal form, without printing; total: with compilation; memory: above that on an "
                + "empty specification");
            Console.WriteLine();
            Console.WriteLine(Line(
                "specification", "", "Rewright", "OCaml", "GHC", "Maude", "ratio", "total", "OCaml", "GHC", "MB", "OCaml", "GHC"));
            var rows = new List<Row>();
            foreach (string name in names.Where(n => n != nothing))
            {
                var row = Measure(name, data, cli, csv, idle);
                rows.Add(row);
                Console.WriteLine(Text(row));
            }

            Summarize(rows);
            return rows.All(r => r.Ours.Status == "ok") ? 0 : 1;
        }
        finally
        {
            File.Delete(csv);
        }
    }

    private static Row Measure(string name, string data, string cli, string csv, Row idle)
    {
        string file = Path.Combine(data, "rec", name + ".rec");
        File.Delete(csv);
        Execute("python3", [Path.Combine(data, "rec-peers", "rec.py"), "run", "--peer", string.Join(",", Peers), "--csv", csv, name]);
        var peers = Peers.ToDictionary(p => p, _ => new Measured("missing", double.NaN, double.NaN, double.NaN));
        if (File.Exists(csv))
        {
            string[] lines = File.ReadAllLines(csv);
            string[] fields = lines[0].Split(',');
            foreach (string line in lines.Skip(1))
            {
                // Notes come last and may hold commas.
                string[] values = line.Split(',');
                string At(string field) => values[Array.IndexOf(fields, field)];
                double Number(string field) => double.TryParse(
                    At(field), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
                peers[At("peer")] = new Measured(
                    At("status"), Number("eval_s"), Number("wall_s") + Number("compile_s"),
                    Number("rss_mb") - idle.Peers[At("peer")].Megabytes);
            }
        }

        return new Row(name, IsUnary(file, cli), Ours(file, data, name, cli, idle.Ours.Megabytes), peers);
    }

    private static Measured Ours(string file, string data, string name, string cli, double idleMegabytes)
    {
        var runs = new List<(double Run, double Total, double Megabytes)>();
        string status = Check(file, data, name, cli);
        for (int i = 0; i < 3 && status == "ok"; i++)
        {
            var clock = Stopwatch.StartNew();
            var (exit, _, errors) = Execute("taskset", ["-c", "0", "dotnet", cli, "rec", file, "--quiet", "--stats"]);
            double total = clock.Elapsed.TotalSeconds;
            if (exit != 0) return new Measured("exit " + exit, double.NaN, double.NaN, double.NaN);
            var stats = JsonDocument.Parse(errors).RootElement;
            runs.Add((stats.GetProperty("run_ms").GetDouble() / 1000, total,
                (stats.GetProperty("peak_rss_bytes").GetInt64() / 1e6) - idleMegabytes));
        }

        if (runs.Count == 0) return new Measured(status, double.NaN, double.NaN, double.NaN);
        double Middle(Func<(double Run, double Total, double Megabytes), double> of) => runs.Select(of).Order().ElementAt(runs.Count / 2);
        return new Measured(status, Middle(r => r.Run), Middle(r => r.Total), runs.Max(r => r.Megabytes));
    }

    internal static string Check(string file, string data, string name, string cli, string engine = "native")
    {
        var (exit, output, _) = Execute("dotnet", [cli, "rec", file, "--engine", engine]);
        if (exit != 0) return "exit " + exit;
        string expected = Path.Combine(data, "rec", "expected", name);
        if (File.Exists(expected + ".txt")) return File.ReadAllText(expected + ".txt").TrimEnd() == output.TrimEnd() ? "ok" : "wrong";
        if (!File.Exists(expected + ".sha256")) return "ok";
        string hash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(output.Where(c => !char.IsWhiteSpace(c))))));
        return hash == File.ReadAllText(expected + ".sha256").Trim() ? "ok" : "wrong";
    }

    // True where every sort whose terms can be large is of the form A | B(itself).
    private static bool IsUnary(string file, string cli)
    {
        var (exit, text, _) = Execute("dotnet", [cli, "rec", file, "--emit", "rw"]);
        if (exit != 0) return false;
        var sorts = Module.Parse(text).Sorts;
        bool IsCounter(DataSort sort) => sort.Constructors.Length == 2 && sort.Constructors.Any(c => c.Arity == 0)
            && sort.Constructors.Any(c => c.Arity == 1 && ReferenceEquals(c.Parameters[0].Sort, sort));
        bool IsRecursive(DataSort sort)
        {
            var reached = new List<Sort> { sort };
            for (int i = 0; i < reached.Count; i++)
            {
                foreach (var field in ((DataSort)reached[i]).Constructors.SelectMany(c => c.Parameters).Select(
                    p => p.Sort).OfType<DataSort>())
                {
                    if (ReferenceEquals(field, sort)) return true;
                    if (!reached.Contains(field)) reached.Add(field);
                }
            }

            return false;
        }

        return sorts.Any(IsCounter) && sorts.All(s => IsCounter(s) || !IsRecursive(s));
    }

    private static void Summarize(List<Row> rows)
    {
        var timed = rows.Where(r => r.Better?.Run >= Timed && r.Ratio is not null).ToList();
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant(
            $"Timed: {timed.Count} specifications where the better of OCaml and GHC needs {Timed} s or more."));
        void Mean(string what, IEnumerable<Row> of)
        {
            var ratios = of.Select(r => Math.Log(r.Ratio!.Value)).ToList();
            if (ratios.Count > 0)
                Console.WriteLine(FormattableString.Invariant(
                    $"Times faster, geometric mean over {what}: {Math.Exp(ratios.Average()):0.0} ({ratios.Count})"));
        }

        Mean("all timed", timed);
        Mean("those that are not unary arithmetic", timed.Where(r => !r.IsUnary));
        foreach (var row in timed.Where(r => r.Ratio < 1))
            Console.WriteLine(FormattableString.Invariant($"Slower than the better peer: {row.Name}, {row.Ratio:0.00}"));
        foreach (var row in timed.Where(r => r.Ours.Megabytes > r.Leaner!.Megabytes))
            Console.WriteLine(FormattableString.Invariant(
                $"More memory than the leaner peer: {row.Name}, {row.Ours.Megabytes:0} of {row.Leaner!.Megabytes:0} MB"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Total with compilation over the timed ones: {timed.Sum(r => r.Ours.Total):0.0} s; run time alone of the better peers: "
                + $"{timed.Sum(r => r.Better!.Run):0.0} s"));
        foreach (var row in rows.Where(r => r.Ours.Status != "ok")) Console.WriteLine("FAILED: " + row.Name + ": " + row.Ours.Status);
    }

    private static string Text(Row row)
    {
        static string Of(Measured m, Func<Measured, double> value, string format)
            => m.Status is "ok" or "" ? double.IsNaN(value(m)) ? "-" : value(m).ToString(format, CultureInfo.InvariantCulture) : m.Status;
        var (ocaml, ghc, maude) = (row.Peers["ocaml"], row.Peers["ghc"], row.Peers["maude"]);
        return Line(row.Name, row.IsUnary ? "unary" : "", Of(row.Ours, m => m.Run, "0.0000"), Of(ocaml, m => m.Run, "0.0000"),
            Of(ghc, m => m.Run, "0.0000"), Of(maude, m => m.Run, "0.0000"),
            row.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-", Of(row.Ours, m => m.Total, "0.00"),
            Of(ocaml, m => m.Total, "0.00"), Of(ghc, m => m.Total, "0.00"),
            Of(row.Ours, m => m.Megabytes, "0"), Of(ocaml, m => m.Megabytes, "0"), Of(ghc, m => m.Megabytes, "0"));
    }

    private static string Line(string name, string kind, params string[] columns)
        => name.PadRight(30) + kind.PadRight(6) + string.Concat(columns.Select(c => c.PadLeft(10)));

    internal static (int Exit, string Output, string Errors) Execute(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
