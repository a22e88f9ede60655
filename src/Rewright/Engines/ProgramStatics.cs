using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Rewright.Heap;

namespace Rewright.Engines;

/// <summary>The statics of programs in one heap, made once for each program that runs there.</summary>
internal sealed unsafe class ProgramStatics(CellMemory memory)
{
    private readonly Dictionary<IProgramCode, nint> _tables = [];

    /// <summary>The statics that are terms.</summary>
    public IEnumerable<ulong> Roots()
    {
        foreach (var (code, table) in _tables)
        {
            var statics = code.Statics;
            for (int i = 0; i < statics.Length; i++)
                if (ModuleRuntime.IsTerm(statics[i]) && ReadWord(table, i) is not 0 and var word) yield return word;
        }
    }

    /// <summary>The table of a program.</summary>
    public nint TableOf(IProgramCode code)
    {
        if (_tables.TryGetValue(code, out nint known)) return known;
        var statics = code.Statics;
        var table = (ulong*)NativeMemory.AllocZeroed((nuint)Math.Max(1, statics.Length), 8);
        try
        {
            for (int i = 0; i < statics.Length; i++) table[i] = ModuleRuntime.Make(statics[i], memory);
        }
        catch
        {
            // The terms made so far are reclaimed when the heap is restored.
            NativeMemory.Free(table);
            throw;
        }

        _tables.Add(code, (nint)table);
        return (nint)table;
    }

    /// <summary>Frees the tables; their terms end with the heap.</summary>
    public void Free()
    {
        foreach (nint table in _tables.Values) NativeMemory.Free((void*)table);
        _tables.Clear();
    }

    private static ulong ReadWord(nint table, int index) => ((ulong*)table)[index];
}
