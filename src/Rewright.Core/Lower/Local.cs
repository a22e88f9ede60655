using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>What a local holds.</summary>
public abstract record LocalType
{
    private protected LocalType() { }

    /// <summary>A value of a sort.</summary>
    public static LocalType Of(Sort sort) => new ValueType(sort);

    /// <summary>A value of a sort.</summary>
    public sealed record ValueType(Sort Sort) : LocalType;

    /// <summary>
    /// The memory of a taken-apart cell, or none: what <see cref="Construct"/> builds in, or <see cref="Free"/> gives back.
    /// </summary>
    /// <param name="Words">Size of the cell.</param>
    public sealed record Token(int Words) : LocalType;
}

/// <summary>The sort of holes: addresses of fields that are still to be filled.</summary>
internal sealed record HoleSort : Sort
{
    private HoleSort() { }

    public override string Name => "hole";

    /// <summary>The only one.</summary>
    public static HoleSort Instance { get; } = new();
}

/// <summary>A name for a value, assigned once. Two locals are the same only if they are one object.</summary>
public sealed class Local(string name, LocalType type)
{
    /// <summary>A local for a value.</summary>
    public Local(string name, Sort sort) : this(name, LocalType.Of(sort)) { }

    /// <summary>A hint for readers; not unique.</summary>
    public string Name => name;

    /// <summary>What it holds.</summary>
    public LocalType Type => type;

    /// <summary>The sort of its value.</summary>
    /// <exception cref="System.InvalidCastException">It is a token.</exception>
    public Sort Sort => ((LocalType.ValueType)type).Sort;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>Where a call stands: below a rule's target or condition, or below the term that a normalizer visits.</summary>
/// <param name="Rule">The rule, null for a normalizer's visit.</param>
/// <param name="Condition">Index of the condition, -1 for the target.</param>
/// <param name="Path">Indexes of parts, from the root of the expression down.</param>
public sealed record CallSite(RewriteRule? Rule, int Condition, EquatableArray<int> Path)
{
    /// <summary>The place of a part.</summary>
    public CallSite At(int part) => this with { Path = Path.Append(part).ToEquatableArray() };
}
