using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Closes loops that only count: makes all turns of a path through a function at once.</summary>
/// <remarks>
/// A path to a call of the function itself is a counting path under three conditions: each counter among the arguments changes by a
/// constant, all other arguments stay the same, and the tests on the path keep their outcomes as long as the falling counters are large
/// enough. Such tests are lower bounds of counters and tests of unchanged arguments. The falling counters determine the number k of turns,
/// and the arguments change by k times as much. The path runs through the decision tree, so it includes the tests of earlier rules, not
/// only those of the rule itself.
/// </remarks>
internal sealed class CounterLoops
{
    // A small limit allows sums instead of products, which keeps the overflow check simple; real rules have no larger steps.
    private const int MaxStep = 8;

    private static readonly Primitive Subtract = Primitive.Find(PrimitiveOp.Subtract, BuiltInSort.ULong)!;
    private static readonly Primitive Divide = Primitive.Find(PrimitiveOp.Divide, BuiltInSort.ULong)!;
    private static readonly Primitive Min = Primitive.Find(PrimitiveOp.Min, BuiltInSort.ULong)!;
    private static readonly Primitive CountUp = Primitive.Find(PrimitiveOp.CountUp, BuiltInSort.ULong)!;

    private readonly Function _function;
    private readonly Layouts _layouts;

    private CounterLoops(Function function, Layouts layouts) => (_function, _layouts) = (function, layouts);

    /// <summary>Closes the loops of all functions.</summary>
    public static Program Apply(Program program) => program.With(program.Definitions.Select(d => Close(d, program.Layouts)));

    private static Definition Close(Definition definition, Layouts layouts)
        => CallGraph.HasSelfTailCall(definition)
            ? definition with { Body = new CounterLoops(definition.Function, layouts).Rewrite(definition.Body, new Path()) } : definition;

    // A value on the path: a parameter plus a constant.
    private readonly record struct Offset(int Parameter, int Change);

    // The facts known at a place on the path.
    private sealed class Path
    {
        public Dictionary<Local, Offset> Values { get; init; } = [];

        /// <summary>The parameters that are used in more than a lower bound, so that they must not change.</summary>
        public HashSet<int> Fixed { get; init; } = [];

        /// <summary>For each parameter, the least value for which the tests on the path keep their outcomes.</summary>
        public Dictionary<int, int> Bounds { get; init; } = [];

        /// <summary>For other values, the parameters that they depend on.</summary>
        public Dictionary<Local, HashSet<int>> Sources { get; init; } = [];

        public Path Copy() => new() { Values = new(Values), Fixed = [.. Fixed], Bounds = new(Bounds), Sources = new(Sources) };
    }

    private bool IsCounter(Local local)
        => local.Type is LocalType.ValueType { Sort: DataSort sort } && _layouts.RepresentationOf(sort) is Representation.Counter;

    private Block Rewrite(Block block, Path path)
    {
        if (path.Values.Count == 0)
            for (int i = 0; i < _function.Parameters.Length; i++) path.Values[_function.Parameters[i]] = new Offset(i, 0);

        foreach (var instruction in block.Instructions)
        {
            switch (instruction)
            {
                case Let { Value: Field field } let when IsCounter(field.Cell) && path.Values.TryGetValue(field.Cell, out var cell):
                    path.Values[let.Target] = cell with { Change = cell.Change - 1 };
                    break;
                case Let { Value: Construct { Parts.Count: 1 } construct } let when IsCounter(let.Target)
                    && path.Values.TryGetValue(construct.Parts[0], out var part):
                    path.Values[let.Target] = part with { Change = part.Change + 1 };
                    break;
                case Let { Value: Compute { Primitive.Op: PrimitiveOp.CountUp } sum } let
                    when path.Values.TryGetValue(sum.Parts[0], out var first) && ConstantIn(block, sum.Parts[1]) is { } constant:
                    path.Values[let.Target] = first with { Change = first.Change + constant };
                    break;
                case Let let:
                    path.Sources[let.Target] = [.. let.Value.Arguments.SelectMany(a => Dependencies(a, path))];
                    break;
                case Fire:
                    break;
                default:
                    // Memory is written, or each turn has another effect, so no loop below can be closed.
                    return block;
            }
        }

        switch (block.End)
        {
            case TailCall call when call.Callee == _function:
                return Close(block, call, path) ?? block;
            case Switch s when IsCounter(s.Subject) && path.Values.TryGetValue(s.Subject, out var subject):
                return block with
                {
                    End = s with
                    {
                        Cases = s.Cases.Select(c => new KeyValuePair<FunctionSymbol, Block>(c.Key,
                            Rewrite(c.Value, Tested(path, subject, c.Key.Arity > 0)))).ToEquatableArray(),
                        // Only one constructor is left.
                        Otherwise = s.Otherwise is null
                            ? null : Rewrite(s.Otherwise, Tested(path, subject, s.Cases.Any(c => c.Key.Arity == 0))),
                    },
                };
            case Switch or LiteralSwitch or Branch:
                var fixedHere = Dependencies(block.End.Arguments[0], path);
                return block with
                {
                    End = Locals.WithArms(block.End, arm =>
                {
                    var inner = path.Copy();
                    inner.Fixed.UnionWith(fixedHere);
                    return Rewrite(arm, inner);
                })
                };
            default:
                return block;
        }
    }

    private static Path Tested(Path path, Offset subject, bool isPositive)
    {
        var result = path.Copy();
        // p - d is not 0, so p is at least d + 1. The opposite test, that it is 0, holds for only one value of p.
        int bound = 1 - subject.Change;
        if (!isPositive) result.Fixed.Add(subject.Parameter);
        else if (!result.Bounds.TryGetValue(subject.Parameter, out int known) || known < bound) result.Bounds[subject.Parameter] = bound;
        return result;
    }

    private static IEnumerable<int> Dependencies(Local local, Path path)
        => path.Values.TryGetValue(local, out var offset) ? [offset.Parameter]
            : path.Sources.TryGetValue(local, out var sources) ? sources : [];

    private static int? ConstantIn(Block block, Local local)
        => block.Instructions.OfType<Let>()
            .FirstOrDefault(l => l.Target == local)?.Value is Constant { Literal.Value: ulong and <= MaxStep and var value }
            ? (int)value : null;

    private Block? Close(Block block, TailCall call, Path path)
    {
        var changes = new int[_function.Parameters.Length];
        for (int i = 0; i < changes.Length; i++)
        {
            if (!path.Values.TryGetValue(call.Parts[i], out var value) || value.Parameter != i) return null;
            changes[i] = value.Change;
            if (changes[i] is < -MaxStep or > MaxStep || changes[i] != 0 && path.Fixed.Contains(i)) return null;
        }

        var falling = Enumerable.Range(0, changes.Length).Where(i => changes[i] < 0).ToList();
        if (falling.Count == 0) return null;

        var result = block.Instructions.ToBuilder();
        Local? turns = null;
        foreach (int i in falling)
        {
            // The tests hold while the counter is at least its bound, which is (p - bound) / step + 1 times.
            if (!path.Bounds.TryGetValue(i, out int bound) || bound < -changes[i]) return null;
            var room = Compute(Subtract, result, _function.Parameters[i], Word(bound, result));
            if (changes[i] < -1) room = Compute(Divide, result, room, Word(-changes[i], result));
            turns = turns is null ? room : Compute(Min, result, turns, room);
        }

        turns = Compute(CountUp, result, turns!, Word(1, result));
        var arguments = new Local[changes.Length];
        for (int i = 0; i < changes.Length; i++)
        {
            var argument = _function.Parameters[i];
            for (int k = 0; k < changes[i]; k++) argument = Compute(CountUp, result, argument, turns);
            for (int k = 0; k > changes[i]; k--) argument = Compute(Subtract, result, argument, turns);
            arguments[i] = argument;
        }

        for (int i = 0; i < result.Count; i++)
            if (result[i] is Fire fire) result[i] = fire with { Times = turns };
        // The count is known only after the instructions that compute it.
        var fires = result.OfType<Fire>().ToList();
        result.RemoveAll(i => i is Fire);
        result.AddRange(fires);
        return new Block(result.ToImmutable(), new TailCall(_function, EquatableArray.Of(arguments)));
    }

    private static Local Compute(Primitive primitive, ImmutableArray<Instruction>.Builder result, params Local[] operands)
    {
        var local = new Local("turns", BuiltInSort.ULong);
        result.Add(new Let(local, new Compute(primitive, EquatableArray.Of(operands))));
        return local;
    }

    private static Local Word(int value, ImmutableArray<Instruction>.Builder result)
    {
        var local = new Local("constant", BuiltInSort.ULong);
        result.Add(new Let(local, new Constant(new Literal(BuiltInSort.ULong, (ulong)value))));
        return local;
    }
}
