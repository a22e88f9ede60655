using System.Collections.Generic;

namespace Rewright.Heap;

/// <summary>What evaluates in a heap. The heap knows this of it, and nothing else.</summary>
internal interface IHeapUser
{
    /// <summary>The words that it holds references to; the heap is entered.</summary>
    IEnumerable<ulong> Roots();

    /// <summary>Frees its unmanaged memory; the heap ends, perhaps on the thread of finalizers.</summary>
    void Free();
}
