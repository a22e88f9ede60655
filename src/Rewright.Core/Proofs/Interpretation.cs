using System.Collections.Generic;
using System.Linq;
using Rewright.Model;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>The meanings of a module's sorts and symbols at given widths.</summary>
/// <param name="theory">The statements of the module.</param>
/// <param name="widths">The chosen carrier of each sort with several widths.</param>
/// <param name="doublesAreReals">True if the rule treats doubles as reals.</param>
public sealed class Interpretation(Theory theory, IReadOnlyDictionary<DataSort, Carrier> widths, bool doublesAreReals)
{
    private readonly Dictionary<FunctionSymbol, TypedMeaning?> _meanings = [];

    /// <summary>The statements of the module.</summary>
    public Theory Theory => theory;

    /// <summary>True if doubles are treated as real numbers.</summary>
    public bool DoublesAreReals => doublesAreReals;

    /// <summary>The chosen carriers of sorts with several.</summary>
    public IEnumerable<KeyValuePair<DataSort, Carrier>> Choices => widths.Where(w => SortMeaning.Of(w.Key)!.Carriers.Count > 1);

    /// <summary>The carrier of a sort; null if none is stated.</summary>
    public Carrier? CarrierOf(Sort sort)
        => sort is not DataSort data ? Carrier.Of(sort, doublesAreReals)
            : widths.TryGetValue(data, out var carrier) ? carrier
            : SortMeaning.Of(data) is { } meaning ? meaning.Carriers.Count == 1 ? meaning.Carriers[0] : null
            : theory.DenotationOf(sort) is { Result: var result } && result is not DataSort { Meaning: "" } ? CarrierOf(result) : null;

    /// <summary>The meaning of a symbol; null if none is stated, or proofs cannot use it.</summary>
    public TypedMeaning? MeaningOf(FunctionSymbol symbol)
    {
        if (_meanings.TryGetValue(symbol, out var known)) return known;
        // A meaning that depends on itself counts as missing.
        _meanings.Add(symbol, null);
        return _meanings[symbol] = symbol.Meaning.Length > 0 ? Read(symbol).Typed
            : symbol is Constructor constructor
                && theory.DenotationOf(symbol.Result) is { } operation ? new Elaboration(this).Denotation(operation, constructor)
            : null;
    }

    /// <summary>True if the meanings of all these symbols fit the chosen widths.</summary>
    public bool Fits(IEnumerable<FunctionSymbol> symbols) => symbols.All(s => s.Meaning.Length == 0 || MeaningOf(s) is not null);

    private (TypedMeaning? Typed, string Fault) Read(FunctionSymbol symbol)
    {
        if (CarrierOf(symbol.Result) is not { } result) return (null, "the sort '" + symbol.Result.Name + "' has no meaning");
        var (meaning, fault) = Meaning.Read(symbol.Meaning, symbol.Parameters.Select(p => p.Name).ToList());
        return meaning is null
            ? (null, fault) : TypedMeaning.Of(meaning, symbol.Parameters.Select(p => CarrierOf(p.Sort)).ToList(), result);
    }

    /// <summary>The interpretations of some symbols, one for each choice of widths that fits all of them.</summary>
    /// <param name="theory">The statements of the module.</param>
    /// <param name="symbols">The symbols.</param>
    /// <param name="sorts">Further sorts that need a carrier.</param>
    /// <param name="doublesAreReals">True to treat doubles as reals.</param>
    public static IReadOnlyList<Interpretation> All(
        Theory theory, IReadOnlyCollection<FunctionSymbol> symbols, IEnumerable<Sort> sorts, bool doublesAreReals)
    {
        var data = symbols.SelectMany(SortsOf).Concat(sorts.OfType<DataSort>()).Where(s => s.Meaning.Length > 0).Distinct().ToList();
        IEnumerable<Dictionary<DataSort, Carrier>> choices = [[]];
        foreach (var sort in data)
        {
            if (SortMeaning.Of(sort) is not { } meaning) return [];
            // Drop choices that already clash with earlier sorts: with four sorts of four widths, that is most of them.
            choices = choices.SelectMany(c => meaning.Carriers.Select(carrier => new Dictionary<DataSort, Carrier>(c) { [sort] = carrier }))
                .Where(c => new Interpretation(theory, c, doublesAreReals).Fits(symbols.Where(s => s.Meaning.Length > 0
                    && SortsOf(s).Contains(sort) && SortsOf(s).All(d => d.Meaning.Length == 0 || c.ContainsKey(d)))))
                .ToList();
        }

        return choices.Select(c => new Interpretation(theory, c, doublesAreReals)).Where(i => i.Fits(symbols)).ToList();
    }

    /// <summary>The fault in a symbol's meaning; empty if it fits at some widths.</summary>
    public static string FaultOf(Theory theory, FunctionSymbol symbol)
    {
        if (symbol.Meaning.Length == 0 || All(theory, [symbol], [], doublesAreReals: false).Count > 0) return "";
        var widths = new Dictionary<DataSort, Carrier>();
        foreach (var sort in SortsOf(symbol).Where(s => s.Meaning.Length > 0).Distinct())
        {
            // The fault is in the sort and reported there.
            if (SortMeaning.Of(sort) is not { } meaning) return "";
            widths.Add(sort, meaning.Carriers[meaning.Carriers.Count - 1]);
        }

        string fault = new Interpretation(theory, widths, doublesAreReals: false).Read(symbol).Fault;
        return fault.Length > 0 ? fault : "no widths of the sorts fit it";
    }

    private static IEnumerable<DataSort> SortsOf(FunctionSymbol symbol)
        => symbol.Parameters.Select(p => p.Sort).Append(symbol.Result).OfType<DataSort>();
}
