using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Lowered code is malformed, because a pass has a fault.</summary>
/// <param name="pass">The pass that made it.</param>
/// <param name="function">The function.</param>
/// <param name="message">What is wrong.</param>
public sealed class LoweredFormException(string pass, Definition function, string message)
    : FaultyCodeException("After " + pass + ", in " + function.Function.Name + ": " + message + ".", ProgramPrinter.Print(function));

/// <summary>
/// Checks that lowered code is well formed: each local is assigned once, before every read on every path; jumps pass the right arguments;
/// values fit the sorts of their parts; and, once memory operations are inserted, references are balanced.
/// </summary>
internal sealed class ProgramVerifier
{
    private readonly string _pass;
    private readonly Layouts _layouts;
    private readonly HashSet<Function> _functions;
    private readonly Definition _definition;
    private readonly Function _function;
    private readonly HashSet<Label> _labels;

    private ProgramVerifier(string pass, Definition definition, Layouts layouts, HashSet<Function> functions)
        => (_pass, _definition, _function, _layouts, _functions, _labels)
            = (pass, definition, definition.Function, layouts, functions, [.. definition.Labels.Select(l => l.Label)]);

    /// <summary>Checks a program.</summary>
    /// <param name="pass">The pass that made the program, for the message.</param>
    /// <param name="program">The program.</param>
    /// <exception cref="LoweredFormException">The program is malformed.</exception>
    public static void Verify(string pass, Program program)
    {
        var known = new HashSet<Function>();
        foreach (var definition in program.Definitions)
            if (!known.Add(definition.Function)) throw new LoweredFormException(pass, definition, "the function is defined twice");
        foreach (var definition in program.Definitions)
        {
            new ProgramVerifier(pass, definition, program.Layouts, known).Verify();
            if (program.IsCounted) OwnershipVerifier.Verify(pass, definition, program.Layouts);
        }
    }

    private void Verify()
    {
        VerifyTop(_definition.Body, _function.Parameters, "the function");
        foreach (var (label, body) in _definition.Labels) VerifyTop(body, label.Parameters, "the block " + label.Name);
    }

    private void VerifyTop(Block block, ImmutableArray<Local> parameters, string name)
    {
        if (parameters.Distinct().Count() != parameters.Length) Fail(name + " takes a parameter twice");
        Verify(block, [.. parameters]);
    }

    // `known` holds the locals of the blocks around; those of this block are removed when it ends.
    private void Verify(Block block, HashSet<Local> known)
    {
        var own = new List<Local>();
        foreach (var instruction in block.Instructions)
        {
            foreach (var local in Locals.ReadBy(instruction)) Read(local, instruction, known);
            switch (instruction)
            {
                case Let let:
                    Verify(let);
                    Define(let.Target);
                    break;
                case Perform perform:
                    VerifyCall(perform.Call.Callee, perform.Call.Parts);
                    if (perform.Call.Callee.Result is not null) Fail("a result of " + perform.Call.Callee.Name + " is left");
                    break;
                case Fill fill when fill.Hole.Type is not LocalType.ValueType { Sort: HoleSort }:
                    Fail(fill.Hole.Name + " is filled and no hole");
                    break;
                case Open open:
                    VerifyOpen(open);
                    break;
            }
        }

        foreach (var local in block.End.Arguments) Read(local, block.End, known);
        Verify(block.End);
        foreach (var arm in block.End.Arms) Verify(arm, known);
        known.ExceptWith(own);

        void Define(Local local)
        {
            if (!known.Add(local)) Fail(local.Name + " is assigned twice");
            own.Add(local);
        }

        void VerifyOpen(Open open)
        {
            int count = open.Wanted.Count;
            if (count != open.Symbol.Arity) Fail("a cell of " + open.Symbol.Name + " is opened for " + count + " fields");
            Fits(open.Cell, open.Symbol.Result);
            VerifyMemory(open.Token, open.Symbol);
            if (open.Token is not null) Define(open.Token);
        }
    }

    private void Read(Local local, object reader, HashSet<Local> known)
    {
        if (!known.Contains(local)) Fail(reader.GetType().Name + " reads " + local.Name + ", which is not known there");
    }

    private void Verify(Let let)
    {
        var target = let.Target;
        switch (let.Value)
        {
            case Constant constant:
                Fits(target, constant.Literal.Sort);
                break;
            case Field field:
                Fits(field.Cell, field.Symbol.Result);
                Fits(target, field.Symbol.Parameters[field.Index].Sort);
                break;
            case Construct construct:
                VerifyParts(construct.Symbol.Name, construct.Symbol.Parameters, construct.Parts);
                Fits(target, construct.Symbol.Result);
                VerifyMemory(construct.Reuse, construct.Symbol);
                break;
            case Rebuild rebuild:
                VerifyParts(rebuild.Symbol.Name, rebuild.Symbol.Parameters, rebuild.Parts);
                Fits(rebuild.Old, rebuild.Symbol.Result);
                Fits(target, rebuild.Symbol.Result);
                break;
            case ConstructAround around:
                VerifyParts(around.Symbol.Name, around.Symbol.Parameters.RemoveAt(around.Index), around.Parts);
                Fits(target, around.Symbol.Result);
                VerifyMemory(around.Reuse, around.Symbol);
                break;
            case HoleOf hole:
                Fits(hole.Cell, hole.Symbol.Result);
                Fits(target, HoleSort.Instance);
                break;
            case Call call:
                VerifyCall(call.Callee, call.Parts);
                if (call.Callee.Result is null) Fail(call.Callee.Name + " has no result");
                else Fits(target, call.Callee.Result);
                break;
            case ForeignCall host:
                VerifyParts(host.Operation.Name, host.Operation.Parameters, host.Parts);
                Fits(target, host.Operation.Result);
                break;
            case Compute compute:
                VerifyCompute(compute);
                Fits(target, compute.Primitive.Result);
                break;
            case Same same:
                Fits(same.Left, same.Right.Sort);
                Fits(target, BuiltInSort.Bool);
                break;
            case IsSameCell or IsShared or IsRemembered or IsMemoised or HasChanged:
                Fits(target, BuiltInSort.Bool);
                break;
            case Memoised constant:
                Fits(target, constant.Operation.Result!);
                break;
        }
    }

    private void VerifyCompute(Compute compute)
    {
        var primitive = compute.Primitive;
        if (compute.Parts.Count != primitive.Arity) Fail(primitive + " has " + compute.Parts.Count + " operands");
        for (int i = 0; i < compute.Parts.Count; i++) Fits(compute.Parts[i], primitive.OperandAt(i));
    }

    private void VerifyCall(Function callee, EquatableArray<Local> parts)
    {
        if (!_functions.Contains(callee)) Fail(callee.Name + " is called and not in the program");
        if (parts.Count != callee.Parameters.Length) FailCount(callee.Name, callee.Parameters.Length, parts.Count);
        for (int i = 0; i < parts.Count; i++) Fits(parts[i], callee.Parameters[i].Sort);
    }

    private void VerifyParts(string name, ImmutableArray<Parameter> parameters, EquatableArray<Local> parts)
    {
        if (parts.Count != parameters.Length) FailCount(name, parameters.Length, parts.Count);
        for (int i = 0; i < parts.Count; i++) Fits(parts[i], parameters[i].Sort);
    }

    // Checks that a token holds the memory of a cell of the same size.
    private void VerifyMemory(Local? token, FunctionSymbol symbol)
    {
        if (token is null) return;
        bool fits = token.Type is LocalType.Token { Words: var words } && words == _layouts.CellOf(symbol).Words;
        if (!fits) Fail(token.Name + " has not the size of " + symbol.Name);
    }

    private void Verify(Terminator end)
    {
        switch (end)
        {
            case Return r:
                if (_function.Result is null) Fail("there is a result and none is wanted");
                else Fits(r.Result, _function.Result);
                break;
            case Done when _function.Result is not null:
                Fail("there is no result");
                break;
            case TailCall call:
                VerifyCall(call.Callee, call.Parts);
                VerifyResult(call);
                break;
            case Jump jump:
                if (!_labels.Contains(jump.Target)) Fail("a jump leads to the block " + jump.Target.Name + " of another function");
                var parameters = jump.Target.Parameters;
                if (jump.Parts.Count != parameters.Length) FailCount("the block " + jump.Target.Name, parameters.Length, jump.Parts.Count);
                for (int i = 0; i < jump.Parts.Count; i++) Fits(jump.Parts[i], parameters[i].Sort);
                break;
            case Stuck stuck:
                VerifyParts(stuck.Symbol.Name, stuck.Symbol.Parameters, stuck.Parts);
                break;
            case Branch branch:
                Fits(branch.Test, BuiltInSort.Bool);
                break;
            case Switch s:
                foreach (var symbol in s.Cases.Select(c => c.Key)) Fits(s.Subject, symbol.Result);
                if (s.Cases.Select(c => c.Key).Distinct().Count() != s.Cases.Count) Fail("a switch has a symbol twice");
                break;
            case LiteralSwitch s:
                foreach (var literal in s.Cases.Select(c => c.Key)) Fits(s.Subject, literal.Sort);
                break;
        }
    }

    private void VerifyResult(TailCall call)
    {
        var result = call.Around.Count == 0 ? call.Callee.Result : call.Around[call.Around.Count - 1].Symbol.Result;
        if (result is null != _function.Result is null) Fail("the result of " + call.Callee.Name + " is not what is wanted");
        else if (result is not null && !IsSame(result, _function.Result!))
            Fail("the result of " + call.Callee.Name + " is of another sort");
    }

    private void Fits(Local local, Sort sort)
    {
        if (local.Type is not LocalType.ValueType { Sort: var own } || !IsSame(own, sort))
            Fail(local.Name + " is not of sort " + sort.Name);
    }

    // To some passes counters are numbers, and so are all packed sorts in the unboxed form.
    private bool IsSame(Sort left, Sort right)
        => left is DataSort && right is DataSort ? ReferenceEquals(left, right)
            : _layouts.MachineSort(left).Equals(_layouts.MachineSort(right));

    private void FailCount(string name, int expected, int actual) => Fail(name + " takes " + expected + " values and gets " + actual);

    private void Fail(string message) => throw new LoweredFormException(_pass, _definition, message);
}
