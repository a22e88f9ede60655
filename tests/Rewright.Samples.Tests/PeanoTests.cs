using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Rewright.Llvm;
using Xunit;

namespace Rewright.Samples.Tests;

/// <summary>Runs the smallest sample as a user does.</summary>
public sealed class PeanoTests
{
    [Fact]
    public async Task TwoAndTwoAreComputedNatively()
    {
        Assert.SkipWhen(LlvmDiscovery.Find() is LlvmMissing || LinkerDiscovery.Find() is LinkerMissing, "LLVM or a linker is not installed (packages libllvm19 and binutils)");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Peano.dll")]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, "Succ(Succ(Succ(Succ(Zero))))\nComputed by: Native\n"), (process.ExitCode, output.ReplaceLineEndings("\n")));
    }
}
