using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Rewright.Emit.CSharp;
using Rewright.Model;

namespace Rewright.Generators.Reading;

/// <summary>A C# type that serves as a constructor.</summary>
/// <param name="Name">The name of the constructor.</param>
/// <param name="Parameters">The parameters: name, sort by its name in the module, C# type of the binding.</param>
internal sealed record ObjectConstructorRead(string Name, List<(string Name, string Sort, TypeShape Shape, int Openness)> Parameters);

/// <summary>The reading of a sort of C# objects.</summary>
/// <param name="Shape">The shape of its conversion; null if there is a mistake.</param>
/// <param name="Constructors">The constructors.</param>
/// <param name="Mistake">Why the type cannot be a sort; null if it can.</param>
internal sealed record ObjectSortRead(ObjectShape? Shape, List<ObjectConstructorRead> Constructors, string? Mistake);

/// <summary>Reads sorts that stand for C# types: <c>[Sort(typeof(Expr))]</c>.</summary>
/// <param name="module">The module's class.</param>
/// <param name="uses">The classes of the modules that it uses.</param>
/// <param name="sorts">Finds the sorts of types.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class ObjectSorts(
    INamedTypeSymbol module, IReadOnlyCollection<ISymbol> uses, SortNames sorts, CancellationToken cancellation)
{
    // List types to which a term can be converted, with code that makes one from an array.
    private static readonly Dictionary<string, string> Lists = new()
    {
        ["System.Collections.Generic.IEnumerable"] = "{0}",
        ["System.Collections.Generic.IReadOnlyCollection"] = "{0}",
        ["System.Collections.Generic.IReadOnlyList"] = "{0}",
        ["System.Collections.Generic.ICollection"] = "new global::System.Collections.Generic.List<E>({0})",
        ["System.Collections.Generic.IList"] = "new global::System.Collections.Generic.List<E>({0})",
        ["System.Collections.Generic.List"] = "new global::System.Collections.Generic.List<E>({0})",
        ["System.Collections.Immutable.ImmutableArray"] = "global::System.Collections.Immutable.ImmutableArray.Create({0})",
        ["System.Collections.Immutable.ImmutableList"] = "global::System.Collections.Immutable.ImmutableList.Create({0})",
        ["System.Collections.Immutable.IImmutableList"] = "global::System.Collections.Immutable.ImmutableList.Create({0})",
    };

    private Dictionary<ISymbol, INamedTypeSymbol>? _roots, _lists;

    /// <summary>The type whose objects a sort stands for; null for none.</summary>
    public static ITypeSymbol? ObjectsOf(INamedTypeSymbol sort)
        => Roles.Attribute(sort, Role.Sort) is { ConstructorArguments: [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol type }] }
            ? type : null;

    /// <summary>The parameters of a module's constructor that comes from a C# type; null if there is no such constructor.</summary>
    public static EquatableArray<string>? ParametersOf(INamedTypeSymbol module, string constructor, CancellationToken cancellation)
    {
        foreach (var sort in module.GetTypeMembers())
        {
            if (ObjectsOf(sort) is not { } type) continue;
            if (ElementOf(type) is not null)
            {
                if (constructor == sort.Name + "Nil") return EquatableArray<string>.Empty;
                if (constructor == sort.Name + "Cons") return EquatableArray.Of("head", "tail");
            }
            else if (type is INamedTypeSymbol root
                && TypesBelow(root, cancellation).FirstOrDefault(t => t.Name == constructor) is { } found)
            {
                return ConstructorOf(found, module)?.Parameters.Select(p => ParameterName(p.Name)).ToEquatableArray();
            }
        }

        return null;
    }

    /// <summary>The sort that stands for exactly this type; null for none.</summary>
    public KnownSort? SortFor(ITypeSymbol type)
    {
        FindSorts();
        return _roots!.TryGetValue(type, out var sort) && type.NullableAnnotation != NullableAnnotation.Annotated
            ? new KnownSort(NameOf(sort), new TypeShape(TypeRole.Object, SortNames.CodeOf(type), Roles.FullName(sort))) : null;
    }

    /// <summary>Reads a sort that stands for a type.</summary>
    public ObjectSortRead Read(INamedTypeSymbol sort, ITypeSymbol type)
    {
        FindSorts();
        string code = SortNames.CodeOf(type);
        if (ElementOf(type) is { } element)
        {
            if (SortOf(element) is not { } elementSort)
                return Mistake("its elements, " + Display(element) + ", have no sort; declare one with [Sort(typeof(" + Display(element)
                    + "))]");
            var constructors = new List<ObjectConstructorRead>
            {
                new(sort.Name + "Nil", []),
                new(sort.Name + "Cons", [Child("head", elementSort), Child("tail", sort)]),
            };
            string elementCode = SortNames.CodeOf(element);
            var list = new ObjectShape(
                code, Access(type), elementCode, SortNames.CodeOf(elementSort), FromArray(type, elementCode),
                EquatableArray<ObjectConstructor>.Empty);
            return new ObjectSortRead(list, constructors, null);
        }

        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface, Arity: 0 } root
            || root.ContainingType is { Arity: > 0 })
            return Mistake("only classes, records and interfaces without type parameters, and lists of them, can");
        if (Roles.Openness(root) < 1) return Mistake("it is private, or local to a file; make it internal or public");
        var types = TypesBelow(root, cancellation);
        if (types.Count == 0) return Mistake("no class that is not abstract derives from it in its assembly");
        if (types.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } same)
            return Mistake("two of its types are called " + same.Key);

        var read = new List<ObjectConstructorRead>();
        var shapes = new List<ObjectConstructor>();
        foreach (var t in types)
        {
            if (!SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, module.ContainingAssembly) && Roles.Openness(t) < 2
                || Roles.Openness(t) < 1)
                return Mistake(Display(t) + " is private, or local to a file, or internal in another project");
            if (ConstructorOf(t, module) is not { } constructor)
                return Mistake(Display(t)
                    + " has no accessible constructor each of whose parameters is a readable property of the same name and type");
            var names = constructor.Parameters.Select(p => p.Name).ToList();
            if (StateOf(t).FirstOrDefault(p => !names.Contains(p.Name, StringComparer.OrdinalIgnoreCase)) is { } lost)
                return Mistake("the property " + lost.Name + " of " + Display(t)
                    + " is no parameter of its constructor, so its value would be lost");
            var parameters = new List<(string, string, TypeShape, int)>();
            var fields = new List<ObjectField>();
            foreach (var parameter in constructor.Parameters)
            {
                var (field, sortName, shape, mistake) = ReadField(PropertyOf(t, parameter)!);
                if (field is null) return Mistake("the property " + parameter.Name + " of " + Display(t) + " " + mistake);
                fields.Add(field);
                parameters.Add((ParameterName(parameter.Name), sortName, shape,
                    field.Kind == ObjectFieldKind.Child ? 2 : Roles.Openness(parameter.Type)));
            }

            read.Add(new ObjectConstructorRead(t.Name, parameters));
            shapes.Add(new ObjectConstructor(SortNames.CodeOf(t), fields.ToEquatableArray(),
                IsImmutable(t) && fields.All(f => f.Collection.Length == 0)));
        }

        return new ObjectSortRead(new ObjectShape(code, Access(type), "", "", "", shapes.ToEquatableArray()), read, null);
    }

    private static ObjectSortRead Mistake(string text) => new(null, [], text);

    private static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string ParameterName(string name)
        => name.Length == 0 || char.IsLower(name[0]) ? name : char.ToLowerInvariant(name[0]) + name.Substring(1);

    private static string Access(ITypeSymbol type) => Roles.Openness(type) == 2 ? "public" : "internal";

    private (string, string, TypeShape, int) Child(string name, INamedTypeSymbol sort) => (name, NameOf(sort), ShapeOf(sort), 2);

    private string NameOf(INamedTypeSymbol sort)
        => SymbolEqualityComparer.Default.Equals(sort.ContainingType, module) ? sort.Name : Roles.FullName(sort);

    private static TypeShape ShapeOf(INamedTypeSymbol sort) => new(TypeRole.Term, SortNames.CodeOf(sort), Roles.FullName(sort));

    private (ObjectField? Field, string Sort, TypeShape Shape, string Mistake) ReadField(IPropertySymbol property)
    {
        var type = property.Type;
        string code = SortNames.CodeOf(type);
        if (SortOf(type) is { } child)
        {
            return type.NullableAnnotation == NullableAnnotation.Annotated
                ? (null, "", null!, "can be null, and nothing in a term is; give the absent case a type of its own")
                : (new ObjectField(property.Name, ObjectFieldKind.Child, code, SortNames.CodeOf(child), "{0}"), NameOf(child),
                    ShapeOf(child), "");
        }

        if (ElementOf(type) is { } element && SortOf(element) is { } elementSort)
        {
            if (type.NullableAnnotation == NullableAnnotation.Annotated)
                return (null, "", null!, "can be null, and nothing in a term is; use an empty list");
            if (!_lists!.TryGetValue(elementSort, out var list))
                return (null, "", null!,
                    "is a list of terms, for which there is no sort; declare one with [Sort(typeof(IReadOnlyList<" + Display(element)
                    + ">))]");
            // The static type of the elements may be derived from the one that the list's sort names.
            string elementCode = SortNames.CodeOf(element), listed = SortNames.CodeOf(ElementOf(ObjectsOf(list)!)!);
            string array = elementCode == listed ? "{0}" : "global::System.Array.ConvertAll({0}, static item => (" + elementCode + ")item)";
            return (new ObjectField(
                property.Name, ObjectFieldKind.Child, listed + "[]", SortNames.CodeOf(list),
                FromArray(type, elementCode).Replace("{0}", array), type.IsReferenceType ? code : ""), NameOf(list), ShapeOf(list), "");
        }

        if (Roles.Openness(type) < 1 && type is not ITypeParameterSymbol)
            return (null, "", null!, "is of a type that is private, or local to a file, or internal in another project");

        string? widened = type.SpecialType switch
        {
            SpecialType.System_SByte or SpecialType.System_Byte or SpecialType.System_Int16 or SpecialType.System_UInt16
                or SpecialType.System_Char => "int",
            SpecialType.System_Single => "double",
            _ => null,
        };
        if (widened is not null)
            return (new ObjectField(property.Name, ObjectFieldKind.Value, code, widened, "{0}"), widened,
                new TypeShape(TypeRole.Value, widened, ""), "");
        if (sorts.Of(type) is KnownSort { Shape.Role: TypeRole.Value } value)
            return (new ObjectField(property.Name, ObjectFieldKind.Value, code, code, "{0}"), value.Name, value.Shape, "");
        if (type.IsRefLikeType || type.TypeKind is TypeKind.Error or TypeKind.Pointer or TypeKind.FunctionPointer)
            return (null, "", null!, "is of a type that no object can hold");

        var reference = type.IsReferenceType ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : null;
        string target = reference is null ? "object" : SortNames.CodeOf(reference);
        return (new ObjectField(property.Name, ObjectFieldKind.Reference, code, target, "{0}"), SortNames.ReferenceTo(reference),
            new TypeShape(TypeRole.Reference, "global::Rewright.Ref<" + target + ">", target), "");
    }

    // The sort whose terms stand for objects of a type.
    private INamedTypeSymbol? SortOf(ITypeSymbol type)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Interface)) return null;
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
            if (_roots!.TryGetValue(t.WithNullableAnnotation(NullableAnnotation.None), out var sort)) return sort;
        foreach (var contract in type.AllInterfaces)
            if (_roots!.TryGetValue(contract, out var sort)) return sort;
        return null;
    }

    private void FindSorts()
    {
        if (_roots is not null) return;
        _roots = new(SymbolEqualityComparer.Default);
        _lists = new(SymbolEqualityComparer.Default);
        var declared = uses.OfType<INamedTypeSymbol>().Prepend(module).SelectMany(m => m.GetTypeMembers()).Select(
            s => (Sort: s, Type: ObjectsOf(s)))
            .Where(s => s.Type is not null).ToList();
        foreach (var (sort, type) in declared)
            if (ElementOf(type!) is null && !_roots.ContainsKey(type!)) _roots.Add(type!, sort);
        foreach (var (sort, type) in declared)
            if (ElementOf(type!) is { } element && SortOf(element) is { } elementSort && !_lists.ContainsKey(elementSort))
                _lists.Add(elementSort, sort);
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        INamedTypeSymbol { Arity: 1, IsUnboundGenericType: false } named when Lists.ContainsKey(ListName(named)) => named.TypeArguments[0],
        _ => null,
    };

    private static string ListName(INamedTypeSymbol type) => type.ContainingNamespace.ToDisplayString(Roles.Plain) + "." + type.Name;

    private static string FromArray(ITypeSymbol type, string element)
        => type is INamedTypeSymbol named ? Lists[ListName(named)].Replace("<E>", "<" + element + ">") : "{0}";

    // The constructors of a sort, sorted by name, because the place of their declaration has no meaning.
    private static List<INamedTypeSymbol> TypesBelow(INamedTypeSymbol root, CancellationToken cancellation)
    {
        var found = new List<INamedTypeSymbol>();
        var open = new Stack<INamespaceOrTypeSymbol>([root.ContainingAssembly.GlobalNamespace]);
        while (open.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = open.Pop();
            if (next is INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false, IsStatic: false, Arity: 0 } type
                && DerivesFrom(type, root))
                found.Add(type);
            foreach (var member in next.GetMembers().OfType<INamespaceOrTypeSymbol>()) open.Push(member);
        }

        return [.. found.OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(Roles.FullName, StringComparer.Ordinal)];
    }

    private static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol root)
    {
        if (root.TypeKind == TypeKind.Interface) return type.AllInterfaces.Contains(root, SymbolEqualityComparer.Default);
        for (var t = type; t is not null; t = t.BaseType)
            if (SymbolEqualityComparer.Default.Equals(t, root)) return true;
        return false;
    }

    private static IMethodSymbol? ConstructorOf(INamedTypeSymbol type, INamedTypeSymbol module)
    {
        bool isOurs = SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, module.ContainingAssembly);
        return type.InstanceConstructors
            .Where(c => c.DeclaredAccessibility == Accessibility.Public || isOurs
                && c.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal)
            .Where(c => c.Parameters.All(p => p.RefKind == RefKind.None && PropertyOf(type, p) is not null))
            .OrderByDescending(c => c.Parameters.Length).FirstOrDefault();
    }

    private static IPropertySymbol? PropertyOf(INamedTypeSymbol type, IParameterSymbol parameter)
        => PropertiesOf(type).FirstOrDefault(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
            && SymbolEqualityComparer.Default.Equals(p.Type, parameter.Type)
                && p.GetMethod is { DeclaredAccessibility: Accessibility.Public or Accessibility.Internal });

    private static bool IsImmutable(INamedTypeSymbol type)
    {
        if (PropertiesOf(type).Any(p => p.SetMethod is { IsInitOnly: false })) return false;
        for (var t = type; t is not null; t = t.BaseType)
            if (t.GetMembers().Any(m => m is IFieldSymbol { IsStatic: false, IsReadOnly: false, AssociatedSymbol: null })) return false;
        return true;
    }

    // Settable properties are state; the others are computed from it.
    private static IEnumerable<IPropertySymbol> StateOf(INamedTypeSymbol type) => PropertiesOf(type).Where(p => p.SetMethod is not null);

    private static IEnumerable<IPropertySymbol> PropertiesOf(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
            foreach (var property in t.GetMembers().OfType<IPropertySymbol>())
                if (property is { IsStatic: false, IsIndexer: false, Name: not "EqualityContract" }) yield return property;
    }
}
