using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using Rewright.Llvm.Compile;

namespace Rewright.Llvm;

/// <summary>The criteria of a search for a linker.</summary>
public sealed record LinkerSearch
{
    /// <summary>The path of a linker or a compiler driver. If set, nothing else is tried.</summary>
    public string? Path { get; init; }

    /// <summary>The triple of the objects to link; null for the host.</summary>
    public string? Triple { get; init; }

    /// <summary>The environment to search.</summary>
    public ToolEnvironment Environment { get; init; } = ToolEnvironment.Current;
}

/// <summary>The result of a search for a linker: <see cref="LinkerFound"/> or <see cref="LinkerMissing"/>.</summary>
/// <param name="Tried">All places that were searched, in order.</param>
public abstract record LinkerSearchResult(ImmutableArray<ProbeAttempt> Tried);

/// <summary>A linker was found.</summary>
public sealed record LinkerFound(SharedLibraryLinker Linker, ImmutableArray<ProbeAttempt> Tried) : LinkerSearchResult(Tried);

/// <summary>No linker was found.</summary>
/// <param name="Package">The package to install, by its Debian name.</param>
/// <param name="Tried">All places that were searched, in order.</param>
public sealed record LinkerMissing(string Package, ImmutableArray<ProbeAttempt> Tried) : LinkerSearchResult(Tried)
{
    /// <summary>The places that were tried and the package to install.</summary>
    public string Message
    {
        get
        {
            var text = new StringBuilder("No linker was found. ")
                .Append($"Install the package {Package} (Debian, Ubuntu: 'apt-get install {Package}'), ")
                .Append($"or name a linker by {LinkerDiscovery.Variable}. Tried:");
            foreach (ProbeAttempt attempt in Tried)
                text.Append("\n  ").Append(attempt);
            return text.ToString();
        }
    }
}

/// <summary>Finds a linker for ELF objects.</summary>
/// <remarks>
/// The path in <see cref="LinkerSearch"/> decides, then the environment variable <c>REWRIGHT_LINKER</c>, then <c>PATH</c>, fastest linker
/// first: <c>ld</c> takes 3 ms, the compiler drivers 15 to 20.
/// </remarks>
public static class LinkerDiscovery
{
    internal const string Variable = "REWRIGHT_LINKER";

    /// <summary>Finds the preferred linker.</summary>
    public static LinkerSearchResult Find(LinkerSearch? search = null)
    {
        search ??= new LinkerSearch();
        TargetArchitecture? foreign = search.Triple is null ? null : TargetArchitecture.OfTriple(search.Triple);
        if (foreign == TargetArchitecture.OfHost)
            foreign = null;

        ImmutableArray<ProbeAttempt>.Builder tried = ImmutableArray.CreateBuilder<ProbeAttempt>();
        foreach ((string where, string? path) in Candidates(search, foreign))
        {
            if (path is not null && ToolEnvironment.IsProgram(path))
            {
                tried.Add(new ProbeAttempt(where, path));
                return new LinkerFound(new SharedLibraryLinker(path), tried.ToImmutable());
            }

            tried.Add(new ProbeAttempt(where, path is null ? "not on PATH" : $"no program at '{path}'"));
        }

        return new LinkerMissing(foreign is null ? "binutils" : $"binutils-{foreign.DebianName}-linux-gnu", tried.ToImmutable());
    }

    private static IEnumerable<(string Where, string? Path)> Candidates(LinkerSearch search, TargetArchitecture? foreign)
    {
        if (search.Path is not null)
        {
            yield return ("the path given", Resolve(search.Path, search.Environment));
            yield break;
        }

        if (search.Environment.Variable(Variable) is { Length: > 0 } setting)
        {
            yield return (Variable, Resolve(setting, search.Environment));
            yield break;
        }

        // Among the linkers, only lld serves every architecture under one name.
        string[] names = foreign is null
            ? ["ld", "mold", "ld.lld", "gcc", "clang", "cc"]
            : [$"{foreign.Name}-linux-gnu-ld", "ld.lld", "ld.lld-22", "ld.lld-21", "ld.lld-20", "ld.lld-19",
                $"{foreign.Name}-linux-gnu-gcc"];
        foreach (string name in names)
            yield return (name, search.Environment.FindProgram(name));
    }

    // A bare name such as 'mold' means the one on PATH.
    private static string Resolve(string setting, ToolEnvironment environment)
        => setting.Contains(Path.DirectorySeparatorChar) ? setting : environment.FindProgram(setting) ?? setting;
}
