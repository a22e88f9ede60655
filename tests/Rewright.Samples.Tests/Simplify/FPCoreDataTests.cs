using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Simplify;
using Simplify.Expressions;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>Expressions that others wrote, in the folder that the environment variable REWRIGHT_DATA names.</summary>
public class FPCoreDataTests
{
    [Fact]
    public void EveryFileIsReadPrintedAndChecked()
    {
        var entries = SimplifyRun.Read([DataFolder()]);

        Assert.Empty(entries.Where(e => e.Entry is FPCoreError).Select(e => $"{e.Location}: {((FPCoreError)e.Entry).Message}"));
        Assert.All(
            entries.Select(e => e.Entry).OfType<FPCoreUnsupported>(),
            e => Assert.Contains(e.Construct, new[] { "while", "while*", "tensor argument" }));
        Assert.True(entries.Count(e => e.Entry is FPCoreExpression) > 700);
        Assert.All(entries.Select(e => e.Entry).OfType<FPCoreExpression>(), AssertRoundTrip);

        List<SimplifiedEntry> results = [.. SimplifyRun.Simplify(entries, new CheckOptions(Points: 2, Seed: 1))];
        Assert.All(results, r => Assert.Null(r.Failure));
        Assert.All(results, r => Assert.True(r.Result.TreeSize() <= r.Original.Body.TreeSize(), r.Source.Location));
        Assert.True(results.Count(r => r.Result.TreeSize() < r.Original.Body.TreeSize()) > 240);
        Assert.Empty(results.SelectMany(r => r.Check!.Differences));
        (int points, int decided) = (results.Sum(r => r.Check!.Points), results.Sum(r => r.Check!.Decided));
        Assert.True(decided > 0.99 * points, $"{decided} of {points} points decided");
    }

    [Fact]
    public async Task BothEnginesPrintTheSame()
    {
        string folder = DataFolder();
        SampleProgram.SkipWithoutNativeCode();
        SampleProgram.Outcome native = await SampleProgram.Run("Simplify", "native", "--print", folder);
        SampleProgram.Outcome interpreted = await SampleProgram.Run("Simplify", "interpreter", "--print", folder);
        Assert.Equal((0, ""), (native.ExitCode, native.Errors));
        Assert.Equal(SimplifyProgramTests.WithoutTime(native.Output), SimplifyProgramTests.WithoutTime(interpreted.Output));
    }

    private static string DataFolder()
    {
        string? root = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(root), "REWRIGHT_DATA does not name a folder with data.");
        return Path.Combine(root, "fpcore");
    }

    private static void AssertRoundTrip(FPCoreExpression expression)
    {
        var builder = new RealExprBuilder();
        var read = Assert.IsType<FPCoreExpression>(Assert.Single(FPCoreReader.Read(FPCorePrinter.Print(expression), builder)));
        Assert.Same(builder.Substitute(expression.Body, new Dictionary<string, RealExpr>()), read.Body);
    }
}
