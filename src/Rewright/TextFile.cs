using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Rewright;

/// <summary>Reads files that users name. It accepts only regular files of limited size.</summary>
internal static partial class TextFile
{
    private const int MaxCharacters = 100_000_000;
    private const int TypeMask = 0xF000, RegularType = 0x8000;

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="encoding">The encoding if the file has no byte order mark; UTF-8 by default.</param>
    /// <exception cref="IOException">The file is missing, too large, or not a regular file (a folder, pipe or device).</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string Read(string path, Encoding? encoding = null)
    {
        if (Directory.Exists(path)) throw new IOException("'" + path + "' is a folder.");
        // Opening a pipe would wait for a writer.
        if (IsSpecial(path)) throw new IOException("'" + path + "' is no regular file.");
        using var reader = new StreamReader(path, encoding ?? Encoding.UTF8);
        var text = new StringBuilder();
        var part = new char[1 << 16];
        for (int count; (count = reader.Read(part)) > 0; text.Append(part, 0, count))
            if (text.Length + count > MaxCharacters)
                throw new IOException(FormattableString.Invariant($"'{path}' has more than {MaxCharacters} characters."));
        return text.ToString();
    }

    private static bool IsSpecial(string path)
    {
        const int AtCurrentDirectory = -100;
        const uint Type = 1;
        if (path.Contains('\0', StringComparison.Ordinal)) throw new IOException("A file's name cannot hold the character U+0000.");
        return OperatingSystem.IsLinux() && statx(AtCurrentDirectory, path, 0, Type, out var status) == 0
            && (status.Mode & TypeMask) != RegularType;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)] public ushort Mode;
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8),
        DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int directory, string path, int flags, uint mask, out Status status);
}
