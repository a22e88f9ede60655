using System;

namespace Rewright.Caches;

/// <summary>What came of looking up code: <see cref="CacheHit"/> or <see cref="CacheMiss"/>.</summary>
public abstract record CacheLookup
{
    private protected CacheLookup()
    {
    }
}

/// <summary>The code is there and unharmed.</summary>
public sealed record CacheHit(CacheEntry Entry) : CacheLookup
{
    /// <summary>The library or object, as it was checked.</summary>
    internal ReadOnlyMemory<byte> Code { get; init; }
}

/// <summary>There is no code to use.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The same for people.</param>
public sealed record CacheMiss(CacheMissReason Reason, string Detail) : CacheLookup;

/// <summary>Why code was not found in a cache.</summary>
public enum CacheMissReason
{
    /// <summary>There is no entry for the module as it is: it was never compiled, has changed, or its entry was evicted.</summary>
    NotFound,
    /// <summary>There are entries for other options only.</summary>
    OtherOptions,
    /// <summary>There are entries for other processors only.</summary>
    OtherCpu,
    /// <summary>There are entries of other versions of Rewright only.</summary>
    OtherVersion,
    /// <summary>There are entries for other versions of the ABI only.</summary>
    OtherAbi,
    /// <summary>The entry was made by another LLVM than the one that this process has loaded.</summary>
    OtherLlvm,
    /// <summary>The entry is incomplete.</summary>
    Truncated,
    /// <summary>The entry's contents are not what was written.</summary>
    Damaged,
    /// <summary>The entry cannot be read.</summary>
    Unreadable,
    /// <summary>The entry is right and the system does not load it.</summary>
    NotLoadable,
    /// <summary>Others can write to the directory, so nothing in it is used.</summary>
    UnsafeDirectory,
    /// <summary>The entry is one that others could have written, or no plain file of a sensible size.</summary>
    UnsafeEntry,
    /// <summary>The cache is off.</summary>
    Off,
}
