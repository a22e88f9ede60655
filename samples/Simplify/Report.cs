using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;

namespace Simplify;

/// <summary>Writes what a run did: results to one writer, errors to another.</summary>
public sealed class Report(TextWriter output, TextWriter errors)
{
    /// <param name="results">What became of the expressions.</param>
    /// <param name="sources">What was read.</param>
    /// <param name="withExpressions">Whether to write out the simplified expressions too.</param>
    public void WriteEntries(IEnumerable<SimplifiedEntry> results, IEnumerable<SourceEntry> sources, bool withExpressions)
    {
        foreach (SimplifiedEntry result in results)
        {
            string check = result.Check is { } c && c.Decided < c.Points ? $"  [{c.Decided} of {c.Points} points decided]" : "";
            output.WriteLine($"{Size(result.Original.Body.TreeSize()),8} -> {Size(result.Result.TreeSize()),8}  "
                + $"{result.Original.Name} ({result.Source.Location}){check}");
            if (withExpressions)
                output.WriteLine(FPCorePrinter.Print(result.Original with { Body = result.Result }));
        }
        foreach (SourceEntry source in sources)
        {
            if (source.Entry is FPCoreUnsupported unsupported)
                output.WriteLine($"{source.Location}: not supported: {unsupported.Construct} ({unsupported.Name})");
        }
    }

    /// <summary>Writes the errors.</summary>
    /// <returns>How many.</returns>
    public int WriteErrors(IEnumerable<SimplifiedEntry> results, IEnumerable<SourceEntry> sources)
    {
        IEnumerable<string> unreadable = sources
            .Where(s => s.Entry is FPCoreError)
            .Select(s => $"{s.Location}: error: {((FPCoreError)s.Entry).Message}");
        IEnumerable<string> differences = results.SelectMany(
            r => r.Check?.Differences ?? [],
            (r, difference) => $"{r.Source.Location}: error: {r.Original.Name}: {difference}");
        IEnumerable<string> failures = results
            .Where(r => r.Failure is not null)
            .Select(r => $"{r.Source.Location}: error: {r.Original.Name}: {r.Failure}");
        ImmutableArray<string> lines = [.. unreadable, .. failures, .. differences];
        foreach (string line in lines)
            errors.WriteLine(line);
        return lines.Length;
    }

    public void WriteSummary(ImmutableArray<SimplifiedEntry> results, IEnumerable<SourceEntry> sources, Engine engine)
    {
        double seconds = results.Sum(r => r.Time.TotalSeconds);
        string by = engine == Engine.Native ? "native code" : "the interpreter";
        WriteLine($"{results.Length} expressions simplified in {seconds:0.000} s by {by}");
        WriteLine($"size as trees {Total(results, e => e.TreeSize())} nodes, as graphs {Total(results, e => e.GraphSize())}");

        var constructs = sources.Select(s => s.Entry).OfType<FPCoreUnsupported>().CountBy(e => e.Construct).OrderBy(
            c => c.Key, StringComparer.Ordinal).ToList();
        if (constructs.Count > 0)
        {
            string each = string.Join(", ", constructs.Select(c => $"{c.Value} with {c.Key}"));
            WriteLine($"{constructs.Sum(c => c.Value)} not supported: {each}");
        }

        ImmutableArray<CheckResult> checks = [.. results.Select(r => r.Check).OfType<CheckResult>()];
        if (checks.Length > 0)
        {
            (int points, int decided) = (checks.Sum(c => c.Points), checks.Sum(c => c.Decided));
            double percent = points == 0 ? 0 : 100.0 * decided / points;
            int differences = checks.Sum(c => c.Differences.Length);
            WriteLine($"checked at {points} points: {percent:0.00} % decided, {differences} differences");
            int nowhere = checks.Count(c => c.Points == 0);
            if (nowhere > 0)
                WriteLine($"{nowhere} expressions are defined at none of the points drawn");
        }
    }

    private void WriteLine(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Total(IEnumerable<SimplifiedEntry> results, Func<RealExpr, long> size)
    {
        (long before, long after) = (0, 0);
        foreach (SimplifiedEntry result in results)
        {
            before = ExprGraph.SaturatingAdd(before, size(result.Original.Body));
            after = ExprGraph.SaturatingAdd(after, size(result.Result));
        }
        return $"{Size(before)} -> {Size(after)}";
    }

    private static string Size(long size) => size == long.MaxValue ? "over 9e18" : size.ToString(CultureInfo.InvariantCulture);
}
