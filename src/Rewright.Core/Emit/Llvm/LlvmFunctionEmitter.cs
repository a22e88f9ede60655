using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Primitives;

namespace Rewright.Emit.Llvm;

/// <summary>Writes one function: its blocks, and a safepoint on entry.</summary>
/// <remarks>Other classes write single values and tests: cells, statics, services, switches, calls.</remarks>
internal sealed class LlvmFunctionEmitter
{
    private readonly LlvmEmitter _module;
    private readonly Function _function;
    private readonly Definition _definition;
    private readonly IrFunction _ir;
    private readonly IrBuilder _builder;
    private readonly LlvmCode _code;
    private readonly LlvmCells _cells;
    private readonly LlvmStatics _statics;
    private readonly LlvmServices _services;
    private readonly LlvmCalls _calls;
    private readonly LlvmIntegers _integers;
    private readonly LlvmSwitches _switches;
    private readonly LlvmEntry _entry;
    private readonly DebugScope? _debug;
    private readonly Dictionary<Label, LabelCode> _labels = [];
    private readonly Dictionary<IrValue, IrValue> _recalled = [];
    // In a loop, the parameters of each turn.
    private ImmutableArray<IrPhi> _turn;

    // The code of a label, whose jumps are complete only when everything is written.
    private sealed class LabelCode(IrBlock block)
    {
        public IrBlock Block => block;

        public List<IrPhi> Parameters { get; } = [];

        public List<(IrBlock From, List<IrValue> Values)> Jumps { get; } = [];

        public string? Location { get; set; }

        public void AddEdges()
        {
            for (int i = 0; i < Parameters.Count; i++)
                foreach (var (from, values) in Jumps) Parameters[i].Add(values[i], from);
        }
    }

    private LlvmFunctionEmitter(LlvmEmitter module, Function function)
    {
        (_module, _function, _definition, _debug) = (module, function, module.CodeOf(function), module.Debug?.ScopeOf(function));
        _ir = new(module.NameOf(function), LlvmTypes.ResultType(function.Result), module.Linkage + " tailcc");
        _builder = new(_ir);
        _code = new(module, _builder, _ir.AddParameter(IrType.Ptr, "context", " nonnull"));
        // Reserved for the parameter of the functions that free cells, which share this code.
        _ir.Take("cell");
        _cells = new(_code);
        _statics = new(_code, _cells);
        _services = new(_code, _cells);
        _calls = new(_code);
        _integers = new(_code, _services);
        var weights = module.Options.Profile is { } profile ? new BranchWeights(_definition, profile) : null;
        _switches = new(_code, _cells, _statics, weights);
        _entry = new(_code, function);
    }

    public static IrDefinition Emit(LlvmEmitter module, Function function, string title)
        => new LlvmFunctionEmitter(module, function).Emit(title);

    /// <summary>The function that frees the cells of a symbol once they have no references.</summary>
    public static IrDefinition EmitFree(LlvmEmitter module, FunctionSymbol symbol, string name)
    {
        var free = new IrFunction(name, IrType.Void, "internal") { Attributes = "noinline nounwind" };
        var ir = new IrBuilder(free);
        var code = new LlvmCode(module, ir, free.AddParameter(IrType.Ptr, "context"));
        var cell = free.AddParameter(IrType.Ptr, "cell");
        ir.StartUnnamed();
        new LlvmCells(code).TakeApart(symbol, cell, _ => true, keepsMemory: false);
        ir.Return();
        return free.ToDefinition();
    }

    private IrDefinition Emit(string title)
    {
        foreach (var (label, _) in _definition.Labels) _labels.Add(label, new(_builder.NewBlock(label.Name)));
        var parameters = _entry.AddParameters();
        _entry.Place();
        var inside = CallGraph.HasSelfTailCall(_definition) ? StartLoop(parameters) : parameters;
        _builder.Location = _debug?.Location ?? "";
        Write(_definition.Body, Environment(_function.Parameters, inside));
        foreach (var (label, body) in _definition.Labels) Write(label, body);
        foreach (var label in _labels.Values) label.AddEdges();
        _builder.Location = _debug?.Location ?? "";
        _entry.Write(_services);
        _ir.Attributes += _debug?.Attachment;
        return _ir.ToDefinition(title);
    }

    // The parameters of the function only start the loop; the blocks use those of the turn.
    private ImmutableArray<IrValue> StartLoop(ImmutableArray<IrValue> parameters)
    {
        _turn = _function.Parameters.Select(p => _builder.Phi(LlvmTypes.TypeOf(p.Sort), p.Name)).ToImmutableArray();
        for (int i = 0; i < parameters.Length; i++) _turn[i].Add(parameters[i], _entry.BeforeLoop);
        return _turn.Select(p => p.Value).ToImmutableArray();
    }

    private void Write(Label label, Block body)
    {
        var code = _labels[label];
        _builder.Start(code.Block);
        _builder.Location = "";
        code.Parameters.AddRange(label.Parameters.Select(p => _builder.Phi(LlvmTypes.TypeOf(p.Sort), p.Name)));
        _builder.Location = code.Location ?? _debug?.Location ?? "";
        Write(body, Environment(label.Parameters, code.Parameters.Select(p => p.Value)));
    }

    private static ImmutableDictionary<Local, IrValue> Environment(ImmutableArray<Local> locals, IEnumerable<IrValue> values)
        => locals.Zip(values, (l, v) => new KeyValuePair<Local, IrValue>(l, v)).ToImmutableDictionary();

    private void WriteArms(IEnumerable<LlvmArm> arms, ImmutableDictionary<Local, IrValue> values)
    {
        foreach (var (body, start) in arms)
        {
            _builder.Start(start);
            Write(body, values);
        }
    }

    private void Write(Block block, ImmutableDictionary<Local, IrValue> values)
    {
        string outer = _builder.Location;
        foreach (var instruction in block.Instructions) values = Write(instruction, values);
        WriteEnd(block.End, values);
        _builder.Location = outer;
    }

    // Returns the values that are known afterwards.
    private ImmutableDictionary<Local, IrValue> Write(Instruction instruction, ImmutableDictionary<Local, IrValue> values)
    {
        switch (instruction)
        {
            case Let let: return values.SetItem(let.Target, WriteValue(let, values));
            case Open open: return WriteOpen(open, values);
            case Fire fire: WriteFiring(fire, values); break;
            case Remember remember:
                _builder.Call(RuntimeCalls.Remember, [_code.Context, values[remember.Term], values[remember.Normal]]);
                break;
            case Memoise memoise: _statics.WriteMemoise(memoise.Operation, values[memoise.Value], memoise.Value.Sort); break;
            case SetChanged changed: _builder.Store(IrValue.I64(changed.Levels), _code.ContextField(Abi.Changed, "mark.address"), 8); break;
            case Fill fill: _builder.Store(values[fill.Value], values[fill.Hole], 8); break;
            case Perform perform: _calls.Call(perform.Call.Callee, ValuesOf(perform.Call.Parts, values)); break;
            case Dup dup: _cells.Dup(values[dup.Target], dup.Target.Sort); break;
            case Drop drop: _cells.Drop(values[drop.Target], drop.Target.Sort); break;
            case Free free: _cells.Free(values[free.Token], ((LocalType.Token)free.Token.Type).Words); break;
            default: throw new InvalidOperationException(instruction.GetType().Name + " is not for LLVM.");
        }

        return values;
    }

    private void WriteFiring(Fire fire, ImmutableDictionary<Local, IrValue> values)
    {
        _builder.Comment(fire.Rule.Name + ": " + fire.Rule);
        if (_debug is not null)
        {
            string location = _debug.LocationOf(fire.Rule);
            if (_debug.FiringLocationOf(fire.Rule) is { } firing)
            {
                _builder.Location = firing;
                _builder.Call(DebugScope.Firing, []);
            }

            _builder.Location = location;
        }

        if (!_module.Options.CountRewrites) return;
        _builder.Call(RuntimeCalls.Step, [_code.Context, fire.Times is null ? IrValue.I64(1) : values[fire.Times]]);
    }

    private ImmutableDictionary<Local, IrValue> WriteOpen(Open open, ImmutableDictionary<Local, IrValue> values)
    {
        var wanted = open.Wanted.Select(w => w is null ? default((IrValue, Sort)?) : (values[w], w.Sort)).ToList();
        var memory = _cells.Open(values[open.Cell], open.Symbol, wanted, keepsMemory: open.Token is not null);
        return open.Token is null ? values : values.SetItem(open.Token, memory);
    }

    private static List<IrValue> ValuesOf(EquatableArray<Local> locals, ImmutableDictionary<Local, IrValue> values)
        => [.. locals.Select(l => values[l])];

    private static List<(IrValue Value, Sort Sort)> PartsOf(EquatableArray<Local> locals, ImmutableDictionary<Local, IrValue> values)
        => [.. locals.Select(l => (values[l], l.Sort))];

    private static IrValue? TokenOf(Local? reused, ImmutableDictionary<Local, IrValue> values) => reused is null ? null : values[reused];

    private IrValue WriteValue(Let let, ImmutableDictionary<Local, IrValue> values)
    {
        var sort = let.Target.Sort;
        string name = let.Target.Name;
        switch (let.Value)
        {
            case Constant constant: return _statics.WriteConstant(constant.Literal, name);
            case Field field:
                return _cells.LoadField(values[field.Cell], _module.Layouts.CellOf(field.Symbol).Fields[field.Index], sort, name);
            case Construct construct:
                return _cells.Construct(construct.Symbol, -1, TokenOf(construct.Reuse, values), PartsOf(construct.Parts, values), name);
            case ConstructAround around:
                return _cells.Construct(around.Symbol, around.Index, TokenOf(around.Reuse, values), PartsOf(around.Parts, values), name);
            case HoleOf hole: return _cells.AddressOfHole(values[hole.Cell], hole.Symbol, hole.Index, name);
            case Call call: return _calls.Call(call.Callee, ValuesOf(call.Parts, values), name);
            case ForeignCall host: return _services.Host(host.Operation, PartsOf(host.Parts, values), sort, name);
            case Compute compute: return WriteCompute(compute.Primitive, PartsOf(compute.Parts, values), sort, name);
            case Same same: return WriteSame(values[same.Left], values[same.Right], same.Left.Sort, name);
            case IsMemoised memoised: return _statics.WriteIsMemoised(memoised.Operation, name);
            case Memoised memoised: return _statics.WriteMemoised(memoised.Operation, sort, name);
            case HasChanged changed:
                var mark = _builder.Load(IrType.I64, _code.ContextField(Abi.Changed, "mark.address"), "mark", 8);
                return _builder.Compare("sge", mark, IrValue.I64(changed.Least), name);
            case IsSameCell same: return _builder.Compare("eq", values[same.Left], values[same.Right], name);
            case IsShared shared: return _builder.Call(RuntimeCalls.IsShared, [values[shared.Term]], name);
            case IsRemembered remembered:
                var term = values[remembered.Term];
                _recalled[term] = _builder.Call(RuntimeCalls.Recall, [_code.Context, term], "recalled");
                return _builder.Compare("ne", _recalled[term], IrValue.Null, name);
            case Recalled recalled:
                // Recalled occurs only after IsRemembered was true, on the same path.
                var normal = _recalled[values[recalled.Term]];
                _cells.Dup(normal, sort);
                return normal;
            default: throw new InvalidOperationException(let.Value.GetType().Name + " is not for LLVM.");
        }
    }

    private IrValue WriteCompute(Primitive primitive, List<(IrValue Value, Sort Sort)> parts, Sort sort, string name)
    {
        var code = PrimitiveCode.Of(primitive);
        if (code.Llvm is { } llvm)
        {
            var operands = new LlvmOperands(_builder, _code.Context, name, Layouts.IsSigned(primitive.Operand));
            return llvm(operands, parts[0].Value, parts[parts.Count - 1].Value);
        }

        return code is BigIntegerCode { Small: { } small }
            ? _integers.Write(primitive, small, parts, sort, name) : _services.Compute(primitive, parts, sort, name);
    }

    private IrValue WriteSame(IrValue left, IrValue right, Sort sort, string name)
    {
        switch (Layouts.KindOf(sort))
        {
            case WordKind.Term: return _builder.Call(RuntimeCalls.Same, [_code.Context, left, right], name);
            case WordKind.Double:
                var word = _builder.ToWord(left, sort, "word");
                return _builder.Compare("eq", word, _builder.ToWord(right, sort, "word"), name);
            default: return _builder.Compare("eq", left, right, name);
        }
    }

    private void WriteEnd(Terminator end, ImmutableDictionary<Local, IrValue> values)
    {
        switch (end)
        {
            case Done: _builder.Return(); break;
            case Return r: _builder.Return(values[r.Result]); break;
            case TailCall t when t.Callee == _function: WriteNextTurn(ValuesOf(t.Parts, values)); break;
            case TailCall t:
                // LLVM's own tail recursion pass sums the results of calls in a variable and puts code between a musttail call and its ret.
                // The attribute prevents that; it has no effect on musttail calls themselves.
                _ir.Attributes = "nounwind \"disable-tail-calls\"=\"true\"";
                _calls.ReturnCall(t.Callee, ValuesOf(t.Parts, values));
                break;
            case Jump j: WriteJump(_labels[j.Target], ValuesOf(j.Parts, values)); break;
            case Stuck s: WriteStuck(s.Symbol, PartsOf(s.Parts, values)); break;
            case Bailout: _code.Raise(Abi.Bailout); break;
            case Branch b: WriteArms(_switches.Write(b, values[b.Test]), values); break;
            case Switch s: WriteArms(_switches.Write(s, values[s.Subject]), values); break;
            case LiteralSwitch s: WriteArms(_switches.Write(s, values[s.Subject]), values); break;
            default: throw new InvalidOperationException(end.GetType().Name + " is not for LLVM.");
        }
    }

    // A loop without calls has no other safepoint for requests of other threads.
    private void WriteNextTurn(List<IrValue> arguments)
    {
        IrBlock again = _builder.NewBlock("again"), pause = _builder.NewBlock("pause");
        _builder.Branch(_builder.Call(RuntimeCalls.Quiet, [_code.Context], "quiet"), again, pause, LlvmRuntime.Likely);
        _builder.Start(pause);
        _builder.Call(RuntimeCalls.Attend, [_code.Context, IrValue.Null]);
        _builder.Jump(again);
        _builder.Start(again);
        for (int i = 0; i < arguments.Count; i++) _turn[i].Add(arguments[i], again);
        _builder.Jump(_entry.Body);
    }

    private void WriteJump(LabelCode label, List<IrValue> arguments)
    {
        // Code that several rules share belongs to none of them.
        label.Location = label.Location is null || label.Location == _builder.Location ? _builder.Location : _debug!.Location;
        label.Jumps.Add((_builder.Block, arguments));
        _builder.Jump(label.Block);
    }

    private void WriteStuck(FunctionSymbol symbol, List<(IrValue Value, Sort Sort)> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            var word = _builder.ToWord(parts[i].Value, parts[i].Sort, "word");
            _builder.Store(word, _code.ArgumentSlot(i, "slot"), 8);
        }

        _builder.Store(IrValue.I64(_module.IndexOf(symbol)), _code.ContextField(Abi.Operation, "slot"), 8);
        _code.Raise(Abi.Stuck);
    }
}
