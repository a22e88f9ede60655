using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Rewright.Emit;

namespace Rewright.Engines;

/// <summary>The native code of one module: what its exported descriptor says.</summary>
internal sealed unsafe class NativeModule
{
    private NativeModule(Descriptor* descriptor, object? owner)
    {
        Enter = descriptor->Enter;
        Owner = owner;
        Thunks = new nint[descriptor->EntryCount];
        for (int i = 0; i < Thunks.Length; i++) Thunks[i] = descriptor->Entries[i];
        byte* position = descriptor->Statics;
        Statics = [];
        for (long i = 0; i < descriptor->StaticCount; i++)
        {
            char kind = (char)*position++;
            Statics.Add((kind, ReadText(ref position)));
        }

        position = descriptor->Names;
        for (long i = 0; i < descriptor->NameCount; i++) Names.Add(ReadText(ref position));
    }

    /// <summary>Runs a thunk: <c>int enter(context, thunk)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, nint, int> Enter { get; }

    /// <summary>The entries' thunks.</summary>
    public nint[] Thunks { get; }

    /// <summary>The values that each heap makes for the code.</summary>
    public List<(char Kind, string Text)> Statics { get; }

    /// <summary>The symbols that errors are about.</summary>
    public List<string> Names { get; } = [];

    /// <summary>What keeps the code mapped.</summary>
    public object? Owner { get; }

    /// <summary>Reads a descriptor, or gives null where it is of another module, another version of it, or another ABI.</summary>
    /// <param name="address">Of the descriptor.</param>
    /// <param name="identity">What the module must be.</param>
    /// <param name="owner">What keeps the code mapped.</param>
    public static NativeModule? Read(nint address, ModuleIdentity identity, object? owner)
    {
        var descriptor = (Descriptor*)address;
        return descriptor->AbiVersion == Abi.Version && descriptor->IdentityLow == identity.Low && descriptor->IdentityHigh == identity.High
            ? new NativeModule(descriptor, owner) : null;
    }

    private static string ReadText(ref byte* position)
    {
        int length = *(int*)position;
        var bytes = new ReadOnlySpan<byte>(position + 4, length);
        position += 4 + length;
        // Half of a surrogate pair is encoded like any other character, which UTF-8 does not allow.
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

    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public long AbiVersion;
        public ulong IdentityLow;
        public ulong IdentityHigh;
        public delegate* unmanaged[Cdecl]<byte*, nint, int> Enter;
        public long EntryCount;
        public nint* Entries;
        public long StaticCount;
        public byte* Statics;
        public long NameCount;
        public byte* Names;
    }
}
