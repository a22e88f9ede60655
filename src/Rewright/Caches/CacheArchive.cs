using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;

namespace Rewright.Caches;

/// <summary>Moves entries of a cache to another machine in one file.</summary>
/// <remarks>
/// Programs that use the cache will run the imported code. Checksums detect damage but do not show who made it: import only archives that
/// you trust.
/// </remarks>
public static class CacheArchive
{
    private static ReadOnlySpan<byte> Mark => "RWCACHE1"u8;

    /// <summary>Writes entries, except those that have been deleted meanwhile.</summary>
    /// <returns>The number of entries written.</returns>
    public static int Export(IEnumerable<CacheEntry> entries, Stream output)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Mark);
        int count = 0;
        Span<byte> length = stackalloc byte[8];
        foreach (var entry in entries)
        {
            byte[] file;
            try
            {
                file = entry.ReadFile();
            }
            catch (IOException)
            {
                continue;
            }

            BinaryPrimitives.WriteInt64LittleEndian(length, file.Length);
            output.Write(length);
            output.Write(file);
            count++;
        }

        return count;
    }

    /// <summary>Reads entries into a cache. Existing entries are written again.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="input">The output of <see cref="Export"/>.</param>
    /// <returns>The imported keys, and the faults of the other entries.</returns>
    /// <exception cref="InvalidDataException">The file is not such an archive.</exception>
    public static (IReadOnlyList<CodeKey> Imported, IReadOnlyList<string> Faults) Import(CodeCache cache, Stream input)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(input);
        Span<byte> head = stackalloc byte[8];
        if (input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) != head.Length || !head.SequenceEqual(Mark))
            throw new InvalidDataException("The file is no archive of a cache.");
        var imported = new List<CodeKey>();
        var faults = new List<string>();
        while (true)
        {
            int read = input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read == 0) break;
            long length = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (read != head.Length || length is < 0 or > CodeFile.MaxBytes || ReadExactly(input, (int)length) is not { } file)
            {
                faults.Add("The archive is incomplete.");
                break;
            }

            var (entries, miss) = CodeFile.Read("entry " + (imported.Count + faults.Count + 1), file);
            if (miss is not null) faults.Add(miss.Detail);
            else if (entries is not [var entry]) faults.Add("An entry has code of several keys.");
            else if (cache.TryStore(entry.Key, entry.Info, file.AsSpan(0, (int)entry.CodeBytes), out string? error) is null)
                faults.Add(error!);
            else imported.Add(entry.Key);
        }

        return (imported, faults);
    }

    // Reads in small steps, because even a tiny archive may claim any length.
    private static byte[]? ReadExactly(Stream input, int length)
    {
        const int Part = 1 << 20;
        byte[] bytes = new byte[Math.Min(length, Part)];
        for (int filled = 0; ;)
        {
            int read = input.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            if (read != bytes.Length - filled) return null;
            filled += read;
            if (filled == length) return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, bytes.Length * 2L));
        }
    }
}
