using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Rewright.Generators.Reading;

/// <summary>What an attribute makes of a member.</summary>
internal enum Role { None, Sort, Constructor, Operation, HostOperation, Pattern, Normalizer }

/// <summary>Recognises the attributes.</summary>
internal static class Roles
{
    public const string ModuleAttribute = "Rewright.PatternModuleAttribute";

    /// <summary>The role that an attribute's class gives.</summary>
    public static Role Of(ITypeSymbol? attribute) => IsOurs(attribute) ? attribute!.Name switch
    {
        "SortAttribute" => Role.Sort,
        "ConstructorAttribute" => Role.Constructor,
        "OperationAttribute" => Role.Operation,
        "HostOperationAttribute" => Role.HostOperation,
        "PatternAttribute" => Role.Pattern,
        "NormalizerAttribute" => Role.Normalizer,
        _ => Role.None,
    } : Role.None;

    /// <summary>The roles that a declaration's attributes give, in order.</summary>
    public static IEnumerable<Role> Of(ISymbol symbol)
        => symbol.GetAttributes().Select(a => Of(a.AttributeClass)).Where(r => r != Role.None);

    /// <summary>The first attribute of a role.</summary>
    public static AttributeData? Attribute(ISymbol symbol, Role role)
        => symbol.GetAttributes().FirstOrDefault(a => Of(a.AttributeClass) == role);

    /// <summary>The meaning that a declaration states for proofs, empty for none.</summary>
    public static string MeaningOf(ISymbol symbol)
        => symbol.GetAttributes().FirstOrDefault(
            a => IsOurs(a.AttributeClass, "MeansAttribute"))?.ConstructorArguments is [{ Value: string meaning }] ? meaning : "";

    /// <summary>True where an operation gives terms their meaning.</summary>
    public static bool Denotes(ISymbol symbol) => symbol.GetAttributes().Any(a => IsOurs(a.AttributeClass, "DenotesAttribute"));

    /// <summary>The attribute that makes a type a module, or null.</summary>
    public static AttributeData? ModuleAttributeOf(ISymbol? type)
        => type?.GetAttributes().FirstOrDefault(a => IsOurs(a.AttributeClass) && a.AttributeClass!.Name == "PatternModuleAttribute");

    /// <summary>The types that a module's attribute names in <c>Uses</c>.</summary>
    public static IEnumerable<INamedTypeSymbol> UsesOf(INamedTypeSymbol module)
        => ModuleAttributeOf(module)?.NamedArguments.FirstOrDefault(
            a => a.Key == "Uses").Value is { Kind: TypedConstantKind.Array, IsNull: false } uses
            ? uses.Values.Select(v => v.Value).OfType<INamedTypeSymbol>() : [];

    /// <summary>True for a type of the namespace <c>Rewright</c> with this name.</summary>
    public static bool IsOurs(ITypeSymbol? type, string name) => IsOurs(type) && type!.Name == name;

    private static bool IsOurs(ITypeSymbol? type)
        => type is { ContainingType: null, ContainingNamespace: { Name: "Rewright", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>
    /// The name of a type in models: dots between all parts, no <c>@</c>; where types are generic, which is a mistake, with their arity.
    /// </summary>
    public static string FullName(INamedTypeSymbol type)
    {
        string name = type.Arity == 0 ? type.Name : type.MetadataName;
        return type.ContainingType is { } outer ? FullName(outer) + "." + name
            : type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString(Plain) + "." + name
            : name;
    }

    /// <summary>From where a type can be named: 2 from anywhere, 1 from its assembly, 0 from less: a class, or a file.</summary>
    public static int Openness(ITypeSymbol type)
    {
        int least = type is INamedTypeSymbol named ? named.TypeArguments.Select(Openness).DefaultIfEmpty(2).Min() : 2;
        for (ISymbol? s = type; s is INamedTypeSymbol; s = s.ContainingType)
        {
            least = Math.Min(least, ((INamedTypeSymbol)s).IsFileLocal ? 0 : s.DeclaredAccessibility switch
            {
                Accessibility.Public => 2,
                Accessibility.Internal or Accessibility.ProtectedOrInternal => 1,
                _ => 0,
            });
        }

        return least;
    }

    /// <summary>Names with dots, without <c>@</c> and <c>global::</c>.</summary>
    public static readonly SymbolDisplayFormat Plain = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);
}
