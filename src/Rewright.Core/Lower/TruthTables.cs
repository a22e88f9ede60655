using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Computes operations from one or two bits to a bit (on sorts with two constants) for every input at compile time. A call then takes one
/// or two instructions on words, instead of tests that the processor would have to predict.
/// </summary>
/// <remarks>A table is the bits of a number: the result for inputs x and y is bit x + 2y.</remarks>
internal sealed class TruthTables(Layouts layouts)
{
    private static readonly Primitive And = Primitive.Find(PrimitiveOp.BitAnd, BuiltInSort.ULong)!;
    private static readonly Primitive Or = Primitive.Find(PrimitiveOp.BitOr, BuiltInSort.ULong)!;
    private static readonly Primitive Xor = Primitive.Find(PrimitiveOp.BitXor, BuiltInSort.ULong)!;

    private readonly Dictionary<Function, int> _tables = [];

    /// <summary>True if the sorts of a function allow a table.</summary>
    public bool CanHold(Function function)
        => function.Parameters.Length is 1 or 2 && function.Result is { } result && IsBit(LocalType.Of(result))
            && function.Parameters.All(p => IsBit(p.Type));

    /// <summary>
    /// Adds the table of a function in unboxed form, if it has a result for every input. Its callees must be added first.
    /// </summary>
    public void Add(Definition definition)
    {
        var function = definition.Function;
        int table = 0;
        for (int input = 0; input < 1 << function.Parameters.Length; input++)
        {
            var values = new Dictionary<Local, ulong>();
            for (int i = 0; i < function.Parameters.Length; i++) values[function.Parameters[i]] = (ulong)(input >> i) & 1;
            if (Evaluate(definition.Body, values) is not { } result) return;
            table |= (int)result << input;
        }

        _tables.Add(function, table);
    }

    /// <summary>Writes the computation of a call. Returns false if the callee has no table.</summary>
    public bool TryWrite(Function callee, EquatableArray<Local> inputs, Local target, ImmutableArray<Instruction>.Builder result)
    {
        if (!_tables.TryGetValue(callee, out int table)) return false;
        // The polynomial over two elements, c0 + c1 x + c2 y + c3 xy (I. Zhegalkin 1927).
        int c0 = table & 1, c1 = c0 ^ ((table >> 1) & 1), c2 = 0, c3 = 0;
        if (inputs.Count == 2)
        {
            c2 = c0 ^ ((table >> 2) & 1);
            c3 = c0 ^ c1 ^ c2 ^ ((table >> 3) & 1);
        }

        Local? word = null;
        if (c3 == 0)
        {
            if (c1 == 1) word = inputs[0];
            if (c2 == 1) word = word is null ? inputs[1] : Write(Xor, word, inputs[1], result);
        }
        else if (c1 == 1 && c2 == 1)
        {
            // x + y + xy is x or y.
            word = Write(Or, inputs[0], inputs[1], result);
        }
        else
        {
            // (x + c2)(y + c1) is xy + c1 x + c2 y + c1 c2, and here c1 c2 is 0.
            word = Write(And, c2 == 1 ? Negate(inputs[0], result) : inputs[0], c1 == 1 ? Negate(inputs[1], result) : inputs[1], result);
        }

        if (word is null) result.Add(new Let(target, new Constant(new Literal(BuiltInSort.ULong, (ulong)c0))));
        else if (c0 == 1) result.Add(new Let(target, new Compute(Xor, EquatableArray.Of(word, One(result)))));
        else result.Add(new Let(target, new Compute(Or, EquatableArray.Of(word, word))));
        return true;
    }

    private bool IsBit(LocalType type)
        => type is LocalType.ValueType { Sort: DataSort sort } && layouts.RepresentationOf(sort) is Representation.Packed { Bits: 1 };

    private ulong? Evaluate(Block block, Dictionary<Local, ulong> values)
    {
        while (true)
        {
            foreach (var instruction in block.Instructions)
            {
                if (instruction is Fire) continue;
                if (instruction is not Let let || Evaluate(let.Value, values) is not { } value) return null;
                values[let.Target] = value;
            }

            switch (block.End)
            {
                case Return r:
                    return values[r.Result];
                case TailCall call:
                    return Look(call.Callee, call.Parts, values);
                case Branch branch:
                    block = values[branch.Test] != 0 ? branch.WhenTrue : branch.WhenFalse;
                    break;
                default:
                    return null;
            }
        }
    }

    private ulong? Evaluate(Value value, Dictionary<Local, ulong> values) => value switch
    {
        Constant { Literal.Value: ulong literal } => literal,
        Call call => Look(call.Callee, call.Parts, values),
        Compute { Primitive: var primitive, Parts: { Count: 2 } parts } when primitive.Operand.Equals(BuiltInSort.ULong)
            => primitive.Op switch
            {
                PrimitiveOp.BitAnd => values[parts[0]] & values[parts[1]],
                PrimitiveOp.BitOr => values[parts[0]] | values[parts[1]],
                PrimitiveOp.BitXor => values[parts[0]] ^ values[parts[1]],
                PrimitiveOp.Equal => values[parts[0]] == values[parts[1]] ? 1u : 0u,
                PrimitiveOp.NotEqual => values[parts[0]] != values[parts[1]] ? 1u : 0u,
                _ => null,
            },
        _ => null,
    };

    private ulong? Look(Function callee, EquatableArray<Local> inputs, Dictionary<Local, ulong> values)
    {
        if (!_tables.TryGetValue(callee, out int table)) return null;
        int input = 0;
        for (int i = 0; i < inputs.Count; i++) input |= (int)values[inputs[i]] << i;
        return (ulong)(table >> input) & 1;
    }

    private static Local Negate(Local bit, ImmutableArray<Instruction>.Builder result) => Write(Xor, bit, One(result), result);

    private static Local One(ImmutableArray<Instruction>.Builder result)
    {
        var one = new Local("one", BuiltInSort.ULong);
        result.Add(new Let(one, new Constant(new Literal(BuiltInSort.ULong, 1UL))));
        return one;
    }

    private static Local Write(Primitive primitive, Local left, Local right, ImmutableArray<Instruction>.Builder result)
    {
        var bit = new Local("bit", BuiltInSort.ULong);
        result.Add(new Let(bit, new Compute(primitive, EquatableArray.Of(left, right))));
        return bit;
    }
}
