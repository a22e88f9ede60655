using System;
using System.Threading;

namespace Rewright;

/// <summary>The limits of evaluations and other long operations in a heap.</summary>
/// <remarks>
/// Reaching a limit throws; process and heap stay usable. <see cref="Time"/> and <see cref="Cancellation"/> apply to calls, to
/// <c>Evaluate</c> and <c>Read</c> as a whole, and to reading, writing, copying, comparing and counting large terms.
/// <c>docs/production.md</c> says exactly what they cover and how late they may take effect.
/// </remarks>
/// <example><code>
/// heap.Limits = new EvaluationLimits { Time = TimeSpan.FromSeconds(2), Cancellation = request.Aborted };
/// </code></example>
public sealed record EvaluationLimits
{
    /// <summary>No limit of time or rewrites; half of the process's available memory for terms, 4 GB of stack.</summary>
    public static EvaluationLimits Default { get; } = new();

    /// <summary>The bytes of native stack on all threads that one evaluation uses; 4 GB by default.</summary>
    /// <remarks>
    /// When the stack of its thread ends, an evaluation continues on a larger one. Only the stack that it touches takes memory.
    /// </remarks>
    public long MaxStackBytes { get; init; } = 4L << 30;

    /// <summary>
    /// The bytes of the heap: cells in chunks of 64 KB, the strings and integers in them, and text being written. By default half of the
    /// memory that the process may use.
    /// </summary>
    public long MaxHeapBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>The wall-clock time of one call; null for no limit.</summary>
    /// <remarks>A separate thread watches the time, so the limit holds even if the thread pool is busy.</remarks>
    public TimeSpan? Time { get; init; }

    /// <summary>
    /// The rules applied in one call, if the engine counts them; null for no limit. The interpreter always counts, compiled code only if
    /// asked to.
    /// </summary>
    public long? MaxRewrites { get; init; }

    /// <summary>Cancels calls in progress and prevents further ones.</summary>
    /// <remarks>
    /// A source that cancels after a time does so on the thread pool, which may be late if the pool is busy; <see cref="Time"/> does not
    /// use the pool.
    /// </remarks>
    public CancellationToken Cancellation { get; init; }
}
