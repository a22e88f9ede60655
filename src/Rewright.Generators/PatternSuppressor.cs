using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rewright.Generators.Reading;

namespace Rewright.Generators;

/// <summary>Suppresses diagnostics that call patterns unused: no code calls them, because they are rules.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PatternSuppressor : DiagnosticSuppressor
{
    private const string Reason = "A [Pattern] method is read by Rewright when the project is built, and is never called.";

    private static readonly ImmutableDictionary<string, SuppressionDescriptor> Suppressions =
        new[] { "IDE0051", "CA1811", "RCS1213", "S1144" }.ToImmutableDictionary(
            id => id, id => new SuppressionDescriptor("RWS" + id, id, Reason));

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = Suppressions.Values.ToImmutableArray();

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree) continue;
            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            if (context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken) is { } symbol
                && Roles.Of(symbol).Contains(Role.Pattern))
                context.ReportSuppression(Suppression.Create(Suppressions[diagnostic.Id], diagnostic));
        }
    }
}
