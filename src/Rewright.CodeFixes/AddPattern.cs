using Rewright.Generators.Checking;
using Rewright.Generators.Reading;

namespace Rewright.CodeFixes;

/// <summary>Adds the <c>[Pattern]</c> attribute to a method that returns a rule.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddPattern))]
[Shared]
public sealed class AddPattern : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DeclarationKinds.ForgottenPattern.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method) continue;
            context.RegisterCodeFix(
                CodeAction.Create("Add [Pattern]",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(method, Add(method)))), nameof(AddPattern)),
                diagnostic);
        }
    }

    // Comments before the method stay before it.
    private static MethodDeclarationSyntax Add(MethodDeclarationSyntax method)
    {
        var list = SyntaxFactory.AttributeList(
            SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Attribute(SyntaxFactory.IdentifierName("Pattern"))));
        var leading = method.GetLeadingTrivia();
        return method.WithLeadingTrivia().WithAttributeLists(
            method.WithLeadingTrivia().AttributeLists.Insert(0, list.WithTrailingTrivia(SyntaxFactory.Space)))
            .WithLeadingTrivia(leading);
    }
}
