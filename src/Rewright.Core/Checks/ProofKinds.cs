using System.Collections.Immutable;
using static Rewright.Checks.Severity;

namespace Rewright.Checks;

/// <summary>Every kind of diagnostic of proofs and of checks of whole rule sets. <c>docs/diagnostics/</c> has a page for each.</summary>
public static class ProofKinds
{
    /// <summary>A rule that a counterexample refutes.</summary>
    public static readonly DiagnosticKind Refuted = new("RW0301", Error, "Rule is wrong", "'{0}' is wrong: {1}{2}");

    /// <summary>A rule that was neither proved nor refuted.</summary>
    public static readonly DiagnosticKind NotProved = new("RW0302", Warning, "Rule is not proved", "'{0}' is not proved: {1}");

    /// <summary>A rule that the user declares to be right.</summary>
    public static readonly DiagnosticKind Assumed = new("RW0303", Info, "Rule is assumed", "'{0}' is assumed to be right: {1}");

    /// <summary>Rules without a termination proof.</summary>
    public static readonly DiagnosticKind TerminationNotShown = new("RW0311", Info, "Termination is not shown",
        "It is not shown that rewriting by {0} terminates: {1}");

    /// <summary>A term to which rewriting leads back.</summary>
    public static readonly DiagnosticKind Loop = new("RW0312", Warning, "Rules loop", "Rewriting by {0} need not end: {1}");

    /// <summary>Two ways to rewrite a term whose results do not join within a few steps.</summary>
    public static readonly DiagnosticKind NotConfluent = new("RW0313", Info, "Rules are not confluent",
        "'{0}' and '{1}' rewrite {2} to {3} and to {4}, for which no common result was found");

    /// <summary>Rules that make terms larger in each round.</summary>
    public static readonly DiagnosticKind Growth = new(
        "RW0314", Warning, "Rules make terms grow", "Rewriting by {0} can make terms larger each time: {1}");

    /// <summary>All kinds, by id.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } = [Refuted, NotProved, Assumed, TerminationNotShown, Loop, NotConfluent,
        Growth];
}
