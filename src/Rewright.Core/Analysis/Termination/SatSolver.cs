using System;
using System.Collections.Generic;
using System.Threading;

namespace Rewright.Analysis.Termination;

/// <summary>Finds truth values that satisfy clauses.</summary>
/// <remarks>
/// Conflict-driven clause learning with two watched literals and activities (Moskewicz et al., Chaff: Engineering an efficient SAT solver,
/// 2001; Eén and Sörensson, An extensible SAT-solver, 2003), without restarts and without forgetting, since the work is bounded. A
/// literal is a variable's number, from 1, or its negative. The same clauses give the same answer on every machine.
/// </remarks>
internal sealed class SatSolver
{
    private const double Decay = 1.05, Huge = 1e100;

    // The index of a literal is twice its variable's number, plus one if it is negative.
    private readonly List<int[]?> _reasons = [null];
    private readonly List<sbyte> _values = [0];
    private readonly List<bool> _phases = [false], _seen = [false];
    private readonly List<int> _levels = [0];
    private readonly List<double> _activities = [0];
    private readonly List<List<int[]>> _watches = [[], []];
    private readonly List<int> _trail = [], _starts = [];
    private readonly SortedSet<(double Activity, int Variable)> _open = new(
        Comparer<(double, int)>.Create((x, y) => x.Item1 != y.Item1 ? y.Item1.CompareTo(x.Item1) : x.Item2.CompareTo(y.Item2)));
    private int _head;
    private double _bump = 1;
    private bool _isContradictory;

    /// <summary>The number of clauses.</summary>
    public int ClauseCount { get; private set; }

    /// <summary>Makes a new variable.</summary>
    public int NewVariable()
    {
        int variable = _values.Count;
        _values.Add(0);
        _phases.Add(false);
        _seen.Add(false);
        _levels.Add(0);
        _activities.Add(0);
        _reasons.Add(null);
        _watches.Add([]);
        _watches.Add([]);
        _open.Add((0, variable));
        return variable;
    }

    /// <summary>Adds a clause. All clauses must be added before <see cref="Solve"/>.</summary>
    public void Add(params int[] literals)
    {
        ClauseCount++;
        var clause = new List<int>(literals.Length);
        foreach (int literal in literals)
        {
            if (Value(literal) > 0 || clause.Contains(-literal)) return;
            if (Value(literal) == 0 && !clause.Contains(literal)) clause.Add(literal);
        }

        if (clause.Count == 0) _isContradictory = true;
        else if (clause.Count == 1) Assign(clause[0], null);
        else Watch([.. clause]);
    }

    /// <summary>True if a literal holds in the last solution.</summary>
    public bool IsTrue(int literal) => Value(literal) > 0;

    /// <summary>Searches for a solution; false if there is none, null if the search needs more conflicts than allowed.</summary>
    public bool? Solve(int maxConflicts, CancellationToken cancellation)
    {
        if (_isContradictory || Propagate() is not null) return false;
        for (int conflicts = 0; ;)
        {
            if (Propagate() is { } conflict)
            {
                if (_starts.Count == 0) return false;
                if (++conflicts > maxConflicts) return null;
                cancellation.ThrowIfCancellationRequested();
                Learn(conflict);
                continue;
            }

            int variable = Next();
            if (variable == 0) return true;
            _starts.Add(_trail.Count);
            Assign(_phases[variable] ? variable : -variable, null);
        }
    }

    private int Next()
    {
        while (_open.Count > 0)
        {
            var top = _open.Min;
            _open.Remove(top);
            if (_values[top.Variable] == 0) return top.Variable;
        }

        return 0;
    }

    private int Value(int literal) => literal > 0 ? _values[literal] : -_values[-literal];

    private static int Index(int literal) => literal > 0 ? 2 * literal : -2 * literal + 1;

    private void Watch(int[] clause)
    {
        _watches[Index(clause[0])].Add(clause);
        _watches[Index(clause[1])].Add(clause);
    }

    private void Assign(int literal, int[]? reason)
    {
        int variable = Math.Abs(literal);
        _values[variable] = (sbyte)(literal > 0 ? 1 : -1);
        _levels[variable] = _starts.Count;
        _reasons[variable] = reason;
        _trail.Add(literal);
    }

    // Returns a clause that is violated, or null if all consequences could be assigned.
    private int[]? Propagate()
    {
        while (_head < _trail.Count)
        {
            int wrong = -_trail[_head++];
            var watches = _watches[Index(wrong)];
            int kept = 0;
            for (int i = 0; i < watches.Count; i++)
            {
                int[] clause = watches[i];
                if (clause[0] == wrong) (clause[0], clause[1]) = (clause[1], clause[0]);
                if (Value(clause[0]) <= 0 && Rewatch(clause)) continue;
                watches[kept++] = clause;
                if (Value(clause[0]) > 0) continue;
                if (Value(clause[0]) == 0)
                {
                    Assign(clause[0], clause);
                    continue;
                }

                while (++i < watches.Count) watches[kept++] = watches[i];
                watches.RemoveRange(kept, watches.Count - kept);
                return clause;
            }

            watches.RemoveRange(kept, watches.Count - kept);
        }

        return null;
    }

    private bool Rewatch(int[] clause)
    {
        for (int i = 2; i < clause.Length; i++)
        {
            if (Value(clause[i]) < 0) continue;
            (clause[1], clause[i]) = (clause[i], clause[1]);
            _watches[Index(clause[1])].Add(clause);
            return true;
        }

        return false;
    }

    // Resolves the conflict up to the first unique implication point, where one literal of the last level is left.
    private void Learn(int[] conflict)
    {
        var learnt = new List<int> { 0 };
        int[] reason = conflict;
        int pivot = 0, open = 0, position = _trail.Count - 1;
        do
        {
            foreach (int literal in reason)
            {
                int variable = Math.Abs(literal);
                if (literal == pivot || _seen[variable] || _levels[variable] == 0) continue;
                _seen[variable] = true;
                Bump(variable);
                if (_levels[variable] == _starts.Count) open++;
                else learnt.Add(literal);
            }

            while (!_seen[Math.Abs(_trail[position])]) position--;
            pivot = _trail[position];
            _seen[Math.Abs(pivot)] = false;
            open--;
            reason = _reasons[Math.Abs(pivot)] ?? [];
        }
        while (open > 0);

        learnt[0] = -pivot;
        int back = 0;
        for (int i = 1; i < learnt.Count; i++)
        {
            _seen[Math.Abs(learnt[i])] = false;
            if (_levels[Math.Abs(learnt[i])] <= back) continue;
            back = _levels[Math.Abs(learnt[i])];
            (learnt[1], learnt[i]) = (learnt[i], learnt[1]);
        }

        _bump *= Decay;
        Backtrack(back);
        int[] clause = [.. learnt];
        if (clause.Length > 1) Watch(clause);
        Assign(clause[0], clause.Length > 1 ? clause : null);
    }

    private void Backtrack(int level)
    {
        for (int i = _trail.Count - 1; i >= _starts[level]; i--)
        {
            int variable = Math.Abs(_trail[i]);
            _phases[variable] = _trail[i] > 0;
            _values[variable] = 0;
            _open.Add((_activities[variable], variable));
        }

        _trail.RemoveRange(_starts[level], _trail.Count - _starts[level]);
        _starts.RemoveRange(level, _starts.Count - level);
        _head = _trail.Count;
    }

    private void Bump(int variable)
    {
        bool isOpen = _open.Remove((_activities[variable], variable));
        _activities[variable] += _bump;
        if (isOpen) _open.Add((_activities[variable], variable));
        if (_activities[variable] < Huge) return;
        _open.Clear();
        for (int i = 1; i < _activities.Count; i++)
        {
            _activities[i] /= Huge;
            if (_values[i] == 0) _open.Add((_activities[i], i));
        }

        _bump /= Huge;
    }
}
