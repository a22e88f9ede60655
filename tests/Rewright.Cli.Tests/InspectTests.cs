using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Cli.Tests;

/// <summary><c>rewright inspect</c> on what a build has left; a build goes before it in the tests of packages.</summary>
public sealed class InspectTests : IDisposable
{
    private readonly Tool _tool = new();

    public InspectTests()
    {
        _tool.Write("App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <_RewrightFolder>obj\$(Configuration)/rewright/</_RewrightFolder>
              </PropertyGroup>
            </Project>
            """);
        Write("rw/Demo.Peano.rw", "module Demo.Peano\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat\nrule P0: Plus(Zero, y) -> y\n"
            + "rule P1: Plus(Succ(x), y) -> Succ(Plus(x, y))\n");
        Write("rw/Demo.More.rw", "module Demo.More\nuse Demo.Peano\nop Twice(Nat): Nat\nrule T: Twice(x) -> Plus(x, x)\n");
        Write("llvm/Demo.Peano.ll", "define i64 @twice(i64 %x) {\n  %y = shl i64 %x, 1\n  ret i64 %y\n}\n");
        Write("qasm/Demo.Circuits/Bell.qasm", "OPENQASM 3.0;\n");
    }

    public void Dispose() => _tool.Dispose();

    private void Write(string name, string text)
    {
        string path = Path.Combine(_tool.Folder, "obj", "Release", "rewright", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void WritePeano()
    {
        _tool.Write("peano.rw", """
            sort Nat = Zero | Succ(Nat)
            op Plus(Nat, Nat): Nat
            rule P0: Plus(Zero, y) -> y
            rule P1: Plus(Succ(x), y) -> Succ(Plus(x, y))

            """);
        _tool.Write("peano.rec", """
            REC-SPEC peano
            SORTS
             Nat
            CONS
             z : -> Nat
             s : Nat -> Nat
            OPNS
             Plus : Nat Nat -> Nat
            VARS
             X Y : Nat
            RULES
             Plus(z, Y) -> Y
             Plus(s(X), Y) -> s(Plus(X, Y))
            EVAL
             z
            END-SPEC

            """);
    }

    private Outcome Inspect(params string[] arguments) => _tool.Run(["inspect", "App.csproj", "--no-build", "-c", "Release", .. arguments]);

    [Theory]
    [InlineData("rw", "Demo.More", "rule T: Twice(x) -> Plus(x, x)")]
    [InlineData("dot", "Demo.Peano", "digraph")]
    [InlineData("lowered", "Demo.More", "Demo.More.Twice")]
    [InlineData("llvm", "Demo.Peano", "define i64 @twice")]
    [InlineData("asm", "Demo.Peano", "twice:")]
    [InlineData("rust", "Demo.More", "pub fn twice(")]
    [InlineData("qasm", "Demo.Circuits", "OPENQASM 3.0;")]
    public void Artifacts_are_shown(string kind, string module, string expected)
    {
        var outcome = Inspect("--emit", kind, "--module", module);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains(expected, outcome.Output, StringComparison.Ordinal);
        // A single one has nothing around it.
        Assert.DoesNotContain("// " + module + "\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_project_is_not_built()
    {
        _tool.Write("libApp.rewright.so", "ELF");
        var outcome = _tool.Run("inspect", "libApp.rewright.so");
        Assert.Equal((1, "error: 'libApp.rewright.so' is neither a project nor a .rw or .rec file nor a .NET library."),
            (outcome.ExitCode, outcome.Errors.Trim()));
    }

    [Fact]
    public void What_there_is_is_listed_and_what_is_not_is_an_error()
    {
        var list = Inspect();
        Assert.Equal(0, list.ExitCode);
        Assert.Equal(11, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(Path.Combine("rewright", "llvm", "Demo.Peano.ll"), list.Output, StringComparison.Ordinal);
        var several = Inspect("--emit", "rw");
        Assert.StartsWith("# Demo.More\n", several.Output, StringComparison.Ordinal);
        Assert.Contains("# Demo.Peano\n", several.Output, StringComparison.Ordinal);

        var missing = Inspect("--emit", "qasm", "--module", "Demo.Peano");
        Assert.Equal((1, "error: There is no qasm here, but rw, dot, lowered, rust, llvm, asm.\n"), (missing.ExitCode, missing.Errors));
        Assert.Equal((1, "error: There is nothing of Nobody.\n"),
            (Inspect("--emit", "rw", "--module", "Nobody") is var nobody ? (nobody.ExitCode, nobody.Errors) : default));
        Assert.Equal((1, "error: There is nothing of Nobody.\n"),
            (Inspect("--module", "Nobody") is var listed ? (listed.ExitCode, listed.Errors) : default));
        _tool.Write("Plain.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        Assert.Contains("no reference to the package Rewright", _tool.Run("inspect", "Plain.csproj", "--no-build").Errors,
            StringComparison.Ordinal);
        Assert.Equal(1, _tool.Run("inspect", "Nowhere.csproj", "--no-build").ExitCode);
    }

    [Theory]
    [InlineData("rw", "op Plus(Nat, Nat): Nat")]
    [InlineData("lowered", "Plus")]
    [InlineData("llvm", "define")]
    [InlineData("rust", "fn ")]
    public void A_file_of_rules_is_shown_without_a_build(string kind, string expected)
    {
        WritePeano();
        foreach (string file in new[] { "peano.rw", "peano.rec" })
        {
            var outcome = _tool.Run("inspect", file, "--emit", kind);
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
            Assert.Contains(expected, outcome.Output, StringComparison.Ordinal);
        }

        var list = _tool.Run("inspect", "peano.rw");
        Assert.Equal(["rw", "dot", "lowered", "rust", "llvm", "asm"],
            list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]));
    }

    [Fact]
    public void The_program_is_shown_after_a_pass_for_files_and_projects_alike()
    {
        WritePeano();
        foreach (string[] input in new string[][] { ["peano.rw"], ["peano.rec"],
            ["App.csproj", "--no-build", "-c", "Release", "--module", "Demo.Peano"] })
        {
            var outcome = _tool.Run(["inspect", .. input, "--print-after", "tail-modulo-constructors", "--print-after", "reuse"]);
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
            string[] titles = [.. outcome.Output.Split('\n').Where(l => l.StartsWith("# after ", StringComparison.Ordinal))];
            Assert.Equal(["# after tail-modulo-constructors", "# after reuse"], titles);
            Assert.Contains("Plus$CountUp(", outcome.Output, StringComparison.Ordinal);
        }

        var several = Inspect("--print-after", "lower");
        Assert.Contains("# Demo.More, after lower\n", several.Output, StringComparison.Ordinal);
        Assert.Contains("# Demo.Peano, after lower\n", several.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_is_shown_after_all_passes_or_those_that_change_it()
    {
        WritePeano();
        string[] Titles(string option, string form) => [.. _tool.Run("inspect", "peano.rw", option, "--form", form).Output.Split('\n')
            .Where(l => l.StartsWith("# after ", StringComparison.Ordinal)).Select(l => l["# after ".Length..])];
        Assert.Equal(["lower", "dead-code", "reference-counts", "reuse"], Titles("--print-after-all", "traced"));
        Assert.Equal(["lower", "tail-modulo-constructors", "counter-loops", "dead-code", "unboxing"], Titles("--print-changed", "unboxed"));
        string changes = _tool.Run("inspect", "peano.rw", "--print-changed").Output;
        Assert.Contains("\n-      return succ\n", changes, StringComparison.Ordinal);
        Assert.Contains("\n fn Plus(argument: Nat, argument1: Nat): Nat\n", changes, StringComparison.Ordinal);
        Assert.Equal("# well formed after each of 10 passes\n", _tool.Run("inspect", "peano.rw", "--verify").Output);
    }

    [Theory]
    [InlineData("'call-patterns'", "--print-after", "nothing")]
    [InlineData("does not run in the form unboxed, but with --form managed.", "--print-after", "tail-surroundings")]
    [InlineData("Give one of --emit and --print-changed: each prints something else.", "--emit", "rw", "--print-changed")]
    public void What_cannot_be_shown_of_passes_is_an_error(string message, params string[] options)
    {
        WritePeano();
        var outcome = _tool.Run(["inspect", "peano.rw", .. options]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong.rw", "wrong.rw(1,5): error RW0001: ")]
    [InlineData("wrong.rec", "wrong.rec(1,1): error: ")]
    [InlineData("wrong.dll", "error: ")]
    [InlineData("nowhere.csproj", "error: There is no file or folder 'nowhere.csproj'.")]
    public void What_cannot_be_read_is_said_in_a_line(string file, string message)
    {
        if (!file.StartsWith("nowhere", StringComparison.Ordinal)) _tool.Write(file, "rule->");
        var outcome = _tool.Run("inspect", file);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith(message, outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_build_that_fails_is_shown()
    {
        _tool.Write("Broken.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <Target Name="Fail" BeforeTargets="Restore;Build"><Error Text="It is Tuesday." /></Target>
            </Project>
            """);
        var outcome = _tool.Run("inspect", "Broken.csproj");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("It is Tuesday.", outcome.Errors, StringComparison.Ordinal);
    }
}
