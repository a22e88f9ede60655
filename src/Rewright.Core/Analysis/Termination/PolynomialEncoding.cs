using System.Collections.Generic;
using System.Linq;

namespace Rewright.Analysis.Termination;

/// <summary>
/// Polynomials over the natural numbers (Lankford, On proving term rewriting systems are noetherian, 1979). A solver searches for their
/// coefficients (Fuhs et al., SAT solving for termination analysis with polynomial interpretations, 2007). Values of built-in sorts are 0.
/// </summary>
/// <param name="circuit">The circuit in which formulas are made.</param>
/// <param name="isDirect">True if each argument has to count.</param>
/// <param name="bits">The number of bits of each coefficient.</param>
/// <param name="hasProducts">True if two arguments may be multiplied.</param>
internal sealed class PolynomialEncoding(BooleanCircuit circuit, bool isDirect, int bits, bool hasProducts) : IOrderEncoding
{
    // A product of variables is packed into four bytes, the largest variable first; longer products are not needed.
    private const int MaxDegree = 4, MaxVariable = 254;

    private readonly Dictionary<OrderSymbol, Coefficients> _coefficients = [];
    private readonly Dictionary<OrderTerm, SortedDictionary<uint, int[]>?> _polynomials = [];

    private sealed record Coefficients(int[] Constant, int[][] Linear, int[]? Product);

    public int LooksAt(OrderSymbol symbol, int argument)
    {
        var c = Of(symbol);
        int linear = circuit.Or(c.Linear[argument]);
        return c.Product is null ? linear : circuit.Or(linear, circuit.Or(c.Product));
    }

    public int IsGreater(OrderTerm left, OrderTerm right) => Compare(left, right, orEqual: false);

    public int IsAtLeast(OrderTerm left, OrderTerm right) => Compare(left, right, orEqual: true);

    // Compares coefficient by coefficient; the constants decide which is strictly greater.
    private int Compare(OrderTerm left, OrderTerm right, bool orEqual)
    {
        if (Polynomial(left) is not { } l || Polynomial(right) is not { } r) return -circuit.True;
        int result = circuit.Greater(At(l, 0), At(r, 0), orEqual);
        foreach (var monomial in r)
            if (monomial.Key != 0) result = circuit.And(result, circuit.Greater(At(l, monomial.Key), monomial.Value, orEqual: true));
        return result;
    }

    private static int[] At(SortedDictionary<uint, int[]> polynomial, uint monomial)
        => polynomial.TryGetValue(monomial, out int[]? coefficient) ? coefficient : [];

    private Coefficients Of(OrderSymbol symbol)
    {
        if (_coefficients.TryGetValue(symbol, out var known)) return known;
        int[][] linear = [.. Enumerable.Range(0, symbol.Arity).Select(_ => circuit.FreeNumber(bits))];
        if (isDirect)
            foreach (int[] coefficient in linear) circuit.Require(coefficient);
        known = new(circuit.FreeNumber(bits), linear, hasProducts && symbol.Arity == 2 ? circuit.FreeNumber(1) : null);
        _coefficients.Add(symbol, known);
        return known;
    }

    // The coefficient of each product of variables; null if there are too many products.
    private SortedDictionary<uint, int[]>? Polynomial(OrderTerm term)
    {
        if (_polynomials.TryGetValue(term, out var known)) return known;
        var sum = new SortedDictionary<uint, int[]>();
        if (!term.IsValue && term.Symbol is null)
        {
            // A variable that stands for an unknown part occurs only on right sides.
            if (term.Variable < MaxVariable) sum[(uint)term.Variable + 1] = [circuit.True];
            else if (term.Variable >= OrderTerms.FirstUnknown) sum[MaxVariable + 1] = [circuit.True];
            else sum = null;
        }
        else if (term.Symbol is not null && !AddApplied(term, sum)) sum = null;
        _polynomials.Add(term, sum);
        return sum;
    }

    private bool AddApplied(OrderTerm term, SortedDictionary<uint, int[]> sum)
    {
        var coefficients = Of(term.Symbol!);
        var arguments = System.Array.ConvertAll(term.Arguments, Polynomial);
        sum[0] = coefficients.Constant;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is not { } argument) return false;
            foreach (var monomial in argument) Add(sum, monomial.Key, circuit.Product(coefficients.Linear[i], monomial.Value));
        }

        if (coefficients.Product is null) return true;
        foreach (var x in arguments[0]!)
        {
            foreach (var y in arguments[1]!)
            {
                if (Multiply(x.Key, y.Key) is not { } key) return false;
                Add(sum, key, circuit.Where(coefficients.Product[0], circuit.Product(x.Value, y.Value)));
            }
        }

        return true;
    }

    private void Add(SortedDictionary<uint, int[]> sum, uint monomial, int[] coefficient)
    {
        if (coefficient.Length > 0) sum[monomial] = circuit.Sum(At(sum, monomial), coefficient);
    }

    private static uint? Multiply(uint x, uint y)
    {
        var factors = new List<uint>();
        for (; x != 0; x >>= 8) factors.Add(x & 255);
        for (; y != 0; y >>= 8) factors.Add(y & 255);
        if (factors.Count > MaxDegree) return null;
        factors.Sort();
        return factors.Aggregate(0u, (key, factor) => key << 8 | factor);
    }
}
