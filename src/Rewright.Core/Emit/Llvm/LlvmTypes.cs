using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>The types of values in registers.</summary>
internal static class LlvmTypes
{
    /// <summary>The type of a sort's values.</summary>
    public static IrType TypeOf(Sort sort) => TypeOf(Layouts.KindOf(sort));

    /// <summary>The type of a function's result; void for a function that fills a hole.</summary>
    public static IrType ResultType(Sort? sort) => sort is null ? IrType.Void : TypeOf(sort);

    /// <summary>The type of a kind's values.</summary>
    public static IrType TypeOf(WordKind kind) => kind switch
    {
        WordKind.Term or WordKind.Hole => IrType.Ptr,
        WordKind.Bool => IrType.I1,
        WordKind.Int32 => IrType.I32,
        WordKind.Int64 => IrType.I64,
        _ => IrType.Double,
    };
}
