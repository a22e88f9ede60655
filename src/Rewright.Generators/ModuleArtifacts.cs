using System.Collections.Generic;
using System.Threading;
using Rewright.Emit.CSharp;
using Rewright.Generators.Checking;

namespace Rewright.Generators;

/// <summary>An artifact and the generated file that carries it.</summary>
internal sealed record CarriedArtifact(string FileName, ArtifactFile Artifact);

/// <summary>What the build gets of a module. Another kind of artifact is another line here.</summary>
internal static class ModuleArtifacts
{
    public static IEnumerable<CarriedArtifact> Of(CheckedModule module, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (module.Module is { } m)
            yield return Carried(module.FileStem, "rw", m.ToString());
    }

    // `rw/Demo.Peano.rw`, carried by `Demo.Peano-rw.g.cs`.
    private static CarriedArtifact Carried(string stem, string kind, string text)
        => new(stem + "-" + kind + ".g.cs", new ArtifactFile(kind + "/" + stem + "." + kind, text));
}
