using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;

namespace Rewright.Emit.Llvm;

/// <summary>Writes the thunk of a function, which takes arguments from the context and leaves the result there.</summary>
internal static class LlvmThunk
{
    public static IrDefinition Emit(LlvmEmitter module, Function function)
    {
        var scope = module.Debug?.ScopeOf(function, isThunk: true);
        var thunk = new IrFunction(module.ThunkOf(function), IrType.I32, module.Linkage);
        thunk.Attributes += scope?.Attachment;
        var ir = new IrBuilder(thunk) { Location = scope?.Location ?? "" };
        var code = new LlvmCode(module, ir, thunk.AddParameter(IrType.Ptr, "context"));
        ir.StartUnnamed();
        var passed = TakeArguments(code, function);
        if (function.Result is null)
        {
            ir.Call(module.CalleeOf(function), passed);
        }
        else
        {
            var result = ir.Call(module.CalleeOf(function), passed, "result");
            var word = ir.ToWord(result, function.Result, "result.word");
            ir.Store(word, code.ContextField(Abi.Result, "result.slot"), 8);
        }

        ir.Return(IrValue.I32(Abi.Ok));
        return thunk.ToDefinition();
    }

    /// <summary>The declaration of a thunk that another part defines.</summary>
    public static IrDefinition Declare(LlvmEmitter module, Function function)
        => new(module.ThunkOf(function), "declare hidden i32 " + module.ThunkOf(function) + "(ptr)\n", []);

    private static IReadOnlyList<IrValue> TakeArguments(LlvmCode code, Function function)
    {
        var ir = code.Ir;
        var words = new List<IrValue>();
        var arguments = new List<IrValue>();
        for (int i = 0; i < function.Parameters.Length; i++)
        {
            string n = IrText.Number(i);
            words.Add(ir.Load(IrType.I64, code.ArgumentSlot(i, "slot" + n), "word" + n, 8));
            arguments.Add(ir.FromWord(words[i], Layouts.KindOf(function.Parameters[i].Sort), "argument" + n));
        }

        // Arguments that are passed through the context are already there, but must move to the first places before the call.
        var spilled = LlvmCalls.Spilled(function);
        for (int i = 0; i < spilled.Length; i++) ir.Store(words[spilled[i]], code.ArgumentSlot(i, "spill" + IrText.Number(i)), 8);
        return [code.Context, .. arguments.Where((_, i) => !spilled.Contains(i))];
    }
}
