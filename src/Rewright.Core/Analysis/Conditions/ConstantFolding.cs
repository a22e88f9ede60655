using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Analysis.Conditions;

/// <summary>Computes C#'s constant expressions, because constants convert implicitly where variables do not.</summary>
/// <remarks>Only for integers: no conversion depends on the value of another constant.</remarks>
internal static class ConstantFolding
{
    /// <summary>The value of an integer literal.</summary>
    public static BigInteger Value(Literal literal) => literal.Value switch
    {
        int i => i,
        uint u => u,
        long l => l,
        ulong u => u,
        _ => (BigInteger)literal.Value,
    };

    /// <summary>The value of a constant expression of sort <c>int</c> or <c>long</c>; null if the expression is not constant.</summary>
    public static BigInteger? Value(Expr expr)
    {
        if (expr.Sort is not BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.Long } sort) return null;
        if (expr is LiteralExpr literal) return Value(literal.Value);
        if (expr is not PrimitiveExpr { Primitive: { FunctionName: null } primitive } call) return null;
        var operands = call.Arguments.Select(Value).ToList();
        if (operands.Contains(null)) return null;
        return Apply(primitive.Op, operands.Select(o => o!.Value).ToList(), sort.Kind) is { } value
            ? Fit(value, sort.Kind, primitive.IsChecked) : null;
    }

    private static BigInteger? Apply(PrimitiveOp op, List<BigInteger> x, BuiltInKind kind)
    {
        int count = x.Count > 1 ? (int)(x[1] & (kind == BuiltInKind.Int ? 31 : 63)) : 0;
        return op switch
        {
            PrimitiveOp.Add or PrimitiveOp.AddChecked => x[0] + x[1],
            PrimitiveOp.Subtract or PrimitiveOp.SubtractChecked => x[0] - x[1],
            PrimitiveOp.Multiply or PrimitiveOp.MultiplyChecked => x[0] * x[1],
            PrimitiveOp.Divide when !x[1].IsZero => x[0] / x[1],
            PrimitiveOp.Remainder when !x[1].IsZero => x[0] % x[1],
            PrimitiveOp.Negate or PrimitiveOp.NegateChecked => -x[0],
            PrimitiveOp.Complement => -x[0] - 1,
            PrimitiveOp.BitAnd => x[0] & x[1],
            PrimitiveOp.BitOr => x[0] | x[1],
            PrimitiveOp.BitXor => x[0] ^ x[1],
            PrimitiveOp.ShiftLeft => x[0] << count,
            PrimitiveOp.ShiftRight => x[0] >> count,
            PrimitiveOp.ShiftRightUnsigned => (
            x[0].Sign < 0 ? x[0] + (BigInteger.One << (kind == BuiltInKind.Int ? 32 : 64)) : x[0]) >> count,
            PrimitiveOp.Convert or PrimitiveOp.ConvertChecked => x[0],
            _ => null,
        };
    }

    // Wraps a value to the width of the sort; null if a checked computation overflows.
    private static BigInteger? Fit(BigInteger value, BuiltInKind kind, bool isChecked)
    {
        var half = BigInteger.One << (kind == BuiltInKind.Int ? 31 : 63);
        var wrapped = ((value + half) & (2 * half - 1)) - half;
        return isChecked && wrapped != value ? null : wrapped;
    }
}
