using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rewright.Benchmarks.Scale;

/// <summary>Builds projects in a folder outside the repository, with the packages that are packed first.</summary>
internal sealed class ScaleBuilds : IDisposable
{
    // A compiler server of our own, to know what it does for us.
    private readonly string _server = "rewright-scale-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
    private readonly bool _countsProcessorTime;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rewright-scale-");

    /// <summary>Packs.</summary>
    /// <param name="countsProcessorTime">True to measure the time of processors, for a machine that has other things to do.</param>
    public ScaleBuilds(bool countsProcessorTime)
    {
        _countsProcessorTime = countsProcessorTime;
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Toolchain.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("This runs in the repository only.");
        Run("bash", root, "build/pack", "--no-build");
        File.WriteAllText(this["nuget.config"],
            "<configuration><packageSources><clear /><add key=\"built\" value=\"" + Path.Combine(root, "artifacts", "packages")
            + "\" /></packageSources></configuration>");
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("REWRIGHT_SCALE_KEEP") is null) _folder.Delete(recursive: true);
        else Console.WriteLine("\nKept: " + _folder.FullName);
    }

    /// <summary>Makes a project anew, and restores it.</summary>
    public void Create(string name, Dictionary<string, string> files, bool hasPatterns)
    {
        if (Directory.Exists(this[name])) Directory.Delete(this[name], recursive: true);
        Directory.CreateDirectory(this[name]);
        foreach (var (file, text) in files) Write(name, file, text);
        Write(name, "Scale.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>"
                + "<Nullable>enable</Nullable></PropertyGroup>"
            + (hasPatterns ? "<ItemGroup><PackageReference Include=\"Rewright\" Version=\"*\" /></ItemGroup>" : "") + "</Project>");
        Run("dotnet", this[name], "restore", "--verbosity", "quiet");
    }

    public void Write(string name, string file, string text) => File.WriteAllText(Path.Combine(this[name], file), text);

    /// <summary>Deletes all that a build writes, restoring apart.</summary>
    public void Clean(string name)
    {
        foreach (string folder in new[] { "bin", "obj/Debug" })
            if (Directory.Exists(this[name + "/" + folder])) Directory.Delete(this[name + "/" + folder], recursive: true);
    }

    public void ClearCache()
    {
        if (Directory.Exists(this["cache"])) Directory.Delete(this["cache"], recursive: true);
    }

    /// <summary>Builds, and gives the milliseconds that it took.</summary>
    public double Build(string name)
    {
        double start = Now();
        Run("dotnet", this[name], "build", "--no-restore", "--nologo", "--verbosity", "quiet", "-consoleLoggerParameters:NoSummary",
            "-p:UseSharedCompilation=true", "-p:SharedCompilationId=" + _server);
        return Now() - start;
    }

    private double Now()
    {
        if (!_countsProcessorTime) return Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        // What our children have taken that have ended, and theirs; and the compiler server, which is nobody's child.
        double ours = Ticks("/proc/self/stat", 15, 16);
        foreach (string process in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out _)) continue;
            try
            {
                if (File.ReadAllText(process + "/cmdline").Contains(_server, StringComparison.Ordinal)
                    && File.ReadAllText(process + "/cmdline").Contains("VBCSCompiler", StringComparison.Ordinal))
                    ours += Ticks(process + "/stat", 13, 14);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        return ours * 10;

        // Fields are counted behind the name, which is in parentheses and may hold anything.
        static double Ticks(string file, int first, int second)
        {
            string text = File.ReadAllText(file);
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return double.Parse(fields[first - 2], CultureInfo.InvariantCulture)
                + double.Parse(fields[second - 2], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Throws unless the program runs on native code.</summary>
    public void Check(string name)
    {
        string output = Run("dotnet", this[name], "bin/Debug/net10.0/Scale.dll");
        if (!output.Contains("Native", StringComparison.Ordinal)) throw new InvalidOperationException("The program says: " + output);
    }

    private string Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NUGET_PACKAGES"] = this["packages"];
        start.Environment["REWRIGHT_CACHE"] = this["cache"];
        if (folder.StartsWith(_folder.FullName, StringComparison.Ordinal) is false) start.Environment.Remove("NUGET_PACKAGES");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                program + " " + string.Join(' ', arguments) + " failed:\n" + string.Concat((output + errors.Result).Take(4000)));
        return output;
    }
}
