using System;
using System.Collections.Generic;

namespace Rewright.Model;

/// <summary>Converts offsets in a text to lines and columns.</summary>
public sealed class LineMap(string text, string file)
{
    private List<int>? _lineStarts;

    /// <summary>The place of a part of the text.</summary>
    public SourceSpan Span(int start, int end)
    {
        if (_lineStarts is null)
        {
            // A byte order mark takes no column, because editors do not show it.
            _lineStarts = [text.StartsWith("\uFEFF", StringComparison.Ordinal) ? 1 : 0];
            for (int i = 0; i < text.Length; i++)
                if (text[i] == '\n' || text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')) _lineStarts.Add(i + 1);
        }

        int line = _lineStarts.BinarySearch(start);
        if (line < 0) line = Math.Max(0, ~line - 1);
        return new SourceSpan(file, start, end - start, line + 1, Math.Max(0, start - _lineStarts[line]) + 1);
    }
}
