using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Collects the instructions of a block that is being lowered, and knows which values have names already.</summary>
/// <remarks>
/// Operations are pure, so a value that has been computed on the way to a place is never computed again there. The table
/// goes along the path: what one arm of a switch computes is unknown in the others.
/// </remarks>
internal sealed class BlockBuilder
{
    private readonly ImmutableArray<Instruction>.Builder _instructions = ImmutableArray.CreateBuilder<Instruction>();
    private ImmutableDictionary<Value, Local> _known;

    public BlockBuilder() : this(ImmutableDictionary<Value, Local>.Empty) { }

    private BlockBuilder(ImmutableDictionary<Value, Local> known) => _known = known;

    /// <summary>A builder of an arm of this block: it knows what this one knows.</summary>
    public BlockBuilder Arm() => new(_known);

    /// <summary>The local that holds a value, computed here unless it is known.</summary>
    public Local Let(Value value, Sort sort, string name)
    {
        if (_known.TryGetValue(value, out var known)) return known;
        var local = new Local(name, sort);
        _instructions.Add(new Let(local, value));
        _known = _known.Add(value, local);
        return local;
    }

    /// <summary>Notes that a local holds a value, as a switch has shown.</summary>
    public void Know(Value value, Local local)
    {
        if (!_known.ContainsKey(value)) _known = _known.Add(value, local);
    }

    /// <summary>Adds an instruction without result.</summary>
    public void Add(Instruction instruction) => _instructions.Add(instruction);

    /// <summary>The finished block.</summary>
    public Block End(Terminator end) => new(_instructions.ToImmutable(), end);
}

/// <summary>Which locals a block uses without computing them.</summary>
internal static class FreeLocals
{
    /// <summary>The locals, in order of first use.</summary>
    public static ImmutableArray<Local> Of(Block block)
    {
        var free = new List<Local>();
        Collect(block, [], free, []);
        return free.ToImmutableArray();
    }

    private static void Collect(Block block, HashSet<Local> bound, List<Local> free, HashSet<Local> seen)
    {
        var own = new List<Local>();
        void Use(Local local)
        {
            if (!bound.Contains(local) && seen.Add(local)) free.Add(local);
        }

        foreach (var instruction in block.Instructions)
        {
            switch (instruction)
            {
                case Let let:
                    foreach (var argument in let.Value.Arguments) Use(argument);
                    if (bound.Add(let.Target)) own.Add(let.Target);
                    break;
                case Remember remember:
                    Use(remember.Term);
                    Use(remember.Normal);
                    break;
            }
        }

        foreach (var argument in block.End.Arguments) Use(argument);
        foreach (var arm in block.End.Arms) Collect(arm, bound, free, seen);
        bound.ExceptWith(own);
    }
}
