using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Turns recursion that counts a counter down to zero, <c>f(x, Succ(n)) -> g(x, n, f(x, n))</c>, into a loop that counts up.
/// </summary>
/// <remarks>
/// The recursive call must occur on every path on which the counter is not zero, before any test, and change only the counter. Then the
/// innermost call is known and its result is needed first in any case. The other steps follow in the order in which their calls would
/// return, so no stack is needed.
/// </remarks>
internal static class BottomUpRecursion
{
    /// <summary>Rewrites the functions and adds the new ones.</summary>
    public static Program Apply(Program program)
    {
        var definitions = new List<Definition>();
        var added = new List<Definition>();
        foreach (var definition in program.Definitions) definitions.Add(Rewrite(definition, program.Layouts, added) ?? definition);
        return program.With(definitions.Concat(added));
    }

    // Null if there is nothing to rewrite.
    private static Definition? Rewrite(Definition definition, Layouts layouts, List<Definition> added)
    {
        var function = definition.Function;
        if (!definition.Labels.IsEmpty || function.Result is null
            || definition.Body is not { Instructions.Length: 0, End: Switch { Otherwise: null, Cases.Count: 2 } s }) return null;
        int counter = function.Parameters.IndexOf(s.Subject);
        if (counter < 0 || layouts.RepresentationOf((DataSort)s.Subject.Sort) is not Representation.Counter) return null;
        var zero = s.Cases.First(c => c.Key.Arity == 0).Value;
        var positive = s.Cases.First(c => c.Key.Arity == 1).Value;
        if (Calls(zero, function) || FindCall(function, positive, counter) is not { } index) return null;
        var (call, rest) = ((Let)positive.Instructions[index], positive with { Instructions = positive.Instructions.RemoveAt(index) });
        if (Calls(rest, function)) return null;

        // step(x, n, below): computes the result for n from that for n - 1.
        var step = new Function(function.Name + "$step", function.Role, function.Parameters.Add(call.Target), function.Result);

        // up(x, n, k, result): goes from the result for k to that for n.
        var parameters = function.Parameters.Select(p => new Local(p.Name, p.Type)).ToImmutableArray();
        var done = new Local("done", s.Subject.Sort);
        var result = new Local("result", function.Result);
        var up = new Function(function.Name + "$up", function.Role, [.. parameters, done, result], function.Result);
        var isDone = new Local("isDone", BuiltInSort.Bool);
        var one = new Local("one", BuiltInSort.ULong);
        var next = new Local("next", s.Subject.Sort);
        var following = new Local("result", function.Result);
        var loop = new Block(
            [new Let(isDone,
                new Compute(Primitive.Find(PrimitiveOp.Equal, BuiltInSort.ULong)!, EquatableArray.Of(done, parameters[counter])))],
            new Branch(isDone,
                new Block([], new Return(result)),
                new Block(
                    [
                        new Let(one, new Constant(new Literal(BuiltInSort.ULong, 1UL))),
                        // Cannot overflow, because it never passes the counter that it counts up to.
                        new Let(next, new Compute(Primitive.Find(PrimitiveOp.Add, BuiltInSort.ULong)!, EquatableArray.Of(done, one))),
                        new Let(following, new Call(step, parameters.SetItem(counter, next).Add(result).ToEquatableArray())),
                    ],
                    new TailCall(up, parameters.Add(next).Add(following).ToEquatableArray()))));

        // The function itself computes the result for zero and then counts up.
        var zeroLocal = new Local("zero", s.Subject.Sort);
        var first = new Function(function.Name + "$first", function.Role, function.Parameters, function.Result);
        var start = new Local("result", function.Result);
        added.AddRange([new Definition(step, rest), new Definition(up, loop), new Definition(first, zero)]);
        return new Definition(function, new Block(
            [
                new Let(zeroLocal, new Construct(s.Cases.First(c => c.Key.Arity == 0).Key, EquatableArray<Local>.Empty)),
                new Let(start, new Call(first, function.Parameters.SetItem(counter, zeroLocal).ToEquatableArray())),
            ],
            new TailCall(up, function.Parameters.Add(zeroLocal).Add(start).ToEquatableArray())));
    }

    private static bool Calls(Block block, Function function)
        => CallGraph.Calls(block).Contains(function) || block.End is TailCall call && call.Callee == function
            || block.End.Arms.Any(arm => Calls(arm, function));

    // Finds the recursive call, if nothing before it can fail and it changes only the counter, by one.
    private static int? FindCall(Function function, Block block, int counter)
    {
        Local? predecessor = null;
        for (int i = 0; i < block.Instructions.Length; i++)
        {
            switch (block.Instructions[i])
            {
                case Let { Value: Field field } let when field.Cell == function.Parameters[counter]:
                    predecessor = let.Target;
                    break;
                case Let { Value: Call call } when call.Callee == function:
                    bool onlyCounts = call.Parts.Select((p, k) => k == counter ? p == predecessor : p == function.Parameters[k])
                        .All(same => same);
                    return onlyCounts ? i : null;
                case Fire or Let { Value: Field or Constant or Construct } or Let { Value: Compute { Primitive.CanThrow: false } }:
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
