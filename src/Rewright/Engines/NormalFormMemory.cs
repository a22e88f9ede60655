using System.Collections.Generic;
using System.Linq;
using Rewright.Heap;

namespace Rewright.Engines;

/// <summary>
/// The normal forms that the calls in progress have met. Cells and normal forms are kept alive, so that no address is used again.
/// </summary>
internal sealed class NormalFormMemory(CellMemory memory)
{
    // What an entry of a dictionary takes, with the room that dictionaries keep.
    private const long EntryBytes = 48;

    // One for each call; made when the call meets a normal form.
    private readonly List<Dictionary<ulong, ulong>?> _calls = [];

    /// <summary>All words that are kept alive.</summary>
    public IEnumerable<ulong> Words
        => _calls.OfType<Dictionary<ulong, ulong>>().SelectMany(c => c).SelectMany(pair => new[] { pair.Key, pair.Value });

    /// <summary>Begins a call, which remembers nothing yet.</summary>
    public void BeginCall() => _calls.Add(null);

    /// <summary>Ends the innermost call and forgets what it remembers.</summary>
    /// <param name="mayDrop">False where the call failed: then the heap is restored as a whole.</param>
    public void EndCall(bool mayDrop)
    {
        var call = _calls[^1];
        _calls.RemoveAt(_calls.Count - 1);
        if (call is null) return;
        memory.GiveBack(EntryBytes * call.Count);
        if (!mayDrop) return;
        foreach (var (cell, normal) in call)
        {
            memory.Drop(cell);
            memory.Drop(normal);
        }
    }

    /// <summary>What has come of a cell in the innermost call, 0 where nothing is remembered.</summary>
    public ulong Recall(ulong cell)
    {
        if (_calls[^1] is not { } call || !call.TryGetValue(cell, out ulong next)) return 0;
        ulong last = next;
        while (call.TryGetValue(last, out ulong later) && later != last) last = later;
        if (last == next) return next;
        // The next search starts at the end of the chain. What is left out is still known by itself.
        CellMemory.Dup(last);
        call[cell] = last;
        memory.Drop(next);
        return last;
    }

    /// <summary>Remembers in the innermost call what has come of a cell.</summary>
    public void Add(ulong cell, ulong normal)
    {
        memory.Charge(EntryBytes);
        CellMemory.Dup(cell);
        CellMemory.Dup(normal);
        (_calls[^1] ??= []).Add(cell, normal);
    }
}
