using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Lower;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>
/// Hashes of all artifacts of modules: equal lists show that a change of the compiler has not changed its results.
/// </summary>
internal static class ArtifactHashes
{
    /// <summary>Saves random modules as <c>.rw</c> files.</summary>
    public static void Save(string folder, int first, int count)
    {
        Directory.CreateDirectory(folder);
        for (int seed = first; seed < first + count; seed++)
        {
            string shape = Shapes.All.Keys.ElementAt(seed % Shapes.All.Count);
            string name = string.Create(CultureInfo.InvariantCulture, $"{seed:D6}-{shape.Replace(' ', '-')}.rw");
            File.WriteAllText(Path.Combine(folder, name), RandomModule.Make(seed, Shapes.All[shape](seed)).Text);
        }
    }

    /// <summary>Writes one line for each artifact of each <c>.rw</c> file of a folder: file, kind, hash.</summary>
    public static void Write(string folder, TextWriter output)
    {
        foreach (string file in Directory.GetFiles(folder, "*.rw").Order(StringComparer.Ordinal))
        {
            var module = Module.Parse(File.ReadAllText(file));
            void Hash(string kind, Func<string> emit) => output.WriteLine(Path.GetFileName(file) + "," + kind + "," + HashOf(emit));
            Hash("rw", module.ToString);
            Hash("dot", () => DotPrinter.Print(module));
            Hash("lowered", () => ProgramPrinter.Print(Pipeline.Lower(module)));
            Hash("general", () => ProgramPrinter.Print(Pipeline.Lower(module, ProgramForm.Boxed)));
            Hash("traced", () => ProgramPrinter.Print(Pipeline.Lower(module, ProgramForm.Traced)));
            Hash("llvm", () => string.Concat(LlvmEmitter.EmitParts(Pipeline.Lower(module)).Select(p => p.Name + "\n" + p.Text)));
            Hash("rust", () => string.Concat(RustEmitter.Emit(module).Select(f => f.Path + "\n" + f.Text)));
        }
    }

    private static string HashOf(Func<string> emit)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(emit())));
        }
#pragma warning disable CA1031 // A failure must be the same after the change.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e.GetType().Name + ": " + e.Message;
        }
    }
}
