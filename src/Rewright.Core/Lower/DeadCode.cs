using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Removes unused values that cannot fail. Calls stay, because they may be stuck or not terminate.</summary>
internal static class DeadCode
{
    /// <summary>Removes unused values from all functions, before reference counts are inserted.</summary>
    public static Program Apply(Program program) => program.With(program.Definitions.Select(Remove));

    /// <summary>Removes unused values from a function.</summary>
    public static Definition Remove(Definition function) => function.Map(block => Remove(block, out _));

    private static Block Remove(Block block, out HashSet<Local> used)
    {
        var uses = new HashSet<Local>(block.End.Arguments);
        var end = Locals.WithArms(block.End, arm =>
        {
            var result = Remove(arm, out var inner);
            uses.UnionWith(inner);
            return result;
        });
        var kept = new Stack<Instruction>();
        for (int i = block.Instructions.Length - 1; i >= 0; i--)
        {
            var instruction = block.Instructions[i];
            if (instruction is Let let && !uses.Contains(let.Target) && IsRemovable(let.Value)) continue;
            uses.UnionWith(Locals.ReadBy(instruction));
            kept.Push(instruction);
        }

        used = uses;
        return new Block(kept.ToImmutableArray(), end);
    }

    // An unused counter may overflow unnoticed. A stuck term stays: in the unboxed form, the code after it assumes without a test that
    // there is none.
    private static bool IsRemovable(Value value) => value switch
    {
        Constant or Field or Rebuild or Nothing or Construct { Symbol: Constructor } or HoleOf or Same or IsSameCell or IsShared => true,
        Compute compute => !compute.Primitive.CanThrow || compute.Primitive.Op == PrimitiveOp.CountUp,
        _ => false,
    };
}
