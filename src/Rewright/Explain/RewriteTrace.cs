using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Explain;

/// <summary>Records how the calls in a heap are evaluated, from <c>heap.BeginTrace()</c> until its disposal.</summary>
/// <remarks>
/// Calls are interpreted while a trace is on, and every rewrite is made by itself: nothing is computed once for several
/// places, no loop is closed. So the steps are those of the rules alone, and can be checked by applying them again. What a
/// host operation calls in turn is not traced. Without a trace there is nothing to pay.
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
    // Rules are the same only if they are one object: comparing their terms would cost more than a step.
    private readonly Dictionary<RewriteRule, long> _counts = new(ReferenceEqualityComparer.Instance);
    // References that the values of the trace hold.
    private readonly List<ulong> _words = [];
    private readonly List<Frame> _frames = [];
    private int _steps;
    private long _fired;
    private bool _isDisposed;
    private Derivation _derivation = null!;

    internal RewriteTrace(TermHeap heap, int maxSteps, Action<RewriteTrace> end) => (_heap, _maxSteps, _end) = (heap, maxSteps, end);

    /// <summary>The calls that were made since the trace began, in order.</summary>
    public IReadOnlyList<Derivation> Derivations => _derivations;

    /// <summary>How often each rule was applied, those steps included that the trace had no room for.</summary>
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

    /// <summary>Ends the trace and its values.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _end(this);
        _isDisposed = true;
    }

    /// <summary>Gives up the references of the values; the heap is entered.</summary>
    internal void Release()
    {
        foreach (ulong word in _words) _heap.Memory.Drop(word);
        _words.Clear();
    }

    /// <summary>A call begins. Arguments are in the context, in the boxed form, and only looked at.</summary>
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

    /// <summary>A value in the boxed form, which is kept alive for the trace.</summary>
    internal TracedValue Keep(ulong word, Sort sort)
    {
        if (TermSort.CanBeCell(sort, isBoxed: true) && CellMemory.IsCell(word))
        {
            CellMemory.Dup(word);
            _words.Add(word);
        }

        return new TracedValue(this, word, sort);
    }

    /// <summary>True where the call that has just ended has made steps.</summary>
    internal bool HasRewritten { get; private set; }

    /// <summary>A call of a place begins.</summary>
    internal void Enter(CallSite? site)
    {
        var outer = _frames[^1];
        var frame = site is { Condition: >= 0 and var index, Rule: { } rule }
            ? new Frame { Steps = StepsOf(ref outer, rule, index) }
            : new Frame { Steps = outer.Steps, Place = outer.Place };
        _frames[^1] = outer;
        _frames.Add(frame with { Place = Below(frame.Place, site), Fired = _fired });
    }

    /// <summary>The innermost call has ended.</summary>
    internal void Exit()
    {
        HasRewritten = _frames[^1].Fired != _fired;
        _frames.RemoveAt(_frames.Count - 1);
    }

    /// <summary>A call takes the place of the innermost one.</summary>
    internal void Replace(CallSite? site)
    {
        var frame = _frames[^1];
        _frames[^1] = frame with { Place = Below(frame.Place, site), Conditions = null };
    }

    /// <summary>A rule fires. The words are in the boxed form and only looked at.</summary>
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

    private static RewriteStep.Place? Below(RewriteStep.Place? place, CallSite? site)
    {
        foreach (int index in site?.Path ?? EquatableArray<int>.Empty) place = new RewriteStep.Place(place, index);
        return place;
    }

    // A call in progress: where its steps go, at which place it stands, and what the conditions of rules that have not
    // fired yet needed so far.
    private readonly record struct Frame
    {
        public List<RewriteStep> Steps { get; init; }

        public RewriteStep.Place? Place { get; init; }

        public long Fired { get; init; }

        public List<(RewriteRule Rule, int Index, List<RewriteStep> Steps)>? Conditions { get; init; }
    }
}
