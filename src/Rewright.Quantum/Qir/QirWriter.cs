using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Quantum.Qir;

/// <summary>What a QIR program may do.</summary>
public enum QirProfile
{
    /// <summary>Gates, then measurements, then the record of the results.</summary>
    Base,
    /// <summary>Also measurements in the middle, resets, conditions and loops.</summary>
    Adaptive,
}

/// <summary>How a QIR program is written.</summary>
public sealed record QirOptions
{
    /// <summary>What the program may do.</summary>
    public QirProfile Profile { get; init; } = QirProfile.Base;

    /// <summary>Pointers with types, <c>%Qubit*</c>, as QIR 1.0 and LLVM up to 14 have them; otherwise opaque ones, as QIR 2.0 and LLVM from 15 on.</summary>
    public bool TypedPointers { get; init; }

    /// <summary>Name of the function.</summary>
    public string EntryPoint { get; init; } = "circuit";
}

/// <summary>Writes circuits as QIR: LLVM IR that calls a quantum instruction set.</summary>
/// <remarks>Gates that the instruction set does not have are taken apart; global phases, which nothing can measure, are left out.</remarks>
/// <example><code>
/// File.WriteAllText("bell.ll", QirWriter.Write(circuit));
/// </code></example>
public sealed class QirWriter
{
    /// <summary>The function that sets up the simulator or the machine.</summary>
    internal const string Initialize = "__quantum__rt__initialize";

    // The largest gate that is taken apart: the number of steps is multiplied by three with each qubit.
    private const int MaxControlled = 10;

    // Instructions by the names of gates, with the number of their angles and qubits.
    private static readonly Dictionary<Gate, string> Instructions = new()
    {
        [StandardGates.X] = "x__body", [StandardGates.Y] = "y__body", [StandardGates.Z] = "z__body", [StandardGates.H] = "h__body",
        [StandardGates.S] = "s__body", [StandardGates.Sdg] = "s__adj", [StandardGates.T] = "t__body", [StandardGates.Tdg] = "t__adj",
        [StandardGates.Rx] = "rx__body", [StandardGates.Ry] = "ry__body", [StandardGates.Rz] = "rz__body",
        [StandardGates.CX] = "cx__body", [StandardGates.CY] = "cy__body", [StandardGates.CZ] = "cz__body", [StandardGates.Swap] = "swap__body",
        [StandardGates.CCX] = "ccx__body", [StandardGates.Rxx] = "rxx__body", [StandardGates.Rzz] = "rzz__body",
    };

    private readonly QirOptions _options;
    private readonly Circuit _circuit;
    private readonly StringBuilder _body = new();
    private readonly SortedDictionary<string, string> _declarations = new(StringComparer.Ordinal);
    private int _values, _labels, _results;

    private QirWriter(Circuit circuit, QirOptions options) => (_circuit, _options) = (circuit, options);

    /// <summary>The gates that the instruction set has, by the names of their functions.</summary>
    internal static IEnumerable<(string Function, Gate Gate)> InstructionSet => Instructions.Select(i => ("__quantum__qis__" + i.Value, i.Key));

    /// <summary>Writes a circuit.</summary>
    /// <exception cref="NotSupportedException">The profile does not allow what the circuit does, or an angle has no value; the message says what.</exception>
    public static string Write(Circuit circuit, QirOptions? options = null) => new QirWriter(circuit, options ?? new()).Write();

    /// <summary>Whether the base profile allows what a circuit does.</summary>
    public static bool FitsBaseProfile(Circuit circuit)
    {
        var measured = new HashSet<Qubit>();
        var bits = new HashSet<int>();
        foreach (var operation in circuit.Operations)
        {
            switch (operation)
            {
                case GateOperation when !operation.Qubits.Any(measured.Contains):
                case BarrierOperation:
                    continue;
                case MeasureOperation { Bit: { } bit } m when measured.Add(m.Qubit) && bits.Add(bit):
                case MeasureOperation { Bit: null } n when measured.Add(n.Qubit):
                    continue;
                default:
                    return false;
            }
        }

        return true;
    }

    private bool IsAdaptive => _options.Profile == QirProfile.Adaptive;

    private string Write()
    {
        if (!IsAdaptive && !FitsBaseProfile(_circuit))
            throw new NotSupportedException("The base profile has gates, then one measurement for each qubit and bit, and nothing else; the circuit needs the adaptive profile.");
        if (!_circuit.CanExpand) throw new NotSupportedException("The gates of the circuit consist of too many steps.");
        // In the base profile a bit is the result of that number; results without a bit come after.
        _results = _circuit.BitCount;
        Call("rt", "initialize", Pointer("i8", null));
        if (IsAdaptive)
            for (int i = 0; i < _circuit.BitCount; i++) _body.Append("  %c").Append(Text(i)).Append(" = alloca i1\n  store i1 false, ").Append(BitPointer(i)).Append('\n');
        if (IsAdaptive) Block(_circuit.Operations);
        else
        {
            // Measurements commute with gates on other qubits, and the profile wants them last.
            Block(_circuit.Operations.Where(o => o is not MeasureOperation));
            _body.Append("  br label %measurements\n\nmeasurements:\n");
            Block(_circuit.Operations.Where(o => o is MeasureOperation));
        }

        _body.Append("  br label %output\n\noutput:\n");
        foreach (var register in _circuit.BitRegisters)
        {
            Call("rt", "array_record_output", "i64 " + Text(register.Size), Pointer("i8", null));
            for (int i = register.Start; i < register.Start + register.Size; i++)
            {
                if (!IsAdaptive)
                {
                    Call("rt", "result_record_output", Pointer("Result", i), Pointer("i8", null));
                    continue;
                }

                string value = NewValue();
                _body.Append("  ").Append(value).Append(" = load i1, ").Append(BitPointer(i)).Append('\n');
                Call("rt", "bool_record_output", "i1 " + value, Pointer("i8", null));
            }

        }

        var text = new StringBuilder();
        if (_options.TypedPointers) text.Append("%Qubit = type opaque\n%Result = type opaque\n\n");
        text.Append("define i64 @").Append(_options.EntryPoint).Append("() #0 {\nentry:\n").Append(_body).Append("  ret i64 0\n}\n\n");
        foreach (string declaration in _declarations.Values) text.Append(declaration).Append('\n');
        text.Append("\nattributes #0 = { \"entry_point\" \"output_labeling_schema\" \"qir_profiles\"=\"").Append(IsAdaptive ? "adaptive_profile" : "base_profile")
            .Append("\" \"required_num_qubits\"=\"").Append(Text(_circuit.QubitCount)).Append("\" \"required_num_results\"=\"").Append(Text(_results)).Append("\" }\n");
        if (_declarations.Values.Any(d => d.EndsWith("#1", StringComparison.Ordinal))) text.Append("attributes #1 = { \"irreversible\" }\n");
        text.Append("\n!llvm.module.flags = !{!0, !1, !2, !3}\n!0 = !{i32 1, !\"qir_major_version\", i32 ").Append(_options.TypedPointers ? '1' : '2')
            .Append("}\n!1 = !{i32 7, !\"qir_minor_version\", i32 0}\n!2 = !{i32 1, !\"dynamic_qubit_management\", i1 false}\n!3 = !{i32 1, !\"dynamic_result_management\", i1 false}\n");
        return text.ToString();
    }

    private void Block(IEnumerable<CircuitOperation> operations)
    {
        foreach (var operation in operations) Operation(operation);
    }

    private void Operation(CircuitOperation operation)
    {
        switch (operation)
        {
            case GateOperation gate:
                Gate(gate);
                break;
            case MeasureOperation measure:
                Measure(measure);
                break;
            case ResetOperation reset:
                Call("qis", "reset__body", Pointer("Qubit", reset.Qubit.Index));
                break;
            case AssignOperation assign:
                // What computes the value comes before.
                string assigned = Truth(assign.Value);
                _body.Append("  store i1 ").Append(assigned).Append(", ").Append(BitPointer(assign.Bit)).Append('\n');
                break;
            case IfOperation o:
            {
                string then = NewLabel(), otherwise = NewLabel(), end = NewLabel();
                Branch(o.Condition, then, otherwise);
                Begin(then);
                Block(o.Then);
                Jump(end);
                Begin(otherwise);
                Block(o.Else);
                Jump(end);
                Begin(end);
                break;
            }

            case WhileOperation o:
            {
                string head = NewLabel(), body = NewLabel(), end = NewLabel();
                Jump(head);
                Begin(head);
                Branch(o.Condition, body, end);
                Begin(body);
                Block(o.Body);
                Jump(head);
                Begin(end);
                break;
            }
        }
    }

    private void Measure(MeasureOperation measure)
    {
        int result = measure.Bit is { } bit && !IsAdaptive ? bit : _results++;
        Call("qis", "mz__body", Pointer("Qubit", measure.Qubit.Index), Pointer("Result", result));
        if (!IsAdaptive || measure.Bit is not { } target) return;
        string value = NewValue();
        Declare("i1", "__quantum__rt__read_result", [Pointer("Result", result)]);
        _body.Append("  ").Append(value).Append(" = call i1 @__quantum__rt__read_result(").Append(Pointer("Result", result)).Append(")\n  store i1 ").Append(value).Append(", ").Append(BitPointer(target)).Append('\n');
    }

    private void Gate(GateOperation operation)
    {
        if (operation.Gate == StandardGates.Id || operation.Gate == StandardGates.U0) return;
        if (operation.Angles.FirstOrDefault(a => !a.IsConstant) is { } free) throw new NotSupportedException("The angle " + free + " has no value.");
        if (operation.Gate is DefinedGate defined)
        {
            foreach (var inner in defined.Instantiate(operation.Angles, operation.Qubits.Items)) Gate(inner);
            return;
        }

        if (Instructions.TryGetValue(operation.Gate, out string? instruction))
        {
            Call("qis", instruction, [.. operation.Angles.Select(Number), .. operation.Qubits.Select(q => Pointer("Qubit", q.Index))]);
            return;
        }

        foreach (var step in operation.Expand()) Step(step);
    }

    private void Step(Primitive step)
    {
        int[] qubits = [.. step.Qubits];
        switch (step.Kind)
        {
            case PrimitiveKind.Hadamard:
                Instruction("h__body", qubits);
                break;
            case PrimitiveKind.Flip:
                Flip(qubits);
                break;
            default:
                Phase(step.Angle, qubits);
                break;
        }
    }

    private void Flip(int[] qubits)
    {
        if (qubits.Length <= 3)
        {
            Instruction(qubits.Length == 1 ? "x__body" : qubits.Length == 2 ? "cx__body" : "ccx__body", qubits);
            return;
        }

        Instruction("h__body", qubits[^1]);
        Phase(Angle.Pi, qubits);
        Instruction("h__body", qubits[^1]);
    }

    // Up to a global phase, which the smallest phase gate leaves behind.
    private void Phase(Angle angle, int[] qubits)
    {
        switch (qubits.Length)
        {
            case 0:
                return;
            case 1:
                Call("qis", "rz__body", Number(angle), Pointer("Qubit", qubits[0]));
                return;
            case > MaxControlled:
                throw new NotSupportedException("A phase on " + Text(qubits.Length) + " qubits at once would take too many instructions.");
        }

        // A phase where both the last and the product of the others are 1 is half of it on each, less half of it on their sum modulo 2.
        int last = qubits[^1];
        int[] others = qubits[..^1];
        if (qubits.Length == 2)
        {
            Phase(angle / 2, others);
            Phase(angle / 2, [last]);
            Flip(qubits);
            Phase(angle / -2, [last]);
            Flip(qubits);
            return;
        }

        int[] rest = [.. qubits[..^2], last];
        Phase(angle / 2, [qubits[^2], last]);
        Flip(others);
        Phase(angle / -2, [qubits[^2], last]);
        Flip(others);
        Phase(angle / 2, rest);
    }

    private void Instruction(string name, params int[] qubits) => Call("qis", name, [.. qubits.Select(q => Pointer("Qubit", q))]);

    private void Call(string set, string name, params string[] arguments)
    {
        name = "__quantum__" + set + "__" + name;
        Declare("void", name, arguments);
        _body.Append("  call void @").Append(name).Append('(').Append(string.Join(", ", arguments)).Append(")\n");
    }

    private void Declare(string result, string name, string[] arguments)
    {
        if (_declarations.ContainsKey(name)) return;
        var types = arguments.Select((a, i) => a[..a.IndexOf(' ', StringComparison.Ordinal)] + (name.EndsWith("mz__body", StringComparison.Ordinal) && i == 1 ? " writeonly" : ""));
        _declarations.Add(name, "declare " + result + " @" + name + "(" + string.Join(", ", types) + ")" + (name.EndsWith("mz__body", StringComparison.Ordinal) || name.EndsWith("reset__body", StringComparison.Ordinal) ? " #1" : ""));
    }

    private string Pointer(string type, int? index)
    {
        string pointer = _options.TypedPointers ? (type == "i8" ? "i8" : "%" + type) + "*" : "ptr";
        return index is null or 0 ? pointer + " null" : pointer + " inttoptr (i64 " + Text(index.Value) + " to " + pointer + ")";
    }

    private string BitPointer(int bit) => (_options.TypedPointers ? "i1* %c" : "ptr %c") + Text(bit);

    private static string Number(Angle angle)
        => "double 0x" + BitConverter.DoubleToInt64Bits(angle.ToRadians()).ToString("X16", CultureInfo.InvariantCulture);

    private string NewValue() => "%v" + Text(_values++);

    private string NewLabel() => "l" + Text(_labels++);

    private void Begin(string label) => _body.Append('\n').Append(label).Append(":\n");

    private void Jump(string label) => _body.Append("  br label %").Append(label).Append('\n');

    private void Branch(ClassicalExpression condition, string then, string otherwise)
    {
        string truth = Truth(condition);
        _body.Append("  br i1 ").Append(truth).Append(", label %").Append(then).Append(", label %").Append(otherwise).Append('\n');
    }

    private string Truth(ClassicalExpression expression)
    {
        if (expression is ClassicalBits { Positions.Count: 1, IsSigned: false } bit) return Assign("load i1, " + BitPointer(bit.Positions[0]));
        return Assign("icmp ne i64 " + Value(expression) + ", 0");
    }

    private string Value(ClassicalExpression expression)
    {
        switch (expression)
        {
            case ClassicalConstant constant:
                return Text(constant.Value);
            case ClassicalBits bits:
            {
                string sum = "0";
                for (int i = 0; i < bits.Positions.Count; i++)
                {
                    string wide = Assign("zext i1 " + Assign("load i1, " + BitPointer(bits.Positions[i])) + " to i64");
                    string shifted = Assign("shl i64 " + wide + ", " + Text(i));
                    sum = Assign((bits.IsSigned && i == bits.Positions.Count - 1 ? "sub" : "add") + " i64 " + sum + ", " + shifted);
                }

                return sum;
            }

            case ClassicalNot not:
                return Assign("zext i1 " + Assign("icmp eq i64 " + Value(not.Operand) + ", 0") + " to i64");
            case ClassicalBinary { Operator: "&&" or "||" } binary:
            {
                string left = Truth(binary.Left), right = Truth(binary.Right);
                return Assign("zext i1 " + Assign((binary.Operator == "&&" ? "and" : "or") + " i1 " + left + ", " + right) + " to i64");
            }

            case ClassicalBinary binary:
            {
                string left = Value(binary.Left), right = Value(binary.Right);
                string instruction = binary.Operator switch
                {
                    "==" => "icmp eq", "!=" => "icmp ne", "<" => "icmp slt", "<=" => "icmp sle", ">" => "icmp sgt", ">=" => "icmp sge",
                    "&" => "and", "|" => "or", "^" => "xor", "+" => "add", "-" => "sub",
                    _ => throw new NotSupportedException("There is no operator '" + binary.Operator + "'."),
                };
                string value = Assign(instruction + " i64 " + left + ", " + right);
                return instruction.StartsWith("icmp", StringComparison.Ordinal) ? Assign("zext i1 " + value + " to i64") : value;
            }

            default:
                throw new InvalidOperationException("There is no code for " + expression.GetType().Name + ".");
        }
    }

    private string Assign(string instruction)
    {
        string value = NewValue();
        _body.Append("  ").Append(value).Append(" = ").Append(instruction).Append('\n');
        return value;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
