using System;
using System.Collections.Generic;

namespace Rewright.Cli.Inspect;

/// <summary>Compares texts line by line.</summary>
internal static class LineDiff
{
    // Beyond, the table of all pairs of lines would be too large; the texts then differ as a whole.
    private const long MaxPairs = 16_000_000;

    /// <summary>The lines of both texts, those of the first only with a minus before them, those of the second only with a plus.</summary>
    public static IEnumerable<string> Of(string before, string after)
    {
        string[] left = LinesOf(before), right = LinesOf(after);
        int start = 0;
        while (start < left.Length && start < right.Length && left[start] == right[start]) yield return " " + left[start++];
        int end = 0;
        while (end < left.Length - start && end < right.Length - start && left[^(end + 1)] == right[^(end + 1)]) end++;
        foreach (string line in Middle(left[start..^end], right[start..^end])) yield return line;
        for (; end > 0; end--) yield return " " + left[^end];
    }

    private static string[] LinesOf(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    // By the length of the longest common subsequence of what follows each pair of lines.
    private static List<string> Middle(string[] left, string[] right)
    {
        bool isTable = (long)(left.Length + 1) * (right.Length + 1) <= MaxPairs;
        int[,] common = isTable ? new int[left.Length + 1, right.Length + 1] : new int[0, 0];
        for (int i = left.Length - 1; i >= 0 && isTable; i--)
            for (int j = right.Length - 1; j >= 0; j--)
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);

        var lines = new List<string>();
        int l = 0, r = 0;
        while (l < left.Length || r < right.Length)
        {
            if (isTable && l < left.Length && r < right.Length && left[l] == right[r])
            {
                lines.Add(" " + left[l++]);
                r++;
            }
            else if (l < left.Length && (r == right.Length || !isTable || common[l + 1, r] >= common[l, r + 1])) lines.Add("-" + left[l++]);
            else lines.Add("+" + right[r++]);
        }

        return lines;
    }
}
