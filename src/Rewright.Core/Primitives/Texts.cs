using System;
using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.PrimitiveOp;
using static Rewright.Primitives.RustOperands;

namespace Rewright.Primitives;

/// <summary>A function of texts or symbols. Proofs know equality only.</summary>
internal sealed record TextCode : PrimitiveCode
{
    /// <summary>The value for proofs.</summary>
    public Func<object, object, bool>? Exact { get; init; }

    /// <inheritdoc/>
    public override bool IsExact => Exact is not null;

    /// <inheritdoc/>
    public override object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals)
        => Exact is null ? throw new NotComputableException(primitive.ToString()) : Exact(operands[0], operands[1]);
}

/// <summary>The functions of texts.</summary>
internal static class Texts
{
    /// <summary>Why most functions have no exact value.</summary>
    public const string OnlyEqual = "Proofs know of texts and symbols only whether they are equal.";

    /// <summary>The row of an operation; null for one that texts do not have.</summary>
    public static TextCode? Row(PrimitiveOp op) => op switch
    {
        Equal => new() { Rust = (_, x, y) => x.Infix("==", y), Smt = (s, x, y) => s.Equal(x, y), Exact = (x, y) => x.Equals(y) },
        NotEqual => new() { Rust = (_, x, y) => x.Infix("!=", y), Smt = (s, x, y) => s.NotEqual(x, y), Exact = (x, y) => !x.Equals(y) },
        Length => new() { Rust = (_, x, _) => x.Method("length"), Inexact = OnlyEqual },
        Concat => new()
        {
            Rust = (_, x, y) => x.Method("concat", y.Reference(), Run).Try(), Needs = RustNeeds.Limits, Inexact = OnlyEqual,
        },
        SymbolOf => new() { Rust = (_, x, _) => Call("Symbol", x.Cloned()), Inexact = OnlyEqual },
        _ => null,
    };
}

/// <summary>The functions of symbols.</summary>
internal static class Symbols
{
    /// <summary>The row of an operation; null for one that symbols do not have.</summary>
    public static TextCode? Row(PrimitiveOp op) => op switch
    {
        // Words hold their numbers.
        Equal => Texts.Row(op)! with { Llvm = (c, x, y) => c.Compare("eq", x, y) },
        NotEqual => Texts.Row(op)! with { Llvm = (c, x, y) => c.Compare("ne", x, y) },
        NameOf => new() { Rust = (_, x, _) => x.Field("0").Cloned(), Inexact = Texts.OnlyEqual },
        _ => null,
    };
}
