using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>The result of comparing two circuits.</summary>
public abstract record EquivalenceResult
{
    private protected EquivalenceResult() { }
}

/// <summary>The circuits are equal.</summary>
/// <param name="Phase">The second circuit is the first times e^(i phase). If they measure, phases have no meaning, and it is 0.</param>
public sealed record Equivalent(Angle Phase) : EquivalenceResult;

/// <summary>The circuits differ.</summary>
/// <param name="Counterexample">A state from which they produce different states.</param>
public sealed record NotEquivalent(string Counterexample) : EquivalenceResult;

/// <summary>It is unknown whether the circuits differ.</summary>
public sealed record EquivalenceUnknown(string Reason) : EquivalenceResult;

/// <summary>Compares circuits exactly, up to a global phase.</summary>
/// <remarks>
/// One circuit and the inverse of the other are composed to a sum over paths (<see cref="PathSum"/>), which must reduce to the identity. If
/// its rules do not suffice, single states are searched for a difference, and small circuits are compared state by state, also exactly. The
/// result "equivalent" never comes from samples.
/// </remarks>
public static class CircuitEquivalence
{
    /// <summary>The number of monomials to process before a comparison is given up; some ten million take a second.</summary>
    public const long DefaultBudget = 300_000_000;

    private const int MaxExactQubits = 10;
    private const long MaxExactWork = 2_000_000, MaxSearchWork = 50_000_000;

    /// <summary>Compares two circuits.</summary>
    /// <remarks>
    /// Circuits that measure, reset or branch are equivalent if they do so at the same places and the gates between are equivalent;
    /// otherwise the result is unknown. Gates on other qubits may come before or after these operations. Barriers do nothing.
    /// </remarks>
    public static EquivalenceResult Compare(Circuit first, Circuit second, long budget = DefaultBudget)
        => Compare(first, second, budget, null);

    /// <summary>
    /// Compares two circuits, with an additional proof for parts that consist of gates only; <paramref name="other"/> returns null if it
    /// has none.
    /// </summary>
    public static EquivalenceResult Compare(
        Circuit first, Circuit second, long budget, Func<IReadOnlyList<ElementaryGate>, IReadOnlyList<ElementaryGate>, Equivalent?>? other)
    {
        if (first.QubitCount != second.QubitCount)
            return new NotEquivalent("One has " + Text(first.QubitCount) + " qubits, the other " + Text(second.QubitCount) + ".");
        if (!first.CanExpand || !second.CanExpand) return new EquivalenceUnknown("The gates consist of too many steps.");
        try
        {
            return Compare(first.Operations, second.Operations, first.QubitCount, budget, other);
        }
        catch (NotSupportedException e)
        {
            return new EquivalenceUnknown(e.Message);
        }
    }

    private static EquivalenceResult Compare(
        EquatableArray<CircuitOperation> first, EquatableArray<CircuitOperation> second, int qubits, long budget,
        Func<IReadOnlyList<ElementaryGate>, IReadOnlyList<ElementaryGate>, Equivalent?>? proof)
    {
        List<CircuitOperation> left = [.. first.Where(o => o is not BarrierOperation)],
            right = [.. second.Where(o => o is not BarrierOperation)];
        var phase = Angle.Zero;
        bool isUnitary = true;
        int i = 0, j = 0;
        // The gates by which the first circuit is ahead of the second, on qubits that since then only gates have touched.
        List<ElementaryGate> ahead = [];
        while (true)
        {
            List<ElementaryGate> gates = [.. ahead, .. Gates(left, ref i)], other = Gates(right, ref j);
            var result = proof?.Invoke(gates, other) ?? CompareGates(gates, other, qubits, budget);
            ahead = [];
            if (result is Equivalent { Phase: var turn }) phase += turn;
            else if (i < left.Count && j < right.Count
                && IsIdle([.. Enumerable.Reverse(other).Select(s => s.Inverse), .. gates],
                [.. left[i].Qubits.Concat(right[j].Qubits).Distinct()], qubits, budget))
                ahead = [.. Enumerable.Reverse(other).Select(s => s.Inverse), .. gates];
            else
            {
                // Different gates could still have the same effect together with the operations around them.
                return isUnitary && i == left.Count && j == right.Count || result is EquivalenceUnknown ? result
                    : new EquivalenceUnknown(
                        "The gates before a measurement, reset or condition differ: " + ((NotEquivalent)result).Counterexample);
            }

            if (i == left.Count && j == right.Count) return new Equivalent(isUnitary ? phase.Modulo2Pi : Angle.Zero);
            if (i == left.Count || j == right.Count)
                return new EquivalenceUnknown("They do not measure, reset or decide at the same places.");
            isUnitary = false;
            var (a, b) = (left[i++], right[j++]);
            switch (a, b)
            {
                case (IfOperation x, IfOperation y) when x.Condition.Equals(y.Condition):
                    if (Compare(x.Then, y.Then, qubits, budget, proof) is not Equivalent and var then) return Inside(then);
                    if (Compare(x.Else, y.Else, qubits, budget, proof) is not Equivalent and var otherwise) return Inside(otherwise);
                    break;
                case (WhileOperation x, WhileOperation y) when x.Condition.Equals(y.Condition):
                    if (Compare(x.Body, y.Body, qubits, budget, proof) is not Equivalent and var body) return Inside(body);
                    break;
                case (MeasureOperation or ResetOperation or AssignOperation, _) when a.Equals(b):
                    break;
                default:
                    return new EquivalenceUnknown(
                        "They do not measure, reset or decide at the same places: one has '" + a + "', the other '" + b + "'.");
            }
        }

        static EquivalenceResult Inside(EquivalenceResult result)
            => result is NotEquivalent { Counterexample: var text }
                ? new EquivalenceUnknown("What depends on a condition differs: " + text) : result;
    }

    // True if gates do nothing to some qubits, that is, if they commute with all Paulis there. Then operations on these qubits can be moved
    // before the gates.
    private static bool IsIdle(List<ElementaryGate> gates, List<Qubit> on, int qubits, long budget)
    {
        const int MostQubits = 64;
        const long MostWork = 3_000_000;
        return on.Count <= MostQubits
            && on.All(q => new[] { new ElementaryGate(ElementaryGateKind.Flip, [q.Index], Angle.Zero),
            new ElementaryGate(ElementaryGateKind.Phase, [q.Index], Angle.Pi) }
            .All(pauli => CompareGates(
                [.. gates, pauli], [pauli, .. gates], qubits, Math.Min(budget, MostWork)) is Equivalent { Phase.IsZero: true }));
    }

    private static List<ElementaryGate> Gates(List<CircuitOperation> operations, ref int position)
    {
        var steps = new List<ElementaryGate>();
        for (; position < operations.Count && operations[position] is GateOperation gate; position++)
            gate.Gate.Expand(gate.Angles, [.. gate.Qubits.Select(q => q.Index)], steps);
        return steps;
    }

    private static EquivalenceResult CompareGates(List<ElementaryGate> first, List<ElementaryGate> second, int qubits, long budget)
    {
        var sum = new PathSum(qubits, budget);
        foreach (var step in first) sum.Apply(step);
        for (int i = second.Count - 1; i >= 0; i--) sum.Apply(second[i].Inverse);
        sum.Reduce();
        if (sum.PathVariables == 0) sum.Settle();
        if (!sum.IsExhausted && sum.PathVariables == 0)
        {
            // The first circuit equals the second times this phase.
            if (sum.MovedState() is { } moved) return new NotEquivalent("From " + Ket(moved, qubits) + " they make different states.");
            return sum.TurnedState() is { } turned
                ? new NotEquivalent(
                "They turn the phases of " + Ket([], qubits) + " and " + Ket(turned, qubits) + " by different angles against each other.")
                : new Equivalent((-sum.GlobalPhase).Modulo2Pi);
        }

        if (!sum.IsExhausted && FindDifference(sum, qubits) is { } different) return different;
        if (qubits <= MaxExactQubits && (long)(first.Count + second.Count) << 2 * qubits <= MaxExactWork)
            return CompareColumns(first, second, qubits);
        return new EquivalenceUnknown(
            sum.IsExhausted ? "The comparison grew too large."
            : "The rules for sums over paths do not decide it: " + Text(sum.PathVariables) + " path variables are left.");
    }

    // The identity returns every basis state with the same phase. A large deviation is not a rounding error.
    private static NotEquivalent? FindDifference(PathSum sum, int qubits)
    {
        Complex? first = null;
        long cost = 0;
        foreach (var state in sum.LikelyStates())
        {
            if (sum.AmplitudeCost > MaxSearchWork || (cost += sum.AmplitudeCost) > MaxSearchWork) return null;
            var amplitude = sum.Amplitude(state);
            int[] ones = [.. state.OrderBy(q => q)];
            if (amplitude.Magnitude < 1 - 1e-6) return new NotEquivalent("From " + Ket(ones, qubits) + " they make different states.");
            if (first is { } other && (amplitude - other).Magnitude > 1e-6)
                return new NotEquivalent(
                    "They turn the phases of " + Ket([], qubits) + " and " + Ket(ones, qubits)
                    + " by different angles against each other.");
            first ??= amplitude;
        }

        return null;
    }

    // Column by column: the first circuit followed by the inverse of the second must return every basis state with the same phase.
    private static EquivalenceResult CompareColumns(List<ElementaryGate> first, List<ElementaryGate> second, int qubits)
    {
        ExactNumber? phase = null;
        for (ulong basis = 0; basis < 1ul << qubits; basis++)
        {
            var state = new ExactState(basis);
            foreach (var step in first) state.Apply(step);
            for (int i = second.Count - 1; i >= 0; i--) state.Apply(second[i].Inverse);
            string ket = Ket([.. Enumerable.Range(0, qubits).Where(q => (basis >> q & 1) == 1)], qubits);
            if (state.Amplitudes.Any(a => a.Key != basis && !a.Value.IsZero))
                return new NotEquivalent("From " + ket + " they make different states.");
            phase ??= state[basis];
            if (!(state[basis] - phase).IsZero)
                return new NotEquivalent(
                    "They turn the phases of " + Ket([], qubits) + " and " + ket + " by different angles against each other.");
        }

        // A number of absolute value 1 is positive in the direction of one of its terms, or in the opposite direction.
        var turn = phase!.Terms.SelectMany(t => new[] { t.Angle, t.Angle + Angle.Pi }).FirstOrDefault(
            a => (phase - ExactNumber.Direction(a)).IsZero);
        return turn is null
            ? new EquivalenceUnknown("The circuits are equal up to a phase that is no sum of their angles.")
            : new Equivalent((-turn).Modulo2Pi);
    }

    // The first qubit is written first; if there are many, only those that are 1 are listed.
    private static string Ket(int[] ones, int qubits)
        => qubits <= 32 ? "|" + string.Concat(Enumerable.Range(0, qubits).Select(q => ones.Contains(q) ? '1' : '0')) + ">"
            : "the basis state in which "
                + (ones.Length == 0 ? "no qubit is 1" : "only " + string.Join(", ", ones.Select(q => "q[" + Text(q) + "]")) + " are 1");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
