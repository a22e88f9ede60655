using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum;

/// <summary>A constraint on the angles of a rule: a sum of angles is zero, or a multiple of an angle.</summary>
/// <param name="Sum">The sum.</param>
/// <param name="Modulus">The angle of which the sum must be a multiple; zero if the sum must be zero.</param>
public sealed record AngleConstraint(Angle Sum, Angle Modulus);

/// <summary>The result of trying to prove a rule.</summary>
public abstract record ProofResult
{
    private protected ProofResult() { }
}

/// <summary>The rule holds.</summary>
/// <param name="Phase">The source is the target times e^(i phase), for all angles.</param>
public sealed record Proved(Angle Phase) : ProofResult;

/// <summary>The rule claims to hold exactly, but holds only up to a global phase.</summary>
/// <param name="Phase">The phase, as in <see cref="Proved"/>.</param>
public sealed record ProvedUpToPhase(Angle Phase) : ProofResult;

/// <summary>The rule is wrong.</summary>
/// <param name="Counterexample">A state, and the results of both sides.</param>
public sealed record Refuted(string Counterexample) : ProofResult;

/// <summary>It is unknown whether the rule holds.</summary>
public sealed record NotProved(string Reason) : ProofResult;

/// <summary>Proves that two circuits have the same unitary for all values of their angles.</summary>
/// <remarks>
/// Both unitaries are computed column by column, exactly, with the angles as unknowns: entries are trigonometric polynomials over
/// cyclotomic numbers (<see cref="ExactNumber"/>). Nothing is sampled. An equation between angles eliminates one of them. If a sum must be
/// a multiple of something, the unknown integer matters only modulo the common period of everything that depends on it, and each of these
/// finitely many cases is proved.
/// </remarks>
public static class RuleProof
{
    /// <summary>The most qubits that a rule can have.</summary>
    public const int MaxQubits = 10;

    private const int MaxSteps = 20_000, MaxCases = 4_096;

    /// <summary>Tries to prove that two circuits are equal.</summary>
    /// <param name="source">The source; gates only.</param>
    /// <param name="target">The target; gates only.</param>
    /// <param name="constraints">The known constraints on the angles.</param>
    /// <param name="holds">Decides whether values of the angles satisfy all conditions of the rule, including those that no proof can use;
    /// null if there are none.</param>
    public static ProofResult Prove(
        Circuit source, Circuit target, IReadOnlyList<AngleConstraint> constraints, Func<Func<string, Angle>, bool>? holds = null)
    {
        int qubits = Math.Max(source.QubitCount, target.QubitCount);
        if (qubits > MaxQubits) return new NotProved("it has " + Text(qubits) + " qubits, and proofs go up to " + Text(MaxQubits));
        List<ElementaryGate> from = source.Expand(), to = target.Expand();
        long work = (long)(from.Count + to.Count) << qubits;
        if (work > MaxSteps)
            return new NotProved(
                "it is too large: the gates of both sides consist of " + Text(from.Count + to.Count) + " steps on " + Text(1 << qubits)
                + " basis states");

        var names = from.Concat(to).SelectMany(s => s.Angle.Symbols).Concat(constraints.SelectMany(c => c.Sum.Symbols)).Distinct().OrderBy(
            n => n, StringComparer.Ordinal).ToList();
        var solution = Solution.Of(constraints);
        if (solution is null) return new NotProved("its conditions are never true, or not sums of angles");
        from = solution.Apply(from);
        to = solution.Apply(to);
        var cases = solution.Cases(from.Concat(to));
        if (cases.Count > MaxCases) return new NotProved("its conditions allow too many cases that differ");

        var columns = Enumerable.Range(0, 1 << qubits).Select(
            basis => (Basis: (ulong)basis, Source: Run(from, (ulong)basis), Target: Run(to, (ulong)basis))).ToList();
        bool IsPhase(Angle phase) => columns.All(c => c.Source.Amplitudes.Keys.Union(c.Target.Amplitudes.Keys).All(row =>
        {
            var difference = c.Source[row] - c.Target[row].Turned(phase);
            return cases.All(values => (
                values.Count == 0 ? difference : difference.Substitute(s => values.TryGetValue(s, out var v) ? v : null)).IsZero);
        }));

        if (IsPhase(Angle.Zero)) return new Proved(Angle.Zero);
        // The entries of one column times the conjugates of the other's are the phase times a positive number. A positive trigonometric
        // polynomial has a constant part. So if the phase is a sum of angles, its variable part occurs among the angles of the product. Its
        // multiple of pi is the direction of a cyclotomic number, guessed from the numeric value. Both are then proved.
        foreach (ulong row in columns[0].Target.Amplitudes.Keys)
        {
            var product = columns[0].Source[row] * columns[0].Target[row].Conjugate;
            foreach (var group in product.Terms.GroupBy(t => t.Angle.Terms).Take(64))
            {
                var order = group.Aggregate(
                    new BigInteger(4), (n, t) => n / BigInteger.GreatestCommonDivisor(
                    n, t.Angle.PiMultiple.Denominator) * t.Angle.PiMultiple.Denominator) * 2;
                var sum = group.Aggregate(
                    Complex.Zero, (z, t) => z
                    + (double)t.Factor * Complex.FromPolarCoordinates(1, t.Angle.PiMultiple.ToDouble() * Math.PI));
                if (order > int.MaxValue || sum.Magnitude < 1e-9) continue;
                var variables = group.First().Angle - Angle.OfPi(group.First().Angle.PiMultiple);
                var phase = variables + Angle.OfPi(new Rational((BigInteger)Math.Round(sum.Phase / Math.PI * (double)order), order));
                if (IsPhase(phase)) return new ProvedUpToPhase(solution.Original(phase).Modulo2Pi);
            }
        }

        return FindCounterexample(columns, solution, cases, names, holds) is { } text ? new Refuted(text)
            : new NotProved("it does not hold for all angles, and its conditions are none that a proof can use (equations between sums of "
                + "angles, and remainders)");
    }

    private static ExactState Run(List<ElementaryGate> steps, ulong basis)
    {
        var state = new ExactState(basis);
        foreach (var step in steps) state.Apply(step);
        return state;
    }

    // Angles that a person can check, and that are unlikely to satisfy an equation by chance.
    private static readonly Rational[] Candidates = [new(1, 3), new(2, 5), new(1, 7), new(3, 11), new(5, 13), new(1, 2), new(1, 4), 1, 0,
        new(4, 3), new(7, 4), new(-1, 3)];

    private static string? FindCounterexample(
        List<(ulong Basis, ExactState Source, ExactState Target)> columns, Solution solution, List<Dictionary<string, Angle>> cases,
        List<string> names, Func<Func<string, Angle>, bool>? holds)
    {
        int qubits = 0;
        while (1 << qubits < columns.Count) qubits++;
        foreach (var values in cases)
        {
            for (int attempt = 0; attempt < Candidates.Length * 8; attempt++)
            {
                int offset = attempt;
                var chosen = new Dictionary<string, Angle>(values);
                foreach (string name in names.Where(n => !solution.Solves(n)))
                    chosen[name] = Angle.OfPi(Candidates[offset++ % Candidates.Length]);
                Angle Value(string name) => solution.Value(name).Substitute(s => chosen.TryGetValue(s, out var v) ? v : Angle.Zero);
                if (holds is not null && !holds(Value)) continue;
                if (Different(columns, chosen, qubits) is not { } different) continue;
                string angles = names.Count == 0 ? "" : "where " + string.Join(", ", names.Select(n => n + " is " + Value(n))) + ", ";
                return angles + different;
            }
        }

        return null;
    }

    private static string? Different(
        List<(ulong Basis, ExactState Source, ExactState Target)> columns, Dictionary<string, Angle> values, int qubits)
    {
        Angle? Value(string name) => values.TryGetValue(name, out var angle) ? angle : null;
        Complex? ratio = null;
        foreach (var (basis, source, target) in columns)
        {
            var left = Numbers(source);
            var right = Numbers(target);
            var largest = left.OrderByDescending(a => a.Value.Magnitude).First();
            var (row, pivot) = (largest.Key, largest.Value);
            var factor = right.TryGetValue(row, out var other) && other.Magnitude > 1e-6 ? pivot / other : (Complex?)null;
            bool same = factor is { } f
                && left.Keys.Union(right.Keys).All(
                k => ((left.TryGetValue(k, out var l) ? l : 0) - f * (right.TryGetValue(k, out var r) ? r : 0)).Magnitude < 1e-6);
            if (!same)
                return "from " + Ket(basis, qubits) + " the source makes " + Sum(left, qubits) + ", the target " + Sum(right, qubits);
            // Each basis state is right up to a phase; the phases must all be the same.
            if (ratio is { } known && (known - factor!.Value).Magnitude > 1e-6)
            {
                return "from " + Ket(columns[0].Basis, qubits) + " the source makes " + Sum(Numbers(columns[0].Source), qubits)
                    + ", the target " + Sum(Numbers(columns[0].Target), qubits)
                    + ", but from " + Ket(basis, qubits) + " they make " + Sum(left, qubits) + " and " + Sum(right, qubits);
            }

            ratio ??= factor;
        }

        return null;

        Dictionary<ulong, Complex> Numbers(ExactState state)
            => state.Amplitudes.Select(a => (a.Key, Value: a.Value.Substitute(Value).ToComplex())).Where(
                a => a.Value.Magnitude > 1e-9).ToDictionary(a => a.Key, a => a.Value);
    }

    // The first qubit is written first.
    private static string Ket(ulong basis, int qubits)
        => "|" + string.Concat(Enumerable.Range(0, qubits).Select(q => (basis >> q & 1) == 1 ? '1' : '0')) + ">";

    private static string Sum(Dictionary<ulong, Complex> state, int qubits)
    {
        string text = string.Join(
            " + ", state.OrderByDescending(a => a.Value.Magnitude).Take(4).OrderBy(a => a.Key).Select(
            a => Number(a.Value) + Ket(a.Key, qubits)));
        return state.Count > 4 ? text + " + ..." : text;
    }

    private static string Number(Complex value)
    {
        double re = Math.Round(value.Real, 4), im = Math.Round(value.Imaginary, 4);
        if (im == 0) return re == 1 ? "" : re == -1 ? "-" : Text(re) + " ";
        if (re == 0) return (im == 1 ? "i" : im == -1 ? "-i" : Text(im) + "i") + " ";
        return "(" + Text(re) + (im < 0 ? " - " : " + ") + Text(Math.Abs(im)) + "i) ";
    }

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The variables that constraints determine, and the integers that they leave open.</summary>
    private sealed class Solution
    {
        // Marks a symbol that stands for pi times an unknown integer.
        private const char IntegerMark = '%';

        private readonly Dictionary<string, Angle> _values = [];
        private readonly Dictionary<string, Angle> _integers = [];

        public static Solution? Of(IReadOnlyList<AngleConstraint> constraints)
        {
            var solution = new Solution();
            foreach (var constraint in constraints)
            {
                var sum = constraint.Sum.Substitute(solution.Known);
                string? name = sum.Symbols.FirstOrDefault(s => s[0] != IntegerMark);
                if (name is null)
                {
                    // Only integers remain, and other constraints have already introduced them.
                    bool holds = sum.IsConstant && (sum.IsZero || !constraint.Modulus.IsZero && (sum % constraint.Modulus).IsZero);
                    if (!holds) return null;
                    continue;
                }

                var rest = sum - Angle.Symbol(name) * sum.FactorOf(name);
                var value = -rest;
                if (!constraint.Modulus.IsZero)
                {
                    if (!constraint.Modulus.IsMultipleOfPi) return null;
                    string integer = IntegerMark + name;
                    value += Angle.Symbol(integer) * constraint.Modulus.PiMultiple;
                    solution._integers.Add(integer, constraint.Sum / constraint.Modulus.PiMultiple);
                }

                value /= sum.FactorOf(name);
                foreach (string known in solution._values.Keys.ToList())
                    solution._values[known] = solution._values[known].Substitute(s => s == name ? value : null);
                solution._values.Add(name, value);
            }

            return solution;
        }

        public bool Solves(string name) => _values.ContainsKey(name);

        public Angle Value(string name) => Known(name) ?? Angle.Symbol(name);

        public List<ElementaryGate> Apply(List<ElementaryGate> steps)
            => _values.Count == 0 ? steps : [.. steps.Select(s => s with { Angle = s.Angle.Substitute(Known) })];

        /// <summary>An angle in terms of the rule's own variables.</summary>
        public Angle Original(Angle angle) => angle.Substitute(s => _integers.TryGetValue(s, out var value) ? value : null);

        /// <summary>The values of the integers (times pi) for which some step may differ.</summary>
        public List<Dictionary<string, Angle>> Cases(IEnumerable<ElementaryGate> steps)
        {
            var cases = new List<Dictionary<string, Angle>> { new() };
            var angles = steps.Select(s => s.Angle).ToList();
            foreach (string integer in _integers.Keys.OrderBy(n => n, StringComparer.Ordinal))
            {
                // e^(i c k pi) has the period 2d in k, where d is the denominator of c.
                var period = angles.Aggregate(BigInteger.One, (n, a) =>
                {
                    var d = 2 * a.FactorOf(integer).Denominator;
                    return a.FactorOf(integer).IsZero ? n : n / BigInteger.GreatestCommonDivisor(n, d) * d;
                });
                if (period * cases.Count > MaxCases) return [.. Enumerable.Repeat(new Dictionary<string, Angle>(), MaxCases + 1)];
                cases = [.. cases.SelectMany(
                    c => Enumerable.Range(0, (int)period).Select(k => new Dictionary<string, Angle>(c) { [integer] = Angle.OfPi(k) }))];
            }

            return cases;
        }

        private Angle? Known(string name) => _values.TryGetValue(name, out var value) ? value : null;
    }
}
