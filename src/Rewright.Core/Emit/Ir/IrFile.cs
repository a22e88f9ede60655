using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Emit.Ir;

/// <summary>Handwritten LLVM IR, divided into its definitions.</summary>
/// <remarks>A comment directly before a function is kept; other comments are dropped.</remarks>
public sealed class IrFile
{
    private readonly List<IrDefinition> _definitions = [];
    private readonly StringBuilder _types = new(), _metadata = new();

    /// <param name="text">Functions, each ended by a line with a brace; and declarations, types and metadata nodes, one per line.</param>
    public IrFile(string text)
    {
        var definition = new StringBuilder();
        foreach (string full in text.Split('\n'))
        {
            string line = WithoutComment(full);
            if (line.Length == 0)
            {
                definition.Clear();
                continue;
            }

            (line[0] switch { '!' => _metadata, '%' => _types, _ => definition }).Append(line).Append('\n');
            if (line != "}" && !line.StartsWith("declare ", StringComparison.Ordinal)) continue;
            var globals = Globals(definition.ToString()).ToList();
            _definitions.Add(new(globals[0], definition.ToString(), [.. globals.Skip(1).Distinct()]));
            definition.Clear();
        }
    }

    /// <summary>The functions that are defined or declared, in order.</summary>
    public IReadOnlyList<IrDefinition> Definitions => _definitions;

    /// <summary>The named types.</summary>
    public string Types => _types.ToString();

    /// <summary>The metadata nodes.</summary>
    public string Metadata => _metadata.ToString();

    // Removes a comment at the end of a line; a line that is all comment stays.
    private static string WithoutComment(string line)
    {
        int comment = line.LastIndexOf(" ;", StringComparison.Ordinal);
        return comment > 0 && line[0] != ';' ? line.Substring(0, comment) : line.TrimEnd('\r');
    }

    // The global names in a definition; the defined name comes first.
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
