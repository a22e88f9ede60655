using System.Collections.Immutable;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>What random modules are made of. Numbers are upper bounds.</summary>
public sealed record ModuleShape
{
    // The first of the statics: the shapes below are made of it.
    private static ImmutableArray<BuiltInKind> BuiltInSortKinds { get; } =
    [
        BuiltInKind.Bool, BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong, BuiltInKind.Double,
        BuiltInKind.Symbol, BuiltInKind.String, BuiltInKind.BigInteger,
    ];

    /// <summary>Data sorts; they may contain each other.</summary>
    public int Sorts { get; init; } = 3;

    /// <summary>Constructors of a sort.</summary>
    public int Constructors { get; init; } = 4;

    /// <summary>Fields of a constructor.</summary>
    public int Arity { get; init; } = 3;

    /// <summary>Parameters of an operation.</summary>
    public int Parameters { get; init; } = 3;

    /// <summary>Operations.</summary>
    public int Operations { get; init; } = 4;

    /// <summary>Operations that C# implements.</summary>
    public int Hosts { get; init; }

    /// <summary>Rules of an operation, not counting the one that covers the rest.</summary>
    public int Rules { get; init; } = 5;

    /// <summary>How deep sources nest.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Built-in sorts for fields, parameters and results; empty for modules of data alone.</summary>
    public ImmutableArray<BuiltInKind> BuiltIns { get; init; } = BuiltInSortKinds;

    /// <summary>An enum is among the sorts.</summary>
    public bool Enums { get; init; } = true;

    /// <summary>How often, in a hundred, a value or test is a conditional expression, at every depth of targets and conditions.</summary>
    public int Conditionals { get; init; } = 14;

    /// <summary>
    /// Sorts whose form is planned: counters, constants alone, flags and small numbers in one word, narrow fields in cells.
    /// </summary>
    public bool PlannedForms { get; init; }

    /// <summary>How often, in a hundred, an argument of a call is a constructor applied, whatever else would do.</summary>
    public int BuiltArguments { get; init; } = 30;

    /// <summary>How large targets are.</summary>
    public int Size { get; init; } = 4;

    /// <summary>Conditions, <c>if</c> and <c>where</c>.</summary>
    public bool Conditions { get; init; } = true;

    /// <summary>Conditions of a rule of an operation.</summary>
    public int MaxConditions { get; init; } = 3;

    /// <summary>Sources that mention a variable twice.</summary>
    public bool NonLinear { get; init; } = true;

    /// <summary>Tests that compare doubles by their bits, which C# has no word for.</summary>
    public bool DoubleBits { get; init; } = true;

    /// <summary>Operations that are stuck at some terms.</summary>
    public bool Partial { get; init; } = true;

    /// <summary>Operations whose stuck terms are results; their terms also stand in sources.</summary>
    public bool Open { get; init; } = true;

    /// <summary>Simplifications and normalizers. Each simplification makes the term smaller.</summary>
    public bool Normalizers { get; init; } = true;

    /// <summary>Simplifications.</summary>
    public int Simplifications { get; init; } = 4;

    /// <summary>Normalizers, where there are simplifications.</summary>
    public int MaxNormalizers { get; init; } = 2;

    /// <summary>Some modules try their rules in the order of the text.</summary>
    public bool Textual { get; init; } = true;

    /// <summary>Arithmetic that raises exceptions: division, checked operators.</summary>
    public bool Throwing { get; init; }

    /// <summary>Names that have to be quoted, or that are those of keywords and functions.</summary>
    public bool OddNames { get; init; }

    /// <summary>Sorts and operations over data alone: no built-in sorts, no conditions.</summary>
    public static ModuleShape DataOnly { get; } = new() { BuiltIns = [], Enums = false, Conditions = false, Conditionals = 0 };

    /// <summary>Calls of calls with terms that were just built, many callers of each operation, and conditionals between them.</summary>
    public static ModuleShape Callers { get; } = new()
    {
        Sorts = 2, Constructors = 3, Arity = 2, Operations = 8, Rules = 3, Depth = 1, Size = 7, Conditionals = 40, BuiltArguments = 60,
        BuiltIns = [BuiltInKind.Long, BuiltInKind.Bool], Enums = false,
    };

    /// <summary>Sorts in every form beside each other.</summary>
    public static ModuleShape Forms { get; } = new()
    {
        PlannedForms = true, Sorts = 5, Size = 6, Operations = 6,
        BuiltIns = [BuiltInKind.Bool, BuiltInKind.Int, BuiltInKind.Long, BuiltInKind.Double, BuiltInKind.String],
    };

    /// <summary>Simplifications with conditions, several normalizers of all strategies.</summary>
    public static ModuleShape Strategies { get; } = new() { Sorts = 2, Constructors = 5, Operations = 3, Simplifications = 9,
        MaxNormalizers = 4, Size = 6 };

    /// <summary>Calls of C# from targets, tests and <c>where</c>, with exceptions.</summary>
    public static ModuleShape Callbacks { get; } = new() { Hosts = 4, Sorts = 2, Arity = 2, Operations = 5, Rules = 4, Size = 5 };

    /// <summary>Conditions that take apart what those before have bound.</summary>
    public static ModuleShape Chains { get; } = new()
    {
        MaxConditions = 7, Sorts = 2, Constructors = 3, Arity = 3, Operations = 5, Hosts = 1, Size = 5,
    };

    /// <summary>Sorts that are held as counters and packed words, and lists of them.</summary>
    public static ModuleShape Counters { get; } = new() { BuiltIns = [BuiltInKind.Bool, BuiltInKind.Int], Sorts = 2, Constructors = 2,
        Arity = 1, Operations = 6 };

    /// <summary>More arguments than travel in registers.</summary>
    public static ModuleShape Wide { get; } = new() { Sorts = 2, Arity = 9, Parameters = 10, Rules = 3, Depth = 2 };
}
