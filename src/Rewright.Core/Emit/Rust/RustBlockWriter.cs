using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes blocks: their instructions and terminators.</summary>
/// <remarks>
/// If a matched term is not needed afterwards, it is taken apart and its fields move out. Otherwise fields are borrowed from it, and cloned
/// if they need another owner.
/// </remarks>
internal sealed class RustBlockWriter
{
    private readonly RustFrame _frame;
    private readonly RustVariables _variables;
    private readonly RustWriter _out;
    private readonly RustRules _rules;
    private readonly RustMatchWriter _matches;

    public RustBlockWriter(RustFrame frame)
    {
        (_frame, _variables, _out, _rules) = (frame, frame.Variables, frame.Out, frame.Rules);
        _matches = new(frame, this);
    }

    /// <summary>Writes a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="isTail">True if the block's value is the function's value, without a <c>return</c>.</param>
    public void Write(Block block, bool isTail)
    {
        for (int i = 0; i < block.Instructions.Length; i++)
        {
            var instruction = block.Instructions[i];
            if (instruction is Let { Value: Field field } read && !_variables.Knows(read.Target))
            {
                // The symbol of the term is known without a test.
                var rest = new Block(block.Instructions.RemoveRange(0, i), block.End);
                Write(_matches.BindKnown(field.Cell, _rules.Sorts.Of(field.Symbol), rest), isTail);
                return;
            }

            var after = new HashSet<Local>(block.Instructions.Skip(i + 1).SelectMany(Locals.ReadBy));
            after.UnionWith(_frame.Uses.Of(block.End));
            // A value that is tested, returned or passed on at once needs no name.
            bool isLast = i == block.Instructions.Length - 1;
            if (isLast && instruction is Let { Value: not (Constant or Field) } last && _frame.Uses.IsOnlyUse(last.Target, block.End))
            {
                _variables[last.Target] = _variables.Making(_frame.Values.Of(last, after), last.Target.Sort);
                break;
            }

            Write(instruction, after);
        }

        WriteEnd(block.End, isTail);
    }

    /// <summary>Writes a block with a scope of its own for names.</summary>
    public void WriteArm(Block block, bool isTail)
    {
        var taken = _variables.Taken;
        Write(block, isTail);
        _variables.Taken = taken;
    }

    /// <summary>Writes an instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="after">The locals that are used later.</param>
    public void Write(Instruction instruction, HashSet<Local> after)
    {
        switch (instruction)
        {
            case Let { Value: Field } let when _variables.Knows(let.Target): break;
            case Let { Value: Constant constant } let:
                _variables[let.Target] = _variables.Making(RustLiterals.Of(constant.Literal, _rules.Sorts.TypeOf), constant.Literal.Sort);
                break;
            case Let { Value: Construct { Parts.Count: 0, Symbol: Constructor symbol } } let:
                _variables[let.Target] = _variables.Making(_frame.Values.Of(let, after), symbol.Result);
                break;
            case Let let: WriteLet(let, after); break;
            case Fire fire: WriteFiring(fire); break;
            case Remember remember:
                var pair = RustExpression.Tuple([_variables.Clone(remember.Term), _variables.Clone(remember.Normal)]);
                _out.Line(_frame.Values.Memory(remember.Term.Sort).Method("insert", _frame.Values.Address(remember.Term), pair) + ";");
                break;
            case SetChanged changed: _out.Line(_frame.Values.Changed + " = " + RustLiterals.Number(changed.Levels) + ";"); break;
            default: throw new InvalidOperationException(instruction.GetType().Name + " is not for Rust.");
        }
    }

    private void WriteLet(Let let, HashSet<Local> after)
    {
        var value = _frame.Values.Of(let, after);
        if (after.Contains(let.Target))
        {
            string name = _variables.NewName(let.Target.Name);
            _variables[let.Target] = _variables.Holding(name, let.Target.Sort);
            _out.Line("let " + name + " = " + value + ";");
        }
        else if (value.CanLeave)
        {
            // The value is unused, but computing it may fail.
            _out.Line((value.WithoutTry is null ? "let _ = " : "") + value + ";");
        }
    }

    private void WriteFiring(Fire fire)
    {
        string rule = RustText.Comment(LiteralText.Name(fire.Rule.Name)), times = fire.Times is null ? "" : ", so many times at once";
        _out.Line("// " + rule + times + ": " + RustText.Comment(fire.Rule.ToString()));
        if (!_rules.CountsRewrites) return;
        _out.Line(RustExpression.Call("run.fire", fire.Times is null ? RustExpression.Of("1") : _variables.Word(fire.Times)).Try() + ";");
    }

    private void Leave(RustExpression result, bool isTail) => _out.Line(isTail ? result.ToString() : "return " + result + ";");

    // Ends the block with a value, or with an expression that yields one after a question mark.
    private void LeaveWith(RustExpression value, bool isTail)
    {
        if (_frame.Around is null) Leave(_rules.Wrap(_frame.Function, value), isTail);
        else _out.Line("break 'turn " + value + ";");
    }

    private void WriteContinue() => _out.Line(_frame.Code.Labels.IsEmpty && _frame.Around is null ? "continue;" : "continue 'turn;");

    private void WriteEnd(Terminator end, bool isTail)
    {
        switch (end)
        {
            case Return r:
                LeaveWith(_variables.Convert(_variables.Take(r.Result, []), r.Result.Sort, _frame.Function.Result!),
                isTail); break;
            case TailCall call when _frame.States is not null && _frame.States.TryGetValue(call.Callee, out var state):
                PutAside(call);
                _out.Line("state = " + RustRules.State(state,
                    _variables.Take(call.Parts, call.Callee.Parameters.Select(p => p.Sort), [])) + ";");
                WriteContinue();
                break;
            case TailCall call when call.Callee == _frame.Function && _frame.Loop is not null:
                PutAside(call);
                WriteNextTurn(call);
                break;
            case TailCall call: LeaveWith(_frame.Values.CallOf(call.Callee, call.Parts, []), isTail); break;
            case Jump jump: WriteJump(jump, isTail); break;
            case Stuck stuck:
                var parts = RustExpression.Slice(stuck.Parts.Select(p => _variables.On(p).Method("part")));
                var error = RustExpression.Call("Error::stuck", RustExpression.Of(RustNames.Quote(stuck.Symbol.Name)), parts);
                Leave(RustExpression.Call("Err", error), isTail);
                break;
            case Branch branch: _matches.Write(branch, isTail); break;
            case Switch s: _matches.Write(s, isTail); break;
            case LiteralSwitch s: _matches.Write(s, isTail); break;
            default: throw new InvalidOperationException(end.GetType().Name + " is not for Rust.");
        }
    }

    private void WriteJump(Jump jump, bool isTail)
    {
        var (name, isFunction) = _frame.Labels[jump.Target];
        var arguments = _variables.Take(jump.Parts, jump.Target.Parameters.Select(p => p.Sort), []);
        if (isFunction) Leave(RustExpression.Call(name, _frame.UsesRun(jump.Target) ? arguments.Prepend(RustRules.Run) : arguments),
            isTail);
        else _out.Line("break " + name + (arguments.Count == 0 ? "" : " " + RustExpression.Tuple(arguments)) + ";");
    }

    private void WriteNextTurn(TailCall call)
    {
        var turn = _frame.Loop!;
        // Parameters that keep their value or are never read are not assigned.
        var changed = Enumerable.Range(0, call.Parts.Count)
            .Where(i => turn[i].IsUsed && _variables.On(call.Parts[i]) != RustExpression.Of(turn[i].Name)).ToList();
        var kept = new HashSet<Local>(Enumerable.Range(0, call.Parts.Count).Except(changed).Select(i => call.Parts[i]));
        if (changed.Count > 0)
        {
            var values = _variables.Take(
                changed.Select(i => call.Parts[i]).ToEquatableArray(), changed.Select(i => _frame.Function.Parameters[i].Sort), kept);
            var targets = RustExpression.Tuple(changed.ConvertAll(i => RustExpression.Of(turn[i].Name)));
            _out.Line(targets + " = " + RustExpression.Tuple(values) + ";");
        }

        WriteContinue();
    }

    // Puts the fields aside for the terms to be built around a call's result.
    private void PutAside(TailCall call)
    {
        if (call.Around.Count == 0) return;
        var kept = new List<RustExpression>();
        var sorts = new List<Sort>();
        var later = call.Around.SelectMany(a => a.Others).Concat(call.Parts).ToList();
        int passed = 0;
        var value = RustExpression.Of("value");
        foreach (var item in call.Around)
        {
            var fields = item.Others.Select((o, i) => Field(o, item.Symbol.Parameters[i < item.Index ? i : i + 1].Sort)).ToList();
            fields.Insert(item.Index, value);
            value = RustValues.Build(_rules.Sorts.Of(item.Symbol), fields);
        }

        _out.Line(_frame.Around!.Put(_rules.Sorts.Of(call.Around[0].Symbol).Variant, kept, sorts.ConvertAll(_rules.Sorts.TypeOf), value));

        RustExpression Field(Local local, Sort sort)
        {
            passed++;
            // A value known at compile time need not be put aside.
            if (_variables[local].Form is RustForm.Literal or RustForm.Maker) return _variables.Convert(_variables.On(local), local.Sort,
                sort);
            kept.Add(_variables.Convert(_variables.Take(local, [.. later.Skip(passed)]), local.Sort, sort));
            sorts.Add(sort);
            return RustSurroundings.FieldAt(kept.Count - 1);
        }
    }
}
