using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>What users get besides the library: the tool <c>rewright</c>, and templates for <c>dotnet new</c>.</summary>
public sealed class ToolTests(Packages packages) : System.IDisposable
{
    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_tool_is_installed_and_evaluates_a_term()
    {
        await DotnetAsync(["tool", "install", "Rewright.Cli", "--tool-path", _project["tools"], "--version", Version("Rewright.Cli")]);
        File.WriteAllText(_project["sum.rw"], "op Sum(long, long): long\nrule Sum: Sum(a, b) -> a + b\n");
        string tool = Path.Combine(_project["tools"], "rewright");
        var sum = await Command.RunAsync(
            tool, ["eval", _project["sum.rw"], "--term", "Sum(40, 2)", "--engine", "interpreter"], _project["."]);
        Assert.Equal("42\n", sum.Output);
    }

    [Fact]
    public async Task New_projects_build_and_run()
    {
        string templates = Directory.GetFiles(Packages.Folder, "Rewright.Templates.*.nupkg").Single();
        string home = _project["templates"];
        await DotnetAsync(["new", "install", templates, "--debug:custom-hive", home]);
        foreach (var (template, name, expected) in new[]
            { ("rewright", "Sums", "is Name(\"x\"), by engine Native."), ("rewright-quantum", "Qubits", "5 gates became 1:\nOPENQASM 3") })
        {
            await DotnetAsync(["new", template, "-o", _project[name], "--debug:custom-hive", home]);
            if (template == "rewright")
                await DotnetAsync(["new", "rewright-module", "-n", "Naturals", "-o", _project[name], "--namespace", "Sums",
                    "--debug:custom-hive", home]);
            var run = await Command.RunAsync("dotnet", ["run", "--project", _project[name]], _project["."], _project.Variables());
            Assert.True(run.ExitCode == 0, run.Output);
            Assert.Contains(expected, run.Output.ReplaceLineEndings("\n"));
            Assert.DoesNotContain("warning", run.Output);
        }
    }

    private async Task DotnetAsync(string[] arguments)
    {
        var outcome = await Command.RunAsync("dotnet", arguments, _project["."], _project.Variables());
        Assert.True(outcome.ExitCode == 0, outcome.Output);
    }

    private static string Version(string package)
        => Path.GetFileNameWithoutExtension(Directory.GetFiles(Packages.Folder, package + ".*.nupkg").Single())[(package.Length + 1)..];
}
