using System.Collections.Generic;
using Rewright.Model;

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
        foreach (var row in PrimitiveSignature.Functions.Values)
        {
            void Add(string type, string[] operands) => table.Add((type, row.Method, row.Arity), new("rw." + row.Text, operands));
            foreach (var kind in row.Operands)
                if (TypeOf(kind) is { } type) Add(type, OperandsOf(row, kind));
            // A method of Math with one sort of parameters converts to it; where it has overloads, the sorts of the arguments decide.
            if (row.InMath.Count > 0) Add("System.Math", row.InMath.Count == 1 ? OperandsOf(row, row.InMath[0]) : Overloaded);
        }

        foreach (string method in new[] { "IsPow2", "Log2" })
            table.Add(("Rewright.Dsl", method, 1), table[("System.Int64", method, 1)]);
        return table;
    }

    private static string[] OperandsOf(PrimitiveSignature row, BuiltInKind kind)
    {
        var primitive = Primitive.Find(row.Op, BuiltInSort.Of(kind))!;
        var operands = new string[row.Arity];
        for (int i = 0; i < operands.Length; i++) operands[i] = primitive.OperandAt(i).Name;
        return operands;
    }

    // Null for sorts whose functions are not static methods.
    private static string? TypeOf(BuiltInKind kind) => kind switch
    {
        BuiltInKind.Int => "System.Int32",
        BuiltInKind.UInt => "System.UInt32",
        BuiltInKind.Long => "System.Int64",
        BuiltInKind.ULong => "System.UInt64",
        BuiltInKind.Double => "System.Double",
        BuiltInKind.BigInteger => "System.Numerics.BigInteger",
        _ => null,
    };
}
