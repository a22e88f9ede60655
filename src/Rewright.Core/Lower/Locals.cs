using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Finds and replaces the locals in instructions and terminators of every kind, for passes.</summary>
internal static class Locals
{
    /// <summary>The locals that an instruction reads.</summary>
    public static IEnumerable<Local> ReadBy(Instruction instruction) => instruction switch
    {
        Let { Value: Construct { Reuse: { } token } construct } => construct.Parts.Append(token),
        Let { Value: ConstructAround { Reuse: { } token } construct } => construct.Parts.Append(token),
        Let let => let.Value.Arguments,
        Remember remember => [remember.Term, remember.Normal],
        Fill fill => [fill.Hole, fill.Value],
        Memoise memoise => [memoise.Value],
        Fire fire => fire.Times is null ? fire.Bindings.Select(b => b.Value) : [fire.Times],
        Perform perform => perform.Call.Parts,
        Dup dup => [dup.Target],
        Drop drop => [drop.Target],
        Open open => [open.Cell],
        Free free => [free.Token],
        _ => [],
    };

    /// <summary>A terminator with changed nested blocks.</summary>
    public static Terminator WithArms(Terminator end, Func<Block, Block> change) => end switch
    {
        Branch branch => branch with { WhenTrue = change(branch.WhenTrue), WhenFalse = change(branch.WhenFalse) },
        Switch s => s with
        {
            Cases = s.Cases.Select(c => new KeyValuePair<FunctionSymbol, Block>(c.Key, change(c.Value))).ToEquatableArray(),
            Otherwise = s.Otherwise is null ? null : change(s.Otherwise),
        },
        LiteralSwitch s => s with
        {
            Cases = s.Cases.Select(c => new KeyValuePair<Literal, Block>(c.Key, change(c.Value))).ToEquatableArray(),
            Otherwise = s.Otherwise is null ? null : change(s.Otherwise),
        },
        _ => end,
    };

    /// <summary>
    /// Replaces locals that the block uses but does not compute. Works only before memory operations are inserted.
    /// </summary>
    public static Block Rename(Block block, IReadOnlyDictionary<Local, Local> map)
    {
        var instructions = block.Instructions.Select(i => Rename(i, map)).ToImmutableArray();
        return new Block(instructions, WithArms(Rename(block.End, map), arm => Rename(arm, map)));
    }

    /// <summary>An instruction with the locals that it reads replaced.</summary>
    public static Instruction Rename(Instruction instruction, IReadOnlyDictionary<Local, Local> map)
    {
        Local To(Local local) => map.TryGetValue(local, out var other) ? other : local;
        return instruction switch
        {
            Let let => let with { Value = let.Value.With(let.Value.Arguments.Select(To).ToEquatableArray()) },
            Remember remember => new Remember(To(remember.Term), To(remember.Normal)),
            Fill fill => new Fill(To(fill.Hole), To(fill.Value)),
            Memoise memoise => memoise with { Value = To(memoise.Value) },
            Perform perform => new Perform((Call)perform.Call.With(perform.Call.Parts.Select(To).ToEquatableArray())),
            Fire fire => fire with
            {
                Times = fire.Times is null ? null : To(fire.Times),
                Bindings = fire.Bindings.Select(b => new KeyValuePair<Variable, Local>(b.Key, To(b.Value))).ToEquatableArray(),
            },
            _ => instruction,
        };
    }

    /// <summary>A copy of a block with new locals for the values that it computes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="map">The replacements of locals that the block does not compute.</param>
    public static Block Copy(Block block, IReadOnlyDictionary<Local, Local> map)
    {
        var names = map.ToDictionary(p => p.Key, p => p.Value);
        var instructions = ImmutableArray.CreateBuilder<Instruction>();
        foreach (var instruction in block.Instructions)
        {
            var renamed = Rename(instruction, names);
            if (renamed is Let let)
            {
                var target = new Local(let.Target.Name, let.Target.Type);
                names[let.Target] = target;
                renamed = let with { Target = target };
            }

            instructions.Add(renamed);
        }

        return new Block(instructions.ToImmutable(), WithArms(Rename(block.End, names), arm => Copy(arm, names)));
    }

    private static Terminator Rename(Terminator end, IReadOnlyDictionary<Local, Local> map)
    {
        Local To(Local local) => map.TryGetValue(local, out var other) ? other : local;
        EquatableArray<Local> All(EquatableArray<Local> locals) => locals.Select(To).ToEquatableArray();
        return end switch
        {
            Return r => new Return(To(r.Result)),
            TailCall t => t with
            {
                Parts = All(t.Parts),
                Around = t.Around.Select(a => a with { Others = All(a.Others) }).ToEquatableArray()
            },
            Jump j => j with { Parts = All(j.Parts) },
            Stuck s => s with { Parts = All(s.Parts) },
            Branch b => b with { Test = To(b.Test) },
            Switch s => s with { Subject = To(s.Subject) },
            LiteralSwitch s => s with { Subject = To(s.Subject) },
            _ => end,
        };
    }
}
