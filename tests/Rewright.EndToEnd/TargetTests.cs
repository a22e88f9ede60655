using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Rewright.Testing;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>Native code for several machines, and the ways on which it leaves the project.</summary>
public sealed class TargetTests : IDisposable
{
    private const int X64 = 62, Arm64 = 183;
    private const string Program = """
        using System;
        using System.IO;
        using System.Linq;
        using Rewright;

        using var heap = new TermHeap();
        var maps = File.ReadLines("/proc/self/maps").Select(l => Path.GetFileName(l.Split(' ')[^1])).Where(l => l.Contains(".rewright.")).Distinct();
        Console.WriteLine(Peano.Plus(Peano.Zero(), Peano.Zero()) + " " + Peano.Module.Engine + " " + string.Join(" ", maps));
        """;

    private readonly TestProject _project;

    public TargetTests(Packages packages)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "is about Linux on x64");
        _project = new TestProject(packages);
        _project.Write("App/Program.cs", Program);
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
    }

    public void Dispose() => _project?.Dispose();

    [Fact]
    public async Task One_build_makes_libraries_and_objects_for_several_machines()
    {
        ExternalProgram.Arm64Linker.Need();
        _project.Write("App/App.csproj", TestProject.Project("Exe", """
              <PropertyGroup>
                <RewrightTargets>linux-x64;linux-arm64;win-x64;osx-arm64</RewrightTargets>
                <RewrightCpu>x86-64;x86-64-v2</RewrightCpu>
              </PropertyGroup>
            """));
        (await _project.BuildAsync()).SucceededWithoutWarnings();
        Assert.Equal(X64, MachineOf("App/bin/Debug/net10.0/libApp.rewright.so"));
        Assert.Equal(X64, MachineOf("App/bin/Debug/net10.0/libApp.rewright.x86-64-v2.so"));
        Assert.Equal(Arm64, MachineOf("App/bin/Debug/net10.0/runtimes/linux-arm64/native/libApp.rewright.so"));
        Assert.Equal(Arm64, MachineOf("App/obj/Debug/net10.0/rewright/native-versions/linux-arm64/objects/Peano.o"));
        Assert.Equal([0x64, 0x86],
            File.ReadAllBytes(_project["App/obj/Debug/net10.0/rewright/native-versions/win-x64/objects/Peano.o"])[..2]);
        Assert.Equal([0xCF, 0xFA, 0xED, 0xFE],
            File.ReadAllBytes(_project["App/obj/Debug/net10.0/rewright/native-versions/osx-arm64/objects/Peano.o"])[..4]);

        // Every machine of the last fifteen years has the second level.
        Assert.Equal("Zero Native libApp.rewright.x86-64-v2.so\n", await _project.RunAsync());
        Assert.Empty((await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings().OurTargets);
        (await _project.DotnetAsync("publish", "App", "--no-build", "-c", "Debug", "-o", _project["published"])).SucceededWithoutWarnings();
        Assert.Equal("Zero Native libApp.rewright.x86-64-v2.so\n", await _project.RunAsync("published"));
        Assert.Equal(Arm64, MachineOf("published/runtimes/linux-arm64/native/libApp.rewright.so"));

        // Where the first one is missing or for another machine, that below runtimes/ is taken.
        Directory.CreateDirectory(_project["published/runtimes/linux-x64/native"]);
        File.Move(_project["published/libApp.rewright.so"], _project["published/runtimes/linux-x64/native/libApp.rewright.so"]);
        File.Delete(_project["published/libApp.rewright.x86-64-v2.so"]);
        File.Copy(_project["published/runtimes/linux-arm64/native/libApp.rewright.so"], _project["published/libApp.rewright.so"]);
        Assert.Equal("Zero Native libApp.rewright.so\n", await _project.RunAsync("published"));

        // Of what is no longer wanted nothing stays.
        _project.Edit("App/App.csproj", "linux-x64;linux-arm64;win-x64;osx-arm64", "");
        _project.Edit("App/App.csproj", "x86-64;x86-64-v2", "x86-64");
        (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal("Zero Native libApp.rewright.so\n", await _project.RunAsync());
        Assert.Equal(["libApp.rewright.so"],
            Directory.GetFiles(_project["App/bin"], "*.rewright.*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)));
        Assert.Empty(Directory.GetFileSystemEntries(_project["App/obj/Debug/net10.0/rewright/native-versions"]));
    }

    [Fact]
    public async Task What_is_built_for_another_machine_has_its_native_code()
    {
        ExternalProgram.Arm64Linker.Need();
        // The host of that machine is nothing that NuGet has to bring.
        (await _project.BuildAsync("-r", "linux-arm64", "--no-self-contained", "-p:UseAppHost=false")).SucceededWithoutWarnings();
        Assert.Equal(Arm64, MachineOf("App/bin/Debug/net10.0/linux-arm64/libApp.rewright.so"));
        Assert.Equal(["RW0206"], (await _project.BuildAsync("-p:RewrightTargets=linux-x46")).Failed().Errors);
        _project.Edit("App/App.csproj", "<Nullable>", "<RewrightCpu>x86-64;haswell</RewrightCpu><Nullable>");
        Assert.Equal(["RW0206"], (await _project.BuildAsync("--no-restore")).Failed().Errors);
    }

    [Fact]
    public async Task A_package_brings_the_libraries_for_all_machines()
    {
        ExternalProgram.Arm64Linker.Need();
        _project.Write("Library/Library.csproj", TestProject.Project("Library", """
              <PropertyGroup><RewrightTargets>linux-arm64</RewrightTargets><Version>3.2.1</Version></PropertyGroup>
            """));
        _project.Write("Library/Peano.cs", File.ReadAllText(_project["App/Peano.cs"]));
        (await _project.DotnetAsync("pack", "Library", "-o", _project["packed"])).Succeeded();
        using (var package = ZipFile.OpenRead(_project["packed/Library.3.2.1.nupkg"]))
        {
            Assert.Equal(["runtimes/linux-arm64/native/libLibrary.rewright.so", "runtimes/linux-x64/native/libLibrary.rewright.so"],
                package.Entries.Select(e => e.FullName).Where(n => n.Contains("rewright.")).Order(StringComparer.Ordinal));
        }

        File.Delete(_project["App/Peano.cs"]);
        _project.Write("App/App.csproj", TestProject.Project("Exe").Replace("\"Rewright\" Version=\"*\"", "\"Library\" Version=\"3.2.1\""));
        _project.Write("nuget.config", $"""
            <configuration>
              <packageSources><clear /><add key="built" value="{Packages.Folder}" /><add key="own" value="{_project["packed"]}" /></packageSources>
            </configuration>
            """);
        (await _project.BuildAsync()).SucceededWithoutWarnings();
        Assert.Equal("Zero Native libLibrary.rewright.so\n", await _project.RunAsync());
    }

    [Fact]
    public async Task Single_files_and_executables_compiled_ahead_of_time_have_native_code()
    {
        // Trimming and compiling ahead of time say nothing of ours.
        _project.Write("App/App.csproj", TestProject.Project("Exe", """
              <PropertyGroup><TrimmerSingleWarn>false</TrimmerSingleWarn><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
            """));
        _project.Write("nuget.config", $"""
            <configuration>
              <packageSources><clear /><add key="built" value="{Packages.Folder}" /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" protocolVersion="3" /></packageSources>
            </configuration>
            """);
        var single = await _project.DotnetAsync(
            "publish", "App", "-r", "linux-x64", "--no-self-contained", "-p:PublishSingleFile=true", "-o", _project["single"]);
        Assert.SkipWhen(single.Errors.Any(e => e.StartsWith("NU1", StringComparison.Ordinal)),
            "the runtime's packages cannot be restored here");
        single.SucceededWithoutWarnings();
        Assert.Equal("Zero Native libApp.rewright.so\n", await ExecuteAsync("single/App"));
        Assert.DoesNotContain(Directory.GetFiles(_project["single"]), f => f.EndsWith(".dll", StringComparison.Ordinal));

        ExternalProgram.Gcc.Need();
        var native = await _project.DotnetAsync("publish", "App", "-r", "linux-x64", "-p:PublishAot=true", "-o", _project["native"]);
        Assert.SkipWhen(native.Errors.Any(e => e.StartsWith("NU1", StringComparison.Ordinal)),
            "the compiler's packages cannot be restored here");
        native.SucceededWithoutWarnings();
        Assert.Equal(["App", "App.dbg"],
            Directory.GetFiles(_project["native"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal("Zero Native \n", await ExecuteAsync("native/App"));
    }

    private async Task<string> ExecuteAsync(string program)
    {
        var outcome = await Command.RunAsync(_project[program], [], _project["."], _project.Variables());
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        return outcome.Output;
    }

    private int MachineOf(string elf) => BitConverter.ToUInt16(File.ReadAllBytes(_project[elf]), 18);
}
