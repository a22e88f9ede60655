using System.Collections.Immutable;

namespace Rewright.Checks;

/// <summary>What checking a module gave.</summary>
/// <param name="Module">The module, null where it or a module that it uses has an error.</param>
/// <param name="Declarations">What could be read of it, with or without errors: enough to know its names.</param>
/// <param name="Diagnostics">Everything found, in order of position.</param>
public sealed record CheckResult(Module? Module, Module Declarations, ImmutableArray<ModuleDiagnostic> Diagnostics);
