using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Rewright.Lower;

/// <summary>A sequence of instructions and a terminator.</summary>
public sealed record Block(ImmutableArray<Instruction> Instructions, Terminator End)
{
    /// <summary>This block and all blocks nested in it, each after the block that contains it.</summary>
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

    /// <summary>The labels that the block and its nested blocks jump to.</summary>
    public IEnumerable<Label> Jumps() => Blocks().Select(b => b.End).OfType<Jump>().Select(j => j.Target);
}

/// <summary>The target of jumps. Labels are compared by reference.</summary>
/// <param name="name">A hint for readers; not unique.</param>
/// <param name="parameters">The locals that a jump sets.</param>
/// <param name="isCut">True if the block was cut off to keep nesting flat, so that it must not be merged into another block.</param>
public sealed class Label(string name, ImmutableArray<Local> parameters, bool isCut = false)
{
    /// <summary>True if the block was cut off to keep nesting flat, so that it must not be merged into another block.</summary>
    public bool IsCut => isCut;

    /// <summary>A hint for readers; not unique.</summary>
    public string Name => name;

    /// <summary>The locals that a jump sets.</summary>
    public ImmutableArray<Local> Parameters => parameters;

    /// <summary>A new label with the same name and other parameters.</summary>
    public Label With(ImmutableArray<Local> others) => new(name, others, isCut);
}

/// <summary>A block that jumps lead to.</summary>
public sealed record LabelledBlock(Label Label, Block Body);
