using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Binding;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>An engine's result differs from the judge's, or it leaves garbage in a heap.</summary>
internal sealed class DifferenceException(string message) : Exception(message);

/// <summary>Makes calls of one module in several engines and by the judge, and compares everything observable.</summary>
internal sealed class Differential : IDisposable
{
    // Long enough for every test, short enough to detect endless calls.
    private static readonly EvaluationLimits Limits = new()
    {
        Time = TimeSpan.FromSeconds(60), MaxStackBytes = 1L << 30,
        MaxHeapBytes = 1L << 30
    };
    private readonly Module _module;
    private readonly Judge _judge;
    private readonly HostFunction[] _hosts;
    private readonly List<Contestant> _contestants = [];
    // Constants are computed once, and interruptions of earlier calls decide which call computes them and counts their rewrites.
    private readonly bool _countsAgree;

    // One heap serves all calls, so that garbage of one call affects the next.
    private sealed record Contestant(string Name, ModuleRuntime Runtime, bool IsBoxed, bool Counts, bool Serves, TermHeap Heap);

    // The observable outcome of a call. Rewrites are null if they are not counted.
    private sealed record Outcome(string Text, long? Rewrites);

    /// <param name="module">The module; its host operations have the functions of <see cref="HostTable"/>.</param>
    public Differential(Module module)
    {
        _module = module;
        _hosts = HostTable.ForEngines(module);
        _judge = new Judge(module, HostTable.ForJudge(module));
        _countsAgree = module.Closure.SelectMany(m => m.Operations).All(o => o.Arity > 0);
    }

    /// <summary>If set, each call is first made with a limit that may end it early.</summary>
    public Random? Interruptions { get; init; }

    /// <summary>Calls that the judge could not decide.</summary>
    public int Undecided { get; private set; }

    /// <summary>Adds the interpreter for both forms of terms.</summary>
    public Differential AddInterpreter()
    {
        var runtime = TestEngine.Interpret(_module, _hosts).Runtime;
        _contestants.Add(new("interpreter", runtime, IsBoxed: false, Counts: true, Serves: true, NewHeap()));
        _contestants.Add(new("interpreter, boxed form", runtime, IsBoxed: true, Counts: false, Serves: true, NewHeap()));
        return this;
    }

    /// <summary>Adds native code.</summary>
    public Differential AddNative(int level, EmitOptions options)
    {
        var runtime = TestEngine.Compile(_module, options, level, _hosts).Runtime;
        _contestants.Add(new(
            "native -O" + level.ToString(CultureInfo.InvariantCulture) + " " + options, runtime, IsBoxed: false, options.CountRewrites,
            options.ServeAllocations, NewHeap()));
        return this;
    }

    /// <summary>Adds the Rust crate, if cargo is available.</summary>
    public Differential AddRust()
    {
        if (!TestEngine.HasRust) return this;
        var runtime = TestEngine.CompileRust(_module, new RustOptions(CountsRewrites: true), _hosts).Runtime;
        _contestants.Add(new("rust", runtime, IsBoxed: false, Counts: true, Serves: false, NewHeap()));
        return this;
    }

    /// <summary>Calls an operation or normalizer in all engines.</summary>
    public void Check(string name, params JudgeTerm[] arguments)
    {
        var normalizer = _module.Normalizers.FirstOrDefault(n => n.Name == name);
        var verdict = normalizer is not null
            ? _judge.Normalize(normalizer, arguments[0]) : _judge.Call((Operation)_module.Find(name)!, arguments);
        if (verdict.IsUndecided)
        {
            Undecided++;
            return;
        }

        string expected = Text(verdict);
        string call = name + "(" + string.Join(", ", arguments.Select(a => a.ToString())) + ")";
        long? rewrites = null;
        foreach (var contestant in _contestants)
        {
            if (Interruptions is not null) CallInterrupted(contestant, name, arguments, verdict.Term, call, expected);
            var outcome = Call(contestant, name, arguments, verdict.Term);
            if (outcome.Text != expected) Fail(contestant, call, expected, outcome.Text);
            if (outcome.Rewrites is not { } count || !_countsAgree) continue;
            if (rewrites is { } others && others != count) Fail(contestant, call, others + " rewrites", count + " rewrites");
            rewrites = count;
        }
    }

    public void Dispose()
    {
        foreach (var contestant in Enumerable.Reverse(_contestants)) contestant.Heap.Dispose();
    }

    private static TermHeap NewHeap() => new() { Limits = Limits };

    private static void Fail(Contestant contestant, string call, string expected, string actual)
        => throw new DifferenceException(contestant.Name + ": " + call + "\n  expected: " + expected + "\n  actual:   " + actual);

    private static string Text(JudgeOutcome verdict) => verdict.Error switch
    {
        null => verdict.Term!.ToString(),
        JudgeStuckException { Term: var term } => "StuckTermException: " + term.Symbol!.Name + "("
        + string.Join(", ", term.Parts.Select(Shortened)) + ")",
        var error => error.GetType().Name,
    };

    // Shortened as in messages.
    private static string Shortened(JudgeTerm term)
    {
        string text = term.ToString();
        return term.Symbol is null || text.Length <= 200 ? text : text[..199] + "…";
    }

    private void CallInterrupted(Contestant contestant, string name, JudgeTerm[] arguments, JudgeTerm? expected, string call, string text)
    {
        int limit = Interruptions!.Next(Interruptions.Next(2) == 0 ? 4 : 40);
        Outcome outcome;
        if (contestant.Serves)
        {
            outcome = Call(contestant, name, arguments, expected, limit);
            if (outcome.Text == nameof(MemoryLimitException)) return;
        }
        else if (contestant.Counts)
        {
            contestant.Heap.Limits = Limits with { MaxRewrites = limit };
            outcome = Call(contestant, name, arguments, expected);
            contestant.Heap.Limits = Limits;
            if (outcome.Text == nameof(RewriteLimitException)) return;
        }
        else
        {
            return;
        }

        if (outcome.Text != text) Fail(contestant, call + ", interrupted", text, outcome.Text);
    }

    private Outcome Call(Contestant contestant, string name, JudgeTerm[] arguments, JudgeTerm? expected, long allocations = long.MaxValue)
    {
        var (heap, runtime) = (contestant.Heap, contestant.Runtime);
        string text;
        long? rewrites = null;
        int index = 0;
        while (runtime.Entries[index].Name != name) index++;
        var entry = runtime.Entries[index];
        heap.Enter();
        try
        {
            bool isBoxed = MakeArguments(contestant, entry, arguments);
            heap.Memory.AllocationsLeft = allocations;
            isBoxed = heap.Evaluator.Call(runtime, index, isBoxed);
            heap.Memory.AllocationsLeft = long.MaxValue;
            text = TakeResult(heap, entry.Result, isBoxed, expected);
            if (contestant.Counts) rewrites = long.MaxValue - heap.Memory.Field<long>(Abi.Steps);
        }
        catch (StuckTermException e)
        {
            text = "StuckTermException: " + e.Term;
        }
        catch (Exception e) when (e is ArithmeticException or ArgumentException or HostException
            or EvaluationException or OperationCanceledException)
        {
            text = e.GetType().Name;
        }
        finally
        {
            heap.Memory.AllocationsLeft = long.MaxValue;
            heap.Exit();
        }

        var census = heap.TakeCensus();
        // The rest is held by the program: its strings and integers, and constants that have been computed.
        IProgramCode code = runtime.Native is { } native ? native : runtime.InterpreterFor(ProgramForm.Unboxed);
        int constants = code.Statics.Count(ModuleRuntime.IsTerm),
            boxedConstants = runtime.InterpreterFor(ProgramForm.Boxed).Statics.Count(ModuleRuntime.IsTerm);
        int roots = heap.Roots().Count();
        bool holdsWhatItShould = roots <= constants + boxedConstants && !heap.Evaluator.Pending().Any();
        if (census.Lost != 0 || census.Miscounted != 0 || !holdsWhatItShould)
            Fail(contestant, name + "(" + string.Join(", ", arguments.Select(a => a.ToString())) + ")", "a clean heap",
                census + ", " + roots + " roots, constants: " + constants + " and " + boxedConstants);
        return new(text, rewrites);
    }

    // Makes the words of the arguments, in one form, in the place where calls take them.
    private static unsafe bool MakeArguments(Contestant contestant, Entry entry, JudgeTerm[] arguments)
    {
        var memory = contestant.Heap.Memory;
        Span<TermWord> words = new TermWord[arguments.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = Read(contestant.Runtime.Module, arguments[i], entry.Parameters[i], memory);
        bool isBoxed = TermWord.Unify(words, entry.Parameters, memory, contestant.IsBoxed);
        for (int i = 0; i < words.Length; i++) memory.Arguments[i] = words[i].Word;
        return isBoxed;
    }

    private static TermWord Read(Module module, JudgeTerm term, Sort sort, CellMemory memory)
    {
        if (sort is RefSort) return new(Words.FromObject(term.Value, memory), false);
        return TermParser.Parse(term.ToString(), sort, memory, (name, s) =>
        {
            if (s is not DataSort data) return null;
            FunctionSymbol? symbol = data.Constructors.FirstOrDefault(c => c.Name == name);
            symbol ??= module.Closure.SelectMany(m => m.Operations).FirstOrDefault(
                o => o.Name == name && o.IsOpen && ReferenceEquals(o.Result, data));
            return symbol is null ? null : TermHead.Of(symbol, memory);
        }, new PendingTerms(memory)).Word;
    }

    // The result as text. The term that this text parses to must be equal to the result.
    private unsafe string TakeResult(TermHeap heap, Sort sort, bool isBoxed, JudgeTerm? expected)
    {
        ulong word = heap.Memory.Result[0];
        if (sort is not DataSort data)
        {
            string value = sort is RefSort ? "<" + (Words.ToObject(word, heap.Memory)?.GetType().Name ?? "null") + ">"
                : Rewright.Model.LiteralText.Print(Words.ToLiteral(word, sort, heap.Memory), sortIsKnown: true);
            new TermWord(word, false).Drop(sort, heap.Memory);
            return value;
        }

        using var scope = heap.BeginScope();
        var term = heap.NewTerm(word, TermSort.Of(data, isBoxed));
        string text = term.ToString();
        if (expected is null || text != expected.ToString()) return text;
        var read = Read(_module, expected, sort, heap.Memory);
        var same = heap.NewTerm(read.Word, TermSort.Of(data, read.IsBoxed));
        return read.IsBoxed != isBoxed ? text + (isBoxed ? ", in the boxed form" : ", in the unboxed form")
            : same != term ? text + ", but not equal to the term that this text is read as"
            : same.GetHashCode() != term.GetHashCode() ? text + ", with another hash" : text;
    }
}
