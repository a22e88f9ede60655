using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.Samples.Tests;

/// <summary>Runs the sample that optimises circuits.</summary>
public sealed class QuantumPeepholeTests
{
    [Fact]
    public async Task ItsOwnCircuitsAreProvedEqual()
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "QuantumPeephole.dll"), "--budget", "1000", "--rounds",
            "4"])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Equal(6, output.ReplaceLineEndings("\n").Split('\n').Count(l => l.EndsWith("proved equal", StringComparison.Ordinal)));
    }
}
