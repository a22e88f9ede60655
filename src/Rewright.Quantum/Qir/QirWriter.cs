using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;
using Rewright.Model;

namespace Rewright.Quantum.Qir;

/// <summary>The profiles of QIR programs.</summary>
public enum QirProfile
{
    /// <summary>Gates, then measurements, then the record of the results.</summary>
    Base,
    /// <summary>Additionally, measurements in the middle, resets, conditions and loops.</summary>
    Adaptive,
}

/// <summary>The options of writing a QIR program.</summary>
public sealed record QirOptions
{
    /// <summary>The profile.</summary>
    public QirProfile Profile { get; init; } = QirProfile.Base;

    /// <summary>
    /// True for typed pointers, <c>%Qubit*</c>, as in QIR 1.0 and LLVM up to 14; false for opaque ones, as in QIR 2.0 and LLVM from 15 on.
    /// </summary>
    public bool TypedPointers { get; init; }

    /// <summary>The name of the function.</summary>
    public string EntryPoint { get; init; } = "circuit";
}

/// <summary>Writes circuits as QIR: LLVM IR that calls a quantum instruction set.</summary>
/// <remarks>Gates outside the instruction set are decomposed; global phases, which cannot be measured, are left out.</remarks>
/// <example><code>
/// File.WriteAllText("bell.ll", QirWriter.Write(circuit));
/// </code></example>
public sealed class QirWriter
{
    /// <summary>The function that sets up the simulator or the machine.</summary>
    internal const string Initialize = "__quantum__rt__initialize";

    // The largest controlled gate to decompose: each qubit multiplies the number of steps by three.
    private const int MaxControlled = 10;

    // The instructions by gate, with their numbers of angles and qubits.
    private static readonly Dictionary<Gate, string> Instructions = new()
    {
        [StandardGates.X] = "x__body", [StandardGates.Y] = "y__body", [StandardGates.Z] = "z__body", [StandardGates.H] = "h__body",
        [StandardGates.S] = "s__body", [StandardGates.Sdg] = "s__adj", [StandardGates.T] = "t__body", [StandardGates.Tdg] = "t__adj",
        [StandardGates.Rx] = "rx__body", [StandardGates.Ry] = "ry__body", [StandardGates.Rz] = "rz__body",
        [StandardGates.CX] = "cx__body", [StandardGates.CY] = "cy__body", [StandardGates.CZ] = "cz__body",
        [StandardGates.Swap] = "swap__body",
        [StandardGates.CCX] = "ccx__body", [StandardGates.Rxx] = "rxx__body", [StandardGates.Rzz] = "rzz__body",
    };

    private readonly QirOptions _options;
    private readonly Circuit _circuit;
    private readonly IrFunction _function;
    private readonly IrBuilder _ir;
    private readonly SortedDictionary<string, string> _declarations = new(StringComparer.Ordinal);
    private readonly List<IrValue> _bits = [];
    private bool _isIrreversible;
    private int _values, _labels, _results;

    private QirWriter(Circuit circuit, QirOptions options)
    {
        (_circuit, _options) = (circuit, options);
        _function = new("@" + options.EntryPoint, IrType.I64) { Attributes = "#0", BetweenBlocks = "\n" };
        _ir = new(_function);
    }

    /// <summary>The gates of the instruction set, by the names of their functions.</summary>
    internal static IEnumerable<(string Function, Gate Gate)> InstructionSet
        => Instructions.Select(i => ("__quantum__qis__" + i.Value, i.Key));

    /// <summary>Writes a circuit.</summary>
    /// <exception cref="NotSupportedException">The profile does not allow an operation of the circuit, or an angle has no value; the
    /// message says which.</exception>
    public static string Write(Circuit circuit, QirOptions? options = null) => new QirWriter(circuit, options ?? new()).Write();

    /// <summary>True if the base profile allows all operations of a circuit.</summary>
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
            throw new NotSupportedException("The base profile has gates, then one measurement for each qubit and bit, and nothing else; "
                + "the circuit needs the adaptive profile.");
        if (!_circuit.CanExpand) throw new NotSupportedException("The gates of the circuit consist of too many steps.");
        // In the base profile, a bit is the result with its number; results without a bit come after.
        _results = _circuit.BitCount;
        _ir.Start(_ir.NewBlock("entry"));
        Call("rt", "initialize", NoLabel);
        if (IsAdaptive)
        {
            AddBits();
            Block(_circuit.Operations);
        }
        else
        {
            // The profile wants measurements last; they commute with gates on other qubits.
            Block(_circuit.Operations.Where(o => o is not MeasureOperation));
            Continue("measurements");
            Block(_circuit.Operations.Where(o => o is MeasureOperation));
        }

        Continue("output");
        foreach (var register in _circuit.BitRegisters) Record(register);
        _ir.Return(IrValue.I64(0));
        return ModuleText();
    }

    private void AddBits()
    {
        for (int i = 0; i < _circuit.BitCount; i++)
        {
            var bit = _ir.Alloca(IrType.I1, "c" + Text(i)) with { Type = PointerTo("i1") };
            _bits.Add(bit);
            _ir.Store(IrValue.False, bit);
        }
    }

    private void Record(Register register)
    {
        Call("rt", "array_record_output", IrValue.I64(register.Size), NoLabel);
        for (int i = register.Start; i < register.Start + register.Size; i++)
        {
            if (IsAdaptive) Call("rt", "bool_record_output", LoadBit(i), NoLabel);
            else Call("rt", "result_record_output", Result(i), NoLabel);
        }
    }

    private string ModuleText()
    {
        string types = _options.TypedPointers ? "%Qubit = type opaque\n%Result = type opaque\n\n" : "";
        string declarations = string.Concat(_declarations.Values.Select(d => d + "\n"));
        string profile = IsAdaptive ? "adaptive_profile" : "base_profile";
        string required = $"\"required_num_qubits\"=\"{Text(_circuit.QubitCount)}\" \"required_num_results\"=\"{Text(_results)}\"";
        string irreversible = _isIrreversible ? "attributes #1 = { \"irreversible\" }\n" : "";
        return $$"""
            {{types}}{{_function}}
            {{declarations}}
            attributes #0 = { "entry_point" "output_labeling_schema" "qir_profiles"="{{profile}}" {{required}} }
            {{irreversible}}
            !llvm.module.flags = !{!0, !1, !2, !3}
            !0 = !{i32 1, !"qir_major_version", i32 {{(_options.TypedPointers ? '1' : '2')}}}
            !1 = !{i32 7, !"qir_minor_version", i32 0}
            !2 = !{i32 1, !"dynamic_qubit_management", i1 false}
            !3 = !{i32 1, !"dynamic_result_management", i1 false}

            """.Replace("\r", "");
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
                CallIrreversible("reset__body", Of(reset.Qubit));
                break;
            case AssignOperation assign:
                _ir.Store(Truth(assign.Value), _bits[assign.Bit]);
                break;
            case IfOperation o:
            {
                IrBlock then = NewBlock(), otherwise = NewBlock(), end = NewBlock();
                _ir.Branch(Truth(o.Condition), then, otherwise);
                _ir.Start(then);
                Block(o.Then);
                _ir.Jump(end);
                _ir.Start(otherwise);
                Block(o.Else);
                _ir.Jump(end);
                _ir.Start(end);
                break;
            }

            case WhileOperation o:
            {
                IrBlock head = NewBlock(), body = NewBlock(), end = NewBlock();
                _ir.Jump(head);
                _ir.Start(head);
                _ir.Branch(Truth(o.Condition), body, end);
                _ir.Start(body);
                Block(o.Body);
                _ir.Jump(head);
                _ir.Start(end);
                break;
            }
        }
    }

    private void Measure(MeasureOperation measure)
    {
        int result = measure.Bit is { } bit && !IsAdaptive ? bit : _results++;
        CallIrreversible("mz__body", Of(measure.Qubit), Result(result));
        if (!IsAdaptive || measure.Bit is not { } target) return;
        var read = Declare(IrType.I1, "__quantum__rt__read_result", "", [Result(result).Type.Text]);
        _ir.Store(_ir.Call(read, [Result(result)], NewName()), _bits[target]);
    }

    private void Gate(GateOperation operation)
    {
        if (operation.Gate == StandardGates.Id || operation.Gate == StandardGates.U0) return;
        if (operation.Angles.FirstOrDefault(a
            => !a.IsConstant) is { } free) throw new NotSupportedException("The angle " + free + " has no value.");
        if (operation.Gate is DefinedGate defined)
        {
            foreach (var inner in defined.Instantiate(operation.Angles, operation.Qubits.Items)) Gate(inner);
            return;
        }

        if (Instructions.TryGetValue(operation.Gate, out string? instruction))
        {
            Call("qis", instruction, [.. operation.Angles.Select(Number), .. operation.Qubits.Select(Of)]);
            return;
        }

        foreach (var step in operation.Expand()) Step(step);
    }

    private void Step(ElementaryGate step)
    {
        int[] qubits = [.. step.Qubits];
        switch (step.Kind)
        {
            case ElementaryGateKind.Hadamard:
                Instruction("h__body", qubits);
                break;
            case ElementaryGateKind.Flip:
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

    // Exact up to a global phase, which the smallest phase gate leaves behind.
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

        // A phase for last AND (product of the others) is half of it on each, minus half of it on their sum modulo 2.
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

    private void Call(string set, string name, params IrValue[] arguments)
        => _ir.Call(Declare(IrType.Void, "__quantum__" + set + "__" + name, "", [.. arguments.Select(a => a.Type.Text)]), arguments);

    // A measurement, whose second argument is the result, or a reset.
    private void CallIrreversible(string name, params IrValue[] arguments)
    {
        _isIrreversible = true;
        var types = arguments.Select((a, i) => a.Type.Text + (i > 0 ? " writeonly" : ""));
        _ir.Call(Declare(IrType.Void, "__quantum__qis__" + name, " #1", [.. types]), arguments);
    }

    private IrCallee Declare(IrType result, string name, string attributes, string[] parameters)
    {
        _declarations.TryAdd(name, $"declare {result} @{name}({string.Join(", ", parameters)}){attributes}");
        return new(result, "@" + name);
    }

    private IrType PointerTo(string type) => _options.TypedPointers ? new(type + "*") : IrType.Ptr;

    private IrValue Pointer(string type, int index)
    {
        var pointer = PointerTo("%" + type);
        return new(pointer, index == 0 ? "null" : $"inttoptr (i64 {Text(index)} to {pointer})");
    }

    private IrValue Of(Qubit qubit) => Pointer("Qubit", qubit.Index);

    private IrValue Result(int index) => Pointer("Result", index);

    private IrValue NoLabel => new(PointerTo("i8"), "null");

    private IrValue LoadBit(int bit) => _ir.Load(IrType.I1, _bits[bit], NewName());

    private static IrValue Number(Angle angle) => IrValue.Double(BitConverter.DoubleToInt64Bits(angle.ToRadians()));

    private string NewName() => "v" + Text(_values++);

    private IrBlock NewBlock() => _ir.NewBlock("l" + Text(_labels++));

    private void Continue(string name)
    {
        var block = _ir.NewBlock(name);
        _ir.Jump(block);
        _ir.Start(block);
    }

    private IrValue Truth(ClassicalExpression expression)
    {
        if (expression is ClassicalBits { Positions.Count: 1, IsSigned: false } bit) return LoadBit(bit.Positions[0]);
        return _ir.Compare("ne", Value(expression), IrValue.I64(0), NewName());
    }

    private IrValue Value(ClassicalExpression expression)
    {
        switch (expression)
        {
            case ClassicalConstant constant: return IrValue.I64(constant.Value);
            case ClassicalBits bits: return ValueOf(bits);
            case ClassicalNot not: return Widen(_ir.Compare("eq", Value(not.Operand), IrValue.I64(0), NewName()));
            case ClassicalBinary { Operator: "&&" or "||" } binary:
                IrValue left = Truth(binary.Left), right = Truth(binary.Right);
                return Widen(_ir.Binary(binary.Operator == "&&" ? "and" : "or", left, right, NewName()));
            case ClassicalBinary binary: return Compute(binary.Operator, Value(binary.Left), Value(binary.Right));
            default: throw new InvalidOperationException("There is no code for " + expression.GetType().Name + ".");
        }
    }

    private IrValue ValueOf(ClassicalBits bits)
    {
        var sum = IrValue.I64(0);
        for (int i = 0; i < bits.Positions.Count; i++)
        {
            var shifted = _ir.Binary("shl", Widen(LoadBit(bits.Positions[i])), IrValue.I64(i), NewName());
            sum = _ir.Binary(bits.IsSigned && i == bits.Positions.Count - 1 ? "sub" : "add", sum, shifted, NewName());
        }

        return sum;
    }

    private IrValue Widen(IrValue bit) => _ir.Cast("zext", bit, IrType.I64, NewName());

    private IrValue Compute(string operation, IrValue left, IrValue right)
    {
        IrValue Compare(string predicate) => Widen(_ir.Compare(predicate, left, right, NewName()));
        IrValue Binary(string instruction) => _ir.Binary(instruction, left, right, NewName());
        return operation switch
        {
            "==" => Compare("eq"),
            "!=" => Compare("ne"),
            "<" => Compare("slt"),
            "<=" => Compare("sle"),
            ">" => Compare("sgt"),
            ">=" => Compare("sge"),
            "&" => Binary("and"),
            "|" => Binary("or"),
            "^" => Binary("xor"),
            "+" => Binary("add"),
            "-" => Binary("sub"),
            _ => throw new NotSupportedException("There is no operator '" + operation + "'."),
        };
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
