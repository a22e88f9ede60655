using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Rewright.Build;

/// <summary>
/// Reads severities from <c>.editorconfig</c> files and global analyzer configurations: <c>dotnet_diagnostic.RW0203.severity = error</c>.
/// </summary>
/// <remarks>The compiler applies them only to analyzers; tasks must read them.</remarks>
internal static class ConfiguredSeverities
{
    /// <summary>The configured severity by its name in these files; null if there is none.</summary>
    /// <param name="files">The files.</param>
    /// <param name="id">The id of the diagnostic.</param>
    /// <param name="path">The file that the diagnostic points at.</param>
    public static string? Find(IEnumerable<string> files, string id, string path)
    {
        string key = "dotnet_diagnostic." + id + ".severity";
        string? severity = null;
        // Nearer files override those in parent folders, and any of them overrides a global one.
        var read = files.Where(File.Exists).Select(f => (Folder: Path.GetDirectoryName(Path.GetFullPath(f))!, Lines: File.ReadAllLines(f)))
            .Select(f => (f.Folder, f.Lines,
                IsGlobal: f.Lines.Any(
                l => Regex.IsMatch(l, @"^\s*is_global\s*=\s*true\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))));
        foreach (var (folder, lines, isGlobal) in read.OrderByDescending(f => f.IsGlobal).ThenBy(f => f.Folder.Length))
        {
            string prefix = folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
            if (!isGlobal && !path.StartsWith(prefix, StringComparison.Ordinal)) continue;
            bool applies = isGlobal;
            foreach (string line in lines.Select(l => l.Trim()))
            {
                if (line.StartsWith("[", StringComparison.Ordinal) && line.EndsWith("]", StringComparison.Ordinal))
                    applies = !isGlobal && Matches(line.Substring(1, line.Length - 2), path.Substring(prefix.Length).Replace('\\', '/'));
                else if (applies && line.Split('=') is [var name, var value] && name.Trim().Equals(key, StringComparison.OrdinalIgnoreCase))
                    severity = value.Split('#', ';')[0].Trim().ToLowerInvariant();
            }
        }

        return severity;
    }

    // Sections match paths with *, **, ? and {a,b}; a pattern without a slash matches at any depth. [abc] and {1..9}, which are not used
    // for C# files, are taken literally.
    private static bool Matches(string section, string path)
    {
        var pattern = new StringBuilder(section.Contains('/') ? "^/?" : "^(.*/)?");
        string glob = section.TrimStart('/');
        int depth = 0;
        for (int i = 0; i < glob.Length; i++)
        {
            char c = glob[i];
            if (c == '*' && i + 1 < glob.Length && glob[i + 1] == '*') (pattern, i) = (pattern.Append(".*"), i + 1);
            else if (c == '*') pattern.Append("[^/]*");
            else if (c == '?') pattern.Append("[^/]");
            else if (c == '{') (pattern, depth) = (pattern.Append("(?:"), depth + 1);
            else if (c == '}' && depth > 0) (pattern, depth) = (pattern.Append(')'), depth - 1);
            else if (c == ',' && depth > 0) pattern.Append('|');
            else pattern.Append(Regex.Escape(c.ToString()));
        }

        return Regex.IsMatch(path, pattern.Append(new string(')', depth)).Append('$').ToString(), RegexOptions.CultureInvariant);
    }
}
