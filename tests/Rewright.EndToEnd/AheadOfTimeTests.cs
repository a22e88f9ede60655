using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rewright.Testing;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>A program that .NET compiles ahead of time, with warnings of its analysis as errors.</summary>
public sealed class AheadOfTimeTests(Packages packages) : IDisposable
{
    private const string Properties = """
          <PropertyGroup>
            <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
            <PublishAot>true</PublishAot>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <TrimmerSingleWarn>false</TrimmerSingleWarn>
        """;

    // Declared rules by their library; rules of a bundle without LLVM; rules that are compiled while the program runs.
    private const string Program = """
        using System;
        using Rewright;
        using static Rewright.Dsl;

        using var heap = new TermHeap();
        Console.WriteLine($"{Peano.Plus(Peano.Succ(Peano.Zero()), Peano.Succ(Peano.Zero()))} {Peano.Module.Engine}");
        using var serverless = new JitCompiler(JitOptions.Serverless with { LlvmPath = "/nonexistent" });
        using var shipped = serverless.Compile(Module.Parse("module Demo.A\nop F(long): long\nrule F: F(x) -> x + 1"));
        Console.WriteLine($"{shipped.Evaluate("F(5)")} {shipped.Engine} {shipped.Origin}");
        using var jit = new JitCompiler(new JitOptions { UseCache = false });
        using var compiled = jit.Compile(Module.Parse("module Demo.B\nop F(long): long\nrule F: F(x) -> x * 2"));
        Console.WriteLine($"{compiled.Evaluate("F(5)")} {compiled.Engine} {compiled.Origin}");

        [PatternModule]
        public static partial class Peano
        {
            [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
            [Operation] public static partial Nat Plus(Nat x, Nat y);
            [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
            [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
        }
        """;

    private static readonly string[] Trimmed = ["-p:PublishAot=false", "-p:PublishTrimmed=true", "-p:SelfContained=true"];

    private readonly TestProject _project = new(packages);
    // Not in the project's folder: its name is too much for the targets of .NET that link.
    private readonly DirectoryInfo _dotnet = Directory.CreateTempSubdirectory("rewright-dotnet-");

    public void Dispose()
    {
        _project.Dispose();
        _dotnet.Delete(recursive: true);
    }

    [Fact]
    public async Task A_program_without_a_just_in_time_compiler_runs_declared_shipped_and_compiled_rules()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux()
            && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "Written for Linux on x86-64.");
        ExternalProgram.Gcc.Need();
        // .NET's own compiler comes from NuGet, once for all runs.
        string user = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        _project.Write("Tools/nuget.config",
            "<configuration><packageSources><clear /><add key=\"nuget.org\" value=\"https://api.nuget.org/v3/index.json\" "
                + "/></packageSources></configuration>");
        _project.Write("Tools/Tools.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\">\n" + Properties
            + "\n<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup></Project>");
        foreach (string[] kind in new[] { [], Trimmed })
        {
            var tools = await Command.RunAsync("dotnet", ["restore", "Tools", .. kind], _project[""], ("NUGET_PACKAGES", user));
            Assert.SkipUnless(tools.ExitCode == 0, "The compiler of .NET for native code cannot be restored.");
        }

        // Only those of .NET: a package of ours that somebody has restored there before is not the one that was packed now.
        foreach (var package in new DirectoryInfo(user).GetDirectories().Where(
            d => d.Name.StartsWith("microsoft.", StringComparison.Ordinal) || d.Name.StartsWith("runtime.", StringComparison.Ordinal)))
            Directory.CreateSymbolicLink(Path.Combine(_dotnet.FullName, package.Name), package.FullName);

        _project.Write("App/App.csproj", TestProject.Project("Exe", Properties + $"""

                <RestoreFallbackFolders>{_dotnet.FullName}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <RewrightPrewarm Include="a.rw" />
              </ItemGroup>
            """));
        _project.Write("App/a.rw", "module Demo.A\nop F(long): long\nrule F: F(x) -> x + 1");
        _project.Write("App/Program.cs", Program);
        (await _project.DotnetAsync("publish", "App", "-o", "published")).SucceededWithoutWarnings();
        Assert.False(File.Exists(_project["published/Rewright.dll"]));
        var outcome = await Command.RunAsync(_project["published/App"], [], _project[""]);
        Assert.Equal((0, "Succ(Succ(Zero)) Native\n6 Native Bundle\n10 Native Compiled\n"), (outcome.ExitCode, outcome.Output));

        // Trimming makes another assembly of each: what was shipped is code of the same version nevertheless.
        (await _project.DotnetAsync(["publish", "App", "-o", "trimmed", .. Trimmed])).SucceededWithoutWarnings();
        outcome = await Command.RunAsync(_project["trimmed/App"], [], _project[""]);
        Assert.Equal((0, "Succ(Succ(Zero)) Native\n6 Native Bundle\n10 Native Compiled\n"), (outcome.ExitCode, outcome.Output));
    }
}
