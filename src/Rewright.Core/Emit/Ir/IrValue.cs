using System.Globalization;

namespace Rewright.Emit.Ir;

/// <summary>A value of LLVM IR: a constant, a parameter, or the result of an instruction.</summary>
/// <param name="Type">The type of the value.</param>
/// <param name="Text">The text without the type: <c>%x</c>, <c>5</c>, <c>null</c>.</param>
public sealed record IrValue(IrType Type, string Text)
{
    /// <summary>The truth value true.</summary>
    public static readonly IrValue True = new(IrType.I1, "true");

    /// <summary>The truth value false.</summary>
    public static readonly IrValue False = new(IrType.I1, "false");

    /// <summary>The null address.</summary>
    public static readonly IrValue Null = new(IrType.Ptr, "null");

    /// <summary>The double 0.</summary>
    public static readonly IrValue ZeroDouble = new(IrType.Double, "0.0");

    /// <summary>The result of a call that returns nothing.</summary>
    public static readonly IrValue Nothing = new(IrType.Void, "");

    /// <summary>A constant integer.</summary>
    public static IrValue Int(IrType type, long value) => new(type, IrText.Number(value));

    /// <summary>A constant of 32 bits.</summary>
    public static IrValue I32(int value) => Int(IrType.I32, value);

    /// <summary>A constant of 64 bits.</summary>
    public static IrValue I64(long value) => Int(IrType.I64, value);

    /// <summary>A constant double, given by its bits.</summary>
    public static IrValue Double(long bits) => new(IrType.Double, "0x" + bits.ToString("X16", CultureInfo.InvariantCulture));

    /// <summary>A constant word, cast to a pointer.</summary>
    public static IrValue Pointer(long word) => new(IrType.Ptr, $"inttoptr (i64 {IrText.Number(word)} to ptr)");

    /// <summary>The value as an operand, with its type: <c>i64 %x</c>.</summary>
    public override string ToString() => Type.Text + " " + Text;
}

/// <summary>The name of a value: a hint, which gets a number if it is already used, or a reserved name.</summary>
/// <param name="Text">The name, without <c>%</c>.</param>
/// <param name="IsTaken">True for a name that <see cref="IrFunction.Take"/> has reserved.</param>
public sealed record IrName(string Text, bool IsTaken)
{
    /// <summary>A hint: the function takes a name that is still free.</summary>
    public static implicit operator IrName(string hint) => new(hint, IsTaken: false);

    /// <summary>A hint for a part of the value.</summary>
    public IrName Part(string part) => Text + "." + part;

    /// <summary>The value of a reserved name, for uses before its instruction.</summary>
    public IrValue As(IrType type) => new(type, "%" + Text);
}

/// <summary>A function to call.</summary>
/// <param name="Result">The result type.</param>
/// <param name="Name">The global name.</param>
/// <param name="Convention">The calling convention; empty for C's.</param>
/// <param name="Attributes">The attributes of calls, which follow the arguments.</param>
public sealed record IrCallee(IrType Result, string Name, string Convention = "", string Attributes = "");
