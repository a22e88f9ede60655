using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;

namespace Rewright.Emit.Llvm;

/// <summary>
/// Writes calls of functions of the program: as many arguments in registers as is safe, the others through the context.
/// </summary>
internal sealed class LlvmCalls(LlvmCode code)
{
    // tailcc with musttail is reliable up to this many integer arguments (LLVM issue 199224); the rest go through the context.
    private const int MaxIntegerArguments = 6, MaxDoubleArguments = 8;

    /// <summary>The parameters that are not passed in registers, in order.</summary>
    public static ImmutableArray<int> Spilled(Function function)
    {
        int integers = 1, doubles = 0;
        var spilled = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < function.Parameters.Length; i++)
        {
            bool fits = Layouts.KindOf(function.Parameters[i].Sort) == WordKind.Double ? ++doubles <= MaxDoubleArguments
                : ++integers <= MaxIntegerArguments;
            if (!fits) spilled.Add(i);
        }

        return spilled.ToImmutable();
    }

    /// <summary>The declaration of a function that another part defines.</summary>
    public static IrDefinition Declare(LlvmEmitter module, Function function)
    {
        var spilled = Spilled(function);
        var inRegisters = function.Parameters.Where((_, i) => !spilled.Contains(i));
        string passed = string.Concat(inRegisters.Select(p => ", " + LlvmTypes.TypeOf(p.Sort)));
        string name = module.NameOf(function);
        return new(name, $"declare hidden tailcc {LlvmTypes.ResultType(function.Result)} {name}(ptr nonnull{passed}) nounwind\n", []);
    }

    /// <summary>Calls a function; without a name if it returns nothing.</summary>
    public IrValue Call(Function callee, IReadOnlyList<IrValue> arguments, IrName? name = null)
        => code.Ir.Call(code.Module.CalleeOf(callee), Pass(callee, arguments), name);

    /// <summary>Ends the function with a tail call.</summary>
    public void ReturnCall(Function callee, IReadOnlyList<IrValue> arguments)
        => code.Ir.ReturnCall(code.Module.CalleeOf(callee), Pass(callee, arguments), "result");

    // Stores the arguments that do not go in registers in the context, and returns the others.
    private IReadOnlyList<IrValue> Pass(Function callee, IReadOnlyList<IrValue> arguments)
    {
        var spilled = Spilled(callee);
        for (int i = 0; i < spilled.Length; i++)
        {
            var word = code.Ir.ToWord(arguments[spilled[i]], callee.Parameters[spilled[i]].Sort, "word");
            code.Ir.Store(word, code.ArgumentSlot(i, "slot"), 8);
        }

        return [code.Context, .. arguments.Where((_, i) => !spilled.Contains(i))];
    }
}
