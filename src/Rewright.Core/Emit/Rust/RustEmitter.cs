using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>A file of a crate.</summary>
/// <param name="Path">The path below the crate's folder, with slashes.</param>
/// <param name="Text">The text of the file.</param>
public sealed record RustFile(string Path, string Text);

/// <summary>The options of an emitted crate.</summary>
/// <param name="CountsRewrites">Counts rules that fire, so that the number can be limited.</param>
public sealed record RustOptions(bool CountsRewrites = false);

/// <summary>Writes a module as a Rust crate without dependencies. The text depends only on the module and the options.</summary>
/// <remarks>
/// Rules and types are written for the module. The supporting code is the same in every crate and is embedded here as the files of the
/// folder <c>Support</c>.
/// </remarks>
public static class RustEmitter
{
    private static readonly string[] Support = ["ffi", "integer", "message", "number", "parse", "run", "shared", "term", "text", "words"];

    /// <summary>The name of a module's crate.</summary>
    public static string CrateOf(ModuleDefinition module)
        => module.Name.Length == 0 ? "module" : RustNames.Snake(module.Name.Replace(".", "_"));

    /// <summary>The file name of a crate's library on this system, from the system's naming of libraries.</summary>
    /// <param name="module">The module.</param>
    /// <param name="prefix"><c>lib</c> or nothing.</param>
    /// <param name="extension"><c>.so</c>, <c>.dylib</c> or <c>.dll</c>.</param>
    public static string LibraryOf(ModuleDefinition module, string prefix, string extension) => prefix + CrateOf(module) + extension;

    /// <summary>The arguments for cargo, run in the crate's folder, to compile the library that the runtime loads.</summary>
    /// <remarks>The crate itself does not specify this, so that it can also be built for systems without such libraries.</remarks>
    public const string CargoArguments = "rustc --lib --release --offline --quiet --features ffi --crate-type cdylib";

    /// <summary>Writes the crate of a module.</summary>
    public static ImmutableArray<RustFile> Emit(ModuleDefinition module, RustOptions? options = null)
    {
        var program = Pipeline.Lower(module, ProgramForm.Managed);
        var sorts = new RustSorts(module, program.Layouts);
        var rules = new RustRules(program, sorts, (options ?? new RustOptions()).CountsRewrites);
        string rulesText = rules.Write();
        var files = ImmutableArray.CreateBuilder<RustFile>();
        files.Add(new RustFile("Cargo.toml", Manifest(module)));
        files.Add(new RustFile("src/host.rs", rules.Host.Write()));
        files.Add(new RustFile("src/lib.rs", RustLibraryWriter.Write(rules)));
        files.Add(new RustFile("src/rules.rs", rulesText));
        files.Add(new RustFile("src/sorts.rs", RustSortWriter.Write(sorts)));
        files.Add(new RustFile("src/tests.rs", RustTestWriter.Write(rules)));
        files.AddRange(Support.Select(name => new RustFile("src/" + name + ".rs", Read(name))));
        return files.ToImmutable();
    }

    private static string Manifest(ModuleDefinition module) => $$"""
        # Made by Rewright from the module '{{RustText.Comment(module.Name)}}'.
        [package]
        name = "{{CrateOf(module)}}"
        version = "0.1.0"
        edition = "2024"
        rust-version = "1.88"
        description = "Rewrite rules, compiled by Rewright"
        publish = false

        [features]
        default = ["std"]
        # Evaluations that need more stack go on in a thread; functions of real numbers.
        std = []
        # What other languages call.
        ffi = ["std"]

        [profile.release]
        codegen-units = 1
        debug = false

        [workspace]

        """.Replace("\r", "");

    private static string Read(string name)
    {
        using var stream = typeof(RustEmitter).Assembly.GetManifestResourceStream("Rewright.Rust." + name + ".rs")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r", "");
    }
}
