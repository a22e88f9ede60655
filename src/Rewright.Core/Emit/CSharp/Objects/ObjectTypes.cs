using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>The C# types of sorts, and code that reads and makes objects.</summary>
/// <remarks>Inside generated functions an enum is its underlying number, and a reference is an <c>object</c>.</remarks>
/// <param name="shapes">The object sorts by their full names.</param>
internal sealed class ObjectTypes(IReadOnlyDictionary<string, ObjectShape> shapes)
{
    /// <summary>The name of a sort among the shapes.</summary>
    public static string NameOf(DataSort sort) => sort.ModuleName.Length == 0 ? sort.Name : sort.ModuleName + "." + sort.Name;

    /// <summary>The class of a constructor.</summary>
    public ObjectConstructor Of(FunctionSymbol symbol) => shapes[NameOf((DataSort)symbol.Result)].Constructors[((Constructor)symbol).Tag];

    /// <summary>True for a sort of lists: its terms are places in collections.</summary>
    public bool IsList(Sort sort) => sort is DataSort data && shapes[NameOf(data)].Element.Length > 0;

    /// <summary>The C# type of a sort's values.</summary>
    public string TypeOf(Sort sort) => sort switch
    {
        DataSort data => shapes[NameOf(data)] is { Element: { Length: > 0 } item }
            ? "global::Rewright.Binding.ObjectList<" + item + ">" : shapes[NameOf(data)].Code,
        BuiltInSort { Kind: BuiltInKind.Symbol } => "global::Rewright.Symbol",
        BuiltInSort { Kind: BuiltInKind.BigInteger } => "global::System.Numerics.BigInteger",
        BuiltInSort builtIn => builtIn.Name,
        EnumSort e => BuiltInSort.Of(e.Underlying).Name,
        _ => "object",
    };

    /// <summary>True if a value is kept as a number, not as an object.</summary>
    public static bool IsWord(Sort sort)
        => sort is EnumSort or BuiltInSort { Kind: not (BuiltInKind.Symbol or BuiltInKind.String or BuiltInKind.BigInteger) };

    /// <summary>Code of a value as a <c>long</c>.</summary>
    public static string ToWord(Sort sort, string value) => sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => "(" + value + " ? 1L : 0L)",
        BuiltInSort { Kind: BuiltInKind.Double } => "global::System.BitConverter.DoubleToInt64Bits(" + value + ")",
        _ => "unchecked((long)" + value + ")",
    };

    /// <summary>Code of the value that a <c>long</c> stands for.</summary>
    public string FromWord(Sort sort, string word) => sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => word + " != 0",
        BuiltInSort { Kind: BuiltInKind.Double } => "global::System.BitConverter.Int64BitsToDouble(" + word + ")",
        _ => "unchecked((" + TypeOf(sort) + ")" + word + ")",
    };

    /// <summary>Code of the value that an object stands for.</summary>
    public string FromObject(Sort sort, string value) => sort switch
    {
        DataSort or BuiltInSort { Kind: BuiltInKind.String } => "As<" + TypeOf(sort) + ">(" + value + ")",
        BuiltInSort => "(" + TypeOf(sort) + ")" + value,
        _ => value,
    };

    /// <summary>True if one object can serve in several places: nobody can change it.</summary>
    public bool CanBeShared(FunctionSymbol symbol) => !IsList(symbol.Result) && Of(symbol).IsImmutable;

    /// <summary>Code that is true if a term has a constructor.</summary>
    public string Is(FunctionSymbol symbol, string term)
        => IsList(symbol.Result)
            ? (symbol.Arity == 0 ? "" : "!") + term + ".IsEmpty" : term + ".GetType() == typeof(" + Of(symbol).Code + ")";

    /// <summary>Code that reads a field of an object.</summary>
    public string Read(FunctionSymbol symbol, int index, string item)
    {
        if (IsList(symbol.Result)) return item + (index == 0 ? ".Head" : ".Tail");
        if (IsList(symbol.Parameters[index].Sort))
            return TypeOf(symbol.Parameters[index].Sort) + ".Of(" + ReadAsIs(symbol, index, item) + ")";
        var field = Of(symbol).Fields[index];
        string code = ReadAsIs(symbol, index, item), type = TypeOf(symbol.Parameters[index].Sort);
        return field.Kind == ObjectFieldKind.Value && field.Type != type ? "unchecked((" + type + ")" + code + ")" : code;
    }

    /// <summary>Code that reads a property as the user has declared it.</summary>
    public string ReadAsIs(FunctionSymbol symbol, int index, string item)
        => item + "." + CSharpText.Identifier(Of(symbol).Fields[index].Property);

    /// <summary>Code that makes an object.</summary>
    public string Make(FunctionSymbol symbol, IEnumerable<string> parts)
    {
        if (IsList(symbol.Result))
            return symbol.Arity == 0 ? "default(" + TypeOf(symbol.Result) + ")"
                : TypeOf(symbol.Result) + ".Cons(" + string.Join(", ", parts) + ")";
        var constructor = Of(symbol);
        return "new " + constructor.Code + "("
            + string.Join(", ", parts.Select((p, i) => Sent(constructor.Fields[i], symbol.Parameters[i].Sort, p))) + ")";
    }

    private string Sent(ObjectField field, Sort sort, string value)
        => IsList(sort) ? (field.Collection.Length > 0 ? value + ".As<" + field.Collection + ">() ?? " : "")
                + field.Back.Replace("{0}", value + ".ToArray()")
            : field.Type == TypeOf(sort) ? value
            : field.Kind == ObjectFieldKind.Value ? "unchecked((" + field.Type + ")" + value + ")" : "(" + field.Type + ")" + value;
}
