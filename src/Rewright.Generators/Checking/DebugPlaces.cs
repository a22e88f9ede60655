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
/// Lines of rules and symbols, for debug information. Nothing else of the generator knows lines, so that moved ones make nothing anew.
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

    /// <summary>Those that debug information of a module may name.</summary>
    public static EquatableArray<SourcePlace> For(CheckedModule module, EquatableArray<SourcePlace> places)
        => places.Count == 0 || module.Module is not { } m ? EquatableArray<SourcePlace>.Empty
            : places.Where(p => m.Closure.Any(used => used.Name == p.Module)).ToEquatableArray();

    private static SourcePlace? PlaceOf(IMethodSymbol method, string module, Compilation compilation)
    {
        if (method.Locations.FirstOrDefault(l => l.IsInSource) is not { } location) return null;
        var span = location.GetMappedLineSpan();
        // As [CallerFilePath] and the assembly's own debug information have it: builds that are to be the same everywhere map paths.
        string file = compilation.Options.SourceReferenceResolver?.NormalizePath(span.Path, baseFilePath: null) ?? span.Path;
        return new SourcePlace(module, method.Name, file, span.StartLinePosition.Line + 1);
    }
}
