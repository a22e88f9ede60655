using Rewright.Emit.Ir;

namespace Rewright.Primitives;

/// <summary>
/// Writes arithmetic of integers of any size for those that fit in a word, which then is <c>2v + 1</c>, and the test of whether operands
/// and result do.
/// </summary>
/// <param name="ir">Where instructions are added.</param>
/// <param name="areSmall">Whether the operands fit.</param>
internal sealed class SmallIntegers(IrBuilder ir, IrValue areSmall)
{
    /// <summary>Whether the word that has been computed so far is the result.</summary>
    public IrValue IsResult { get; private set; } = areSmall;

    public IrValue Binary(string operation, IrValue x, IrValue y) => ir.Binary(operation, x, y, "word");

    public IrValue Half(IrValue word) => ir.Binary("ashr", word, IrValue.I64(1), "half");

    public IrValue Even(IrValue word) => ir.Binary("sub", word, IrValue.I64(1), "even");

    public IrValue Odd(IrValue word) => ir.Binary("or", word, IrValue.I64(1), "word");

    public IrValue Xor(IrValue x, IrValue y) => Odd(ir.Binary("xor", x, y, "bits"));

    public IrValue Compared(string predicate, IrValue x, IrValue y)
        => ir.Cast("zext", ir.Compare(predicate, x, y, "holds"), IrType.I64, "word");

    /// <summary>The operand that comes first.</summary>
    public IrValue Chosen(string predicate, IrValue x, IrValue y) => ir.Select(ir.Compare(predicate, x, y, "first"), x, y, "word");

    /// <summary>Arithmetic whose result may not fit.</summary>
    public IrValue Fitting(string operation, IrValue x, IrValue y)
    {
        var callee = new IrCallee(IrType.WithOverflow(IrType.I64), $"@llvm.{operation}.with.overflow.i64");
        var pair = ir.Call(callee, [x, y], "pair");
        var fits = ir.Binary("xor", ir.Extract(IrType.I1, pair, 1, "overflows"), IrValue.True, "fits");
        IsResult = ir.Binary("and", IsResult, fits, "fast");
        return ir.Extract(IrType.I64, pair, 0, "word");
    }

    public IrValue Divided(string operation, IrValue x, IrValue y)
    {
        // For 0 the service throws, and for -1 the result may be too large.
        var divisor = Half(y);
        var isLarge = ir.Compare("ugt", ir.Binary("add", divisor, IrValue.I64(1), "next"), IrValue.I64(1), "divides");
        IsResult = ir.Binary("and", IsResult, isLarge, "fast");
        var half = Half(x);
        var result = ir.Binary(operation, half, ir.Select(IsResult, divisor, IrValue.I64(1), "divisor"), "result");
        return Odd(ir.Binary("shl", result, IrValue.I64(1), "double"));
    }
}
