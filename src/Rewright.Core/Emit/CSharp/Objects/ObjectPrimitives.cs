using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>
/// Writes functions of built-in sorts and constants. C# defines the meaning of these functions, so each is written as itself.
/// </summary>
internal static class ObjectPrimitives
{
    private const string Math = "global::System.Math.", Big = "global::System.Numerics.BigInteger";

    /// <summary>Code of a primitive.</summary>
    /// <param name="primitive">The primitive.</param>
    /// <param name="operands">Code of the operands.</param>
    public static string Call(Primitive primitive, string[] operands)
    {
        string x = operands[0], y = operands[operands.Length - 1];
        var kind = primitive.Operand switch { BuiltInSort b => b.Kind, EnumSort e => e.Underlying, _ => default };
        var signature = PrimitiveSignature.Of(primitive.Op);
        string context = primitive.IsChecked ? "checked(" : "unchecked(";
        if (primitive.Op is PrimitiveOp.Convert or PrimitiveOp.ConvertChecked)
            return context + "(" + TypeOf(primitive.Result) + ")" + x + ")";
        if (primitive.Operator is { } symbol)
            return context + (operands.Length == 1 ? symbol + x : x + " " + symbol + " " + y) + ")";
        return primitive.Op switch
        {
            PrimitiveOp.Length => x + ".Length",
            PrimitiveOp.NameOf => x + ".Name",
            PrimitiveOp.SymbolOf => "new global::Rewright.Symbol(" + x + ")",
            PrimitiveOp.Sign when kind == BuiltInKind.BigInteger => x + ".Sign",
            _ => (signature.InMath.Contains(kind) && kind != BuiltInKind.BigInteger ? Math : TypeOf(primitive.Operand) + ".")
                + signature.Method + "(" + string.Join(", ", operands) + ")",
        };
    }

    /// <summary>Code of a constant; null if it must be kept in a field.</summary>
    public static string? Inline(Literal literal) => literal.Value switch
    {
        bool b => b ? "true" : "false",
        int.MinValue or (long)int.MinValue when literal.Sort is BuiltInSort { Kind: BuiltInKind.Int }
            or EnumSort { Underlying: BuiltInKind.Int } => "int.MinValue",
        long.MinValue when literal.Sort is not EnumSort { Underlying: BuiltInKind.ULong } => "long.MinValue",
        int i => Signed(i, ""),
        uint u => u.ToString(CultureInfo.InvariantCulture) + "U",
        long l when literal.Sort is EnumSort e => e.Underlying switch
        {
            BuiltInKind.ULong => unchecked((ulong)l).ToString(CultureInfo.InvariantCulture) + "UL",
            BuiltInKind.UInt => Signed(l, "U"),
            BuiltInKind.Int => Signed(l, ""),
            _ => Signed(l, "L"),
        },
        long l => Signed(l, "L"),
        ulong u => u.ToString(CultureInfo.InvariantCulture) + "UL",
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        double d => double.IsNaN(d) ? "double.NaN" : d < 0 || 1 / d < 0
            ? "(" + d.ToString("R", CultureInfo.InvariantCulture) + "D)" : d.ToString("R", CultureInfo.InvariantCulture) + "D",
        string s when literal.Sort is BuiltInSort { Kind: BuiltInKind.String } => CSharpText.StringLiteral(s),
        _ => null,
    };

    /// <summary>Code that makes a constant, for a field.</summary>
    public static string Make(Literal literal) => literal.Value switch
    {
        BigInteger big => Big + ".Parse(\"" + big.ToString(CultureInfo.InvariantCulture)
            + "\", global::System.Globalization.CultureInfo.InvariantCulture)",
        string name => "new global::Rewright.Symbol(" + CSharpText.StringLiteral(name) + ")",
        _ => throw new InvalidOperationException("The constant " + literal + " needs no field."),
    };

    /// <summary>The C# type of a number sort.</summary>
    private static string TypeOf(Sort sort) => sort switch
    {
        EnumSort e => BuiltInSort.Of(e.Underlying).Name,
        BuiltInSort { Kind: BuiltInKind.BigInteger } => Big,
        _ => sort.Name,
    };

    private static string Signed(long value, string suffix)
        => value < 0 ? "(" + value.ToString(CultureInfo.InvariantCulture) + suffix + ")"
            : value.ToString(CultureInfo.InvariantCulture) + suffix;
}
