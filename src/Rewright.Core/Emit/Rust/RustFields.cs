using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Finds out how blocks use the fields of terms, and gives each field one name, as patterns require.</summary>
internal static class RustFields
{
    /// <summary>True if a block uses a term only through its fields, so that the fields can move out.</summary>
    public static bool MayTakeApart(Local cell, Block block)
    {
        if (block.Instructions.Any(i => i is not Let { Value: Field } && Locals.ReadBy(i).Contains(cell))) return false;
        return !block.End.Arguments.Contains(cell) && block.End.Arms.All(arm => MayTakeApart(cell, arm));
    }

    /// <summary>The fields that a block reads from a term with this symbol.</summary>
    public static HashSet<int> Wanted(Local cell, FunctionSymbol symbol, Block block)
        => [.. Reads(cell, symbol, block).Select(r => ((Field)r.Value).Index)];

    /// <summary>The block with one local for each field of a term, however often the field is read.</summary>
    /// <param name="cell">The term.</param>
    /// <param name="symbol">The symbol of the term.</param>
    /// <param name="block">The block.</param>
    /// <param name="locals">The locals of the fields; null for fields that are not read.</param>
    public static Block Unify(Local cell, FunctionSymbol symbol, Block block, out Local?[] locals)
    {
        var found = new Local?[symbol.Arity];
        var map = new Dictionary<Local, Local>();
        foreach (var (target, value) in Reads(cell, symbol, block))
        {
            int index = ((Field)value).Index;
            if (found[index] is not { } first) found[index] = target;
            else if (first != target) map[target] = first;
        }

        locals = found;
        block = WithoutReads(cell, symbol, block);
        return map.Count == 0 ? block : Locals.Rename(block, map);
    }

    private static IEnumerable<Let> Reads(Local cell, FunctionSymbol symbol, Block block)
        => block.Blocks().SelectMany(b => b.Instructions).OfType<Let>().Where(l => IsRead(l, cell, symbol));

    private static bool IsRead(Instruction instruction, Local cell, FunctionSymbol symbol)
        => instruction is Let { Value: Field field } && field.Cell == cell && field.Symbol == symbol;

    // Code may test the term again and name fields of another symbol in an unreachable arm; that arm binds them.
    private static Block WithoutReads(Local cell, FunctionSymbol symbol, Block block) => new(
        block.Instructions.RemoveAll(i => IsRead(i, cell, symbol)), Locals.WithArms(block.End, arm => WithoutReads(cell, symbol, arm)));
}
