using System;
using System.Collections.Generic;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>Writes calls of runtime services, which take their arguments and result in an array of words.</summary>
internal sealed class LlvmServices
{
    private readonly LlvmCode _code;
    private readonly LlvmCells _cells;
    // One array serves all calls, because each call is done with it before the next. It is in the first block, because an alloca in a loop
    // would take more stack at every turn.
    private readonly IrName _wordsName;
    private readonly IrValue _words;
    private int _size;

    public LlvmServices(LlvmCode code, LlvmCells cells)
    {
        (_code, _cells, _wordsName) = (code, cells, code.Ir.Function.Take("words"));
        _words = _wordsName.As(IrType.Ptr);
    }

    /// <summary>Calls an operation that C# implements.</summary>
    public IrValue Host(Operation operation, IReadOnlyList<(IrValue Value, Sort Sort)> arguments, Sort result, string name)
        => Call(RuntimeCalls.Host, _code.Module.IndexOf(operation), arguments, result, name);

    /// <summary>Computes a primitive.</summary>
    public IrValue Compute(Primitive primitive, IReadOnlyList<(IrValue Value, Sort Sort)> arguments, Sort result, string name)
        => Call(RuntimeCalls.Compute, Abi.NumberOf(primitive), arguments, result, name);

    /// <summary>Writes the array into the first block, if a call uses it. Must come after all calls.</summary>
    public void WriteWords()
    {
        if (_size > 0) _code.Ir.Alloca(IrType.Array(_size, IrType.I64), _wordsName, 8);
    }

    private IrValue Call(IrCallee service, int number, IReadOnlyList<(IrValue Value, Sort Sort)> arguments, Sort result, string name)
    {
        _size = Math.Max(_size, Math.Max(1, arguments.Count));
        for (int i = 0; i < arguments.Count; i++)
            _cells.StoreWord(_code.Ir.ToWord(arguments[i].Value, arguments[i].Sort, "word"), _words, i);
        _code.Ir.Call(service, [_code.Context, IrValue.I32(number), _words]);
        return _code.Ir.FromWord(_cells.LoadWord(_words, 0, name + ".word"), Layouts.KindOf(result), name);
    }
}
