using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Rewright.Model;

/// <summary>The parts of a module.</summary>
internal sealed record ModuleParts(
    string Name,
    RuleOrder Order,
    ImmutableArray<ModuleDefinition> Uses,
    ImmutableArray<DataSort> Sorts,
    ImmutableArray<Operation> Operations)
{
    public ImmutableArray<EnumSort> Enums { get; init; } = [];

    public ImmutableArray<Pattern> Patterns { get; init; } = [];

    public ImmutableArray<RewriteRule> Rules { get; init; } = [];

    public ImmutableArray<Normalizer> Normalizers { get; init; } = [];

    /// <summary>
    /// Declarations that do not concern terms, as lines of <c>.rw</c> text. They are part of the text, and so of the identity.
    /// </summary>
    public ImmutableArray<string> OtherLines { get; init; } = [];
}

/// <summary>
/// The declarations of a module in the view of checks, compilers and engines. Users make and hold a <see cref="Module"/>. Immutable and
/// safe to share between threads.
/// </summary>
public class ModuleDefinition
{
    private readonly ModuleParts _parts;
    private readonly Lazy<string> _text;
    private readonly Lazy<ModuleIdentity> _identity;
    private readonly Dictionary<string, List<FunctionSymbol>> _symbols = [];

    internal ModuleDefinition(ModuleParts parts)
    {
        _parts = parts;
        foreach (var symbol in DeclaredSymbols)
        {
            if (!_symbols.TryGetValue(symbol.Name, out var list)) _symbols.Add(symbol.Name, list = []);
            list.Add(symbol);
        }

        _text = new(() => Printer.Print(this));
        _identity = new(MakeIdentity);
    }

    /// <summary>The full name; empty for a module parsed from text without a name.</summary>
    public string Name => _parts.Name;

    /// <summary>How to choose between rules that could both apply.</summary>
    public RuleOrder Order => _parts.Order;

    /// <summary>The modules whose sorts and symbols this one uses.</summary>
    public ImmutableArray<ModuleDefinition> Uses => _parts.Uses;

    /// <summary>The sorts declared here.</summary>
    public ImmutableArray<DataSort> Sorts => _parts.Sorts;

    /// <summary>The C# enums that the module uses as sorts.</summary>
    public ImmutableArray<EnumSort> Enums => _parts.Enums;

    /// <summary>The operations declared here.</summary>
    public ImmutableArray<Operation> Operations => _parts.Operations;

    /// <summary>The declared patterns.</summary>
    public ImmutableArray<Pattern> Patterns => _parts.Patterns;

    /// <summary>The rewrite rules made from the patterns; those of one symbol are in the order of trying.</summary>
    public ImmutableArray<RewriteRule> Rules => _parts.Rules;

    /// <summary>The normalizers declared here.</summary>
    public ImmutableArray<Normalizer> Normalizers => _parts.Normalizers;

    /// <summary>The constructors and operations declared here.</summary>
    public IEnumerable<FunctionSymbol> DeclaredSymbols => Sorts.SelectMany(s => s.Constructors).Concat<FunctionSymbol>(Operations);

    /// <summary>This module and all that it uses, directly or indirectly; used modules come before their users.</summary>
    public ImmutableArray<ModuleDefinition> Closure
    {
        get
        {
            var closure = ImmutableArray.CreateBuilder<ModuleDefinition>();
            void Visit(ModuleDefinition module)
            {
                if (closure.Any(m => ReferenceEquals(m, module))) return;
                foreach (var used in module.Uses) Visit(used);
                closure.Add(module);
            }

            Visit(this);
            return closure.ToImmutable();
        }
    }

    /// <summary>A 128-bit hash of the module's meaning: of its text and the identities of the modules that it uses.</summary>
    public ModuleIdentity Identity => _identity.Value;

    internal ImmutableArray<string> OtherLines => _parts.OtherLines;

    /// <summary>The sorts with this name in this module and those that it uses directly.</summary>
    public IEnumerable<DataSort> FindSorts(string name) => Sorts.Concat(Uses.SelectMany(u => u.Sorts)).Where(s => s.Name == name);

    /// <summary>The constructors and operations with this name in this module and those that it uses directly.</summary>
    public IEnumerable<FunctionSymbol> FindSymbols(string name) => DeclaredHere(name).Concat(Uses.SelectMany(u => u.DeclaredHere(name)));

    /// <summary>The operation or constructor with this name that is declared here, or null.</summary>
    public FunctionSymbol? Find(string name) => DeclaredHere(name).FirstOrDefault();

    /// <summary>The module as <c>.rw</c> text that reads back to an equal module.</summary>
    public override string ToString() => _text.Value;

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
