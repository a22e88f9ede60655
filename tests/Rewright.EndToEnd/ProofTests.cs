using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rewright.Testing;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>Rules that the build proves, and one that is wrong.</summary>
public sealed class ProofTests(Packages packages) : IDisposable
{
    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_wrong_rule_fails_every_build_until_it_is_mended()
    {
        ExternalProgram.Z3.Need();
        string sample = Path.Combine(Repository.Root, "samples", "Peephole");
        _project.Write("App/Peephole.cs", File.ReadAllText(Path.Combine(sample, "Peephole.cs")));
        _project.Write("App/Program.cs", File.ReadAllText(Path.Combine(sample, "Program.cs")));

        // All is proved, and the solver is not asked again.
        var build = (await _project.BuildAsync()).SucceededWithoutWarnings();
        Assert.Equal(["ExtractArtifacts", "Prove", "CompileNative"], build.OurTargets);
        string report = File.ReadAllText(_project["App/obj/Debug/net10.0/rewright/proofs.json"]);
        Assert.Equal(21, report.Split("\"verdict\": \"proved\"").Length - 1);
        Assert.Equal("Shl(Add(Input('x'), Input('y')), Const(3))",
            (await _project.RunAsync()).ReplaceLineEndings("\n").TrimEnd().Split('\n')[^1]);
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Empty(build.OurTargets);

        // The task says it first, then the compiler while it is as it was.
        _project.Edit("App/Peephole.cs", "// [Pattern] static Rule HalveThenDouble", "[Pattern] static Rule HalveThenDouble");
        int line = 1 + Array.FindIndex(File.ReadAllLines(_project["App/Peephole.cs"]), l => l.Contains("Rule HalveThenDouble"));
        for (int i = 0; i < 2; i++)
        {
            build = (await _project.BuildAsync("--no-restore")).Failed();
            Assert.Equal(["RW0301"], build.Errors);
            Assert.Contains($"Peephole.cs({line},27): error RW0301: 'HalveThenDouble' is wrong: for x = 1 at width 8", build.Output,
                StringComparison.Ordinal);
        }

        // Without proofs nobody objects.
        (await _project.BuildAsync("--no-restore", "-p:RewrightProofs=off")).SucceededWithoutWarnings();

        _project.Edit("App/Peephole.cs", "[Pattern] static Rule HalveThenDouble", "// [Pattern] static Rule HalveThenDouble");
        (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
    }

    [Fact]
    public async Task Without_a_solver_the_build_says_so_and_goes_on()
    {
        _project.Write("App/Peephole.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peephole", "Peephole.cs")));
        _project.Write("App/Program.cs", "System.Console.WriteLine(Peephole.Module.Name);");
        _project.Environment["REWRIGHT_Z3"] = "/nowhere/z3";
        _project.Environment["REWRIGHT_CVC5"] = "/nowhere/cvc5";
        var build = (await _project.BuildAsync("-p:TreatWarningsAsErrors=true")).Succeeded();
        var warning = Assert.Single(build.Warnings, w => w.Code == "RW0210");
        Assert.Contains("21 rules, 'FoldAdd' among them, are not proved", warning.Text, StringComparison.Ordinal);
        Assert.Contains("apt-get install z3", warning.Text, StringComparison.Ordinal);
        Assert.Equal("Peephole", (await _project.RunAsync()).Trim());
    }
}
