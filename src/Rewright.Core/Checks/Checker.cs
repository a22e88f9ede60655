using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Checks;

/// <summary>What checking a module gave.</summary>
/// <param name="Module">The module, null where it or a module that it uses has an error.</param>
/// <param name="Declarations">What could be read of it, with or without errors: enough to know its names.</param>
/// <param name="Diagnostics">Everything found, in order of position.</param>
public sealed record CheckResult(Module? Module, Module Declarations, ImmutableArray<ModuleDiagnostic> Diagnostics);

/// <summary>Turns what the user wrote into a <see cref="Module"/>: names, sorts, then rules against each other.</summary>
public static class Checker
{
    /// <summary>Checks one module.</summary>
    /// <param name="syntax">As written.</param>
    /// <param name="resolve">Finds a used module by its full name.</param>
    public static CheckResult Check(ModuleSyntax syntax, Func<string, Module?> resolve)
    {
        var binder = new Binder(syntax, resolve);
        var module = binder.Bind();
        var diagnostics = binder.Diagnostics;
        diagnostics.AddRange(RuleChecks.Check(module, binder.Places, complete: !HasErrors(diagnostics)));
        diagnostics.Sort((a, b) => a.Span.Start != b.Span.Start ? a.Span.Start.CompareTo(b.Span.Start) : string.CompareOrdinal(a.Kind.Id, b.Kind.Id));
        return new CheckResult(HasErrors(diagnostics) ? null : module, module, diagnostics.ToImmutableArray());
    }

    /// <summary>Checks modules that may use each other and others besides. The results come in the order of the modules given.</summary>
    /// <param name="modules">As written; full names are unique.</param>
    /// <param name="external">Finds a module that is not among them.</param>
    public static ImmutableArray<CheckResult> CheckAll(IReadOnlyList<ModuleSyntax> modules, Func<string, Module?> external)
    {
        var results = new CheckResult?[modules.Count];
        var path = new List<int>();
        var indices = new Dictionary<string, int>();
        for (int i = 0; i < modules.Count; i++) indices[modules[i].Name] = i;

        CheckResult Visit(int index)
        {
            if (results[index] is { } known) return known;
            path.Add(index);
            var syntax = modules[index];
            var cycles = new List<ModuleDiagnostic>();
            bool usesBroken = false;
            foreach (var use in syntax.Uses)
            {
                if (!indices.TryGetValue(use.Text, out int target)) continue;
                int start = path.IndexOf(target);
                if (start < 0)
                {
                    usesBroken |= Visit(target).Module is null;
                    continue;
                }

                cycles.Add(new(DiagnosticKinds.ModuleCycle, use.Span, string.Join(" -> ", path.Skip(start).Append(target).Select(i => modules[i].Name))));
                syntax = syntax with { Uses = syntax.Uses.Where(u => u.Text != use.Text).ToEquatableArray() };
            }

            var result = Check(syntax, name => indices.TryGetValue(name, out int i) ? results[i]!.Declarations : external(name));
            // A module that uses a broken one cannot be compiled, but the mistake is not its own.
            if (usesBroken || cycles.Count > 0) result = result with { Module = null, Diagnostics = result.Diagnostics.AddRange(cycles) };
            path.RemoveAt(path.Count - 1);
            return results[index] = result;
        }

        return Enumerable.Range(0, modules.Count).Select(Visit).ToImmutableArray();
    }

    private static bool HasErrors(IEnumerable<ModuleDiagnostic> diagnostics) => diagnostics.Any(d => d.Kind.Severity == Severity.Error);
}
