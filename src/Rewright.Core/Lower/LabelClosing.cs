using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Makes the labelled blocks of a function closed. Lowering lets a block use whatever was computed on every way to it;
/// here each such local becomes a parameter, and every jump passes it along.
/// </summary>
/// <remarks>
/// A field is not passed but read again from its cell: a load is cheaper than a reference of its own. Blocks that are
/// jumped to from one place become part of it, unless they were cut off to keep nesting flat.
/// </remarks>
internal static class LabelClosing
{
    public static void Close(Function function)
    {
        InlineSingle(function);
        var fields = new Dictionary<Local, Field>();
        foreach (var block in function.Blocks())
            foreach (var let in block.Instructions.OfType<Let>())
                if (let.Value is Field field) fields[let.Target] = field;

        // What a label needs includes what the labels need that it jumps to: iterate until nothing is added.
        var needs = function.Labels.ToDictionary(l => l, _ => new List<Local>());
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var label in function.Labels)
            {
                foreach (var local in Free(label, needs))
                {
                    var root = local;
                    while (fields.TryGetValue(root, out var field)) root = field.Cell;
                    if (needs[label].Contains(root) || label.Parameters.Contains(root)) continue;
                    needs[label].Add(root);
                    changed = true;
                }
            }
        }

        foreach (var label in function.Labels)
        {
            var read = new List<Let>();
            foreach (var local in Free(label, needs)) Read(local, fields, read);
            var body = AddArguments(label.Body, needs);
            label.Body = body with { Instructions = [.. read, .. body.Instructions] };
        }

        function.Body = AddArguments(function.Body, needs);
        foreach (var label in function.Labels) label.Parameters = label.Parameters.AddRange(needs[label]);
    }

    private static void Read(Local local, Dictionary<Local, Field> fields, List<Let> read)
    {
        if (!fields.TryGetValue(local, out var field) || read.Any(l => l.Target == local)) return;
        Read(field.Cell, fields, read);
        read.Add(new Let(local, field));
    }

    private static Block AddArguments(Block block, Dictionary<Label, List<Local>> needs)
        => Rebuild(block, end => end is Jump jump ? jump with { Parts = jump.Parts.Concat(needs[jump.Target]).ToEquatableArray() } : end);

    // The locals that a label's block uses but does not compute, its own parameters left out.
    private static List<Local> Free(Label label, Dictionary<Label, List<Local>> needs)
    {
        var free = new List<Local>();
        Collect(label.Body, new HashSet<Local>(label.Parameters), free, needs);
        return free;
    }

    private static void Collect(Block block, HashSet<Local> bound, List<Local> free, Dictionary<Label, List<Local>> needs)
    {
        var own = new List<Local>();
        void Use(Local local)
        {
            if (!bound.Contains(local) && !free.Contains(local)) free.Add(local);
        }

        foreach (var instruction in block.Instructions)
        {
            foreach (var local in Locals.ReadBy(instruction)) Use(local);
            if (instruction is Let let && bound.Add(let.Target)) own.Add(let.Target);
        }

        foreach (var argument in block.End.Arguments) Use(argument);
        if (block.End is Jump jump)
            foreach (var local in needs[jump.Target]) Use(local);
        foreach (var arm in block.End.Arms) Collect(arm, bound, free, needs);
        bound.ExceptWith(own);
    }

    private static void InlineSingle(Function function)
    {
        var jumps = new Dictionary<Label, int>();
        foreach (var block in function.Blocks())
            if (block.End is Jump jump) jumps[jump.Target] = jumps.TryGetValue(jump.Target, out int n) ? n + 1 : 1;
        var single = new HashSet<Label>(function.Labels.Where(l => !l.IsCut && jumps.TryGetValue(l, out int n) && n == 1));

        // A parameter of such a label has one value. It is replaced everywhere, since labels that are reached from here, and
        // stay labels, mention it too.
        var values = new Dictionary<Local, Local>();
        foreach (var block in function.Blocks())
        {
            if (block.End is not Jump jump || !single.Contains(jump.Target)) continue;
            for (int i = 0; i < jump.Parts.Count; i++) values[jump.Target.Parameters[i]] = jump.Parts[i];
        }

        foreach (var parameter in values.Keys.ToList())
            while (values.TryGetValue(values[parameter], out var further)) values[parameter] = further;

        Block Inline(Block block) => Rebuild(block, end => end, (b, end) =>
        {
            if (end is not Jump jump || !single.Contains(jump.Target)) return b with { End = end };
            var body = Inline(jump.Target.Body);
            return body with { Instructions = b.Instructions.AddRange(body.Instructions) };
        });

        Block Finish(Block block) => values.Count == 0 ? Inline(block) : Locals.Rename(Inline(block), values);

        foreach (var label in function.Labels.Where(l => !single.Contains(l) && jumps.ContainsKey(l))) label.Body = Finish(label.Body);
        function.Body = Finish(function.Body);
        function.Labels = function.Labels.Where(l => !single.Contains(l) && jumps.ContainsKey(l)).ToImmutableArray();
    }

    private static Block Rebuild(Block block, System.Func<Terminator, Terminator> change, System.Func<Block, Terminator, Block>? finish = null)
    {
        Block Arm(Block arm) => Rebuild(arm, change, finish);
        var end = change(Locals.WithArms(block.End, Arm));
        return finish is null ? block with { End = end } : finish(block, end);
    }
}
