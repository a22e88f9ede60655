using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace Rewright.Cli.Tests;

public sealed class CacheTests : IDisposable
{
    private readonly Tool _tool = new();

    public CacheTests()
    {
        foreach (int n in (int[])[1, 2, 3]) _tool.Write($"m{n}.rw", $"module Demo.M{n}\nop F(long): long\nrule F: F(x) -> x * {n}");
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_cache_is_warmed_listed_explained_checked_and_cleared()
    {
        Assert.Equal((0, "3 compiled, 0 known\n"), Result(_tool.Run("cache", "warm", "m1.rw", "m2.rw", "m3.rw")));
        Assert.Equal((0, "0 compiled, 1 known\n"), Result(_tool.Run("cache", "warm", "m1.rw")));
        var list = _tool.Run("cache", "list");
        Assert.Equal(["Demo.M1", "Demo.M2", "Demo.M3"],
            list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).Order());
        var json = JsonDocument.Parse(_tool.Run("cache", "list", "--json").Output.Split('\n')[0]).RootElement;
        string path = json.GetProperty("path").GetString()!;
        Assert.True(File.Exists(path));
        Assert.StartsWith("hit: ", _tool.Run("cache", "why", "m1.rw").Output, StringComparison.Ordinal);
        var other = _tool.Run("cache", "why", "m1.rw", "-O", "1");
        Assert.Equal((3, "miss: OtherOptions: there is code compiled with 'O2', not 'O1'\n"), Result(other));
        _tool.Write("m1.rw", "module Demo.M1\nop F(long): long\nrule F: F(x) -> x * 100");
        Assert.Contains("has changed", _tool.Run("cache", "why", "m1.rw").Output, StringComparison.Ordinal);
        var stats = JsonDocument.Parse(_tool.Run("cache", "stats", "--json").Output).RootElement;
        Assert.Equal((3, Path.Combine(_tool.Folder, "cache")),
            (stats.GetProperty("entries").GetInt32(), stats.GetProperty("directory").GetString()));

        Assert.Equal((0, "3 right, 0 wrong\n"), Result(_tool.Run("cache", "verify")));
        File.WriteAllText(path, "nonsense");
        Assert.StartsWith("Truncated: ", _tool.Run("cache", "verify").Output, StringComparison.Ordinal);
        Assert.Equal(0, _tool.Run("cache", "verify", "--repair").ExitCode);
        Assert.Equal((0, "2 right, 0 wrong\n"), Result(_tool.Run("cache", "verify")));
        Assert.Equal((0, "2 entries\n"), Result(_tool.Run("cache", "clear")));
        Assert.Equal("", _tool.Run("cache", "list").Output);
    }

    [Fact]
    public void A_bundle_beside_nothing_but_named_and_an_archive_go_elsewhere()
    {
        Assert.Equal(0, _tool.Run("cache", "warm", "m1.rw", "m2.rw").ExitCode);
        Assert.Equal((0, "1 entry\n"), Result(_tool.Run("cache", "export", "one.rwa", "--name", "Demo.M2")));
        Assert.Equal((0, "1 entry\n"), Result(_tool.Run("cache", "import", "one.rwa", "--cache", "elsewhere")));
        _tool.Environment["REWRIGHT_LLVM"] = "/nonexistent";
        Assert.Equal((0, "6\n"), Result(_tool.Run("eval", "m2.rw", "--term", "F(3)", "--cache", "elsewhere")));
        Assert.Equal(2, _tool.Run("eval", "m1.rw", "--term", "F(3)", "--cache", "elsewhere").ExitCode);
        _tool.Environment.Clear();
        var bundle = _tool.Run("cache", "warm", "m1.rw", "m3.rw", "--bundle", "app.rwb", "--cpu", "x86-64");
        Assert.Equal(0, bundle.ExitCode);
        Assert.StartsWith("app.rwb: 2 modules, ", bundle.Output, StringComparison.Ordinal);
        Assert.Equal(2, _tool.Run("cache", "import", "app.rwb").ExitCode);
    }

    [Fact]
    public void A_directory_of_others_is_refused()
    {
        string shared = Directory.CreateDirectory(Path.Combine(_tool.Folder, "shared")).FullName;
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(shared, (UnixFileMode)0b111_111_111);
        var outcome = _tool.Run("cache", "list", "--cache", shared);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("all users can write", outcome.Errors, StringComparison.Ordinal);
        // A program goes on without it.
        Assert.Equal((0, "6\n"), Result(_tool.Run("eval", "m2.rw", "--term", "F(3)", "--cache", shared)));
        Assert.Empty(Directory.GetFileSystemEntries(shared));
    }

    private static (int, string) Result(Outcome outcome) => (outcome.ExitCode, outcome.Output);
}
