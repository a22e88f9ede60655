using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>Runs the program as a user does, its output in a pipe.</summary>
public sealed class SimplifyProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("simplify-").FullName;

    private sealed record Outcome(int ExitCode, string Output, string Errors);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ItsOwnDataIsReadAndCorrect()
    {
        Outcome outcome = await Run("--check", "--points", "10");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("speed from rapidity", outcome.Output);
        Assert.Contains("52 expressions simplified in ", outcome.Output);
        Assert.Contains("checked at 520 points: 100.00 % decided, 0 differences", outcome.Output);
        Assert.DoesNotContain("\u001b", outcome.Output); // no progress bar in a pipe
    }

    [Fact]
    public async Task BadInputIsReportedAndTheRestDone()
    {
        Write("b.fpcore", "(FPCore (x) :name \"bad\"\n (sin y))\n(FPCore (x) :name \"good\" (+ x 0))");
        Write("a.fpcore", "(FPCore (x) :name \"loop\"\n (while (< x 1) ([x 0 (+ x 1)]) x))");
        Outcome outcome = await Run(_folder);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal($"{Path.Combine(_folder, "b.fpcore")}:2:7: error: unknown name 'y'\n", outcome.Errors);
        Assert.Contains("good", outcome.Output);
        Assert.Contains($"{Path.Combine(_folder, "a.fpcore")}:2:2: not supported: while (loop)\n", outcome.Output);
        Assert.Contains("1 not supported: 1 with while\n", outcome.Output);
    }

    [Fact]
    public async Task WhatIsNotSupportedIsNoError()
    {
        string file = Write("a.fpcore", "(FPCore (x) (while (< x 1) ([x 0 (+ x 1)]) x))");
        Outcome outcome = await Run("--quiet", file);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.DoesNotContain("a.fpcore", outcome.Output);
    }

    [Fact]
    public async Task AMissingFileIsNamed()
    {
        Outcome outcome = await Run(Path.Combine(_folder, "none.fpcore"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("none.fpcore: error: ", outcome.Errors);
    }

    [Theory]
    [InlineData("--points", "0")]
    [InlineData("--points", "many")]
    [InlineData("--seed", "")]
    [InlineData("--unknown", "1")]
    public async Task BadOptionsAreRefused(string option, string value)
    {
        Outcome outcome = await Run(option, value, _folder);
        Assert.Equal(1, outcome.ExitCode);
        Assert.NotEqual("", outcome.Errors);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<Outcome> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Simplify.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Outcome(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }
}
