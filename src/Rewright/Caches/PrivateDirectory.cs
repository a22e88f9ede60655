using System;
using System.IO;
using Rewright.Llvm;

namespace Rewright.Caches;

/// <summary>Makes directories that no other user can write to.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes a directory that only this user can write to, unless it exists. Returns what is unsafe about it; null if nothing is.
    /// </summary>
    public static string? Prepare(string directory)
    {
        if (!OperatingSystem.IsLinux()) return TrustedFiles.CheckTree(directory);
        try
        {
            if (!Directory.Exists(directory)) WorkDirectory.Create(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be made: " + e.Message;
        }

        return TrustedFiles.CheckTree(directory);
    }

    /// <summary>Makes a directory inside a checked one. Anything unsafe in its place is discarded.</summary>
    /// <exception cref="IOException">The directory cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be made.</exception>
    public static void PrepareInner(string directory)
    {
        if (TrustedFiles.CheckDirectory(directory, Writers.Nobody) is null) return;
        // Usually it does not exist yet. Another process may be making it right now, so a safe directory must not be discarded.
        if (Directory.Exists(directory) || File.Exists(directory))
        {
            if (TrustedFiles.CheckDirectory(directory, Writers.Nobody) is null) return;
            Discard(directory);
        }

        // Readers of the parent directory may read this one too, so that a cache filled by root serves others.
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, Own | (UnixFileMode)TrustedFiles.ReadersOf(Path.GetDirectoryName(directory)!));
        if (TrustedFiles.CheckDirectory(directory, Writers.Nobody) is { } danger) throw new IOException($"'{directory}' {danger}.");
    }

    /// <summary>Deletes anything that another user may have made, of whatever kind. Returns false if it is still there.</summary>
    /// <remarks>
    /// A directory is closed to others first, and only its direct contents are deleted: the owner of a directory below could meanwhile
    /// replace it by a link. A directory that cannot be deleted stays under another name, so that its own name is free.
    /// </remarks>
    public static bool Discard(string path)
    {
        try
        {
            var item = new DirectoryInfo(path);
            if (!item.Exists || item.LinkTarget is not null)
            {
                File.Delete(path);
                return true;
            }

            string aside = path + ".refused-" + Guid.NewGuid().ToString("N");
            Directory.Move(path, aside);
            Try(() =>
            {
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(aside, Own);
            });
            foreach (string inner in Directory.GetFileSystemEntries(aside)) Try(() => File.Delete(inner));
            // Anything left in it is never looked at.
            Try(() => Directory.Delete(aside));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Try(Action deletion)
    {
        try
        {
            deletion();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It belongs to another user, or is a directory that is not empty.
        }
    }
}
