using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rewright.Analysis.Termination;

/// <summary>
/// Encodes formulas and small numbers as clauses (Tseitin, On the complexity of derivation in propositional calculus, 1968). Equal gates
/// are shared.
/// </summary>
/// <remarks>A formula is a literal of the solver. A number is a list of bits, lowest first.</remarks>
internal sealed class BooleanCircuit
{
    private readonly SatSolver _solver = new();
    private readonly Dictionary<(int, int), int> _conjunctions = [], _exclusive = [];

    public BooleanCircuit()
    {
        True = _solver.NewVariable();
        _solver.Add(True);
    }

    /// <summary>The formula that always holds; its negative never does.</summary>
    public int True { get; }

    /// <summary>The number of clauses, which measures the cost of solving.</summary>
    public int Size => _solver.ClauseCount;

    /// <summary>A new formula without constraints.</summary>
    public int Free() => _solver.NewVariable();

    /// <summary>A new number of this many bits without constraints.</summary>
    public int[] FreeNumber(int bits) => [.. Enumerable.Range(0, bits).Select(_ => Free())];

    /// <summary>States that one of the formulas holds.</summary>
    public void Require(params int[] any) => _solver.Add(any);

    /// <summary>See <see cref="SatSolver.Solve"/>.</summary>
    public bool? Solve(int maxConflicts, CancellationToken cancellation) => _solver.Solve(maxConflicts, cancellation);

    /// <summary>True if a formula holds in the solution.</summary>
    public bool Holds(int formula) => _solver.IsTrue(formula);

    public int And(int x, int y)
    {
        if (x == -True || y == -True || x == -y) return -True;
        if (x == True || x == y) return y;
        if (y == True) return x;
        if (x > y) (x, y) = (y, x);
        if (_conjunctions.TryGetValue((x, y), out int known)) return known;
        int gate = _solver.NewVariable();
        _solver.Add(-gate, x);
        _solver.Add(-gate, y);
        _solver.Add(gate, -x, -y);
        return _conjunctions[(x, y)] = gate;
    }

    public int Or(int x, int y) => -And(-x, -y);

    public int And(IEnumerable<int> all)
    {
        int result = True;
        foreach (int one in all) result = And(result, one);
        return result;
    }

    public int Or(IEnumerable<int> any)
    {
        int result = -True;
        foreach (int one in any) result = Or(result, one);
        return result;
    }

    public int Implies(int x, int y) => Or(-x, y);

    private int Xor(int x, int y)
    {
        if (x == True) return -y;
        if (x == -True) return y;
        if (y == True) return -x;
        if (y == -True) return x;
        if (x == y) return -True;
        if (x == -y) return True;
        bool isNegated = x < 0 != y < 0;
        (x, y) = (System.Math.Abs(x), System.Math.Abs(y));
        if (x > y) (x, y) = (y, x);
        if (!_exclusive.TryGetValue((x, y), out int gate))
        {
            gate = _solver.NewVariable();
            _solver.Add(-gate, x, y);
            _solver.Add(-gate, -x, -y);
            _solver.Add(gate, -x, y);
            _solver.Add(gate, x, -y);
            _exclusive.Add((x, y), gate);
        }

        return isNegated ? -gate : gate;
    }

    /// <summary>The number if the formula holds, otherwise 0.</summary>
    public int[] Where(int formula, int[] number) => Trim([.. number.Select(b => And(b, formula))]);

    public int[] Sum(int[] x, int[] y)
    {
        var sum = new List<int>();
        int carry = -True;
        for (int i = 0; i < x.Length || i < y.Length; i++)
        {
            int a = i < x.Length ? x[i] : -True, b = i < y.Length ? y[i] : -True;
            int half = Xor(a, b);
            sum.Add(Xor(half, carry));
            carry = Or(And(a, b), And(half, carry));
        }

        sum.Add(carry);
        return Trim(sum);
    }

    public int[] Product(int[] x, int[] y)
    {
        int[] product = [];
        for (int i = 0; i < x.Length; i++) product = Sum(product, [.. Enumerable.Repeat(-True, i), .. Where(x[i], y)]);
        return product;
    }

    /// <summary>Holds if x > y, or if x >= y.</summary>
    public int Greater(int[] x, int[] y, bool orEqual)
    {
        int result = orEqual ? True : -True;
        for (int i = 0; i < x.Length || i < y.Length; i++)
        {
            int a = i < x.Length ? x[i] : -True, b = i < y.Length ? y[i] : -True;
            // A higher bit decides unless the two bits are equal.
            result = Or(And(a, -b), And(Or(a, -b), result));
        }

        return result;
    }

    private int[] Trim(List<int> bits)
    {
        while (bits.Count > 0 && bits[bits.Count - 1] == -True) bits.RemoveAt(bits.Count - 1);
        return [.. bits];
    }
}
