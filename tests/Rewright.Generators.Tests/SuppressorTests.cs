using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

public class SuppressorTests
{
    [Fact]
    public async Task Patterns_are_not_called_unused()
    {
        var test = new ModuleTest("""
            [PatternModule] static partial class M
            {
                [Operation] public static partial long F(long x);
                [Pattern] static Rule {|#0:R|}(long x) => Rewrite(F(x), to: x);
                static int {|IDE0051:Unused|}() => 5;
            }
            """);
        test.AdditionalAnalyzers.Add(new UnusedPrivateMembers());
        test.TestState.ExpectedDiagnostics.Add(
            new DiagnosticResult("IDE0051", DiagnosticSeverity.Warning).WithLocation(0).WithIsSuppressed(true));
        await test.RunAsync();
    }

    // Stands in for the analyzer that ships with the SDK: calls every private method unused.
#pragma warning disable RS1036, RS1041, RS2008
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class UnusedPrivateMembers : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Descriptor = new(
            "IDE0051", "Unused", "Unused", "Test", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptor];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(c =>
            {
                var method = (MethodDeclarationSyntax)c.Node;
                if (c.ContainingSymbol!.DeclaredAccessibility == Accessibility.Private)
                    c.ReportDiagnostic(Diagnostic.Create(Descriptor, method.Identifier.GetLocation()));
            }, SyntaxKind.MethodDeclaration);
        }
    }
}
