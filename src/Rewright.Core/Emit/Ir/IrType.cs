namespace Rewright.Emit.Ir;

/// <summary>A type of LLVM IR.</summary>
/// <param name="Text">The text of the type.</param>
public sealed record IrType(string Text)
{
    /// <summary>No value.</summary>
    public static readonly IrType Void = new("void");

    /// <summary>An address.</summary>
    public static readonly IrType Ptr = new("ptr");

    /// <summary>A truth value.</summary>
    public static readonly IrType I1 = new("i1");

    /// <summary>8 bits.</summary>
    public static readonly IrType I8 = new("i8");

    /// <summary>16 bits.</summary>
    public static readonly IrType I16 = new("i16");

    /// <summary>32 bits.</summary>
    public static readonly IrType I32 = new("i32");

    /// <summary>64 bits.</summary>
    public static readonly IrType I64 = new("i64");

    /// <summary>A double.</summary>
    public static readonly IrType Double = new("double");

    /// <summary>An integer type of this many bits.</summary>
    public static IrType Int(int bits) => new("i" + IrText.Number(bits));

    /// <summary>A named type of the module.</summary>
    public static IrType Named(string name) => new("%" + name);

    /// <summary>An array type of this many elements.</summary>
    public static IrType Array(int count, IrType element) => new($"[{IrText.Number(count)} x {element}]");

    /// <summary>The result type of LLVM's arithmetic <c>with.overflow</c>: the value and the overflow flag.</summary>
    public static IrType WithOverflow(IrType result) => new($"{{ {result}, i1 }}");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
