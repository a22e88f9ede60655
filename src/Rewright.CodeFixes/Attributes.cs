namespace Rewright.CodeFixes;

/// <summary>The syntax of attributes on declarations.</summary>
internal static class Attributes
{
    /// <summary>The attribute of a declaration with this type name in <c>Rewright</c>; null if there is none.</summary>
    public static AttributeSyntax? Find(MemberDeclarationSyntax declaration, SemanticModel model, string type)
        => declaration.AttributeLists.SelectMany(l => l.Attributes).FirstOrDefault(
            a => model.GetTypeInfo(a).Type?.ToDisplayString() == "Rewright." + type);

    /// <summary>The value of a named argument; null if it is missing or not constant.</summary>
    public static object? ValueOf(AttributeSyntax attribute, string name, SemanticModel model)
        => Argument(attribute, name) is { } argument ? model.GetConstantValue(argument.Expression).Value : null;

    /// <summary>The attribute with a named argument set to this value.</summary>
    public static AttributeSyntax With(AttributeSyntax attribute, string name, ExpressionSyntax value)
    {
        if (Argument(attribute, name) is { } argument)
            return attribute.ReplaceNode(argument.Expression, value.WithTriviaFrom(argument.Expression));
        var added = SyntaxFactory.AttributeArgument(SyntaxFactory.NameEquals(name).NormalizeWhitespace(), null, value);
        var list = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        if (list.Arguments.Count > 0) added = added.WithLeadingTrivia(SyntaxFactory.Space);
        return attribute.WithArgumentList(list.AddArguments(added));
    }

    private static AttributeArgumentSyntax? Argument(AttributeSyntax attribute, string name)
        => attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name);
}
