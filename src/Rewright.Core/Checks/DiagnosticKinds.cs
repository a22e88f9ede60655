using System.Collections.Immutable;
using static Rewright.Checks.Severity;

namespace Rewright.Checks;

/// <summary>Every kind of diagnostic of the checker. <c>docs/diagnostics/</c> has a page for each.</summary>
public static class DiagnosticKinds
{
    // Text and names.
    /// <summary>The text does not follow the grammar.</summary>
    public static readonly DiagnosticKind Syntax = new("RW0001", Error, "Syntax error", "{0}");
    /// <summary>A sort without a declaration.</summary>
    public static readonly DiagnosticKind UnknownSort = new("RW0002", Error, "Unknown sort", "There is no sort '{0}'{1}");
    /// <summary>A symbol without a declaration.</summary>
    public static readonly DiagnosticKind UnknownSymbol = new(
        "RW0003", Error, "Unknown symbol", "There is no constructor, operation or function '{0}'{1}");
    /// <summary>Two declarations of one name.</summary>
    public static readonly DiagnosticKind Duplicate = new("RW0004", Error, "Declared twice", "'{0}' is declared twice");
    /// <summary>A module that cannot be found.</summary>
    public static readonly DiagnosticKind UnknownModule = new("RW0005", Error, "Unknown module", "There is no module '{0}'");
    /// <summary>Modules that use each other.</summary>
    public static readonly DiagnosticKind ModuleCycle = new("RW0006", Error, "Modules use each other", "Modules use each other: {0}");
    /// <summary>A name that two used modules declare.</summary>
    public static readonly DiagnosticKind AmbiguousName = new(
        "RW0007", Error, "Ambiguous name", "'{0}' is declared in {1}; write the name with its module");
    /// <summary>More parameters than a term can have.</summary>
    public static readonly DiagnosticKind TooManyParameters = new(
        "RW0008", Error, "Too many parameters", "'{0}' has {1} parameters; the maximum is {2}");
    /// <summary>A sort without finite terms.</summary>
    public static readonly DiagnosticKind EmptySort = new(
        "RW0009", Error, "Sort without terms", "No finite term of sort '{0}' can be built: every constructor needs another term of it");
    /// <summary>An open operation whose result cannot hold a stuck term.</summary>
    public static readonly DiagnosticKind OpenValue = new(
        "RW0017", Error, "Open operation of a built-in sort",
        "'{0}' cannot be open: its result has the built-in sort '{1}', whose values cannot be stuck terms");

    // Expressions.
    /// <summary>A symbol applied to too many or too few arguments.</summary>
    public static readonly DiagnosticKind WrongArity = new("RW0010", Error, "Wrong number of arguments", "'{0}' takes {1}, not {2}");
    /// <summary>A term of the wrong sort.</summary>
    public static readonly DiagnosticKind WrongSort = new("RW0011", Error, "Wrong sort", "A term of sort '{0}' is needed here, not '{1}'");
    /// <summary>A number that its sort cannot hold.</summary>
    public static readonly DiagnosticKind LiteralRange = new("RW0012", Error, "Literal out of range", "{0} is not a value of sort '{1}'");
    /// <summary>An operator or function that is not defined for its operands.</summary>
    public static readonly DiagnosticKind BadOperands = new("RW0013", Error, "Operator not defined", "'{0}' is not defined for {1}");
    /// <summary>A variable that the source does not bind.</summary>
    public static readonly DiagnosticKind UnboundVariable = new(
        "RW0014", Error, "Unbound variable", "The source of '{0}' does not bind the variable '{1}'{2}");
    /// <summary>A variable that is used with two sorts.</summary>
    public static readonly DiagnosticKind VariableSort = new(
        "RW0015", Error, "Variable of two sorts", "The variable '{0}' has sort '{1}' and is used as '{2}' here");
    /// <summary>A variable that occurs only once.</summary>
    public static readonly DiagnosticKind UnusedVariable = new(
        "RW0016", Warning, "Variable used once", "The variable '{0}' is used only once; if you mean any term, start its name with '_'{1}");
    /// <summary>A C# parameter that the pattern does not mention.</summary>
    public static readonly DiagnosticKind UnusedParameter = new(
        "RW0018", Warning, "Parameter not used", "The pattern '{0}' does not mention its parameter '{1}'");

    // Circuits.
    /// <summary>A step of a circuit that is not a gate, or an angle that is not a sum of angles.</summary>
    public static readonly DiagnosticKind BadCircuit = new("RW0060", Error, "Not a circuit", "{0}");
    /// <summary>A gate that acts on a qubit twice.</summary>
    public static readonly DiagnosticKind RepeatedQubit = new(
        "RW0061", Error, "Qubit used twice", "The gate '{0}' is applied to the qubit '{1}' twice");
    /// <summary>A circuit rule that is refuted.</summary>
    public static readonly DiagnosticKind WrongCircuitRule = new("RW0062", Error, "Circuit rule is wrong", "'{0}' is wrong: {1}");
    /// <summary>A circuit rule that holds only up to a phase, without declaring it.</summary>
    public static readonly DiagnosticKind UndeclaredPhase = new(
        "RW0063", Error, "Circuit rule holds up to a phase",
        "The two sides of '{0}' differ by a global phase: the source is the target times e^(i*({1})); declare the rule as equal up to "
            + "phase, or correct it");
    /// <summary>A circuit rule without a proof.</summary>
    public static readonly DiagnosticKind UnprovedCircuitRule = new(
        "RW0064", Error, "Circuit rule not proved", "'{0}' cannot be proved: {1}");
    /// <summary>A pass that does not exist.</summary>
    public static readonly DiagnosticKind UnknownPass = new("RW0065", Error, "Unknown pass", "There is no pass '{0}'{1}");

    // Patterns.
    /// <summary>A source that is malformed, so that no term can match it.</summary>
    public static readonly DiagnosticKind BadSource = new(
        "RW0020", Error, "Not a source", "The source of '{0}' must be a constructor or an operation applied to patterns, not {1}");
    /// <summary>An operation below the root of a source.</summary>
    public static readonly DiagnosticKind OperationInSource = new(
        "RW0021", Error, "Operation inside a source",
        "'{0}' is evaluated before '{1}' can match it; match its result, or declare '{0}' open");
    /// <summary>A computation in a source.</summary>
    public static readonly DiagnosticKind ComputationInPattern = new(
        "RW0022", Error, "Computation inside a pattern",
        "A pattern can contain only constructors, variables and literals; test the computed value in a condition instead");
    /// <summary>Rules for an operation that C# implements.</summary>
    public static readonly DiagnosticKind RuleForHost = new(
        "RW0023", Error, "Rule for a host operation", "'{0}' is implemented in C# and cannot have rules");
    /// <summary>A rule for an operation of another module.</summary>
    public static readonly DiagnosticKind ForeignOperation = new(
        "RW0024", Error, "Rule for an operation of another module", "'{0}' belongs to module '{1}'; only that module can give it rules");
    /// <summary>A symmetric pattern that no termination order turns into a rule.</summary>
    public static readonly DiagnosticKind NotOriented = new(
        "RW0025", Info, "Equation is not a rule", "No termination order orients '{0}'; it is kept as an equation and is not applied");
    /// <summary>A group that a normalizer names but no pattern has.</summary>
    public static readonly DiagnosticKind EmptyGroup = new(
        "RW0026", Warning, "Group without simplifications", "No simplification is in the group '{0}' that '{1}' names{2}");
    /// <summary>A normalizer for values that are not terms.</summary>
    public static readonly DiagnosticKind NormalizerSort = new(
        "RW0027", Error, "Normalizer of a built-in sort",
        "'{0}' cannot normalize values of sort '{1}'; only terms of a declared sort can be normalized");

    /// <summary>A zero in a source, which only one of the two zeros of <c>double</c> matches.</summary>
    public static readonly DiagnosticKind OneZero = new(
        "RW0028", Info, "One of two zeros",
        "'{0}' matches {0} and not {1}, because terms are compared by bits; to match both, bind a variable and test it with == in a "
            + "condition");
    /// <summary>A rule that calls a normalizer.</summary>
    public static readonly DiagnosticKind NormalizerInRule = new(
        "RW0029", Error, "Normalizer in a rule",
        "'{0}' is a normalizer, and rules cannot call normalizers yet; write an operation that does its work, or call it on the result");

    // Sets of rules.
    /// <summary>Two rules of an operation that overlap with different results.</summary>
    public static readonly DiagnosticKind AmbiguousRules = new(
        "RW0030", Error, "Ambiguous rules",
        "'{0}' and '{1}' both apply to {2} and give different results ({3} and {4}); give one a higher priority");
    /// <summary>Two simplifications that overlap with different results.</summary>
    public static readonly DiagnosticKind AmbiguousSimplifications = new(
        "RW0031", Warning, "Ambiguous simplifications",
        "'{0}' and '{1}' both apply to {2} and give different results ({3} and {4}); '{0}' is tried first");
    /// <summary>A rule that can never fire.</summary>
    public static readonly DiagnosticKind DeadRule = new(
        "RW0032", Error, "Rule can never fire", "'{0}' can never fire: {1} every term that it matches");
    /// <summary>An operation that is stuck for some terms. An argument that the message omits is the source of a rule for them.</summary>
    public static readonly DiagnosticKind NotExhaustive = new(
        "RW0033", Warning, "Operation is not exhaustive", "No rule of '{0}' applies to {1}; add one, or declare the operation open");
    /// <summary>A rule whose target applies the rule again to the same term.</summary>
    public static readonly DiagnosticKind ObviousLoop = new(
        "RW0034", Warning, "Rule loops", "'{0}' applies again to its own result and never ends: {1}");
    /// <summary>Two rules that apply to each other's results.</summary>
    public static readonly DiagnosticKind MutualLoop = new(
        "RW0035", Warning, "Rules undo each other", "'{0}' and '{1}' apply to each other's results and never end: {2}");
    /// <summary>
    /// A group of a rule that has no effect. An argument that the message omits is the intended name, if one is near.
    /// </summary>
    public static readonly DiagnosticKind UselessGroup = new(
        "RW0036", Warning, "Group without effect", "The group '{0}' of '{1}' has no effect: {2}");
    /// <summary>A law of a symbol that has no effect on rules.</summary>
    public static readonly DiagnosticKind IgnoredLaw = new(
        "RW0037", Warning, "Attribute without effect",
        "The attribute {0} of '{1}' has no effect yet: rules match arguments in the order in which they are written");
    /// <summary>A variable with the name of a symbol without arguments.</summary>
    public static readonly DiagnosticKind VariableLikeSymbol = new(
        "RW0038", Warning, "Variable named like a symbol",
        "'{0}' is a variable here, which matches every term; the {1} of that name is written '{0}()'");

    // Meanings.
    /// <summary>A meaning that cannot be read or does not fit the sorts.</summary>
    public static readonly DiagnosticKind BadMeaning = new("RW0040", Error, "Meaning cannot be used", "'{0}' cannot mean \"{1}\": {2}");

    // Limits of the list.
    /// <summary>There are more errors than listed.</summary>
    public static readonly DiagnosticKind MoreErrors = new(
        "RW0058", Error, "More errors than are listed", "{0} more errors are not listed");
    /// <summary>There are more warnings than listed.</summary>
    public static readonly DiagnosticKind MoreWarnings = new(
        "RW0059", Info, "More warnings than are listed", "{0} more warnings are not listed");

    /// <summary>All kinds, by id.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } =
    [
        Syntax, UnknownSort, UnknownSymbol, Duplicate, UnknownModule, ModuleCycle, AmbiguousName, TooManyParameters, EmptySort,
        WrongArity, WrongSort, LiteralRange, BadOperands, UnboundVariable, VariableSort, UnusedVariable, OpenValue, UnusedParameter,
        BadSource, OperationInSource, ComputationInPattern, RuleForHost, ForeignOperation, NotOriented, EmptyGroup, NormalizerSort, OneZero,
        NormalizerInRule,
        AmbiguousRules, AmbiguousSimplifications, DeadRule, NotExhaustive, ObviousLoop, MutualLoop, UselessGroup, IgnoredLaw,
        VariableLikeSymbol,
        BadMeaning,
        MoreErrors, MoreWarnings,
        BadCircuit, RepeatedQubit, WrongCircuitRule, UndeclaredPhase, UnprovedCircuitRule, UnknownPass,
    ];
}
