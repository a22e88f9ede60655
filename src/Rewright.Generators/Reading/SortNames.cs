using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Emit.CSharp;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>The sort that a C# type stands for, or why there is none.</summary>
internal abstract record SortAnswer;

/// <summary>A sort.</summary>
internal sealed record KnownSort(string Name, TypeShape Shape) : SortAnswer;

/// <summary>A sort of a module that is not used.</summary>
internal sealed record UnusedModuleSort(string Name, string Module) : SortAnswer;

/// <summary>A type that is not a sort.</summary>
internal record NoSort(string Display) : SortAnswer;

/// <summary>The type of variables in circuit patterns: <c>Qubit</c> or <c>Angle</c>. No term has it.</summary>
internal sealed record CircuitSort(string Name) : NoSort(Name);

/// <summary>A mistake that is reported elsewhere: by the C# compiler, or at the sort.</summary>
internal sealed record FaultySort : SortAnswer;

/// <summary>Finds the sorts of C# types by their names in a module, and collects the enums that occur.</summary>
/// <param name="module">The module's class.</param>
/// <param name="uses">The classes of the modules that it uses.</param>
internal sealed class SortNames(INamedTypeSymbol module, IReadOnlyCollection<ISymbol> uses)
{
    /// <summary>C# text of a type, with a meaning that does not depend on the place.</summary>
    private static readonly SymbolDisplayFormat Code = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    // The form of types inside Ref<...> in models.
    private static readonly SymbolDisplayFormat ReferenceName = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted).RemoveMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private readonly SortedDictionary<string, EnumSyntax> _enums = new(StringComparer.Ordinal);

    /// <summary>The enums that have occurred so far, in ordinal order.</summary>
    public IEnumerable<EnumSyntax> Enums => _enums.Values;

    /// <summary>C# text of a type.</summary>
    public static string CodeOf(ITypeSymbol type) => type.ToDisplayString(Code);

    /// <summary>The name of the sort of references to a type; null means any object.</summary>
    public static string ReferenceTo(ITypeSymbol? type) => "Ref<" + (type?.ToDisplayString(ReferenceName) ?? "System.Object") + ">";

    /// <summary>The sort of a type.</summary>
    public SortAnswer Of(ITypeSymbol? type)
    {
        if (type is null || type.TypeKind == TypeKind.Error) return new FaultySort();
        if (type.NullableAnnotation == NullableAnnotation.Annotated) return Unsupported(type);
        if (IsQuantum(type) && type.Name is "Qubit" or "Angle") return new CircuitSort(type.Name);
        if (BuiltIn(type) is { } builtIn) return new KnownSort(builtIn, new(TypeRole.Value, CodeOf(type), ""));
        if (type is not INamedTypeSymbol named) return Unsupported(type);
        if (Roles.IsOurs(named, "Ref") && named.Arity == 1)
        {
            var target = named.TypeArguments[0];
            return target.TypeKind == TypeKind.Error ? new FaultySort()
                : target.TypeKind == TypeKind.TypeParameter ? Unsupported(type)
                : new KnownSort(ReferenceTo(target), new(TypeRole.Reference, CodeOf(type), CodeOf(target)));
        }

        if (named.TypeKind == TypeKind.Enum)
            return IsGeneric(named) ? Unsupported(type) : new KnownSort(AddEnum(named).Name, new(TypeRole.Value, CodeOf(type), ""));
        if (Roles.Attribute(named, Role.Sort) is null || Roles.ModuleAttributeOf(named.ContainingType) is null) return Unsupported(type);
        if (!IsWellFormed(named)) return new FaultySort();
        var shape = new TypeShape(TypeRole.Term, CodeOf(type), Roles.FullName(named));
        if (SymbolEqualityComparer.Default.Equals(named.ContainingType, module)) return new KnownSort(named.Name, shape);
        return uses.Contains(named.ContainingType, SymbolEqualityComparer.Default)
            ? new KnownSort(Roles.FullName(named), shape)
            : new UnusedModuleSort(named.Name, Roles.FullName(named.ContainingType));
    }

    /// <summary>True for a type of the namespace <c>Rewright.Quantum</c>.</summary>
    public static bool IsQuantum(ITypeSymbol? type)
        => type is { ContainingType: null } && type.ContainingNamespace?.ToDisplayString(Roles.Plain) == "Rewright.Quantum";

    /// <summary>True for a struct that can be a handle, in a module that can have sorts.</summary>
    public static bool IsWellFormed(INamedTypeSymbol sort) => HasShape(sort) && !IsGeneric(sort.ContainingType) && !IsBuiltIn(sort.Name);

    /// <summary>True for a name that a built-in sort has.</summary>
    public static bool IsBuiltIn(string name) => name == "Ref" || BuiltInSort.All.Any(b => b.Name == name);

    /// <summary>True for a struct that can be a handle.</summary>
    public static bool HasShape(INamedTypeSymbol sort)
        => sort is { TypeKind: TypeKind.Struct, IsRecord: false, IsRefLikeType: false, IsReadOnly: true, Arity: 0 }
            && sort.DeclaringSyntaxReferences.All(r => IsPartial(r.GetSyntax()))
            // In analyzers, the field that the bindings add already exists.
            && !sort.GetMembers().Any(m => m is IFieldSymbol { IsStatic: false, Name: not "_term" });

    /// <summary>True for a declaration of a type marked <c>partial</c>.</summary>
    public static bool IsPartial(SyntaxNode declaration)
        => declaration is not MemberDeclarationSyntax member || member.Modifiers.Any(SyntaxKind.PartialKeyword);

    /// <summary>Describes an enum and adds it to those that have occurred.</summary>
    public EnumSyntax AddEnum(INamedTypeSymbol type)
    {
        string name = Roles.FullName(type);
        if (_enums.TryGetValue(name, out var known)) return known;
        var underlying = type.EnumUnderlyingType?.SpecialType switch
        {
            SpecialType.System_UInt32 => BuiltInKind.UInt,
            SpecialType.System_Int64 => BuiltInKind.Long,
            SpecialType.System_UInt64 => BuiltInKind.ULong,
            _ => BuiltInKind.Int,
        };
        var members = type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue)
            .Select(f => new EnumMember(f.Name, EnumValue(f.ConstantValue))).ToEquatableArray();
        return _enums[name] = new EnumSyntax(name, underlying, members, default);
    }

    /// <summary>The value of an enum's constant in the form of models.</summary>
    public static long EnumValue(object? value)
        => value is ulong u ? unchecked((long)u) : Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);

    private static NoSort Unsupported(ITypeSymbol type) => new(type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));

    private static bool IsGeneric(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
            if (type.Arity > 0) return true;
        return false;
    }

    private static string? BuiltIn(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Boolean => "bool",
        SpecialType.System_Int32 => "int",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_Int64 => "long",
        SpecialType.System_UInt64 => "ulong",
        SpecialType.System_Double => "double",
        SpecialType.System_String => "string",
        _ when Roles.IsOurs(type, "Symbol") => "Symbol",
        _ when type is INamedTypeSymbol { Name: "BigInteger", Arity: 0 } named
        && Roles.FullName(named) == "System.Numerics.BigInteger" => "BigInteger",
        _ => null,
    };
}
