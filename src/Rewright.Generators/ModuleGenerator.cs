using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Rewright.Emit.CSharp;
using Rewright.Emit.CSharp.Objects;
using Rewright.Emit.Llvm;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Model;

namespace Rewright.Generators;

/// <summary>
/// Generates the bindings and artifacts of modules declared by attributes. It normally reports nothing: <see cref="ModuleAnalyzer"/> does.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModuleGenerator : IIncrementalGenerator
{
    /// <summary>The option that is <c>true</c> if the output is not used to build.</summary>
    internal const string DesignTimeOption = "build_property.RewrightDesignTime";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(Roles.ModuleAttribute, static (node, _) => node is TypeDeclarationSyntax, Read)
            .Where(static d => d is not null).Select(static (d, _) => d!)
            .WithTrackingName(TrackingNames.Declarations);

        var closures = declarations.Collect().SelectMany(ModuleClosure.OfAll).WithTrackingName(TrackingNames.Closures);
        var modules = closures.Select(ModuleChecker.Check).WithTrackingName(TrackingNames.Checked);

        var shapes = closures.Where(static c => c.Target.Shape is not null).Select(static (c, _) => (c.FileStem, Shape: c.Target.Shape!))
            .WithTrackingName(TrackingNames.Shapes);
        context.RegisterSourceOutput(
            shapes, static (output, item) => Add(output, item.FileStem + ".g.cs", BindingWriter.WriteDeclarations(item.Shape)));

        var contents = modules.Where(static m => m.Declaration.Shape is not null).Select(
            static (m, _) => (m.FileStem, Content: ContentOf(m)))
            .WithTrackingName(TrackingNames.Contents);
        context.RegisterSourceOutput(
            contents, static (output, item) => Add(output, item.FileStem + "-rules.g.cs", BindingWriter.WriteContent(item.Content)));

        // Editors also run implementation-only outputs, at every keystroke, although nothing that they show depends on them.
        var isInEditor = context.AnalyzerConfigOptionsProvider.Select(
            static (o, _) => o.GlobalOptions.TryGetValue(DesignTimeOption, out var value) && value == "true");
        // An editor needs only the members, not their code, so nothing is written again there when a rule changes.
        var onObjects = closures.Where(static c => c.Target.Shape is { } shape && shape.Methods.Any(m => m.IsOverObjects))
            .Combine(isInEditor).Select(static (c, _) => (c.Left.FileStem, Shape: c.Left.Target.Shape!, Closure: c.Right ? null : c.Left))
            .WithTrackingName(TrackingNames.OnObjects);
        context.RegisterSourceOutput(onObjects, static (output, item) =>
        {
            var module = item.Closure is null ? null : ModuleChecker.Check(item.Closure, output.CancellationToken).Module;
            string code = ObjectEmitter.Write(item.Shape, module, item.Closure?.Shapes ?? []);
            Add(output, item.FileStem + "-objects.g.cs", code);
        });

        var wantsCrates = context.AnalyzerConfigOptionsProvider.Select(static (o, _) =>
            o.GlobalOptions.TryGetValue("build_property.RewrightRust", out var rust) && rust is "emit" or "build");
        var wantsPlaces = context.AnalyzerConfigOptionsProvider.Select(static (o, _) =>
            o.GlobalOptions.TryGetValue("build_property.RewrightDebugSymbols", out var debug)
                && debug.Equals("true", System.StringComparison.OrdinalIgnoreCase));
#pragma warning disable RS0030 // Only debug information depends on lines, and only on request.
        var places = wantsPlaces.Combine(context.CompilationProvider).Combine(declarations.Collect()).Select(static (p, c) =>
            p.Left.Left ? DebugPlaces.Of(p.Left.Right, p.Right, c) : EquatableArray<SourcePlace>.Empty);
#pragma warning restore RS0030
        var orders = modules.Combine(wantsCrates).Combine(places).Select(
            static (m, _) => (Module: m.Left.Left, WithCrate: m.Left.Right, Places: DebugPlaces.For(m.Left.Left, m.Right)));
        var artifacts = orders.Combine(isInEditor).SelectMany(
            static (o, c) => o.Right ? [] : ModuleArtifacts.Of(o.Left.Module, o.Left.WithCrate, o.Left.Places, c)).WithTrackingName(
            TrackingNames.Artifacts);
        context.RegisterImplementationSourceOutput(artifacts, static (output, item) => Add(output, item.FileName, item.Text));

        // The exception to this: the compiler asks no analyzers if a module's members cannot get their bodies.
        var unheard = closures.Where(static c => c.Target.StopsCompiler).Combine(isInEditor).Where(static c => !c.Right).Select(
            static (c, _) => c.Left.Target.Problems);
#pragma warning disable RS0030 // Combined only with such modules, and never in an editor.
        context.RegisterSourceOutput(unheard.Combine(context.CompilationProvider), static (output, item) =>
        {
            foreach (var problem in item.Left) output.ReportDiagnostic(ModuleAnalyzer.DiagnosticOf(problem, item.Right.SyntaxTrees));
        });
#pragma warning restore RS0030

        var circuits = context.SyntaxProvider
            .ForAttributeWithMetadataName(CircuitReader.Attribute, static (node, _) => node is MethodDeclarationSyntax, ReadCircuit)
            .WithTrackingName(TrackingNames.Circuits);
        var circuitArtifacts = circuits.Collect().Combine(isInEditor).SelectMany(
            static (o, c) => o.Right ? [] : ModuleArtifacts.OfCircuits(o.Left, c)).WithTrackingName(TrackingNames.CircuitArtifacts);
        context.RegisterImplementationSourceOutput(circuitArtifacts, static (output, item) => Add(output, item.FileName, item.Text));

        var index = Entries(artifacts).Combine(Entries(circuitArtifacts))
            .Select(static (entries, _) => new ArtifactIndex(entries.Left.AddRange(entries.Right))).WithTrackingName(TrackingNames.Index);
        context.RegisterImplementationSourceOutput(index.Combine(isInEditor), static (output, item) =>
        {
            if (!item.Right) Add(output, ArtifactIndex.FileName, item.Left.ToArtifact().ToCSharp());
        });
    }

    private static IncrementalValueProvider<ImmutableArray<ArtifactIndexEntry>> Entries(
        IncrementalValuesProvider<CarriedArtifact> artifacts)
        => artifacts.Select(static (a, _) => new ArtifactIndexEntry(a.Path, a.FileName, a.Hash)).Collect();

    private static CircuitDeclaration ReadCircuit(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
        => CircuitReader.Read(
            (IMethodSymbol)context.TargetSymbol, (MethodDeclarationSyntax)context.TargetNode, context.SemanticModel, cancellation);

    private static ModuleDeclaration? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var module = (INamedTypeSymbol)context.TargetSymbol;
        // The attribute on two parts is a mistake that the C# compiler reports; the module is still read once.
        bool isFirst = Roles.ModuleAttributeOf(module)?.ApplicationSyntaxReference is { } first
            && first.SyntaxTree == context.TargetNode.SyntaxTree && context.TargetNode.Span.Contains(first.Span);
        return isFirst ? ModuleReader.Read(module, context.SemanticModel.Compilation, cancellation) : null;
    }

    private static ModuleContent ContentOf(CheckedModule module)
        => new(module.Declaration.Shape!, module.Module?.ToString(), module.Module?.Identity ?? default, module.Fault,
            module.Module is { } m ? RuleQuotes.Of(m) : EquatableArray<QuotedRules>.Empty);

    private static void Add(SourceProductionContext output, string name, string text)
        => Add(output, name, SourceText.From(text, Encoding.UTF8));

    private static void Add(SourceProductionContext output, string name, SourceText text)
    {
        output.CancellationToken.ThrowIfCancellationRequested();
        output.AddSource(name, text);
    }
}
