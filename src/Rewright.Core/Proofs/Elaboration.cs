using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>Computes the meanings of rules' expressions in terms of their variables.</summary>
internal sealed class Elaboration(Interpretation interpretation)
{
    // Helper operations are small; deeper unfolding means recursion.
    private const int MaxUnfolding = 8;

    /// <summary>The meaning of an expression.</summary>
    public TypedMeaning Of(Expr expr, IReadOnlyDictionary<Variable, TypedMeaning> variables) => Of(expr, variables, 0);

    /// <summary>The carrier of a sort; terms without a meaning stand for themselves.</summary>
    public Carrier CarrierOf(Sort sort)
        => interpretation.CarrierOf(sort) ?? new OpaqueCarrier(string.Concat(sort.Name.Where(char.IsLetterOrDigit)) + "!");

    /// <summary>
    /// The meaning of a constructor by the rules of the operation that gives its sort a meaning; null if these rules have a form that
    /// proofs do not understand.
    /// </summary>
    public TypedMeaning? Denotation(Operation operation, Constructor constructor)
    {
        TypedMeaning result = new TypedStuck(CarrierOf(operation.Result));
        var rules = interpretation.Theory.Rules[operation].Where(
            r => r.Source.Arguments[0] is not ApplyExpr { Symbol: var s } || ReferenceEquals(s, constructor)).ToList();
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            if (rules[i].Source.Arguments[0] is not ApplyExpr source) return null;
            var variables = new Dictionary<Variable, TypedMeaning>();
            var tests = new List<TypedMeaning>();
            for (int j = 0; j < constructor.Arity; j++)
            {
                var sort = constructor.Parameters[j].Sort;
                var parameter = new TypedParameter(j, CarrierOf(sort));
                switch (source.Arguments[j])
                {
                    case VariableExpr { Variable: var v }:
                        if (variables.TryGetValue(v, out var first)) tests.Add(Equality(sort, first, parameter, areVariables: false));
                        else variables.Add(v, parameter);
                        break;
                    case LiteralExpr literal:
                        tests.Add(Equality(sort, parameter, Of(literal, variables), areVariables: false));
                        break;
                    default:
                        return null;
                }
            }

            foreach (var condition in rules[i].Conditions)
            {
                if (condition is not WhenCondition when) return null;
                tests.Add(Of(when.Test, variables));
            }

            result = tests.AsEnumerable().Reverse().Aggregate(
                Of(rules[i].Target, variables), (value, test) => new TypedChoice(test, value, result, IsStrict: false));
        }

        return result;
    }

    /// <summary>The meanings of a condition's tests.</summary>
    public IEnumerable<TypedMeaning> Premises(
        Condition condition, Dictionary<Variable, TypedMeaning> variables, Func<Variable, TypedMeaning> fresh)
    {
        if (condition is WhenCondition when) return [Of(when.Test, variables)];
        var where = (WhereCondition)condition;
        var premises = new List<TypedMeaning>();
        Bind(where.Pattern, Unfold(where.Subject));
        return premises;

        void Bind(Expr left, Expr right)
        {
            if (left is VariableExpr { Variable: var variable } && !variables.ContainsKey(variable))
            {
                variables.Add(variable, Of(right, variables));
                return;
            }

            if (left is ApplyExpr { Symbol: Constructor } l && right is ApplyExpr r && ReferenceEquals(l.Symbol, r.Symbol))
            {
                for (int i = 0; i < l.Arguments.Count; i++) Bind(l.Arguments[i], Unfold(r.Arguments[i]));
                return;
            }

            foreach (var inner in left.Descendants().OfType<VariableExpr>().Select(v => v.Variable))
                if (!variables.ContainsKey(inner)) variables.Add(inner, fresh(inner));
            premises.Add(Equality(left.Sort, Of(left, variables), Of(right, variables), left is VariableExpr && right is VariableExpr));
        }
    }

    private TypedMeaning Of(Expr expr, IReadOnlyDictionary<Variable, TypedMeaning> variables, int depth)
    {
        switch (expr)
        {
            case VariableExpr { Variable: var variable }:
                return variables[variable];
            case LiteralExpr { Value: var literal }:
                var carrier = CarrierOf(literal.Sort);
                return carrier is OpaqueCarrier
                    ? new TypedName(literal, carrier)
                    : new TypedValue(LiteralValues.OfLiteral(literal, interpretation.DoublesAreReals), carrier);
            case PrimitiveExpr primitive:
                return new TypedPrimitive(primitive.Primitive, Parts(), interpretation.DoublesAreReals);
            case EqualityExpr equality:
                var equal = Equality(equality.Left.Sort, Of(equality.Left, variables, depth), Of(equality.Right, variables, depth),
                    equality.Left is VariableExpr && equality.Right is VariableExpr);
                return equality.Negated ? new TypedCall(Vocabulary.Find("not")!, EquatableArray.Of(equal), BoolCarrier.Only) : equal;
            case LogicalExpr logical:
                TypedMeaning left = Of(logical.Left, variables, depth), right = Of(logical.Right, variables, depth);
                return logical.IsAnd ? new TypedChoice(left, right, new TypedValue(false, BoolCarrier.Only), IsStrict: false)
                    : new TypedChoice(left, new TypedValue(true, BoolCarrier.Only), right, IsStrict: false);
            case ConditionalExpr conditional:
                return new TypedChoice(
                    Of(conditional.Test, variables, depth), Of(conditional.WhenTrue, variables, depth),
                    Of(conditional.WhenFalse, variables, depth), IsStrict: false);
        }

        var apply = (ApplyExpr)expr;
        // The operation that gives terms their meaning returns that meaning.
        if (apply.Symbol is Operation { Denotes: true }
            && ReferenceEquals(interpretation.Theory.DenotationOf(apply.Arguments[0].Sort), apply.Symbol))
            return Of(apply.Arguments[0], variables, depth);
        if (interpretation.MeaningOf(apply.Symbol) is { } meaning) return new TypedApply(meaning, Parts());
        if (depth < MaxUnfolding && Step(apply) is { } unfolded) return Of(unfolded, variables, depth + 1);
        // A constructor without a meaning is a term of its own; an operation may be stuck or throw.
        return new TypedUnknown(
            apply.Symbol.FullName, Parts(), HasValue: apply.Symbol is Constructor && !interpretation.Theory.IsStated(apply.Symbol),
            CarrierOf(apply.Sort));

        EquatableArray<TypedMeaning> Parts() => expr.Parts.Select(p => Of(p, variables, depth)).ToEquatableArray();
    }

    // For terms without a meaning, and for values, this is plain equality.
    private TypedMeaning Equality(Sort sort, TypedMeaning left, TypedMeaning right, bool areVariables)
        => sort is DataSort && interpretation.CarrierOf(sort) is not null ? new TypedTermEquality(left, right, areVariables)
            : new TypedCall(Vocabulary.Find("=")!, EquatableArray.Of(left, right), BoolCarrier.Only);

    private Expr Unfold(Expr expr)
    {
        for (int i = 0; i < MaxUnfolding && expr is ApplyExpr apply && interpretation.MeaningOf(apply.Symbol) is null
            && Step(apply) is { } next; i++)
            expr = next;
        return expr;
    }

    // One step by a rule that applies for all values of the variables.
    private Expr? Step(ApplyExpr call)
    {
        if (call.Symbol is not Operation { IsHost: false } || call.Symbol.Meaning.Length > 0) return null;
        foreach (var rule in interpretation.Theory.Rules[call.Symbol])
        {
            if (Substitution.Match(rule.Source, call) is { } match) return rule.Conditions.Count == 0 ? match.Apply(rule.Target) : null;
            // An unevaluated argument may have any value.
            if (!call.Arguments.All(IsData) || !Substitution.Clash(rule.Source, call)) return null;
        }

        return null;

        static bool IsData(Expr expr) => expr.Descendants().All(e => e is VariableExpr or LiteralExpr or ApplyExpr { Symbol: Constructor });
    }
}
