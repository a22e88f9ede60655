using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Emit.Ir;

/// <summary>Divides LLVM IR that is not made by a builder into its definitions.</summary>
internal static class IrReader
{
    /// <param name="text">Functions, each ended by a line with a brace, and declarations on a line each; comments before a
    /// function belong to it.</param>
    public static IEnumerable<IrDefinition> Read(string text)
    {
        var definition = new StringBuilder();
        foreach (string line in text.Split('\n'))
        {
            if (line.Length == 0 && definition.Length == 0) continue;
            definition.Append(line).Append('\n');
            if (line != "}" && !line.StartsWith("declare ", StringComparison.Ordinal)) continue;
            var globals = Globals(definition.ToString()).ToList();
            yield return new(globals[0], definition.ToString(), [.. globals.Skip(1).Distinct()]);
            definition.Clear();
        }
    }

    // The global names, the defined one first.
    private static IEnumerable<string> Globals(string definition)
    {
        for (int at = definition.IndexOf('@'); at >= 0; at = definition.IndexOf('@', at + 1))
        {
            int end = at + 1;
            while (end < definition.Length && IsOfName(definition[end])) end++;
            yield return definition.Substring(at, end - at);
        }
    }

    private static bool IsOfName(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '.' or '_';
}
