using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Analysis.Conditions;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>
/// Rewrites terms with variables a few steps, to see whether two results join. If a step is not certain, it is not taken.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="assumptions">Tests known to hold.</param>
internal sealed class SymbolicRewriter(RuleIndex rules, IReadOnlyCollection<Expr> assumptions)
{
    // Terms are small and differences show early; higher limits would only delay giving up on a loop.
    private const int MaxSize = 1000, MaxDepth = 500;

    private int _steps = 100;

    /// <summary>Takes all certain steps within the limits, innermost first.</summary>
    public Expr Normalize(Expr term) => Normalize(term, 0);

    private Expr Normalize(Expr term, int depth)
    {
        if (depth > MaxDepth) return term;
        while (true)
        {
            var parts = new List<Expr>(term.Parts.Count);
            foreach (var part in term.Parts) parts.Add(Normalize(part, depth + 1));
            if (parts.Count > 0) term = Substitution.WithParts(term, parts);
            if (_steps <= 0 || (
                term is ApplyExpr apply ? Step(apply) : term is PrimitiveExpr primitive ? Step(primitive) : null) is not { } next)
                return term;
            _steps--;
            term = next;
        }
    }

    private Expr? Step(ApplyExpr term)
    {
        // Evaluation of a rule's result uses only operations; simplifications belong to normalizers.
        if (term.Symbol is not Operation) return null;
        var unknowns = new Dictionary<Expr, Variable>();
        var subject = term with { Arguments = term.Arguments.Select(a => Generalize(a, unknowns)).ToEquatableArray() };
        var meaning = unknowns.ToDictionary(u => u.Value, u => u.Key);
        foreach (var rule in rules.Compatible(subject))
        {
            if (Substitution.Match(rule.Source, subject) is { } match)
            {
                if (!match.IsSmall(rule.Target, MaxSize)) return null;
                bool applies = rule.Conditions.All(
                    c => c is WhenCondition when && ConditionLogic.Conjuncts(Instance(when.Test)).All(IsKnown));
                return applies && Instance(rule.Target) is var next
                    && next.Descendants().Take(MaxSize + 1).Count() <= MaxSize ? next : null;
            }

            // This rule matches some instances of the term and would go first there, so no step is certain.
            if (Substitution.Unify(Substitution.Rename(rule.Source, "``"), subject) is not null) return null;

            Expr Instance(Expr expr) => Substitution.Rebuild(match.Apply(expr), v => meaning.TryGetValue(v, out var e) ? e : null);
        }

        return null;
    }

    // The value of integer arithmetic that does not depend on the variables. (On doubles nothing is neutral: -0.0 + 0.0 is 0.0.)
    private static Expr? Step(PrimitiveExpr term)
    {
        if (term.Sort is not BuiltInSort
            {
                Kind: BuiltInKind.Int or BuiltInKind.UInt or BuiltInKind.Long or BuiltInKind.ULong
            or BuiltInKind.BigInteger
            } || term.Arguments.Count != 2)
            return null;
        Expr x = term.Arguments[0], y = term.Arguments[1];
        switch (term.Primitive.Op)
        {
            case PrimitiveOp.Add or PrimitiveOp.AddChecked or PrimitiveOp.BitOr or PrimitiveOp.BitXor when Is(x, 0): return y;
            case PrimitiveOp.Add or PrimitiveOp.AddChecked or PrimitiveOp.BitOr or PrimitiveOp.BitXor or PrimitiveOp.Subtract
                or PrimitiveOp.SubtractChecked
                or PrimitiveOp.ShiftLeft or PrimitiveOp.ShiftRight or PrimitiveOp.ShiftRightUnsigned when Is(y, 0):
                return x;
            case PrimitiveOp.Multiply or PrimitiveOp.MultiplyChecked when Is(x, 1): return y;
            case PrimitiveOp.Multiply or PrimitiveOp.MultiplyChecked or PrimitiveOp.Divide when Is(y, 1): return x;
            case PrimitiveOp.Multiply or PrimitiveOp.MultiplyChecked or PrimitiveOp.BitAnd when Is(x, 0) && IsValue(y): return x;
            case PrimitiveOp.Multiply or PrimitiveOp.MultiplyChecked or PrimitiveOp.BitAnd when Is(y, 0) && IsValue(x): return y;
            // Puts commutative operands in one order, so that both orders compare as equal.
            case PrimitiveOp.Add or PrimitiveOp.Multiply or PrimitiveOp.AddChecked or PrimitiveOp.MultiplyChecked or PrimitiveOp.BitAnd
                or PrimitiveOp.BitOr or PrimitiveOp.BitXor
                when IsValue(x) && IsValue(y)
                    && string.CompareOrdinal(x.ToString(), y.ToString()) > 0:
                return term with { Arguments = EquatableArray.Of(y, x) };
            default: return null;
        }
    }

    private static bool Is(Expr expr, int number) => expr is LiteralExpr literal && ConstantFolding.Value(literal.Value) == number;

    // True if evaluating the expression cannot fail.
    private static bool IsValue(Expr expr) => expr is VariableExpr or LiteralExpr;

    // An unevaluated part may have any value, so a variable stands for it while rules are matched.
    private static Expr Generalize(Expr expr, Dictionary<Expr, Variable> unknowns)
    {
        if (expr is VariableExpr or LiteralExpr) return expr;
        if (expr is ApplyExpr { Symbol: Constructor })
            return expr.Parts.Count == 0 ? expr : Substitution.WithParts(expr, expr.Parts.Select(p => Generalize(p, unknowns)).ToList());
        if (!unknowns.TryGetValue(expr, out var variable))
            unknowns.Add(expr, variable = new Variable("?" + unknowns.Count.ToString(CultureInfo.InvariantCulture), expr.Sort));
        return new VariableExpr(variable);
    }

    private bool IsKnown(Expr test) => test is LiteralExpr { Value.Value: true } || assumptions.Contains(test);
}
