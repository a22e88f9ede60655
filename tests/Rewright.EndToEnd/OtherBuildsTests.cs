using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>Builds that are not the usual one.</summary>
public sealed partial class OtherBuildsTests(Packages packages) : IDisposable
{
    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_code_in_the_readme_without_llvm()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        _project.Write("App/Program.cs", CSharpBlock().Match(readme).Groups[1].Value);
        string expected = OutputBlock().Match(readme).Groups[1].Value;
        _project.Environment["REWRIGHT_LLVM"] = "/nonexistent";

        // Not even where warnings are errors is it one.
        var build = (await _project.BuildAsync("-p:TreatWarningsAsErrors=true")).Succeeded();
        var warning = Assert.Single(build.Warnings);
        Assert.Equal("RW0202", warning.Code);
        Assert.Contains("libllvm19", warning.Text);
        Assert.Contains("RewrightLlvmPath", warning.Text);
        Assert.Equal(expected.Replace("Native", "Interpreter"), await _project.RunAsync());

        // Said again as long as it is so, unless it is to be an error or nothing.
        Assert.Equal("RW0202", Assert.Single((await _project.BuildAsync("--no-restore")).Succeeded().Warnings).Code);
        Assert.Equal(["RW0202"], (await _project.BuildAsync("--no-restore", "-p:RewrightNative=require")).Failed().Errors);
        (await _project.BuildAsync("--no-restore", "-p:NoWarn=RW0202")).SucceededWithoutWarnings();
        (await _project.BuildAsync("--no-restore", "-p:RewrightNative=off")).SucceededWithoutWarnings();

        // With LLVM the next build makes up for it.
        _project.Environment.Remove("REWRIGHT_LLVM");
        (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(expected, await _project.RunAsync());
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("netstandard2.0")]
    public async Task An_older_framework_is_refused_in_one_line(string framework)
    {
        // What such a framework consists of is not on every machine, and not what is tested.
        _project.Write("App/App.csproj",
            TestProject.Project(
            "Library", "<PropertyGroup><DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences></PropertyGroup>")
            .Replace("net10.0", framework, StringComparison.Ordinal));
        _project.Write("App/Peano.cs",
            "using Rewright; [PatternModule] public static partial class Peano { [Sort] public readonly partial struct Nat; }");
        var build = (await _project.BuildAsync()).Failed();
        Assert.Equal(["NU1202"], build.Errors);
        Assert.Contains("supports: net10.0", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_faulty_rule_is_reported_at_its_place_and_nothing_else_is()
    {
        _project.Write("App/Program.cs", "return 0;");
        _project.Write("App/Peano.cs", """
            using Rewright;
            using static Rewright.Dsl;

            [PatternModule]
            public static partial class Peano
            {
                [Sort] public readonly partial struct Nat;
                [Constructor] public static partial Nat Zero();
                [Operation] public static partial Nat Same(Nat x);

                [Pattern] static Rule SameAny(Nat x, Nat y) => Rewrite(Same(x), to: y);
            }
            """);
        var build = (await _project.BuildAsync()).Failed();
        Assert.Equal(["RW0014"], build.Errors);
        Assert.Contains("Peano.cs(11,73): error RW0014", build.Output);
        Assert.Empty(build.OurTargets);
    }

    [Theory]
    [InlineData("-p:SkipCompilerExecution=true")]
    [InlineData("-p:DesignTimeBuild=true")]
    [InlineData("-p:DesignTimeBuild=true", "-p:RewrightRust=build", "-p:RewrightShowArtifacts=true")]
    public async Task A_design_time_build_runs_nothing_of_ours(params string[] options)
    {
        _project.Write("App/Program.cs", "return 0;");
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        // As the language server of VS Code asks, which has the compiler skipped; others may not.
        var build = (await _project.DotnetAsync(
            ["msbuild", "App", "-restore", "-t:Compile;CoreCompile", "-p:BuildingInsideVisualStudio=true",
            "-p:BuildProjectReferences=false", "-p:ProvideCommandLineArgs=true", .. options])).SucceededWithoutWarnings();
        Assert.True(build.Ran("CoreCompile"));
        Assert.Empty(build.OurTargets);
        Assert.False(Directory.Exists(_project["App/obj/Debug/net10.0/rewright"]));
    }

    [Fact]
    public async Task What_a_build_has_made_is_shown_where_asked_for()
    {
        _project.Write("App/App.csproj", TestProject.Project("Exe", package: "Rewright.Quantum"));
        _project.Write("App/Program.cs", "return 0;");
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        _project.Write("App/Circuits.cs", "using Rewright;\nusing Rewright.Quantum;\nusing static Rewright.Quantum.Gates;\n"
            + "public static class Circuits { [Circuit] public static Circuit Flip(Qubit a) => [X(a)]; }\n");
        string[] options = ["-p:RewrightRust=emit", "-p:RewrightShowArtifacts=true"];
        (await _project.BuildAsync(options)).SucceededWithoutWarnings();

        string[] links = Links(await EvaluateAsync(options));
        Assert.Contains("Rewright/rw/Peano.rw", links);
        Assert.Contains(links,
            l => l.StartsWith("Rewright/llvm/", StringComparison.Ordinal) && l.EndsWith(".ll", StringComparison.Ordinal));
        Assert.Contains("Rewright/qasm/Circuits/Flip.qasm", links);
        Assert.Contains(links,
            l => l.StartsWith("Rewright/rust/", StringComparison.Ordinal) && l.EndsWith(".rs", StringComparison.Ordinal));
        Assert.Empty(Links(await EvaluateAsync(["-p:RewrightRust=emit"])));

        // They are there to be read: nothing is built, copied or packed for them.
        var again = (await _project.BuildAsync(["--no-restore", .. options])).SucceededWithoutWarnings();
        Assert.Empty(again.OurTargets.Except(["BuildRust"]));
        Assert.False(again.Ran("CoreCompile"));
        Assert.False(Directory.Exists(_project["App/bin/Debug/net10.0/Rewright"]));

        async Task<string> EvaluateAsync(string[] properties)
        {
            var outcome = await Command.RunAsync(
                "dotnet", ["msbuild", "App", "-getItem:None", .. properties], _project["."], _project.Variables());
            Assert.True(outcome.ExitCode == 0, outcome.Output);
            return outcome.Output;
        }

        static string[] Links(string json)
            => [.. JsonDocument.Parse(json).RootElement.GetProperty("Items").GetProperty("None").EnumerateArray()
                .Select(i => i.TryGetProperty("Link", out var link) ? link.GetString()!.Replace('\\', '/') : "").Where(l => l.Length > 0)];
    }

    [Fact]
    public async Task The_native_library_follows_project_references_and_publishing()
    {
        _project.Write("Library/Library.csproj", TestProject.Project("Library"));
        _project.Write("Library/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        // No reference to the package: the library brings what is needed at run time.
        _project.Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../Library/Library.csproj" />
              </ItemGroup>
            </Project>
            """);
        _project.Write("App/Program.cs", """
            using System;
            using Rewright;

            using var heap = new TermHeap();
            Console.WriteLine(Peano.Plus(Peano.Zero(), Peano.Zero()) + " " + Peano.Module.Engine);
            """);
        (await _project.BuildAsync()).SucceededWithoutWarnings();
        Assert.Equal("Zero Native\n", await _project.RunAsync());
        (await _project.DotnetAsync("publish", "App", "--no-build", "-c", "Debug", "-o", _project["published"])).SucceededWithoutWarnings();
        Assert.Equal("Zero Native\n", await _project.RunAsync("published"));
        Assert.True(File.Exists(_project["published/libLibrary.rewright.so"]));

        var build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Empty(build.OurTargets);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("```text\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex OutputBlock();
}
