using System;
using System.Collections.Generic;
using System.Threading;
using Rewright.Emit.CSharp;
using Rewright.Emit.Llvm;
using Rewright.Generators.Checking;
using Rewright.Lower;

namespace Rewright.Generators;

/// <summary>An artifact and the generated file that carries it.</summary>
internal sealed record CarriedArtifact(string FileName, ArtifactFile Artifact);

/// <summary>What the build gets of a module. Another kind of artifact is another line here.</summary>
internal static class ModuleArtifacts
{
    public static IEnumerable<CarriedArtifact> Of(CheckedModule module, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (module.Module is not { } m) yield break;
        yield return Carried(module.FileStem, "rw", "rw", m.ToString());
        yield return Carried(module.FileStem, "llvm", "ll", Llvm(m, cancellation));
    }

    // A fault of ours must not cost the user every binding, as an exception here would: LLVM rejects the text, and the build names the
    // module and this file.
    private static string Llvm(Module module, CancellationToken cancellation)
    {
        try
        {
            return LlvmEmitter.Emit(ProgramLowering.Lower(module));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return "; Rewright failed to compile " + module.Name + ".\n; " + e.ToString().Replace("\r", "").Replace("\n", "\n; ") + "\nfailed\n";
        }
    }

    // `rw/Demo.Peano.rw`, carried by `Demo.Peano-rw.g.cs`.
    private static CarriedArtifact Carried(string stem, string kind, string extension, string text)
        => new(stem + "-" + kind + ".g.cs", new ArtifactFile(kind + "/" + stem + "." + extension, text));
}
