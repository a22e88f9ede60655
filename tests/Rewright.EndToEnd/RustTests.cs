using System;
using System.IO;
using System.Threading.Tasks;
using Rewright.Testing;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>Rust crates of a project's modules.</summary>
public sealed class RustTests(Packages packages) : IDisposable
{
    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task From_text_to_an_engine()
    {
        ExternalProgram.Cargo.Need();
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        _project.Write("App/Program.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Program.cs")));

        // Not asked for: no trace.
        (await _project.BuildAsync("-p:RewrightNative=off")).SucceededWithoutWarnings();
        Assert.False(Directory.Exists(_project["App/obj/Debug/net10.0/rewright/rust"]));

        // Text needs no cargo.
        (await _project.BuildAsync(
            "-p:RewrightNative=off", "-p:RewrightRust=emit", "-p:RewrightCargoPath=/nowhere")).SucceededWithoutWarnings();
        Assert.Contains("pub fn plus(x: Nat, y: Nat) -> Result<Nat, Error>",
            File.ReadAllText(_project["App/bin/Debug/net10.0/rust/Peano/src/lib.rs"]));

        // Libraries do.
        var failed = await _project.BuildAsync("-p:RewrightNative=off", "-p:RewrightRust=build", "-p:RewrightCargoPath=/nowhere");
        Assert.Equal(["RW0208"], failed.Errors);

        (await _project.BuildAsync("-p:RewrightNative=off", "-p:RewrightEngine=Rust")).SucceededWithoutWarnings();
        Assert.Equal("Succ(Succ(Succ(Succ(Zero))))\nComputed by: Rust\n", await _project.RunAsync());

        // Nothing changed.
        var build = (await _project.BuildAsync(
            "--no-restore", "-p:RewrightNative=off", "-p:RewrightEngine=Rust")).SucceededWithoutWarnings();
        Assert.DoesNotContain("CompileCrates", build.OurTargets);
    }
}
