using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>What came of comparing two circuits.</summary>
public abstract record EquivalenceResult
{
    private protected EquivalenceResult() { }
}

/// <summary>They do the same.</summary>
/// <param name="Phase">The second is the first times e^(i phase); where they measure, phases mean nothing, and it is 0.</param>
public sealed record Equivalent(Angle Phase) : EquivalenceResult;

/// <summary>They differ.</summary>
/// <param name="Counterexample">A state of which they make different things.</param>
public sealed record NotEquivalent(string Counterexample) : EquivalenceResult;

/// <summary>It is not known whether they differ.</summary>
public sealed record EquivalenceUnknown(string Reason) : EquivalenceResult;

/// <summary>Compares circuits exactly, up to a global phase.</summary>
/// <remarks>
/// One circuit and the inverse of the other are composed as a sum over paths (<see cref="PathSum"/>), which has to come down to the
/// identity. Where its rules do not suffice, a difference is looked for in single states, and small circuits are compared state by state,
/// exactly too. "Equivalent" is never the outcome of a sample.
/// </remarks>
public static class CircuitEquivalence
{
    /// <summary>How many monomials are handled before a comparison is given up; some ten million a second.</summary>
    public const long DefaultBudget = 300_000_000;

    private const int MaxExactQubits = 10;
    private const long MaxExactWork = 2_000_000, MaxSearchWork = 50_000_000;

    /// <summary>Compares two circuits.</summary>
    /// <remarks>
    /// Circuits that measure, reset or decide are equivalent if they do that at the same places, and the gates between are; where that
    /// is not so, it is not known whether they are. Gates on other qubits than those may come before or after. Barriers do nothing.
    /// </remarks>
    public static EquivalenceResult Compare(Circuit first, Circuit second, long budget = DefaultBudget)
        => Compare(first, second, budget, null);

    /// <summary>
    /// As above, where another proof may have been found for gates that only gates stand between; null from <paramref name="other"/> for
    /// none.
    /// </summary>
    public static EquivalenceResult Compare(
        Circuit first, Circuit second, long budget, Func<IReadOnlyList<Primitive>, IReadOnlyList<Primitive>, Equivalent?>? other)
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
        Func<IReadOnlyList<Primitive>, IReadOnlyList<Primitive>, Equivalent?>? proof)
    {
        List<CircuitOperation> left = [.. first.Where(o => o is not BarrierOperation)],
            right = [.. second.Where(o => o is not BarrierOperation)];
        var phase = Angle.Zero;
        bool isUnitary = true;
        int i = 0, j = 0;
        // What the first circuit did more than the second, on qubits that nothing but gates has touched since.
        List<Primitive> ahead = [];
        while (true)
        {
            List<Primitive> gates = [.. ahead, .. Gates(left, ref i)], other = Gates(right, ref j);
            var result = proof?.Invoke(gates, other) ?? CompareGates(gates, other, qubits, budget);
            ahead = [];
            if (result is Equivalent { Phase: var turn }) phase += turn;
            else if (i < left.Count && j < right.Count
                && IsIdle([.. Enumerable.Reverse(other).Select(s => s.Inverse), .. gates],
                [.. left[i].Qubits.Concat(right[j].Qubits).Distinct()], qubits, budget))
                ahead = [.. Enumerable.Reverse(other).Select(s => s.Inverse), .. gates];
            else
            {
                // With other operations around, gates that differ could still come to the same.
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

    // Whether gates do nothing to some qubits: whether they commute with all Paulis there. Then what happens to these may as well come
    // before.
    private static bool IsIdle(List<Primitive> gates, List<Qubit> on, int qubits, long budget)
    {
        const int MostQubits = 64;
        const long MostWork = 3_000_000;
        return on.Count <= MostQubits
            && on.All(q => new[] { new Primitive(PrimitiveKind.Flip, [q.Index], Angle.Zero),
            new Primitive(PrimitiveKind.Phase, [q.Index], Angle.Pi) }
            .All(pauli => CompareGates(
                [.. gates, pauli], [pauli, .. gates], qubits, Math.Min(budget, MostWork)) is Equivalent { Phase.IsZero: true }));
    }

    private static List<Primitive> Gates(List<CircuitOperation> operations, ref int position)
    {
        var steps = new List<Primitive>();
        for (; position < operations.Count && operations[position] is GateOperation gate; position++)
            gate.Gate.Expand(gate.Angles, [.. gate.Qubits.Select(q => q.Index)], steps);
        return steps;
    }

    private static EquivalenceResult CompareGates(List<Primitive> first, List<Primitive> second, int qubits, long budget)
    {
        var sum = new PathSum(qubits, budget);
        foreach (var step in first) sum.Apply(step);
        for (int i = second.Count - 1; i >= 0; i--) sum.Apply(second[i].Inverse);
        sum.Reduce();
        if (sum.PathVariables == 0) sum.Settle();
        if (!sum.IsExhausted && sum.PathVariables == 0)
        {
            // The first circuit came out as this phase times the second.
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

    // The identity gives each basis state back, all with one phase; far from that is no matter of rounding.
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

    // Column by column: the first followed by the inverse of the second has to give each basis state back, all with one phase.
    private static EquivalenceResult CompareColumns(List<Primitive> first, List<Primitive> second, int qubits)
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

        // A number of size 1 is positive in the direction of one of its terms, or in the opposite one.
        var turn = phase!.Terms.SelectMany(t => new[] { t.Angle, t.Angle + Angle.Pi }).FirstOrDefault(
            a => (phase - ExactNumber.Direction(a)).IsZero);
        return turn is null
            ? new EquivalenceUnknown("The circuits are equal up to a phase that is no sum of their angles.")
            : new Equivalent((-turn).Modulo2Pi);
    }

    // The first qubit is written first; of many, those that are 1.
    private static string Ket(int[] ones, int qubits)
        => qubits <= 32 ? "|" + string.Concat(Enumerable.Range(0, qubits).Select(q => ones.Contains(q) ? '1' : '0')) + ">"
            : "the basis state in which "
                + (ones.Length == 0 ? "no qubit is 1" : "only " + string.Join(", ", ones.Select(q => "q[" + Text(q) + "]")) + " are 1");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
