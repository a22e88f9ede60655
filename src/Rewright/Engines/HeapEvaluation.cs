using System.Runtime.CompilerServices;

namespace Rewright.Engines;

/// <summary>Finds the evaluator of a heap.</summary>
internal static class HeapEvaluation
{
    extension(TermHeap heap)
    {
        /// <summary>The evaluator of this heap, which is the only user that a heap ever has.</summary>
        public Evaluator Evaluator => Unsafe.As<Evaluator>(heap.User ??= new Evaluator(heap));
    }
}
