using System;
using Rewright.Engines;
using Rewright.Explain;

namespace Rewright;

/// <summary>Records how a heap's terms are rewritten.</summary>
public static class TermHeapTraces
{
    /// <summary>Records the steps of all calls made in this heap until the trace is disposed.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="maxSteps">The most steps to record. When the trace is full, evaluations continue unrecorded.</param>
    /// <exception cref="InvalidOperationException">Another trace is on, or an evaluation is running.</exception>
    /// <example><code>
    /// using var trace = heap.BeginTrace();
    /// Peano.Plus(two, two);
    /// Console.WriteLine(trace.Derivations[0]);
    /// </code></example>
    public static RewriteTrace BeginTrace(this TermHeap heap, int maxSteps = 100_000)
    {
        ArgumentNullException.ThrowIfNull(heap);
        ArgumentOutOfRangeException.ThrowIfNegative(maxSteps);
        heap.Enter();
        try
        {
            return heap.Evaluator.BeginTrace(maxSteps);
        }
        finally
        {
            heap.Exit();
        }
    }
}
