using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Checks;
using Rewright.Emit.CSharp.Objects;
using Rewright.Generators.Reading;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Checking;

/// <summary>A module that was read and checked.</summary>
/// <param name="Declaration">The declaration as read.</param>
/// <param name="FileStem">The beginning of the names of its files.</param>
/// <param name="Module">The module; null if it, or a module that it uses, has an error.</param>
/// <param name="Diagnostics">All diagnostics of the declarations and the module.</param>
/// <param name="UsesBroken">True if a module that it uses has an error.</param>
internal sealed record CheckedModule(
    ModuleDeclaration Declaration,
    string FileStem,
    Module? Module,
    EquatableArray<ModuleDiagnostic> Diagnostics,
    bool UsesBroken)
{
    /// <summary>The text of the first error; null if there is none.</summary>
    public string? Fault => Module is not null ? null
        : Diagnostics.FirstOrDefault(d => d.Kind.Severity == Severity.Error) is { } first ? first.Kind.Id + ": " + first.Message
        : UsesBroken ? "A module that it uses has errors."
        : "The C# compiler reports them.";
}

/// <summary>
/// Checks modules that were read from C#. The generator and the analyzer both use it, one after the other for the same source.
/// </summary>
internal static class ModuleChecker
{
    // The models of other assemblies stay the same string objects from one keystroke to the next.
    private static readonly WeakMemo<string, Module> ExternalModules = new();
    private static readonly WeakMemo<ModuleSyntax, MemoisedCheck> Checks = new();

    // The checker's result for a module, given the modules around it.
    private sealed record MemoisedCheck(
        ImmutableArray<ModuleSyntax> Used, ImmutableArray<Module> External, CheckResult Result, bool UsesBroken);

    /// <summary>Checks a module.</summary>
    public static CheckedModule Check(ModuleClosure closure, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var target = closure.Target;
        var diagnostics = new List<ModuleDiagnostic>(target.Problems);
        try
        {
            var externals = LoadExternals(closure, diagnostics);
            var verdict = Check(target.Syntax, closure.Used.Select(m => m.Syntax).ToImmutableArray(), externals);
            bool usesBroken = verdict.UsesBroken || closure.Used.Any(IsFaulty);
            bool isFaulty = usesBroken || IsFaulty(target) || diagnostics.Any(d => d.Kind.Severity == Severity.Error);
            diagnostics.AddRange(verdict.Result.Diagnostics.Where(d => !IsConsequence(d, closure, isFaulty)));
            if (!isFaulty && ObstacleOnObjects(closure, verdict.Result.Module) is { } obstacle)
            {
                diagnostics.Add(obstacle);
                isFaulty = true;
            }

            return new CheckedModule(
                target, closure.FileStem, isFaulty ? null : verdict.Result.Module, diagnostics.ToEquatableArray(), usesBroken);
        }
#pragma warning disable CA1031 // A fault of ours must not affect other modules or the editor.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            diagnostics.Add(new(DeclarationKinds.InternalError, target.Syntax.Span, target.Name, e.GetType().Name + ": " + e.Message));
            return new CheckedModule(target, closure.FileStem, null, diagnostics.ToEquatableArray(), UsesBroken: false);
        }
    }

    private static ModuleDiagnostic? ObstacleOnObjects(ModuleClosure closure, Module? module)
    {
        if (module is null || closure.Target.Shape?.Methods.FirstOrDefault(m => m.IsOverObjects) is not { } method) return null;
        if (ObjectEmitter.ObstacleOf(module, closure.Shapes) is not { } obstacle) return null;
        var syntax = closure.Target.Syntax;
        var span = syntax.Operations.Where(o => o.Name == method.Name).Select(o => o.Span)
            .Concat(syntax.Normalizers.Where(n => n.Name == method.Name).Select(n => n.Span)).First();
        return new(DeclarationKinds.NotOnObjects, span, method.Name, obstacle);
    }

    private static MemoisedCheck Check(ModuleSyntax target, ImmutableArray<ModuleSyntax> used, ImmutableArray<Module> externals)
    {
        // Compare by reference: equal modules could have other positions.
        if (Checks[target] is { } known && AreSame(known.Used, used) && AreSame(known.External, externals)) return known;
        var results = Checker.CheckAll(used.Add(target), name => externals.FirstOrDefault(m => m.Name == name)).Select(
            r => r.CheckCircuits()).ToList();
        return Checks[target] = new MemoisedCheck(
            used, externals, results[used.Length], results.Take(used.Length).Any(r => r.Module is null));
    }

    private static bool AreSame<T>(ImmutableArray<T> left, ImmutableArray<T> right)
        where T : class
        => left.Length == right.Length && left.Zip(right, ReferenceEquals).All(same => same);

    private static bool IsFaulty(ModuleDeclaration declaration)
        => declaration.IsBroken || declaration.Problems.Any(p => p.Kind.Severity == Severity.Error);

    // If declarations are left out, other code seems wrong, but names that C# resolves do exist.
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

    private static ImmutableArray<Module> LoadExternals(ModuleClosure closure, List<ModuleDiagnostic> diagnostics)
    {
        var loaded = ImmutableArray.CreateBuilder<Module>();
        foreach (var external in closure.Used.Append(closure.Target).SelectMany(m => m.External).Distinct())
        {
            if (Load(external, loaded) is { } module) loaded.Add(module);
            else diagnostics.Add(
                new(DeclarationKinds.NoModel,
                closure.Target.Syntax.Uses.FirstOrDefault(u => u.Text == external.Name)?.Span ?? closure.Target.Syntax.Span,
                external.Name));
        }

        return loaded.ToImmutable();
    }

    private static Module? Load(ExternalModule external, IEnumerable<Module> loaded)
    {
        if (ExternalModules[external.Text] is { } known && known.Uses.All(u => loaded.Any(m => ReferenceEquals(m, u)))) return known;
        return Module.Check(external.Text, "", [.. loaded]).Module is { } module ? ExternalModules[external.Text] = module : null;
    }
}
