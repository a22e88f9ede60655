using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;

namespace Rewright.Emit.Rust;

/// <summary>Writes one lowered function, without memory operations, as a Rust function.</summary>
internal sealed class RustFunctionWriter
{
    private const int MostNestedLabels = 3;

    private readonly RustFrame _frame;
    private readonly RustRules _rules;
    private readonly RustVariables _variables;
    private readonly RustWriter _out;
    private readonly Function _function;
    private readonly Definition _code;
    private readonly RustBlockWriter _blocks;

    private RustFunctionWriter(RustFrame frame)
    {
        (_frame, _rules, _variables, _out, _function, _code) = (frame, frame.Rules, frame.Variables, frame.Out, frame.Function, frame.Code);
        _blocks = new(frame);
    }

    /// <summary>Writes a function.</summary>
    public static void Write(RustRules rules, RustWriter output, Function function)
    {
        var writer = new RustFunctionWriter(new(rules, output, function));
        output.Line();
        rules.WriteDescription(output, function);
        string name = rules.NameOf(function);
        if (rules.IsMemoised(function)) writer.WriteMemoised(name);
        else writer.WriteFunction(name, "pub(crate) ");
    }

    /// <summary>Writes functions that call each other in tail position.</summary>
    public static void WriteGroup(RustRules rules, RustWriter output, List<Function> group)
    {
        string machine = rules.HelperOf(group[0], "loop"), type = RustNames.Pascal(machine), result = rules.Sorts.TypeOf(group[0].Result!);
        var taken = new HashSet<string> { "Self" };
        var variants = group.ToDictionary(f => f, f => RustNames.Unique(taken, RustNames.Pascal(rules.NameOf(f))));
        var states = variants.ToDictionary(v => v.Key, v => type + "::" + v.Value);
        output.Line();
        output.Line("/// What [`" + machine + "`] is to do next.");
        using (output.Open("enum " + type))
            foreach (var function in group)
                output.Line(RustRules.State(variants[function],
                    function.Parameters.Select(p => RustExpression.Of(rules.Sorts.TypeOf(p.Sort)))) + ",");
        foreach (var function in group) WriteEntry(rules, output, function, machine, states[function], result);
        output.Line();
        string names = string.Join(" and ", group.Select(f => "`" + RustText.Comment(rules.NameOf(f)) + "`"));
        output.Line("/// " + names + " end in calls of each other, which is a loop.");
        var around = RustSurroundings.For(rules, group, machine);
        using (output.Open("fn " + machine + "(run: &mut Run, mut state: " + type + ") -> Result<" + result + ", Error>"))
        {
            around?.WriteBefore(output);
            using (OpenLoop(output, around, group.Any(f => !rules.Program[f].Labels.IsEmpty)))
            using (output.Open("match state"))
                foreach (var function in group)
                    new RustFunctionWriter(new(rules, output, function)
                    {
                        States = states, Loop = [],
                        Around = around
                    }).WriteState(states[function]);

            around?.WriteAfter(output);
        }

        around?.WriteType(output);
    }

    private static RustWriter.Block OpenLoop(RustWriter output, RustSurroundings? around, bool hasLabels)
    {
        var loop = output.Open(around is not null ? around.Loop : hasLabels ? "'turn: loop" : "loop", around is not null ? "};" : "}");
        output.Line("run.check()?;");
        return loop;
    }

    // The function that outside callers of the group call; it starts the loop.
    private static void WriteEntry(RustRules rules, RustWriter output, Function function, string machine, string state, string result)
    {
        var writer = new RustFunctionWriter(new(rules, output, function));
        output.Line();
        rules.WriteDescription(output, function);
        string parameters = writer.Declare(function.Parameters, _ => false, out var names, usesRun: true);
        using (output.Open("pub(crate) fn " + rules.NameOf(function) + "(" + parameters + ") -> Result<" + result + ", Error>"))
            output.Line(RustExpression.Call(machine, RustRules.Run,
                RustRules.State(state, names.Select(n => RustExpression.Of(n.Name)))).ToString());
    }

    private void WriteState(string state)
    {
        Declare(_function.Parameters, _ => false, out var names, usesRun: true);
        using (_out.Open(RustRules.State(state, names.Select(n => RustExpression.Of(n.Name))) + " =>")) WriteBody(isTail: false);
    }

    // An operation without parameters, whose value is computed once.
    private void WriteMemoised(string name)
    {
        string type = _rules.Sorts.TypeOf(_function.Result!), compute = _rules.HelperOf(_function, "value");
        var field = _rules.UseState(name, "Option<" + type + ">");
        bool isCopy = _rules.Sorts.IsCopy(_function.Result!);
        RustExpression known = RustExpression.Of("known"), value = RustExpression.Of("value");
        using (_out.Open("pub(crate) fn " + name + "(run: &mut Run) -> " + _rules.ResultOf(_function)))
        {
            using (_out.Open("if let Some(known) = " + (isCopy ? field : field.Reference())))
                _out.Line("return " + _rules.Wrap(_function, isCopy ? known : known.Cloned()) + ";");
            var computed = RustExpression.Call(compute, _rules.UsesRun(_code.Blocks()) ? [RustRules.Run]
                : []).TryIf(_rules.IsFallible(_function));
            _out.Line("let value = " + computed + ";");
            _out.Line(field + " = " + RustExpression.Call("Some", isCopy ? value : value.Cloned()) + ";");
            _out.Line(_rules.Wrap(_function, value).ToString());
        }

        _out.Line();
        _out.Line("/// What [`" + name + "`] remembers.");
        WriteFunction(compute, "");
    }

    private void WriteFunction(string name, string visibility)
    {
        // A label has its own variables for its parameters.
        var assigned = new HashSet<int>(Turns(_code.Body).SelectMany(t => Changes(t, []))
            .Concat(_code.Labels.SelectMany(l => Turns(l.Body).SelectMany(t => Changes(t, l.Label.Parameters)))));
        bool usesRun = _rules.IsMemoised(_function) ? _rules.UsesRun(_code.Blocks()) : _rules.UsesRun(_function);
        string parameters = Declare(_function.Parameters, assigned.Contains, out var variables, usesRun);
        using (_out.Open(visibility + "fn " + name + "(" + parameters + ") -> " + _rules.ResultOf(_function)))
        {
            if (CallGraph.HasSelfTailCall(_code))
            {
                _frame.Loop = variables;
                _frame.Around = RustSurroundings.For(_rules, [_function], name);
                _frame.Around?.WriteBefore(_out);
                using (OpenLoop(_out, _frame.Around, !_code.Labels.IsEmpty)) WriteBody(isTail: false);
                _frame.Around?.WriteAfter(_out);
            }
            else
            {
                if (_rules.IsRecursive(_function)) _out.Line("run.check()?;");
                WriteBody(isTail: true);
            }
        }

        _frame.Around?.WriteType(_out);
        foreach (var (label, body) in _code.Labels.Where(l => _frame.Labels[l.Label].IsFunction)) WriteLabelFunction(label, body, name);
    }

    private void WriteLabelFunction(Label label, Block body, string name)
    {
        _variables.Restart();
        _out.Line();
        _out.Line("/// A part of [`" + name + "`].");
        string parameters = Declare(label.Parameters, _ => false, out _, _frame.UsesRun(label));
        using (_out.Open("fn " + _frame.Labels[label].Name + "(" + parameters + ") -> " + _rules.ResultOf(_function)))
            _blocks.Write(body, isTail: true);
    }

    private IEnumerable<TailCall> Turns(Block block)
    {
        if (block.End is TailCall call && call.Callee == _function) yield return call;
        foreach (var turn in block.End.Arms.SelectMany(Turns)) yield return turn;
    }

    private IEnumerable<int> Changes(TailCall turn, ImmutableArray<Local> given)
        => Enumerable.Range(0, turn.Parts.Count).Where(i => turn.Parts[i] != _function.Parameters[i] || given.Contains(turn.Parts[i]));

    // The parameters with their types; unused ones get an underscore.
    private string Declare(ImmutableArray<Local> parameters, Func<int, bool> isMutable, out List<RustParameter> names, bool usesRun)
    {
        names = [];
        var declared = new List<string>();
        if (usesRun) declared.Add("run: &mut Run");
        for (int i = 0; i < parameters.Length; i++)
        {
            bool isUsed = _code.Blocks().Any(b
                => b.Instructions.Any(x => Locals.ReadBy(x).Contains(parameters[i])) || b.End.Arguments.Contains(parameters[i]));
            string name = (isUsed ? "" : "_") + _variables.NewName(parameters[i].Name);
            names.Add(new(name, isUsed));
            _variables[parameters[i]] = _variables.Holding(name, parameters[i].Sort);
            // An unused parameter is never assigned either.
            declared.Add((isMutable(i) && isUsed ? "mut " : "") + name + ": " + _rules.Sorts.TypeOf(parameters[i].Sort));
        }

        return string.Join(", ", declared);
    }

    // Writes the body and its labels. Jumps go only forward, so a label's code follows a block that is left with the label's arguments.
    private void WriteBody(bool isTail)
    {
        var order = _code.OrderedLabels();
        bool areFunctions = _frame.Loop is null && order.Count > MostNestedLabels;
        foreach (var (label, _) in order)
            _frame.Labels[label] = areFunctions ? (_rules.HelperOf(_function, label.Name), true) : (_variables.NewLabel(label.Name), false);
        WriteNested(order, areFunctions ? 0 : order.Count, isTail);
    }

    private void WriteNested(List<LabelledBlock> order, int count, bool isTail)
    {
        if (count == 0)
        {
            _blocks.Write(_code.Body, isTail);
            return;
        }

        var (label, body) = order[count - 1];
        // Names are chosen before the block that jumps there is written; the variables exist only after it.
        var names = label.Parameters.Select(p => _variables.NewName(p.Name)).ToList();
        var uses = _frame.Uses.Of(body);
        var given = RustExpression.Tuple([.. names.Select((n, i) => RustExpression.Of(uses.Contains(label.Parameters[i]) ? n : "_" + n))]);
        // A label that only returns its parameter becomes the value of the block before it.
        bool isResult = isTail && !_rules.IsFallible(_function) && label.Parameters.Length == 1
            && body is { Instructions.IsEmpty: true, End: Return end }
            && end.Result == label.Parameters[0] && end.Result.Sort.Equals(_function.Result);
        bool isValue = label.Parameters.IsEmpty || isResult;
        using (_out.Open((isValue ? "" : "let " + given + " = ") + _frame.Labels[label].Name + ":", isValue ? "}" : "};"))
            WriteNested(order, count - 1, isTail: false);
        if (isResult) return;
        // In a label only its parameters are known; fields that are read again get the locals that they had before.
        _variables.Forget();
        for (int i = 0; i < names.Count; i++) _variables[label.Parameters[i]] = _variables.Holding(names[i], label.Parameters[i].Sort);
        _blocks.Write(body, isTail);
    }
}
