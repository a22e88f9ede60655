using Simplify.Expressions;

namespace Simplify.Checking;

/// <summary>What is known about the value of an expression at a point.</summary>
public abstract record Enclosure
{
    /// <summary>Whether the expression is not known to be defined at this point.</summary>
    public bool MayBeUndefined { get; init; }
}

/// <summary>The expression has no value at this point.</summary>
public sealed record Undefined : Enclosure
{
    private Undefined() => MayBeUndefined = true;

    public static Undefined Value { get; } = new();
}

/// <summary>The value.</summary>
public sealed record Exact(Rational Value) : Enclosure;

/// <summary>The value, if there is one, lies between two bounds; an infinite one says nothing about it.
/// The bounds live as long as <see cref="IntervalArithmetic"/> says.</summary>
public sealed record Interval : Enclosure
{
    internal Interval(Float lo, Float hi)
    {
        Lo = lo;
        Hi = hi;
    }

    internal Float Lo { get; init; }
    internal Float Hi { get; init; }
}

/// <summary>A condition that can turn out true, false, or (as far as is known) either way.</summary>
public sealed record Truth(bool CanBeTrue, bool CanBeFalse) : Enclosure
{
    public static Truth Certain(bool value) => new(value, !value);
}

/// <summary>A number of MPFR.</summary>
internal readonly record struct Float(nint Pointer);
