using System;
using Xunit;

namespace Rewright.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("rewright [command] [options]")]
    [InlineData("rewright eval <FILE.rw>... [options]", "eval")]
    [InlineData("rewright circuit optimize <IN.qasm> [options]", "circuit", "optimize")]
    public void Help_calls_the_tool_as_users_call_it(string usage, params string[] command)
    {
        var outcome = _tool.Run([.. command, "--help"]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("Usage:\n  " + usage + "\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Rewright.Cli", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_command_the_commands_are_listed()
    {
        var outcome = _tool.Run();
        Assert.Equal(1, outcome.ExitCode);
        foreach (string command in new[] { "eval", "rec", "prove", "check", "import", "circuit", "inspect", "cache", "dashboard" })
            Assert.Contains("\n  " + command + " ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        var outcome = _tool.Run("--version");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Matches(@"^\d+\.\d+\.\d+[^\n]*\n$", outcome.Output);
    }
}
