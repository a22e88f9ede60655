using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>Values as words of 64 bits: in cells, in the context, and in comparisons of doubles, with one NaN for all.</summary>
internal static class LlvmWords
{
    private const long NaN = 9221120237041090560;

    /// <summary>Converts a word to the value that it holds.</summary>
    public static IrValue FromWord(this IrBuilder ir, IrValue word, WordKind kind, IrName name) => kind switch
    {
        WordKind.Term or WordKind.Hole => ir.Cast("inttoptr", word, IrType.Ptr, name),
        WordKind.Bool => ir.Cast("trunc", word, IrType.I1, name),
        WordKind.Int32 => ir.Cast("trunc", word, IrType.I32, name),
        WordKind.Int64 => ir.Binary("add", word, IrValue.I64(0), name),
        _ => ir.Cast("bitcast", word, IrType.Double, name),
    };

    /// <summary>Converts a value to the word that holds it.</summary>
    public static IrValue ToWord(this IrBuilder ir, IrValue value, Sort sort, IrName name)
    {
        switch (Layouts.KindOf(sort))
        {
            case WordKind.Term or WordKind.Hole: return ir.Cast("ptrtoint", value, IrType.I64, name);
            case WordKind.Bool: return ir.Cast("zext", value, IrType.I64, name);
            case WordKind.Int32: return ir.Cast(Layouts.IsSigned(sort) ? "sext" : "zext", value, IrType.I64, name);
            case WordKind.Int64: return ir.Binary("add", value, IrValue.I64(0), name);
            default:
                name = ir.Function.Take(name);
                var isNaN = ir.Compare("uno", value, IrValue.ZeroDouble, name.Part("nan"));
                var bits = ir.Cast("bitcast", value, IrType.I64, name.Part("bits"));
                return ir.Select(isNaN, IrValue.I64(NaN), bits, name);
        }
    }

    /// <summary>A literal that is known at compile time.</summary>
    public static IrValue Constant(Literal literal) => literal.Value switch
    {
        bool b => b ? IrValue.True : IrValue.False,
        double d => IrValue.Double(Literal.DoubleBits(d)),
        System.Numerics.BigInteger big => IrValue.Pointer(Statics.SmallInteger(big)!.Value),
        uint u => IrValue.I32(unchecked((int)u)),
        _ => Layouts.KindOf(literal.Sort) == WordKind.Int32 ? IrValue.I32(unchecked((int)literal.Bits)) : IrValue.I64(literal.Bits),
    };
}
