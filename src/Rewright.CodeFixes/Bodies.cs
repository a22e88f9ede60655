namespace Rewright.CodeFixes;

/// <summary>The syntax of pattern bodies.</summary>
internal static class Bodies
{
    /// <summary>The rule that a pattern's method returns; null if there is not exactly one.</summary>
    public static ExpressionSyntax? Of(MethodDeclarationSyntax? method)
        => method?.ExpressionBody?.Expression ?? method?.Body?.Statements.OfType<ReturnStatementSyntax>().SingleOrDefault()?.Expression;

    /// <summary>The rule with an added condition.</summary>
    public static ExpressionSyntax When(ExpressionSyntax body, ExpressionSyntax condition)
    {
        var member = SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, body.WithoutTrailingTrivia(), SyntaxFactory.IdentifierName("When"));
        var call = SyntaxFactory.InvocationExpression(
            member, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(condition))));
        return call.WithTrailingTrivia(body.GetTrailingTrivia());
    }
}
