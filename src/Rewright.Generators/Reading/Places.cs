using Microsoft.CodeAnalysis;
using Rewright.Model;

namespace Rewright.Generators.Reading;

/// <summary>The places of syntax, without line numbers: the code that reports a diagnostic finds the line in the file.</summary>
internal static class Places
{
    public static SourceSpan Span(this SyntaxNode node) => Span(node.SyntaxTree, node.Span);

    public static SourceSpan Span(this SyntaxToken token) => token.SyntaxTree is { } tree ? Span(tree, token.Span) : default;

    private static SourceSpan Span(SyntaxTree tree, Microsoft.CodeAnalysis.Text.TextSpan span)
        => new(tree.FilePath, span.Start, span.Length, 0, 0);
}
