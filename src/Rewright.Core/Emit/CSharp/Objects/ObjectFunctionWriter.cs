using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>Writes one function over objects, in both of its versions.</summary>
/// <remarks>
/// The fast version is nested C#: arms of a switch become blocks, and labelled blocks come at the end. The version with its own stack is
/// the same, but a call that may lead back to this function ends the block: what is needed later is pushed, and the rest of the block
/// becomes a state of its own (defunctionalised continuations; Reynolds, "Definitional Interpreters for Higher-Order Programming
/// Languages", 1972).
/// </remarks>
internal sealed partial class ObjectFunctionWriter
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
                + string.Join(" || ", leaves.Select(l => _types.Is(l, term))) + " ? " + term + " : " + name + "_Node(" + arguments + ");");
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
            _out.Line("if (changed == null && (object)item != old) changed = list.Copy();");
            _out.Line("if (changed != null) changed[index] = item;");
        }

        _out.Line("return changed == null ? list : new " + list + "(changed, 0);");
    }

    // Up to two constructors that a visit returns as they are.
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
}
