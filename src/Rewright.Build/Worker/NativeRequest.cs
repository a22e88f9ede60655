using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using Rewright.Emit.Llvm;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>A module in a request.</summary>
/// <param name="Name">The name of the module.</param>
/// <param name="IrPath">The path of its LLVM IR.</param>
/// <param name="ObjectPath">The path of its object, existing or to be made.</param>
/// <param name="LlvmVersion">The LLVM that made the object; empty if it must be made.</param>
internal sealed record RequestedModule(string Name, string IrPath, string ObjectPath, string LlvmVersion);

/// <summary>A cache that a team shares.</summary>
/// <param name="Address">The root address, with a slash at the end.</param>
/// <param name="PublicKeys">The signers to trust: keys, or files that contain them.</param>
/// <param name="Writes">True to send compiled objects there.</param>
/// <param name="KeyFile">The file of the private key; null to read an environment variable.</param>
/// <param name="TimeLimit">The time that waiting for it may cost.</param>
internal sealed record RemoteRequest(Uri Address, ImmutableArray<string> PublicKeys, bool Writes, string? KeyFile, TimeSpan TimeLimit);

/// <summary>A request to compile modules to native code.</summary>
internal sealed record NativeRequest(
    CompileOptions Options, bool UsesTools, string? LlvmPath, string? LinkerPath, int Cores, string? Library, ObjectCache? Cache,
    ImmutableArray<RequestedModule> Modules)
{
    /// <exception cref="ArgumentException">A property has an unusable value; the message names the property.</exception>
    public static NativeRequest Read(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>();
        var modules = ImmutableArray.CreateBuilder<RequestedModule>();
        string? cacheDirectory = null;
        RemoteRequest? remote = null;
        foreach (string line in lines)
        {
            switch (Protocol.Read(line))
            {
                case [Protocol.Module, var name, var ir, var target, var version]:
                    modules.Add(new RequestedModule(name, ir, target, version));
                    break;
                case [Protocol.Cache, var directory]:
                    cacheDirectory = directory;
                    break;
                case [Protocol.Remote, var address, var keys, var writes, var keyFile, var limit]:
                    remote = new RemoteRequest(
                        new Uri(address), [.. keys.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                        writes.Length > 0,
                        keyFile.Length > 0 ? keyFile : null, TimeSpan.FromMilliseconds(int.Parse(limit, CultureInfo.InvariantCulture)));
                    break;
                case [var key, var value]:
                    values[key] = value;
                    break;
            }
        }

        int level = int.Parse(values[Protocol.Level], CultureInfo.InvariantCulture);
        var options = new CompileOptions
        {
            OptimizationLevel = level,
            Pipeline = LlvmEmitter.PipelineFor(level),
            CodegenLevel = level == 0 ? 0 : 2,
            Cpu = Optional(Protocol.Cpu),
            Triple = Optional(Protocol.Triple),
            // The IR has debug information only if it is wanted.
            DebugInfo = true,
            // Generous, because it only guards against endless compilations.
            TimeLimit = TimeSpan.FromMinutes(10),
        };
        int cores = int.Parse(values[Protocol.Cores], CultureInfo.InvariantCulture);
        var cache = cacheDirectory is null ? null
            : new ObjectCache(cacheDirectory.Length > 0 ? cacheDirectory : null, options,
                remote is null ? null : new RemoteCache(remote, cores));
        return new NativeRequest(
            options, values[Protocol.Pipeline] == Protocol.Tools, Optional(Protocol.Llvm), Optional(Protocol.Linker), cores,
            Optional(Protocol.Library), cache, modules.ToImmutable());

        string? Optional(string key) => values[key] is { Length: > 0 } value ? value : null;
    }
}
