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
    /// <summary>Symbols that may stay undefined and are found in the process at load time. Nothing else may.</summary>
    public IReadOnlyCollection<string> AllowedImports { get; init; } = [];

    /// <summary>Libraries to load along if they define one of the imports, by file name: <c>libm.so.6</c>.</summary>
    public ImmutableArray<string> Libraries { get; init; } = [];

    /// <summary>When to stop the linker.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What came of linking: <see cref="LinkSucceeded"/> or <see cref="LinkFailed"/>.</summary>
public abstract record LinkResult
{
    private protected LinkResult()
    {
    }
}

/// <summary>The library is in place.</summary>
public sealed record LinkSucceeded(string Path, TimeSpan Time) : LinkResult;

/// <summary>No library was made; what was there before is untouched.</summary>
/// <param name="Message">What is wrong, with the linker's output where it said something.</param>
/// <param name="Undefined">Symbols that nobody defines and the options do not allow.</param>
public sealed record LinkFailed(string Message, ImmutableArray<string> Undefined) : LinkResult;

/// <summary>Links ELF objects to a shared library with an external linker.</summary>
/// <remarks>The same objects in the same order give the same bytes: no build id, no path and no time gets in.</remarks>
public sealed class SharedLibraryLinker
{
    /// <summary>Uses a given program; <see cref="LinkerDiscovery"/> finds one.</summary>
    /// <param name="program">A linker that takes GNU ld's options, or a compiler driver (its name ends in <c>cc</c> or holds
    /// <c>clang</c>).</param>
    public SharedLibraryLinker(string program)
    {
        Program = Path.GetFullPath(program);
        string name = Path.GetFileNameWithoutExtension(program);
        IsDriver = name.Contains("clang", StringComparison.Ordinal)
            || name.Split('-').Any(part => part.EndsWith("cc", StringComparison.Ordinal));
    }

    /// <summary>Full path of the linker.</summary>
    public string Program { get; }

    /// <summary>Whether it is a compiler driver, which passes options on to a linker.</summary>
    public bool IsDriver { get; }

    /// <summary>Links <paramref name="objects"/> and puts the library at <paramref name="outputPath"/> in one step.</summary>
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
        // Beside the output, so that the final rename stays within one file system. Someone may have mapped the old library:
        // renaming leaves that file alone, writing into it would change running code.
        string work = Path.Combine(Path.GetDirectoryName(outputPath)!, $".rewright-{Guid.NewGuid():N}");
        try
        {
            WorkDirectory.Create(work);
            for (int i = 0; i < objects.Count; i++)
            {
                using FileStream file = File.Create(Path.Combine(work, ObjectName(i)));
                file.Write(objects[i].Span);
            }

            // Relative names in a working directory of our own: no path reaches the linker, so none needs quoting or leaks out.
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

    // The linker leaves undefined symbols of a shared library to the loader, which would take them from anywhere in the process.
    private static LinkFailed? Check(IReadOnlyList<ReadOnlyMemory<byte>> objects, IReadOnlyCollection<string> allowed, out int machine)
    {
        machine = 0;
        if (objects.Count == 0)
            return Failed("nothing to link");

        // _GLOBAL_OFFSET_TABLE_ is the linker's own.
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
        // Code and constants in one mapping: a small library takes one page of memory and not three.
        yield return ToLinker("-znoseparate-code");
        // Every import is bound at load time, so that a missing one is an error there and not at some later call. Calls within the
        // library stay within it, whatever the process defines under the same name.
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

    // Linkers other than the distribution's own know no directories.
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
