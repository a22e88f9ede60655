using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Rewright.Checks;
using Rewright.Generators.Checking;
using Rewright.Model;
using Rewright.Quantum;

namespace Rewright.Generators.Reading;

/// <summary>A circuit read from a method.</summary>
/// <param name="ClassName">The full name of the class.</param>
/// <param name="Name">The name of the method.</param>
/// <param name="Program">The circuit in OpenQASM 3; null if there are mistakes.</param>
/// <param name="Problems">The mistakes.</param>
internal sealed record CircuitDeclaration(string ClassName, string Name, string? Program, EquatableArray<ModuleDiagnostic> Problems);

/// <summary>Reads methods with the attribute <c>[Circuit]</c>: gates, measurements, and other circuits.</summary>
internal sealed class CircuitReader
{
    public const string Attribute = "Rewright.CircuitAttribute";

    private const string GateClass = "Rewright.Quantum.Gates";
    private const int MaxNesting = 50;

    private readonly SemanticModel _model;
    private readonly CancellationToken _cancellation;
    private readonly List<ModuleDiagnostic> _problems;
    private readonly List<IMethodSymbol> _open;
    private readonly List<string> _qubits = [];
    private readonly List<string> _angles = [];

    private CircuitReader(SemanticModel model, List<ModuleDiagnostic> problems, List<IMethodSymbol> open, CancellationToken cancellation)
        => (_model, _problems, _open, _cancellation) = (model, problems, open, cancellation);

    /// <summary>Reads a method.</summary>
    public static CircuitDeclaration Read(
        IMethodSymbol method, MethodDeclarationSyntax syntax, SemanticModel model, CancellationToken cancellation)
    {
        var problems = new List<ModuleDiagnostic>();
        string? program = null;
        var reader = new CircuitReader(model, problems, [method], cancellation);
        if (reader.ReadBody(method, syntax) is { } circuit && problems.Count == 0)
        {
            try
            {
                program = OpenQasm.Write(circuit);
            }
            catch (NotSupportedException e)
            {
                problems.Add(new(DeclarationKinds.NotInOpenQasm, syntax.Identifier.Span(), method.Name, e.Message));
            }
        }

        return new(Roles.FullName(method.ContainingType), method.Name, program, problems.ToEquatableArray());
    }

    private Circuit? ReadBody(IMethodSymbol method, MethodDeclarationSyntax syntax)
    {
        var body = syntax.ExpressionBody?.Expression
            ?? (syntax.Body?.Statements is [ReturnStatementSyntax { Expression: { } value }] ? value : null);
        bool isGeneric = method.IsGenericMethod;
        for (var type = method.ContainingType; type is not null; type = type.ContainingType) isGeneric |= type.IsGenericType;
        if (body is null || !method.IsStatic || isGeneric || !IsQuantum(method.ReturnType, "Circuit"))
        {
            _problems.Add(new(DeclarationKinds.CircuitShape, syntax.Identifier.Span(), method.Name));
            return null;
        }

        foreach (var (parameter, place) in method.Parameters.Zip(syntax.ParameterList.Parameters, (p, s) => (p, s)))
        {
            bool isPlain = parameter.RefKind == RefKind.None && !parameter.HasExplicitDefaultValue;
            if (isPlain && IsQuantum(parameter.Type, "Qubit")) _qubits.Add(parameter.Name);
            else if (isPlain && IsQuantum(parameter.Type, "Angle")) _angles.Add(parameter.Name);
            else if (parameter.Type.TypeKind != TypeKind.Error)
                _problems.Add(new(DeclarationKinds.CircuitParameter, place.Span(), parameter.Name, method.Name));
        }

        if (_problems.Count > 0) return null;
        var operations = Sequence(body);
        if (operations is null) return null;
        int bits = operations.SelectMany(o => o.Bits).DefaultIfEmpty(-1).Max() + 1;
        return new Circuit(
            operations.ToEquatableArray(), _qubits.Select((q, i) => new Register(q, i, 1, IsArray: false)).ToEquatableArray(),
            bits == 0 ? default : EquatableArray.Of(new Register("c", 0, bits)));
    }

    private List<CircuitOperation>? Sequence(ExpressionSyntax expression)
    {
        _cancellation.ThrowIfCancellationRequested();
        expression = Inner(expression);
        if (expression is InvocationExpressionSyntax) return Call(expression);
        if (expression is not CollectionExpressionSyntax collection)
            return Wrong(expression, "a circuit is written as [H(q), CX(q, r)], of gates and of other circuits: [.. Bell(q, r)]");
        var operations = new List<CircuitOperation>();
        bool isWhole = true;
        foreach (var element in collection.Elements)
        {
            if (element is SpreadElementSyntax spread)
            {
                if (Sequence(spread.Expression) is { } inner) operations.AddRange(inner);
                else isWhole = false;
            }
            else if (element is ExpressionElementSyntax { Expression: var item })
            {
                if (Operation(item) is { } operation) operations.Add(operation);
                else isWhole = false;
            }
        }

        return isWhole ? operations : null;
    }

    // Reads a call of another circuit, which becomes a gate if it can be one; otherwise its operations are inlined.
    private List<CircuitOperation>? Call(ExpressionSyntax expression)
    {
        if (_model.GetOperation(expression, _cancellation) is not IInvocationOperation call) return null;
        var method = call.TargetMethod;
        if (!method.GetAttributes().Any(a => a.AttributeClass is { } type && Roles.FullName(type) == Attribute))
            return Wrong(expression, "what it does is known only when the program runs; declare it as a [Circuit]");
        if (method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation) is not MethodDeclarationSyntax syntax)
            return Wrong(expression, "its body is not in this project");
        if (_open.Contains(method, SymbolEqualityComparer.Default)) return Wrong(expression, "a circuit cannot be part of itself");
        if (_open.Count >= MaxNesting) return Wrong(expression, "circuits nest too deeply");

        // Mistakes in the called circuit are reported there.
        var problems = new List<ModuleDiagnostic>();
#pragma warning disable RS1030 // The body may be in another file.
        var reader = new CircuitReader(
            syntax.SyntaxTree == _model.SyntaxTree ? _model : _model.Compilation.GetSemanticModel(syntax.SyntaxTree), problems,
            [.. _open, method], _cancellation);
#pragma warning restore RS1030
        if (reader.ReadBody(method, syntax) is not { } body || problems.Count > 0)
            return Wrong(expression, "the circuit '" + method.Name + "' has mistakes");

        var qubits = new List<Qubit>();
        var angles = new List<Angle>();
        foreach (var argument in call.Arguments.OrderBy(a => a.Parameter?.Ordinal))
        {
            if (argument.Parameter is not { } parameter || argument.Value.Syntax is not ExpressionSyntax value) return null;
            if (IsQuantum(parameter.Type, "Qubit"))
            {
                if (Qubit(value) is not { } qubit) return null;
                qubits.Add(qubit);
            }
            else
            {
                if (Angle(value) is not { } angle) return null;
                angles.Add(angle);
            }
        }

        if (qubits.Distinct().Count() < qubits.Count) return Wrong(expression, "it is applied to the same qubit twice");
        if (body.IsUnitary)
        {
            var gate = new DefinedGate(method.Name, reader._angles.ToEquatableArray(), reader._qubits.ToEquatableArray(), body);
            return [new GateOperation(gate, angles.ToEquatableArray(), qubits.ToEquatableArray())];
        }

        Angle? Value(string symbol) => reader._angles.IndexOf(symbol) is >= 0 and var index ? angles[index] : null;
        return [.. body.Operations.Select(o => o.Replace(q => qubits[q.Index], Value))];
    }

    private CircuitOperation? Operation(ExpressionSyntax expression)
    {
        expression = Inner(expression);
        switch (_model.GetOperation(expression, _cancellation))
        {
            case IInvocationOperation { TargetMethod: var method } call when Roles.FullName(method.ContainingType) == GateClass:
                return Built(expression, () => Gate(expression, call));
            case IInvocationOperation
            {
                Instance.Syntax: ExpressionSyntax gate,
                TargetMethod: { Name: "Controlled" or "ToPower" } method
            } call when IsQuantum(method.ContainingType, "GateOperation"):
                return Operation(gate) is GateOperation operation ? Built(expression, () => Modified(expression, operation, call)) : null;
            case IPropertyReferenceOperation
            {
                Instance.Syntax: ExpressionSyntax gate,
                Property: { Name: "Inverse" } property
            } when IsQuantum(property.ContainingType, "GateOperation"):
                return Operation(gate) is GateOperation forward ? Built(expression, () => forward.Inverse) : null;
            case IInvalidOperation or null:
                return IsError(expression) ? null : Wrong<CircuitOperation>(expression, Advice);
            default:
                return Wrong<CircuitOperation>(expression, Advice);
        }
    }

    private const string Advice = "a circuit consists of what Rewright.Quantum.Gates has: gates, Measure, Reset, Barrier and If";

    private CircuitOperation? Gate(ExpressionSyntax expression, IInvocationOperation call)
    {
        var written = expression is InvocationExpressionSyntax i ? i.ArgumentList.Arguments.Select(a => a.Expression).ToList() : [];
        switch (call.TargetMethod.Name)
        {
            case "Measure":
                return Qubit(Argument(call, 0)) is { } measured
                    && Bit(Argument(call, 1)) is { } bit ? new MeasureOperation(measured, bit) : null;
            case "Reset":
                return Qubit(Argument(call, 0)) is { } reset ? new ResetOperation(reset) : null;
            case "Barrier":
                var barrier = written.Select(Qubit).ToList();
                return barrier.Contains(null) ? null : new BarrierOperation(barrier.Select(q => q!.Value).ToEquatableArray());
            case "If":
                var condition = Bit(written[0]);
                var then = written.Skip(1).Select(Operation).ToList();
                return condition is null || then.Contains(null) ? null
                    : new IfOperation(new ClassicalBits(EquatableArray.Of(condition.Value), false), then.Select(o => o!).ToEquatableArray(),
                        EquatableArray<CircuitOperation>.Empty);
        }

        if (StandardGates.FindSharp(call.TargetMethod.Name) is not { } gate) return Wrong<CircuitOperation>(expression, Advice);
        var angles = Enumerable.Range(0, gate.AngleCount).Select(n => Angle(Argument(call, n))).ToList();
        var qubits = Enumerable.Range(gate.AngleCount, gate.QubitCount).Select(n => Qubit(Argument(call, n))).ToList();
        return angles.Contains(null)
            || qubits.Contains(null)
            ? null : new GateOperation(gate, angles.ToEquatableArray()!, qubits.Select(q => q!.Value).ToEquatableArray());
    }

    private CircuitOperation? Modified(ExpressionSyntax expression, GateOperation operation, IInvocationOperation call)
    {
        var written = expression is InvocationExpressionSyntax i ? i.ArgumentList.Arguments.Select(a => a.Expression).ToList() : [];
        if (call.TargetMethod.Name == "Controlled")
        {
            var controls = written.Select(Qubit).ToList();
            return controls.Contains(null) ? null : operation.Controlled([.. controls.Select(q => q!.Value)]);
        }

        return Rational(written[0]) is { } exponent ? operation.ToPower(exponent) : null;
    }

    // Gates check their own arguments.
    private CircuitOperation? Built(ExpressionSyntax expression, Func<CircuitOperation?> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            string message = e.Message;
            // Cut off the parameter name that the framework appends.
            int end = message.IndexOf(" (Parameter", StringComparison.Ordinal);
            if (end < 0) end = message.IndexOf('\r') is >= 0 and var line ? line : message.Length;
            return Wrong<CircuitOperation>(expression, message.Substring(0, end).TrimEnd('.'));
        }
    }

    private static ExpressionSyntax Argument(IInvocationOperation call, int ordinal)
        => (ExpressionSyntax)call.Arguments.First(a => a.Parameter?.Ordinal == ordinal).Value.Syntax;

    private Qubit? Qubit(ExpressionSyntax expression)
    {
        expression = Inner(expression);
        if (_model.GetSymbolInfo(expression, _cancellation).Symbol is IParameterSymbol parameter
            && _qubits.IndexOf(parameter.Name) is >= 0 and var index)
            return new Qubit(index);
        return IsError(expression) ? null : WrongValue<Qubit>(expression, "qubits are the parameters of the circuit");
    }

    private int? Bit(ExpressionSyntax expression)
    {
        if (_model.GetConstantValue(Inner(expression), _cancellation) is { HasValue: true, Value: int bit and >= 0 and < 10_000 })
            return bit;
        return IsError(expression) ? null : WrongValue<int>(expression, "the number of a bit is a constant from 0 to 9999");
    }

    private Rational? Rational(ExpressionSyntax expression)
    {
        expression = Inner(expression);
        if (_model.GetConstantValue(expression, _cancellation) is { HasValue: true, Value: int whole }) return whole;
        if (expression is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [var n, var d] }
            && IsQuantum(_model.GetTypeInfo(expression, _cancellation).Type, "Rational")
            && _model.GetConstantValue(n.Expression, _cancellation) is { HasValue: true, Value: int numerator }
            && _model.GetConstantValue(d.Expression, _cancellation) is { HasValue: true, Value: int and not 0 and var denominator })
            return new Rational(numerator, denominator);
        return IsError(expression) ? null : WrongValue<Rational>(expression, "this is a constant: a whole number, or new Rational(1, 3)");
    }

    private Angle? Angle(ExpressionSyntax expression)
    {
        expression = Inner(expression);
        switch (_model.GetConstantValue(expression, _cancellation))
        {
            case { HasValue: true, Value: int i }: return Quantum.Angle.FromRadians(i);
            case { HasValue: true, Value: double d } when !double.IsNaN(d) && !double.IsInfinity(d): return Quantum.Angle.FromRadians(d);
        }

        switch (expression)
        {
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                return Angle(minus.Operand) is { } operand ? -operand : null;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression } sum:
                var (left, right) = (Angle(sum.Left), Angle(sum.Right));
                return left is null || right is null ? null : sum.IsKind(SyntaxKind.AddExpression) ? left + right : left - right;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression or (int)SyntaxKind.DivideExpression } product:
                bool isFactorFirst = product.IsKind(SyntaxKind.MultiplyExpression)
                    && !IsQuantum(_model.GetTypeInfo(product.Left, _cancellation).Type, "Angle");
                var factor = Rational(isFactorFirst ? product.Left : product.Right);
                var angle = Angle(isFactorFirst ? product.Right : product.Left);
                if (factor is null || angle is null) return null;
                if (product.IsKind(SyntaxKind.MultiplyExpression)) return angle * factor.Value;
                return factor.Value.IsZero ? Wrong<Angle>(product, "it divides by zero") : angle / factor.Value;
            case InvocationExpressionSyntax { ArgumentList.Arguments: [var multiple] } call when _model.GetSymbolInfo(
                call, _cancellation).Symbol is IMethodSymbol { Name: "OfPi" } of && IsQuantum(of.ContainingType, "Angle"):
                return Rational(multiple.Expression) is { } pi ? Quantum.Angle.OfPi(pi) : null;
        }

        switch (_model.GetSymbolInfo(expression, _cancellation).Symbol)
        {
            case IParameterSymbol parameter when _angles.Contains(parameter.Name): return Quantum.Angle.Symbol(parameter.Name);
            case IPropertySymbol { Name: "Pi" } property when IsQuantum(property.ContainingType, "Angle"): return Quantum.Angle.Pi;
            case IPropertySymbol { Name: "Zero" } property when IsQuantum(property.ContainingType, "Angle"): return Quantum.Angle.Zero;
        }

        return IsError(expression)
            ? null : Wrong<Angle>(expression, "angles are sums and multiples of Angle.Pi, of numbers, and of parameters of the circuit");
    }

    // True if the compiler reports the mistake.
    private bool IsError(ExpressionSyntax expression)
        => _model.GetDiagnostics(expression.Span, _cancellation).Any(d => d.Severity == DiagnosticSeverity.Error);

    private List<CircuitOperation>? Wrong(ExpressionSyntax expression, string advice) => Wrong<List<CircuitOperation>>(expression, advice);

    private T? Wrong<T>(ExpressionSyntax expression, string advice)
        where T : class
    {
        _problems.Add(new(DeclarationKinds.NotInOpenQasm, expression.Span(), expression.ToString(), advice));
        return null;
    }

    private T? WrongValue<T>(ExpressionSyntax expression, string advice)
        where T : struct
    {
        _problems.Add(new(DeclarationKinds.NotInOpenQasm, expression.Span(), expression.ToString(), advice));
        return null;
    }

    private static ExpressionSyntax Inner(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized) expression = parenthesized.Expression;
        return expression;
    }

    private static bool IsQuantum(ITypeSymbol? type, string name) => type?.Name == name && SortNames.IsQuantum(type);
}
