using System;
using System.Linq;

namespace Rewright.Torture.Kinds;

/// <summary>Makes bytes that are nearly right.</summary>
internal static class Mutation
{
    /// <summary>Changes bytes at one or several places, cuts, repeats or swaps parts; sometimes changes nothing.</summary>
    public static byte[] Of(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        for (int i = random.Next(4); i > 0 && bytes.Length > 0; i--)
        {
            int at = random.Next(bytes.Length), length = random.Next(Math.Min(bytes.Length - at, 200) + 1);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: random.NextBytes(bytes.AsSpan(at, length)); break;
                case 3: bytes = bytes[..at]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[(at + length)..]]; break;
                case 5: bytes = [.. bytes[..at], .. bytes.AsSpan(at, length), .. bytes[at..]]; break;
                // Extreme lengths and counts: the largest, and negative ones.
                default: bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill((byte)(random.Next(2) == 0 ? 0xFF : 0x7F)); break;
            }
        }

        return bytes;
    }
}
