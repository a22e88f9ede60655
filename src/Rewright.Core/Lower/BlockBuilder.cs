using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Collects the instructions of a block during lowering, and knows the facts established on the path to it.</summary>
/// <remarks>
/// Operations are pure, so a value computed on the path to a place is not computed there again, and a test is not repeated. Facts hold
/// along a path: an arm of a switch knows nothing from the other arms.
/// </remarks>
internal sealed class BlockBuilder
{
    private readonly ImmutableArray<Instruction>.Builder _instructions = ImmutableArray.CreateBuilder<Instruction>();
    private ImmutableDictionary<Value, Local> _values = ImmutableDictionary<Value, Local>.Empty;
    private ImmutableDictionary<Local, bool> _truths = ImmutableDictionary<Local, bool>.Empty;
    private ImmutableDictionary<Local, FunctionSymbol> _symbols = ImmutableDictionary<Local, FunctionSymbol>.Empty;
    private ImmutableDictionary<Local, ImmutableHashSet<FunctionSymbol>> _excluded
        = ImmutableDictionary<Local, ImmutableHashSet<FunctionSymbol>>.Empty;

    /// <summary>A builder for a block that follows this one and knows what this one knows.</summary>
    public BlockBuilder Arm() => new() { _values = _values, _truths = _truths, _symbols = _symbols, _excluded = _excluded };

    /// <summary>A builder for a block that may follow any of the given ones and knows what they all know.</summary>
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

    /// <summary>The local that holds a value; the value is computed here unless it is known.</summary>
    public Local Let(Value value, Sort sort, string name)
    {
        if (_values.TryGetValue(value, out var known)) return known;
        var local = new Local(name, sort);
        _instructions.Add(new Let(local, value));
        _values = _values.Add(value, local);
        if (value is Construct construct) _symbols = _symbols.SetItem(local, construct.Symbol);
        return local;
    }

    /// <summary>Adds an instruction without a result.</summary>
    public void Add(Instruction instruction) => _instructions.Add(instruction);

    /// <summary>Records that a local holds a value, as matching has shown.</summary>
    public void Know(Value value, Local local)
    {
        if (!_values.ContainsKey(value)) _values = _values.Add(value, local);
    }

    /// <summary>Records the outcome of a test.</summary>
    public BlockBuilder KnowTruth(Local test, bool truth)
    {
        _truths = _truths.SetItem(test, truth);
        return this;
    }

    /// <summary>The outcome of a test; null if it has not been made.</summary>
    public bool? TruthOf(Local test) => _truths.TryGetValue(test, out bool truth) ? truth : null;

    /// <summary>Records the symbol at the root of a term.</summary>
    public BlockBuilder KnowSymbol(Local term, FunctionSymbol symbol)
    {
        _symbols = _symbols.SetItem(term, symbol);
        if (symbol is Constructor { Arity: 0 }) Know(new Construct(symbol, EquatableArray<Local>.Empty), term);
        return this;
    }

    /// <summary>Records symbols that are not at the root of a term. If that leaves a single symbol, it is at the root.</summary>
    public BlockBuilder KnowNot(Local term, IEnumerable<FunctionSymbol> symbols, bool mayBeStuck)
    {
        var excluded = ExcludedFor(term).Union(symbols);
        _excluded = _excluded.SetItem(term, excluded);
        var left = ((DataSort)term.Sort).Constructors.Where(c => !excluded.Contains(c)).Take(2).ToList();
        return left.Count == 1 && !mayBeStuck ? KnowSymbol(term, left[0]) : this;
    }

    /// <summary>The symbol at the root of a term; null if it is unknown.</summary>
    public FunctionSymbol? SymbolOf(Local term) => _symbols.TryGetValue(term, out var symbol) ? symbol : null;

    /// <summary>The symbols known not to be at the root of a term.</summary>
    public ImmutableHashSet<FunctionSymbol> ExcludedFor(Local term)
        => _excluded.TryGetValue(term, out var excluded) ? excluded : ImmutableHashSet<FunctionSymbol>.Empty;

    /// <summary>The finished block.</summary>
    public Block End(Terminator end) => new(_instructions.ToImmutable(), end);

    /// <summary>The finished block, continued by <paramref name="rest"/>.</summary>
    public Block Append(Block rest) => rest with { Instructions = _instructions.ToImmutable().AddRange(rest.Instructions) };

    private static ImmutableDictionary<TKey, TValue> Common<TKey, TValue>(ImmutableDictionary<TKey, TValue> left,
        ImmutableDictionary<TKey, TValue> right)
        where TKey : notnull
        => left.RemoveRange(left.Where(l => !right.TryGetValue(l.Key, out var r) || !Equals(l.Value, r)).Select(l => l.Key).ToList());
}
