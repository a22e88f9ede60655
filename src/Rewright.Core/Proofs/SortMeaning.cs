using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>
/// The user's statement about what a sort's terms denote: <c>bool</c>, <c>bits</c>, <c>bits 8 32</c>, <c>int</c>, <c>nat</c>, <c>real</c>,
/// <c>double</c>.
/// </summary>
/// <param name="Carriers">The possible carriers: one, or one for each width to prove.</param>
/// <param name="IsDefined">
/// True if <c>defined</c> follows: then a variable stands for a term with a value. Otherwise it may also stand for a term without one.
/// </param>
/// <param name="IsNatural">True for <c>nat</c>: non-negative integers.</param>
internal sealed record SortMeaning(EquatableArray<Carrier> Carriers, bool IsDefined, bool IsNatural = false)
{
    private const int MaxWidth = 1024;

    /// <summary>The widths if none is stated.</summary>
    private static readonly int[] DefaultWidths = [8, 16, 32, 64];

    /// <summary>The statement of a sort; null if there is none or it cannot be read.</summary>
    public static SortMeaning? Of(DataSort sort) => sort.Meaning.Length > 0 ? Read(sort.Meaning).Meaning : null;

    /// <summary>Reads a statement, or returns its fault.</summary>
    public static (SortMeaning? Meaning, string Fault) Read(string text)
    {
        var words = text.Split([' '], StringSplitOptions.RemoveEmptyEntries).ToList();
        bool isDefined = words.Count > 1 && words.Remove("defined");
        string kind = words.Count > 0 ? words[0] : "";
        if (kind == "bits")
        {
            var widths = new List<int>();
            foreach (string word in words.Skip(1))
            {
                if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width is < 1 or > MaxWidth)
                    return (null, "'" + word + "' is not a width from 1 to " + MaxWidth.ToString(CultureInfo.InvariantCulture));
                widths.Add(width);
            }

            return (new((widths.Count > 0 ? widths : [.. DefaultWidths]).Distinct().Select(
                w => (Carrier)new BitsCarrier(w)).ToEquatableArray(), isDefined), "");
        }

        Carrier? only = words.Count != 1 ? null : kind switch
        {
            "bool" => BoolCarrier.Only,
            "int" or "nat" => IntCarrier.Only,
            "real" => RealCarrier.Only,
            "double" => DoubleCarrier.Only,
            _ => null,
        };
        return only is null
            ? (null, "a sort can mean \"bool\", \"bits\" with or without widths, \"int\", \"nat\", \"real\" or \"double\", not \"" + text
                + "\"")
            : (new(EquatableArray.Of(only), isDefined, kind == "nat"), "");
    }
}
