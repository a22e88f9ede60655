using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.Samples.Tests;

/// <summary>Runs the smallest sample as a user does, with each engine.</summary>
public sealed class PeanoTests
{
    [Theory]
    [InlineData(null, "Native")]
    [InlineData("auto", "Native")]
    [InlineData("native", "Native")]
    [InlineData("interpreter", "Interpreter")]
    public async Task TwoAndTwoAreComputed(string? engine, string computedBy)
    {
        SampleProgram.SkipWithoutNativeCode();
        var outcome = await SampleProgram.Run("Peano", engine);
        Assert.Equal(new(0, $"Succ(Succ(Succ(Succ(Zero))))\nComputed by: {computedBy}\n", ""), outcome);
    }

    [Fact]
    public async Task AnUnknownEngineIsRefused()
    {
        var outcome = await SampleProgram.Run("Peano", "interpreted");
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("REWRIGHT_ENGINE can be auto, interpreter, native or rust, not 'interpreted'.", outcome.Errors);
    }

    [Fact]
    public async Task MissingNativeCodeIsAnErrorOnlyWhereItIsAskedFor()
    {
        string folder = Directory.CreateTempSubdirectory("peano-").FullName;
        try
        {
            foreach (string pattern in new[] { "Peano*", "Rewright*.dll" })
            {
                foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, pattern))
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            var outcome = await SampleProgram.RunFrom(folder, "Peano", engine: null);
            Assert.Equal(new(0, "Succ(Succ(Succ(Succ(Zero))))\nComputed by: Interpreter\n", ""), outcome);

            outcome = await SampleProgram.RunFrom(folder, "Peano", "native");
            Assert.NotEqual(0, outcome.ExitCode);
            Assert.Contains("The module Peano is to run on Native. The build has made no native code of it.", outcome.Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
