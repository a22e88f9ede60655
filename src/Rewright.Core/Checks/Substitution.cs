using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>Terms for variables; matching and unification of patterns (first-order, Robinson 1965).</summary>
internal sealed class Substitution
{
    private readonly Dictionary<Variable, Expr> _map = [];

    /// <summary>The substitution that makes <paramref name="pattern"/> equal to <paramref name="subject"/>, or null.</summary>
    public static Substitution? Match(Expr pattern, Expr subject)
    {
        var substitution = new Substitution();
        return substitution.TryMatch(pattern, subject) ? substitution : null;
    }

    /// <summary>The most general substitution that makes two patterns equal, or null. Their variables must be distinct.</summary>
    public static Substitution? Unify(Expr left, Expr right)
    {
        var substitution = new Substitution();
        return substitution.TryUnify(left, right) ? substitution : null;
    }

    /// <summary>The term with variables replaced, those of inserted terms too.</summary>
    public Expr Apply(Expr expr) => Rebuild(expr, v => _map.TryGetValue(v, out var term) ? Apply(term) : null);

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

    private static Expr Rebuild(Expr expr, System.Func<Variable, Expr?> replace)
    {
        if (expr is VariableExpr { Variable: var variable }) return replace(variable) ?? expr;
        if (expr.Parts.Count == 0) return expr;
        return WithParts(expr, expr.Parts.Select(p => Rebuild(p, replace)).ToList());
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

    private bool TryUnify(Expr left, Expr right)
    {
        (left, right) = (Walk(left), Walk(right));
        if (left.Equals(right)) return true;
        if (left is VariableExpr l) return Bind(l.Variable, right);
        if (right is VariableExpr r) return Bind(r.Variable, left);
        if (left is not ApplyExpr a || right is not ApplyExpr b || !ReferenceEquals(a.Symbol, b.Symbol)) return false;
        for (int i = 0; i < a.Arguments.Count; i++)
            if (!TryUnify(a.Arguments[i], b.Arguments[i])) return false;
        return true;
    }

    private Expr Walk(Expr expr)
    {
        while (expr is VariableExpr { Variable: var v } && _map.TryGetValue(v, out var next)) expr = next;
        return expr;
    }

    private bool Bind(Variable variable, Expr term)
    {
        if (Apply(term).Descendants().Any(e => e is VariableExpr v && v.Variable.Equals(variable))) return false;
        _map.Add(variable, term);
        return true;
    }
}
