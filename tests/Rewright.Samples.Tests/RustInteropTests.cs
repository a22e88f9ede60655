using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Rewright.Testing;
using Xunit;

namespace Rewright.Samples.Tests;

/// <summary>One module, used from C# through its Rust crate and from a Rust program with the same crate.</summary>
public sealed class RustInteropTests
{
    private const string Expected = "Add(Add(Mul(X, X), Mul(X, Add(X, X))), Num(5))\n32\noverflow\n";

    [Fact]
    public async Task BothLanguagesPrintTheSame()
    {
        ExternalProgram.Cargo.Need();
        var csharp = await SampleProgram.Run("RustInterop", engine: null);
        Assert.Equal(new(0, Expected, "Computed by: Rust\n"), csharp);

        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Toolchain.sln"))) root = Path.GetDirectoryName(root)!;
        var start = new ProcessStartInfo("cargo")
        {
            RedirectStandardOutput = true, WorkingDirectory = Path.Combine(root, "samples", "RustInterop", "app"),
        };
        foreach (string argument in new[] { "run", "--offline", "--quiet", "--target-dir",
            Path.Combine(root, "samples", "RustInterop", "obj", "app") })
            start.ArgumentList.Add(argument);
        using var cargo = Process.Start(start)!;
        string output = await cargo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await cargo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, Expected), (cargo.ExitCode, output.ReplaceLineEndings("\n")));
    }
}
