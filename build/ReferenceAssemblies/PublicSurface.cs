using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Rewright.ReferenceAssemblies;

/// <summary>Lists the public types and members of an assembly, one line of text each, in an order that depends only on names.</summary>
/// <remarks>Types are compared by name, because the assemblies may be loaded for reflection only.</remarks>
/// <param name="isSeen">True if users see a public type; interfaces that they do not see are left out.</param>
internal sealed class PublicSurface(Func<Type, bool> isSeen)
{
    private const string Indent = "    ";
    private const BindingFlags Declared
        = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>A type or member.</summary>
    /// <param name="Type">The line of the type.</param>
    /// <param name="Line">The line of the member, or of the type.</param>
    /// <param name="Tokens">The metadata rows that determine its visibility.</param>
    public sealed record Item(string Type, string Line, IReadOnlyList<int> Tokens);

    /// <summary>Lists the types and members of an assembly.</summary>
    public IEnumerable<Item> Of(Assembly assembly)
    {
        // Types with '<' in their names are made by the compiler for extension blocks.
        foreach (var type in assembly.GetExportedTypes().Where(t => !t.FullName!.Contains('<')).OrderBy(
            t => t.FullName, StringComparer.Ordinal))
        {
            string head = Head(type);
            yield return new Item(head, head, [type.MetadataToken]);
            foreach (var (line, tokens) in Members(type).OrderBy(m => m.Line, StringComparer.Ordinal))
                yield return new Item(head, line, tokens);
        }
    }

    /// <summary>The list as text.</summary>
    public static string Print(IEnumerable<Item> items)
        => string.Concat(items.Select(i => (i.Line == i.Type ? "" : Indent) + i.Line + "\n"));

    /// <summary>Each line of a list, with the line of its type.</summary>
    public static IEnumerable<(string Type, string Line)> WithTypes(IEnumerable<string> lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            bool isMember = line.StartsWith(Indent, StringComparison.Ordinal);
            if (!isMember) type = line;
            yield return (type, isMember ? line[Indent.Length..] : line);
        }
    }

    /// <summary>The names of the types in a list.</summary>
    public static IEnumerable<string> TypesOf(IEnumerable<string> lines)
        => WithTypes(lines).Where(l => l.Line == l.Type).Select(l => NameIn(l.Type));

    // Behind the words before it, and before its bases; type arguments have spaces between them.
    private static string NameIn(string head)
    {
        string declared = head.Split(" : ")[0];
        int end = declared.IndexOf('<') is >= 0 and var arguments ? arguments : declared.Length - 1;
        return declared[(declared.LastIndexOf(' ', end) + 1)..];
    }

    private string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : Is(type.BaseType, typeof(MulticastDelegate)) ? "delegate" : type.IsInterface ? "interface"
            : type.IsValueType ? (IsMarked(type, "IsReadOnlyAttribute") ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct")
            : (type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
                + "class";
        var bases = new List<Type>();
        if (type.BaseType is { } parent && kind.EndsWith("class", StringComparison.Ordinal) && !Is(parent, typeof(object)))
            bases.Add(parent);
        var interfaces = type.GetInterfaces().Where(i => i.IsVisible && isSeen(i));
        if (kind != "delegate") bases.AddRange(interfaces.OrderBy(i => Name(i), StringComparer.Ordinal));
        return $"{kind} {Name(type)}{(bases.Count == 0 || type.IsEnum ? "" : " : " + string.Join(", ", bases.Select(Name)))}";
    }

    private static IEnumerable<(string Line, IReadOnlyList<int> Tokens)> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (var value in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                yield return ($"{value.Name} = {Convert.ToInt64(value.GetRawConstantValue())}", [value.MetadataToken]);
            yield break;
        }

        foreach (var field in type.GetFields(Declared))
        {
            if (field.IsPublic || IsProtected(field.IsFamily, field.IsFamilyOrAssembly, type))
            {
                string words = (field.IsLiteral ? "const " : field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
                yield return (words + Name(field.FieldType) + " " + field.Name, [field.MetadataToken]);
            }
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = property.GetAccessors(nonPublic: true).Where(a => IsSeen(a, type)).ToList();
            if (accessors.Count == 0) continue;
            string words = string.Join(
                " ", accessors.Select(a => (!Is(a.ReturnType, typeof(void)) ? "get" : IsInit(a) ? "init" : "set") + ";"));
            string index = property.GetIndexParameters() is { Length: > 0 } parameters ? "[" + Parameters(parameters) + "]" : "";
            string modifiers = Modifiers(accessors[0]) + (IsMarked(property, "RequiredMemberAttribute") ? "required " : "");
            yield return ($"{modifiers}{Name(property.PropertyType)} {property.Name}{index} {{ {words} }}",
                [.. accessors.Select(a => a.MetadataToken)]);
        }

        foreach (var change in type.GetEvents(Declared))
            if (IsSeen(change.AddMethod!, type))
            {
                yield return ($"event {Name(change.EventHandlerType!)} {change.Name}",
                    [change.AddMethod!.MetadataToken, change.RemoveMethod!.MetadataToken]);
            }
        foreach (var constructor in type.GetConstructors(Declared))
            if (IsSeen(constructor, type)) yield return ($"new({Parameters(constructor.GetParameters())})", [constructor.MetadataToken]);
        foreach (var method in type.GetMethods(Declared))
        {
            // Skip accessors of properties and events, members that the compiler makes for records, and members of object.
            if (!IsSeen(method, type) || IsMarked(method, "CompilerGeneratedAttribute") || method.Name.Contains('<'))
                continue;
            if (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) continue;
            if (IsOfObject(method)) continue;
            string generic = method.IsGenericMethod ? "<" + string.Join(", ", method.GetGenericArguments().Select(a => a.Name)) + ">" : "";
            string head = Modifiers(method) + Name(method.ReturnType) + " " + method.Name + generic;
            yield return (head + "(" + Parameters(method.GetParameters()) + ")", [method.MetadataToken]);
        }
    }

    private static string Modifiers(MethodBase method)
        => (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "")
            + (method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : method is { IsVirtual: true, IsFinal: false }
            && !method.DeclaringType!.IsInterface ? "virtual " : "");

    private static string Parameters(ParameterInfo[] parameters)
        => string.Join(", ",
            parameters.Select(p => (
            p.IsOut ? "out " : p.IsIn ? "in " : p.ParameterType.IsByRef ? "ref " : IsMarked(p, "ParamArrayAttribute")
            || IsMarked(p, "ParamCollectionAttribute") ? "params " : "")
            + Name(p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType) + " " + p.Name
            + (p.HasDefaultValue ? " = " + Constant(p.RawDefaultValue, p.ParameterType) : "")));

    private static string Constant(object? value, Type type) => value switch
    {
        null => "default",
        string text => "\"" + text + "\"",
        _ when type.IsEnum => type.GetFields(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(
            f => value.Equals(f.GetRawConstantValue()))?.Name ?? FormattableString.Invariant($"{value}"),
        _ => FormattableString.Invariant($"{value}"),
    };

    private static bool IsSeen(MethodBase method, Type type)
        => method.IsPublic || IsProtected(method.IsFamily, method.IsFamilyOrAssembly, type);

    private static bool IsProtected(bool isFamily, bool isFamilyOrAssembly, Type type)
        => (isFamily || isFamilyOrAssembly) && !type.IsSealed;

    private static bool IsInit(MethodInfo setter)
        => setter.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit");

    private static bool IsMarked(ICustomAttributeProvider item, string attribute)
        => (item is MemberInfo member ? member.GetCustomAttributesData() : ((ParameterInfo)item).GetCustomAttributesData()).Any(
            a => a.AttributeType.Name == attribute);

    private static bool Is(Type? type, Type known) => type?.FullName == known.FullName;

    // A new method may have the same name as one of object's.
    private static bool IsOfObject(MethodInfo method)
        => method is { IsVirtual: true } && (method.Attributes & MethodAttributes.NewSlot) == 0
            && (method.Name, method.GetParameters().Length) is ("ToString", 0) or ("GetHashCode", 0) or ("Finalize", 0) or ("Equals", 1)
            && method.GetParameters().All(p => Is(p.ParameterType, typeof(object)));

    /// <summary>The name of a type where it is declared, with the names of its parameters.</summary>
    public static string NameOfDeclaration(Type type) => Name(type.IsGenericType ? type.GetGenericTypeDefinition() : type);

    /// <summary>The name of a type in the lists.</summary>
    public static string Name(Type type)
    {
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsFunctionPointer)
            return "delegate*<"
                + string.Join(", ", type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType()).Select(Name)) + ">";
        if (type.IsGenericParameter) return type.Name;
        if (type.IsGenericType && Is(type.GetGenericTypeDefinition(), typeof(Nullable<>))) return Name(type.GetGenericArguments()[0]) + "?";
        string name = type.DeclaringType is { } outer
            ? Name(outer) + "." + Plain(type.Name) : (type.Namespace is "System" ? "" : type.Namespace + ".") + Plain(type.Name);
        if (!type.IsGenericType) return name;
        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string own = string.Join(", ", type.GetGenericArguments().Skip(inherited).Select(Name));
        return own.Length == 0 ? name : name + "<" + own + ">";
    }

    private static string Plain(string name) => name.IndexOf('`') is >= 0 and var tick ? name[..tick] : name;
}
