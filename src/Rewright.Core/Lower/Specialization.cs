using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Makes versions of functions for arguments with known constructors.</summary>
internal sealed class Specialization
{
    private readonly Dictionary<Local, (Constructor Symbol, ImmutableArray<Local> Fields)> _known;
    private readonly Dictionary<Label, Label> _labels = [];
    private readonly Queue<Label> _reached = [];

    private Specialization(Dictionary<Local, (Constructor, ImmutableArray<Local>)> known) => _known = known;

    /// <summary>Makes a version that takes the fields of some arguments instead of the arguments.</summary>
    /// <param name="name">The name of the version.</param>
    /// <param name="definition">The function.</param>
    /// <param name="pattern">The arguments and their constructors.</param>
    public static Definition Make(string name, Definition definition, ImmutableArray<(int Index, Constructor Symbol)> pattern)
    {
        var function = definition.Function;
        var known = pattern.ToDictionary(p => function.Parameters[p.Index],
            p => (p.Symbol, p.Symbol.Parameters.Select(f => new Local(f.Name.Length == 0 ? "part" : f.Name, f.Sort)).ToImmutableArray()));
        var blocks = definition.Labels.ToDictionary(l => l.Label, l => l.Body);
        var pass = new Specialization(known);
        var version = new Function(name, function.Role, pass.Replace(function.Parameters), function.Result);
        var body = pass.Rewrite(definition.Body, [], []);
        var labels = new Dictionary<Label, LabelledBlock>();
        // Blocks on paths for other symbols only are left out, because they may read fields that the known arguments do not have.
        while (pass._reached.Count > 0)
        {
            var label = pass._reached.Dequeue();
            labels.Add(label, new LabelledBlock(pass._labels[label], pass.Rewrite(blocks[label], [], [])));
        }

        return new Definition(version, body,
            definition.Labels.Where(l => labels.ContainsKey(l.Label)).Select(l => labels[l.Label]).ToImmutableArray());
    }

    private Label Reach(Label label)
    {
        if (_labels.TryGetValue(label, out var known)) return known;
        _reached.Enqueue(label);
        return _labels[label] = label.With(Replace(label.Parameters));
    }

    // A known argument is passed as its fields; a block receives it under its own name.
    private ImmutableArray<Local> Replace(IEnumerable<Local> locals)
        => locals.SelectMany(l => _known.TryGetValue(l, out var known) ? known.Fields : [l]).ToImmutableArray();

    // `renamed` holds the fields that were read from known arguments, `rebuilt` the known arguments that had to be built after all.
    private Block Rewrite(Block block, Dictionary<Local, Local> renamed, Dictionary<Local, Local> rebuilt)
    {
        (renamed, rebuilt) = (new(renamed), new(rebuilt));
        var result = ImmutableArray.CreateBuilder<Instruction>();
        while (true)
        {
            foreach (var instruction in block.Instructions)
            {
                if (instruction is Let { Value: Field field } let && _known.TryGetValue(field.Cell, out var known))
                {
                    // On paths for other symbols, which are cut off below, a field may not even exist.
                    renamed[let.Target] = known.Symbol == field.Symbol ? known.Fields[field.Index] : let.Target;
                    continue;
                }

                foreach (var local in Locals.ReadBy(instruction)) Need(local, renamed, rebuilt, result);
                result.Add(Locals.Rename(instruction, renamed));
            }

            if (block.End is not Switch s || !_known.TryGetValue(s.Subject, out var subject)) break;
            block = s.Cases.Where(c => ReferenceEquals(c.Key, subject.Symbol)).Select(c => c.Value).FirstOrDefault() ?? s.Otherwise!;
        }

        if (block.End is Jump jump)
        {
            // An argument passed to a block under its own name is passed as its fields.
            var parts = jump.Parts.Zip(jump.Target.Parameters, (part, parameter) => (part, parameter))
                .SelectMany(x => x.part == x.parameter && _known.TryGetValue(x.part, out var known)
                    ? known.Fields : [Rebuilt(x.part, renamed, rebuilt, result)])
                .ToEquatableArray();
            // Built only now, when `result` contains everything that the parts need.
            return new Block(result.ToImmutable(), new Jump(Reach(jump.Target), parts));
        }

        foreach (var local in block.End.Arguments) Need(local, renamed, rebuilt, result);
        var end = Locals.Rename(new Block([], Locals.WithArms(block.End, arm => new Block([], new Done()))), renamed).End;
        // The arms are rewritten last, with what is known at this point.
        var arms = new Queue<Block>(block.End.Arms);
        return new Block(result.ToImmutable(), Locals.WithArms(end, _ => Rewrite(arms.Dequeue(), renamed, rebuilt)));
    }

    private void Need(Local local, Dictionary<Local, Local> renamed, Dictionary<Local, Local> rebuilt,
        ImmutableArray<Instruction>.Builder result)
    {
        if (_known.ContainsKey(local)) Rebuilt(local, renamed, rebuilt, result);
    }

    private Local Rebuilt(Local local, Dictionary<Local, Local> renamed, Dictionary<Local, Local> rebuilt,
        ImmutableArray<Instruction>.Builder result)
    {
        if (!_known.TryGetValue(local, out var known)) return renamed.TryGetValue(local, out var other) ? other : local;
        if (!rebuilt.TryGetValue(local, out var term))
        {
            rebuilt.Add(local, term = new Local(local.Name, local.Sort));
            renamed[local] = term;
            result.Add(new Let(term, new Construct(known.Symbol, known.Fields)));
        }

        return term;
    }
}
