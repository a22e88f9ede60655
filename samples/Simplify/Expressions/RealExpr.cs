using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Simplify.Expressions;

/// <summary>The constants of FPCore that are real numbers, and the two truth values.</summary>
public enum NamedConstant
{
    E, LOG2E, LOG10E, LN2, LN10, PI, PI_2, PI_4, M_1_PI, M_2_PI, M_2_SQRTPI, SQRT2, SQRT1_2,
    TRUE, FALSE,
}

/// <summary>
/// A node of an immutable expression graph: a real-valued expression, or a condition of one.
/// Nodes come from a <see cref="RealExprBuilder"/>, which makes equal ones identical: sharing is explicit, and nodes
/// of one builder are compared by reference. Expressions can be a million levels deep and exponentially larger as
/// trees than as graphs, so everything that walks over one is a loop over <see cref="ExprGraph.PostOrder"/>.
/// </summary>
public abstract class RealExpr
{
    private protected RealExpr(ImmutableArray<RealExpr> arguments, bool isBoolean)
    {
        Arguments = arguments;
        IsBoolean = isBoolean;
    }

    /// <summary>Empty for numbers, constants and variables.</summary>
    public ImmutableArray<RealExpr> Arguments { get; }

    /// <summary>Whether this is a condition.</summary>
    public bool IsBoolean { get; }
}

public sealed class NumberExpr : RealExpr
{
    internal NumberExpr(Rational value) : base([], isBoolean: false) => Value = value;

    public Rational Value { get; }
}

public sealed class ConstantExpr : RealExpr
{
    internal ConstantExpr(NamedConstant constant)
        : base([], isBoolean: constant is NamedConstant.TRUE or NamedConstant.FALSE) => Constant = constant;

    public NamedConstant Constant { get; }
}

public sealed class VariableExpr : RealExpr
{
    internal VariableExpr(string name) : base([], isBoolean: false) => Name = name;

    public string Name { get; }
}

public sealed class OperationExpr : RealExpr
{
    internal OperationExpr(Operation operation, ImmutableArray<RealExpr> arguments, bool isBoolean)
        : base(arguments, isBoolean) => Operation = operation;

    public Operation Operation { get; }
}

/// <summary>Makes the nodes of expression graphs, the same object for the same node. Not thread-safe.</summary>
public sealed class RealExprBuilder
{
    private readonly Dictionary<Rational, NumberExpr> _numbers = [];
    private readonly Dictionary<NamedConstant, ConstantExpr> _constants = [];
    private readonly Dictionary<string, VariableExpr> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<OperationKey, OperationExpr> _operations = [];

    private readonly record struct OperationKey(Operation Operation, RealExpr First, RealExpr? Second, RealExpr? Third);

    /// <summary>How many different nodes were made.</summary>
    public int Count => _numbers.Count + _constants.Count + _variables.Count + _operations.Count;

    public RealExpr Number(Rational value)
    {
        if (!_numbers.TryGetValue(value, out NumberExpr? node))
            _numbers.Add(value, node = new NumberExpr(value));
        return node;
    }

    public RealExpr Constant(NamedConstant constant)
    {
        if (!_constants.TryGetValue(constant, out ConstantExpr? node))
            _constants.Add(constant, node = new ConstantExpr(constant));
        return node;
    }

    public RealExpr Variable(string name)
    {
        if (!_variables.TryGetValue(name, out VariableExpr? node))
            _variables.Add(name, node = new VariableExpr(name));
        return node;
    }

    /// <param name="operation">What is applied.</param>
    /// <param name="arguments">Nodes of this builder, as many and of the sorts that the operation takes.</param>
    public RealExpr Apply(Operation operation, params ImmutableArray<RealExpr> arguments)
    {
        if (arguments.Length != operation.Arity())
            throw new ArgumentException(
                $"'{operation.Name()}' takes {operation.Arity()} arguments, not {arguments.Length}.", nameof(arguments));
        if (!TakesSorts(operation, arguments))
            throw new ArgumentException($"'{operation.Name()}' does not take arguments of these sorts.", nameof(arguments));

        var key = new OperationKey(operation, arguments[0], arguments.ElementAtOrDefault(1), arguments.ElementAtOrDefault(2));
        if (!_operations.TryGetValue(key, out OperationExpr? node))
        {
            bool isBoolean = operation.Kind() switch
            {
                OperationKind.Arithmetic => false,
                OperationKind.Choice => arguments[1].IsBoolean,
                _ => true,
            };
            _operations.Add(key, node = new OperationExpr(operation, arguments, isBoolean));
        }
        return node;
    }

    /// <summary>The expression with variables replaced, made of nodes of this builder.</summary>
    /// <param name="expression">Nodes of any builder.</param>
    /// <param name="values">What to put for variables; others stay.</param>
    public RealExpr Substitute(RealExpr expression, IReadOnlyDictionary<string, RealExpr> values)
    {
        var done = new Dictionary<RealExpr, RealExpr>();
        foreach (RealExpr node in expression.PostOrder())
        {
            done[node] = node switch
            {
                NumberExpr number => Number(number.Value),
                ConstantExpr constant => Constant(constant.Constant),
                VariableExpr variable => values.GetValueOrDefault(variable.Name) ?? Variable(variable.Name),
                OperationExpr operation => Apply(operation.Operation, [.. operation.Arguments.Select(a => done[a])]),
                _ => throw new ArgumentException($"Unknown node {node.GetType()}.", nameof(expression)),
            };
        }
        return done[expression];
    }

    private static bool TakesSorts(Operation operation, ImmutableArray<RealExpr> arguments) => operation.Kind() switch
    {
        OperationKind.Logic => arguments.All(a => a.IsBoolean),
        OperationKind.Choice => arguments[0].IsBoolean && arguments[1].IsBoolean == arguments[2].IsBoolean,
        _ => !arguments.Any(a => a.IsBoolean),
    };
}
