using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>What the build makes of circuits.</summary>
public sealed class CircuitBuildTests(Packages packages) : IDisposable
{
    private const string Circuits = """
        using Rewright;
        using Rewright.Quantum;
        using static Rewright.Dsl;
        using static Rewright.Quantum.Gates;

        [PatternModule]
        public static partial class Demo
        {
            [Pattern] static Rule HadamardTwice(Qubit q) => Rewrite([H(q), H(q)], to: []);

            [Circuit] public static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, b)];
            [Circuit] public static Circuit Undone(Qubit a, Qubit b) => [X(a), H(a), H(a), Measure(b, 0)];
        }

        public static class Plain
        {
            [Circuit] public static Circuit Flip(Qubit a) => [H(a), H(a)];
        }
        """;

    private const string Program = """
        using System;
        using System.Linq;
        using Rewright.Quantum;

        var counts = Demo.Bell(new Qubit(0), new Qubit(1)).Run(shots: 100, seed: 1).Counts;
        Console.WriteLine(string.Join(' ', counts.Keys));
        """;

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_misspelt_mode_is_an_error()
    {
        _project.Write("App/App.csproj", TestProject.Project("Library", package: "Rewright.Quantum"));
        _project.Write("App/Circuits.cs", Circuits);
        var build = await _project.BuildAsync("-p:RewrightCircuits=of");
        Assert.Contains("RW0206: RewrightCircuits is 'of'; it must be auto or off.", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circuits_are_written_and_optimised()
    {
        _project.Write("App/App.csproj", TestProject.Project("Exe", package: "Rewright.Quantum"));
        _project.Write("App/Circuits.cs", Circuits);
        _project.Write("App/Program.cs", Program);

        var build = (await _project.BuildAsync()).Succeeded();
        Assert.Contains("OptimizeCircuits", build.OurTargets);
        Assert.Equal(["Demo/Bell.optimized.qasm", "Demo/Bell.qasm", "Demo/Undone.optimized.qasm", "Demo/Undone.qasm", "Plain/Flip.qasm"],
            Output());
        Assert.Equal(2, Read("Demo/Undone.qasm").Split('\n').Count(l => l.StartsWith("h ", StringComparison.Ordinal)));
        Assert.DoesNotContain("\nh ", Read("Demo/Undone.optimized.qasm"), StringComparison.Ordinal);
        Assert.Contains("\nx a;\n", Read("Demo/Undone.optimized.qasm"), StringComparison.Ordinal);
        Assert.True(File.Exists(_project["App/obj/Debug/net10.0/rewright/qasm-rules/Demo.qasm"]));
        Assert.False(File.Exists(_project["App/obj/Debug/net10.0/rewright/llvm/Demo.ll"]));
        Assert.Equal("00 11\n", await _project.RunAsync());

        // Nothing changed.
        build = (await _project.BuildAsync("--no-restore")).Succeeded();
        Assert.DoesNotContain("OptimizeCircuits", build.OurTargets);

        // A circuit changes, another goes.
        _project.Edit("App/Circuits.cs", "[X(a), H(a), H(a), Measure(b, 0)]", "[H(a), H(a), Y(b)]");
        _project.Edit("App/Circuits.cs", "    [Circuit] public static Circuit Flip(Qubit a) => [H(a), H(a)];\n", "");
        build = (await _project.BuildAsync("--no-restore")).Succeeded();
        Assert.Contains("OptimizeCircuits", build.OurTargets);
        Assert.Contains("\ny b;\n", Read("Demo/Undone.optimized.qasm"), StringComparison.Ordinal);
        Assert.False(File.Exists(_project["App/obj/Debug/net10.0/rewright/qasm/Plain/Flip.qasm"]));

        // A mistake in a circuit, at its place.
        _project.Edit("App/Circuits.cs", "[H(a), H(a), Y(b)]", "[CX(a, a)]");
        build = await _project.BuildAsync("--no-restore");
        Assert.Contains("error RW0122", build.Output, StringComparison.Ordinal);
    }

    private string[] Output()
    {
        string folder = _project["App/bin/Debug/net10.0/qasm"];
        return [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(
            f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    private string Read(string name) => File.ReadAllText(_project["App/bin/Debug/net10.0/qasm/" + name]);
}
