using Rewright.Emit.Ir;
using Rewright.Lower;

namespace Rewright.Emit.Llvm;

/// <summary>The shared state of the writers of one function.</summary>
/// <param name="Module">The module of the function.</param>
/// <param name="Ir">The builder of the function.</param>
/// <param name="Context">The first argument of the function: the context of the heap.</param>
public sealed record LlvmCode(LlvmEmitter Module, IrBuilder Ir, IrValue Context)
{
    /// <summary>How terms lie in memory.</summary>
    public Layouts Layouts => Module.Layouts;

    /// <summary>The address of a field of the context; see <see cref="Abi"/>.</summary>
    public IrValue ContextField(int offset, IrName name) => Ir.Address(IrType.I8, Context, IrValue.I64(offset), name);

    /// <summary>The address of an argument that is passed through the context, or of one of an error.</summary>
    public IrValue ArgumentSlot(int index, IrName name) => ContextField(Abi.Arguments + (8 * index), name);

    /// <summary>Ends the evaluation with a status.</summary>
    public void Raise(int status)
    {
        Ir.Call(RuntimeCalls.Raise, [Context, IrValue.I32(status)]);
        Ir.Unreachable();
    }
}
