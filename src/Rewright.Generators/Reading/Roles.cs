using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Rewright.Generators.Reading;

/// <summary>The roles that attributes give to members.</summary>
internal enum Role { None, Sort, Constructor, Operation, HostOperation, Pattern, Normalizer }

/// <summary>Recognises the attributes.</summary>
internal static class Roles
{
    public const string ModuleAttribute = "Rewright.PatternModuleAttribute";

    /// <summary>The role given by an attribute's class.</summary>
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

    /// <summary>The roles given by a declaration's attributes, in order.</summary>
    public static IEnumerable<Role> Of(ISymbol symbol)
        => symbol.GetAttributes().Select(a => Of(a.AttributeClass)).Where(r => r != Role.None);

    /// <summary>The first attribute with a role.</summary>
    public static AttributeData? Attribute(ISymbol symbol, Role role)
        => symbol.GetAttributes().FirstOrDefault(a => Of(a.AttributeClass) == role);

    /// <summary>The meaning that a declaration states for proofs; empty for none.</summary>
    public static string MeaningOf(ISymbol symbol)
        => symbol.GetAttributes().FirstOrDefault(
            a => IsOurs(a.AttributeClass, "MeansAttribute"))?.ConstructorArguments is [{ Value: string meaning }] ? meaning : "";

    /// <summary>True if an operation gives terms their meaning.</summary>
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
    /// The name of a type in models: all parts separated by dots, without <c>@</c>; generic types, which are a mistake, include their
    /// arity.
    /// </summary>
    public static string FullName(INamedTypeSymbol type)
    {
        string name = type.Arity == 0 ? type.Name : type.MetadataName;
        return type.ContainingType is { } outer ? FullName(outer) + "." + name
            : type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString(Plain) + "." + name
            : name;
    }

    /// <summary>The widest scope that can name a type: 2 for anywhere, 1 for its assembly, 0 for less, such as a class or a file.</summary>
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

    /// <summary>Dotted names without <c>@</c> and <c>global::</c>.</summary>
    public static readonly SymbolDisplayFormat Plain = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);
}
