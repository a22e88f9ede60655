using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Checks;
using Rewright.Emit.CSharp;
using Rewright.Generators.Checking;
using Rewright.Model;
using Rewright.Text;
using CSharpParameterSyntax = Microsoft.CodeAnalysis.CSharp.Syntax.ParameterSyntax;

namespace Rewright.Generators.Reading;

/// <summary>Reads declarations of sorts, symbols and normalizers from their compiler symbols.</summary>
/// <param name="module">The module's class.</param>
/// <param name="sorts">Finds the sorts of types.</param>
/// <param name="objects">Reads sorts that stand for C# types.</param>
/// <param name="problems">Receives the mistakes.</param>
internal sealed class SignatureReader(INamedTypeSymbol module, SortNames sorts, ObjectSorts objects, List<ModuleDiagnostic> problems)
{
    private readonly List<(string Name, SourceSpan Span, string Meaning)> _sorts = [];
    private readonly List<(string Sort, ConstructorSyntax Constructor)> _constructors = [];
    private readonly List<SortShape> _sortShapes = [];
    private readonly HashSet<string> _objectConstructors = [];

    /// <summary>The operations read so far.</summary>
    public List<OperationSyntax> Operations { get; } = [];

    /// <summary>The normalizers read so far.</summary>
    public List<NormalizerSyntax> Normalizers { get; } = [];

    /// <summary>The methods read so far, in the form for bindings.</summary>
    public List<MethodShape> Methods { get; } = [];

    /// <summary>The sorts read so far, in the form for bindings.</summary>
    public IReadOnlyList<SortShape> SortShapes => _sortShapes;

    /// <summary>True if something was left out that the C# compiler reports.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The sorts read so far, each with its constructors in order of declaration.</summary>
    public IEnumerable<SortSyntax> Sorts => _sorts.Select(s
        => new SortSyntax(s.Name, _constructors.Where(c => c.Sort == s.Name).Select(c => c.Constructor).ToEquatableArray(), s.Span,
            s.Meaning));

    /// <summary>Reads a sort. All sorts must be read before any method.</summary>
    public void ReadSort(INamedTypeSymbol sort, TypeDeclarationSyntax declaration)
    {
        if (!SortNames.IsWellFormed(sort))
        {
            if (!SortNames.HasShape(sort)) Report(DeclarationKinds.SortShape, declaration.Identifier, sort.Name);
            else if (SortNames.IsBuiltIn(sort.Name))
                Report(DeclarationKinds.ReservedName, declaration.Identifier, sort.Name, "a built-in sort");
            IsBroken = true;
            return;
        }

        _sorts.Add((sort.Name, declaration.Identifier.Span(), Roles.MeaningOf(sort)));
        _sortShapes.Add(new SortShape(
            sort.Name, SortNames.CodeOf(sort), ObjectSorts.ObjectsOf(sort) is { } type ? ReadObjects(sort, type) : null));
    }

    /// <summary>True for a constructor that comes from a C# type.</summary>
    public bool IsObjectConstructor(string name) => _objectConstructors.Contains(name);

    /// <summary>True for a method that takes or returns objects of a sort.</summary>
    public bool IsOverObjects(IMethodSymbol method)
        => method.Parameters.Select(p => p.Type).Append(method.ReturnType).Any(t => objects.SortFor(t) is not null);

    private ObjectShape? ReadObjects(INamedTypeSymbol sort, ITypeSymbol type)
    {
        var attribute = Roles.Attribute(sort, Role.Sort)!.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax;
        var span = (attribute?.ArgumentList?.Arguments.FirstOrDefault()?.Expression as TypeOfExpressionSyntax)?.Type.Span() ?? default;
        IsBroken |= type.TypeKind == TypeKind.Error;
        if (type.TypeKind == TypeKind.Error) return null;
        var read = objects.Read(sort, type);
        if (read.Mistake is not null)
        {
            problems.Add(new(DeclarationKinds.ObjectSort, span, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                read.Mistake));
            return null;
        }

        var result = new TypeShape(TypeRole.Term, SortNames.CodeOf(sort), Roles.FullName(sort));
        foreach (var constructor in read.Constructors)
        {
            if (!_objectConstructors.Add(constructor.Name) || constructor.Name == sort.Name
                || BindingWriter.ReservedNames.Contains(constructor.Name))
            {
                problems.Add(new(DeclarationKinds.ObjectSort, span, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                    "its constructor " + constructor.Name + " has the name of something else in the module"));
                return null;
            }

            var parameters = constructor.Parameters.Select(
                p => new ParameterSyntax(p.Name, new NameSyntax(p.Sort, span))).ToEquatableArray();
            _constructors.Add((sort.Name,
                new ConstructorSyntax(constructor.Name, parameters, new SymbolSyntaxAttributes(SymbolAttributes.None, 1, null), span)));
            int least = constructor.Parameters.Select(p => p.Openness).Append(Roles.Openness(sort)).Min();
            string access = least == 2 ? "public" : least == 1 ? "internal" : "private";
            Methods.Add(new MethodShape(MethodRole.Constructor, constructor.Name, access + " static", access, result,
                constructor.Parameters.Select(p => new ParameterShape(p.Name, "", p.Shape)).ToEquatableArray(), "", default, ""));
        }

        return read.Shape;
    }

    /// <summary>Reads a method that has a role other than pattern.</summary>
    /// <param name="method">The method.</param>
    /// <param name="declaration">The declaration of the method.</param>
    /// <param name="role">The role given by its attribute.</param>
    /// <param name="documentation">The content of its documentation comment.</param>
    /// <param name="fault">A fault that is already known; null for none.</param>
    public void ReadMethod(
        IMethodSymbol method, MethodDeclarationSyntax declaration, Role role, string documentation, ModuleDiagnostic? fault)
    {
        int known = problems.Count;
        bool isPartial = declaration.Modifiers.Any(SyntaxKind.PartialKeyword);
        bool hasBody = declaration.Body is not null || declaration.ExpressionBody is not null;
        var (result, resultShape) = ReadType(method.ReturnType, declaration.ReturnType);
        // Over objects there is no heap that could have limits, so they may be an argument.
        var limits = IsOverObjects(method) && Roles.IsOurs(method.Parameters.LastOrDefault()?.Type, "EvaluationLimits")
            ? method.Parameters[method.Parameters.Length - 1] : null;
        var parameters = method.Parameters.Take(method.Parameters.Length - (limits is null ? 0 : 1)).Zip(
            declaration.ParameterList.Parameters, (symbol, syntax) => ReadParameter(method, symbol, syntax)).ToList();
        var parameterSyntax = parameters.Where(p => p.Syntax is not null).Select(p => p.Syntax!).ToEquatableArray();

        bool isHost = role == Role.HostOperation;
        var roles = parameters.Select(p => p.Shape.Type.Role).Append(resultShape.Role).ToList();
        bool isOverObjects = roles.Contains(TypeRole.Object);
        bool hasShape = method.IsStatic && method.Arity == 0 && isPartial != isHost && hasBody == isHost && !method.IsAsync
            && !method.IsExtern;
        if (role == Role.Constructor) hasShape &= result is null || _sorts.Any(s => s.Name == result.Text);
        if (role == Role.Normalizer)
            hasShape &= parameters.Count == 1
                && (result is null || parameters[0].Syntax is null || result.Equals(parameters[0].Syntax!.Sort)
                && resultShape.Role is (TypeRole.Term or TypeRole.Object));
        if (isOverObjects) hasShape &= role is (Role.Operation or Role.Normalizer) && !roles.Contains(TypeRole.Term);
        if (role == Role.Constructor && result is not null && _sortShapes.Any(s => s.Name == result.Text && s.Objects is not null))
            hasShape = false;
        if (!hasShape) Report(KindOf(role), declaration.Identifier, method.Name);
        if (BindingWriter.ReservedNames.Contains(method.Name))
            Report(DeclarationKinds.ReservedName, declaration.Identifier, method.Name, "a member that Rewright adds to every module");

        var attribute = Roles.Attribute(method, role);
        bool complete = result is not null && parameterSyntax.Count == parameters.Count && attribute is not null;
        fault ??= problems.Skip(known).FirstOrDefault();
        if (fault is null && complete) Add(method, role, result!, parameterSyntax, attribute!, declaration);
        fault ??= problems.Skip(known).FirstOrDefault();
        bool isFaulty = fault is not null || !complete;
        IsBroken |= isFaulty && fault is null;

        // The C# compiler requires a body for every partial method, and reports nothing else until it has one.
        if (isFaulty && (!isPartial || hasBody)) return;
        Methods.Add(new MethodShape(
            isFaulty ? MethodRole.Faulty : RoleOf(role), method.Name, Modifiers(declaration), Access(method), resultShape,
            parameters.Select(p => p.Shape).Concat(limits is null ? [] : [new ParameterShape(
                limits.Name, "", new(TypeRole.Limits, SortNames.CodeOf(limits.Type), ""))]).ToEquatableArray(), documentation,
                isFaulty ? Generics(method, declaration) : default,
            fault is not null ? fault.Kind.Id + ": " + fault.Message : isFaulty ? "'" + method.Name + "' has errors." : ""));
    }

    // A symbol may be called on terms, on objects, and on objects with limits. It is declared once.
    private void ReportForms(AttributeData attribute) => problems.Add(new(DeclarationKinds.AttributeValue, SpanOf(attribute),
        attribute.ApplicationSyntaxReference?.GetSyntax().ToString() ?? "", "an attribute of the second form",
        "repeat the attribute of the first form"));

    private void Add(IMethodSymbol method, Role role, NameSyntax result, EquatableArray<ParameterSyntax> parameters,
        AttributeData attribute, MethodDeclarationSyntax declaration)
    {
        var span = declaration.Identifier.Span();
        string name = method.Name, meaning = Roles.MeaningOf(method);
        var attributes = Attributes(
            attribute, role == Role.Operation && Roles.Denotes(method) ? SymbolAttributes.Denotes : SymbolAttributes.None, meaning);
        switch (role)
        {
            case Role.Constructor:
                _constructors.Add((result.Text, new ConstructorSyntax(name, parameters, attributes, span)));
                break;
            case Role.Operation when Operations.FirstOrDefault(o => o.Name == name && o.Result.Text == result.Text
                && o.Parameters.Select(p => p.Sort.Text).SequenceEqual(parameters.Select(p => p.Sort.Text))) is { } other:
                if (!other.Attributes.Equals(attributes)) ReportForms(attribute);
                break;
            case Role.Operation:
                Operations.Add(new OperationSyntax(name, parameters, result, attributes, span));
                break;
            case Role.HostOperation:
                Operations.Add(new OperationSyntax(
                    name, parameters, result, new SymbolSyntaxAttributes(SymbolAttributes.Host, 1, null, meaning), span));
                break;
            case Role.Normalizer:
                var strategy = attribute.ConstructorArguments is [{ Value: int number }] ? number : 0;
                if (!Enum.IsDefined(typeof(Strategy), strategy))
                {
                    problems.Add(new(DeclarationKinds.AttributeValue, SpanOf(attribute),
                        strategy.ToString(System.Globalization.CultureInfo.InvariantCulture), "Strategy", "use a member of Strategy"));
                    return;
                }

                var groups = Named(attribute, "Groups") is { Kind: TypedConstantKind.Array, IsNull: false } array
                    ? array.Values.Select(v => v.Value as string ?? "").ToEquatableArray() : EquatableArray<string>.Empty;
                foreach (string group in groups)
                {
                    if (!GroupNames.IsValid(group))
                        problems.Add(new(DeclarationKinds.AttributeValue, SpanOf(attribute), CSharpText.StringLiteral(group), "Groups",
                            GroupNames.Advice));
                }

                var normalizer = new NormalizerSyntax(name, result, (Strategy)strategy, groups, span);
                if (Normalizers.FirstOrDefault(n => n.Name == name && n.Sort.Text == result.Text) is not { } first)
                    Normalizers.Add(normalizer);
                else if (first.Strategy != normalizer.Strategy || !first.Groups.Equals(groups)) ReportForms(attribute);
                break;
        }
    }

    private static DiagnosticKind KindOf(Role role) => role switch
    {
        Role.Constructor => DeclarationKinds.ConstructorShape,
        Role.Operation => DeclarationKinds.OperationShape,
        Role.Normalizer => DeclarationKinds.NormalizerShape,
        _ => DeclarationKinds.HostOperationShape,
    };

    private static MethodRole RoleOf(Role role) => role switch
    {
        Role.Constructor => MethodRole.Constructor,
        Role.Operation => MethodRole.Operation,
        Role.Normalizer => MethodRole.Normalizer,
        _ => MethodRole.HostOperation,
    };

    private SymbolSyntaxAttributes Attributes(AttributeData attribute, SymbolAttributes flags, string meaning)
    {
        if (Named(attribute, "Open").Value is true) flags |= SymbolAttributes.Open;
        if (Named(attribute, "Associative").Value is true) flags |= SymbolAttributes.Associative;
        if (Named(attribute, "Commutative").Value is true) flags |= SymbolAttributes.Commutative;
        var identity = Named(attribute, "Identity").Value is string { Length: > 0 } text ? ReadIdentity(text, attribute) : null;
        return new SymbolSyntaxAttributes(flags, Named(attribute, "Cost").Value as int? ?? 1, identity, meaning);
    }

    // A name means a symbol, however it is spelt; other text is read as in a module's text: Num(0).
    private ExprSyntax? ReadIdentity(string text, AttributeData attribute)
    {
        var argument = (attribute.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault(
            a => a.NameEquals?.Name.Identifier.ValueText == "Identity");
        var span = argument?.Expression.Span() ?? SpanOf(attribute);
        if (SyntaxFacts.IsValidIdentifier(text)) return new CallSyntax(text, EquatableArray<ExprSyntax>.Empty, span, span);
        var (expression, diagnostic) = Parser.ParseExpression(text, span);
        if (diagnostic is not null) problems.Add(diagnostic);
        return expression;
    }

    private (ParameterSyntax? Syntax, ParameterShape Shape) ReadParameter(
        IMethodSymbol method, IParameterSymbol symbol, CSharpParameterSyntax syntax)
    {
        string modifiers = string.Concat(syntax.Modifiers.Select(m => m.ValueText + " "));
        if (modifiers.Length > 0 || syntax.Default is not null)
            problems.Add(new(DeclarationKinds.ParameterModifier, syntax.Span(), symbol.Name, method.Name));
        var (sort, shape) = ReadType(symbol.Type, syntax.Type);
        // The name is missing while the user is typing it.
        return (sort is null || symbol.Name.Length == 0 ? null : new(symbol.Name, sort), new ParameterShape(symbol.Name, modifiers, shape));
    }

    private (NameSyntax? Sort, TypeShape Shape) ReadType(ITypeSymbol type, TypeSyntax? syntax)
    {
        var span = syntax?.Span() ?? default;
        switch (sorts.Of(type))
        {
            case KnownSort sort: return (new NameSyntax(sort.Name, span), sort.Shape);
            case NoSort when objects.SortFor(type) is { } sort: return (new NameSyntax(sort.Name, span), sort.Shape);
            case NoSort none: problems.Add(new(DeclarationKinds.UnsupportedType, span, none.Display)); break;
            case UnusedModuleSort unused:
                problems.Add(
                new(DeclarationKinds.ModuleNotUsed, span, unused.Name, unused.Module, Roles.FullName(module))); break;
        }

        return (null, new TypeShape(TypeRole.None, SortNames.CodeOf(type), ""));
    }

    // The modifiers as the user wrote them, because the two parts of a partial method must agree.
    private static string Modifiers(MethodDeclarationSyntax declaration)
        => string.Join(" ", declaration.Modifiers.Select(m => m.ValueText));

    private static GenericShape Generics(IMethodSymbol method, MethodDeclarationSyntax declaration)
        => declaration.TypeParameterList is null ? default : new(
            "<" + string.Join(", ", method.TypeParameters.Select(p => CSharpText.Identifier(p.Name))) + ">",
            string.Concat(method.TypeParameters.Select(Constraints)));

    private static string Constraints(ITypeParameterSymbol parameter)
    {
        var constraints = new List<string>();
        if (parameter.HasReferenceTypeConstraint)
            constraints.Add(parameter.ReferenceTypeConstraintNullableAnnotation == NullableAnnotation.Annotated ? "class?" : "class");
        if (parameter.HasUnmanagedTypeConstraint) constraints.Add("unmanaged");
        else if (parameter.HasValueTypeConstraint) constraints.Add("struct");
        if (parameter.HasNotNullConstraint) constraints.Add("notnull");
        constraints.AddRange(parameter.ConstraintTypes.Select(SortNames.CodeOf));
        if (parameter.HasConstructorConstraint && !parameter.HasValueTypeConstraint) constraints.Add("new()");
        return constraints.Count == 0 ? "" : " where " + CSharpText.Identifier(parameter.Name) + " : " + string.Join(", ", constraints);
    }

    // Views of a constructor's arguments cannot be more accessible than the types of the arguments.
    private string Access(IMethodSymbol method)
    {
        int least = method.Parameters.Select(p => Roles.Openness(p.Type)).Append(Roles.Openness(method.ReturnType)).Min();
        return least >= Roles.Openness(method.ReturnType) ? "public" : least >= 1 ? "internal" : "private";
    }

    private static TypedConstant Named(AttributeData attribute, string name)
        => attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value;

    private static SourceSpan SpanOf(AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax().Span() ?? default;

    private void Report(DiagnosticKind kind, SyntaxToken place, params string[] arguments)
        => problems.Add(new(kind, place.Span(), arguments));
}
