using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>A module of the request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IrPath">Its LLVM IR.</param>
/// <param name="ObjectPath">Where its object is or goes to.</param>
/// <param name="LlvmVersion">What made the object, where it need not be made again.</param>
internal sealed record RequestedModule(string Name, string IrPath, string ObjectPath, string LlvmVersion);

/// <summary>What the task asks for.</summary>
internal sealed record NativeRequest(
    CompileOptions Options, string? LlvmPath, string? LinkerPath, int Cores, string? Library, ObjectCache? Cache, ImmutableArray<RequestedModule> Modules)
{
    public static NativeRequest Read(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>();
        var modules = ImmutableArray.CreateBuilder<RequestedModule>();
        string? cacheDirectory = null;
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
                case [var key, var value]:
                    values[key] = value;
                    break;
            }
        }

        var options = new CompileOptions
        {
            OptimizationLevel = int.Parse(values[Protocol.Level], CultureInfo.InvariantCulture),
            Cpu = Optional(Protocol.Cpu),
            Triple = Optional(Protocol.Triple),
            // The IR has it where it is wanted.
            DebugInfo = true,
            // Generous: it is there for what never ends.
            TimeLimit = TimeSpan.FromMinutes(10),
        };
        return new NativeRequest(
            options, Optional(Protocol.Llvm), Optional(Protocol.Linker), int.Parse(values[Protocol.Cores], CultureInfo.InvariantCulture),
            Optional(Protocol.Library), cacheDirectory is null ? null : new ObjectCache(cacheDirectory.Length > 0 ? cacheDirectory : null, options), modules.ToImmutable());

        string? Optional(string key) => values[key] is { Length: > 0 } value ? value : null;
    }
}
