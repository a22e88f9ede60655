using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Simplify.Checking;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>Runs the program as a user does, its output in a pipe.</summary>
public sealed class SimplifyProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("simplify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ItsOwnDataIsReadAndCorrect()
    {
        SampleProgram.Exact(() => new IntervalArithmetic(64)).Dispose();
        SampleProgram.Outcome outcome = await Run("--check", "--points", "10");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("speed from rapidity", outcome.Output);
        Assert.Contains("52 expressions simplified in ", outcome.Output);
        Assert.Contains("checked at 520 points: 100.00 % decided, 0 differences", outcome.Output);
        Assert.DoesNotContain("\u001b", outcome.Output); // no progress bar in a pipe
    }

    [Fact]
    public async Task BothEnginesPrintTheSame()
    {
        SampleProgram.SkipWithoutNativeCode();
        SampleProgram.Outcome native = await SampleProgram.Run("Simplify", "native", "--print");
        SampleProgram.Outcome interpreted = await SampleProgram.Run("Simplify", "interpreter", "--print");
        Assert.Contains(" s by native code\n", native.Output);
        Assert.Contains(" s by the interpreter\n", interpreted.Output);
        Assert.Contains("  :name \"energy of a harmonic oscillator\"\n", native.Output);
        Assert.Contains("\n  (* 0.5 (* k (pow A 2))))\n", native.Output);
        Assert.Equal(WithoutTime(native.Output), WithoutTime(interpreted.Output));
    }

    [Fact]
    public async Task BadInputIsReportedAndTheRestDone()
    {
        Write("b.fpcore", "(FPCore (x) :name \"bad\"\n (sin y))\n(FPCore (x) :name \"good\" (+ x 0))");
        Write("a.fpcore", "(FPCore (x) :name \"loop\"\n (while (< x 1) ([x 0 (+ x 1)]) x))");
        SampleProgram.Outcome outcome = await Run(_folder);
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
        SampleProgram.Outcome outcome = await Run("--quiet", file);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.DoesNotContain("a.fpcore", outcome.Output);
    }

    [Fact]
    public async Task AMissingFileIsNamed()
    {
        SampleProgram.Outcome outcome = await Run(Path.Combine(_folder, "none.fpcore"));
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
        SampleProgram.Outcome outcome = await Run(option, value, _folder);
        Assert.Equal(1, outcome.ExitCode);
        Assert.NotEqual("", outcome.Errors);
    }

    /// <summary>Without the line that gives time and engine.</summary>
    internal static string WithoutTime(string output) => string.Concat(output.Split('\n').Where(line => !line.Contains(" simplified in ")));

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static Task<SampleProgram.Outcome> Run(params string[] arguments) => SampleProgram.Run("Simplify", engine: null, arguments);
}
