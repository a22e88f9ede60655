using System.Linq;

namespace Rewright.Generators.Reading;

/// <summary>Checks names of groups, which the text form must be able to write.</summary>
internal static class GroupNames
{
    public const string Advice = "a group's name has letters, digits, spaces, '-' and '_' only";

    public static bool IsValid(string name) => name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_');
}
