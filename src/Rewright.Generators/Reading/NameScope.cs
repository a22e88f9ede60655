using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Model;

namespace Rewright.Generators.Reading;

/// <summary>The meaning of a name in a pattern body.</summary>
internal abstract record NameMeaning;

/// <summary>A constructor or operation, with its name in modules.</summary>
internal sealed record SymbolMeaning(string Name, EquatableArray<string> Parameters) : NameMeaning;

/// <summary>Framework functions; the number of arguments selects one.</summary>
internal sealed record FunctionMeaning(string Type, string Method) : NameMeaning;

/// <summary>A constant of a built-in type.</summary>
internal sealed record ConstantMeaning(object Value) : NameMeaning;

/// <summary>A constant of an enum, with the member that has its value; empty if there is none.</summary>
internal sealed record EnumMeaning(string Type, string Member, long Value) : NameMeaning;

/// <summary>A constant angle: <c>Angle.Pi</c> or <c>Angle.Zero</c>.</summary>
internal sealed record AngleMeaning(string Name) : NameMeaning;

/// <summary><c>Dsl.Rewrite</c>.</summary>
internal sealed record RewriteMeaning : NameMeaning;

/// <summary>A symbol of a module that is not used.</summary>
internal sealed record UnusedModuleMeaning(string Name, string Module) : NameMeaning;

/// <summary>An existing entity that patterns cannot contain.</summary>
/// <param name="Advice">Advice on what to do instead.</param>
internal sealed record ForeignMeaning(string Advice) : NameMeaning;

/// <summary>No meaning: the C# compiler reports the name.</summary>
internal sealed record NoMeaning : NameMeaning;

/// <summary>The kinds of questions about syntax.</summary>
internal enum QuestionKind { Meaning, Sort, Constant }

/// <summary>A question and its answer. A remembered reading is valid as long as its answers are.</summary>
internal readonly record struct Question(QuestionKind Kind, ExpressionSyntax Syntax, object? Answer);

/// <summary>
/// Finds the meanings of names in one part of a module's class. Each name is looked up once, however many patterns use it, because binding
/// all bodies would take as long as compiling them.
/// </summary>
internal sealed class NameScope(
    SemanticModel model, int position, INamedTypeSymbol module, IReadOnlyCollection<ISymbol> uses, SortNames sorts)
{
    /// <summary>Advice for an expression that has no meaning in patterns.</summary>
    public const string UseHostOperation = "compute it in a static method marked [HostOperation] and call that";

    // Keyed by text, because equal text means the same everywhere within one part of the class.
    private readonly Dictionary<(QuestionKind, string), object?> _answers = [];
    private readonly Dictionary<string, Role> _roles = [];
    private List<Question>? _questions;

    /// <summary>Collects the questions from now on; null to stop.</summary>
    public void Record(List<Question>? questions) => _questions = questions;

    /// <summary>True if a question still has the same answer.</summary>
    public bool Holds(Question question) => Equals(Answer(question.Kind, question.Syntax), question.Answer);

    /// <summary>The meaning of a simple or dotted name that does not start at a variable.</summary>
    public NameMeaning MeaningOf(ExpressionSyntax name) => (NameMeaning)Ask(QuestionKind.Meaning, name)!;

    /// <summary>The sort of a type.</summary>
    public SortAnswer SortOf(TypeSyntax type) => (SortAnswer)Ask(QuestionKind.Sort, type)!;

    /// <summary>The value of a constant expression in an attribute; null if there is none.</summary>
    public object? ConstantIn(ExpressionSyntax expression)
        => expression is LiteralExpressionSyntax literal ? literal.Token.Value : Ask(QuestionKind.Constant, expression);

    /// <summary>True if a type is <c>Rewright.Rule</c>, or unknown to the C# compiler.</summary>
    public bool IsRule(TypeSyntax type) => SortOf(type) is FaultySort or NoSort { Display: "Rule" };

    /// <summary>The role given by an attribute.</summary>
    public Role RoleOf(AttributeSyntax attribute)
    {
        string text = attribute.Name.ToString();
        if (!_roles.TryGetValue(text, out var role)) _roles.Add(text, role = Roles.Of(model.GetTypeInfo(attribute).Type));
        return role;
    }

    private object? Ask(QuestionKind kind, ExpressionSyntax syntax)
    {
        object? answer = Answer(kind, syntax);
        _questions?.Add(new(kind, syntax, answer));
        return answer;
    }

    private object? Answer(QuestionKind kind, ExpressionSyntax syntax)
    {
        var key = (kind, syntax.ToString());
        if (!_answers.TryGetValue(key, out object? answer))
        {
            _answers.Add(key, answer = kind switch
            {
                QuestionKind.Meaning => LookUp(syntax),
                QuestionKind.Sort => sorts.Of(
                model.GetSpeculativeTypeInfo(position, syntax, SpeculativeBindingOption.BindAsTypeOrNamespace).Type),
                _ => model.GetConstantValue(syntax) is { HasValue: true } value ? value.Value : null,
            });
        }

        return answer;
    }

    private NameMeaning LookUp(ExpressionSyntax name)
    {
        // The module's own members hide all others, and finding them needs no binding.
        string? simple = (name as IdentifierNameSyntax)?.Identifier.ValueText;
        // Constructors that come from C# types do not exist before generation.
        if (simple is not null && ObjectConstructor(module, simple) is { } given) return given;
        if (name is IdentifierNameSyntax identifier && module.GetMembers(identifier.Identifier.ValueText) is { IsEmpty: false } own)
            return Of(own);
        var info = model.GetSpeculativeSymbolInfo(position, name, SpeculativeBindingOption.BindAsExpression);
        if (info.Symbol is { } symbol) return Of([symbol]);
        return info.CandidateReason is CandidateReason.MemberGroup or CandidateReason.OverloadResolutionFailure
            && !info.CandidateSymbols.IsEmpty
            ? Of(info.CandidateSymbols) : UsedObjectConstructor(name, simple) ?? new NoMeaning();
    }

    private NameMeaning? UsedObjectConstructor(ExpressionSyntax name, string? simple)
    {
        if (simple is not null)
            return uses.OfType<INamedTypeSymbol>().Select(u => ObjectConstructor(u, simple)).FirstOrDefault(m => m is not null);
        return name is MemberAccessExpressionSyntax { Name: IdentifierNameSyntax member, Expression: var left }
            && model.GetSpeculativeTypeInfo(position, left, SpeculativeBindingOption.BindAsTypeOrNamespace).Type is INamedTypeSymbol type
            ? ObjectConstructor(type, member.Identifier.ValueText) : null;
    }

    private NameMeaning? ObjectConstructor(INamedTypeSymbol declaring, string name)
    {
        if (Roles.ModuleAttributeOf(declaring) is null || ObjectSorts.ParametersOf(declaring, name, default) is not { } parameters)
            return null;
        if (SymbolEqualityComparer.Default.Equals(declaring, module)) return new SymbolMeaning(name, parameters);
        string type = Roles.FullName(declaring);
        return uses.Contains(declaring, SymbolEqualityComparer.Default)
            ? new SymbolMeaning(type + "." + name, parameters) : new UnusedModuleMeaning(name, type);
    }

    private NameMeaning Of(IReadOnlyList<ISymbol> symbols)
    {
        if (symbols[0] is not IMethodSymbol) return Of(symbols[0]);
        var meanings = symbols.OfType<IMethodSymbol>().Select(Of).Distinct().ToList();
        if (meanings.Count == 1) return meanings[0];
        // Symbols of several modules: the checker chooses.
        if (meanings.All(m => m is SymbolMeaning)) return new SymbolMeaning(symbols[0].Name, ((SymbolMeaning)meanings[0]).Parameters);
        return meanings.FirstOrDefault(m => m is SymbolMeaning) ?? meanings[0];
    }

    private NameMeaning Of(ISymbol symbol)
    {
        switch (symbol)
        {
            case IFieldSymbol { HasConstantValue: true, Type: INamedTypeSymbol { TypeKind: TypeKind.Enum } type } field:
                long value = SortNames.EnumValue(field.ConstantValue);
                var sort = sorts.AddEnum(type);
                return new EnumMeaning(sort.Name, sort.Members.FirstOrDefault(m => m.Value == value)?.Name ?? "", value);
            case IFieldSymbol { HasConstantValue: true } field:
                return field.ConstantValue is { } constant and not (float or decimal) ? new ConstantMeaning(constant)
                    : new ForeignMeaning("only constants of built-in sorts can");
            case IFieldSymbol { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String }:
                return new ConstantMeaning("");
            case IPropertySymbol { IsStatic: true, ContainingType: { Name: "BigInteger", ContainingNamespace.Name: "Numerics" } } property:
                return property.Name switch
                {
                    "Zero" => new ConstantMeaning(BigInteger.Zero),
                    "One" => new ConstantMeaning(BigInteger.One),
                    "MinusOne" => new ConstantMeaning(BigInteger.MinusOne),
                    _ => new ForeignMeaning(UseHostOperation),
                };
            case IPropertySymbol { IsStatic: true, Name: "Pi" or "Zero", ContainingType.Name: "Angle" } angle when SortNames.IsQuantum(
                angle.ContainingType):
                return new AngleMeaning(angle.Name);
            case IFieldSymbol { IsConst: true } or INamespaceOrTypeSymbol:
                return new NoMeaning();
            default:
                return new ForeignMeaning(UseHostOperation);
        }
    }

    private NameMeaning Of(IMethodSymbol method)
    {
        string type = Roles.FullName(method.ContainingType);
        if (type == "Rewright.Dsl" && method.Name == "Rewrite") return new RewriteMeaning();
        // The checker knows which of them are gates.
        if (type == "Rewright.Quantum.Gates")
            return new SymbolMeaning(method.Name, method.Parameters.Select(p => p.Name).ToEquatableArray());
        if (BuiltInFunctions.Has(type, method.Name)) return new FunctionMeaning(type, method.Name);
        if (ObjectConstructor(method.ContainingType, method.Name) is { } given) return given;
        switch (Roles.Of(method).FirstOrDefault())
        {
            case Role.Constructor or Role.Operation or Role.HostOperation:
                bool isOwn = SymbolEqualityComparer.Default.Equals(method.ContainingType, module);
                if (!isOwn && !uses.Contains(method.ContainingType, SymbolEqualityComparer.Default))
                    return new UnusedModuleMeaning(method.Name, type);
                return new SymbolMeaning(
                    isOwn ? method.Name : type + "." + method.Name, method.Parameters.Select(p => p.Name).ToEquatableArray());
            case Role.Normalizer:
                return new ForeignMeaning("a normalizer is called from C# only; write the rules with operations");
            case Role.Pattern:
                return new ForeignMeaning("a pattern cannot call another");
            default:
                return new ForeignMeaning(UseHostOperation);
        }
    }
}
