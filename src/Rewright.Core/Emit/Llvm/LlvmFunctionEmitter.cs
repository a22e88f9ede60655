using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Llvm.LlvmNames;

namespace Rewright.Emit.Llvm;

/// <summary>Writes one function.</summary>
internal sealed class LlvmFunctionEmitter
{
    // tailcc with musttail is reliable up to this many integer arguments (LLVM issue 199224); more go through the context.
    private const int MaxIntegerArguments = 6, MaxDoubleArguments = 8;

    private readonly LlvmEmitter _module;
    private readonly Function _function;
    private readonly Definition _code;
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<Label, string> _labels = [];
    private readonly Dictionary<Label, List<(string From, ImmutableArray<string> Values)>> _jumps = [];
    private readonly List<(string From, ImmutableArray<string> Values)> _loops = [];
    private readonly bool _isLoop;
    private bool _endsInCalls;
    private readonly Dictionary<string, string> _recalled = [];
    private readonly Dictionary<string, (Label Label, ImmutableArray<string> Values)> _phis = [];
    private readonly DebugScope? _debug;
    // Follows each instruction: the place of what is being written.
    private string _location = "";
    private readonly Dictionary<Label, string> _jumpLocations = [];
    private string _block = "entry";
    private readonly BranchWeights? _weights;
    // One array serves all calls of services: it is used up before the next. In the entry block, because an alloca in a
    // loop would take more stack at every turn.
    private int _wordsForServices;

    private LlvmFunctionEmitter(LlvmEmitter module, Function? function = null)
    {
        _module = module;
        _function = function!;
        _code = function is null ? null! : module.CodeOf(function);
        _isLoop = function is not null && CallGraph.HasSelfTailCall(_code);
        if (function is not null && module.Options.Profile is { } profile) _weights = new BranchWeights(_code, profile);
        _debug = function is null ? null : module.Debug?.ScopeOf(function);
        _location = _debug?.Location ?? "";
        foreach (string reserved in new[] { "context", "cell", "entry", "loop", "attention", "body", "moved", "ready", "quiet", "elsewhere", "words" }) _names.Add(reserved, 0);
    }

    public static string Emit(LlvmEmitter module, Function function) => new LlvmFunctionEmitter(module, function).Emit();

    /// <summary>The wrapper that takes arguments from the context and leaves the result there.</summary>
    public static string EmitThunk(LlvmEmitter module, Function function)
    {
        var scope = module.Debug?.ScopeOf(function, isThunk: true);
        string body = ThunkBody(module, function);
        return "define " + module.Linkage + " i32 " + module.ThunkOf(function) + "(ptr %context) nounwind" + scope?.Attachment + " {\n" + (scope?.Locate(body) ?? body) + "}\n\n";
    }

    private static string ThunkBody(LlvmEmitter module, Function function)
    {
        var text = new StringBuilder();
        for (int i = 0; i < function.Parameters.Length; i++)
        {
            string n = Number(i);
            text.Append($"  %slot{n} = getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Arguments + (8 * i))}\n");
            text.Append($"  %word{n} = load i64, ptr %slot{n}, align 8\n");
            text.Append("  ").Append(FromWord($"%argument{n}", $"%word{n}", Layouts.KindOf(function.Parameters[i].Sort))).Append('\n');
        }

        // Arguments that travel through the context are where they belong already, if they are moved down before the call.
        var spilled = Spilled(function);
        for (int i = 0; i < spilled.Length; i++)
        {
            text.Append($"  %spill{Number(i)} = getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Arguments + (8 * i))}\n");
            text.Append($"  store i64 %word{Number(spilled[i])}, ptr %spill{Number(i)}, align 8\n");
        }

        var passed = Enumerable.Range(0, function.Parameters.Length).Where(i => !spilled.Contains(i))
            .Select(i => $", {TypeOf(function.Parameters[i].Sort)} %argument{Number(i)}");
        if (function.Result is null)
            return text.Append($"  call tailcc void {module.NameOf(function)}(ptr %context{string.Concat(passed)})\n  ret i32 0\n").ToString();
        text.Append($"  %result = call tailcc {TypeOf(function.Result)} {module.NameOf(function)}(ptr %context{string.Concat(passed)})\n");
        text.Append("  ").Append(ToWord("%result.word", "%result", function.Result)).Append('\n');
        text.Append($"  %result.slot = getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Result)}\n");
        text.Append("  store i64 %result.word, ptr %result.slot, align 8\n  ret i32 0\n");
        return text.ToString();
    }

    /// <summary>The declaration of a function that another part defines.</summary>
    public static string Declare(LlvmEmitter module, Function function)
    {
        var spilled = Spilled(function);
        var passed = function.Parameters.Where((_, i) => !spilled.Contains(i)).Select(p => ", " + TypeOf(p.Sort));
        return $"declare hidden tailcc {ResultType(function.Result)} {module.NameOf(function)}(ptr nonnull{string.Concat(passed)}) nounwind\n";
    }

    /// <summary>An instruction that makes a value of a kind from a word.</summary>
    public static string FromWord(string target, string word, WordKind kind) => kind switch
    {
        WordKind.Term or WordKind.Hole => $"{target} = inttoptr i64 {word} to ptr",
        WordKind.Bool => $"{target} = trunc i64 {word} to i1",
        WordKind.Int32 => $"{target} = trunc i64 {word} to i32",
        WordKind.Int64 => $"{target} = add i64 {word}, 0",
        _ => $"{target} = bitcast i64 {word} to double",
    };

    private string Emit()
    {
        foreach (var (label, _) in _code.Labels)
        {
            _labels.Add(label, Fresh(label.Name));
            _jumps.Add(label, []);
        }

        var parameters = _function.Parameters.Select(p => "%" + Fresh(p.Name)).ToImmutableArray();
        // In a loop the parameters of the function only start it; the blocks see those of the loop.
        var inside = _isLoop ? _function.Parameters.Select(p => "%" + Fresh(p.Name)).ToImmutableArray() : parameters;
        var spilled = Spilled(_function);
        string first = _isLoop ? "loop" : "body";
        Write(_code.Body, first, Environment(_function.Parameters, inside), isFirst: true);
        string body = _text.ToString();
        var blocks = new StringBuilder();
        foreach (var (label, code) in _code.Labels)
        {
            _text.Clear();
            var values = label.Parameters.Select(p => "%" + Fresh(p.Name)).ToImmutableArray();
            _location = _jumpLocations.TryGetValue(label, out var location) ? location : _debug?.Location ?? "";
            Write(code, _labels[label], Environment(label.Parameters, values), isFirst: true);
            // Jumps from later labels are not known before all are written; a placeholder keeps the place of the phis.
            blocks.Append(_labels[label]).Append(":\n").Append('\u0001').Append(_labels[label]).Append('\u0001').Append(_text);
            _phis.Add(_labels[label], (label, values));
        }

        string rest = ResolvePhis(blocks.ToString());
        var header = new StringBuilder();
        var passed = parameters.Where((_, i) => !spilled.Contains(i)).Zip(_function.Parameters.Where((_, i) => !spilled.Contains(i)), (name, p) => $", {TypeOf(p.Sort)} {name}");
        // LLVM's own tail recursion pass adds up the results of calls in a variable, and puts code between a musttail call and
        // its ret. The attribute keeps it away, and means nothing for musttail calls themselves.
        string attributes = _endsInCalls ? "nounwind \"disable-tail-calls\"=\"true\"" : "nounwind";
        header.Append("entry:\n");
        if (_wordsForServices > 0) header.Append($"  %words = alloca [{Number(_wordsForServices)} x i64], align 8\n");
        for (int i = 0; i < spilled.Length; i++)
        {
            string name = parameters[spilled[i]];
            header.Append($"  {name}.slot = getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Arguments + (8 * i))}\n");
            header.Append($"  {name}.word = load i64, ptr {name}.slot, align 8\n");
            header.Append("  ").Append(FromWord(name, name + ".word", Layouts.KindOf(_function.Parameters[spilled[i]].Sort))).Append('\n');
        }

        header.Append(_module.NeedsStackCheck(_function) ? StackCheck(parameters, first) : $"  br label %{first}\n");

        var result = new StringBuilder($"define {_module.Linkage} tailcc {ResultType(_function.Result)} {_module.NameOf(_function)}(ptr nonnull %context{string.Concat(passed)}) {attributes}{_debug?.Attachment} {{\n")
            .Append(_debug is null ? header.ToString() : _debug.Locate(header.ToString())).Append(first).Append(":\n");
        if (_isLoop)
        {
            string before = _module.NeedsStackCheck(_function) ? "ready" : "entry";
            var edges = _loops.Prepend((before, parameters)).ToList();
            for (int i = 0; i < inside.Length; i++) result.Append(Phi(inside[i], _function.Parameters[i].Sort, edges, i));
        }

        return result.Append(body).Append(rest).Append("}\n\n").ToString();
    }

    private string ResolvePhis(string text)
    {
        var parts = text.Split('\u0001');
        for (int i = 1; i < parts.Length; i += 2)
        {
            var (label, values) = _phis[parts[i]];
            parts[i] = string.Concat(values.Select((value, k) => Phi(value, label.Parameters[k].Sort, _jumps[label], k)));
        }

        return string.Concat(parts);
    }

    private static string Phi(string target, Sort sort, List<(string From, ImmutableArray<string> Values)> edges, int index)
        => $"  {target} = phi {TypeOf(sort)} {string.Join(", ", edges.Select(e => $"[ {e.Values[index]}, %{e.From} ]"))}\n";

    // Little stack is left, or somebody wants something: the runtime may run the call elsewhere.
    private string StackCheck(ImmutableArray<string> parameters, string first)
    {
        var text = new StringBuilder();
        string next = _isLoop ? "ready" : first;
        text.Append($"  %quiet = call i1 @rw.quiet(ptr %context)\n  br i1 %quiet, label %{next}, label %attention, !prof !1\nattention:\n");
        for (int i = 0; i < parameters.Length; i++)
        {
            string name = parameters[i];
            text.Append("  ").Append(ToWord(name + ".saved", name, _function.Parameters[i].Sort)).Append('\n');
            text.Append($"  {name}.place = getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Arguments + (8 * i))}\n  store i64 {name}.saved, ptr {name}.place, align 8\n");
        }

        text.Append($"  %elsewhere = call i1 @rw.attend(ptr %context, ptr {_module.ThunkOf(_function)})\n");
        text.Append($"  br i1 %elsewhere, label %moved, label %{next}\nmoved:\n");
        if (_function.Result is null) return text.Append("  ret void\n").Append(_isLoop ? "ready:\n  br label %loop\n" : "").ToString();
        text.Append($"  %moved.slot = getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Result)}\n  %moved.word = load i64, ptr %moved.slot, align 8\n");
        text.Append("  ").Append(FromWord("%moved.result", "%moved.word", Layouts.KindOf(_function.Result))).Append('\n');
        text.Append($"  ret {TypeOf(_function.Result)} %moved.result\n");
        if (_isLoop) text.Append("ready:\n  br label %loop\n");
        return text.ToString();
    }

    private static ImmutableDictionary<Local, string> Environment(ImmutableArray<Local> locals, ImmutableArray<string> values)
        => locals.Zip(values, (l, v) => new KeyValuePair<Local, string>(l, v)).ToImmutableDictionary();

    private void Write(Block block, string name, ImmutableDictionary<Local, string> values, bool isFirst = false)
    {
        string outer = _location;
        if (!isFirst) Start(name);
        else _block = name;
        foreach (var instruction in block.Instructions)
        {
            switch (instruction)
            {
                case Let let: values = values.SetItem(let.Target, WriteValue(let, values)); break;
                case Fire fire:
                    Comment(fire.Rule.Name + ": " + fire.Rule);
                    if (_debug is not null)
                    {
                        _location = _debug.LocationOf(fire.Rule);
                        if (_debug.FiringOf(fire.Rule) is { } firing) _text.Append("  ").Append(firing).Append('\n');
                    }

                    if (_module.Options.CountRewrites) Line($"call void @rw.step(ptr %context, i64 {(fire.Times is null ? "1" : values[fire.Times])})");
                    break;
                case Remember remember: Line($"call void @rw.remember(ptr %context, ptr {values[remember.Term]}, ptr {values[remember.Normal]})"); break;
                case Memoise memoise: WriteMemoise(memoise, values[memoise.Value]); break;
                case SetChanged changed: Line($"store i64 {Number(changed.Levels)}, ptr {ChangedAddress()}, align 8"); break;
                case Fill fill: Line($"store {TypeOf(fill.Value.Sort)} {values[fill.Value]}, ptr {values[fill.Hole]}, align 8"); break;
                case Perform perform:
                    var passed = perform.Call.Parts.Select(p => values[p]).ToList();
                    Spill(perform.Call.Callee, passed);
                    Line($"call tailcc void {_module.NameOf(perform.Call.Callee)}({Pass(perform.Call.Callee, passed)})");
                    break;
                case Dup dup: WriteDup(values[dup.Target], dup.Target.Sort); break;
                case Drop drop: WriteDrop(values[drop.Target], drop.Target.Sort); break;
                case Free free: WriteFree(values[free.Token], ((LocalType.Token)free.Token.Type).Words); break;
                case Open open: values = WriteOpen(open, values); break;
            }
        }

        WriteEnd(block.End, values);
        _location = outer;
    }

    private string WriteValue(Let let, ImmutableDictionary<Local, string> values)
    {
        var sort = let.Target.Sort;
        string name = let.Target.Name;
        var arguments = let.Value.Arguments.Select(a => values[a]).ToList();
        switch (let.Value)
        {
            case Constant constant: return WriteConstant(constant.Literal, name);
            case Field field:
                return LoadField(arguments[0], _module.Layouts.CellOf(field.Symbol).Fields[field.Index], sort, name);
            case Construct construct: return WriteConstruct(construct.Symbol, -1, construct.Reuse, construct.Parts, arguments, values, name);
            case ConstructAround around: return WriteConstruct(around.Symbol, around.Index, around.Reuse, around.Parts, arguments, values, name);
            case HoleOf hole:
                return Define(name, $"getelementptr inbounds i8, ptr {arguments[0]}, i64 {Number(_module.Layouts.CellOf(hole.Symbol).Fields[hole.Index].Offset)}");
            case Call call:
                Spill(call.Callee, arguments);
                return Define(name, $"call tailcc {TypeOf(sort)} {_module.NameOf(call.Callee)}({Pass(call.Callee, arguments)})");
            case ForeignCall host: return WriteService(name, "rw.host", _module.IndexOf(host.Operation), host.Parts, arguments, sort);
            case Compute compute:
                return LlvmPrimitives.Inline(compute.Primitive, arguments, text => Define(name, text))
                    ?? WriteInteger(name, compute, arguments, sort)
                    ?? WriteService(name, "rw.compute", LlvmPrimitives.NumberOf(compute.Primitive), compute.Parts, arguments, sort);
            case Same same: return WriteSame(same, arguments, name);
            case IsMemoised memoised: return Define(name, $"icmp ne i64 {LoadStatic(_module.Statics.IndexOf(memoised.Operation) + 1)}, 0");
            case Memoised memoised:
                string kept64 = LoadStatic(_module.Statics.IndexOf(memoised.Operation));
                string keptValue = Define(name, target => FromWord(target, kept64, Layouts.KindOf(sort)));
                WriteDup(keptValue, sort);
                return keptValue;
            case HasChanged changed: return Define(name, $"icmp sge i64 {Define("mark", $"load i64, ptr {ChangedAddress()}, align 8")}, {Number(changed.Least)}");
            case IsSameCell: return Define(name, $"icmp eq ptr {arguments[0]}, {arguments[1]}");
            case IsShared: return Define(name, $"call i1 @rw.is.shared(ptr {arguments[0]})");
            case IsRemembered:
                string recalled = Define("recalled", $"call ptr @rw.recall(ptr %context, ptr {arguments[0]})");
                _recalled[arguments[0]] = recalled;
                return Define(name, $"icmp ne ptr {recalled}, null");
            default:
                // Recalled: asked for only where IsRemembered was true, on the same way.
                string normal = _recalled[arguments[0]];
                WriteDup(normal, sort);
                return normal;
        }
    }

    private void WriteMemoise(Memoise memoise, string value)
    {
        WriteDup(value, memoise.Value.Sort);
        int index = _module.Statics.IndexOf(memoise.Operation);
        string word = Word(value, memoise.Value.Sort);
        Line($"store i64 {word}, ptr {StaticAddress(index)}, align 8");
        Line($"store i64 1, ptr {StaticAddress(index + 1)}, align 8");
    }

    private string LoadStatic(int index) => Define("static", $"load i64, ptr {StaticAddress(index)}, align 8");

    private string StaticAddress(int index)
    {
        string field = Define("statics.address", $"getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Statics)}");
        string table = Define("statics", $"load ptr, ptr {field}, align 8");
        return Define("static.address", $"getelementptr inbounds i64, ptr {table}, i64 {Number(index)}");
    }

    private string ChangedAddress() => Define("mark.address", $"getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Changed)}");

    private string WriteConstant(Literal literal, string name)
    {
        if (_module.Statics.IndexOf(literal) is >= 0 and var index)
        {
            string value = Define(name, $"call ptr @rw.static(ptr %context, i64 {Number(index)})");
            if (literal.Sort.Equals(BuiltInSort.Symbol))
                return Define(name, $"trunc i64 {Define(name, $"ptrtoint ptr {value} to i64")} to i32");
            WriteDup(value, literal.Sort);
            return value;
        }

        return ConstantText(literal);
    }

    private static string ConstantText(Literal literal) => literal.Value switch
    {
        bool b => b ? "true" : "false",
        double d => "0x" + Literal.DoubleBits(d).ToString("X16", System.Globalization.CultureInfo.InvariantCulture),
        System.Numerics.BigInteger big => $"inttoptr (i64 {Number(Lower.Statics.SmallInteger(big)!.Value)} to ptr)",
        uint u => Number(unchecked((int)u)),
        _ => Number(Layouts.KindOf(literal.Sort) == WordKind.Int32 ? unchecked((int)literal.Bits) : literal.Bits),
    };

    private string WriteConstruct(FunctionSymbol symbol, int hole, Local? reused, EquatableArray<Local> parts, List<string> arguments, ImmutableDictionary<Local, string> values, string name)
    {
        if (symbol is Constructor { Arity: 0 } constant) return $"inttoptr (i64 {Number(Layouts.ConstantOf(constant))} to ptr)";
        var layout = _module.Layouts.CellOf(symbol);
        string cell;
        if (reused is { } token)
        {
            string memory = values[token];
            string reuse = Fresh("reuse"), allocate = Fresh("allocate"), built = Fresh("build");
            string has = Define("has", $"icmp ne ptr {memory}, null");
            Line($"br i1 {has}, label %{reuse}, label %{allocate}");
            Start(allocate);
            string fresh = Define("fresh", $"call ptr @rw.alloc.{Number(layout.Words)}(ptr %context)");
            Line($"br label %{built}");
            Start(reuse);
            Line($"br label %{built}");
            Start(built);
            cell = Define(name, $"phi ptr [ {memory}, %{reuse} ], [ {fresh}, %{allocate} ]");
        }
        else
        {
            cell = Define(name, $"call ptr @rw.alloc.{Number(layout.Words)}(ptr %context)");
        }

        WriteContents(cell, layout, hole, arguments, parts);
        if (symbol is Operation operation) Store(StaticWord(operation), cell, layout.Words - 1);
        _module.UseSize(layout.Words);
        return cell;
    }

    // Whole words are written, so that narrow fields cost no more than wide ones and what lies between them is zero.
    private void WriteContents(string cell, CellLayout layout, int hole, List<string> arguments, EquatableArray<Local> parts)
    {
        var fields = layout.Fields.Where((_, i) => i != hole).ToList();
        ulong header = 1UL | (ulong)layout.Tag << Abi.TagShift | (ulong)layout.TermCount << Abi.TermCountShift;
        foreach (var word in Enumerable.Range(0, arguments.Count).GroupBy(i => fields[i].Offset / 8))
        {
            string? sum = null;
            foreach (int i in word)
            {
                var field = fields[i];
                string value = Word(arguments[i], parts[i].Sort);
                if (field.Size == 4 && Layouts.IsSigned(parts[i].Sort)) value = Define("low", $"and i64 {value}, 4294967295");
                if (field.Offset % 8 > 0) value = Define("shifted", $"shl i64 {value}, {Number(field.Offset % 8 * 8)}");
                sum = sum is null ? value : Define("word", $"or i64 {sum}, {value}");
            }

            if (word.Key == 0) sum = Define("header", $"or i64 {sum}, {Number(unchecked((long)header))}");
            Store(sum!, cell, word.Key);
        }

        if (fields.All(f => f.Offset >= 8)) Store(Number(unchecked((long)header)), cell, 0);
    }

    private string LoadField(string cell, CellField field, Sort sort, string name)
    {
        var kind = Layouts.KindOf(sort);
        string address = Define(name + ".address", $"getelementptr inbounds i8, ptr {cell}, i64 {Number(field.Offset)}");
        string align = field.Offset < 8 ? "1" : Number(field.Size);
        if (kind is WordKind.Term or WordKind.Double || field.Size * 8 == Bits(kind)) return Define(name, $"load {TypeOf(kind)}, ptr {address}, align {align}");
        string narrow = Define(name + ".narrow", $"load i{Number(field.Size * 8)}, ptr {address}, align {align}");
        return kind == WordKind.Bool
            ? Define(name, $"icmp ne i{Number(field.Size * 8)} {narrow}, 0")
            : Define(name, $"zext i{Number(field.Size * 8)} {narrow} to {TypeOf(kind)}");

        static int Bits(WordKind kind) => kind switch { WordKind.Int32 => 32, WordKind.Int64 => 64, _ => 0 };
    }

    private string StaticWord(Operation operation)
        => Define("operation", $"ptrtoint ptr {Define("operation", $"call ptr @rw.static(ptr %context, i64 {Number(_module.Statics.IndexOf(operation))})")} to i64");

    // Arguments and result travel in an array of words.
    private string WriteService(string name, string service, int number, EquatableArray<Local> parts, List<string> arguments, Sort result)
    {
        _wordsForServices = System.Math.Max(_wordsForServices, System.Math.Max(1, arguments.Count));
        for (int i = 0; i < arguments.Count; i++) Store(Word(arguments[i], parts[i].Sort), "%words", i);
        Line($"call void @{service}(ptr %context, i32 {Number(number)}, ptr %words)");
        string word = Load("%words", 0, name + ".word");
        return Define(name, target => FromWord(target, word, Layouts.KindOf(result)));
    }

    // Integers of any size that fit in a word are 2v + 1; such operands are computed with here, and the service gets what is or
    // becomes larger. Null where only the service computes.
    private string? WriteInteger(string name, Compute compute, List<string> arguments, Sort sort)
    {
        var primitive = compute.Primitive;
        if (primitive.Operand is not BuiltInSort { Kind: BuiltInKind.BigInteger }
            || primitive.Op is not (PrimitiveOp.Equal or PrimitiveOp.NotEqual or PrimitiveOp.Less or PrimitiveOp.LessOrEqual or PrimitiveOp.Greater or PrimitiveOp.GreaterOrEqual
                or PrimitiveOp.Add or PrimitiveOp.Subtract or PrimitiveOp.Multiply or PrimitiveOp.Negate or PrimitiveOp.Divide or PrimitiveOp.Remainder
                or PrimitiveOp.BitAnd or PrimitiveOp.BitOr or PrimitiveOp.BitXor or PrimitiveOp.Min or PrimitiveOp.Max)) return null;
        string x = Word(arguments[0], primitive.Operand), y = arguments.Count > 1 ? Word(arguments[1], primitive.Operand) : x;
        string isFast = Define("small", $"trunc i64 {Define("both", $"and i64 {x}, {y}")} to i1");
        string Of(string text) => Define("word", text);
        string Fitting(string operation, string left, string right)
        {
            string pair = Define("pair", $"call {{ i64, i1 }} @llvm.{operation}.with.overflow.i64(i64 {left}, i64 {right})");
            string fits = Define("fits", $"xor i1 {Define("overflows", $"extractvalue {{ i64, i1 }} {pair}, 1")}, true");
            isFast = Define("fast", $"and i1 {isFast}, {fits}");
            return Define("word", $"extractvalue {{ i64, i1 }} {pair}, 0");
        }

        string Half(string word) => Define("half", $"ashr i64 {word}, 1");
        string Even(string word) => Define("even", $"sub i64 {word}, 1");
        string Divided(string operation)
        {
            // By 0 the service throws, and by -1 the result may be too large.
            string divisor = Half(y);
            string isLarge = Define("divides", $"icmp ugt i64 {Define("next", $"add i64 {divisor}, 1")}, 1");
            isFast = Define("fast", $"and i1 {isFast}, {isLarge}");
            string result = Define("result", $"{operation} i64 {Half(x)}, {Define("divisor", $"select i1 {isFast}, i64 {divisor}, i64 1")}");
            return Of($"or i64 {Define("double", $"shl i64 {result}, 1")}, 1");
        }

        string Chosen(string comparison) => Of($"select i1 {Define("first", $"icmp {comparison} i64 {x}, {y}")}, i64 {x}, i64 {y}");
        string Compared(string comparison) => Of($"zext i1 {Define("holds", $"icmp {comparison} i64 {x}, {y}")} to i64");
        string word = primitive.Op switch
        {
            PrimitiveOp.Equal => Compared("eq"),
            PrimitiveOp.NotEqual => Compared("ne"),
            PrimitiveOp.Less => Compared("slt"),
            PrimitiveOp.LessOrEqual => Compared("sle"),
            PrimitiveOp.Greater => Compared("sgt"),
            PrimitiveOp.GreaterOrEqual => Compared("sge"),
            // (2a + 1) + 2b, (2a + 1) - 2b, 2a * b + 1, and 2 - (2a + 1).
            PrimitiveOp.Add => Fitting("sadd", x, Even(y)),
            PrimitiveOp.Subtract => Fitting("ssub", x, Even(y)),
            PrimitiveOp.Multiply => Of($"or i64 {Fitting("smul", Even(x), Half(y))}, 1"),
            PrimitiveOp.Negate => Fitting("ssub", "2", x),
            PrimitiveOp.Divide => Divided("sdiv"),
            PrimitiveOp.Remainder => Divided("srem"),
            PrimitiveOp.BitAnd => Of($"and i64 {x}, {y}"),
            PrimitiveOp.BitOr => Of($"or i64 {x}, {y}"),
            PrimitiveOp.BitXor => Of($"or i64 {Define("bits", $"xor i64 {x}, {y}")}, 1"),
            PrimitiveOp.Min => Chosen("slt"),
            _ => Chosen("sgt"),
        };

        string fast = Define("value", target => FromWord(target, word, Layouts.KindOf(sort)));
        string before = _block, large = Fresh("large"), done = Fresh("computed");
        Line($"br i1 {isFast}, label %{done}, label %{large}");
        Start(large);
        string slow = WriteService(name, "rw.compute", LlvmPrimitives.NumberOf(primitive), compute.Parts, arguments, sort);
        Line($"br label %{done}");
        Start(done);
        return Define(name, $"phi {TypeOf(Layouts.KindOf(sort))} [ {fast}, %{before} ], [ {slow}, %{large} ]");
    }

    private string WriteSame(Same same, List<string> arguments, string name)
    {
        var kind = Layouts.KindOf(same.Left.Sort);
        switch (kind)
        {
            case WordKind.Term:
                return Define(name, $"call i1 @rw.same(ptr %context, ptr {arguments[0]}, ptr {arguments[1]})");
            case WordKind.Double:
                string left = Word(arguments[0], same.Left.Sort), right = Word(arguments[1], same.Right.Sort);
                return Define(name, $"icmp eq i64 {left}, {right}");
            default:
                return Define(name, $"icmp eq {TypeOf(kind)} {arguments[0]}, {arguments[1]}");
        }
    }

    private void WriteDup(string value, Sort sort)
    {
        if (_module.Layouts.IsCounted(sort)) Line($"call void @rw.dup(ptr {value})");
    }

    private void WriteDrop(string value, Sort sort)
    {
        if (_module.Layouts.IsCounted(sort)) Line($"call void @rw.drop(ptr %context, ptr {value})");
    }

    private void WriteFree(string token, int words)
    {
        _module.UseSize(words);
        string free = Fresh("free"), done = Fresh("freed");
        Line($"br i1 {Define("has", $"icmp ne ptr {token}, null")}, label %{free}, label %{done}");
        Start(free);
        Line($"call void @rw.free.{Number(words)}(ptr %context, ptr {token})");
        Line($"br label %{done}");
        Start(done);
    }

    private ImmutableDictionary<Local, string> WriteOpen(Open open, ImmutableDictionary<Local, string> values)
    {
        string cell = values[open.Cell];
        string take = Fresh("take"), share = Fresh("share"), opened = Fresh("opened");
        bool keepsNothing = open.Token is null && open.Wanted.All(w => w is null);
        Line($"br i1 {Define("last", $"call i1 @rw.claim(ptr {cell})")}, label %{take}, label %{(keepsNothing ? opened : share)}");
        if (keepsNothing)
        {
            Start(take);
            Line($"call void {_module.FreeFunction(open.Symbol)}(ptr %context, ptr {cell})");
            Line($"br label %{opened}");
            Start(opened);
            return values;
        }

        Start(share);
        foreach (var field in open.Wanted)
            if (field is not null) WriteDup(values[field], field.Sort);
        Line($"br label %{opened}");
        string shareEnd = _block;
        Start(take);
        TakeApart(open.Symbol, cell, i => open.Wanted[i] is null, keepsMemory: open.Token is not null);
        string takeEnd = _block;
        Line($"br label %{opened}");
        Start(opened);
        return open.Token is null ? values
            : values.SetItem(open.Token, Define("memory", $"phi ptr [ {cell}, %{takeEnd} ], [ null, %{shareEnd} ]"));
    }

    // Drops fields of a cell that nobody refers to any more, and frees its memory.
    private void TakeApart(FunctionSymbol symbol, string cell, System.Func<int, bool> isDropped, bool keepsMemory)
    {
        var layout = _module.Layouts.CellOf(symbol);
        for (int i = 0; i < symbol.Arity; i++)
        {
            var sort = _module.Layouts.MachineSort(symbol.Parameters[i].Sort);
            if (isDropped(i) && _module.Layouts.IsCounted(sort)) WriteDrop(LoadField(cell, layout.Fields[i], sort, "unused"), sort);
        }

        if (keepsMemory) return;
        _module.UseSize(layout.Words);
        Line($"call void @rw.free.{Number(layout.Words)}(ptr %context, ptr {cell})");
    }

    /// <summary>The function that frees the cells of a symbol, whose references have gone.</summary>
    public static string EmitFree(LlvmEmitter module, FunctionSymbol symbol, string name)
    {
        var emitter = new LlvmFunctionEmitter(module);
        emitter._text.Append($"define internal void {name}(ptr %context, ptr %cell) noinline nounwind {{\n");
        emitter.TakeApart(symbol, "%cell", _ => true, keepsMemory: false);
        return emitter._text.Append("  ret void\n}\n\n").ToString();
    }

    private void WriteEnd(Terminator end, ImmutableDictionary<Local, string> values)
    {
        switch (end)
        {
            case Done:
                Line("ret void");
                break;
            case Return r:
                Line($"ret {TypeOf(_function.Result!)} {values[r.Result]}");
                break;
            case TailCall t when t.Callee == _function:
                // A loop has no calls that would look for requests of other threads.
                string again = Fresh("again"), pause = Fresh("pause");
                Line($"br i1 {Define("quiet", "call i1 @rw.quiet(ptr %context)")}, label %{again}, label %{pause}, !prof !1");
                Start(pause);
                Line("call i1 @rw.attend(ptr %context, ptr null)");
                Line($"br label %{again}");
                Start(again);
                _loops.Add((again, t.Parts.Select(p => values[p]).ToImmutableArray()));
                Line("br label %loop");
                break;
            case TailCall t:
                _endsInCalls = true;
                var arguments = t.Parts.Select(p => values[p]).ToList();
                Spill(t.Callee, arguments);
                if (_function.Result is null)
                {
                    Line($"musttail call tailcc void {_module.NameOf(t.Callee)}({Pass(t.Callee, arguments)})");
                    Line("ret void");
                    break;
                }

                string result = Define("result", $"musttail call tailcc {TypeOf(_function.Result)} {_module.NameOf(t.Callee)}({Pass(t.Callee, arguments)})");
                Line($"ret {TypeOf(_function.Result)} {result}");
                break;
            case Jump j:
                // What several rules go on with is of none of them.
                _jumpLocations[j.Target] = !_jumpLocations.TryGetValue(j.Target, out var place) || place == _location ? _location : _debug!.Location;
                _jumps[j.Target].Add((_block, j.Parts.Select(p => values[p]).ToImmutableArray()));
                Line($"br label %{_labels[j.Target]}");
                break;
            case Stuck s:
                for (int i = 0; i < s.Parts.Count; i++) StoreArgument(Word(values[s.Parts[i]], s.Parts[i].Sort), i);
                string slot = Define("slot", $"getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Operation)}");
                Line($"store i64 {Number(_module.IndexOf(s.Symbol))}, ptr {slot}, align 8");
                Line($"call void @rw.raise(ptr %context, i32 {Number(Abi.Stuck)})");
                Line("unreachable");
                break;
            case Bailout:
                Line($"call void @rw.raise(ptr %context, i32 {Number(Abi.Bailout)})");
                Line("unreachable");
                break;
            case Branch b:
                string whenTrue = Fresh("then"), whenFalse = Fresh("else");
                _weights?.Set(whenTrue, b.WhenTrue);
                _weights?.Set(whenFalse, b.WhenFalse);
                Line($"br i1 {values[b.Test]}, label %{whenTrue}, label %{whenFalse}{WeightsOf(whenTrue, whenFalse)}");
                Write(b.WhenTrue, whenTrue, values);
                Write(b.WhenFalse, whenFalse, values);
                break;
            case Switch s:
                WriteSwitch(s, values);
                break;
            case LiteralSwitch s:
                WriteLiteralSwitch(s, values);
                break;
        }
    }

    private void WriteSwitch(Switch s, ImmutableDictionary<Local, string> values)
    {
        string term = values[s.Subject];
        var sort = (DataSort)s.Subject.Sort;
        var arms = s.Cases.Select(c => (c.Key, c.Value, Name: Fresh(c.Key.Name))).ToList();
        string otherwise = s.Otherwise is null ? "" : Fresh("otherwise");
        foreach (var (_, block, name) in arms) _weights?.Set(name, block);
        if (s.Otherwise is not null) _weights?.Set(otherwise, s.Otherwise);
        var constants = arms.Where(a => !Layouts.IsCell(a.Key)).ToList();
        var cells = arms.Where(a => a.Key is Constructor && Layouts.IsCell(a.Key)).ToList();
        var stuck = arms.Where(a => a.Key is Operation).ToList();
        bool mayBeStuck = _module.Layouts.MayBeStuck(sort);
        int allConstants = sort.Constructors.Count(c => !Layouts.IsCell(c)), allCells = sort.Constructors.Length - allConstants;

        // Which kind of word it is, then which constant, tag or operation, each test only where it can decide something.
        bool constantsPossible = allConstants > 0 && (constants.Count > 0 || otherwise.Length > 0);
        bool cellsPossible = (allCells > 0 || mayBeStuck) && (cells.Count > 0 || stuck.Count > 0 || otherwise.Length > 0);
        if (constantsPossible && cellsPossible)
        {
            string constant = constants.Count == 1 && allConstants == 1 ? constants[0].Name : constants.Count == 0 ? otherwise : Fresh("constant");
            bool single = cells.Count == 1 && allCells == 1 && !mayBeStuck;
            string cell = single ? cells[0].Name : cells.Count == 0 && stuck.Count == 0 ? otherwise : Fresh("cell");
            _weights?.SetSum(cell, [.. cells.Select(a => a.Name), .. stuck.Select(a => a.Name)]);
            _weights?.SetSum(constant, [.. constants.Select(a => a.Name)]);
            Line($"br i1 {Define("is.cell", $"call i1 @rw.is.cell(ptr {term})")}, label %{cell}, label %{constant}{WeightsOf(cell, constant)}");
            if (constants.Count > 0 && constant != constants[0].Name)
            {
                Start(constant);
                WriteConstantSwitch(term, constants.ConvertAll(a => (a.Key, a.Name)), otherwise, allConstants);
            }

            if (!single && (cells.Count > 0 || stuck.Count > 0))
            {
                Start(cell);
                WriteTagSwitch(term, cells.ConvertAll(a => (a.Key, a.Name)), stuck.ConvertAll(a => (a.Key, a.Name)), otherwise, allCells, mayBeStuck);
            }
        }
        else if (constantsPossible) WriteConstantSwitch(term, constants.ConvertAll(a => (a.Key, a.Name)), otherwise, allConstants);
        else WriteTagSwitch(term, cells.ConvertAll(a => (a.Key, a.Name)), stuck.ConvertAll(a => (a.Key, a.Name)), otherwise, allCells, mayBeStuck);

        foreach (var (_, block, name) in arms) Write(block, name, values);
        if (s.Otherwise is not null) Write(s.Otherwise, otherwise, values);
    }

    private string WeightsOf(params string[] targets) => _weights?.Of(targets) ?? "";

    private void WriteConstantSwitch(string term, List<(FunctionSymbol Symbol, string Name)> constants, string otherwise, int all)
    {
        string word = Define("constant", $"ptrtoint ptr {term} to i64");
        WriteSwitch("i64", word, constants.ConvertAll(c => (Number(Layouts.ConstantOf((Constructor)c.Symbol)), c.Name)), otherwise, constants.Count == all);
    }

    private void WriteTagSwitch(string term, List<(FunctionSymbol Symbol, string Name)> cells, List<(FunctionSymbol Symbol, string Name)> stuck, string otherwise, int all, bool mayBeStuck)
    {
        string operationTest = stuck.Count > 0 ? Fresh("operation") : otherwise;
        string address = Define("tag.address", $"getelementptr inbounds i8, ptr {term}, i64 {Number(Abi.TagShift / 8)}");
        var any = _module.Layouts.CellOf(cells.Concat(stuck).Select(c => c.Symbol).First());
        string type = any.TagSize == 1 ? "i8" : "i16";
        string tag = Define("tag", $"load {type}, ptr {address}, align {Number(any.TagSize)}");
        string TagText(int value) => Number(any.TagSize == 1 ? unchecked((sbyte)value) : unchecked((short)value));
        var arms = cells.ConvertAll(c => (TagText(((Constructor)c.Symbol).Tag), c.Name));
        if (stuck.Count > 0) arms.Add((TagText(Layouts.StuckTag), operationTest));
        WriteSwitch(type, tag, arms, otherwise, cells.Count == all && (!mayBeStuck || stuck.Count > 0));
        if (stuck.Count == 0) return;

        // The number of the operation is known only at run time, so this is a chain of comparisons.
        Start(operationTest);
        foreach (var (symbol, name) in stuck)
        {
            string number = Load(term, _module.Layouts.CellOf(symbol).Words - 1, "number");
            string next = Fresh("operation");
            Line($"br i1 {Define("is", $"icmp eq i64 {number}, {StaticWord((Operation)symbol)}")}, label %{name}, label %{next}");
            Start(next);
        }

        Line(otherwise.Length > 0 ? $"br label %{otherwise}" : "unreachable");
    }

    private void WriteSwitch(string type, string value, List<(string Key, string Name)> arms, string otherwise, bool complete)
    {
        // The last arm of a complete switch is its default: one comparison less, and no way to undefined behaviour.
        string fallback = complete || otherwise.Length == 0 ? arms[arms.Count - 1].Name : otherwise;
        var tested = complete || otherwise.Length == 0 ? arms.Take(arms.Count - 1) : arms;
        Line($"switch {type} {value}, label %{fallback} [ {string.Join(" ", tested.Select(a => $"{type} {a.Key}, label %{a.Name}"))} ]{WeightsOf([fallback, .. tested.Select(a => a.Name)])}");
    }

    private void WriteLiteralSwitch(LiteralSwitch s, ImmutableDictionary<Local, string> values)
    {
        string value = values[s.Subject];
        var sort = s.Subject.Sort;
        var arms = s.Cases.Select(c => (c.Key, c.Value, Name: Fresh("case"))).ToList();
        string otherwise = s.Otherwise is null ? "" : Fresh("otherwise");
        foreach (var (_, block, name) in arms) _weights?.Set(name, block);
        if (s.Otherwise is not null) _weights?.Set(otherwise, s.Otherwise);
        var kind = Layouts.KindOf(sort);
        if (arms.All(a => _module.Statics.IndexOf(a.Key) < 0) && kind != WordKind.Term)
        {
            string type = kind == WordKind.Double ? "i64" : TypeOf(kind);
            string subject = kind == WordKind.Double ? Word(value, sort) : value;
            WriteSwitch(type, subject, arms.ConvertAll(a => (kind == WordKind.Double ? Number(a.Key.Bits) : ConstantText(a.Key), a.Name)), otherwise, s.Otherwise is null);
        }
        else
        {
            // Values that exist only at run time are compared one by one.
            foreach (var (literal, _, name) in arms)
            {
                string next = Fresh("differs");
                string same;
                if (sort.Equals(BuiltInSort.Symbol))
                {
                    same = Define("same", $"icmp eq i32 {value}, {WriteConstant(literal, "symbol")}");
                }
                else
                {
                    string constant = _module.Statics.IndexOf(literal) is >= 0 and var index
                        ? Define("literal", $"call ptr @rw.static(ptr %context, i64 {Number(index)})") : ConstantText(literal);
                    same = Define("same", $"call i1 @rw.same(ptr %context, ptr {value}, ptr {constant})");
                }

                Line($"br i1 {same}, label %{name}, label %{next}");
                Start(next);
            }

            Line($"br label %{otherwise}");
        }

        foreach (var (_, block, name) in arms) Write(block, name, values);
        if (s.Otherwise is not null) Write(s.Otherwise, otherwise, values);
    }

    // The parameters that do not fit into registers, in order.
    private static ImmutableArray<int> Spilled(Function function)
    {
        int integers = 1, doubles = 0;
        var spilled = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < function.Parameters.Length; i++)
        {
            bool fits = Layouts.KindOf(function.Parameters[i].Sort) == WordKind.Double ? ++doubles <= MaxDoubleArguments : ++integers <= MaxIntegerArguments;
            if (!fits) spilled.Add(i);
        }

        return spilled.ToImmutable();
    }

    private void Spill(Function callee, List<string> arguments)
    {
        var spilled = Spilled(callee);
        for (int i = 0; i < spilled.Length; i++) StoreArgument(Word(arguments[spilled[i]], callee.Parameters[spilled[i]].Sort), i);
    }

    private static string Pass(Function callee, List<string> arguments)
    {
        var spilled = Spilled(callee);
        return "ptr %context" + string.Concat(arguments.Where((_, i) => !spilled.Contains(i))
            .Zip(callee.Parameters.Where((_, i) => !spilled.Contains(i)), (a, p) => $", {TypeOf(p.Sort)} {a}"));
    }

    private void StoreArgument(string word, int index)
    {
        string slot = Define("slot", $"getelementptr inbounds i8, ptr %context, i64 {Number(Abi.Arguments + (8 * index))}");
        Line($"store i64 {word}, ptr {slot}, align 8");
    }

    private string Load(string cell, int offset, string name)
    {
        string address = Define(name + ".address", $"getelementptr inbounds i64, ptr {cell}, i64 {Number(offset)}");
        return Define(name, $"load i64, ptr {address}, align 8");
    }

    private void Store(string word, string cell, int offset)
    {
        string address = offset == 0 ? cell : Define("field", $"getelementptr inbounds i64, ptr {cell}, i64 {Number(offset)}");
        Line($"store i64 {word}, ptr {address}, align 8");
    }

    private string Word(string value, Sort sort) => Define("word", target => ToWord(target, value, sort));

    // A word for every value: in cells, in the context, and where doubles are compared, with one NaN for all.
    private static string ToWord(string target, string value, Sort sort) => Layouts.KindOf(sort) switch
    {
        WordKind.Term or WordKind.Hole => $"{target} = ptrtoint ptr {value} to i64",
        WordKind.Bool => $"{target} = zext i1 {value} to i64",
        WordKind.Int32 => $"{target} = {(Layouts.IsSigned(sort) ? "s" : "z")}ext i32 {value} to i64",
        WordKind.Int64 => $"{target} = add i64 {value}, 0",
        _ => $"{target}.nan = fcmp uno double {value}, 0.0\n  {target}.bits = bitcast double {value} to i64\n"
            + $"  {target} = select i1 {target}.nan, i64 9221120237041090560, i64 {target}.bits",
    };

    private string Define(string name, string text) => Define(name, target => target + " = " + text);

    private string Define(string name, System.Func<string, string> text)
    {
        string target = "%" + Fresh(name);
        Line(text(target));
        return target;
    }

    private string Fresh(string hint)
    {
        string name = Plain(hint);
        if (!_names.TryGetValue(name, out int count))
        {
            _names.Add(name, 0);
            return name;
        }

        string candidate;
        do candidate = name + "." + Number(++count);
        while (_names.ContainsKey(candidate));
        _names[name] = count;
        _names.Add(candidate, 0);
        return candidate;
    }

    private void Start(string block)
    {
        _text.Append(block).Append(":\n");
        _block = block;
    }

    private void Line(string text) => _text.Append("  ").Append(_location.Length == 0 ? text : text.Replace("\n", _location + "\n")).Append(_location).Append('\n');

    private void Comment(string text) => _text.Append("  ; ").Append(LlvmNames.Comment(text)).Append('\n');
}
