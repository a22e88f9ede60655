using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Quantum.Rules;

/// <summary>The circuit declarations of a module, bound and proved.</summary>
internal sealed class CircuitDeclarations
{
    private static readonly ConditionalWeakTable<Module, CircuitDeclarations> Known = new();
    // The names only, because Enum.Parse accepts numbers too.
    private static readonly string[] PassNames = Enum.GetNames(typeof(CircuitPass));

    private readonly List<ModuleDiagnostic> _diagnostics = [];

    private CircuitDeclarations(ModuleSyntax syntax)
    {
        Rules = [.. BindRules(syntax)];
        Passes = [.. BindPasses(syntax).Distinct()];
    }

    /// <summary>The circuit rules.</summary>
    public ImmutableArray<CircuitRule> Rules { get; }

    /// <summary>The passes that an optimiser may run.</summary>
    public ImmutableArray<CircuitPass> Passes { get; }

    /// <summary>The mistakes in the declarations.</summary>
    public IReadOnlyList<ModuleDiagnostic> Diagnostics => _diagnostics;

    /// <summary>The declarations of a module; always the same object.</summary>
    public static CircuitDeclarations Of(Module module) => Known.GetValue(module, m => new(m.Syntax));

    private IEnumerable<CircuitRule> BindRules(ModuleSyntax module)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in module.Patterns)
        {
            // A second rule with this name is already reported.
            if (!names.Add(pattern.Name) || !pattern.IsBetweenCircuits) continue;
            if (new CircuitBinder(pattern, _diagnostics).Bind() is not { } rule) continue;
            if (Fault(rule, pattern.Span) is { } fault) _diagnostics.Add(fault);
            yield return rule;
        }
    }

    private static ModuleDiagnostic? Fault(CircuitRule rule, SourceSpan place) => rule.Proof switch
    {
        Refuted refuted => new(DiagnosticKinds.WrongCircuitRule, place, rule.Name, refuted.Counterexample),
        ProvedUpToPhase proved when !rule.UpToPhase => new(DiagnosticKinds.UndeclaredPhase, place, rule.Name, proved.Phase.ToString()),
        NotProved open => new(DiagnosticKinds.UnprovedCircuitRule, place, rule.Name, open.Reason),
        _ => null,
    };

    private IEnumerable<CircuitPass> BindPasses(ModuleSyntax module)
    {
        foreach (var syntax in module.Passes)
        {
            int index = Array.IndexOf(PassNames, syntax.Text);
            if (index >= 0) yield return (CircuitPass)index;
            else _diagnostics.Add(new(DiagnosticKinds.UnknownPass, syntax.Span, syntax.Text, NearNames.Hint(syntax.Text, PassNames)));
        }
    }
}
