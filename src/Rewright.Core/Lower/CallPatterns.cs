using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Makes calls with a freshly built term call a version of the function that takes the term's parts. Then the term is never built, and the
/// test of its root is never made.
/// </summary>
/// <remarks>
/// After S. Peyton Jones, Call-pattern specialisation for Haskell programs (ICFP 2007), applied to calls in targets. Only a term that
/// nothing else uses is taken apart; a term that was matched or is used twice stays as it is. A function that only computes, without any
/// test, is unfolded at its calls, so that its own calls become patterns too.
/// </remarks>
internal sealed class CallPatterns
{
    private const int MaxVersions = 16, MaxUnfolded = 16;

    private readonly Layouts _layouts;
    private readonly Dictionary<string, Function> _versions = [];
    private readonly Dictionary<Function, (Function Original, ImmutableArray<(int Index, Constructor Symbol)> Pattern)> _origins = [];
    private readonly Dictionary<Function, int> _counts = [];
    private readonly Dictionary<Function, HashSet<int>> _tested = [];
    private readonly Queue<Function> _pending = [];
    private readonly List<Function> _added = [];
    // The current code: versions are made from functions as rewritten so far.
    private readonly Dictionary<Function, Definition> _code;
    private Function? _current;
    private int _size;

    private CallPatterns(Program program)
    {
        (_layouts, _code) = (program.Layouts, program.Definitions.ToDictionary(d => d.Function));
        // Versions may triple the size of the program, not more: rarely run code is not worth it.
        _size = program.Definitions.Sum(d => d.Blocks().Sum(b => b.Instructions.Length)) * 3 + 1000;
    }

    /// <summary>Rewrites the functions and adds the versions.</summary>
    public static Program Apply(Program program)
    {
        var pass = new CallPatterns(program);
        foreach (var function in program.Functions) pass._pending.Enqueue(function);
        while (pass._pending.Count > 0) pass.Rewrite(pass._pending.Dequeue());
        return program.With(program.Functions.Concat(pass._added).Select(f => pass._code[f]));
    }

    private void Rewrite(Function function)
    {
        _current = function;
        var definition = _code[function];
        var uses = CountUses(definition);
        // Block by block, because a version of this function is made from its current code.
        _code[function] = definition = definition with { Body = Rewrite(definition.Body, [], uses) };
        for (int i = 0; i < definition.Labels.Length; i++)
        {
            var block = definition.Labels[i];
            _code[function] = definition = definition with
            {
                Labels = definition.Labels.SetItem(i,
                block with { Body = Rewrite(block.Body, [], uses) })
            };
        }

        _code[function] = DeadCode.Remove(definition);
    }

    private static Dictionary<Local, int> CountUses(Definition function)
    {
        var uses = new Dictionary<Local, int>();
        void Use(Local local) => uses[local] = uses.TryGetValue(local, out int n) ? n + 1 : 1;
        foreach (var block in function.Blocks())
        {
            foreach (var instruction in block.Instructions)
                foreach (var local in Locals.ReadBy(instruction)) Use(local);
            foreach (var local in block.End.Arguments) Use(local);
        }

        return uses;
    }

    // `built` holds the terms built on the path to this block; every block has its own copy.
    private Block Rewrite(Block block, Dictionary<Local, Construct> built, Dictionary<Local, int> uses)
    {
        built = new(built);
        var result = ImmutableArray.CreateBuilder<Instruction>();
        var renamed = new Dictionary<Local, Local>();
        foreach (var instruction in block.Instructions) Add(instruction, result, built, uses, renamed);

        var end = Rename(block.End, renamed);
        while (end is TailCall call)
        {
            var (version, parts) = VersionFor(call.Callee, call.Parts, built, uses) ?? (call.Callee, call.Parts);
            end = new TailCall(version, parts);
            if (version == _current || !IsUnfoldable(version)) break;
            var copy = Unfold(version, parts);
            CountIn(copy, parts, uses);
            foreach (var inner in copy.Instructions) Add(inner, result, built, uses, renamed);
            end = Rename(copy.End, renamed);
            // The size limit ends a chain of versions that unfold into each other.
            if ((_size -= copy.Instructions.Length) < 0) break;
        }

        return new Block(result.ToImmutable(), Locals.WithArms(end, arm => Rewrite(arm, built, uses)));
    }

    private static Terminator Rename(Terminator end, Dictionary<Local, Local> renamed)
        => renamed.Count == 0 ? end : Locals.Rename(new Block([], end), renamed).End;

    // `renamed` holds results of calls that have been unfolded, in copies too. Each is renamed before any instruction that reads it.
    private void Add(Instruction instruction, ImmutableArray<Instruction>.Builder result, Dictionary<Local, Construct> built,
        Dictionary<Local, int> uses, Dictionary<Local, Local> renamed)
    {
        if (renamed.Count > 0) instruction = Locals.Rename(instruction, renamed);
        if (instruction is not Let let)
        {
            result.Add(instruction);
            return;
        }

        if (let.Value is Construct construct) built[let.Target] = construct;
        if (let.Value is not Call call)
        {
            result.Add(let);
            return;
        }

        var (version, parts) = VersionFor(call.Callee, call.Parts, built, uses) ?? (call.Callee, call.Parts);
        if (version == _current || !IsUnfoldable(version) || _size < 0)
        {
            result.Add(let with { Value = new Call(version, parts) });
            return;
        }

        var copy = Unfold(version, parts);
        _size -= copy.Instructions.Length;
        CountIn(copy, parts, uses);
        foreach (var inner in copy.Instructions) Add(inner, result, built, uses, renamed);
        var end = Rename(copy.End, renamed);
        if (end is Return r) renamed[let.Target] = r.Result;
        else Add(let with { Value = new Call(((TailCall)end).Callee, ((TailCall)end).Parts) }, result, built, uses, renamed);
    }

    // An unfolded copy replaces a call: its uses are added, and those of the call are removed.
    private static void CountIn(Block copy, EquatableArray<Local> arguments, Dictionary<Local, int> uses)
    {
        foreach (var local in copy.Instructions.SelectMany(Locals.ReadBy).Concat(copy.End.Arguments))
            uses[local] = uses.TryGetValue(local, out int n) ? n + 1 : 1;
        foreach (var argument in arguments) uses[argument]--;
    }

    private (Function Version, EquatableArray<Local> Parts)? VersionFor(Function callee, EquatableArray<Local> arguments,
        Dictionary<Local, Construct> built, Dictionary<Local, int> uses)
    {
        var pattern = ImmutableArray.CreateBuilder<(int, Constructor)>();
        var parts = new List<Local>();
        for (int i = 0; i < arguments.Count; i++)
        {
            bool isPattern = built.TryGetValue(arguments[i], out var construct) && construct.Symbol is Constructor { Arity: > 0 } symbol
                && uses.TryGetValue(arguments[i], out int count) && count == 1
                && _layouts.RepresentationOf(symbol.Sort) is Representation.Cells && TestedParameters(callee).Contains(i);
            if (isPattern)
            {
                pattern.Add((i, (Constructor)construct!.Symbol));
                // Now the call uses the parts; the term, which nothing uses any more, does not.
                parts.AddRange(construct.Parts);
            }
            else parts.Add(arguments[i]);
        }

        if (pattern.Count == 0 || parts.Count > 40) return null;
        return Version(callee, pattern.ToImmutable()) is { } version ? (version, parts.ToEquatableArray()) : null;
    }

    private Function? Version(Function function, ImmutableArray<(int Index, Constructor Symbol)> pattern)
    {
        string name = function.Name + "(" + string.Join(",",
            pattern.Select(p => p.Index.ToString(System.Globalization.CultureInfo.InvariantCulture) + ":" + p.Symbol.FullName)) + ")";
        if (_versions.TryGetValue(name, out var known)) return known;
        var original = _origins.TryGetValue(function, out var origin) ? origin.Original : function;
        _counts.TryGetValue(original, out int count);
        int size = _code[function].Blocks().Sum(b => b.Instructions.Length);
        if (count >= MaxVersions || _size < size) return null;
        _counts[original] = count + 1;
        _size -= size;
        var made = Specialization.Make(name, _code[function], pattern);
        var version = made.Function;
        _code.Add(version, made);
        _versions.Add(name, version);
        _origins.Add(version, (original, pattern));
        _added.Add(version);
        // Its own calls are rewritten later in any case, and now if it is not unfolded on the spot.
        _pending.Enqueue(version);
        return version;
    }

    // The parameters that the function tests to choose a rule.
    private HashSet<int> TestedParameters(Function function)
    {
        if (_tested.TryGetValue(function, out var known)) return known;
        var subjects = new HashSet<Local>(_code[function].Blocks().Select(b => b.End).OfType<Switch>().Select(s => s.Subject));
        return _tested[function] = new(Enumerable.Range(0, function.Parameters.Length)
            .Where(i => subjects.Contains(function.Parameters[i])));
    }

    private bool IsUnfoldable(Function version)
        => _code[version] is { Labels.IsEmpty: true, Body: var body } && !version.Parameters.IsEmpty
            && body.Instructions.Length <= MaxUnfolded
            && (body.End is Return || body.End is TailCall call && call.Callee != version)
            && !CallGraph.Calls(body).Contains(version);

    private Block Unfold(Function version, EquatableArray<Local> arguments)
    {
        var map = version.Parameters.Zip(arguments, (p, a) => (p, a)).ToDictionary(x => x.p, x => x.a);
        return Locals.Copy(_code[version].Body, map);
    }
}
