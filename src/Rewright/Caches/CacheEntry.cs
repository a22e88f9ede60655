using System;

namespace Rewright.Caches;

/// <summary>The kinds of code in a cache.</summary>
public enum CodeKind
{
    /// <summary>A shared library, which the system loads.</summary>
    Library,
    /// <summary>An object file, which LLVM has to link; written if there is no linker.</summary>
    Object,
}

/// <summary>The description of native code, apart from its key.</summary>
public sealed record CodeInfo
{
    /// <summary>The kind of file that holds the code.</summary>
    public CodeKind Kind { get; init; }

    /// <summary>The version of the LLVM that made the code.</summary>
    public required string LlvmVersion { get; init; }

    /// <summary>The time of compilation.</summary>
    public required DateTimeOffset CompiledAt { get; init; }

    /// <summary>The duration of compilation.</summary>
    public TimeSpan CompileTime { get; init; }

    /// <summary>The exported symbols of a piece of IR; empty for modules, which describe themselves.</summary>
    public System.Collections.Generic.IReadOnlyList<string> Exports { get; init; } = [];
}

/// <summary>The code for one key in a file of native code.</summary>
/// <param name="Path">The file: an entry of a cache, or a bundle, which has code for many keys.</param>
/// <param name="Key">The key of the code.</param>
/// <param name="Info">The description of the code.</param>
public sealed record CacheEntry(string Path, CodeKey Key, CodeInfo Info)
{
    /// <summary>The size of the file in bytes.</summary>
    public long FileBytes { get; init; }

    /// <summary>The time of the last use, as far as the file system records it.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>The size of the code within the file, in bytes.</summary>
    internal long CodeBytes { get; init; }

    /// <summary>Reads the library or object.</summary>
    /// <exception cref="System.IO.IOException">The file cannot be read, has changed, or was removed by another process.</exception>
    public byte[] ReadCode() => ReadFile()[..(int)CodeBytes];

    /// <summary>Reads the whole file and checks it again.</summary>
    /// <exception cref="System.IO.IOException">As for <see cref="ReadCode"/>.</exception>
    internal byte[] ReadFile()
    {
        var (entries, miss) = CodeFile.Read(Path, Writers.Nobody, follows: false, out byte[] content, null);
        if (miss is not null) throw new System.IO.IOException(miss.Detail);
        return entries is [var entry] && entry.Key.Equals(Key) ? content : throw new System.IO.IOException($"'{Path}' has other code now.");
    }
}
