using System.Collections.Generic;
using System.Linq;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>What the sorts and symbols of a rule stand for, at given widths.</summary>
/// <param name="widths">For sorts of several widths, the carrier that is chosen.</param>
/// <param name="doublesAreReals">True where the rule says so.</param>
internal sealed class Interpretation(IReadOnlyDictionary<DataSort, Carrier> widths, bool doublesAreReals)
{
    private readonly Dictionary<FunctionSymbol, TypedMeaning?> _meanings = [];

    /// <summary>True where doubles stand for real numbers.</summary>
    public bool DoublesAreReals => doublesAreReals;

    /// <summary>The chosen carriers, for messages.</summary>
    public IReadOnlyDictionary<DataSort, Carrier> Widths => widths;

    /// <summary>What the terms of a sort stand for; null where the user states nothing.</summary>
    public Carrier? CarrierOf(Sort sort)
        => sort is not DataSort data ? Carrier.Of(sort, doublesAreReals)
            : widths.TryGetValue(data, out var carrier) ? carrier
            : data.Meaning.Length > 0 && SortMeaning.Read(data.Meaning).Meaning is { Carriers.Count: 1 } only ? only.Carriers[0] : null;

    /// <summary>True where variables of the sort stand for terms that have a value.</summary>
    public static bool IsDefined(Sort sort)
        => sort is not DataSort data || data.Meaning.Length > 0 && SortMeaning.Read(data.Meaning).Meaning is { IsDefined: true };

    /// <summary>What a symbol computes; null where the user does not state it.</summary>
    public TypedMeaning? MeaningOf(FunctionSymbol symbol)
    {
        if (symbol.Meaning.Length == 0) return null;
        if (!_meanings.TryGetValue(symbol, out var meaning)) _meanings.Add(symbol, meaning = Read(symbol).Typed);
        return meaning;
    }

    /// <summary>True where the meanings of all these symbols fit at the chosen widths.</summary>
    public bool Fits(IEnumerable<FunctionSymbol> symbols) => symbols.All(s => s.Meaning.Length == 0 || MeaningOf(s) is not null);

    private (TypedMeaning? Typed, string Fault) Read(FunctionSymbol symbol)
    {
        if (CarrierOf(symbol.Result) is not { } result) return (null, "the sort '" + symbol.Result.Name + "' has no meaning");
        var (meaning, fault) = Meaning.Read(symbol.Meaning, symbol.Parameters.Select(p => p.Name).ToList());
        return meaning is null ? (null, fault) : TypedMeaning.Of(meaning, symbol.Parameters.Select(p => CarrierOf(p.Sort)).ToList(), result);
    }

    /// <summary>The interpretations of some symbols, one for each choice of widths at which all of them fit.</summary>
    /// <param name="symbols">The symbols.</param>
    /// <param name="sorts">Further sorts that need a carrier.</param>
    /// <param name="doublesAreReals">True where doubles are to be read as reals.</param>
    public static IReadOnlyList<Interpretation> All(IReadOnlyCollection<FunctionSymbol> symbols, IEnumerable<Sort> sorts, bool doublesAreReals)
    {
        var data = symbols.SelectMany(s => s.Parameters.Select(p => p.Sort).Append(s.Result)).Concat(sorts).OfType<DataSort>().Where(s => s.Meaning.Length > 0).Distinct().ToList();
        IEnumerable<Dictionary<DataSort, Carrier>> choices = [[]];
        foreach (var sort in data)
        {
            if (SortMeaning.Read(sort.Meaning).Meaning is not { } meaning) return [];
            var known = choices;
            // What fits neither with the sorts chosen so far is not pursued: with four sorts of four widths that is most.
            choices = known.SelectMany(c => meaning.Carriers.Select(carrier => new Dictionary<DataSort, Carrier>(c) { [sort] = carrier }))
                .Where(c => new Interpretation(c, doublesAreReals).Fits(symbols.Where(s => s.Parameters.Select(p => p.Sort).Append(s.Result)
                    .OfType<DataSort>().All(d => d.Meaning.Length == 0 || c.ContainsKey(d)))));
        }

        return choices.Select(c => new Interpretation(c, doublesAreReals)).Where(i => i.Fits(symbols)).ToList();
    }

    /// <summary>What is wrong with the meaning of a symbol, empty where it fits at some widths.</summary>
    public static string FaultOf(FunctionSymbol symbol)
    {
        if (symbol.Meaning.Length == 0 || All([symbol], [], doublesAreReals: false).Count > 0) return "";
        string first = "";
        var sorts = symbol.Parameters.Select(p => p.Sort).Append(symbol.Result).OfType<DataSort>().Where(s => s.Meaning.Length > 0).Distinct().ToList();
        var widths = new Dictionary<DataSort, Carrier>();
        foreach (var sort in sorts)
        {
            // The fault of the sort is reported there.
            if (SortMeaning.Read(sort.Meaning).Meaning is not { } meaning) return "";
            widths.Add(sort, meaning.Carriers[meaning.Carriers.Count - 1]);
        }

        first = new Interpretation(widths, doublesAreReals: false).Read(symbol).Fault;
        return first.Length > 0 ? first : "no widths fit";
    }
}
