using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Checks;

namespace Rewright.Testing;

/// <summary>A module made from a seed. It prints as the <c>.rw</c> text from which it was read.</summary>
public sealed class RandomModule
{
    private RandomModule(int seed, string text, Module module) => (Seed, Text, Module) = (seed, text, module);

    /// <summary>The seed of the module.</summary>
    public int Seed { get; }

    /// <summary>The text of the module, one declaration per line.</summary>
    public string Text { get; }

    /// <summary>The module; it has no errors.</summary>
    public Module Module { get; }

    /// <summary>Makes a module, which is the same for the same seed and shape on every machine.</summary>
    /// <exception cref="InvalidOperationException">The module has an error that the generator should not allow.</exception>
    public static RandomModule Make(int seed, ModuleShape? shape = null)
    {
        var lines = new ModuleWriter(new Random(seed), shape ?? new ModuleShape()).Write();
        while (true)
        {
            string text = string.Join("\n", lines) + "\n";
            var result = Module.Check(text, "");
            if (result.Module is { } module) return new RandomModule(seed, text, module);
            // Rules are made independently of each other, so ambiguous and dead ones are removed.
            var errors = result.Diagnostics.Where(d => d.Kind.Severity == Severity.Error).ToList();
            if (errors.Find(e => e.Kind != DiagnosticKinds.AmbiguousRules && e.Kind != DiagnosticKinds.DeadRule) is { } unexpected)
                throw new InvalidOperationException(
                    "Seed " + seed.ToString(CultureInfo.InvariantCulture) + ": " + unexpected + "\n" + text);
            var wrong = errors.Select(e => e.Span.Line - 1).ToHashSet();
            lines = lines.Where((_, i) => !wrong.Contains(i)).ToList();
        }
    }

    /// <summary>Smaller modules: this one without one of its declarations or one condition of a rule.</summary>
    public IEnumerable<RandomModule> Shrink()
    {
        var lines = Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // The last declarations first, because no earlier one depends on them.
        for (int i = lines.Length - 1; i >= 0; i--)
        {
            foreach (string? line in Smaller(lines[i]))
            {
                string text = string.Join("\n", lines.Take(i).Concat(line is null ? [] : [line]).Concat(lines.Skip(i + 1))) + "\n";
                if (Module.Check(text, "").Module is { } module) yield return new RandomModule(Seed, text, module);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "# seed " + Seed.ToString(CultureInfo.InvariantCulture) + "\n" + Text;

    private static IEnumerable<string?> Smaller(string line)
    {
        yield return null;
        if (!line.StartsWith("rule ", StringComparison.Ordinal)) yield break;
        foreach (string keyword in new[] { " if ", " where " })
        {
            int condition = line.LastIndexOf(keyword, StringComparison.Ordinal);
            if (condition > 0) yield return line.Substring(0, condition);
        }
    }
}
