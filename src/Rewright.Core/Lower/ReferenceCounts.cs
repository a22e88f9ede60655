using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Inserts the operations that keep reference counts, after A. Reinking, N. Xie, L. de Moura, D. Leijen, Perceus: Garbage
/// Free Reference Counting with Reuse (PLDI 2021).
/// </summary>
/// <remarks>
/// Functions and labelled blocks own their parameters. A field is borrowed from its cell while the cell is needed. At the first point where
/// only fields of a cell are needed, the cell is taken apart (<see cref="Open"/>): this is Perceus' drop specialisation, except that the
/// fields are moved out of an unshared cell. Nothing is kept beyond its last use. A path that ends in <see cref="Stuck"/> gives nothing
/// back, because the whole heap is restored after an error.
/// </remarks>
internal sealed class ReferenceCounts
{
    private readonly Layouts _layouts;
    private readonly Dictionary<Block, HashSet<Local>> _uses = new(ReferenceComparer<Block>.Instance);
    private readonly Dictionary<Local, Field> _fields = [];

    private ReferenceCounts(Layouts layouts) => _layouts = layouts;

    /// <summary>Inserts the memory operations into all functions.</summary>
    public static Program Apply(Program program) => program.WithCounts(program.Definitions.Select(d => Insert(d, program.Layouts)));

    private static Definition Insert(Definition definition, Layouts layouts)
    {
        var pass = new ReferenceCounts(layouts);
        var body = pass.Top(definition.Body, definition.Function.Parameters);
        return new Definition(definition.Function, body,
            definition.Labels.Select(l => l with { Body = pass.Top(l.Body, l.Label.Parameters) }).ToImmutableArray());
    }

    // The facts known at a point: which locals are owned, which fields have been read (and are borrowed unless owned), and the symbols of
    // cells.
    private sealed class State(IEnumerable<Local> owned, IEnumerable<Local> read, IDictionary<Local, FunctionSymbol> shapes)
    {
        public List<Local> Owned { get; } = [.. owned];

        public List<Local> Read { get; } = [.. read];

        public Dictionary<Local, FunctionSymbol> Shapes { get; } = new(shapes);

        public State Copy() => new(Owned, Read, Shapes);
    }

    private Block Top(Block block, ImmutableArray<Local> parameters)
        => Process(block, new State(parameters.Where(IsCounted), [], new Dictionary<Local, FunctionSymbol>()));

    private Block Process(Block block, State state)
    {
        var result = ImmutableArray.CreateBuilder<Instruction>();
        var lastUse = new Dictionary<Local, int>();
        for (int i = 0; i < block.Instructions.Length; i++)
            foreach (var local in Locals.ReadBy(block.Instructions[i])) lastUse[local] = i;
        var usedAtEnd = UsesOf(block.End);
        bool IsUsedAfter(Local local, int index) => usedAtEnd.Contains(local) || lastUse.TryGetValue(local, out int last) && last > index;

        Settle(state, result, l => IsUsedAfter(l, -1));
        for (int i = 0; i < block.Instructions.Length; i++)
        {
            int index = i;
            bool UsedLater(Local local) => IsUsedAfter(local, index);
            if (block.Instructions[i] is Let let)
            {
                if (let.Value.Consumes) Consume(let.Value.Arguments, state, result, UsedLater);
                result.Add(let);
                Define(let, state);
            }
            else
            {
                if (block.Instructions[i] is Perform perform) Consume(perform.Call.Parts, state, result, UsedLater);
                if (block.Instructions[i] is Fill fill) Consume(EquatableArray.Of(fill.Value), state, result, UsedLater);
                result.Add(block.Instructions[i]);
            }

            Settle(state, result, UsedLater);
        }

        if (block.End is Return or TailCall or Jump) Consume(block.End.Arguments, state, result, _ => false);
        var end = block.End switch
        {
            Switch s => s with
            {
                Cases = s.Cases.Select(c => new KeyValuePair<FunctionSymbol, Block>(c.Key, Arm(c.Value, state, s.Subject, c.Key)))
                    .ToEquatableArray(),
                Otherwise = s.Otherwise is null ? null : Process(s.Otherwise, state.Copy()),
            },
            _ => Locals.WithArms(block.End, arm => Process(arm, state.Copy())),
        };
        return new Block(result.ToImmutable(), end);
    }

    private Block Arm(Block arm, State state, Local subject, FunctionSymbol symbol)
    {
        var inner = state.Copy();
        inner.Shapes[subject] = symbol;
        return Process(arm, inner);
    }

    private void Define(Let let, State state)
    {
        if (let.Value is Field field)
        {
            _fields[let.Target] = field;
            state.Shapes[field.Cell] = field.Symbol;
            if (IsCounted(let.Target)) state.Read.Add(let.Target);
        }
        else if (IsCounted(let.Target))
        {
            state.Owned.Add(let.Target);
            // (A cell with a hole has no known symbol, because it cannot be taken apart.)
            if (let.Value is Construct construct) state.Shapes[let.Target] = construct.Symbol;
        }
    }

    // Gives each argument a reference of its own.
    private void Consume(EquatableArray<Local> arguments, State state, ImmutableArray<Instruction>.Builder result,
        System.Func<Local, bool> isUsedLater)
    {
        foreach (var group in arguments.Where(IsCounted).GroupBy(l => l))
        {
            var local = group.Key;
            int copies = group.Count();
            if (state.Owned.Contains(local) && !isUsedLater(local))
            {
                // This is the last use, so the local is given away. Fields that are needed later get their own references.
                foreach (var field in LiveFields(local, state, isUsedLater))
                {
                    result.Add(new Dup(field));
                    state.Owned.Add(field);
                }

                copies--;
                state.Owned.Remove(local);
            }

            for (; copies > 0; copies--) result.Add(new Dup(local));
        }
    }

    // Ends the ownership of everything that is not used later.
    private void Settle(State state, ImmutableArray<Instruction>.Builder result, System.Func<Local, bool> isUsedLater)
    {
        for (int i = 0; i < state.Owned.Count; i++)
        {
            var local = state.Owned[i];
            if (isUsedLater(local)) continue;
            state.Owned.RemoveAt(i);
            i = -1;
            if (!state.Shapes.TryGetValue(local, out var symbol))
            {
                result.Add(new Drop(local));
                continue;
            }

            if (!Layouts.IsCell(symbol)) continue;
            var wanted = new Local?[symbol.Arity];
            foreach (var field in LiveFields(local, state, isUsedLater))
            {
                // A cell gives each field away once. A local for the same field under another name has its own reference.
                ref var taken = ref wanted[_fields[field].Index];
                if (taken is null) taken = field;
                else result.Add(new Dup(field));
                state.Owned.Add(field);
            }

            result.Add(new Open(local, symbol, wanted.ToEquatableArray(), Token: null));
        }
    }

    // The fields that are borrowed from a cell and used later, directly or through their own fields.
    private List<Local> LiveFields(Local cell, State state, System.Func<Local, bool> isUsedLater)
        => state.Read.Where(f => _fields[f].Cell == cell && !state.Owned.Contains(f)
            && (isUsedLater(f) || LiveFields(f, state, isUsedLater).Count > 0)).ToList();

    private HashSet<Local> UsesOf(Terminator end)
    {
        var uses = new HashSet<Local>(end.Arguments);
        foreach (var arm in end.Arms) uses.UnionWith(UsesOf(arm));
        return uses;
    }

    // Every local that is read in a block or its nested blocks. Including those computed inside is harmless, because locals are assigned
    // once.
    private HashSet<Local> UsesOf(Block block)
    {
        if (_uses.TryGetValue(block, out var known)) return known;
        var uses = UsesOf(block.End);
        foreach (var instruction in block.Instructions) uses.UnionWith(Locals.ReadBy(instruction));
        _uses.Add(block, uses);
        return uses;
    }

    private bool IsCounted(Local local) => local.Type is LocalType.ValueType { Sort: var sort } && _layouts.IsCounted(sort);
}
