using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Rewright.Checks;
using Rewright.Quantum.Optimizing;

namespace Rewright.Quantum;

/// <summary>The proved rules and declared passes of an optimiser. Immutable.</summary>
public sealed class CircuitRuleSet
{
    private static readonly Lazy<CircuitRuleSet> LazyStandard = new(() =>
    {
        using var stream = typeof(CircuitRuleSet).Assembly.GetManifestResourceStream("standard.rw")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    });

    private readonly Lazy<CompiledRules> _compiled;

    /// <summary>Makes a set of rules and passes.</summary>
    /// <exception cref="ArgumentException">A rule is not proved.</exception>
    public CircuitRuleSet(IEnumerable<CircuitRule> rules, IEnumerable<CircuitPass> passes)
    {
        (Rules, Passes) = ([.. rules], [.. passes.Distinct()]);
        foreach (var rule in Rules)
            if (!rule.IsProved) throw new ArgumentException("The rule '" + rule.Name + "' is not proved.", nameof(rules));
        _compiled = new(() => new(this));
    }

    /// <summary>The empty set: an optimiser with it returns circuits unchanged.</summary>
    public static CircuitRuleSet Empty { get; } = new([], []);

    /// <summary>The default rules and passes, made for circuits of H, X, Rz, CX and Toffoli gates.</summary>
    public static CircuitRuleSet Standard => LazyStandard.Value;

    /// <summary>The rules.</summary>
    public ImmutableArray<CircuitRule> Rules { get; }

    /// <summary>The passes.</summary>
    public ImmutableArray<CircuitPass> Passes { get; }

    internal CompiledRules Compiled => _compiled.Value;

    /// <summary>The circuit rules and passes of a module and of those that it uses.</summary>
    public static CircuitRuleSet Of(Module module)
        => new(module.Closure.SelectMany(m => m.CircuitRules), module.Closure.SelectMany(m => m.Passes));

    /// <summary>Reads rules and passes from <c>.rw</c> text.</summary>
    /// <exception cref="ModuleException">The text has mistakes, or a rule is wrong.</exception>
    public static CircuitRuleSet Parse(string text) => Of(Module.Parse(text));
}
