using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rewright.Emit;
using Rewright.Heap;

namespace Rewright.Engines;

/// <summary>The runtime functions that compiled code calls. No exception leaves them: errors are returned as a status.</summary>
internal static unsafe class NativeServices
{
    /// <summary>The table whose address every context holds.</summary>
    public static nint Table { get; } = MakeTable();

    private static nint MakeTable()
    {
        var table = (nint*)NativeMemory.Alloc(Abi.ServiceCount, (nuint)sizeof(nint));
        table[Abi.AttentionService] = (nint)(
            delegate* unmanaged[Cdecl]<byte*, delegate* unmanaged[Cdecl]<byte*, nint, int>, nint, int>)&Attention;
        table[Abi.RefillService] = (nint)(delegate* unmanaged[Cdecl]<byte*, long, ulong*>)&Refill;
        table[Abi.ReleaseService] = (nint)(delegate* unmanaged[Cdecl]<byte*, ulong*, void>)&Release;
        table[Abi.EqualService] = (nint)(delegate* unmanaged[Cdecl]<byte*, ulong, ulong, int>)&Equal;
        table[Abi.ComputeService] = (nint)(delegate* unmanaged[Cdecl]<byte*, int, ulong*, int>)&Compute;
        table[Abi.HostService] = (nint)(delegate* unmanaged[Cdecl]<byte*, int, ulong*, int>)&Host;
        table[Abi.RecallService] = (nint)(delegate* unmanaged[Cdecl]<byte*, ulong, ulong>)&Recall;
        table[Abi.RememberService] = (nint)(delegate* unmanaged[Cdecl]<byte*, ulong, ulong, int>)&Remember;
        // Addresses in this process's C library. Browsers have none, but they have no compiled code either.
        bool hasC = !OperatingSystem.IsBrowser() && !OperatingSystem.IsWindows();
        table[Abi.SetJumpService] = hasC
            && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "_setjmp", out nint setJump) ? setJump : 0;
        table[Abi.LongJumpService] = hasC
            && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "longjmp", out nint longJump) ? longJump : 0;
        return (nint)table;
    }

    private static Evaluator Of(byte* context) => ((TermHeap)GCHandle.FromIntPtr(*(nint*)(context + Abi.Owner)).Target!).Evaluator;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Attention(byte* context, delegate* unmanaged[Cdecl]<byte*, nint, int> enter, nint thunk)
    {
        var evaluator = Of(context);
        try
        {
            return evaluator.PollSafepoint(enter, thunk);
        }
        catch (Exception e)
        {
            return -evaluator.Fail(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong* Refill(byte* context, long words)
    {
        try
        {
            return Of(context).Memory.TryAllocate((int)words);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(byte* context, ulong* cell) => Of(context).Memory.ReleaseExternal(cell);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Equal(byte* context, ulong left, ulong right)
    {
        var evaluator = Of(context);
        try
        {
            return TermEquality.Equal(left, evaluator.Memory, right, evaluator.Memory) ? 1 : 0;
        }
        catch (Exception e)
        {
            // The code goes on as if the terms differed until it next checks the limits or calls the runtime.
            evaluator.Interrupt(e);
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Compute(byte* context, int primitive, ulong* words)
    {
        var evaluator = Of(context);
        try
        {
            words[0] = PrimitiveEvaluator.Evaluate(primitive, words, evaluator.Memory);
            return Abi.Ok;
        }
        catch (Exception e)
        {
            return evaluator.Fail(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Host(byte* context, int index, ulong* words)
    {
        var evaluator = Of(context);
        try
        {
            words[0] = evaluator.CallHost(index, words);
            return Abi.Ok;
        }
        catch (Exception e)
        {
            return evaluator.Fail(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong Recall(byte* context, ulong cell) => Of(context).Recall(cell);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Remember(byte* context, ulong cell, ulong normal)
    {
        var evaluator = Of(context);
        try
        {
            evaluator.Remember(cell, normal);
            return Abi.Ok;
        }
        catch (Exception e)
        {
            return evaluator.Fail(e);
        }
    }
}
