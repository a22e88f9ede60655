using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Caches;

namespace Rewright.Engines;

/// <summary>Loads the libraries that builds made, unless they are damaged. Thread-safe.</summary>
/// <remarks>
/// The build appends a checksum to a library, where the system's loader does not look. A library without one, for example after
/// <c>strip</c>, is only checked to be complete. The loader would map the missing part of an incomplete file, and the process would end at
/// its first use.
/// </remarks>
public static unsafe class LibraryFile
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, (nint Library, string? Fault)> s_known = [];

    /// <summary>Appends a checksum to a library of this system.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> library) => CodeFile.Write([], library);

    /// <summary>Loads a library.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="fault">What is wrong with the library; null if nothing is, or if there is none.</param>
    /// <returns>The handle of the library; 0 if it was not loaded.</returns>
    public static nint Load(string path, out string? fault)
    {
        lock (s_lock)
        {
            if (!s_known.TryGetValue(path, out var known))
            {
                if (!File.Exists(path))
                {
                    fault = null;
                    return 0;
                }

                known = LoadUnknown(path);
                s_known.Add(path, known);
                // Reported here once: modules then run many times slower, and a damaged file may be the first sign of a damaged disk.
                if (known.Fault is { } found) Console.Error.WriteLine("Rewright: " + found);
            }

            fault = known.Fault;
            return known.Library;
        }
    }

    private static (nint, string?) LoadUnknown(string path)
    {
        if (OperatingSystem.IsLinux() && FaultOf(path) is { } fault)
            return (0, $"The native library '{path}' is damaged: {fault}. Modules are interpreted. Build the project again, or copy the "
                + $"library again.");
        return NativeLibrary.TryLoad(path, out nint library) ? (library, null) : (0, null);
    }

    /// <summary>What is wrong with a library; null if nothing is.</summary>
    internal static string? FaultOf(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            if (length > CodeFile.MaxBytes) return $"it has {length} bytes";
            // Native memory, because an array would be a large object that is needed only for a moment.
            byte* memory = (byte*)NativeMemory.Alloc((nuint)length);
            try
            {
                var content = new Span<byte>(memory, (int)length);
                content = content[..RandomAccess.Read(file, content, 0)];
                return CodeFile.Read(path, content).Miss switch
                {
                    null => null,
                    { Reason: CacheMissReason.Damaged } => "its checksum is wrong",
                    _ => IsComplete(content) ? null : "it is incomplete",
                };
            }
            finally
            {
                NativeMemory.Free(memory);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be read, " + e.Message;
        }
    }

    // Linkers write the section table last.
    private static bool IsComplete(ReadOnlySpan<byte> file)
    {
        const int HeaderSize = 64;
        if (file.Length < HeaderSize || !file.StartsWith("\u007fELF"u8)) return false;
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        ulong length = (ulong)BinaryPrimitives.ReadUInt16LittleEndian(file[58..]) * BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        return start <= (ulong)file.Length && length <= (ulong)file.Length - start;
    }
}
