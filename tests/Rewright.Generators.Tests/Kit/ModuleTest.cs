using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Rewright.Generators.Tests.Kit;

/// <summary>
/// Runs generator and analyzers on C# sources and compares all diagnostics, the compiler's included, with those marked in the sources:
/// <c>{|RW0014:text|}</c>.
/// </summary>
public sealed class ModuleTest : CSharpSourceGeneratorTest<ModuleGenerator, DefaultVerifier>
{
    /// <summary>What every source starts with.</summary>
    public const string Usings = "using System; using System.Numerics; using Rewright; using static Rewright.Dsl;\n";

    public ModuleTest(params string[] sources)
    {
        for (int i = 0; i < sources.Length; i++) TestState.Sources.Add(("Test" + i + ".cs", Usings + sources[i]));
        ReferenceAssemblies = References.None;
        TestState.AdditionalReferences.AddRange(References.Default);
        // Of generated code tests compare what concerns them; snapshots show the rest.
        TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
        CompilerDiagnostics = CompilerDiagnostics.Suggestions;
        DisabledDiagnostics.AddRange(["CS1591", "CS8019"]);
    }

    public CSharpParseOptions ParseOptions { get; set; } = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    public CSharpCompilationOptions CompilationOptions { get; set; } = new(OutputKind.DynamicallyLinkedLibrary,
        nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);

    /// <summary>Analyzers beside those under test.</summary>
    public List<DiagnosticAnalyzer> AdditionalAnalyzers { get; } = [];

    /// <summary>Errors of the compiler that it finds once more in generated code.</summary>
    public HashSet<string> RepeatedInGeneratedCode { get; } = [];

    /// <summary>What the project says, as generators see it: properties by name.</summary>
    public Dictionary<string, string> Properties { get; } = [];

    /// <summary>Generates, analyses and compares.</summary>
    public Task RunAsync()
    {
        if (Properties.Count > 0)
        {
            TestState.AnalyzerConfigFiles.Add(("/.globalconfig",
                "is_global = true\n" + string.Concat(Properties.Select(p => "build_property." + p.Key + " = " + p.Value + "\n"))));
        }

        return RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Generates, analyses and compares, and gives what else a test may look at.</summary>
    public async Task<ModuleTestResult> RunForResultAsync()
    {
        await RunAsync();
        return await GetResultAsync();
    }

    /// <summary>Generates and analyses; nothing is compared.</summary>
    public async Task<ImmutableArray<Diagnostic>> GetDiagnosticsAsync() => (await GetResultAsync()).Diagnostics;

    /// <summary>Generates and analyses; nothing is compared.</summary>
    public async Task<ModuleTestResult> GetResultAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var driver = CreateDriver().RunGeneratorsAndUpdateCompilation(CreateCompilation(), out var output, out var generated, cancellation);
        Assert.Null(driver.GetRunResult().Results.Single().Exception);
        var files = TestState.AdditionalFiles.Select(f => (AdditionalText)new FileText(f.filename, f.content));
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([.. files]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var diagnostics = await output.WithAnalyzers([.. GetDiagnosticAnalyzers()], options).GetAllDiagnosticsAsync(cancellation);
        return new ModuleTestResult((CSharpCompilation)output, driver.GetRunResult(),
            [.. generated.Concat(diagnostics).Where(
                d => !d.IsSuppressed && d.Severity != DiagnosticSeverity.Hidden && !DisabledDiagnostics.Contains(d.Id))]);
    }

    /// <summary>The compilation before generation.</summary>
    public CSharpCompilation CreateCompilation()
    {
        var trees = TestState.Sources.Select(source =>
        {
            TestFileMarkupParser.GetSpans(source.content.ToString(), out string text, out ImmutableArray<TextSpan> _);
            return CSharpSyntaxTree.ParseText(
                SourceText.From(text, System.Text.Encoding.UTF8), ParseOptions, source.filename, TestContext.Current.CancellationToken);
        });
        return CSharpCompilation.Create("Tested", trees, TestState.AdditionalReferences, CreateCompilationOptions());
    }

    /// <summary>A driver that records the generator's steps, which the kit of the compiler's makers does not.</summary>
    public GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new ModuleGenerator().AsSourceGenerator()], parseOptions: ParseOptions, optionsProvider: new ProjectOptions(Properties),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers()
        => [new ModuleAnalyzer(), new PatternSuppressor(), .. AdditionalAnalyzers];

    protected override CSharpCompilationOptions CreateCompilationOptions()
        => CompilationOptions.WithSpecificDiagnosticOptions(
            CompilationOptions.SpecificDiagnosticOptions.SetItems(
            DisabledDiagnostics.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Suppress))));

    protected override ParseOptions CreateParseOptions() => ParseOptions;

    protected override bool IsCompilerDiagnosticIncluded(Diagnostic diagnostic, CompilerDiagnostics compilerDiagnostics)
        => base.IsCompilerDiagnosticIncluded(diagnostic, compilerDiagnostics)
            && !(RepeatedInGeneratedCode.Contains(diagnostic.Id)
                && diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);

    private sealed class FileText(string path, SourceText text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => text;
    }
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
