using System;
using System.Globalization;
using System.Text;
using Rewright.Emit;

namespace Rewright.Caches;

/// <summary>All that decides which native code is wanted: an entry of a cache answers to exactly one.</summary>
/// <remarks>
/// LLVM's version is not part of it, since a machine without LLVM has to find what another has made; entries record it.
/// </remarks>
public sealed record CodeKey
{
    /// <summary>What <see cref="Options"/> end in where the code counts rewrites.</summary>
    internal const string Counted = " count";

    private string? _fileName;

    /// <summary>The module's name, or what the caller calls a piece of IR. It says whose code this is; the identity decides.</summary>
    public required string Name { get; init; }

    /// <summary>What is compiled: the module's identity, or a hash of the IR.</summary>
    public required ModuleIdentity Identity { get; init; }

    /// <summary>What translates it to IR.</summary>
    public required string Emitter { get; init; }

    /// <summary>The options of compilation.</summary>
    public required string Options { get; init; }

    /// <summary>The processors that the code is for, see <see cref="CpuClass"/>.</summary>
    public required string Cpu { get; init; }

    /// <summary>The version of the ABI between code and runtime.</summary>
    public int AbiVersion { get; init; } = Abi.Version;

    /// <summary>Where an entry lies below its cache's directory.</summary>
    internal string FileName => _fileName ??= Identity.ToString() is var identity
        ? identity[..2] + "/" + identity + "-" + Checksum.Of(Encoding.UTF8.GetBytes(Variant)).ToString("x16", CultureInfo.InvariantCulture)
            + CodeFile.EntryExtension : "";

    /// <summary>True where the code counts rewrites, which changes what limits do; how it was optimized does not.</summary>
    internal bool CountsRewrites => Options.EndsWith(Counted, StringComparison.Ordinal);

    /// <summary>All but the identity.</summary>
    private string Variant => Emitter + "\n" + Options + "\n" + Cpu + "\n" + AbiVersion.ToString(CultureInfo.InvariantCulture);

    /// <summary>True where code for one serves the other. Names do not matter.</summary>
    public bool Equals(CodeKey? other)
        => other is not null && Identity == other.Identity && Emitter == other.Emitter && Options == other.Options && Cpu == other.Cpu
            && AbiVersion == other.AbiVersion;

    /// <inheritdoc/>
    public override int GetHashCode() => Identity.GetHashCode();

    /// <summary>Why code for this key does not serve another one of the same identity.</summary>
    internal CacheMiss MissOf(CodeKey wanted)
        => AbiVersion != wanted.AbiVersion
            ? new CacheMiss(CacheMissReason.OtherAbi, $"there is code for version {AbiVersion} of the ABI, not {wanted.AbiVersion}")
            : Emitter != wanted.Emitter ? new CacheMiss(CacheMissReason.OtherVersion, "there is code of another version of Rewright")
            : Cpu != wanted.Cpu ? new CacheMiss(CacheMissReason.OtherCpu, $"there is code for {Cpu}, not {wanted.Cpu}")
            : new CacheMiss(CacheMissReason.OtherOptions, $"there is code compiled with '{Options}', not '{wanted.Options}'");
}
