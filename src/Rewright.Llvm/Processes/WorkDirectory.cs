using System;
using System.IO;

namespace Rewright.Llvm;

/// <summary>Directories for files that become code. Only this user can enter them, whatever the default rights of new files are.</summary>
public static class WorkDirectory
{
    /// <summary>Makes a directory and its parents.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Deletes a directory; if that fails, it is left to the system.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover directory does no harm, and must not spoil the result.
        }
    }
}
