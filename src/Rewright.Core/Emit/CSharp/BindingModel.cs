using Rewright.Model;

namespace Rewright.Emit.CSharp;

// The input from which the bindings of a module are written: its declarations as C# sees them. Names are as declared, without `@`. "Code"
// is C# text that means the same anywhere.

/// <summary>The declarations of a module.</summary>
/// <param name="FullName">The full name, as in the model.</param>
/// <param name="Namespace">Code of the namespace; empty for the global one.</param>
/// <param name="Containers">The headers of the containing types, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Header">The header of the class: <c>partial class Peano</c>.</param>
/// <param name="Code">Code that names the class.</param>
/// <param name="Uses">Code that names the modules that this one uses.</param>
/// <param name="Sorts">The sorts of the module.</param>
/// <param name="Methods">The symbols and normalizers, in order of declaration.</param>
public sealed record ModuleShape(
    string FullName,
    string Namespace,
    EquatableArray<string> Containers,
    string Header,
    string Code,
    EquatableArray<string> Uses,
    EquatableArray<SortShape> Sorts,
    EquatableArray<MethodShape> Methods);

/// <summary>A sort that is declared in C#.</summary>
/// <param name="Name">The name of the struct.</param>
/// <param name="Code">Code that names the struct.</param>
/// <param name="Objects">The C# types that its terms convert to; null for none.</param>
public sealed record SortShape(string Name, string Code, ObjectShape? Objects = null);

/// <summary>C# types that are converted to terms and back.</summary>
/// <param name="Code">Code of their common type.</param>
/// <param name="Access">The widest access that conversions can have.</param>
/// <param name="Element">For lists, code of the elements' type; otherwise empty.</param>
/// <param name="ElementSort">For lists, code of the elements' struct.</param>
/// <param name="FromArray">For lists, code around an array that makes a list of it.</param>
/// <param name="Constructors">The types, in the order of the constructors.</param>
public sealed record ObjectShape(
    string Code, string Access, string Element, string ElementSort, string FromArray, EquatableArray<ObjectConstructor> Constructors);

/// <summary>A type that serves as a constructor.</summary>
/// <param name="Code">Code of the type.</param>
/// <param name="Fields">The arguments of its constructor.</param>
/// <param name="IsImmutable">True if nothing in an object can be set later.</param>
public sealed record ObjectConstructor(string Code, EquatableArray<ObjectField> Fields, bool IsImmutable);

/// <summary>A field of such a type.</summary>
/// <param name="Property">The property that holds it.</param>
/// <param name="Kind">How the field is passed.</param>
/// <param name="Type">Code of the field's type.</param>
/// <param name="Sent">Code of the type as which it is passed; for a child, the struct of its sort.</param>
/// <param name="Back">Code around the value that comes back, where <c>{0}</c> is the value.</param>
/// <param name="Collection">For a list that is an object, code of the property's type; otherwise empty.</param>
public sealed record ObjectField(
    string Property, ObjectFieldKind Kind, string Type, string Sent, string Back, string Collection = "");

/// <summary>How a field of an object is passed.</summary>
public enum ObjectFieldKind
{
    /// <summary>As a value of a built-in sort or an enum.</summary>
    Value,
    /// <summary>As an object that stays an object.</summary>
    Reference,
    /// <summary>As an object that becomes a term.</summary>
    Child,
}

/// <summary>The roles of declared methods.</summary>
public enum MethodRole
{
    /// <summary>A constructor, to be implemented.</summary>
    Constructor,
    /// <summary>An operation, to be implemented.</summary>
    Operation,
    /// <summary>A normalizer, to be implemented.</summary>
    Normalizer,
    /// <summary>An operation whose body the user has written.</summary>
    HostOperation,
    /// <summary>A partial method that does not fit its attribute; its body only throws.</summary>
    Faulty,
}

/// <summary>A method of a module.</summary>
/// <param name="Role">The role of the method.</param>
/// <param name="Name">The name of the method.</param>
/// <param name="Modifiers">The modifiers as the user wrote them, including <c>partial</c>.</param>
/// <param name="Access">For a constructor, the widest access at which the types of its parameters can be named.</param>
/// <param name="Result">The result type.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Documentation">The contents of the user's documentation comment; empty for none.</param>
/// <param name="Generics">For a faulty method, its type parameters and constraints.</param>
/// <param name="Fault">For a faulty method, the fault.</param>
public sealed record MethodShape(
    MethodRole Role,
    string Name,
    string Modifiers,
    string Access,
    TypeShape Result,
    EquatableArray<ParameterShape> Parameters,
    string Documentation,
    GenericShape Generics,
    string Fault)
{
    /// <summary>True for an operation or normalizer that takes and returns the user's objects.</summary>
    public bool IsOverObjects => Role is MethodRole.Operation or MethodRole.Normalizer
        && (Result.Role == TypeRole.Object || System.Linq.Enumerable.Any(Parameters, p => p.Type.Role == TypeRole.Object));
}

/// <summary>Type parameters and constraints of a method that should have none.</summary>
/// <param name="Parameters"><c>&lt;T&gt;</c>, or empty.</param>
/// <param name="Constraints"><c> where T : class</c>, or empty.</param>
public readonly record struct GenericShape(string Parameters, string Constraints);

/// <summary>A parameter.</summary>
/// <param name="Name">The name of the parameter.</param>
/// <param name="Modifiers">The modifiers, each followed by a space; only a faulty method has any.</param>
/// <param name="Type">The type of the parameter.</param>
public sealed record ParameterShape(string Name, string Modifiers, TypeShape Type);

/// <summary>How C# passes values of a type to and from terms.</summary>
public enum TypeRole
{
    /// <summary>As the handle struct of a sort.</summary>
    Term,
    /// <summary>As a value of a built-in sort or an enum.</summary>
    Value,
    /// <summary>As an object of the types that a sort stands for.</summary>
    Object,
    /// <summary>As the limits of a call on objects, which are no argument of the operation or normalizer.</summary>
    Limits,
    /// <summary>As a <c>Ref&lt;T&gt;</c>.</summary>
    Reference,
    /// <summary>The type is not a sort; only faulty methods have it.</summary>
    None,
}

/// <summary>A C# type.</summary>
/// <param name="Role">How its values are passed.</param>
/// <param name="Code">Code of the type.</param>
/// <param name="Target">For <c>Ref&lt;T&gt;</c>, code of <c>T</c>; for a sort, or objects of a sort, its full name in the model.</param>
public sealed record TypeShape(TypeRole Role, string Code, string Target);

/// <summary>The input of the part of the bindings that depends on rules.</summary>
/// <param name="Shape">The declarations.</param>
/// <param name="Model">The canonical text of the module; null if it has errors.</param>
/// <param name="Identity">The identity of the module.</param>
/// <param name="Fault">The first error; null if there is none.</param>
/// <param name="Rules">The rules to quote in documentation.</param>
public sealed record ModuleContent(
    ModuleShape Shape, string? Model, ModuleIdentity Identity, string? Fault, EquatableArray<QuotedRules> Rules);

/// <summary>The rules that the documentation of one operation or normalizer quotes.</summary>
/// <param name="Method">The name of the operation or normalizer.</param>
/// <param name="Lines">The rules, one per line.</param>
public sealed record QuotedRules(string Method, EquatableArray<string> Lines);
