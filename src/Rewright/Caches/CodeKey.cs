using System;
using System.Globalization;
using System.Text;
using Rewright.Emit;

namespace Rewright.Caches;

/// <summary>Everything that decides which native code is wanted. Each entry of a cache has exactly one key.</summary>
/// <remarks>
/// LLVM's version is not part of the key, because a machine without LLVM must find what another machine made; entries record it.
/// </remarks>
public sealed record CodeKey
{
    /// <summary>The end of <see cref="Options"/> if the code counts rewrites.</summary>
    internal const string Counted = " count";

    private string? _fileName;

    /// <summary>The module's name, or the caller's name for a piece of IR. It is for display; the identity decides.</summary>
    public required string Name { get; init; }

    /// <summary>The identity of what is compiled: that of the module, or a hash of the IR.</summary>
    public required ModuleIdentity Identity { get; init; }

    /// <summary>The identity of the emitter that translates the module to IR.</summary>
    public required string Emitter { get; init; }

    /// <summary>The options of compilation.</summary>
    public required string Options { get; init; }

    /// <summary>The class of processors that the code runs on, see <see cref="CpuClass"/>.</summary>
    public required string Cpu { get; init; }

    /// <summary>The version of the ABI between code and runtime.</summary>
    public int AbiVersion { get; init; } = Abi.Version;

    /// <summary>The path of an entry relative to the cache's directory.</summary>
    internal string FileName => _fileName ??= Identity.ToString() is var identity
        ? identity[..2] + "/" + identity + "-" + Checksum.Of(Encoding.UTF8.GetBytes(Variant)).ToString("x16", CultureInfo.InvariantCulture)
            + CodeFile.EntryExtension : "";

    /// <summary>True if the code counts rewrites, which changes how limits work; other options only change how it is optimized.</summary>
    internal bool CountsRewrites => Options.EndsWith(Counted, StringComparison.Ordinal);

    /// <summary>All of the key but the name and the identity.</summary>
    private string Variant => Emitter + "\n" + Options + "\n" + Cpu + "\n" + AbiVersion.ToString(CultureInfo.InvariantCulture);

    /// <summary>True if code for one key serves the other. Names do not matter.</summary>
    public bool Equals(CodeKey? other)
        => other is not null && Identity == other.Identity && Emitter == other.Emitter && Options == other.Options && Cpu == other.Cpu
            && AbiVersion == other.AbiVersion;

    /// <inheritdoc/>
    public override int GetHashCode() => Identity.GetHashCode();

    /// <summary>Explains why code for this key does not serve another key with the same identity.</summary>
    internal CacheMiss MissOf(CodeKey wanted)
        => AbiVersion != wanted.AbiVersion
            ? new CacheMiss(CacheMissReason.OtherAbi, $"there is code for version {AbiVersion} of the ABI, not {wanted.AbiVersion}")
            : Emitter != wanted.Emitter ? new CacheMiss(CacheMissReason.OtherVersion, "there is code of another version of Rewright")
            : Cpu != wanted.Cpu ? new CacheMiss(CacheMissReason.OtherCpu, $"there is code for {Cpu}, not {wanted.Cpu}")
            : new CacheMiss(CacheMissReason.OtherOptions, $"there is code compiled with '{Options}', not '{wanted.Options}'");
}
