using System;
using Rewright.Engines;
using Rewright.Explain;

namespace Rewright;

/// <summary>Records how terms are rewritten in a heap.</summary>
public static class TermHeapTraces
{
    /// <summary>Records the steps of the calls that are made in this heap, until the trace is disposed.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="maxSteps">How many steps it has room for; evaluations go on without it when it is full.</param>
    /// <exception cref="InvalidOperationException">A trace is on already, or an evaluation is running.</exception>
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
