using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>The type of a local.</summary>
public abstract record LocalType
{
    private protected LocalType() { }

    /// <summary>A value of a sort.</summary>
    public static LocalType Of(Sort sort) => new ValueType(sort);

    /// <summary>A value of a sort.</summary>
    public sealed record ValueType(Sort Sort) : LocalType;

    /// <summary>
    /// The memory of a cell that was taken apart, or nothing. <see cref="Construct"/> builds in it, or <see cref="Free"/> frees it.
    /// </summary>
    /// <param name="Words">The size of the cell in words.</param>
    public sealed record Token(int Words) : LocalType;
}

/// <summary>The sort of holes: addresses of fields that must still be filled.</summary>
internal sealed record HoleSort : Sort
{
    private HoleSort() { }

    public override string Name => "hole";

    /// <summary>The single instance.</summary>
    public static HoleSort Instance { get; } = new();
}

/// <summary>A name for a value, assigned once. Locals are compared by reference.</summary>
public sealed class Local(string name, LocalType type)
{
    /// <summary>A local for a value.</summary>
    public Local(string name, Sort sort) : this(name, LocalType.Of(sort)) { }

    /// <summary>A hint for readers; not unique.</summary>
    public string Name => name;

    /// <summary>The type of the local.</summary>
    public LocalType Type => type;

    /// <summary>The sort of the local's value.</summary>
    /// <exception cref="System.InvalidCastException">The local is a token.</exception>
    public Sort Sort => ((LocalType.ValueType)type).Sort;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>The place of a call: below a rule's target or condition, or below the term that a normalizer visits.</summary>
/// <param name="Rule">The rule; null for a normalizer's visit.</param>
/// <param name="Condition">The index of the condition; -1 for the target.</param>
/// <param name="Path">The indexes of parts, from the root of the expression downwards.</param>
public sealed record CallSite(RewriteRule? Rule, int Condition, EquatableArray<int> Path)
{
    /// <summary>The place of a part.</summary>
    public CallSite At(int part) => this with { Path = Path.Append(part).ToEquatableArray() };
}
