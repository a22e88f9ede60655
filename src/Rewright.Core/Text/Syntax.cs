using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Text;

// The user's declarations before names are resolved. Two front ends make them: the .rw parser and the reader of C# attributes. They are
// records of names and numbers, compared by value without positions, so that incremental steps can hold them.

/// <summary>A module as written.</summary>
/// <param name="Name">The full name; empty if the text gives none.</param>
/// <param name="Uses">The modules whose sorts and symbols it may use.</param>
/// <param name="Order">How to choose between rules.</param>
/// <param name="Sorts">The declared sorts.</param>
/// <param name="Enums">The enums that it mentions.</param>
/// <param name="Operations">The declared operations.</param>
/// <param name="Patterns">The declared patterns.</param>
/// <param name="Normalizers">The declared normalizers.</param>
/// <param name="Span">The place of the module's name.</param>
public sealed record ModuleSyntax(
    string Name,
    EquatableArray<NameSyntax> Uses,
    RuleOrder Order,
    EquatableArray<SortSyntax> Sorts,
    EquatableArray<EnumSyntax> Enums,
    EquatableArray<OperationSyntax> Operations,
    EquatableArray<PatternSyntax> Patterns,
    EquatableArray<NormalizerSyntax> Normalizers,
    SourceSpan Span)
{
    /// <summary>True if a declaration could not be read; then missing declarations are not reported.</summary>
    internal bool LacksDeclarations { get; init; }

    /// <summary>True if such a declaration could have declared a name; then unknown names are not reported.</summary>
    internal bool LacksNames { get; init; }

    /// <summary>The passes that may optimise circuits besides the rules.</summary>
    public EquatableArray<NameSyntax> Passes { get; init; }

    /// <summary>The module with other passes, for assemblies that cannot call init accessors of this one.</summary>
    public ModuleSyntax WithPasses(EquatableArray<NameSyntax> passes) => this with { Passes = passes };
}

/// <summary>A name; a qualified one has dots.</summary>
public sealed record NameSyntax(string Text, SourceSpan Span);

/// <summary>A sort with its constructors and the stated meaning of its terms, which is empty if there is none.</summary>
public sealed record SortSyntax(string Name, EquatableArray<ConstructorSyntax> Constructors, SourceSpan Span, string Meaning = "");

/// <summary>A constructor.</summary>
public sealed record ConstructorSyntax(
    string Name, EquatableArray<ParameterSyntax> Parameters, SymbolSyntaxAttributes Attributes, SourceSpan Span);

/// <summary>The attributes in brackets after a symbol.</summary>
/// <param name="Flags">The flags: open, host, associative, commutative, denotes.</param>
/// <param name="Cost">The cost of a node; only for constructors.</param>
/// <param name="Identity">The neutral argument; null for none.</param>
/// <param name="Meaning">The stated meaning; empty for none.</param>
public sealed record SymbolSyntaxAttributes(SymbolAttributes Flags, int Cost, ExprSyntax? Identity, string Meaning = "")
{
    /// <summary>No attributes.</summary>
    public static SymbolSyntaxAttributes None { get; } = new(SymbolAttributes.None, 1, null);
}

/// <summary>A parameter; the name is empty if none is written.</summary>
public sealed record ParameterSyntax(string Name, NameSyntax Sort);

/// <summary>An enum used as a sort.</summary>
public sealed record EnumSyntax(string Name, BuiltInKind Underlying, EquatableArray<EnumMember> Members, SourceSpan Span);

/// <summary>An operation.</summary>
public sealed record OperationSyntax(
    string Name, EquatableArray<ParameterSyntax> Parameters, NameSyntax Result, SymbolSyntaxAttributes Attributes, SourceSpan Span);

/// <summary>A pattern. C# declares its variables with their sorts; in text they are inferred.</summary>
/// <param name="Name">The name, unique among the module's patterns.</param>
/// <param name="Variables">The declared variables; null if they are inferred.</param>
/// <param name="Source">The term that is replaced.</param>
/// <param name="Target">The term that replaces it.</param>
/// <param name="Conditions">The conditions, in the order of testing.</param>
/// <param name="Priority">The priority; higher goes first.</param>
/// <param name="Polarity">The direction in which it is read.</param>
/// <param name="Group">The group; empty for none.</param>
/// <param name="Span">The place of the name.</param>
/// <param name="Assumed">Why the pattern is taken to be right without a proof; empty to prove it.</param>
/// <param name="Meaning"><c>real</c> if the proof treats its doubles as real numbers.</param>
/// <param name="GroupSpan">The place of the group's name.</param>
public sealed record PatternSyntax(
    string Name,
    EquatableArray<ParameterSyntax>? Variables,
    ExprSyntax Source,
    ExprSyntax Target,
    EquatableArray<ConditionSyntax> Conditions,
    int Priority,
    Polarity Polarity,
    string Group,
    SourceSpan Span,
    string Assumed = "",
    string Meaning = "",
    SourceSpan GroupSpan = default)
{
    /// <summary>True if the two circuits may differ by a global phase.</summary>
    public bool UpToPhase { get; init; }

    /// <summary>The expressions of the rule; those of its conditions come first.</summary>
    public IEnumerable<ExprSyntax> Expressions
    {
        get
        {
            foreach (var condition in Conditions)
            {
                if (condition.Pattern is not null) yield return condition.Pattern;
                yield return condition.Expression;
            }

            yield return Source;
            yield return Target;
        }
    }

    /// <summary>True for a rule between circuits: at least one of its sides is a circuit.</summary>
    public bool IsBetweenCircuits => Source is CircuitSyntax || Target is CircuitSyntax;

    /// <summary>
    /// The pattern with this value of <see cref="UpToPhase"/>, for assemblies that cannot call init accessors of this one.
    /// </summary>
    public PatternSyntax WithUpToPhase(bool upToPhase) => this with { UpToPhase = upToPhase };
}

/// <summary><c>if test</c>, or <c>where pattern = subject</c> if <paramref name="Pattern"/> is given.</summary>
public sealed record ConditionSyntax(ExprSyntax? Pattern, ExprSyntax Expression, SourceSpan Span);

/// <summary>A normalizer.</summary>
public sealed record NormalizerSyntax(string Name, NameSyntax Sort, Strategy Strategy, EquatableArray<string> Groups, SourceSpan Span);

/// <summary>An expression as written.</summary>
public abstract record ExprSyntax(SourceSpan Span)
{
    /// <summary>The direct parts, left to right.</summary>
    internal IReadOnlyList<ExprSyntax> Parts => this switch
    {
        CallSyntax c => c.Arguments,
        UnarySyntax u => [u.Operand],
        BinarySyntax b => [b.Left, b.Right],
        ConditionalSyntax c => [c.Test, c.WhenTrue, c.WhenFalse],
        CheckedSyntax c => [c.Operand],
        CircuitSyntax c => c.Gates,
        _ => [],
    };

    /// <summary>
    /// True if it nests deeper than <see cref="Parser.MaxDepth"/>. The parser rejects such text, but C# front ends can produce it.
    /// </summary>
    public bool IsTooDeep => Descendants().Any(d => d.Depth > Parser.MaxDepth);

    /// <summary>This expression and everything below it, each with its depth from 1, parents first.</summary>
    /// <remarks>Not recursive, so that it works on expressions that are too deep for recursion.</remarks>
    internal IEnumerable<(ExprSyntax Node, int Depth)> Descendants()
    {
        var stack = new Stack<(ExprSyntax Node, int Depth)>();
        stack.Push((this, 1));
        while (stack.Count > 0)
        {
            var (node, depth) = stack.Pop();
            yield return (node, depth);
            for (int i = node.Parts.Count - 1; i >= 0; i--) stack.Push((node.Parts[i], depth + 1));
        }
    }
}

/// <summary>A variable; one without a name (<c>_</c> in text) occurs nowhere else.</summary>
public sealed record VariableSyntax(string Name, SourceSpan Span) : ExprSyntax(Span);

/// <summary>A symbol, function or sort (as a conversion) applied to arguments.</summary>
/// <param name="Name">The name; a qualified one has dots.</param>
/// <param name="Arguments">The arguments; also empty if there are no parentheses.</param>
/// <param name="NameSpan">The place of the name.</param>
/// <param name="Span">The place of the whole expression.</param>
public sealed record CallSyntax(string Name, EquatableArray<ExprSyntax> Arguments, SourceSpan NameSpan, SourceSpan Span)
    : ExprSyntax(Span);

/// <summary>The kinds of <see cref="LiteralSyntax"/>.</summary>
public enum LiteralKind
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Bool,
    /// <summary>Decimal digits; suffix and context determine the sort.</summary>
    Integer,
    /// <summary>A double that reads back to the same bits.</summary>
    Real,
    /// <summary>A string.</summary>
    String,
    /// <summary>A symbol.</summary>
    Symbol,
}

/// <summary>A literal.</summary>
/// <param name="Kind">The kind of literal.</param>
/// <param name="Text">The value: digits, or the characters of a string or symbol.</param>
/// <param name="Suffix">The upper-case suffix of a number: empty, <c>L</c>, <c>U</c>, <c>UL</c>, <c>D</c>, <c>N</c>.</param>
/// <param name="Span">The place of the literal.</param>
public sealed record LiteralSyntax(LiteralKind Kind, string Text, string Suffix, SourceSpan Span) : ExprSyntax(Span);

/// <summary><c>-x</c>, <c>!x</c>, <c>~x</c>.</summary>
public sealed record UnarySyntax(string Operator, ExprSyntax Operand, SourceSpan Span) : ExprSyntax(Span);

/// <summary>A binary operator, including <c>&amp;&amp;</c> and <c>||</c>.</summary>
public sealed record BinarySyntax(string Operator, ExprSyntax Left, ExprSyntax Right, SourceSpan Span) : ExprSyntax(Span);

/// <summary><c>c ? a : b</c>.</summary>
public sealed record ConditionalSyntax(ExprSyntax Test, ExprSyntax WhenTrue, ExprSyntax WhenFalse, SourceSpan Span) : ExprSyntax(Span);

/// <summary>A circuit: <c>[H(q), CX(q, r)]</c>. It is the whole source or target of a pattern.</summary>
public sealed record CircuitSyntax(EquatableArray<ExprSyntax> Gates, SourceSpan Span) : ExprSyntax(Span);

/// <summary><c>checked(x)</c>, or <c>unchecked(x)</c>.</summary>
public sealed record CheckedSyntax(bool IsChecked, ExprSyntax Operand, SourceSpan Span) : ExprSyntax(Span);
