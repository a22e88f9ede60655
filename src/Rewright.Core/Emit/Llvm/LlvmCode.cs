using Rewright.Emit.Ir;
using Rewright.Lower;

namespace Rewright.Emit.Llvm;

/// <summary>What all that writes the code of one function writes with.</summary>
/// <param name="Module">The module that the function belongs to.</param>
/// <param name="Ir">The function, as far as it is written.</param>
/// <param name="Context">Its first argument: the evaluation.</param>
public sealed record LlvmCode(LlvmEmitter Module, IrBuilder Ir, IrValue Context)
{
    /// <summary>How terms lie in memory.</summary>
    public Layouts Layouts => Module.Layouts;

    /// <summary>The address of a field of the context; see <see cref="Abi"/>.</summary>
    public IrValue ContextField(int offset, IrName name) => Ir.Address(IrType.I8, Context, IrValue.I64(offset), name);

    /// <summary>The address where an argument that travels through the context is put, or one of an error.</summary>
    public IrValue ArgumentSlot(int index, IrName name) => ContextField(Abi.Arguments + (8 * index), name);

    /// <summary>Ends the evaluation with a status.</summary>
    public void Raise(int status)
    {
        Ir.Call(RuntimeCalls.Raise, [Context, IrValue.I32(status)]);
        Ir.Unreachable();
    }
}
