using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Rewright.Checks;
using Rewright.Cli.Rec;
using Rewright.Text;

namespace Rewright.Cli.Inspect;

/// <summary>Modules that a file holds itself, without a project to build.</summary>
internal static class ModuleSource
{
    /// <summary>The modules of a <c>.rw</c> or <c>.rec</c> file or of a library; null for a file of another kind.</summary>
    /// <exception cref="InspectionException">The modules have mistakes.</exception>
    /// <exception cref="RecException">The specification cannot be read.</exception>
    public static IReadOnlyList<Module>? Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".RW" => Checked(ModuleFiles.Check([path])),
        ".REC" => Checked([Checker.Check(RecReader.Read(path).Module, _ => null)]),
        ".DLL" or ".EXE" => Checked(Checker.CheckAll([.. Models(path).Select(m => Parser.ParseModule(m, path).Syntax)], _ => null)),
        _ => null,
    };

    private static List<Module> Checked(IEnumerable<CheckResult> results)
    {
        var all = results.Select(r => r.CheckCircuits()).ToList();
        var errors = all.SelectMany(r => r.Diagnostics).Where(d => d.Kind.Severity == Severity.Error).ToList();
        if (errors.Count > 0) throw new InspectionException(string.Join("\n", errors));
        return [.. all.Select(r => r.Module ?? throw new InspectionException("A module that it uses cannot be read."))];
    }

    // Reads the attributes that the generator put on the classes, without running the library.
    private static IEnumerable<string> Models(string path)
    {
        using var library = new PEReader(File.OpenRead(path));
        if (!library.HasMetadata) throw new InspectionException("error: " + path + " is no library of .NET.");
        var reader = library.GetMetadataReader();
        var models = new List<string>();
        foreach (var handle in reader.CustomAttributes)
        {
            var attribute = reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
            var type = reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (type.Kind != HandleKind.TypeReference || reader.GetTypeReference((TypeReferenceHandle)type) is var reference
                && !(reader.StringComparer.Equals(reference.Name, "ModuleModelAttribute")
                    && reader.StringComparer.Equals(reference.Namespace, "Rewright.Binding"))) continue;
            var value = reader.GetBlobReader(attribute.Value);
            value.ReadUInt16();
            models.Add(value.ReadSerializedString() ?? "");
        }

        return models;
    }
}
