using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Rewright.Lower;

/// <summary>Instructions, then a way on.</summary>
public sealed record Block(ImmutableArray<Instruction> Instructions, Terminator End)
{
    /// <summary>The block and all in it, nested ones after the block that they are in.</summary>
    public IEnumerable<Block> Blocks()
    {
        var stack = new Stack<Block>([this]);
        while (stack.Count > 0)
        {
            var block = stack.Pop();
            yield return block;
            foreach (var arm in block.End.Arms.Reverse()) stack.Push(arm);
        }
    }

    /// <summary>The labels that jumps in it go to.</summary>
    public IEnumerable<Label> Jumps() => Blocks().Select(b => b.End).OfType<Jump>().Select(j => j.Target);
}

/// <summary>What jumps name. Two labels are the same only if they are one object.</summary>
/// <param name="name">A hint for readers; not unique.</param>
/// <param name="parameters">What a jump passes.</param>
/// <param name="isCut">True where its block was cut off to keep nesting flat, so that it is not to become part of another one.</param>
public sealed class Label(string name, ImmutableArray<Local> parameters, bool isCut = false)
{
    /// <summary>True where its block was cut off to keep nesting flat, so that it is not to become part of another one.</summary>
    public bool IsCut => isCut;

    /// <summary>A hint for readers; not unique.</summary>
    public string Name => name;

    /// <summary>What a jump passes.</summary>
    public ImmutableArray<Local> Parameters => parameters;

    /// <summary>Another label of the same name.</summary>
    public Label With(ImmutableArray<Local> others) => new(name, others, isCut);
}

/// <summary>A block that jumps lead to.</summary>
public sealed record LabelledBlock(Label Label, Block Body);
