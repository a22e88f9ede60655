using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes one function of lowered code, without memory operations, as a Rust function.</summary>
/// <remarks>
/// Who owns what follows from where locals are used: the last use of an owned local moves it, earlier ones clone it. A term
/// that is matched and then needed no more is taken apart, its fields moving out; else fields are borrowed from it, and
/// cloned where something else is to own them. A local lives as long as what is borrowed from it is used.
/// </remarks>
internal sealed class RustFunctionWriter
{
    private const int MostNestedLabels = 3;

    private readonly RustRules _rules;
    private readonly RustSorts _sorts;
    private readonly RustWriter _out;
    private readonly Function _function;
    private readonly Definition _code;
    private readonly Dictionary<Local, Variable> _variables = [];
    private readonly Dictionary<Block, HashSet<Local>> _uses = new(ReferenceComparer<Block>.Instance);
    private readonly Dictionary<Label, (string Name, bool IsFunction)> _labels = [];
    private HashSet<string> _taken;
    // The names of the function's parameters where its own tail calls assign them; null outside of a loop.
    private List<string>? _loop;
    // The states of a loop that several functions share.
    private Dictionary<Function, string>? _states;
    // What is to be built around the value that a loop ends with; null where it ends with its result.
    private RustSurroundings? _around;

    private RustFunctionWriter(RustRules rules, RustWriter output, Function function)
    {
        (_rules, _sorts, _out, _function, _code) = (rules, rules.Sorts, output, function, rules.Program[function]);
        _taken = ["run", "state", "known", "value", "node", "turn", .. rules.FunctionNames];
    }

    private enum Form
    {
        /// <summary>A variable that owns a value.</summary>
        Owned,
        /// <summary>A variable that is a reference to a value.</summary>
        Borrowed,
        /// <summary>A variable of a type that is copied.</summary>
        Copy,
        /// <summary>A reference to a value of a type that is copied.</summary>
        CopyBehind,
        /// <summary>An expression that makes a value of a type that is copied.</summary>
        Literal,
        /// <summary>An expression that makes a value to own.</summary>
        Maker,
    }

    // Owner: the local that a borrowed one is borrowed from.
    private sealed record Variable(string Text, Form Form, Local? Owner = null);

    /// <summary>Writes a function.</summary>
    public static void Write(RustRules rules, RustWriter output, Function function)
    {
        var writer = new RustFunctionWriter(rules, output, function);
        string name = rules.NameOf(function);
        output.Line();
        foreach (string line in rules.Describe(function)) output.Line(line.Length == 0 ? "///" : "/// " + line);
        if (rules.IsMemoised(function))
        {
            string type = rules.Sorts.TypeOf(function.Result!), field = rules.UseState(name, "Option<" + type + ">"), compute = rules.HelperOf(function, "value");
            bool isCopy = rules.Sorts.IsCopy(function.Result!);
            using (output.Open("pub(crate) fn " + name + "(run: &mut Run) -> " + rules.ResultOf(function)))
            {
                using (output.Open("if let Some(known) = " + (isCopy ? "" : "&") + field)) output.Line("return " + writer.Wrap("known" + (isCopy ? "" : ".clone()")) + ";");
                output.Line("let value = " + compute + (rules.UsesRun(writer._code.Blocks()) ? "(run)" : "()") + (rules.IsFallible(function) ? "?;" : ";"));
                output.Line(field + " = Some(value" + (isCopy ? "" : ".clone()") + ");");
                output.Line(writer.Wrap("value"));
            }

            output.Line();
            output.Line("/// What [`" + name + "`] remembers.");
            writer.WriteFunction(compute, "");
        }
        else
        {
            writer.WriteFunction(name, "pub(crate) ");
        }
    }

    /// <summary>Writes functions that call each other in tail position.</summary>
    public static void WriteGroup(RustRules rules, RustWriter output, List<Function> group)
    {
        string machine = rules.HelperOf(group[0], "loop"), states = RustNames.Pascal(machine), result = rules.Sorts.TypeOf(group[0].Result!);
        var taken = new HashSet<string> { "Self" };
        var names = group.ToDictionary(f => f, f => states + "::" + RustNames.Unique(taken, RustNames.Pascal(rules.NameOf(f))));
        output.Line();
        output.Line("/// What [`" + machine + "`] is to do next.");
        using (output.Open("enum " + states))
            foreach (var function in group)
                output.Line(names[function].Substring(states.Length + 2) + (function.Parameters.IsEmpty ? "" : "(" + string.Join(", ", function.Parameters.Select(p => rules.Sorts.TypeOf(p.Sort))) + ")") + ",");
        foreach (var function in group)
        {
            var writer = new RustFunctionWriter(rules, output, function);
            output.Line();
            foreach (string line in rules.Describe(function)) output.Line(line.Length == 0 ? "///" : "/// " + line);
            string parameters = writer.Declare(function.Parameters, _ => false, out _, usesRun: true);
            using (output.Open("pub(crate) fn " + rules.NameOf(function) + "(" + parameters + ") -> Result<" + result + ", Error>"))
                output.Line(machine + "(run, " + names[function] + writer.StateArguments(function.Parameters.Select(p => writer._variables[p].Text)) + ")");
        }

        output.Line();
        output.Line("/// " + string.Join(" and ", group.Select(f => "`" + RustText.Comment(rules.NameOf(f)) + "`")) + " end in calls of each other, which is a loop.");
        var around = RustSurroundings.For(rules, group, machine);
        using (output.Open("fn " + machine + "(run: &mut Run, mut state: " + states + ") -> Result<" + result + ", Error>"))
        {
            around?.WriteBefore(output);
            using (output.Open(around is not null ? around.Loop : group.Any(f => !rules.Program[f].Labels.IsEmpty) ? "'turn: loop" : "loop", around is not null ? "};" : "}"))
            {
                output.Line("run.check()?;");
                using (output.Open("match state"))
                {
                    foreach (var function in group)
                    {
                        var writer = new RustFunctionWriter(rules, output, function) { _states = names, _loop = [], _around = around };
                        writer.Declare(function.Parameters, _ => false, out var variables, usesRun: true);
                        using (output.Open(names[function] + writer.StateArguments(variables) + " =>")) writer.WriteBody(isTail: false);
                    }
                }
            }

            around?.WriteAfter(output);
        }

        around?.WriteType(output);
    }

    private string StateArguments(IEnumerable<string> arguments)
    {
        string text = string.Join(", ", arguments);
        return text.Length == 0 ? "" : "(" + text + ")";
    }

    private void WriteFunction(string name, string visibility)
    {
        bool isLoop = CallGraph.HasSelfTailCall(_code);
        // A label has variables of its own for the parameters that it is given.
        var assigned = new HashSet<int>(Turns(_code.Body).SelectMany(t => Changes(t, []))
            .Concat(_code.Labels.SelectMany(l => Turns(l.Body).SelectMany(t => Changes(t, l.Label.Parameters)))));
        string parameters = Declare(_function.Parameters, assigned.Contains, out var variables, _rules.IsMemoised(_function) ? _rules.UsesRun(_code.Blocks()) : _rules.UsesRun(_function));
        using (_out.Open(visibility + "fn " + name + "(" + parameters + ") -> " + _rules.ResultOf(_function)))
        {
            if (isLoop)
            {
                _loop = variables;
                _around = RustSurroundings.For(_rules, [_function], name);
                _around?.WriteBefore(_out);
                using (_out.Open(_around is not null ? _around.Loop : _code.Labels.IsEmpty ? "loop" : "'turn: loop", _around is not null ? "};" : "}"))
                {
                    _out.Line("run.check()?;");
                    WriteBody(isTail: false);
                }

                _around?.WriteAfter(_out);
            }
            else
            {
                if (_rules.IsRecursive(_function)) _out.Line("run.check()?;");
                WriteBody(isTail: true);
            }
        }

        _around?.WriteType(_out);
        foreach (var (label, body) in _code.Labels.Where(l => _labels[l.Label].IsFunction))
        {
            _taken = ["run", "state", "known", "value", "node", "turn", .. _rules.FunctionNames];
            _variables.Clear();
            _out.Line();
            _out.Line("/// A part of [`" + name + "`].");
            parameters = Declare(label.Parameters, _ => false, out _, UsesRun(label));
            using (_out.Open("fn " + _labels[label].Name + "(" + parameters + ") -> " + _rules.ResultOf(_function)))
                WriteBlock(body, isTail: true);
        }
    }

    private IEnumerable<TailCall> Turns(Block block)
    {
        if (block.End is TailCall call && call.Callee == _function) yield return call;
        foreach (var turn in block.End.Arms.SelectMany(Turns)) yield return turn;
    }

    private IEnumerable<int> Changes(TailCall turn, ImmutableArray<Local> given)
        => Enumerable.Range(0, turn.Parts.Count).Where(i => turn.Parts[i] != _function.Parameters[i] || given.Contains(turn.Parts[i]));

    // Parameters with their types; those that are not used get an underscore.
    private string Declare(ImmutableArray<Local> parameters, Func<int, bool> isMutable, out List<string> names, bool usesRun)
    {
        names = [];
        var declared = new List<string>();
        if (usesRun) declared.Add("run: &mut Run");
        for (int i = 0; i < parameters.Length; i++)
        {
            bool isUsed = _code.Blocks().Any(b => b.Instructions.Any(x => Locals.ReadBy(x).Contains(parameters[i])) || b.End.Arguments.Contains(parameters[i]));
            string name = (isUsed ? "" : "_") + NewName(parameters[i].Name);
            names.Add(name);
            _variables[parameters[i]] = new(name, _sorts.IsCopy(parameters[i].Sort) ? Form.Copy : Form.Owned);
            // What nobody reads is not assigned either.
            declared.Add((isMutable(i) && isUsed ? "mut " : "") + name + ": " + _sorts.TypeOf(parameters[i].Sort));
        }

        return string.Join(", ", declared);
    }

    private string NewName(string hint)
    {
        string name = RustNames.Snake(hint);
        if (_rules.FunctionNames.Contains(name)) name += name.EndsWith("_", StringComparison.Ordinal) ? "result" : "_result";
        return RustNames.Unique(_taken, name);
    }

    // The body and its labels. Jumps go forward only, so a label is what follows a block that is left with the label's arguments.
    private void WriteBody(bool isTail)
    {
        var order = _code.OrderedLabels();
        bool areFunctions = _loop is null && order.Count > MostNestedLabels;
        foreach (var (label, _) in order)
            _labels[label] = areFunctions ? (_rules.HelperOf(_function, label.Name), true) : ("'" + RustNames.Unique(_taken, RustNames.Snake(label.Name)), false);
        if (areFunctions) WriteBlock(_code.Body, isTail);
        else WriteNested(order, order.Count, isTail);
    }

    private void WriteNested(List<LabelledBlock> order, int count, bool isTail)
    {
        if (count == 0)
        {
            WriteBlock(_code.Body, isTail);
            return;
        }

        var (label, body) = order[count - 1];
        // The names are known before the block that jumps there is written, the variables only behind it.
        var variables = label.Parameters.Select(p => new Variable(NewName(p.Name), _sorts.IsCopy(p.Sort) ? Form.Copy : Form.Owned)).ToList();
        var uses = UsesOf(body);
        string names = Tuple(variables.Select((v, i) => uses.Contains(label.Parameters[i]) ? v.Text : "_" + v.Text));
        // What does nothing but give its parameter is the value of the block before it.
        bool isResult = isTail && !_rules.IsFallible(_function) && label.Parameters.Length == 1 && body is { Instructions.IsEmpty: true, End: Return end }
            && end.Result == label.Parameters[0] && end.Result.Sort.Equals(_function.Result);
        using (_out.Open((label.Parameters.IsEmpty || isResult ? "" : "let " + names + " = ") + _labels[label].Name + ":", label.Parameters.IsEmpty || isResult ? "}" : "};"))
            WriteNested(order, count - 1, isTail: false);
        if (isResult) return;
        // A label knows nothing but its parameters; what it reads again has the locals that it had before.
        _variables.Clear();
        for (int i = 0; i < variables.Count; i++) _variables[label.Parameters[i]] = variables[i];
        WriteBlock(body, isTail);
    }

    private static string Tuple(IEnumerable<string> items)
    {
        var list = items.ToList();
        return list.Count == 1 ? list[0] : "(" + string.Join(", ", list) + ")";
    }

    private HashSet<Local> UsesOf(Block block)
    {
        if (_uses.TryGetValue(block, out var known)) return known;
        var uses = new HashSet<Local>(block.End.Arguments);
        foreach (var arm in block.End.Arms) uses.UnionWith(UsesOf(arm));
        foreach (var instruction in block.Instructions) uses.UnionWith(Locals.ReadBy(instruction));
        _uses.Add(block, uses);
        return uses;
    }

    private HashSet<Local> UsesOf(Terminator end)
    {
        var uses = new HashSet<Local>(end.Arguments);
        foreach (var arm in end.Arms) uses.UnionWith(UsesOf(arm));
        return uses;
    }

    private void WriteBlock(Block block, bool isTail)
    {
        for (int i = 0; i < block.Instructions.Length; i++)
        {
            var instruction = block.Instructions[i];
            if (instruction is Let { Value: Field field } && !_variables.ContainsKey(((Let)instruction).Target))
            {
                // A term whose symbol is known without a test.
                var rest = new Block(block.Instructions.RemoveRange(0, i), block.End);
                rest = Bind(field.Cell, _sorts.Of(field.Symbol), rest, mayMove: true, header: null);
                WriteBlock(rest, isTail);
                return;
            }

            var after = new HashSet<Local>(block.Instructions.Skip(i + 1).SelectMany(Locals.ReadBy));
            after.UnionWith(UsesOf(block.End));
            // What is tested, returned or passed on at once needs no name.
            if (i == block.Instructions.Length - 1 && instruction is Let { Value: not (Constant or Field) } last && IsOnlyUse(last.Target, block.End) && ValueOf(last, after) is { } text)
            {
                _variables[last.Target] = new(text, _sorts.IsCopy(last.Target.Sort) ? Form.Literal : Form.Maker);
                break;
            }

            WriteInstruction(instruction, after);
        }

        WriteEnd(block.End, isTail);
    }

    private bool IsOnlyUse(Local local, Terminator end) => end switch
    {
        Return r => r.Result == local,
        Branch b => b.Test == local && !UsesOf(b.WhenTrue).Contains(local) && !UsesOf(b.WhenFalse).Contains(local),
        _ => false,
    };

    private void WriteInstruction(Instruction instruction, HashSet<Local> after)
    {
        switch (instruction)
        {
            case Let { Value: Field } let when _variables.ContainsKey(let.Target):
                break;
            case Let { Value: Constant constant } let:
                _variables[let.Target] = new(RustPrimitives.Of(constant.Literal, _sorts.TypeOf), _sorts.IsCopy(constant.Literal.Sort) ? Form.Literal : Form.Maker);
                break;
            case Let { Value: Construct { Parts.Count: 0, Symbol: Constructor } construct } let:
                _variables[let.Target] = new(ValueOf(let, after)!, _sorts.IsCopy(construct.Symbol.Result) ? Form.Literal : Form.Maker);
                break;
            case Let let:
                string text = ValueOf(let, after)!;
                if (!after.Contains(let.Target))
                {
                    if (text.EndsWith("?", StringComparison.Ordinal)) _out.Line(text + ";");
                    break;
                }

                string name = NewName(let.Target.Name);
                _variables[let.Target] = new(name, _sorts.IsCopy(let.Target.Sort) ? Form.Copy : Form.Owned);
                _out.Line("let " + name + " = " + text + ";");
                break;
            case Fire fire:
                _out.Line("// " + RustText.Comment(LiteralText.Name(fire.Rule.Name)) + (fire.Times is null ? "" : ", so many times at once") + ": " + RustText.Comment(fire.Rule.ToString()));
                if (_rules.CountsRewrites) _out.Line("run.fire(" + (fire.Times is null ? "1" : Word(fire.Times)) + ")?;");
                break;
            case Remember remember:
                string map = Memory(remember.Term.Sort);
                _out.Line(map + ".insert(" + On(remember.Term) + ".address(), (" + Clone(remember.Term) + ", " + Clone(remember.Normal) + "));");
                break;
            case SetChanged changed:
                _out.Line(_rules.UseState("marked", "u8") + " = " + changed.Levels.ToString(CultureInfo.InvariantCulture) + ";");
                break;
            default:
                throw new InvalidOperationException(instruction.GetType().Name + " is not for Rust.");
        }
    }

    private string Memory(Sort sort)
    {
        string type = _sorts.TypeOf(sort);
        return _rules.UseState("remembered_" + RustNames.Snake(type).Trim('_'), "BTreeMap<usize, (" + type + ", " + type + ")>");
    }

    private string? ValueOf(Let let, HashSet<Local> after)
    {
        switch (let.Value)
        {
            case Construct construct:
                var symbol = _sorts.Of(construct.Symbol);
                if (symbol.Sort.IsCounter)
                    return symbol.Sort.Type + "::" + symbol.Builder + "(" + (symbol.IsUnit ? ")" : Take(construct.Parts, construct.Symbol.Parameters.Select(p => p.Sort), after)[0] + ")?");
                if (symbol.IsUnit) return symbol.Path;
                string fields = string.Join(", ", Take(construct.Parts, construct.Symbol.Parameters.Select(p => p.Sort), after));
                return (symbol.Node is null ? symbol.Path : symbol.Sort.Type + "::" + symbol.Builder) + "(" + fields + ")";
            case Call call:
                return _rules.Call(call.Callee, Arguments(call, after)) + (_rules.IsFallible(call.Callee) ? "?" : "");
            case ForeignCall host:
                return "run.state.host." + _rules.Host.NameOf(host.Operation) + "(" + string.Join(", ", host.Parts.Select((p, i) => Lend(p, host.Operation.Parameters[i].Sort))) + ")?";
            case Compute compute:
                bool isWord = compute.Primitive.Operand.Equals(BuiltInSort.ULong);
                string text = RustPrimitives.Compute(compute.Primitive, i => isWord ? Word(compute.Parts[i]) : Operand(compute.Parts[i]), _sorts.TypeOf);
                return compute.Primitive.Result.Equals(BuiltInSort.ULong) && let.Target.Sort is DataSort ? _sorts.TypeOf(let.Target.Sort) + "(" + text + ")" : text;
            case Same same:
                if (same.Left.Sort.Equals(BuiltInSort.Double)) return "number::same(" + Operand(same.Left) + ", " + Operand(same.Right) + ")";
                return Operand(same.Left) + " == " + Operand(same.Right);
            case IsSameCell same:
                return On(same.Left) + ".address() == " + On(same.Right) + ".address()";
            case IsShared shared:
                return _sorts.Of((DataSort)shared.Term.Sort).IsCounter ? "false" : On(shared.Term) + ".is_shared()";
            case IsRemembered remembered:
                return Memory(remembered.Term.Sort) + ".contains_key(&" + On(remembered.Term) + ".address())";
            case Recalled recalled:
                string known = Memory(recalled.Term.Sort);
                return "core::iter::successors(" + known + ".get(&" + On(recalled.Term) + ".address()), |(_, last)| " + known
                    + ".get(&last.address()).filter(|(_, later)| later.address() != last.address())).last().expect(\"it is remembered\").1.clone()";
            case HasChanged changed:
                return _rules.UseState("marked", "u8") + " >= " + changed.Least.ToString(CultureInfo.InvariantCulture);
            default:
                throw new InvalidOperationException(let.Value.GetType().Name + " is not for Rust.");
        }
    }

    private List<string> Arguments(Call call, HashSet<Local> after) => Take(call.Parts, call.Callee.Parameters.Select(p => p.Sort), after);

    // What the function gives, for a value.
    private string Wrap(string value) => !_rules.IsFallible(_function) ? value
        : value.EndsWith("?", StringComparison.Ordinal) ? value.Substring(0, value.Length - 1) : "Ok(" + value + ")";

    // A label needs the evaluation where it, or one that it jumps to, does.
    private bool UsesRun(Label label)
    {
        var reached = new HashSet<Label> { label };
        var pending = new Stack<Label>(reached);
        while (pending.Count > 0)
        {
            var next = pending.Pop();
            var body = _code.Labels.First(l => l.Label == next).Body;
            if (_rules.UsesRun(body.Blocks())) return true;
            foreach (var target in body.Jumps())
                if (reached.Add(target)) pending.Push(target);
        }

        return false;
    }

    // Values to own. Of several uses the last one moves.
    private List<string> Take(EquatableArray<Local> parts, IEnumerable<Sort> wanted, HashSet<Local> after)
    {
        var sorts = wanted.ToList();
        var result = new List<string>();
        for (int i = 0; i < parts.Count; i++)
        {
            var later = new HashSet<Local>(parts.Skip(i + 1));
            later.UnionWith(after);
            result.Add(Convert(Take(parts[i], later), parts[i].Sort, sorts[i]));
        }

        return result;
    }

    private string Take(Local local, HashSet<Local> after)
    {
        var variable = _variables[local];
        return variable.Form switch
        {
            Form.Owned => IsAlive(local, after) ? variable.Text + ".clone()" : variable.Text,
            Form.Borrowed => variable.Text + ".clone()",
            Form.CopyBehind => "*" + variable.Text,
            _ => variable.Text,
        };
    }

    // True while the local, or something that is borrowed from it, is used.
    private bool IsAlive(Local local, HashSet<Local> after)
    {
        if (after.Contains(local)) return true;
        foreach (var used in after)
        {
            var owner = _variables.TryGetValue(used, out var variable) ? variable.Owner : null;
            while (owner is not null)
            {
                if (owner == local) return true;
                owner = _variables[owner].Owner;
            }
        }

        return false;
    }

    // Counters are held as numbers of their own type; the code that counts works on plain ones.
    private string Convert(string text, Sort from, Sort to)
    {
        if (to is DataSort && from.Equals(BuiltInSort.ULong)) return _sorts.TypeOf(to) + "(" + text + ")";
        return from is DataSort && to.Equals(BuiltInSort.ULong) ? text + ".0" : text;
    }

    // An argument of the host: a reference, or a value that is copied.
    private string Lend(Local local, Sort wanted)
    {
        if (_sorts.IsCopy(wanted)) return Convert(Operand(local), local.Sort, wanted);
        var variable = _variables[local];
        return variable.Form == Form.Borrowed ? variable.Text : "&" + variable.Text;
    }

    // Something that can be compared or computed with.
    private string Operand(Local local)
    {
        var variable = _variables[local];
        return variable.Form is Form.Borrowed or Form.CopyBehind ? "*" + variable.Text : variable.Text;
    }

    private string Word(Local local)
    {
        var variable = _variables[local];
        if (local.Sort is not DataSort) return Operand(local);
        return variable.Text + ".0";
    }

    // Something that methods can be called on.
    private string On(Local local) => _variables[local].Text;

    private string Clone(Local local) => _sorts.IsCopy(local.Sort) ? Operand(local) : _variables[local].Form == Form.Maker ? _variables[local].Text : _variables[local].Text + ".clone()";

    private void Leave(string result, bool isTail) => _out.Line(isTail ? result : "return " + result + ";");

    // Ends with a value, or what gives one with a question mark behind it.
    private void LeaveWith(string value, bool isTail)
    {
        if (_around is null) Leave(Wrap(value), isTail);
        else _out.Line("break 'turn " + value + ";");
    }

    private void WriteContinue() => _out.Line(_code.Labels.IsEmpty && _around is null ? "continue;" : "continue 'turn;");

    // Puts aside what is to be built around the result of a call.
    private void PutAside(TailCall call)
    {
        if (call.Around.Count == 0) return;
        var kept = new List<string>();
        var sorts = new List<Sort>();
        var later = call.Around.SelectMany(a => a.Others).Concat(call.Parts).ToList();
        int passed = 0;
        string Field(Local local, Sort sort)
        {
            passed++;
            // What is known while compiling need not wait.
            if (_variables[local].Form is Form.Literal or Form.Maker) return Convert(_variables[local].Text, local.Sort, sort);
            kept.Add(Convert(Take(local, [.. later.Skip(passed)]), local.Sort, sort));
            sorts.Add(sort);
            return _around!.NameOf(kept.Count - 1);
        }

        string value = "value";
        foreach (var item in call.Around)
        {
            var symbol = _sorts.Of(item.Symbol);
            var fields = item.Others.Select((o, i) => Field(o, item.Symbol.Parameters[i < item.Index ? i : i + 1].Sort)).ToList();
            fields.Insert(item.Index, value);
            value = (symbol.Node is null ? symbol.Path : symbol.Sort.Type + "::" + symbol.Builder) + "(" + string.Join(", ", fields) + ")";
        }

        _out.Line(_around!.Put(_sorts.Of(call.Around[0].Symbol).Variant, kept, sorts.Select(_sorts.TypeOf).ToList(), value));
    }

    private void WriteEnd(Terminator end, bool isTail)
    {
        var nothing = new HashSet<Local>();
        switch (end)
        {
            case Return r:
                LeaveWith(Convert(Take(r.Result, nothing), r.Result.Sort, _function.Result!), isTail);
                break;
            case TailCall call when _states is not null && _states.TryGetValue(call.Callee, out var state):
                PutAside(call);
                _out.Line("state = " + state + StateArguments(Take(call.Parts, call.Callee.Parameters.Select(p => p.Sort), nothing)) + ";");
                WriteContinue();
                break;
            case TailCall call when call.Callee == _function && _loop is not null:
                PutAside(call);
                WriteNextTurn(call);
                break;
            case TailCall call:
                string called = _rules.Call(call.Callee, Take(call.Parts, call.Callee.Parameters.Select(p => p.Sort), nothing));
                LeaveWith(called + (_rules.IsFallible(call.Callee) ? "?" : ""), isTail);
                break;
            case Jump jump:
                var (name, isFunction) = _labels[jump.Target];
                var arguments = Take(jump.Parts, jump.Target.Parameters.Select(p => p.Sort), nothing);
                if (isFunction) Leave(name + "(" + string.Join(", ", UsesRun(jump.Target) ? arguments.Prepend("run") : arguments) + ")", isTail);
                else _out.Line("break " + name + (arguments.Count == 0 ? "" : " " + Tuple(arguments)) + ";");
                break;
            case Stuck stuck:
                Leave("Err(Error::stuck(" + RustNames.Quote(stuck.Symbol.Name) + ", &[" + string.Join(", ", stuck.Parts.Select(p => (On(p).StartsWith("-", StringComparison.Ordinal) ? "(" + On(p) + ")" : On(p)) + ".part()")) + "]))", isTail);
                break;
            case Branch branch:
                WriteBranch(branch, isTail);
                break;
            case Switch s:
                WriteSwitch(s, isTail);
                break;
            case LiteralSwitch s:
                WriteLiterals(s, isTail);
                break;
            default:
                throw new InvalidOperationException(end.GetType().Name + " is not for Rust.");
        }
    }

    private void WriteNextTurn(TailCall call)
    {
        var changed = Enumerable.Range(0, call.Parts.Count).Where(i => _variables[call.Parts[i]].Text != _loop![i] && _loop[i][0] != '_').ToList();
        var kept = new HashSet<Local>(Enumerable.Range(0, call.Parts.Count).Except(changed).Select(i => call.Parts[i]));
        if (changed.Count > 0)
        {
            var values = Take(changed.Select(i => call.Parts[i]).ToEquatableArray(), changed.Select(i => _function.Parameters[i].Sort), kept);
            _out.Line(Tuple(changed.Select(i => _loop![i])) + " = " + Tuple(values) + ";");
        }

        WriteContinue();
    }

    private void WriteBranch(Branch branch, bool isTail)
    {
        using (_out.Open("if " + Operand(branch.Test)))
        {
            WriteArm(branch.WhenTrue, isTail);
            var rest = branch.WhenFalse;
            while (IsSilent(rest) && rest.End is Branch next)
            {
                foreach (var instruction in rest.Instructions) Silently(instruction, rest);
                _out.Between("} else if " + Operand(next.Test) + " {");
                WriteArm(next.WhenTrue, isTail);
                rest = next.WhenFalse;
            }

            _out.Between("} else {");
            WriteArm(rest, isTail);
        }
    }

    // A block that is nothing but a test, so that it can follow an else.
    private bool IsSilent(Block block) => block.Instructions.Select((x, i) => (x, i)).All(p => p.x switch
    {
        Let { Value: Constant or Construct { Parts.Count: 0, Symbol: Constructor } } => true,
        Let { Value: Compute { Primitive.CanThrow: false } or Same or IsShared } let => p.i == block.Instructions.Length - 1 && IsOnlyUse(let.Target, block.End),
        Let { Value: Field } let => _variables.ContainsKey(let.Target),
        _ => false,
    });

    private void Silently(Instruction instruction, Block block)
    {
        var after = UsesOf(block);
        if (instruction is Let { Value: Compute or Same or IsShared } let) _variables[let.Target] = new(ValueOf(let, after)!, Form.Literal);
        else WriteInstruction(instruction, after);
    }

    private void WriteArm(Block block, bool isTail)
    {
        var taken = new HashSet<string>(_taken);
        WriteBlock(block, isTail);
        _taken = taken;
    }

    private void WriteSwitch(Switch s, bool isTail)
    {
        var sort = _sorts.Of((DataSort)s.Subject.Sort);
        var subject = _variables[s.Subject];
        var cases = s.Cases.Where(c => sort.Symbols.Any(x => x.Symbol == c.Key)).ToList();
        if (sort.IsCounter)
        {
            WriteCounterSwitch(s, sort, cases, isTail);
            return;
        }

        if (cases.Count == 1 && sort.Symbols.Count == 1)
        {
            WriteBlock(Bind(s.Subject, _sorts.Of(cases[0].Key), cases[0].Value, mayMove: true, header: null), isTail);
            return;
        }

        bool anyMoves = subject.Form is Form.Owned or Form.Maker && cases.Any(c => _sorts.Of(c.Key) is { IsUnit: false } && MayTakeApart(s.Subject, c.Value) && Wanted(s.Subject, c.Key, c.Value).Count > 0);
        string on = subject.Form switch
        {
            Form.Owned or Form.Maker => anyMoves ? subject.Text : "&" + subject.Text,
            Form.CopyBehind => "*" + subject.Text,
            _ => subject.Text,
        };
        using (_out.Open("match " + on))
        {
            foreach (var c in cases)
            {
                var taken = new HashSet<string>(_taken);
                bool moves = anyMoves && MayTakeApart(s.Subject, c.Value);
                Bind(s.Subject, _sorts.Of(c.Key), c.Value, moves, header: (pattern, before, body) =>
                {
                    using (_out.Open(pattern + " =>"))
                    {
                        if (before is not null) _out.Line(before);
                        WriteBlock(body, isTail);
                    }
                }, byReference: anyMoves && !moves);
                _taken = taken;
            }

            if (s.Otherwise is not null)
            {
                using (_out.Open("_ =>")) WriteArm(s.Otherwise, isTail);
            }
            else if (cases.Count < sort.Symbols.Count)
            {
                _out.Line("_ => unreachable!(\"ruled out before\"),");
            }
        }
    }

    private void WriteCounterSwitch(Switch s, RustSort sort, List<KeyValuePair<FunctionSymbol, Block>> cases, bool isTail)
    {
        Block? Of(RustSymbol symbol) => cases.Where(c => c.Key == symbol.Symbol).Select(c => c.Value).FirstOrDefault() ?? s.Otherwise;
        Block? zero = Of(sort.Zero), more = Of(sort.Successor);
        var fields = more is null ? [] : Wanted(s.Subject, sort.Successor.Symbol, more);
        string subject = On(s.Subject);
        if (zero is null || more is null)
        {
            throw new InvalidOperationException("A counter is tested for one of its symbols only.");
        }

        using (_out.Open("match " + subject + ".below()"))
        {
            using (_out.Open("None =>")) WriteArm(zero, isTail);
            var taken = new HashSet<string>(_taken);
            string name = "_";
            if (fields.Count > 0)
            {
                more = Unify(s.Subject, sort.Successor.Symbol, more, out var locals);
                name = NewName(locals[0]!.Name);
                _variables[locals[0]!] = new(name, Form.Copy);
            }

            using (_out.Open("Some(" + name + ") =>")) WriteBlock(more, isTail);
            _taken = taken;
        }
    }

    // True where the block uses a term by its fields only.
    private bool MayTakeApart(Local cell, Block block)
    {
        if (block.Instructions.Any(i => i is not Let { Value: Field } && Locals.ReadBy(i).Contains(cell))) return false;
        return !block.End.Arguments.Contains(cell) && block.End.Arms.All(arm => MayTakeApart(cell, arm));
    }

    private static HashSet<int> Wanted(Local cell, FunctionSymbol symbol, Block block)
    {
        var wanted = new HashSet<int>();
        foreach (var instruction in block.Blocks().SelectMany(b => b.Instructions))
            if (instruction is Let { Value: Field field } && field.Cell == cell && field.Symbol == symbol) wanted.Add(field.Index);

        return wanted;
    }

    // Every field of a term gets one local, however often it is read in the block.
    private static Block Unify(Local cell, FunctionSymbol symbol, Block block, out Local?[] locals)
    {
        var found = new Local?[symbol.Arity];
        var map = new Dictionary<Local, Local>();
        foreach (var instruction in block.Blocks().SelectMany(b => b.Instructions))
        {
            if (instruction is not Let { Value: Field field } let || field.Cell != cell || field.Symbol != symbol) continue;
            if (found[field.Index] is not { } first) found[field.Index] = let.Target;
            else if (first != let.Target) map[let.Target] = first;
        }

        locals = found;
        block = WithoutFields(cell, symbol, block);
        return map.Count == 0 ? block : Locals.Rename(block, map);
    }

    // Code may test the term again, and name fields of another symbol in an arm that is never reached: those are bound there.
    private static Block WithoutFields(Local cell, FunctionSymbol symbol, Block block) => new(
        block.Instructions.RemoveAll(i => i is Let { Value: Field field } && field.Cell == cell && field.Symbol == symbol),
        Locals.WithArms(block.End, arm => WithoutFields(cell, symbol, arm)));

    // Names the fields of a term that is known to be built with a symbol, for a block. Without a header the names are bound by
    // a statement of their own.
    private Block Bind(Local cell, RustSymbol symbol, Block block, bool mayMove, Action<string, string?, Block>? header, bool byReference = false)
    {
        var variable = _variables[cell];
        bool moves = mayMove && variable.Form is Form.Owned or Form.Maker && MayTakeApart(cell, block);
        block = Unify(cell, symbol.Symbol, block, out var locals);
        var names = locals.Select(l => l is null ? "_" : NewName(l.Name)).ToList();
        bool isBehind = !moves && variable.Form is not (Form.Copy or Form.Literal or Form.CopyBehind);
        for (int i = 0; i < locals.Length; i++)
        {
            if (locals[i] is not { } local) continue;
            bool isCopy = _sorts.IsCopy(local.Sort);
            _variables[local] = isBehind ? new(names[i], isCopy ? Form.CopyBehind : Form.Borrowed, cell) : new(names[i], isCopy ? Form.Copy : Form.Owned);
        }

        if (symbol.Sort.IsCounter)
        {
            if (locals[0] is not null) _out.Line("let " + names[0] + " = " + symbol.Sort.Type + "(" + variable.Text + ".0 - 1);");
            return block;
        }

        string fields = string.Join(", ", names);
        bool anyWanted = locals.Any(l => l is not null);
        string pattern = symbol.IsUnit ? symbol.Path : !anyWanted ? symbol.Path + "(..)"
            : symbol.Node is not null ? symbol.Path + (byReference ? "(ref node)" : "(node)")
            : symbol.Path + "(" + string.Join(", ", names.Select(n => byReference && n != "_" ? "ref " + n : n)) + ")";
        string? before = symbol.Node is null || !anyWanted ? null
            : "let " + symbol.Node + "(" + fields + ") = " + (moves ? "node.into_inner();" : "&**node;");
        if (header is not null)
        {
            header(pattern, before, block);
            return block;
        }

        if (!anyWanted) return block;
        string on = moves || variable.Form is Form.Copy or Form.Literal or Form.Borrowed ? variable.Text : variable.Form == Form.CopyBehind ? "*" + variable.Text : "&" + variable.Text;
        _out.Line("let " + pattern + " = " + on + (symbol.Sort.Symbols.Count == 1 ? ";" : " else { unreachable!(\"tested before\") };"));
        if (before is not null) _out.Line(before);
        return block;
    }

    private void WriteLiterals(LiteralSwitch s, bool isTail)
    {
        string subject = Operand(s.Subject);
        var sort = s.Subject.Sort;
        if (sort.Equals(BuiltInSort.Bool))
        {
            var whenTrue = s.Cases.Where(c => c.Key.Value is true).Select(c => c.Value).FirstOrDefault() ?? s.Otherwise!;
            var whenFalse = s.Cases.Where(c => c.Key.Value is false).Select(c => c.Value).FirstOrDefault() ?? s.Otherwise!;
            WriteBranch(new Branch(s.Subject, whenTrue, whenFalse), isTail);
            return;
        }

        if (sort is BuiltInSort { Kind: BuiltInKind.Symbol or BuiltInKind.String or BuiltInKind.BigInteger })
        {
            WriteTests(s, isTail);
            return;
        }

        string on = sort.Equals(BuiltInSort.Double) ? "number::bits(" + subject + ")" : sort is EnumSort ? On(s.Subject) + ".0" : subject;
        using (_out.Open("match " + on))
        {
            foreach (var c in s.Cases)
            {
                string pattern = c.Key.Sort is EnumSort e ? RustPrimitives.Number((long)c.Key.Value, e)
                    : c.Key.Value is double ? RustPrimitives.Number(unchecked((ulong)c.Key.Bits)) : RustPrimitives.Number((IFormattable)c.Key.Value);
                using (_out.Open(pattern + " =>")) WriteArm(c.Value, isTail);
            }

            using (_out.Open("_ =>")) WriteArm(s.Otherwise!, isTail);
        }
    }

    private void WriteTests(LiteralSwitch s, bool isTail)
    {
        string Test(Literal literal) => literal.Value is string text && !RustNames.HasLoneSurrogate(text)
            ? On(s.Subject) + (literal.Sort.Equals(BuiltInSort.Symbol) ? ".0" : "") + ".is(" + RustNames.Quote(text) + ")"
            : Operand(s.Subject) + " == " + RustPrimitives.Of(literal, _sorts.TypeOf);
        using (_out.Open("if " + Test(s.Cases[0].Key)))
        {
            WriteArm(s.Cases[0].Value, isTail);
            foreach (var c in s.Cases.Skip(1))
            {
                _out.Between("} else if " + Test(c.Key) + " {");
                WriteArm(c.Value, isTail);
            }

            _out.Between("} else {");
            WriteArm(s.Otherwise!, isTail);
        }
    }
}
