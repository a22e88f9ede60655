using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Rewright.Checks;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Model;

namespace Rewright.Generators;

/// <summary>Reports what is wrong with modules that are declared by attributes, at the user's code.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleAnalyzer : DiagnosticAnalyzer
{
    // What the C# compiler reports too wherever the expression is wrong as C#.
    private static readonly HashSet<DiagnosticKind> TypeErrors =
    [
        DiagnosticKinds.UnknownSort, DiagnosticKinds.UnknownSymbol, DiagnosticKinds.WrongArity, DiagnosticKinds.WrongSort,
        DiagnosticKinds.LiteralRange, DiagnosticKinds.BadOperands, DiagnosticKinds.VariableSort,
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        // A module may be generated too, by a text template say, and is compiled like any other.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Roles.ModuleAttribute) is null) return;
            var declarations = new ConcurrentDictionary<ISymbol, ModuleDeclaration>(SymbolEqualityComparer.Default);
            start.RegisterSymbolAction(c => AnalyzeModule(c, declarations), SymbolKind.NamedType);
            start.RegisterSyntaxNodeAction(AnalyzeCircuit, SyntaxKind.MethodDeclaration);
            start.RegisterSymbolAction(AnalyzePlacement, SymbolKind.NamedType, SymbolKind.Method);
        });
    }

    private static void AnalyzeModule(SymbolAnalysisContext context, ConcurrentDictionary<ISymbol, ModuleDeclaration> declarations)
    {
        var symbol = (INamedTypeSymbol)context.Symbol;
        if (symbol.TypeKind != TypeKind.Class || Roles.ModuleAttributeOf(symbol) is null) return;

        var modules = new Dictionary<string, ModuleDeclaration>();
        var open = new Stack<INamedTypeSymbol>([symbol]);
        while (open.Count > 0)
        {
            var next = open.Pop();
            if (!SymbolEqualityComparer.Default.Equals(next.ContainingAssembly, context.Compilation.Assembly)) continue;
            var declaration = declarations.GetOrAdd(next, s => ModuleReader.Read((INamedTypeSymbol)s, context.Compilation, context.CancellationToken));
            if (modules.ContainsKey(declaration.Name)) continue;
            modules.Add(declaration.Name, declaration);
            foreach (var used in Roles.UsesOf(next)) open.Push(used);
        }

        var result = ModuleChecker.Check(ModuleClosure.Of(modules[Roles.FullName(symbol)], "", modules), context.CancellationToken);
        var trees = symbol.DeclaringSyntaxReferences.Select(r => r.SyntaxTree).ToList();
        foreach (var diagnostic in result.Diagnostics)
        {
            var place = Locate(diagnostic.Span, trees);
            if (TypeErrors.Contains(diagnostic.Kind) && IsErrorInCSharp(place, context.Compilation, context.CancellationToken)) continue;
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.Of(diagnostic.Kind), place, diagnostic.Related.Select(r => Locate(r, trees)), diagnostic.Arguments.Items.Cast<object>().ToArray()));
        }
    }

    private static void AnalyzeCircuit(SyntaxNodeAnalysisContext context)
    {
        var syntax = (MethodDeclarationSyntax)context.Node;
        if (syntax.AttributeLists.Count == 0 || context.SemanticModel.GetDeclaredSymbol(syntax, context.CancellationToken) is not { } method) return;
        if (!method.GetAttributes().Any(a => a.AttributeClass is { } type && Roles.FullName(type) == CircuitReader.Attribute)) return;
        foreach (var problem in CircuitReader.Read(method, syntax, context.SemanticModel, context.CancellationToken).Problems)
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(problem.Kind), Locate(problem.Span, [syntax.SyntaxTree]), problem.Arguments.Items.Cast<object>().ToArray()));
    }

    private static void AnalyzePlacement(SymbolAnalysisContext context)
    {
        var symbol = context.Symbol;
        if (symbol.ContainingType is { } type && Roles.ModuleAttributeOf(type) is not null) return;
        foreach (var attribute in symbol.GetAttributes())
        {
            if (Roles.Of(attribute.AttributeClass) is not (not Role.None and var role)) continue;
            var place = attribute.ApplicationSyntaxReference is { } reference ? Location.Create(reference.SyntaxTree, reference.Span) : symbol.Locations[0];
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(DeclarationKinds.OutsideModule), place, symbol.Name, role.ToString()));
        }
    }

    private static Location Locate(SourceSpan span, List<SyntaxTree> trees)
    {
        var tree = trees.Find(t => t.FilePath == span.File && t.Length >= span.Start + span.Length);
        return tree is null ? Location.None : Location.Create(tree, new TextSpan(span.Start, span.Length));
    }

    // True where the C# compiler reports an error in the same method.
    private static bool IsErrorInCSharp(Location place, Compilation compilation, CancellationToken cancellation)
    {
        if (place.SourceTree is not { } tree) return false;
        var method = tree.GetRoot(cancellation).FindNode(place.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>();
#pragma warning disable RS1030 // Asked only for methods with mistakes.
        return method is not null && compilation.GetSemanticModel(tree).GetDiagnostics(method.Span, cancellation).Any(d => d.Severity == DiagnosticSeverity.Error);
#pragma warning restore RS1030
    }
}
