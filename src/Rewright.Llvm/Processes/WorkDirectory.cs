using System;
using System.IO;

namespace Rewright.Llvm;

/// <summary>Directories for files that become code: only this user can enter them, whatever rights new files have otherwise.</summary>
public static class WorkDirectory
{
    /// <summary>Makes a directory, and those above it.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Deletes a directory; what cannot be deleted is left to the system.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It does no harm, and what was made of its files must not be lost over it.
        }
    }
}
