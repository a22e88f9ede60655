using System;
using System.IO;
using System.Linq;
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

    [Fact]
    public async Task A_design_time_build_runs_nothing_of_ours()
    {
        _project.Write("App/Program.cs", "return 0;");
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        // As the language server of VS Code asks.
        var build = (await _project.DotnetAsync(
            "msbuild", "App", "-restore", "-t:Compile;CoreCompile", "-p:DesignTimeBuild=true", "-p:BuildingInsideVisualStudio=true",
            "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true")).SucceededWithoutWarnings();
        Assert.True(build.Ran("CoreCompile"));
        Assert.Empty(build.OurTargets);
        Assert.Empty(_project.Traces("App/obj/Debug"));
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
