using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rewright.Llvm.Binding;

/// <summary>
/// Runs LLVM on a thread that LLVM may keep.
/// </summary>
/// <remarks>
/// LLVM reports some errors through a process-wide fatal-error handler, after which it ends the process, and no managed exception may cross
/// its frames. The only way to survive is not to return: the handler stores the message, releases the caller and blocks its thread forever.
/// Other inputs make LLVM run for minutes; the caller then stops waiting, and the thread ends when LLVM does. Hence the invariant: <b>no
/// thread of our users ever calls an LLVM function that can fail; it waits here.</b> The stack is large because LLVM's parser and code
/// generator recurse over their input.
/// </remarks>
internal sealed class LlvmThread
{
    private const int StackSize = 64 << 20;

    [ThreadStatic]
    private static LlvmThread? t_current;

    private readonly LlvmLibrary _library;
    private readonly ManualResetEventSlim _done = new();
    private int _state = State.Running;
    private string _fatalError = "";
    private ExceptionDispatchInfo? _exception;

    private LlvmThread(LlvmLibrary library) => _library = library;

    private static class State
    {
        public const int Running = 0;
        public const int Finished = 1;

        /// <summary>The caller no longer waits; the thread counts as lost until it ends.</summary>
        public const int Overrun = 2;

        /// <summary>The caller no longer waits, but the thread may still end soon.</summary>
        public const int Cancelled = 3;

        public const int Fatal = 4;
    }

    /// <summary>True if the caller no longer waits for the result, so that the body should stop at the next opportunity.</summary>
    public bool IsAbandoned => Volatile.Read(ref _state) is State.Overrun or State.Cancelled;

    /// <summary>
    /// Runs <paramref name="body"/>. The body owns what it allocates and must free it itself, because the caller may be gone by then.
    /// </summary>
    public static LlvmOutcome<T> Run<T>(LlvmLibrary library, Func<LlvmThread, T> body, TimeSpan timeLimit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var job = new LlvmThread(library);
        T result = default!;
        var thread = new Thread(() => job.Execute(() => result = body(job)), StackSize)
        {
            IsBackground = true,
            Name = "Rewright LLVM",
        };
        thread.Start();

        try
        {
            if (!job._done.Wait(timeLimit, cancellation) && job.TryAbandon(State.Overrun))
            {
                library.AddLostThreads(1);
                return new LlvmTimedOut<T>(timeLimit);
            }
        }
        catch (OperationCanceledException)
        {
            job.TryAbandon(State.Cancelled);
            throw;
        }

        if (job._state == State.Fatal)
            return new LlvmFatal<T>(job._fatalError);
        job._exception?.Throw();
        return new LlvmReturned<T>(result);
    }

    /// <summary>The handler that every library gets. LLVM calls it on the thread that failed.</summary>
    [UnmanagedCallersOnly]
    public static unsafe void OnFatalError(byte* reason)
    {
        // On a thread that is not ours, returning lets LLVM end the process, as it would without a handler.
        t_current?.Park(Marshal.PtrToStringUTF8((nint)reason) ?? "");
    }

    private void Execute(Action body)
    {
        t_current = this;
        try
        {
            body();
        }
        catch (Exception e)
        {
            _exception = ExceptionDispatchInfo.Capture(e);
        }

        if (Interlocked.Exchange(ref _state, State.Finished) == State.Overrun)
            _library.AddLostThreads(-1);
        _done.Set();
    }

    private void Park(string reason)
    {
        _fatalError = reason;
        if (Interlocked.Exchange(ref _state, State.Fatal) != State.Overrun)
            _library.AddLostThreads(1);
        _done.Set();
        Thread.Sleep(Timeout.Infinite);
    }

    private bool TryAbandon(int state) => Interlocked.CompareExchange(ref _state, state, State.Running) == State.Running;
}

/// <summary>The result of some work on an <see cref="LlvmThread"/>.</summary>
internal abstract record LlvmOutcome<T>;

internal sealed record LlvmReturned<T>(T Value) : LlvmOutcome<T>;

internal sealed record LlvmFatal<T>(string Message) : LlvmOutcome<T>;

internal sealed record LlvmTimedOut<T>(TimeSpan Limit) : LlvmOutcome<T>;
