using System;
using System.Collections.Generic;
using System.IO;
using Rewright.Llvm;

namespace Rewright.Jit;

/// <summary>Links objects to libraries with the system's linker. Thread-safe.</summary>
/// <param name="workDirectory">The directory for temporary files; null for the system's.</param>
internal sealed class CodeLinker(string? workDirectory)
{
    private readonly Lazy<SharedLibraryLinker?> _linker
        = new(() => OperatingSystem.IsLinux() && LinkerDiscovery.Find() is LinkerFound { Linker: var linker } ? linker : null);

    /// <summary>True if there is a linker.</summary>
    public bool IsThere => _linker.Value is not null;

    /// <summary>Links an object to a library.</summary>
    /// <exception cref="NativeCompilationException">There is no linker, or it fails.</exception>
    public byte[] Link(ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports)
        => InTemporaryDirectory(directory => Link(code, imports, Path.Combine(directory, "code.so")));

    /// <summary>Links an object to a library in a file.</summary>
    /// <exception cref="NativeCompilationException">There is no linker, or it fails.</exception>
    public byte[] Link(ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string path)
    {
        if (_linker.Value is not { } linker)
            throw new NativeCompilationException(
                LinkerDiscovery.Find() is LinkerMissing missing ? missing.Message : "Code is linked on Linux only, so far.");
        var options = new LinkOptions { AllowedImports = imports, Libraries = imports.Count == 0 ? [] : ["libm.so.6"] };
        return linker.Link([code], path, options) is LinkFailed { Message: var message }
            ? throw new NativeCompilationException(message) : File.ReadAllBytes(path);
    }

    /// <summary>Runs work in a temporary directory.</summary>
    /// <exception cref="NativeCompilationException">Temporary files cannot be written.</exception>
    public T InTemporaryDirectory<T>(Func<string, T> body)
    {
        string directory = Path.Combine(workDirectory ?? Path.GetTempPath(), $"rewright-{Guid.NewGuid():N}");
        try
        {
            WorkDirectory.Create(directory);
            return body(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NativeCompilationException("Temporary files could not be written: " + e.Message);
        }
        finally
        {
            WorkDirectory.TryDelete(directory);
        }
    }
}
