using System;
using Rewright.Quantum;

namespace Rewright;

/// <summary>What the bodies of patterns are written with. Use it by <c>using static Rewright.Dsl;</c>.</summary>
/// <remarks>Bodies of patterns are quoted at build time and never run; calling these methods throws.</remarks>
public static class Dsl
{
    /// <summary>A rule that replaces <paramref name="source"/> by <paramref name="to"/>.</summary>
    /// <remarks>
    /// A double in the source matches by its bits: <c>Num(0)</c> matches <c>0.0</c> and not <c>-0.0</c>, unlike <c>is 0.0</c> in C#.
    /// A parameter with the condition <c>.When(z == 0)</c> matches both.
    /// </remarks>
    public static Rule Rewrite<T>(T source, T to) => throw NeverRun();

    /// <summary>
    /// A rule by which one circuit may stand for another: <c>Rewrite([H(q), X(q), H(q)], to: [Z(q)])</c>. It is proved when the project is
    /// built.
    /// </summary>
    public static Rule Rewrite(Circuit source, Circuit to) => throw NeverRun();

    /// <summary>True where the value is a positive power of two.</summary>
    public static bool IsPow2(long value) => long.IsPow2(value);

    /// <summary>The base-2 logarithm, rounded down; 0 for 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static long Log2(long value) => long.Log2(value);

    internal static InvalidOperationException NeverRun()
        => new("The body of a pattern is quoted at build time and cannot be run. Call the module's operations and normalizers instead.");
}

/// <summary>What the method of a pattern returns. No object of it exists: the body is quoted, never run.</summary>
public abstract class Rule
{
    private protected Rule() { }

    /// <summary>The rule applies only where <paramref name="condition"/> is true.</summary>
    /// <remarks>Terms in it are taken as they are written: no normalizer simplifies them, whatever its strategy.</remarks>
    public Rule When(bool condition) => throw Dsl.NeverRun();

    /// <summary>
    /// The rule applies only where the value <paramref name="equals"/> matches <paramref name="pattern"/>, whose new variables it binds.
    /// </summary>
    /// <remarks>
    /// The value is taken as it is written: no normalizer simplifies it, whatever its strategy, until the rule's target uses a part of it.
    /// </remarks>
    public Rule Where<T>(T pattern, T equals) => throw Dsl.NeverRun();
}
