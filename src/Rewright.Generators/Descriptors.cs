using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Rewright.Checks;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;

namespace Rewright.Generators;

/// <summary>The compiler's descriptors for our kinds of diagnostics.</summary>
internal static class Descriptors
{
    private static readonly Dictionary<string,
        DiagnosticDescriptor> ById = DiagnosticKinds.All.Concat(DeclarationKinds.All).Concat(ProofKinds.All).ToDictionary(k => k.Id, Make);

    /// <summary>All descriptors, by id.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = ById.Values.OrderBy(
        d => d.Id, System.StringComparer.Ordinal).ToImmutableArray();

    /// <summary>The descriptor of a kind.</summary>
    public static DiagnosticDescriptor Of(DiagnosticKind kind) => ById[kind.Id];

    private static DiagnosticDescriptor Make(DiagnosticKind kind) => new(
        kind.Id,
        kind.Title,
        kind.Message,
        "Rewright",
        kind.Severity switch
        {
            Severity.Error => DiagnosticSeverity.Error,
            Severity.Warning => DiagnosticSeverity.Warning,
            _ => DiagnosticSeverity.Info,
        },
        isEnabledByDefault: true,
        helpLinkUri: kind.HelpLink);
}
