using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Rewright.Caches;

/// <summary>XXH64, by Yann Collet's specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), with seed 0.</summary>
/// <remarks>
/// The checksum detects damage, not forgery. A cache directory that others can write to is refused, so whoever could forge an entry could
/// replace the program too. SHA-256 would cost a process several milliseconds at its first use.
/// </remarks>
internal static class Checksum
{
    private const ulong P1 = 11400714785074694791, P2 = 14029467366897019727, P3 = 1609587929392839161, P4 = 9650029242287828579,
        P5 = 2870177450012600261;

    public static ulong Of(ReadOnlySpan<byte> data)
    {
        int length = data.Length;
        ulong hash;
        if (length >= 32)
        {
            ulong a = unchecked(P1 + P2), b = P2, c = 0, d = unchecked(0 - P1);
            var words = MemoryMarshal.Cast<byte, ulong>(data[..(length & ~31)]);
            if (BitConverter.IsLittleEndian)
            {
                for (int i = 0; i < words.Length; i += 4)
                {
                    a = Round(a, words[i]);
                    b = Round(b, words[i + 1]);
                    c = Round(c, words[i + 2]);
                    d = Round(d, words[i + 3]);
                }
            }
            else
            {
                throw new PlatformNotSupportedException("Native code is made for little-endian machines only.");
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12)
                + BitOperations.RotateLeft(d, 18);
            hash = Merge(Merge(Merge(Merge(hash, a), b), c), d);
            data = data[(length & ~31)..];
        }
        else
        {
            hash = P5;
        }

        hash += (ulong)length;
        for (; data.Length >= 8; data = data[8..])
            hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(data)), 27) * P1) + P4;
        if (data.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(data) * P1), 23) * P2) + P3;
            data = data[4..];
        }

        foreach (byte value in data) hash = BitOperations.RotateLeft(hash ^ (value * P5), 11) * P1;
        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }

    private static ulong Round(ulong lane, ulong word) => BitOperations.RotateLeft(lane + (word * P2), 31) * P1;

    private static ulong Merge(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * P1) + P4;
}
