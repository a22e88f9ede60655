using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;

namespace Rewright.Emit.Llvm;

/// <summary>The runtime functions that a compiled module includes if it uses them: entry, errors, memory, arithmetic.</summary>
/// <remarks>They are part of the module so that LLVM can inline them and a library needs only the C library.</remarks>
internal static class LlvmRuntime
{
    /// <summary>The metadata of a branch that is hardly ever taken, and of one that nearly always is.</summary>
    public const string Unlikely = ", !prof !0", Likely = ", !prof !1";

    private static readonly IrFile Runtime = ReadFile("runtime");

    /// <summary>The nodes that this metadata names: the first nodes of every module.</summary>
    public static string Metadata { get; } = Runtime.Metadata;

    /// <summary>The functions that do not depend on the module, from the folder <c>Runtime</c>.</summary>
    public static IrLibrary Functions { get; } = ReadFunctions();

    /// <summary>The functions that allocate and free cells of one size.</summary>
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

    // The first word of a free cell is the distance from its end to the next free cell. So zeroed memory already is a list, in which each
    // cell is followed by its neighbour, and it is touched only when used.
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
        // A file declares the functions that it uses from another file, so that LLVM can check it alone.
        var others = ReadFile("primitives").Definitions.Where(d => !runtime.Any(r => r.Name == d.Name));
        return new(runtime.Concat(others));
    }
}
