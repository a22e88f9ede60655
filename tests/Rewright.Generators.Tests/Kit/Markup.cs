using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Rewright.Generators.Tests.Kit;

/// <summary>Reads sources in which <c>{|RW0014:text|}</c> marks where a diagnostic is expected. Marks can nest.</summary>
internal static class Markup
{
    public static (string Source, List<(string Id, TextSpan Span)> Expected) Parse(string marked)
    {
        var source = new StringBuilder();
        var expected = new List<(string, TextSpan)>();
        var open = new Stack<(string Id, int Start)>();
        for (int i = 0; i < marked.Length; i++)
        {
            if (Follows("{|") && marked.IndexOf(':', i) is var colon and > 0)
            {
                open.Push((marked[(i + 2)..colon], source.Length));
                i = colon;
            }
            else if (Follows("|}") && open.Count > 0)
            {
                var (id, start) = open.Pop();
                expected.Add((id, TextSpan.FromBounds(start, source.Length)));
                i++;
            }
            else source.Append(marked[i]);

            bool Follows(string text) => string.CompareOrdinal(marked, i, text, 0, text.Length) == 0;
        }

        return open.Count == 0 ? (source.ToString(), expected) : throw new ArgumentException("A mark is not closed: " + open.Peek().Id);
    }
}
