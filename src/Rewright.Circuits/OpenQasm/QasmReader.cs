using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>
/// Executes the parts of a program that do not depend on measurements: loops, constants, broadcasts. The rest is a circuit.
/// </summary>
internal sealed partial class QasmReader(OpenQasmOptions options)
{
    private const int MaxStatements = 10_000_000;

    private enum Flow { Normal, Break, Continue }

    private readonly List<Register> _qubits = [];
    private readonly List<Register> _bits = [];
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);
    private OpenQasmVersion _version;
    private QasmScope _scope = new(null);
    private List<CircuitOperation> _output = [];
    private int _qubitCount, _bitCount, _runtimeDepth;
    private long _operations, _statements;

    // The name of the gate whose body is being read.
    private string? _definition;

    public Circuit Read(string text)
    {
        (var statements, _version) = QasmParser.Parse(text, options);
        foreach (var statement in statements)
            if (Run(statement) != Flow.Normal) throw Error(statement, "There is no loop around this.");
        return new Circuit(_output.ToEquatableArray(), _qubits.ToEquatableArray(), _bits.ToEquatableArray());
    }

    private Flow Run(List<QasmStatement> body)
    {
        var outer = _scope;
        _scope = new(outer);
        var flow = Flow.Normal;
        foreach (var statement in body)
            if ((flow = Run(statement)) != Flow.Normal) break;
        _scope = outer;
        return flow;
    }

    private Flow Run(QasmStatement statement)
    {
        if (++_statements > MaxStatements) throw Error(statement, "The program takes too long to unroll.");
        if (_definition is not null
            && statement is not (
            QasmGateCall or QasmFor or QasmIf or QasmBlock or QasmBarrier or QasmVariable { Type.Name: not "bit" } or QasmJump))
            throw Error(statement, "The body of a gate consists of gates.");
        switch (statement)
        {
            case QasmQubits s:
                Declare(s, s.Name, new QasmValueEntity(NewQubits(s)));
                return Flow.Normal;
            case QasmVariable s:
                Variable(s);
                return Flow.Normal;
            case QasmAlias s:
                var aliased = Evaluate(s.Value);
                if (aliased is not (QasmQubitRange or QasmBitRange)) throw Error(s.Value, "An alias stands for qubits or bits.");
                // Aliases of large registers take memory just as operations do.
                Charge(s, (aliased is QasmQubitRange q ? q.Qubits : ((QasmBitRange)aliased).Bits).Length);
                Declare(s, s.Name, new QasmValueEntity(aliased));
                return Flow.Normal;
            case QasmGateDefinition s:
                Define(s);
                return Flow.Normal;
            case QasmGateCall s:
                Apply(s);
                return Flow.Normal;
            case QasmAssignment s:
                Assign(s);
                return Flow.Normal;
            case QasmReset s:
                foreach (int qubit in Qubits(s.Operand).Qubits) Emit(s, new ResetOperation(new Qubit(qubit)));
                return Flow.Normal;
            case QasmBarrier s:
                var qubits = s.Operands.Count > 0
                    ? s.Operands.SelectMany(o => Qubits(o).Qubits).Distinct() : Enumerable.Range(0, _definition is null ? _qubitCount : 0);
                Emit(s, new BarrierOperation(qubits.Select(q => new Qubit(q)).ToEquatableArray()));
                return Flow.Normal;
            case QasmBlock s:
                return Run(s.Body);
            case QasmIf s:
                return If(s);
            case QasmFor s:
                return For(s);
            case QasmWhile s:
                return While(s);
            case QasmJump s:
                return s.IsBreak ? Flow.Break : Flow.Continue;
            default:
                throw new InvalidOperationException("There is no way to run " + statement.GetType().Name + ".");
        }
    }

    private QasmQubitRange NewQubits(QasmQubits declaration)
    {
        if (_scope.Outer is not null) throw Error(declaration, "Qubits are declared outside of blocks.");
        int size = Size(declaration, declaration.Size, _qubitCount, "qubits");
        _qubits.Add(new Register(declaration.Name, _qubitCount, size, declaration.Size is not null));
        _qubitCount += size;
        return new([.. Enumerable.Range(_qubitCount - size, size)], declaration.Size is not null);
    }

    private QasmBitRange NewBits(QasmVariable declaration)
    {
        int size = Size(declaration, declaration.Type.Size, _bitCount, "bits");
        // Bits declared in a block become bits of the circuit each time the block is unrolled.
        string name = declaration.Name;
        for (int i = 1; _scope.Outer is not null && _bits.Any(b => b.Name == name); i++)
            name = declaration.Name + "_" + i.ToString(CultureInfo.InvariantCulture);
        _bits.Add(new Register(name, _bitCount, size, declaration.Type.Size is not null));
        _bitCount += size;
        return new([.. Enumerable.Range(_bitCount - size, size)], declaration.Type.Size is not null);
    }

    private int Size(QasmNode declaration, QasmExpression? size, int used, string what)
    {
        var value = size is null ? 1 : Integer(size);
        if (value < 1)
            throw Error(size ?? declaration,
                "A register has at least one element, not " + value.ToString(CultureInfo.InvariantCulture) + ".");
        if (value + used > options.MaxQubits)
            throw Error(size ?? declaration,
                "More than " + options.MaxQubits.ToString(CultureInfo.InvariantCulture) + " " + what + " are not supported.");
        return (int)value;
    }

    private void Variable(QasmVariable s)
    {
        if (s.IsInput)
        {
            if (s.Type.Name is not ("float" or "angle"))
                throw Error(s.Type.Span, "Inputs of type '" + s.Type.Name + "' are not supported: only numbers and angles are.");
            if (_scope.Outer is not null) throw Error(s, "Inputs are declared outside of blocks.");
            _inputs.Add(s.Name);
            Declare(s, s.Name, new QasmValueEntity(new QasmReal(Angle.Symbol(s.Name))));
            return;
        }

        if (s.Type.Name == "bit" && !s.IsConst)
        {
            var value = s.Value is null ? null : Evaluate(s.Value);
            var bits = NewBits(s);
            Declare(s, s.Name, new QasmValueEntity(bits));
            if (value is not null) AssignBits(s, bits, value);
            return;
        }

        var variable = new QasmVariableEntity(
            s.Type, _runtimeDepth)
        { Value = s.Value is null ? null : Convert(s.Value, Known(s.Value), s.Type) };
        Declare(s, s.Name, s.IsConst ? new QasmValueEntity(variable.Value!) : variable);
    }

    private void Declare(QasmNode place, string name, QasmEntity entity)
    {
        if (name is "pi" or "tau" or "euler" || _scope.Entities.ContainsKey(name))
            throw Error(place, "The name '" + name + "' is already used.");
        _scope.Entities.Add(name, entity);
    }

    private void Define(QasmGateDefinition s)
    {
        if (_scope.Outer is not null) throw Error(s, "Gates are defined outside of blocks.");
        if (s.Body is null)
        {
            Declare(s, s.Name, new QasmGateEntity(null));
            return;
        }

        var (scope, output) = (_scope, _output);
        (_scope, _output, _definition) = (new QasmScope(_scope), [], s.Name);
        foreach (var angle in s.Angles) Declare(angle, angle.Name, new QasmValueEntity(new QasmReal(Angle.Symbol(angle.Name))));
        for (int i = 0; i < s.Qubits.Count; i++)
            Declare(s.Qubits[i], s.Qubits[i].Name, new QasmValueEntity(new QasmQubitRange([i], false)));
        // Inputs of the program are not allowed in a definition, because they could not be told from its own angles.
        foreach (var statement in s.Body)
            if (Run(statement) != Flow.Normal) throw Error(statement, "There is no loop around this.");
        var body = new Circuit(_output.ToEquatableArray());
        (_scope, _output, _definition) = (scope, output, null);
        if (body.Operations.Items.OfType<GateOperation>().SelectMany(g => g.Angles).SelectMany(a => a.Symbols).FirstOrDefault(
            n => s.Angles.All(a => a.Name != n)) is { } free)
            throw Error(s, "The gate '" + s.Name + "' uses the input '" + free + "': make it an angle of the gate.");
        try
        {
            Declare(s, s.Name, new QasmGateEntity(
                new DefinedGate(s.Name, s.Angles.Select(a => a.Name).ToEquatableArray(), s.Qubits.Select(q => q.Name).ToEquatableArray(),
                body)));
        }
        catch (ArgumentException e)
        {
            throw Error(s, e.Message);
        }
    }

    private Flow If(QasmIf s)
    {
        var condition = Condition(s.Condition);
        if (condition is ClassicalConstant known) return Run(known.Value != 0 ? s.Then : s.Else);
        var then = Runtime(s.Then);
        var otherwise = Runtime(s.Else);
        Emit(s, new IfOperation(condition, then, otherwise));
        return Flow.Normal;
    }

    private Flow For(QasmFor s)
    {
        foreach (var value in Values(s.Values))
        {
            if (++_statements > MaxStatements) throw Error(s, "The loop is too long to unroll.");
            var outer = _scope;
            _scope = new(outer);
            Declare(s, s.Variable, new QasmValueEntity(value));
            var flow = Run(s.Body);
            _scope = outer;
            if (flow == Flow.Break) break;
        }

        return Flow.Normal;
    }

    private Flow While(QasmWhile s)
    {
        while (Condition(s.Condition) is var condition && (condition is not ClassicalConstant known || known.Value != 0))
        {
            // Values known before the program runs cannot end the loop, so it stays a loop.
            if (condition is not ClassicalConstant || !DependsOnVariables(s.Condition))
            {
                Emit(s, new WhileOperation(condition, Runtime(s.Body)));
                break;
            }

            if (++_statements > MaxStatements) throw Error(s, "The loop is too long to unroll.");
            if (Run(s.Body) == Flow.Break) break;
        }

        return Flow.Normal;
    }

    // A block that runs only if some bits say so.
    private EquatableArray<CircuitOperation> Runtime(List<QasmStatement> body)
    {
        var output = _output;
        _output = [];
        _runtimeDepth++;
        if (Run(body) != Flow.Normal) throw Error(body[body.Count - 1], "A loop is not left from inside of what depends on bits.");
        _runtimeDepth--;
        var operations = _output.ToEquatableArray();
        _output = output;
        return operations;
    }

    private bool DependsOnVariables(QasmExpression expression) => expression switch
    {
        QasmName e => _scope.Find(e.Name) is QasmVariableEntity,
        QasmUnary e => DependsOnVariables(e.Operand),
        QasmBinary e => DependsOnVariables(e.Left) || DependsOnVariables(e.Right),
        QasmCast e => DependsOnVariables(e.Operand),
        QasmCall e => e.Arguments.Any(DependsOnVariables),
        QasmIndex e => DependsOnVariables(e.Operand) || DependsOnVariables(e.Index),
        _ => false,
    };

    private void Assign(QasmAssignment s)
    {
        if (s.Target is null)
        {
            foreach (int qubit in ((QasmMeasured)Evaluate(s.Value)).Qubits) Emit(s, new MeasureOperation(new Qubit(qubit), null));
            return;
        }

        if (s.Target is QasmName { Name: var name } && _scope.Find(name) is QasmVariableEntity variable)
        {
            if (variable.RuntimeDepth < _runtimeDepth)
                throw Error(s, "The variable '" + name + "' would depend on bits that are known only when the program runs; use bits.");
            var value = Known(s.Value);
            if (s.Operator != "=") value = Known(Combine(s, s.Operator.Substring(0, s.Operator.Length - 1), Evaluate(s.Target), value), s);
            variable.Value = Convert(s.Value, value, variable.Type);
            return;
        }

        if (Evaluate(s.Target) is not QasmBitRange target) throw Error(s.Target, "Only bits and variables can be assigned to.");
        AssignBits(s, target,
            s.Operator == "=" ? Evaluate(s.Value) : Combine(s, s.Operator.Substring(0, s.Operator.Length - 1), target, Evaluate(s.Value)));
    }

    private void AssignBits(QasmNode place, QasmBitRange target, QasmValue value)
    {
        void Set(int index, ClassicalExpression bit) => Emit(place, new AssignOperation(target.Bits[index], bit));
        int width = target.Bits.Length;
        switch (value)
        {
            case QasmMeasured measured:
                if (measured.Qubits.Length != width)
                    throw Error(place, Mismatch(measured.Qubits.Length, "qubits are measured into", width, "bits"));
                for (int i = 0; i < width; i++) Emit(place, new MeasureOperation(new Qubit(measured.Qubits[i]), target.Bits[i]));
                break;
            case QasmBitString known:
                if (known.Bits.Length != width) throw Error(place, Mismatch(known.Bits.Length, "bits are assigned to", width, "bits"));
                for (int i = 0; i < width; i++) Set(i, new ClassicalConstant(known.Bits[i] ? 1 : 0));
                break;
            case QasmBoolean known when width == 1:
                Set(0, new ClassicalConstant(known.Value ? 1 : 0));
                break;
            case QasmInteger known when known.Value.Sign >= 0:
                if (known.Value >> width != 0) throw Error(place, "The number does not fit into the bits.");
                for (int i = 0; i < width; i++) Set(i, new ClassicalConstant((long)(known.Value >> i & 1)));
                break;
            case QasmBitRange bits:
                if (bits.Bits.Length != width) throw Error(place, Mismatch(bits.Bits.Length, "bits are assigned to", width, "bits"));
                if (bits.Bits.Intersect(target.Bits).Any() && !bits.Bits.SequenceEqual(target.Bits))
                    throw Error(place, "Bits that overlap cannot be assigned to each other.");
                for (int i = 0; i < width; i++) Set(i, new ClassicalBits(EquatableArray.Of(bits.Bits[i]), false));
                break;
            case QasmRuntime runtime when width == 1:
                Set(0, Truth(runtime.Expression));
                break;
            default:
                throw Error(place, "This cannot be assigned to " + (width == 1 ? "a bit." : "bits."));
        }
    }

    private static string Mismatch(int left, string verb, int right, string what)
        => left.ToString(CultureInfo.InvariantCulture) + " " + verb + " " + right.ToString(CultureInfo.InvariantCulture) + " " + what + ".";

    private void Apply(QasmGateCall s)
    {
        var gate = FindGate(s);
        var angles = s.Angles.Select(a => GateAngle(a)).ToEquatableArray();
        if (angles.Count != gate.AngleCount && !(gate == StandardGates.Id && angles.Count == 0))
            throw Error(s, "The gate '" + s.Name + "' takes " + Count(gate.AngleCount, "angle") + ", not "
                + angles.Count.ToString(CultureInfo.InvariantCulture) + ".");
        var modifiers = s.Modifiers.Select(
            m => (m.Kind, Argument: m.Argument is null ? 1 : m.Kind == "pow" ? Exponent(m.Argument) : Controls(m.Argument),
            m.Span)).ToList();
        Rational controls = modifiers.Where(m => m.Kind is "ctrl" or "negctrl").Aggregate((Rational)0, (n, m) => n + m.Argument);
        var operands = s.Operands.Select(o => Qubits(o)).ToList();
        if (operands.Count != gate.QubitCount + controls)
            throw Error(s, "The gate '" + s.Name + "' takes " + (controls + gate.QubitCount)
                + (controls + gate.QubitCount == 1 ? " qubit" : " qubits") + ", not "
                + operands.Count.ToString(CultureInfo.InvariantCulture) + ".");
        int? length = null;
        for (int i = 0; i < operands.Count; i++)
        {
            if (!operands[i].IsArray) continue;
            if (length is { } other && other != operands[i].Qubits.Length)
                throw Error(s.Operands[i],
                    "Registers of " + Count(other, "qubit") + " and of " + operands[i].Qubits.Length.ToString(CultureInfo.InvariantCulture)
                    + " are used together.");
            length = operands[i].Qubits.Length;
        }

        for (int step = 0; step < (length ?? 1); step++)
        {
            var qubits = operands.Select(o => new Qubit(o.Qubits[o.IsArray ? step : 0])).ToList();
            var used = new HashSet<Qubit>();
            for (int i = 0; i < qubits.Count; i++)
                if (!used.Add(qubits[i])) throw Error(s.Operands[i], "The gate '" + s.Name + "' is applied to the same qubit twice.");
            Apply(s, gate, angles, modifiers, qubits);
        }
    }

    private void Apply(QasmGateCall s, Gate gate, EquatableArray<Angle> angles,
        List<(string Kind, Rational Argument, SourceSpan Span)> modifiers, List<Qubit> qubits)
    {
        // The first operands belong to the first modifiers, and the last modifier is applied first.
        var owners = new List<List<Qubit>>();
        int next = 0;
        foreach (var (kind, argument, _) in modifiers)
        {
            int count = kind is "ctrl" or "negctrl" ? (int)argument.Numerator : 0;
            owners.Add(qubits.GetRange(next, count));
            next += count;
        }

        try
        {
            var operation = new GateOperation(gate, angles, qubits.Skip(next).ToEquatableArray());
            var negative = new List<Qubit>();
            for (int i = modifiers.Count - 1; i >= 0; i--)
            {
                operation = modifiers[i].Kind switch
                {
                    "inv" => operation.Inverse,
                    "pow" => operation.ToPower(modifiers[i].Argument),
                    _ => operation.Controlled([.. owners[i]]),
                };
                if (modifiers[i].Kind == "negctrl") negative.AddRange(owners[i]);
            }

            void Flip()
            {
                foreach (var qubit in negative) Emit(s, new GateOperation(StandardGates.X, default, EquatableArray.Of(qubit)));
            }

            Flip();
            Emit(s, operation);
            Flip();
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            throw Error(s, e.Message);
        }
    }

    private Gate FindGate(QasmGateCall s)
    {
        if (s.Name == _definition) throw Error(s, "The gate '" + s.Name + "' is used in its own definition.");
        // Qubits and variables may have the same names as gates.
        for (var scope = _scope; scope is not null; scope = scope.Outer)
        {
            if (!scope.Entities.TryGetValue(s.Name, out var entity) || entity is not QasmGateEntity known) continue;
            return known.Gate ?? throw Error(s, "The gate '" + s.Name + "' is opaque: what it does is not known.");
        }

        if (s.Name == "U" && _version == OpenQasmVersion.V2) return StandardGates.U3;
        return StandardGates.Find(s.Name) ?? throw Error(s, "There is no gate '" + s.Name + "'.");
    }

    private Angle GateAngle(QasmExpression expression)
    {
        var value = Evaluate(expression) switch
        {
            QasmReal real => real.Value,
            QasmInteger integer => Angle.OfRadians(integer.Value),
            _ => throw Error(expression, "An angle is a number that is known before the program runs."),
        };
        return QasmNumbers.ToGateAngle(value);
    }

    private Rational Exponent(QasmExpression expression)
    {
        var exponent = Evaluate(expression) switch
        {
            QasmReal real => QasmNumbers.AsNumber(real.Value),
            QasmInteger integer => integer.Value,
            _ => null,
        };
        return exponent ?? throw Error(expression, "The exponent of 'pow' is a number that is known before the program runs.");
    }

    private Rational Controls(QasmExpression expression)
    {
        var count = Integer(expression);
        return count > 0 && count <= options.MaxQubits
            ? count : throw Error(expression, "The number of controls is at least 1, and at most that of the qubits.");
    }

    private QasmQubitRange Qubits(QasmExpression expression)
        => Evaluate(expression) as QasmQubitRange
            ?? throw Error(expression, expression is QasmName { Name: var name } ? "'" + name + "' is no qubit." : "This is no qubit.");

    private void Emit(QasmNode place, CircuitOperation operation)
    {
        Charge(place, operation is GateOperation or BarrierOperation ? operation.Qubits.Count : 0);
        _output.Add(operation);
    }

    // An operation on many qubits takes the memory of several gates.
    private void Charge(QasmNode place, int qubits)
    {
        _operations += 1 + qubits / 8;
        if (_operations > options.MaxOperations)
            throw Error(place, "The program has more than " + options.MaxOperations.ToString(CultureInfo.InvariantCulture)
                + " operations.");
    }

    private static string Count(int count, string what)
        => count.ToString(CultureInfo.InvariantCulture) + " " + what + (count == 1 ? "" : "s");

    private static OpenQasmException Error(QasmNode place, string message) => new(place.Span, message);

    private static OpenQasmException Error(SourceSpan span, string message) => new(span, message);
}
