using Rewright.Generators.Checking;
using Rewright.Generators.Reading;

namespace Rewright.CodeFixes;

/// <summary>Gives modules, sorts and symbols the modifiers that the generator needs to complete them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartial))]
[Shared]
public sealed class MakePartial : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; }
        = [DeclarationKinds.ModuleShape.Id, DeclarationKinds.SortShape.Id, DeclarationKinds.ConstructorShape.Id,
            DeclarationKinds.OperationShape.Id, DeclarationKinds.NormalizerShape.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            var declaration = root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MemberDeclarationSyntax>();
            if (declaration is null || WordsOf(declaration) is not { Length: > 0 } words) continue;
            // Generic declarations are wrong for another reason, which no modifier mends.
            if (declaration is TypeDeclarationSyntax { TypeParameterList: not null }
                or MethodDeclarationSyntax { TypeParameterList: not null })
                continue;
            bool isWhole = words.All(w => declaration.Modifiers.Any(w))
                && !Around(declaration).Any(t => !t.Modifiers.Any(SyntaxKind.PartialKeyword));
            if (isWhole) continue;
            string title = "Make '"
                + diagnostic.Location.SourceTree!.GetText(context.CancellationToken).ToString(diagnostic.Location.SourceSpan) + "' "
                + string.Join(" ", words.Select(SyntaxFacts.GetText));
            context.RegisterCodeFix(
                CodeAction.Create(title, cancellation => AddAsync(context.Document, declaration, cancellation), nameof(MakePartial)),
                diagnostic);
        }
    }

    private static SyntaxKind[] WordsOf(MemberDeclarationSyntax declaration) => declaration switch
    {
        ClassDeclarationSyntax => [SyntaxKind.StaticKeyword, SyntaxKind.PartialKeyword],
        StructDeclarationSyntax => [SyntaxKind.ReadOnlyKeyword, SyntaxKind.PartialKeyword],
        // C# requires an access modifier on partial methods that return a value.
        MethodDeclarationSyntax { Body: null, ExpressionBody: null } method => method.Modifiers.Any(IsAccess)
            ? [SyntaxKind.StaticKeyword, SyntaxKind.PartialKeyword]
                : [SyntaxKind.PublicKeyword, SyntaxKind.StaticKeyword, SyntaxKind.PartialKeyword],
        _ => [],
    };

    private static bool IsAccess(SyntaxToken modifier)
        => modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.PrivateKeyword
            or SyntaxKind.ProtectedKeyword;

    // The types around the declaration: they must be partial too, or the generator cannot add a part inside them.
    private static IEnumerable<TypeDeclarationSyntax> Around(MemberDeclarationSyntax declaration)
        => declaration is TypeDeclarationSyntax ? declaration.Ancestors().OfType<TypeDeclarationSyntax>() : [];

    private static async Task<Document> AddAsync(Document document, MemberDeclarationSyntax declaration, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var all = Around(declaration).Cast<MemberDeclarationSyntax>().Append(declaration);
        return document.WithSyntaxRoot(root!.ReplaceNodes(all, (old, now)
            => (old == declaration ? WordsOf(declaration) : [SyntaxKind.PartialKeyword]).Aggregate(now, With)));
    }

    // C# wants 'partial' last.
    private static MemberDeclarationSyntax With(MemberDeclarationSyntax declaration, SyntaxKind word)
    {
        var modifiers = declaration.Modifiers;
        if (modifiers.Any(word)) return declaration;
        int index = modifiers.Count > 0 && modifiers.Last().IsKind(SyntaxKind.PartialKeyword) ? modifiers.Count - 1 : modifiers.Count;
        var token = SyntaxFactory.Token(word).WithTrailingTrivia(SyntaxFactory.Space);
        if (index > 0) return declaration.WithModifiers(modifiers.Insert(index, token));
        // Comments before the declaration stay before it.
        var first = declaration.AttributeLists.Count > 0
            ? declaration.AttributeLists.Last().GetLastToken().GetNextToken() : declaration.GetFirstToken();
        var moved = declaration.ReplaceToken(first, first.WithLeadingTrivia());
        return moved.WithModifiers(moved.Modifiers.Insert(0, token.WithLeadingTrivia(first.LeadingTrivia)));
    }
}
