using Rewright.Emit.Ir;

namespace Rewright.Primitives;

/// <summary>Writes the instructions of a primitive.</summary>
/// <param name="Ir">Where they are added.</param>
/// <param name="Context">The evaluation, which functions that can raise an error take.</param>
/// <param name="Name">A hint for the names of values.</param>
/// <param name="IsSigned">True for operands that are integers with a sign.</param>
internal sealed record LlvmOperands(IrBuilder Ir, IrValue Context, string Name, bool IsSigned)
{
    private string Sign => IsSigned ? "s" : "u";

    public IrValue Binary(string operation, IrValue x, IrValue y) => Ir.Binary(operation, x, y, Name);

    public IrValue Compare(string predicate, IrValue x, IrValue y) => Ir.Compare(predicate, x, y, Name);

    /// <summary>Compares integers with or without sign.</summary>
    public IrValue CompareBySign(string predicate, IrValue x, IrValue y) => Compare(Sign + predicate, x, y);

    public IrValue Cast(string operation, IrValue x, IrType type) => Ir.Cast(operation, x, type, Name);

    public IrValue Call(IrCallee callee, params IrValue[] arguments) => Ir.Call(callee, arguments, Name);

    /// <summary>Calls a function that LLVM has for all types of integers.</summary>
    public IrValue Intrinsic(string function, IrValue x, params IrValue[] others)
        => Call(new(x.Type, $"@llvm.{function}.{x.Type}"), [x, .. others]);

    /// <summary>The same for one that depends on the sign.</summary>
    public IrValue IntrinsicBySign(string function, IrValue x, IrValue y) => Intrinsic(Sign + function, x, y);

    /// <summary>Calls a function of the runtime's IR that raises an error where C# throws.</summary>
    public IrValue Raising(string function, IrValue x, params IrValue[] others)
        => Call(new(x.Type, $"@rw.{function}.{Sign}{(x.Type == IrType.I64 ? "64" : "32")}"), [Context, x, .. others]);
}
