using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace Rewright.Generators.Tests.Kit;

/// <summary>What test compilations reference: the framework that runs the tests, and Rewright.</summary>
/// <remarks>Basic.Reference.Assemblies, as far as it can be restored here, ends at .NET 8.</remarks>
internal static class References
{
    /// <summary>No assemblies by name: the kit would fetch them.</summary>
    public static ReferenceAssemblies None { get; } = new("net10.0");

    public static ImmutableArray<MetadataReference> Default { get; } = Find();

    private static ImmutableArray<MetadataReference> Find()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetDirectoryName(p) == framework);
        return platform.Append(typeof(Rule).Assembly.Location).Append(typeof(Module).Assembly.Location)
            .Append(typeof(Quantum.Circuit).Assembly.Location).Append(typeof(Quantum.Gates).Assembly.Location)
            .Select(p => (MetadataReference)MetadataReference.CreateFromFile(p)).ToImmutableArray();
    }
}
