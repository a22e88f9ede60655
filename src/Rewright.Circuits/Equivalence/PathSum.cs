using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum;

/// <summary>
/// A unitary as a sum over paths: |x> becomes the sum over y of e^(i P(x, y)) |f(x, y)> times a power of 1/sqrt(2), where the f are
/// polynomials modulo 2.
/// </summary>
/// <remarks>
/// M. Amy, "Towards Large-scale Functional Verification of Universal Quantum Circuits" (QPL 2018): gates are composed symbolically, and
/// three rules remove path variables (called [Elim], [omega] and [HH] there). Differences: coefficients that are pi times a fraction with a
/// power of two as denominator are exact integers modulo 2^64 (which is 2 pi). All other angles stay with the polynomial that they
/// multiply, because they need not be expanded. While gates are added, a variable is removed only if something linear replaces it, so that
/// a circuit followed by the inverse of a similar one reduces from the middle without growing.
/// </remarks>
internal sealed class PathSum
{
    private const ulong Pi = 1ul << 63, HalfPi = 1ul << 62, QuarterPi = 1ul << 61;
    private const int MaxEagerTerms = 200;

    private readonly int _inputs;
    private readonly BooleanPolynomial[] _outputs;

    // The coefficients of the phase, none of them 0, and for each variable the monomials that contain it.
    private readonly Dictionary<Monomial, ulong> _phase = [];
    private readonly List<HashSet<Monomial>> _monomials = [];

    // The number of those monomials whose coefficient is not pi, and of the variable's uses in outputs and other angles.
    private readonly List<int> _notPi = [];
    private readonly List<int> _uses = [];
    private readonly Dictionary<BooleanPolynomial, Angle> _otherAngles = [];
    private readonly SortedSet<int> _alive = [];
    private readonly SortedSet<int> _changed = [];
    private long _budget;
    private int _roots;
    private ulong _constant;
    private Angle _otherConstant = Angle.Zero;

    public PathSum(int qubits, long budget)
    {
        (_inputs, _budget) = (qubits, budget);
        _outputs = new BooleanPolynomial[qubits];
        for (int i = 0; i < qubits; i++)
        {
            NewVariable();
            _outputs[i] = BooleanPolynomial.Of(i);
            _uses[i]++;
        }
    }

    /// <summary>True if the budget is exhausted; then the sum decides nothing.</summary>
    public bool IsExhausted => _budget < 0;

    /// <summary>The number of remaining path variables.</summary>
    public int PathVariables => _alive.Count;

    /// <summary>The angle by which all states are turned.</summary>
    public Angle GlobalPhase => (Angle.OfPi(new Rational(_constant, BigInteger.Pow(2, 63))) + _otherConstant).Modulo2Pi;

    public void Apply(ElementaryGate step)
    {
        if (IsExhausted) return;
        switch (step.Kind)
        {
            case ElementaryGateKind.Phase:
                if (!step.Angle.IsZero) Turn(step.Angle, Product(step.Qubits, step.Qubits.Length));
                break;
            case ElementaryGateKind.Flip:
                SetOutput(step.Target, _outputs[step.Target].Plus(Product(step.Qubits, step.Qubits.Length - 1)));
                break;
            default:
                int path = NewVariable();
                _alive.Add(path);
                _roots++;
                var variable = Monomial.Of(path);
                foreach (var term in _outputs[step.Target].Terms) AddPhase(term.Times(variable), Pi);
                SetOutput(step.Target, BooleanPolynomial.Of(path));
                Reduce(isEager: true);
                break;
        }
    }

    /// <summary>Removes all path variables that the rules can remove.</summary>
    public void Reduce()
    {
        foreach (int variable in _alive) _changed.Add(variable);
        Reduce(isEager: false);
    }

    /// <summary>
    /// Writes all angles as sums of products, a form that is unique for each function of the basis states. Before that, equal phases can
    /// look different.
    /// </summary>
    public void Settle()
    {
        // Linear sums modulo 2 are independent of each other, so they already have a unique form.
        if (_otherAngles.Keys.All(k => k.IsLinear)) return;
        var sums = new Dictionary<Monomial, Angle>();
        foreach (var entry in _otherAngles) Lift(entry.Value, Monomial.One, entry.Key.Terms, 0, sums);
        foreach (var polynomial in _otherAngles.Keys) Use(polynomial, -1);
        _otherAngles.Clear();
        foreach (var entry in sums)
            if (!IsExhausted) Turn(entry.Value.Modulo2Pi, BooleanPolynomial.Of([entry.Key]));
    }

    /// <summary>A basis state that changes; null if none does. Requires that no path variables remain.</summary>
    public int[]? MovedState()
    {
        for (int i = 0; i < _inputs; i++)
        {
            var difference = _outputs[i].Plus(BooleanPolynomial.Of(i));
            // A term of least degree is 1 on the basis state with exactly its variables set, where no other term is.
            if (!difference.IsZero) return difference.Terms[0].Variables;
        }

        return null;
    }

    /// <summary>
    /// A basis state that is turned by another angle than the all-zero state; null if there is none. Requires that no path variables
    /// remain.
    /// </summary>
    public int[]? TurnedState()
    {
        if (_phase.Count > 0) return _phase.Keys.Min()!.Variables;
        return _otherAngles.Count > 0 ? _otherAngles.Keys.SelectMany(k => k.Terms).Min()!.Variables : null;
    }

    /// <summary>Basis states (the sets of qubits that are 1) that are likely to show a difference from the identity.</summary>
    public IEnumerable<HashSet<int>> LikelyStates()
    {
        yield return [];
        var seen = new HashSet<string>();
        foreach (var monomial in _outputs.SelectMany(o => o.Terms).Concat(_otherAngles.Keys.SelectMany(k => k.Terms)).Concat(
            _phase.Keys).Where(m => m.Degree > 0).Take(2000))
        {
            var state = new HashSet<int>(monomial.Variables.Where(v => v < _inputs));
            if (state.Count > 0 && seen.Add(string.Join(",", state))) yield return state;
        }

        // Any seed will do, as long as it is always the same.
        uint random = 2463534242;
        for (int attempt = 0; attempt < 100; attempt++)
        {
            var state = new HashSet<int>();
            for (int q = 0; q < _inputs; q++)
            {
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                if ((random & 1) != 0) state.Add(q);
            }

            yield return state;
        }
    }

    /// <summary>The cost of computing an amplitude, at most <see cref="long.MaxValue"/>.</summary>
    public long AmplitudeCost
        => _alive.Count > 40
        ? long.MaxValue : (1L << _alive.Count) * (
        1 + _phase.Count + _outputs.Sum(o => o.Terms.Length) + _otherAngles.Keys.Sum(k => k.Terms.Length));

    /// <summary>
    /// The amplitude of a basis state in its own image: of absolute value 1 for the identity. Each variable in an angle stands for some
    /// fixed number.
    /// </summary>
    public Complex Amplitude(HashSet<int> ones)
    {
        var paths = _alive.ToList();
        var values = new bool[_monomials.Count];
        foreach (int q in ones) values[q] = true;
        bool Odd(BooleanPolynomial polynomial) => polynomial.Terms.Count(t => t.Variables.All(v => values[v])) % 2 == 1;
        var angles = _otherAngles.Select(
            a => (a.Key, Radians: a.Value.Substitute(
            n => Angle.OfPi(new Rational(n.Aggregate(7, (h, c) => unchecked(h * 31 + c)) & 1023, 1021))).ToRadians())).ToList();
        var sum = Complex.Zero;
        for (long path = 0; path < 1L << paths.Count; path++)
        {
            for (int i = 0; i < paths.Count; i++) values[paths[i]] = (path >> i & 1) != 0;
            bool isSame = true;
            for (int q = 0; q < _inputs && isSame; q++) isSame = Odd(_outputs[q]) == values[q];
            if (!isSame) continue;
            ulong whole = 0;
            foreach (var term in _phase)
                if (term.Key.Variables.All(v => values[v])) whole = unchecked(whole + term.Value);
            sum += Complex.FromPolarCoordinates(1, whole * (Math.PI / Pi) + angles.Sum(a => Odd(a.Key) ? a.Radians : 0));
        }

        return sum * Math.Pow(0.5, _roots / 2.0);
    }

    private int NewVariable()
    {
        _monomials.Add([]);
        _notPi.Add(0);
        _uses.Add(0);
        return _monomials.Count - 1;
    }

    private BooleanPolynomial Product(ImmutableArray<int> qubits, int count)
    {
        var product = BooleanPolynomial.One;
        for (int i = 0; i < count && !IsExhausted; i++)
        {
            _budget -= (long)product.Terms.Length * _outputs[qubits[i]].Terms.Length;
            if (!IsExhausted) product = product.Times(_outputs[qubits[i]]);
        }

        return product;
    }

    private void SetOutput(int qubit, BooleanPolynomial value)
    {
        Use(_outputs[qubit], -1);
        Use(value, 1);
        _outputs[qubit] = value;
    }

    private void Use(BooleanPolynomial polynomial, int change)
    {
        _budget -= polynomial.Terms.Length;
        foreach (var term in polynomial.Terms)
        {
            foreach (int v in term.Variables)
                if ((_uses[v] += change) == 0 && v >= _inputs) _changed.Add(v);
        }
    }

    private void Turn(Angle angle, BooleanPolynomial polynomial)
    {
        if (polynomial.IsZero) return;
        var (whole, other) = Split(angle);
        Lift(whole, Monomial.One, polynomial.Terms, 0);
        if (!other.IsZero) TurnOther(other, polynomial);
    }

    private void TurnOther(Angle angle, BooleanPolynomial polynomial)
    {
        if (polynomial.IsNegated)
        {
            // The negation of f is 1 - f.
            _otherConstant = (_otherConstant + angle).Modulo2Pi;
            angle = -angle;
            polynomial = polynomial.Plus(BooleanPolynomial.One);
            if (polynomial.IsZero) return;
        }

        if (_otherAngles.TryGetValue(polynomial, out var known))
        {
            angle += known;
            _otherAngles.Remove(polynomial);
            Use(polynomial, -1);
        }

        var (whole, other) = Split(angle.Modulo2Pi);
        if (!other.IsZero)
        {
            _otherAngles.Add(polynomial, other);
            Use(polynomial, 1);
        }

        Lift(whole, Monomial.One, polynomial.Terms, 0);
    }

    private static (ulong Whole, Angle Other) Split(Angle angle)
    {
        var multiple = angle.PiMultiple;
        // Coefficients count units of pi / 2^63, so angles with larger denominators than 2^62 stay exact angles.
        if (!multiple.Denominator.IsPowerOfTwo || multiple.Denominator > BigInteger.Pow(2, 62)) return (0, angle);
        var units = multiple.Modulo(2) * new Rational(BigInteger.Pow(2, 63), 1);
        return ((ulong)units.Numerator, angle - Angle.OfPi(multiple));
    }

    // Adds coefficient * factor * (the sum modulo 2 of terms), by the identity m1 (+) m2 = m1 + m2 - 2 m1 m2. A product with enough factors
    // of 2 is a multiple of 2 pi and vanishes.
    private void Lift(ulong coefficient, Monomial factor, Monomial[] terms, int first)
    {
        if (coefficient == 0) return;
        for (int i = first; i < terms.Length && !IsExhausted; i++)
        {
            var product = factor.Times(terms[i]);
            AddPhase(product, coefficient);
            Lift(unchecked(coefficient * (ulong)-2L), product, terms, i + 1);
        }
    }

    private void Lift(Angle angle, Monomial factor, Monomial[] terms, int first, Dictionary<Monomial, Angle> sums)
    {
        for (int i = first; i < terms.Length && !IsExhausted; i++)
        {
            _budget -= 10;
            var product = factor.Times(terms[i]);
            sums[product] = sums.TryGetValue(product, out var known) ? known + angle : angle;
            Lift(angle * -2, product, terms, i + 1, sums);
        }
    }

    private void AddPhase(Monomial monomial, ulong coefficient)
    {
        _budget--;
        if (monomial.Degree == 0)
        {
            _constant = unchecked(_constant + coefficient);
            return;
        }

        _phase.TryGetValue(monomial, out ulong before);
        ulong after = unchecked(before + coefficient);
        if (after == 0) _phase.Remove(monomial);
        else _phase[monomial] = after;
        int notPi = (after is not (0 or Pi) ? 1 : 0) - (before is not (0 or Pi) ? 1 : 0);
        foreach (int v in monomial.Variables)
        {
            if (after == 0) _monomials[v].Remove(monomial);
            else if (before == 0) _monomials[v].Add(monomial);
            _notPi[v] += notPi;
            if (v >= _inputs && _notPi[v] <= 1) _changed.Add(v);
        }
    }

    private void Reduce(bool isEager)
    {
        while (_changed.Count > 0 && !IsExhausted)
        {
            if (isEager)
            {
                int variable = _changed.Max;
                _changed.Remove(variable);
                Remove(variable, isEager: true);
                continue;
            }

            // The smallest candidate first, because substitution makes other polynomials grow.
            var (best, _) = _changed.Select(v => (v, Size: Candidate(v) ? _monomials[v].Count : int.MaxValue)).OrderBy(c => c.Size).First();
            if (!Candidate(best))
            {
                _changed.Clear();
                return;
            }

            _changed.Remove(best);
            if (!Remove(best, isEager: false)) continue;
            foreach (int v in _alive) _changed.Add(v);
        }
    }

    private bool Candidate(int y)
        => _alive.Contains(y) && _uses[y] == 0
            && (_notPi[y] == 0 || _notPi[y] == 1 && _phase.TryGetValue(Monomial.Of(y), out ulong own) && own is HalfPi or HalfPi + Pi);

    private bool Remove(int y, bool isEager)
    {
        if (!Candidate(y)) return false;
        var single = Monomial.Of(y);
        if (_notPi[y] == 1)
        {
            // The sum over y of i^y (-1)^(y Q) is sqrt(2) e^(i pi/4) (-i)^Q.
            var rest = BooleanPolynomial.Of(_monomials[y].Where(m => m.Degree > 1).Select(m => m.Without(y)));
            if (isEager && !(rest.IsLinear && rest.Terms.Length <= MaxEagerTerms)) return false;
            ulong turn = _phase[single];
            Drop(y);
            _roots--;
            _constant = unchecked(_constant + (turn == HalfPi ? QuarterPi : 0 - QuarterPi));
            Lift(0 - turn, Monomial.One, rest.Terms, 0);
            return true;
        }

        if (_monomials[y].Count == 0)
        {
            Drop(y);
            _roots -= 2;
            return true;
        }

        // The sum over y of (-1)^(y Q) is 2 if Q is 0, and 0 otherwise. So a variable of Q can be replaced by the value that makes Q zero.
        var zero = BooleanPolynomial.Of(_monomials[y].Select(m => m.Without(y)));
        if (isEager && !(zero.IsLinear && zero.Terms.Length <= MaxEagerTerms)) return false;
        int chosen = -1;
        long cost = long.MaxValue;
        foreach (var term in zero.Terms)
        {
            if (term.Degree != 1 || term.Variables[0] < _inputs) continue;
            int z = term.Variables[0];
            if (!zero.IsLinear && zero.Terms.Count(t => t.Contains(z)) > 1) continue;
            long c = _monomials[z].Count + _uses[z];
            if (c < cost) (chosen, cost) = (z, c);
        }

        if (chosen < 0) return false;
        Drop(y);
        _roots -= 2;
        Substitute(chosen, zero.Plus(BooleanPolynomial.Of(chosen)));
        return true;
    }

    private void Drop(int variable)
    {
        foreach (var monomial in _monomials[variable].ToList()) AddPhase(monomial, unchecked(0 - _phase[monomial]));
        _alive.Remove(variable);
        _changed.Remove(variable);
    }

    private void Substitute(int variable, BooleanPolynomial value)
    {
        foreach (var (monomial, coefficient) in _monomials[variable].Select(m => (m, _phase[m])).ToList())
        {
            AddPhase(monomial, unchecked(0 - coefficient));
            Lift(coefficient, monomial.Without(variable), value.Terms, 0);
        }

        if (_uses[variable] > 0)
        {
            for (int i = 0; i < _outputs.Length && !IsExhausted; i++)
                if (_outputs[i].Terms.Any(t => t.Contains(variable))) SetOutput(i, Substituted(_outputs[i]));
            foreach (var (polynomial, angle) in _otherAngles.Where(a => a.Key.Terms.Any(t => t.Contains(variable))).Select(
                a => (a.Key, a.Value)).ToList())
            {
                if (IsExhausted) break;
                _otherAngles.Remove(polynomial);
                Use(polynomial, -1);
                var next = Substituted(polynomial);
                if (!next.IsZero) TurnOther(angle, next);
            }
        }

        _alive.Remove(variable);
        _changed.Remove(variable);

        BooleanPolynomial Substituted(BooleanPolynomial polynomial)
        {
            _budget -= (long)polynomial.Terms.Length * value.Terms.Length;
            return IsExhausted ? polynomial : polynomial.Substitute(variable, value);
        }
    }
}
