using System;
using System.Threading;

namespace Rewright;

/// <summary>How far evaluations in a heap may go. Reaching a limit throws; process and heap stay usable.</summary>
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

    /// <summary>Bytes of cells in the heap; half of what the process may use unless set. Rounded down to chunks of 64 KB.</summary>
    public long MaxHeapBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Wall-clock time of one call; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Rules applied in one call, where the engine counts them (the interpreter does; compiled code if it was asked to); null for no limit.</summary>
    public long? MaxRewrites { get; init; }

    /// <summary>Cancels calls in progress and prevents further ones.</summary>
    public CancellationToken Cancellation { get; init; }
}
