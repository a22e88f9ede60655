using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Operations without parameters are computed once in a heap, and then remembered there.</summary>
/// <remarks>Those that are numbers known when compiling do not get here: <see cref="FastForms"/> puts the number in their place.</remarks>
internal static class ConstantOperations
{
    /// <summary>Rewrites the functions of such operations and gives those that compute their values.</summary>
    public static ImmutableArray<Function> Apply(ImmutableArray<Function> functions)
    {
        var added = new List<Function>();
        foreach (var function in functions)
        {
            // A value that is there as soon as it is asked for need not be remembered.
            bool isConstant = function.Role == FunctionRole.Operation && function.Parameters.IsEmpty && function.Result is not null
                && !(function.Body.End is Return && function.Body.Instructions.All(i => i is Fire or Let { Value: Constant or Construct { Parts.Count: 0 } }));
            if (!isConstant) continue;
            var compute = new Function(function.Name + "$value", function.Role, [], function.Result) { Body = function.Body, Labels = function.Labels };
            var isKnown = new Local("known", BuiltInSort.Bool);
            var known = new Local("value", function.Result!);
            var value = new Local("value", function.Result!);
            function.Labels = [];
            function.Body = new Block([new Let(isKnown, new IsKept(function))], new Branch(isKnown,
                new Block([new Let(known, new Kept(function))], new Return(known)),
                new Block([new Let(value, new Call(compute, EquatableArray<Local>.Empty)), new Keep(function, value)], new Return(value))));
            added.Add(compute);
        }

        return functions.AddRange(added);
    }
}
