using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Rewright.Proofs;

/// <summary>Verdicts by the content of rules, kept in a file. Safe for several threads and processes: who writes last adds to what is there.</summary>
/// <param name="path">The file; it need not exist.</param>
internal sealed class VerdictCache(string path)
{
    private readonly ConcurrentDictionary<string, RuleVerdict> _verdicts = new(Load(path));
    private volatile bool _hasChanged;

    /// <summary>The verdict of a key, or null.</summary>
    public Verdict? Find(string key) => _verdicts.TryGetValue(key, out var known) ? known.Verdict : null;

    /// <summary>Remembers a verdict until <see cref="Save"/>.</summary>
    public void Add(RuleVerdict verdict)
    {
        _verdicts[verdict.Key] = verdict;
        _hasChanged = true;
    }

    /// <summary>Writes the file if there is anything new.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save()
    {
        if (!_hasChanged) return;
        _hasChanged = false;
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        foreach (var other in Load(full)) _verdicts.TryAdd(other.Key, other.Value);
        string temporary = full + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            File.WriteAllText(temporary, VerdictFile.Write(_verdicts.Values.OrderBy(v => v.Key, StringComparer.Ordinal)), new UTF8Encoding(false));
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static Dictionary<string, RuleVerdict> Load(string path)
    {
        var verdicts = new Dictionary<string, RuleVerdict>();
        if (File.Exists(path))
            foreach (var verdict in VerdictFile.Read(File.ReadAllText(path))) verdicts[verdict.Key] = verdict;
        return verdicts;
    }
}
