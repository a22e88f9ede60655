using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rewright.Engines;

namespace Rewright.Caches;

/// <summary>Puts the code of a library into memory from bytes that have been checked, without the system's loader.</summary>
/// <remarks>
/// What is emitted for a module needs nothing from outside and nothing done to it, so its code runs wherever it is copied to. That takes a
/// page or two for a small module, where the loader takes several and opens the file once more. Other libraries are left to the loader.
/// </remarks>
internal static unsafe partial class CodeImage
{
    private const int HeaderSize = 64, SegmentSize = 56, SectionSize = 64, SymbolSize = 24;

    /// <summary>Maps the code and finds a symbol.</summary>
    /// <returns>Null where the library is not of this kind, or the system refuses memory for code.</returns>
    public static (nint Address, NativeCode Code)? TryMap(ReadOnlySpan<byte> library, string symbol)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return null;
        if (FindCode(library) is not { } length || AddressOf(library, symbol) is not { } address || address >= (ulong)length) return null;
        nuint size = (nuint)((length + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize);
        nint memory = mmap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        if (memory == -1) return null;
        library[..length].CopyTo(new Span<byte>((void*)memory, (int)size));
        if (mprotect(memory, size, ReadExecute) == 0) return (memory + (nint)address, new NativeCode((long)size, () => munmap(memory, size)));
        munmap(memory, size);
        return null;
    }

    // The length of the one segment that is loaded at address 0, if beside it there is nothing but what tells the loader about it.
    private static int? FindCode(ReadOnlySpan<byte> file)
    {
        const int X64 = 62, Shared = 3, Load = 1, Dynamic = 2;
        if (file.Length < HeaderSize || !file.StartsWith("\u007fELF\u0002\u0001"u8) || Half(file, 16) != Shared || Half(file, 18) != X64) return null;
        ulong at = Word(file, 32);
        int count = Half(file, 56);
        if (Half(file, 54) != SegmentSize || !Contains(file, at, (ulong)count * SegmentSize)) return null;
        int? length = null;
        ulong dynamicStart = 0, dynamicEnd = 0, otherStart = 0, otherEnd = 0;
        for (int i = 0; i < count; i++)
        {
            var segment = file.Slice((int)at + (i * SegmentSize), SegmentSize);
            ulong offset = Word(segment, 8), address = Word(segment, 16), fileSize = Word(segment, 32), memorySize = Word(segment, 40);
            switch (BinaryPrimitives.ReadInt32LittleEndian(segment))
            {
                case Load when length is null:
                    if (offset != 0 || address != 0 || fileSize != memorySize || !Contains(file, 0, fileSize)) return null;
                    length = (int)fileSize;
                    break;
                case Load when otherEnd == 0:
                    (otherStart, otherEnd) = (address, address + memorySize);
                    break;
                case Load:
                    return null;
                case Dynamic:
                    if (!Contains(file, offset, fileSize) || HasRelocations(file.Slice((int)offset, (int)fileSize))) return null;
                    (dynamicStart, dynamicEnd) = (address, address + memorySize);
                    break;
            }
        }

        // Three words of the loader's own may follow it.
        return otherStart >= dynamicStart && otherEnd <= dynamicEnd + 24 ? length : null;
    }

    private static bool HasRelocations(ReadOnlySpan<byte> dynamic)
    {
        const ulong Relocations = 7, OldRelocations = 17, CallRelocations = 23, PackedRelocations = 36, Needed = 1, Initializer = 12, Initializers = 25;
        for (; dynamic.Length >= 16; dynamic = dynamic[16..])
            if (Word(dynamic, 0) is Relocations or OldRelocations or CallRelocations or PackedRelocations or Needed or Initializer or Initializers) return true;
        return false;
    }

    private static ulong? AddressOf(ReadOnlySpan<byte> file, string symbol)
    {
        const int DynamicSymbols = 11;
        ulong at = Word(file, 40);
        int count = Half(file, 60);
        if (Half(file, 58) != SectionSize || !Contains(file, at, (ulong)count * SectionSize)) return null;
        for (int i = 0; i < count; i++)
        {
            var table = file.Slice((int)at + (i * SectionSize), SectionSize);
            if (BinaryPrimitives.ReadInt32LittleEndian(table[4..]) != DynamicSymbols) continue;
            int link = BinaryPrimitives.ReadInt32LittleEndian(table[40..]);
            ulong offset = Word(table, 24), size = Word(table, 32);
            if (link < 0 || link >= count || !Contains(file, offset, size)) return null;
            var names = file.Slice((int)at + (link * SectionSize), SectionSize);
            if (!Contains(file, Word(names, 24), Word(names, 32))) return null;
            var text = file.Slice((int)Word(names, 24), (int)Word(names, 32));
            for (var symbols = file.Slice((int)offset, (int)size); symbols.Length >= SymbolSize; symbols = symbols[SymbolSize..])
            {
                uint name = BinaryPrimitives.ReadUInt32LittleEndian(symbols);
                if (name < (uint)text.Length && Half(symbols, 6) != 0 && IsAt(text[(int)name..], symbol)) return Word(symbols, 8);
            }
        }

        return null;
    }

    private static bool IsAt(ReadOnlySpan<byte> text, string name)
    {
        if (text.Length <= name.Length || text[name.Length] != 0) return false;
        for (int i = 0; i < name.Length; i++)
            if (text[i] != name[i]) return false;
        return true;
    }

    private static bool Contains(ReadOnlySpan<byte> file, ulong offset, ulong size) => offset <= (ulong)file.Length && size <= (ulong)file.Length - offset;

    private static int Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;

    [LibraryImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int munmap(nint address, nuint length);
}
