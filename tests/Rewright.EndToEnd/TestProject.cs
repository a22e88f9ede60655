using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Build.Logging.StructuredLogger;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Rewright.EndToEnd;

/// <summary>A project outside the repository, with one reference to the package, in a folder whose name makes trouble.</summary>
internal sealed class TestProject : IDisposable
{
    private readonly Packages _packages;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rewright end to end öß ");

    public TestProject(Packages packages)
    {
        _packages = packages;
        Write("nuget.config", $"""
            <configuration>
              <packageSources><clear /><add key="built" value="{Packages.Folder}" /></packageSources>
            </configuration>
            """);
        Write("App/App.csproj", Project("Exe"));
        // Not what tests before have compiled.
        Environment["REWRIGHT_CACHE"] = this["cache"];
    }

    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>What builds and programs see beside the environment of this process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public static string Project(string outputType, string more = "", string package = "Rewright") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>{outputType}</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="{package}" Version="*" />
          </ItemGroup>
        {more}
        </Project>
        """;

    public void Dispose() => _folder.Delete(recursive: true);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public void Edit(string name, string from, string to)
    {
        string text = File.ReadAllText(this[name]);
        Assert.Contains(from, text);
        File.WriteAllText(this[name], text.Replace(from, to));
    }

    /// <summary>Files below a folder whose name or content has to do with Rewright, the package itself apart.</summary>
    public string[] Traces(string folder, string word = "rewright")
        => [.. Directory.GetFiles(this[folder], "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(this[folder], f))
            .Where(f => f.Contains(word, StringComparison.OrdinalIgnoreCase)
                && Path.GetFileName(f) is not (
                "Rewright.dll" or "Rewright.Core.dll" or "Rewright.Circuits.dll" or "Rewright.Llvm.dll" or "Rewright.Quantum.dll"))];

    public Task<TestBuild> BuildAsync(params string[] arguments) => DotnetAsync(["build", "App", .. arguments]);

    /// <summary>Runs the SDK, with a binary log where the command builds.</summary>
    public async Task<TestBuild> DotnetAsync(params string[] arguments)
    {
        string log = this["build.binlog"];
        var outcome = await Command.RunAsync("dotnet", [.. arguments, "-bl:" + log], _folder.FullName, Variables());
        return new TestBuild(outcome, BinaryLog.ReadBuild(log));
    }

    /// <summary>Runs the program that was built, or published to a folder.</summary>
    public async Task<string> RunAsync(string folder = "App/bin/Debug/net10.0")
    {
        var outcome = await Command.RunAsync("dotnet", [Path.Combine(folder, "App.dll")], _folder.FullName, Variables());
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        return outcome.Output;
    }

    /// <summary>What commands get in their environment.</summary>
    public (string, string?)[] Variables()
        => [("NUGET_PACKAGES", _packages.Cache), .. Environment.Select(e => (e.Key, (string?)e.Value))];
}

/// <summary>A build: what it said, and what it did.</summary>
internal sealed class TestBuild(Outcome outcome, Microsoft.Build.Logging.StructuredLogger.Build log)
{
    public string Output => outcome.Output;

    public string[] Errors => [.. log.FindChildrenRecursive<Error>().Select(e => e.Code).Distinct()];

    public Warning[] Warnings => [.. log.FindChildrenRecursive<Warning>()];

    /// <summary>
    /// Our targets that did work, in order. Those that only look, or tell other targets of a file, have no inputs and do not count.
    /// </summary>
    public string[] OurTargets
        => [.. log.FindChildrenRecursive<Target>(
            t => t.Name.StartsWith("_Rewright", StringComparison.Ordinal)
            && t.Name is not ("_RewrightCheckNative" or "_RewrightAddLibrary" or "_RewrightAddCircuits" or "_RewrightAddNewCircuits")
            && HasRun(t))
            .Select(t => t.Name["_Rewright".Length..])];

    /// <summary>Whether a target did its work.</summary>
    public bool Ran(string target) => log.FindChildrenRecursive<Target>(t => t.Name == target).Any(HasRun);

    public TestBuild Succeeded()
    {
        Assert.True(outcome.ExitCode == 0, Output);
        return this;
    }

    public TestBuild SucceededWithoutWarnings()
    {
        Succeeded();
        Assert.True(Warnings.Length == 0, Output);
        return this;
    }

    public TestBuild Failed()
    {
        Assert.True(outcome.ExitCode != 0, Output);
        return this;
    }

    private static bool HasRun(Target target)
        => !target.Skipped && target.FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>().Any();
}
