using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Quantum.Rules;

/// <summary>What a module declares of circuits, bound and proved.</summary>
internal sealed class CircuitDeclarations
{
    private static readonly ConditionalWeakTable<Module, CircuitDeclarations> Known = new();
    // Not numbers, which Enum.Parse takes too.
    private static readonly string[] PassNames = Enum.GetNames(typeof(CircuitPass));

    private readonly List<ModuleDiagnostic> _diagnostics = [];

    private CircuitDeclarations(ModuleSyntax syntax)
    {
        Rules = [.. BindRules(syntax)];
        Passes = [.. BindPasses(syntax).Distinct()];
    }

    /// <summary>Which circuits may stand for each other.</summary>
    public ImmutableArray<CircuitRule> Rules { get; }

    /// <summary>What else an optimiser may do.</summary>
    public ImmutableArray<CircuitPass> Passes { get; }

    /// <summary>What is wrong with them.</summary>
    public IReadOnlyList<ModuleDiagnostic> Diagnostics => _diagnostics;

    /// <summary>Those of a module; the same object each time.</summary>
    public static CircuitDeclarations Of(Module module) => Known.GetValue(module, m => new(m.Syntax));

    private IEnumerable<CircuitRule> BindRules(ModuleSyntax module)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in module.Patterns)
        {
            // Another rule of the name is reported already.
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
