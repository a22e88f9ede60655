namespace Rewright.Emit.Ir;

/// <summary>A type of LLVM IR.</summary>
/// <param name="Text">As it is written.</param>
public sealed record IrType(string Text)
{
    public static readonly IrType Void = new("void"), Ptr = new("ptr"), I1 = new("i1"), I8 = new("i8"), I16 = new("i16"), I32 = new("i32"),
        I64 = new("i64"), Double = new("double");

    /// <summary>An integer of so many bits.</summary>
    public static IrType Int(int bits) => new("i" + IrText.Number(bits));

    /// <summary>A type that the module names.</summary>
    public static IrType Named(string name) => new("%" + name);

    /// <summary>So many values of a type.</summary>
    public static IrType Array(int count, IrType element) => new($"[{IrText.Number(count)} x {element}]");

    /// <summary>What LLVM's arithmetic <c>with.overflow</c> gives: the result, and whether it is wrong.</summary>
    public static IrType WithOverflow(IrType result) => new($"{{ {result}, i1 }}");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
