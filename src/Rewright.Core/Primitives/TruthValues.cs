using System;
using Rewright.Emit.Ir;
using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Primitives;

/// <summary>A function of truth values.</summary>
internal sealed record TruthValueCode : PrimitiveCode
{
    /// <summary>The value for proofs.</summary>
    public Func<bool, bool, bool>? Exact { get; init; }

    /// <inheritdoc/>
    public override bool IsExact => Exact is not null;

    /// <inheritdoc/>
    public override object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals)
        => Exact!((bool)operands[0], (bool)operands[operands.Length - 1]);
}

/// <summary>The functions of truth values.</summary>
internal static class TruthValues
{
    /// <summary>The row of an operation; null for one that truth values do not have.</summary>
    public static TruthValueCode? Row(PrimitiveOp op) => op switch
    {
        BitAnd => new()
        {
            Llvm = (c, x, y) => c.Binary("and", x, y), Rust = (_, x, y) => x.Infix("&", y), Smt = (s, x, y) => s.Script.And(x, y),
            Exact = (x, y) => x & y,
        },
        BitOr => new()
        {
            Llvm = (c, x, y) => c.Binary("or", x, y), Rust = (_, x, y) => x.Infix("|", y), Smt = (s, x, y) => s.Script.Or(x, y),
            Exact = (x, y) => x | y,
        },
        BitXor => Different("^"),
        NotEqual => Different("!="),
        Equal => new()
        {
            Llvm = (c, x, y) => c.Compare("eq", x, y), Rust = (_, x, y) => x.Infix("==", y), Smt = (s, x, y) => s.Equal(x, y),
            Exact = (x, y) => x == y,
        },
        Not => new()
        {
            Llvm = (c, x, _) => c.Binary("xor", x, IrValue.True), Rust = (_, x, _) => x.Not(), Smt = (s, x, _) => s.Not(x),
            Exact = (x, _) => !x,
        },
        _ => null,
    };

    private static TruthValueCode Different(string rust) => new()
    {
        Llvm = (c, x, y) => c.Binary("xor", x, y), Rust = (_, x, y) => x.Infix(rust, y), Smt = (s, x, y) => s.Test("xor", x, y),
        Exact = (x, y) => x != y,
    };
}
