using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rewright.Testing;

/// <summary>
/// A program beside .NET that some tests need. Its version decides, not its name; <c>build/setup --all</c> installs all of them.
/// </summary>
/// <remarks>Where it is missing or too old, tests are skipped with the reason. The versions are those of <c>build/setup</c>.</remarks>
internal sealed partial class ExternalProgram(string name, string version, string package, string versionOption = "--version")
{
    public static readonly ExternalProgram Cargo = new("cargo", "1.88", "cargo or cargo-web, or https://rustup.rs");
    public static readonly ExternalProgram Z3 = new("z3", "4.8", "z3");
    public static readonly ExternalProgram Gdb = new("gdb", "10.1", "gdb");
    public static readonly ExternalProgram Nginx = new("nginx", "1.18", "nginx", "-v");
    public static readonly ExternalProgram Chromium = new("chromium", "100.0", "chromium");
    public static readonly ExternalProgram Gcc = new("gcc", "8.0", "gcc");
    public static readonly ExternalProgram Arm64Linker = new("aarch64-linux-gnu-ld", "2.30", "binutils-aarch64-linux-gnu");
    public static readonly ExternalProgram Arm64Emulator = new("qemu-aarch64-static", "5.0", "qemu-user-static");

    // What xunit takes for a skipped test; said here without it, since programs that are no tests ask too.
    private const string DynamicSkip = "$XunitDynamicSkip$";

    private readonly Lazy<(string? Path, string? Fault)> _found = new(() => Find(name, Version.Parse(version), package, versionOption));

    /// <summary>Why it cannot be used; null where it can.</summary>
    public string? Fault => _found.Value.Fault;

    /// <summary>Its full path. The test is skipped where it cannot be used.</summary>
    public string Need()
    {
        return _found.Value.Path ?? throw new InvalidOperationException(DynamicSkip + Fault);
    }

    private static (string? Path, string? Fault) Find(string name, Version wanted, string package, string versionOption)
    {
        string advice = $" (package {package})";
        // Users' paths are without the last two, where servers are.
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/sbin"])
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null) return (null, $"{name} is not installed{advice}");
        if (VersionOf(path, versionOption) is not { } found) return (null, $"{path} does not say its version{advice}");
        return found >= wanted ? (path, null) : (null, $"{path} is {found}, and {wanted} or later is needed{advice}");
    }

    private static Version? VersionOf(string path, string option)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(
                path, [option])
                { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var match = VersionPattern().Match(process.StandardOutput.ReadToEnd() + errors.Result);
            process.WaitForExit();
            return process.ExitCode == 0 && match.Success ? Version.Parse(match.Value) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"[0-9]+\.[0-9]+(\.[0-9]+)?")]
    private static partial Regex VersionPattern();
}
