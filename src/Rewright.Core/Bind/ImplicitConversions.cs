using System.Globalization;
using System.Numerics;
using Rewright.Analysis.Conditions;
using Rewright.Model;

namespace Rewright.Bind;

/// <summary>The conversions between number sorts that C# makes without a cast.</summary>
internal static class ImplicitConversions
{
    /// <summary>C#'s binary numeric promotion, with BigInteger on top; null where the operands have no common number sort.</summary>
    public static BuiltInSort? Promoted(Expr left, Expr right)
    {
        if (left.Sort is not BuiltInSort l || right.Sort is not BuiltInSort r || !IsNumber(l.Kind) || !IsNumber(r.Kind)) return null;
        foreach (var kind in new[] { BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong, BuiltInKind.Double,
            BuiltInKind.BigInteger })
        {
            // long and ulong have no common sort in C#, although both convert to double.
            if (kind >= BuiltInKind.Double && l.Kind != kind && r.Kind != kind) continue;
            var sort = BuiltInSort.Of(kind);
            if (Converted(left, sort) is not null && Converted(right, sort) is not null) return sort;
        }

        return null;

        static bool IsNumber(BuiltInKind kind) => kind is >= BuiltInKind.Int and <= BuiltInKind.Double or BuiltInKind.BigInteger;
    }

    /// <summary>The sort of an equality or <c>?:</c>: the side to which the other converts; null where neither or both do.</summary>
    public static Sort? Common(Expr left, Expr right)
    {
        if (left.Sort.Equals(right.Sort)) return left.Sort;
        bool toLeft = Converted(right, left.Sort) is not null, toRight = Converted(left, right.Sort) is not null;
        return toLeft == toRight ? null : toLeft ? left.Sort : right.Sort;
    }

    /// <summary>
    /// A value converted to a sort as C# converts it without a cast; for constants, the value decides. Null if C# does not convert it.
    /// </summary>
    public static Expr? Converted(Expr value, Sort target)
    {
        if (value.Sort.Equals(target)) return value;
        if (value.Sort is not BuiltInSort from || target is not BuiltInSort to) return null;
        if (from.Kind == BuiltInKind.String && to.Kind == BuiltInKind.Symbol)
        {
            return value is LiteralExpr name
                ? new LiteralExpr(new Literal(target, name.Value.Value))
                : new PrimitiveExpr(Primitive.Find(PrimitiveOp.SymbolOf, from)!, EquatableArray.Of(value));
        }

        if (value is LiteralExpr { Value: var literal } && Primitive.Widens(from.Kind, to.Kind))
            return new LiteralExpr(new Literal(target, Convert(ConstantFolding.Value(literal), to.Kind)!));
        if (Primitive.Widens(from.Kind, to.Kind))
            return new PrimitiveExpr(Primitive.Conversion(from, to, isChecked: false)!, EquatableArray.Of(value));

        // A constant int converts to uint or ulong, a constant long to ulong, where its value fits.
        bool mayFit = (from.Kind, to.Kind) is (BuiltInKind.Int, BuiltInKind.UInt or BuiltInKind.ULong) or (
            BuiltInKind.Long, BuiltInKind.ULong);
        return mayFit && ConstantFolding.Value(value) is { } constant
            && Convert(constant, to.Kind) is { } converted ? new LiteralExpr(new Literal(target, converted)) : null;
    }

    /// <summary>An integer as a value of a number sort; null where it does not fit.</summary>
    public static object? Convert(BigInteger value, BuiltInKind kind) => kind switch
    {
        BuiltInKind.Int => value >= int.MinValue && value <= int.MaxValue ? (int)value : null,
        BuiltInKind.UInt => value >= uint.MinValue && value <= uint.MaxValue ? (uint)value : null,
        BuiltInKind.Long => value >= long.MinValue && value <= long.MaxValue ? (long)value : null,
        BuiltInKind.ULong => value >= ulong.MinValue && value <= ulong.MaxValue ? (ulong)value : null,
        // Not by the conversion of BigInteger, which truncates instead of rounding.
        BuiltInKind.Double => value >= long.MinValue && value <= long.MaxValue ? (double)(long)value
            : double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        BuiltInKind.BigInteger => value,
        _ => null,
    };
}
