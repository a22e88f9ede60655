using Rewright.Model;

namespace Rewright.Emit.CSharp;

// What the bindings of a module are written from: its declarations as C# sees them. Names are as declared, without `@`;
// whatever is called code is C# text that means the same anywhere.

/// <summary>The declarations of a module.</summary>
/// <param name="FullName">Full name, as in the model.</param>
/// <param name="Namespace">Code of its namespace, empty for the global one.</param>
/// <param name="Containers">Headers of the types around it, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Header">Its own header: <c>partial class Peano</c>.</param>
/// <param name="Code">Code that names it.</param>
/// <param name="Uses">Code that names the modules it uses.</param>
/// <param name="Sorts">Its sorts.</param>
/// <param name="Methods">Its symbols and normalizers, in order of declaration.</param>
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
/// <param name="Name">Name of the struct.</param>
/// <param name="Code">Code that names the struct.</param>
/// <param name="Objects">The C# types that its terms convert to, null for none.</param>
public sealed record SortShape(string Name, string Code, ObjectShape? Objects = null);

/// <summary>C# types that are converted to terms and back.</summary>
/// <param name="Code">Code of the type that holds them all.</param>
/// <param name="Access">The access that conversions can have.</param>
/// <param name="Element">For lists: code of the elements' type, empty for others.</param>
/// <param name="ElementSort">For lists: code of the struct of the elements.</param>
/// <param name="FromArray">For lists: code around an array that makes the list of it.</param>
/// <param name="Constructors">The types, in the order of the constructors.</param>
public sealed record ObjectShape(
    string Code, string Access, string Element, string ElementSort, string FromArray, EquatableArray<ObjectConstructor> Constructors);

/// <summary>A type that is a constructor.</summary>
/// <param name="Code">Code of the type.</param>
/// <param name="Fields">What it is constructed of.</param>
public sealed record ObjectConstructor(string Code, EquatableArray<ObjectField> Fields);

/// <summary>A field of such a type.</summary>
/// <param name="Property">The property that holds it.</param>
/// <param name="Kind">How it is passed.</param>
/// <param name="Type">Code of its type.</param>
/// <param name="Sent">Code of the type that it is passed as; for a child the struct of its sort.</param>
/// <param name="Back">Code around the value that comes back; <c>{0}</c> is the value.</param>
public sealed record ObjectField(string Property, ObjectFieldKind Kind, string Type, string Sent, string Back);

/// <summary>How a field of an object is passed.</summary>
public enum ObjectFieldKind
{
    /// <summary>As a value of a built-in sort or an enum.</summary>
    Value,
    /// <summary>As an object that stays what it is.</summary>
    Reference,
    /// <summary>As an object that becomes a term.</summary>
    Child,
}

/// <summary>What a declared method is.</summary>
public enum MethodRole
{
    /// <summary>A constructor, to be implemented.</summary>
    Constructor,
    /// <summary>An operation, to be implemented.</summary>
    Operation,
    /// <summary>A normalizer, to be implemented.</summary>
    Normalizer,
    /// <summary>An operation with a body of the user's.</summary>
    HostOperation,
    /// <summary>A partial method that cannot be what its attribute says; its body only throws.</summary>
    Faulty,
}

/// <summary>A method of a module.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Modifiers">Its modifiers, <c>partial</c> included, as the user wrote them.</param>
/// <param name="Access">For a constructor: the widest access at which its parameters' types can be named.</param>
/// <param name="Result">What it returns.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Documentation">What the user's documentation comment holds, empty for none.</param>
/// <param name="Generics">For a faulty method: its type parameters, and behind a space their constraints.</param>
/// <param name="Fault">For a faulty method: what is wrong.</param>
public sealed record MethodShape(
    MethodRole Role,
    string Name,
    string Modifiers,
    string Access,
    TypeShape Result,
    EquatableArray<ParameterShape> Parameters,
    string Documentation,
    GenericShape Generics,
    string Fault);

/// <summary>Type parameters and constraints of a method that should have none.</summary>
/// <param name="Parameters"><c>&lt;T&gt;</c>, or empty.</param>
/// <param name="Constraints"><c> where T : class</c>, or empty.</param>
public readonly record struct GenericShape(string Parameters, string Constraints);

/// <summary>A parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Modifiers">Modifiers with a space behind each, which only a faulty method has.</param>
/// <param name="Type">Its type.</param>
public sealed record ParameterShape(string Name, string Modifiers, TypeShape Type);

/// <summary>How values of a type pass between C# and terms.</summary>
public enum TypeRole
{
    /// <summary>A handle struct of a sort.</summary>
    Term,
    /// <summary>A built-in sort or an enum.</summary>
    Value,
    /// <summary><c>Ref&lt;T&gt;</c>.</summary>
    Reference,
    /// <summary>No sort at all; only faulty methods have it.</summary>
    None,
}

/// <summary>A C# type.</summary>
/// <param name="Role">How its values pass.</param>
/// <param name="Code">Code of the type.</param>
/// <param name="Target">For <c>Ref&lt;T&gt;</c>, code of <c>T</c>; for a sort, its full name in the model.</param>
public sealed record TypeShape(TypeRole Role, string Code, string Target);

/// <summary>What the part of the bindings is written from that depends on rules.</summary>
/// <param name="Shape">The declarations.</param>
/// <param name="Model">Canonical text of the module, null where it has errors.</param>
/// <param name="Identity">Identity of the module.</param>
/// <param name="Fault">The first error, null where there is none.</param>
/// <param name="Rules">The rules to quote in documentation.</param>
public sealed record ModuleContent(
    ModuleShape Shape, string? Model, ModuleIdentity Identity, string? Fault, EquatableArray<QuotedRules> Rules);

/// <summary>The rules that documentation quotes at one operation or normalizer.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Lines">The rules, one a line.</param>
public sealed record QuotedRules(string Method, EquatableArray<string> Lines);
