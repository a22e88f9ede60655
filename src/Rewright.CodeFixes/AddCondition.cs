using Rewright.Checks;
using Rewright.Generators;

namespace Rewright.CodeFixes;

/// <summary>Adds to a wrong rule the condition under which it was proved.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddCondition))]
[Shared]
public sealed class AddCondition : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [ProofKinds.Refuted.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.TryGetValue(ModuleAnalyzer.ConditionProperty, out string? text) || text is null) continue;
            // Verdicts are in module text, where a capital letter marks a symbol.
            string condition = text.Replace("ispow2(", "IsPow2(").Replace("$", "");
            var method = root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>();
            if (Bodies.Of(method) is not { } body) continue;
            context.RegisterCodeFix(
                CodeAction.Create("Add '.When(" + condition + ")'",
                cancellation => AddAsync(context.Document, body, condition, cancellation), nameof(AddCondition)), diagnostic);
        }
    }

    private static async Task<Document> AddAsync(Document document, ExpressionSyntax body, string condition, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        return document.WithSyntaxRoot(root!.ReplaceNode(body, Bodies.When(body, SyntaxFactory.ParseExpression(condition))));
    }
}
