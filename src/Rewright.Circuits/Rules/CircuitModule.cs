using System.Collections.Immutable;
using System.Linq;
using Rewright.Checks;
using Rewright.Quantum;
using Rewright.Quantum.Rules;

namespace Rewright;

/// <summary>What modules say of circuits. <see cref="Module"/> itself knows terms only.</summary>
/// <example><code>
/// var module = Module.Parse("rule HH: [H(q), H(q)] -> []");
/// CircuitRule rule = module.CircuitRules[0];
/// </code></example>
/// <threadsafety>All members are safe to use from several threads.</threadsafety>
public static class CircuitModule
{
    extension(Module module)
    {
        /// <summary>The patterns declared here that say what circuits may stand for each other.</summary>
        /// <exception cref="ModuleException">One of them has a mistake, or does not hold.</exception>
        public ImmutableArray<CircuitRule> CircuitRules => Valid(module).Rules;

        /// <summary>What else an optimiser of circuits may do.</summary>
        /// <exception cref="ModuleException">The circuit rules have a mistake, or there is no such pass.</exception>
        public ImmutableArray<CircuitPass> Passes => Valid(module).Passes;
    }

    /// <summary>Checks and proves the rules between circuits, after the rest of the module has been checked.</summary>
    /// <param name="result">What <see cref="Module.Check(string, string, Module[])"/> gave.</param>
    /// <returns>The result with what was found in addition; without the module if that is an error.</returns>
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
