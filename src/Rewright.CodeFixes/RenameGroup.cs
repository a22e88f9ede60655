using Rewright.Checks;
using Rewright.Generators;

namespace Rewright.CodeFixes;

/// <summary>Gives a rule the group that a normalizer names, if the rule's own group is misspelled.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RenameGroup))]
[Shared]
public sealed class RenameGroup : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticKinds.UselessGroup.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.TryGetValue(ModuleAnalyzer.NearProperty, out string? near) || near is null) continue;
            if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax group) continue;
            var renamed = root.ReplaceNode(
                group, SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(near)).WithTriviaFrom(
                group));
            context.RegisterCodeFix(
                CodeAction.Create("Change the group to '" + near + "'", _ => Task.FromResult(context.Document.WithSyntaxRoot(renamed)),
                nameof(RenameGroup)), diagnostic);
        }
    }
}
