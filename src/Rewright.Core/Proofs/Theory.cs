using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>The statements of a module, and of those that it uses, about the meaning of terms.</summary>
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

    /// <summary>The rules of each symbol, in the order of trying.</summary>
    public ILookup<FunctionSymbol, RewriteRule> Rules { get; }

    /// <summary>The operation that gives terms of a sort their meaning; null for none.</summary>
    public Operation? DenotationOf(Sort sort)
        => sort is DataSort data && _denotations.TryGetValue(data, out var operation) ? operation : null;

    /// <summary>True if rules of a symbol are claims, because its meaning is stated apart from them.</summary>
    public bool IsStated(FunctionSymbol symbol)
        => symbol.Meaning.Length > 0 || symbol is Constructor && DenotationOf(symbol.Result) is not null;

    /// <summary>The interpretations of some expressions, one for each choice of widths that fits all symbols.</summary>
    public IReadOnlyList<Interpretation> InterpretationsOf(IEnumerable<Expr> expressions, bool doublesAreReals)
    {
        var (symbols, sorts) = Reach(expressions);
        return Interpretation.All(this, symbols, sorts, doublesAreReals);
    }

    /// <summary>Assumed rules about functions that are known only by name, as claims at given widths.</summary>
    public IReadOnlyList<Claim> Identities(Interpretation interpretation)
        => [.. IdentityPatterns.Where(
            p => ExpressionsOf(p).SelectMany(e => e.Descendants()).All(
            e => e.Sort is not DataSort sort || interpretation.CarrierOf(sort) is not null))
            .SelectMany(p => Claim.Of(interpretation, p))];

    private IReadOnlyList<Pattern> IdentityPatterns
        => _identityPatterns ??= [.. Module.Closure.SelectMany(m => m.Patterns).Where(
            p => p.Assumed.Length > 0 && Claim.IsMadeBy(this, p) && Claim.Of(this, p).Any(c => c.HasUnknownFunctions))];

    /// <summary>Everything on which the claims of a pattern depend, as text.</summary>
    public string ContentOf(Pattern pattern)
    {
        var identities = IdentityPatterns.Where(p => !ReferenceEquals(p, pattern)).ToList();
        var (symbols, sorts) = Reach(ExpressionsOf(pattern).Concat(identities.SelectMany(ExpressionsOf)));
        var text = new StringBuilder(Printer.Print(pattern)).Append('\n');
        foreach (var identity in identities) text.Append(Printer.Print(identity)).Append('\n');
        foreach (var variable in ExpressionsOf(pattern).SelectMany(e => e.Descendants()).OfType<VariableExpr>().Select(
            v => v.Variable).Distinct())
            text.Append(variable.Name).Append(": ").Append(variable.Sort.Name).Append('\n');
        // Whether a term has a value depends on the terms in it.
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

    // The symbols and sorts of expressions and of the rules and meanings that explain them.
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

    /// <summary>True if a variable of the sort may stand for a term without a value, or with poison.</summary>
    public bool MayLackValue(Sort sort, Interpretation interpretation)
    {
        if (sort is not DataSort data || SortMeaning.Of(data) is { IsDefined: true }) return false;
        if (_mayLackValue.TryGetValue(data, out bool known)) return known;
        // A term may contain terms of other sorts, and values computed from them.
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
    /// True if every value has a term of the sort. Either the user states it, or a constructor wraps a value, or names something that can
    /// have any value.
    /// </summary>
    public bool HasEveryValue(Sort sort, Interpretation interpretation)
    {
        if (sort is not DataSort data || data.Meaning.Length > 0 || interpretation.CarrierOf(sort) is null) return true;
        if (_hasEveryValue.TryGetValue(data, out bool known)) return known;
        return _hasEveryValue[data] = data.Constructors.Any(
            c => interpretation.MeaningOf(c) is TypedParameter { Index: var i } && c.Parameters[i].Sort is not DataSort);
    }

    // The constructors, and the open operations, which leave terms too.
    private IEnumerable<FunctionSymbol> SymbolsOf(DataSort sort)
        => sort.Constructors.Concat(
            Module.Closure.SelectMany(m => m.Operations).Where(o => o.IsOpen && o.Result.Equals(sort)).Cast<FunctionSymbol>());

    private IEnumerable<RewriteRule> RulesThatExplain(FunctionSymbol symbol)
        => symbol is Operation ? Rules[symbol]
            : DenotationOf(symbol.Result) is { } denotation
                ? Rules[denotation].Where(r => r.Source.Arguments[0] is ApplyExpr { Symbol: var s } && ReferenceEquals(s, symbol))
            : [];
}
