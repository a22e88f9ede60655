using System;
using System.Collections.Generic;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>The kinds of random modules, by name; each is made from a seed.</summary>
internal static class Shapes
{
    public static IReadOnlyDictionary<string, Func<int, ModuleShape>> All { get; } = new Dictionary<string, Func<int, ModuleShape>>
    {
        ["data only"] = _ => ModuleShape.DataOnly,
        ["built-in sorts"] = seed => new() { Throwing = seed % 2 == 0, Operations = 6 },
        ["counters"] = _ => ModuleShape.Counters,
        ["wide"] = _ => ModuleShape.Wide,
        ["many rules"] = seed => new() { Rules = 14, Sorts = 2, Constructors = 3, OddNames = seed % 2 == 0, Operations = 3 },
        ["callers"] = seed => ModuleShape.Callers with { Throwing = seed % 3 == 0, Normalizers = seed % 4 == 0, Open = seed % 2 == 0 },
        ["forms"] = seed => ModuleShape.Forms with { Throwing = seed % 3 == 0 },
        ["strategies"] = _ => ModuleShape.Strategies,
        ["callbacks"] = seed => ModuleShape.Callbacks with { Throwing = seed % 3 == 0 },
        ["chains"] = _ => ModuleShape.Chains,
        ["many constants"] = _ => new() { Parameters = 1, Operations = 9, Constructors = 3 },
    };
}
