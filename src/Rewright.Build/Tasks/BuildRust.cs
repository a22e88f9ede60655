using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Build.Framework;
using Rewright.Emit.Rust;

namespace Rewright.Build;

/// <summary>Compiles the Rust crates of an assembly's modules with cargo, each to its own library.</summary>
/// <remarks>cargo decides what must be recompiled. If nothing has changed, the build skips the target that runs this task.</remarks>
public sealed class BuildRust : RewrightTask
{
    /// <summary>The manifests: a file <c>Cargo.toml</c> in a folder with the name of the module.</summary>
    [Required]
    public ITaskItem[] Manifests { get; set; } = [];

    /// <summary>Files with the reasons why modules have no crate, one per module.</summary>
    public ITaskItem[] FailedModules { get; set; } = [];

    /// <summary>The folder for cargo's output, which belongs to this task.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The name of the assembly, with which the names of its libraries begin.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>The path of cargo; empty to search <c>PATH</c>.</summary>
    public string? CargoPath { get; set; }

    /// <summary>The prefix of library names: <c>lib</c> or empty.</summary>
    [Required]
    public string Prefix { get; set; } = "";

    /// <summary>The extension of library names: <c>.so</c>, <c>.dylib</c> or <c>.dll</c>.</summary>
    [Required]
    public string Extension { get; set; } = "";

    private protected override void Run(CancellationToken cancellation)
    {
        Folder = Path.GetFullPath(Folder);
        Directory.CreateDirectory(Folder);
        foreach (var failed in FailedModules)
            Reject(Path.GetFileNameWithoutExtension(failed.ItemSpec), null, File.ReadAllText(failed.ItemSpec));
        var libraries = new List<string>();
        foreach (var manifest in Manifests.OrderBy(m => m.ItemSpec, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            string crate = Path.GetDirectoryName(Path.GetFullPath(manifest.ItemSpec))!, module = Path.GetFileName(crate),
                target = Path.Combine(Folder, "target", module);
            if (RunCargo(crate, target, cancellation) is not { } outcome) return;
            if (outcome.Length > 0)
            {
                Reject(module, crate, outcome);
                continue;
            }

            string library = Path.Combine(Folder, Prefix + Assembly + "." + module + ".rust" + Extension);
            string built = Directory.GetFiles(Path.Combine(target, "release"), Prefix + "*" + Extension).Single();
            Files.WriteIfDifferent(library, File.ReadAllBytes(built));
            libraries.Add(library);
        }

        foreach (string old in Directory.GetFiles(Folder, "*" + Extension).Except(libraries)) Files.TryDelete(old);
        if (!Log.HasLoggedErrors) Files.Touch(Stamp);
    }

    // Users do not write the crate, so the message points at the C# source of the error.
    private void Reject(string module, string? crate, string reason)
    {
        FilePosition? place = null;
        if (crate is not null && GeneratedCode.FirstRustError(reason) is var (file, line) && Path.Combine(crate, file) is var path
            && File.Exists(path)
            && GeneratedCode.RuleInRust(File.ReadAllLines(path), line) is { } rule) place = Declarations.FindRule(module, rule);
        Report(BuildKinds.CrateRejected, BuildKinds.CrateRejected.Severity, place ?? Declarations.FindModule(module), module, reason);
    }

    // Returns an empty string, or cargo's errors; null if there is no cargo.
    private string? RunCargo(string crate, string target, CancellationToken cancellation)
    {
        string cargo = string.IsNullOrEmpty(CargoPath) ? "cargo" : CargoPath!;
        var start = new ProcessStartInfo(cargo, RustEmitter.CargoArguments + " --target-dir \"" + target + "\"")
        {
            WorkingDirectory = crate, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            CreateNoWindow = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            using var kill = cancellation.Register(() =>
            {
                try { process.Kill(); }
                catch (InvalidOperationException) { }
            });
            // On its own thread, because the pool may be busy with tasks that wait for their tools.
            var output = Task.Factory.StartNew(
                process.StandardOutput.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            string errors = process.StandardError.ReadToEnd();
            output.Wait(cancellation);
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? "" : "cargo ended with code " + process.ExitCode + ". " + errors.Trim();
        }
        catch (Win32Exception)
        {
            Report(BuildKinds.NoCargo, string.IsNullOrEmpty(CargoPath) ? " on the PATH" : " at '" + CargoPath + "'");
            return null;
        }
    }
}
