using Rewright.Checks;

namespace Rewright.CodeFixes;

/// <summary>Replaces a zero in a source by a parameter and compares it with zero by <c>==</c>, so that 0.0 and -0.0 both match.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MatchBothZeros))]
[Shared]
public sealed class MatchBothZeros : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticKinds.OneZero.Id];

    // No fix-all: the fix may be right for one rule and wrong for the next. x + -0.0 is always x, x + 0.0 is not.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax zero) continue;
            if (zero.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method || Bodies.Of(method) is not { } body) continue;
            context.RegisterCodeFix(
                CodeAction.Create("Match 0.0 and -0.0",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(Mend(root, method, body, zero))), nameof(MatchBothZeros)), diagnostic);
        }
    }

    private static SyntaxNode Mend(SyntaxNode root, MethodDeclarationSyntax method, ExpressionSyntax body, ExpressionSyntax zero)
    {
        var names = new HashSet<string>(
            method.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        string name = Enumerable.Range(0, int.MaxValue).Select(
            i => i == 0 ? "zero" : "zero" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)).First(n => !names.Contains(n));
        var variable = SyntaxFactory.IdentifierName(name);
        var bound = body.ReplaceNode(zero, variable.WithTriviaFrom(zero));
        var parameter = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name))
            .WithType(SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.DoubleKeyword)).WithTrailingTrivia(SyntaxFactory.Space));
        if (method.ParameterList.Parameters.Count > 0) parameter = parameter.WithLeadingTrivia(SyntaxFactory.Space);
        var mended = method.ReplaceNode(body, Bodies.When(bound, SyntaxFactory.ParseExpression(name + " == 0")));
        return root.ReplaceNode(method, mended.WithParameterList(method.ParameterList.AddParameters(parameter)));
    }
}
