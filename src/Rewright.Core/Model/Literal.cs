using System;
using System.Numerics;

namespace Rewright.Model;

/// <summary>A constant of a built-in or enum sort. Literals are equal if the terms are: doubles by bits, all NaNs equal.</summary>
public sealed class Literal : IEquatable<Literal>
{
    /// <summary>
    /// Makes a literal. <paramref name="value"/> is the C# value; for <c>Symbol</c>, the name; for an enum, a <c>long</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The value does not belong to the sort.</exception>
    public Literal(Sort sort, object value)
    {
        bool fits = sort switch
        {
            BuiltInSort { Kind: BuiltInKind.Bool } => value is bool,
            BuiltInSort { Kind: BuiltInKind.Int } => value is int,
            BuiltInSort { Kind: BuiltInKind.UInt } => value is uint,
            BuiltInSort { Kind: BuiltInKind.Long } => value is long,
            BuiltInSort { Kind: BuiltInKind.ULong } => value is ulong,
            BuiltInSort { Kind: BuiltInKind.Double } => value is double,
            BuiltInSort { Kind: BuiltInKind.Symbol or BuiltInKind.String } => value is string,
            BuiltInSort { Kind: BuiltInKind.BigInteger } => value is BigInteger,
            EnumSort => value is long,
            _ => false,
        };
        if (!fits)
            throw new ArgumentException("A literal of sort " + sort.Name + " cannot hold a " + value.GetType().Name + ".", nameof(value));
        (Sort, Value) = (sort, value);
    }

    /// <summary>The sort of the literal.</summary>
    public Sort Sort { get; }

    /// <summary>The C# value.</summary>
    public object Value { get; }

    /// <summary>The literal <c>true</c> or <c>false</c>.</summary>
    public static Literal Of(bool value) => new(BuiltInSort.Bool, value);

    /// <summary>The bits of a value that fits a word: integers sign-extended, doubles by bits with one NaN, enums by value.</summary>
    /// <exception cref="InvalidOperationException">Values of the sort are held by reference.</exception>
    public long Bits => Value switch
    {
        bool b => b ? 1 : 0,
        int i => i,
        uint u => u,
        long l => l,
        ulong u => unchecked((long)u),
        double d => DoubleBits(d),
        _ => throw new InvalidOperationException("A literal of sort " + Sort.Name + " has no bits."),
    };

    /// <summary>The bits by which terms compare doubles: those of the value, with one pattern for all NaNs.</summary>
    public static long DoubleBits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? CanonicalNaN : value);

    // double.NaN has the sign bit set on x86; a fixed positive quiet NaN makes emitted text the same on every platform.
    private static readonly double CanonicalNaN = BitConverter.Int64BitsToDouble(0x7FF8000000000000);

    /// <inheritdoc/>
    public bool Equals(Literal? other)
        => other is not null && Sort.Equals(other.Sort)
            && (Value is double d ? DoubleBits(d) == DoubleBits((double)other.Value) : Value.Equals(other.Value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Literal);

    /// <inheritdoc/>
    public override int GetHashCode() => Value is double d ? DoubleBits(d).GetHashCode() : Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => LiteralText.Print(this);
}
