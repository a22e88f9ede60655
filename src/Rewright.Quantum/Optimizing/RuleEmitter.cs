using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;

namespace Rewright.Quantum.Optimizing;

/// <summary>Emits the search for one rule. Its state is in variables on the stack, which LLVM turns into registers.</summary>
internal sealed class RuleEmitter
{
    private static readonly IrType ContextType = IrType.Named("context");

    private readonly CompiledRule _rule;
    private readonly int _count;
    private readonly IrFunction _function;
    private readonly MatcherCode _code;
    private readonly IrBlock _loop, _fail;
    private readonly IrValue _context, _anchor;
    // The pointers in the context. For the reductions, which can move, it is the address of the pointer.
    private readonly IrValue _nodes, _operands, _right, _found, _match, _qubits, _angles, _reductions;
    // The bindings of qubits, then angles, with -1 for none; and the bindings while a gate is tried.
    private readonly IrValue[] _bound, _tried;
    // The nodes of gates that are matched together with another one.
    private readonly IrValue[] _late;
    private readonly IrValue _current, _end, _reach, _steps, _rightCount, _foundCount, _mask, _matched, _rightMask;

    private RuleEmitter(CompiledRule rule)
    {
        (_rule, _count) = (rule, rule.Source.Length);
        _function = new(NameOf(rule), IrType.I32, "internal");
        _code = new(_function);
        (_context, _anchor) = (_function.AddParameter(IrType.Ptr, "c"), _function.AddParameter(IrType.I32, "anchor"));
        (_loop, _fail) = (Ir.NewBlock("loop"), Ir.NewBlock("fail"));
        Ir.Start(Ir.NewBlock("entry"));
        (_nodes, _operands, _reductions) = (LoadPointer(0), LoadPointer(1), ContextField(2));
        (_right, _found, _match, _qubits, _angles) = (LoadPointer(3), LoadPointer(4), LoadPointer(5), LoadPointer(6), LoadPointer(7));
        int bound = rule.Qubits + rule.Angles.Length;
        _bound = Variables(bound);
        _tried = Variables(bound);
        _late = Variables(_count);
        var others = Variables(6);
        (_current, _end, _reach, _steps, _rightCount, _foundCount) = (others[0], others[1], others[2], others[3], others[4], others[5]);
        (_mask, _matched, _rightMask) = (Ir.Alloca(IrType.I64, "mask"), Ir.Alloca(IrType.I64, "matched"),
            Ir.Alloca(IrType.I64, "rightmask"));
        foreach (var variable in _bound) Ir.Store(Int(-1), variable);
        foreach (var variable in (IEnumerable<IrValue>)[.. _tried, .. _late, .. others]) Ir.Store(Int(0), variable);
    }

    private IrBuilder Ir => _code.Ir;

    /// <summary>The name of the function, which takes a context and the first node, and returns 1 or 0.</summary>
    public static string NameOf(CompiledRule rule) => "@rule." + IrText.Number(rule.Number);

    public static IrDefinition Emit(CompiledRule rule) => new RuleEmitter(rule).Emit();

    private IrDefinition Emit()
    {
        Ir.Store(Int(RuleMatcher.MaxReach), _reach);
        Ir.Store(Int(RuleMatcher.MaxSteps), _steps);
        Ir.Store(_anchor, _current);
        Ir.Store(_anchor, _end);
        foreach (var mask in new[] { _mask, _matched, _rightMask }) Ir.Store(IrValue.I64(0), mask);
        Take(0, _anchor, _fail);
        IrBlock success = Ir.NewBlock("success"), pass = Ir.NewBlock("pass");
        var (node, nodeMask, isFree) = EmitStep(success, pass);
        EmitPass(pass, node, nodeMask, isFree);
        EmitSuccess(success);
        _code.ReturnIn(_fail, Int(0));
        return _function.ToDefinition(new([.. _rule.Rule.Name.Where(c => c is > ' ' and < '\x7F')]));
    }

    private static IrValue Int(long value) => MatcherCode.Int(value);

    private IrValue ContextField(int field) => Ir.AnyAddress(ContextType, _context, [Int(0), Int(field)], "field");

    private IrValue LoadPointer(int field) => Ir.Load(IrType.Ptr, ContextField(field), "array");

    private IrValue[] Variables(int count) => [.. Enumerable.Range(0, count).Select(_ => Ir.Alloca(IrType.I32, "slot"))];

    private IrValue Load(IrValue variable) => Ir.Load(IrType.I32, variable, "value");

    private IrValue LoadMask(IrValue variable) => Ir.Load(IrType.I64, variable, "mask");

    private IrValue HasNone(IrValue mask, IrValue bits) => _code.IsEqual(_code.And(mask, bits), IrValue.I64(0));

    private IrValue CommutesWith(IrValue node, IrValue list, IrValue count)
        => Ir.Call(new(IrType.I1, "@commute.with"), [_nodes, _operands, node, list, count], "passes");

    // Steps to the next relevant node and tries the gates of its kind there.
    private (IrValue Node, IrValue Mask, IrValue IsFree) EmitStep(IrBlock success, IrBlock pass)
    {
        IrBlock step = Ir.NewBlock("step"), look = Ir.NewBlock("look"), near = Ir.NewBlock("near"), here = Ir.NewBlock("here");
        Ir.Start(_loop);
        var all = IrValue.I64(unchecked((long)(_count == 64 ? ulong.MaxValue : (1ul << _count) - 1)));
        Ir.Branch(_code.IsEqual(LoadMask(_matched), all), success, step);
        Ir.Start(step);
        var node = _code.LoadField(_nodes, Load(_current), MatcherCode.Next);
        Ir.Store(node, _current);
        var reach = CountDown(_reach);
        Ir.Branch(_code.Or(_code.IsMissing(node), _code.IsEqual(reach, Int(0))), _fail, look);
        Ir.Start(look);
        var nodeMask = _code.LoadField(_nodes, node, MatcherCode.Mask);
        Ir.Branch(HasNone(nodeMask, LoadMask(_mask)), _loop, near);
        Ir.Start(near);
        Ir.Branch(_code.IsEqual(CountDown(_steps), Int(0)), _fail, here);
        Ir.Start(here);
        Ir.Store(node, _end);
        var kind = _code.LoadField(_nodes, node, MatcherCode.Kind);
        var isFree = HasNone(nodeMask, LoadMask(_rightMask));
        EmitAttempts(node, kind, isFree, pass);
        return (node, nodeMask, isFree);
    }

    private IrValue CountDown(IrValue variable)
    {
        var rest = Ir.Binary("sub", Load(variable), Int(1), "rest");
        Ir.Store(rest, variable);
        return rest;
    }

    private void EmitAttempts(IrValue node, IrValue kind, IrValue isFree, IrBlock pass)
    {
        // The first gate is already matched.
        var byKind = Enumerable.Range(1, _count - 1).GroupBy(i => _rule.Source[i].Kind)
            .Select(g => (Kind: g.Key, Gates: g.ToList(), Block: Ir.NewBlock("kind"))).ToList();
        Ir.Switch(kind, pass, byKind.Select(k => (Int(k.Kind), k.Block)));
        foreach (var (_, gates, block) in byKind)
        {
            Ir.Start(block);
            IrBlock first = Ir.NewBlock("first"), ask = Ir.NewBlock("ask");
            Ir.Branch(isFree, first, ask);
            Ir.Start(ask);
            Ir.Branch(CommutesWith(node, _right, Load(_rightCount)), first, pass);
            Ir.Start(first);
            foreach (int i in gates)
            {
                IrBlock attempt = Ir.NewBlock("attempt"), next = Ir.NewBlock("next");
                Ir.Branch(HasNone(LoadMask(_matched), Bit(i)), attempt, next);
                Ir.Start(attempt);
                Take(i, node, next);
                Ir.Start(next);
            }

            Ir.Jump(pass);
        }
    }

    // A node that is not matched stays where it is if possible, and otherwise goes to the right of the rule's gates.
    private void EmitPass(IrBlock pass, IrValue node, IrValue nodeMask, IrValue isFree)
    {
        IrBlock passesLeft = Ir.NewBlock("passes"), passesRight = Ir.NewBlock("asks"), keep = Ir.NewBlock("keep");
        Ir.Start(pass);
        Ir.Branch(CommutesWith(node, _found, Load(_foundCount)), passesLeft, keep);
        Ir.Start(passesLeft);
        Ir.Branch(isFree, _loop, passesRight);
        Ir.Start(passesRight);
        Ir.Branch(CommutesWith(node, _right, Load(_rightCount)), _loop, keep);
        Ir.Start(keep);
        Append(node, _right, _rightCount);
        foreach (var mask in new[] { _mask, _rightMask }) Ir.Store(_code.Or(LoadMask(mask), nodeMask), mask);
        Ir.Jump(_loop);
    }

    private void Append(IrValue node, IrValue list, IrValue count)
    {
        var index = Load(count);
        Ir.Store(node, _code.Element(list, index));
        Ir.Store(_code.Add(index, Int(1)), count);
    }

    private void EmitSuccess(IrBlock success)
    {
        Ir.Start(success);
        StoreAll(_bound.AsSpan(0, _rule.Qubits), _qubits);
        StoreAll(_bound.AsSpan(_rule.Qubits), _angles);
        Ir.Store(Load(_rightCount), ContextField(8));
        Ir.Store(Load(_end), ContextField(9));
        Ir.Return(Int(1));
    }

    // Matches a gate of the source with a node, together with unmatched gates before it. Nothing changes if that fails.
    private void Take(int index, IrValue node, IrBlock failure)
    {
        var gate = _rule.Source[index];
        CopyBound(_bound, _tried);
        var operands = _code.Element(_operands, _code.LoadField(_nodes, node, MatcherCode.Operands));
        _code.Require(_code.All(gate.Qubits.Select((q, i) => BindQubit(q, _code.LoadElement(operands, Int(i)))).ToList()), failure);
        BindAngles(index, _code.Element(operands, Int(gate.Qubits.Length)), failure);
        foreach (int p in _rule.Before[index]) TakeBackwards(p, node, failure);
        CopyBound(_tried, _bound);
        foreach (int p in _rule.Before[index].Where(CanComeLate))
        {
            IrBlock add = Ir.NewBlock("add"), next = Ir.NewBlock("next");
            var late = Load(_late[p]);
            Ir.Branch(_code.IsThere(late), add, next);
            Ir.Start(add);
            Add(p, late);
            Ir.Jump(next);
            Ir.Start(next);
        }

        Add(index, node);
        Ir.Jump(_loop);
    }

    // Binds a qubit to a wire. True if the qubit was bound to this wire already, or is free and no other qubit is bound to the wire.
    private IrValue BindQubit(int qubit, IrValue wire)
    {
        var known = Load(_tried[qubit]);
        var isFree = _code.IsEqual(known, Int(-1));
        for (int q = 0; q < _rule.Qubits; q++)
            if (q != qubit) isFree = _code.And(isFree, Ir.Compare("ne", Load(_tried[q]), wire, "differs"));
        var fits = _code.Or(isFree, _code.IsEqual(known, wire));
        Ir.Store(wire, _tried[qubit]);
        return fits;
    }

    private bool CanComeLate(int index) => _rule.Source[index].Qubits.Length == 1 && _rule.Before[index].Length == 0;

    private void TakeBackwards(int index, IrValue after, IrBlock failure)
    {
        IrBlock missing = Ir.NewBlock("missing"), done = Ir.NewBlock("done");
        Ir.Store(Int(-1), _late[index]);
        Ir.Branch(HasNone(LoadMask(_matched), Bit(index)), CanComeLate(index) ? missing : failure, done);
        if (CanComeLate(index))
        {
            var gate = _rule.Source[index];
            Ir.Start(missing);
            var wire = Load(_tried[gate.Qubits[0]]);
            _code.Require(_code.IsThere(wire), failure);
            var place = Ir.Cast("zext", _code.And(wire, Int(63)), IrType.I64, "place");
            _code.Require(HasNone(Ir.Binary("shl", IrValue.I64(1), place, "bit"), LoadMask(_mask)), failure);
            var node = Ir.Call(new(IrType.I32, "@back"), [_nodes, _operands, after, _anchor, wire, Int(gate.Kind)], "node");
            _code.Require(_code.IsThere(node), failure);
            var angles = _code.Element(_operands, _code.Add(_code.LoadField(_nodes, node, MatcherCode.Operands), Int(1)));
            BindAngles(index, angles, failure);
            Ir.Store(node, _late[index]);
            Ir.Jump(done);
        }

        Ir.Start(done);
    }

    private void BindAngles(int index, IrValue angles, IrBlock failure)
    {
        var gate = _rule.Source[index];
        for (int i = 0; i < gate.Angles.Length; i++)
        {
            var actual = _code.LoadElement(angles, Int(i));
            if (gate.Constants[i] >= 0) _code.Require(_code.IsEqual(actual, Int(gate.Constants[i])), failure);
            else if (gate.IsSum(i)) Solve(index, i, actual, failure);
            else BindVariable(_tried[_rule.Qubits + gate.Plain[i]], actual, AnglePeriods.IsPeriodic(gate.Gate), failure);
        }
    }

    private void Solve(int index, int angle, IrValue actual, IrBlock failure)
    {
        var variables = _tried.AsSpan(_rule.Qubits);
        StoreAll(variables, _angles);
        var solved = Ir.Call(new(IrType.I32, "@" + MatcherEmitter.Solver), [Int(index), Int(angle), actual, _angles], "solved");
        _code.Require(Ir.Compare("ne", solved, Int(0), "is.solved"), failure);
        for (int a = 0; a < variables.Length; a++) Ir.Store(_code.LoadElement(_angles, Int(a)), variables[a]);
    }

    private void BindVariable(IrValue variable, IrValue actual, bool isPeriodic, IrBlock failure)
    {
        var known = Load(variable);
        var isFree = _code.IsEqual(known, Int(-1));
        var expected = isPeriodic ? Reduce(known, isFree) : known;
        _code.Require(_code.Or(isFree, _code.IsEqual(expected, actual)), failure);
        Ir.Store(Ir.Select(isFree, actual, known, "bound"), variable);
    }

    // The number of the angle modulo 2 pi.
    private IrValue Reduce(IrValue known, IrValue isFree)
    {
        var table = Ir.Load(IrType.Ptr, _reductions, "reductions");
        return _code.LoadElement(table, Ir.Select(isFree, Int(0), known, "known"));
    }

    private static IrValue Bit(int index) => IrValue.I64(unchecked((long)(1ul << index)));

    private void CopyBound(IrValue[] from, IrValue[] to)
    {
        for (int i = 0; i < from.Length; i++) Ir.Store(Load(from[i]), to[i]);
    }

    private void StoreAll(ReadOnlySpan<IrValue> variables, IrValue array)
    {
        for (int i = 0; i < variables.Length; i++)
        {
            var value = Load(variables[i]);
            Ir.Store(value, _code.Element(array, Int(i)));
        }
    }

    private void Add(int index, IrValue node)
    {
        Ir.Store(node, _code.Element(_match, Int(index)));
        Append(node, _found, _foundCount);
        Ir.Store(_code.Or(LoadMask(_matched), Bit(index)), _matched);
        var mask = LoadMask(_mask);
        Ir.Store(_code.Or(mask, _code.LoadField(_nodes, node, MatcherCode.Mask)), _mask);
    }
}
