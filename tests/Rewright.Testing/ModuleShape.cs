using System.Collections.Immutable;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>The features of random modules. Numbers are upper bounds unless stated otherwise.</summary>
public sealed record ModuleShape
{
    // Must be the first static member, because the shapes below use it.
    private static ImmutableArray<BuiltInKind> BuiltInSortKinds { get; } =
    [
        BuiltInKind.Bool, BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong, BuiltInKind.Double,
        BuiltInKind.Symbol, BuiltInKind.String, BuiltInKind.BigInteger,
    ];

    /// <summary>The number of data sorts; they may contain each other.</summary>
    public int Sorts { get; init; } = 3;

    /// <summary>The number of constructors per sort.</summary>
    public int Constructors { get; init; } = 4;

    /// <summary>The number of fields per constructor.</summary>
    public int Arity { get; init; } = 3;

    /// <summary>The number of parameters per operation.</summary>
    public int Parameters { get; init; } = 3;

    /// <summary>The number of operations.</summary>
    public int Operations { get; init; } = 4;

    /// <summary>The number of operations that C# implements.</summary>
    public int Hosts { get; init; }

    /// <summary>The number of rules per operation, without the one that covers the rest.</summary>
    public int Rules { get; init; } = 5;

    /// <summary>The nesting depth of sources.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>The built-in sorts for fields, parameters and results; empty for modules of data only.</summary>
    public ImmutableArray<BuiltInKind> BuiltIns { get; init; } = BuiltInSortKinds;

    /// <summary>True to include an enum among the sorts.</summary>
    public bool Enums { get; init; } = true;

    /// <summary>The percentage of values and tests that are conditional expressions, at every depth of targets and conditions.</summary>
    public int Conditionals { get; init; } = 14;

    /// <summary>
    /// True for sorts with planned representations: counters, only constants, flags and small numbers in one word, narrow fields in cells.
    /// </summary>
    public bool PlannedForms { get; init; }

    /// <summary>The percentage of call arguments that are forced to be constructor applications.</summary>
    public int BuiltArguments { get; init; } = 30;

    /// <summary>The size of targets.</summary>
    public int Size { get; init; } = 4;

    /// <summary>True for rules with conditions, <c>if</c> and <c>where</c>.</summary>
    public bool Conditions { get; init; } = true;

    /// <summary>The number of conditions per rule of an operation.</summary>
    public int MaxConditions { get; init; } = 3;

    /// <summary>True for sources that mention a variable twice.</summary>
    public bool NonLinear { get; init; } = true;

    /// <summary>True for tests that compare doubles by their bits, which C# cannot express.</summary>
    public bool DoubleBits { get; init; } = true;

    /// <summary>True for operations that are stuck for some terms.</summary>
    public bool Partial { get; init; } = true;

    /// <summary>True for operations whose stuck terms are results; their terms also occur in sources.</summary>
    public bool Open { get; init; } = true;

    /// <summary>True for simplifications and normalizers. Each simplification makes the term smaller.</summary>
    public bool Normalizers { get; init; } = true;

    /// <summary>The number of simplifications.</summary>
    public int Simplifications { get; init; } = 4;

    /// <summary>The number of normalizers, if there are simplifications.</summary>
    public int MaxNormalizers { get; init; } = 2;

    /// <summary>True to let some modules try their rules in the order of the text.</summary>
    public bool Textual { get; init; } = true;

    /// <summary>True for arithmetic that throws: division, checked operators.</summary>
    public bool Throwing { get; init; }

    /// <summary>True for names that must be quoted, or that are also names of keywords and functions.</summary>
    public bool OddNames { get; init; }

    /// <summary>Sorts and operations over data only: no built-in sorts, no conditions.</summary>
    public static ModuleShape DataOnly { get; } = new() { BuiltIns = [], Enums = false, Conditions = false, Conditionals = 0 };

    /// <summary>Nested calls with freshly built terms, many callers of each operation, and conditionals between them.</summary>
    public static ModuleShape Callers { get; } = new()
    {
        Sorts = 2, Constructors = 3, Arity = 2, Operations = 8, Rules = 3, Depth = 1, Size = 7, Conditionals = 40, BuiltArguments = 60,
        BuiltIns = [BuiltInKind.Long, BuiltInKind.Bool], Enums = false,
    };

    /// <summary>Sorts with all representations side by side.</summary>
    public static ModuleShape Forms { get; } = new()
    {
        PlannedForms = true, Sorts = 5, Size = 6, Operations = 6,
        BuiltIns = [BuiltInKind.Bool, BuiltInKind.Int, BuiltInKind.Long, BuiltInKind.Double, BuiltInKind.String],
    };

    /// <summary>Simplifications with conditions, and several normalizers of all strategies.</summary>
    public static ModuleShape Strategies { get; } = new()
    {
        Sorts = 2, Constructors = 5, Operations = 3, Simplifications = 9,
        MaxNormalizers = 4, Size = 6
    };

    /// <summary>Calls of C# from targets, tests and <c>where</c>, with exceptions.</summary>
    public static ModuleShape Callbacks { get; } = new() { Hosts = 4, Sorts = 2, Arity = 2, Operations = 5, Rules = 4, Size = 5 };

    /// <summary>Conditions that match on the bindings of earlier ones.</summary>
    public static ModuleShape Chains { get; } = new()
    {
        MaxConditions = 7, Sorts = 2, Constructors = 3, Arity = 3, Operations = 5, Hosts = 1, Size = 5,
    };

    /// <summary>Sorts that are held as counters and packed words, and lists of them.</summary>
    public static ModuleShape Counters { get; } = new()
    {
        BuiltIns = [BuiltInKind.Bool, BuiltInKind.Int], Sorts = 2, Constructors = 2,
        Arity = 1, Operations = 6
    };

    /// <summary>More arguments than fit in registers.</summary>
    public static ModuleShape Wide { get; } = new() { Sorts = 2, Arity = 9, Parameters = 10, Rules = 3, Depth = 2 };
}
