using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Rewright.Emit.Llvm;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Model;

namespace Rewright.Generators.Checking;

/// <summary>
/// The lines of rules and symbols, for debug information. No other part of the generator knows lines, so moved lines regenerate nothing.
/// </summary>
internal static class DebugPlaces
{
    /// <summary>The places in all modules of a project.</summary>
    public static EquatableArray<SourcePlace> Of(
        Compilation compilation, ImmutableArray<ModuleDeclaration> modules, CancellationToken cancellation)
        => modules.Select(m => m.Name).Distinct().SelectMany(name =>
        {
            var types = compilation.GetSymbolsWithName(name.Substring(name.LastIndexOf('.') + 1), SymbolFilter.Type, cancellation);
            return types.OfType<INamedTypeSymbol>().Where(t => Roles.FullName(t) == name).SelectMany(
                t => t.GetMembers().OfType<IMethodSymbol>())
                .Select(m => PlaceOf(m, name, compilation)).OfType<SourcePlace>();
        }).ToEquatableArray();

    /// <summary>The places that the debug information of a module may name.</summary>
    public static EquatableArray<SourcePlace> For(CheckedModule module, EquatableArray<SourcePlace> places)
        => places.Count == 0 || module.Module is not { } m ? EquatableArray<SourcePlace>.Empty
            : places.Where(p => m.Closure.Any(used => used.Name == p.Module)).ToEquatableArray();

    private static SourcePlace? PlaceOf(IMethodSymbol method, string module, Compilation compilation)
    {
        if (method.Locations.FirstOrDefault(l => l.IsInSource) is not { } location) return null;
        var span = location.GetMappedLineSpan();
        // Paths like those of [CallerFilePath] and the assembly's debug information: reproducible builds map them.
        string file = compilation.Options.SourceReferenceResolver?.NormalizePath(span.Path, baseFilePath: null) ?? span.Path;
        return new SourcePlace(module, method.Name, file, span.StartLinePosition.Line + 1);
    }
}
