using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Lower;

namespace Rewright.Emit.Llvm;

/// <summary>Functions that are compiled to one object.</summary>
/// <param name="Name">The name, unique in the program; it stays the same as long as the first function does.</param>
/// <param name="Functions">The functions.</param>
internal sealed record FunctionGroup(string Name, ImmutableArray<Function> Functions);

/// <summary>
/// Divides large programs, so that little is recompiled after an edit of a rule, and several processors can compile one module.
/// </summary>
internal static class FunctionGroups
{
    // Compiling a smaller program takes no longer than division would save, and LLVM sees the whole of it.
    private const int LeastToDivide = 64;
    private const int Least = 8;
    private const int Usual = 16;
    private const int Most = 48;

    /// <summary>The groups of a program; a single one if it is small.</summary>
    /// <remarks>
    /// Functions that call each other stay together up to a size, and so do neighbours, which often call each other. The name of the next
    /// function decides where a group ends, not a count, so adding or removing a function does not move the ends of other groups.
    /// </remarks>
    public static ImmutableArray<FunctionGroup> Of(Program program)
    {
        var functions = program.Functions;
        if (functions.Length < LeastToDivide) return [new("", functions)];
        var positions = functions.Select((f, i) => (f, i)).ToDictionary(x => x.f, x => x.i);
        var components = CallGraph.Components(program.Definitions)
            .Select(c => c.OrderBy(f => positions[f]).ToList())
            .SelectMany(c => c.Count <= Most ? [c] : c.Select(f => new List<Function> { f }))
            .OrderBy(c => positions[c[0]]);
        var groups = ImmutableArray.CreateBuilder<FunctionGroup>();
        var names = new HashSet<string>();
        var group = ImmutableArray.CreateBuilder<Function>();
        foreach (var component in components)
        {
            bool ends = group.Count + component.Count > Most || group.Count >= Least && Hash(component[0].Name) % (Usual - Least) == 0;
            if (ends && group.Count > 0) End();
            group.AddRange(component);
        }

        End();
        return groups.ToImmutable();

        void End()
        {
            uint hash = Hash(group[0].Name);
            while (!names.Add(Hex(hash))) hash++;
            groups.Add(new(Hex(hash), group.ToImmutable()));
            group.Clear();
        }
    }

    private static string Hex(uint value) => value.ToString("x8", CultureInfo.InvariantCulture);

    // FNV-1a (Fowler, Noll, Vo).
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text) hash = unchecked((hash ^ c) * 16777619);
        return hash;
    }
}
