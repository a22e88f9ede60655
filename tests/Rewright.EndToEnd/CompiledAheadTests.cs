using System;
using System.IO;
using System.Linq;
using System.Reflection.PortableExecutable;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>Programs run the libraries that are compiled ahead for their platform.</summary>
public sealed class CompiledAheadTests(Packages packages) : IDisposable
{
    private const string Program = """
        using System;
        using Rewright;

        using var jit = new JitCompiler(new JitOptions { UseCache = false, UseBundles = false });
        using var module = jit.Compile(Module.Parse("module Demo.A\nop F(long): long\nrule F: F(x) -> x + 1"));
        Console.WriteLine($"{module.Evaluate("F(5)")} {module.Engine}");
        """;

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_program_that_is_built_as_usual_waits_for_dotnet_to_compile_little_of_the_library()
    {
        _project.Write("App/Program.cs", Program);
        (await _project.BuildAsync()).SucceededWithoutWarnings();
        _project.Environment["DOTNET_JitDisasmSummary"] = "1";
        int ahead = await CountAsync("ahead.txt");
        // Nothing that is compiled ahead is used.
        _project.Environment["DOTNET_ReadyToRun"] = "0";
        int all = await CountAsync("all.txt");
        Assert.True(all > 500 && ahead < all / 10, $"{ahead} methods of {all} were compiled while the program ran");

        async Task<int> CountAsync(string list)
        {
            _project.Environment["DOTNET_JitStdOutFile"] = _project[list];
            Assert.Equal("6 Native\n", await _project.RunAsync());
            return File.ReadLines(_project[list]).Count(l => l.Contains("JIT compiled Rewright.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_program_for_one_platform_holds_nothing_else_also_by_way_of_a_library()
    {
        _project.Write("Library/Library.csproj", TestProject.Project("Library"));
        _project.Write("Library/Sums.cs",
            "public static class Sums { public static string Name => typeof(Rewright.JitCompiler).FullName!; }");
        _project.Write("App/App.csproj", TestProject.Project("Exe", """
              <PropertyGroup><UseAppHost>false</UseAppHost></PropertyGroup>
              <ItemGroup><ProjectReference Include="../Library/Library.csproj" /></ItemGroup>
            """).Replace("<PackageReference Include=\"Rewright\" Version=\"*\" />", ""));
        _project.Write("App/Program.cs", Program);
        (await _project.BuildAsync("--use-current-runtime", "--no-self-contained", "-o", _project["built"])).SucceededWithoutWarnings();
        Assert.Equal("6 Native\n", await _project.RunAsync("built"));
        Assert.False(Directory.Exists(_project["built/runtimes"]));
        Assert.All(["Rewright.dll", "Rewright.Core.dll", "Rewright.Circuits.dll", "Rewright.Llvm.dll"],
            f => Assert.True(IsCompiledAhead("built/" + f), f));
    }

    private bool IsCompiledAhead(string assembly)
    {
        using var image = new PEReader(File.OpenRead(_project[assembly]));
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
