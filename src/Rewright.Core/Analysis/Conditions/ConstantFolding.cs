using System.Linq;
using System.Numerics;
using Rewright.Model;
using Rewright.Proofs;

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
    public static BigInteger? Value(Expr expr) => Fold(expr) is { } literal ? Value(literal) : null;

    private static Literal? Fold(Expr expr)
    {
        if (expr.Sort is not BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.Long }) return null;
        if (expr is LiteralExpr literal) return literal.Value;
        if (expr is not PrimitiveExpr { Primitive: { FunctionName: null } primitive } call) return null;
        var operands = call.Arguments.Select(Fold).OfType<Literal>().ToList();
        return operands.Count == call.Arguments.Count ? LiteralValues.Compute(primitive, operands) : null;
    }
}
