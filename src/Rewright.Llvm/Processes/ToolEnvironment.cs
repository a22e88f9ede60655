using System;
using System.Collections.Generic;
using System.IO;

namespace Rewright.Llvm;

/// <summary>The machine as discovery sees it; tests replace it.</summary>
public sealed record ToolEnvironment
{
    /// <summary>The environment of this process.</summary>
    public static ToolEnvironment Current { get; } = new();

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The directories to search for libraries by name; null to ask the system's loader instead.</summary>
    public IReadOnlyList<string>? LibraryDirectories { get; init; }

    /// <summary>The full path of a program on <c>PATH</c>, or null.</summary>
    internal string? FindProgram(string name)
    {
        foreach (string directory in (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(directory, OperatingSystem.IsWindows() ? name + ".exe" : name);
            if (IsProgram(path))
                return path;
        }

        return null;
    }

    internal static bool IsProgram(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0);
    }
}

/// <summary>A place where discovery has searched.</summary>
/// <param name="Where">A path, a name, or the setting that gave it.</param>
/// <param name="Outcome">Why it was or was not taken.</param>
public sealed record ProbeAttempt(string Where, string Outcome)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {Outcome}";
}
