using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Emit.CSharp;

/// <summary>Writes the documentation comment of an operation or normalizer: the user's text and the rules.</summary>
internal static class DocumentationWriter
{
    private const string CloseRemarks = "</remarks>";

    public static void Write(IndentedWriter writer, MethodShape method, QuotedRules? rules)
    {
        string call = CSharpText.XmlText(method.Name + "(" + string.Join(", ", method.Parameters.Select(p => p.Name)) + ")");
        string text = method.Documentation.Length > 0
            ? method.Documentation
            : "<summary>" + (method.Role == MethodRole.Normalizer ? "Applies simplifications: <c>" : "Evaluates <c>") + call
                + "</c>.</summary>";
        if (rules is { Lines.Count: > 0 })
        {
            var lines = rules.Lines.Select(l => CSharpText.XmlText(l));
            string quoted = "<para>Rules:</para>\n<code>\n" + string.Join("\n", lines) + "\n</code>";
            // A documentation comment has at most one element of each kind, so the rules go into the user's remarks.
            int close = text.LastIndexOf(CloseRemarks, StringComparison.Ordinal);
            text = close >= 0 ? text.Insert(close, "\n" + quoted + "\n") : text + "\n<remarks>\n" + quoted + "\n" + CloseRemarks;
        }

        foreach (string line in Lines(text)) writer.Line(line.Length == 0 ? "///" : "/// " + line);
    }

    private static IEnumerable<string> Lines(string text)
        => text.Replace("\r\n", "\n").Split('\n', '\r', '\u0085', '\u2028', '\u2029').Select(l => l.TrimEnd());
}
