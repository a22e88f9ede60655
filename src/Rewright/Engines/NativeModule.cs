using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Rewright.Emit;
using Rewright.Lower;

namespace Rewright.Engines;

/// <summary>Code of a module. It uses statics: values that each heap makes once.</summary>
internal interface IProgramCode
{
    /// <summary>The statics, in the order of their numbers in the code.</summary>
    ImmutableArray<Static> Statics { get; }
}

/// <summary>The descriptor's text for a static.</summary>
internal readonly record struct StaticText(char Kind, string Text);

/// <summary>The native code of one module, as described by its exported descriptor.</summary>
internal sealed unsafe class NativeModule : IProgramCode
{
    private readonly StaticText[] _statics;
    private ImmutableArray<Static> _readStatics;

    private NativeModule(Descriptor* descriptor, NativeCode code)
    {
        byte* start = (byte*)descriptor;
        Enter = (delegate* unmanaged[Cdecl]<byte*, nint, int>)(start + descriptor->Enter);
        Code = code;
        Thunks = new nint[descriptor->EntryCount];
        for (int i = 0; i < Thunks.Length; i++) Thunks[i] = (nint)(start + ((long*)(start + descriptor->Entries))[i]);
        byte* position = start + descriptor->Statics;
        _statics = new StaticText[descriptor->StaticCount];
        for (int i = 0; i < _statics.Length; i++)
        {
            char kind = (char)*position++;
            _statics[i] = new StaticText(kind, ReadText(ref position));
        }

        position = start + descriptor->Names;
        for (long i = 0; i < descriptor->NameCount; i++) Names.Add(ReadText(ref position));
    }

    /// <summary>Runs a thunk: <c>int enter(context, thunk)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, nint, int> Enter { get; }

    /// <summary>The thunks of the entries.</summary>
    public nint[] Thunks { get; }

    /// <inheritdoc/>
    public ImmutableArray<Static> Statics => _readStatics;

    /// <summary>The names of the symbols that errors refer to by number.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The reference-counted code.</summary>
    public NativeCode Code { get; }

    /// <summary>Reads a descriptor. Returns null if it belongs to another module, another version of it, or another ABI.</summary>
    /// <param name="address">The address of the descriptor.</param>
    /// <param name="identity">The identity that the module must have.</param>
    /// <param name="code">The reference-counted code.</param>
    public static NativeModule? Read(nint address, ModuleIdentity identity, NativeCode code)
    {
        var descriptor = (Descriptor*)address;
        return descriptor->AbiVersion == Abi.Version && descriptor->IdentityLow == identity.Low && descriptor->IdentityHigh == identity.High
            ? new NativeModule(descriptor, code) : null;
    }

    /// <summary>Resolves the texts of the statics. Must be called before the code is used.</summary>
    public void ReadStatics(Func<StaticText, Static> read)
    {
        if (_readStatics.IsDefault) _readStatics = ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(_statics, s => read(s)));
    }

    private static string ReadText(ref byte* position)
    {
        int length = *(int*)position;
        var bytes = new ReadOnlySpan<byte>(position + 4, length);
        position += 4 + length;
        // Descriptors encode half of a surrogate pair like any other character, which UTF-8 does not allow.
        var text = new StringBuilder(length);
        while (!bytes.IsEmpty)
        {
            if (bytes.Length >= 3 && bytes[0] == 0xED && bytes[1] >= 0xA0)
            {
                text.Append((char)(0xD000 | (bytes[1] & 0x3F) << 6 | bytes[2] & 0x3F));
                bytes = bytes[3..];
                continue;
            }

            Rune.DecodeFromUtf8(bytes, out var rune, out int used);
            text.Append(rune.ToString());
            bytes = bytes[used..];
        }

        return text.ToString();
    }

    // Distances count from the descriptor's own start.
    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public long AbiVersion;
        public ulong IdentityLow;
        public ulong IdentityHigh;
        public long Enter;
        public long EntryCount;
        public long Entries;
        public long StaticCount;
        public long Statics;
        public long NameCount;
        public long Names;
    }
}
