using System.Collections.Generic;

namespace Rewright.Heap;

/// <summary>The part of an evaluator that its heap knows.</summary>
internal interface IHeapUser
{
    /// <summary>The words to which the evaluator holds references. The heap must be entered.</summary>
    IEnumerable<ulong> Roots();

    /// <summary>Frees unmanaged memory when the heap ends, perhaps on the finalizer thread.</summary>
    void Free();
}
