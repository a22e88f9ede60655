using System;
using System.Collections.Generic;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Primitives;

namespace Rewright.Emit.Llvm;

/// <summary>
/// Writes arithmetic of integers of any size: this code computes with operands that fit in a word, and the service computes everything
/// that is or becomes larger.
/// </summary>
internal sealed class LlvmIntegers(LlvmCode code, LlvmServices services)
{
    /// <summary>Writes a primitive.</summary>
    /// <param name="primitive">The function.</param>
    /// <param name="small">What it is for operands that fit.</param>
    /// <param name="arguments">Operands.</param>
    /// <param name="sort">The sort of the result.</param>
    /// <param name="name">A hint for its name.</param>
    public IrValue Write(
        Primitive primitive, Func<SmallIntegers, IrValue, IrValue, IrValue> small, IReadOnlyList<(IrValue Value, Sort Sort)> arguments,
        Sort sort, string name)
    {
        var ir = code.Ir;
        var x = ir.ToWord(arguments[0].Value, primitive.Operand, "word");
        var y = arguments.Count > 1 ? ir.ToWord(arguments[1].Value, primitive.Operand, "word") : x;
        var words = new SmallIntegers(ir, ir.Cast("trunc", ir.Binary("and", x, y, "both"), IrType.I1, "small"));
        var fast = ir.FromWord(small(words, x, y), Layouts.KindOf(sort), "value");
        IrBlock before = ir.Block, large = ir.NewBlock("large"), done = ir.NewBlock("computed");
        ir.Branch(words.IsResult, done, large);
        ir.Start(large);
        var slow = services.Compute(primitive, arguments, sort, name);
        ir.Jump(done);
        ir.Start(done);
        var result = ir.Phi(LlvmTypes.TypeOf(sort), name);
        result.Add(fast, before);
        result.Add(slow, large);
        return result.Value;
    }
}
