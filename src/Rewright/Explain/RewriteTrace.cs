using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Explain;

/// <summary>Records how the calls in a heap are evaluated, from <c>heap.BeginTrace()</c> until its disposal.</summary>
/// <remarks>
/// While a trace is on, calls are interpreted and every rewrite is a step of its own: no result is shared between places and no loop is
/// closed. So the steps follow from the rules alone, and applying the rules again can check them. The trace does not record calls that host
/// operations make. A heap without a trace pays nothing for this.
/// </remarks>
/// <example><code>
/// using var trace = heap.BeginTrace();
/// Peano.Plus(two, two);
/// Console.WriteLine(trace.Derivations[0]);
/// </code></example>
public sealed class RewriteTrace : IDisposable
{
    private readonly TermHeap _heap;
    private readonly int _maxSteps;
    private readonly Action<RewriteTrace> _end;
    private readonly List<Derivation> _derivations = [];
    // Compared by reference: comparing the terms of rules would cost more than a step.
    private readonly Dictionary<RewriteRule, long> _counts = new(ReferenceEqualityComparer.Instance);
    // References to words that the trace keeps alive.
    private readonly List<ulong> _words = [];
    private readonly List<Frame> _frames = [];
    private int _steps;
    private long _fired;
    private bool _isDisposed;
    private Derivation _derivation = null!;

    internal RewriteTrace(TermHeap heap, int maxSteps, Action<RewriteTrace> end) => (_heap, _maxSteps, _end) = (heap, maxSteps, end);

    /// <summary>The calls made since the trace began, in order.</summary>
    public IReadOnlyList<Derivation> Derivations => _derivations;

    /// <summary>How often each rule was applied, including steps that the trace had no room for.</summary>
    public IReadOnlyDictionary<RewriteRule, long> RuleCounts => _counts;

    internal TermHeap LivingHeap
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _heap;
        }
    }

    internal IEnumerable<ulong> Roots => _words;

    /// <summary>Ends the trace and invalidates its values.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _end(this);
        _isDisposed = true;
    }

    /// <summary>Drops the references to the values. The heap must be entered.</summary>
    internal void Release()
    {
        foreach (ulong word in _words) _heap.Memory.Drop(word);
        _words.Clear();
    }

    /// <summary>Records the beginning of a call. The arguments are in the context, boxed and borrowed.</summary>
    internal unsafe Derivation Begin(Module module, string name, ImmutableArray<Sort> parameters)
    {
        var arguments = new TracedValue[parameters.Length];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = Keep(_heap.Memory.Arguments[i], parameters[i]);
        _derivation = new Derivation(module, name, arguments);
        _derivations.Add(_derivation);
        _frames.Clear();
        _frames.Add(new Frame { Steps = _derivation.StepList });
        return _derivation;
    }

    /// <summary>Makes a value from a boxed word, which the trace keeps alive.</summary>
    internal TracedValue Keep(ulong word, Sort sort)
    {
        if (TermSort.CanBeCell(sort, isBoxed: true) && CellMemory.IsCell(word))
        {
            CellMemory.Dup(word);
            _words.Add(word);
        }

        return new TracedValue(this, word, sort);
    }

    /// <summary>True if the call that has just ended made steps.</summary>
    internal bool HasRewritten { get; private set; }

    /// <summary>Records the beginning of a call at a place in the term.</summary>
    internal void Enter(CallSite? site)
    {
        var outer = _frames[^1];
        var frame = site is { Condition: >= 0 and var index, Rule: { } rule }
            ? new Frame { Steps = StepsOf(ref outer, rule, index) }
            : new Frame { Steps = outer.Steps, Place = outer.Place };
        _frames[^1] = outer;
        _frames.Add(frame with { Place = Below(frame.Place, site), Fired = _fired });
    }

    /// <summary>Records the end of the innermost call.</summary>
    internal void Exit()
    {
        HasRewritten = _frames[^1].Fired != _fired;
        _frames.RemoveAt(_frames.Count - 1);
    }

    /// <summary>Records a tail call, which takes the place of the innermost call.</summary>
    internal void Replace(CallSite? site)
    {
        var frame = _frames[^1];
        _frames[^1] = frame with { Place = Below(frame.Place, site), Conditions = null };
    }

    /// <summary>Records that a rule fires. The words are boxed and borrowed.</summary>
    internal unsafe void Fire(RewriteRule rule, Variable[] variables, ulong* registers, ReadOnlySpan<int> places)
    {
        _fired++;
        _counts[rule] = _counts.GetValueOrDefault(rule) + 1;
        var frame = _frames[^1];
        var conditions = new List<ConditionSteps>();
        foreach (var (owner, index, steps) in frame.Conditions ?? [])
            if (ReferenceEquals(owner, rule) && steps.Count > 0) conditions.Add(new ConditionSteps(index, steps));
        _frames[^1] = frame with { Conditions = null };
        if (_steps == _maxSteps)
        {
            _derivation.IsComplete = false;
            return;
        }

        _steps++;
        var bindings = new KeyValuePair<Variable, TracedValue>[variables.Length];
        for (int i = 0; i < variables.Length; i++) bindings[i] = new(variables[i], Keep(registers[places[i]], variables[i].Sort));
        frame.Steps.Add(new RewriteStep(rule, frame.Place, bindings, conditions));
    }

    private static List<RewriteStep> StepsOf(ref Frame frame, RewriteRule rule, int index)
    {
        var conditions = frame.Conditions ?? [];
        frame = frame with { Conditions = conditions };
        foreach (var condition in conditions)
            if (ReferenceEquals(condition.Rule, rule) && condition.Index == index) return condition.Steps;
        conditions.Add((rule, index, []));
        return conditions[^1].Steps;
    }

    private static RewriteStep.TermPosition? Below(RewriteStep.TermPosition? place, CallSite? site)
    {
        foreach (int index in site?.Path ?? EquatableArray<int>.Empty) place = new RewriteStep.TermPosition(place, index);
        return place;
    }

    // A call in progress: the list for its steps, its place in the term, and the steps that conditions of rules that have not fired yet
    // have needed so far.
    private readonly record struct Frame
    {
        public List<RewriteStep> Steps { get; init; }

        public RewriteStep.TermPosition? Place { get; init; }

        public long Fired { get; init; }

        public List<(RewriteRule Rule, int Index, List<RewriteStep> Steps)>? Conditions { get; init; }
    }
}
