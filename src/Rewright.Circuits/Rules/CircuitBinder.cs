using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Quantum.Rules;

/// <summary>
/// Makes a <see cref="CircuitRule"/> from a pattern between circuits: gates are known by name, angles are sums, and variables are qubits or
/// angles.
/// </summary>
internal sealed class CircuitBinder(PatternSyntax pattern, ICollection<ModuleDiagnostic> diagnostics)
{
    private const string QubitSort = "Qubit", AngleSort = "Angle";

    private readonly Dictionary<string, string> _sorts = [];
    private readonly List<string> _qubits = [];
    private readonly HashSet<string> _used = [];
    private bool _failed;

    /// <summary>The rule; null if it has mistakes, which are reported.</summary>
    public CircuitRule? Bind()
    {
        if (pattern.Source is not CircuitSyntax source || pattern.Target is not CircuitSyntax target)
        {
            Fail((pattern.Source is CircuitSyntax ? pattern.Target : pattern.Source).Span, "A circuit can stand for a circuit only");
            return null;
        }

        // The binder of terms has already reported it.
        if (pattern.Expressions.Any(e => e.IsTooDeep)) return null;
        foreach (var parameter in pattern.Variables ?? default)
        {
            if (LastPart(parameter.Sort.Text) is QubitSort or AngleSort)
                Declare(parameter.Name, LastPart(parameter.Sort.Text), parameter.Sort.Span);
            else Fail(parameter.Sort.Span, "A pattern between circuits has variables of the sorts Qubit and Angle only");
        }

        var (first, second) = pattern.Polarity == Polarity.Backward ? (target, source) : (source, target);
        var from = Gates(first);
        if (from.Count == 0 && !_failed) Fail(first.Span, "A circuit without gates would match everywhere");
        var bound = new HashSet<string>(_used);
        var to = Gates(second);
        RequireBound(_used, bound, second.Span);
        var conditions = new List<AngleCondition>();
        foreach (var condition in pattern.Conditions)
        {
            if (condition.Pattern is not null) Fail(condition.Span, "A pattern between circuits has conditions on its angles only ('if')");
            else Condition(condition.Expression, conditions);
        }

        RequireBound(_used, bound, pattern.Span);
        if (pattern.Polarity == Polarity.Symmetric && !_failed)
        {
            var back = new HashSet<string>(
                to.SelectMany(g => g.Angles.SelectMany(a => a.Symbols).Concat(g.Qubits.Select(q => _qubits[q.Index]))));
            RequireBound(_used, back, pattern.Span);
        }

        foreach (var parameter in pattern.Variables ?? default)
            if (!_used.Contains(parameter.Name) && !_failed)
                Report(DiagnosticKinds.UnusedParameter, parameter.Sort.Span, pattern.Name, parameter.Name);
        if (_failed) return null;
        var registers = _qubits.Count == 0 ? default : EquatableArray.Of(new Register("q", 0, _qubits.Count));
        return new CircuitRule(pattern.Name, _qubits.ToEquatableArray(), new Circuit(from.ToEquatableArray<CircuitOperation>(), registers),
            new Circuit(to.ToEquatableArray<CircuitOperation>(), registers), conditions.ToEquatableArray(), pattern.UpToPhase,
                pattern.Polarity == Polarity.Symmetric, pattern.Priority, pattern.Group);
    }

    private void RequireBound(IEnumerable<string> used, HashSet<string> bound, SourceSpan span)
    {
        foreach (string name in used.Where(n => !bound.Contains(n)).OrderBy(n => n, StringComparer.Ordinal).ToList())
        {
            Report(DiagnosticKinds.UnboundVariable, span, pattern.Name, name, NearNames.Hint(name, bound));
            bound.Add(name);
            _failed = true;
        }
    }

    private List<GateOperation> Gates(CircuitSyntax circuit)
    {
        var gates = new List<GateOperation>();
        foreach (var syntax in circuit.Gates)
            if (Gate(syntax) is { } gate) gates.Add(gate);
        return gates;
    }

    private GateOperation? Gate(ExprSyntax syntax)
    {
        if (syntax is not CallSyntax call)
        {
            Fail(syntax.Span, "A circuit is made of gates");
            return null;
        }

        string name = LastPart(call.Name);
        if (StandardGates.FindSharp(name) is not { } gate)
        {
            Fail(call.NameSpan, "There is no gate '" + name + "'" + NearNames.Hint(name, StandardGates.All.Select(g => g.SharpName)));
            return null;
        }

        if (call.Arguments.Count != gate.AngleCount + gate.QubitCount)
        {
            Report(DiagnosticKinds.WrongArity, call.NameSpan, name, Takes(gate), InvariantText.Of(call.Arguments.Count));
            _failed = true;
            return null;
        }

        var angles = call.Arguments.Take(gate.AngleCount).Select(Angle).ToList();
        var qubits = call.Arguments.Skip(gate.AngleCount).Select(Qubit).ToList();
        for (int i = 0; i < qubits.Count; i++)
        {
            if (qubits[i] is not { } qubit || qubits.IndexOf(qubit) == i) continue;
            Report(DiagnosticKinds.RepeatedQubit, call.Arguments[gate.AngleCount + i].Span, name, _qubits[qubit.Index]);
            _failed = true;
        }

        return _failed ? null : new GateOperation(gate, angles.ToEquatableArray()!, qubits.Select(q => q!.Value).ToEquatableArray());
    }

    private static string Takes(StandardGate gate)
        => string.Join(" and ", new[] { (gate.AngleCount, "angle"), (gate.QubitCount, "qubit") }.Where(p => p.Item1 > 0)
            .Select(p => InvariantText.Of(p.Item1) + " " + p.Item2 + (p.Item1 == 1 ? "" : "s")));

    private Qubit? Qubit(ExprSyntax syntax)
    {
        if (syntax is not VariableSyntax { Name.Length: > 0 } variable || !Use(variable, QubitSort))
        {
            if (!_failed) Fail(syntax.Span, "A gate acts on variables for qubits");
            return null;
        }

        if (!_qubits.Contains(variable.Name)) _qubits.Add(variable.Name);
        return new Qubit(_qubits.IndexOf(variable.Name));
    }

    private Angle? Angle(ExprSyntax syntax) => Value(syntax) switch
    {
        (Rational number, null) => Radians(number),
        (_, { } angle) => angle,
        _ => null,
    };

    // A number used as an angle counts as radians; a number that is not an integer was written as a double.
    private static Angle Radians(Rational number)
        => number.IsInteger ? Quantum.Angle.OfRadians(number) : Quantum.Angle.FromRadians(number.ToDouble());

    // Either a number or an angle; neither after a mistake.
    private (Rational Number, Angle? Angle)? Value(ExprSyntax syntax)
    {
        switch (syntax)
        {
            case VariableSyntax { Name: "pi" }:
            case CallSyntax { Arguments.Count: 0, Name: "pi" or "Pi" or "Angle.Pi" or "Math.PI" or "double.Pi" }:
                return (0, Quantum.Angle.Pi);
            case CallSyntax { Arguments.Count: 0, Name: "Angle.Zero" }:
                return (0, Quantum.Angle.Zero);
            case VariableSyntax { Name.Length: > 0 } variable:
                return Use(variable, AngleSort) ? (0, Quantum.Angle.Symbol(variable.Name)) : null;
            case LiteralSyntax { Kind: LiteralKind.Integer } literal:
                return (BigInteger.Parse(literal.Text, CultureInfo.InvariantCulture), null);
            case LiteralSyntax { Kind: LiteralKind.Real } literal:
                if (double.TryParse(literal.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
                    && !double.IsInfinity(real))
                    return (Rational.FromDouble(real), null);
                Report(DiagnosticKinds.LiteralRange, literal.Span, literal.Text, "double");
                _failed = true;
                return null;
            case CallSyntax { Arguments.Count: 1, Name: "double" or "Angle" or "int" or "Rational" } conversion:
                return Value(conversion.Arguments[0]);
            case CheckedSyntax inner:
                return Value(inner.Operand);
            case UnarySyntax { Operator: "-" } minus:
                return Value(minus.Operand) is { } operand ? (-operand.Number, operand.Angle is null ? null : -operand.Angle) : null;
            case BinarySyntax { Operator: "+" or "-" or "*" or "/" } binary:
                if (Value(binary.Left) is not { } left || Value(binary.Right) is not { } right) return null;
                switch (binary.Operator)
                {
                    case "+" or "-" when left.Angle is null && right.Angle is null:
                        return (binary.Operator == "+" ? left.Number + right.Number : left.Number - right.Number, null);
                    case "+" or "-":
                        Angle a = left.Angle ?? Radians(left.Number), b = right.Angle ?? Radians(right.Number);
                        return (0, binary.Operator == "+" ? a + b : a - b);
                    case "*" when left.Angle is null || right.Angle is null:
                        return left.Angle is null && right.Angle is null ? (left.Number * right.Number, null)
                            : (0, left.Angle is null ? right.Angle! * left.Number : left.Angle * right.Number);
                    case "/" when right.Angle is null && !right.Number.IsZero:
                        return left.Angle is null ? (left.Number / right.Number, null) : (0, left.Angle / right.Number);
                }

                break;
        }

        Fail(syntax.Span, "An angle is a sum of variables, numbers and multiples of pi");
        return null;
    }

    private void Condition(ExprSyntax syntax, List<AngleCondition> output)
    {
        if (syntax is CheckedSyntax inner) syntax = inner.Operand;
        if (syntax is BinarySyntax { Operator: "&&" } and)
        {
            Condition(and.Left, output);
            Condition(and.Right, output);
            return;
        }

        AngleRelation? relation = (syntax as BinarySyntax)?.Operator switch
        {
            "==" => AngleRelation.Equal,
            "!=" => AngleRelation.NotEqual,
            "<" => AngleRelation.Less,
            "<=" => AngleRelation.LessOrEqual,
            ">" => AngleRelation.Greater,
            ">=" => AngleRelation.GreaterOrEqual,
            _ => null,
        };
        if (relation is not { } known)
        {
            Fail(syntax.Span, "A condition on angles compares them, as in 'a % (2*pi) == 0'; several are joined by '&&'");
            return;
        }

        var comparison = (BinarySyntax)syntax;
        var (sum, modulus) = comparison.Left is BinarySyntax { Operator: "%" } remainder
            ? (Angle(remainder.Left), Angle(remainder.Right)) : (Angle(comparison.Left), Quantum.Angle.Zero);
        if (sum is null || modulus is null || Angle(comparison.Right) is not { } bound) return;
        bool isRemainder = comparison.Left is BinarySyntax { Operator: "%" };
        if (isRemainder && !(modulus.IsMultipleOfPi && !modulus.IsZero && bound.IsConstant))
            Fail(syntax.Span, "A remainder of angles is taken by a multiple of pi and compared with a constant");
        // The remainder has the sign of the dividend, so only the remainder 0 is the same for all angles that differ by full turns.
        else output.Add(new(sum, modulus, known, bound));
    }

    private bool Use(VariableSyntax variable, string sort)
    {
        if (!_sorts.TryGetValue(variable.Name, out string? known))
        {
            // In C# the variables are declared, and the compiler has checked that.
            Declare(variable.Name, known = sort, variable.Span);
        }

        if (known != sort)
        {
            Report(DiagnosticKinds.VariableSort, variable.Span, variable.Name, known, sort);
            _failed = true;
            return false;
        }

        _used.Add(variable.Name);
        return true;
    }

    private void Declare(string name, string sort, SourceSpan span)
    {
        if (_sorts.ContainsKey(name)) Report(DiagnosticKinds.Duplicate, span, name);
        else _sorts.Add(name, sort);
    }

    private void Report(DiagnosticKind kind, SourceSpan span, params string[] arguments)
        => diagnostics.Add(new(kind, span, arguments));

    private void Fail(SourceSpan span, string message)
    {
        Report(DiagnosticKinds.BadCircuit, span, message);
        _failed = true;
    }

    private static string LastPart(string name) => name.Substring(name.LastIndexOf('.') + 1);
}
