using System;
using System.IO;
using Rewright.Llvm;

namespace Rewright.Caches;

/// <summary>Makes directories that no other user can write to.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes a directory that only this user can write to, where there is none, and says what is unsafe about it; null for nothing.
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

    /// <summary>Makes a directory inside one that has been checked. What is in its place and unsafe is discarded.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void PrepareInner(string directory)
    {
        if (TrustedFiles.CheckDirectory(directory, Writers.Nobody) is null) return;
        // Most often it is not there yet. Another process may make it at the same time: what is safe must not be discarded.
        if (Directory.Exists(directory) || File.Exists(directory))
        {
            if (TrustedFiles.CheckDirectory(directory, Writers.Nobody) is null) return;
            Discard(directory);
        }

        // Whoever may read the directory above may read this one: a cache that root fills serves others.
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, Own | (UnixFileMode)TrustedFiles.ReadersOf(Path.GetDirectoryName(directory)!));
        if (TrustedFiles.CheckDirectory(directory, Writers.Nobody) is { } danger) throw new IOException($"'{directory}' {danger}.");
    }

    /// <summary>Deletes something that another user may have made, whatever it is. False where it is still there.</summary>
    /// <remarks>
    /// It is closed to others first, and only what lies directly in it is deleted: who owns a directory below could put a link in its place
    /// meanwhile. A directory that cannot be deleted so is renamed, so that its name is free.
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
            // What stays there is never looked at.
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
            // It belongs to another user, or is a directory with something in it.
        }
    }
}
