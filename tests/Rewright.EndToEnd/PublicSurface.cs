using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rewright.EndToEnd;

/// <summary>What users can see of an assembly, as text: a line for each type and member, in an order that depends on names only.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        // Some are only the compiler's, for extension blocks.
        foreach (var type in assembly.GetExportedTypes().Where(t => !t.FullName!.Contains('<')).OrderBy(
            t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : typeof(MulticastDelegate).IsAssignableFrom(type) ? "delegate" : type.IsInterface ? "interface"
            : type.IsValueType ? (IsMarked(type, "IsReadOnlyAttribute") ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct")
            : (type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
                + "class";
        var bases = new List<Type>();
        if (type.BaseType is { } parent && kind.EndsWith("class", StringComparison.Ordinal) && parent != typeof(object)) bases.Add(parent);
        if (kind != "delegate") bases.AddRange(type.GetInterfaces().Where(i => i.IsVisible).OrderBy(i => Name(i), StringComparer.Ordinal));
        return $"{kind} {Name(type)}{(bases.Count == 0 || type.IsEnum ? "" : " : " + string.Join(", ", bases.Select(Name)))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (var value in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                yield return $"{value.Name} = {Convert.ToInt64(value.GetRawConstantValue())}";
            yield break;
        }

        foreach (var field in type.GetFields(Declared))
        {
            if (field.IsPublic || IsProtected(field.IsFamily, field.IsFamilyOrAssembly, type))
                yield return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = property.GetAccessors(nonPublic: true).Where(a => IsSeen(a, type)).ToList();
            if (accessors.Count == 0) continue;
            string words = string.Join(
                " ", accessors.Select(a => (a.ReturnType != typeof(void) ? "get" : IsInit(a) ? "init" : "set") + ";"));
            string index = property.GetIndexParameters() is { Length: > 0 } parameters ? "[" + Parameters(parameters) + "]" : "";
            yield return $"{Modifiers(accessors[0])}{(IsMarked(property, "RequiredMemberAttribute") ? "required " : "")}{Name(property.PropertyType)} {property.Name}{index} {{ {words} }}";
        }

        foreach (var change in type.GetEvents(Declared))
            if (IsSeen(change.AddMethod!, type)) yield return $"event {Name(change.EventHandlerType!)} {change.Name}";
        foreach (var constructor in type.GetConstructors(Declared))
            if (IsSeen(constructor, type)) yield return $"new({Parameters(constructor.GetParameters())})";
        foreach (var method in type.GetMethods(Declared))
        {
            // What belongs to properties and events, what the compiler makes of records, and what everything has.
            if (!IsSeen(method, type) || method.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || method.Name.Contains('<'))
                continue;
            if (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) continue;
            if (method.GetBaseDefinition().DeclaringType == typeof(object)) continue;
            string generic = method.IsGenericMethod ? "<" + string.Join(", ", method.GetGenericArguments().Select(a => a.Name)) + ">" : "";
            yield return $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method.GetParameters())})";
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
            + (p.HasDefaultValue
                ? " = " + (p.DefaultValue is string s
                ? "\"" + s + "\"" : p.DefaultValue is null ? "default" : FormattableString.Invariant($"{p.DefaultValue}")) : "")));

    private static bool IsSeen(MethodBase method, Type type)
        => method.IsPublic || IsProtected(method.IsFamily, method.IsFamilyOrAssembly, type);

    private static bool IsProtected(bool isFamily, bool isFamilyOrAssembly, Type type)
        => (isFamily || isFamilyOrAssembly) && !type.IsSealed;

    private static bool IsInit(MethodInfo setter)
        => setter.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit");

    private static bool IsMarked(ICustomAttributeProvider item, string attribute)
        => (item is MemberInfo member ? member.GetCustomAttributesData() : ((ParameterInfo)item).GetCustomAttributesData()).Any(
            a => a.AttributeType.Name == attribute);

    private static string Name(Type type)
    {
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsFunctionPointer)
            return "delegate*<"
                + string.Join(", ", type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType()).Select(Name)) + ">";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        string name = type.DeclaringType is { } outer
            ? Name(outer) + "." + Plain(type.Name) : (type.Namespace is "System" ? "" : type.Namespace + ".") + Plain(type.Name);
        if (!type.IsGenericType) return name;
        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string own = string.Join(", ", type.GetGenericArguments().Skip(inherited).Select(Name));
        return own.Length == 0 ? name : name + "<" + own + ">";
    }

    private static string Plain(string name) => name.IndexOf('`') is >= 0 and var tick ? name[..tick] : name;
}
