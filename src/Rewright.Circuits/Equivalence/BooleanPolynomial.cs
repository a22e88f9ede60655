using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum;

/// <summary>A product of distinct variables; the empty product is 1.</summary>
internal sealed class Monomial : IEquatable<Monomial>, IComparable<Monomial>
{
    private readonly int _hash;

    private Monomial(int[] variables)
    {
        Variables = variables;
        int hash = variables.Length;
        foreach (int v in variables) hash = unchecked(hash * -1521134295 + v);
        _hash = hash;
    }

    public static Monomial One { get; } = new([]);

    /// <summary>The variables, in ascending order.</summary>
    public int[] Variables { get; }

    public int Degree => Variables.Length;

    public static Monomial Of(int variable) => new([variable]);

    public bool Contains(int variable) => Array.BinarySearch(Variables, variable) >= 0;

    public Monomial Times(Monomial other)
    {
        if (Degree == 0) return other;
        if (other.Degree == 0) return this;
        var product = new int[Degree + other.Degree];
        int i = 0, j = 0, n = 0;
        while (i < Degree || j < other.Degree)
        {
            if (j == other.Degree || i < Degree && Variables[i] < other.Variables[j]) product[n++] = Variables[i++];
            else if (i == Degree || other.Variables[j] < Variables[i]) product[n++] = other.Variables[j++];
            else (product[n++], _) = (Variables[i++], j++);
        }

        Array.Resize(ref product, n);
        return new(product);
    }

    public Monomial Without(int variable) => new([.. Variables.Where(v => v != variable)]);

    public bool Equals(Monomial? other) => other is not null && _hash == other._hash && Variables.AsSpan().SequenceEqual(other.Variables);

    public override bool Equals(object? obj) => Equals(obj as Monomial);

    public override int GetHashCode() => _hash;

    public int CompareTo(Monomial? other)
    {
        if (other is null) return 1;
        if (Degree != other.Degree) return Degree.CompareTo(other.Degree);
        for (int i = 0; i < Degree; i++)
            if (Variables[i] != other.Variables[i]) return Variables[i].CompareTo(other.Variables[i]);
        return 0;
    }
}

/// <summary>A sum of monomials modulo 2. Immutable.</summary>
internal sealed class BooleanPolynomial : IEquatable<BooleanPolynomial>
{
    private int _hash;

    private BooleanPolynomial(Monomial[] terms) => Terms = terms;

    public static BooleanPolynomial Zero { get; } = new([]);

    public static BooleanPolynomial One { get; } = new([Monomial.One]);

    /// <summary>The monomials in ascending order; 1 comes first.</summary>
    public Monomial[] Terms { get; }

    public bool IsZero => Terms.Length == 0;

    /// <summary>True if 1 is one of the terms.</summary>
    public bool IsNegated => Terms.Length > 0 && Terms[0].Degree == 0;

    public bool IsLinear => Terms.Length == 0 || Terms[Terms.Length - 1].Degree <= 1;

    public static BooleanPolynomial Of(int variable) => new([Monomial.Of(variable)]);

    /// <summary>The sum of monomials; equal ones cancel in pairs.</summary>
    public static BooleanPolynomial Of(IEnumerable<Monomial> monomials)
    {
        var odd = new HashSet<Monomial>();
        foreach (var monomial in monomials)
            if (!odd.Add(monomial)) odd.Remove(monomial);
        var terms = odd.ToArray();
        Array.Sort(terms);
        return new(terms);
    }

    public BooleanPolynomial Plus(BooleanPolynomial other)
    {
        if (IsZero) return other;
        if (other.IsZero) return this;
        var sum = new Monomial[Terms.Length + other.Terms.Length];
        int i = 0, j = 0, n = 0;
        while (i < Terms.Length || j < other.Terms.Length)
        {
            int order = i == Terms.Length ? 1 : j == other.Terms.Length ? -1 : Terms[i].CompareTo(other.Terms[j]);
            if (order < 0) sum[n++] = Terms[i++];
            else if (order > 0) sum[n++] = other.Terms[j++];
            else (i, j) = (i + 1, j + 1);
        }

        Array.Resize(ref sum, n);
        return new(sum);
    }

    public BooleanPolynomial Times(BooleanPolynomial other)
        => Terms.Length == 1 && Terms[0].Degree == 0 ? other : other.Terms.Length == 1 && other.Terms[0].Degree == 0 ? this
            : Of(Terms.SelectMany(_ => other.Terms, (a, b) => a.Times(b)));

    /// <summary>The polynomial with a variable replaced.</summary>
    public BooleanPolynomial Substitute(int variable, BooleanPolynomial value)
        => Of(Terms.SelectMany(t => t.Contains(variable) ? value.Terms.Select(t.Without(variable).Times) : [t]));

    public bool Equals(BooleanPolynomial? other) => other is not null && Terms.AsSpan().SequenceEqual(other.Terms);

    public override bool Equals(object? obj) => Equals(obj as BooleanPolynomial);

    public override int GetHashCode()
    {
        if (_hash != 0) return _hash;
        int hash = 17;
        foreach (var term in Terms) hash = unchecked(hash * 31 + term.GetHashCode());
        return _hash = hash | 1;
    }
}
