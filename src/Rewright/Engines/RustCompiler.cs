using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Binding;
using Rewright.Caches;
using Rewright.Emit.Rust;
using Rewright.Llvm.Processes;

namespace Rewright.Engines;

/// <summary>A Rust crate could not be compiled: cargo is missing or rejects the crate.</summary>
public sealed class RustCompilationException : Exception
{
    internal RustCompilationException(string message) : base(message) { }
}

/// <summary>Compiles modules with cargo and makes them ready to run.</summary>
internal static class RustCompiler
{
    /// <summary>The folder for crates that belong to no project: a folder in the user's application data.</summary>
    public static string UserFolder
        => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "rewright", "rust");

    /// <summary>Compiles the crate of a module in a folder of its own.</summary>
    /// <param name="module">The module.</param>
    /// <param name="hosts">The C# functions of its host operations.</param>
    /// <param name="folder">The folder below which the crate is written and compiled.</param>
    /// <param name="options">Options of the crate.</param>
    /// <exception cref="RustCompilationException">cargo is missing or fails.</exception>
    public static ModuleRuntime Compile(Module module, HostFunction[] hosts, string folder, RustOptions? options = null)
    {
        return new ModuleRuntime(module, hosts, null, Load(module, folder, options));
    }

    /// <summary>Writes, compiles and loads a crate.</summary>
    /// <param name="module">The module.</param>
    /// <param name="folder">The folder below which the crate is written and compiled.</param>
    /// <param name="options">Options of the crate.</param>
    /// <param name="arguments">Additional arguments for cargo.</param>
    /// <exception cref="RustCompilationException">cargo is missing or fails.</exception>
    public static RustModule Load(Module module, string folder, RustOptions? options = null, params string[] arguments)
    {
        string library = Build(module, folder, options, arguments);
        return RustModule.Load(module, library, out string? fault)
            ?? throw new RustCompilationException(fault ?? "The library '" + library + "' is not that of the module.");
    }

    private static string Build(Module module, string folder, RustOptions? options, string[] arguments)
    {
        var files = RustEmitter.Emit(module, options);
        // Each text gets its own folder, so that processes with different versions of Rewright do not overwrite each other's files.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(f => f.Path + "\n" + f.Text))));
        Protect(folder, folder = Path.Combine(folder, Convert.ToHexStringLower(hash.AsSpan(0, 16))));
        foreach (var file in files)
        {
            string path = Path.Combine(folder, file.Path.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path) || File.ReadAllText(path) != file.Text) File.WriteAllText(path, file.Text, new UTF8Encoding(false));
        }

        string target = Path.Combine(folder, "target");
        var start = new ProcessStartInfo("cargo")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        foreach (string argument in RustEmitter.CargoArguments.Split(' ').Concat(["--target-dir", target, .. arguments]))
            start.ArgumentList.Add(argument);
        try
        {
            using var cargo = Process.Start(start)!;
            _ = ToolProcess.ReadAside(cargo.StandardOutput, cargo);
            string errors = cargo.StandardError.ReadToEnd();
            cargo.WaitForExit();
            if (cargo.ExitCode != 0)
                throw new RustCompilationException("cargo could not compile the crate in '" + folder + "':\n" + errors.Trim());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new RustCompilationException(Missing);
        }

        string prefix = OperatingSystem.IsWindows() ? "" : "lib",
            extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        return Path.Combine(target, "release", RustEmitter.LibraryOf(module, prefix, extension));
    }

    // cargo uses anything there that is already compiled, so nothing there may belong to another user.
    private static void Protect(string folder, string inner)
    {
        if (!OperatingSystem.IsLinux()) return;
        if (PrivateDirectory.Prepare(folder) is { } danger)
            throw new RustCompilationException("Crates are not compiled in '" + folder + "': " + danger + ".");
        PrivateDirectory.PrepareInner(inner);
    }

    private const string Missing = "cargo was not found. Install Rust 1.88 or later (https://rustup.rs, or 'apt-get install cargo' where "
        + "that is new enough).";
}
