using System.Collections.Immutable;

namespace Rewright.Checks;

/// <summary>The result of checking a module.</summary>
/// <param name="Module">The module; null if it or a module that it uses has an error.</param>
/// <param name="Declarations">The parts that could be read, with or without errors: enough to know their names.</param>
/// <param name="Diagnostics">All diagnostics, in order of position.</param>
public sealed record CheckResult(Module? Module, Module Declarations, ImmutableArray<ModuleDiagnostic> Diagnostics);
