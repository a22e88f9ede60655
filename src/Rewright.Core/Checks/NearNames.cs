using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Checks;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
public static class NearNames
{
    // Longer names are not typed by hand.
    private const int MaxLength = 100;

    /// <summary>A hint with the nearest of some names; empty if none is near.</summary>
    public static string Hint(string name, IEnumerable<string> candidates)
        => Nearest(name, candidates) is { } best ? "; did you mean '" + best + "'?" : "";

    /// <summary>The nearest of some names; null if none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxLength) return null;
        // Nearly everything is near to a name of one or two letters, so for these only the case may differ.
        int limit = name.Length / 3;
        return candidates.Select(c => (Name: c, Distance: Distance(name, c))).Where(c => c.Distance <= limit && c.Name != name)
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault().Name;
    }

    // Levenshtein's distance, with the exchange of two neighbouring letters counted once. Case is ignored, because it is the most frequent
    // mistake.
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > a.Length / 3) return int.MaxValue;
        int[] row = [.. Enumerable.Range(0, b.Length + 1)], above = [], before = [];
        for (int i = 1; i <= a.Length; i++)
        {
            (before, above, row) = (above, row, new int[b.Length + 1]);
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(above[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1), Math.Min(row[j - 1], above[j]) + 1);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
        }

        return row[b.Length];
    }

    private static bool Same(char x, char y) => char.ToUpperInvariant(x) == char.ToUpperInvariant(y);
}
