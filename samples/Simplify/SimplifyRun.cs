using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Rewright;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;

namespace Simplify;

/// <summary>An entry of a file. What cannot be read at all is an entry too.</summary>
public sealed record SourceEntry(string File, FPCoreEntry Entry)
{
    public string Location => Entry.Position == default ? File : $"{File}:{Entry.Position}";
}

/// <summary>What became of an expression.</summary>
/// <param name="Result">The original itself if it could not be simplified within the limits.</param>
/// <param name="Failure">Why not; null for success.</param>
/// <param name="Check">Null if it was not checked.</param>
public sealed record SimplifiedEntry(
    SourceEntry Source, FPCoreExpression Original, RealExpr Result, string? Failure, TimeSpan Time, CheckResult? Check);

/// <param name="Points">At how many points each result is checked; 0 for not at all.</param>
/// <param name="Seed">Which points these are.</param>
public sealed record CheckOptions(int Points, int Seed);

/// <summary>Reads files and simplifies what is in them.</summary>
public static class SimplifyRun
{
    /// <param name="paths">Files, and folders, of which every <c>.fpcore</c> file is read.</param>
    public static ImmutableArray<SourceEntry> Read(IEnumerable<string> paths) => [.. paths.SelectMany(FindFiles).SelectMany(ReadFile)];

    public static IEnumerable<SimplifiedEntry> Simplify(IEnumerable<SourceEntry> entries, CheckOptions options)
    {
        using EquivalenceChecker? checker = options.Points > 0 ? new EquivalenceChecker() : null;
        foreach (SourceEntry source in entries)
        {
            if (source.Entry is not FPCoreExpression original)
                continue;
            long start = Stopwatch.GetTimestamp();
            (RealExpr result, string? failure) = TrySimplify(original.Body);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            yield return new SimplifiedEntry(
                source, original, result, failure, time, checker?.Check(original, result, options.Points, options.Seed));
        }
    }

    private static (RealExpr Result, string? Failure) TrySimplify(RealExpr expression)
    {
        try
        {
            return (Simplifier.Simplify(expression), null);
        }
        catch (EvaluationException e)
        {
            return (expression, e.Message);
        }
    }

    private static IEnumerable<string> FindFiles(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.fpcore", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [path];

    private static IEnumerable<SourceEntry> ReadFile(string file)
    {
        try
        {
            return FPCoreReader.Read(File.ReadAllText(file)).Select(e => new SourceEntry(file, e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new SourceEntry(file, new FPCoreError("", default, e.Message))];
        }
    }
}
