using System;
using Rewright.Emit.RustSyntax;
using Rewright.Model;

namespace Rewright.Primitives;

/// <summary>What the Rust expression of a primitive is made of besides its first operands.</summary>
/// <param name="Primitive">The primitive.</param>
/// <param name="TypeOf">Names types.</param>
/// <param name="Z">The third operand; the first where there is none.</param>
internal sealed record RustOperands(Primitive Primitive, Func<Sort, string> TypeOf, RustExpression Z)
{
    /// <summary>The evaluation.</summary>
    public static RustExpression Run { get; } = RustExpression.Of("run");

    /// <summary>The type of the operands.</summary>
    public string Type => TypeOf(Primitive.Operand);

    /// <summary>True for integers with a sign.</summary>
    public bool IsSigned => NumberKinds.Of(Primitive.Operand).IsSigned();

    /// <summary>True for integers of 64 bits.</summary>
    public bool IsLong => NumberKinds.Of(Primitive.Operand).Width() == 64;

    public static RustExpression Call(string function, params RustExpression[] arguments) => RustExpression.Call(function, arguments);

    /// <summary>The value of an option; the error of an overflow where it has none.</summary>
    public static RustExpression Checked(RustExpression option) => Call("number::checked", option).Try();
}
