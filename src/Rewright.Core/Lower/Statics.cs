using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>A value that a program needs but that exists only at run time. Code finds it in a table of its heap.</summary>
public abstract record Static
{
    private protected Static() { }

    /// <summary>A symbol, a string, or an integer too large for a word.</summary>
    public sealed record OfLiteral(Literal Literal) : Static;

    /// <summary>The number of an open operation in the process, which its stuck terms carry.</summary>
    public sealed record OfOperation(Operation Operation) : Static;

    /// <summary>The memoised value of an operation without parameters, or the flag that says whether it has been computed.</summary>
    /// <param name="Name">The full name of the operation.</param>
    /// <param name="IsTerm">True if the value can be a cell.</param>
    /// <param name="IsFlag">True for the flag, false for the value.</param>
    public sealed record OfConstant(string Name, bool IsTerm, bool IsFlag) : Static;
}

/// <summary>The run-time values of a program, numbered.</summary>
public sealed class Statics
{
    private readonly Dictionary<Static, int> _indices = [];

    /// <summary>Collects the statics that functions mention, in order of first mention.</summary>
    public Statics(IEnumerable<Definition> functions)
    {
        foreach (var block in functions.SelectMany(f => f.Blocks()))
        {
            foreach (var let in block.Instructions.OfType<Let>())
            {
                if (let.Value is Constant constant) Add(constant.Literal);
                if (let.Value is Construct { Symbol: Operation operation }) Add(new Static.OfOperation(operation));
                if (let.Value is IsMemoised memoised)
                {
                    bool isTerm = Layouts.KindOf(memoised.Operation.Result!) == WordKind.Term;
                    Add(new Static.OfConstant(memoised.Operation.Name, isTerm, IsFlag: false));
                    Add(new Static.OfConstant(memoised.Operation.Name, IsTerm: false, IsFlag: true));
                }

                if (let.Value is ConstructAround { Symbol: Operation around }) Add(new Static.OfOperation(around));
            }

            if (block.End is LiteralSwitch literals) foreach (var c in literals.Cases) Add(c.Key);
            if (block.End is Switch symbols)
                foreach (var operation in symbols.Cases.Select(c => c.Key).OfType<Operation>()) Add(new Static.OfOperation(operation));
        }

        Items = _indices.OrderBy(p => p.Value).Select(p => p.Key).ToImmutableArray();
    }

    /// <summary>The values by number.</summary>
    public ImmutableArray<Static> Items { get; }

    /// <summary>The number of a literal; -1 if it is known at compile time.</summary>
    public int IndexOf(Literal literal) => _indices.TryGetValue(new Static.OfLiteral(literal), out int index) ? index : -1;

    /// <summary>The number of a memoised value; its flag has the next number.</summary>
    public int IndexOf(Function constant)
        => _indices[new Static.OfConstant(constant.Name, Layouts.KindOf(constant.Result!) == WordKind.Term, IsFlag: false)];

    /// <summary>The number of an open operation.</summary>
    public int IndexOf(Operation operation) => _indices[new Static.OfOperation(operation)];

    /// <summary>The word of an integer that needs no cell; null for a larger integer.</summary>
    public static long? SmallInteger(BigInteger value)
        => value >= -(BigInteger.One << 62) && value < BigInteger.One << 62 ? ((long)value << 1) | 1 : null;

    private void Add(Literal literal)
    {
        bool isStatic = literal.Value is string || literal.Value is BigInteger big && SmallInteger(big) is null;
        if (isStatic) Add(new Static.OfLiteral(literal));
    }

    private void Add(Static item)
    {
        if (!_indices.ContainsKey(item)) _indices.Add(item, _indices.Count);
    }
}
