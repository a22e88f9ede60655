using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis.Text;
using Rewright.Emit.CSharp;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Proofs;
using Rewright.Quantum;

namespace Rewright.Generators;

/// <summary>A generated file that carries an artifact.</summary>
/// <param name="FileName">The name of the generated file.</param>
/// <param name="Path">The path of the artifact.</param>
/// <param name="Hash">The hash of the artifact.</param>
/// <param name="Code">The text of the generated file.</param>
internal sealed record CarriedArtifact(string FileName, string Path, string Hash, string Code)
{
    // Remembered code is the same string in every build. Symbol files contain generated files, deflated: a text that can be embedded is
    // deflated once, when it is made.
    private static readonly WeakMemo<string, SourceText> Texts = new();

    /// <summary>The file in the compiler's form.</summary>
    public SourceText Text
    {
        get
        {
            if (Texts[Code] is { } known) return known;
            byte[] bytes = Encoding.UTF8.GetBytes(Code);
            return Texts[Code] = SourceText.From(bytes, bytes.Length, Encoding.UTF8, SourceHashAlgorithm.Sha256, canBeEmbedded: true);
        }
    }

    public static CarriedArtifact Of(string fileName, ArtifactFile artifact)
        => new(fileName, artifact.Path, artifact.Hash, artifact.ToCSharp());
}

/// <summary>The artifacts of a module for the build. A new kind of artifact is one more line here.</summary>
internal static class ModuleArtifacts
{
    // The code of 2,000 patterns in modules of ten takes 3 million characters.
    private static readonly CodeMemo Code = new(32_000_000);

    /// <summary>The artifacts of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="withCrate">True if the project wants a Rust crate, which is many files and therefore optional.</param>
    /// <param name="places">The places of rules for debug information; empty for none.</param>
    /// <param name="cancellation">Cancels the work.</param>
    public static IEnumerable<CarriedArtifact> Of(
        CheckedModule module, bool withCrate, EquatableArray<SourcePlace> places, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (module.Module is not { } m) yield break;
        yield return Carried(module, "rw", "rw", m.ToString);
        if (Obligation.Of(m).Any()) yield return Carried(module, "claims", "claims", () => ClaimsFile.Write(m));
        if (m.CircuitRules.Length > 0) yield return Carried(module, "qasm-rules", "qasm", () => RuleProgram.Write(m.CircuitRules));
        // A module with only circuit rules evaluates no terms, so it has no code.
        if (m.Normalizers.IsEmpty && m.Operations.All(o => o.IsHost)) yield break;
        foreach (var part in Parts(module, m, places)) yield return part;
        if (!withCrate) yield break;
        cancellation.ThrowIfCancellationRequested();
        foreach (var file in Crate(module, m)) yield return file;
    }

    /// <summary>The programs of circuits, each in the folder of its class: <c>qasm/Demo.Circuits/Bell.qasm</c>.</summary>
    public static IEnumerable<CarriedArtifact> OfCircuits(ImmutableArray<CircuitDeclaration> circuits, CancellationToken cancellation)
    {
        // Names that differ only in case would collide in the compiler and in some file systems.
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var circuit in circuits.OrderBy(c => c.ClassName, StringComparer.Ordinal).ThenBy(
            c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Program, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (circuit.Program is null) continue;
            string name = circuit.Name;
            for (int i = 2; !names.Add(circuit.ClassName + "." + name); i++)
                name = circuit.Name + "_" + i.ToString(CultureInfo.InvariantCulture);
            yield return CarriedArtifact.Of(
                circuit.ClassName + "." + name + "-circuit.g.cs",
                new ArtifactFile("qasm/" + circuit.ClassName + "/" + name + ".qasm", circuit.Program));
        }
    }

    // `rust/Demo.Peano/src/lib.rs`, carried by `Demo.Peano-rust_lib.g.cs`.
    private static IEnumerable<CarriedArtifact> Crate(CheckedModule module, Rewright.Module m)
    {
        try
        {
            return RustEmitter.Emit(m).Select(f => CarriedArtifact.Of(
                module.FileStem + "-rust_" + System.IO.Path.GetFileNameWithoutExtension(f.Path) + ".g.cs",
                new ArtifactFile(RustFolder + "/" + module.FileStem + "/" + f.Path, f.Text))).ToList();
        }
#pragma warning disable CA1031 // A fault of ours must not affect the bindings: the build finds this text and reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return [CarriedArtifact.Of(
                module.FileStem + "-rust_failed.g.cs",
                new ArtifactFile(ArtifactFile.FailureFolder + "/" + module.FileStem + ".rs",
                e is NotSupportedException ? e.Message : e.GetType().Name + ": " + e.Message))];
        }
    }

    private const string RustFolder = "rust";

    // `llvm/Demo.Peano.ll`, carried by `Demo.Peano-ll.g.cs`. Further parts of a large module: `llvm/Demo.Peano~1a2b3c4d.ll`.
    private static List<CarriedArtifact> Parts(CheckedModule module, Rewright.Module m, EquatableArray<SourcePlace> places)
    {
        if (places.Count == 0 && Code.Find(module.FileStem, m.Identity) is { } known) return known;
        CompilerFault? fault = null;
        var parts = CarriedParts(module, "llvm", "ll", () =>
        {
            var (emitted, met) = CompilerFault.WorkAround(m, places.Count > 0 ? "IR of a build, with places" : "IR of a build",
                optimizes => LlvmEmitter.EmitParts(
                    Pipeline.Lower(m, seesRules: places.Count > 0, optimizes: optimizes), new EmitOptions(Places: places)));
            fault = met;
            return emitted.Select(p => (p.Name, p.Text));
        });
        if (fault is not null)
            return [.. parts, CarriedArtifact.Of(
                module.FileStem + "-fault.g.cs",
                new ArtifactFile(ArtifactFile.FailureFolder + "/" + module.FileStem + ".fault", fault.Report))];
        // A failure is not remembered, because it may be temporary, such as a lack of memory.
        if (places.Count == 0 && !parts[0].Path.StartsWith(ArtifactFile.FailureFolder, StringComparison.Ordinal))
            Code.Add(module.FileStem, m.Identity, parts);
        return parts;
    }

    // `rw/Demo.Peano.rw`, carried by `Demo.Peano-rw.g.cs`.
    private static CarriedArtifact Carried(CheckedModule module, string folder, string extension, Func<string> write)
        => CarriedParts(module, folder, extension, () => [("", write())])[0];

    private static List<CarriedArtifact> CarriedParts(
        CheckedModule module, string folder, string extension, Func<IEnumerable<(string Name, string Text)>> write)
    {
        string file = module.FileStem + "-" + extension, name = "/" + module.FileStem;
        try
        {
            return write().Select(part => CarriedArtifact.Of(
                file + (part.Name.Length == 0 ? "" : "_" + part.Name) + ".g.cs",
                new ArtifactFile(folder + name + (part.Name.Length == 0 ? "" : ArtifactFile.PartMark + part.Name) + "." + extension,
                    part.Text))).ToList();
        }
#pragma warning disable CA1031 // A fault of ours must not affect the bindings: the build finds this text and reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return [CarriedArtifact.Of(
                file + ".g.cs", new ArtifactFile(
                ArtifactFile.FailureFolder + name + "." + extension,
                (e as CompilerFaultException)?.Fault.Report ?? e.GetType().Name + ": " + e.Message))];
        }
    }
}
