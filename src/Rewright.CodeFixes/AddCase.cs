using Microsoft.CodeAnalysis.Text;
using Rewright.Checks;
using Rewright.Generators;

namespace Rewright.CodeFixes;

/// <summary>Adds a rule for a term that no rule of an operation matches, or declares the operation open.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddCase))]
[Shared]
public sealed class AddCase : CodeFixProvider
{
    private const string Open = nameof(AddCase) + " open";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticKinds.NotExhaustive.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            var declaration = root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>();
            if (declaration is null || model?.GetDeclaredSymbol(declaration, context.CancellationToken) is not { } operation) continue;
            if (diagnostic.Properties.TryGetValue(ModuleAnalyzer.MissingProperty, out string? missing) && missing is not null
                && new CaseWriter(operation, declaration, model).Write(missing) is { } rule)
            {
                context.RegisterCodeFix(
                    CodeAction.Create("Add a rule for '" + missing + "'",
                    cancellation => AddAsync(context.Document, declaration, rule, cancellation), nameof(AddCase)), diagnostic);
            }

            // A sort that is an existing C# type has no constructors to call.
            if (operation.ReturnType.ContainingType is not null
                && Attributes.Find(declaration, model, "OperationAttribute") is { } attribute)
            {
                context.RegisterCodeFix(
                    CodeAction.Create("Declare '" + operation.Name + "' open: where no rule applies the call is its own result",
                    cancellation => OpenAsync(context.Document, attribute, cancellation), Open), diagnostic);
            }
        }
    }

    private static async Task<Document> OpenAsync(Document document, AttributeSyntax attribute, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        return document.WithSyntaxRoot(
            root!.ReplaceNode(attribute,
            Attributes.With(attribute, "Open", SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression))));
    }

    // The rule goes below the last rule of the operation, or below the operation itself.
    private static async Task<Document> AddAsync(
        Document document, MethodDeclarationSyntax operation, string rule, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        var above = ((TypeDeclarationSyntax)operation.Parent!).Members.OfType<MethodDeclarationSyntax>().LastOrDefault(
            m => IsRuleOf(m, operation.Identifier.ValueText)) ?? operation;
        var line = text.Lines.GetLineFromPosition(above.Span.End);
        string indentation = text.ToString(TextSpan.FromBounds(text.Lines.GetLineFromPosition(above.SpanStart).Start, above.SpanStart));
        if (indentation.Trim().Length > 0) indentation = "    ";
        string end = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) is { Length: > 0 } lineBreak
            ? lineBreak : "\n";
        // If more text follows on the line, such as the end of the class, the rule goes before that text.
        string rest = text.ToString(TextSpan.FromBounds(above.Span.End, line.End)).Trim();
        int position = rest.Length == 0 || rest.StartsWith("//", StringComparison.Ordinal) ? line.End : above.Span.End;
        return document.WithText(text.Replace(position, 0, end + indentation + rule + (position == line.End ? "" : end)));
    }

    private static bool IsRuleOf(MethodDeclarationSyntax method, string operation)
    {
        SyntaxNode? body = (SyntaxNode?)method.ExpressionBody ?? method.Body;
        var rewrite = body?.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(
            i => i.Expression is SimpleNameSyntax { Identifier.ValueText: "Rewrite" });
        return rewrite?.ArgumentList.Arguments.FirstOrDefault()?.Expression is InvocationExpressionSyntax { Expression: SimpleNameSyntax name } && name.Identifier.ValueText == operation;
    }

    /// <summary>Writes a C# rule for a term given in module text.</summary>
    private sealed class CaseWriter(IMethodSymbol operation, MethodDeclarationSyntax declaration, SemanticModel model)
    {
        private readonly List<string> _parameters = [];
        private readonly HashSet<string> _names = [];
        private string _ruleName = "";

        /// <summary>The declaration of the rule; null if C# cannot write a part of the term in the same way.</summary>
        public string? Write(string missing)
        {
            // The two syntaxes are alike, except that module text omits the parentheses of nullary constructors.
            var term = SyntaxFactory.ParseExpression(missing, consumeFullText: true);
            if (term.ContainsDiagnostics || term is not InvocationExpressionSyntax call
                || Term(call, operation.ReturnType, "", isTop: true) is not { } source)
                return null;
            string known = _ruleName, name = known;
            for (int i = 2; operation.ContainingType.GetMembers(name).Length > 0; i++) name = known + i;
            if (Result() is not { } result) return null;
            return "[Pattern] static Rule " + name + "(" + string.Join(", ", _parameters) + ") => Rewrite(" + source + ", to: " + result
                + "); // Say what it is.";
        }

        private string? Term(ExpressionSyntax term, ITypeSymbol type, string parameter, bool isTop = false)
        {
            switch (term)
            {
                case IdentifierNameSyntax { Identifier.ValueText: "_" }:
                    return Variable(type, parameter);
                case LiteralExpressionSyntax or PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax }:
                    string word = string.Concat(term.ToString().Where(char.IsLetterOrDigit));
                    _ruleName += word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word.Substring(1);
                    return term.ToString();
                case MemberAccessExpressionSyntax member when type.TypeKind == TypeKind.Enum:
                    _ruleName += member.Name;
                    return Display(type) + "." + member.Name;
            }

            var (name, arguments) = term is InvocationExpressionSyntax call
                ? (call.Expression, call.ArgumentList.Arguments.Select(a => a.Expression).ToList()) : (term, []);
            string simple = (name as SimpleNameSyntax ?? (name as MemberAccessExpressionSyntax)?.Name)?.Identifier.ValueText ?? "";
            // A constructor belongs to the module that declares its sort.
            var module = isTop ? operation.ContainingType : type.ContainingType;
            if (module?.GetMembers(simple).OfType<IMethodSymbol>().FirstOrDefault(
                m => m.Parameters.Length == arguments.Count) is not { } symbol)
                return null;
            _ruleName += simple;
            var parts = symbol.Parameters.Zip(arguments, (p, a) => Term(a, p.Type, p.Name)).ToList();
            if (parts.Contains(null)) return null;
            bool isNear = model.LookupSymbols(declaration.SpanStart, name: simple).OfType<IMethodSymbol>().Any(
                m => SymbolEqualityComparer.Default.Equals(m.ContainingType, symbol.ContainingType));
            return (isNear ? "" : Display(symbol.ContainingType) + ".") + simple + "(" + string.Join(", ", parts) + ")";
        }

        // The leading underscore says that the variable is used once on purpose.
        private string Variable(ITypeSymbol type, string parameter)
        {
            string name = "_" + parameter.TrimStart('_');
            for (int i = 2; !_names.Add(name); i++) name = "_" + parameter.TrimStart('_') + i;
            _parameters.Add(Display(type) + " " + name);
            return name;
        }

        // A placeholder of the right sort, for the user to replace.
        private string? Result() => operation.ReturnType switch
        {
            { SpecialType: SpecialType.System_Boolean } => "false",
            { SpecialType: SpecialType.System_String } => "\"\"",
            {
                SpecialType: SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64
                or SpecialType.System_Double
            } or { Name: "BigInteger" } => "0",
            { TypeKind: TypeKind.Enum } type when type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(
            f => f.HasConstantValue) is { } member => Display(type) + "." + member.Name,
            { ContainingType: { } module } sort when Constant(module, sort) is { } constant => Term(
            SyntaxFactory.IdentifierName(constant), sort, ""),
            var type => _parameters.FirstOrDefault(p => p.StartsWith(Display(type) + " ", StringComparison.Ordinal))?.Split(' ').Last(),
        };

        private static string? Constant(INamedTypeSymbol module, ITypeSymbol sort)
            => module.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(
                m => m.Parameters.Length == 0 && SymbolEqualityComparer.Default.Equals(m.ReturnType, sort)
                && m.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "Rewright.ConstructorAttribute"))?.Name;

        private string Display(ITypeSymbol type) => type.ToMinimalDisplayString(model, declaration.SpanStart);
    }
}
