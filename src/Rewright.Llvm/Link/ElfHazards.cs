using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Rewright.Llvm;

/// <summary>
/// Finds parts of an object that make a loader run code before any call, or make a linker read files that the object names.
/// </summary>
/// <remarks>Code linked in memory does nothing of this, and a library from the cache must not do more.</remarks>
internal static class ElfHazards
{
    private const int HeaderSize = 64;

    /// <summary>The hazard in the sections, as the rest of a sentence; null if there is none.</summary>
    /// <param name="file">The object.</param>
    /// <param name="headers">The section headers of the object.</param>
    /// <param name="names">The number of the section with the section names.</param>
    public static string? Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> headers, int names)
    {
        // Numbers from the gABI, and LLVM's own.
        const uint InitArray = 14, FiniArray = 15, PreinitArray = 16, LinkerOptions = 0x6fff4c01, DependentLibraries = 0x6fff4c04;
        const ulong Execute = 4;
        for (int i = 0; i < headers.Length / HeaderSize; i++)
        {
            ReadOnlySpan<byte> header = headers.Slice(i * HeaderSize, HeaderSize);
            switch (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]))
            {
                case InitArray or FiniArray or PreinitArray:
                    return "has constructors or destructors, which would run without being called";
                case LinkerOptions or DependentLibraries:
                    return "names libraries or options for the linker";
            }

            string name = NameOf(file, headers, names, BinaryPrimitives.ReadUInt32LittleEndian(header));
            if (IsRunAtLoad(name)) return $"puts something into the section '{name}', which would run without being called";
            if (name.StartsWith(".note.GNU-stack", StringComparison.Ordinal)
                && (BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & Execute) != 0)
                return "asks for a stack that can be executed";
        }

        return null;
    }

    /// <summary>The hazard in the symbols, as the rest of a sentence; null if there is none.</summary>
    public static string? Find(ImmutableArray<ElfSymbol> symbols)
    {
        const int Indirect = 10;
        foreach (ElfSymbol symbol in symbols)
        {
            if (symbol.Kind == Indirect) return $"has the ifunc '{symbol.Name}', whose resolver would run without being called";
            // Linkers make the loader call functions with these names.
            if (symbol.IsDefined && symbol.Binding != ElfBinding.Local && symbol.Name is "_init" or "_fini")
                return $"exports '{symbol.Name}', which would run without being called";
        }

        return null;
    }

    private static bool IsRunAtLoad(string name)
        => name is ".init" or ".fini" or ".interp" or ".dynamic" || name.StartsWith(".ctors", StringComparison.Ordinal)
            || name.StartsWith(".dtors", StringComparison.Ordinal)
            || name.StartsWith(".init_array", StringComparison.Ordinal) || name.StartsWith(".fini_array", StringComparison.Ordinal)
            || name.StartsWith(".preinit_array", StringComparison.Ordinal);

    private static string NameOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> headers, int names, uint at)
    {
        if (names >= headers.Length / HeaderSize) return "";
        ReadOnlySpan<byte> header = headers.Slice(names * HeaderSize, HeaderSize);
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), size = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        if (offset > (ulong)file.Length || size > (ulong)file.Length - offset || at >= size) return "";
        ReadOnlySpan<byte> text = file.Slice((int)offset, (int)size)[(int)at..];
        int end = text.IndexOf((byte)0);
        return end < 0 ? "" : Encoding.UTF8.GetString(text[..end]);
    }
}
