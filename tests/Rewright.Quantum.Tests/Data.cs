using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Xunit;

namespace Rewright.Quantum.Tests;

/// <summary>Circuits and checks of others, where the environment variable REWRIGHT_DATA says that they are.</summary>
internal static class Data
{
    private static readonly Lazy<string> Checker = new(InstallChecker);

    public static string Root
    {
        get
        {
            string? root = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
            if (string.IsNullOrEmpty(root)) Assert.Skip("REWRIGHT_DATA is not set.");
            return root!;
        }
    }

    /// <summary>The circuits of some folders, all where none is named.</summary>
    public static IEnumerable<string> Circuits(params string[] folders)
    {
        string root = Path.Combine(Root, "circuits");
        return Directory.EnumerateFiles(root, "*.qasm", SearchOption.AllDirectories)
            .Where(f => folders.Length == 0 || folders.Contains(Path.GetFileName(Path.GetDirectoryName(f)))).Order(StringComparer.Ordinal);
    }

    /// <summary>Asks a simulator that we did not write.</summary>
    /// <returns>Its exit status, 0 for yes, and what it said.</returns>
    public static (int Status, string Output) Check(params string[] arguments)
        => Run("node", Path.GetDirectoryName(Checker.Value)!, [Checker.Value, .. arguments], TimeSpan.FromMinutes(5));

    private static string InstallChecker()
    {
        string source = Path.Combine(Root, "qasm-check");
        if (!Directory.Exists(source)) Assert.Skip("There is no qasm-check in REWRIGHT_DATA.");
        string hash = Convert.ToHexStringLower(
            SHA256.HashData([.. Directory.EnumerateFiles(source).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)]))[..16];
        string folder = Path.Combine(Path.GetTempPath(), "rewright-qasm-check-" + hash);
        string script = Path.Combine(folder, "check.mjs");
        if (File.Exists(script)) return script;
        try
        {
            // Made aside and moved: test runs may meet here.
            string temporary = folder + "-" + Guid.NewGuid().ToString("N");
            Directory.CreateDirectory(temporary);
            foreach (string file in Directory.EnumerateFiles(source))
                File.WriteAllBytes(Path.Combine(temporary, Path.GetFileName(file)), File.ReadAllBytes(file));
            if (Run("npm", temporary, ["install", "--no-audit", "--no-fund"], TimeSpan.FromMinutes(3)) is
                {
                    Status: not 0,
                    Output: var output
                })
                Assert.Skip("npm cannot install the checker: " + output);
            if (!Directory.Exists(folder)) Directory.Move(temporary, folder);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Skip("The checker needs node and npm: " + e.Message);
        }

        return script;
    }

    private static (int Status, string Output) Run(string program, string folder, string[] arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            return (2, program + " takes too long.");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
