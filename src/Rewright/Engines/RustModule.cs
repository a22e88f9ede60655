using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Emit;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>A module's Rust crate, compiled as a library with the feature <c>ffi</c>. Terms are converted on the way in and out.</summary>
internal sealed unsafe class RustModule
{
    private const ulong InterfaceVersion = 1;

    private readonly TermMessage _message;
    private readonly delegate* unmanaged[Cdecl]<Request*, int> _call;
    private readonly delegate* unmanaged[Cdecl]<ulong*, ulong, void> _free;

    private RustModule(Module module, nint library)
    {
        _message = new TermMessage(module);
        _call = (delegate* unmanaged[Cdecl]<Request*, int>)NativeLibrary.GetExport(library, "rewright_rust_call");
        _free = (delegate* unmanaged[Cdecl]<ulong*, ulong, void>)NativeLibrary.GetExport(library, "rewright_rust_free");
    }

    /// <summary>The crate's library; null where there is none at the path, or it is of another module, version of it, or of this interface.</summary>
    public static RustModule? Load(Module module, string path)
    {
        if (!NativeLibrary.TryLoad(path, out nint library) || !NativeLibrary.TryGetExport(library, "REWRIGHT_RUST_MODULE", out nint address)) return null;
        ulong* identity = (ulong*)address;
        return identity[0] == InterfaceVersion && identity[1] == module.Identity.Low && identity[2] == module.Identity.High ? new RustModule(module, library) : null;
    }

    /// <summary>Calls an entry as compiled code does: arguments in the context, owned; the result there, owned; a status.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="entry">What is called.</param>
    /// <param name="index">Its number.</param>
    /// <param name="isGeneral">The form of terms.</param>
    /// <param name="stuck">The text of a stuck term.</param>
    /// <returns>Null where the crate's types cannot hold the arguments, which are left as they are.</returns>
    public int? Call(TermHeap heap, Entry entry, int index, bool isGeneral, out string stuck)
    {
        stuck = "";
        var memory = heap.Memory;
        var objects = new List<object>();
        var words = new ReadOnlySpan<ulong>(memory.Arguments, entry.Parameters.Length);
        if (_message.Write(words, entry.Parameters, isGeneral, memory, objects) is not { } message) return null;

        byte here = 0;
        ulong lowest = StackBounds.LimitOfThisThread();
        fixed (ulong* start = message)
        {
            var request = new Request
            {
                Entry = (ulong)index,
                Words = start,
                Count = (ulong)message.Length,
                CallerStack = (ulong)&here > lowest ? (ulong)&here - lowest : 0,
                MaxStack = (ulong)heap.Limits.MaxStackBytes,
                MaxBytes = (ulong)heap.Limits.MaxHeapBytes,
                MaxRewrites = (ulong)Math.Max(0, memory.Field<long>(Abi.Steps)),
                Attention = memory.Context + Abi.Attention,
            };
            int status = _call(&request);
            try
            {
                var result = new ReadOnlySpan<ulong>(request.Result, (int)request.ResultCount);
                // What the crate cannot hold is for the interpreter, and so are the arguments.
                if (status == Abi.Left) return null;
                for (int i = 0; i < entry.Parameters.Length; i++)
                    if (TermSort.CanBeCell(entry.Parameters[i], isGeneral)) memory.Drop(memory.Arguments[i]);
                if (status == Abi.Stuck)
                {
                    bool isText = _message.TryRead(result, BuiltInSort.String, isGeneral, memory, objects, out ulong text);
                    stuck = isText ? (string)memory.External(text)! : "";
                    if (isText) memory.Drop(text);
                }

                if (status != Abi.Ok) return status;
                if (!_message.TryRead(result, entry.Result, isGeneral, memory, objects, out ulong word)) return Abi.Left;
                memory.Result[0] = word;
                return Abi.Ok;
            }
            finally
            {
                _free(request.Result, request.ResultCount);
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public ulong Entry;
        public ulong* Words;
        public ulong Count;
        public ulong CallerStack;
        public ulong MaxStack;
        public ulong MaxBytes;
        public ulong MaxRewrites;
        public byte* Attention;
        public ulong* Result;
        public ulong ResultCount;
    }
}
