using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Checks;
using Rewright.Emit.CSharp;
using Rewright.Generators.Checking;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>Reads a module from the class that declares it.</summary>
internal sealed class ModuleReader
{
    // Keyed by the first part of the class. Equal readings of the same source become one object, positions included; by this object the
    // checker recognises what it has already checked.
    private static readonly WeakMemo<SyntaxNode, Reading> Readings = new();

    private readonly INamedTypeSymbol _module;
    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellation;
    private readonly string _name;
    private readonly List<ModuleDiagnostic> _problems = [];
    private readonly List<INamedTypeSymbol> _uses = [];
    private readonly List<NameSyntax> _useNames = [];
    private readonly SortNames _sorts;
    private readonly SignatureReader _signatures;
    private readonly List<PatternSyntax> _patterns = [];
    private readonly List<NameSyntax> _passes = [];
    private readonly Dictionary<string, SourceSpan> _names = [];
    private List<SyntaxNode> _sources = [];
    private SourceSpan _place;
    private RuleOrder _order;
    private bool _isBroken;

    private sealed record Reading(ModuleSyntax Syntax, List<SyntaxNode> Sources);

    private ModuleReader(INamedTypeSymbol module, Compilation compilation, CancellationToken cancellation)
    {
        (_module, _compilation, _cancellation, _name) = (module, compilation, cancellation, Roles.FullName(module));
        _sorts = new SortNames(module, _uses);
        _signatures = new SignatureReader(module, _sorts, new ObjectSorts(module, _uses, _sorts, cancellation), _problems);
    }

    /// <summary>Reads a module.</summary>
    /// <param name="module">A class with <c>[PatternModule]</c>.</param>
    /// <param name="compilation">The compilation that declares it.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static ModuleDeclaration Read(INamedTypeSymbol module, Compilation compilation, CancellationToken cancellation)
    {
        var reader = new ModuleReader(module, compilation, cancellation);
        try
        {
            return reader.Read();
        }
#pragma warning disable CA1031 // A fault of ours must not affect other modules or the editor.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            reader.Report(DeclarationKinds.InternalError, reader._place, reader._name, e.GetType().Name + ": " + e.Message);
            return reader.Declaration(null, EquatableArray<ExternalModule>.Empty);
        }
    }

    private ModuleDeclaration Read()
    {
        var parts = _module.DeclaringSyntaxReferences.Select(r => r.GetSyntax(_cancellation)).OfType<TypeDeclarationSyntax>()
            .OrderBy(p => p.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(p => p.SpanStart).ToList();
        // In analyzers, some of the parts are generated.
        var main = Roles.ModuleAttributeOf(_module)?.ApplicationSyntaxReference?.GetSyntax(
            _cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>();
        _place = main?.Identifier.Span() ?? default;
        bool canExtend = CheckClass();
        ReadModuleAttribute();

        var scopes = parts.Select(p => new NameScope(
            _compilation.GetSemanticModel(p.SyntaxTree), p.OpenBraceToken.Span.End, _module, _uses, _sorts)).ToList();
        var all = parts.Zip(scopes, (part, scope) => part.Members.Select(m => (Scope: scope, Member: m))).SelectMany(m => m)
            .Select(m => (m.Scope, m.Member, Role: RoleOf(m.Member, m.Scope))).ToList();
        foreach (var (_, member, _) in all.Where(m => m.Role.Attribute is null)) CheckForgotten(member);
        var members = all.Where(m => m.Role.Attribute is not null).Select(
            m => (m.Scope, m.Member, m.Role.Role, Attribute: m.Role.Attribute!)).ToList();

        _sources = [.. parts.Where(p => p == main || members.Any(m => m.Member.Parent == p))];

        // Methods mention sorts, so sorts are read first.
        foreach (var (_, member, role, _) in members)
        {
            if (role == Role.Sort && member is TypeDeclarationSyntax declaration
                && SymbolOf<INamedTypeSymbol>(declaration) is { TypeKind: TypeKind.Struct } sort)
                _signatures.ReadSort(sort, declaration);
        }

        foreach (var (scope, member, role, attribute) in members)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (member is MethodDeclarationSyntax method) ReadMethod(scope, method, role, attribute);
            // Operators and similar members.
            else if (member is BaseMethodDeclarationSyntax)
                Report(DeclarationKinds.OperationShape, attribute.Span(), member.Kind().ToString());
        }

        return Declaration(canExtend ? Shape() : null, ExternalModules.Of(_uses, _compilation, ReportNoModel));
    }

    private ModuleDeclaration Declaration(ModuleShape? shape, EquatableArray<ExternalModule> external)
    {
        var syntax = new ModuleSyntax(
        _name, _useNames.ToEquatableArray(), _order, _signatures.Sorts.ToEquatableArray(), _sorts.Enums.ToEquatableArray(),
            _signatures.Operations.ToEquatableArray(), _patterns.ToEquatableArray(), _signatures.Normalizers.ToEquatableArray(),
                _place).WithPasses(_passes.ToEquatableArray());
        if (_sources.Count > 0)
        {
            if (Readings[_sources[0]] is { } last && last.Sources.SequenceEqual(_sources) && last.Syntax.Equals(syntax))
                syntax = last.Syntax;
            else Readings[_sources[0]] = new Reading(syntax, _sources);
        }

        return new ModuleDeclaration(syntax, shape, _problems.ToEquatableArray(), _isBroken || _signatures.IsBroken, external)
        {
            StopsCompiler = shape is null && _signatures.Methods.Any(m => m.Modifiers.Contains("partial")),
        };
    }

    // False if no part can be added to the class.
    private bool CheckClass()
    {
        bool isGeneric = false, canExtend = true;
        string advice = "";
        for (var type = _module; type is not null; type = type.ContainingType)
        {
            isGeneric |= type.Arity > 0;
            if (type.IsFileLocal) advice = "; it cannot be local to a file";
            else if (type.DeclaringSyntaxReferences.Any(r => !SortNames.IsPartial(r.GetSyntax(_cancellation))))
                advice = SymbolEqualityComparer.Default.Equals(type, _module)
                    ? "" : "; the type '" + type.Name + "' around it must be partial too";
            else continue;
            canExtend = false;
        }

        if (!canExtend || !_module.IsStatic || _module.IsRecord) Report(DeclarationKinds.ModuleShape, _place, _module.Name, advice);
        if (isGeneric) Report(DeclarationKinds.GenericModule, _place, _module.Name);
        if (_module.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp11 and var version })
        {
            Report(DeclarationKinds.LanguageVersion, _place, _module.Name, version.ToDisplayString());
            canExtend = false;
        }

        return canExtend;
    }

    private void ReadModuleAttribute()
    {
        if (Roles.ModuleAttributeOf(_module) is not { } attribute) return;
        var syntax = attribute.ApplicationSyntaxReference?.GetSyntax(_cancellation) as AttributeSyntax;
        foreach (var argument in attribute.NamedArguments)
        {
            var place = syntax?.ArgumentList?.Arguments.FirstOrDefault(
                a => a.NameEquals?.Name.Identifier.ValueText == argument.Key)?.Expression;
            if (argument.Key == "Order" && argument.Value.Value is int order)
            {
                if (Enum.IsDefined(typeof(RuleOrder), order)) _order = (RuleOrder)order;
                else Report(DeclarationKinds.AttributeValue, place?.Span() ?? _place, place?.ToString() ?? "", "Order",
                    "use a member of RuleOrder");
            }
            else if (argument.Key == "Passes" && argument.Value is { Kind: TypedConstantKind.Array, IsNull: false } passes)
            {
                foreach (var pass in passes.Values)
                    _passes.Add(new(pass.Value is int number
                        && Enum.GetName(typeof(Rewright.Quantum.CircuitPass), number) is { } name ? name : pass.ToCSharpString(),
                        place?.Span() ?? _place));
            }
            else if (argument.Key == "Uses" && argument.Value is { Kind: TypedConstantKind.Array, IsNull: false } uses)
            {
                var places = place?.DescendantNodesAndSelf().OfType<TypeOfExpressionSyntax>().ToList() ?? [];
                for (int i = 0; i < uses.Values.Length; i++)
                    ReadUse(uses.Values[i].Value as ITypeSymbol,
                        places.Count == uses.Values.Length ? places[i].Span() : place?.Span() ?? _place);
            }
        }
    }

    private void ReadUse(ITypeSymbol? type, SourceSpan place)
    {
        if (type is null || type.TypeKind == TypeKind.Error)
        {
            _isBroken = true;
        }
        else if (type is not INamedTypeSymbol named || Roles.ModuleAttributeOf(named) is null)
        {
            Report(DeclarationKinds.NotAModule, place, type.Name);
        }
        else if (!_uses.Contains(named, SymbolEqualityComparer.Default))
        {
            _uses.Add(named);
            _useNames.Add(new NameSyntax(Roles.FullName(named), place));
        }
    }

    private void ReportNoModel(ITypeSymbol used)
    {
        int index = _uses.FindIndex(u => SymbolEqualityComparer.Default.Equals(u, used));
        Report(DeclarationKinds.NoModel, index >= 0 ? _useNames[index].Span : _place, Roles.FullName((INamedTypeSymbol)used));
    }

    private (Role Role, AttributeSyntax? Attribute) RoleOf(MemberDeclarationSyntax member, NameScope scope)
    {
        var found = Role.None;
        AttributeSyntax? place = null;
        foreach (var attribute in member.AttributeLists.SelectMany(l => l.Attributes))
        {
            var role = scope.RoleOf(attribute);
            if (role == Role.None || role == found) continue;
            if (found == Role.None) (found, place) = (role, attribute);
            else Report(DeclarationKinds.SeveralRoles, attribute.Span(), NameOf(member), found.ToString(), role.ToString());
        }

        return (found, place);
    }

    private void ReadMethod(NameScope scope, MethodDeclarationSyntax method, Role role, AttributeSyntax attribute)
    {
        int known = _problems.Count;
        bool isFirst = CheckName(method);
        if (role != Role.Pattern)
        {
            var fault = isFirst ? null : _problems.Skip(known).FirstOrDefault();
            if ((isFirst || fault is not null) && SymbolOf<IMethodSymbol>(method) is { } symbol)
                _signatures.ReadMethod(symbol, method, role, Documentation(symbol), fault);
        }
        else if (isFirst)
        {
            ReadPattern(scope, method, attribute);
        }
    }

    private void ReadPattern(NameScope scope, MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        try
        {
            var pattern = new PatternReader(scope, _name, _compilation.Options is CSharpCompilationOptions { CheckOverflow: true }).Read(
                method, attribute);
            _problems.AddRange(pattern.Problems);
            if (pattern.Syntax is { } syntax) _patterns.Add(syntax);
            else _isBroken = true;
        }
#pragma warning disable CA1031 // A fault of ours must affect only this pattern, not the module's bindings.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Report(DeclarationKinds.InternalError, method.Identifier.Span(), _name, e.GetType().Name + ": " + e.Message);
        }
    }

    private void CheckForgotten(MemberDeclarationSyntax member)
    {
        if (member is MethodDeclarationSyntax { ReturnType: var type } method && type.ToString().EndsWith("Rule", StringComparison.Ordinal)
            && SymbolOf<IMethodSymbol>(method) is { } symbol && Roles.IsOurs(symbol.ReturnType, "Rule"))
            Report(DeclarationKinds.ForgottenPattern, method.Identifier.Span(), symbol.Name);
    }

    // False for a second declaration of a name; only the first is read.
    private bool CheckName(MethodDeclarationSyntax method)
    {
        string name = method.Identifier.ValueText;
        if (_signatures.IsObjectConstructor(name))
        {
            Report(DeclarationKinds.Overload, method.Identifier.Span(), name);
            return false;
        }

        bool isFirst = !_names.TryGetValue(name, out var first);
        if (isFirst) _names.Add(name, method.Identifier.Span());
        var same = _module.GetMembers(name);
        if (same.Length == 1) return isFirst;

        if (AreForms(same)) return true;

        // The same parameter list again is a mistake in C# too.
        bool isOverload = same.OfType<IMethodSymbol>().Select(
            s => string.Join(",", s.Parameters.Select(p => p.Type.ToDisplayString()))).Distinct().Count() == same.Length;
        if (!isOverload) _isBroken = true;
        // A plain method with this name is just as bad: C# might call it where rules see the symbol.
        else if (!isFirst)
            _problems.Add(new(DeclarationKinds.Overload, method.Identifier.Span(), EquatableArray.Of(name), EquatableArray.Of(first)));
        else if (same.Count(s => Roles.Of(s).Any()) == 1) Report(DeclarationKinds.Overload, method.Identifier.Span(), name);
        return isFirst;
    }

    // The forms of one operation or normalizer: on terms, on objects, and on objects with limits.
    private bool AreForms(IReadOnlyCollection<ISymbol> same)
    {
        var methods = same.OfType<IMethodSymbol>().ToList();
        var roles = methods.Select(m => Roles.Of(m).FirstOrDefault()).Distinct().ToList();
        return methods.Count == same.Count && roles is [Role.Operation or Role.Normalizer]
            && methods.Count(m => !_signatures.IsOverObjects(m)) <= 1
            && methods.Select(m => string.Join(
                ",", m.Parameters.Select(p => p.Type.ToDisplayString()))).Distinct().Count() == methods.Count;
    }

    private ModuleShape Shape()
    {
        var containers = new List<string>();
        for (var type = _module.ContainingType; type is not null; type = type.ContainingType) containers.Insert(0, Header(type));
        return new ModuleShape(
            _name,
            _module.ContainingNamespace is { IsGlobalNamespace: false } space
            ? string.Join(".", space.ToDisplayString(Roles.Plain).Split('.').Select(CSharpText.Identifier)) : "",
            containers.ToEquatableArray(),
            Header(_module),
            SortNames.CodeOf(_module),
            _uses.Select(SortNames.CodeOf).ToEquatableArray(),
            _signatures.SortShapes.ToEquatableArray(),
            _signatures.Methods.ToEquatableArray());
    }

    private static string Header(INamedTypeSymbol type)
    {
        string kind = (type.IsRecord ? "record " : "")
            + type.TypeKind switch { TypeKind.Struct => "struct", TypeKind.Interface => "interface", _ => "class" };
        string generics = type.Arity == 0
            ? "" : "<" + string.Join(", ", type.TypeParameters.Select(p => CSharpText.Identifier(p.Name))) + ">";
        return "partial " + kind + " " + CSharpText.Identifier(type.Name) + generics;
    }

    // The content of the <member> element that the compiler puts around the comment.
    private string Documentation(IMethodSymbol symbol)
    {
        string xml = symbol.GetDocumentationCommentXml(cancellationToken: _cancellation) ?? "";
        int start = xml.IndexOf('>') + 1, end = xml.LastIndexOf("</member>", StringComparison.Ordinal);
        if (!xml.StartsWith("<member", StringComparison.Ordinal) || end < start) return "";
        return string.Join("\n",
            xml.Substring(start, end - start).Trim().Split('\n').Select(
            l => l.StartsWith("    ", StringComparison.Ordinal) ? l.Substring(4) : l));
    }

    private T? SymbolOf<T>(MemberDeclarationSyntax member)
        where T : class, ISymbol
        => _compilation.GetSemanticModel(member.SyntaxTree).GetDeclaredSymbol(member, _cancellation) as T;

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        _ => member.Kind().ToString(),
    };

    private void Report(DiagnosticKind kind, SourceSpan place, params string[] arguments) => _problems.Add(new(kind, place, arguments));
}
