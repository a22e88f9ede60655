using System.Collections.Immutable;
using Rewright.Checks;
using static Rewright.Checks.Severity;

namespace Rewright.Generators.Reading;

/// <summary>
/// Every kind of diagnostic of C# declarations, in addition to those of the checker. <c>docs/diagnostics/</c> has a page for each.
/// </summary>
internal static class DeclarationKinds
{
    // Modules.
    /// <summary>A module to which the generator cannot add members.</summary>
    public static readonly DiagnosticKind ModuleShape = new(
        "RW0100", Error, "Not a module class", "The module '{0}' must be a static partial class{1}");
    /// <summary>A module with type parameters.</summary>
    public static readonly DiagnosticKind GenericModule = new(
        "RW0101", Error, "Generic module", "The module '{0}' must not have type parameters or be inside a generic type");
    /// <summary>A declaration outside of a module.</summary>
    public static readonly DiagnosticKind OutsideModule = new(
        "RW0102", Error, "Declaration outside a module", "'{0}' is not inside a [PatternModule] class, so [{1}] has no effect");

    // Sorts and types.
    /// <summary>A sort that cannot be a handle struct.</summary>
    public static readonly DiagnosticKind SortShape = new(
        "RW0103", Error, "Not a sort struct", "The sort '{0}' must be a readonly partial struct without type parameters or fields");
    /// <summary>A type that is not a sort.</summary>
    public static readonly DiagnosticKind UnsupportedType = new(
        "RW0104", Error, "Type cannot be used in terms",
        "'{0}' cannot be the type of a term; use a sort, bool, int, uint, long, ulong, double, string, BigInteger, Symbol, an enum or "
            + "Ref<T>");
    /// <summary>A sort or symbol of a module that <c>Uses</c> does not name.</summary>
    public static readonly DiagnosticKind ModuleNotUsed = new(
        "RW0105", Error, "Module is not used",
        "'{0}' belongs to the module '{1}', which '{2}' does not use; add it to Uses of the [PatternModule] attribute");

    // Patterns.
    /// <summary>An expression without a meaning in patterns.</summary>
    public static readonly DiagnosticKind UnsupportedExpression = new(
        "RW0106", Error, "Expression not allowed in a pattern", "'{0}' cannot be part of a pattern; {1}");
    /// <summary>A body that is not a rule.</summary>
    public static readonly DiagnosticKind PatternBody = new(
        "RW0107", Error, "Body is not a rule",
        "The body of the pattern '{0}' must be a single Rewrite(source, to: target), with conditions appended by .When(...) and "
            + ".Where(...)");
    /// <summary>A method that cannot be a pattern.</summary>
    public static readonly DiagnosticKind PatternShape = new(
        "RW0108", Error, "Not a pattern method",
        "The pattern '{0}' must be a static method with a body, without type parameters, that returns Rule");

    // Symbols.
    /// <summary>A method that cannot be a constructor.</summary>
    public static readonly DiagnosticKind ConstructorShape = new(
        "RW0109", Error, "Not a constructor method",
        "The constructor '{0}' must be a static partial method without a body or type parameters that returns a sort of its own module");
    /// <summary>A method that cannot be an operation.</summary>
    public static readonly DiagnosticKind OperationShape = new(
        "RW0110", Error, "Not an operation method",
        "The operation '{0}' must be a static partial method without a body or type parameters");
    /// <summary>A method that cannot be a host operation.</summary>
    public static readonly DiagnosticKind HostOperationShape = new(
        "RW0111", Error, "Not a host operation method",
        "The host operation '{0}' must be a static method with a body, neither partial nor generic");
    /// <summary>A method that cannot be a normalizer.</summary>
    public static readonly DiagnosticKind NormalizerShape = new(
        "RW0112", Error, "Not a normalizer method",
        "The normalizer '{0}' must be a static partial method without a body or type parameters that takes one term of a declared sort "
            + "and returns the same sort");
    /// <summary>Two methods with the same name.</summary>
    public static readonly DiagnosticKind Overload = new(
        "RW0113", Error, "Overloaded name", "'{0}' is overloaded; rules find symbols by name, so each needs a name of its own");
    /// <summary>A parameter with a modifier.</summary>
    public static readonly DiagnosticKind ParameterModifier = new(
        "RW0114", Error, "Not a plain parameter",
        "The parameter '{0}' of '{1}' must be passed by value, without modifiers or a default value");

    // Attributes.
    /// <summary>A type in <c>Uses</c> that is not a module.</summary>
    public static readonly DiagnosticKind NotAModule = new("RW0115", Error, "Not a module", "'{0}' in Uses is not a [PatternModule] class");
    /// <summary>A module of another assembly whose model cannot be read.</summary>
    public static readonly DiagnosticKind NoModel = new(
        "RW0116", Error, "Module without model",
        "The module '{0}' carries no model that this version of Rewright reads; build its project again, without errors and with the same "
            + "version of Rewright");
    /// <summary>A method with more than one role.</summary>
    public static readonly DiagnosticKind SeveralRoles = new(
        "RW0117", Error, "Several roles", "'{0}' can have only one of the attributes [{1}] and [{2}]");
    /// <summary>An attribute with an invalid value.</summary>
    public static readonly DiagnosticKind AttributeValue = new(
        "RW0118", Error, "Value not allowed in attribute", "{0} is not allowed as {1}; {2}");
    /// <summary>A name that generated members or built-in sorts use.</summary>
    public static readonly DiagnosticKind ReservedName = new(
        "RW0119", Error, "Reserved name", "'{0}' is the name of {1}; choose another name");

    // Circuits.
    /// <summary>A method that cannot be a circuit.</summary>
    public static readonly DiagnosticKind CircuitShape = new(
        "RW0120", Error, "Not a circuit method",
        "The circuit '{0}' must be a static method that returns Circuit, without type parameters, with an expression or one return "
            + "statement as its body");
    /// <summary>A parameter that a circuit cannot have.</summary>
    public static readonly DiagnosticKind CircuitParameter = new(
        "RW0121", Error, "Not a parameter of a circuit",
        "The parameter '{0}' of the circuit '{1}' must be a Qubit or an Angle, passed by value and without a default");
    /// <summary>A circuit that OpenQASM cannot express.</summary>
    public static readonly DiagnosticKind NotInOpenQasm = new(
        "RW0122", Error, "Not in OpenQASM", "'{0}' cannot be written in OpenQASM: {1}");
    /// <summary>A C# type whose objects cannot be terms.</summary>
    public static readonly DiagnosticKind ObjectSort = new("RW0123", Error, "Type cannot be a sort", "'{0}' cannot be a sort: {1}");

    /// <summary>A method that returns a rule but lacks the attribute.</summary>
    public static readonly DiagnosticKind ForgottenPattern = new(
        "RW0124", Warning, "Rule without attribute", "'{0}' returns Rule and has no [Pattern], so it is not a rule of the module");
    /// <summary>A version of C# that is too old for generated code.</summary>
    public static readonly DiagnosticKind LanguageVersion = new(
        "RW0125", Error, "Version of C# is too old",
        "The module '{0}' needs C# 11 or later, and this project is compiled as C# {1}; remove LangVersion from the project, or raise it");

    /// <summary>A method over objects in a module whose rules cannot run on objects.</summary>
    public static readonly DiagnosticKind NotOnObjects = new(
        "RW0126", Error, "Rules cannot run on objects", "'{0}' cannot run on objects: {1}");

    /// <summary>A fault of the generator or the analyzer.</summary>
    public static readonly DiagnosticKind InternalError = new(
        "RW0199", Error, "Rewright failed", "Rewright failed on the module '{0}': {1}. Please report it");

    /// <summary>All kinds, by id.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } =
    [
        ModuleShape, GenericModule, OutsideModule, SortShape, UnsupportedType, ModuleNotUsed,
        UnsupportedExpression, PatternBody, PatternShape,
        ConstructorShape, OperationShape, HostOperationShape, NormalizerShape, Overload, ParameterModifier,
        NotAModule, NoModel, SeveralRoles, AttributeValue, ReservedName, CircuitShape, CircuitParameter, NotInOpenQasm, ObjectSort,
        ForgottenPattern, LanguageVersion, NotOnObjects, InternalError,
    ];
}
