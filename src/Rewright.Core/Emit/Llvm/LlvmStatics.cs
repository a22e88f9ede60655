using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>Writes uses of values that exist once per heap: constants made at run time, and memoised values.</summary>
internal sealed class LlvmStatics(LlvmCode code, LlvmCells cells)
{
    private IrBuilder Ir => code.Ir;

    /// <summary>A literal as an owned value.</summary>
    public IrValue WriteConstant(Literal literal, string name)
    {
        if (code.Module.Statics.IndexOf(literal) is < 0) return LlvmWords.Constant(literal);
        var value = WriteStatic(code.Module.Statics.IndexOf(literal), name);
        if (literal.Sort.Equals(BuiltInSort.Symbol))
            return Ir.Cast("trunc", Ir.Cast("ptrtoint", value, IrType.I64, name), IrType.I32, name);
        cells.Dup(value, literal.Sort);
        return value;
    }

    /// <summary>A borrowed static.</summary>
    public IrValue WriteStatic(int index, string name) => Ir.Call(RuntimeCalls.Static, [code.Context, IrValue.I64(index)], name);

    /// <summary>Whether the value of an operation has been memoised.</summary>
    public IrValue WriteIsMemoised(Function operation, string name)
        => Ir.Compare("ne", Load(code.Module.Statics.IndexOf(operation) + 1), IrValue.I64(0), name);

    /// <summary>The memoised value, owned.</summary>
    public IrValue WriteMemoised(Function operation, Sort sort, string name)
    {
        var value = Ir.FromWord(Load(code.Module.Statics.IndexOf(operation)), Layouts.KindOf(sort), name);
        cells.Dup(value, sort);
        return value;
    }

    /// <summary>Memoises a value; the caller keeps its reference.</summary>
    public void WriteMemoise(Function operation, IrValue value, Sort sort)
    {
        cells.Dup(value, sort);
        int index = code.Module.Statics.IndexOf(operation);
        var word = Ir.ToWord(value, sort, "word");
        Ir.Store(word, Address(index), 8);
        Ir.Store(IrValue.I64(1), Address(index + 1), 8);
    }

    private IrValue Load(int index) => Ir.Load(IrType.I64, Address(index), "static", 8);

    private IrValue Address(int index)
    {
        var table = Ir.Load(IrType.Ptr, code.ContextField(Abi.Statics, "statics.address"), "statics", 8);
        return Ir.Address(IrType.I64, table, IrValue.I64(index), "static.address");
    }
}
