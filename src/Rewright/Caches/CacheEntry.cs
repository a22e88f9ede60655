using System;

namespace Rewright.Caches;

/// <summary>What an entry of a cache holds.</summary>
public enum CodeKind
{
    /// <summary>A shared library, which the system loads.</summary>
    Library,
    /// <summary>An object file, which needs LLVM to be linked; written where there is no linker.</summary>
    Object,
}

/// <summary>What is known of native code besides its key.</summary>
public sealed record CodeInfo
{
    /// <summary>What holds the code.</summary>
    public CodeKind Kind { get; init; }

    /// <summary>The LLVM that made it.</summary>
    public required string LlvmVersion { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CompiledAt { get; init; }

    /// <summary>How long that took.</summary>
    public TimeSpan CompileTime { get; init; }

    /// <summary>The exported symbols of a piece of IR; empty for modules, which describe themselves.</summary>
    public System.Collections.Generic.IReadOnlyList<string> Exports { get; init; } = [];
}

/// <summary>Code of one key in a file of native code.</summary>
/// <param name="Path">The file: an entry of a cache, or a bundle, which has code of many keys.</param>
/// <param name="Key">What it answers to.</param>
/// <param name="Info">What is known of it.</param>
public sealed record CacheEntry(string Path, CodeKey Key, CodeInfo Info)
{
    /// <summary>Size of the file.</summary>
    public long FileBytes { get; init; }

    /// <summary>When it was last used, as far as the file system keeps that.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>How much of the file is the code.</summary>
    internal long CodeBytes { get; init; }

    /// <summary>The library or object.</summary>
    /// <exception cref="System.IO.IOException">The file cannot be read, is not what it was, or another process has removed it
    /// meanwhile.</exception>
    public byte[] ReadCode() => ReadFile()[..(int)CodeBytes];

    /// <summary>The whole file, checked again.</summary>
    /// <exception cref="System.IO.IOException">As for <see cref="ReadCode"/>.</exception>
    internal byte[] ReadFile()
    {
        var (entries, miss) = CodeFile.Read(Path, Writers.Nobody, follows: false, out byte[] content, null);
        if (miss is not null) throw new System.IO.IOException(miss.Detail);
        return entries is [var entry] && entry.Key.Equals(Key) ? content : throw new System.IO.IOException($"'{Path}' has other code now.");
    }
}
