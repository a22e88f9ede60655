using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Rewright.Engines;

/// <summary>Copies the code of an object or library into memory, without LLVM's linker or the system's loader.</summary>
/// <remarks>
/// The code of a module refers to nothing outside itself, so it runs at any address; in an object, the distances between its sections are
/// filled in first. A small module takes one page this way; linker and loader take several, plus kilobytes of their own data. It also maps
/// exactly the bytes that were checked. Code that needs more is left to linker and loader.
/// </remarks>
internal static unsafe partial class CodeImage
{
    private const int HeaderSize = 64, SegmentSize = 56, SectionSize = 64, SymbolSize = 24, StaticSymbols = 2, DynamicSymbols = 11;

    // Far below the point where sums of addresses would overflow.
    private const ulong MaxLength = 1 << 29;

    /// <summary>Maps the code of a library and finds a symbol.</summary>
    /// <returns>Null if the library is not of this kind, or the system refuses memory for code.</returns>
    public static (nint Address, NativeCode Code)? TryMap(ReadOnlySpan<byte> library, string symbol)
    {
        const int Shared = 3;
        if (!IsFile(library, Shared) || FindCode(library) is not { } length || SymbolOf(library, DynamicSymbols, symbol) is not { } address
            || address.Value >= (ulong)length)
            return null;
        nint memory = Allocate(length, out nuint size);
        if (memory == 0) return null;
        library[..length].CopyTo(new Span<byte>((void*)memory, length));
        return Finish(memory, size, memory + (nint)address.Value);
    }

    /// <summary>Links an object in memory and finds a symbol.</summary>
    /// <returns>Null if the object needs more than distances within itself, or the system refuses memory for code.</returns>
    public static (nint Address, NativeCode Code)? TryLink(ReadOnlySpan<byte> file, string symbol)
    {
        const int Relocatable = 1, ProgramBits = 1;
        const ulong Write = 1, Allocated = 2, ThreadLocal = 0x400;
        if (!IsFile(file, Relocatable) || Sections(file) is not { Length: > 0 } sections) return null;
        int count = sections.Length / SectionSize;
        int[] places = new int[count];
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            var section = sections.Slice(i * SectionSize, SectionSize);
            ulong flags = Word(section, 8), offset = Word(section, 24), size = Word(section, 32),
                alignment = Math.Max(1, Word(section, 48));
            places[i] = -1;
            if ((flags & Allocated) == 0 || size == 0) continue;
            if ((flags & (Write | ThreadLocal)) != 0 || KindOf(section) != ProgramBits || alignment > 4096 || !Contains(file, offset, size))
                return null;
            ulong place = ((ulong)length + alignment - 1) / alignment * alignment;
            if (place + size > MaxLength) return null;
            (places[i], length) = ((int)place, (int)(place + size));
        }

        if (SymbolOf(file, StaticSymbols, symbol) is not { } found || PlaceOf(found, places) is not { } address) return null;
        nint memory = Allocate(length, out nuint mapped);
        if (memory == 0) return null;
        var image = new Span<byte>((void*)memory, length);
        for (int i = 0; i < count; i++)
        {
            var section = sections.Slice(i * SectionSize, SectionSize);
            if (places[i] >= 0) file.Slice((int)Word(section, 24), (int)Word(section, 32)).CopyTo(image[places[i]..]);
        }

        for (int i = 0; i < count; i++)
        {
            if (Relocate(file, sections, i, places, image, memory)) continue;
            munmap(memory, mapped);
            return null;
        }

        return Finish(memory, mapped, memory + address);
    }

    // System V ABI, AMD64 supplement, 4.4.1: S is the symbol, A the addend, P the place.
    private static bool Relocate(
        ReadOnlySpan<byte> file, ReadOnlySpan<byte> sections, int index, int[] places, Span<byte> image, nint memory)
    {
        const int Relocations = 4, RelocationsWithoutAddends = 9, EntrySize = 24;
        const uint Absolute64 = 1, Distance32 = 2, CallDistance32 = 4, Distance64 = 24;
        var section = sections.Slice(index * SectionSize, SectionSize);
        int kind = KindOf(section), link = BinaryPrimitives.ReadInt32LittleEndian(section[40..]),
            target = BinaryPrimitives.ReadInt32LittleEndian(section[44..]);
        if (kind is not (Relocations or RelocationsWithoutAddends) || target >= 0 && target < places.Length && places[target] < 0)
            return true;
        if (kind != Relocations || target < 0 || target >= places.Length || link < 0 || link >= places.Length) return false;
        if (Bytes(file, section) is not { Length: > 0 } entries) return true;
        var symbols = Bytes(file, sections.Slice(link * SectionSize, SectionSize));
        for (; entries.Length >= EntrySize; entries = entries[EntrySize..])
        {
            ulong offset = Word(entries, 0), number = Word(entries, 8) >> 32;
            if (number >= (ulong)(symbols.Length / SymbolSize)) return false;
            var symbol = symbols.Slice((int)number * SymbolSize, SymbolSize);
            if (PlaceOf((Word(symbol, 8), Half(symbol, 6)), places) is not { } place) return false;
            long value = place + (long)Word(entries, 16);
            if (offset > MaxLength) return false;
            int at = places[target] + (int)offset;
            if (at > image.Length - 8 && (at > image.Length - 4 || (uint)Word(entries, 8) is Absolute64 or Distance64)) return false;
            switch ((uint)Word(entries, 8))
            {
                case Absolute64: BinaryPrimitives.WriteInt64LittleEndian(image[at..], memory + value); break;
                case Distance64: BinaryPrimitives.WriteInt64LittleEndian(image[at..], value - at); break;
                case Distance32 or CallDistance32 when value - at == (int)(value - at):
                    BinaryPrimitives.WriteInt32LittleEndian(
                    image[at..], (int)(value - at)); break;
                default: return false;
            }
        }

        return true;
    }

    private static int? PlaceOf((ulong Value, int Section) symbol, int[] places)
        => symbol.Section > 0 && symbol.Section < places.Length && places[symbol.Section] >= 0
            && symbol.Value <= MaxLength ? places[symbol.Section] + (int)symbol.Value : null;

    private static nint Allocate(int length, out nuint size)
    {
        size = (nuint)((length + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize);
        nint memory = mmap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        return memory == -1 ? 0 : memory;
    }

    // Memory is never writable and executable at once.
    private static (nint Address, NativeCode Code)? Finish(nint memory, nuint size, nint address)
    {
        if (mprotect(memory, size, ReadExecute) == 0) return (address, new NativeCode((long)size, () => munmap(memory, size)));
        munmap(memory, size);
        return null;
    }

    private static bool IsFile(ReadOnlySpan<byte> file, int kind)
    {
        const int X64 = 62;
        return OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            && file.Length >= HeaderSize && file.StartsWith("\u007fELF\u0002\u0001"u8) && Half(file, 16) == kind && Half(file, 18) == X64;
    }

    // Empty if the table is incomplete.
    private static ReadOnlySpan<byte> Sections(ReadOnlySpan<byte> file)
    {
        ulong at = Word(file, 40), size = (ulong)Half(file, 60) * SectionSize;
        return Half(file, 58) == SectionSize && Contains(file, at, size) ? file.Slice((int)at, (int)size) : [];
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> file, ReadOnlySpan<byte> section)
        => Contains(file, Word(section, 24), Word(section, 32)) ? file.Slice((int)Word(section, 24), (int)Word(section, 32)) : [];

    private static int KindOf(ReadOnlySpan<byte> section) => BinaryPrimitives.ReadInt32LittleEndian(section[4..]);

    // The length of the only code segment, which is loaded at address 0. Null if there is anything else but data for the loader.
    private static int? FindCode(ReadOnlySpan<byte> file)
    {
        const int Load = 1, Dynamic = 2;
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

        // Three words for the loader may follow the dynamic section.
        return otherStart >= dynamicStart && otherEnd <= dynamicEnd + 24 ? length : null;
    }

    private static bool HasRelocations(ReadOnlySpan<byte> dynamic)
    {
        const ulong Relocations = 7, OldRelocations = 17, CallRelocations = 23, PackedRelocations = 36, Needed = 1, Initializer = 12,
            Initializers = 25;
        for (; dynamic.Length >= 16; dynamic = dynamic[16..])
            if (Word(dynamic, 0) is Relocations or OldRelocations or CallRelocations or PackedRelocations or Needed or Initializer
                or Initializers)
                return true;
        return false;
    }

    private static (ulong Value, int Section)? SymbolOf(ReadOnlySpan<byte> file, int kind, string name)
    {
        var sections = Sections(file);
        for (int i = 0; i < sections.Length / SectionSize; i++)
        {
            var table = sections.Slice(i * SectionSize, SectionSize);
            if (KindOf(table) != kind) continue;
            int link = BinaryPrimitives.ReadInt32LittleEndian(table[40..]);
            if (link < 0 || link >= sections.Length / SectionSize) return null;
            var text = Bytes(file, sections.Slice(link * SectionSize, SectionSize));
            for (var symbols = Bytes(file, table); symbols.Length >= SymbolSize; symbols = symbols[SymbolSize..])
            {
                uint at = BinaryPrimitives.ReadUInt32LittleEndian(symbols);
                if (at < (uint)text.Length && Half(symbols, 6) != 0 && IsAt(text[(int)at..], name))
                    return (Word(symbols, 8), Half(symbols, 6));
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

    private static bool Contains(ReadOnlySpan<byte> file, ulong offset, ulong size)
        => offset <= (ulong)file.Length && size <= (ulong)file.Length - offset;

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
