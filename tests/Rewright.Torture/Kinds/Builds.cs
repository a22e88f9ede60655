using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;

namespace Rewright.Torture.Kinds;

/// <summary>
/// Builds of a user's project are killed at random moments. The next build must make a program with the right output.
/// </summary>
internal sealed class Builds : Kind
{
    private static readonly string s_root = typeof(Builds).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
        a => a.Key == "Root").Value!;

    private readonly List<string> _told = [];

    public Builds()
    {
        File.WriteAllText(At("App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RewrightRoot>{s_root}</RewrightRoot>
                <RewrightNative>require</RewrightNative>
              </PropertyGroup>
            </Project>
            """);
        // Imported where those of the package are, after the targets that set paths.
        File.WriteAllText(At("Directory.Build.targets"), $"""
            <Project>
              <Import Project="{s_root}build/UseRewright.targets" />
            </Project>
            """);
        WriteRules(0);
        var first = Build(null);
        if (first != 0) throw new InvalidOperationException("The project does not build: " + string.Join('\n', _told));
    }

    public override void Run(Random random)
    {
        int constant = random.Next(1, 1_000_000);
        WriteRules(constant);
        for (int i = random.Next(1, 3); i > 0; i--)
            Count(Build(TimeSpan.FromMilliseconds(random.Next(200, 12_000))) == 137 ? "killed" : "ended-before");
        // Half-written output must not be taken for complete.
        Promise(Build(null) == 0, "after a killed build the next one fails: " + string.Join('\n', _told));
        using var program = Process.Start(
            new ProcessStartInfo(
            "dotnet", [At("bin/Release/net10.0/App.dll")])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = program.StandardOutput.ReadToEnd().Trim();
        string expected = $"{(7L * constant).ToString(CultureInfo.InvariantCulture)} Native";
        Promise(output == expected,
            $"after a killed build the program prints '{output}', not '{expected}': {program.StandardError.ReadToEnd()}");
        program.WaitForExit();
    }

    private void WriteRules(int constant) => File.WriteAllText(At("Program.cs"), $$"""
        using System;
        using Rewright;
        using static Rewright.Dsl;

        using var heap = new TermHeap();
        Console.WriteLine(Rules.Weigh(Rules.Box(7)) + " " + Rules.Module.Engine);

        [PatternModule]
        public static partial class Rules
        {
            [Sort] public readonly partial struct Thing;
            [Constructor] public static partial Thing Box(long n);
            [Operation] public static partial long Weigh(Thing thing);
            [Pattern] static Rule Weighed(long n) => Rewrite(Weigh(Box(n)), to: n * {{constant}}L);
        }
        """);

    // The build runs in its own process group, which is killed as a whole: MSBuild, compiler and worker.
    private int Build(TimeSpan? until)
    {
        _told.Clear();
        var start = new ProcessStartInfo("setsid",
            ["--wait", "dotnet", "build", "-c", "Release", "-v", "quiet", "-nodeReuse:false", "-p:BuildProjectReferences=false",
                "-p:UseSharedCompilation=false", At("App.csproj")])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["REWRIGHT_CACHE"] = At("cache");
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment.Remove("DOTNET_GCHeapHardLimit");
        using var build = Process.Start(start)!;
        build.OutputDataReceived += (_, line) => { lock (_told) if (line.Data is not null) _told.Add(line.Data); };
        build.ErrorDataReceived += (_, line) => { lock (_told) if (line.Data is not null) _told.Add(line.Data); };
        build.BeginOutputReadLine();
        build.BeginErrorReadLine();
        if (until is not { } time)
        {
            build.WaitForExit();
            return build.ExitCode;
        }

        if (build.WaitForExit(time)) return build.ExitCode;
        // setsid is the parent of the group's leader.
        build.Kill(entireProcessTree: true);
        build.WaitForExit();
        Thread.Sleep(50);
        return 137;
    }
}
