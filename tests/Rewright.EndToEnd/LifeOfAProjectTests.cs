using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>What a developer does to a project, and what each build does then.</summary>
public sealed class LifeOfAProjectTests(Packages packages) : IDisposable
{
    private const string Extra = """
        using Rewright;
        using static Rewright.Dsl;

        [PatternModule]
        public static partial class Extra
        {
            [Operation] public static partial long Twice(long x);

            [Pattern] static Rule TwiceAny(long x) => Rewrite(Twice(x), to: x + x);
        }
        """;

    private const string Program = """
        using System;
        using Rewright;
        using static Peano;

        using var heap = new TermHeap();
        Console.WriteLine(Plus(Succ(Zero()), Succ(Zero())));
        Console.WriteLine(Peano.Module.Engine);
        """;

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task From_the_first_build_to_cleaning()
    {
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        _project.Write("App/Extra.cs", Extra);
        _project.Write("App/Program.cs", Program);

        // The first build.
        var build = (await _project.BuildAsync("-p:RewrightNative=require")).SucceededWithoutWarnings();
        Assert.Equal(["ExtractArtifacts", "CompileNative"], build.OurTargets);
        Assert.Equal("Succ(Succ(Zero))\nNative\n", await _project.RunAsync());
        Assert.Equal(["Extra.o", "Peano.o"], Names("native/objects"));
        Assert.Equal(["Extra.ll", "Peano.ll"], Names("llvm"));

        // Nothing changed.
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Empty(build.OurTargets);
        Assert.False(build.Ran("CoreCompile"));

        // A comment: compiled again, but no code of ours is different.
        _project.Edit("App/Peano.cs", "    [Pattern] static Rule PlusZero",
            "    // Zero adds nothing.\n    [Pattern] static Rule PlusZero");
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.True(build.Ran("CoreCompile"));
        Assert.Equal(["ExtractArtifacts"], build.OurTargets);

        // A rule of one module.
        DateTime untouched = File.GetLastWriteTimeUtc(PathOf("native/objects/Extra.o"));
        _project.Edit("App/Peano.cs", "to: Succ(Plus(x, y))", "to: Succ(Succ(Plus(x, y)))");
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(["ExtractArtifacts", "CompileNative"], build.OurTargets);
        Assert.Equal(untouched, File.GetLastWriteTimeUtc(PathOf("native/objects/Extra.o")));
        Assert.Equal("Succ(Succ(Succ(Zero)))\nNative\n", await _project.RunAsync());

        // Another option, then no native code, then native code again, which is still there.
        build = (await _project.BuildAsync("--no-restore", "-p:RewrightOptimizationLevel=2")).SucceededWithoutWarnings();
        Assert.Equal(["CompileNative"], build.OurTargets);
        Assert.NotEqual(untouched, File.GetLastWriteTimeUtc(PathOf("native/objects/Extra.o")));
        build = (await _project.BuildAsync("--no-restore", "-p:RewrightNative=off")).SucceededWithoutWarnings();
        Assert.Empty(build.OurTargets);
        Assert.Equal("Succ(Succ(Succ(Zero)))\nInterpreter\n", await _project.RunAsync());
        build = (await _project.BuildAsync("--no-restore", "-p:RewrightOptimizationLevel=2")).SucceededWithoutWarnings();
        Assert.Empty(build.OurTargets);
        Assert.Equal("Succ(Succ(Succ(Zero)))\nNative\n", await _project.RunAsync());

        // A module less. The index is deleted too, for which the compiler runs again.
        Assert.NotEmpty(_project.Traces("App/obj", "Extra"));
        File.Delete(_project["App/Extra.cs"]);
        File.Delete(_project["App/obj/Debug/net10.0/generated/Rewright.Generators/Rewright.Generators.ModuleGenerator/Rewright-index.g.cs"]);
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(["ExtractArtifacts", "CompileNative"], build.OurTargets);
        Assert.Empty(_project.Traces("App/obj", "Extra"));

        // Nothing of ours left but what restores packages.
        (await _project.DotnetAsync("clean", "App")).SucceededWithoutWarnings();
        Assert.Empty(_project.Traces("App/obj"));
        Assert.Empty(_project.Traces("App/bin"));
        Assert.False(Directory.Exists(_project["App/obj/Debug/net10.0/generated"]));
        Assert.False(Directory.Exists(_project["App/obj/Debug/net10.0/rewright"]));
    }

    private string PathOf(string path) => _project["App/obj/Debug/net10.0/rewright/" + path];

    private string[] Names(string folder)
        => [.. Directory.GetFiles(PathOf(folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
