using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Rewright.Caches;

/// <summary>Tells whether anybody else could put code into a directory.</summary>
internal static unsafe partial class DirectorySafety
{
    private const uint GroupWrites = 0x10, OthersWrite = 0x02, Sticky = 0x200, TypeMask = 0xF000, DirectoryType = 0x4000;

    /// <summary>Makes a directory that only this user can enter, where there is none, and says what is unsafe about it; null for nothing.</summary>
    public static string? Prepare(string directory)
    {
        if (!OperatingSystem.IsLinux()) return "caches of native code are kept on Linux only, so far";
        try
        {
            if (!Directory.Exists(directory)) CreatePrivate(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be made: " + e.Message;
        }

        return Check(directory);
    }

    /// <summary>Makes a directory that only this user can enter.</summary>
    public static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Says what is unsafe about a directory; null for nothing.</summary>
    /// <remarks>
    /// Whoever can write to a directory above could put another in its place, unless that is sticky. Links are followed first: what
    /// counts is where they lead.
    /// </remarks>
    public static string? Check(string directory)
    {
        if (RealPath(directory) is not { } real) return "it cannot be reached";
        for (string? path = real; path is not null; path = Path.GetDirectoryName(path))
        {
            if (!TryRead(path, out var status)) return "'" + path + "' cannot be examined";
            if ((status.Mode & TypeMask) != DirectoryType) return "'" + path + "' is no directory";
            if (status.User != 0 && status.User != geteuid()) return "'" + path + "' belongs to another user, number " + status.User;
            bool isSticky = path.Length != real.Length && (status.Mode & Sticky) != 0;
            if (isSticky) continue;
            if ((status.Mode & OthersWrite) != 0) return "all users can write to '" + path + "'";
            // Many systems give each user a group of one and let it write; in the directory itself there is no need for that.
            if ((status.Mode & GroupWrites) != 0 && (path.Length == real.Length || status.Group != getegid())) return "a group can write to '" + path + "'";
        }

        return null;
    }

    private static string? RealPath(string path)
    {
        byte* resolved = realpath(path, null);
        if (resolved == null) return null;
        string result = Marshal.PtrToStringUTF8((nint)resolved)!;
        NativeMemory.Free(resolved);
        return result;
    }

    private static bool TryRead(string path, out Status status)
    {
        const int AtCurrentDirectory = -100, NoFollow = 0x100;
        const uint TypeModeOwner = 0x1 | 0x2 | 0x8 | 0x10;
        return statx(AtCurrentDirectory, path, NoFollow, TypeModeOwner, out status) == 0;
    }

    // struct statx is the same on all architectures, unlike struct stat.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
    }

    // Of the system: no other folder is searched first.
    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial byte* realpath(string path, byte* buffer);

    [LibraryImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint geteuid();

    [LibraryImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint getegid();
}
