using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Caches;

namespace Rewright.Proofs;

/// <summary>
/// Verdicts by the content of rules, kept in a file. Safe for several threads and processes: a later writer adds to the existing verdicts.
/// </summary>
/// <remarks>A file that another user may have written is not trusted: it is neither read nor written.</remarks>
internal sealed class VerdictCache
{
    // A rule takes some hundred bytes.
    private const long MaxBytes = 256L << 20;

    private readonly string _path;
    private readonly Writers _writers;
    private readonly ConcurrentDictionary<string, RuleVerdict> _verdicts;
    private volatile bool _hasChanged;

    /// <param name="path">The path of the file, which need not exist.</param>
    /// <param name="rules">The directory of the rules to prove: users who can write there are trusted anyway.</param>
    public VerdictCache(string path, string rules)
    {
        (_path, _writers) = (Path.GetFullPath(path), Writers.Of(rules));
        _verdicts = new(Load(out string? danger));
        if (danger is not null)
            Refusal = "The file of verdicts '" + _path + "' is not used: it " + danger
                + ". Delete it, or name one that only you can write to";
    }

    /// <summary>Why the file is not used; null if it is used.</summary>
    public string? Refusal { get; }

    /// <summary>The verdict for a key, or null.</summary>
    public Verdict? Find(string key) => _verdicts.TryGetValue(key, out var known) ? known.Verdict : null;

    /// <summary>Remembers a verdict until <see cref="Save"/>.</summary>
    public void Add(RuleVerdict verdict)
    {
        _verdicts[verdict.Key] = verdict;
        _hasChanged = true;
    }

    /// <summary>Writes the file if there are new verdicts.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save()
    {
        if (!_hasChanged || Refusal is not null) return;
        _hasChanged = false;
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        foreach (var other in Load(out _)) _verdicts.TryAdd(other.Key, other.Value);
        string temporary = _path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            using (var writer = new StreamWriter(temporary, new UTF8Encoding(false), options))
                writer.Write(VerdictFile.Write(_verdicts.Values.OrderBy(v => v.Key, StringComparer.Ordinal)));
            File.Move(temporary, _path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private Dictionary<string, RuleVerdict> Load(out string? danger)
    {
        var verdicts = new Dictionary<string, RuleVerdict>();
        foreach (var verdict in VerdictFile.Read(TrustedFiles.ReadText(_path, MaxBytes, _writers, out danger) ?? ""))
            verdicts[verdict.Key] = verdict;
        return verdicts;
    }
}
