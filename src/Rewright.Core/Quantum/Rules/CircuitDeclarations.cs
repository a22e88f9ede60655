using System;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Bind;
using Rewright.Checks;
using Rewright.Text;

namespace Rewright.Quantum.Rules;

/// <summary>What a module declares of circuits.</summary>
/// <param name="Rules">Which circuits may stand for each other.</param>
/// <param name="Passes">What else an optimiser may do.</param>
internal sealed record CircuitDeclarations(ImmutableArray<CircuitRule> Rules, ImmutableArray<CircuitPass> Passes)
{
    /// <summary>The declarations as lines of <c>.rw</c> text.</summary>
    public ImmutableArray<string> Lines => [.. Rules.Select(CircuitText.Declaration), .. Passes.Select(p => "pass " + p)];

    /// <summary>Binds the rules between circuits and the passes of a module, after its other declarations.</summary>
    /// <param name="syntax">The module.</param>
    /// <param name="binder">What has bound the rest; mistakes are reported to it.</param>
    public static CircuitDeclarations Bind(ModuleSyntax syntax, Binder binder)
    {
        var rules = ImmutableArray.CreateBuilder<CircuitRule>();
        foreach (var pattern in syntax.Patterns)
        {
            // Another rule of the name is reported already.
            if (!pattern.IsBetweenCircuits || !binder.Places.Patterns[pattern.Name].Equals(pattern.Span)) continue;
            if (new CircuitBinder(binder, pattern).Bind() is { } rule) rules.Add(rule);
        }

        return new(rules.ToImmutable(), BindPasses(syntax, binder));
    }

    private static ImmutableArray<CircuitPass> BindPasses(ModuleSyntax module, Binder binder)
    {
        var passes = ImmutableArray.CreateBuilder<CircuitPass>();
        // Not numbers, which Enum.Parse takes too.
        string[] names = Enum.GetNames(typeof(CircuitPass));
        foreach (var syntax in module.Passes)
        {
            int index = Array.IndexOf(names, syntax.Text);
            if (index < 0) binder.Report(DiagnosticKinds.UnknownPass, syntax.Span, syntax.Text, NearNames.Hint(syntax.Text, names));
            else if (!passes.Contains((CircuitPass)index)) passes.Add((CircuitPass)index);
        }

        return passes.ToImmutable();
    }
}
