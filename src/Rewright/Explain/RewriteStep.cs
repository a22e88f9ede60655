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
/// The rule's source, with variables replaced by the bindings, stands at the step's position. The step replaces it by the rule's target
/// with the same bindings. Later steps evaluate the operations in the target.
/// </remarks>
public sealed class RewriteStep
{
    // A step can be as deep as its term, so the text of a trace would be quadratic if it showed whole positions.
    private const int ShownIndexes = 50;

    private readonly TermPosition? _place;

    internal RewriteStep(
        RewriteRule rule, TermPosition? place, IReadOnlyList<KeyValuePair<Variable, TracedValue>> bindings,
        IReadOnlyList<ConditionSteps> conditions)
        => (Rule, _place, Bindings, Conditions) = (rule, place, bindings, conditions);

    /// <summary>The rule.</summary>
    public RewriteRule Rule { get; }

    /// <summary>The position of the step: argument indexes from the root of the term downwards; empty for the root.</summary>
    /// <remarks>
    /// Built-in functions, equality and conditional expressions in a target count as symbols until their parts are known; then their value
    /// replaces them. <c>c ? a : b</c> becomes <c>a</c> or <c>b</c> as soon as <c>c</c> is known. Likewise <c>a &amp;&amp; b</c> and <c>a
    /// || b</c> become their right side if the left side does not decide.
    /// </remarks>
    public IReadOnlyList<int> Position => TermPosition.ToList(_place);

    /// <summary>The values of the rule's variables, by name.</summary>
    public IReadOnlyList<KeyValuePair<Variable, TracedValue>> Bindings { get; }

    /// <summary>The steps that evaluated the rule's conditions, for the conditions that needed any.</summary>
    public IReadOnlyList<ConditionSteps> Conditions { get; }

    /// <summary>The term that the step replaced: the rule's source with the bindings.</summary>
    /// <param name="maxLength">The longest text, in characters.</param>
    public string Before(int maxLength = 200) => Instance(Rule.Source, maxLength);

    /// <summary>The term that replaced it: the rule's target with the bindings.</summary>
    /// <param name="maxLength">The longest text, in characters.</param>
    public string After(int maxLength = 200) => Instance(Rule.Target, maxLength);

    /// <summary>The rule's name, the position, and the terms before and after. A deep position is shortened to its last indexes.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Rule.Name);
        var position = TermPosition.Last(_place, ShownIndexes, out bool isAll);
        if (position.Count > 0)
            text.Append(isAll ? " at " : " at …").AppendJoin('.', position.Select(p => p.ToString(CultureInfo.InvariantCulture)));
        return text.Append(": ").Append(Before()).Append(" -> ").Append(After()).ToString();
    }

    private string Instance(Expr expr, int maxLength)
        => TermPrinter.Shorten(Printer.Print(expr, v => Bindings.First(b => b.Key.Equals(v)).Value.ToString(maxLength)), maxLength);

    // Positions share their beginnings, so a step deep in a term takes no more memory than one at its root.
    internal sealed record TermPosition(TermPosition? Parent, int Index)
    {
        public static List<int> ToList(TermPosition? place) => Last(place, int.MaxValue, out _);

        public static List<int> Last(TermPosition? place, int count, out bool isAll)
        {
            var indexes = new List<int>();
            for (; place is not null && indexes.Count < count; place = place.Parent) indexes.Add(place.Index);
            isAll = place is null;
            indexes.Reverse();
            return indexes;
        }
    }
}

/// <summary>The steps that a condition of a rule needed; positions refer to the condition's expression.</summary>
/// <param name="Index">The index of the condition in the rule.</param>
/// <param name="Steps">The steps, in order.</param>
public sealed record ConditionSteps(int Index, IReadOnlyList<RewriteStep> Steps);
