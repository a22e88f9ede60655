using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Pairs the memory of cells that are taken apart with cells of the same size that are built later on the same path.</summary>
/// <remarks>Memory in which nothing will be built is freed at once, not at the end.</remarks>
internal static class Reuse
{
    /// <summary>Assigns tokens to the cells that <see cref="ReferenceCounts"/> takes apart.</summary>
    public static Program Apply(Program program)
        => program.With(program.Definitions.Select(d => d.Map(block => Assign(block, [], program.Layouts))));

    private static Block Assign(Block block, List<Local> available, Layouts layouts)
    {
        var result = ImmutableArray.CreateBuilder<Instruction>();
        foreach (var token in Surplus(available, block, 0, layouts))
        {
            result.Add(new Free(token));
            available.Remove(token);
        }

        for (int i = 0; i < block.Instructions.Length; i++)
        {
            switch (block.Instructions[i])
            {
                case Open open:
                    var token = new Local("memory", new LocalType.Token(layouts.CellOf(open.Symbol).Words));
                    available.Add(token);
                    // If there are more tokens than cells to build, free the latest one, because the earlier ones already have a use.
                    bool isSurplus = Surplus(available, block, i + 1, layouts).Count > 0;
                    if (isSurplus) available.Remove(token);
                    result.Add(isSurplus ? open : open with { Token = token });
                    break;
                case Let let when BuiltWith(let) is { } symbol
                    && available.FindLastIndex(t => WordsOf(t) == layouts.CellOf(symbol).Words) is >= 0 and var index:
                    result.Add(let with
                    {
                        Value = let.Value is Construct construct
                            ? construct with { Reuse = available[index] } : ((ConstructAround)let.Value) with { Reuse = available[index] },
                    });
                    available.RemoveAt(index);
                    break;
                default:
                    result.Add(block.Instructions[i]);
                    break;
            }
        }

        return new Block(result.ToImmutable(), Locals.WithArms(block.End, arm => Assign(arm, [.. available], layouts)));
    }

    // The tokens for which no path from here builds a cell.
    private static List<Local> Surplus(List<Local> available, Block block, int start, Layouts layouts)
        => available.GroupBy(WordsOf)
            .SelectMany(group => group.Skip(MostBuilt(block, start, group.Key, layouts)))
            .ToList();

    // The largest number of cells of a size that any path builds.
    private static int MostBuilt(Block block, int start, int words, Layouts layouts)
    {
        int here = 0;
        for (int i = start; i < block.Instructions.Length; i++)
            if (block.Instructions[i] is Let let && BuiltWith(let) is { } symbol && layouts.CellOf(symbol).Words == words) here++;
        return here + block.End.Arms.Select(arm => MostBuilt(arm, 0, words, layouts)).DefaultIfEmpty().Max();
    }

    // The symbol of the cell that an instruction builds.
    private static FunctionSymbol? BuiltWith(Let let) => let.Value switch
    {
        Construct construct when Layouts.IsCell(construct.Symbol) => construct.Symbol,
        ConstructAround around => around.Symbol,
        _ => null,
    };

    private static int WordsOf(Local token) => ((LocalType.Token)token.Type).Words;
}
