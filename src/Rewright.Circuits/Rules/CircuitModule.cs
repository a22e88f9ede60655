using System.Collections.Immutable;
using System.Linq;
using Rewright.Checks;
using Rewright.Quantum;
using Rewright.Quantum.Rules;

namespace Rewright;

/// <summary>The circuit part of modules; <see cref="Module"/> itself knows only terms.</summary>
/// <example><code>
/// var module = Module.Parse("rule HH: [H(q), H(q)] -> []");
/// CircuitRule rule = module.CircuitRules[0];
/// </code></example>
/// <threadsafety>All members are thread-safe.</threadsafety>
public static class CircuitModule
{
    extension(Module module)
    {
        /// <summary>The circuit rules declared in this module.</summary>
        /// <exception cref="ModuleException">A circuit rule has a mistake or does not hold.</exception>
        public ImmutableArray<CircuitRule> CircuitRules => Valid(module).Rules;

        /// <summary>The passes that an optimiser of circuits may run.</summary>
        /// <exception cref="ModuleException">A circuit rule has a mistake, or a pass does not exist.</exception>
        public ImmutableArray<CircuitPass> Passes => Valid(module).Passes;
    }

    /// <summary>Checks and proves the circuit rules, after the rest of the module has been checked.</summary>
    /// <param name="result">The result of <see cref="Module.Check(string, string, Module[])"/>.</param>
    /// <returns>The result with additional diagnostics; without the module if one is an error.</returns>
    public static CheckResult CheckCircuits(this CheckResult result)
    {
        var found = CircuitDeclarations.Of(result.Declarations).Diagnostics;
        if (found.Count == 0) return result;
        bool isBroken = found.Any(d => d.Kind.Severity == Severity.Error);
        return new(
            isBroken ? null : result.Module, result.Declarations, DiagnosticList.Capped(result.Diagnostics.Concat(found)));
    }

    private static CircuitDeclarations Valid(Module module)
    {
        var declarations = CircuitDeclarations.Of(module);
        if (declarations.Diagnostics.Any(d => d.Kind.Severity == Severity.Error))
            throw new ModuleException(DiagnosticList.Capped(declarations.Diagnostics));
        return declarations;
    }
}
