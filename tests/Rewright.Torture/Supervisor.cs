using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace Rewright.Torture;

/// <summary>Starts a process for each kind, replaces it if it dies, and collects the results of the rounds.</summary>
internal sealed class Supervisor(string? only, int? firstSeed, int? totalRounds, double? totalMinutes)
{
    /// <summary>The beginnings of lines in a process's output.</summary>
    public const string Began = "@round ", Failed = "@failed ", Details = "@details ";

    private const int DefaultRounds = 1000, AllShares = 10_000, Shown = 20;

    private readonly List<(string Kind, int Rounds, int Failures, TimeSpan Time, string Details)> _table = [];

    /// <summary>Runs the rounds and prints the table.</summary>
    /// <returns>1 if a round failed, otherwise 0.</returns>
    public int Run()
    {
        // Each day's rounds have new seeds.
        int start = firstSeed ?? (int)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond % 1_000_000) * 1000;
        var kinds = Kind.All.Where(k => only is null || k.Name == only).ToList();
        foreach (var (name, share, _) in kinds)
        {
            // The time is shared equally, not the rounds, because some take a second and others a millisecond.
            double? minutes = totalMinutes / kinds.Count;
            int rounds = totalMinutes is not null ? int.MaxValue
                : only is not null ? totalRounds ?? (firstSeed is null ? share * DefaultRounds / AllShares : 1)
                : (int)Math.Max(1, (long)share * (totalRounds ?? DefaultRounds) / AllShares);
            RunKind(name, start, rounds, minutes);
        }

        PrintTable();
        return _table.Any(t => t.Failures > 0) ? 1 : 0;
    }

    private void RunKind(string name, int seed, int rounds, double? minutes)
    {
        long start = Stopwatch.GetTimestamp();
        var figures = new SortedDictionary<string, long>(StringComparer.Ordinal);
        int done = 0, failures = 0;
        bool isOver = false;
        while (!isOver && done < rounds && (minutes is null || Stopwatch.GetElapsedTime(start).TotalMinutes < minutes))
        {
            string details = "";
            int current = seed + done;
            bool isKnown = true;
            using var process = Start(name, seed + done, rounds - done, minutes - Stopwatch.GetElapsedTime(start).TotalMinutes);
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith(Began, StringComparison.Ordinal))
                {
                    (current, isKnown) = (int.Parse(line.AsSpan(Began.Length), CultureInfo.InvariantCulture), false);
                    done++;
                }
                else if (line.StartsWith(Failed, StringComparison.Ordinal))
                    Fail(line[Failed.Length..].Replace("\\n", "\n", StringComparison.Ordinal).Replace(
                        "\\\\", "\\", StringComparison.Ordinal));
                else if (line.StartsWith(Details, StringComparison.Ordinal)) (details, isKnown) = (line[Details.Length..], true);
                else Console.Error.WriteLine(line);
            }

            process.WaitForExit();
            if (!isKnown && process.ExitCode != 1) Fail($"ended the process, exit code {process.ExitCode}");
            // No round has run, so another process would fare no better.
            if (isKnown && process.ExitCode != 0)
            {
                Fail($"cannot be started or ended, exit code {process.ExitCode}");
                isOver = true;
            }

            isOver |= process.ExitCode == 0;
            Add(figures, details);

            void Fail(string message)
            {
                if (++failures > Shown) return;
                Console.WriteLine($"{name}, seed {current}: {message}\n  Again: build/torture --kind {name} --seed {current}\n");
            }
        }

        _table.Add((name, done, failures, Stopwatch.GetElapsedTime(start),
            string.Join(' ', figures.Select(f => f.Key + "=" + f.Value.ToString("N0", CultureInfo.InvariantCulture)))));
    }

    private static void Add(SortedDictionary<string, long> figures, string details)
    {
        foreach (string figure in details.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = figure.IndexOf('=', StringComparison.Ordinal);
            string name = figure[..equals];
            long value = long.Parse(figure.AsSpan(equals + 1), CultureInfo.InvariantCulture), before = figures.GetValueOrDefault(name);
            figures[name] = name.StartsWith("most-", StringComparison.Ordinal) ? Math.Max(before, value) : before + value;
        }
    }

    private static Process Start(string kind, int seed, int rounds, double? minutes)
    {
        List<string> arguments =
            [typeof(Supervisor).Assembly.Location, "--only", "1", "--kind", kind, "--seed", seed.ToString(CultureInfo.InvariantCulture),
                "--rounds", rounds.ToString(CultureInfo.InvariantCulture)];
        if (minutes is { } m) arguments.AddRange(["--minutes", m.ToString(CultureInfo.InvariantCulture)]);
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        if (!Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)) start.ArgumentList.RemoveAt(0);
        // A process that takes more memory has lost a limit.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x80000000";
        return Process.Start(start)!;
    }

    private void PrintTable()
    {
        Console.WriteLine($"{"kind",-10} {"rounds",8} {"failures",9} {"seconds",8}  details");
        foreach (var (kind, rounds, failures, time, details) in _table)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{kind,-10} {rounds,8:N0} {failures,9:N0} {time.TotalSeconds,8:F0}  {details}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"all",-10} {_table.Sum(t => t.Rounds),8:N0} {_table.Sum(t => t.Failures),9:N0} "
                + $"{_table.Sum(t => t.Time.TotalSeconds),8:F0}"));
    }
}
