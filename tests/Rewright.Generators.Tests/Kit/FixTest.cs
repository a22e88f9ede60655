using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Rewright.Generators.Tests.Kit;

/// <summary>Applies a fix to a faulty module, and has the compiler, the generator and the analyzer look at the result.</summary>
internal sealed class FixTest<TFix> : CSharpCodeFixTest<ModuleAnalyzer, TFix, DefaultVerifier>
    where TFix : CodeFixProvider, new()
{
    private FixTest()
    {
        ReferenceAssemblies = References.None;
        TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
        CompilerDiagnostics = CompilerDiagnostics.Suggestions;
        DisabledDiagnostics.AddRange(new ModuleTest().DisabledDiagnostics);
        // Without it a result with nothing wrong is expected to have what was wrong before.
        FixedState.InheritanceMode = StateInheritanceMode.Explicit;
        foreach (var state in new SolutionState[] { TestState, FixedState, BatchFixedState })
            state.AdditionalReferences.AddRange(References.Default);
    }

    /// <summary>The first diagnostic is mended, which leaves no error and nothing of its kind.</summary>
    /// <param name="id">The diagnostic.</param>
    /// <param name="source">The module with the mistake.</param>
    /// <param name="expected">The module without it.</param>
    /// <param name="offer">Which of the offers is taken.</param>
    /// <param name="title">What that is called; null where the test does not say.</param>
    public static async Task MendsAsync(string id, string source, string expected, int offer = 0, string? title = null)
    {
        var test = new FixTest<TFix>
        {
            CodeActionIndex = offer,
            CodeFixTestBehaviors = CodeFixTestBehaviors.FixOne | CodeFixTestBehaviors.SkipFixAllCheck
        };
        if (title is not null) test.CodeActionVerifier = (action, verifier) => verifier.Equal(title, action.Title);
        await test.RunAsync(id, source, expected);
    }

    /// <summary>All diagnostics of a file are mended at once.</summary>
    public static async Task MendsAllAsync(string id, string source, string expected, int count)
        => await new FixTest<TFix> { NumberOfIncrementalIterations = count, NumberOfFixAllIterations = 1 }.RunAsync(id, source, expected);

    /// <summary>There is no such offer.</summary>
    public static async Task OffersNothingAsync(string id, string source, int offer = 0)
    {
        var test = new FixTest<TFix> { CodeActionIndex = offer };
        await test.SetStateAsync(test.TestState, source);
        Assert.Contains(test.TestState.ExpectedDiagnostics, d => d.Id == id);
        await test.SetStateAsync(test.FixedState, source);
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    protected override IEnumerable<System.Type> GetSourceGenerators() => [typeof(ModuleGenerator)];

    protected override CompilationOptions CreateCompilationOptions() => new ModuleTest().CompilationOptions;

    protected override ParseOptions CreateParseOptions() => new ModuleTest().ParseOptions;

    private async Task RunAsync(string id, string source, string expected)
    {
        await SetStateAsync(TestState, source);
        Assert.Contains(TestState.ExpectedDiagnostics, d => d.Id == id);
        await SetStateAsync(FixedState, expected);
        Assert.DoesNotContain(FixedState.ExpectedDiagnostics, d => d.Id == id || d.Severity == DiagnosticSeverity.Error);
        await RunAsync(TestContext.Current.CancellationToken);
    }

    // What is found is the matter of other tests: the kit wants to know it all the same.
    private async Task SetStateAsync(SolutionState state, string source)
    {
        var test = new ModuleTest(source);
        state.Sources.Add(test.TestState.Sources.Single());
        foreach (var found in await test.GetDiagnosticsAsync())
        {
            var result = new DiagnosticResult(found.Id, found.Severity).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);
            state.ExpectedDiagnostics.Add(found.Location.IsInSource ? result.WithSpan(found.Location.GetLineSpan()) : result);
        }
    }
}
