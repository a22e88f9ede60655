using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Rewright.Llvm;

/// <summary>The result of reading an object file: <see cref="ElfObject"/> or <see cref="ElfUnreadable"/>.</summary>
public abstract record ElfReadResult
{
    private protected ElfReadResult()
    {
    }
}

/// <summary>The bytes are not an object that we can read.</summary>
internal sealed record ElfUnreadable(string Reason) : ElfReadResult;

/// <summary>The symbols of a relocatable 64-bit little-endian ELF object.</summary>
/// <param name="Machine">ELF's <c>e_machine</c>: 62 is x86-64, 183 is AArch64.</param>
/// <param name="Symbols">The symbols in file order, without the empty first one.</param>
public sealed record ElfObject(int Machine, ImmutableArray<ElfSymbol> Symbols) : ElfReadResult
{
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int SymbolTable = 2;
    private const int Relocatable = 1;

    /// <summary>
    /// The part of the object that would run or load something by itself, as the rest of a sentence; null if there is none.
    /// </summary>
    public string? Hazard { get; private init; }

    /// <summary>Reads the symbol table. Never throws on bad bytes.</summary>
    public static ElfReadResult Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 64 || !file.StartsWith("\u007fELF"u8) || file[4] != 2 || file[5] != 1)
            return new ElfUnreadable("not a 64-bit little-endian ELF file");
        if (BinaryPrimitives.ReadUInt16LittleEndian(file[16..]) != Relocatable)
            return new ElfUnreadable("not a relocatable object");
        int machine = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);

        ulong sectionOffset = BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        ulong sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(file[58..]) != SectionHeaderSize)
            return new ElfUnreadable("unexpected size of section headers");
        if (!TrySlice(file, sectionOffset, SectionHeaderSize, out ReadOnlySpan<byte> first))
            return new ElfUnreadable("truncated");
        // If there are too many sections for the header's 16 bits, the count is in the first section's size.
        if (sectionCount == 0)
            sectionCount = Section.Read(first).Size;
        if (sectionCount > (ulong)file.Length / SectionHeaderSize
            || !TrySlice(file, sectionOffset, sectionCount * SectionHeaderSize, out ReadOnlySpan<byte> headers))
        {
            return new ElfUnreadable("truncated");
        }

        string? hazard = ElfHazards.Find(file, headers, BinaryPrimitives.ReadUInt16LittleEndian(file[62..]));
        for (int i = 0; i < (int)sectionCount; i++)
        {
            Section table = Section.Read(headers[(i * SectionHeaderSize)..]);
            if (table.Type != SymbolTable)
                continue;
            if (table.Link >= sectionCount)
                return new ElfUnreadable("symbol table without names");
            Section names = Section.Read(headers[((int)table.Link * SectionHeaderSize)..]);
            return TrySlice(file, table.Offset, table.Size, out ReadOnlySpan<byte> symbols)
                && TrySlice(file, names.Offset, names.Size, out ReadOnlySpan<byte> strings)
                && TryReadSymbols(symbols, strings, out ImmutableArray<ElfSymbol> read)
                ? new ElfObject(machine, read) { Hazard = hazard ?? ElfHazards.Find(read) }
                : new ElfUnreadable("truncated");
        }

        return new ElfObject(machine, []) { Hazard = hazard };
    }

    /// <summary>
    /// Makes read-only sections part of the code, so that a loader that maps each kind separately needs only one mapping. Leaves malformed
    /// bytes unchanged.
    /// </summary>
    internal static void PutConstantsBesideCode(Span<byte> file)
    {
        const uint ProgramBits = 1;
        const ulong Write = 1, Allocate = 2, Execute = 4;
        if (Read(file) is not ElfObject) return;
        int offset = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file[40..])),
            count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        for (int i = 0; i < count; i++)
        {
            var header = file.Slice(offset + (i * SectionHeaderSize), SectionHeaderSize);
            ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == ProgramBits && (flags & (Write | Allocate)) == Allocate)
                BinaryPrimitives.WriteUInt64LittleEndian(header[8..], flags | Execute);
        }
    }

    private static bool TryReadSymbols(ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> strings, out ImmutableArray<ElfSymbol> result)
    {
        result = [];
        int count = symbols.Length / SymbolSize;
        ImmutableArray<ElfSymbol>.Builder read = ImmutableArray.CreateBuilder<ElfSymbol>(count);
        for (int i = 1; i < count; i++)
        {
            ReadOnlySpan<byte> symbol = symbols[(i * SymbolSize)..];
            uint name = BinaryPrimitives.ReadUInt32LittleEndian(symbol);
            if (name >= (uint)strings.Length)
                return false;
            ReadOnlySpan<byte> text = strings[(int)name..];
            int end = text.IndexOf((byte)0);
            if (end < 0)
                return false;
            read.Add(new ElfSymbol(
                Encoding.UTF8.GetString(text[..end]),
                (ElfBinding)(symbol[4] >> 4),
                Section: BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]),
                Offset: BinaryPrimitives.ReadUInt64LittleEndian(symbol[8..]),
                Size: BinaryPrimitives.ReadUInt64LittleEndian(symbol[16..]),
                Kind: symbol[4] & 0xF));
        }

        result = read.ToImmutable();
        return true;
    }

    private static bool TrySlice(ReadOnlySpan<byte> file, ulong offset, ulong size, out ReadOnlySpan<byte> slice)
    {
        slice = default;
        if (offset > (ulong)file.Length || size > (ulong)file.Length - offset)
            return false;
        slice = file.Slice((int)offset, (int)size);
        return true;
    }

    private readonly record struct Section(uint Type, ulong Offset, ulong Size, uint Link)
    {
        public static Section Read(ReadOnlySpan<byte> header) => new(
            BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[40..]));
    }
}

/// <summary>One symbol of an object.</summary>
/// <param name="Name">The name; section symbols have none.</param>
/// <param name="Binding">The visibility.</param>
/// <param name="Section">The number of its section; 0 for a symbol of another object.</param>
/// <param name="Offset">The offset in the section.</param>
/// <param name="Size">The size of its code or data in bytes.</param>
/// <param name="Kind">ELF's number of its kind.</param>
public sealed record ElfSymbol(string Name, ElfBinding Binding, int Section, ulong Offset, ulong Size, int Kind)
{
    /// <summary>True if this object defines the symbol.</summary>
    public bool IsDefined => Section != 0;
}

/// <summary>The visibility of a symbol, by ELF's numbers.</summary>
public enum ElfBinding
{
    /// <summary>Visible only in its object.</summary>
    Local = 0,

    /// <summary>Visible in every object.</summary>
    Global = 1,

    /// <summary>Visible in every object, unless another one defines it globally.</summary>
    Weak = 2,
}
