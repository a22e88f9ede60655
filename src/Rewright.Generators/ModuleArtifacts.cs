using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rewright.Emit.CSharp;
using Rewright.Emit.Llvm;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Lower;
using Rewright.Quantum;

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
        yield return Carried(module, "rw", "rw", m.ToString);
        yield return Carried(module, "llvm", "ll", () => LlvmEmitter.Emit(ProgramLowering.Lower(m)));
        if (m.CircuitRules.Length > 0) yield return Carried(module, "qasm-rules", "qasm", () => RuleProgram.Write(m.CircuitRules));
    }

    /// <summary>The programs of circuits, each in the folder of its class: <c>qasm/Demo.Circuits/Bell.qasm</c>.</summary>
    public static IEnumerable<CarriedArtifact> OfCircuits(ImmutableArray<CircuitDeclaration> circuits, CancellationToken cancellation)
    {
        // Neither the compiler nor every file system tells small letters from capitals.
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var circuit in circuits.OrderBy(c => c.ClassName, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Program, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (circuit.Program is null) continue;
            string name = circuit.Name;
            for (int i = 2; !names.Add(circuit.ClassName + "." + name); i++) name = circuit.Name + "_" + i.ToString(CultureInfo.InvariantCulture);
            yield return new(circuit.ClassName + "." + name + "-circuit.g.cs", new ArtifactFile("qasm/" + circuit.ClassName + "/" + name + ".qasm", circuit.Program));
        }
    }

    // `llvm/Demo.Peano.ll`, carried by `Demo.Peano-ll.g.cs`.
    private static CarriedArtifact Carried(CheckedModule module, string folder, string extension, Func<string> write)
    {
        string file = module.FileStem + "-" + extension + ".g.cs", name = "/" + module.FileStem + "." + extension;
        try
        {
            return new(file, new ArtifactFile(folder + name, write()));
        }
#pragma warning disable CA1031 // A mistake of ours must not take the bindings with it: the build finds this text instead, and reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(file, new ArtifactFile(ArtifactFile.FailureFolder + name, e.GetType().Name + ": " + e.Message));
        }
    }
}
