using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Explain;

/// <summary>One application of a rule.</summary>
/// <remarks>
/// At the step's position stands the rule's source with its variables replaced by the bindings; the step puts the rule's
/// target, with the same bindings, in its place. Operations in it that are not evaluated yet are the business of later steps.
/// </remarks>
public sealed class RewriteStep
{
    // A step can be as deep as its term, and a trace of such steps would be quadratic as text.
    private const int ShownIndexes = 50;

    private readonly Place? _place;

    internal RewriteStep(
        RewriteRule rule, Place? place, IReadOnlyList<KeyValuePair<Variable, TracedValue>> bindings,
        IReadOnlyList<ConditionSteps> conditions)
        => (Rule, _place, Bindings, Conditions) = (rule, place, bindings, conditions);

    /// <summary>The rule.</summary>
    public RewriteRule Rule { get; }

    /// <summary>Where it was applied: indexes of arguments from the root of the term down; empty for the root.</summary>
    /// <remarks>
    /// Built-in functions, equality and conditional expressions in a target count as symbols, until their parts are known:
    /// then their value stands in their place. <c>c ? a : b</c> becomes <c>a</c> or <c>b</c> as soon as <c>c</c> is known,
    /// and likewise <c>a &amp;&amp; b</c> and <c>a || b</c> become their right side where the left one does not decide.
    /// </remarks>
    public IReadOnlyList<int> Position => Place.ToList(_place);

    /// <summary>The values of the rule's variables, by name.</summary>
    public IReadOnlyList<KeyValuePair<Variable, TracedValue>> Bindings { get; }

    /// <summary>What was rewritten to find out whether the rule's conditions hold, for those that needed rewriting.</summary>
    public IReadOnlyList<ConditionSteps> Conditions { get; }

    /// <summary>What the rule was applied to: its source with the bindings.</summary>
    /// <param name="maxLength">Longest text.</param>
    public string Before(int maxLength = 200) => Instance(Rule.Source, maxLength);

    /// <summary>What became of it: the rule's target with the bindings.</summary>
    /// <param name="maxLength">Longest text.</param>
    public string After(int maxLength = 200) => Instance(Rule.Target, maxLength);

    /// <summary>The rule's name, the position, and what became of what. Of a deep position the last indexes are shown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Rule.Name);
        var position = Place.Last(_place, ShownIndexes, out bool isAll);
        if (position.Count > 0)
            text.Append(isAll ? " at " : " at …").AppendJoin('.', position.Select(p => p.ToString(CultureInfo.InvariantCulture)));
        return text.Append(": ").Append(Before()).Append(" -> ").Append(After()).ToString();
    }

    private string Instance(Expr expr, int maxLength)
        => TermPrinter.Shorten(Printer.Print(expr, v => Bindings.First(b => b.Key.Equals(v)).Value.ToString(maxLength)), maxLength);

    // Positions share their beginnings: a step in a deep term takes no more memory than one at its root.
    internal sealed record Place(Place? Parent, int Index)
    {
        public static List<int> ToList(Place? place) => Last(place, int.MaxValue, out _);

        public static List<int> Last(Place? place, int count, out bool isAll)
        {
            var indexes = new List<int>();
            for (; place is not null && indexes.Count < count; place = place.Parent) indexes.Add(place.Index);
            isAll = place is null;
            indexes.Reverse();
            return indexes;
        }
    }
}

/// <summary>The rewriting that a condition of a rule needed; positions are those in the condition's expression.</summary>
/// <param name="Index">Which condition of the rule.</param>
/// <param name="Steps">The steps, in order.</param>
public sealed record ConditionSteps(int Index, IReadOnlyList<RewriteStep> Steps);
