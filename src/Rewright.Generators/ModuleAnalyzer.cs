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
using Rewright.Analysis;
using Rewright.Checks;
using Rewright.Analysis.Termination;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Model;
using Rewright.Proofs;

namespace Rewright.Generators;

/// <summary>Reports mistakes in modules declared by attributes, at the user's code.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleAnalyzer : DiagnosticAnalyzer
{
    // Kinds that the C# compiler reports too if the expression is wrong as C#.
    private static readonly HashSet<DiagnosticKind> TypeErrors =
    [
        DiagnosticKinds.UnknownSort, DiagnosticKinds.UnknownSymbol, DiagnosticKinds.WrongArity, DiagnosticKinds.WrongSort,
        DiagnosticKinds.LiteralRange, DiagnosticKinds.BadOperands, DiagnosticKinds.VariableSort,
    ];

    // Termination is checked once per module, not at each keystroke elsewhere.
    private static readonly WeakMemo<Module, RuleSetAnalysis.Findings> Terminations = new();

    // For editors, keyed by the name of the module.
    private static readonly ConcurrentDictionary<string, KnownRules> Known = new();

    /// <summary>The property of a wrong rule's diagnostic that holds a condition under which the rule is right.</summary>
    public const string ConditionProperty = "Condition";

    /// <summary>The property of a non-exhaustive operation's diagnostic that holds the source of a missing rule.</summary>
    public const string MissingProperty = "Missing";

    /// <summary>The property of a misspelt group's diagnostic that holds the intended name.</summary>
    public const string NearProperty = "Near";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        // A module may itself be generated, for example by a text template, and is compiled like any other.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Roles.ModuleAttribute) is null) return;
            var verdicts = KnownVerdicts(start.Options, start.CancellationToken);
            var declarations = new ConcurrentDictionary<ISymbol, ModuleDeclaration>(SymbolEqualityComparer.Default);
            start.RegisterSymbolAction(c => AnalyzeModule(c, declarations, verdicts), SymbolKind.NamedType);
            start.RegisterSyntaxNodeAction(AnalyzeCircuit, SyntaxKind.MethodDeclaration);
            start.RegisterSymbolAction(AnalyzePlacement, SymbolKind.NamedType, SymbolKind.Method);
        });
    }

    private static void AnalyzeModule(
        SymbolAnalysisContext context, ConcurrentDictionary<ISymbol, ModuleDeclaration> declarations, IReadOnlyDictionary<string,
        Verdict> verdicts)
    {
        var symbol = (INamedTypeSymbol)context.Symbol;
        if (symbol.TypeKind != TypeKind.Class || Roles.ModuleAttributeOf(symbol) is null) return;

        var modules = new Dictionary<string, ModuleDeclaration>();
        var open = new Stack<INamedTypeSymbol>([symbol]);
        while (open.Count > 0)
        {
            var next = open.Pop();
            if (!SymbolEqualityComparer.Default.Equals(next.ContainingAssembly, context.Compilation.Assembly)) continue;
            var declaration = declarations.GetOrAdd(
                next, s => ModuleReader.Read((INamedTypeSymbol)s, context.Compilation, context.CancellationToken));
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
                Descriptors.Of(diagnostic.Kind), place, diagnostic.Related.Select(r => Locate(r, trees)), PropertiesOf(diagnostic),
                diagnostic.Arguments.Items.Cast<object>().ToArray()));
        }

        ReportTermination(context, result, trees);
        Replay(context, result, verdicts, trees);
    }

    private static void ReportTermination(SymbolAnalysisContext context, CheckedModule module, List<SyntaxTree> trees)
    {
        if (module.Module is not { } checkedModule) return;
        var findings = Terminations[checkedModule] ??= IsInEditor(context.Options)
            ? TerminationInEditor(checkedModule, context.CancellationToken)
            : RuleSetAnalysis.Termination(checkedModule, RuleSetAnalysis.BuildEffort, known: null, context.CancellationToken);
        foreach (var diagnostic in findings.Diagnostics)
        {
            if (RuleSetAnalysis.IsReported(diagnostic, module.Diagnostics)) continue;
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(diagnostic.Kind), Locate(diagnostic.Span, trees),
                diagnostic.Related.Select(r => Locate(r, trees)), diagnostic.Arguments.Items.Cast<object>().ToArray()));
        }
    }

    private static bool IsInEditor(AnalyzerOptions options)
        => options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(ModuleGenerator.DesignTimeOption, out string? value)
            && value == "true";

    private static RuleSetAnalysis.Findings TerminationInEditor(Module module, CancellationToken cancellation)
    {
        var known = Known.GetOrAdd(module.Name, _ => new KnownRules());
        lock (known) return RuleSetAnalysis.Termination(module, RuleSetAnalysis.EditorEffort, known, cancellation);
    }

    // Data for code fixes that messages do not show.
    private static ImmutableDictionary<string, string?>? PropertiesOf(ModuleDiagnostic diagnostic)
    {
        var none = ImmutableDictionary<string, string?>.Empty;
        if (diagnostic.Kind == DiagnosticKinds.NotExhaustive) return none.Add(MissingProperty, diagnostic.Arguments[2]);
        return diagnostic.Kind == DiagnosticKinds.UselessGroup
            && diagnostic.Arguments[3].Length > 0 ? none.Add(NearProperty, diagnostic.Arguments[3]) : null;
    }

    private static IReadOnlyDictionary<string, Verdict> KnownVerdicts(AnalyzerOptions options, CancellationToken cancellation)
    {
        var verdicts = new Dictionary<string, Verdict>();
        foreach (var file in options.AdditionalFiles.Where(f => System.IO.Path.GetFileName(f.Path) == VerdictFile.Name))
            foreach (var verdict in VerdictFile.Read(file.GetText(cancellation)?.ToString() ?? "")) verdicts[verdict.Key] = verdict.Verdict;
        return verdicts;
    }

    // Repeats the build's verdict at the rule, as long as the rule is the one that was proved.
    private static void Replay(
        SymbolAnalysisContext context, CheckedModule module, IReadOnlyDictionary<string, Verdict> verdicts, List<SyntaxTree> trees)
    {
        if (module.Module is null || verdicts.Count == 0 && module.Module.Patterns.All(p => p.Assumed.Length == 0)) return;
        var places = module.Declaration.Syntax.Patterns.ToDictionary(p => p.Name, p => p.Span);
        foreach (var obligation in Obligation.Of(module.Module))
        {
            var verdict = obligation.Assumed.Length > 0
                ? new Verdict(VerdictKind.Assumed) : verdicts.TryGetValue(obligation.Key, out var known)
                ? known : new Verdict(VerdictKind.Proved);
            var (kind, arguments) = verdict.Kind switch
            {
                VerdictKind.Refuted => (
                ProofKinds.Refuted,
                new object[] { obligation.Rule, verdict.Detail, verdict.Condition.Length > 0 ? "; it holds if " + verdict.Condition : "" }),
                VerdictKind.Unknown => (ProofKinds.NotProved, [obligation.Rule, verdict.Detail]),
                VerdictKind.Assumed => (ProofKinds.Assumed, [obligation.Rule, obligation.Assumed]),
                _ => ((DiagnosticKind?)null, []),
            };
            if (kind is null) continue;
            var properties = verdict.Condition.Length > 0 ? ImmutableDictionary<string,
                string?>.Empty.Add(ConditionProperty, verdict.Condition) : null;
            context.ReportDiagnostic(
                Diagnostic.Create(Descriptors.Of(kind), Locate(places[obligation.Rule], trees), properties, arguments));
        }
    }

    private static void AnalyzeCircuit(SyntaxNodeAnalysisContext context)
    {
        var syntax = (MethodDeclarationSyntax)context.Node;
        if (syntax.AttributeLists.Count == 0
            || context.SemanticModel.GetDeclaredSymbol(syntax, context.CancellationToken) is not { } method)
            return;
        if (!method.GetAttributes().Any(a => a.AttributeClass is { } type && Roles.FullName(type) == CircuitReader.Attribute)) return;
        foreach (var problem in CircuitReader.Read(method, syntax, context.SemanticModel, context.CancellationToken).Problems)
            context.ReportDiagnostic(DiagnosticOf(problem, [syntax.SyntaxTree]));
    }

    private static void AnalyzePlacement(SymbolAnalysisContext context)
    {
        var symbol = context.Symbol;
        if (symbol.ContainingType is { } type && Roles.ModuleAttributeOf(type) is not null) return;
        foreach (var attribute in symbol.GetAttributes())
        {
            if (Roles.Of(attribute.AttributeClass) is not (not Role.None and var role)) continue;
            var place = attribute.ApplicationSyntaxReference is { } reference
                ? Location.Create(reference.SyntaxTree, reference.Span) : symbol.Locations[0];
            context.ReportDiagnostic(
                Diagnostic.Create(Descriptors.Of(DeclarationKinds.OutsideModule), place, symbol.Name, role.ToString()));
        }
    }

    /// <summary>Converts a diagnostic to the compiler's form.</summary>
    internal static Diagnostic DiagnosticOf(ModuleDiagnostic problem, IEnumerable<SyntaxTree> trees)
        => Diagnostic.Create(Descriptors.Of(problem.Kind), Locate(problem.Span, trees), problem.Arguments.Items.Cast<object>().ToArray());

    private static Location Locate(SourceSpan span, IEnumerable<SyntaxTree> trees)
    {
        var tree = trees.FirstOrDefault(t => t.FilePath == span.File && t.Length >= span.Start + span.Length);
        return tree is null ? Location.None : Location.Create(tree, new TextSpan(span.Start, span.Length));
    }

    // True if the C# compiler reports an error in the same method.
    private static bool IsErrorInCSharp(Location place, Compilation compilation, CancellationToken cancellation)
    {
        if (place.SourceTree is not { } tree) return false;
        var method = tree.GetRoot(cancellation).FindNode(place.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>();
#pragma warning disable RS1030 // Used only for methods with mistakes.
        return method is not null
            && compilation.GetSemanticModel(tree).GetDiagnostics(method.Span, cancellation).Any(
            d => d.Severity == DiagnosticSeverity.Error);
#pragma warning restore RS1030
    }
}
