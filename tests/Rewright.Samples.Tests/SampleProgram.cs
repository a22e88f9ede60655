using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Rewright.Llvm;
using Xunit;

namespace Rewright.Samples.Tests;

/// <summary>Runs samples as a user does, their output in a pipe.</summary>
internal static class SampleProgram
{
    public sealed record Outcome(int ExitCode, string Output, string Errors);

    public static void SkipWithoutNativeCode() => Assert.SkipWhen(
        LlvmDiscovery.Find() is LlvmMissing || LinkerDiscovery.Find() is LinkerMissing,
        "LLVM or a linker is not installed (packages libllvm19 and binutils)");

    /// <summary>Makes something that computes exactly; the test is skipped where the library for it is missing.</summary>
    public static T Exact<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (DllNotFoundException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <param name="name">The sample.</param>
    /// <param name="engine">What the environment says about the engine; null for nothing.</param>
    /// <param name="arguments">For the program.</param>
    public static Task<Outcome> Run(string name, string? engine, params string[] arguments) =>
        RunFrom(AppContext.BaseDirectory, name, engine, arguments);

    /// <param name="folder">Where the sample's assembly is.</param>
    /// <inheritdoc cref="Run"/>
    public static async Task<Outcome> RunFrom(string folder, string name, string? engine, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, name + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["REWRIGHT_ENGINE"] = engine;
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Outcome(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }
}
