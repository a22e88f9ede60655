using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rewright.Build;

/// <summary>Finds the operation or rule behind a place in generated code.</summary>
internal static class GeneratedCode
{
    // In a divided module, the module's name and a slash precede the names of functions.
    private static readonly Regex s_definition = new("^define .*?@\"?(?:[^\"(/]*/)?(?<name>[^\"(/]+)\"?\\(", RegexOptions.CultureInvariant);
    private static readonly Regex s_rule = new(
        @"^\s+(?:;|//) (?<name>[\p{L}_][\w]*)(?:, so many times at once)?: ", RegexOptions.CultureInvariant);

    /// <summary>
    /// The function of IR to which a line belongs, with the rule if it is known; or the function that a message names.
    /// </summary>
    public static (string? Function, string? Rule) InIr(string ir, int line, string message)
    {
        string[] lines = ir.Split('\n');
        string? rule = null;
        for (int i = Math.Min(line, lines.Length) - 1; i >= 0 && lines[i] != "}"; i--)
        {
            if (s_definition.Match(lines[i]) is { Success: true } definition) return (definition.Groups["name"].Value, rule);
            // A label ends the code below the comment of a rule, because other paths lead to it.
            if (rule is null && s_rule.Match(lines[i]) is { Success: true } found) rule = found.Groups["name"].Value;
            else if (rule is null && !lines[i].StartsWith(" ", StringComparison.Ordinal)) rule = "";
        }

        var named = lines.Select(l => s_definition.Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value)
            .Where(n => !n.StartsWith("rw.", StringComparison.Ordinal) && message.Contains(n)).OrderByDescending(n => n.Length);
        return (named.FirstOrDefault(), null);
    }

    /// <summary>The first place in Rust code that cargo's errors name: file and line.</summary>
    public static (string File, int Line)? FirstRustError(string output)
        => Regex.Match(output, @"\berror(?:\[E\d+\])?: .*\n\s*--> (?<file>[^\n:]+):(?<line>\d+):\d+",
            RegexOptions.Multiline | RegexOptions.CultureInvariant) is { Success: true } found
            && int.TryParse(found.Groups["line"].Value, out int line) ? (found.Groups["file"].Value, line) : null;

    /// <summary>The rule whose comment precedes a line of Rust in the same function; null if there is none.</summary>
    public static string? RuleInRust(IReadOnlyList<string> lines, int line)
    {
        for (int i = Math.Min(line, lines.Count) - 1; i >= 0 && !Regex.IsMatch(lines[i], @"^\s*(pub(\([^)]*\))? )?fn "); i--)
            if (s_rule.Match(lines[i]) is { Success: true } found) return found.Groups["name"].Value;
        return null;
    }
}
