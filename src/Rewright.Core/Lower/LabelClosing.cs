using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Closes the labelled blocks of a function. Lowering lets a block use any local that is computed on every path to it; this pass makes each
/// such local a parameter, and every jump passes it.
/// </summary>
/// <remarks>
/// A field is not passed but read again from its cell, because a load is cheaper than another reference. A block with a single jump to it
/// becomes part of the jumping block, unless it was cut off to keep nesting flat.
/// </remarks>
internal static class LabelClosing
{
    /// <summary>Closes the labelled blocks of a function directly after lowering.</summary>
    public static Definition Close(Definition function)
    {
        if (function.Labels.IsEmpty) return function;
        function = InlineSingle(function);
        var fields = new Dictionary<Local, Field>();
        foreach (var block in function.Blocks())
            foreach (var let in block.Instructions.OfType<Let>())
                if (let.Value is Field field) fields[let.Target] = field;

        // A label also needs what its jump targets need, so iterate until nothing is added.
        var needs = function.Labels.ToDictionary(l => l.Label, _ => new List<Local>());
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var block in function.Labels)
            {
                var label = block.Label;
                foreach (var local in Free(block, needs))
                {
                    var root = local;
                    while (fields.TryGetValue(root, out var field)) root = field.Cell;
                    if (needs[label].Contains(root) || label.Parameters.Contains(root)) continue;
                    needs[label].Add(root);
                    changed = true;
                }
            }
        }

        var closed = needs.ToDictionary(n => n.Key, n => n.Key.With(n.Key.Parameters.AddRange(n.Value)));
        var labels = function.Labels.Select(block =>
        {
            var read = new List<Let>();
            foreach (var local in Free(block, needs)) Read(local, fields, read);
            var body = AddArguments(block.Body, needs, closed);
            return new LabelledBlock(closed[block.Label], body with { Instructions = [.. read, .. body.Instructions] });
        }).ToImmutableArray();
        return new Definition(function.Function, AddArguments(function.Body, needs, closed), labels);
    }

    private static void Read(Local local, Dictionary<Local, Field> fields, List<Let> read)
    {
        if (!fields.TryGetValue(local, out var field) || read.Any(l => l.Target == local)) return;
        Read(field.Cell, fields, read);
        read.Add(new Let(local, field));
    }

    private static Block AddArguments(Block block, Dictionary<Label, List<Local>> needs, Dictionary<Label, Label> closed)
        => Rebuild(block, end => end is Jump jump
            ? new Jump(closed[jump.Target], jump.Parts.Concat(needs[jump.Target]).ToEquatableArray()) : end);

    // The locals that a label's block uses but neither computes nor takes as parameters.
    private static List<Local> Free(LabelledBlock block, Dictionary<Label, List<Local>> needs)
    {
        var free = new List<Local>();
        Collect(block.Body, new HashSet<Local>(block.Label.Parameters), free, needs);
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

    private static Definition InlineSingle(Definition function)
    {
        var jumps = new Dictionary<Label, int>();
        foreach (var block in function.Blocks())
            if (block.End is Jump jump) jumps[jump.Target] = jumps.TryGetValue(jump.Target, out int n) ? n + 1 : 1;
        var blocks = function.Labels.ToDictionary(l => l.Label, l => l.Body);
        var single = new HashSet<Label>(blocks.Keys.Where(l => !l.IsCut && jumps.TryGetValue(l, out int n) && n == 1));

        // A parameter of such a label has only one value. It is replaced everywhere, because labels that are reached from here and stay
        // labels use it too.
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
            var body = Inline(blocks[jump.Target]);
            return body with { Instructions = b.Instructions.AddRange(body.Instructions) };
        });

        Block Finish(Block block) => values.Count == 0 ? Inline(block) : Locals.Rename(Inline(block), values);

        var left = function.Labels.Where(l => !single.Contains(l.Label) && jumps.ContainsKey(l.Label));
        return (function with { Labels = left.ToImmutableArray() }).Map(Finish);
    }

    private static Block Rebuild(Block block, System.Func<Terminator, Terminator> change,
        System.Func<Block, Terminator, Block>? finish = null)
    {
        Block Arm(Block arm) => Rebuild(arm, change, finish);
        var end = change(Locals.WithArms(block.End, Arm));
        return finish is null ? block with { End = end } : finish(block, end);
    }
}
