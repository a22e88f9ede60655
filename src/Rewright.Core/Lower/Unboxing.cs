using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Turns operations on terms held in words into arithmetic on words. Afterwards every local of a declared sort is held in cells, and
/// engines need not know representations.
/// </summary>
internal sealed class Unboxing
{
    private static readonly Primitive Add = Primitive.Find(PrimitiveOp.CountUp, BuiltInSort.ULong)!;
    private static readonly Primitive Subtract = Primitive.Find(PrimitiveOp.Subtract, BuiltInSort.ULong)!;
    private static readonly Primitive And = Primitive.Find(PrimitiveOp.BitAnd, BuiltInSort.ULong)!;
    private static readonly Primitive Or = Primitive.Find(PrimitiveOp.BitOr, BuiltInSort.ULong)!;
    private static readonly Primitive ShiftLeft = Primitive.Find(PrimitiveOp.ShiftLeft, BuiltInSort.ULong)!;
    private static readonly Primitive ShiftRight = Primitive.Find(PrimitiveOp.ShiftRight, BuiltInSort.ULong)!;
    private static readonly Primitive Equal = Primitive.Find(PrimitiveOp.Equal, BuiltInSort.ULong)!;
    private static readonly Primitive NotEqual = Primitive.Find(PrimitiveOp.NotEqual, BuiltInSort.ULong)!;

    private readonly Layouts _layouts;
    private readonly Dictionary<Local, Local> _locals = [];
    private readonly Dictionary<Local, ulong> _constants = [];
    private readonly Dictionary<Label, Label> _labels = [];
    private readonly Callees _callees;

    private Unboxing(Layouts layouts, Callees callees) => (_layouts, _callees) = (layouts, callees);

    // Maps each function in boxed form to its unboxed form, and the latter to its constant value or its truth table.
    private sealed record Callees(Dictionary<Function, Function> Unboxed, Dictionary<Function, ulong> Values, TruthTables Tables);

    /// <summary>
    /// Rewrites functions and their signatures. Calls of functions with a constant value are replaced by it, unless each rule that fires
    /// must be visible.
    /// </summary>
    public static Program Apply(Program program)
    {
        var callees = new Callees(program.Functions.ToDictionary(f => f, f => Signature(f, program.Layouts)), [],
            new TruthTables(program.Layouts));
        var definitions = new Dictionary<Function, Definition>();
        // Callees first, so that constants computed from constants are known too.
        foreach (var function in CallGraph.Components(program.Definitions).SelectMany(c => c))
        {
            var definition = new Unboxing(program.Layouts, callees).Rewrite(program[function]);
            definitions.Add(function, definition);
            if (program.SeesRules) continue;
            if (callees.Tables.CanHold(function)) callees.Tables.Add(definition);
            else if (ValueOf(definition) is { } value) callees.Values.Add(definition.Function, value);
        }

        return program.With(program.Functions.Select(f => definitions[f]),
            program.Entries.Select(e => callees.Unboxed[e]).ToImmutableArray());
    }

    // The function with its parameters and result held in words.
    private static Function Signature(Function function, Layouts layouts)
    {
        bool isBoxed = (function.Result is null || IsBoxed(function.Result))
            && function.Parameters.All(p => p.Type is not LocalType.ValueType { Sort: var sort } || IsBoxed(sort));
        if (isBoxed) return function;
        var pass = new Unboxing(layouts, null!);
        return new Function(function.Name, function.Role, pass.Map(function.Parameters), function.Result is null
            ? null : layouts.MachineSort(function.Result));

        bool IsBoxed(Sort sort) => ReferenceEquals(layouts.MachineSort(sort), sort);
    }

    // The constant value of a function without parameters.
    private static ulong? ValueOf(Definition definition)
        => definition.Function.Parameters.IsEmpty && definition.Labels.IsEmpty && definition.Body is { End: Return end } body
            && body.Instructions.OfType<Let>().FirstOrDefault(l => l.Target == end.Result)?.Value is Constant { Literal.Value: ulong value }
            && body.Instructions.All(i => i is Fire or Let { Value: Constant }) ? value : null;

    private Definition Rewrite(Definition definition)
    {
        var function = _callees.Unboxed[definition.Function];
        for (int i = 0; i < function.Parameters.Length; i++) _locals[definition.Function.Parameters[i]] = function.Parameters[i];
        foreach (var (label, _) in definition.Labels) _labels.Add(label, label.With(Map(label.Parameters)));
        var body = Rewrite(definition.Body);
        return new Definition(function, body,
            definition.Labels.Select(l => new LabelledBlock(_labels[l.Label], Rewrite(l.Body))).ToImmutableArray());
    }

    private ImmutableArray<Local> Map(ImmutableArray<Local> locals) => locals.Select(Map).ToImmutableArray();

    private EquatableArray<Local> Map(EquatableArray<Local> locals) => locals.Select(Map).ToEquatableArray();

    private Local Map(Local local)
    {
        if (local.Type is not LocalType.ValueType { Sort: DataSort sort } || _layouts.RepresentationOf(sort) is Representation.Cells)
            return local;
        if (!_locals.TryGetValue(local, out var mapped)) _locals.Add(local, mapped = new Local(local.Name, BuiltInSort.ULong));
        return mapped;
    }

    private Call Map(Call call) => call with { Callee = _callees.Unboxed[call.Callee], Parts = Map(call.Parts) };

    private Representation FormOf(Local local)
        => local.Type is LocalType.ValueType { Sort: DataSort sort } ? _layouts.RepresentationOf(sort) : CellForm;

    private static readonly Representation CellForm = new Representation.Cells("");

    private Block Rewrite(Block block)
    {
        var result = ImmutableArray.CreateBuilder<Instruction>();
        foreach (var instruction in block.Instructions)
        {
            switch (instruction)
            {
                case Let { Value: Construct { Symbol: Operation } } stuck when FormOf(stuck.Target) is not Representation.Cells:
                    // Only the boxed form can hold this term.
                    return new Block(result.ToImmutable(), new Bailout());
                case Let let:
                    Rewrite(let, result);
                    break;
                case Fill fill:
                    result.Add(new Fill(fill.Hole, Map(fill.Value)));
                    break;
                case Perform perform:
                    result.Add(new Perform(Map(perform.Call)));
                    break;
                default:
                    result.Add(instruction);
                    break;
            }
        }

        return Finish(block.End, result);
    }

    private void Rewrite(Let let, ImmutableArray<Instruction>.Builder result)
    {
        switch (let.Value)
        {
            case Call call:
                Rewrite(Map(let.Target), Map(call), result);
                break;
            case Construct construct when FormOf(let.Target) is not Representation.Cells:
                WriteConstruct(let.Target, construct, result);
                break;
            case Field field when FormOf(field.Cell) is Representation.Counter:
                WriteCompute(let.Target, Subtract, result, Map(field.Cell), Word(1, result));
                break;
            case Field field when FormOf(field.Cell) is Representation.Packed packed:
                WriteField(let.Target, Map(field.Cell), packed.Fields[((Constructor)field.Symbol).Tag][field.Index], result);
                break;
            case Same same when FormOf(same.Left) is not Representation.Cells:
                WriteCompute(let.Target, Equal, result, Map(same.Left), Map(same.Right));
                break;
            case IsShared shared when FormOf(shared.Term) is not Representation.Cells:
                result.Add(new Let(let.Target, new Constant(new Literal(BuiltInSort.Bool, false))));
                break;
            default:
                result.Add(new Let(Map(let.Target), let.Value.With(Map(let.Value.Arguments))));
                break;
        }
    }

    private void Rewrite(Local target, Call call, ImmutableArray<Instruction>.Builder result)
    {
        if (_callees.Values.TryGetValue(call.Callee, out ulong value)) WriteConstant(target, value, result);
        else if (!_callees.Tables.TryWrite(call.Callee, call.Parts, target, result)) result.Add(new Let(target, call));
    }

    private void WriteConstruct(Local target, Construct construct, ImmutableArray<Instruction>.Builder result)
    {
        if (FormOf(target) is not Representation.Packed packed)
        {
            if (construct.Parts.Count == 0) WriteConstant(Map(target), 0, result);
            else if (_constants.TryGetValue(Map(construct.Parts[0]), out ulong below) && below < long.MaxValue)
                WriteConstant(Map(target), below + 1, result);
            else WriteCompute(target, Add, result, Map(construct.Parts[0]), Word(1, result));
            return;
        }

        int tag = ((Constructor)construct.Symbol).Tag;
        // All parts known at compile time go into one constant.
        ulong constant = (ulong)tag;
        Local? sum = null;
        for (int i = 0; i < construct.Parts.Count; i++)
        {
            var bits = packed.Fields[tag][i];
            var part = Map(construct.Parts[i]);
            if (_constants.TryGetValue(part, out ulong known))
            {
                constant |= (known & bits.Mask) << bits.Shift;
                continue;
            }

            var word = ToWord(part, bits, result);
            if (bits.Shift > 0) word = Computed(ShiftLeft, result, word, Count(bits.Shift, result));
            sum = sum is null ? word : Computed(Or, result, sum, word);
        }

        if (sum is null) WriteConstant(Map(target), constant, result);
        else if (constant == 0) WriteCompute(target, Or, result, sum, sum);
        else WriteCompute(target, Or, result, sum, Word(constant, result));
    }

    // Bools and ints become unsigned words, cut to their width.
    private static Local ToWord(Local part, BitField bits, ImmutableArray<Instruction>.Builder result)
    {
        if (part.Sort.Equals(BuiltInSort.ULong)) return part;
        var word = new Local(part.Name, BuiltInSort.ULong);
        result.Add(new Let(word, new Compute(new Primitive(PrimitiveOp.Convert, part.Sort, BuiltInSort.ULong), EquatableArray.Of(part))));
        return part.Sort.Equals(BuiltInSort.Int) ? Computed(And, result, word, Word(bits.Mask, result)) : word;
    }

    private void WriteField(Local target, Local cell, BitField bits, ImmutableArray<Instruction>.Builder result)
    {
        if (_constants.TryGetValue(cell, out ulong known) && Map(target).Sort.Equals(BuiltInSort.ULong))
        {
            WriteConstant(Map(target), (known >> bits.Shift) & bits.Mask, result);
            return;
        }

        var word = cell;
        if (bits.Shift > 0) word = Computed(ShiftRight, result, word, Count(bits.Shift, result));
        if (bits.Width + bits.Shift < 64) word = Computed(And, result, word, Word(bits.Mask, result));
        var mapped = Map(target);
        if (mapped.Sort.Equals(BuiltInSort.ULong)) result.Add(new Let(mapped, new Compute(Or, EquatableArray.Of(word, word))));
        else if (mapped.Sort.Equals(BuiltInSort.Bool))
            result.Add(new Let(mapped, new Compute(NotEqual, EquatableArray.Of(word, Word(0, result)))));
        else result.Add(new Let(mapped,
            new Compute(Primitive.Conversion(BuiltInSort.ULong, mapped.Sort, isChecked: false)!, EquatableArray.Of(word))));
    }

    private Block Finish(Terminator end, ImmutableArray<Instruction>.Builder result)
    {
        switch (end)
        {
            case Return r: return new Block(result.ToImmutable(), new Return(Map(r.Result)));
            case TailCall t: return Finish(_callees.Unboxed[t.Callee], Map(t.Parts), result);
            case Jump j: return new Block(result.ToImmutable(), new Jump(_labels[j.Target], Map(j.Parts)));
            case Stuck s: return new Block(result.ToImmutable(), s with { Parts = Map(s.Parts) });
            case Switch s when FormOf(s.Subject) is not Representation.Cells: return FinishSwitch(s, result);
            default: return new Block(result.ToImmutable(), Locals.WithArms(end, Rewrite));
        }
    }

    private Block Finish(Function callee, EquatableArray<Local> parts, ImmutableArray<Instruction>.Builder result)
    {
        var known = new Local("value", BuiltInSort.ULong);
        if (_callees.Values.TryGetValue(callee, out ulong value)) WriteConstant(known, value, result);
        else if (!_callees.Tables.TryWrite(callee, parts, known, result))
            return new Block(result.ToImmutable(), new TailCall(callee, parts));
        return new Block(result.ToImmutable(), new Return(known));
    }

    private Block FinishSwitch(Switch s, ImmutableArray<Instruction>.Builder result)
    {
        var subject = Map(s.Subject);
        var cases = s.Cases.Where(c => c.Key is Constructor)
            .Select(c => (Tag: TagOf((Constructor)c.Key, FormOf(s.Subject)), c.Value)).ToList();
        var tag = subject;
        if (FormOf(s.Subject) is Representation.Packed packed)
        {
            if (packed.TagBits == 0) return Append(result, cases.Count > 0 ? cases[0].Value : s.Otherwise!);
            if (packed.TagBits < packed.Bits) tag = Computed(And, result, subject, Word((1UL << packed.TagBits) - 1, result));
        }

        // The last case of a complete switch needs no test; for a counter that is the constructor with the field.
        var otherwise = s.Otherwise;
        if (otherwise is null || cases.Count == ((DataSort)s.Subject.Sort).Constructors.Length)
        {
            int last = cases.FindIndex(c => c.Tag == CounterField) is >= 0 and var index ? index : cases.Count - 1;
            otherwise = cases[last].Value;
            cases.RemoveAt(last);
        }
        else if (cases.FindIndex(c => c.Tag == CounterField) is >= 0 and var counted)
        {
            // Without the case for 0: `otherwise` stands for the other case.
            var zero = otherwise;
            otherwise = cases[counted].Value;
            cases = [(0, zero)];
        }

        if (cases.Count == 0) return Append(result, otherwise);
        if (cases.Count == 1)
        {
            var test = new Local("is", BuiltInSort.Bool);
            result.Add(new Let(test, new Compute(Equal, EquatableArray.Of(tag, Word((ulong)cases[0].Tag, result)))));
            return new Block(result.ToImmutable(), new Branch(test, Rewrite(cases[0].Value), Rewrite(otherwise)));
        }

        return new Block(result.ToImmutable(), new LiteralSwitch(tag,
            cases.Select(c => new KeyValuePair<Literal, Block>(new Literal(BuiltInSort.ULong, (ulong)c.Tag), Rewrite(c.Value)))
                .ToEquatableArray(), Rewrite(otherwise)));
    }

    private const int CounterField = -1;

    private static int TagOf(Constructor constructor, Representation form)
        => form is Representation.Counter ? constructor.Arity == 0 ? 0 : CounterField : constructor.Tag;

    private Block Append(ImmutableArray<Instruction>.Builder result, Block rest)
    {
        var rewritten = Rewrite(rest);
        result.AddRange(rewritten.Instructions);
        return rewritten with { Instructions = result.ToImmutable() };
    }

    private void WriteConstant(Local target, ulong value, ImmutableArray<Instruction>.Builder result)
    {
        _constants[target] = value;
        result.Add(new Let(target, new Constant(new Literal(BuiltInSort.ULong, value))));
    }

    private void WriteCompute(Local target, Primitive primitive, ImmutableArray<Instruction>.Builder result, params Local[] operands)
        => result.Add(new Let(Map(target), new Compute(primitive, EquatableArray.Of(operands))));

    private static Local Computed(Primitive primitive, ImmutableArray<Instruction>.Builder result, params Local[] operands)
    {
        var local = new Local("bits", primitive.Result);
        result.Add(new Let(local, new Compute(primitive, EquatableArray.Of(operands))));
        return local;
    }

    private static Local Word(ulong value, ImmutableArray<Instruction>.Builder result) => Literal(BuiltInSort.ULong, value, result);

    private static Local Count(int value, ImmutableArray<Instruction>.Builder result) => Literal(BuiltInSort.Int, value, result);

    private static Local Literal(Sort sort, object value, ImmutableArray<Instruction>.Builder result)
    {
        var local = new Local("constant", sort);
        result.Add(new Let(local, new Constant(new Literal(sort, value))));
        return local;
    }
}
