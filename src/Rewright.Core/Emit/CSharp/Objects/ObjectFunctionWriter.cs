using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>Writes one function over objects, in both of its versions.</summary>
/// <remarks>
/// The fast version is nested C#: arms of a switch become blocks, and labelled blocks come at the end. The version with its own stack is the
/// same, but a call that may lead back to this function ends the block: what is needed later is pushed, and the rest of the block becomes a
/// state of its own (defunctionalised continuations; Reynolds, "Definitional Interpreters for Higher-Order Programming Languages", 1972).
/// </remarks>
internal sealed class ObjectFunctionWriter
{
    private readonly ObjectFunctions _functions;
    private readonly ObjectTypes _types;
    private readonly IndentedWriter _out;
    private readonly Function _function;
    private readonly Definition _code;
    private readonly bool _ownsStack;
    private readonly Dictionary<Local, string> _names = [];
    // The fields that locals were read from.
    private readonly Dictionary<Local, Field> _fields = [];
    private readonly HashSet<Local> _nothing = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { "run", "state", "start", "again", "leave", "known" };
    // The names that are declared for the whole function.
    private readonly HashSet<string> _outer = new(StringComparer.Ordinal);
    private readonly Dictionary<Label, string> _labels = [];
    private readonly Dictionary<Label, ImmutableArray<string>> _labelNames = [];
    private readonly List<State> _states = [];
    // The locals whose class is known here, with the names of the same objects as that class.
    private ImmutableDictionary<Local, (FunctionSymbol Symbol, string Name)> _casts
        = ImmutableDictionary<Local, (FunctionSymbol, string)>.Empty;

    // The rest of a block after a call, with the names that the locals had there: a local may be computed in several arms.
    private sealed record State(Local Target, Block Rest, List<(Local Local, string Name)> Names);

    private ObjectFunctionWriter(ObjectFunctions functions, IndentedWriter output, Function function, bool ownsStack)
    {
        (_functions, _types, _out, _function, _ownsStack) = (functions, functions.Types, output, function, ownsStack);
        _code = functions.Program[function];
    }

    /// <summary>Writes a function.</summary>
    public static void Write(ObjectFunctions functions, IndentedWriter output, Function function)
    {
        output.Separate();
        bool visitsItems = functions.IsVisitOfItems(function);
        if (visitsItems) new ObjectFunctionWriter(functions, output, function, ownsStack: false).WriteLoop();
        else new ObjectFunctionWriter(functions, output, function, ownsStack: false).WriteFast();
        if (!functions.IsRecursive(function)) return;
        output.Separate();
        if (!visitsItems) new ObjectFunctionWriter(functions, output, function, ownsStack: false).WriteSlow();
        output.Separate();
        new ObjectFunctionWriter(functions, output, function, ownsStack: true).WriteWithStack();
    }

    private string ResultType => _types.TypeOf(_function.Result!);

    private string Name => _functions.NameOf(_function);

    private bool IsOutermostVisit => _functions.IsVisit(_function)
        && _functions.Program.Definitions.Any(d => d.Blocks().Any(b => b.Instructions.Any(i => i is SetChanged)));

    private void WriteFast()
    {
        var leaves = LeavesOf();
        string parameters = DeclareParameters();
        string arguments = string.Join(", ", _function.Parameters.Select(p => _names[p]).Append("run"));
        string name = Name;
        if (leaves.Count > 0)
        {
            // Half of the nodes of a tree are leaves, which need no call.
            _out.Line(ObjectFunctions.Method("AggressiveInlining"));
            string term = _names[_function.Parameters[0]];
            _out.Line("private static " + ResultType + " " + Name + "(" + parameters + ") => "
                + string.Join(" || ", leaves.Select(l => IsOf(term, l))) + " ? " + term + " : " + name + "_Node(" + arguments + ");");
            _out.Separate();
            name += "_Node";
        }

        using var body = _out.Open("private static " + ResultType + " " + name + "(" + parameters + ")");
        DeclareLabels();
        if (CallGraph.HasSelfTailCall(_code)) _out.Line("start:");
        if (_functions.IsRecursive(_function)) _out.Line("if (--run.Fuel < 0) return " + Name + "_Slow(" + arguments + ");");
        WriteBlock(_code.Body);
        WriteLabels();
    }

    // Visits the items of a list in a loop, which makes no list as long as no item changes. The general code recurs for each item.
    private void WriteLoop()
    {
        var visit = _code.Blocks().SelectMany(CallGraph.Calls).First(f => f != _function);
        string list = _types.TypeOf(_function.Result!), item = _types.TypeOf(visit.Result!);
        using var body = _out.Open("private static " + list + " " + Name + "(" + list + " list, " + ObjectFunctions.Run + " run)");
        _out.Line(item + "[] changed = null;");
        _out.Line("int index = 0;");
        using (_out.Open("for (var rest = list; !rest.IsEmpty; rest = rest.Tail, index++)"))
        {
            _out.Line(item + " old = rest.Head;");
            _out.Line(item + " item = " + _functions.NameOf(visit) + "(old, run);");
            _out.Line("if (changed == null && (object)item != old) changed = (" + item + "[])list.ToArray().Clone();");
            _out.Line("if (changed != null) changed[index] = item;");
        }

        _out.Line("return changed == null ? list : new " + list + "(changed, 0);");
    }

    // The constructors that a visit returns as they are.
    private List<FunctionSymbol> LeavesOf()
    {
        if (!_functions.IsVisit(_function) || _code.Body.Instructions.Length > 0 || _code.Body.End is not Switch s) return [];
        return [.. s.Cases.Where(c => c.Value is { Instructions.IsEmpty: true, End: Return r } && r.Result == _function.Parameters[0]
            || c.Value.End is Return { Result: var result } && c.Value.Instructions.All(i => i is Let { Value: Field or Rebuild })
                && c.Value.Instructions.Any(i => i is Let { Value: Rebuild rebuild, Target: var target } && target == result
                    && IsSameObject(rebuild, c.Value))).Select(c => c.Key).Take(2)];
    }

    private bool IsSameObject(Rebuild rebuild, Block block)
        => rebuild.Parts.Select((part, i) => block.Instructions.Any(x => x is Let { Value: Field f, Target: var t } && t == part
            && f.Index == i && f.Cell == rebuild.Old)).All(same => same);

    // What is done where fuel has run out.
    private void WriteSlow()
    {
        using var body = _out.Open("private static " + ResultType + " " + Name + "_Slow(" + DeclareParameters() + ")");
        string arguments = string.Join(", ", _function.Parameters.Select(p => _names[p]).Append("run"));
        string fast = Name + (LeavesOf().Count > 0 ? "_Node" : "") + "(" + arguments + ")";
        if (!_functions.IsVisit(_function))
        {
            _out.Line("if (!run.MustLeaveStack()) return " + fast + ";");
            WriteCallWithStack();
            _out.Line("return " + Received() + ";");
            return;
        }

        string term = _names[_function.Parameters[0]];
        _out.Line("bool leaves = run.MustLeaveStack();");
        using (_out.Open("if (run.Remembers && run.Recall(" + term + ") is { } known)"))
        {
            if (IsOutermostVisit) _out.Line("run.Changed = 0;");
            _out.Line("return As<" + ResultType + ">(known);");
        }

        _out.Separate();
        _out.Line("long before = run.Visits;");
        _out.Line(ResultType + " result;");
        using (_out.Open("if (leaves)"))
        {
            WriteCallWithStack();
            _out.Line("result = " + Received() + ";");
        }

        using (_out.Open("else")) _out.Line("result = " + fast + ";");
        _out.Line((IsOutermostVisit ? "if (run.Changed == 0) " : "") + "run.Remember(" + term + ", result, before);");
        _out.Line("return result;");
    }

    private void WriteCallWithStack()
    {
        _out.Line("run.BeginCall();");
        foreach (var parameter in _function.Parameters) WritePush(parameter);
        _out.Line("run.Call(s_step, " + CSharpText.Number(_functions.NumberOf(_function) << 16) + ");");
    }

    private void WriteWithStack()
    {
        DeclareParameters();
        // It runs long and is seldom called, so that it would not be compiled again with optimization in time.
        _out.Line(ObjectFunctions.Method("AggressiveOptimization"));
        using var body = _out.Open("private static int " + Name + "_Stack(" + ObjectFunctions.Run + " run, int state)");
        for (int i = 0; i < _function.Parameters.Length; i++)
        {
            string name = _names[_function.Parameters[i]];
            _outer.Add(name);
            _out.Line(_functions.TypeOf(_function, i) + " " + name + ";");
        }

        DeclareLabels();
        bool remembers = _functions.IsVisit(_function);
        // The states are known only after the blocks have been written.
        var blocks = new IndentedWriter();
        var inner = new ObjectFunctionWriter(this, blocks);
        inner.WriteBody();
        _out.Line("again:");
        using (_out.Open("switch (state & 0xFFFF)"))
        {
            for (int i = 0; i < inner._states.Count; i++)
                _out.Line("case " + CSharpText.Number(i + 1) + ": goto state_" + CSharpText.Number(i + 1) + ";");
            if (remembers) _out.Line("case 0xFFFF: goto remember;");
        }

        _out.Separate();
        foreach (var parameter in _function.Parameters.Reverse()) WritePop(parameter);
        _out.Line((CallGraph.HasSelfTailCall(_code) ? "start: " : "") + "if (--run.Fuel < 0) run.Refill();");
        if (remembers) WriteRecall();
        foreach (string line in blocks.ToString().Split('\n')) if (line.Length > 0) _out.Line(line);
        if (remembers)
        {
            string number = "0x" + ((_functions.NumberOf(_function) << 16) | 0xFFFF).ToString("X", System.Globalization.CultureInfo.InvariantCulture);
            using (_out.Open("remember:"))
            {
                _out.Line("long before = run.PopWord();");
                _out.Line("object visited = run.Pop();");
                _out.Line((IsOutermostVisit ? "if (run.Changed == 0) " : "") + "run.Remember(visited, run.Result, before);");
                _out.Line("goto leave;");
            }
        }

        _out.Separate();
        _out.Line("leave:");
        _out.Line("state = (int)run.PopWord();");
        _out.Line("if (state >> 16 == " + CSharpText.Number(_functions.NumberOf(_function)) + ") goto again;");
        _out.Line("return state;");
    }

    private void WriteRecall()
    {
        string term = _names[_function.Parameters[0]];
        using (_out.Open("if (run.Remembers)"))
        {
            using (_out.Open("if (run.Recall(" + term + ") is { } known)"))
            {
                if (IsOutermostVisit) _out.Line("run.Changed = 0;");
                _out.Line("run.Result = known;");
                _out.Line("goto leave;");
            }

            _out.Separate();
            _out.Line("run.Push(" + term + ");");
            _out.Line("run.PushWord(run.Visits);");
            _out.Line("run.PushWord(" + CSharpText.Number((_functions.NumberOf(_function) << 16) | 0xFFFF) + ");");
        }
    }

    // Shares everything but the output.
    private ObjectFunctionWriter(ObjectFunctionWriter outer, IndentedWriter output)
        : this(outer._functions, output, outer._function, ownsStack: true)
    {
        _names = outer._names;
        _taken = outer._taken;
        _outer = outer._outer;
        _labels = outer._labels;
        _labelNames = outer._labelNames;
        _casts = outer._casts;
    }

    private void WriteBody()
    {
        using (_out.Open("")) WriteBlock(_code.Body);
        WriteLabels();
        for (int i = 0; i < _states.Count; i++)
        {
            var (target, rest, names) = _states[i];
            _out.Separate();
            using (_out.Open("state_" + CSharpText.Number(i + 1) + ":"))
            {
                _casts = ImmutableDictionary<Local, (FunctionSymbol, string)>.Empty;
                KnowOld();
                foreach (var (local, name) in names) _names[local] = name;
                foreach (var local in Kept(target, rest).Reverse()) WritePop(local);
                _names[target] = NewName(target.Name);
                _out.Line(_types.TypeOf(target.Sort) + " " + _names[target] + " = " + Received(target.Sort) + ";");
                WriteBlock(rest);
            }
        }
    }

    private string DeclareParameters()
    {
        foreach (var parameter in _function.Parameters) _names[parameter] = NewName(parameter.Name);
        KnowOld();
        return string.Join(", ", _function.Parameters.Select((p, i) => _functions.TypeOf(_function, i) + " " + _names[p])
            .Append(ObjectFunctions.Run + " run"));
    }

    private void KnowOld()
    {
        if (_functions.BuiltBy(_function) is { } constructor)
            _casts = _casts.SetItem(_function.Parameters[_function.Parameters.Length - 1],
                (constructor, _names[_function.Parameters[_function.Parameters.Length - 1]]));
    }

    // A parameter of a label that is a parameter of the function keeps its name.
    private void DeclareLabels()
    {
        foreach (var (label, _) in _code.OrderedLabels())
        {
            _labels.Add(label, NewName(label.Name));
            var names = label.Parameters.Select(p => _function.Parameters.Contains(p) ? _names[p] : NewName(p.Name)).ToImmutableArray();
            _labelNames.Add(label, names);
            for (int i = 0; i < names.Length; i++)
            {
                if (!_function.Parameters.Contains(label.Parameters[i]))
                    _out.Line(_types.TypeOf(label.Parameters[i].Sort) + " " + names[i] + ";");
                _outer.Add(names[i]);
            }
        }
    }

    private void WriteLabels()
    {
        foreach (var (label, body) in _code.OrderedLabels())
        {
            _casts = ImmutableDictionary<Local, (FunctionSymbol, string)>.Empty;
            KnowOld();
            for (int i = 0; i < label.Parameters.Length; i++) _names[label.Parameters[i]] = _labelNames[label][i];
            _out.Separate();
            using (_out.Open(_labels[label] + ":")) WriteBlock(body);
        }
    }

    private void WriteBlock(Block block)
    {
        var casts = _casts;
        for (int i = 0; i < block.Instructions.Length; i++)
        {
            bool isLast = i == block.Instructions.Length - 1;
            switch (block.Instructions[i])
            {
                case Let { Value: Call call } let when _ownsStack && _functions.AreInOneCycle(_function, call.Callee):
                    WriteSuspension(let, call, new Block(block.Instructions.RemoveRange(0, i + 1), block.End));
                    _casts = casts;
                    return;
                case Let let:
                    WriteLet(let, isLast && IsOnlyUse(let.Target, block.End));
                    break;
                case SetChanged set:
                    _out.Line("run.Changed = " + CSharpText.Number(set.Levels) + ";");
                    break;
                case Fire:
                    break;
                default:
                    throw new NotSupportedException(block.Instructions[i].GetType().Name + " over objects");
            }
        }

        WriteEnd(block.End);
        _casts = casts;
    }

    private static bool IsOnlyUse(Local local, Terminator end)
        => end is Return || end is Branch branch && !Free(branch.WhenTrue).Contains(local) && !Free(branch.WhenFalse).Contains(local);

    private void WriteLet(Let let, bool isInline)
    {
        string value;
        switch (let.Value)
        {
            case Constant constant:
                _names[let.Target] = _functions.Constant(constant.Literal);
                return;
            case Nothing:
                _names[let.Target] = _types.IsList(let.Target.Sort) ? "default(" + _types.TypeOf(let.Target.Sort) + ")" : "null";
                _nothing.Add(let.Target);
                return;
            case Field field:
                _fields[let.Target] = field;
                value = _types.Read(field.Symbol, field.Index, Cast(field.Cell, field.Symbol));
                break;
            case Construct construct when !_types.IsList(let.Target.Sort) && construct.Parts.All(p => !_taken.Contains(_names[p])):
                _names[let.Target] = _functions.Shared(_types.Of(construct.Symbol).Code,
                    _types.Make(construct.Symbol, construct.Parts.Select(p => _names[p])));
                return;
            case Construct construct:
                value = _types.Make(construct.Symbol, construct.Parts.Select(p => _names[p]));
                break;
            case Rebuild rebuild:
                value = Rebuilt(rebuild);
                break;
            case Call call:
                value = _functions.NameOf(call.Callee) + "(" + Arguments(call.Callee, call.Parts) + ")";
                break;
            case ForeignCall host:
                value = HostCall(host);
                break;
            case Compute compute:
                value = Computed(compute);
                break;
            case Same same:
                value = SameCode(_types, same.Left.Sort, _names[same.Left], _names[same.Right]);
                break;
            case HasChanged changed:
                value = "run.Changed >= " + CSharpText.Number(changed.Least);
                break;
            default:
                throw new NotSupportedException(let.Value.GetType().Name + " over objects");
        }

        if (isInline)
        {
            _names[let.Target] = value;
            return;
        }

        _names[let.Target] = NewName(let.Target.Name);
        _out.Line(_types.TypeOf(let.Target.Sort) + " " + _names[let.Target] + " = " + value + ";");
    }

    private string Rebuilt(Rebuild rebuild)
    {
        string made = _types.Make(rebuild.Symbol, rebuild.Parts.Select(p => _names[p]));
        if (_nothing.Contains(rebuild.Old)) return made;
        string old = Cast(rebuild.Old, rebuild.Symbol);
        var tests = rebuild.Parts.Select((part, i) => (Part: part, Index: i))
            .Where(p => !(_fields.TryGetValue(p.Part, out var field) && field.Cell == rebuild.Old && field.Index == p.Index))
            .Select(p => Unchanged(p.Part, _types.Read(rebuild.Symbol, p.Index, old))).ToList();
        // The parameter of a builder is null where a rule builds the term.
        if (_functions.BuiltBy(_function) is not null && rebuild.Old == _function.Parameters[_function.Parameters.Length - 1])
        {
            if (!_types.IsList(rebuild.Symbol.Result)) tests.Insert(0, old + " is not null");
            else if (rebuild.Parts.Count > 0) tests.Insert(0, "!" + old + ".IsEmpty");
        }

        return tests.Count == 0 ? old : string.Join(" && ", tests) + " ? " + old + " : " + made;
    }

    private string Unchanged(Local part, string old) => _types.IsList(part.Sort) ? old + ".IsSame(" + _names[part] + ")"
        : part.Sort is DataSort or RefSort
        ? "(object)" + old + " == (object)" + _names[part] : SameCode(_types, part.Sort, old, _names[part]);

    /// <summary>Code that compares two values of a sort as terms are compared.</summary>
    public static string SameCode(ObjectTypes types, Sort sort, string left, string right) => sort switch
    {
        DataSort when types.IsList(sort) => "SameItems(" + left + ", " + right + ", 0, run)",
        DataSort => "Same(" + left + ", " + right + ", run)",
        BuiltInSort { Kind: BuiltInKind.Double } => ObjectFunctions.Run + ".Same(" + left + ", " + right + ")",
        BuiltInSort { Kind: BuiltInKind.String } => "string.Equals(" + left + ", " + right + ")",
        RefSort => "(object)" + left + " == (object)" + right,
        _ => left + " == " + right,
    };

    private string Computed(Compute compute)
    {
        var operands = compute.Parts.Select(p => _names[p]).ToArray();
        // The C# compiler would compute with constants itself, and report a division by zero as an error.
        bool hides = compute.Primitive.Op is PrimitiveOp.Divide or PrimitiveOp.Remainder || compute.Primitive.CanThrow;
        for (int i = 0; i < operands.Length; i++)
            if (hides && !_taken.Contains(operands[i])) operands[i] = ObjectFunctions.Run + ".Value(" + operands[i] + ")";
        return ObjectPrimitives.Call(compute.Primitive, operands);
    }

    private string HostCall(ForeignCall host)
    {
        var method = _functions.Hosts[host.Operation.FullName];
        string arguments = string.Join(", ", host.Parts.Select((p, i) => method.Parameters[i].Type.Role == TypeRole.Reference
            ? "new " + method.Parameters[i].Type.Code + "((" + method.Parameters[i].Type.Target + ")" + _names[p] + ")"
            : p.Sort is EnumSort ? "unchecked((" + method.Parameters[i].Type.Code + ")" + _names[p] + ")" : _names[p]));
        string call = _functions.Modules[host.Operation.ModuleName] + "." + CSharpText.Identifier(method.Name) + "(" + arguments + ")";
        return host.Operation.Result switch
        {
            RefSort => call + ".Value",
            EnumSort sort => "unchecked((" + _types.TypeOf(sort) + ")" + call + ")",
            _ => call,
        };
    }

    private string Arguments(Function callee, EquatableArray<Local> parts)
        => string.Join(", ", parts.Select((p, i) => Argument(callee, p, i)).Append("run"));

    // The old object that a builder may keep is passed as its class.
    private string Argument(Function callee, Local part, int index)
        => index == callee.Parameters.Length - 1 && _functions.BuiltBy(callee) is { } constructor && !_nothing.Contains(part)
            ? Cast(part, constructor) : _names[part];

    // The object as the class of a constructor, which a test before has shown.
    private string Cast(Local term, FunctionSymbol symbol)
    {
        if (_types.IsList(symbol.Result)) return _names[term];
        if (_casts.TryGetValue(term, out var known) && ReferenceEquals(known.Symbol, symbol)) return known.Name;
        string name = NewName(FunctionLowering.NameOf(symbol)), type = _types.Of(symbol).Code;
        _out.Line(type + " " + name + " = As<" + type + ">(" + _names[term] + ");");
        _casts = _casts.SetItem(term, (symbol, name));
        return name;
    }

    private string IsOf(string term, FunctionSymbol symbol) => _types.Is(symbol, term);

    private void WriteEnd(Terminator end)
    {
        switch (end)
        {
            case Return r:
                WriteReturn(r.Result.Sort, _names[r.Result]);
                break;
            case TailCall call when call.Callee == _function:
                WriteTurn(call);
                break;
            case TailCall call when _ownsStack && _functions.AreInOneCycle(_function, call.Callee):
                WritePushes(call.Callee, call.Parts);
                _out.Line("return " + CSharpText.Number(_functions.NumberOf(call.Callee) << 16) + ";");
                break;
            case TailCall call:
                WriteReturn(_function.Result!, _functions.NameOf(call.Callee) + "(" + Arguments(call.Callee, call.Parts) + ")");
                break;
            case Jump jump:
                for (int i = 0; i < jump.Parts.Count; i++)
                    if (_labelNames[jump.Target][i] != _names[jump.Parts[i]])
                        _out.Line(_labelNames[jump.Target][i] + " = " + _names[jump.Parts[i]] + ";");
                _out.Line("goto " + _labels[jump.Target] + ";");
                break;
            case Stuck stuck:
                _out.Line("throw run.Stuck(" + string.Join(", ", stuck.Parts.Select(p => "(object)" + _names[p])
                    .Prepend(CSharpText.StringLiteral(stuck.Symbol.Name))) + ");");
                break;
            case Branch branch:
                using (_out.Open("if (" + _names[branch.Test] + ")")) WriteBlock(branch.WhenTrue);
                _out.Separate();
                WriteBlock(branch.WhenFalse);
                break;
            case Switch s:
                // Leaves first: half of the nodes of a tree are leaves.
                foreach (var c in s.Cases.OrderBy(c => c.Key.Parameters.Count(p => p.Sort is DataSort) > 0))
                {
                    using (_out.Open("if (" + IsOf(_names[s.Subject], c.Key) + ")")) WriteBlock(c.Value);
                    _out.Separate();
                }

                if (s.Otherwise is not null) WriteBlock(s.Otherwise);
                else _out.Line("throw " + ObjectFunctions.Run + ".Unknown("
                    + (_types.IsList(s.Subject.Sort) ? "null" : _names[s.Subject]) + ");");
                break;
            case LiteralSwitch s:
                WriteSwitch(s);
                break;
            default:
                throw new NotSupportedException(end.GetType().Name + " over objects");
        }
    }

    private void WriteSwitch(LiteralSwitch s)
    {
        var last = s.Otherwise is null ? s.Cases[s.Cases.Count - 1].Value : s.Otherwise;
        foreach (var c in s.Otherwise is null ? s.Cases.Take(s.Cases.Count - 1) : s.Cases)
        {
            using (_out.Open("if (" + SameCode(_types, s.Subject.Sort, _names[s.Subject], _functions.Constant(c.Key)) + ")")) WriteBlock(c.Value);
            _out.Separate();
        }

        WriteBlock(last);
    }

    private void WriteReturn(Sort sort, string value)
    {
        if (!_ownsStack)
        {
            _out.Line("return " + value + ";");
            return;
        }

        if (_types.IsList(sort))
        {
            string list = NewName("list");
            _out.Line("var " + list + " = " + value + ";");
            _out.Line("run.Result = " + list + ".Source;");
            _out.Line("run.Word = " + list + ".Start;");
            _out.Line("goto leave;");
            return;
        }

        _out.Line(ObjectTypes.IsWord(sort) ? "run.Word = " + ObjectTypes.ToWord(sort, "(" + value + ")") + ";" : "run.Result = " + value + ";");
        _out.Line("goto leave;");
    }

    // The next turn of a loop: the parameters get their new values at once.
    private void WriteTurn(TailCall call)
    {
        var changed = Enumerable.Range(0, call.Parts.Count).Where(i => call.Parts[i] != _function.Parameters[i]).ToList();
        var targets = changed.Select(i => _names[_function.Parameters[i]]).ToList();
        var values = changed.Select(i => Argument(call.Callee, call.Parts[i], i)).ToList();
        if (changed.Count == 1) _out.Line(targets[0] + " = " + values[0] + ";");
        else if (changed.Count > 1) _out.Line("(" + string.Join(", ", targets) + ") = (" + string.Join(", ", values) + ");");
        _out.Line("goto start;");
    }

    private void WriteSuspension(Let let, Call call, Block rest)
    {
        foreach (var local in Kept(let.Target, rest)) WritePush(local);
        _states.Add(new(let.Target, rest, [.. Free(rest).Where(l => l != let.Target).Select(l => (l, _names[l]))]));
        int own = _functions.NumberOf(_function);
        _out.Line("run.PushWord(" + CSharpText.Number((own << 16) | _states.Count) + ");");
        WritePushes(call.Callee, call.Parts);
        if (call.Callee == _function)
        {
            _out.Line("state = 0;");
            _out.Line("goto again;");
        }
        else
        {
            _out.Line("return " + CSharpText.Number(_functions.NumberOf(call.Callee) << 16) + ";");
        }
    }

    // The locals that the rest of a block needs after a call, apart from constants.
    private IEnumerable<Local> Kept(Local target, Block rest)
        => Free(rest).Where(l => l != target && _names.TryGetValue(l, out string? name) && _taken.Contains(name));

    private static List<Local> Free(Block block)
    {
        var known = new HashSet<Local>();
        var free = new List<Local>();
        var seen = new HashSet<Local>();
        foreach (var part in block.Blocks())
        {
            foreach (var instruction in part.Instructions)
            {
                foreach (var local in Locals.ReadBy(instruction)) if (!known.Contains(local) && seen.Add(local)) free.Add(local);
                if (instruction is Let let) known.Add(let.Target);
            }

            foreach (var local in part.End.Arguments) if (!known.Contains(local) && seen.Add(local)) free.Add(local);
        }

        return free;
    }

    private void WritePushes(Function callee, EquatableArray<Local> parts)
    {
        for (int i = 0; i < parts.Count; i++) WritePush(parts[i].Sort, _names[parts[i]]);
    }

    private void WritePush(Local local) => WritePush(local.Sort, _names[local]);

    private void WritePush(Sort sort, string value)
    {
        if (_types.IsList(sort))
        {
            _out.Line("run.Push(" + value + ".Source);");
            _out.Line("run.PushWord(" + value + ".Start);");
            return;
        }

        _out.Line(ObjectTypes.IsWord(sort) ? "run.PushWord(" + ObjectTypes.ToWord(sort, value) + ");" : "run.Push(" + value + ");");
    }

    private void WritePop(Local local)
    {
        bool isOuter = _outer.Contains(_names[local]);
        int parameter = _function.Parameters.IndexOf(local);
        string type = parameter >= 0 ? _functions.TypeOf(_function, parameter) : _types.TypeOf(local.Sort);
        string value = _types.IsList(local.Sort) ? "new " + type + "(run.Pop(), (int)run.PopWord())"
            : ObjectTypes.IsWord(local.Sort) ? _types.FromWord(local.Sort, "run.PopWord()")
            : parameter >= 0 && local.Sort is DataSort ? "As<" + type + ">(run.Pop())" : _types.FromObject(local.Sort, "run.Pop()");
        _out.Line((isOuter ? "" : type + " ") + _names[local] + " = " + value + ";");
    }

    private string Received() => Received(_function.Result!);

    private string Received(Sort sort)
        => _types.IsList(sort) ? "new " + _types.TypeOf(sort) + "(run.Result, (int)run.Word)"
            : ObjectTypes.IsWord(sort) ? _types.FromWord(sort, "run.Word") : _types.FromObject(sort, "run.Result");

    private string NewName(string hint)
    {
        string name = string.Concat(hint.Select(c => char.IsLetterOrDigit(c) || c == '_' ? c : '_'));
        if (name.Length == 0 || char.IsDigit(name[0])) name = "_" + name;
        // Names of variables begin in lower case, so that they cannot hide a type or a function.
        name = char.ToLowerInvariant(name[0]) + name.Substring(1);
        string unique = name;
        for (int i = 2; CSharpText.Identifier(unique) != unique || !_taken.Add(unique); i++) unique = name + CSharpText.Number(i);
        return unique;
    }
}
