using System.Collections.Generic;

namespace Rewright.Generators.Reading;

/// <summary>A framework function that modules know.</summary>
/// <param name="Name">The name in modules.</param>
/// <param name="Operands">The sorts to which arguments are converted; empty if the function is overloaded and the sorts decide.</param>
internal readonly record struct BuiltInFunction(string Name, string[] Operands);

/// <summary>The functions of the framework and of <c>Dsl</c> that patterns may call.</summary>
internal static class BuiltInFunctions
{
    private static readonly string[] Overloaded = [];

    // Keyed by type, name and number of arguments.
    private static readonly Dictionary<(string Type, string Method, int Arity), BuiltInFunction> Functions = Make();

    /// <summary>Finds a function by the full name of its type, its name and the number of its arguments.</summary>
    public static bool TryFind(string type, string method, int arity, out BuiltInFunction function)
        => Functions.TryGetValue((type, method, arity), out function);

    /// <summary>True if a type has a function with this name, with any number of arguments.</summary>
    public static bool Has(string type, string method)
        => TryFind(type, method, 1, out _) || TryFind(type, method, 2, out _) || TryFind(type, method, 3, out _);

    private static Dictionary<(string, string, int), BuiltInFunction> Make()
    {
        var table = new Dictionary<(string, string, int), BuiltInFunction>();
        // `sort` is the type of all parameters; null if the functions of the type are overloaded (Math).
        void Add(string type, string? sort, int arity, string methods)
        {
            foreach (string method in methods.Split(' '))
            {
                var operands = sort is null ? Overloaded : new string[arity];
                for (int i = 0; i < operands.Length; i++) operands[i] = sort!;
                table.Add((type, method, arity), new(NameInModules(method), operands));
            }
        }

        const string ofDouble = "Sqrt Cbrt Exp Log Log10 Log2 Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh Floor Ceiling "
            + "Round Truncate";
        Add("System.Math", "double", 1, ofDouble);
        Add("System.Math", "double", 2, "Pow Atan2");
        Add("System.Math", "double", 3, "FusedMultiplyAdd");
        Add("System.Math", null, 1, "Abs Sign");
        Add("System.Math", null, 2, "Min Max");

        Add("System.Double", "double", 1, ofDouble + " Abs Sign IsNaN IsFinite IsInteger");
        Add("System.Double", "double", 2, "Pow Atan2 Min Max");
        Add("System.Double", "double", 3, "FusedMultiplyAdd");

        foreach (var (type, sort) in new[] { ("System.Int32", "int"), ("System.Int64", "long"), ("System.UInt32", "uint"),
            ("System.UInt64", "ulong") })
        {
            Add(type, sort, 1, "Log2 IsPow2 PopCount LeadingZeroCount TrailingZeroCount");
            Add(type, sort, 2, "Min Max");
            if (sort[0] != 'u') Add(type, sort, 1, "Abs Sign");
        }

        Add("System.Numerics.BigInteger", "BigInteger", 1, "Abs IsPow2");
        Add("System.Numerics.BigInteger", "BigInteger", 2, "Min Max GreatestCommonDivisor");
        table.Add(("System.Numerics.BigInteger", "Pow", 2), new("rw.pow", ["BigInteger", "int"]));

        Add("Rewright.Dsl", "long", 1, "IsPow2 Log2");
        return table;
    }

    private static string NameInModules(string method) => "rw." + method switch
    {
        "LeadingZeroCount" => "lzcnt",
        "TrailingZeroCount" => "tzcnt",
        "FusedMultiplyAdd" => "fma",
        "GreatestCommonDivisor" => "gcd",
        _ => method.ToLowerInvariant(),
    };
}
