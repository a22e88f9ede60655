using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;

namespace Rewright.Emit.Llvm;

/// <summary>The functions that every compiled module brings along, as far as it uses them: entering, errors, memory, arithmetic.</summary>
/// <remarks>They are part of the module so that LLVM can inline them, and so that a library needs nothing but the C library.</remarks>
internal static class LlvmRuntime
{
    /// <summary>Metadata of a branch that is nearly never taken, and of one that nearly always is.</summary>
    public const string Unlikely = ", !prof !0", Likely = ", !prof !1";

    private static readonly IrFile Runtime = ReadFile("runtime");

    /// <summary>The metadata that these name: the first nodes of every module.</summary>
    public static string Metadata { get; } = Runtime.Metadata;

    /// <summary>The functions that do not depend on the module: those of the folder <c>Runtime</c>.</summary>
    public static IrLibrary Functions { get; } = ReadFunctions();

    /// <summary>Allocation and freeing of cells of one size.</summary>
    public static IEnumerable<IrDefinition> ForSize(int words, bool served)
    {
        bool isListed = words <= Abi.MaxListedWords;
        yield return isListed && !served ? AllocateListed(words) : AllocateServed(words);
        yield return Free(words, isListed);
    }

    private static IrFunction NewFunction(IrCallee callee, out IrBuilder ir, out IrValue context)
    {
        var function = new IrFunction(callee.Name, callee.Result, "internal") { Attributes = "alwaysinline nounwind" };
        ir = new(function);
        context = function.AddParameter(IrType.Ptr, "context");
        return function;
    }

    private static IrDefinition AllocateServed(int words)
    {
        var function = NewFunction(RuntimeCalls.Allocate(words), out var ir, out var context);
        ir.StartUnnamed();
        ir.Return(ir.Call(RuntimeCalls.Refill, [context, IrValue.I64(words)], "cell"));
        return function.ToDefinition();
    }

    // A free cell's first word is the distance from its end to the next free cell. So memory that is all zero is a list
    // already, each cell followed by its neighbour, and is touched only when it is used.
    private static IrDefinition AllocateListed(int words)
    {
        var function = NewFunction(RuntimeCalls.Allocate(words), out var ir, out var context);
        IrBlock take = ir.NewBlock("take"), refill = ir.NewBlock("refill");
        ir.StartUnnamed();
        var head = ir.Address(IrType.I8, context, IrValue.I64(Abi.FreeLists + (8 * words)), "head");
        var cell = ir.Load(IrType.Ptr, head, "cell", 8);
        ir.Branch(ir.Compare("eq", cell, IrValue.Null, "none"), refill, take, Unlikely);
        ir.Start(take);
        var distance = ir.Load(IrType.I64, cell, "distance", 8);
        var end = ir.AnyAddress(IrType.I8, cell, [IrValue.I64(8 * words)], "end");
        ir.Store(ir.AnyAddress(IrType.I8, end, [distance], "next"), head, 8);
        ir.Return(cell);
        ir.Start(refill);
        ir.Return(ir.Call(RuntimeCalls.Refill, [context, IrValue.I64(words)], "fresh"));
        return function.ToDefinition();
    }

    private static IrDefinition Free(int words, bool isListed)
    {
        var function = NewFunction(RuntimeCalls.Free(words), out var ir, out var context);
        var cell = function.AddParameter(IrType.Ptr, "cell");
        ir.StartUnnamed();
        if (isListed) ir.Call(RuntimeCalls.FreeListed, [context, cell, IrValue.I64(words)]);
        else ir.Call(RuntimeCalls.ReleaseExternal, [context, cell]);
        ir.Return();
        return function.ToDefinition();
    }

    private static IrFile ReadFile(string name)
    {
        using var stream = typeof(LlvmRuntime).Assembly.GetManifestResourceStream("Rewright.Llvm." + name + ".ll")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new(reader.ReadToEnd());
    }

    private static IrLibrary ReadFunctions()
    {
        var runtime = Runtime.Definitions;
        // A file declares what it uses of another one, so that LLVM can check it by itself.
        var others = ReadFile("primitives").Definitions.Where(d => !runtime.Any(r => r.Name == d.Name));
        return new(runtime.Concat(others));
    }
}
