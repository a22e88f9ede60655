using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Rewright.Llvm.Compile;
using Rewright.Llvm.Processes;

namespace Rewright.Llvm;

/// <summary>Options of <see cref="SharedLibraryLinker.Link"/>.</summary>
public sealed record LinkOptions
{
    /// <summary>The symbols that may stay undefined; the process provides them at load time.</summary>
    public IReadOnlyCollection<string> AllowedImports { get; init; } = [];

    /// <summary>Libraries to load too if they define one of the imports, by file name: <c>libm.so.6</c>.</summary>
    public ImmutableArray<string> Libraries { get; init; } = [];

    /// <summary>The time after which the linker is stopped.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The result of linking: <see cref="LinkSucceeded"/> or <see cref="LinkFailed"/>.</summary>
public abstract record LinkResult
{
    private protected LinkResult()
    {
    }
}

/// <summary>The library is in place.</summary>
public sealed record LinkSucceeded(string Path, TimeSpan Time) : LinkResult;

/// <summary>No library was made; an existing one is unchanged.</summary>
/// <param name="Message">The error, with the linker's output if there is any.</param>
/// <param name="Undefined">Symbols without a definition that the options do not allow.</param>
public sealed record LinkFailed(string Message, ImmutableArray<string> Undefined) : LinkResult;

/// <summary>Links ELF objects into a shared library with an external linker.</summary>
/// <remarks>The same objects in the same order give the same bytes: the library contains no build id, path or time.</remarks>
public sealed class SharedLibraryLinker
{
    /// <summary>Uses a given program as linker; <see cref="LinkerDiscovery"/> finds one.</summary>
    /// <param name="program">A linker that takes GNU ld's options, or a compiler driver (its name ends in <c>cc</c> or contains
    /// <c>clang</c>).</param>
    public SharedLibraryLinker(string program)
    {
        Program = Path.GetFullPath(program);
        string name = Path.GetFileNameWithoutExtension(program);
        IsDriver = name.Contains("clang", StringComparison.Ordinal)
            || name.Split('-').Any(part => part.EndsWith("cc", StringComparison.Ordinal));
    }

    /// <summary>The full path of the linker.</summary>
    public string Program { get; }

    /// <summary>True if it is a compiler driver, which passes options on to a linker.</summary>
    public bool IsDriver { get; }

    /// <summary>Links <paramref name="objects"/> and atomically puts the library at <paramref name="outputPath"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public LinkResult Link(
        IReadOnlyList<ReadOnlyMemory<byte>> objects, string outputPath, LinkOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= new LinkOptions();
        long start = Stopwatch.GetTimestamp();
        if (Check(objects, options.AllowedImports, out int machine) is { } wrong)
            return wrong;

        outputPath = Path.GetFullPath(outputPath);
        // Beside the output, so that the final rename stays within one file system. The old library may be mapped: renaming leaves its file
        // alone, while writing into it would change running code.
        string work = Path.Combine(Path.GetDirectoryName(outputPath)!, $".rewright-{Guid.NewGuid():N}");
        try
        {
            WorkDirectory.Create(work);
            for (int i = 0; i < objects.Count; i++)
            {
                using FileStream file = File.Create(Path.Combine(work, ObjectName(i)));
                file.Write(objects[i].Span);
            }

            // Relative names in our own working directory: no path reaches the linker, so none needs quoting or leaks into the output.
            return ToolProcess.Run(Program, Arguments(objects.Count, machine, options), work, options.TimeLimit, cancellation) switch
            {
                ToolExited { ExitCode: 0 } => Publish(Path.Combine(work, OutputName), outputPath, start),
                ToolExited { ExitCode: var code, Output: var output } => Failed(
                $"'{Program}' failed with exit code "
                    + $"{code}{(string.IsNullOrWhiteSpace(output) ? " and says nothing" : ":\n" + output.TrimEnd())}"),
                ToolNotFinished { Reason: var reason } => Failed($"'{Program}' did not finish: {reason}"),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed($"linking '{outputPath}' failed: {e.Message}");
        }
        finally
        {
            WorkDirectory.TryDelete(work);
        }
    }

    private const string OutputName = "out.so";

    private static string ObjectName(int index) => $"{index}.o";

    private static LinkFailed Failed(string message) => new(message, []);

    // A linker leaves undefined symbols of a shared library to the loader, which would resolve them to anything in the process.
    private static LinkFailed? Check(IReadOnlyList<ReadOnlyMemory<byte>> objects, IReadOnlyCollection<string> allowed, out int machine)
    {
        machine = 0;
        if (objects.Count == 0)
            return Failed("nothing to link");

        // The linker itself defines _GLOBAL_OFFSET_TABLE_.
        var defined = new HashSet<string>(allowed, StringComparer.Ordinal) { "_GLOBAL_OFFSET_TABLE_" };
        var needed = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < objects.Count; i++)
        {
            switch (ElfObject.Read(objects[i].Span))
            {
                case ElfUnreadable { Reason: var reason }:
                    return Failed($"object {i}: {reason}");
                case ElfObject elf when i > 0 && elf.Machine != machine:
                    return Failed($"object {i} is for another architecture than object 0");
                case ElfObject elf:
                    machine = elf.Machine;
                    foreach (ElfSymbol symbol in elf.Symbols)
                    {
                        if (symbol.Binding == ElfBinding.Local)
                            continue;
                        if (symbol.IsDefined)
                            defined.Add(symbol.Name);
                        else
                            needed.TryAdd(symbol.Name, i);
                    }

                    break;
            }
        }

        ImmutableArray<string> undefined = [.. needed.Keys.Where(name => !defined.Contains(name))];
        return undefined.IsEmpty
            ? null
            : new LinkFailed(
                "undefined symbols that may not be imported: "
                + string.Join(", ", undefined.Select(name => $"{name} (object {needed[name]})")),
                undefined);
    }

    private IEnumerable<string> Arguments(int objectCount, int machine, LinkOptions options)
    {
        yield return "-shared";
        yield return "-nostdlib";
        // Code and constants share one mapping: a small library takes one page of memory instead of three.
        yield return ToLinker("-znoseparate-code");
        // Every import is bound at load time, so that a missing one fails there and not at a later call. Calls within the library stay
        // within it, even if the process defines the same names.
        foreach (string option in (string[])
            ["-znow", "-zrelro", "-znoexecstack", "-Bsymbolic", "--hash-style=gnu", "--build-id=none", "--as-needed"])
        {
            yield return ToLinker(option);
        }

        yield return "-o";
        yield return OutputName;
        for (int i = 0; i < objectCount; i++)
            yield return ObjectName(i);

        if (options.Libraries.IsEmpty)
            yield break;
        foreach (string directory in SystemLibraryDirectories(machine).Where(Directory.Exists))
            yield return $"-L{directory}";
        foreach (string library in options.Libraries)
            yield return $"-l:{library}";
    }

    private string ToLinker(string option) => IsDriver ? $"-Wl,{option}" : option;

    // Linkers other than the distribution's own have no default directories.
    private static IEnumerable<string> SystemLibraryDirectories(int machine)
    {
        const int X64 = 62;
        TargetArchitecture architecture = machine == X64 ? TargetArchitecture.X64 : TargetArchitecture.Arm64;
        string multiarch = $"{architecture.Name}-linux-gnu";
        string[] own = [$"/lib/{multiarch}", $"/usr/lib/{multiarch}", $"/usr/{multiarch}/lib"];
        return architecture == TargetArchitecture.OfHost ? [.. own, "/lib64", "/usr/lib64", "/lib", "/usr/lib"] : own;
    }

    private static LinkSucceeded Publish(string made, string outputPath, long start)
    {
        File.Move(made, outputPath, overwrite: true);
        return new LinkSucceeded(outputPath, Stopwatch.GetElapsedTime(start));
    }
}
