using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rewright.Engines;

/// <summary>A thread with a large stack, on which an evaluation continues when the stack of its own thread ends.</summary>
internal sealed class StackThread
{
    private const long Smallest = 64L << 20;
    // The constructor of Thread takes the size as an int.
    private const long Largest = 2047L << 20;

    private static readonly ConcurrentBag<StackThread> Idle = [];
    private readonly SemaphoreSlim _start = new(0), _end = new(0);
    private readonly long _size;
    private Action? _work;

    private StackThread(long size)
    {
        _size = size;
        var thread = new Thread(Loop, (int)size) { IsBackground = true, Name = "Rewright stack" };
        thread.UnsafeStart();
        ManagedThreadId = thread.ManagedThreadId;
    }

    public int ManagedThreadId { get; }

    /// <summary>
    /// The size of the stack to follow one that has ended: larger each time, within what is left; 0 if too little is left.
    /// </summary>
    public static long SizeAfter(StackThread? stack, long left)
    {
        long size = stack is null ? Smallest : Math.Min(stack._size * 4, Largest);
        return Math.Min(size, left) is var possible && possible >= Smallest / 4 ? possible : 0;
    }

    /// <summary>An idle thread with at least this stack size, or a new one.</summary>
    public static StackThread Rent(long size)
        => size <= Smallest && Idle.TryTake(out var idle) ? idle : new StackThread(Math.Max(size, Smallest));

    /// <summary>
    /// Takes back a thread. Only threads of the smallest size are kept, because a thread holds the memory that its stack has touched until
    /// it ends.
    /// </summary>
    public static void Return(StackThread thread)
    {
        if (thread._size <= Smallest && Idle.Count < Environment.ProcessorCount)
        {
            Idle.Add(thread);
            return;
        }

        thread._work = null;
        thread._start.Release();
    }

    /// <summary>Runs work on the thread and waits for its end.</summary>
    public void Run(Action work)
    {
        _work = work;
        _start.Release();
        _end.Wait();
    }

    private void Loop()
    {
        while (true)
        {
            _start.Wait();
            if (_work is null) return;
            _work();
            _end.Release();
        }
    }
}

/// <summary>The bounds of the stacks of threads.</summary>
internal static partial class StackBounds
{
    /// <summary>The bytes below the limit of compiled code that are reserved for the runtime and the C library.</summary>
    private const ulong HeadRoom = 160 << 10;

    [ThreadStatic]
    private static ulong t_limit;

    /// <summary>The most stack, in bytes, that functions between compiled code and <see cref="Evaluator.PollSafepoint"/> use.</summary>
    public const ulong Slack = 8 << 10;

    /// <summary>The lowest address that compiled code may use on this thread.</summary>
    public static ulong LimitOfThisThread()
    {
        if (t_limit == 0) t_limit = LowestAddress() + HeadRoom;
        return t_limit;
    }

    private static unsafe ulong LowestAddress()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsAndroid())
        {
            // The size of pthread_attr_t differs between platforms; 256 bytes are more than enough for all.
            byte* attributes = stackalloc byte[256];
            if (PthreadGetAttributes(PthreadSelf(), attributes) == 0)
            {
                nint address;
                nuint size;
                int error = PthreadAttributesGetStack(attributes, &address, &size);
                PthreadAttributesDestroy(attributes);
                if (error == 0) return (ulong)address;
            }
        }
        else if (OperatingSystem.IsMacOS())
        {
            nint self = MacPthreadSelf();
            return (ulong)MacPthreadStackAddress(self) - MacPthreadStackSize(self);
        }
        else if (OperatingSystem.IsWindows())
        {
            ulong low, high;
            GetCurrentThreadStackLimits(&low, &high);
            return low;
        }

        // On an unknown system, assume half a megabyte below this frame: every thread that .NET makes has that much.
        byte here = 0;
        return (ulong)&here - (512 << 10);
    }

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    private static partial nint PthreadSelf();

    [LibraryImport("libc", EntryPoint = "pthread_getattr_np")]
    private static unsafe partial int PthreadGetAttributes(nint thread, byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_attr_getstack")]
    private static unsafe partial int PthreadAttributesGetStack(byte* attributes, nint* address, nuint* size);

    [LibraryImport("libc", EntryPoint = "pthread_attr_destroy")]
    private static unsafe partial int PthreadAttributesDestroy(byte* attributes);

    [LibraryImport("libSystem", EntryPoint = "pthread_self")]
    private static partial nint MacPthreadSelf();

    [LibraryImport("libSystem", EntryPoint = "pthread_get_stackaddr_np")]
    private static partial nint MacPthreadStackAddress(nint thread);

    [LibraryImport("libSystem", EntryPoint = "pthread_get_stacksize_np")]
    private static partial nuint MacPthreadStackSize(nint thread);

    [LibraryImport("kernel32")]
    private static unsafe partial void GetCurrentThreadStackLimits(ulong* low, ulong* high);
}
