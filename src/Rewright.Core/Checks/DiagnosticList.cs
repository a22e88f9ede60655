using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>Sorts diagnostics, and shortens lists that are too long to read.</summary>
public static class DiagnosticList
{
    /// <summary>The most errors, and the most warnings, to list for one text.</summary>
    public const int MaxListed = 1000;

    /// <summary>Sorts diagnostics by file and place.</summary>
    public static ImmutableArray<ModuleDiagnostic> InOrder(IEnumerable<ModuleDiagnostic> diagnostics)
        => diagnostics.OrderBy(d => d.Span.File, StringComparer.Ordinal).ThenBy(d => d.Span.Start).ThenBy(
            d => d.Kind.Id, StringComparer.Ordinal).ToImmutableArray();

    /// <summary>
    /// Sorts diagnostics by file and place, and shortens the list: it keeps the first errors, then the first of the rest, and adds a
    /// diagnostic with the number left out.
    /// </summary>
    public static ImmutableArray<ModuleDiagnostic> Capped(IEnumerable<ModuleDiagnostic> diagnostics)
    {
        var all = InOrder(diagnostics);
        if (all.Length <= MaxListed) return all;
        var errors = all.Where(d => d.Kind.Severity == Severity.Error).ToList();
        var others = all.Where(d => d.Kind.Severity != Severity.Error).ToList();
        return [.. Capped(errors, DiagnosticKinds.MoreErrors), .. Capped(others, DiagnosticKinds.MoreWarnings)];
    }

    private static IEnumerable<ModuleDiagnostic> Capped(List<ModuleDiagnostic> diagnostics, DiagnosticKind kind)
        => diagnostics.Count <= MaxListed ? diagnostics
            : diagnostics.Take(MaxListed).Append(new(kind, diagnostics[MaxListed].Span, InvariantText.Of(diagnostics.Count - MaxListed)));
}
