using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Emit;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>A module's Rust crate, compiled as a library with the feature <c>ffi</c>. Terms are converted on the way in and out.</summary>
internal sealed unsafe class RustModule
{
    private const ulong InterfaceVersion = 2;

    private readonly TermMessage _message;
    private readonly delegate* unmanaged[Cdecl]<Request*, int> _call;
    private readonly delegate* unmanaged[Cdecl]<ulong*, ulong, void> _free;

    private RustModule(Module module, nint library)
    {
        _message = new TermMessage(module);
        _call = (delegate* unmanaged[Cdecl]<Request*, int>)NativeLibrary.GetExport(library, "rewright_rust_call");
        _free = (delegate* unmanaged[Cdecl]<ulong*, ulong, void>)NativeLibrary.GetExport(library, "rewright_rust_free");
    }

    /// <summary>
    /// Loads the crate's library. Returns null if there is none at the path, or it is for another module, module version or interface.
    /// </summary>
    public static RustModule? Load(Module module, string path, out string? fault)
    {
        if (LibraryFile.Load(path, out fault) is not (not 0 and var library)
            || !NativeLibrary.TryGetExport(library, "REWRIGHT_RUST_MODULE", out nint address))
            return null;
        ulong* identity = (ulong*)address;
        return identity[0] == InterfaceVersion && identity[1] == module.Identity.Low
            && identity[2] == module.Identity.High ? new RustModule(module, library) : null;
    }

    /// <summary>
    /// Calls an entry as compiled code does: the context holds the owned arguments, then the owned result. Returns a status.
    /// </summary>
    /// <param name="heap">The heap.</param>
    /// <param name="runtime">The module to run.</param>
    /// <param name="index">The number of the entry.</param>
    /// <param name="isBoxed">True if terms are in the boxed form.</param>
    /// <param name="maxStack">The bytes of stack that the crate may allocate.</param>
    /// <param name="stuck">The text of a stuck term.</param>
    /// <returns>Null if the crate's types cannot hold the arguments or a value computed from them; the arguments are then
    /// unchanged.</returns>
    public int? Call(TermHeap heap, ModuleRuntime runtime, int index, bool isBoxed, long maxStack, out string stuck)
    {
        stuck = "";
        var memory = heap.Memory;
        var parameters = runtime.Entries[index].Parameters;
        var result = runtime.Entries[index].Result;
        var objects = new MessageObjects();
        // Host operations may make other calls, whose arguments overwrite these.
        ulong[] arguments = new ReadOnlySpan<ulong>(memory.Arguments, parameters.Length).ToArray();
        if (_message.Write(arguments, parameters, isBoxed, memory, objects) is not { } message) return null;

        byte here = 0;
        ulong lowest = StackBounds.LimitOfThisThread();
        using var host = runtime.Hosts.Length > 0 ? new Host(this, heap, runtime, isBoxed, objects) : null;
        fixed (ulong* start = message)
        {
            var request = new Request
            {
                Entry = (ulong)index,
                Words = start,
                Count = (ulong)message.Length,
                CallerStack = (ulong)&here > lowest ? (ulong)&here - lowest : 0,
                MaxStack = (ulong)maxStack,
                MaxBytes = (ulong)heap.Limits.MaxHeapBytes,
                MaxRewrites = (ulong)Math.Max(0, memory.Field<long>(Abi.Steps)),
                Attention = memory.Context + Abi.Attention,
                Host = host is null ? null : &CallHost,
                HostContext = host?.Handle ?? 0,
            };
            int status = _call(&request);
            try
            {
                var answer = new ReadOnlySpan<ulong>(request.Result, (int)request.ResultCount);
                if (status == Abi.Bailout)
                {
                    // The interpreter takes over if the crate cannot hold a value.
                    arguments.CopyTo(new Span<ulong>(memory.Arguments, arguments.Length));
                    return null;
                }

                memory.Field<long>(Abi.Steps) -= (long)request.Rewrites;
                for (int i = 0; i < arguments.Length; i++)
                    if (TermSort.CanBeCell(parameters[i], isBoxed)) memory.Drop(arguments[i]);
                ulong word;
                if (status == Abi.Stuck
                    && _message.TryRead(answer, [BuiltInSort.String], isBoxed, memory, objects, new Span<ulong>(&word, 1)))
                {
                    stuck = (string)memory.External(word)!;
                    memory.Drop(word);
                }

                if (status != Abi.Ok) return status;
                if (!_message.TryRead(answer, [result], isBoxed, memory, objects, new Span<ulong>(&word, 1))) return Abi.Bailout;
                memory.Result[0] = word;
                return Abi.Ok;
            }
            finally
            {
                _free(request.Result, request.ResultCount);
            }
        }
    }

    /// <summary>The function that a crate calls for a host operation. No exception leaves it.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CallHost(nint handle, ulong operation, ulong* words, ulong count, ulong** result, ulong* resultCount)
    {
        var host = (Host)GCHandle.FromIntPtr(handle).Target!;
        try
        {
            host.Evaluate((int)operation, new ReadOnlySpan<ulong>(words, (int)count), result, resultCount);
            return Abi.Ok;
        }
        catch (Exception e)
        {
            return host.Evaluator.Fail(e);
        }
    }

    /// <summary>The C# code that the crate can call during one call.</summary>
    private sealed class Host : IDisposable
    {
        private readonly RustModule _module;
        private readonly TermHeap _heap;
        private readonly ModuleRuntime _runtime;
        private readonly bool _isBoxed;
        private readonly MessageObjects _objects;
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private GCHandle _handle;
        private ulong* _answer;

        public Host(RustModule module, TermHeap heap, ModuleRuntime runtime, bool isBoxed, MessageObjects objects)
        {
            (_module, _heap, _runtime, _isBoxed, _objects) = (module, heap, runtime, isBoxed, objects);
            _handle = GCHandle.Alloc(this);
        }

        public nint Handle => GCHandle.ToIntPtr(_handle);

        public Evaluator Evaluator => _heap.Evaluator;

        /// <summary>Calls a host operation; the message with its result stays valid until the next call.</summary>
        public void Evaluate(int index, ReadOnlySpan<ulong> message, ulong** result, ulong* resultCount)
        {
            var memory = _heap.Memory;
            var operation = _runtime.HostOperations[index];
            var sorts = Array.ConvertAll([.. operation.Parameters], p => p.Sort);
            ulong* words = stackalloc ulong[Math.Max(1, sorts.Length)];
            if (!_module._message.TryRead(message, sorts, _isBoxed, memory, _objects, new Span<ulong>(words, sorts.Length)))
                throw new BailoutException();
            ulong[]? answer;
            try
            {
                ulong word = _heap.Evaluator.CallHost(index, words, _thread, _context);
                answer = _module._message.Write([word], [operation.Result], _isBoxed, memory, _objects);
                if (TermSort.CanBeCell(operation.Result, _isBoxed)) memory.Drop(word);
            }
            finally
            {
                for (int i = 0; i < sorts.Length; i++)
                    if (TermSort.CanBeCell(sorts[i], _isBoxed)) memory.Drop(words[i]);
            }

            if (answer is null) throw new BailoutException();
            _answer = (ulong*)NativeMemory.Realloc(_answer, (nuint)answer.Length * sizeof(ulong));
            answer.CopyTo(new Span<ulong>(_answer, answer.Length));
            *result = _answer;
            *resultCount = (ulong)answer.Length;
        }

        public void Dispose()
        {
            _handle.Free();
            NativeMemory.Free(_answer);
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
        public delegate* unmanaged[Cdecl]<nint, ulong, ulong*, ulong, ulong**, ulong*, int> Host;
        public nint HostContext;
        public ulong* Result;
        public ulong ResultCount;
        public ulong Rewrites;
    }
}
