using Rewright.Checks;

namespace Rewright.CodeFixes;

/// <summary>Raises the priority of one of two overlapping rules.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetPriority))]
[Shared]
public sealed class SetPriority : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticKinds.AmbiguousRules.Id,
        DiagnosticKinds.AmbiguousSimplifications.Id];

    // No fix-all: each pair of rules needs its own decision.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var place in diagnostic.AdditionalLocations.Append(diagnostic.Location))
            {
                if (place.SourceTree is null || context.Document.Project.Solution.GetDocument(place.SourceTree) is not { } document)
                    continue;
                var root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
                var model = await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
                var rule = root?.FindNode(place.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>();
                if (rule is null || model is null || Attributes.Find(rule, model, "PatternAttribute") is not { } attribute) continue;
                // Ambiguous rules have the same priority, so one more is enough.
                int priority = (Attributes.ValueOf(attribute, "Priority", model) as int? ?? 0) + 1;
                string name = rule.Identifier.ValueText;
                context.RegisterCodeFix(
                    CodeAction.Create("Let '" + name + "' go first", cancellation => SetAsync(document, attribute, priority, cancellation),
                    nameof(SetPriority) + " " + name), diagnostic);
            }
        }
    }

    private static async Task<Document> SetAsync(Document document, AttributeSyntax attribute, int priority, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var value = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(priority));
        return document.WithSyntaxRoot(root!.ReplaceNode(attribute, Attributes.With(attribute, "Priority", value)));
    }
}
