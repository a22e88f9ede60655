using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.Build.Framework;
using Rewright.Emit.CSharp;

namespace Rewright.Build;

/// <summary>Writes the artifacts that the generator passes inside C# files to files of their own.</summary>
/// <remarks>
/// Only files that differ are written. The list of artifacts and checksums tells later steps whether anything has changed, and the next run
/// which files to delete. The compiler never deletes files of a generator, so this task does that too.
/// </remarks>
public sealed class ExtractArtifacts : RewrightTask
{
    /// <summary>The generated file that carries the index.</summary>
    [Required]
    public string Index { get; set; } = "";

    /// <summary>The folder for artifacts.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The file of the list of artifacts, which changes only when they do.</summary>
    [Required]
    public string List { get; set; } = "";

    private protected override void Run(CancellationToken cancellation)
    {
        List<ArtifactIndexEntry> entries;
        try
        {
            entries = ArtifactIndex.FromArtifact(Read(Index)).Entries.ToList();
            foreach (var entry in entries)
            {
                cancellation.ThrowIfCancellationRequested();
                Extract(entry);
            }
        }
        catch (FormatException e)
        {
            Report(BuildKinds.BadArtifact, e.Message);
            return;
        }

        foreach (string path in ReadList().Except(entries.Select(e => e.Path))) Files.TryDelete(PathOf(path));
        DeleteOldCarriers(entries);
        string list = string.Concat(entries.OrderBy(e => e.Path, StringComparer.Ordinal).Select(e => e.Hash + "\t" + e.Path + "\n"));
        Files.WriteIfDifferent(List, Encoding.UTF8.GetBytes(list));
        Files.Touch(Stamp);
    }

    private void Extract(ArtifactIndexEntry entry)
    {
        if (!IsSafe(entry.Path) || entry.FileName != Path.GetFileName(entry.FileName))
            throw new FormatException("The index names '" + entry.Path + "'.");
        string path = PathOf(entry.Path);
        if (Files.ChecksumOf(path) == entry.Hash) return;
        var artifact = Read(Path.Combine(Path.GetDirectoryName(Index)!, entry.FileName));
        if (artifact.Path != entry.Path || artifact.Hash != entry.Hash)
            throw new FormatException("'" + entry.FileName + "' is not what the index says.");
        Files.WriteIfDifferent(path, Encoding.UTF8.GetBytes(artifact.Text));
        Log.LogMessage(MessageImportance.Low, "Extracted {0}", path);
    }

    private static ArtifactFile Read(string path)
    {
        if (!File.Exists(path)) throw new FormatException("There is no '" + path + "'.");
        return ArtifactFile.FromCSharp(File.ReadAllText(path)) ?? throw new FormatException("'" + path + "' carries no artifact.");
    }

    // True for a path inside the folder. Nothing outside is written or deleted, whatever the index says.
    private static bool IsSafe(string path)
        => path.Split('/').All(
            part => part.Length > 0 && part != "." && part != ".." && part.IndexOfAny(['\\', ':', '\0', '\n', '\t']) < 0);

    private string PathOf(string artifact) => Path.Combine(Folder, artifact.Replace('/', Path.DirectorySeparatorChar));

    private IEnumerable<string> ReadList()
        => File.Exists(List) ? File.ReadAllLines(List).Select(line => line.Substring(line.IndexOf('\t') + 1)).Where(IsSafe) : [];

    // Bindings are not in the index. They are named `Stem.g.cs` or `Stem-something.g.cs`, like the carriers of their module.
    private void DeleteOldCarriers(List<ArtifactIndexEntry> entries)
    {
        var stems = entries.Select(e => e.FileName.Substring(0, Math.Max(0, e.FileName.LastIndexOf('-')))).Distinct().ToList();
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(Index)!, "*.g.cs"))
        {
            string name = Path.GetFileName(file);
            bool isCurrent = name == ArtifactIndex.FileName
                || stems.Any(s => name.StartsWith(s, StringComparison.Ordinal)
                    && (name[s.Length] == '-' || name.Length == s.Length + ".g.cs".Length));
            if (!isCurrent) Files.TryDelete(file);
        }
    }
}
