using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Parts of a module as text for Rust comments.</summary>
internal static class RustText
{
    /// <summary>Text that is safe in a comment: no line ends, no invisible characters, no change of writing direction.</summary>
    public static string Comment(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            bool isPlain = c >= ' ' && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format
                or UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (isPlain) result.Append(c);
            else result.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }

    /// <summary><c>Cons(head: Nat, tail: List)</c></summary>
    public static string Signature(FunctionSymbol symbol) => Comment(LiteralText.Name(symbol.Name) + (symbol.Arity == 0 ? ""
        : "(" + string.Join(", ", symbol.Parameters.Select(p => (p.Name.Length > 0 ? p.Name + ": " : "") + p.Sort.Name)) + ")"));

    /// <summary><c>List = Nil | Cons(head: Nat, tail: List)</c></summary>
    public static string Sort(DataSort sort) => Comment(sort.Name) + " = " + string.Join(" | ", sort.Constructors.Select(Signature));

    /// <summary>Rust names for the parameters of a symbol; all are different.</summary>
    public static List<string> ParameterNames(FunctionSymbol symbol)
    {
        var taken = new HashSet<string>();
        return symbol.Parameters.Select(p => RustNames.Unique(taken, RustNames.Snake(p.Name.Length > 0 ? p.Name : "field"))).ToList();
    }
}
