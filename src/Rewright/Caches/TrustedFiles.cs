using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rewright.Caches;

/// <summary>Why a file could not be opened.</summary>
internal enum FileFault
{
    /// <summary>It was opened.</summary>
    None,
    /// <summary>There is no such file.</summary>
    Missing,
    /// <summary>The system refuses to open it.</summary>
    Unreadable,
    /// <summary>Other users may have written it, or it is not a plain file of a sensible size.</summary>
    Unsafe,
}

/// <summary>An opened file, or the reason why it was not opened.</summary>
internal readonly struct OpenedFile(SafeFileHandle? handle, long length, FileFault fault, string detail)
{
    public SafeFileHandle? Handle { get; } = handle;

    public long Length { get; } = length;

    public FileFault Fault { get; } = fault;

    /// <summary>The fault as text: the rest of a sentence that begins with the file's name.</summary>
    public string Detail { get; } = detail;
}

/// <summary>The users, besides this one and root, who may have written a trusted file.</summary>
internal sealed class Writers
{
    private readonly TrustedFiles.Status? _like;

    private Writers(TrustedFiles.Status? like) => _like = like;

    /// <summary>No other user.</summary>
    public static Writers Nobody { get; } = new(null);

    /// <summary>The users who can write to a directory whose contents are trusted anyway, such as the application's.</summary>
    public static Writers Of(string directory) => new(TrustedFiles.TryRead(directory, follows: true, out var status) ? status : null);

    /// <summary>What is unsafe about a file or directory; null if nothing is.</summary>
    public string? Judge(in TrustedFiles.Status status)
    {
        if (status.User != 0 && status.User != TrustedFiles.geteuid() && status.User != _like?.User)
            return "belongs to another user, number " + status.User;
        if ((status.Mode & TrustedFiles.OthersWrite) != 0 && (_like?.Mode & TrustedFiles.OthersWrite) is null or 0)
            return "can be written to by all users";
        bool isGroupTrusted = (_like?.Mode & TrustedFiles.GroupWrites) is not (null or 0) && _like?.Group == status.Group;
        return (status.Mode & TrustedFiles.GroupWrites) != 0 && !isGroupTrusted ? "can be written to by a group" : null;
    }
}

/// <summary>Access to files and directories whose contents decide what code runs. Another user must not be able to put one there.</summary>
/// <remarks>
/// Owner and rights are read from the open file, not through its name, which may refer to another file a moment later. Links, pipes and
/// devices are opened in a way that never waits. On systems other than Linux the rights are unknown here: <see cref="CheckTree"/> refuses
/// their directories, and <see cref="Open"/> checks only the size. The MSBuild tasks compile this file too, so it is written for
/// netstandard2.0.
/// </remarks>
internal static unsafe class TrustedFiles
{
    internal const ushort GroupWrites = 0x10, OthersWrite = 0x02;

    private const ushort Sticky = 0x200, TypeMask = 0xF000, DirectoryType = 0x4000, LinkType = 0xA000, FileType = 0x8000;
    private const int AtCurrentDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000;
    private const int OpenToWrite = 0x1, OpenCreates = 0x40, OpenAppends = 0x400, OpenNonBlocking = 0x800, OpenCloseOnExec = 0x80000;
    private const uint OwnFile = 0x180;

    private static bool IsLinux { get; } = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);

    // The values of these flags depend on the architecture.
    private static bool IsArm { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    private static int OpenDirectory => IsArm ? 0x4000 : 0x10000;

    private static int OpenNoFollow => IsArm ? 0x8000 : 0x20000;

    /// <summary>Says what is unsafe about a directory or any directory above it; null if nothing is.</summary>
    /// <remarks>
    /// Whoever can write to a parent directory could replace this one, unless the parent is sticky. Links are resolved first: the check
    /// applies to their targets.
    /// </remarks>
    public static string? CheckTree(string directory)
    {
        if (!IsLinux) return "caches of native code are kept on Linux only, so far";
        if (RealPath(directory) is not { } real) return "it cannot be reached";
        for (string? path = real; path is not null; path = Path.GetDirectoryName(path))
        {
            if (!TryRead(path, follows: false, out var status)) return "'" + path + "' cannot be examined";
            if ((status.Mode & TypeMask) != DirectoryType) return "'" + path + "' is no directory";
            if (status.User != 0 && status.User != geteuid()) return "'" + path + "' belongs to another user, number " + status.User;
            bool isSticky = path.Length != real.Length && (status.Mode & Sticky) != 0;
            if (isSticky) continue;
            if ((status.Mode & OthersWrite) != 0) return "all users can write to '" + path + "'";
            // Many systems give each user a group with one member and let the group write. That is accepted for parents, but not for the
            // directory itself.
            if ((status.Mode & GroupWrites) != 0 && (path.Length == real.Length || status.Group != getegid()))
                return "a group can write to '" + path + "'";
        }

        return null;
    }

    /// <summary>Says what is unsafe about one directory, which must not be a link; null if nothing is.</summary>
    public static string? CheckDirectory(string path, Writers writers)
    {
        using var directory = OpenAt(AtCurrentDirectory, path, OpenDirectory | OpenNoFollow, out var status);
        return directory is null ? "is no directory that can be opened" : writers.Judge(status);
    }

    /// <summary>The read rights that others have to a directory, for directories to be made in it.</summary>
    public static int ReadersOf(string directory)
        => IsLinux && TryRead(directory, follows: true, out var status) ? status.Mode & 0x2D : 0;

    /// <summary>Opens a plain file to read it.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="maxBytes">The largest size to accept.</param>
    /// <param name="writers">The users who may have written to the file and to its directory.</param>
    /// <param name="follows">True if the file and its directory may be links.</param>
    public static OpenedFile Open(string path, long maxBytes, Writers writers, bool follows)
    {
        if (!IsLinux) return OpenPlainly(path, maxBytes);
        string name = Path.GetFileName(path), above = Path.GetDirectoryName(path)!;
        int links = follows ? 0 : OpenNoFollow;
        using var directory = OpenAt(AtCurrentDirectory, above, OpenDirectory | links, out var status);
        if (directory is null)
            return TryRead(above, follows: false, out _)
                ? Refused("cannot be reached: '" + above + "' is no directory that can be opened")
                : new(null, 0, FileFault.Missing, "is missing");
        if (writers.Judge(status) is { } danger && !(follows && (status.Mode & Sticky) != 0))
            return Refused("is not trusted: '" + above + "' " + danger);
        var file = OpenAt((int)directory.DangerousGetHandle(), name, OpenNonBlocking | links, out status);
        if (file is null)
        {
            if (!TryRead(path, follows: false, out status)) return new(null, 0, FileFault.Missing, "is missing");
            return (status.Mode & TypeMask) == LinkType ? Refused("is a link") : new(null, 0, FileFault.Unreadable, "cannot be opened");
        }

        danger = (status.Mode & TypeMask) != FileType
            ? "is no plain file" : status.Size > maxBytes ? "has " + status.Size + " bytes, too many" : writers.Judge(status);
        if (danger is null) return new(file, status.Size, FileFault.None, "");
        file.Dispose();
        return Refused(danger);

        static OpenedFile Refused(string detail) => new(null, 0, FileFault.Unsafe, detail);
    }

    /// <summary>
    /// Opens a plain file of this user to append to it, or makes one, in a directory where other users may have put something under its
    /// name. Linux only.
    /// </summary>
    /// <returns>Null if it is a link, has other names, belongs to another user, or cannot be opened.</returns>
    public static SafeFileHandle? OpenToAppend(string path)
    {
        var file = OpenAt(AtCurrentDirectory, path, OpenToWrite | OpenCreates | OpenAppends | OpenNonBlocking | OpenNoFollow,
            out var status);
        if (file is null || (status.Mode & TypeMask) == FileType && status.User == geteuid() && status.Links == 1) return file;
        file.Dispose();
        return null;
    }

    /// <summary>Reads a text file.</summary>
    /// <returns>Null if there is none, or if it is not trusted; then <paramref name="danger"/> says why.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string? ReadText(string path, long maxBytes, Writers writers, out string? danger)
    {
        var opened = Open(path, maxBytes, writers, follows: true);
        using var handle = opened.Handle;
        danger = opened.Fault == FileFault.Unsafe ? opened.Detail : null;
        if (opened.Fault == FileFault.Unreadable) throw new IOException("'" + path + "' " + opened.Detail + ".");
        if (handle is null) return null;
        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    internal static bool TryRead(string path, bool follows, out Status status)
    {
        fixed (byte* text = Text(path))
        fixed (Status* result = &status) return statx(AtCurrentDirectory, text, follows ? 0 : NoFollow, Asked, result) == 0;
    }

    private static OpenedFile OpenPlainly(string path, long maxBytes)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists) return new(null, 0, FileFault.Missing, "is missing");
            if (info.Length > maxBytes) return new(null, 0, FileFault.Unsafe, "has " + info.Length + " bytes, too many");
#if NET
            return new(File.OpenHandle(path), info.Length, FileFault.None, "");
#else
            return new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read).SafeFileHandle, info.Length, FileFault.None,
                "");
#endif
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, 0, FileFault.Unreadable, "cannot be opened: " + e.Message);
        }
    }

    private static SafeFileHandle? OpenAt(int directory, string path, int flags, out Status status)
    {
        status = default;
        int file;
        fixed (byte* text = Text(path)) file = openat(directory, text, flags | OpenCloseOnExec, OwnFile);
        if (file < 0) return null;
        var handle = new SafeFileHandle((IntPtr)file, ownsHandle: true);
        byte empty = 0;
        fixed (Status* result = &status)
            if (statx(file, &empty, EmptyPath, Asked, result) == 0) return handle;
        handle.Dispose();
        return null;
    }

    private static byte[] Text(string path) => Encoding.UTF8.GetBytes(path + "\0");

    private static string? RealPath(string path)
    {
        byte* resolved;
        fixed (byte* text = Text(path)) resolved = realpath(text, null);
        if (resolved == null) return null;
        int length = 0;
        while (resolved[length] != 0) length++;
        string result = Encoding.UTF8.GetString(resolved, length);
        free(resolved);
        return result;
    }

    // The statx fields to fetch: type, mode, number of links, user, group and size.
    private const uint Asked = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x200;

    // struct statx is the same on all architectures, unlike struct stat.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Status
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(40)] public long Size;
    }

    // These come from the system's C library, so no other folder is searched first. netstandard2.0 has no source-generated imports, and
    // these functions gain nothing from them.
#pragma warning disable SYSLIB1054
    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int directory, byte* path, int flags, uint mask, Status* status);

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int openat(int directory, byte* path, int flags, uint mode);

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern byte* realpath(byte* path, byte* buffer);

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void free(byte* memory);

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern uint geteuid();

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint getegid();
#pragma warning restore SYSLIB1054
}
