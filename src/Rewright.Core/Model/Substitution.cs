using System.Collections.Generic;
using System.Linq;

namespace Rewright.Model;

/// <summary>A substitution of terms for variables; matching and unification of patterns (first-order, Robinson 1965).</summary>
internal sealed class Substitution
{
    // Unification can take exponentially many steps (for rules with dozens of repeated variables). Such patterns count as not unifiable,
    // which at worst leaves an overlap unreported.
    private const int MaxSteps = 20_000;

    private readonly Dictionary<Variable, Expr> _map = [];
    private readonly bool _isTriangular;

    // The terms of a unifier contain variables that it replaces too; the variables in the terms of a match belong to the subject and stay.
    private Substitution(bool isTriangular) => _isTriangular = isTriangular;

    /// <summary>The substitution that makes <paramref name="pattern"/> equal to <paramref name="subject"/>, or null.</summary>
    public static Substitution? Match(Expr pattern, Expr subject)
    {
        var substitution = new Substitution(isTriangular: false);
        return substitution.TryMatch(pattern, subject) ? substitution : null;
    }

    /// <summary>The most general substitution that makes two patterns equal, or null. Their variables must be distinct.</summary>
    public static Substitution? Unify(Expr left, Expr right)
    {
        var substitution = new Substitution(isTriangular: true);
        return substitution.TryUnify(left, right) ? substitution : null;
    }

    /// <summary>True if two patterns have different symbols or literals at one place, so that no term matches both.</summary>
    public static bool Clash(Expr left, Expr right)
    {
        if (left is VariableExpr || right is VariableExpr) return false;
        if (left is not ApplyExpr l || right is not ApplyExpr r) return !left.Equals(right);
        if (!ReferenceEquals(l.Symbol, r.Symbol)) return true;
        for (int i = 0; i < l.Arguments.Count; i++)
            if (Clash(l.Arguments[i], r.Arguments[i])) return true;
        return false;
    }

    /// <summary>The term with variables replaced.</summary>
    public Expr Apply(Expr expr) => Rebuild(expr, v => !_map.TryGetValue(v, out var term) ? null : _isTriangular ? Apply(term) : term);

    /// <summary>True if <see cref="Apply"/> makes a term of at most <paramref name="limit"/> nodes.</summary>
    public bool IsSmall(Expr expr, int limit)
    {
        var stack = new Stack<Expr>([expr]);
        while (stack.Count > 0)
        {
            var top = Walk(stack.Pop());
            if (--limit < 0) return false;
            foreach (var part in top.Parts) stack.Push(part);
        }

        return true;
    }

    /// <summary>The term with every variable renamed.</summary>
    public static Expr Rename(Expr expr, string suffix) => Map(expr, v => v.Name + suffix);

    /// <summary>The term with new names for its variables.</summary>
    public static Expr Map(Expr expr, System.Func<Variable, string> name)
        => Rebuild(expr, v => new VariableExpr(v with { Name = name(v) }));

    /// <summary>The term with its parts replaced.</summary>
    public static Expr WithParts(Expr expr, IReadOnlyList<Expr> parts) => expr switch
    {
        ApplyExpr a => a with { Arguments = parts.ToEquatableArray() },
        PrimitiveExpr p => p with { Arguments = parts.ToEquatableArray() },
        EqualityExpr e => e with { Left = parts[0], Right = parts[1] },
        LogicalExpr l => l with { Left = parts[0], Right = parts[1] },
        ConditionalExpr c => c with { Test = parts[0], WhenTrue = parts[1], WhenFalse = parts[2] },
        _ => expr,
    };

    /// <summary>The term with variables replaced by the results of <paramref name="replace"/>; null keeps a variable.</summary>
    public static Expr Rebuild(Expr expr, System.Func<Variable, Expr?> replace)
    {
        if (expr is VariableExpr { Variable: var variable }) return replace(variable) ?? expr;
        if (expr.Parts.Count == 0) return expr;
        var parts = new List<Expr>(expr.Parts.Count);
        foreach (var part in expr.Parts) parts.Add(Rebuild(part, replace));
        return WithParts(expr, parts);
    }

    private bool TryMatch(Expr pattern, Expr subject)
    {
        switch (pattern)
        {
            case VariableExpr { Variable: var variable }:
                if (_map.TryGetValue(variable, out var known)) return known.Equals(subject);
                _map.Add(variable, subject);
                return true;
            case ApplyExpr p when subject is ApplyExpr s && ReferenceEquals(p.Symbol, s.Symbol):
                for (int i = 0; i < p.Arguments.Count; i++)
                    if (!TryMatch(p.Arguments[i], s.Arguments[i])) return false;
                return true;
            default:
                return pattern.Equals(subject);
        }
    }

    private bool TryUnify(Expr first, Expr second)
    {
        if (Clash(first, second)) return false;
        var pairs = new Stack<(Expr, Expr)>([(first, second)]);
        for (int steps = 0; pairs.Count > 0; steps++)
        {
            if (steps > MaxSteps) return false;
            var (left, right) = pairs.Pop();
            (left, right) = (Walk(left), Walk(right));
            if (left is VariableExpr l)
            {
                if (!left.Equals(right) && !Bind(l.Variable, right)) return false;
            }
            else if (right is VariableExpr r)
            {
                if (!Bind(r.Variable, left)) return false;
            }
            else if (left is ApplyExpr a && right is ApplyExpr b && ReferenceEquals(a.Symbol, b.Symbol))
            {
                for (int i = a.Arguments.Count - 1; i >= 0; i--) pairs.Push((a.Arguments[i], b.Arguments[i]));
            }
            else if (!left.Equals(right)) return false;
        }

        return true;
    }

    private Expr Walk(Expr expr)
    {
        while (_isTriangular && expr is VariableExpr { Variable: var v } && _map.TryGetValue(v, out var next)) expr = next;
        return expr;
    }

    private bool Bind(Variable variable, Expr term)
    {
        // Each variable's term is examined once, because terms with shared parts would be huge when written out.
        var seen = new HashSet<Variable>();
        var stack = new Stack<Expr>([term]);
        while (stack.Count > 0)
        {
            foreach (var part in stack.Pop().Descendants().OfType<VariableExpr>())
            {
                if (part.Variable.Equals(variable)) return false;
                if (seen.Add(part.Variable) && _map.TryGetValue(part.Variable, out var bound)) stack.Push(bound);
            }
        }

        _map.Add(variable, term);
        return true;
    }
}
