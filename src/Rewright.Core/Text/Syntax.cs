using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Text;

// What the user wrote, names not yet resolved. Both front ends make it: the .rw parser and the reader of C# attributes.
// Records of names and numbers only, compared by value with positions left out, so that incremental steps can hold them.

/// <summary>A module as written.</summary>
/// <param name="Name">Full name; empty where text names none.</param>
/// <param name="Uses">Modules whose sorts and symbols it may name.</param>
/// <param name="Order">What decides between rules.</param>
/// <param name="Sorts">Declared sorts.</param>
/// <param name="Enums">Enums that it mentions.</param>
/// <param name="Operations">Declared operations.</param>
/// <param name="Patterns">Declared patterns.</param>
/// <param name="Normalizers">Declared normalizers.</param>
/// <param name="Span">Where the module is named.</param>
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
    /// <summary>True where some declaration could not be read: then nothing is said of what seems to be missing.</summary>
    internal bool LacksDeclarations { get; init; }

    /// <summary>True where one of those could have declared a name: then no name is called unknown.</summary>
    internal bool LacksNames { get; init; }

    /// <summary>What circuits may be optimised by beyond rules.</summary>
    public EquatableArray<NameSyntax> Passes { get; init; }

    /// <summary>The same with other passes, for assemblies that cannot call init accessors of this one.</summary>
    public ModuleSyntax WithPasses(EquatableArray<NameSyntax> passes) => this with { Passes = passes };
}

/// <summary>A name, dotted where it is qualified.</summary>
public sealed record NameSyntax(string Text, SourceSpan Span);

/// <summary>A sort and its constructors; the meaning says what values its terms stand for, empty where none is stated.</summary>
public sealed record SortSyntax(string Name, EquatableArray<ConstructorSyntax> Constructors, SourceSpan Span, string Meaning = "");

/// <summary>A constructor.</summary>
public sealed record ConstructorSyntax(
    string Name, EquatableArray<ParameterSyntax> Parameters, SymbolSyntaxAttributes Attributes, SourceSpan Span);

/// <summary>What stands in brackets behind a symbol.</summary>
/// <param name="Flags">Open, host, associative, commutative, denotes.</param>
/// <param name="Cost">Cost of a node, constructors only.</param>
/// <param name="Identity">The neutral argument, null for none.</param>
/// <param name="Meaning">What it computes, empty where it is not stated.</param>
public sealed record SymbolSyntaxAttributes(SymbolAttributes Flags, int Cost, ExprSyntax? Identity, string Meaning = "")
{
    /// <summary>Nothing in brackets.</summary>
    public static SymbolSyntaxAttributes None { get; } = new(SymbolAttributes.None, 1, null);
}

/// <summary>A parameter; the name is empty where none is written.</summary>
public sealed record ParameterSyntax(string Name, NameSyntax Sort);

/// <summary>An enum used as a sort.</summary>
public sealed record EnumSyntax(string Name, BuiltInKind Underlying, EquatableArray<EnumMember> Members, SourceSpan Span);

/// <summary>An operation.</summary>
public sealed record OperationSyntax(
    string Name, EquatableArray<ParameterSyntax> Parameters, NameSyntax Result, SymbolSyntaxAttributes Attributes, SourceSpan Span);

/// <summary>A pattern. In C# its variables are declared with their sorts; in text they are inferred.</summary>
/// <param name="Name">Name, unique among the module's patterns.</param>
/// <param name="Variables">Declared variables, null where they are inferred.</param>
/// <param name="Source">The term that is replaced.</param>
/// <param name="Target">The term that replaces it.</param>
/// <param name="Conditions">Conditions in the order of testing.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Polarity">Which way it is read.</param>
/// <param name="Group">Empty for none.</param>
/// <param name="Span">Where it is named.</param>
/// <param name="Assumed">Why it is taken to be right without a proof; empty where it is to be proved.</param>
/// <param name="Meaning"><c>real</c> where its doubles are to be read as real numbers in the proof.</param>
/// <param name="GroupSpan">Where the group is named.</param>
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
    /// <summary>True where two circuits may differ by a global phase.</summary>
    public bool UpToPhase { get; init; }

    /// <summary>The expressions of the rule, those of its conditions first.</summary>
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

    /// <summary>True for a rule between circuits: one of its sides at least is a circuit.</summary>
    public bool IsBetweenCircuits => Source is CircuitSyntax || Target is CircuitSyntax;

    /// <summary>
    /// The same, declared or not declared as equal up to phase, for assemblies that cannot call init accessors of this one.
    /// </summary>
    public PatternSyntax WithUpToPhase(bool upToPhase) => this with { UpToPhase = upToPhase };
}

/// <summary><c>if test</c>, or <c>where pattern = subject</c> when <paramref name="Pattern"/> is given.</summary>
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
    /// True where it nests deeper than <see cref="Parser.MaxDepth"/>. The parser has refused that; C# front ends can make it.
    /// </summary>
    public bool IsTooDeep => Descendants().Any(d => d.Depth > Parser.MaxDepth);

    /// <summary>This and everything below it, each with its depth from 1, parents first.</summary>
    /// <remarks>Not recursive, so that it can be asked of what is too deep for anything recursive.</remarks>
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

/// <summary>A variable; without a name (<c>_</c> in text) one that is used nowhere else.</summary>
public sealed record VariableSyntax(string Name, SourceSpan Span) : ExprSyntax(Span);

/// <summary>A symbol, function or sort (as a conversion) applied to arguments.</summary>
/// <param name="Name">The name, dotted where it is qualified.</param>
/// <param name="Arguments">The arguments; empty also where no parentheses are written.</param>
/// <param name="NameSpan">Where the name stands.</param>
/// <param name="Span">Where the whole stands.</param>
public sealed record CallSyntax(string Name, EquatableArray<ExprSyntax> Arguments, SourceSpan NameSpan, SourceSpan Span)
    : ExprSyntax(Span);

/// <summary>What kind of literal a <see cref="LiteralSyntax"/> is.</summary>
public enum LiteralKind
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Bool,
    /// <summary>Decimal digits; the sort comes from suffix and context.</summary>
    Integer,
    /// <summary>A double, written so that it reads back to the same bits.</summary>
    Real,
    /// <summary>A string.</summary>
    String,
    /// <summary>A symbol.</summary>
    Symbol,
}

/// <summary>A literal.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The value: digits, or the characters of a string or symbol.</param>
/// <param name="Suffix">Upper-case suffix of a number: empty, <c>L</c>, <c>U</c>, <c>UL</c>, <c>D</c>, <c>N</c>.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LiteralSyntax(LiteralKind Kind, string Text, string Suffix, SourceSpan Span) : ExprSyntax(Span);

/// <summary><c>-x</c>, <c>!x</c>, <c>~x</c>.</summary>
public sealed record UnarySyntax(string Operator, ExprSyntax Operand, SourceSpan Span) : ExprSyntax(Span);

/// <summary>A binary operator, <c>&amp;&amp;</c> and <c>||</c> included.</summary>
public sealed record BinarySyntax(string Operator, ExprSyntax Left, ExprSyntax Right, SourceSpan Span) : ExprSyntax(Span);

/// <summary><c>c ? a : b</c>.</summary>
public sealed record ConditionalSyntax(ExprSyntax Test, ExprSyntax WhenTrue, ExprSyntax WhenFalse, SourceSpan Span) : ExprSyntax(Span);

/// <summary>A circuit: <c>[H(q), CX(q, r)]</c>. It stands for the whole source or target of a pattern.</summary>
public sealed record CircuitSyntax(EquatableArray<ExprSyntax> Gates, SourceSpan Span) : ExprSyntax(Span);

/// <summary><c>checked(x)</c>, or <c>unchecked(x)</c>.</summary>
public sealed record CheckedSyntax(bool IsChecked, ExprSyntax Operand, SourceSpan Span) : ExprSyntax(Span);
