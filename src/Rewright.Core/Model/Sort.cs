using System.Collections.Immutable;

namespace Rewright.Model;

/// <summary>A type of terms.</summary>
/// <remarks>Built-in, enum and reference sorts are compared by value; each <see cref="DataSort"/> is one object per module.</remarks>
public abstract record Sort
{
    private protected Sort() { }

    /// <summary>The name in <c>.rw</c> text, without a module.</summary>
    public abstract string Name { get; }

    /// <summary>True if C# holds values of this sort as plain C# values, not as term handles.</summary>
    public virtual bool IsValue => true;

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

/// <summary>The sorts that every module knows.</summary>
public enum BuiltInKind
{
    /// <summary>C# <c>bool</c>.</summary>
    Bool,
    /// <summary>C# <c>int</c>.</summary>
    Int,
    /// <summary>C# <c>uint</c>.</summary>
    UInt,
    /// <summary>C# <c>long</c>.</summary>
    Long,
    /// <summary>C# <c>ulong</c>.</summary>
    ULong,
    /// <summary>C# <c>double</c>; compared by bits in terms, with all NaNs equal.</summary>
    Double,
    /// <summary>An interned name.</summary>
    Symbol,
    /// <summary>C# <c>string</c>, compared ordinally.</summary>
    String,
    /// <summary><c>System.Numerics.BigInteger</c>.</summary>
    BigInteger,
}

/// <summary>One of the sorts that every module knows.</summary>
public sealed record BuiltInSort : Sort
{
    private BuiltInSort(BuiltInKind kind, string name) => (Kind, Name) = (kind, name);

    /// <summary>The kind of sort.</summary>
    public BuiltInKind Kind { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>C# <c>bool</c>.</summary>
    public static BuiltInSort Bool { get; } = new(BuiltInKind.Bool, "bool");
    /// <summary>C# <c>int</c>.</summary>
    public static BuiltInSort Int { get; } = new(BuiltInKind.Int, "int");
    /// <summary>C# <c>uint</c>.</summary>
    public static BuiltInSort UInt { get; } = new(BuiltInKind.UInt, "uint");
    /// <summary>C# <c>long</c>.</summary>
    public static BuiltInSort Long { get; } = new(BuiltInKind.Long, "long");
    /// <summary>C# <c>ulong</c>.</summary>
    public static BuiltInSort ULong { get; } = new(BuiltInKind.ULong, "ulong");
    /// <summary>C# <c>double</c>.</summary>
    public static BuiltInSort Double { get; } = new(BuiltInKind.Double, "double");
    /// <summary>An interned name.</summary>
    public static BuiltInSort Symbol { get; } = new(BuiltInKind.Symbol, "Symbol");
    /// <summary>C# <c>string</c>.</summary>
    public static BuiltInSort String { get; } = new(BuiltInKind.String, "string");
    /// <summary><c>System.Numerics.BigInteger</c>.</summary>
    public static BuiltInSort BigInteger { get; } = new(BuiltInKind.BigInteger, "BigInteger");

    /// <summary>All built-in sorts, indexed by <see cref="BuiltInKind"/>.</summary>
    public static ImmutableArray<BuiltInSort> All { get; } =
        ImmutableArray.Create(Bool, Int, UInt, Long, ULong, Double, Symbol, String, BigInteger);

    /// <summary>The sort of a kind.</summary>
    public static BuiltInSort Of(BuiltInKind kind) => All[(int)kind];
}

/// <summary>A member of an <see cref="EnumSort"/>.</summary>
public sealed record EnumMember(string Name, long Value);

/// <summary>A C# enum used as a sort. As in C#, values without a member are allowed.</summary>
/// <param name="FullName">The C# name, qualified by the namespace.</param>
/// <param name="Underlying">The sort for conversions of its values; <c>byte</c> and <c>short</c> enums widen to <c>int</c>.</param>
/// <param name="Members">The members, in order of declaration.</param>
public sealed record EnumSort(string FullName, BuiltInKind Underlying, EquatableArray<EnumMember> Members) : Sort
{
    /// <inheritdoc/>
    public override string Name => FullName;
}

/// <summary>An opaque C# object (<c>Ref&lt;T&gt;</c>), compared by reference.</summary>
/// <param name="TypeName">The full name of the C# type; empty for any object.</param>
public sealed record RefSort(string TypeName) : Sort
{
    /// <inheritdoc/>
    public override string Name => "Ref<" + TypeName + ">";
}

/// <summary>A sort that a module declares by listing its constructors. It is closed: users of the module cannot add constructors.</summary>
public sealed record DataSort : Sort
{
    internal DataSort(string module, string name) => (ModuleName, Name) = (module, name);

    /// <summary>The name of the declaring module.</summary>
    public string ModuleName { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool IsValue => false;

    /// <summary>The constructors in order of declaration; the position is the constructor's tag.</summary>
    public ImmutableArray<Constructor> Constructors { get; internal set; } = ImmutableArray<Constructor>.Empty;

    /// <summary>The stated meaning of its terms in proofs; empty if there is none.</summary>
    public string Meaning { get; internal set; } = "";

    // Chosen on first use; every thread would choose the same.
    internal Representation? Representation { get; set; }

    /// <summary>True for the same object only.</summary>
    public bool Equals(DataSort? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
