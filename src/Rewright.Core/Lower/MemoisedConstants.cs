using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Makes operations without parameters compute their value once per heap and remember it there.</summary>
/// <remarks>Values that are numbers known at compile time do not get here: <see cref="Unboxing"/> inserts the number instead.</remarks>
internal static class MemoisedConstants
{
    /// <summary>Rewrites the functions of such operations and adds those that compute their values.</summary>
    public static Program Apply(Program program)
    {
        var definitions = new List<Definition>();
        var added = new List<Definition>();
        foreach (var definition in program.Definitions)
        {
            var function = definition.Function;
            // A value that needs no computation need not be remembered.
            bool isConstant = function.Role == FunctionRole.Operation && function.Parameters.IsEmpty && function.Result is not null
                && !(definition.Body.End is Return
                    && definition.Body.Instructions.All(i => i is Fire or Let { Value: Constant or Construct { Parts.Count: 0 } }));
            if (!isConstant)
            {
                definitions.Add(definition);
                continue;
            }

            var compute = new Function(function.Name + "$value", function.Role, [], function.Result);
            var isKnown = new Local("known", BuiltInSort.Bool);
            var known = new Local("value", function.Result!);
            var value = new Local("value", function.Result!);
            definitions.Add(new Definition(function, new Block([new Let(isKnown, new IsMemoised(function))], new Branch(isKnown,
                new Block([new Let(known, new Memoised(function))], new Return(known)),
                new Block([new Let(value, new Call(compute, EquatableArray<Local>.Empty)), new Memoise(function, value)],
                    new Return(value))))));
            added.Add(definition with { Function = compute });
        }

        return program.With(definitions.Concat(added));
    }
}
