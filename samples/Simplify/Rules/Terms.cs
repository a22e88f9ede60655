using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright;
using Simplify.Expressions;
using static Simplify.Rules.RealRules;

namespace Simplify.Rules;

/// <summary>Expression graphs as terms of <see cref="RealRules"/>, and back.</summary>
/// <remarks>What is shared stays shared, and nothing recurses: both ways visit every node of the graph once.</remarks>
public static class Terms
{
    /// <summary>The term of an expression, in the innermost heap of this thread; of sort <see cref="Condition"/> for a condition.</summary>
    public static Term FromExpression(RealExpr expression)
    {
        var terms = new Dictionary<RealExpr, Term>();
        foreach (RealExpr node in expression.PostOrder())
        {
            terms[node] = node switch
            {
                NumberExpr { Value: var value } => Exactly(Fraction(value.Numerator, value.Denominator)),
                VariableExpr { Name: var name } => Variable(name),
                ConstantExpr { Constant: var constant } => FromConstant(constant),
                OperationExpr { Operation: Operation.If, IsBoolean: true } => ApplyChoose([.. node.Arguments.Select(a => terms[a])]),
                OperationExpr { Operation: var operation } => Apply(operation, [.. node.Arguments.Select(a => terms[a])]),
                _ => throw new ArgumentException($"Unknown node {node.GetType()}.", nameof(expression)),
            };
        }
        return terms[expression];
    }

    /// <summary>The expression of a term.</summary>
    public static RealExpr ToExpression(Term term)
    {
        var builder = new RealExprBuilder();
        return term.Fold<RealExpr>((node, arguments) => node.Symbol.Name switch
        {
            nameof(Int) => builder.Number(node.GetValue<BigInteger>(0)),
            nameof(Frac) => builder.Number(new Rational(node.GetValue<BigInteger>(0), node.GetValue<BigInteger>(1))),
            nameof(Num) or nameof(LongNum) => arguments[0],
            nameof(Variable) => builder.Variable(node.GetValue<Symbol>(0).Name),
            nameof(Pi) => builder.Constant(NamedConstant.PI),
            nameof(E) => builder.Constant(NamedConstant.E),
            nameof(Constant) => builder.Constant(node.GetValue<NamedConstant>(0)),
            nameof(True) => builder.Constant(NamedConstant.TRUE),
            nameof(False) => builder.Constant(NamedConstant.FALSE),
            nameof(Choose) => builder.Apply(Operation.If, [.. arguments]),
            var operation => builder.Apply(Enum.Parse<Operation>(operation), [.. arguments]), // constructors are named after them
        });
    }

    private static Term FromConstant(NamedConstant constant) => constant switch
    {
        NamedConstant.PI => Pi(),
        NamedConstant.E => E(),
        NamedConstant.TRUE => True(),
        NamedConstant.FALSE => False(),
        _ => Constant(constant),
    };

    private static Term ApplyChoose(ReadOnlySpan<Term> a) => Choose((Condition)a[0], (Condition)a[1], (Condition)a[2]);

    private static Term Apply(Operation operation, ReadOnlySpan<Term> a) => operation switch
    {
        Operation.Neg => Neg((Expr)a[0]),
        Operation.Fabs => Fabs((Expr)a[0]),
        Operation.Sqrt => Sqrt((Expr)a[0]),
        Operation.Cbrt => Cbrt((Expr)a[0]),
        Operation.Exp => Exp((Expr)a[0]),
        Operation.Exp2 => Exp2((Expr)a[0]),
        Operation.Expm1 => Expm1((Expr)a[0]),
        Operation.Log => Log((Expr)a[0]),
        Operation.Log2 => Log2((Expr)a[0]),
        Operation.Log10 => Log10((Expr)a[0]),
        Operation.Log1p => Log1p((Expr)a[0]),
        Operation.Sin => Sin((Expr)a[0]),
        Operation.Cos => Cos((Expr)a[0]),
        Operation.Tan => Tan((Expr)a[0]),
        Operation.Asin => Asin((Expr)a[0]),
        Operation.Acos => Acos((Expr)a[0]),
        Operation.Atan => Atan((Expr)a[0]),
        Operation.Sinh => Sinh((Expr)a[0]),
        Operation.Cosh => Cosh((Expr)a[0]),
        Operation.Tanh => Tanh((Expr)a[0]),
        Operation.Asinh => Asinh((Expr)a[0]),
        Operation.Acosh => Acosh((Expr)a[0]),
        Operation.Atanh => Atanh((Expr)a[0]),
        Operation.Erf => Erf((Expr)a[0]),
        Operation.Erfc => Erfc((Expr)a[0]),
        Operation.Floor => Floor((Expr)a[0]),
        Operation.Ceil => Ceil((Expr)a[0]),
        Operation.Trunc => Trunc((Expr)a[0]),
        Operation.Round => Round((Expr)a[0]),
        Operation.NearbyInt => NearbyInt((Expr)a[0]),
        Operation.Add => Add((Expr)a[0], (Expr)a[1]),
        Operation.Sub => Sub((Expr)a[0], (Expr)a[1]),
        Operation.Mul => Mul((Expr)a[0], (Expr)a[1]),
        Operation.Div => Div((Expr)a[0], (Expr)a[1]),
        Operation.Pow => Pow((Expr)a[0], (Expr)a[1]),
        Operation.Hypot => Hypot((Expr)a[0], (Expr)a[1]),
        Operation.Atan2 => Atan2((Expr)a[0], (Expr)a[1]),
        Operation.Fmin => Fmin((Expr)a[0], (Expr)a[1]),
        Operation.Fmax => Fmax((Expr)a[0], (Expr)a[1]),
        Operation.Fdim => Fdim((Expr)a[0], (Expr)a[1]),
        Operation.Fmod => Fmod((Expr)a[0], (Expr)a[1]),
        Operation.Remainder => Remainder((Expr)a[0], (Expr)a[1]),
        Operation.Copysign => Copysign((Expr)a[0], (Expr)a[1]),
        Operation.Less => Less((Expr)a[0], (Expr)a[1]),
        Operation.LessEqual => LessEqual((Expr)a[0], (Expr)a[1]),
        Operation.Greater => Greater((Expr)a[0], (Expr)a[1]),
        Operation.GreaterEqual => GreaterEqual((Expr)a[0], (Expr)a[1]),
        Operation.Equal => Equal((Expr)a[0], (Expr)a[1]),
        Operation.NotEqual => NotEqual((Expr)a[0], (Expr)a[1]),
        Operation.Fma => Fma((Expr)a[0], (Expr)a[1], (Expr)a[2]),
        Operation.And => And((Condition)a[0], (Condition)a[1]),
        Operation.Or => Or((Condition)a[0], (Condition)a[1]),
        Operation.Not => Not((Condition)a[0]),
        Operation.If => If((Condition)a[0], (Expr)a[1], (Expr)a[2]),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
