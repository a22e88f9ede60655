using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Emit.CSharp;
using Rewright.Generators.Reading;
using Rewright.Model;

namespace Rewright.Generators.Checking;

/// <summary>A module with all modules of the same project that it uses, directly or indirectly: everything its check depends on.</summary>
/// <param name="Target">The module.</param>
/// <param name="FileStem">The beginning of the names of its files; unique even if case is ignored.</param>
/// <param name="Used">The other modules, in ordinal order of their names.</param>
internal sealed record ModuleClosure(ModuleDeclaration Target, string FileStem, EquatableArray<ModuleDeclaration> Used)
{
    /// <summary>The declarations of these modules as C# sees them.</summary>
    public ImmutableArray<ModuleShape> Shapes => [.. Used.Append(Target).Select(m => m.Shape).OfType<ModuleShape>()];

    /// <summary>The closures of all modules of a project, in ordinal order of their names.</summary>
    public static ImmutableArray<ModuleClosure> OfAll(ImmutableArray<ModuleDeclaration> modules, CancellationToken cancellation)
    {
        var ordered = modules.OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        var byName = new Dictionary<string, ModuleDeclaration>();
        foreach (var module in ordered)
            if (!byName.ContainsKey(module.Name)) byName.Add(module.Name, module);

        var stems = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var closures = ImmutableArray.CreateBuilder<ModuleClosure>(ordered.Count);
        foreach (var module in ordered)
        {
            cancellation.ThrowIfCancellationRequested();
            closures.Add(Of(module, UniqueStem(module.Name, stems), byName));
        }

        return closures.ToImmutable();
    }

    /// <summary>The closure of one module.</summary>
    public static ModuleClosure Of(ModuleDeclaration module, string stem, IReadOnlyDictionary<string, ModuleDeclaration> modules)
    {
        var used = new SortedDictionary<string, ModuleDeclaration>(StringComparer.Ordinal);
        var open = new Stack<ModuleDeclaration>([module]);
        while (open.Count > 0)
        {
            foreach (var use in open.Pop().Syntax.Uses)
            {
                if (use.Text == module.Name || used.ContainsKey(use.Text) || !modules.TryGetValue(use.Text, out var found)) continue;
                used.Add(use.Text, found);
                open.Push(found);
            }
        }

        return new ModuleClosure(module, stem, used.Values.ToEquatableArray());
    }

    private static string UniqueStem(string name, HashSet<string> taken)
    {
        string plain = string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' ? c : '_'));
        string stem = plain;
        for (int i = 2; !taken.Add(stem); i++) stem = plain + "-" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return stem;
    }
}
