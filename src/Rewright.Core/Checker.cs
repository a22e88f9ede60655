using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Analysis;
using Rewright.Bind;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;

namespace Rewright;

/// <summary>Turns a user's declarations into a <see cref="Module"/>: resolves names, checks sorts, then rules against each other.</summary>
public static class Checker
{
    /// <summary>Checks one module.</summary>
    /// <param name="syntax">The module as written.</param>
    /// <param name="resolve">Finds a used module by its full name.</param>
    /// <param name="cancellation">Stops the check.</param>
    public static CheckResult Check(ModuleSyntax syntax, Func<string, Module?> resolve, CancellationToken cancellation = default)
        => Check(syntax, resolve, found: [], usesBroken: false, cancellation);

    /// <summary>Only resolves names and checks sorts; null if there are mistakes.</summary>
    /// <param name="syntax">The module as written.</param>
    /// <param name="resolve">Finds a used module by its full name.</param>
    public static Module? Bind(ModuleSyntax syntax, Func<string, Module?> resolve)
    {
        var binder = new Binder(syntax, resolve, namesAreMissing: false, CancellationToken.None);
        var module = new Module(binder.Bind(), syntax);
        return HasErrors(binder.Diagnostics) ? null : module;
    }

    private static CheckResult Check(
        ModuleSyntax syntax, Func<string, Module?> resolve, IReadOnlyList<ModuleDiagnostic> found, bool usesBroken,
        CancellationToken cancellation)
    {
        var binder = new Binder(syntax, resolve, namesAreMissing: syntax.LacksNames || found.Count > 0 || usesBroken, cancellation);
        var parts = binder.Bind();
        var module = new Module(parts, syntax);
        bool broken = syntax.LacksDeclarations || usesBroken || found.Count > 0;
        var diagnostics = found.Concat(binder.Diagnostics).ToList();
        diagnostics.AddRange(RuleChecks.Check(module, binder.Places, complete: !broken && !HasErrors(diagnostics), cancellation));
        return new CheckResult(broken || HasErrors(diagnostics) ? null : module, module, DiagnosticList.InOrder(diagnostics));
    }

    /// <summary>Checks modules that may use each other and other modules. The results are in the order of the given modules.</summary>
    /// <param name="modules">The modules as written. If two have the same name, others use the first.</param>
    /// <param name="external">Finds a module that is not among them.</param>
    /// <param name="cancellation">Stops the check.</param>
    public static ImmutableArray<CheckResult> CheckAll(
        IReadOnlyList<ModuleSyntax> modules, Func<string, Module?> external, CancellationToken cancellation = default)
    {
        var results = new CheckResult?[modules.Count];
        var path = new List<int>();
        var indices = new Dictionary<string, int>();
        for (int i = modules.Count - 1; i >= 0; i--) indices[modules[i].Name] = i;

        CheckResult Visit(int index)
        {
            if (results[index] is { } known) return known;
            path.Add(index);
            var syntax = modules[index];
            var found = new List<ModuleDiagnostic>();
            if (syntax.Name.Length > 0 && indices[syntax.Name] is var first && first != index)
                found.Add(new(DiagnosticKinds.Duplicate, syntax.Span, EquatableArray.Of(syntax.Name),
                    EquatableArray.Of(modules[first].Span)));
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

                found.Add(new(DiagnosticKinds.ModuleCycle, use.Span,
                    string.Join(" -> ", path.Skip(start).Append(target).Select(i => modules[i].Name))));
                syntax = syntax with { Uses = syntax.Uses.Where(u => u.Text != use.Text).ToEquatableArray() };
            }

            // A module that uses a broken one cannot be compiled, but the broken one gets the report.
            var result = Check(syntax, name => indices.TryGetValue(name, out int i) ? results[i]!.Declarations : external(name), found,
                usesBroken, cancellation);
            path.RemoveAt(path.Count - 1);
            return results[index] = result;
        }

        return Enumerable.Range(0, modules.Count).Select(Visit).ToImmutableArray();
    }

    private static bool HasErrors(IEnumerable<ModuleDiagnostic> diagnostics) => diagnostics.Any(d => d.Kind.Severity == Severity.Error);
}
