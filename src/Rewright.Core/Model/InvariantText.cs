using System.Globalization;

namespace Rewright.Model;

/// <summary>Numbers as every culture writes them here.</summary>
public static class InvariantText
{
    /// <summary>The digits of a number.</summary>
    public static string Of(int number) => number.ToString(CultureInfo.InvariantCulture);
}
