using System;
using System.Threading;

namespace Rewright;

/// <summary>How far evaluations in a heap may go, and what else takes long there.</summary>
/// <remarks>
/// Reaching a limit throws; process and heap stay usable. Time and token hold for calls, for <c>Evaluate</c> and <c>Read</c> as a whole,
/// and for reading, writing, copying, comparing and counting of large terms. <c>docs/production.md</c> says what exactly they cover, and
/// how late an end may come.
/// </remarks>
/// <example><code>
/// heap.Limits = new EvaluationLimits { Time = TimeSpan.FromSeconds(2), Cancellation = request.Aborted };
/// </code></example>
public sealed record EvaluationLimits
{
    /// <summary>No limit of time or rewrites; half of the memory that the process may use for terms, 4 GB of stack.</summary>
    public static EvaluationLimits Default { get; } = new();

    /// <summary>Bytes of native stack, on all threads that one evaluation runs on; 4 GB unless set.</summary>
    /// <remarks>An evaluation goes on to a larger stack when that of its thread ends; only what it touches takes memory.</remarks>
    public long MaxStackBytes { get; init; } = 4L << 30;

    /// <summary>
    /// Bytes of the heap: cells, in chunks of 64 KB, the strings and integers in them, and a text that is written.
    /// Half of what the process may use unless set.
    /// </summary>
    public long MaxHeapBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Wall-clock time of one call; null for no limit.</summary>
    /// <remarks>A thread of its own looks after it, so it holds where the thread pool is busy.</remarks>
    public TimeSpan? Time { get; init; }

    /// <summary>
    /// Rules applied in one call, where the engine counts them (the interpreter does; compiled code if it was asked to); null for no limit.
    /// </summary>
    public long? MaxRewrites { get; init; }

    /// <summary>Cancels calls in progress and prevents further ones.</summary>
    /// <remarks>
    /// A source that cancels after a time does so on the thread pool, late where it is busy. <see cref="Time"/> does not need it.
    /// </remarks>
    public CancellationToken Cancellation { get; init; }
}
