using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Quantum;
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
public sealed class Module : IEquatable<Module>
{
    private readonly Lazy<string> _text;
    private readonly Lazy<ModuleIdentity> _identity;
    private readonly Dictionary<string, List<FunctionSymbol>> _symbols = [];

    internal Module(
        ModuleSyntax syntax,
        ImmutableArray<Module> uses,
        ImmutableArray<DataSort> sorts,
        ImmutableArray<EnumSort> enums,
        ImmutableArray<Operation> operations,
        ImmutableArray<Pattern> patterns,
        ImmutableArray<RewriteRule> rules,
        ImmutableArray<Normalizer> normalizers,
        ImmutableArray<CircuitRule> circuitRules,
        ImmutableArray<CircuitPass> passes)
    {
        Syntax = syntax;
        (Uses, Sorts, Enums, Operations, Patterns, Rules, Normalizers) = (uses, sorts, enums, operations, patterns, rules, normalizers);
        (CircuitRules, Passes) = (circuitRules, passes);
        foreach (var symbol in DeclaredSymbols)
        {
            if (!_symbols.TryGetValue(symbol.Name, out var list)) _symbols.Add(symbol.Name, list = []);
            list.Add(symbol);
        }

        _text = new(() => Printer.Print(this));
        _identity = new(MakeIdentity);
    }

    /// <summary>Full name; empty for a module parsed from text that names none.</summary>
    public string Name => Syntax.Name;

    /// <summary>What decides between rules that could both apply.</summary>
    public RuleOrder Order => Syntax.Order;

    /// <summary>The modules whose sorts and symbols it names.</summary>
    public ImmutableArray<Module> Uses { get; }

    /// <summary>The sorts declared here.</summary>
    public ImmutableArray<DataSort> Sorts { get; }

    /// <summary>The C# enums that it uses as sorts.</summary>
    public ImmutableArray<EnumSort> Enums { get; }

    /// <summary>The operations declared here.</summary>
    public ImmutableArray<Operation> Operations { get; }

    /// <summary>The patterns declared here, as declared.</summary>
    public ImmutableArray<Pattern> Patterns { get; }

    /// <summary>The rewrite rules made of the patterns, in the order in which they are tried at one symbol.</summary>
    public ImmutableArray<RewriteRule> Rules { get; }

    /// <summary>The normalizers declared here.</summary>
    public ImmutableArray<Normalizer> Normalizers { get; }

    /// <summary>The patterns declared here that say what circuits may stand for each other.</summary>
    public ImmutableArray<CircuitRule> CircuitRules { get; }

    /// <summary>What else an optimiser of circuits may do.</summary>
    public ImmutableArray<CircuitPass> Passes { get; }

    /// <summary>Constructors and operations declared here.</summary>
    public IEnumerable<FunctionSymbol> DeclaredSymbols => Sorts.SelectMany(s => s.Constructors).Concat<FunctionSymbol>(Operations);

    /// <summary>This module and all that it uses, directly or not; used ones come before their users.</summary>
    public ImmutableArray<Module> Closure
    {
        get
        {
            var closure = ImmutableArray.CreateBuilder<Module>();
            void Visit(Module module)
            {
                if (closure.Any(m => ReferenceEquals(m, module))) return;
                foreach (var used in module.Uses) Visit(used);
                closure.Add(module);
            }

            Visit(this);
            return closure.ToImmutable();
        }
    }

    /// <summary>A 128-bit hash of the module's meaning: its text and the identities of what it uses.</summary>
    public ModuleIdentity Identity => _identity.Value;

    internal ModuleSyntax Syntax { get; }

    /// <summary>Reads a module from <c>.rw</c> text and checks it.</summary>
    /// <param name="text">The text; <c>docs/rw.md</c> is its reference.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <exception cref="ModuleException">The text has mistakes; each is listed with its line and column.</exception>
    public static Module Parse(string text, params Module[] known) => Parse(text, known, CancellationToken.None);

    /// <inheritdoc cref="Parse(string, Module[])"/>
    /// <param name="text">The text; <c>docs/rw.md</c> is its reference.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <param name="cancellation">Stops reading and checking.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Module Parse(string text, IReadOnlyList<Module> known, CancellationToken cancellation)
    {
        var result = Check(text, "", known, cancellation);
        return result.Module ?? throw new ModuleException(result.Diagnostics);
    }

    /// <summary>Reads a module from <c>.rw</c> text and reports everything found, warnings included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">What diagnostics call it.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <returns>At most 1,000 errors and as many warnings; where there are more, the last of them says how many.</returns>
    public static CheckResult Check(string text, string file, params Module[] known) => Check(text, file, known, CancellationToken.None);

    /// <inheritdoc cref="Check(string, string, Module[])"/>
    /// <param name="text">The text.</param>
    /// <param name="file">What diagnostics call it.</param>
    /// <param name="known">Modules that the text may <c>use</c>.</param>
    /// <param name="cancellation">Stops reading and checking.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CheckResult Check(string text, string file, IReadOnlyList<Module> known, CancellationToken cancellation)
    {
        var (syntax, diagnostics) = Parser.ParseModule(text, file, cancellation);
        var result = Checker.Check(syntax, name => known.FirstOrDefault(m => m.Name == name), cancellation);
        return result with { Diagnostics = Checker.Listed(diagnostics.AddRange(result.Diagnostics)) };
    }

    /// <summary>A new module with more declarations; this one stays as it is.</summary>
    /// <param name="declarations">Further declarations as <c>.rw</c> text, usually rules. A module name or an order in it replaces that of this module.</param>
    /// <param name="known">Further modules that the text may <c>use</c>.</param>
    /// <exception cref="ModuleException">The text has mistakes.</exception>
    public Module With(string declarations, params Module[] known) => With(declarations, known, CancellationToken.None);

    /// <inheritdoc cref="With(string, Module[])"/>
    /// <param name="declarations">Further declarations as <c>.rw</c> text, usually rules. A module name or an order in it replaces that of this module.</param>
    /// <param name="known">Further modules that the text may <c>use</c>.</param>
    /// <param name="cancellation">Stops reading and checking.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
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
        return result.Module ?? throw new ModuleException(Checker.Listed(diagnostics.AddRange(result.Diagnostics)));
    }

    /// <summary>The sorts of this and the directly used modules that have a name.</summary>
    public IEnumerable<DataSort> FindSorts(string name) => Sorts.Concat(Uses.SelectMany(u => u.Sorts)).Where(s => s.Name == name);

    /// <summary>The constructors and operations of this and the directly used modules that have a name.</summary>
    public IEnumerable<FunctionSymbol> FindSymbols(string name)
        => DeclaredHere(name).Concat(Uses.SelectMany(u => u.DeclaredHere(name)));

    /// <summary>The operation or constructor declared here under a name, or null.</summary>
    public FunctionSymbol? Find(string name) => DeclaredHere(name).FirstOrDefault();

    /// <summary>The module as <c>.rw</c> text that reads back to an equal module.</summary>
    public override string ToString() => _text.Value;

    /// <summary>True where text and used modules are the same.</summary>
    public bool Equals(Module? other) => other is not null && (ReferenceEquals(this, other) || Identity.Equals(other.Identity));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Module);

    /// <inheritdoc/>
    public override int GetHashCode() => Identity.GetHashCode();

    internal IEnumerable<FunctionSymbol> DeclaredHere(string name) => _symbols.TryGetValue(name, out var list) ? list : [];

    private ModuleIdentity MakeIdentity()
    {
        var text = new StringBuilder(ToString());
        foreach (var used in Uses) text.Append("uses ").Append(used.Identity).Append('\n');
        using var hash = SHA256.Create();
        byte[] digest = hash.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()));
        return new ModuleIdentity(BitConverter.ToUInt64(digest, 0), BitConverter.ToUInt64(digest, 8));
    }
}

/// <summary>What names a module's meaning: the first 128 bits of a SHA-256.</summary>
public readonly record struct ModuleIdentity(ulong Low, ulong High)
{
    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString()
        => High.ToString("x16", System.Globalization.CultureInfo.InvariantCulture) + Low.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
