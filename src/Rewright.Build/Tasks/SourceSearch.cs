using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rewright.Build;

/// <summary>The place of a message. Lines and columns count from 1; 0 means the whole file.</summary>
internal readonly record struct FilePosition(string File, int Line, int Column);

/// <summary>Finds the declarations of modules by name in a project's C# files.</summary>
/// <remarks>
/// The compiler's positions are not kept, so that moving a line rebuilds nothing; and names are easy to find. If several files match, the
/// one that declares the module is taken.
/// </remarks>
internal sealed class SourceSearch(IEnumerable<string> files)
{
    private static readonly Regex s_notCode = new("//.*|/\\*(?s:.*?)\\*/|\"(?:\\\\.|[^\"\\\\\n])*\"", RegexOptions.CultureInvariant);

    private readonly Lazy<List<(string Path, string Code)>> _files = new(
        () => files.Where(File.Exists).Select(f => (Path.GetFullPath(f), CodeOf(File.ReadAllText(f)))).ToList());

    /// <summary>Finds the class that declares a module.</summary>
    public FilePosition? FindModule(string module) => Find(module, @"\bclass\s+@?(" + Regex.Escape(LastPart(module)) + @")\b");

    /// <summary>Finds a rule of a module.</summary>
    public FilePosition? FindRule(string module, string rule) => Find(module, @"\bRule\s+@?(" + Regex.Escape(rule) + @")\s*\(");

    /// <summary>Finds a circuit of a class.</summary>
    public FilePosition? FindCircuit(string type, string circuit) => Find(type, @"\bCircuit\s+@?(" + Regex.Escape(circuit) + @")\s*\(");

    /// <summary>Finds the operation or normalizer from which a function of compiled code was made, by the function's name.</summary>
    public FilePosition? FindFunction(string function)
    {
        for (string name = function; ; name = name.Substring(0, name.LastIndexOfAny(['$', '.'])))
        {
            int dot = name.LastIndexOf('.');
            if (Find(dot < 0 ? "" : name.Substring(0, dot),
                @"\bpartial\b[^;{}=]*\s@?(" + Regex.Escape(name.Substring(dot + 1)) + @")\s*\(") is { } place)
                return place;
            if (name.LastIndexOfAny(['$', '.']) < 0) return null;
        }
    }

    private FilePosition? Find(string module, string pattern)
    {
        FilePosition? best = null;
        int bestScore = -1;
        string space = module.Contains('.') ? module.Substring(0, module.LastIndexOf('.')) : "";
        foreach (var (path, code) in _files.Value)
        {
            int type = module.Length == 0
                ? -1 : Regex.Match(code, @"\bclass\s+@?" + Regex.Escape(LastPart(module)) + @"\b",
                RegexOptions.CultureInvariant) is { Success: true } found ? found.Index : -1;
            var matches = Regex.Matches(code, pattern, RegexOptions.CultureInvariant).Cast<Match>().ToList();
            if (matches.Count == 0) continue;
            int score = (type >= 0 ? 2 : 0)
                + (space.Length == 0
                || Regex.IsMatch(code, @"\bnamespace\s+" + Regex.Escape(space) + @"\b", RegexOptions.CultureInvariant) ? 1 : 0);
            if (score <= bestScore) continue;
            int index = (matches.FirstOrDefault(m => m.Index >= type) ?? matches[0]).Groups[1].Index;
            int start = index == 0 ? 0 : code.LastIndexOf('\n', index - 1) + 1;
            (best, bestScore) = (new FilePosition(path, code.Take(index).Count(c => c == '\n') + 1, index - start + 1), score);
        }

        return best;
    }

    // Replaces comments and strings by spaces, so that nothing is found in them and all positions stay the same.
    private static string CodeOf(string text) => s_notCode.Replace(text, m => Regex.Replace(m.Value, "[^\n]", " "));

    private static string LastPart(string name) => name.Substring(name.LastIndexOf('.') + 1);
}
