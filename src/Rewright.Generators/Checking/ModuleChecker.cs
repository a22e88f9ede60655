using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Rewright.Checks;
using Rewright.Generators.Reading;
using Rewright.Model;

namespace Rewright.Generators.Checking;

/// <summary>A module that was read and checked.</summary>
/// <param name="Declaration">What was read.</param>
/// <param name="FileStem">What the names of its files start with.</param>
/// <param name="Module">The module, null where it, or one that it uses, has an error.</param>
/// <param name="Diagnostics">Everything found, in the declarations and in the module.</param>
/// <param name="UsesBroken">True where a module that it uses has an error.</param>
internal sealed record CheckedModule(
    ModuleDeclaration Declaration,
    string FileStem,
    Module? Module,
    EquatableArray<ModuleDiagnostic> Diagnostics,
    bool UsesBroken)
{
    /// <summary>The first error in words, null where there is none.</summary>
    public string? Fault => Module is not null ? null
        : Diagnostics.FirstOrDefault(d => d.Kind.Severity == Severity.Error) is { } first ? first.Kind.Id + ": " + first.Message
        : UsesBroken ? "A module that it uses has errors."
        : "The C# compiler reports them.";
}

/// <summary>Checks modules that were read from C#. Generator and analyzers both go through here.</summary>
internal static class ModuleChecker
{
    // Models of other assemblies stay the same from one key stroke to the next, down to the string.
    private static readonly ConditionalWeakTable<string, Module> ExternalModules = new();

    /// <summary>Checks a module.</summary>
    public static CheckedModule Check(ModuleClosure closure, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var target = closure.Target;
        var diagnostics = new List<ModuleDiagnostic>(target.Problems);
        try
        {
            var externals = new Dictionary<string, Module>();
            foreach (var external in closure.Used.Append(target).SelectMany(m => m.External))
            {
                if (externals.ContainsKey(external.Name)) continue;
                if (Load(external, externals) is { } module) externals.Add(external.Name, module);
                else diagnostics.Add(new(DeclarationKinds.NoModel, target.Syntax.Uses.FirstOrDefault(u => u.Text == external.Name)?.Span ?? target.Syntax.Span, external.Name));
            }

            var modules = closure.Used.Append(target).Select(m => m.Syntax).ToList();
            var results = Checker.CheckAll(modules, name => externals.TryGetValue(name, out var module) ? module : null);
            var result = results[results.Length - 1];
            bool usesBroken = closure.Used.Any(IsFaulty) || results.Take(results.Length - 1).Any(r => r.Module is null);
            bool isFaulty = usesBroken || IsFaulty(target) || diagnostics.Any(d => d.Kind.Severity == Severity.Error);
            diagnostics.AddRange(result.Diagnostics.Where(d => !IsConsequence(d, closure, isFaulty)));
            return new CheckedModule(target, closure.FileStem, isFaulty ? null : result.Module, diagnostics.ToEquatableArray(), usesBroken);
        }
#pragma warning disable CA1031 // A mistake of ours must not take the other modules with it, nor the editor.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            diagnostics.Add(new(DeclarationKinds.InternalError, target.Syntax.Span, target.Name, e.GetType().Name + ": " + e.Message));
            return new CheckedModule(target, closure.FileStem, null, diagnostics.ToEquatableArray(), UsesBroken: false);
        }
    }

    private static bool IsFaulty(ModuleDeclaration declaration) => declaration.IsBroken || declaration.Problems.Any(p => p.Kind.Severity == Severity.Error);

    // Where declarations are left out, others seem to be wrong; what C# names exists somewhere.
    private static bool IsConsequence(ModuleDiagnostic diagnostic, ModuleClosure closure, bool isFaulty)
    {
        var kind = diagnostic.Kind;
        if (isFaulty && (kind == DiagnosticKinds.NotExhaustive || kind == DiagnosticKinds.EmptyGroup || kind == DiagnosticKinds.EmptySort
            || kind == DiagnosticKinds.UnknownModule)) return true;
        if (kind != DiagnosticKinds.UnknownSymbol && kind != DiagnosticKinds.UnknownSort) return false;
        string name = diagnostic.Arguments[0].Substring(diagnostic.Arguments[0].LastIndexOf('.') + 1);
        return isFaulty || closure.Used.Append(closure.Target).Select(m => m.Syntax).Any(m => m.Operations.Any(o => o.Name == name)
            || m.Sorts.Any(s => s.Name == name || s.Constructors.Any(c => c.Name == name)));
    }

    private static Module? Load(ExternalModule external, Dictionary<string, Module> loaded)
    {
        if (ExternalModules.TryGetValue(external.Text, out var known)
            && known.Uses.All(u => loaded.TryGetValue(u.Name, out var current) && ReferenceEquals(u, current)))
            return known;
        if (Module.Check(external.Text, "", [.. loaded.Values]).Module is not { } module) return null;
        ExternalModules.Remove(external.Text);
        return ExternalModules.GetValue(external.Text, _ => module);
    }
}
