using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Rewright.Generators;

namespace Rewright.Benchmarks.Scale;

/// <summary>The generator's time for each edit, in an editor: what the driver takes for a new compilation.</summary>
internal static class GeneratorTimes
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Latest, DocumentationMode.Parse);

    /// <summary>Milliseconds of the first run, an edit of one rule, and an edit elsewhere.</summary>
    /// <param name="First">Everything.</param>
    /// <param name="Rule">Half of the edits of a rule were quicker.</param>
    /// <param name="Elsewhere">Half of the edits of an unrelated method were quicker.</param>
    public sealed record Times(double First, double Rule, double Elsewhere);

    public static Times Measure(ScaleProject project, int edits, bool isDesignTime)
    {
        var files = project.WithPatterns();
        var trees = files.ToDictionary(f => f.Key, f => Parse(f.Key, f.Value));
        Compilation compilation = CSharpCompilation.Create(
            "Scale", trees.Values, References(), new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ModuleGenerator().AsSourceGenerator()], parseOptions: s_parse, optionsProvider: new Options(isDesignTime));
        double first = Run(ref driver, compilation);
        if (driver.GetRunResult() is { GeneratedTrees.IsEmpty: true } or { Results: [{ Exception: not null }] })
            throw new InvalidOperationException("The generator has failed.");

        double[] Edit(string file, Func<int, string> edited) => [.. Enumerable.Range(0, edits).Select(i =>
        {
            var tree = Parse(file, edited(i));
            compilation = compilation.ReplaceSyntaxTree(trees[file], tree);
            trees[file] = tree;
            return Run(ref driver, compilation);
        })];

        double[] rule = Edit(project.Edited, i => project.Edit(files[project.Edited], i));
        double[] elsewhere = Edit(ScaleProject.Unrelated, i => ScaleProject.EditUnrelated(files[ScaleProject.Unrelated], i));
        return new(first, Median(rule), Median(elsewhere));
    }

    private static double Run(ref GeneratorDriver driver, Compilation compilation)
    {
        // The editor has done that for itself by then.
        _ = compilation.GetDiagnostics().Length;
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        driver = driver.RunGenerators(compilation);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static SyntaxTree Parse(string file, string text) => CSharpSyntaxTree.ParseText(SourceText.From(text), s_parse, file);

    private static IEnumerable<MetadataReference> References()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(
            p => Path.GetDirectoryName(p) == framework)
            .Append(typeof(Rule).Assembly.Location).Append(typeof(Module).Assembly.Location)
            .Append(typeof(Quantum.Circuit).Assembly.Location).Append(typeof(Quantum.Gates).Assembly.Location)
            .Select(p => MetadataReference.CreateFromFile(p));
    }

    private sealed class Options(bool isDesignTime) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(isDesignTime);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(bool isDesignTime) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, out string value)
        {
            value = isDesignTime && key == "build_property.RewrightDesignTime" ? "true" : "";
            return value.Length > 0;
        }
    }
}
