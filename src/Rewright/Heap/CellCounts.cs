using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Rewright.Emit;

namespace Rewright.Heap;

/// <summary>The number of references to each cell of a heap, counted from its roots.</summary>
/// <remarks>
/// The counts take four bytes for each cell that the chunks have room for. During the count, the otherwise unused second word of each chunk
/// holds the place of its cells' counts.
/// </remarks>
internal sealed unsafe class CellCounts : IDisposable
{
    // Cells start behind the two header words of a chunk. A large cell has a chunk to itself.
    private const int First = 16;

    private readonly uint* _counts;
    private readonly BitArray _externals;
    // Cells that have been reached but whose fields have not been visited; each occurs once.
    private ulong* _pending;
    private long _pendingCount, _capacity = 1 << 10;

    private CellCounts(IReadOnlyList<nint> chunks, int externals)
    {
        _externals = new BitArray(externals);
        long cells = 0;
        foreach (nint chunk in chunks) cells += CellsIn(chunk);
        _counts = (uint*)NativeMemory.AllocZeroed((nuint)cells, sizeof(uint));
        _pending = (ulong*)NativeMemory.Alloc((nuint)_capacity, sizeof(ulong));
        cells = 0;
        foreach (nint chunk in chunks)
        {
            ((uint**)chunk)[1] = _counts + cells;
            cells += CellsIn(chunk);
        }
    }

    /// <summary>The number of cells with at least one reference.</summary>
    public long Live { get; private set; }

    /// <summary>Counts the references in a heap.</summary>
    /// <param name="chunks">All chunks of the heap, including those of large cells.</param>
    /// <param name="externals">The size of the heap's table of objects.</param>
    /// <param name="roots">References from outside.</param>
    /// <param name="watch">The limits to observe; null for none.</param>
    public static CellCounts Count(IReadOnlyList<nint> chunks, int externals, IEnumerable<ulong> roots, LimitWatch? watch)
    {
        var counts = new CellCounts(chunks, externals);
        try
        {
            foreach (ulong root in roots) counts.Follow(root, watch);
            return counts;
        }
        catch
        {
            counts.Dispose();
            throw;
        }
    }

    /// <summary>The references to a cell; 0 if it is free or lost.</summary>
    public uint this[ulong* cell] => *Place(cell);

    /// <summary>True if a live cell stands for the object at this index of the table.</summary>
    public bool HoldsExternal(int index) => _externals[index];

    /// <summary>The number of cells that a chunk has room for.</summary>
    public static int CellsIn(nint chunk)
        => *(ulong*)chunk is var words && words > Abi.MaxListedWords ? 1 : (Abi.ChunkSize - First) / (8 * (int)words);

    public void Dispose()
    {
        NativeMemory.Free(_counts);
        NativeMemory.Free(_pending);
        _pending = null;
    }

    private static uint* Place(ulong* cell)
    {
        byte* chunk = (byte*)((ulong)cell & ~((ulong)Abi.ChunkSize - 1));
        uint offset = (uint)((byte*)cell - chunk) - First;
        return ((uint**)chunk)[1] + (offset == 0 ? 0 : offset / (8 * (uint)*(ulong*)chunk));
    }

    private void Follow(ulong root, LimitWatch? watch)
    {
        Reach(root);
        for (long n = 1; _pendingCount > 0; n++)
        {
            if ((n & 0xFFFF) == 0) watch?.Check();
            ulong* cell = (ulong*)_pending[--_pendingCount];
            if (CellMemory.IsExternal(cell))
            {
                _externals[(int)cell[1]] = true;
                continue;
            }

            for (int i = CellMemory.TermCountOf(cell); i >= 1; i--) Reach(cell[i]);
        }
    }

    private void Reach(ulong word)
    {
        if (!CellMemory.IsCell(word)) return;
        if ((*Place(CellMemory.Cell(word)))++ > 0) return;
        Live++;
        if (_pendingCount == _capacity)
        {
            _capacity *= 2;
            _pending = (ulong*)NativeMemory.Realloc(_pending, (nuint)_capacity * sizeof(ulong));
        }

        _pending[_pendingCount++] = word;
    }
}
