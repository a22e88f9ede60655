using System;
using Rewright.Emit.Ir;
using Rewright.Emit.RustSyntax;
using Rewright.Model;
using Rewright.Smt;

namespace Rewright.Primitives;

/// <summary>What a function of the Rust crate needs besides its operands.</summary>
internal enum RustNeeds
{
    /// <summary>Nothing.</summary>
    Nothing,
    /// <summary>The evaluation, which looks at the memory from time to time.</summary>
    Memory,
    /// <summary>The evaluation, whose limits it looks at itself: it may take long, or much memory at once.</summary>
    Limits,
}

/// <summary>What a function of built-in sorts becomes at one kind of operands: a row of the tables in this folder.</summary>
/// <remarks>
/// The operands of each column are <c>x</c> and <c>y</c>; a function of one operand has it twice. <see cref="PrimitiveSignature"/> says
/// what the function is.
/// </remarks>
internal abstract record PrimitiveCode
{
    /// <summary>The instructions that compute it; null where the runtime does.</summary>
    public Func<LlvmOperands, IrValue, IrValue, IrValue>? Llvm { get; init; }

    /// <summary>The Rust expression. Operands are values where they are copied, else something that methods can be called on.</summary>
    public Func<RustOperands, RustExpression, RustExpression, RustExpression>? Rust { get; init; }

    /// <summary>What the Rust expression needs.</summary>
    public RustNeeds Needs { get; init; }

    /// <summary>The formula of a solver, for operands that have values; null for a function of which only the name is known.</summary>
    public Func<SmtOperands, SmtTerm, SmtTerm, Formula?>? Smt { get; init; }

    /// <summary>The same if doubles are read as real numbers.</summary>
    public virtual Func<SmtOperands, SmtTerm, SmtTerm, Formula?>? SmtOfReals => Smt;

    /// <summary>The reason why no value is computed for proofs, or only some; empty if all are.</summary>
    public string Inexact { get; init; } = "";

    /// <summary>True where values are computed for proofs.</summary>
    public abstract bool IsExact { get; }

    /// <summary>The row of a primitive.</summary>
    public static PrimitiveCode Of(Primitive primitive) => Find(primitive)
        ?? throw new InvalidOperationException(primitive + " is not defined.");

    /// <summary>The formula of a primitive, for operands that have values.</summary>
    public static Formula Translate(SmtScript script, Primitive primitive, SmtTerm[] operands, bool doublesAreReals)
    {
        SmtTerm x = operands[0], y = operands[operands.Length > 1 ? 1 : 0], z = operands[operands.Length - 1];
        var row = Of(primitive);
        var column = doublesAreReals ? row.SmtOfReals : row.Smt;
        return column?.Invoke(new(script, x.Carrier, NumberKinds.Of(primitive.Operand).IsSigned(), doublesAreReals, z), x, y)
            ?? script.Unknown(primitive.ToString(), Carrier.Of(primitive.Result, doublesAreReals), operands);
    }

    /// <summary>The value for values of the operands' carriers; null where C# throws.</summary>
    /// <exception cref="NotComputableException">The value cannot be computed exactly.</exception>
    public abstract object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals);

    private static PrimitiveCode? Find(Primitive primitive)
    {
        if (primitive.Op is PrimitiveOp.Convert or PrimitiveOp.ConvertChecked) return Conversions.Row(primitive);
        return ((BuiltInSort)primitive.Operand).Kind switch
        {
            BuiltInKind.Bool => TruthValues.Row(primitive.Op),
            BuiltInKind.Double => Doubles.Row(primitive.Op),
            BuiltInKind.BigInteger => BigIntegers.Row(primitive.Op),
            BuiltInKind.String => Texts.Row(primitive.Op),
            BuiltInKind.Symbol => Symbols.Row(primitive.Op),
            _ => Integers.Row(primitive.Op),
        };
    }
}
