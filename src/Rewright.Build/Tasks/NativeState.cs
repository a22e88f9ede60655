using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Rewright.Build;

/// <summary>The files that earlier builds left in the folder of native code, and the keys of what they were made from.</summary>
/// <remarks>
/// A key hashes everything that goes into a file except LLVM's version, which is recorded separately: what is up to date stays so on a
/// machine without LLVM. The checksum detects files left by another build or a crash. An unreadable state counts as empty, so everything is
/// made again.
/// </remarks>
internal sealed class NativeState
{
    /// <param name="Key">A hash of everything the file was made from.</param>
    /// <param name="Checksum">The checksum of the file.</param>
    /// <param name="LlvmVersion">The LLVM that made it; empty for a library.</param>
    public sealed record Entry(string Key, string Checksum, string LlvmVersion);

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public static NativeState Load(string path)
    {
        var state = new NativeState();
        if (!File.Exists(path)) return state;
        foreach (string line in File.ReadAllLines(path))
        {
            if (Protocol.Read(line) is [var file, var key, var checksum, var version])
                state._entries[file] = new Entry(key, checksum, version);
        }

        return state;
    }

    public Entry this[string file] { set => _entries[file] = value; }

    /// <summary>The entry of a file, if it exists undamaged and was made from the same; otherwise null.</summary>
    public Entry? Find(string folder, string file, string key)
        => _entries.TryGetValue(file, out var entry) && entry.Key == key
            && Files.ChecksumOf(Path.Combine(folder, file)) == entry.Checksum ? entry : null;

    /// <summary>Forgets and deletes all other files.</summary>
    public void KeepOnly(string folder, ICollection<string> files)
    {
        foreach (string file in _entries.Keys.Where(f => !files.Contains(f)).ToList())
        {
            _entries.Remove(file);
            Files.TryDelete(Path.Combine(folder, file));
        }
    }

    public void Save(string path)
        => Files.WriteIfDifferent(path, Encoding.UTF8.GetBytes(
            string.Concat(_entries.Select(e => Protocol.Write(e.Key, e.Value.Key, e.Value.Checksum, e.Value.LlvmVersion) + "\n"))));
}
