using System.Collections.Generic;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>
/// Writes arithmetic of integers of any size. An integer that fits in a word is <c>2v + 1</c>; this code computes with such operands, and
/// the service computes everything that is or becomes larger.
/// </summary>
internal sealed class LlvmIntegers(LlvmCode code, LlvmServices services)
{
    // True at run time if the word computed so far is the result.
    private IrValue _isFast = IrValue.False;

    private IrBuilder Ir => code.Ir;

    /// <summary>Writes a primitive; null if only the service can compute it.</summary>
    public IrValue? Write(Primitive primitive, IReadOnlyList<(IrValue Value, Sort Sort)> arguments, Sort sort, string name)
    {
        if (primitive.Operand is not BuiltInSort { Kind: BuiltInKind.BigInteger } || !IsInline(primitive.Op)) return null;
        var x = Ir.ToWord(arguments[0].Value, primitive.Operand, "word");
        var y = arguments.Count > 1 ? Ir.ToWord(arguments[1].Value, primitive.Operand, "word") : x;
        _isFast = Ir.Cast("trunc", Ir.Binary("and", x, y, "both"), IrType.I1, "small");
        var fast = Ir.FromWord(FastWord(primitive.Op, x, y), Layouts.KindOf(sort), "value");
        IrBlock before = Ir.Block, large = Ir.NewBlock("large"), done = Ir.NewBlock("computed");
        Ir.Branch(_isFast, done, large);
        Ir.Start(large);
        var slow = services.Compute(primitive, arguments, sort, name);
        Ir.Jump(done);
        Ir.Start(done);
        var result = Ir.Phi(LlvmTypes.TypeOf(sort), name);
        result.Add(fast, before);
        result.Add(slow, large);
        return result.Value;
    }

    private static bool IsInline(PrimitiveOp operation)
        => operation is PrimitiveOp.Equal or PrimitiveOp.NotEqual or PrimitiveOp.Less or PrimitiveOp.LessOrEqual or PrimitiveOp.Greater
            or PrimitiveOp.GreaterOrEqual or PrimitiveOp.Add or PrimitiveOp.Subtract or PrimitiveOp.Multiply or PrimitiveOp.Negate
            or PrimitiveOp.Divide or PrimitiveOp.Remainder
            or PrimitiveOp.BitAnd or PrimitiveOp.BitOr or PrimitiveOp.BitXor or PrimitiveOp.Min or PrimitiveOp.Max;

    private IrValue FastWord(PrimitiveOp operation, IrValue x, IrValue y) => operation switch
    {
        PrimitiveOp.Equal => Compared("eq", x, y),
        PrimitiveOp.NotEqual => Compared("ne", x, y),
        PrimitiveOp.Less => Compared("slt", x, y),
        PrimitiveOp.LessOrEqual => Compared("sle", x, y),
        PrimitiveOp.Greater => Compared("sgt", x, y),
        PrimitiveOp.GreaterOrEqual => Compared("sge", x, y),
        // (2a + 1) + 2b, (2a + 1) - 2b, 2a * b + 1, and 2 - (2a + 1).
        PrimitiveOp.Add => Fitting("sadd", x, Even(y)),
        PrimitiveOp.Subtract => Fitting("ssub", x, Even(y)),
        PrimitiveOp.Multiply => Odd(Fitting("smul", Even(x), Half(y))),
        PrimitiveOp.Negate => Fitting("ssub", IrValue.I64(2), x),
        PrimitiveOp.Divide => Divided("sdiv", x, y),
        PrimitiveOp.Remainder => Divided("srem", x, y),
        PrimitiveOp.BitAnd => Ir.Binary("and", x, y, "word"),
        PrimitiveOp.BitOr => Ir.Binary("or", x, y, "word"),
        PrimitiveOp.BitXor => Odd(Ir.Binary("xor", x, y, "bits")),
        PrimitiveOp.Min => Chosen("slt", x, y),
        _ => Chosen("sgt", x, y),
    };

    private IrValue Half(IrValue word) => Ir.Binary("ashr", word, IrValue.I64(1), "half");

    private IrValue Even(IrValue word) => Ir.Binary("sub", word, IrValue.I64(1), "even");

    private IrValue Odd(IrValue word) => Ir.Binary("or", word, IrValue.I64(1), "word");

    private IrValue Compared(string predicate, IrValue x, IrValue y)
        => Ir.Cast("zext", Ir.Compare(predicate, x, y, "holds"), IrType.I64, "word");

    private IrValue Chosen(string predicate, IrValue x, IrValue y) => Ir.Select(Ir.Compare(predicate, x, y, "first"), x, y, "word");

    private IrValue Fitting(string operation, IrValue left, IrValue right)
    {
        var callee = new IrCallee(IrType.WithOverflow(IrType.I64), $"@llvm.{operation}.with.overflow.i64");
        var pair = Ir.Call(callee, [left, right], "pair");
        var fits = Ir.Binary("xor", Ir.Extract(IrType.I1, pair, 1, "overflows"), IrValue.True, "fits");
        _isFast = Ir.Binary("and", _isFast, fits, "fast");
        return Ir.Extract(IrType.I64, pair, 0, "word");
    }

    private IrValue Divided(string operation, IrValue x, IrValue y)
    {
        // For 0 the service throws, and for -1 the result may be too large.
        var divisor = Half(y);
        var isLarge = Ir.Compare("ugt", Ir.Binary("add", divisor, IrValue.I64(1), "next"), IrValue.I64(1), "divides");
        _isFast = Ir.Binary("and", _isFast, isLarge, "fast");
        var half = Half(x);
        var result = Ir.Binary(operation, half, Ir.Select(_isFast, divisor, IrValue.I64(1), "divisor"), "result");
        return Odd(Ir.Binary("shl", result, IrValue.I64(1), "double"));
    }
}
