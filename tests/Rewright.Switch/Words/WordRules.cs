namespace Rewright.Switch.Words;

/// <summary>400 peephole rules for expressions over words.</summary>
/// <remarks>
/// In normal forms a constant stands right, and outermost where sums, products or bitwise operations nest; a difference with a constant on
/// its right is a sum, and a product with a power of two is a shift; <see cref="Neg"/> and <see cref="Not"/> stand outside. So a rule has
/// to match these forms only, and counts of shifts inside a source are from 1 to 63.
/// The order of the rules of each constructor is that of <see cref="WordsByHand"/>: the first match wins.
/// </remarks>
[PatternModule(Order = RuleOrder.Textual)]
public static partial class WordRules
{
    [Sort(typeof(Word))] public readonly partial struct W;

    /// <summary>The expression with all rules applied.</summary>
    [Normalizer(Strategy.Innermost)] public static partial W Simplify(W word);

    /// <summary>The same on objects.</summary>
    [Normalizer(Strategy.Innermost)] public static partial Word Simplify(Word word);
}
