using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.BuiltInKind;
using BigInteger = System.Numerics.BigInteger;

namespace Rewright.Primitives;

/// <summary>The sorts of numbers.</summary>
internal static class NumberKinds
{
    /// <summary>The kind of a built-in sort, or of an enum's integers.</summary>
    public static BuiltInKind Of(Sort sort) => sort is EnumSort e ? e.Underlying : ((BuiltInSort)sort).Kind;

    /// <summary>True for integers of fixed size.</summary>
    public static bool IsFixed(this BuiltInKind kind) => kind is Int or UInt or Long or ULong;

    /// <summary>True for those of them that have a sign.</summary>
    public static bool IsSigned(this BuiltInKind kind) => kind is Int or Long;

    /// <summary>Their number of bits.</summary>
    public static int Width(this BuiltInKind kind) => kind is Int or UInt ? 32 : 64;

    /// <summary>The least and the greatest of them.</summary>
    public static (BigInteger Least, BigInteger Most) Range(this BuiltInKind kind)
    {
        int width = kind.Width();
        BigInteger least = kind.IsSigned() ? -(BigInteger.One << (width - 1)) : 0;
        return (least, least + Bits.Ones(width));
    }

    /// <summary>The number that a value of the kind's carrier, from 0 on, stands for.</summary>
    public static BigInteger Read(this BuiltInKind kind, object value)
        => kind.IsSigned() ? Bits.Signed((BigInteger)value, kind.Width()) : (BigInteger)value;
}
