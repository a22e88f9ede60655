using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Cli.Tests;

/// <summary>Files that are not what they should be end in a line that says so, never in a stack trace.</summary>
public sealed class ReaderTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(1, "eval", "FILE", "--term", "Zero")]
    [InlineData(3, "check", "FILE")]
    [InlineData(3, "prove", "FILE")]
    [InlineData(1, "rec", "FILE")]
    [InlineData(1, "import", "alive", "FILE")]
    [InlineData(1, "import", "ruler", "FILE")]
    [InlineData(1, "import", "guoq", "FILE")]
    [InlineData(2, "circuit", "stats", "FILE")]
    public void Only_regular_files_are_read(int exitCode, params string[] command)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("What files are special is known on Linux.");
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "folder"));
        using (var made = Process.Start("mkfifo", Path.Combine(_tool.Folder, "pipe"))) made.WaitForExit();
        foreach (string file in new[] { "folder", "pipe", "/dev/zero", "nowhere" })
        {
            var outcome = _tool.Run([.. command.Select(c => c == "FILE" ? file : c)]);
            Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
            string line = Assert.Single(
                outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                l => !l.StartsWith("warning:", StringComparison.Ordinal));
            Assert.Contains(file, line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Name: a\n%r = sub %b, %\n=>\n%r = %b\n", "t(2,15): error: a name is missing")]
    [InlineData("Name: a\n  %r = add %x, (1\n=>\n%r = %x\n", "t(2,18): error: ')' is missing")]
    [InlineData("Name: a\nPre:  isPowerOf2(C1\n%r = add %x, C1\n=>\n%r = %x\n", "t(2,20): error: ')' is missing")]
    [InlineData("%r = add %x, 1", "t(1,1): error: there is no 'Name:'")]
    public void Mistakes_in_rules_of_Alive_have_a_place(string text, string message)
    {
        _tool.Write("t", text);
        var outcome = _tool.Run("import", "alive", "t");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith(message, outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "t.rec(1,11): error: An included file is named by its way from this one")]
    [InlineData("folder", "t.rec(1,11): error: There is no file 'folder'")]
    [InlineData("pipe", "t.rec(1,11): error: Cannot read pipe: 'pipe' is no regular file.")]
    public void What_cannot_be_included_is_said_at_its_place(string file, string message)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("What files are special is known on Linux.");
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "folder"));
        using (var made = Process.Start("mkfifo", Path.Combine(_tool.Folder, "pipe"))) made.WaitForExit();
        _tool.Write("t.rec", "#include \"" + file + "\"\nSORTS\nA\n");
        var outcome = _tool.Run("rec", "t.rec");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith(message, outcome.Errors, StringComparison.Ordinal);
        _tool.Write("t.qasm", "OPENQASM 3;\ninclude \"" + file + "\";\n");
        outcome = _tool.Run("circuit", "stats", "t.qasm");
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("t.qasm(2,9): error", outcome.Errors, StringComparison.Ordinal);
    }
}
