using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;

namespace Rewright;

/// <summary>Sorts, symbols, patterns and normalizers that are compiled together. Immutable and safe to share between threads.</summary>
/// <example><code>
/// var peano = Module.Parse("""
///     sort Nat = Zero | Succ(Nat)
///     op Plus(Nat, Nat): Nat
///     rule PlusZero: Plus(Zero, y) -> y
///     rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
///     """);
/// </code></example>
public sealed class Module : ModuleDefinition, IEquatable<Module>
{
    internal Module(ModuleParts parts, ModuleSyntax syntax)
        : base(parts with { OtherLines = CircuitText.Lines(syntax) })
    {
        Syntax = syntax;
        Uses = AsModules(base.Uses);
    }

    /// <summary>The modules whose sorts and symbols this one uses.</summary>
    public new ImmutableArray<Module> Uses { get; }

    /// <summary>This module and all that it uses, directly or indirectly; used modules come before their users.</summary>
    public new ImmutableArray<Module> Closure => AsModules(base.Closure);

    /// <summary>The syntax that the module was bound from.</summary>
    public ModuleSyntax Syntax { get; }

    /// <summary>Reads a module from <c>.rw</c> text and checks it.</summary>
    /// <param name="text">The text; <c>docs/rw.md</c> is its reference.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <exception cref="ModuleException">The text has mistakes; each is listed with its line and column.</exception>
    public static Module Parse(string text, params Module[] known) => Parse(text, known, CancellationToken.None);

    /// <inheritdoc cref="Parse(string, Module[])"/>
    /// <param name="text">The text; <c>docs/rw.md</c> is its reference.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <param name="cancellation">Stops reading and checking.</param>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public static Module Parse(string text, IReadOnlyList<Module> known, CancellationToken cancellation)
    {
        var result = Check(text, "", known, cancellation);
        return result.Module ?? throw new ModuleException(result.Diagnostics);
    }

    /// <summary>Reads a module from <c>.rw</c> text and reports all diagnostics, including warnings.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The name of the text in diagnostics.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <returns>At most 1,000 errors and 1,000 warnings; if there are more, the last diagnostic says how many.</returns>
    public static CheckResult Check(string text, string file, params Module[] known) => Check(text, file, known, CancellationToken.None);

    /// <inheritdoc cref="Check(string, string, Module[])"/>
    /// <param name="text">The text.</param>
    /// <param name="file">The name of the text in diagnostics.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <param name="cancellation">Stops reading and checking.</param>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public static CheckResult Check(string text, string file, IReadOnlyList<Module> known, CancellationToken cancellation)
    {
        var (syntax, diagnostics) = Parser.ParseModule(text, file, cancellation);
        var result = Checker.Check(syntax, name => known.FirstOrDefault(m => m.Name == name), cancellation);
        return result with { Diagnostics = DiagnosticList.Capped(diagnostics.AddRange(result.Diagnostics)) };
    }

    /// <summary>Reads a module that a build has checked. Its rules are not compared with each other again.</summary>
    /// <param name="text">The text that the build wrote.</param>
    /// <param name="identity">The identity of the module at build time. A module with another identity is checked like any other
    /// text.</param>
    /// <param name="known">The modules that it uses.</param>
    /// <exception cref="ModuleException">The text is not the checked one and has mistakes.</exception>
    public static Module ParseChecked(string text, ModuleIdentity identity, IReadOnlyList<Module> known)
    {
        var (syntax, diagnostics) = Parser.ParseModule(text);
        if (diagnostics.IsEmpty && Checker.Bind(syntax, name => known.FirstOrDefault(m => m.Name == name)) is { } module
            && module.Identity == identity)
            return module;
        return Parse(text, known, CancellationToken.None);
    }

    /// <summary>Makes a new module with additional declarations; this one stays unchanged.</summary>
    /// <param name="declarations">Additional declarations as <c>.rw</c> text, usually rules. A module name or an order in it replaces that
    /// of this module.</param>
    /// <param name="known">Further modules that the text may <c>use</c>.</param>
    /// <exception cref="ModuleException">The text has mistakes.</exception>
    public Module With(string declarations, params Module[] known) => With(declarations, known, CancellationToken.None);

    /// <inheritdoc cref="With(string, Module[])"/>
    /// <param name="declarations">Additional declarations as <c>.rw</c> text, usually rules. A module name or an order in it replaces that
    /// of this module.</param>
    /// <param name="known">Further modules that the text may <c>use</c>.</param>
    /// <param name="cancellation">Stops reading and checking.</param>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public Module With(string declarations, IReadOnlyList<Module> known, CancellationToken cancellation)
    {
        var (added, diagnostics) = Parser.ParseModule(declarations, "", cancellation);
        var merged = Syntax with
        {
            Name = added.Name.Length > 0 ? added.Name : Syntax.Name,
            Order = added.Order == RuleOrder.Textual ? RuleOrder.Textual : Syntax.Order,
            Uses = Syntax.Uses.Concat(added.Uses).ToEquatableArray(),
            Sorts = Syntax.Sorts.Concat(added.Sorts).ToEquatableArray(),
            Enums = Syntax.Enums.Concat(added.Enums).ToEquatableArray(),
            Operations = Syntax.Operations.Concat(added.Operations).ToEquatableArray(),
            Patterns = Syntax.Patterns.Concat(added.Patterns).ToEquatableArray(),
            Normalizers = Syntax.Normalizers.Concat(added.Normalizers).ToEquatableArray(),
            Passes = Syntax.Passes.Concat(added.Passes).ToEquatableArray(),
            LacksDeclarations = added.LacksDeclarations,
            LacksNames = added.LacksNames,
        };
        var result = Checker.Check(merged, name => Uses.Concat(known).FirstOrDefault(m => m.Name == name), cancellation);
        return result.Module ?? throw new ModuleException(DiagnosticList.Capped(diagnostics.AddRange(result.Diagnostics)));
    }

    /// <summary>True if the texts and the used modules are the same.</summary>
    public bool Equals(Module? other) => other is not null && (ReferenceEquals(this, other) || Identity.Equals(other.Identity));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Module);

    /// <inheritdoc/>
    public override int GetHashCode() => Identity.GetHashCode();

    // The cast is safe: only modules are resolved and used, while bare definitions are temporary.
    private static ImmutableArray<Module> AsModules(ImmutableArray<ModuleDefinition> definitions) => [.. definitions.Cast<Module>()];
}
