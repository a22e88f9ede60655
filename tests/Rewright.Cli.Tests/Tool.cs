using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace Rewright.Cli.Tests;

/// <summary>What the program did; line ends are those of Unix everywhere.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors);

/// <summary>Runs <c>rewright</c> as users do, in a folder of its own.</summary>
internal sealed class Tool : IDisposable
{
    public static string Path { get; } = typeof(Tool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(
        a => a.Key == "Rewright").Value!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("rewright-cli-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public Outcome Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path, .. arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        start.Environment["REWRIGHT_CACHE"] = System.IO.Path.Combine(Folder, "cache");
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = Task.Run(process.StandardError.ReadToEnd);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.ReplaceLineEndings("\n"), errors.Result.ReplaceLineEndings("\n"));
    }
}
