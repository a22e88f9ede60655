using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Makes recursive calls tail calls if their result is only put into a term or added to something: tail recursion modulo constructor and
/// modulo addition.
/// </summary>
/// <remarks>
/// After F. Bour, B. Clément, G. Scherer, Tail Modulo Cons (JFLA 2021), and D. Leijen, A. Lorenzen, Tail Recursion Modulo Context (POPL
/// 2023). The term is built first, with a hole, and a second version of the callee fills the hole instead of returning a result; or a
/// version of the callee takes the value to be added to its result. This works between functions that call each other. The first version of
/// a function stays as it is where it returns a result at once, so short paths pay nothing.
/// </remarks>
internal sealed class TailModulo
{
    private readonly Program _program;
    private readonly Dictionary<Function, int> _components;
    private readonly Dictionary<(Function, PrimitiveOp?), Function> _variants = [];
    private readonly Queue<Func<Definition>> _pending = [];
    private readonly bool _fillsHoles;

    private TailModulo(Program program, bool fillsHoles)
        => (_program, _components, _fillsHoles) = (program, CallGraph.ComponentOf(program.Definitions), fillsHoles);

    /// <summary>Rewrites calls below constructors and additions, for program forms with holes.</summary>
    public static Program Apply(Program program) => Apply(program, fillsHoles: true);

    /// <summary>Rewrites calls below additions only.</summary>
    public static Program ApplyToAdditions(Program program) => Apply(program, fillsHoles: false);

    private static Program Apply(Program program, bool fillsHoles)
    {
        var pass = new TailModulo(program, fillsHoles);
        var definitions = program.Definitions.Select(d => d.Map(block => pass.Direct(d.Function, block))).ToList();
        var variants = new List<Definition>();
        while (pass._pending.Count > 0) variants.Add(pass._pending.Dequeue()());
        return program.With(definitions.Concat(variants.OrderBy(d => d.Function.Name, StringComparer.Ordinal)));
    }

    // The work left after a call: building terms around its result, or combining it with values by one operation.
    private abstract record Context(Call Call, ImmutableArray<Instruction> Before);

    private sealed record Around(Call Call, ImmutableArray<Instruction> Before,
        ImmutableArray<(Local Target, Construct Construct, int Index)> Terms) : Context(Call, Before);

    private sealed record Plus(Call Call, ImmutableArray<Instruction> Before, PrimitiveOp Op, ImmutableArray<Local> Others, int Ones)
        : Context(Call, Before);

    private Block Direct(Function function, Block block)
    {
        if (block.End is not Return end) return block with { End = Locals.WithArms(block.End, arm => Direct(function, arm)) };
        switch (Find(function, block, end))
        {
            case Around around:
                var result = around.Before.ToBuilder();
                var (root, hole) = Build(around, result);
                result.Add(new Perform(new Call(Into(around.Call.Callee), around.Call.Parts.Append(hole).ToEquatableArray())));
                return new Block(result.ToImmutable(), new Return(root));
            case Plus plus:
                result = plus.Before.ToBuilder();
                var sum = Sum(plus, null, result);
                return new Block(result.ToImmutable(),
                    new TailCall(With(plus.Call.Callee, plus.Op), plus.Call.Parts.Append(sum).ToEquatableArray()));
            default:
                return block;
        }
    }

    // The version of a function that fills a hole.
    private Function Into(Function function)
    {
        if (_variants.TryGetValue((function, null), out var known)) return known;
        var hole = new Local("hole", HoleSort.Instance);
        var variant = new Function(function.Name + "$into", function.Role, function.Parameters.Add(hole), null);
        _variants.Add((function, null), variant);
        _pending.Enqueue(() => Copy(function, variant, hole, block => IntoHole(function, hole, block)));
        return variant;
    }

    private Block IntoHole(Function function, Local hole, Block block)
    {
        switch (block.End)
        {
            case Return end when Find(function, block, end) is Around around:
                var result = around.Before.ToBuilder();
                var (root, inner) = Build(around, result);
                result.Add(new Fill(hole, root));
                return new Block(result.ToImmutable(),
                    new TailCall(Into(around.Call.Callee), around.Call.Parts.Append(inner).ToEquatableArray()));
            case Return end:
                return new Block(block.Instructions.Add(new Fill(hole, end.Result)), new Done());
            case TailCall call when IsRecursive(function, call.Callee):
                return block with { End = new TailCall(Into(call.Callee), call.Parts.Append(hole).ToEquatableArray()) };
            case TailCall call:
                var value = new Local("value", call.Callee.Result!);
                return new Block([.. block.Instructions, new Let(value, new Call(call.Callee, call.Parts)), new Fill(hole, value)],
                    new Done());
            default:
                return block with { End = Locals.WithArms(block.End, arm => IntoHole(function, hole, arm)) };
        }
    }

    // The version of a function that combines its result with an argument.
    private Function With(Function function, PrimitiveOp op)
    {
        if (_variants.TryGetValue((function, op), out var known)) return known;
        var sum = new Local("sum", function.Result!);
        var variant = new Function(function.Name + "$" + op, function.Role, function.Parameters.Add(sum), function.Result);
        _variants.Add((function, op), variant);
        _pending.Enqueue(() => Copy(function, variant, sum, block => WithSum(function, op, sum, block)));
        return variant;
    }

    private Block WithSum(Function function, PrimitiveOp op, Local sum, Block block)
    {
        switch (block.End)
        {
            case Return end:
                var result = ImmutableArray.CreateBuilder<Instruction>();
                if (Find(function, block, end) is Plus plus && plus.Op == op)
                {
                    result.AddRange(plus.Before);
                    var total = Sum(plus, sum, result);
                    return new Block(result.ToImmutable(),
                        new TailCall(With(plus.Call.Callee, op), plus.Call.Parts.Append(total).ToEquatableArray()));
                }

                result.AddRange(block.Instructions);
                var combined = Combine(op, end.Result, sum, result);
                return new Block(result.ToImmutable(), new Return(combined));
            case TailCall call when IsRecursive(function, call.Callee):
                return block with { End = new TailCall(With(call.Callee, op), call.Parts.Append(sum).ToEquatableArray()) };
            case TailCall call:
                result = block.Instructions.ToBuilder();
                var value = new Local("value", call.Callee.Result!);
                result.Add(new Let(value, new Call(call.Callee, call.Parts)));
                combined = Combine(op, value, sum, result);
                return new Block(result.ToImmutable(), new Return(combined));
            default:
                return block with { End = Locals.WithArms(block.End, arm => WithSum(function, op, sum, arm)) };
        }
    }

    // A version has its own labels; all its blocks take the extra argument.
    private Definition Copy(Function function, Function variant, Local extra, Func<Block, Block> rewrite)
    {
        var original = _program[function];
        var labels = original.Labels.ToDictionary(l => l.Label, l => l.Label.With(l.Label.Parameters.Add(extra)));
        Block Redirect(Block block) => block with
        {
            End = block.End is Jump jump
                ? new Jump(labels[jump.Target], jump.Parts.Append(extra).ToEquatableArray()) : Locals.WithArms(block.End, Redirect),
        };
        var body = Redirect(rewrite(original.Body));
        return new Definition(variant, body,
            original.Labels.Select(l => new LabelledBlock(labels[l.Label], Redirect(rewrite(l.Body)))).ToImmutableArray());
    }

    private (Local Root, Local Hole) Build(Around around, ImmutableArray<Instruction>.Builder result)
    {
        // The innermost term has the hole; its address is taken while the term is still available.
        var (target, construct, index) = around.Terms[0];
        result.Add(new Let(target,
            new ConstructAround(construct.Symbol, index, construct.Parts.Where((_, i) => i != index).ToEquatableArray())));
        var hole = new Local("hole", HoleSort.Instance);
        result.Add(new Let(hole, new HoleOf(target, construct.Symbol, index)));
        foreach (var (outer, around2, _) in around.Terms.Skip(1)) result.Add(new Let(outer, around2));
        return (around.Terms[around.Terms.Length - 1].Target, hole);
    }

    private static Local Sum(Plus plus, Local? first, ImmutableArray<Instruction>.Builder result)
    {
        var sum = first;
        if (plus.Ones > 0)
        {
            var ones = new Local("ones", BuiltInSort.ULong);
            result.Add(new Let(ones, new Constant(new Literal(BuiltInSort.ULong, (ulong)plus.Ones))));
            sum = sum is null ? ones : Combine(plus.Op, sum, ones, result);
        }

        foreach (var other in plus.Others) sum = sum is null ? other : Combine(plus.Op, sum, other, result);
        return sum!;
    }

    private static Local Combine(PrimitiveOp op, Local left, Local right, ImmutableArray<Instruction>.Builder result)
    {
        var sort = op == PrimitiveOp.CountUp ? BuiltInSort.ULong : left.Sort;
        var target = new Local("sum", left.Sort is DataSort ? left.Sort : right.Sort);
        result.Add(new Let(target, new Compute(Primitive.Find(op, sort)!, EquatableArray.Of(left, right))));
        return target;
    }

    private bool IsRecursive(Function function, Function callee) => _components[function] == _components[callee];

    // The last recursive call of the block, if its result is then used only in a context.
    private Context? Find(Function function, Block block, Return end)
        => FindChain(block, end, callee => IsRecursive(function, callee)) is var (let, before, chain)
            ? FindAround((Call)let.Value, let.Target, before, chain) ?? (Context?)FindPlus((Call)let.Value, let.Target, before, chain)
                : null;

    /// <summary>
    /// Finds the last of some calls in a block whose result leads to the block's result through a chain of values, each used only by the
    /// next.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="end">The end of the block.</param>
    /// <param name="isWanted">True for the functions whose calls to look for.</param>
    /// <returns>The call, the instructions that can precede it, and the chain.</returns>
    internal static (Let Call, ImmutableArray<Instruction> Before, List<Let> Chain)? FindChain(Block block, Return end,
        Func<Function, bool> isWanted)
    {
        int index = block.Instructions.Length - 1;
        while (index >= 0 && !(block.Instructions[index] is Let { Value: Call c } && isWanted(c.Callee))) index--;
        if (index < 0) return null;
        var let = (Let)block.Instructions[index];

        // Later instructions that do not need the result move before the call; they must be unable to fail or call.
        var before = block.Instructions.Take(index).ToImmutableArray().ToBuilder();
        var chain = new List<Let>();
        var current = let.Target;
        foreach (var instruction in block.Instructions.Skip(index + 1))
        {
            if (!Locals.ReadBy(instruction).Contains(current))
            {
                if (instruction is not (Fire or Let { Value: Construct or Constant or Field or Compute { Primitive.CanThrow: false } }))
                    return null;
                before.Add(instruction);
                continue;
            }

            if (instruction is not Let next || next.Value.Arguments.Count(a => a == current) != 1) return null;
            chain.Add(next);
            current = next.Target;
        }

        // Only the next link may use the result of a link.
        var links = chain.Select(l => l.Target).Prepend(let.Target).ToList();
        bool isChain = current == end.Result && chain.Count > 0 && before.All(i => !Locals.ReadBy(i).Any(links.Contains));
        return isChain ? (let, before.ToImmutable(), chain) : null;
    }

    private Around? FindAround(Call call, Local result, ImmutableArray<Instruction> before, List<Let> chain)
    {
        if (!_fillsHoles) return null;
        var terms = ImmutableArray.CreateBuilder<(Local, Construct, int)>();
        var current = result;
        foreach (var link in chain)
        {
            if (link.Value is not Construct construct
                || _program.Layouts.RepresentationOf((DataSort)construct.Symbol.Result) is not Representation.Cells) return null;
            terms.Add((link.Target, construct, construct.Parts.Items.IndexOf(current)));
            current = link.Target;
        }

        // The hole must be a whole word, and the term needs a cell of its own to hold it.
        var (_, innermost, index) = terms[0];
        return _program.Layouts.CellOf(innermost.Symbol).Fields[index].Size == 8 ? new Around(call, before, terms.ToImmutable()) : null;
    }

    // True for operations that are associative and commutative, even on overflow.
    private static bool IsMonoid(Primitive primitive)
        => primitive.Op is PrimitiveOp.Add or PrimitiveOp.Multiply or PrimitiveOp.BitAnd or PrimitiveOp.BitOr or PrimitiveOp.BitXor
            && primitive.Operand is BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.UInt or BuiltInKind.Long or BuiltInKind.ULong };

    private Plus? FindPlus(Call call, Local result, ImmutableArray<Instruction> before, List<Let> chain)
    {
        PrimitiveOp? op = null;
        var others = ImmutableArray.CreateBuilder<Local>();
        int ones = 0;
        var current = result;
        foreach (var link in chain)
        {
            PrimitiveOp used;
            if (link.Value is Construct { Symbol: Constructor, Parts.Count: 1 } construct
                && _program.Layouts.RepresentationOf((DataSort)construct.Symbol.Result) is Representation.Counter)
            {
                used = PrimitiveOp.CountUp;
                ones++;
            }
            else if (link.Value is Compute { Primitive: var primitive } compute && IsMonoid(primitive))
            {
                used = primitive.Op;
                others.Add(compute.Parts[0] == current ? compute.Parts[1] : compute.Parts[0]);
            }
            else return null;

            if (op is not null && op != used) return null;
            op = used;
            current = link.Target;
        }

        return new Plus(call, before, op!.Value, others.ToImmutable(), ones);
    }
}
