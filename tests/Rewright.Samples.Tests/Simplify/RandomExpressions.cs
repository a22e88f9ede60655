using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Simplify.Expressions;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>Makes expressions of few numbers and variables, so that parts of them are often equal, and rules meet.</summary>
internal sealed class RandomExpressions(int seed)
{
    private static readonly ImmutableArray<Operation> Operations = [.. Enum.GetValues<Operation>()];

    private readonly RealExprBuilder _builder = new();
    private readonly Random _random = new(seed);

    /// <param name="operations">How many operations are applied to parts made before.</param>
    public RealExpr Next(int operations)
    {
        List<RealExpr> numbers =
        [
            _builder.Variable("x"), _builder.Variable("y"), _builder.Constant(NamedConstant.PI),
            _builder.Number(_random.Next(-2, 4)), _builder.Number(new Rational(_random.Next(-3, 4), 2)),
        ];
        List<RealExpr> conditions = [_builder.Constant(NamedConstant.TRUE), _builder.Constant(NamedConstant.FALSE)];
        for (int i = 0; i < operations; i++)
        {
            // Every other one is one of the four basic operations, or negation.
            Operation operation = _random.Next(2) == 0 ? Operations[_random.Next(5)] : Operations[_random.Next(Operations.Length)];
            bool givesCondition = operation.Kind() is OperationKind.Comparison or OperationKind.Logic;
            bool takesConditions = operation.Kind() == OperationKind.Logic;
            var arguments = Enumerable.Range(0, operation.Arity())
                .Select(n => Recent(takesConditions || (operation == Operation.If && n == 0) ? conditions : numbers));
            (givesCondition ? conditions : numbers).Add(_builder.Apply(operation, [.. arguments]));
        }
        return numbers[^1];
    }

    // Mostly what was made last, so that expressions become deep.
    private RealExpr Recent(List<RealExpr> made) => made[^(1 + Math.Min(_random.Next(made.Count), _random.Next(made.Count)))];
}
