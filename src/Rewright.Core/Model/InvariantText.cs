using System.Globalization;

namespace Rewright.Model;

/// <summary>Writes numbers independently of the culture.</summary>
public static class InvariantText
{
    /// <summary>The digits of a number.</summary>
    public static string Of(int number) => number.ToString(CultureInfo.InvariantCulture);
}
