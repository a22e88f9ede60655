using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Rewright.Generators.Tests.Kit;

/// <summary>Sources, references and expectations of a test.</summary>
public sealed class TestState
{
    /// <summary>Sources with marks, and their names.</summary>
    public List<(string Name, string Text)> Sources { get; } = [];

    /// <summary>References beside the framework and Rewright.</summary>
    public List<MetadataReference> AdditionalReferences { get; } = [];

    /// <summary>Diagnostics that are expected beside the marked ones.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];
}

/// <summary>
/// Runs generator and analyzers on C# sources and compares all diagnostics, the compiler's included, with those expected.
/// In the shape of <c>CSharpSourceGeneratorTest</c> of Microsoft.CodeAnalysis.Testing, which could take its place.
/// </summary>
public sealed class ModuleTest
{
    /// <summary>What every source starts with.</summary>
    public const string Usings = "using System; using System.Numerics; using Rewright; using static Rewright.Dsl;\n";

    public ModuleTest(params string[] sources)
    {
        foreach (string source in sources) TestState.Sources.Add(("Test" + TestState.Sources.Count + ".cs", Usings + source));
    }

    public TestState TestState { get; } = new();

    public CSharpParseOptions ParseOptions { get; set; } = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    public CSharpCompilationOptions CompilationOptions { get; set; } = new(OutputKind.DynamicallyLinkedLibrary,
        nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true,
        specificDiagnosticOptions: new Dictionary<string, ReportDiagnostic> { ["CS1591"] = ReportDiagnostic.Suppress, ["CS8019"] = ReportDiagnostic.Suppress });

    /// <summary>Analyzers beside those under test.</summary>
    public List<DiagnosticAnalyzer> AdditionalAnalyzers { get; } = [];

    /// <summary>What analyzers see beside the sources.</summary>
    public List<AdditionalText> AdditionalFiles { get; } = [];

    /// <summary>What the project says, as generators see it: properties by name.</summary>
    public Dictionary<string, string> Properties { get; } = [];

    /// <summary>Generates, analyses and compares.</summary>
    public async Task<ModuleTestResult> RunAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (compilation, expected) = Parse(cancellation);
        var result = await RunAsync(compilation, cancellation);
        Compare(expected, [.. result.Diagnostics]);
        return result;
    }

    /// <summary>Generates and analyses; nothing is compared.</summary>
    public async Task<ImmutableArray<Diagnostic>> GetDiagnosticsAsync() => (await GetResultAsync()).Diagnostics;

    /// <summary>Generates and analyses; nothing is compared.</summary>
    public Task<ModuleTestResult> GetResultAsync() => RunAsync(CreateCompilation(), TestContext.Current.CancellationToken);

    private async Task<ModuleTestResult> RunAsync(CSharpCompilation compilation, CancellationToken cancellation)
    {
        var driver = CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var generatorDiagnostics, cancellation);
        Assert.Null(driver.GetRunResult().Results.Single().Exception);
        var analyzers = new DiagnosticAnalyzer[] { new ModuleAnalyzer(), new PatternSuppressor() }.Concat(AdditionalAnalyzers).ToImmutableArray();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([.. AdditionalFiles]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var diagnostics = await output.WithAnalyzers(analyzers, options).GetAllDiagnosticsAsync(cancellation);
        return new ModuleTestResult((CSharpCompilation)output, driver.GetRunResult(),
            [.. generatorDiagnostics.Concat(diagnostics).Where(d => !d.IsSuppressed && d.Severity != DiagnosticSeverity.Hidden)]);
    }

    /// <summary>The compilation before generation.</summary>
    public CSharpCompilation CreateCompilation() => Parse(TestContext.Current.CancellationToken).Compilation;

    /// <summary>A driver that records the generator's steps.</summary>
    public GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new ModuleGenerator().AsSourceGenerator()], parseOptions: ParseOptions, optionsProvider: new ProjectOptions(Properties),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private (CSharpCompilation Compilation, List<DiagnosticResult> Expected) Parse(CancellationToken cancellation)
    {
        var expected = new List<DiagnosticResult>(TestState.ExpectedDiagnostics);
        var trees = new List<SyntaxTree>();
        foreach (var (name, text) in TestState.Sources)
        {
            var (source, marked) = Markup.Parse(text);
            expected.AddRange(marked.Select(m => new DiagnosticResult(m.Id, name, m.Span)));
            trees.Add(CSharpSyntaxTree.ParseText(SourceText.From(source, System.Text.Encoding.UTF8), ParseOptions, name, cancellation));
        }

        return (CSharpCompilation.Create("Tested", trees, References.Default.AddRange(TestState.AdditionalReferences), CompilationOptions), expected);
    }

    private static void Compare(List<DiagnosticResult> expected, List<Diagnostic> actual)
    {
        // Those with a place first, or one without could take what belongs to them.
        var missing = expected.OrderBy(e => e.File is null).ToList();
        var unexpected = new List<Diagnostic>();
        foreach (var diagnostic in actual.OrderByDescending(a => a.Location.SourceTree?.FilePath.StartsWith("Test", StringComparison.Ordinal)))
        {
            int found = missing.FindIndex(e => e.Id == diagnostic.Id
                && (e.File is null || e.File == diagnostic.Location.SourceTree?.FilePath && e.Span == diagnostic.Location.SourceSpan)
                && (e.Message is null || e.Message == diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
            if (found >= 0) missing.RemoveAt(found);
            else unexpected.Add(diagnostic);
        }

        if (missing.Count == 0 && unexpected.Count == 0) return;
        Assert.Fail(string.Concat(missing.Select(m => "Missing: " + m + "\n"))
            + string.Concat(unexpected.Select(d => "Unexpected: " + d + "  at '" + TextAt(d.Location) + "'\n")));
    }

    private static string TextAt(Location location) => location.SourceTree?.GetText().ToString(location.SourceSpan) ?? "";
}

/// <summary>What a run gave.</summary>
/// <param name="Compilation">The compilation with the generated sources.</param>
/// <param name="Run">The generator's results.</param>
/// <param name="Diagnostics">All diagnostics.</param>
public sealed record ModuleTestResult(CSharpCompilation Compilation, GeneratorDriverRunResult Run, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Text of a generated file.</summary>
    public string Generated(string name)
        => Run.Results.Single().GeneratedSources.FirstOrDefault(s => s.HintName == name).SourceText?.ToString()
            ?? throw new InvalidOperationException("There is no generated file " + name + "; there are " + string.Join(", ", FileNames));

    /// <summary>Names of the generated files.</summary>
    public IEnumerable<string> FileNames => Run.Results.Single().GeneratedSources.Select(s => s.HintName);

    /// <summary>The canonical text of a module, from the carrier of its artifact.</summary>
    public string Model(string module) => Emit.CSharp.ArtifactFile.FromCSharp(Generated(module + "-rw.g.cs"))!.Text;
}
