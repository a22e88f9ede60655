using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.Samples.Tests.DynamicRules;

/// <summary>Runs the program, and changes its folder meanwhile.</summary>
public sealed class DynamicRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamic-rules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rules_come_change_and_go_while_requests_are_served()
    {
        Write("a.rw", "module A\nop F(long): long\nrule F: F(x) -> x + 1");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DynamicRules.dll"), _folder])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            })!;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        time.CancelAfter(TimeSpan.FromMinutes(3));
        var seen = new List<string>();
        async Task<string> Next(Predicate<string> isWanted)
        {
            while (await process.StandardOutput.ReadLineAsync(time.Token) is { } line)
            {
                seen.Add(line);
                if (isWanted(line)) return line;
            }

            throw new InvalidOperationException("It ended after: " + string.Join('\n', seen));
        }

        Task<string> Ask(string request)
        {
            process.StandardInput.WriteLine(request);
            process.StandardInput.Flush();
            return Next(line => !line.StartsWith('#'));
        }

        await Next(line => line == "# A: loaded from a.rw");
        Assert.Equal("6", await Ask("A F(5)"));
        Assert.Equal("A (Interpreter)", await Ask("list"));

        Write("a.rw", "module A\nop F(long): long\nrule F: F(x) -> x * 100");
        await Next(line => line == "# A: replaced from a.rw");
        Assert.Equal("500", await Ask("A F(5)"));

        // A mistake is told, and the last good version goes on.
        Write("a.rw", "module A\nop F(long): long\nrule F: F(x) -> y");
        Assert.Contains("a.rw(3,", await Next(line => line.Contains("error", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("500", await Ask("A F(5)"));

        Write("b.rw", "module B\nop Sum(long, long): long\nrule Done: Sum(0, s) -> s\n"
            + "rule More [priority -1]: Sum(n, s) -> Sum(n - 1, s + n)");
        await Next(line => line == "# B: loaded from b.rw");
        string switched = "# B: native from now on";
        for (int i = 0; i < 2000 && !seen.Contains(switched); i++) Assert.Equal("5000050000", await Ask("B Sum(100000, 0)"));
        Assert.Contains(switched, seen);
        Assert.StartsWith("1 compiled in ", await Ask("stats"), StringComparison.Ordinal);

        File.Delete(Path.Combine(_folder, "a.rw"));
        await Next(line => line == "# A: removed");
        Assert.StartsWith("error: there is no module", await Ask("A F(5)"), StringComparison.Ordinal);
        Assert.Equal("B (Native)", await Ask("list"));
        process.StandardInput.WriteLine("quit");
        await process.WaitForExitAsync(time.Token);
        Assert.Equal(0, process.ExitCode);
    }

    // Renamed into place, so that half of a file is never read.
    private void Write(string name, string text)
    {
        string temporary = Path.Combine(_folder, name + ".tmp");
        File.WriteAllText(temporary, text);
        File.Move(temporary, Path.Combine(_folder, name), overwrite: true);
    }
}
