using System;

namespace Rewright.Caches;

/// <summary>The result of looking up code: <see cref="CacheHit"/> or <see cref="CacheMiss"/>.</summary>
public abstract record CacheLookup
{
    private protected CacheLookup()
    {
    }
}

/// <summary>The code is there and undamaged.</summary>
public sealed record CacheHit(CacheEntry Entry) : CacheLookup
{
    /// <summary>The library or object, as checked by the look-up.</summary>
    internal ReadOnlyMemory<byte> Code { get; init; }
}

/// <summary>There is no usable code.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">The reason as text for people.</param>
public sealed record CacheMiss(CacheMissReason Reason, string Detail) : CacheLookup;

/// <summary>The reasons why a cache has no usable code.</summary>
public enum CacheMissReason
{
    /// <summary>
    /// There is no entry for this version of the module: it was never compiled, it has changed, or its entry was evicted.
    /// </summary>
    NotFound,
    /// <summary>There are only entries for other options.</summary>
    OtherOptions,
    /// <summary>There are only entries for other processors.</summary>
    OtherCpu,
    /// <summary>There are only entries of other versions of Rewright.</summary>
    OtherVersion,
    /// <summary>There are only entries for other versions of the ABI.</summary>
    OtherAbi,
    /// <summary>The entry was made by another LLVM than this process has loaded.</summary>
    OtherLlvm,
    /// <summary>The entry is incomplete.</summary>
    Truncated,
    /// <summary>The contents of the entry have changed since it was written.</summary>
    Damaged,
    /// <summary>The entry cannot be read.</summary>
    Unreadable,
    /// <summary>The entry is valid, but the system does not load it.</summary>
    NotLoadable,
    /// <summary>Others can write to the directory, so nothing in it is used.</summary>
    UnsafeDirectory,
    /// <summary>Other users could have written the entry, or it is not a plain file of a sensible size.</summary>
    UnsafeEntry,
    /// <summary>The cache is off.</summary>
    Off,
}
