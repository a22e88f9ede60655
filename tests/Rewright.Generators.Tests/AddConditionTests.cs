using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Checks;
using Rewright.CodeFixes;
using Rewright.Proofs;
using Xunit;

namespace Rewright.Generators.Tests;

public class AddConditionTests
{
    [Theory]
    [InlineData("=> Rewrite(Div(Num(c), Num(c)), to: Num(1)); // why", "c != 0L",
        "=> Rewrite(Div(Num(c), Num(c)), to: Num(1)).When(c != 0L); // why")]
    [InlineData("=> Rewrite(F(c), to: G(c)).When(c > 1);", "ispow2($C)", "=> Rewrite(F(c), to: G(c)).When(c > 1).When(IsPow2(C));")]
    [InlineData("{ return Rewrite(F(c), to: c); }", "!Odd(c)", "{ return Rewrite(F(c), to: c).When(!Odd(c)); }")]
    public async Task The_missing_condition_is_added_to_the_rule(string body, string condition, string expected)
        => Assert.Equal(Class(expected), await FixedAsync(Class(body), condition));

    [Fact]
    public async Task Where_no_condition_is_known_nothing_is_offered()
        => Assert.Null(await FixedAsync(Class("=> Rewrite(F(c), to: c);"), null));

    private static string Class(string body) => "class M\n{\n    [Pattern] static Rule R(long c) " + body + "\n}\n";

    private static async Task<string?> FixedAsync(string source, string? condition)
    {
        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("P", LanguageNames.CSharp).AddDocument("M.cs", source);
        var root = (await document.GetSyntaxRootAsync(TestContext.Current.CancellationToken))!;
        var name = root.DescendantNodes().OfType<MethodDeclarationSyntax>().Single().Identifier;
        var descriptor = new DiagnosticDescriptor(ProofKinds.Refuted.Id, "", "", "", DiagnosticSeverity.Error, isEnabledByDefault: true);
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (condition is not null) properties = properties.Add(ModuleAnalyzer.ConditionProperty, condition);
        CodeAction? offered = null;
        var context = new CodeFixContext(
            document, Diagnostic.Create(descriptor, name.GetLocation(), properties), (action, _) => offered = action,
            TestContext.Current.CancellationToken);
        await new AddCondition().RegisterCodeFixesAsync(context);
        if (offered is null) return null;
        var operations = await offered.GetOperationsAsync(TestContext.Current.CancellationToken);
        var solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        return (await solution.GetDocument(document.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }
}
