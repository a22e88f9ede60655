using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>A program that compiles rules while it runs, and ships with what it will need.</summary>
public sealed class PrewarmTests(Packages packages) : IDisposable
{
    private const string Program = """
        using System;
        using System.IO;
        using System.Linq;
        using Rewright;

        // No LLVM, no cache: what is native comes from the bundle.
        using var jit = new JitCompiler(new JitOptions { LlvmPath = "/nonexistent", UseCache = false });
        foreach (string path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "rules")).Order())
        {
            using var module = jit.Compile(ModuleFiles.Load(path)[0]);
            Console.WriteLine($"{module.PatternId} {module.Engine} {module.Evaluate("F(5)")}");
        }
        """;

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Rules_are_compiled_by_the_build_and_run_without_LLVM()
    {
        _project.Write("App/App.csproj", TestProject.Project("Exe", """
              <ItemGroup>
                <RewrightPrewarm Include="rules/*.rw" />
                <None Include="rules/*.rw" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
            """));
        _project.Write("App/Program.cs", Program);
        _project.Write("App/rules/a.rw", "module Demo.A\nop F(long): long\nrule F: F(x) -> x + 1");
        _project.Write("App/rules/b.rw", "module Demo.B\nop F(long): long\nrule F: F(x) -> x * 2");

        var build = (await _project.BuildAsync()).SucceededWithoutWarnings();
        Assert.Contains("Prewarm", build.OurTargets);
        Assert.Equal("Demo.A Native 6\nDemo.B Native 10\n", await _project.RunAsync());

        // Nothing changed.
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.DoesNotContain("Prewarm", build.OurTargets);

        // A rule changed, and a file came; then one went.
        _project.Edit("App/rules/a.rw", "x + 1", "x + 100");
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Contains("Prewarm", build.OurTargets);
        Assert.Equal("Demo.A Native 105\nDemo.B Native 10\n", await _project.RunAsync());
        File.Delete(_project["App/rules/b.rw"]);
        File.Delete(_project["App/bin/Debug/net10.0/rules/b.rw"]);
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Contains("Prewarm", build.OurTargets);
        Assert.Equal("Demo.A Native 105\n", await _project.RunAsync());

        // It is published.
        (await _project.DotnetAsync("publish", "App", "--no-restore", "-c", "Debug", "-o", "published")).SucceededWithoutWarnings();
        Assert.Equal("Demo.A Native 105\n", await _project.RunAsync("published"));

        // A mistake is an error at its place.
        _project.Write("App/rules/a.rw", "module Demo.A\nop F(long): long\nrule F: F(x) -> y");
        build = (await _project.BuildAsync("--no-restore")).Failed();
        Assert.Contains("a.rw(3,17): error RW0", build.Output, StringComparison.Ordinal);
    }
}
