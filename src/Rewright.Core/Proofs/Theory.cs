using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>What a module and those that it uses say of the meaning of their terms.</summary>
public sealed class Theory
{
    private readonly Dictionary<DataSort, Operation> _denotations = [];
    private readonly Dictionary<DataSort, bool> _mayLackValue = [];
    private readonly Dictionary<DataSort, bool> _hasEveryValue = [];
    private readonly Dictionary<string, string> _descriptions = [];

    /// <summary>Collects what is known about the operations of a module.</summary>
    public Theory(ModuleDefinition module)
    {
        Module = module;
        Rules = module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
        foreach (var operation in module.Closure.SelectMany(m => m.Operations))
            if (operation.Denotes && operation.Arity == 1 && operation.Parameters[0].Sort is DataSort sort) _denotations[sort] = operation;
    }

    private IReadOnlyList<Pattern>? _identityPatterns;

    /// <summary>The module.</summary>
    public ModuleDefinition Module { get; }

    /// <summary>The rules of each symbol, in the order in which they are tried.</summary>
    public ILookup<FunctionSymbol, RewriteRule> Rules { get; }

    /// <summary>The operation that gives terms of a sort their meaning, or null.</summary>
    public Operation? DenotationOf(Sort sort)
        => sort is DataSort data && _denotations.TryGetValue(data, out var operation) ? operation : null;

    /// <summary>True where a rule for a symbol claims something: what the symbol computes is stated apart from its rules.</summary>
    public bool IsStated(FunctionSymbol symbol)
        => symbol.Meaning.Length > 0 || symbol is Constructor && DenotationOf(symbol.Result) is not null;

    /// <summary>The interpretations of some expressions, one for each choice of widths at which all symbols fit.</summary>
    public IReadOnlyList<Interpretation> InterpretationsOf(IEnumerable<Expr> expressions, bool doublesAreReals)
    {
        var (symbols, sorts) = Reach(expressions);
        return Interpretation.All(this, symbols, sorts, doublesAreReals);
    }

    /// <summary>Assumed rules about functions of which only the name is known, as claims at given widths.</summary>
    public IReadOnlyList<Claim> Identities(Interpretation interpretation)
        => [.. IdentityPatterns.Where(
            p => ExpressionsOf(p).SelectMany(e => e.Descendants()).All(
            e => e.Sort is not DataSort sort || interpretation.CarrierOf(sort) is not null))
            .SelectMany(p => Claim.Of(interpretation, p))];

    private IReadOnlyList<Pattern> IdentityPatterns
        => _identityPatterns ??= [.. Module.Closure.SelectMany(m => m.Patterns).Where(
            p => p.Assumed.Length > 0 && Claim.IsMadeBy(this, p) && Claim.Of(this, p).Any(c => c.HasUnknownFunctions))];

    /// <summary>All that the claims of a pattern depend on, as text.</summary>
    public string ContentOf(Pattern pattern)
    {
        var identities = IdentityPatterns.Where(p => !ReferenceEquals(p, pattern)).ToList();
        var (symbols, sorts) = Reach(ExpressionsOf(pattern).Concat(identities.SelectMany(ExpressionsOf)));
        var text = new StringBuilder(Printer.Print(pattern)).Append('\n');
        foreach (var identity in identities) text.Append(Printer.Print(identity)).Append('\n');
        foreach (var variable in ExpressionsOf(pattern).SelectMany(e => e.Descendants()).OfType<VariableExpr>().Select(
            v => v.Variable).Distinct())
            text.Append(variable.Name).Append(": ").Append(variable.Sort.Name).Append('\n');
        // Whether terms of a sort have values depends on those in them.
        var all = new HashSet<DataSort>(sorts.OfType<DataSort>());
        var open = new Queue<DataSort>(all);
        while (open.Count > 0)
            foreach (var inner in SymbolsOf(open.Dequeue()).SelectMany(s => s.Parameters).Select(p => p.Sort).OfType<DataSort>())
                if (all.Add(inner)) open.Enqueue(inner);
        foreach (var sort in all.OrderBy(NameOf, StringComparer.Ordinal)) text.Append(Describe(sort));
        foreach (var operation in symbols.OfType<Operation>().OrderBy(s => s.FullName, StringComparer.Ordinal))
            text.Append(Describe(operation));
        return text.ToString();
    }

    /// <summary>Both sides and the conditions.</summary>
    public static IReadOnlyCollection<Expr> ExpressionsOf(Pattern pattern)
        => pattern.Conditions.SelectMany(c => c.Expressions).Append(pattern.Source).Append(pattern.Target).ToList();

    // The symbols of expressions and of what explains these, and their sorts.
    private (HashSet<FunctionSymbol> Symbols, HashSet<Sort> Sorts) Reach(IEnumerable<Expr> expressions)
    {
        var symbols = new HashSet<FunctionSymbol>();
        var sorts = new HashSet<Sort>();
        var open = new Stack<Expr>(expressions);
        while (open.Count > 0)
        {
            foreach (var part in open.Pop().Descendants())
            {
                sorts.Add(part.Sort);
                if (part is not ApplyExpr { Symbol: var symbol } || !symbols.Add(symbol) || symbol.Meaning.Length > 0) continue;
                foreach (var rule in RulesThatExplain(symbol))
                {
                    open.Push(rule.Target);
                    foreach (var condition in rule.Conditions.SelectMany(c => c.Expressions)) open.Push(condition);
                }
            }
        }

        return (symbols, sorts);
    }

    private static string NameOf(DataSort sort) => sort.ModuleName + "." + sort.Name;

    private string Describe(DataSort sort)
    {
        if (_descriptions.TryGetValue(NameOf(sort), out string? known)) return known;
        return _descriptions[NameOf(sort)] = "sort " + NameOf(sort) + " " + sort.Meaning + "\n"
            + string.Concat(SymbolsOf(sort).Select(Describe));
    }

    private string Describe(FunctionSymbol symbol)
    {
        string key = symbol.FullName + "()";
        if (_descriptions.TryGetValue(key, out string? known)) return known;
        return _descriptions[key] = symbol.FullName + "(" + string.Join(",", symbol.Parameters.Select(p => p.Name + ":" + p.Sort.Name))
            + ")" + symbol.Result.Name + " " + symbol.Meaning + "\n"
            + string.Concat(RulesThatExplain(symbol).Select(r => r + "\n"));
    }

    /// <summary>True where a variable of the sort may stand for a term without a value, or with poison.</summary>
    public bool MayLackValue(Sort sort, Interpretation interpretation)
    {
        if (sort is not DataSort data || SortMeaning.Of(data) is { IsDefined: true }) return false;
        if (_mayLackValue.TryGetValue(data, out bool known)) return known;
        // Terms of the sort may hold terms of others, and what is computed from those.
        var sorts = new HashSet<DataSort> { data };
        var open = new Queue<DataSort>(sorts);
        bool may = false;
        while (open.Count > 0 && !may)
        {
            foreach (var symbol in SymbolsOf(open.Dequeue()))
            {
                may |= interpretation.MeaningOf(symbol) is not { IsTotal: true } && IsStated(symbol) || symbol is Operation
                    && !IsStated(symbol);
                foreach (var inner in symbol.Parameters.Select(p => p.Sort).OfType<DataSort>())
                    if (sorts.Add(inner)) open.Enqueue(inner);
            }
        }

        return _mayLackValue[data] = may;
    }

    /// <summary>
    /// True where for every value there is a term of the sort: so the user says, or some constructor only wraps a value, or names
    /// something that can have any.
    /// </summary>
    public bool HasEveryValue(Sort sort, Interpretation interpretation)
    {
        if (sort is not DataSort data || data.Meaning.Length > 0 || interpretation.CarrierOf(sort) is null) return true;
        if (_hasEveryValue.TryGetValue(data, out bool known)) return known;
        return _hasEveryValue[data] = data.Constructors.Any(
            c => interpretation.MeaningOf(c) is TypedParameter { Index: var i } && c.Parameters[i].Sort is not DataSort);
    }

    // Open operations leave terms too.
    private IEnumerable<FunctionSymbol> SymbolsOf(DataSort sort)
        => sort.Constructors.Concat(
            Module.Closure.SelectMany(m => m.Operations).Where(o => o.IsOpen && o.Result.Equals(sort)).Cast<FunctionSymbol>());

    private IEnumerable<RewriteRule> RulesThatExplain(FunctionSymbol symbol)
        => symbol is Operation ? Rules[symbol]
            : DenotationOf(symbol.Result) is { } denotation
                ? Rules[denotation].Where(r => r.Source.Arguments[0] is ApplyExpr { Symbol: var s } && ReferenceEquals(s, symbol))
            : [];
}
