using System.Runtime.CompilerServices;

namespace Rewright.Engines;

/// <summary>Finds what evaluates in a heap.</summary>
internal static class HeapEvaluation
{
    extension(TermHeap heap)
    {
        /// <summary>What evaluates in this heap. The only user that a heap ever has.</summary>
        public Evaluator Evaluator => Unsafe.As<Evaluator>(heap.User ??= new Evaluator(heap));
    }
}
