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

/// <summary>What the user declares: two terms and the conditions under which one becomes the other.</summary>
/// <param name="Name">Unique in the module.</param>
/// <param name="Source">The term that is replaced, unless it is read backward.</param>
/// <param name="Target">The term that replaces it.</param>
/// <param name="Conditions">Tested in order.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Polarity">Which way it is read.</param>
/// <param name="Group">Empty for none.</param>
/// <param name="Assumed">Why it is taken to be right without a proof; empty where it is to be proved.</param>
/// <param name="Meaning"><c>real</c> where its doubles are to be read as real numbers in the proof.</param>
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

/// <summary>An oriented pattern: the only thing the engines see.</summary>
/// <param name="Name">Name of the pattern that it comes from.</param>
/// <param name="Source">Rooted at an operation, or at a constructor for a simplification.</param>
/// <param name="Target">What the source becomes.</param>
/// <param name="Conditions">Tested in order.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Group">Empty for none.</param>
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

    /// <summary>True where the source is rooted at a constructor.</summary>
    public bool IsSimplification => Root is Constructor;

    /// <summary>The variables of the source, in order of first occurrence.</summary>
    public IEnumerable<Variable> SourceVariables => Source.Descendants().OfType<VariableExpr>().Select(v => v.Variable).Distinct();

    /// <inheritdoc/>
    public override string ToString() => Printer.Print(this);
}
