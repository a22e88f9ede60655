using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rewright.Emit;

namespace Rewright.Heap;

/// <summary>The memory of one heap: its context and its cells. <c>docs/abi.md</c> describes both. Not thread-safe.</summary>
/// <remarks>
/// A term is a word: odd for a constant, otherwise the address of a cell. Compiled code allocates and frees through the free lists in the
/// context and calls this class only when a list is empty.
/// </remarks>
internal sealed unsafe class CellMemory : IDisposable
{
    private const int ChunkHeader = 16;
    private const int FirstSegment = 1 << 20, LargestSegment = 1 << 26;

    private readonly List<nint> _segments = [];
    private readonly List<nint> _chunks = [];
    private readonly Dictionary<nint, (nint Block, long Bytes)> _large = [];
    private readonly List<object?> _externals = [];
    private readonly Stack<int> _freeExternals = [];
    private byte* _nextChunk, _segmentEnd;
    private long _segmentSize = FirstSegment;

    public CellMemory()
    {
        Context = (byte*)NativeMemory.AllocZeroed(Abi.ContextSize);
        Watch = new LimitWatch(this);
    }

    /// <summary>The limits of the work that uses this memory.</summary>
    public LimitWatch Watch { get; }

    /// <summary>The context that compiled code receives; 0 after disposal.</summary>
    public byte* Context { get; private set; }

    /// <summary>The bytes taken for cells, for the texts and integers that cells stand for, and for remembered normal forms.</summary>
    public long Bytes { get; private set; }

    /// <summary>The bytes that may still be taken.</summary>
    public long Room => Math.Max(0, MaxBytes - Bytes);

    /// <summary>The most bytes that may be taken; allocations beyond that fail.</summary>
    public long MaxBytes { get; set; } = long.MaxValue;

    /// <summary>The argument words of a call.</summary>
    public ulong* Arguments => (ulong*)(Context + Abi.Arguments);

    /// <summary>The result words of a call.</summary>
    public ulong* Result => (ulong*)(Context + Abi.Result);

    public ref T Field<T>(int offset) where T : unmanaged => ref *(T*)(Context + offset);

    public static bool IsCell(ulong word) => (word & 1) == 0;

    public static ulong* Cell(ulong word) => (ulong*)word;

    public static uint CountOf(ulong* cell) => *(uint*)cell;

    /// <summary>The kind of object that an external cell stands for.</summary>
    public static ExternalKind KindOf(ulong* cell) => (ExternalKind)(byte)(*cell >> Abi.TagShift);

    public static int TermCountOf(ulong* cell) => (int)(*cell >> Abi.TermCountShift);

    public static bool IsExternal(ulong* cell) => TermCountOf(cell) == Abi.ExternalMark;

    /// <summary>The size of a cell in words, including the header.</summary>
    public static int WordsOf(ulong* cell) => (int)*(ulong*)((ulong)cell & ~((ulong)Abi.ChunkSize - 1));

    public static ulong Header(int tag, int terms) => 1UL | ((ulong)tag << Abi.TagShift) | ((ulong)terms << Abi.TermCountShift);

    /// <summary>The number of allocations until one fails, for tests. Compiled code respects it only if compiled to do so.</summary>
    public long AllocationsLeft { get; set; } = long.MaxValue;

    /// <summary>Allocates a cell without contents; null at the memory limit.</summary>
    public ulong* TryAllocate(int words)
    {
        if (--AllocationsLeft < 0) return null;
        if (words > Abi.MaxListedWords) return Refill(words);
        ref nint head = ref FreeList(words);
        if (head == 0) return Refill(words);
        ulong* cell = (ulong*)head;
        head = (nint)(cell + words) + (nint)(*cell);
        return cell;
    }

    /// <summary>Allocates a cell without contents.</summary>
    /// <exception cref="InsufficientMemoryException">The memory limit is reached.</exception>
    public ulong* Allocate(int words)
    {
        ulong* cell = TryAllocate(words);
        return cell != null ? cell : throw new InsufficientMemoryException();
    }

    // Gives a free list a new chunk and takes its first cell.
    private ulong* Refill(int words)
    {
        if (words > Abi.MaxListedWords) return AllocateLarge(words);
        if (Bytes + Abi.ChunkSize > MaxBytes) return null;
        byte* chunk = NewChunk();
        if (chunk == null) return null;
        Bytes += Abi.ChunkSize;
        _chunks.Add((nint)chunk);
        *(ulong*)chunk = (ulong)words;
        int count = (Abi.ChunkSize - ChunkHeader) / (8 * words);
        ulong* first = (ulong*)(chunk + ChunkHeader);
        // Zeroed memory is a list in which each cell is followed by its neighbour; only the last cell needs an end mark.
        ulong* last = first + ((count - 1) * words);
        *last = (ulong)(-(nint)(last + words));
        FreeList(words) = count == 1 ? 0 : (nint)(first + words);
        return first;
    }

    /// <summary>Makes the memory of a cell free for another of its size. Its contents must have been dropped.</summary>
    public void Free(ulong* cell, int words)
    {
        if (words > Abi.MaxListedWords)
        {
            FreeLarge(cell);
            return;
        }

        ref nint head = ref FreeList(words);
        *cell = (ulong)(head - (nint)(cell + words));
        head = (nint)cell;
    }

    /// <summary>Adds a reference. A count at its maximum stays there.</summary>
    public static void Dup(ulong word)
    {
        if (!IsCell(word)) return;
        uint* count = (uint*)word;
        if (*count != Abi.Immortal) ++*count;
    }

    /// <summary>Drops a reference. The last one frees the cell and everything that only it refers to.</summary>
    public void Drop(ulong word)
    {
        if (IsCell(word) && Claim(Cell(word))) Release(Cell(word));
    }

    /// <summary>Drops a reference. Returns true for the last one; then the caller must take the cell apart.</summary>
    public static bool Claim(ulong* cell)
    {
        uint* count = (uint*)cell;
        if (*count == 1) return true;
        if (*count != Abi.Immortal) --*count;
        return false;
    }

    /// <summary>
    /// Frees a cell without references. Waiting cells are linked through their headers, which takes neither recursion nor memory.
    /// </summary>
    public void Release(ulong* cell)
    {
        const ulong countMask = 0xFFUL << Abi.TermCountShift;
        *cell &= countMask;
        while (cell != null)
        {
            ulong* waiting = (ulong*)(*cell & ~countMask);
            int terms = (int)(*cell >> Abi.TermCountShift);
            if (terms == Abi.ExternalMark)
            {
                ReleaseExternal(cell);
            }
            else
            {
                for (int i = 1; i <= terms; i++)
                {
                    if (!IsCell(cell[i]) || !Claim(Cell(cell[i]))) continue;
                    ulong* dead = Cell(cell[i]);
                    *dead = (*dead & countMask) | (ulong)waiting;
                    waiting = dead;
                }

                Free(cell, WordsOf(cell));
            }

            cell = waiting;
        }
    }

    /// <summary>Charges bytes that are allocated elsewhere to this memory.</summary>
    /// <exception cref="InsufficientMemoryException">The memory limit is reached.</exception>
    public void Charge(long bytes)
    {
        if (bytes > Room) throw new InsufficientMemoryException();
        Bytes += bytes;
    }

    /// <summary>Gives charged bytes back.</summary>
    public void GiveBack(long bytes) => Bytes -= bytes;

    /// <summary>Makes a cell that stands for a C# object.</summary>
    /// <exception cref="InsufficientMemoryException">The memory limit is reached.</exception>
    public ulong NewExternal(ExternalKind kind, object? value)
    {
        ulong* cell = Allocate(2);
        try
        {
            Charge(SizeOf(value));
        }
        catch
        {
            Free(cell, 2);
            throw;
        }

        if (!_freeExternals.TryPop(out int index))
        {
            index = _externals.Count;
            _externals.Add(null);
        }

        _externals[index] = value;
        cell[0] = Header((int)kind, Abi.ExternalMark);
        cell[1] = (ulong)index;
        return (ulong)cell;
    }

    /// <summary>The number of a name. A new name stays in the process forever, so its bytes count for as long as the heap lives.</summary>
    /// <exception cref="InsufficientMemoryException">The memory limit is reached.</exception>
    public ulong SymbolOf(string name)
    {
        if (!Symbol.IsKnown(name)) Charge(SizeOf(name) + Symbol.BytesOfEntry);
        return (ulong)new Symbol(name).Id;
    }

    /// <summary>The C# object that a cell stands for.</summary>
    public object? External(ulong word) => _externals[(int)Cell(word)[1]];

    /// <summary>Frees an external cell and releases its object, or frees a large cell.</summary>
    public void ReleaseExternal(ulong* cell)
    {
        if (WordsOf(cell) == 2) Forget((int)cell[1]);
        Free(cell, WordsOf(cell));
    }

    private void Forget(int index)
    {
        GiveBack(SizeOf(_externals[index]));
        _externals[index] = null;
        _freeExternals.Push(index);
    }

    // The size of the user's objects is unknown and does not count.
    private static long SizeOf(object? value) => value switch
    {
        string text => 24 + (2L * text.Length),
        BigInteger integer => 40 + integer.GetByteCount(),
        _ => 0,
    };

    /// <summary>
    /// Restores the heap after an error has left wrong counts and garbage: counts all references anew from the roots and frees every cell
    /// that has none.
    /// </summary>
    public void Recover(IEnumerable<ulong> roots)
    {
        using var counts = CellCounts.Count(AllChunks(), _externals.Count, roots, null);
        for (int words = 0; words <= Abi.MaxListedWords; words++) FreeList(words) = 0;
        // From the last cell to the first, so that the lists run upwards and untouched memory stays untouched: such a cell already holds
        // zero, the distance to its neighbour.
        for (int i = _chunks.Count - 1; i >= 0; i--)
        {
            int words = (int)*(ulong*)_chunks[i];
            ulong* first = (ulong*)(_chunks[i] + ChunkHeader);
            ref nint head = ref FreeList(words);
            for (int k = CellCounts.CellsIn(_chunks[i]) - 1; k >= 0; k--)
            {
                ulong* cell = first + (k * words);
                if (counts[cell] > 0)
                {
                    Recount(cell, counts);
                    continue;
                }

                ulong distance = (ulong)(head - (nint)(cell + words));
                if (*cell != distance) *cell = distance;
                head = (nint)cell;
            }
        }

        foreach (nint large in new List<nint>(_large.Keys))
        {
            if (counts[(ulong*)large] > 0) Recount((ulong*)large, counts);
            else FreeLarge((ulong*)large);
        }

        for (int i = 0; i < _externals.Count; i++)
        {
            if (!counts.HoldsExternal(i) && _externals[i] is not null) Forget(i);
        }
    }

    private static void Recount(ulong* cell, CellCounts counts)
    {
        uint* count = (uint*)cell;
        if (*count != Abi.Immortal) *count = counts[cell];
    }

    private List<nint> AllChunks()
    {
        var chunks = new List<nint>(_chunks);
        foreach (nint large in _large.Keys) chunks.Add(large - ChunkHeader);
        return chunks;
    }

    /// <summary>Counts cells and checks every reference count against the actual references.</summary>
    /// <exception cref="TimeLimitException">The time of the heap's limits is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public HeapCensus TakeCensus(IEnumerable<ulong> roots)
    {
        var chunks = AllChunks();
        using var counts = CellCounts.Count(chunks, _externals.Count, roots, Watch);
        long wrong = 0, allocated = 0;
        foreach (nint chunk in chunks)
        {
            int cells = CellCounts.CellsIn(chunk), words = (int)*(ulong*)chunk;
            allocated += cells;
            ulong* cell = (ulong*)(chunk + ChunkHeader);
            for (int k = 0; k < cells; k++, cell += words)
                if (counts[cell] is > 0 and var count && CountOf(cell) != count && CountOf(cell) != Abi.Immortal) wrong++;
        }

        for (int words = 1; words <= Abi.MaxListedWords; words++)
            for (nint cell = FreeList(words); cell != 0; cell = (nint)((ulong*)cell + words) + (nint)(*(ulong*)cell)) allocated--;
        return new HeapCensus(counts.Live, allocated - counts.Live, wrong, Bytes);
    }

    public void Dispose()
    {
        if (Context == null) return;
        foreach (nint segment in _segments) NativeMemory.Free((void*)segment);
        foreach (var (block, _) in _large.Values) NativeMemory.Free((void*)block);
        _segments.Clear();
        _large.Clear();
        _externals.Clear();
        NativeMemory.Free(Context);
        Context = null;
    }

    private ref nint FreeList(int words) => ref *(nint*)(Context + Abi.FreeLists + (8 * words));

    private byte* NewChunk()
    {
        if (_nextChunk == _segmentEnd)
        {
            // The system gives large blocks as zero pages, which take memory only when touched.
            byte* segment = (byte*)TryAllocZeroed(_segmentSize + Abi.ChunkSize);
            if (segment == null) return null;
            _segments.Add((nint)segment);
            _nextChunk = Align(segment);
            _segmentEnd = _nextChunk + _segmentSize;
            _segmentSize = Math.Min(_segmentSize * 2, LargestSegment);
        }

        byte* chunk = _nextChunk;
        _nextChunk += Abi.ChunkSize;
        return chunk;
    }

    private ulong* AllocateLarge(int words)
    {
        long bytes = ChunkHeader + (8L * words);
        if (Bytes + bytes > MaxBytes) return null;
        byte* block = (byte*)TryAllocZeroed(bytes + Abi.ChunkSize);
        if (block == null) return null;
        Bytes += bytes;
        byte* chunk = Align(block);
        *(ulong*)chunk = (ulong)words;
        ulong* cell = (ulong*)(chunk + ChunkHeader);
        _large.Add((nint)cell, ((nint)block, bytes));
        return cell;
    }

    private void FreeLarge(ulong* cell)
    {
        _large.Remove((nint)cell, out var entry);
        Bytes -= entry.Bytes;
        NativeMemory.Free((void*)entry.Block);
    }

    private static byte* Align(byte* address) => (byte*)(((ulong)address + Abi.ChunkSize - 1) & ~((ulong)Abi.ChunkSize - 1));

    private static void* TryAllocZeroed(long bytes)
    {
        try
        {
            return NativeMemory.AllocZeroed((nuint)bytes);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }
}

/// <summary>
/// The kinds of C# objects that external cells stand for. The kind is in the cell's tag, because it decides what equality means.
/// </summary>
internal enum ExternalKind
{
    String,
    BigInteger,
    Reference,
}
