using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

// The blocks of a function: their instructions and ends, and what is kept on the stack around a call.
internal sealed partial class ObjectFunctionWriter
{
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
            case Construct construct when _types.CanBeShared(construct.Symbol)
                && construct.Parts.All(p => !_taken.Contains(_names[p])):
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
        bool hides = compute.Primitive.CanThrow
            || compute.Primitive.Op is PrimitiveOp.Divide or PrimitiveOp.Remainder or PrimitiveOp.Convert;
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
                WriteAssignment([.. _labelNames[jump.Target].Zip(jump.Parts, (label, part) => (label, _names[part]))]);
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
                    using (_out.Open("if (" + _types.Is(c.Key, _names[s.Subject]) + ")")) WriteBlock(c.Value);
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
            using (_out.Open("if (" + SameCode(_types, s.Subject.Sort, _names[s.Subject], _functions.Constant(c.Key)) + ")"))
                WriteBlock(c.Value);
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

        _out.Line(ObjectTypes.IsWord(sort)
            ? "run.Word = " + ObjectTypes.ToWord(sort, "(" + value + ")") + ";" : "run.Result = " + value + ";");
        _out.Line("goto leave;");
    }

    // The next turn of a loop: the parameters get their new values at once.
    private void WriteTurn(TailCall call)
    {
        WriteAssignment([.. call.Parts.Select((p, i) => (_names[_function.Parameters[i]], Argument(call.Callee, p, i)))]);
        _out.Line("goto start;");
    }

    // Assigns values to variables at once, because a value may be one of the variables.
    private void WriteAssignment(IReadOnlyList<(string Target, string Value)> pairs)
    {
        var changed = pairs.Where(p => p.Target != p.Value).ToList();
        if (changed.Count == 1) _out.Line(changed[0].Target + " = " + changed[0].Value + ";");
        else if (changed.Count > 1)
            _out.Line("(" + string.Join(", ", changed.Select(p => p.Target)) + ") = (" + string.Join(", ", changed.Select(p => p.Value))
                + ");");
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
