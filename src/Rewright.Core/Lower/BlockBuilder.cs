using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Collects the instructions of a block that is being lowered, and knows what has been found out on the way to it.</summary>
/// <remarks>
/// Operations are pure, so a value that has been computed on the way to a place is never computed again there, and a test
/// that was made is not repeated. What is known goes along the path: an arm of a switch knows nothing of the others.
/// </remarks>
internal sealed class BlockBuilder
{
    private readonly ImmutableArray<Instruction>.Builder _instructions = ImmutableArray.CreateBuilder<Instruction>();
    private ImmutableDictionary<Value, Local> _values = ImmutableDictionary<Value, Local>.Empty;
    private ImmutableDictionary<Local, bool> _truths = ImmutableDictionary<Local, bool>.Empty;
    private ImmutableDictionary<Local, FunctionSymbol> _symbols = ImmutableDictionary<Local, FunctionSymbol>.Empty;
    private ImmutableDictionary<Local, ImmutableHashSet<FunctionSymbol>> _excluded
        = ImmutableDictionary<Local, ImmutableHashSet<FunctionSymbol>>.Empty;

    /// <summary>A builder of a block that follows this one: it knows what this one knows.</summary>
    public BlockBuilder Arm() => new() { _values = _values, _truths = _truths, _symbols = _symbols, _excluded = _excluded };

    /// <summary>A builder of a block that follows any of the given ones: it knows what they all know.</summary>
    public static BlockBuilder AfterAny(IReadOnlyList<BlockBuilder> builders)
    {
        var result = builders[0].Arm();
        foreach (var other in builders.Skip(1))
        {
            result._values = Common(result._values, other._values);
            result._truths = Common(result._truths, other._truths);
            result._symbols = Common(result._symbols, other._symbols);
            result._excluded = Common(result._excluded, other._excluded);
        }

        return result;
    }

    /// <summary>The local that holds a value, computed here unless it is known.</summary>
    public Local Let(Value value, Sort sort, string name)
    {
        if (_values.TryGetValue(value, out var known)) return known;
        var local = new Local(name, sort);
        _instructions.Add(new Let(local, value));
        _values = _values.Add(value, local);
        if (value is Construct construct) _symbols = _symbols.SetItem(local, construct.Symbol);
        return local;
    }

    /// <summary>Adds an instruction without result.</summary>
    public void Add(Instruction instruction) => _instructions.Add(instruction);

    /// <summary>Notes that a local holds a value, as matching has shown.</summary>
    public void Know(Value value, Local local)
    {
        if (!_values.ContainsKey(value)) _values = _values.Add(value, local);
    }

    /// <summary>Notes the outcome of a test.</summary>
    public BlockBuilder KnowTruth(Local test, bool truth)
    {
        _truths = _truths.SetItem(test, truth);
        return this;
    }

    /// <summary>The outcome of a test, null where it has not been made.</summary>
    public bool? TruthOf(Local test) => _truths.TryGetValue(test, out bool truth) ? truth : null;

    /// <summary>Notes the symbol that a term is built with.</summary>
    public BlockBuilder KnowSymbol(Local term, FunctionSymbol symbol)
    {
        _symbols = _symbols.SetItem(term, symbol);
        if (symbol is Constructor { Arity: 0 }) Know(new Construct(symbol, EquatableArray<Local>.Empty), term);
        return this;
    }

    /// <summary>Notes the symbols that a term is not built with; the only one that is left is the one that it is built with.</summary>
    public BlockBuilder KnowNot(Local term, IEnumerable<FunctionSymbol> symbols, bool mayBeStuck)
    {
        var excluded = ExcludedFor(term).Union(symbols);
        _excluded = _excluded.SetItem(term, excluded);
        var left = ((DataSort)term.Sort).Constructors.Where(c => !excluded.Contains(c)).Take(2).ToList();
        return left.Count == 1 && !mayBeStuck ? KnowSymbol(term, left[0]) : this;
    }

    /// <summary>The symbol that a term is built with, null where that is not known.</summary>
    public FunctionSymbol? SymbolOf(Local term) => _symbols.TryGetValue(term, out var symbol) ? symbol : null;

    /// <summary>The symbols that a term is known not to be built with.</summary>
    public ImmutableHashSet<FunctionSymbol> ExcludedFor(Local term)
        => _excluded.TryGetValue(term, out var excluded) ? excluded : ImmutableHashSet<FunctionSymbol>.Empty;

    /// <summary>The finished block.</summary>
    public Block End(Terminator end) => new(_instructions.ToImmutable(), end);

    /// <summary>The finished block, which goes on as <paramref name="rest"/> does.</summary>
    public Block Append(Block rest) => rest with { Instructions = _instructions.ToImmutable().AddRange(rest.Instructions) };

    private static ImmutableDictionary<TKey, TValue> Common<TKey, TValue>(ImmutableDictionary<TKey, TValue> left,
        ImmutableDictionary<TKey, TValue> right)
        where TKey : notnull
        => left.RemoveRange(left.Where(l => !right.TryGetValue(l.Key, out var r) || !Equals(l.Value, r)).Select(l => l.Key).ToList());
}
