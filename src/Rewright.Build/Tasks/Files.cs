using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Rewright.Build;

/// <summary>Writes files as builds need it: never half-written, and unchanged ones untouched.</summary>
internal static class Files
{
    /// <summary>Writes a file unless it already has this content. Returns true if it was written.</summary>
    public static bool WriteIfDifferent(string path, byte[] content)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) return false;
        Write(path, content);
        return true;
    }

    /// <summary>Makes a file newer than all existing ones.</summary>
    public static void Touch(string path, string content = "") => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>The SHA-256 of a file in hexadecimal; null if there is no such file.</summary>
    public static string? ChecksumOf(string path) => File.Exists(path) ? Checksum(File.ReadAllBytes(path)) : null;

    /// <summary>The SHA-256 of some parts in hexadecimal.</summary>
    public static string Checksum(params byte[][] parts)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in parts) sha.AppendData(part);
        return string.Concat(sha.GetHashAndReset().Select(b => b.ToString("x2")));
    }

    /// <summary>Deletes a file that another program may hold open or have deleted; a file that cannot be deleted stays.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            if (File.Exists(path)) File.Replace(temporary, path, null);
            else File.Move(temporary, path);
        }
        catch (IOException) when (File.Exists(temporary) && File.Exists(path))
        {
            // Another build in this folder has written the file in between.
            File.Replace(temporary, path, null);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
