using System.Collections.Generic;
using System.Linq;

namespace Rewright.Model;

/// <summary>A test that a rule makes after its source has matched.</summary>
public abstract record Condition
{
    private protected Condition() { }

    /// <summary>The expressions of the condition.</summary>
    public abstract IEnumerable<Expr> Expressions { get; }
}

/// <summary>A boolean expression must be true.</summary>
public sealed record WhenCondition(Expr Test) : Condition
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Expressions => [Test];
}

/// <summary>The value of <paramref name="Subject"/> must match <paramref name="Pattern"/>, which binds its new variables.</summary>
public sealed record WhereCondition(Expr Pattern, Expr Subject) : Condition
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Expressions => [Pattern, Subject];
}

/// <summary>A declared pattern: two terms, and the conditions under which one becomes the other.</summary>
/// <param name="Name">The name, unique in the module.</param>
/// <param name="Source">The term to replace, unless the pattern is read backward.</param>
/// <param name="Target">The term that replaces it.</param>
/// <param name="Conditions">The conditions, in the order of testing.</param>
/// <param name="Priority">The priority; higher goes first.</param>
/// <param name="Polarity">The direction in which it is read.</param>
/// <param name="Group">The group; empty for none.</param>
/// <param name="Assumed">Why the pattern is taken to be right without a proof; empty to prove it.</param>
/// <param name="Meaning"><c>real</c> if the proof treats its doubles as real numbers.</param>
public sealed record Pattern(
    string Name,
    Expr Source,
    Expr Target,
    EquatableArray<Condition> Conditions,
    int Priority,
    Polarity Polarity,
    string Group,
    string Assumed = "",
    string Meaning = "");

/// <summary>An oriented pattern: the only thing that engines see.</summary>
/// <param name="Name">The name of the pattern.</param>
/// <param name="Source">The term to replace, rooted at an operation, or at a constructor for a simplification.</param>
/// <param name="Target">The term that replaces it.</param>
/// <param name="Conditions">The conditions, in the order of testing.</param>
/// <param name="Priority">The priority; higher goes first.</param>
/// <param name="Group">The group; empty for none.</param>
public sealed record RewriteRule(
    string Name,
    ApplyExpr Source,
    Expr Target,
    EquatableArray<Condition> Conditions,
    int Priority,
    string Group)
{
    /// <summary>The symbol at the root of the source.</summary>
    public FunctionSymbol Root => Source.Symbol;

    /// <summary>True if the source is rooted at a constructor.</summary>
    public bool IsSimplification => Root is Constructor;

    /// <summary>The variables of the source, in order of first occurrence.</summary>
    public IEnumerable<Variable> SourceVariables => Source.Descendants().OfType<VariableExpr>().Select(v => v.Variable).Distinct();

    /// <inheritdoc/>
    public override string ToString() => Printer.Print(this);
}
