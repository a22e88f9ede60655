using Rewright.Emit.Ir;

namespace Rewright.Emit.Llvm;

/// <summary>The functions of <see cref="LlvmRuntime"/> that the code of a program calls.</summary>
internal static class RuntimeCalls
{
    /// <summary>True if there is no request, so that code may go on: <c>(context)</c>.</summary>
    public static readonly IrCallee Quiet = new(IrType.I1, "@rw.quiet");

    /// <summary>Handles a request; true if the thunk was run elsewhere: <c>(context, thunk)</c>.</summary>
    public static readonly IrCallee Attend = new(IrType.I1, "@rw.attend");

    /// <summary>Ends the evaluation: <c>(context, status)</c>.</summary>
    public static readonly IrCallee Raise = new(IrType.Void, "@rw.raise");

    /// <summary>Counts rewrites: <c>(context, times)</c>.</summary>
    public static readonly IrCallee Step = new(IrType.Void, "@rw.step");

    /// <summary>Adds a reference: <c>(term)</c>.</summary>
    public static readonly IrCallee Dup = new(IrType.Void, "@rw.dup");

    /// <summary>Drops a reference: <c>(context, term)</c>.</summary>
    public static readonly IrCallee Drop = new(IrType.Void, "@rw.drop");

    /// <summary>Drops a reference; true if it was the last one: <c>(cell)</c>.</summary>
    public static readonly IrCallee Claim = new(IrType.I1, "@rw.claim");

    public static readonly IrCallee IsCell = new(IrType.I1, "@rw.is.cell");

    public static readonly IrCallee IsShared = new(IrType.I1, "@rw.is.shared");

    /// <summary>Whether terms are equal: <c>(context, left, right)</c>.</summary>
    public static readonly IrCallee Same = new(IrType.I1, "@rw.same");

    /// <summary>The result of a remembered cell; null for none: <c>(context, cell)</c>.</summary>
    public static readonly IrCallee Recall = new(IrType.Ptr, "@rw.recall");

    public static readonly IrCallee Remember = new(IrType.Void, "@rw.remember");

    /// <summary>A static by its number: <c>(context, index)</c>.</summary>
    public static readonly IrCallee Static = new(IrType.Ptr, "@rw.static");

    /// <summary>Computes a primitive in the runtime: <c>(context, number, words)</c>.</summary>
    public static readonly IrCallee Compute = new(IrType.Void, "@rw.compute");

    /// <summary>Calls an operation that C# implements: <c>(context, number, words)</c>.</summary>
    public static readonly IrCallee Host = new(IrType.Void, "@rw.host");

    /// <summary>Gets a cell when the free list is empty: <c>(context, words)</c>.</summary>
    public static readonly IrCallee Refill = new(IrType.Ptr, "@rw.refill");

    /// <summary>Puts a cell into its free list: <c>(context, cell, words)</c>.</summary>
    public static readonly IrCallee FreeListed = new(IrType.Void, "@rw.free");

    /// <summary>Frees a cell with a chunk of its own: <c>(context, cell)</c>.</summary>
    public static readonly IrCallee ReleaseExternal = new(IrType.Void, "@rw.release.external");

    /// <summary>Allocates a cell of this many words: <c>(context)</c>.</summary>
    public static IrCallee Allocate(int words) => new(IrType.Ptr, "@rw.alloc." + IrText.Number(words));

    /// <summary>Frees the memory of a cell of this many words: <c>(context, cell)</c>.</summary>
    public static IrCallee Free(int words) => new(IrType.Void, "@rw.free." + IrText.Number(words));
}
