using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using Simplify;
using Simplify.FPCore;
using Spectre.Console;

var pathsArgument = new Argument<string[]>("paths")
{
    Description = "FPCore files, or folders of them; the sample's own if left out.",
    DefaultValueFactory = _ => [Path.Combine(AppContext.BaseDirectory, "data")],
};
var checkOption = new Option<bool>("--check")
{
    Description = "Compare each result with the original at sampled points, in intervals of 200 bits and more.",
};
var pointsOption = new Option<int>("--points")
{
    Description = "How many points --check takes for each expression.",
    DefaultValueFactory = _ => 20,
};
pointsOption.Validators.Add(result =>
{
    if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int points) && points < 1)
        result.AddError("--points takes a positive number.");
});
var seedOption = new Option<int>("--seed") { Description = "Which points --check takes.", DefaultValueFactory = _ => 1 };
var printOption = new Option<bool>("--print") { Description = "Write the simplified expressions too, as FPCore." };
var quietOption = new Option<bool>("--quiet") { Description = "Write errors and the summary only." };

var command = new RootCommand("Simplifies real-valued expressions in FPCore files.")
{
    pathsArgument, checkOption, pointsOption, seedOption, printOption, quietOption,
};
command.SetAction(arguments => Run(
    arguments.GetRequiredValue(pathsArgument),
    new CheckOptions(arguments.GetValue(checkOption) ? arguments.GetValue(pointsOption) : 0, arguments.GetValue(seedOption)),
    arguments.GetValue(quietOption),
    arguments.GetValue(printOption)));
return command.Parse(args).Invoke();

static int Run(string[] paths, CheckOptions options, bool isQuiet, bool withExpressions)
{
    ImmutableArray<SourceEntry> sources = SimplifyRun.Read(paths);
    ImmutableArray<SimplifiedEntry> results;
    try
    {
        results = SimplifyAll(sources, options);
    }
    catch (DllNotFoundException e)
    {
        Console.Error.WriteLine($"error: --check: {e.Message}");
        return 1;
    }

    var report = new Report(Console.Out, Console.Error);
    if (!isQuiet)
        report.WriteEntries(results, sources, withExpressions);
    int errors = report.WriteErrors(results, sources);
    report.WriteSummary(results, sources, Simplifier.Engine);
    return errors > 0 ? 1 : 0;
}

static ImmutableArray<SimplifiedEntry> SimplifyAll(ImmutableArray<SourceEntry> sources, CheckOptions options)
{
    IEnumerable<SimplifiedEntry> results = SimplifyRun.Simplify(sources, options);
    if (Console.IsOutputRedirected)
        return [.. results];

    return AnsiConsole.Progress().Start(context =>
    {
        ProgressTask task = context.AddTask("Simplifying", maxValue: sources.Count(s => s.Entry is FPCoreExpression));
        var done = ImmutableArray.CreateBuilder<SimplifiedEntry>();
        foreach (SimplifiedEntry result in results)
        {
            done.Add(result);
            task.Increment(1);
        }
        return done.ToImmutable();
    });
}
