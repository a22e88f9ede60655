using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Emit;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>The opcodes of the interpreter. The summary of each lists its operands.</summary>
internal enum Opcode
{
    /// <summary>target, low half, high half</summary>
    Constant,
    /// <summary>target, index, 1 to count a reference</summary>
    Static,
    /// <summary>target, cell, offset</summary>
    Field,
    /// <summary>target, cell, offset in bytes, size in bytes, 1 for a signed value</summary>
    NarrowField,
    /// <summary>
    /// target, token or -1, words, low and high half of the header, static of the operation or -1, count, then offset in bytes, size and
    /// source
    /// </summary>
    Build,
    /// <summary>target, cell, offset in bytes</summary>
    Hole,
    /// <summary>hole, value</summary>
    Fill,
    /// <summary>index of the static, value, 1 to count a reference</summary>
    Memoise,
    /// <summary>0 or 1</summary>
    SetChanged,
    /// <summary>target</summary>
    HasChanged,
    /// <summary>target, function, count, sources</summary>
    Call,
    /// <summary>function, count, sources</summary>
    TailCall,
    /// <summary>target, index, count, sources</summary>
    Host,
    /// <summary>target, primitive, count, sources</summary>
    Compute,
    /// <summary>target, left, right</summary>
    SameTerm,
    /// <summary>target, left, right</summary>
    SameWord,
    /// <summary>target, term</summary>
    IsShared,
    /// <summary>target, term, place for the normal form</summary>
    IsRemembered,
    /// <summary>target, place of the normal form</summary>
    Recalled,
    /// <summary>term, normal form</summary>
    Remember,
    /// <summary>number of times, or -1 for once; place of the rule's count</summary>
    Fire,
    /// <summary>term</summary>
    Dup,
    /// <summary>term</summary>
    Drop,
    /// <summary>cell, token or -1, words, count, then offset and 1 for a wanted or 0 for a dropped counted field</summary>
    Open,
    /// <summary>token, words</summary>
    Free,
    /// <summary>result</summary>
    Return,
    /// <summary>position, count, sources, targets</summary>
    Jump,
    /// <summary>symbol, count, sources</summary>
    Stuck,
    /// <summary>site; in traced programs, like the next three</summary>
    Enter,
    /// <summary>no operands</summary>
    Exit,
    /// <summary>site</summary>
    Replace,
    /// <summary>rule, count, sources</summary>
    Rule,
    /// <summary>no operands</summary>
    Bailout,
    /// <summary>test, position for false</summary>
    Branch,
    /// <summary>term, table</summary>
    Switch,
    /// <summary>value, table</summary>
    LiteralSwitch,
}

/// <summary>The targets of a switch on the symbol of a term.</summary>
/// <param name="Constants">The position for each tag of a constructor without fields; -1 means <paramref name="Otherwise"/>.</param>
/// <param name="Cells">The position for each tag of a constructor with fields; -1 means <paramref name="Otherwise"/>.</param>
/// <param name="Stuck">The static of each open operation, and the position for its stuck terms.</param>
/// <param name="Otherwise">The position for all other terms.</param>
/// <param name="TagMask">The bits of the tag in the upper half of a header.</param>
internal sealed record SymbolTable(int[] Constants, int[] Cells, (int Static, int Position)[] Stuck, int Otherwise, int TagMask);

/// <summary>The targets of a switch on literals.</summary>
/// <param name="Words">The position for each word, for values that are compared by their words.</param>
/// <param name="Terms">Literals that are compared one by one: the static of each, or -1 and the word.</param>
/// <param name="AreCells">True if those literals can be cells, which are equal if their contents are.</param>
/// <param name="Otherwise">The position for all other values.</param>
internal sealed record LiteralTable(
    Dictionary<ulong, int> Words, (int Static, ulong Word, int Position)[] Terms, bool AreCells, int Otherwise);

/// <summary>A function in the interpreter's form.</summary>
internal sealed class InterpreterFunction
{
    public int[] Code { get; set; } = [];

    /// <summary>The number of registers, including the room for operands behind them.</summary>
    public int Registers { get; set; }

    /// <summary>The first register of the room for operands.</summary>
    public int Parts { get; set; }

    public int Parameters { get; set; }
}

/// <summary>A program flattened for the interpreter: lists of instructions over numbered registers.</summary>
internal sealed class InterpreterProgram : IProgramCode
{
    private readonly Program _program;
    private readonly Dictionary<Function, int> _numbers = [];
    private readonly List<FunctionSymbol> _symbols = [];
    private readonly Dictionary<RewriteRule, int> _places = new(ReferenceEqualityComparer.Instance);
    private long[]? _fired;

    private InterpreterProgram(Program program)
    {
        _program = program;
        for (int i = 0; i < program.Functions.Length; i++) _numbers.Add(program.Functions[i], i);
        Functions = program.Functions.Select(_ => new InterpreterFunction()).ToArray();
        Entries = program.Entries.Select(e => _numbers[e]).ToArray();
        // Functions are compiled at their first call, so that even a large module gives its first result at once.
        for (int i = 0; i < Functions.Length; i++) Functions[i].Parameters = program.Functions[i].Parameters.Length;
    }

    public InterpreterFunction[] Functions { get; }

    /// <summary>The function of each entry.</summary>
    public int[] Entries { get; }

    public List<SymbolTable> SymbolTables { get; } = [];

    public List<LiteralTable> LiteralTables { get; } = [];

    /// <summary>The call sites of a traced program; number 0 is null, for calls whose place does not change.</summary>
    public List<CallSite?> Sites { get; } = [null];

    /// <summary>The rules of a traced program, each with the variables whose values it records.</summary>
    public List<(RewriteRule Rule, Variable[] Variables)> Rules { get; } = [];

    /// <summary>The values that each heap makes once for the program.</summary>
    public System.Collections.Immutable.ImmutableArray<Static> Statics => _program.Statics.Items;

    /// <summary>True if the rules alone do not bound the number of rewrites of every call.</summary>
    public bool MayLoop => CallGraph.FunctionsThatNeedStack(_program).Count > 0 || _program.Definitions.Any(CallGraph.HasSelfTailCall);

    /// <summary>The symbols that errors refer to by number.</summary>
    public IReadOnlyList<FunctionSymbol> Symbols => _symbols;

    /// <summary>
    /// How often each rule has fired, indexed by the rule's place. Threads count without locks, so a few counts are lost.
    /// </summary>
    public long[] Fired
    {
        get
        {
            if (_fired is not null) return _fired;
            var rules = _program.Definitions.SelectMany(f => f.Blocks()).SelectMany(b => b.Instructions).OfType<Fire>().Select(f => f.Rule);
            Interlocked.CompareExchange(
                ref _fired, new long[rules.Distinct<RewriteRule>(ReferenceEqualityComparer.Instance).Count()], null);
            return _fired;
        }
    }

    /// <summary>The rules that have fired and how often.</summary>
    public Dictionary<RewriteRule, long> Profile()
    {
        lock (_symbols)
        {
            var profile = new Dictionary<RewriteRule, long>();
            foreach (var (rule, place) in _places)
                if (Volatile.Read(ref Fired[place]) is > 0 and var times) profile[rule] = times;
            return profile;
        }
    }

    // Called while a function is compiled, under its lock.
    private int PlaceOf(RewriteRule rule)
    {
        if (!_places.TryGetValue(rule, out int place)) _places.Add(rule, place = _places.Count);
        return place;
    }

    public static InterpreterProgram Compile(Program program) => new(program);

    /// <summary>Runs an entry; arguments and result are in the context. Returns a status.</summary>
    public int Run(Evaluator evaluator, int entry, HotnessCounter? hotness)
        => new Interpreter(this, evaluator, hotness).Run(Entries[entry]);

    /// <summary>The function with this number, compiled if needed.</summary>
    public InterpreterFunction FunctionAt(int number)
    {
        var function = Functions[number];
        if (function.Code.Length > 0) return function;
        lock (_symbols)
        {
            if (function.Code.Length == 0) new FunctionCompiler(this, _program.Definitions[number], function).Compile();
        }

        return function;
    }

    private sealed class FunctionCompiler(InterpreterProgram program, Definition code, InterpreterFunction target)
    {
        private readonly List<int> _code = [];
        private readonly Dictionary<Local, int> _registers = [];
        private readonly Dictionary<Label, int> _positions = [];
        private readonly List<(int Place, Label Label)> _jumps = [];
        private readonly Dictionary<int, int> _recalled = [];
        private int _next;
        private int _maxParts;
        private int? _unused;

        private Layouts Layouts => program._program.Layouts;

        private Statics Statics => program._program.Statics;

        public void Compile()
        {
            foreach (var parameter in code.Function.Parameters) RegisterOf(parameter);
            Write(code.Body);
            foreach (var (label, body) in code.Labels)
            {
                _positions.Add(label, _code.Count);
                Write(body);
            }

            foreach (var (place, label) in _jumps) _code[place] = _positions[label];
            target.Parts = _next;
            target.Registers = _next + _maxParts;
            // Set last, because other threads take a function with code to be complete.
            target.Code = [.. _code];
        }

        // A local of a labelled block may be read again in another block. Locals never share registers, so that is safe.
        private int RegisterOf(Local local)
        {
            if (!_registers.TryGetValue(local, out int register)) _registers.Add(local, register = _next++);
            return register;
        }

        private void Emit(Opcode opcode, params int[] operands)
        {
            _code.Add((int)opcode);
            _code.AddRange(operands);
        }

        private void Write(Block block)
        {
            foreach (var instruction in block.Instructions)
            {
                switch (instruction)
                {
                    case Let let: Write(let.Value, RegisterOf(let.Target)); break;
                    case Fire fire: Write(fire); break;
                    case Remember r: Emit(Opcode.Remember, RegisterOf(r.Term), RegisterOf(r.Normal)); break;
                    case Memoise memoise:
                        Emit(
                        Opcode.Memoise, Statics.IndexOf(memoise.Operation), RegisterOf(memoise.Value),
                        Layouts.KindOf(memoise.Value.Sort) == WordKind.Term ? 1 : 0); break;
                    case SetChanged changed: Emit(Opcode.SetChanged, changed.Levels); break;
                    case Fill fill: Emit(Opcode.Fill, RegisterOf(fill.Hole), RegisterOf(fill.Value)); break;
                    // The call has no result, so its target is a register that nothing reads.
                    case Perform perform: Write(perform.Call, _unused ??= _next++); break;
                    case Dup dup: Emit(Opcode.Dup, RegisterOf(dup.Target)); break;
                    case Drop drop: Emit(Opcode.Drop, RegisterOf(drop.Target)); break;
                    case Free free: Emit(Opcode.Free, RegisterOf(free.Token), ((LocalType.Token)free.Token.Type).Words); break;
                    case Open open: Write(open); break;
                }
            }

            WriteEnd(block.End);
        }

        private void Write(Fire fire)
        {
            Emit(Opcode.Fire, fire.Times is null ? -1 : RegisterOf(fire.Times), program.PlaceOf(fire.Rule));
            if (!program._program.IsTraced) return;
            Emit(Opcode.Rule, [program.Rules.Count, fire.Bindings.Count, .. fire.Bindings.Select(b => RegisterOf(b.Value))]);
            program.Rules.Add((fire.Rule, [.. fire.Bindings.Select(b => b.Key)]));
        }

        private int NumberOf(CallSite? site)
        {
            if (site is null) return 0;
            program.Sites.Add(site);
            return program.Sites.Count - 1;
        }

        private void Write(Open open)
        {
            var layout = Layouts.CellOf(open.Symbol);
            var counted = Enumerable.Range(0, open.Symbol.Arity).Where(i => Layouts.IsCounted(open.Symbol.Parameters[i].Sort)).ToList();
            Emit(Opcode.Open, RegisterOf(open.Cell), open.Token is null ? -1 : RegisterOf(open.Token), layout.Words, counted.Count);
            foreach (int i in counted)
            {
                _code.Add(layout.Fields[i].Offset / 8);
                _code.Add(open.Wanted[i] is null ? 0 : 1);
            }
        }

        private void Write(Value value, int to)
        {
            var parts = value.Arguments.Select(RegisterOf).ToArray();
            _maxParts = Math.Max(_maxParts, parts.Length);
            switch (value)
            {
                case Constant { Literal: var literal }:
                    if (Statics.IndexOf(literal) is >= 0 and var index)
                        Emit(Opcode.Static, to, index, literal.Sort.Equals(BuiltInSort.Symbol) ? 0 : 1);
                    else
                        EmitWord(to, WordOf(literal));
                    break;
                case Field field:
                    var place = Layouts.CellOf(field.Symbol).Fields[field.Index];
                    if (place.Size == 8) Emit(Opcode.Field, to, parts[0], place.Offset / 8);
                    else Emit(Opcode.NarrowField, to, parts[0], place.Offset, place.Size,
                        Layouts.IsSigned(field.Symbol.Parameters[field.Index].Sort) ? 1 : 0);
                    break;
                case Construct { Symbol: Constructor { Arity: 0 } constant }: EmitWord(to, (ulong)Layouts.ConstantOf(constant)); break;
                case Construct construct: WriteBuild(construct.Symbol, -1, construct.Reuse, parts, to); break;
                case ConstructAround around: WriteBuild(around.Symbol, around.Index, around.Reuse, parts, to); break;
                case HoleOf hole: Emit(Opcode.Hole, to, parts[0], Layouts.CellOf(hole.Symbol).Fields[hole.Index].Offset); break;
                case Lower.Call call:
                    if (program._program.IsTraced) Emit(Opcode.Enter, NumberOf(call.Site));
                    Emit(Opcode.Call, [to, program._numbers[call.Callee], parts.Length, .. parts]);
                    if (program._program.IsTraced) Emit(Opcode.Exit);
                    break;
                case ForeignCall host:
                    Emit(
                    Opcode.Host, [to, program._program.HostOperations.IndexOf(host.Operation), parts.Length, .. parts]); break;
                case Compute compute:
                    Emit(Opcode.Compute, [to, Abi.NumberOf(compute.Primitive), parts.Length, .. parts]);
                    break;
                case Same same:
                    Emit(
                    Layouts.KindOf(same.Left.Sort) == WordKind.Term ? Opcode.SameTerm : Opcode.SameWord, to, parts[0], parts[1]); break;
                case IsMemoised memoised: Emit(Opcode.Static, to, Statics.IndexOf(memoised.Operation) + 1, 0); break;
                case Memoised memoised:
                    Emit(
                    Opcode.Static, to, Statics.IndexOf(memoised.Operation),
                    Layouts.KindOf(memoised.Operation.Result!) == WordKind.Term ? 1 : 0); break;
                case HasChanged changed: Emit(Opcode.HasChanged, to, changed.Least); break;
                case IsSameCell: Emit(Opcode.SameWord, to, parts[0], parts[1]); break;
                case IsShared: Emit(Opcode.IsShared, to, parts[0]); break;
                case IsRemembered:
                    _recalled[parts[0]] = _next;
                    Emit(Opcode.IsRemembered, to, parts[0], _next++);
                    break;
                case Recalled: Emit(Opcode.Recalled, to, _recalled[parts[0]]); break;
            }
        }

        private void WriteBuild(FunctionSymbol symbol, int hole, Local? reuse, int[] parts, int to)
        {
            var layout = Layouts.CellOf(symbol);
            ulong header = CellMemory.Header(layout.Tag, layout.TermCount);
            Emit(Opcode.Build, to, reuse is null ? -1 : RegisterOf(reuse), layout.Words, (int)header, (int)(header >> 32),
                symbol is Operation o ? Statics.IndexOf(o) : -1, parts.Length);
            var fields = layout.Fields.Where((_, i) => i != hole).ToList();
            for (int i = 0; i < parts.Length; i++) _code.AddRange([fields[i].Offset, fields[i].Size, parts[i]]);
        }

        private void EmitWord(int to, ulong word) => Emit(Opcode.Constant, to, (int)word, (int)(word >> 32));

        private static ulong WordOf(Literal literal)
            => literal.Value is System.Numerics.BigInteger big ? (ulong)Statics.SmallInteger(big)!.Value : (ulong)literal.Bits;

        private void WriteEnd(Terminator end)
        {
            var parts = end.Arguments.Select(RegisterOf).ToArray();
            _maxParts = Math.Max(_maxParts, parts.Length);
            switch (end)
            {
                case Return: Emit(Opcode.Return, parts[0]); break;
                case TailCall t:
                    if (program._program.IsTraced) Emit(Opcode.Replace, NumberOf(t.Site));
                    Emit(Opcode.TailCall, [program._numbers[t.Callee], parts.Length, .. parts]);
                    break;
                case Jump j:
                    Emit(Opcode.Jump, [0, parts.Length, .. parts, .. j.Target.Parameters.Select(RegisterOf)]);
                    _jumps.Add((_code.Count - 2 - (2 * parts.Length), j.Target));
                    break;
                case Stuck s:
                    if (!program._symbols.Contains(s.Symbol)) program._symbols.Add(s.Symbol);
                    Emit(Opcode.Stuck, [program._symbols.IndexOf(s.Symbol), parts.Length, .. parts]);
                    break;
                case Bailout: Emit(Opcode.Bailout); break;
                case Done: Emit(Opcode.Return, _unused ??= _next++); break;
                case Branch b:
                    Emit(Opcode.Branch, parts[0], 0);
                    int place = _code.Count - 1;
                    Write(b.WhenTrue);
                    _code[place] = _code.Count;
                    Write(b.WhenFalse);
                    break;
                case Switch s: WriteSwitch(s, parts[0]); break;
                case LiteralSwitch s: WriteLiteralSwitch(s, parts[0]); break;
            }
        }

        private void WriteSwitch(Switch s, int subject)
        {
            var constructors = ((DataSort)s.Subject.Sort).Constructors;
            int[] constants = new int[constructors.Length], cells = new int[constructors.Length];
            Array.Fill(constants, -1);
            Array.Fill(cells, -1);
            var stuck = new List<(int, int)>();
            Emit(Opcode.Switch, subject, program.SymbolTables.Count);
            int table = program.SymbolTables.Count;
            program.SymbolTables.Add(null!);
            foreach (var (symbol, block) in s.Cases)
            {
                if (symbol is Constructor c) (c.Arity == 0 ? constants : cells)[c.Tag] = _code.Count;
                else stuck.Add((Statics.IndexOf((Operation)symbol), _code.Count));
                Write(block);
            }

            int otherwise = _code.Count;
            if (s.Otherwise is not null) Write(s.Otherwise);
            program.SymbolTables[table] = new SymbolTable(
                constants, cells, [.. stuck], otherwise, constructors.Length < 0xFF ? 0xFF : 0xFFFF);
        }

        private void WriteLiteralSwitch(LiteralSwitch s, int subject)
        {
            var words = new Dictionary<ulong, int>();
            var terms = new List<(int, ulong, int)>();
            bool byTerm = Layouts.KindOf(s.Subject.Sort) == WordKind.Term || s.Subject.Sort.Equals(BuiltInSort.Symbol);
            Emit(Opcode.LiteralSwitch, subject, program.LiteralTables.Count);
            int table = program.LiteralTables.Count;
            program.LiteralTables.Add(null!);
            foreach (var (literal, block) in s.Cases)
            {
                int index = Statics.IndexOf(literal);
                if (byTerm) terms.Add((index, index < 0 ? WordOf(literal) : 0, _code.Count));
                else words.Add(WordOf(literal), _code.Count);
                Write(block);
            }

            int otherwise = _code.Count;
            if (s.Otherwise is not null) Write(s.Otherwise);
            program.LiteralTables[table] = new LiteralTable(words, [.. terms], !s.Subject.Sort.Equals(BuiltInSort.Symbol), otherwise);
        }
    }
}
