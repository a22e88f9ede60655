using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Utilities;
using Xunit;

namespace Rewright.Build.Tests;

public sealed class BuildRustTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_cargo_there_is_one_error_that_names_what_to_install()
    {
        string message = Build(_folder["no-cargo"], "A", "B").Error("RW0208").Message!;
        Assert.Contains("no-cargo", message);
        Assert.Contains("apt-get install cargo", message);
        Assert.False(File.Exists(_folder["build.stamp"]));
    }

    [Fact]
    public void Libraries_carry_the_names_of_assembly_and_module()
    {
        Build(Cargo("mkdir -p \"$target/release\"; echo made of $(basename \"$PWD\") > \"$target/release/libcrate.so\""), "A",
            "B.C").HasNothingToSay();
        Assert.Equal(["libApp.A.rust.so", "libApp.B.C.rust.so"],
            Directory.GetFiles(_folder["out"], "*.so").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal("made of B.C\n", File.ReadAllText(_folder["out/libApp.B.C.rust.so"]));
        Assert.True(File.Exists(_folder["build.stamp"]));

        // A module less.
        Directory.Delete(_folder["A"], recursive: true);
        Build(_folder["cargo"], "B.C").HasNothingToSay();
        Assert.Equal(["libApp.B.C.rust.so"], Directory.GetFiles(_folder["out"], "*.so").Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void What_cargo_says_is_reported()
    {
        string message = Build(Cargo("echo 'error: it is Tuesday' >&2; exit 101"), "A").Error("RW0209").Message!;
        Assert.Contains("'A'", message);
        Assert.Contains("it is Tuesday", message);
        Assert.False(File.Exists(_folder["build.stamp"]));
    }

    [Theory]
    [InlineData("src/lib.rs:4:9", 2, 27)]
    [InlineData("src/lib.rs:2:1", 1, 22)]
    public void What_the_compiler_rejects_is_shown_at_what_it_was_made_of(string place, int line, int column)
    {
        Directory.CreateDirectory(_folder["A/src"]);
        File.WriteAllText(_folder["A/src/lib.rs"], "/// Doubles.\nfn twice() {\n    // Double: Twice(x) -> x + x\n    1 + ()\n}\n");
        File.WriteAllText(_folder["A.cs"], "static partial class A {\n"
            + "    [Pattern] static Rule Double(long x) => Rewrite(Twice(x), to: x + x); }");
        var error = Build(Cargo($"printf 'error[E0277]: cannot add\\n  --> {place}\\n' >&2; exit 101"), "A").Error("RW0209");
        Assert.Equal((_folder["A.cs"], line, column), (error.File, error.LineNumber, error.ColumnNumber));
    }

    // A cargo that finds the folder for its output in $target.
    private string Cargo(string script)
    {
        string path = _folder["cargo"];
        File.WriteAllText(path, "#!/bin/sh\nfor last; do :; done; target=$last\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private TestBuildEngine Build(string cargo, params string[] modules)
    {
        foreach (string module in modules)
        {
            Directory.CreateDirectory(_folder[module]);
            File.WriteAllText(_folder[module + "/Cargo.toml"], "");
        }

        var engine = new TestBuildEngine();
        new BuildRust
        {
            BuildEngine = engine, Project = _folder["App.csproj"],
            Manifests = [.. modules.Select(m => new TaskItem(_folder[m + "/Cargo.toml"].Replace("%", "%25")))],
            Folder = _folder["out"], Assembly = "App", CargoPath = cargo, Prefix = "lib", Extension = ".so", Stamp = _folder["build.stamp"],
            Sources = [new TaskItem(_folder["A.cs"].Replace("%", "%25"))],
        }.Execute();
        return engine;
    }
}
