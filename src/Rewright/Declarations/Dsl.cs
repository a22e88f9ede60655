using System;
using Rewright.Quantum;

namespace Rewright;

/// <summary>The language of pattern bodies. Import it by <c>using static Rewright.Dsl;</c>.</summary>
/// <remarks>The generator quotes pattern bodies at build time and nothing runs them; calling these methods throws.</remarks>
public static class Dsl
{
    /// <summary>A rule that replaces <paramref name="source"/> by <paramref name="to"/>.</summary>
    /// <remarks>
    /// A double in the source matches by its bits: <c>Num(0)</c> matches <c>0.0</c> and not <c>-0.0</c>, unlike <c>is 0.0</c> in C#.
    /// A parameter with the condition <c>.When(z == 0)</c> matches both.
    /// </remarks>
    public static Rule Rewrite<T>(T source, T to) => throw NeverRun();

    /// <summary>A rule that replaces one circuit by another: <c>Rewrite([H(q), X(q), H(q)], to: [Z(q)])</c>. The build proves it.</summary>
    public static Rule Rewrite(Circuit source, Circuit to) => throw NeverRun();

    /// <summary>True if the value is a positive power of two.</summary>
    public static bool IsPow2(long value) => long.IsPow2(value);

    /// <summary>The base-2 logarithm, rounded down; 0 for 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static long Log2(long value) => long.Log2(value);

    internal static InvalidOperationException NeverRun()
        => new("The body of a pattern is quoted at build time and cannot be run. Call the module's operations and normalizers instead.");
}

/// <summary>The return type of pattern methods. No instance exists: the body is quoted, never run.</summary>
public abstract class Rule
{
    private protected Rule() { }

    /// <summary>Restricts the rule to matches for which <paramref name="condition"/> is true.</summary>
    /// <remarks>Terms in the condition are used as written: no normalizer simplifies them, whatever its strategy.</remarks>
    public Rule When(bool condition) => throw Dsl.NeverRun();

    /// <summary>
    /// Restricts the rule to matches for which the value <paramref name="equals"/> matches <paramref name="pattern"/>, and binds the new
    /// variables of the pattern.
    /// </summary>
    /// <remarks>
    /// The value is used as written: no normalizer simplifies it, whatever its strategy, until the rule's target uses a part of it.
    /// </remarks>
    public Rule Where<T>(T pattern, T equals) => throw Dsl.NeverRun();
}
