using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Rewright.Llvm.Processes;

namespace Rewright.Llvm;

/// <summary>The criteria of a search for LLVM.</summary>
public sealed record LlvmSearch
{
    /// <summary>The path of a libLLVM or of its directory. If set, nothing else is tried.</summary>
    public string? Path { get; init; }

    /// <summary>Acceptable major versions, the preferred one first.</summary>
    public ImmutableArray<int> Versions { get; init; } = LlvmLibrary.SupportedVersions;

    /// <summary>The environment to search.</summary>
    public ToolEnvironment Environment { get; init; } = ToolEnvironment.Current;
}

/// <summary>The result of a search for LLVM: <see cref="LlvmFound"/> or <see cref="LlvmMissing"/>.</summary>
/// <param name="Tried">All places that were searched, in order.</param>
public abstract record LlvmSearchResult(ImmutableArray<ProbeAttempt> Tried);

/// <summary>A usable LLVM was found and loaded.</summary>
public sealed record LlvmFound(LlvmLibrary Library, ImmutableArray<ProbeAttempt> Tried) : LlvmSearchResult(Tried);

/// <summary>No usable LLVM was found.</summary>
public sealed record LlvmMissing(ImmutableArray<ProbeAttempt> Tried) : LlvmSearchResult(Tried)
{
    /// <summary>Advice for users.</summary>
    public static string Advice { get; } =
        (OperatingSystem.IsMacOS() ? $"Install it with 'brew install llvm@19' and set {LlvmDiscovery.Variable}=$(brew --prefix llvm@19)/lib"
        : OperatingSystem.IsWindows() ? $"Install it with 'winget install LLVM.LLVM' and set {LlvmDiscovery.Variable} to its bin directory"
        : "Install the package libllvm19 (Debian, Ubuntu: 'apt-get install libllvm19') or your distribution's LLVM 19 to 22 library")
        + $"; an LLVM elsewhere is named by {LlvmDiscovery.Variable}, a file or a directory.";

    /// <summary>The places that were tried and the package to install.</summary>
    public string Message
    {
        get
        {
            var text = new StringBuilder("No usable LLVM 19 to 22 was found. ").Append(Advice).Append(" Tried:");
            foreach (ProbeAttempt attempt in Tried)
                text.Append("\n  ").Append(attempt);
            return text.ToString();
        }
    }
}

/// <summary>Finds libLLVM.</summary>
/// <remarks>
/// The path in <see cref="LlvmSearch"/> decides, then the environment variable <c>REWRIGHT_LLVM</c>. A setting that does not work is
/// reported, not worked around. Without a setting, each version in order of preference is searched for by its library names and then,
/// because this costs a process, through <c>llvm-config-NN</c>; finally through <c>llvm-config</c>. LLVM 19 is trusted; other versions must
/// pass <see cref="SelfTest"/>, which costs a JIT session.
/// </remarks>
public static class LlvmDiscovery
{
    internal const string Variable = "REWRIGHT_LLVM";

    /// <summary>Finds and loads the preferred LLVM.</summary>
    public static LlvmSearchResult Find(LlvmSearch? search = null)
    {
        search ??= new LlvmSearch();
        ImmutableArray<ProbeAttempt>.Builder tried = ImmutableArray.CreateBuilder<ProbeAttempt>();
        foreach ((string where, string path) in Candidates(search, tried))
        {
            switch (LlvmLibrary.Load(path))
            {
                case NotLoaded { Reason: var reason }:
                    tried.Add(new ProbeAttempt(where, reason));
                    break;
                case Loaded { Library: var library } when !search.Versions.Contains(library.Version.Major):
                    tried.Add(new ProbeAttempt(where, $"LLVM {library.Version}, which was not asked for"));
                    break;
                case Loaded { Library: var library } when library.Version.Major != LlvmLibrary.TrustedVersion
                    && SelfTest.Of(library) is SelfTestFailed { Reason: var reason }:
                    tried.Add(new ProbeAttempt(where, $"LLVM {library.Version} fails its self-test: {reason}"));
                    break;
                case Loaded { Library: var library }:
                    tried.Add(new ProbeAttempt(where, $"LLVM {library.Version}"));
                    return new LlvmFound(library, tried.ToImmutable());
            }
        }

        return new LlvmMissing(tried.ToImmutable());
    }

    // Lazy, so that later places are searched only if earlier ones failed.
    private static IEnumerable<(string Where, string Path)> Candidates(LlvmSearch search, ImmutableArray<ProbeAttempt>.Builder tried)
    {
        if (search.Path is not null)
            return InSetting("the path given", search.Path, search, tried);
        return search.Environment.Variable(Variable) is { Length: > 0 } setting
            ? InSetting(Variable, setting, search, tried)
            : OnMachine(search, tried);
    }

    private static IEnumerable<(string Where, string Path)> InSetting(
        string setting, string path, LlvmSearch search, ImmutableArray<ProbeAttempt>.Builder tried)
    {
        if (Directory.Exists(path))
            return InDirectory(setting, path, search.Versions, tried);
        return [($"{setting}, '{path}'", path)];
    }

    private static IEnumerable<(string Where, string Path)> OnMachine(LlvmSearch search, ImmutableArray<ProbeAttempt>.Builder tried)
    {
        foreach (int version in search.Versions)
        {
            foreach ((string, string) candidate in ByName(version, search.Environment, tried))
                yield return candidate;
            foreach ((string, string) candidate in ByConfig($"llvm-config-{version}", search, tried))
                yield return candidate;
        }

        foreach ((string, string) candidate in ByConfig("llvm-config", search, tried))
            yield return candidate;
    }

    private static IEnumerable<(string Where, string Path)> ByConfig(
        string name, LlvmSearch search, ImmutableArray<ProbeAttempt>.Builder tried)
    {
        if (search.Environment.FindProgram(name) is not { } program)
        {
            tried.Add(new ProbeAttempt(name, "not on PATH"));
            return [];
        }

        ToolRun run = ToolProcess.Run(program, ["--version", "--libdir"], null, TimeSpan.FromSeconds(10), CancellationToken.None);
        if (run is not ToolExited { ExitCode: 0, Output: var output }
            || output.Split('\n', StringSplitOptions.TrimEntries) is not [var version, var directory, ..])
        {
            tried.Add(new ProbeAttempt(program, "does not answer --version --libdir"));
            return [];
        }

        // Libraries of unsupported versions are not even loaded.
        if (!int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !search.Versions.Contains(major))
        {
            tried.Add(new ProbeAttempt(program, $"LLVM {version}; wanted is {string.Join(", ", search.Versions)}"));
            return [];
        }

        return InDirectory(name, directory, [major], tried);
    }

    private static IEnumerable<(string Where, string Path)> InDirectory(
        string where, string directory, ImmutableArray<int> versions, ImmutableArray<ProbeAttempt>.Builder tried)
    {
        bool any = false;
        foreach (int version in versions)
        {
            foreach (string name in (string[])[.. NamesOf(version), .. UnversionedNames])
            {
                string path = Path.Combine(directory, name);
                if (File.Exists(path))
                {
                    any = true;
                    yield return ($"{where}, '{path}'", path);
                }
            }
        }

        if (!any)
            tried.Add(new ProbeAttempt($"{where}, '{directory}'", "holds no libLLVM of a wanted version"));
    }

    private static IEnumerable<(string Where, string Path)> ByName(
        int version, ToolEnvironment environment, ImmutableArray<ProbeAttempt>.Builder tried)
    {
        if (environment.LibraryDirectories is not { } directories)
            return Array.ConvertAll(NamesOf(version), name => (name, name));

        var candidates = new List<(string, string)>();
        foreach (string directory in directories)
            candidates.AddRange(InDirectory("library directory", directory, [version], tried));
        return candidates;
    }

    // The naming scheme changed with LLVM 18; distributions keep links with the old names.
    private static string[] NamesOf(int version)
        => OperatingSystem.IsWindows() ? [$"libLLVM-{version}.dll"]
        : OperatingSystem.IsMacOS() ? [$"libLLVM.{version}.1.dylib", $"libLLVM-{version}.dylib"]
        : [$"libLLVM.so.{version}.1", $"libLLVM-{version}.so", $"libLLVM-{version}.so.1"];

    private static string[] UnversionedNames
        => OperatingSystem.IsWindows() ? ["LLVM-C.dll"]
        : OperatingSystem.IsMacOS() ? ["libLLVM.dylib"]
        : ["libLLVM.so"];
}
