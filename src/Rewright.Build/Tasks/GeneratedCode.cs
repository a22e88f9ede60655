using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rewright.Build;

/// <summary>Reads out of generated code what a place in it was made of.</summary>
internal static class GeneratedCode
{
    // Functions of a divided module have its name and a slash before theirs.
    private static readonly Regex s_definition = new("^define .*?@\"?(?:[^\"(/]*/)?(?<name>[^\"(/]+)\"?\\(", RegexOptions.CultureInvariant);
    private static readonly Regex s_rule = new(
        @"^\s+(?:;|//) (?<name>[\p{L}_][\w]*)(?:, so many times at once)?: ", RegexOptions.CultureInvariant);

    /// <summary>
    /// The function of IR, and the rule where it is known, that a line belongs to; or the function that a message is about.
    /// </summary>
    public static (string? Function, string? Rule) InIr(string ir, int line, string message)
    {
        string[] lines = ir.Split('\n');
        string? rule = null;
        for (int i = Math.Min(line, lines.Length) - 1; i >= 0 && lines[i] != "}"; i--)
        {
            if (s_definition.Match(lines[i]) is { Success: true } definition) return (definition.Groups["name"].Value, rule);
            // A label ends what stands below the comment of a rule: other ways lead there.
            if (rule is null && s_rule.Match(lines[i]) is { Success: true } found) rule = found.Groups["name"].Value;
            else if (rule is null && !lines[i].StartsWith(" ", StringComparison.Ordinal)) rule = "";
        }

        var named = lines.Select(l => s_definition.Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value)
            .Where(n => !n.StartsWith("rw.", StringComparison.Ordinal) && message.Contains(n)).OrderByDescending(n => n.Length);
        return (named.FirstOrDefault(), null);
    }

    /// <summary>The first place in Rust code that cargo complains of: file and line.</summary>
    public static (string File, int Line)? FirstRustError(string output)
        => Regex.Match(output, @"\berror(?:\[E\d+\])?: .*\n\s*--> (?<file>[^\n:]+):(?<line>\d+):\d+",
            RegexOptions.Multiline | RegexOptions.CultureInvariant) is { Success: true } found
            && int.TryParse(found.Groups["line"].Value, out int line) ? (found.Groups["file"].Value, line) : null;

    /// <summary>The rule whose comment stands above a line of Rust, in the same function; null where there is none.</summary>
    public static string? RuleInRust(IReadOnlyList<string> lines, int line)
    {
        for (int i = Math.Min(line, lines.Count) - 1; i >= 0 && !Regex.IsMatch(lines[i], @"^\s*(pub(\([^)]*\))? )?fn "); i--)
            if (s_rule.Match(lines[i]) is { Success: true } found) return found.Groups["name"].Value;
        return null;
    }
}
